"""Where phones are: for ``export placements`` and ``locate``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from switchcorr.errors import InputFileError, UsageError
from switchcorr.events.asked import Meant, find_phones, with_log_labels
from switchcorr.jobs.inputs.events import read_events
from switchcorr.jobs.inputs.network import read_network
from switchcorr.jobs.inputs.readings import EventsRead
from switchcorr.jobs.inputs.request import LocateRequest, PlacementsRequest, Progress, say_nothing
from switchcorr.model.addresses import PhoneName, device_key, phone_from_any
from switchcorr.model.campus import Campus
from switchcorr.model.event import EventLog
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.placement import Placement, PlacementState
from switchcorr.text import counted


@dataclass(frozen=True, slots=True)
class PlacementsOutcome:
    """Placements sorted by phone, the network they stand in, what could not be used at all, and what is odd about the rest."""

    placements: tuple[Placement, ...]
    campus: Campus
    missing: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    log: EventLog = field(default_factory=EventLog)


@dataclass(frozen=True, slots=True)
class LocateOutcome:
    """Placements that answer the question; ``asked`` says it in words where it is not a single phone under its own name."""

    asked: str
    placements: tuple[Placement, ...]
    missing: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def read_placements(request: PlacementsRequest, progress: Progress = say_nothing, *, phones: Sequence[PhoneName] = ()) -> PlacementsOutcome:
    """Place every phone, and those asked for by name.

    Raises:
        UsageError: nothing was given that tells where phones are.
        InputFileError: nothing of what was given can be used.
    """
    sources = request.campus
    if not sources.is_given and not request.events:
        raise UsageError(
            "nothing to read.",
            hint="Give --captures DIR, --locations FILE.csv, --events FILE with alarms of the phones, or a --store that has sweeps.",
        )
    events = read_events(request.events, request.times, progress) if request.events else EventsRead(EventLog(), (), (), ())
    network = read_network(sources, request.settings, events.log, progress, at=request.at, phones=phones)
    if network.missing and not network.campus.devices and not network.campus.risk.phones:
        raise InputFileError(f"nothing tells where phones are: {' '.join(network.missing)}", hint="Are the paths right?")
    placements = with_log_labels(network.campus.placements, events.log)
    return PlacementsOutcome(placements, network.campus, (*events.missing, *network.missing), network.warnings, events.log)


def locate(request: LocateRequest, progress: Progress = say_nothing) -> LocateOutcome:
    """Find one phone, or all phones below a part of the network.

    Raises:
        UsageError: neither or both were asked, or there is no such part.
    """
    if bool(request.phone) == bool(request.below) or len(request.below) > 1:
        raise UsageError(
            "give either a phone or one of --module, --switch, --uplink.", hint="Example: switchcorr locate SEP00005E005301 ..."
        )
    phone = phone_from_any(request.phone) or request.phone
    found = read_placements(request.source, progress, phones=(phone,) if isinstance(phone, PhoneName) else ())
    if request.below:
        kind, id_ = request.below[0]
        phones = phones_below(found.campus, kind, id_)
        chosen = tuple(placement for placement in found.placements if str(placement.phone) in phones)
        return LocateOutcome(f"{counted(len(chosen), 'phone')} below {kind} {id_}", chosen, found.missing, found.warnings)
    meant = find_phones(request.phone, found.placements, found.log)
    chosen = meant.placements or (Placement(phone, PlacementState.UNPLACED, reason=_why_unknown(phone, found)),)
    return LocateOutcome(_words(request.phone, meant), chosen, found.missing, found.warnings)


def _why_unknown(phone: PhoneName | str, found: PlacementsOutcome) -> str:
    read = sum(device.read and not device.stands_for for device in found.campus.devices)
    unseen = f"no switch of the {read:,} that were read has seen it, and no location names it"
    if isinstance(phone, PhoneName):
        return unseen
    labelled = any(placement.extension for placement in found.placements) or any(number >= 0 for number in found.log.extension)
    untold = "" if labelled else ": nothing given tells any (--locations with a column extension, or --events, can)"
    return f"{unseen}; no phone has it as extension, address or description{untold}"


def _words(asked: str, meant: Meant) -> str:
    """What was found by something else than a name, or several times; empty otherwise."""
    if not meant.placements or (meant.by == "name" and len(meant.placements) == 1):
        return ""
    return f"{counted(len(meant.placements), 'phone')} with {meant.by} {asked!r}"


def phones_below(campus: Campus, kind: str, id_: str) -> set[str]:
    """Names of the phones exposed to a component; of a member of a bundle, all phones that may cross it.

    The device may be written in any case and with its domain, an interface in any abbreviation.

    Raises:
        UsageError: no phone is exposed to such a component; the nearest ids are named.
    """
    table = campus.risk
    kinds = (kind, "uplink_bundle") if kind == "uplink" else (kind,)
    wanted = {id_, _canonical(id_, campus)}
    ways = [(name, known) for name in kinds for known in table.components.get(name, ()) if known.id in wanted]
    ways += [(item.bundle.kind, item.bundle) for item in table.hashed if item.component.kind == kind and item.component.id in wanted]
    found: set[str] = set()
    for name, component in ways:
        index = table.components[name].index(component)
        found |= {phone for phone, column in zip(table.phones, table.columns[name], strict=True) if column == index}
    if found:
        return found
    ids = [component.id for name in kinds for component in table.components.get(name, ())]
    device = re.split("[/:]", id_)[0]
    near = [known for known in ids if re.split("[/:]", known)[0] == device] or ids
    raise UsageError(f"no phone is below {kind} {id_!r}.", hint=f"Known: {', '.join(near[:12]) or 'none'}.")


def _canonical(id_: str, campus: Campus) -> str:
    """An id with the device's name and the interface as the campus has them."""
    device = re.split("[/:]", id_)[0]
    glue, rest = id_[len(device) : len(device) + 1], id_[len(device) + 1 :]
    names = [known.name for known in campus.devices if device_key(known.name) == device_key(device)]
    interface = InterfaceName.parse_or_none(rest) if glue == ":" else None
    return f"{names[0] if len(names) == 1 else device}{glue}{interface or rest}"
