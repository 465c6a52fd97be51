"""Lines that no switch prints: long runs of blanks or of one character, in every template."""

from __future__ import annotations

import pytest

from switchcorr.parse.tables import parse_output
from switchcorr.platforms import PLATFORMS, Command, Platform

_COMMANDS = [
    pytest.param(platform, command, id=f"{platform.name} {command.text}") for platform in PLATFORMS for command in platform.commands
]
_BEFORE = ("", "Gi1/0/1 ", " 110  0011.2233.4455  ", "Device ID: ", "my state = 13 -x")


@pytest.mark.parametrize(("platform", "command"), _COMMANDS)
def test_more_blanks_than_any_table_has_mean_the_same_however_many(platform: Platform, command: Command) -> None:
    for before in _BEFORE:
        two, four = (parse_output(platform, command, f"{before}{' ' * count}x\n") for count in (2_000, 4_000))
        assert (two.rows, two.state, len(two.bad_lines)) == (four.rows, four.state, len(four.bad_lines))
