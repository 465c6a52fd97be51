"""What is said on stderr, how much of it, and that no secret is."""

from __future__ import annotations

import base64
import logging
from pathlib import Path

import pytest

from switchcorr.cli.logs import LIBRARIES, set_up_logging
from switchcorr.secret import Secret

_CANARY = "C4nary-pass/word"


def _say_everything() -> None:
    for name in ("switchcorr.collect", *LIBRARIES):
        for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
            logging.getLogger(f"{name}.part").log(level, "%s of %s", logging.getLevelName(level), name)


@pytest.mark.parametrize(
    ("verbose", "quiet", "levels"),
    [
        (0, False, ["WARNING", "ERROR"]),
        (1, False, ["INFO", "WARNING", "ERROR"]),
        (0, True, ["ERROR"]),
        (2, True, ["ERROR"]),
    ],
)
def test_libraries_are_not_heard_unless_everything_is_wanted(
    verbose: int, quiet: bool, levels: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logging(verbose=verbose, quiet=quiet)
    _say_everything()
    told = [line.rpartition("part: ")[2] for line in capsys.readouterr().err.splitlines()]
    assert told == [f"{level} of switchcorr.collect" for level in levels]


def test_everything_is_everything(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(verbose=2, quiet=False)
    _say_everything()
    told = capsys.readouterr().err
    assert all(f"DEBUG {name}.part: DEBUG of {name}\n" in told for name in ("switchcorr.collect", "asyncssh", "keyring"))


@pytest.mark.parametrize("logger", ["switchcorr.collect", "keyring", "asyncssh.connection"])
def test_a_secret_is_masked_wherever_a_record_holds_it(logger: str, capsys: pytest.CaptureFixture[str]) -> None:
    handler = set_up_logging(verbose=2, quiet=False)
    handler.learn([Secret("other-secret-1")])
    handler.learn([Secret(_CANARY)])
    encoded = base64.b64encode(_CANARY.encode()).decode()
    try:
        Path(f"login with {_CANARY} failed").read_text()
    except OSError:
        logging.getLogger(logger).exception(
            "sent %r, %s, %s and other-secret-1", _CANARY, encoded, _CANARY[2:11], extra={"device": _CANARY}
        )
    told = capsys.readouterr().err
    assert "FileNotFoundError" in told
    assert "***" in told
    assert "other-secret-1" not in told
    assert not any(_CANARY[start : start + 8] in told for start in range(len(_CANARY) - 7))
    assert encoded not in told
