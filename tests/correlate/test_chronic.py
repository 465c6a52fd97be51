"""Parts whose phones drop more often than others, each by itself."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from switchcorr.correlate.constants import Constants
from switchcorr.model.campus import Component, HashedComponent, Observation, ObservationKind
from switchcorr.model.event import Event
from switchcorr.model.incident import Chronic, Correlation, EvidenceKind
from switchcorr.model.reason import Reason, ReasonEnum
from tests.correlate.scenes import NOON, START, Rows, below, burst, campus_of, drop, explain, noise, phone, rows_of

_ROWS = rows_of(12, 4, 30, nodes=3)
_WEEK = noise(_ROWS)
_REASONS = (13, 13, 6, 8)


def _also(rows: Mapping[str, Mapping[str, str]], kind: str, id_: str, more: float, *, since: float = 0.0, seed: int = 5) -> list[Event]:
    """Further drops of a part's phones, so many times as many as they have anyway."""
    random_, names = random.Random(seed), below(rows, kind, id_)
    count = round(len(names) * 0.25 * (7 - since) * more)
    at = (START + timedelta(days=random_.uniform(since, 7)) for _ in range(count))
    return [drop(random_.choice(names), moment, random_.choice(_REASONS)) for moment in at]


def _one(result: Correlation) -> Chronic:
    (found,) = result.chronic
    return found


def _named(result: Correlation) -> list[str]:
    return [f"{part.component.kind} {part.component.id}" for part in result.chronic]


def test_a_module_that_loses_its_phones_one_by_one_is_named_and_is_no_incident() -> None:
    result = explain(_ROWS, [*_WEEK, *_also(_ROWS, "module", "acc-3/2", 4.0)])
    found = _one(result)
    assert (found.component, found.equivalent, result.incidents, result.recurring) == (Component("module", "acc-3/2"), (), (), ())
    assert found.probability > 0.95
    assert 3.5 < found.ratio < 6.5
    assert (found.exposed, found.since) == (30, None)
    assert 27 <= found.dropped <= 30
    assert found.first < START + timedelta(days=1)
    assert found.last > START + timedelta(days=6)
    assert found.reason == Reason(ReasonEnum.END_POINT_UNREGISTERED, 13)
    assert 0 < found.reason_drops < found.drops
    (contrast,) = found.evidence_for
    assert contrast.kind is EvidenceKind.CONTRAST
    assert contrast.text.startswith(f"{found.dropped} of 30 phones dropped, each by itself, {found.drops} times in all where ")
    assert contrast.weight > 10
    assert found.next_step.startswith("module acc-3/2: clear the error counters of its ports")


def test_a_quiet_week_names_nothing_however_unlike_its_phones_are() -> None:
    random_ = random.Random(1)
    unlike = [
        drop(name, START + timedelta(days=random_.uniform(0, 7)), 8)
        for name in sorted(_ROWS)
        for _ in range(min(40, int(random_.expovariate(1) * 2)))
    ]
    assert (explain(_ROWS, _WEEK).chronic, explain(_ROWS, unlike).chronic) == ((), ())


def test_one_phone_that_flaps_accuses_no_part() -> None:
    name = below(_ROWS, "module", "acc-3/2")[4]
    random_ = random.Random(3)
    result = explain(_ROWS, [*_WEEK, *(drop(name, START + timedelta(days=random_.uniform(0, 7))) for _ in range(80))])
    assert ([one.phone for one in result.flapping], result.chronic) == ([name], ())


def test_a_switch_has_the_names_of_all_that_share_its_phones() -> None:
    found = _one(explain(_ROWS, [*_WEEK, *_also(_ROWS, "switch", "acc-5", 2.0)]))
    assert found.component == Component("switch", "acc-5")
    assert set(found.equivalent) == {Component("uplink_bundle", "acc-5:Port-channel1"), Component("vlan", "105@b")}
    assert found.next_step.startswith("switch acc-5: look at errors and duplex of its uplinks first")
    assert ". Or it is uplink bundle acc-5:Port-channel1: look at the members one by one" in found.next_step
    assert ". Or it is VLAN 105@b: look at DHCP lease times" in found.next_step


def test_a_node_is_held_against_the_phones_of_the_others() -> None:
    found = _one(explain(_ROWS, [*_WEEK, *_also(_ROWS, "node", "node-2", 2.0)]))
    assert found.component == Component("node", "node-2")
    assert found.expected == pytest.approx(480 * 7 * 0.25 * 7 / 8, rel=0.1)  # one drop of eight is on purpose
    assert found.ratio == pytest.approx((2.0 + 7 / 8) / (7 / 8), rel=0.1)


def test_two_parts_are_told_one_after_the_other() -> None:
    events = [*_WEEK, *_also(_ROWS, "module", "acc-3/2", 6.0), *_also(_ROWS, "switch", "acc-9", 2.5, seed=6)]
    assert set(_named(explain(_ROWS, events))) == {"module acc-3/2", "switch acc-9"}


def test_when_it_began_is_told_where_the_log_shows_it() -> None:
    found = _one(explain(_ROWS, [*_WEEK, *_also(_ROWS, "module", "acc-3/2", 7.0, since=4.0)]))
    assert found.since is not None
    assert abs(found.since - (START + timedelta(days=4))) < timedelta(hours=8)


def _office(days: int = 7) -> list[Event]:
    """Phones that drop by day only, as people work."""
    random_, names = random.Random(0), sorted(_ROWS)
    hours = [START.replace(hour=hour) + timedelta(days=day) for day in range(days) for hour in (8, 9, 10, 11, 13, 14, 15, 16)]
    return [drop(random_.choice(names), random_.choice(hours) + timedelta(seconds=random_.uniform(0, 3600)), 8) for _ in range(360 * days)]


def test_a_card_that_drops_by_night_too_did_not_begin_on_the_last_evening() -> None:
    """By the site's day an evening is short, and so three drops in it would be many."""
    always, lately = (
        _one(explain(_ROWS, [*_office(), *_also(_ROWS, "module", "acc-3/2", 8.0, since=since, seed=50)])) for since in (0.0, 4.0)
    )
    assert (always.since, always.until) == (None, None)
    assert lately.since is not None
    assert abs(lately.since - (START + timedelta(days=4))) < timedelta(hours=8)


def test_a_part_that_was_mended_says_until_when_it_was_sick() -> None:
    """And one that was sick for some days in between says both."""
    mended = [event for event in _also(_ROWS, "module", "acc-3/2", 7.0) if event.time and event.time < START + timedelta(days=4)]
    between = [
        event for event in _also(_ROWS, "module", "acc-3/2", 12.0, since=2.0) if event.time and event.time < START + timedelta(days=5)
    ]
    over, short = (_one(explain(_ROWS, [*_WEEK, *more])) for more in (mended, between))
    assert over.since is None
    assert over.start is not None
    assert over.start < START + timedelta(hours=1)
    assert over.until is not None
    assert abs(over.until - (START + timedelta(days=4))) < timedelta(hours=12)
    assert short.since is not None
    assert short.until is not None
    assert abs(short.since - (START + timedelta(days=2))) < timedelta(hours=12)
    assert abs(short.until - (START + timedelta(days=5))) < timedelta(hours=12)


def test_a_question_about_a_day_counts_the_drops_of_a_week() -> None:
    """A day shows too few drops; incidents are those of the day."""
    events = [*_WEEK, *_also(_ROWS, "module", "acc-3/2", 1.0), *burst(below(_ROWS, "switch", "acc-9"), START + timedelta(days=2))]
    whole, day = explain(_ROWS, events), explain(_ROWS, events, since=START + timedelta(days=6), until=START + timedelta(days=7))
    assert (len(whole.incidents), len(day.incidents)) == (1, 0)
    assert _named(whole) == _named(day) == ["module acc-3/2"]
    assert _one(day).start == _one(whole).start
    lately = explain(_ROWS, events, since=START + timedelta(days=6), until=START + timedelta(days=7), constants=Constants(chronic_days=1.0))
    assert lately.chronic == ()


def test_bursts_before_the_time_asked_about_are_not_those_of_a_sick_part() -> None:
    module, at = below(_ROWS, "module", "acc-3/2"), (NOON + timedelta(days=day) for day in range(2))
    struck = [event for moment in at for event in burst(module, moment)]
    assert explain(_ROWS, [*_WEEK, *struck], since=START + timedelta(days=6), until=START + timedelta(days=7)).chronic == ()


@pytest.mark.slow
def test_the_drops_of_an_incident_are_not_those_of_a_sick_part() -> None:
    """Nor are those on purpose, and of drops of one module in one minute the first counts."""
    struck = [*burst(below(_ROWS, "module", "acc-3/2"), NOON), *burst(below(_ROWS, "module", "acc-3/2"), NOON + timedelta(days=1))]
    at_once = [
        event
        for day in range(6)
        for event in burst(below(_ROWS, "module", "acc-7/1")[:9], NOON + timedelta(days=day - 3), seconds=5, reason=8)
    ]
    on_purpose = [drop(name, event.time or START, 9) for event in _also(_ROWS, "module", "acc-2/1", 5.0) for name in (event.name,)]
    assert explain(_ROWS, [*_WEEK, *struck]).chronic == ()
    assert explain(_ROWS, [*_WEEK, *on_purpose]).chronic == ()
    assert not [name for name in _named(explain(_ROWS, [*_WEEK, *at_once])) if "acc-7/1" in name]


def test_few_drops_or_few_phones_tell_nothing() -> None:
    module = below(_ROWS, "module", "acc-3/2")
    few = [drop(name, START + timedelta(hours=6 + number)) for number, name in enumerate(module[:7])]
    assert explain(_ROWS, few).chronic == ()
    two = [drop(name, START + timedelta(hours=number)) for number in range(10) for name in module[number % 2 : number % 2 + 1]]
    assert explain(_ROWS, two).chronic == ()
    assert explain({}, [*few, *two]).chronic == ()


def test_given_windows_are_all_that_is_asked_about() -> None:
    events = [*_WEEK, *_also(_ROWS, "module", "acc-3/2", 4.0)]
    assert explain(_ROWS, events, windows=((NOON, NOON + timedelta(minutes=4)),)).chronic == ()


def test_counters_decide_between_a_module_and_what_is_below_it() -> None:
    rows = {name: row | {"asic": f"{row['module']}/{number % 4}"} for number, (name, row) in enumerate(sorted(_ROWS.items()))}
    events = [*noise(rows), *_also(rows, "module", "acc-3/2", 1.6)]
    errors = Observation(
        Component("module", "acc-3/2"),
        ObservationKind.COUNTER_GROWTH,
        5.0,
        "input errors of module acc-3/2 grew by 4,210",
        at=NOON,
        since=START,
    )
    quiet = Observation(
        Component("module", "acc-3/2"), ObservationKind.COUNTER_QUIET, 0.0, "no error counter of module acc-3/2 grew", at=NOON, since=START
    )
    (with_errors,) = explain(campus_of(rows, observations=(errors,)), events).chronic
    assert with_errors.component == Component("module", "acc-3/2")
    assert [one.kind for one in with_errors.evidence_for] == [EvidenceKind.CONTRAST, EvidenceKind.COUNTERS]
    without = [part for part in explain(campus_of(rows, observations=(quiet,)), events).chronic if part.component.id == "acc-3/2"]
    assert all(part.probability < with_errors.probability for part in without)
    (loud,) = explain(campus_of(rows, observations=(quiet,)), [*events, *_also(rows, "module", "acc-3/2", 3.0, seed=8)]).chronic
    assert [one.kind for one in loud.evidence_against] == [EvidenceKind.COUNTERS]


def test_phones_that_drop_after_the_same_time_tell_of_a_timer() -> None:
    names = below(_ROWS, "vlan", "105@b")
    late = [drop(name, START + timedelta(hours=number * 0.1 + 12 * turn), 10) for number, name in enumerate(names) for turn in range(14)]
    found = _one(explain(_ROWS, [*noise(_ROWS, a_day=0.05), *late]))
    (timer,) = (one for one in found.evidence_for if one.kind is EvidenceKind.PERIODICITY)
    assert "drop often do so every 12.0 h, each at its own moment: a timer on the way" in timer.text
    assert Component("vlan", "105@b") in (found.component, *found.equivalent)


def test_members_with_unknown_hash_stand_beside_their_bundle() -> None:
    bundle = Component("uplink_bundle", "acc-5:Port-channel1")
    members = [HashedComponent(Component("uplink", f"acc-5:Te1/{number}"), bundle, 2) for number in (1, 2)]
    found = _one(explain(campus_of(_ROWS, hashed=members), [*_WEEK, *_also(_ROWS, "switch", "acc-5", 2.0)]))
    assert {component.id for component in found.equivalent} >= {"acc-5:Te1/1", "acc-5:Te1/2"}


def test_what_may_be_behind_the_same_drops_too_is_told() -> None:
    """A switch of two modules, one nearly empty: the drops hardly tell them apart."""
    rows: Rows = dict(_ROWS)
    for number in range(34):
        place = {
            "switch": "acc-90",
            "module": "acc-90/1" if number < 31 else "acc-90/2",
            "vlan": "190@b",
            "uplink_bundle": "acc-90:Port-channel1",
        }
        rows[phone(5000 + number)] = place | {"node": f"node-{number % 3 + 1}", "cluster": "one"}
    found = _one(explain(rows, [*noise(rows), *_also(rows, "switch", "acc-90", 3.0)]))
    (other,) = found.suspects
    assert {found.component.kind, other.component.kind} == {"switch", "module"}
    assert found.probability + other.probability == pytest.approx(1.0, abs=0.05)
    assert 0 < other.affected <= other.exposed <= 34


def test_where_no_module_is_known_all_drops_count() -> None:
    rows = {name: {"node": row["node"]} for name, row in _ROWS.items()}
    found = _one(explain(rows, [*_WEEK, *_also(_ROWS, "node", "node-2", 3.0)]))
    assert found.component == Component("node", "node-2")


def test_what_a_site_calls_sick_can_be_set() -> None:
    events = [*_WEEK, *_also(_ROWS, "module", "acc-3/2", 4.0)]
    assert explain(_ROWS, events, constants=Constants(chronic_drops=500)).chronic == ()
    assert explain(_ROWS, events, constants=Constants(p_chronic=1e-12)).chronic == ()


def _of_nodes(rows: Rows, events: list[Event]) -> list[Event]:
    """As each phone's own node logs them."""
    return [replace(event, node=rows[event.name]["node"]) for event in events]


@pytest.mark.parametrize("seed", range(3))
def test_a_log_alone_does_not_accuse_a_node_because_it_names_those_of_its_phones_that_drop(seed: int) -> None:
    rows = rows_of(12, 2, 25)
    events = [*noise(rows, days=5, a_day=0.08, seed=seed), *burst(below(rows, "node", "node-1"))]  # of the one that stalls all are named
    result = explain({}, _of_nodes(rows, events))
    assert len(result.incidents) == 1
    assert result.chronic == ()


def test_a_log_alone_names_a_node_whose_phones_drop_more_often() -> None:
    assert _named(explain({}, _of_nodes(_ROWS, [*_WEEK, *_also(_ROWS, "node", "node-2", 3.0)]))) == ["node node-2"]
