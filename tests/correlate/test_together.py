"""Phones of one part that drop in the same seconds, and are too few for an incident."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from switchcorr.model.event import EventKind
from switchcorr.model.incident import Correlation
from switchcorr.report.views import result_view
from tests.correlate.scenes import NOON, below, drop, explain, noise, phone, rows_of

_ROWS = rows_of(4, 3, 20)
_PAIR = [drop(name, NOON + timedelta(seconds=0.3 * i)) for i, name in enumerate(below(_ROWS, "module", "acc-3/1")[:2])]
_TOLD = (
    "No incident: 2 phones of module acc-3/1 dropped in the same second (2026-11-19 12:00:00 UTC), too few to tell a fault from chance; "
    "--windows 2026-11-19T11:58:00Z/2026-11-19T12:02:00Z asks about them."
)


def _headline(answer: Correlation) -> str:
    return result_view(replace(answer, coverage=replace(answer.coverage, events_read=2))).headline


def test_two_phones_of_a_card_in_one_second_are_not_said_to_drop_one_by_one() -> None:
    answer = explain(_ROWS, _PAIR)
    assert not answer.incidents
    assert _headline(answer) == _TOLD


def test_the_others_dropped_one_by_one_or_as_few_together() -> None:
    answer = explain(_ROWS, [*noise(_ROWS, a_day=0.1), *_PAIR])
    assert _headline(answer) == f"{_TOLD} The others dropped one by one."
    assert _headline(replace(answer, is_only_group=False)) == f"{_TOLD} The others dropped one by one, or as few together."
    again = [drop(name, NOON + timedelta(hours=5)) for name in below(_ROWS, "switch", "acc-1")[:2]]
    assert not explain(_ROWS, [*_PAIR, *again]).is_only_group


def test_the_smallest_part_with_most_phones_is_named() -> None:
    two_cards = [drop(name, NOON) for card in ("acc-3/1", "acc-3/2") for name in below(_ROWS, "module", card)[:1]]
    found = explain(_ROWS, two_cards).together
    assert found is not None
    assert (found.component.id, found.phones) == ("acc-3", 2)


def test_what_is_no_surprise_is_not_told() -> None:
    """Different parts, one phone twice, later, on purpose, and pairs as chance makes them where much drops."""
    one, other = (below(_ROWS, "switch", switch)[0] for switch in ("acc-1", "acc-2"))
    pair = below(_ROWS, "module", "acc-3/1")[:2]
    for events in (
        [drop(one, NOON), drop(other, NOON)],
        [drop(one, NOON), drop(one, NOON + timedelta(seconds=1))],
        [drop(pair[0], NOON), drop(pair[1], NOON + timedelta(seconds=30))],
        [drop(name, NOON, 9) for name in pair],
        [drop(pair[0], NOON, kind=EventKind.REGISTERED)],
    ):
        assert explain(_ROWS, events).together is None


def test_a_pair_among_so_many_drops_is_chance() -> None:
    busy = [drop(name, NOON + timedelta(seconds=200 * i)) for i, name in enumerate(below(_ROWS, "switch", "acc-3") * 4)]
    assert explain(_ROWS, [*_PAIR, *busy]).together is None


def test_phones_of_which_nothing_is_known_are_not_said_to_drop_one_by_one() -> None:
    few = [drop(phone(5000 + i), NOON + timedelta(seconds=7 * i)) for i in range(4)]
    told = "No incident: 4 drops, at no time many more within minutes than usual; nothing given tells what these phones share "
    assert _headline(explain({}, few)) == f"{told}(--locations, --captures or a log with nodes would)."
    places = noise(_ROWS, a_day=0.1)
    assert _headline(explain(_ROWS, [*places, *few])) == "No incident: the phones that dropped did so one by one."


def test_drops_that_name_no_phone_are_counted() -> None:
    answer = explain(_ROWS, [drop("", NOON), drop("", NOON, kind=EventKind.TRANSIENT), drop("", NOON, kind=EventKind.REGISTERED)])
    assert answer.nameless_drops == 2
    assert _headline(answer) == "No incident: no phone dropped in this time; 2 drops of the log name no phone."


def test_windows_are_answered_by_what_is_in_them() -> None:
    """And not by the phones of a card that dropped at another time."""
    rows = rows_of(4, 2, 20)
    pair = [drop(name, NOON) for name in below(rows, "module", "acc-1/1")[:2]]
    early = (NOON - timedelta(hours=5), NOON - timedelta(hours=5) + timedelta(minutes=4))
    empty = explain(rows, pair, windows=(early,))
    assert (empty.incidents, empty.together) == ((), None)
    assert _headline(empty) == "No incident: no phone dropped in this time."
