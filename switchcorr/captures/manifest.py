"""``capture.json``: what whoever captured a device's outputs wrote down of them; every key is optional.

A sweep writes ``{schema, device, platform, host, taken_at, sweep, device_clock, profile, commands: {"show version": {file,
status, ...}}}``, with each command that it was to ask: of those that the visit never came to, ``{status: "not_asked"}``. A value
that cannot be used costs itself only, and is told.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from switchcorr.captures.commands import file_stem
from switchcorr.errors import InputFileError
from switchcorr.files import ReadLimits, read_bytes
from switchcorr.model.inventory import AlgorithmProfile
from switchcorr.model.moments import DAY_S
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
_YEARS = range(1980, 2100)
_LONGEST_S = DAY_S
"""No command takes a day."""
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


@dataclass(slots=True)
class _Reader:
    """Takes values out of a document, and keeps a sentence on each that cannot be used."""

    path: Path
    document: Mapping[str, object]
    warnings: list[str] = field(default_factory=list)

    def text(self, key: str) -> str:
        value = self.document.get(key)
        if value is None:
            return ""
        if isinstance(value, str):
            return clean(value, limit=253)
        self.warn(key, value, "no text")
        return ""

    def platform(self) -> Platform | None:
        name = self.text("platform")
        found = platform_named(name)
        if name and found is None:
            self.warn("platform", name, f"unknown (known: {', '.join(one.name for one in PLATFORMS)})")
        return found

    def profile(self) -> AlgorithmProfile | None:
        """The SSH algorithms that the device was reached with; of no sweep, there are none."""
        name = self.text("profile")
        found = next((profile for profile in AlgorithmProfile if profile.value == name), None)
        if name and found is None:
            self.warn("profile", name, f"unknown (known: {', '.join(AlgorithmProfile)})")
        return found

    def moment(self, key: str, text: str) -> datetime | None:
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            self.warn(key, text, "no ISO 8601 time")
            return None
        if moment.year not in _YEARS:
            self.warn(key, text, "no time of a capture")
            return None
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)

    def commands(self) -> tuple[Recorded, ...]:
        value = self.document.get("commands", {})
        if not isinstance(value, dict):
            self.warn("commands", value, "no object")
            return ()
        return tuple(found for command, facts in sorted(value.items()) if (found := self._command(str(command), facts)) is not None)

    def _command(self, command: str, facts: object) -> Recorded | None:
        if not isinstance(facts, dict):
            self.warn(f"commands[{command}]", facts, "no object")
            return None
        status = str(facts.get("status") or "ok")
        if status not in _STATES:
            self.warn(f"commands[{command}].status", status, f"unknown (known: {', '.join(_STATES)})")
            status = "ok"
        started_at = self.moment(f"commands[{command}].started_at", clean(str(facts.get("started_at") or ""), limit=60))
        seconds = self._seconds(command, facts.get("seconds"))
        return Recorded(clean(command, limit=120), clean(str(facts.get("file") or "")), status, _STATES[status], started_at, seconds)

    def _seconds(self, command: str, value: object) -> float:
        if value is None:
            return 0.0
        if isinstance(value, int | float) and 0 <= value < _LONGEST_S:
            return float(value)
        self.warn(f"commands[{command}].seconds", value, "no length of time")
        return 0.0

    def warn(self, key: str, value: object, why: str) -> None:
        self.warnings.append(f"{self.path}: {key}: {clean(repr(value), limit=60)} is {why}, and not used")


def read_capture_notes(path: Path) -> CaptureNotes:
    """Read a ``capture.json``; whatever is wrong with it is told in ``warnings``."""
    try:
        document = json.loads(read_bytes(path, limits=_LIMITS))
    except (InputFileError, ValueError, RecursionError) as error:
        return CaptureNotes(warnings=(f"{path}: cannot be read, what it says of the device is not used: {clean(str(error), limit=200)}",))
    if not isinstance(document, dict):
        return CaptureNotes(warnings=(f"{path}: holds no object, what it says of the device is not used",))
    reader = _Reader(path, document)
    notes = CaptureNotes(
        reader.text("device"),
        reader.text("host"),
        reader.platform(),
        reader.moment("taken_at", reader.text("taken_at")),
        commands=reader.commands(),
    )
    return replace(notes, is_guessed=reader.text("taken_at_from") == "files", profile=reader.profile(), warnings=tuple(reader.warnings))
