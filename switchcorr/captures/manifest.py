"""``capture.json``: what whoever captured a device's outputs wrote down of them; every key is optional.

A sweep writes ``{schema, device, platform, host, taken_at, sweep, device_clock, profile, commands: {"show version": {file,
status, ...}}}``, with each command that it was to ask: of those that the visit never came to, ``{status: "not_asked"}``. A value
that cannot be used costs itself only, and is told.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from switchcorr.captures.commands import file_stem
from switchcorr.captures.document import Document
from switchcorr.errors import InputFileError
from switchcorr.files import ReadLimits, read_bytes
from switchcorr.model.inventory import AlgorithmProfile
from switchcorr.model.snapshot import OutputState
from switchcorr.platforms import PLATFORMS, Platform, platform_named
from switchcorr.text import clean

CAPTURE_JSON = "capture.json"
MANIFEST = "manifest.json"
VISITS = "visits.jsonl"
OF_THE_SWEEP = frozenset({MANIFEST, VISITS})
"""What a sweep writes beside the folders of its devices."""
NOT_ASKED = "not_asked"
"""The status of a command that the visit ended before."""
NEVER_ASKED = "the visit ended before it was asked"
"""The reason in the account of such a command: there is no text, so nothing is known of what the device would have said."""
CUT_OFF = "the visit was cut off before it was noted how the answer ended, so it may be cut short"
_LIMITS = ReadLimits(bytes_out=16 * 1024**2)
_NAME_LIMIT = 253
"""The longest name of a host."""
_STATES = {
    "ok": OutputState.PARSED,
    "partial": OutputState.TRUNCATED,
    "truncated": OutputState.TRUNCATED,
    "timeout": OutputState.TRUNCATED,
    "no_prompt": OutputState.TRUNCATED,
    "denied": OutputState.DENIED,
    "invalid": OutputState.INVALID,
    "feature_off": OutputState.FEATURE_OFF,
    NOT_ASKED: OutputState.QUARANTINED,
}


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written down of one command.

    Attributes:
        file: name of the file with its answer; empty if none was kept.
        status: the word for how it went; ``state`` is what it means.
        started_at: when it was sent; None if that was not written down.
        seconds: from sending to the last byte; 0.0 if that was not written down.
    """

    command: str
    file: str = ""
    status: str = "ok"
    state: OutputState = OutputState.PARSED
    started_at: datetime | None = None
    seconds: float = 0.0

    @property
    def own_file(self) -> str:
        """Where the answer would be to a command that was not asked yet when the notes were written; empty for all others."""
        return f"{file_stem(self.command)}.txt" if self.status == NOT_ASKED and not self.file else ""


@dataclass(frozen=True, slots=True)
class CaptureNotes:
    """The content of a ``capture.json``; all empty where there is none.

    Attributes:
        is_guessed: ``taken_at`` is that of the files, for want of a better one: nothing can be compared with it.
    """

    device: str = ""
    host: str = ""
    platform: Platform | None = None
    taken_at: datetime | None = None
    is_guessed: bool = False
    commands: tuple[Recorded, ...] = ()
    warnings: tuple[str, ...] = ()
    profile: AlgorithmProfile | None = None

    def of_file(self, name: str) -> Recorded | None:
        """What was written down of the command whose answer is in this file.

        A sweep that was killed wrote down that a command is not asked yet, and may have kept its answer since.
        """
        found = (recorded for recorded in self.commands if name in (recorded.file, recorded.own_file))
        return next(found, None)


def _platform(document: Document) -> Platform | None:
    name = document.text("platform", limit=_NAME_LIMIT)
    found = platform_named(name)
    if name and found is None:
        document.doubt("platform", name, f"unknown (known: {', '.join(one.name for one in PLATFORMS)})")
    return found


def _commands(document: Document) -> Iterator[Recorded]:
    for command, facts in document.objects("commands"):
        yield _recorded(clean(command, limit=120), facts)


def _recorded(command: str, facts: Document) -> Recorded:
    status = facts.text("status") or "ok"
    if status not in _STATES:
        facts.doubt("status", status, f"unknown (known: {', '.join(_STATES)})")
        status = "ok"
    return Recorded(command, facts.text("file"), status, _STATES[status], facts.moment("started_at"), facts.seconds("seconds"))


def read_capture_notes(path: Path) -> CaptureNotes:
    """Read a ``capture.json``; whatever is wrong with it is told in ``warnings``."""
    try:
        document = json.loads(read_bytes(path, limits=_LIMITS))
    except (InputFileError, ValueError, RecursionError) as error:
        return CaptureNotes(warnings=(f"{path}: cannot be read, what it says of the device is not used: {clean(str(error), limit=200)}",))
    if not isinstance(document, dict):
        return CaptureNotes(warnings=(f"{path}: holds no object, what it says of the device is not used",))
    told = Document(document)
    notes = CaptureNotes(
        told.text("device", limit=_NAME_LIMIT),
        told.text("host", limit=_NAME_LIMIT),
        _platform(told),
        told.moment("taken_at"),
        is_guessed=told.text("taken_at_from") == "files",
        commands=tuple(_commands(told)),
        profile=told.choice("profile", AlgorithmProfile),
    )
    return replace(notes, warnings=tuple(f"{path}: {doubt}" for doubt in told.doubts))
