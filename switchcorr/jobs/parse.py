"""One output to typed rows: for contributors and bug reports."""

from __future__ import annotations

import dataclasses
import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from switchcorr.captures import read_output
from switchcorr.captures.commands import find_command
from switchcorr.errors import UsageError
from switchcorr.parse.tables import ParsedOutput, parse_output
from switchcorr.platforms import PLATFORMS, Command, Platform, platform_named
from switchcorr.report.to_json import iso
from switchcorr.text import clean

PARSE_SCHEMA = "switchcorr/parse/1"
NEAR_SHOWN = 6


@dataclass(frozen=True, slots=True)
class ParseOutcome:
    """The command that was meant, and what its text gave.

    Attributes:
        messages: of the console, which fell into the text and are no part of the answer.
    """

    command: Command
    parsed: ParsedOutput
    messages: tuple[str, ...] = ()


def parse_file(path: Path, *, platform: str, command: str) -> ParseOutcome:
    """Parse the text of one command.

    Raises:
        UsageError: no such platform or command.
        InputFileError: the file cannot be read.
    """
    known = platform_named(platform)
    if known is None:
        raise UsageError(f"no platform {platform!r}.", hint=f"Known: {', '.join(one.name for one in PLATFORMS)}.")
    meant = find_command(known, command)
    if meant is None:
        raise UsageError(
            f"{known.name} declares no command {command!r}, or several are meant.", hint=f"Near: {', '.join(_near(known, command))}."
        )
    text, messages = read_output(path, meant)
    return ParseOutcome(meant, parse_output(known, meant, text), tuple(clean(message, limit=400) for message in messages))


def _near(platform: Platform, command: str) -> list[str]:
    """The commands that somebody may have meant: those that share most of the words' beginnings."""
    words = [word[:3] for word in command.lower().split()[1:]]

    def shared(text: str) -> int:
        return sum(any(part.startswith(word) for part in re.split("[ -]", text)) for word in words)

    return sorted((one.text for one in platform.commands), key=lambda text: (-shared(text), text))[:NEAR_SHOWN]


def parse_document(outcome: ParseOutcome) -> dict[str, object]:
    """The outcome as JSON: every field of every row, unknown ones included."""
    parsed = outcome.parsed
    return {
        "schema": PARSE_SCHEMA,
        "command": outcome.command.text,
        "table": outcome.command.table.value,
        "state": parsed.state.value,
        "reason": parsed.reason,
        "bad_line_count": parsed.bad_line_count,
        "bad_lines": [{"line": line.line, "text": line.text, "reason": line.reason} for line in parsed.bad_lines],
        "console_messages": list(outcome.messages),
        "rows": [_plain(row) for row in parsed.rows],
    }


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(held) for key, held in value.items()}
    return _scalar(value)


def _scalar(value: object) -> object:
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime):
        return iso(value)
    return value.total_seconds() if isinstance(value, timedelta) else value
