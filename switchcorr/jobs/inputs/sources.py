"""One source of captures, read and parsed: apart from the network that is made of many, for a sweep needs no more than this."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from switchcorr.captures import DeviceSource, read_device
from switchcorr.model.inventory import AlgorithmProfile
from switchcorr.model.snapshot import DeviceFacts, OutputAccount
from switchcorr.parse.facts import parse_capture

_YEARS = range(1980, 2100)


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What one source of captures gave, as it comes back from a worker."""

    devices: tuple[DeviceFacts, ...]
    accounts: tuple[OutputAccount, ...] = ()
    warnings: tuple[str, ...] = ()
    profile: AlgorithmProfile | None = None


def read_source(source: DeviceSource) -> SourceFacts:
    """Read and parse one source; runs in a worker process."""
    reading = read_device(source)
    facts = tuple(_dated(parse_capture(capture)) for capture in reading.captures)
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
