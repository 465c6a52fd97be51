"""Laws of what switches say: bounded, monotone, the same in any order, and nothing where nobody looked."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.drops.table import Window
from switchcorr.correlate.evidence.circumstances import Circumstances, component_odds, facts_in
from switchcorr.correlate.evidence.switches import fact_weight, index_facts, is_near, touched
from switchcorr.correlate.exposure.table import expose
from switchcorr.model.campus import Component, HashedComponent, Observation, ObservationKind
from switchcorr.model.event import EventLog
from tests.correlate.scenes import NOON, SILENT, below, burst, campus_of, explain, number_of, rows_of

_ROWS = rows_of(3, 2, 5)
_EXPOSURE = expose(EventLog(), campus_of(_ROWS))
_MODULES = tuple(Component("module", f"acc-{switch}/{module}") for switch in (1, 2, 3) for module in (1, 2))
_WINDOW = Window(NOON.timestamp(), NOON.timestamp() + 240)
_FACTS = st.builds(
    Observation,
    st.sampled_from((*_MODULES, Component("switch", "acc-1"), Component("switch", "stranger"))),
    st.sampled_from(ObservationKind),
    st.floats(0, 1e9),
    st.sampled_from(("one", "other")),
    tail=st.none() | st.floats(0, 1),
)


def _growth(tail: float | None, kind: ObservationKind = ObservationKind.COUNTER_GROWTH) -> Observation:
    return Observation(_MODULES[0], kind, 4120.0, "grew", tail=tail)


@given(_FACTS)
def test_every_weight_is_bounded_by_that_of_its_kind(fact: Observation) -> None:
    bound = dict(DEFAULT.observation_odds)[fact.kind.value]
    assert min(bound, 0.0) <= fact_weight(fact, DEFAULT) <= max(bound, 0.0)
    assert abs(fact_weight(fact, DEFAULT)) <= math.log(250)


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_rarer_among_healthy_parts_the_heavier(a: float, b: float) -> None:
    rare, common = (fact_weight(_growth(tail), DEFAULT) for tail in sorted((a, b)))
    assert 0 <= common <= rare
    quiet_rare, quiet_common = (fact_weight(_growth(tail, ObservationKind.COUNTER_QUIET), DEFAULT) for tail in sorted((a, b)))
    assert quiet_rare <= quiet_common <= 0


def test_errors_weigh_what_the_tail_says() -> None:
    assert fact_weight(_growth(0.05), DEFAULT) == pytest.approx(math.log(10))
    assert fact_weight(_growth(0.8), DEFAULT) == 0.0
    assert fact_weight(_growth(0.001, ObservationKind.COUNTER_TOTAL), DEFAULT) == 2.0
    assert fact_weight(_growth(0.2, ObservationKind.COUNTER_QUIET), DEFAULT) == pytest.approx(math.log(0.5 / 0.8))


@given(st.lists(_FACTS, max_size=8), st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_of_facts_changes_anything(facts: list[Observation], shuffle: random.Random) -> None:
    again = facts + facts[:3]
    shuffle.shuffle(again)
    numbers = touched(_EXPOSURE, _EXPOSURE.phones_of(number_of(_EXPOSURE, "switch", "acc-1")))
    told = [index_facts(_EXPOSURE, given).about(numbers, _EXPOSURE) for given in (facts, again)]
    assert told[0] == told[1]
    odds = [component_odds(_EXPOSURE, Circumstances(SILENT, facts), DEFAULT).tolist() for facts in told]
    assert odds[0] == odds[1]


def test_facts_that_differ_in_their_tail_alone_are_in_one_order() -> None:
    facts = [_growth(None), _growth(0.0), _growth(0.5)]
    numbers = [number_of(_EXPOSURE, "module", "acc-1/1")]
    ways = {index_facts(_EXPOSURE, given).about(numbers, _EXPOSURE) for given in permutations(facts)}
    assert len(ways) == 1


def test_what_was_not_polled_weighs_nothing_and_says_so_where_others_were() -> None:
    facts = index_facts(_EXPOSURE, [_growth(0.01)])
    asked = [number_of(_EXPOSURE, "module", "acc-1/1"), number_of(_EXPOSURE, "module", "acc-2/1"), number_of(_EXPOSURE, "switch", "acc-2")]
    grown, silent = facts.about(asked, _EXPOSURE)
    assert grown.kind is ObservationKind.COUNTER_GROWTH
    assert (silent.kind, silent.text) == (
        ObservationKind.COUNTER_UNPOLLED,
        "error counters of module acc-2/1: not polled, so they say nothing",
    )
    odds = component_odds(_EXPOSURE, Circumstances(SILENT, (grown, silent)), DEFAULT)
    assert odds[number_of(_EXPOSURE, "module", "acc-2/1")] == 0.0
    assert index_facts(_EXPOSURE, []).about(asked, _EXPOSURE) == ()


def test_the_answer_does_not_depend_on_the_order_of_facts_nor_on_their_copies() -> None:
    dropped = burst([*below(_ROWS, "module", "acc-1/1")[:4], *below(_ROWS, "module", "acc-2/1")[:2]])
    facts = [
        _growth(0.01),
        Observation(_MODULES[2], ObservationKind.COUNTER_QUIET, 0.0, "quiet", tail=0.3),
        Observation(Component("switch", "acc-1"), ObservationKind.RELOAD, 1.0, "restarted", NOON),
        Observation(_MODULES[0], ObservationKind.LINK_FLAP, 5.0, "flapped", NOON, tail=0.01),
    ]
    asked = {"windows": ((NOON - timedelta(seconds=10), NOON + timedelta(seconds=200)),)}
    answers = [explain(_ROWS, dropped, observations=tuple(given), **asked) for given in (facts, facts[::-1], facts + facts)]
    assert answers[0].incidents[0].causes[0].component == _MODULES[0]
    assert answers[0] == answers[1] == answers[2]


def test_what_weighs_nothing_takes_nothing_away() -> None:
    number = number_of(_EXPOSURE, "module", "acc-1/1")
    usual = replace(_growth(0.9), kind=ObservationKind.LINK_FLAP)
    quiet = _growth(0.2, ObservationKind.COUNTER_QUIET)
    for facts in ((usual, quiet), (quiet, usual)):
        assert component_odds(_EXPOSURE, Circumstances(SILENT, facts), DEFAULT)[number] == fact_weight(quiet, DEFAULT) < 0
    for facts in ((_growth(0.3), quiet), (quiet, _growth(0.3))):
        assert component_odds(_EXPOSURE, Circumstances(SILENT, facts), DEFAULT)[number] == fact_weight(_growth(0.3), DEFAULT) > 0


def test_growth_counts_inside_and_near_the_time_between_its_snapshots() -> None:
    def near(since: float, at: float) -> bool:
        fact = replace(_growth(0.01), since=NOON + timedelta(hours=since), at=NOON + timedelta(hours=at))
        return is_near(fact, _WINDOW, DEFAULT)

    assert [near(-1, 1), near(-100, 100), near(-9, -8), near(8, 9)] == [True] * 4
    assert [near(-200, -30), near(30, 200)] == [False] * 2


def test_of_several_times_between_snapshots_the_nearest_counts() -> None:
    def growth(since: float, at: float, kind: ObservationKind = ObservationKind.COUNTER_GROWTH, module: int = 0) -> Observation:
        return Observation(_MODULES[module], kind, 9.0, f"{since} to {at}", NOON + timedelta(hours=at), NOON + timedelta(hours=since), 0.01)

    quiet = growth(-1, 1, ObservationKind.COUNTER_QUIET)
    other = growth(2, 3, module=1)
    reload = Observation(_MODULES[0], ObservationKind.RELOAD, 1.0, "restarted", NOON)
    facts = (growth(-3, -1), quiet, growth(1, 2), other, reload)
    assert facts_in(facts, _WINDOW, DEFAULT) == (quiet, other, reload)
    assert facts_in((growth(-9, -5), growth(-5, -2), growth(4, 6)), _WINDOW, DEFAULT) == (growth(-5, -2),)
    timeless = Observation(_MODULES[0], ObservationKind.COUNTER_GROWTH, 9.0, "from a file")
    assert facts_in((growth(-9, -5), timeless), _WINDOW, DEFAULT) == (timeless,)


def test_a_fact_with_a_time_counts_near_the_window_only() -> None:
    facts = [Observation(_MODULES[0], ObservationKind.RELOAD, 1.0, str(m), NOON + timedelta(minutes=m)) for m in (-11, -9, 0, 13, 15, 90)]
    assert [fact.text for fact in facts_in(facts, _WINDOW, DEFAULT)] == ["-9", "0", "13"]


def test_a_fact_about_a_switch_is_one_about_the_distribution_switch_of_its_name() -> None:
    rows = rows_of(2, 1, 5, distribution="dist-1")
    exposure = expose(EventLog(), campus_of(rows))
    fact = Observation(Component("switch", "dist-1"), ObservationKind.RELOAD, 1.0, "dist-1 restarted")
    number = number_of(exposure, "distribution", "dist-1")
    (told,) = index_facts(exposure, [fact]).about([number], exposure)
    assert (told.component, told.text) == (Component("distribution", "dist-1"), "dist-1 restarted")
    assert component_odds(exposure, Circumstances(SILENT, (told,)), DEFAULT)[number] == fact_weight(fact, DEFAULT)


def test_members_of_a_bundle_are_touched_with_it() -> None:
    member = HashedComponent(Component("uplink", "acc-1:Te1/1/1"), Component("uplink_bundle", "acc-1:Port-channel1"), 2)
    exposure = expose(EventLog(), campus_of(_ROWS, hashed=(member,)))
    row = exposure.phones_of(number_of(exposure, "module", "acc-1/1"))[:1]
    names = {exposure.components[number].id for number in touched(exposure, row)}
    assert {"acc-1:Te1/1/1", "acc-1:Port-channel1", "acc-1/1", "acc-1"} <= names
    assert "acc-2" not in names
