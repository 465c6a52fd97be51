"""What would settle it and could not be seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.evidence.circumstances import Circumstances
from switchcorr.correlate.scoring.search import Posterior
from switchcorr.correlate.telling.unseen import Answered, recorded_in, unseen
from switchcorr.model.campus import Component, Observation, ObservationKind
from switchcorr.model.event import Event, EventKind, EventLog
from switchcorr.model.incident import Coverage, Verdict
from tests.correlate.scenes import (
    NOON,
    SILENT,
    Rows,
    alert,
    below,
    burst,
    campus_of,
    drop,
    explain,
    likelihood_of,
    noise,
    number_of,
    phone,
    rows_of,
)

_ROWS = {name: row | {"power": row["switch"]} for name, row in rows_of(6, 2, 20).items()}
_MODULE = below(_ROWS, "module", "acc-2/1")
_BACK = Event(NOON + timedelta(minutes=5), EventKind.REGISTERED, _MODULE[0])
_WELL = Observation(Component("module", "acc-2/1"), ObservationKind.COUNTER_QUIET, 0.0, "no error counter grew")
GIVE = "captures of their switches (--captures) or a table of locations (--locations) tell it"


def _unseen(events: list[Event], rows: Rows = _ROWS, observations: tuple[Observation, ...] = ()) -> tuple[str, ...]:
    (incident,) = explain(campus_of(rows, observations=observations), [*noise(rows, a_day=0.05), *events, alert(NOON), _BACK]).incidents
    return incident.unseen


def test_a_part_of_which_nothing_was_read_is_named() -> None:
    assert _unseen(burst(_MODULE[:12])) == (
        "error counters, status and log of module acc-2/1: nothing was read that tells whether it is sick or well (two captures, or --counters)",
    )
    assert _unseen(burst(_MODULE[:12]), observations=(_WELL,)) == ()
    elsewhere = Observation(Component("module", "acc-1/1"), ObservationKind.COUNTER_QUIET, 0.0, "no error counter grew")
    assert any("module acc-2/1: nothing was read" in sentence for sentence in _unseen(burst(_MODULE[:12]), observations=(elsewhere,)))


def test_of_what_has_no_counters_none_are_missed() -> None:
    rows = {name: row | {"floor": "north" if row["switch"] in ("acc-2", "acc-3") else "south"} for name, row in _ROWS.items()}
    assert not any("nothing was read" in sentence for sentence in _unseen(burst(below(rows, "floor", "north")[::2]), rows))


def test_of_a_vlan_its_spanning_tree_is_missed_and_of_two_parts_they_are() -> None:
    rows = {name: row | {"vlan": f"{int(name[-6:], 16) % 5}@b"} for name, row in _ROWS.items()}
    missed = _unseen(burst(below(rows, "vlan", "3@b")), rows)
    assert any(sentence.startswith("spanning-tree changes of VLAN 3@b: nothing was read") for sentence in missed)
    both = _unseen([*burst(_MODULE[:18]), *burst(below(_ROWS, "module", "acc-4/1")[:18], seed=3)])
    assert any(": nothing was read that tells whether they are sick" in sentence for sentence in both)


def _with_a_hole(hours: float) -> tuple[str, ...]:
    begin = NOON - timedelta(hours=hours)
    quiet = [event for event in noise(_ROWS, a_day=0.5, seed=7) if event.time is not None and not begin < event.time < NOON]
    (incident,) = explain(_ROWS, [*quiet, *burst(_MODULE[:18]), alert(NOON), _BACK]).incidents
    return tuple(sentence for sentence in incident.unseen if "the log holds no event" in sentence)


def test_a_hole_in_the_log_before_the_drops_is_told() -> None:
    (told,) = _with_a_hole(33)
    assert told.startswith("what happened from 2026-11-18 0")
    assert "UTC: the log holds no event of these 33." in told
    assert told.endswith(" h, so earlier drops, and what led to these, may be missing")
    assert _with_a_hole(0.5) == ()


def test_a_log_that_is_often_silent_or_begins_with_the_drops_has_no_hole() -> None:
    daily = [drop(phone(i), NOON + timedelta(days=day, seconds=200 * i)) for day in (-3, -2, -1) for i in range(60)]
    every_day = explain(_ROWS, [*daily, *burst(_MODULE[:18])]).incidents
    alone = explain(_ROWS, burst(_MODULE[:18])).incidents
    assert every_day
    assert alone
    assert not any("the log holds no event" in sentence for incident in (*every_day, *alone) for sentence in incident.unseen)


def test_of_a_server_no_counters_of_the_network_are_missed() -> None:
    assert not any("error counters" in sentence for sentence in _unseen(burst(sorted(_ROWS)[::4])))


@pytest.mark.parametrize(
    ("lacking", "words"),
    [
        (("power",), "a fault of what no location names: power domain"),
        (("power", "vlan", "uplink_bundle"), "a fault of what no location names: uplink bundle, VLAN, power domain"),
    ],
)
def test_usual_parts_that_no_location_names_are_told(lacking: tuple[str, ...], words: str) -> None:
    rows = {name: {kind: id_ for kind, id_ in row.items() if kind not in lacking} for name, row in _ROWS.items()}
    assert words in _unseen(burst(_MODULE[:12]), rows, (_WELL,))


def test_a_subnet_stands_for_a_vlan_and_an_uplink_for_a_bundle() -> None:
    rows = {
        name: {
            "module": row["module"],
            "switch": row["switch"],
            "power": row["power"],
            "subnet": row["vlan"],
            "uplink": f"{row['switch']}:Gi1/1",
        }
        for name, row in _ROWS.items()
    }
    assert _unseen(burst(_MODULE[:12]), rows, (_WELL,)) == ()


def test_times_by_the_minute_are_missed_where_nothing_is_proven() -> None:
    bare = {name: {"node": row["node"]} for name, row in _ROWS.items()}
    window = ((NOON, NOON + timedelta(minutes=4)),)
    by_minute = [drop(name, NOON + timedelta(minutes=i % 3)) for i, name in enumerate(sorted(bare)[:30])]
    (incident,) = explain(bare, by_minute, windows=window).incidents
    assert incident.verdict is Verdict.NOT_PROVEN
    assert "how sudden the drops were: the log's times are by the minute" in incident.unseen
    assert "by how much the clocks of the 2 nodes that tell of the drops differ: node-1, node-2" in incident.unseen
    one_node = {name: {"node": "node-1"} for name in bare}
    (same_clock,) = explain(one_node, by_minute, windows=window).incidents
    assert not any("clocks" in sentence for sentence in same_clock.unseen)
    few = explain(bare, [drop(phone(1), NOON), drop(phone(2), NOON)], windows=window).incidents[0]
    assert not any("by the minute" in sentence for sentence in few.unseen)


def test_a_part_that_no_location_names_is_told_where_it_is_likely_and_does_not_lead() -> None:
    lost = [phone(900 + number) for number in range(3)]
    rows = _ROWS | {name: {"node": "node-1"} for name in lost}
    drops = [drop(name, NOON + timedelta(seconds=10 * number)) for number, name in enumerate([*lost, *_MODULE[:2]])]
    window = ((NOON, NOON + timedelta(minutes=4)),)
    moved = replace(DEFAULT, benign_phones=len(rows))  # a site where desks are moved often: two of a module may be that
    (incident,) = explain(rows, [*noise(rows, a_day=0.05), *drops], windows=window, constants=moved).incidents
    assert 0.05 < incident.p_unlocated < 0.5
    assert any(one.startswith("a part of the network that these phones share and that stands in no location: ") for one in incident.unseen)


@pytest.mark.parametrize(("known", "words"), [(0, "no phone"), (1, "1 phone"), (2, "")])
def test_a_suspect_that_only_phones_at_unknown_places_speak_for_is_told_why_it_is_not_named(known: int, words: str) -> None:
    lost = [phone(900 + number) for number in range(5)]
    rows = _ROWS | {name: {"vlan": "101@b", "node": "node-1", "cluster": "one"} for name in lost}
    likelihood = likelihood_of(rows, [*below(_ROWS, "module", "acc-1/1")[:known], *lost])
    module = number_of(likelihood.exposure, "module", "acc-1/1")
    posterior = Posterior({module: 0.6}, {module: 0.6}, {}, 0.4, 0.0, 0.0, 0.0, {})
    told = unseen(
        recorded_in(EventLog()),
        Coverage(),
        likelihood,
        posterior,
        Circumstances(SILENT),
        Answered(Verdict.NOT_PROVEN, [module]),
    )
    begin = f"where the other phones are: {words} known to be on module acc-1/1 dropped"
    sentence = f"{begin}; what else speaks for it are phones whose place is not known, by their VLAN: {GIVE}"
    assert (sentence in told) is bool(words)
    assert any("what else speaks for it" in one for one in told) is bool(words)
