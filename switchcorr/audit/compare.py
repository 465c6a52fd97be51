"""Two looks at a network: what is there now and was not, what is gone, what is otherwise. Pure.

Only what both looks saw is compared. A device that one of them did not read loses nothing and gains nothing: it is named as not seen.
So is a device whose answers were cut off in one of them: what it shows counts, what it does not show is not known to be absent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from switchcorr.audit.compare_phones import phone_changes
from switchcorr.audit.look import COMPARED, LINK_TABLES, MODULE_TABLES, Look, is_whole
from switchcorr.model.campus import CampusDevice, Component, Link, LinkEvidence, ModuleFacts, Observation, ObservationKind
from switchcorr.model.changes import Change, ChangeKind, ChangeState, Comparison, in_order
from switchcorr.text import counted

_STATES: Mapping[ObservationKind, ChangeKind] = {
    ObservationKind.MODULE_STATUS: ChangeKind.MODULE_STATUS,
    ObservationKind.DIAGNOSTIC_FAILURE: ChangeKind.MODULE_STATUS,
    ObservationKind.POWER_FAULT: ChangeKind.POWER,
    ObservationKind.ENVIRONMENT: ChangeKind.ENVIRONMENT,
    ObservationKind.DUPLEX_MISMATCH: ChangeKind.ERRORS,
}
"""What a single look tells of parts that are not well."""
_GROWTH: Mapping[ObservationKind, ChangeKind] = {
    ObservationKind.COUNTER_GROWTH: ChangeKind.ERRORS,
    ObservationKind.LINK_FLAP: ChangeKind.ERRORS,
    ObservationKind.RELOAD: ChangeKind.RESTART,
}
"""What only two looks tell."""
_NAMES_SHOWN = 5


def compare_looks(before: Look, after: Look, growth: Sequence[Observation]) -> Comparison:
    """Everything that changed.

    Args:
        growth: what both looks together tell of parts: counters that grew, restarts.
    """
    changes = [
        *_unread(before, after), *_devices(before, after), *_links(before, after), *_states(before, after), *_grown(growth, before, after),
        *phone_changes(before, after),
    ]  # fmt: skip
    return Comparison(before.name, after.name, before.at, after.at, in_order(map(with_id, changes)), unseen(before, after))


def with_id(change: Change) -> Change:
    """The change under its stable name: the same for the same subject and the same kind, whatever else is told of it."""
    key = "|".join((change.kind.value, change.subject, change.after if change.kind in _ONCE else "", _hour(change)))
    return replace(change, id=f"{change.kind.value}-{hashlib.sha256(key.encode()).hexdigest()[:8]}")


_ONCE = frozenset({ChangeKind.PHONE_MOVED, ChangeKind.SOFTWARE, ChangeKind.PHONE_FIRMWARE, ChangeKind.MODULE})
"""Kinds whose new value belongs to what they are: a phone that moves twice is two findings."""


def _hour(change: Change) -> str:
    """Restarts of different hours are different findings; two visits disagree about a start by minutes."""
    return f"{change.when:%Y-%m-%dT%H}" if change.kind is ChangeKind.RESTART and change.when else ""


def unseen(before: Look, after: Look) -> tuple[str, ...]:
    """What could not be compared, as sentences."""
    devices = {device.name for look in (before, after) for device in look.campus.devices}
    missing = sorted((before.seen() ^ after.seen()) & devices)
    cut = sorted(name for name in _both(before, after) if _is_cut(before, after, name) or _is_cut(after, before, name))
    sentences = (
        _named(missing, "could not be compared, as only one of the two looks read them"),
        _named(cut, "could be compared in part only, as answers were cut off or could not be read"),
    )
    return tuple(filter(None, sentences))


def _is_cut(look: Look, other: Look, device: str) -> bool:
    return not is_whole(look, other, device, COMPARED)


def _named(devices: Sequence[str], words: str) -> str:
    if not devices:
        return ""
    more = f" and {len(devices) - _NAMES_SHOWN} more" if len(devices) > _NAMES_SHOWN else ""
    return f"{len(devices)} device{'' if len(devices) == 1 else 's'} {words}: {', '.join(devices[:_NAMES_SHOWN])}{more}."


def _both(before: Look, after: Look) -> frozenset[str]:
    return before.seen() & after.seen()


def _unread(before: Look, after: Look) -> Iterator[Change]:
    for name, why in sorted(after.unread.items()):
        state = ChangeState.ONGOING if name in before.unread else ChangeState.NEW
        yield Change(ChangeKind.DEVICE_UNREACHED, state, name, f"{name} was not read: {why}", after.at, after=why, device=name)
    for name in sorted(before.unread.keys() & after.seen()):
        yield Change(ChangeKind.DEVICE_UNREACHED, ChangeState.GONE, name, f"{name} is read again", after.at, device=name)


def _devices(before: Look, after: Look) -> Iterator[Change]:
    old, new = ({device.name: device for device in look.campus.devices} for look in (before, after))
    for name in sorted(new.keys() - old.keys()):
        if not _may_be_hidden(name, after, before):
            yield Change(ChangeKind.DEVICE, ChangeState.NEW, name, f"{name} is new{_model(new[name])}", after.at, device=name)
    for name in sorted(old.keys() - new.keys() - after.unread.keys()):
        if not _may_be_hidden(name, before, after):
            yield Change(ChangeKind.DEVICE, ChangeState.GONE, name, f"{name} is named by nobody any more", after.at, device=name)
    for name in sorted(_both(before, after)):
        changes = _modules(old[name], new[name], after.at)
        hidden = {
            state for state, look, other in ((ChangeState.NEW, before, after), (ChangeState.GONE, after, before))
            if not is_whole(look, other, name, MODULE_TABLES)
        }  # fmt: skip
        yield from _software(old[name], new[name], after.at)
        yield from (change for change in changes if change.state not in hidden or (change.before and change.after))


def _may_be_hidden(name: str, look: Look, other: Look) -> bool:
    """Whether who names a device in one look did not name all its neighbors in the other."""
    by = {end for link in look.campus.links if name in (link.a, link.b) for end in (link.a, link.b)} - {name}
    return any(not is_whole(other, look, device, LINK_TABLES) for device in by)


def _model(device: CampusDevice) -> str:
    return f" ({device.model})" if device.model else ""


def _software(old: CampusDevice, new: CampusDevice, at: datetime | None) -> Iterator[Change]:
    if old.software and new.software and old.software != new.software:
        words = f"{new.name} runs {new.software}, before {old.software}"
        yield Change(ChangeKind.SOFTWARE, ChangeState.NEW, new.name, words, at, old.software, new.software, new.name)


def _modules(old: CampusDevice, new: CampusDevice, at: datetime | None) -> Iterator[Change]:
    was, now = ({module.id: module for module in device.modules} for device in (old, new))
    if not was or not now:  # one look did not read the table of modules
        return
    for id_ in sorted(was.keys() | now.keys()):
        a, b = was.get(id_), now.get(id_)
        if a is None or b is None or _is_other(a, b):
            yield _module(id_, a, b, at, new.name)


def _is_other(a: ModuleFacts, b: ModuleFacts) -> bool:
    known = [(one, other) for one, other in ((a.serial, b.serial), (a.model, b.model)) if one and other]
    return any(one != other for one, other in known)


def _module(id_: str, a: ModuleFacts | None, b: ModuleFacts | None, at: datetime | None, device: str) -> Change:
    name = f"module {id_}"
    before, after = (" ".join(filter(None, (one.model, one.serial))) if one else "" for one in (a, b))
    if a is None:
        return Change(ChangeKind.MODULE, ChangeState.NEW, name, f"{name} is new: {after or 'of unknown model'}", at, "", after, device)
    if b is None:
        words = f"{name} is gone: {before or 'of unknown model'}, with {counted(a.phones, 'phone')} before"
        return Change(ChangeKind.MODULE, ChangeState.GONE, name, words, at, before, "", device)
    return Change(ChangeKind.MODULE, ChangeState.NEW, name, f"{name} was exchanged: {after}, before {before}", at, before, after, device)


def _links(before: Look, after: Look) -> Iterator[Change]:
    """Links between devices that both looks read; a port-channel's members count each for itself."""
    both = _both(before, after)
    old, new = ({key: link for link in look.campus.links for key in _ends(link) if key[0] in both} for look in (before, after))
    told: set[frozenset[tuple[str, str]]] = set()
    for key in sorted(old.keys() | new.keys()):
        a, b = old.get(key), new.get(key)
        link = b or a
        if link is None or link.a not in both or link.b not in both or frozenset(_ends(link)) in told:
            continue
        if a is not None and b is not None and _is_given_up(a, b, after):
            b = None
        if (a is None and _may_lack(before, after, link)) or (b is None and _may_lack(after, before, link)):
            continue
        if a is None or b is None or {a.a, a.b} != {b.a, b.b}:
            told |= {frozenset(_ends(one)) for one in (a, b) if one is not None}
            yield _link(key, a, b, after.at)


def _may_lack(look: Look, other: Look, link: Link) -> bool:
    """Whether a link may be there that a look does not show, as an end of it did not name all its neighbors."""
    return not all(is_whole(look, other, device, LINK_TABLES) for device in (link.a, link.b))


def _is_given_up(a: Link, b: Link, after: Look) -> bool:
    """Whether one end of a link that both ends named no longer does, though it names others: what the other end says is old."""
    if a.evidence is not LinkEvidence.MUTUAL_NEIGHBORS or b.evidence is not LinkEvidence.ONE_SIDED_NEIGHBOR:
        return False
    for device, interface in _ends(b):
        facts = after.snapshot.devices.get(device)
        named = [str(row.local) for row in facts.tables.neighbors] if facts is not None else []
        if named and interface not in named:
            return True
    return False


def _ends(link: Link) -> Iterator[tuple[str, str]]:
    for device, interface in ((link.a, link.a_interface), (link.b, link.b_interface)):
        if interface is not None:
            yield device, str(interface)


def _link(key: tuple[str, str], a: Link | None, b: Link | None, at: datetime | None) -> Change:
    device, interface = key
    was, now = (_far(link, device) if link else "" for link in (a, b))
    name = f"{device} {interface}"
    if b is None:
        return Change(ChangeKind.UPLINK, ChangeState.GONE, name, f"{name} no longer leads to {was}", at, was, "", device)
    words = f"{name} leads to {now}" + (f", before to {was}" if was else ", before to nobody")
    return Change(ChangeKind.UPLINK, ChangeState.NEW, name, words, at, was, now, device)


def _far(link: Link, device: str) -> str:
    return link.b if link.a == device else link.a


def _states(before: Look, after: Look) -> Iterator[Change]:
    """Parts that are not well now, or were not well before."""
    both = _both(before, after)
    old, new = (_not_well(look.campus.observations, both) for look in (before, after))
    for key in sorted(new.keys() | old.keys(), key=lambda one: (one[0].value, one[1])):
        kind, component = key
        if key in new:
            state = ChangeState.ONGOING if key in old else ChangeState.NEW
            yield Change(kind, state, _said(component), new[key].text, after.at, after=new[key].text, device=device_of(component))
        else:
            words = f"{_said(component)}: no longer so: {old[key].text}"
            yield Change(kind, ChangeState.GONE, _said(component), words, after.at, old[key].text, "", device_of(component))


def _not_well(facts: Iterable[Observation], both: frozenset[str]) -> dict[tuple[ChangeKind, Component], Observation]:
    found: dict[tuple[ChangeKind, Component], Observation] = {}
    for fact in facts:
        if fact.kind in _STATES and device_of(fact.component) in both:
            found.setdefault((_STATES[fact.kind], fact.component), fact)
    return found


def _grown(growth: Sequence[Observation], before: Look, after: Look) -> Iterator[Change]:
    both = _both(before, after)
    worst: dict[tuple[ChangeKind, Component], Observation] = {}
    for fact in growth:
        if fact.kind not in _GROWTH or device_of(fact.component) not in both or not _is_between(fact, before.at, after.at):
            continue
        key = _GROWTH[fact.kind], fact.component
        if key not in worst or fact.value > worst[key].value:
            worst[key] = fact
    for (kind, component), fact in worst.items():
        when = fact.at or after.at
        yield Change(kind, ChangeState.NEW, _said(component), fact.text, when, after=fact.text, device=device_of(component))


def _is_between(fact: Observation, start: datetime | None, end: datetime | None) -> bool:
    """Whether something happened after the earlier look; a growth is between the two by itself."""
    if fact.kind is ObservationKind.RELOAD:
        return fact.at is not None and start is not None and fact.at > start and (end is None or fact.at <= end)
    return True


def device_of(component: Component) -> str:
    """The switch that a part belongs to.

    >>> device_of(Component("module", "acc-12/3")), device_of(Component("uplink", "acc-12:GigabitEthernet1/1"))
    ('acc-12', 'acc-12')
    """
    return component.id.partition(":")[0].partition("/")[0]


def _said(component: Component) -> str:
    return component.label or f"{component.kind.replace('_', ' ')} {component.id}"
