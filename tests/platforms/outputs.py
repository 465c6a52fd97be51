"""One output of a platform, read as the sweep reads it."""

from __future__ import annotations

from switchcorr.captures.commands import find_command
from switchcorr.parse.tables import ParsedOutput, parse_output
from switchcorr.platforms import platform_named


def parse(typed: str, text: str, *, platform: str = "cisco_ios") -> ParsedOutput:
    """What becomes of a text that answers a command."""
    known = platform_named(platform)
    command = find_command(known, typed) if known else None
    assert known is not None
    assert command is not None
    return parse_output(known, command, text)
