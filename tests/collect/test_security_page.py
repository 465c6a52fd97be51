"""docs/security.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from switchcorr.collect.algorithms import ALGORITHMS
from switchcorr.collect.door import check_added
from switchcorr.collect.session import SessionLimits
from switchcorr.model.inventory import AlgorithmProfile
from switchcorr.platforms import PLATFORMS

_PAGE = (Path(__file__).parents[2] / "docs" / "security.md").read_text()


def _rows(profile: AlgorithmProfile) -> list[tuple[str, ...]]:
    (line,) = (line for line in _PAGE.splitlines() if line.startswith(f"| `{profile}` |"))
    return [tuple(re.findall(r"`([^`]+)`", cell)) for cell in line.split("|")[2:-1]]


def test_the_table_of_algorithms_is_the_codes() -> None:
    said: list[tuple[str, ...]] = [(), (), (), ()]
    for profile in AlgorithmProfile:
        said = [older + newer for older, newer in zip(said, _rows(profile), strict=True)]
        used = ALGORITHMS[profile]
        assert said == [used.kex, used.host_keys, used.ciphers, used.macs]


@pytest.mark.parametrize(
    "words", ["run", "tech-support", "archive", "crypto", "key", "community", "flash:", "tftp:", "redirect", "append", "tee"]
)
def test_what_the_page_calls_refused_is_refused(words: str) -> None:
    assert words in _PAGE
    assert check_added(f"show {words}") != ""


def test_every_declared_command_begins_as_the_page_says() -> None:
    commands = [command.text for platform in PLATFORMS if platform.dialogue for command in platform.commands]
    assert commands
    assert all(command.startswith("show ") for command in commands)


def test_the_limits_are_the_defaults() -> None:
    assert (SessionLimits().answer_bytes, SessionLimits().pages) == (32 * 1024**2, 10_000)
    assert "32 MiB and 10,000 pages" in _PAGE
