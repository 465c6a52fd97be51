"""The scan of a stream is the scan of the log."""

from __future__ import annotations

import random
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchcorr.correlate.detection.case import Case
from switchcorr.correlate.detection.looks import find_looks
from switchcorr.correlate.detection.stream import DropStream, LiveDrop, Loud
from switchcorr.correlate.detection.windows import window_around
from switchcorr.correlate.exposure.table import Floats
from switchcorr.model.event import Event
from tests.correlate.scenes import NOON, below, burst, case_of, drop, noise, phone, rows_of

_LOST = {phone(500 + i): {"vlan": f"{101 + i % 6}@b", "node": f"node-{i % 2 + 1}"} for i in range(30)}
"""Phones at unknown places, five of each VLAN."""
_ROWS = rows_of(6, 2, 20) | _LOST
_MODULE = below(_ROWS, "module", "acc-2/1")
_OF_ITS_VLAN = below(_LOST, "vlan", "102@b")


def _events(seed: int) -> list[Event]:
    restless = [drop(_MODULE[0], NOON + timedelta(seconds=50 * i + 0.25)) for i in range(30)]
    later = NOON + timedelta(hours=5)
    unknown = [drop(phone(9000 + i % 3), NOON + timedelta(seconds=30 * i)) for i in range(9)]
    busy = burst(sorted(_ROWS)[::3], NOON + timedelta(hours=9), seconds=30_000, seed=seed)
    return [
        *noise(_ROWS, seed=seed),
        *unknown,
        *busy,
        *burst(_MODULE[:8], seed=seed),
        *burst(sorted(_ROWS)[::7], later, seconds=30, seed=seed),
        *burst([*_MODULE[8:10], *_OF_ITS_VLAN[:3]], NOON + timedelta(hours=20), seconds=200, seed=seed),
        *restless,
    ]


def _live(case: Case) -> list[LiveDrop]:
    columns = case.drops.time.tolist(), case.drops.row.tolist(), case.drops.reason.tolist()
    return [LiveDrop(*drop) for drop in zip(*columns, strict=True)]


def _batch(case: Case, levels: Floats) -> set[tuple[int, float, int]]:
    scanned = case.scanner().scan()
    over = scanned.of(scanned.with_priors(case.priors) > levels[case.exposure.kind_of[scanned.component]]).at_least(3)
    return set(zip(over.component.tolist(), over.start.tolist(), over.hits.tolist(), strict=True))


def _keys(loud: list[Loud]) -> set[tuple[int, float, int]]:
    return {(one.component, one.start, one.hits) for one in loud}


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 1000), size=st.integers(1, 60), late=st.floats(0, 29.0))
def test_whatever_the_batches_and_the_delays_the_windows_are_those_of_the_batch_scan(seed: int, size: int, late: float) -> None:
    case = case_of(_ROWS, _events(seed))
    levels = np.full(len(case.exposure.kinds), 3.0)
    random_ = random.Random(seed)
    arrived = sorted(_live(case), key=lambda one: one.time + random_.uniform(0, late))
    stream = DropStream(case, levels)
    loud = [one for i in range(0, len(arrived), size) for one in stream.push(arrived[i : i + size])] + stream.flush()
    assert _keys(loud) == _batch(case, levels)
    assert loud == sorted(loud, key=lambda one: one.end)
    assert stream.late == 0


def test_two_phones_of_a_part_are_told_with_a_third_at_an_unknown_place_that_drops_after_them() -> None:
    case = case_of(_ROWS, [*burst(_MODULE[:2], seconds=20), *burst(_OF_ITS_VLAN[:1], NOON + timedelta(seconds=60))])
    stream = DropStream(case, np.full(len(case.exposure.kinds), -5.0), slack_s=0.0)
    first, second, third = _live(case)
    assert stream.push([first]) + stream.push([second]) == []
    told = [*stream.push([third]), *stream.flush()]
    assert {(case.exposure.components[one.component].id, one.hits, one.hidden) for one in told} >= {("acc-2/1", 2, 1)}


def test_the_odds_are_those_of_the_scan_once_the_drops_at_unknown_places_are_there() -> None:
    case = case_of(_ROWS, _events(1))
    looks = find_looks(case)
    stream = DropStream(case, looks.levels)
    loud = stream.push(_live(case)) + stream.flush()
    expected = dict(
        zip(
            zip(looks.scanned.component.tolist(), looks.scanned.start.tolist(), looks.scanned.hits.tolist(), strict=True),
            looks.scanned.with_priors(case.priors).tolist(),
            strict=True,
        )
    )
    last = {(one.component, one.start, one.hits): one.odds for one in loud}
    assert last
    assert all(odds == pytest.approx(expected[key]) for key, odds in last.items())


def test_a_loud_window_lies_in_one_that_the_batch_looks_at() -> None:
    case = case_of(_ROWS, _events(2))
    looks = find_looks(case)
    stream = DropStream(case, looks.levels)
    loud = stream.push(_live(case)) + stream.flush()
    assert loud[0].window(240.0) == window_around(loud[0].start, loud[0].end, 240.0)
    assert all(any(window.overlaps(one.window(240.0)) for window in looks.windows) for one in loud)


def test_a_burst_is_told_while_it_goes_on() -> None:
    case = case_of(_ROWS, _events(3))
    stream = DropStream(case, find_looks(case).levels, slack_s=0.0)
    told = next(drop for drop in _live(case) if stream.push([drop]))
    assert abs(told.time - NOON.timestamp()) < 90


def test_what_comes_later_than_the_slack_is_counted_and_changes_nothing() -> None:
    case = case_of(_ROWS, burst(_MODULE[:8]))
    drops = _live(case)
    stream = DropStream(case, np.zeros(len(case.exposure.kinds)), slack_s=10.0)
    assert stream.push(drops[4:]) == [] or stream.held
    early = LiveDrop(drops[0].time - 500, drops[0].row, drops[0].reason)
    held = stream.held
    assert stream.push([early]) == []
    assert (stream.late, stream.held) == (1, held)


def test_memory_holds_the_last_minutes_only() -> None:
    case = case_of(_ROWS, noise(_ROWS, days=7, a_day=1.0))
    stream = DropStream(case, np.full(len(case.exposure.kinds), 50.0))
    most = 0
    for one in _live(case):
        stream.push([one])
        most = max(most, stream.held)
    assert len(case.drops.time) > 1500
    assert most < 30


def test_what_stands_out_but_is_under_its_level_is_not_told() -> None:
    case = case_of(_ROWS, burst(_MODULE[:5]))
    stream = DropStream(case, np.full(len(case.exposure.kinds), 50.0))
    assert stream.push(_live(case)) + stream.flush() == []
    assert case.scanner().scan().odds.max() > 10


def test_in_a_busy_log_what_is_less_than_expected_is_not_told() -> None:
    rows = rows_of(10, 4, 60)
    case = case_of(rows, noise(rows, days=0.3, a_day=10.0))
    levels = np.full(len(case.exposure.kinds), 0.0)
    stream = DropStream(case, levels)
    assert _keys(stream.push(_live(case)) + stream.flush()) == _batch(case, levels)
