"""A stream that is prepared from a log: which new events are drops of endpoints it knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.detection.watching import watch_of
from switchcorr.model.event import EventKind
from tests.correlate.scenes import NOON, below, burst, campus_of, drop, log_of, noise, phone, rows_of

_ROWS = rows_of(6, 2, 20)
_MODULE = below(_ROWS, "module", "acc-2/1")


def test_drops_of_known_endpoints_are_pushed_and_unknown_ones_counted() -> None:
    watch = watch_of(log_of(noise(_ROWS, seed=3)), campus_of(_ROWS), DEFAULT, slack_s=5.0)
    at = NOON + timedelta(days=1)
    new = log_of([drop(_MODULE[0], at), drop(phone(9_999), at), drop(_MODULE[1], at + timedelta(seconds=1))])
    drops, unknown = watch.drops(new)
    assert [one.row for one in drops] == [watch.rows[_MODULE[0]], watch.rows[_MODULE[1]]]
    assert unknown == 1


def test_what_is_no_drop_or_has_no_time_is_neither() -> None:
    watch = watch_of(log_of(noise(_ROWS, seed=3)), campus_of(_ROWS), DEFAULT, slack_s=5.0)
    back, timeless = drop(_MODULE[0], NOON, kind=EventKind.REGISTERED), replace(drop(_MODULE[0], NOON), time=None)
    assert watch.drops(log_of([back, timeless])) == ([], 0)


def test_a_module_that_loses_its_phones_is_heard() -> None:
    watch = watch_of(log_of(noise(_ROWS, seed=3)), campus_of(_ROWS), DEFAULT, slack_s=5.0)
    drops, _ = watch.drops(log_of(burst(_MODULE[:12], NOON + timedelta(days=1), seed=1)))
    assert watch.stream.push(drops) or watch.stream.flush()
