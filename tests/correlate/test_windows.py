"""Where incidents are looked for."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from switchcorr.correlate.background import learn_background
from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.drops import find_drops
from switchcorr.correlate.exposure import expose
from switchcorr.correlate.hypotheses import priors
from switchcorr.correlate.windows import Scan, Window, find_windows, pasted_windows, recurring_windows, scan
from switchcorr.model.event import Assumed, Event, EventKind
from tests.correlate.scenes import NOON, START, Rows, below, burst, campus_of, drop, log_of, noise, phone, rows_of

_ROWS = rows_of(6, 2, 20)
_MODULE = below(_ROWS, "module", "acc-2/1")


def _scanned(events: list[Event], rows: Rows = _ROWS) -> tuple[list[Window], list[tuple[int, list[Window]]], Scan]:
    log = log_of(events)
    exposure = expose(log, campus_of(rows))
    drops = find_drops(log, exposure, DEFAULT)
    background = learn_background(drops, exposure, np.ones(len(drops.time), dtype=bool), DEFAULT)
    result = scan(drops, exposure, background, DEFAULT)
    prior = priors(exposure, DEFAULT)
    return find_windows(result, drops, exposure, prior, DEFAULT), recurring_windows(result, prior, DEFAULT), result


def _hold(window: Window, at: datetime) -> bool:
    return window.start <= at.timestamp() < window.end


def test_no_drop_no_window() -> None:
    assert _scanned([])[:2] == ([], [])
    assert len(_scanned([])[2].odds) == 0


def test_drops_of_endpoints_that_share_nothing_known_make_no_window() -> None:
    assert _scanned([drop(phone(i), NOON) for i in range(5)], rows={})[0] == []


def test_a_small_burst_of_one_module_is_found_in_a_noisy_campus() -> None:
    rows = rows_of(40, 4, 24)
    week = noise(rows, days=2, a_day=0.7)  # more than 100 drops an hour over the whole campus
    assert len(week) / 48 > 100 * 0.5
    twelve = below(rows, "module", "acc-17/3")[:12]
    at = START + timedelta(days=1, hours=3)
    windows, _, _ = _scanned([*week, *burst(twelve, at)], rows)
    assert [_hold(window, at + timedelta(seconds=5)) for window in windows] == [True]


def test_a_window_begins_shortly_before_the_burst_and_holds_all_of_it() -> None:
    drops = burst(_MODULE[:10], NOON, seconds=140)
    (window,), _, _ = _scanned([*noise(_ROWS), *drops])
    assert all(_hold(window, event.time or NOON) for event in drops)
    assert window.end - window.start == DEFAULT.window_s


def test_a_second_fault_minutes_later_is_a_window_of_its_own() -> None:
    later = NOON + timedelta(minutes=6)
    events = [*noise(_ROWS), *burst(_MODULE[:12], NOON), *burst(below(_ROWS, "module", "acc-5/2")[:10], later)]
    windows, _, _ = _scanned(events)
    assert [[_hold(window, at + timedelta(seconds=30)) for at in (NOON, later)] for window in windows] == [[True, False], [False, True]]


def test_a_fault_that_goes_on_is_one_long_window() -> None:
    rows = rows_of(6, 2, 60)
    module = below(rows, "module", "acc-2/1")
    events = [event for i in range(5) for event in burst(module[12 * i : 12 * i + 12], NOON + timedelta(seconds=100 * i), seconds=100)]
    (window,), _, _ = _scanned([*noise(rows), *events], rows)
    assert window.end - window.start > 1.5 * DEFAULT.window_s


def test_the_same_component_hours_later_is_another_window() -> None:
    events = [*burst(_MODULE[:10], NOON), *burst(_MODULE[:10], NOON + timedelta(hours=3))]
    assert len(_scanned([*noise(_ROWS), *events])[0]) == 2


def test_one_phone_that_drops_again_and_again_in_a_window_is_one_drop_of_it() -> None:
    restless = [drop(_MODULE[0], NOON + timedelta(seconds=10 * i)) for i in range(20)]
    assert _scanned([*noise(_ROWS), *restless])[0] == []


def test_a_clock_years_off_costs_no_memory() -> None:
    events = [*burst(_MODULE[:10]), drop(phone(0), datetime(1993, 3, 1, tzinfo=NOON.tzinfo))]
    assert len(_scanned(events)[0]) == 1


def test_a_component_that_stands_out_again_and_again_is_pooled() -> None:
    events = [event for day in range(5) for event in burst(_MODULE[day : day + 4], START + timedelta(days=day, hours=9), seed=day)]
    _, again, _ = _scanned([*noise(_ROWS, a_day=0.05), *events])
    assert any(len(windows) >= 4 for _, windows in again)


def test_pasted_blocks_are_windows_around_their_moment() -> None:
    events = [Event(NOON, EventKind.UNREGISTERED, phone(i), assumed=Assumed.TIME) for i in range(2)]
    log = log_of(events)
    windows = pasted_windows(find_drops(log, expose(log, campus_of(_ROWS)), DEFAULT), DEFAULT)
    assert windows == [Window(NOON.timestamp() - 120, NOON.timestamp() + 120)]


def test_windows_overlap_if_they_have_a_moment_in_common() -> None:
    assert Window(0, 10).overlaps(Window(9, 20))
    assert not Window(0, 10).overlaps(Window(10, 20))
