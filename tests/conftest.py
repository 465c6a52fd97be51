"""Options of the whole suite, and the command line as a function."""

from __future__ import annotations

import contextlib
import io
import itertools
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from switchcorr.cli.app import main
from switchcorr.cli.logs import LIBRARIES
from switchcorr.lab.demo import DemoSite, write_demo
from switchcorr.platforms import Platform

settings.register_profile("switchcorr", deadline=None, derandomize=True)  # nothing is timed, and a run can be repeated
settings.register_profile("explore", deadline=None)  # other examples each time: pytest --hypothesis-profile explore
settings.load_profile("switchcorr")


_TESTS = itertools.count()
_PURE = ("correlate", "model", "packets", "parse", "platforms", "report", "topology")
"""Folders of the tests of the rooms that only compute. ``property`` goes through several rooms, each of which its own tests measure whole:
measuring it too would take twice its time and find nothing."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the expected results anew; review the difference like code")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the quick tests of the rooms that only compute, before ``-m`` selects."""
    tests = config.rootpath / "tests"
    for item in items:
        within = item.path.is_relative_to(tests) and item.path.relative_to(tests).parts[0] in _PURE
        if within and not any(item.get_closest_marker(name) for name in ("browser", "slow")):
            item.add_marker("pure")


def pytest_make_parametrize_id(val: object) -> str | None:
    """A platform is called by its name: its whole declaration differs from process to process."""
    return val.name if isinstance(val, Platform) else None


@pytest.fixture(scope="session", autouse=True)
def _state_of_the_suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """No test reads or writes the store, the host keys or the calibration of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("state")
        patch.setenv("XDG_STATE_HOME", str(folder))
        yield folder


@pytest.fixture(autouse=True)
def _state_of_its_own(_state_of_the_suite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor that of another test."""
    monkeypatch.setenv("XDG_STATE_HOME", str(_state_of_the_suite / str(next(_TESTS))))


@contextlib.contextmanager
def _logging_kept() -> Iterator[None]:
    """What a call of the command line changes in its process is put back, or a later test would hear no library."""
    loggers = [logging.getLogger(name) for name in ("switchcorr", *LIBRARIES)]
    before = [(logger, list(logger.handlers), logger.level, logger.propagate) for logger in loggers]
    yield
    for logger, handlers, level, propagate in before:
        logger.handlers[:], logger.propagate = handlers, propagate
        logger.setLevel(level)


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """Of a test that does without ``call_main``."""
    with _logging_kept():
        yield


@dataclass(frozen=True, slots=True)
class Called:
    """What a call gave."""

    code: int
    out: str
    err: str


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def call_main(*arguments: str | Path, terminal: bool = False) -> Called:
    """Call the command line; on a terminal or in a pipe. A fixture of a whole module may do so too: its tests hear what they log."""
    out, err = (Terminal(), Terminal()) if terminal else (io.StringIO(), io.StringIO())
    with _logging_kept(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    code = ended.value.code
    return Called(code if isinstance(code, int) else 0, out.getvalue(), err.getvalue())


@pytest.fixture
def call() -> Callable[..., Called]:
    """The command line as a function."""
    return call_main


@pytest.fixture(scope="session")
def small_site(tmp_path_factory: pytest.TempPathFactory) -> DemoSite:
    """A small campus with captures of two visits and a log; the planted causes need six access switches."""
    return write_demo(tmp_path_factory.mktemp("site"), switches=6)
