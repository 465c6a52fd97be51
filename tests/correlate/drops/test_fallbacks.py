"""Phones that go back to the node at which they usually are."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.drops.fallbacks import told_fallbacks, with_fallbacks
from switchcorr.correlate.drops.reasons import ReasonClass
from switchcorr.correlate.drops.returns import returns_of
from switchcorr.correlate.drops.table import find_drops
from switchcorr.correlate.exposure.table import expose
from switchcorr.model.event import Event, EventKind
from switchcorr.model.incident import Verdict
from tests.correlate.scenes import NOON, Rows, below, campus_of, drop, explain, log_of, noise, phone, rows_of

_ROWS = rows_of(6, 2, 20)
_HOME = below(_ROWS, "node", "node-1")
_X = _HOME[0]


def _came(name: str, seconds: float, node: str) -> Event:
    return Event(NOON + timedelta(seconds=seconds), EventKind.REGISTERED, name, node=node)


def _left(name: str, seconds: float, node: str, reason: int | None = 8) -> Event:
    return drop(name, NOON + timedelta(seconds=seconds), reason, node=node)


def _planned(*events: Event, rows: Rows | None = None) -> list[bool]:
    """Of each drop, in order of time, whether it is taken for a planned one."""
    log = log_of(events)
    exposure = expose(log, campus_of(_ROWS if rows is None else rows))
    drops, count = with_fallbacks(find_drops(log, exposure, DEFAULT), log, returns_of(log), exposure)
    planned = [reason == ReasonClass.SCHEDULED for reason in drops.reason.tolist()]
    assert count == sum(planned)
    return planned


def test_who_leaves_another_node_and_is_at_its_own_at_once_goes_home() -> None:
    away = [_left(_X, 0, "node-1", 13), _came(_X, 60, "node-2")]
    assert _planned(*away, _left(_X, 900, "node-2"), _came(_X, 903, "node-1")) == [False, True]
    assert _planned(*away, _left(_X, 900, "node-2"), _came(_X, 960, "node-1")) == [False, False]  # so long takes who lost a node
    assert _planned(*away, _left(_X, 900, "node-2"), _came(_X, 903, "node-2")) == [False, False]
    assert _planned(*away, _left(_X, 900, "node-2")) == [False, False]
    assert _planned(*away, _left(_X, 900, "node-2", 3), _came(_X, 903, "node-1")) == [False, False]  # the server says that it stops


def test_a_node_may_log_late_that_a_phone_has_gone_home() -> None:
    away = [_left(_X, 0, "node-1", 13), _came(_X, 60, "node-2")]
    assert _planned(*away, _came(_X, 900, "node-1"), _left(_X, 960, "node-2", 16)) == [False, True]
    assert _planned(*away, _came(_X, 900, "node-1"), _left(_X, 1600, "node-2", 16)) == [False, False]


def test_a_phone_that_is_at_another_node_for_long_or_was_never_told_there_does_not_go_home() -> None:
    gone = [_left(_X, 0, "node-2"), _came(_X, 3, "node-1")]
    assert _planned(_came(_X, -86_000, "node-2"), *gone) == [True]
    assert _planned(_came(_X, -87_000, "node-2"), *gone) == [False]
    assert _planned(*gone) == [False]
    assert _planned(_came(phone(900), -60, "node-2"), *gone) == [False]
    assert _planned(gone[0]) == [False]  # no registration at all


def test_where_no_node_is_known_nobody_goes_home() -> None:
    rows = {name: {"switch": row["switch"]} for name, row in _ROWS.items()}
    assert _planned(_left(_X, 0, ""), _came(_X, 3, ""), rows=rows) == [False]


@pytest.mark.parametrize("reason", [6, 8, 16])
def test_the_node_that_all_leave_for_their_own_one_has_not_failed(reason: int) -> None:
    random_ = random.Random(3)
    events = noise(_ROWS, days=1)
    for name in _HOME:
        back, home = random_.uniform(40, 90), 1500 + random_.uniform(0, 60)
        events += [_left(name, random_.uniform(0, 30), "node-1", 13), _came(name, back, "node-2")]
        events += [_left(name, home, "node-2", reason), _came(name, home + random_.uniform(1, 8), "node-1")]
    result = explain(_ROWS, events)
    (failed,) = result.incidents
    assert (failed.verdict, failed.causes[0].component.id) == (Verdict.CALL_SERVER, "node-1")
    assert failed.fallback is not None
    assert (failed.fallback.phones, failed.fallback.left, failed.fallback.own) == (120, ("node-2",), ("node-1",))
    assert told_fallbacks(120)[0] in result.coverage.assumptions


def test_what_is_said_of_fallbacks() -> None:
    assert told_fallbacks(0) == ()
    assert told_fallbacks(1)[0].startswith("1 drop of a phone that went back")
    assert told_fallbacks(2)[0].startswith("2 drops of phones that went back")
