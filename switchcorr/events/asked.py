"""Which phones a person means who names one: by its name or MAC, or by what a telephone list calls it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from switchcorr.model.addresses import phone_from_any
from switchcorr.model.event import EventLog
from switchcorr.model.placement import Placement, PlacementState

_ONLY_IN_LOG = "the log tells of it, but neither a switch nor a location names it"


@dataclass(frozen=True, slots=True)
class Meant:
    """The phones that fit, in the order given, and by what they fit: ``name``, ``extension``, ``address`` or ``description``."""

    placements: tuple[Placement, ...]
    by: str


def with_log_labels(placements: Sequence[Placement], log: EventLog) -> tuple[Placement, ...]:
    """Placements with the extension and the description that the last event of a phone tells, else as they are; an address only where they have none."""
    told = _told(log)
    return tuple(_filled(placement, told.get(str(placement.phone), ("", "", ""))) for placement in placements)


def find_phones(asked: str, placements: Sequence[Placement], log: EventLog) -> Meant:
    """The phones that a word fits best by what the log tells of them, else by what the placements tell; each as the log has it labelled."""
    labelled = with_log_phones(placements, log)
    meant = phones_meant(asked, labelled)
    if meant.placements:
        return meant
    meant = phones_meant(asked, placements)
    return Meant(with_log_labels(meant.placements, log), meant.by)


def with_log_phones(placements: Sequence[Placement], log: EventLog) -> tuple[Placement, ...]:
    """Placements, and behind them the endpoints that only the log names, by name: they are nowhere."""
    told, known = _told(log), {str(placement.phone) for placement in placements}
    phones = (phone_from_any(name) or name for name in sorted(told))
    more = (Placement(phone, PlacementState.UNPLACED, reason=_ONLY_IN_LOG) for phone in phones if str(phone) not in known)
    return tuple(_filled(placement, told.get(str(placement.phone), ("", "", ""))) for placement in (*placements, *more))


def _told(log: EventLog) -> dict[str, tuple[str, str, str]]:
    """The last extension, description and address that the log tells of each name."""
    lines, words, ips = log.pools.extensions, log.pools.descriptions, log.pools.ips
    found: dict[int, tuple[int, int, int]] = {}
    for name, line, word, ip in zip(log.name, log.extension, log.description, log.ip, strict=True):
        if name >= 0:
            before = found.get(name, (-1, -1, -1))
            found[name] = (line if line >= 0 else before[0], word if word >= 0 else before[1], ip if ip >= 0 else before[2])
    return {log.pools.names.get(name): (lines.get(line), words.get(word), ips.get(ip)) for name, (line, word, ip) in found.items()}


def _filled(placement: Placement, told: tuple[str, str, str]) -> Placement:
    extension, description, ip = told
    return replace(
        placement,
        extension=extension or placement.extension,
        description=description or placement.description,
        ip=placement.ip or ip,
    )


def phones_meant(asked: str, placements: Sequence[Placement]) -> Meant:
    """The phones that a word fits best: those whose name it is, else whose extension, address, description, else whose description has it.

    Letters count in either case. An extension fits as a whole, never in part: 100 is not 1001.
    """
    word = asked.strip().casefold()
    name = str(phone_from_any(asked) or asked).casefold()
    tests: tuple[tuple[str, Callable[[Placement], bool]], ...] = (
        ("name", lambda one: str(one.phone).casefold() == name),
        ("extension", lambda one: word in _numbers(one.extension)),
        ("address", lambda one: one.ip.casefold() == word),
        ("description", lambda one: word in _parts(one.description)),
        ("description", lambda one: word in one.description.casefold()),
    )
    for by, fits in tests:
        found = tuple(filter(fits, placements)) if word else ()
        if found:
            return Meant(found, by)
    return Meant((), "")


def _numbers(extension: str) -> Iterable[str]:
    """Single numbers of ``4001,4002``, each as printed and without what an escaped plus has in front."""
    return [part.removeprefix("\\") for part in re.split(r"[\s,;/]+", extension.casefold()) if part]


def _parts(description: str) -> Iterable[str]:
    return [description.casefold(), *(part.strip() for part in description.casefold().split(","))]
