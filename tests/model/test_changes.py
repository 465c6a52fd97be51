"""The order in which changes are shown."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from switchcorr.model.changes import Change, ChangeKind, ChangeState, in_order

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MOVED = Change(ChangeKind.PHONE_MOVED, ChangeState.NEW, "SEP00005E005301", "moved", NOON, "acc-1 Gi1/0/1", "acc-2 Gi1/0/7")
BROKEN = Change(ChangeKind.MODULE_STATUS, ChangeState.NEW, "acc-12 module 3", "status is faulty", NOON, "ok", "faulty", device="acc-12")


def test_what_loses_phones_stands_before_what_is_only_to_be_known() -> None:
    assert in_order([MOVED, BROKEN]) == (BROKEN, MOVED)


def test_what_somebody_knows_of_stands_last() -> None:
    known = replace(BROKEN, note="acknowledged by ada: card is ordered")
    assert in_order([known, MOVED]) == (MOVED, known)


def test_new_stands_before_ongoing_and_gone() -> None:
    states = [replace(BROKEN, state=state) for state in (ChangeState.GONE, ChangeState.ONGOING, ChangeState.NEW)]
    assert [change.state for change in in_order(states)] == [ChangeState.NEW, ChangeState.ONGOING, ChangeState.GONE]


def test_order_does_not_depend_on_the_order_given_and_each_stands_once() -> None:
    many = [replace(MOVED, subject=f"SEP{n:012X}", when=NOON + timedelta(minutes=n % 3)) for n in range(20)]
    many += [replace(MOVED, when=None), BROKEN, replace(BROKEN, words="also hot"), BROKEN]
    expected = in_order(many)
    random.Random(1).shuffle(many)
    assert in_order(many) == expected
    assert len(expected) == len(set(many)) == len(many) - 1
