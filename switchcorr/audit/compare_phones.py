"""Phones of two looks: moved, lost, new, and which firmware they run. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from switchcorr.audit.look import PHONE_TABLES, Look, is_whole
from switchcorr.model.addresses import PhoneName
from switchcorr.model.changes import Change, ChangeKind, ChangeState
from switchcorr.model.placement import Placement, PlacementState


def phone_changes(before: Look, after: Look) -> Iterator[Change]:
    """What became of the phones; one that only a device not read, or not to the end, could show is neither lost nor new."""
    old, new = _placed(before), _placed(after)
    known, seen = _whole(before, after), _whole(after, before)
    for phone in sorted(old.keys() | new.keys()):
        a, b = old.get(phone), new.get(phone)
        if a is not None and b is not None:
            if (a.device, a.interface) != (b.device, b.interface):
                words = f"{phone} moved from {_at(a)} to {_at(b)}"
                yield Change(ChangeKind.PHONE_MOVED, ChangeState.NEW, phone, words, after.at, _at(a), _at(b), b.device, phone)
        elif a is not None and a.device in seen:
            yield Change(ChangeKind.PHONE_LOST, ChangeState.NEW, phone, f"{phone} is no longer at {_at(a)}", after.at, _at(a), "", a.device, phone)  # fmt: skip
        elif b is not None and b.device in known:
            yield Change(ChangeKind.PHONE_NEW, ChangeState.NEW, phone, f"{phone} is new at {_at(b)}", after.at, "", _at(b), b.device, phone)
    yield from _firmware(before, after)


def _whole(look: Look, other: Look) -> frozenset[str]:
    """Devices of which this look shows every phone there was."""
    return frozenset(device for device in look.seen() if is_whole(look, other, device, PHONE_TABLES))


def _placed(look: Look) -> dict[str, Placement]:
    """Phones that a device of this look shows; one that was only seen earlier is none."""
    return {
        str(one.phone): one for one in look.campus.placements
        if one.state is not PlacementState.UNPLACED and one.last_seen is None and one.device
    }  # fmt: skip


def _at(place: Placement) -> str:
    return f"{place.device} {place.interface}" if place.interface is not None else place.device


def _firmware(before: Look, after: Look) -> Iterator[Change]:
    """Waves of firmware: one change for all phones that went from one to another.

    A store keeps the firmware that a phone has with the place where it is, for as long as it is there: it does not tell an earlier one.
    """
    if before.is_stored:
        return
    old, new = _loads(before), _loads(after)
    waves = Counter((old[phone], load) for phone, load in new.items() if old.get(phone, load) != load)
    for (was, now), count in sorted(waves.items()):
        words = f"{count} phone{'' if count == 1 else 's'} went from firmware {was} to {now}"
        yield Change(ChangeKind.PHONE_FIRMWARE, ChangeState.NEW, f"firmware {now}", words, after.at, was, now)


def _loads(look: Look) -> Mapping[PhoneName, str]:
    found: dict[PhoneName, str] = {}
    for facts in look.snapshot.devices.values():
        for neighbor in facts.tables.neighbors:
            phone = PhoneName.parse_or_none(neighbor.name)
            if phone is not None and neighbor.software:
                found[phone] = neighbor.software
    return found
