"""Where incidents are looked for."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.detection.levels import learn_levels
from switchcorr.correlate.detection.stretches import Stretch, find_stretches, find_windows, pasted_windows
from switchcorr.correlate.drops.table import Window, find_drops
from switchcorr.correlate.exposure.table import expose
from switchcorr.model.event import Assumed, Event, EventKind
from tests.correlate.scenes import NOON, START, Rows, below, burst, campus_of, case_of, drop, log_of, noise, phone, rows_of

_ROWS = rows_of(6, 2, 20)
_MODULE = below(_ROWS, "module", "acc-2/1")


def _windows(events: list[Event], rows: Rows = _ROWS) -> list[Window]:
    case = case_of(rows, events)
    scanner = case.scanner()
    scanned = scanner.scan()
    return find_windows(scanned, scanner, case.priors, learn_levels(scanned, case, 5.0))


def _stretches(events: list[Event], rows: Rows) -> list[Stretch]:
    case = case_of(rows, events)
    scanner = case.scanner()
    scanned = scanner.scan()
    return find_stretches(scanned, scanner, case.priors, learn_levels(scanned, case, 5.0))


def _hold(window: Window, at: datetime) -> bool:
    return window.start <= at.timestamp() < window.end


def test_no_drop_no_window() -> None:
    assert _windows([]) == []


def test_drops_of_endpoints_that_share_nothing_known_make_no_window() -> None:
    assert _windows([drop(phone(i), NOON) for i in range(5)], rows={}) == []


def test_a_small_burst_of_one_module_is_found_in_a_noisy_campus() -> None:
    rows = rows_of(40, 4, 24)
    week = noise(rows, days=2, a_day=0.7)  # more than 100 drops an hour over the whole campus
    assert len(week) / 48 > 100 * 0.5
    twelve = below(rows, "module", "acc-17/3")[:12]
    at = START + timedelta(days=1, hours=3)
    windows = _windows([*week, *burst(twelve, at)], rows)
    assert [window for window in windows if _hold(window, at + timedelta(seconds=5))]
    assert len(windows) == 1


def test_a_window_begins_shortly_before_the_burst_and_holds_all_of_it() -> None:
    drops = burst(_MODULE[:10], NOON, seconds=140)
    (window,) = _windows([*noise(_ROWS), *drops])
    assert all(_hold(window, event.time or NOON) for event in drops)
    assert window.end - window.start == DEFAULT.window_s


def test_a_second_fault_minutes_later_is_a_window_of_its_own() -> None:
    later = NOON + timedelta(minutes=6)
    events = [*noise(_ROWS), *burst(_MODULE[:12], NOON), *burst(below(_ROWS, "module", "acc-5/2")[:10], later)]
    windows = _windows(events)
    assert [[_hold(window, at + timedelta(seconds=30)) for at in (NOON, later)] for window in windows] == [[True, False], [False, True]]


def test_a_fault_that_goes_on_is_one_long_window() -> None:
    rows = rows_of(6, 2, 60)
    module = below(rows, "module", "acc-2/1")
    events = [event for i in range(5) for event in burst(module[12 * i : 12 * i + 12], NOON + timedelta(seconds=100 * i), seconds=100)]
    (window,) = _windows([*noise(rows), *events], rows)
    assert window.end - window.start > 1.5 * DEFAULT.window_s


def test_a_fault_that_goes_on_for_hours_is_one_stretch() -> None:
    events = [drop(_MODULE[i % 20], NOON + timedelta(seconds=47 * i)) for i in range(300)]
    (window,) = [
        one for one in _windows([*noise(_ROWS), *events]) if one.start > NOON.timestamp() - 600 and one.start < NOON.timestamp() + 15_000
    ]
    assert window.end - window.start == pytest.approx(299 * 47 + 48, abs=200)


def test_a_module_that_strikes_again_five_minutes_later_is_one_window() -> None:
    events = [*burst(_MODULE[:10], NOON, seconds=60), *burst(_MODULE[10:], NOON + timedelta(seconds=300), seconds=60)]
    (window,) = [one for one in _windows([*noise(_ROWS), *events]) if abs(one.start - NOON.timestamp()) < 600]
    assert window.end > NOON.timestamp() + 360


def test_the_same_component_hours_later_is_another_window() -> None:
    events = [*burst(_MODULE[:10], NOON), *burst(_MODULE[:10], NOON + timedelta(hours=3))]
    assert len(_windows([*noise(_ROWS), *events])) == 2


def test_one_phone_that_drops_again_and_again_in_a_window_is_one_drop_of_it() -> None:
    restless = [drop(_MODULE[0], NOON + timedelta(seconds=10 * i)) for i in range(20)]
    assert not any(_hold(window, NOON) for window in _windows([*noise(_ROWS), *restless]))


def test_a_clock_years_off_costs_no_memory() -> None:
    events = [*burst(_MODULE[:10]), drop(phone(0), datetime(1993, 3, 1, tzinfo=NOON.tzinfo))]
    assert len(_windows(events)) == 1


def test_two_faults_in_the_same_minutes_are_one_window_that_holds_both() -> None:
    other = below(_ROWS, "module", "acc-5/2")
    events = [*noise(_ROWS), *burst(_MODULE[:12], NOON), *burst(other[:10], NOON + timedelta(seconds=40))]
    (window,) = _windows(events)
    assert all(_hold(window, event.time or NOON) for event in events[-22:])


def test_a_fault_that_begins_while_another_ends_has_a_window_of_its_own() -> None:
    later = NOON + timedelta(seconds=170)
    first, second = burst(_MODULE[:12], NOON), burst(below(_ROWS, "module", "acc-5/2")[:10], later)
    windows = [window for window in _windows([*noise(_ROWS, a_day=0.05), *first, *second]) if abs(window.start - NOON.timestamp()) < 900]
    assert [[_hold(window, event.time or NOON) for event in (*first, *second)] for window in windows] == [
        [True] * 12 + [False] * 10,
        [False] * 12 + [True] * 10,
    ]


def test_a_stretch_begins_with_the_first_drop_of_the_excess_and_not_with_the_background_before_it() -> None:
    rows = rows_of(40, 4, 60, nodes=1)
    week = noise(rows, days=2, a_day=0.5)
    at = START + timedelta(days=1, hours=5, seconds=7)
    starved = burst(sorted(rows)[::8], at, seconds=60)
    (stretch,) = [one for one in _stretches([*week, *starved], rows) if abs(one.first - at.timestamp()) < 300]
    assert 0 <= stretch.first - min(event.time.timestamp() for event in starved if event.time) < 1
    assert 0 <= max(event.time.timestamp() for event in starved if event.time) - stretch.last < 2


def test_a_module_and_then_its_whole_switch_is_one_window() -> None:
    switch = below(_ROWS, "switch", "acc-2")
    events = [*burst(_MODULE[:12], NOON, seconds=60), *burst(switch, NOON + timedelta(seconds=230), seconds=60)]
    (window,) = _windows([*noise(_ROWS), *events])
    assert _hold(window, NOON)
    assert _hold(window, NOON + timedelta(seconds=290))


def test_pasted_blocks_are_windows_around_their_moment() -> None:
    events = [Event(NOON, EventKind.UNREGISTERED, phone(i), assumed=Assumed.TIME) for i in range(2)]
    log = log_of(events)
    windows = pasted_windows(find_drops(log, expose(log, campus_of(_ROWS)), DEFAULT), DEFAULT)
    assert windows == [Window(NOON.timestamp() - 120, NOON.timestamp() + 120)]
