"""How far the clocks of the nodes are apart."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pytest

from switchcorr.correlate.detection.clock_offsets import ClockOffsets, Offset, estimate_offsets
from switchcorr.correlate.detection.looks import find_bursts
from switchcorr.model.event import Event, EventKind
from tests.correlate.scenes import NOON, START, below, case_of, drop, explain, log_of, noise, phone, rows_of

_ROWS = rows_of(8, 2, 40, nodes=3)
_OFFSETS = {"node-1": 0.0, "node-2": 12.0, "node-3": -7.0}


def _late(event: Event, node: str, offsets: dict[str, float] = _OFFSETS) -> Event:
    assert event.time is not None
    return Event(event.time + timedelta(seconds=offsets[node]), event.kind, event.name, reason=event.reason, node=node)


def _bursts(count: int, seed: int = 1) -> list[Event]:
    random_ = random.Random(seed)
    events = []
    for number in range(count):
        at = START + timedelta(hours=9 + 17 * number)
        for name in below(_ROWS, "switch", f"acc-{number % 8 + 1}"):
            events.append(_late(drop(name, at + timedelta(seconds=random_.uniform(0, 40))), _ROWS[name]["node"]))
    return events


_FALLBACK_S, _RESTART_S, _FAILOVER_S = (5, 15), (10, 60), (60, 200)
_EXACT = {"node-1": 0.0, "node-2": 0.0}


def _moves(pairs: Sequence[tuple[str, str]], each: int, seed: int = 2) -> list[Event]:
    return [event for place, pair in enumerate(pairs) for event in _moved(pair, (4, 10), _OFFSETS, each=each, seed=seed + place)]


def _moved(pair: tuple[str, str], delays: tuple[float, float], offsets: dict[str, float], *, each: int = 40, seed: int = 1) -> list[Event]:
    random_ = random.Random(seed)
    events = []
    for number in range(each):
        name, at = phone(seed * each + number), START + timedelta(hours=1 + seed, seconds=1500 * number)
        events.append(_late(drop(name, at), pair[0], offsets))
        events.append(_late(Event(at + timedelta(seconds=random_.uniform(*delays)), EventKind.REGISTERED, name), pair[1], offsets))
    return events


def _estimated(events: list[Event]) -> ClockOffsets:
    case = case_of(_ROWS, events)
    return estimate_offsets(log_of(events), case, find_bursts(case))


def test_bursts_of_the_network_tell_how_far_clocks_are_apart() -> None:
    found = _estimated(_bursts(8))
    for node, seconds in _OFFSETS.items():
        assert found.known[node].seconds == pytest.approx(seconds, abs=3 * found.known[node].spread)
        assert found.known[node].spread < 2.5
    assert set(found.clear) == {"node-2", "node-3"}


def test_phones_that_move_both_ways_tell_it_whatever_the_delay() -> None:
    found = _estimated(_moves([("node-1", "node-2"), ("node-2", "node-1")], 40))
    assert found.known["node-2"].seconds - found.known["node-1"].seconds == pytest.approx(12.0, abs=1.0)
    assert set(found.known) == {"node-1", "node-2"}


@pytest.mark.parametrize("failover_s", [_RESTART_S, _FAILOVER_S])
def test_a_failover_that_takes_longer_than_the_fallback_accuses_no_clock(failover_s: tuple[float, float]) -> None:
    ways = (("node-1", "node-2"), failover_s), (("node-2", "node-1"), _FALLBACK_S)
    found = _estimated([event for seed, (pair, delays) in enumerate(ways) for event in _moved(pair, delays, _EXACT, seed=seed)])
    assert set(found.known) == {"node-1", "node-2"}
    assert (found.clear, found.sentences()) == ({}, ())


def test_a_failover_to_several_nodes_is_no_more_proof_than_to_one() -> None:
    offsets = dict.fromkeys(_OFFSETS, 0.0)
    ways = [
        (pair, delays)
        for other in ("node-2", "node-3")
        for pair, delays in ((("node-1", other), _FAILOVER_S), ((other, "node-1"), _FALLBACK_S))
    ]
    found = _estimated([event for seed, (pair, delays) in enumerate(ways) for event in _moved(pair, delays, offsets, seed=seed)])
    assert (set(found.known), found.clear) == ({"node-1", "node-2", "node-3"}, {})


@pytest.mark.parametrize("seconds", [40.0, -40.0, 300.0, -300.0])
def test_what_failover_and_fallback_prove_of_a_clock_is_found(seconds: float) -> None:
    offsets = {"node-1": 0.0, "node-2": seconds}
    ways = (("node-1", "node-2"), _RESTART_S), (("node-2", "node-1"), _FALLBACK_S)
    found = _estimated([event for seed, (pair, delays) in enumerate(ways) for event in _moved(pair, delays, offsets, seed=seed)])
    assert found.known["node-2"].seconds - found.known["node-1"].seconds == pytest.approx(
        seconds, abs=10.0
    )  # half of the 15 s that both ways take at least
    assert set(found.clear) == {"node-1", "node-2"}


def test_nodes_that_note_late_that_a_phone_has_left_tell_nothing_of_their_clocks() -> None:
    ways = (("node-1", "node-2"), (-90, -30)), (("node-2", "node-1"), _FALLBACK_S)
    found = _estimated([event for seed, (pair, delays) in enumerate(ways) for event in _moved(pair, delays, _EXACT, seed=seed)])
    assert (found.known, found.unknown) == ({}, ("node-1", "node-2"))


def test_one_burst_alone_needs_more_than_two_spreads() -> None:
    one, two = (_estimated(_bursts(count)).known["node-2"] for count in (1, 2))
    assert one.spread > 1.5 * two.spread


def test_one_way_alone_tells_nothing_for_the_delay_is_not_known() -> None:
    found = _estimated([*_moves([("node-1", "node-2")], 40), drop(phone(99), NOON, node="node-2")])
    assert (found.known, found.unknown) == ({}, ("node-1", "node-2"))


def test_one_burst_in_which_two_things_happen_does_not_spoil_the_others() -> None:
    wrong = [_late(event, event.node, {"node-1": 0.0, "node-2": 60.0, "node-3": 0.0}) for event in _bursts(1, seed=5)]
    shifted = [
        Event((event.time or NOON) + timedelta(days=6.5), event.kind, event.name, reason=event.reason, node=event.node) for event in wrong
    ]
    found = _estimated([*_bursts(8), *shifted])
    assert found.known["node-2"].seconds == pytest.approx(12.0, abs=5.0)


def test_with_one_node_or_none_there_is_nothing_to_estimate() -> None:
    assert _estimated([drop(phone(i), NOON, node="node-1") for i in range(9)]) == ClockOffsets()
    assert _estimated(noise(_ROWS, days=1)) == ClockOffsets()


def test_a_stalled_server_is_no_measure_of_its_clock() -> None:
    random_ = random.Random(3)
    stalled = [_late(drop(name, NOON + timedelta(seconds=random_.uniform(0, 60))), "node-1") for name in below(_ROWS, "node", "node-1")]
    around = [_late(event, _ROWS[event.name]["node"]) for event in noise(_ROWS, a_day=0.3)]
    found = _estimated([*stalled, *around])
    assert found.clear == {}


def test_corrected_drops_stay_in_order_and_keep_their_events() -> None:
    events = _bursts(8)
    case, log = case_of(_ROWS, events), log_of(events)
    corrected = _estimated(events).applied(case, log)
    assert (np.diff(corrected.drops.time) >= 0).all()
    assert sorted(corrected.drops.event.tolist()) == sorted(case.drops.event.tolist())
    node = np.array([log.pools.nodes.texts[log.node[event]] for event in corrected.drops.event.tolist()])
    raw = np.array([log.time[event] for event in corrected.drops.event.tolist()])
    assert np.median((raw - corrected.drops.time)[node == "node-2"]) == pytest.approx(12.0, abs=5.0)


def test_an_unknown_clock_widens_the_window_by_what_the_others_are_off_and_at_most_to_twice_its_length() -> None:
    events = _bursts(2)
    case, log = case_of(_ROWS, events), log_of(events)
    known = {"node-1": Offset(0.0, 1.0, 9), "node-2": Offset(60.0, 1.0, 9)}
    assert ClockOffsets(known).applied(case, log).constants.window_s == 240.0
    assert ClockOffsets(known, ("node-3",)).applied(case, log).constants.window_s == 240.0 + 60.0 - 24.0
    far = {"node-1": Offset(0.0, 1.0, 9), "node-2": Offset(3600.0, 1.0, 9)}
    assert ClockOffsets(far, ("node-3",)).applied(case, log).constants.window_s == 480.0
    none = {"node-2": Offset(1.0, 1.0, 9)}
    assert ClockOffsets(none, ("node-3",)).applied(case, log) is case


def test_what_is_assumed_of_clocks_is_told() -> None:
    known = {"node-2": Offset(12.04, 1.26, 1040), "node-3": Offset(-7.0, 1.0, 9), "node-1": Offset(0.2, 1.0, 9)}
    assert ClockOffsets(known, ("node-4",)).sentences() == (
        "the clock of node node-2 is taken to be 12.0 s ahead (± 1.3 s, from 1,040 phones); its times are corrected by that",
        "the clock of node node-3 is taken to be 7.0 s behind (± 1.0 s, from 9 phones); its times are corrected by that",
        "how far the clocks of node-4 are off is not known, so windows are wider by what the others are off",
    )
    assert ClockOffsets({}, ("node-4",)).sentences() == ()


def test_of_two_clocks_that_differ_none_is_said_to_be_right() -> None:
    told = ClockOffsets({"node-1": Offset(44.0, 1.0, 9), "node-2": Offset(-44.0, 1.0, 9)}).sentences()
    assert told[2:] == (
        "which of two clocks is right cannot be told, so the times lie between them; a check of NTP on both nodes settles it",
    )
    assert ClockOffsets({"node-1": Offset(0.1, 1.0, 9), "node-2": Offset(-0.1, 1.0, 9)}).sentences() == ()


def test_through_the_whole_engine_the_clocks_are_told() -> None:
    result = explain(_ROWS, _bursts(8))
    assert any("clock of node node-2" in sentence for sentence in result.coverage.assumptions)
    assert {cause.component.kind for incident in result.incidents for cause in incident.causes} <= {"switch", "uplink_bundle", "vlan"}
