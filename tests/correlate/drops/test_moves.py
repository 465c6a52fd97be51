"""Phones that are carried to another desk: snapshots show them at other ports, and each drops once in between."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from switchcorr.correlate.drops.moves import moves, told_moves
from switchcorr.model.campus import Campus
from switchcorr.model.event import Event
from switchcorr.model.incident import Verdict
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.placement import PlacementEvidence, Sighting
from tests.correlate.scenes import NOON, below, burst, campus_of, drop, explain, noise, rows_of

BEFORE, AFTER = NOON - timedelta(hours=9), NOON + timedelta(hours=9)
_ROWS = rows_of(switches=12, modules=3, phones=20)
_DESKS = below(_ROWS, "module", "acc-3/2")


def seen(port: int | None, at: datetime | None, device: str = "acc-3") -> Sighting:
    """A phone at a port of the module that loses its phones."""
    interface = InterfaceName.parse(f"GigabitEthernet2/{port}") if port is not None else None
    return Sighting(device, interface, PlacementEvidence.CDP, at)


def carried(names: list[str]) -> Campus:
    """The campus after some phones were moved: the snapshot of the morning shows them on another switch."""
    campus = campus_of(_ROWS)
    placements = tuple(
        replace(one, sightings=(seen(1, AFTER), *((seen(2, BEFORE, "acc-9"),) if str(one.phone) in names else (seen(1, BEFORE),))))
        for one in campus.placements
    )
    return replace(campus, placements=placements)


def wave(names: list[str], minutes: float, seed: int = 4) -> list[Event]:
    """Phones unplugged one after another."""
    random_ = random.Random(seed)
    return [drop(name, NOON + timedelta(minutes=random_.uniform(0, minutes))) for name in names]


@pytest.mark.parametrize(("count", "minutes"), [(3, 4), (5, 4), (8, 10), (14, 20), (14, 40)])
def test_desks_that_are_moved_accuse_no_module(count: int, minutes: float) -> None:
    quiet, names = noise(_ROWS, a_day=0.1, seed=5), random.Random(count).sample(_DESKS, count)
    unmoved = explain(_ROWS, quiet + wave(names, minutes))
    assert {one.verdict for one in unmoved.incidents} == {Verdict.NETWORK}  # as the log alone looks
    moved = explain(carried(names), quiet + wave(names, minutes))
    assert moved.incidents == ()
    assert moved.recurring == ()
    assert any(
        text.startswith(f"{count} drops of phones that the next snapshot shows at another port") for text in moved.coverage.assumptions
    )


def test_phones_that_are_carried_away_from_a_dead_card_accuse_it_all_the_same() -> None:
    events = noise(_ROWS, a_day=0.1, seed=5) + burst(_DESKS[:14])
    (incident,) = explain(carried(_DESKS[:14]), events).incidents
    assert incident.verdict is Verdict.NETWORK
    assert incident.causes[0].component.id == "acc-3/2"
    assert incident.causes[0].affected == 14


def test_a_fault_beside_moved_phones_is_found() -> None:
    """Of phones that stay, the drops count; and of a moved one those before the last."""
    events = noise(_ROWS, a_day=0.1, seed=5) + burst(_DESKS[:10]) + [drop(_DESKS[0], NOON + timedelta(hours=2))]
    (incident,) = explain(carried(_DESKS[:1]), events).incidents
    assert incident.causes[0].affected == 10


def test_drops_outside_of_the_snapshots_are_no_moves() -> None:
    events = noise(_ROWS, a_day=0.1, seed=5) + burst(_DESKS[:8], BEFORE - timedelta(hours=2))
    (incident,) = explain(carried(_DESKS[:8]), events).incidents
    assert incident.causes[0].component.id == "acc-3/2"


def test_a_moved_phone_that_the_log_does_not_name_is_no_drop() -> None:
    result = explain(carried(_DESKS[-1:]), [drop(name, NOON) for name in sorted(_ROWS)[:3]])
    assert not any("another port" in text for text in result.coverage.assumptions)


def test_a_phone_was_moved_between_two_moments_at_different_ports() -> None:
    third = AFTER + timedelta(hours=1)
    assert list(moves((seen(1, AFTER), seen(2, BEFORE), seen(1, third)))) == [(BEFORE.timestamp(), AFTER.timestamp())]
    assert list(moves((seen(1, AFTER), seen(2, AFTER), seen(1, BEFORE)))) == []  # of one moment the decisive one counts
    assert list(moves((seen(1, AFTER), seen(2, None), seen(None, BEFORE)))) == []
    assert list(moves((seen(1, AFTER), seen(None, BEFORE), seen(2, BEFORE), seen(1, None)))) == [(BEFORE.timestamp(), AFTER.timestamp())]


def test_what_is_taken_for_a_move_is_told() -> None:
    assert told_moves(0) == ()
    assert told_moves(1)[0].startswith("1 drop of a phone that")
