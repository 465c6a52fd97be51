"""One output of a platform, read as the sweep reads it, and the cases that lie beside the tests."""

from __future__ import annotations

from pathlib import Path

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


def case(name: str, *, platform: str = "cisco_ios") -> str:
    """The text of a case, by the folder of its command and its name: ``show_module/two_chassis``."""
    return (Path(__file__).parent / platform / f"{name}.txt").read_text(encoding="utf-8")
