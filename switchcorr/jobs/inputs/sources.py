"""One source of captures, read and parsed: apart from the network that is made of many, for a sweep needs no more than this."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from switchcorr.captures import DeviceSource, read_device
from switchcorr.captures.commands import find_file_command
from switchcorr.captures.folders import file_name
from switchcorr.captures.manifest import CAPTURE_JSON, read_capture_notes
from switchcorr.errors import ParseError
from switchcorr.model.inventory import AlgorithmProfile
from switchcorr.model.snapshot import DeviceFacts, OutputAccount
from switchcorr.parse.engine import prepare
from switchcorr.parse.sessions import parse_sessions

_YEARS = range(1980, 2100)


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What one source of captures gave, as it comes back from a worker."""

    devices: tuple[DeviceFacts, ...]
    accounts: tuple[OutputAccount, ...] = ()
    warnings: tuple[str, ...] = ()
    profile: AlgorithmProfile | None = None


def prepare_templates(sources: Sequence[DeviceSource]) -> None:
    """Compile what the first device of known platform needs, for most are of its kind: else each worker that is forked from here would.

    Nothing that a device said is read here, only what was written down of it and the names of its files.
    """
    notes = next((path for source in sources if source.is_directory for path in source.files if path.name == CAPTURE_JSON), None)
    platform = read_capture_notes(notes).platform if notes is not None else None
    if notes is None or platform is None:
        return
    files = next(source.files for source in sources if notes in source.files)
    for template in sorted({command.template for path in files if (command := find_file_command(platform, file_name(path))) is not None}):
        with suppress(ParseError):  # the worker tells it
            prepare(template)


def read_source(source: DeviceSource) -> SourceFacts:
    """Read and parse one source; runs in a worker process."""
    reading = read_device(source)
    facts = tuple(_dated(facts) for capture in reading.captures for facts in parse_sessions(capture))
    if len(facts) != 1:
        return SourceFacts(facts, reading.accounts, reading.warnings, reading.profile)
    unanswered = tuple(account for account in reading.accounts if account.command)
    others = tuple(account for account in reading.accounts if not account.command)
    return SourceFacts((_with(facts[0], unanswered),), others, reading.warnings, reading.profile)


def _with(facts: DeviceFacts, unanswered: Sequence[OutputAccount]) -> DeviceFacts:
    """A device's facts with the accounts of commands whose answer is not there: without them its tables would pass for whole."""
    return replace(facts, outputs=(*facts.outputs, *(replace(account, device=facts.device) for account in unanswered)))


def _dated(facts: DeviceFacts) -> DeviceFacts:
    """Facts with the device's own clock as their time, if nothing better tells it; a year that no clock shows is damage."""
    clock = next((row.time for row in facts.tables.clock if row.time is not None and row.time.year in _YEARS), None)
    return facts if facts.taken_at is not None or clock is None else replace(facts, taken_at=clock)
