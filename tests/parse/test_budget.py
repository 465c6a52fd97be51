"""A text that keeps a parser too long costs its command."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from dataclasses import replace

import pytest

from switchcorr.captures.commands import find_command
from switchcorr.model.snapshot import OutputState
from switchcorr.parse.budget import TooSlowError, allow, limited
from switchcorr.parse.facts import _parsed
from switchcorr.parse.pool import run_all
from switchcorr.platforms import platform_named
from switchcorr.platforms.declaration import Row

_HANGS = re.compile(r"(?:a|aa)+$")


@pytest.fixture
def allowed() -> Iterator[None]:
    """This process may be interrupted as a worker may."""
    before = signal.getsignal(signal.SIGPROF)
    allow()
    yield
    signal.signal(signal.SIGPROF, before)


def _hang(seconds: float) -> str:
    try:
        with limited(seconds):
            return str(_HANGS.match("a" * 200 + "b"))
    except TooSlowError:
        return "given up"


def test_a_pattern_that_hangs_is_given_up_in_a_worker() -> None:
    assert [done.result for done in run_all([0.05], _hang, workers=1, timeout_s=60)] == ["given up"]


@pytest.mark.usefixtures("allowed")
def test_a_process_that_allows_it_is_interrupted_too() -> None:
    assert _hang(0.05) == "given up"


@pytest.mark.usefixtures("allowed")
def test_what_ends_in_time_is_not_interrupted_afterwards() -> None:
    with limited(1000):
        pass
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


def test_a_process_that_does_not_allow_it_is_left_alone() -> None:
    with limited(0.001):
        assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


def test_the_command_is_quarantined_and_says_why() -> None:
    platform = platform_named("cisco_ios")
    assert platform is not None
    command = find_command(platform, "show clock")
    assert command is not None

    def rows(_: Row) -> tuple[()]:
        raise TooSlowError

    found = _parsed(platform, replace(command, rows=rows), "10:00:00.000 UTC Fri Nov 20 2026\n")
    assert (found.state, found.reason) == (OutputState.QUARANTINED, "the parser took longer than 10 s")
