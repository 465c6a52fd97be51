"""Phones that drop again and again by themselves."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.own_drops import usual_drops
from switchcorr.model.event import Event, EventKind
from switchcorr.model.incident import FlappingPhone, Verdict
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.reason import Reason, ReasonEnum
from tests.correlate.scenes import NOON, START, below, burst, campus_of, drop, explain, noise, phone, rows_of

_ROWS = rows_of(10, 4, 50)
_WEEK = noise(_ROWS)
_ONE = sorted(_ROWS)[77]
_MODULE = below(_ROWS, "module", "acc-2/1")
_TIMEOUT, _LOST, _LOGIN = (Reason(ReasonEnum.END_POINT_UNREGISTERED, code) for code in (13, 6, 19))


def _flaps(name: str, count: int, *, reasons: Sequence[int | None] = (13, 13, 6), days: float = 7, seed: int = 3) -> list[Event]:
    """One phone that drops again and again."""
    random_ = random.Random(seed)
    return [drop(name, START + timedelta(days=random_.uniform(0, days)), random_.choice(reasons)) for _ in range(count)]


def _every(name: str, minutes: float, count: int, *, reason: int | None = 13, since: datetime = START) -> list[Event]:
    return [drop(name, since + timedelta(minutes=minutes * turn), reason) for turn in range(count)]


def _back(name: str, at: datetime) -> Event:
    return Event(at, EventKind.REGISTERED, name)


def _names(found: Iterable[FlappingPhone]) -> list[str]:
    return [one.phone for one in found]


def _listed(drops: Sequence[int], before: float = 1.75) -> list[int]:
    """Of some phones' drops those from which a phone is listed."""
    value, phones = np.unique(np.array(drops, dtype=np.int64), return_counts=True)
    most = usual_drops(value, phones, before, DEFAULT).most
    return [count for count in drops if count > most]


def test_a_phone_with_forty_drops_among_two_thousand_is_listed_and_no_other() -> None:
    result = explain(_ROWS, [*_WEEK, *_flaps(_ONE, 40)])
    (found,) = result.flapping
    assert (found.phone, result.incidents) == (_ONE, ())
    assert 38 <= found.drops <= 43
    assert 1 < found.expected < 2
    assert (found.device, found.module, found.interface) == ("acc-1", "acc-1/2", "")
    assert START <= found.first < found.last <= START + timedelta(days=7)
    assert timedelta(hours=1) < found.median_gap < timedelta(hours=8)
    assert found.shared == ""


@pytest.mark.slow
def test_a_site_where_all_phones_drop_alike_lists_none() -> None:
    assert explain(_ROWS, _WEEK).flapping == ()
    assert explain(_ROWS, noise(_ROWS, a_day=3)).flapping == ()


def test_a_phone_that_drops_in_the_bursts_of_a_card_is_not_listed_for_them() -> None:
    bursts = [event for day in range(6) for event in burst(_MODULE[:30], START + timedelta(days=day, hours=9), seed=day)]
    result = explain(_ROWS, [*_WEEK, *bursts])
    assert {incident.causes[0].component.id for incident in result.incidents} == {"acc-2/1"}
    assert len(result.incidents) == 6
    assert result.flapping == ()


@pytest.mark.slow
def test_a_phone_whose_place_is_not_known_is_not_listed_for_what_may_have_been_the_card_s() -> None:
    lost = phone(900_000)
    rows = {**_ROWS, lost: {"vlan": "102@b", "node": "node-1", "cluster": "one"}}
    bursts = [event for day in range(6) for event in burst([*_MODULE[:30], lost], START + timedelta(days=day, hours=9), seed=day)]
    assert explain(rows, [*_WEEK, *bursts]).flapping == ()
    assert _names(explain(rows, [*_WEEK, *bursts, *_flaps(lost, 60)]).flapping) == [lost]


@pytest.mark.slow
def test_a_phone_of_another_card_that_drops_in_the_same_minutes_did_so_by_itself() -> None:
    moments = [START + timedelta(days=day / 3, hours=9) for day in range(18)]
    bursts = [event for n, at in enumerate(moments) for event in burst(_MODULE[:30], at, seed=n)]
    alone = [drop(_ONE, at + timedelta(seconds=40)) for at in moments]
    (found,) = explain(_ROWS, [*noise(_ROWS, a_day=0.05), *bursts, *alone]).flapping
    assert (found.phone, found.drops >= 18) == (_ONE, True)


@pytest.mark.parametrize("same", [{}, {"cluster": "one"}])
def test_phones_that_drop_together_and_nobody_knows_why_are_not_listed_for_it(same: dict[str, str]) -> None:
    rows = {phone(number): same for number in range(200)}
    bursts = [event for day in range(6) for event in burst(sorted(rows)[:60], START + timedelta(days=day, hours=9), seed=day)]
    result = explain(rows, [*noise(rows, a_day=0.1), *bursts])
    assert [incident.verdict for incident in result.incidents] == [Verdict.NOT_PROVEN] * (6 if same else 0)
    assert not any(incident.causes for incident in result.incidents)
    assert result.flapping == ()
    assert _names(explain(rows, [*noise(rows, a_day=0.1), *bursts, *_flaps(_ONE, 60)]).flapping) == [_ONE]


@pytest.mark.parametrize("reason", [9, 19, 21])
def test_drops_on_purpose_are_no_fault_of_the_phone(reason: int) -> None:
    assert explain(_ROWS, [*_WEEK, *_flaps(_ONE, 60, reasons=(reason,))]).flapping == ()


def test_devices_without_a_port_are_not_listed() -> None:
    assert explain(_ROWS, [*_WEEK, *_flaps("CTI-port-7", 200), *_flaps("CSFADA", 200)]).flapping == ()


def test_order_and_copies_of_events_change_nothing() -> None:
    events = [*_WEEK, *_flaps(_ONE, 40), *_flaps(_MODULE[3], 60, seed=4)]
    found = explain(_ROWS, events).flapping
    assert _names(found) == [_MODULE[3], _ONE]
    random_ = random.Random(5)
    mixed = [*events, *random_.choices(events, k=500)]
    random_.shuffle(mixed)
    assert explain(_ROWS, mixed).flapping == found


def test_what_two_nodes_tell_within_a_minute_is_one_drop() -> None:
    told = [*_every(_ONE, 240, 30), *_every(_ONE, 240, 30, since=START + timedelta(seconds=50), reason=6)]
    (found,) = explain(_ROWS, [*noise(_ROWS, a_day=0.1), *told]).flapping
    assert 30 <= found.drops <= 33
    assert found.reason == _TIMEOUT


def test_a_run_of_drops_counts_once_for_each_minute_that_it_lasts() -> None:
    once = explain(_ROWS, [*_WEEK, *_every(_ONE, 0.5, 8)]).flapping
    assert once == ()  # four minutes
    (found,) = explain(_ROWS, [*noise(_ROWS, a_day=0.01), *_every(_ONE, 0.5, 600)]).flapping
    assert 300 <= found.drops <= 302
    assert found.median_gap == timedelta(minutes=1)


def test_only_the_time_asked_about_counts() -> None:
    events = [*_WEEK, *_every(_ONE, 60, 40), *_every(_MODULE[0], 60, 40, since=NOON)]
    assert set(_names(explain(_ROWS, events).flapping)) == {_ONE, _MODULE[0]}
    (found,) = explain(_ROWS, events, since=NOON - timedelta(hours=2)).flapping
    assert (found.phone, found.first >= NOON - timedelta(hours=2)) == (_MODULE[0], True)
    assert _names(explain(_ROWS, events, until=NOON - timedelta(hours=2)).flapping) == [_ONE]
    assert explain(_ROWS, events, windows=((NOON, NOON + timedelta(minutes=4)),)).flapping == ()
    assert explain(_ROWS, events, since=NOON + timedelta(days=30)).flapping == ()


def test_whether_it_is_down_is_told_by_its_registrations() -> None:
    flaps = _every(_ONE, 200, 40)
    last = flaps[-1].time
    assert last is not None
    (silent,) = explain(_ROWS, [*_WEEK, *flaps, _back(_MODULE[0], NOON)]).flapping
    assert silent.still_down is None
    (down,) = explain(_ROWS, [*_WEEK, *flaps, _back(_ONE, NOON)]).flapping
    assert down.still_down is True
    (back,) = explain(_ROWS, [*_WEEK, *flaps, _back(_ONE, last + timedelta(days=2))]).flapping
    assert back.still_down is False


def test_the_reason_told_most_stands_with_its_number() -> None:
    quiet = noise(_ROWS, a_day=0.02)
    events = [
        *_every(_ONE, 100, 20),
        *_every(_ONE, 100, 25, reason=6, since=NOON),
        *_every(_ONE, 100, 30, reason=None, since=NOON - timedelta(minutes=50)),
    ]
    (found,) = explain(_ROWS, [*quiet, *events]).flapping
    assert (found.reason, found.reason_drops, found.drops) == (_LOST, 25, 75)
    (even,) = explain(_ROWS, [*quiet, *_every(_ONE, 100, 20), *_every(_ONE, 100, 20, reason=6, since=NOON)]).flapping
    assert (even.reason, even.reason_drops) == (_LOST, 20)
    (none,) = explain(_ROWS, [*quiet, *_every(_ONE, 100, 20, reason=None)]).flapping
    assert (none.reason, none.reason_drops) == (None, 0)
    assert "patch cable" in none.next_step


def test_what_to_do_depends_on_the_port_and_on_the_reason() -> None:
    events = [*noise(_ROWS, a_day=0.05), *_every(_ONE, 100, 40)]
    campus = campus_of(_ROWS)
    here = tuple(
        replace(one, interface=InterfaceName("GigabitEthernet2/0/7")) if str(one.phone) == _ONE else one for one in campus.placements
    )
    (placed,) = explain(replace(campus, placements=here), events).flapping
    assert (placed.device, placed.interface) == ("acc-1", "GigabitEthernet2/0/7")
    assert placed.next_step.startswith("Look at the error counters and the inline power of the port")
    (bare,) = explain(replace(campus, placements=()), events).flapping
    assert (bare.device, bare.module) == ("", "")
    assert bare.next_step.startswith("Find its port first")
    (itself,) = explain(replace(campus, placements=here), [*noise(_ROWS, a_day=0.05), *_every(_ONE, 100, 40, reason=8)]).flapping
    assert itself.next_step.startswith("The phone resets itself: look at its firmware")
    (refused,) = explain(_ROWS, [*noise(_ROWS, a_day=0.05), *_every(_ONE, 100, 40, reason=12)]).flapping
    assert refused.next_step.startswith("Look at its configuration, certificate and firmware")


def test_several_on_one_part_are_said_to_be_there() -> None:
    three = [event for n in range(3) for event in _flaps(_MODULE[n], 200, seed=n)]
    found = explain(_ROWS, [*_WEEK, *three, *_flaps(_ONE, 100)]).flapping
    assert [bool(one.shared) for one in found] == [True, True, True, False]
    words = "3 of these 4 phones are on module acc-2/1, which has 50 of the 2,000 phones: look at it before you look at them."
    assert {one.shared for one in found[:3]} == {words}
    whole = explain(_ROWS, [*_WEEK, *three]).flapping
    assert {one.shared for one in whole} == {words.replace("3 of these 4", "All of these 3")}


def test_several_on_all_modules_of_a_switch_share_the_switch() -> None:
    names = [below(_ROWS, "module", f"acc-3/{module}")[n] for module in (1, 2, 3, 4) for n in (0, 1)]
    found = explain(_ROWS, [*_WEEK, *(event for n, name in enumerate(names) for event in _flaps(name, 200, seed=n))]).flapping
    assert {one.shared[:44] for one in found} == {"All of these 8 phones are on switch acc-3, w"}


def test_the_smallest_part_that_has_them_is_named_and_the_only_switch_never() -> None:
    rows = {name: row | {"asic": f"{row['module']}/{n % 50 // 10}"} for n, (name, row) in enumerate(sorted(rows_of(1, 4, 50).items()))}
    asic = below(rows, "asic", "acc-1/2/3")
    found = explain(rows, [*noise(rows), *(event for n in range(4) for event in _flaps(asic[n], 200, seed=n))]).flapping
    assert {one.shared.partition(",")[0] for one in found} == {"All of these 4 phones are on port ASIC acc-1/2/3"}
    apart = [below(rows, "module", f"acc-1/{module}")[0] for module in (1, 2, 3, 4)]
    assert {
        one.shared for one in explain(rows, [*noise(rows), *(event for name in apart for event in _flaps(name, 200, seed=7))]).flapping
    } == {""}


def test_a_log_of_nobody_or_of_one_phone() -> None:
    assert explain({}, []).flapping == ()
    assert explain({}, _flaps(_ONE, 4)).flapping == ()
    (found,) = explain({}, _flaps(_ONE, 200)).flapping
    assert (found.phone, found.expected < 2) == (_ONE, True)


def test_one_drop_is_never_again_and_again_whatever_a_site_sets() -> None:
    constants = replace(DEFAULT, flapping_drops=1, p_flapping=0.9, p_flapping_usual=0.9)
    found = explain(_ROWS, [drop(_ONE, NOON), *_every(_MODULE[0], 100, 2)], constants=constants).flapping
    assert _names(found) == [_MODULE[0]]


@pytest.mark.parametrize(
    ("drops", "listed"),
    [
        ([200, 1, 0], [200]), ([20, 22, 24], []), ([5, 5, 4], []), ([5, 0, 0], []), ([200, 180], []), ([200, 0], [200]), ([8, 0], []),
        ([200, 180, 1, 0], [200, 180]), ([50, 50, 50, 50], []), ([3, 3, 3, 3, 60], [60]), ([0, 0, 0], []), ([4], []), ([], []),
    ],
)  # fmt: skip
def test_a_site_of_few_phones_lists_nothing_absurd(drops: list[int], listed: list[int]) -> None:
    assert _listed(drops) == listed


def test_phones_that_flap_do_not_hide_each_other() -> None:
    usual = np.random.default_rng(1).poisson(1.75, 2000).tolist()
    for planted in ([40], [2000, 40], list(range(30, 130)), [200] * 900):
        assert _listed([*usual[len(planted) :], *planted]) == planted


@given(st.lists(st.integers(0, 60), min_size=1, max_size=40), st.integers(0, 400), st.floats(0, 50))
def test_at_most_half_of_the_phones_are_listed_and_each_has_enough_drops(drops: list[int], further: int, before: float) -> None:
    listed = _listed(drops, before)
    assert all(count >= DEFAULT.flapping_drops for count in listed)
    assert 2 * len(listed) <= len(drops) or len(drops) == 1
    assert not _listed([further] * max(len(drops), 2), before)
    order = random.Random(further).sample(drops, len(drops))
    assert sorted(_listed(order, before)) == sorted(listed)


@given(st.integers(0, 10_000), st.sampled_from((0.1, 1.0, 5.0, 20.0)), st.sampled_from((20, 200, 2000)))
def test_phones_that_drop_at_rates_as_unlike_as_exponential_ones_are_seldom_listed(seed: int, mean: float, phones: int) -> None:
    random_ = np.random.default_rng(seed)
    listed = _listed(random_.poisson(random_.exponential(mean, phones)).tolist(), mean)
    assert len(listed) <= 0.1 * phones
