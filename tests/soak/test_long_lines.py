"""No pattern of any template tries all ways to share a long line: twice the length costs about twice the time, not four times."""

from __future__ import annotations

import time

import pytest

from switchcorr.parse.tables import parse_output
from switchcorr.platforms import PLATFORMS, Command, Platform

pytestmark = pytest.mark.soak

_COMMANDS = [
    pytest.param(platform, command, id=f"{platform.name} {command.text}") for platform in PLATFORMS for command in platform.commands
]
_BEFORE = ("", "Gi1/0/1 ", "GigabitEthernet1/0/1 is up, ", " 110  0011.2233.4455  ", "Device ID: ", "my state = 13 -x")
_RUNS = (
    " ",
    "\t",
    "a",
    "A",
    "7",
    ".",
    "-",
    "/",
    ",",
    ":",
    "(",
    '"',
    "=",
    "*",
    "a ",
    "1 ",
    ", ",
    "a1. ",
    "x_",
    "AB",
    "0011.2233.4455 ",
    "1.1.1.1 ",
)
_ENOUGH_S = 0.2
"""Shorter times are noise, and harm nobody."""


def _cost(platform: Platform, command: Command, text: str) -> float:
    begin = time.process_time()
    parse_output(platform, command, text)
    return time.process_time() - begin


@pytest.mark.parametrize(("platform", "command"), _COMMANDS)
def test_twice_the_length_costs_about_twice_the_time(platform: Platform, command: Command) -> None:
    for before in _BEFORE:
        for run in _RUNS:
            short, long = (f"{before}{run * (length // len(run))}\nx\n" for length in (8_000, 16_000))
            cost = _cost(platform, command, long)
            assert cost < _ENOUGH_S or cost < 3 * min(_cost(platform, command, short) for _ in range(3)), (before, run, cost)
