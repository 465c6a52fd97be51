"""What was given to the wrong option: a path that cannot be used as it was meant, and the option that takes such a thing."""

from __future__ import annotations

import math
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from switchcorr.errors import InputFileError
from switchcorr.events import ReadOptions, read_event_batches
from switchcorr.files import open_input
from switchcorr.model.event import EventKind, EventPools
from switchcorr.text import clean, decode, looks_binary
from switchcorr.topology.placement.locations import parse_locations

_HEAD = 1 << 16
_TAR_MARK = slice(257, 262)
_LONGEST_MESSAGE = 300
_OPTIONS = ReadOptions(now=datetime(2100, 1, 1, tzinfo=UTC))
"""Only whether there are events is asked, never when they were."""


def meant_for_captures(path: Path, error: InputFileError) -> str:
    """Why captures cannot be read; of a file, the option it was meant for or what to do with it."""
    if not path.is_file():
        return told(error)
    if _is_archive(path):
        return f"{path}: is an archive, no directory. Unpack it first and give the folder."
    if _is_event_log(path):
        return f"{path}: looks like an event log; --captures wants a folder of outputs. Give it with --events."
    return told(error)


def meant_for_locations(path: Path, error: InputFileError) -> str:
    """Why a table of locations cannot be read; of something else, the option it was meant for."""
    if path.is_dir():
        return f"{path}: is a directory; --locations takes one file. Outputs of switches are given with --captures."
    if path.is_file() and _is_event_log(path):
        return f"{path}: looks like an event log, not a table of locations. Give it with --events."
    return told(error)


def meant_for_events(path: Path) -> str:
    """Why a path that gave no event cannot: the option it was meant for; empty if it is none of the known."""
    if path.is_dir():
        return f"{path}: is a directory; name the logs in it. Outputs of switches are given with --captures."
    if path.is_file() and _is_locations(path):
        return f"{path}: looks like a table of locations, no event log. Give it with --locations."
    return ""


def told(error: InputFileError) -> str:
    """An error on one line, however much of a file it quotes."""
    return f"{clean(error.message, limit=_LONGEST_MESSAGE)} {error.hint}".rstrip()


def _is_event_log(path: Path) -> bool:
    """Whether a file begins with events that have a time; what switches say of themselves stands in terminal logs too."""
    batches = read_event_batches(path, options=_OPTIONS, pools=EventPools())
    logs = [batch.log for batch in islice(batches, 2)]  # the last event of a short file comes with its end
    events = (one for log in logs for one in zip(log.kind, log.time, strict=True))
    return any(kind != EventKind.SWITCH_MESSAGE and math.isfinite(time) for kind, time in events)


def _is_locations(path: Path) -> bool:
    """Whether a file begins as a table that tells what phones share."""
    try:
        head = _head(path)
        return not looks_binary(head) and any(parse_locations(decode(head), source=str(path)).rows.values())
    except InputFileError:
        return False


def _is_archive(path: Path) -> bool:
    """Whether a file holds others, or is packed in a way that is not read."""
    try:
        return _head(path)[_TAR_MARK] == b"ustar"
    except InputFileError as error:
        return error.hint.startswith("Unpack")


def _head(path: Path) -> bytes:
    with closing(open_input(path)) as stream:
        return stream.read(_HEAD)
