"""What recurs over a log."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pytest

from switchcorr.correlate.detection.case import Case
from switchcorr.correlate.detection.looks import find_looks
from switchcorr.correlate.drops.table import Window
from switchcorr.correlate.elsewhere import elsewhere_of
from switchcorr.correlate.recurrence import Repeat, find_repeats, given_repeat, probability_of_one, probability_of_two, share_of_bursts
from switchcorr.model.campus import Component, HashedComponent
from switchcorr.model.event import Event
from switchcorr.model.incident import EvidenceKind, Recurring
from tests.correlate.scenes import NOON, START, below, burst, campus_of, case_of, noise, rows_of

_ROWS = rows_of(6, 2, 20)
_MODULE = below(_ROWS, "module", "acc-2/1")


def _again(events: list[Event], given: list[Window] | None = None) -> tuple[Recurring, ...]:
    return _told(case_of(_ROWS, events), given or ())


def _told(case: Case, given: Sequence[Window] = ()) -> tuple[Recurring, ...]:
    looks = find_looks(case)
    return elsewhere_of(case, [given_repeat(given)] if given else find_repeats(looks.scanned, case, looks.rare), given).recurring


def test_nothing_recurs_in_an_empty_log() -> None:
    assert _again([]) == ()


def test_small_bursts_of_one_module_add_up() -> None:
    bursts = [event for day in range(5) for event in burst(_MODULE[day : day + 4], START + timedelta(days=day, hours=9), seed=day)]
    (found,) = _again([*noise(_ROWS, a_day=0.05), *bursts])
    assert (found.component.id, found.bursts, found.exposed) == ("acc-2/1", 5, 20)
    assert found.probability > 0.9


def test_one_burst_is_no_repeat() -> None:
    assert _again([*noise(_ROWS, a_day=0.05), *burst(_MODULE[:6], NOON)]) == ()


def test_a_small_burst_that_may_be_chance_is_no_repeat_of_a_great_one() -> None:
    great, small = burst(_MODULE[:12], START + timedelta(days=1, hours=9)), burst(_MODULE[15:17], START + timedelta(days=4, hours=9))
    assert _again([*noise(_ROWS, a_day=0.25), *great, *small]) == ()
    more = burst(_MODULE[13:17], START + timedelta(days=4, hours=9))
    (found,) = _again([*noise(_ROWS, a_day=0.25), *great, *more])
    assert (found.component.id, found.bursts) == ("acc-2/1", 2)


@pytest.mark.parametrize(
    ("odds", "least", "most"), [([30.0], 0.0, 0.0), ([30.0, 7.0], 0.2, 0.45), ([12.0, 11.5], 0.9, 1.0), ([7.5] * 6, 0.9, 1.0)]
)
def test_two_bursts_are_as_sure_as_the_second(odds: list[float], least: float, most: float) -> None:
    sure = probability_of_two(np.array(odds), 2520.0)
    assert least - 1e-9 <= sure <= most + 1e-9
    assert probability_of_two(np.array(odds), 25_200.0) <= sure + 1e-9


@pytest.mark.parametrize(("odds", "least", "most"), [([], 0.0, 0.0), ([7.0], 0.05, 0.3), ([14.0], 0.9, 1.0), ([7.5] * 6, 0.9, 1.0)])
def test_any_burst_is_as_sure_as_what_stands_out_of_a_week(odds: list[float], least: float, most: float) -> None:
    sure = probability_of_one(np.array(odds), 2520.0)
    assert least - 1e-9 <= sure <= most + 1e-9
    assert probability_of_two(np.array(odds), 2520.0) <= sure + 1e-9


def test_the_share_of_bursts_grows_with_what_speaks_for_them() -> None:
    shares = [share_of_bursts(np.full(count, 12.0), 2520.0) for count in (0, 1, 3, 9)]
    assert shares == sorted(shares)
    assert shares[3] == pytest.approx(9 / 2520, rel=0.3)
    assert share_of_bursts(np.array([12.0, -5.0]), 2520.0) < share_of_bursts(np.array([12.0, 5.0]), 2520.0) <= 1e-2


def test_windows_of_a_repeat_are_ranked_by_their_odds_and_left_out_where_they_overlap() -> None:
    windows = tuple(Window(float(at), float(at + 240)) for at in (0, 1000, 2000))
    repeat = Repeat(windows, np.array([9.0, 2.0, 12.0]), 2520.0)
    assert repeat.loud == (windows[0], windows[2])
    assert repeat.loudest(1) == (windows[2],)
    assert repeat.outside(Window(2200, 2500)).windows == windows[:2]
    assert given_repeat(windows[::-1]).loud == windows


def test_a_long_burst_is_one_burst() -> None:
    case = case_of(_ROWS, [*noise(_ROWS, a_day=0.05), *burst(_MODULE, NOON, seconds=600)])
    looks = find_looks(case)
    assert find_repeats(looks.scanned, case, looks.rare) == []


def test_windows_that_another_component_explains_much_better_do_not_count() -> None:
    others = sorted(set(_ROWS) - set(below(_ROWS, "switch", "acc-2")))
    mass = [event for day in range(4) for event in burst([*_MODULE[:3], *others], START + timedelta(days=day, hours=9), seed=day)]
    assert "acc-2/1" not in {item.component.id for item in _again([*noise(_ROWS, a_day=0.05), *mass])}


def test_a_phone_that_was_carried_away_from_what_fails_makes_its_new_port_no_repeat() -> None:
    there = _ROWS[below(_ROWS, "module", "acc-5/2")[0]]
    carried = {**_ROWS, _MODULE[0]: {**there, "node": _ROWS[_MODULE[0]]["node"]}}
    rows = {name: {**row, "port": f"{row['module']}/{name[-4:]}"} for name, row in carried.items()}
    moments = [START + timedelta(days=day, hours=9) for day in range(4)]
    bursts = [event for n, at in enumerate(moments) for event in burst([_MODULE[0], *_MODULE[4 * n + 1 : 4 * n + 5]], at, seed=n)]
    case = case_of(rows, [*noise(rows, a_day=0.05), *bursts])
    found = _told(case)
    assert [item.component.id for item in found] == ["acc-2/1"]
    assert all(item.probability <= 1.0 for item in found)


_UP = Component("uplink_bundle", "acc-2:Port-channel1")
_MEMBERS = tuple(HashedComponent(Component("uplink", f"acc-2:Te1/{n}"), _UP, 2) for n in (1, 2))
_DAYS = [START + timedelta(days=day, hours=9) for day in range(6)]


def _bursts_of_bundle(phones: Sequence[str], share: float) -> tuple[Recurring, ...]:
    random_ = random.Random(4)
    bursts = [event for n, at in enumerate(_DAYS) for event in burst([one for one in phones if random_.random() < share], at, seed=n)]
    case = case_of(campus_of(_ROWS, hashed=_MEMBERS), [*noise(_ROWS, a_day=0.02), *bursts])
    return _told(case, [Window(at.timestamp() - 10, at.timestamp() + 230) for at in _DAYS])


def test_the_same_half_of_a_bundle_s_phones_again_and_again_is_one_of_its_members() -> None:
    (found,) = _bursts_of_bundle(below(_ROWS, "switch", "acc-2")[::2], 0.4)
    assert {found.component, *found.equivalent} == {member.component for member in _MEMBERS}
    (told,) = found.evidence_for
    assert (told.kind, told.weight > np.log(100)) == (EvidenceKind.SAME_PHONES, True)
    assert "dropped in more than one burst: the same phones again and again, which fits one of 2 members" in told.text


def test_other_phones_of_a_bundle_each_time_are_the_whole_of_it() -> None:
    (found,) = _bursts_of_bundle(below(_ROWS, "switch", "acc-2"), 0.2)
    assert _UP in {found.component, *found.equivalent}
    assert not {member.component for member in _MEMBERS} & {found.component, *found.equivalent}
    assert [(one.kind, "other phones each time, which fits all 2 members" in one.text) for one in found.evidence_for] == [
        (EvidenceKind.SAME_PHONES, True)
    ]


def test_few_phones_leave_open_whether_it_is_a_member_or_the_bundle() -> None:
    (found,) = _bursts_of_bundle(below(_ROWS, "switch", "acc-2")[::13], 0.3)
    assert {_UP, *(member.component for member in _MEMBERS)} <= {found.component, *found.equivalent}


def test_a_part_without_members_is_not_told_to_have_some() -> None:
    (found,) = _again(
        [*noise(_ROWS, a_day=0.05), *[event for n, at in enumerate(_DAYS) for event in burst(_MODULE[n : n + 4], at, seed=n)]]
    )
    assert found.evidence_for == found.evidence_against == ()


def test_windows_that_are_given_are_pooled_as_they_are() -> None:
    moments = [START + timedelta(days=day, hours=9) for day in (0, 2, 4)]
    events = [event for n, at in enumerate(moments) for event in burst(_MODULE[4 * n : 4 * n + 4], at, seed=n)]
    given = [Window(at.timestamp() - 10, at.timestamp() + 230) for at in moments]
    assert [item.bursts for item in _again([*noise(_ROWS), *events], given)] == [3]
    assert _again([*noise(_ROWS), *events], given[:1]) == ()
    quiet = [Window(float(at), float(at) + 1e-3) for at in np.array([NOON.timestamp(), NOON.timestamp() + 3600])]
    assert _again([*noise(_ROWS), *events], quiet) == ()
