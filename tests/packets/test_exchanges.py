"""Keepalives and their answers, by themselves."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from switchcorr.packets.exchanges import MOST_MISSED, Exchanges

_S = 10**9


def _all(exchanges: Exchanges) -> int:
    return exchanges.answered + exchanges.unanswered + exchanges.open


def test_a_forgotten_question_stays_unanswered() -> None:
    exchanges = Exchanges(keep=True)
    exchanges.send(1, 0 * _S + 1, 12)
    exchanges.send(2, 30 * _S, 24)
    exchanges.answer_some(30 * _S + 5)
    exchanges.finish(60 * _S)
    assert (exchanges.answered, exchanges.unanswered) == (1, 1)
    assert [one.key for one in exchanges.kept] == [2, 1]
    assert [one.key for one in exchanges.missed] == [1]


def test_an_answer_that_comes_in_the_same_moment_as_its_question_counts_in_either_order() -> None:
    exchanges = Exchanges(keep=False)
    exchanges.answer_some(5)
    exchanges.send(1, 5, 12)
    exchanges.finish(60 * _S)
    assert (exchanges.answered, exchanges.worst_ns) == (1, 0)
    early = Exchanges(keep=False)
    early.answer_some(4)
    early.send(1, 5, 12)
    early.finish(60 * _S)
    assert (early.answered, early.unanswered) == (0, 1)


def test_what_a_gap_may_hide_is_open() -> None:
    exchanges = Exchanges(keep=False)
    exchanges.send(1, 1, 12)
    exchanges.lose_answers()
    exchanges.send(2, 30 * _S, 24)
    exchanges.answer_some(30 * _S + 9)
    exchanges.finish(90 * _S)
    assert (exchanges.answered, exchanges.open, exchanges.unanswered) == (1, 1, 0)


def test_keys_that_nobody_waits_for_change_nothing() -> None:
    exchanges = Exchanges(keep=False)
    exchanges.send("a", 1)
    exchanges.answer("b", 2)
    exchanges.try_("b", 2)
    exchanges.acknowledge(0xFFFFFFF0, 2, server_quiet=True)
    exchanges.try_("a", 3)
    exchanges.try_("a", 4)
    exchanges.repeat(100, 12)
    exchanges.finish(60 * _S)
    assert (exchanges.unanswered, exchanges.missed[0].acked_ns, exchanges.retransmitted) == (1, 3, 0)


def test_nothing_grows_without_bound() -> None:
    exchanges = Exchanges(keep=True)
    for number in range(5000):
        exchanges.send(number, number * 30 * _S + 1, number)
    for _ in range(3000):
        exchanges.answer_some(6000 * 30 * _S)
    exchanges.finish(7000 * 30 * _S)
    assert (exchanges.sent, _all(exchanges), exchanges.unanswered, exchanges.answered, exchanges.late) == (5000, 5000, 4800, 200, 200)
    assert len(exchanges.missed) == MOST_MISSED
    assert 2048 <= len(exchanges.kept) < 4096


@given(st.lists(st.tuples(st.sampled_from(["ask", "answer", "gap", "ack", "again", "name"]), st.integers(0, 40)), max_size=60))
def test_every_keepalive_is_answered_unanswered_or_open(steps: list[tuple[str, int]]) -> None:
    exchanges, now = Exchanges(keep=True), 1
    for number, (what, seconds) in enumerate(steps):
        now += seconds * _S
        match what:
            case "ask":
                exchanges.send(number, now, number)
            case "answer":
                exchanges.answer_some(now)
            case "gap":
                exchanges.lose_answers()
            case "ack":
                exchanges.acknowledge(number, now, server_quiet=bool(seconds % 2))
            case "again":
                exchanges.repeat(number - 2, 2)
            case _:
                exchanges.answer(number - 1, now)
    exchanges.finish(now + 3 * _S)
    assert exchanges.sent == _all(exchanges) == len(exchanges.kept)
    assert len(exchanges.missed) == exchanges.unanswered + exchanges.late
