"""How loud each component is in each window."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.detection.case import Case
from switchcorr.correlate.detection.tightness import Tightness
from switchcorr.correlate.detection.windows import LEAST_ODDS, ONSET_SHARE
from switchcorr.correlate.drops.reasons import fault_profile
from switchcorr.correlate.drops.table import Window
from switchcorr.correlate.scoring.hits import log_hits
from switchcorr.model.event import Event
from tests.correlate.scenes import NOON, Rows, below, burst, case_of, drop, noise, number_of, phone, rows_of

_ROWS = rows_of(6, 2, 20)
_MODULE = below(_ROWS, "module", "acc-2/1")


def _rows(case: Case) -> list[tuple[str, float, int, float]]:
    scanned = case.scanner().scan()
    names = [case.exposure.components[number].id for number in scanned.component.tolist()]
    return sorted(zip(names, scanned.start.tolist(), scanned.hits.tolist(), scanned.odds.tolist(), strict=True))


def test_without_drops_or_components_nothing_stands_out() -> None:
    assert _rows(case_of(_ROWS, [])) == []
    assert _rows(case_of({}, [drop(phone(i), NOON) for i in range(5)])) == []


def test_a_window_ends_at_each_drop_and_holds_those_of_the_component_within_reach_before_it() -> None:
    times = [NOON + timedelta(seconds=seconds) for seconds in (0, 100, 192, 193)]
    found = [row[:3] for row in _rows(case_of(_ROWS, [drop(name, at) for name, at in zip(_MODULE, times, strict=False)]))]
    start = NOON.timestamp()
    assert [row for row in found if row[0] == "acc-2/1"] == [
        ("acc-2/1", start, 2),
        ("acc-2/1", start, 3),
        ("acc-2/1", start + 100, 3),
    ]


def test_the_odds_are_those_of_the_hit_rate_and_the_reasons_against_background() -> None:
    case = case_of(_ROWS, [drop(name, NOON + timedelta(seconds=i), 13) for i, name in enumerate(_MODULE[:4])])
    number = number_of(case.exposure, "module", "acc-2/1")
    (first,) = [row for row in _rows(case) if row[0] == "acc-2/1" and row[2] == 4]
    chance = np.log(case.background.per_second[case.drops.row] * 192.0).sum()
    gain = (fault_profile("module", 0.15) - case.background.reasons)[case.drops.reason].sum()
    expected = case.background.of_component[number] * 192.0
    together = Tightness(DEFAULT, ONSET_SHARE).gain(4, 3.0, float(expected))
    assert first[3] == pytest.approx(float(log_hits(4, 20, DEFAULT.hit_rates)) + gain - chance + expected + together)


def test_what_one_endpoint_tells_again_within_reach_is_told_once() -> None:
    restless = [drop(_MODULE[0], NOON + timedelta(seconds=10 * i)) for i in range(20)]
    assert _rows(case_of(_ROWS, restless)) == []
    after_a_while = [*restless, drop(_MODULE[0], NOON + timedelta(seconds=600)), drop(_MODULE[1], NOON + timedelta(seconds=601))]
    assert ("acc-2/1", NOON.timestamp() + 600, 2) in [row[:3] for row in _rows(case_of(_ROWS, after_a_while))]


def test_components_of_one_kind_do_not_reach_into_each_other() -> None:
    events = [*burst(_MODULE[:5], NOON), *burst(below(_ROWS, "module", "acc-2/2")[:5], NOON + timedelta(seconds=30))]
    largest: dict[str, int] = {}
    for name, _, hits, _ in _rows(case_of(_ROWS, events)):
        largest[name] = max(largest.get(name, 0), hits)
    assert (largest["acc-2/1"], largest["acc-2/2"], largest["acc-2"]) == (5, 5, 10)


def test_fewer_drops_than_expected_prove_no_fault() -> None:
    rows = rows_of(40, 4, 60, nodes=1)
    steady: list[Event] = noise(rows, days=2, a_day=2.0)
    case = case_of(rows, steady)
    scanned = case.scanner().scan()
    cluster = number_of(case.exposure, "cluster", "one")
    expected = case.background.of_component[cluster] * case.background.weighted_seconds(scanned.start, scanned.start + 192.0)
    assert (scanned.hits > expected)[scanned.component == cluster].all()


def test_a_part_of_the_drops_is_scanned_as_if_there_were_no_others() -> None:
    rows: Rows = _ROWS
    events = [*noise(rows), *burst(_MODULE[:10], NOON)]
    scanner = case_of(rows, events).scanner()
    time = scanner.drops.time[scanner.fresh]
    quiet = np.flatnonzero((time < NOON.timestamp()) | (time > NOON.timestamp() + 90))
    all_of_it, rest = scanner.scan(), scanner.scan(quiet)
    assert all_of_it.odds.max() > 30 > rest.odds.max()
    assert (rest.odds > LEAST_ODDS).all()
    assert len(scanner.scan(quiet[:0]).odds) == 0


def test_windows_overlap_if_they_have_a_moment_in_common() -> None:
    assert Window(0, 10).overlaps(Window(9, 20))
    assert not Window(0, 10).overlaps(Window(10, 20))
