"""Which windows of a log become incidents."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.detection.looks import find_looks
from switchcorr.model.event import Event
from tests.correlate.scenes import NOON, START, Rows, below, burst, case_of, drop, explain, noise, rows_of

_ROWS = rows_of(40, 4, 20)
_CARD = below(_ROWS, "module", "acc-7/2")
_DAYS = 7


def _desk_moves(rows: Rows, a_day: int, seed: int) -> list[Event]:
    """Two or three phones of one module that are unplugged within minutes."""
    random_, modules = random.Random(seed), sorted({row["module"] for row in rows.values()})
    moved = []
    for _ in range(_DAYS * a_day):
        at = START + timedelta(days=random_.uniform(0, _DAYS))
        names = random_.sample(below(rows, "module", random_.choice(modules)), random_.choice((2, 3, 3)))
        moved += [drop(name, at + timedelta(seconds=random_.uniform(0, 150)), 8) for name in names]
    return moved


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_five_phones_of_a_card_stand_out_among_twelve_desk_moves_a_day_and_nothing_else_does(seed: int) -> None:
    week = [*noise(_ROWS, a_day=0.1, seed=seed), *_desk_moves(_ROWS, 12, seed)]
    (incident,) = explain(_ROWS, [*week, *burst(_CARD[:5], NOON, seconds=100, seed=seed)]).incidents
    assert (incident.start.date(), [cause.component.id for cause in incident.causes]) == (NOON.date(), ["acc-7/2"])


@pytest.mark.parametrize("seed", [1, 3])
def test_a_burst_is_found_of_which_only_two_phones_have_a_known_place(seed: int) -> None:
    """Two of a card and one without a place, of a VLAN of ten switches."""
    lost = list(_ROWS)[::8]
    rows = {name: row | {"vlan": f"{100 + int(row['switch'][4:]) // 10}@b"} for name, row in _ROWS.items()}
    rows |= {name: {"vlan": rows[name]["vlan"], "node": rows[name]["node"]} for name in lost}
    hit = [*[name for name in _CARD if name not in lost][:2], *below({name: rows[name] for name in lost}, "vlan", "100@b")[:1]]
    (incident,) = explain(rows, [*noise(rows, a_day=0.05, seed=seed), *burst(hit, NOON, seconds=60, seed=seed)]).incidents
    assert (incident.start.date(), incident.suspects[0].component.id) == (NOON.date(), "acc-7/2")


def test_about_as_many_windows_are_looked_at_as_the_constant_says() -> None:
    week = [*noise(_ROWS, a_day=0.1), *_desk_moves(_ROWS, 40, 3)]
    looks = find_looks(case_of(_ROWS, week))
    assert DEFAULT.looks_per_day / 4 < len(looks.windows) / _DAYS < 2 * DEFAULT.looks_per_day


def test_the_rare_levels_are_over_those_from_which_windows_are_looked_at() -> None:
    looks = find_looks(case_of(_ROWS, [*noise(_ROWS, a_day=0.1), *_desk_moves(_ROWS, 12, 1)]))
    assert (looks.rare >= looks.levels).all()
    assert (looks.rare > looks.levels).any()
