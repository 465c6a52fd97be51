"""When and where dropped devices came back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from switchcorr.events import returns
from switchcorr.model.event import Event, EventKind, EventLog

_START = datetime(2026, 11, 20, tzinfo=UTC)


def _log(*rows: tuple[str, EventKind, int | None, str]) -> EventLog:
    log = EventLog()
    for name, kind, seconds, node in rows:
        time = None if seconds is None else _START + timedelta(seconds=seconds)
        log.append(Event(time=time, kind=kind, name=name, node=node))
    return log


_OFF, _ON = EventKind.UNREGISTERED, EventKind.REGISTERED


def test_the_first_registration_after_a_drop_is_its_return() -> None:
    found = returns(_log(("A", _OFF, 0, "cm1"), ("B", _OFF, 1, "cm1"), ("A", _ON, 60, "cm2"), ("A", _ON, 90, "cm1")))
    assert {row: (back.row, back.node, back.time) for row, back in found.items()} == {0: (2, "cm2", _START + timedelta(seconds=60))}


def test_a_second_drop_before_the_return_has_the_return() -> None:
    assert {row: back.row for row, back in returns(_log(("A", _OFF, 0, ""), ("A", _OFF, 5, ""), ("A", _ON, 9, ""))).items()} == {1: 2}


def test_equal_times_are_a_return_and_other_kinds_are_none() -> None:
    log = _log(
        ("A", _ON, 5, "cm2"),
        ("A", _OFF, 5, "cm1"),
        ("B", _OFF, 5, ""),
        ("B", EventKind.TRANSIENT, 6, ""),
        ("", _OFF, 7, ""),
        ("", _ON, 8, ""),
    )
    assert {row: back.row for row, back in returns(log).items()} == {1: 0}


def test_unknown_times_take_no_part() -> None:
    assert returns(_log(("A", _OFF, None, ""), ("A", _ON, 9, ""), ("B", _OFF, 1, ""), ("B", _ON, None, ""))) == {}


@given(
    st.lists(
        st.tuples(st.sampled_from("AB"), st.sampled_from([_OFF, _ON]), st.integers(0, 50), st.just("")),
        unique_by=lambda row: (row[0], row[2]),
    ),
    st.randoms(),
)
def test_order_of_rows_does_not_matter(rows: list[tuple[str, EventKind, int, str]], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = (
        {(log[row].name, log[row].time, back.time) for row, back in returns(log).items()} for log in (_log(*rows), _log(*shuffled))
    )
    assert first == second
