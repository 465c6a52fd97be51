"""What was given to the wrong option: a path that cannot be used as it was meant, and the option that takes such a thing."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from shlex import quote

from switchcorr.errors import InputFileError
from switchcorr.events import ReadOptions, read_event_batches
from switchcorr.files import is_packet_capture, open_input
from switchcorr.model.event import EventKind, EventPools
from switchcorr.text import clean, counted, decode, looks_binary
from switchcorr.topology.facts.counters_file import read_counters
from switchcorr.topology.placement.locations import parse_locations

_HEAD = 1 << 16
_TAR_MARK = slice(257, 262)
_LONGEST_MESSAGE = 300
_NAMED = 5
"""Files that a command is written out for."""
_LOOKED_AT = 50
"""Files of a directory that are looked into."""
_PAGE = re.compile(r"(?i)(?:<!--[^>]{0,200}-->\s*)?<(?:!doctype\s+html|html)\b")
_JSON = re.compile(r'[{\[]\s*(?:["{\[\]}\d]|$)')
_OUR_SCHEMA = re.compile(r'"schema"\s*:\s*"(switchcorr/[a-z-]{1,40}/\d{1,4})"')
_OPTIONS = ReadOptions(now=datetime(2100, 1, 1, tzinfo=UTC))
"""Only whether there are events is asked, never when they were."""


def meant_for_captures(path: Path, error: InputFileError) -> str:
    """Why captures cannot be read; of a file, the option it was meant for or what to do with it."""
    if not path.is_file():
        return told(error)
    if _is_archive(path):
        return f"{path}: is an archive, no directory. Unpack it first and give the folder."
    if _is_event_log(path):
        return f"{path}: {_what(path)}; --captures wants a folder of outputs. Give it with --events."
    return told(error)


def meant_for_locations(path: Path, error: InputFileError) -> str:
    """Why a table of locations cannot be read; of something else, the option it was meant for."""
    if path.is_dir():
        return f"{path}: is a directory; --locations takes one file. Outputs of switches are given with --captures."
    if path.is_file() and _is_event_log(path):
        return f"{path}: {_what(path)}, not a table of locations. Give it with --events."
    return told(error)


def meant_for_events(path: Path) -> str:
    """Why a path that gave no event cannot: the option it was meant for, or what it is; empty if it is none of the known."""
    if path.is_dir():
        logs = logs_among(_files_in(path))
        named = (
            f"is a directory. It holds {counted(len(logs), 'event log')}: {_each('--events', logs)}"
            if logs
            else "is a directory; name the logs in it"
        )
        return f"{path}: {named}. Outputs of switches are given with --captures."
    if path.is_file() and _is_locations(path):
        return f"{path}: looks like a table of locations, no event log. Give it with --locations."
    return _document(path) if path.is_file() else ""


def meant_for_ingest(path: Path) -> str:
    """Why the store takes no event from a path: what to type instead, or what it is; empty if it is none of the known."""
    if not path.is_dir():
        return meant_for_events(path)
    files = _files_in(path)
    if logs := logs_among(files):
        all_ = f"{quote(str(path))}/*" if len(logs) == len(files) else " ".join(quote(str(log)) for log in logs)
        return f"{path}: is a directory. It holds {counted(len(logs), 'event log')}: `switchcorr ingest {all_}`."
    return f"{path}: is a directory; name the logs in it. Outputs of switches are taken with `switchcorr store import {quote(str(path))}`."


def meant_for_counters(path: Path, error: InputFileError) -> str:
    """Why a table of counters cannot be read; of a directory, which files in it are tables of them."""
    if not path.is_dir():
        return told(error)
    tables = [file for file in _files_in(path) if _is_counters(file)]
    named = (
        f"Give {' or '.join(_option('--counters', table) for table in tables[:_NAMED])}"
        if tables
        else "Counters of switches are in --captures"
    )
    return f"{path}: is a directory; --counters takes one table (kind,id,delta). {named}."


def only_logs(directory: Path) -> str:
    """Of a directory for captures that holds event logs and nothing else, the option they are meant for; empty if there is more in it."""
    files = _files_in(directory)
    logs = logs_among(files)
    if not logs or len(logs) < len(files) or any(path.is_dir() for path in directory.iterdir()):
        return ""
    return f"{directory}: holds {counted(len(logs), 'event log')} and no outputs of switches: {_each('--events', logs)}."


def logs_among(files: Iterable[Path]) -> tuple[Path, ...]:
    """Those of the first files that look like event logs."""
    return tuple(path for path in islice(files, _LOOKED_AT) if _is_event_log(path))


def _files_in(directory: Path) -> list[Path]:
    """The files of a directory, sorted, without hidden ones; none if it cannot be listed."""
    try:
        return sorted(path for path in directory.iterdir() if path.is_file() and not path.name.startswith("."))
    except OSError:
        return []


def _each(option: str, paths: Sequence[Path]) -> str:
    """The option as it is typed for each of some paths; of many the first ones."""
    more = f" and so on, {counted(len(paths) - _NAMED, 'more file')}" if len(paths) > _NAMED else ""
    return " ".join(_option(option, path) for path in paths[:_NAMED]) + more


def _option(option: str, path: Path) -> str:
    return f"{option} {quote(str(path))}"


def told(error: InputFileError) -> str:
    """An error on one line, however much of a file it quotes."""
    return f"{clean(error.message, limit=_LONGEST_MESSAGE)} {error.hint}".rstrip()


def _is_event_log(path: Path) -> bool:
    """Whether a file begins with events that have a time, or is a capture that may hold some; what switches say of themselves stands in terminal logs too."""
    if is_packet_capture(path):
        return True
    batches = read_event_batches(path, options=_OPTIONS, pools=EventPools())
    logs = [batch.log for batch in islice(batches, 2)]  # the last event of a short file comes with its end
    events = (one for log in logs for one in zip(log.kind, log.time, strict=True))
    return any(kind != EventKind.SWITCH_MESSAGE and math.isfinite(time) for kind, time in events)


def _what(path: Path) -> str:
    """What a file is in which events were found."""
    return "is a packet capture" if is_packet_capture(path) else "looks like an event log"


def _is_locations(path: Path) -> bool:
    """Whether a file begins as a table that tells what phones share."""
    try:
        head = _head(path)
        return not looks_binary(head) and any(parse_locations(decode(head), source=str(path)).rows.values())
    except InputFileError:
        return False


def _is_counters(path: Path) -> bool:
    """Whether a file begins as a table of counters."""
    try:
        read_counters(path, {})
    except InputFileError:
        return False
    return True


def _document(path: Path) -> str:
    """What a file is that holds no line of a log: a page, or JSON of another shape; empty if it is neither."""
    try:
        text = decode(_head(path)).lstrip("\ufeff \t\r\n")
    except InputFileError:
        return ""
    if _PAGE.match(text):
        return f"{path}: is an HTML page, no event log. Give the log itself, or the table on the page saved as CSV."
    if not _JSON.match(text):
        return ""
    ours = _OUR_SCHEMA.search(text[:_LONGEST_MESSAGE])
    if ours:
        return f"{path}: is JSON that switchcorr wrote ({ours[1]}), no event log."
    return f"{path}: is JSON of another shape. Events as JSON are lines of their own with time, phone and event (docs/event-formats.md)."


def _is_archive(path: Path) -> bool:
    """Whether a file holds others, or is packed in a way that is not read."""
    try:
        return _head(path)[_TAR_MARK] == b"ustar"
    except InputFileError as error:
        return error.hint.startswith("Unpack")


def _head(path: Path) -> bytes:
    with closing(open_input(path)) as stream:
        return stream.read(_HEAD)
