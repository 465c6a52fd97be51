"""Keepalives of one connection and their answers: who asked when, what came back, and what cannot be told.

SCCP numbers nothing: an answer belongs to one of the questions before it. As many answers as came up to the next question belong to the last
questions, oldest first. So a server that stood still and then answers all at once has answered all late, and one that forgot a question and
answers the next at once has not answered the first. SIP names what it answers.

Every keepalive ends as answered, unanswered or open; open are those whose answer was not due before the end, or may be in a gap of the capture.
"""

from __future__ import annotations

import statistics
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TypeVar

from switchcorr.packets.byte_stream import ahead

T = TypeVar("T")
ANSWER_DUE_NS = 5 * 10**9
"""When an answer is overdue. Healthy servers answer in milliseconds; a TCP stack has sent a lost segment again some times within 5 s."""
PROMPT_NS = 2 * 10**9
"""A running TCP acknowledges within half a second, whatever its process does; later, a copy that was sent again has arrived. Source: RFC 9293, 3.8.6.3."""
MOST_MISSED = 200
"""Missed keepalives of a connection that are kept one by one; all are counted."""
_MOST_WAITING = 200
_MOST_TIMES = 512
"""Round trips and gaps of which medians are taken: at least so many of the latest."""
_MOST_KEPT = 2048
"""Keepalives of a connection that are kept for the comparison with the other side: at least so many of the latest."""


@dataclass(slots=True)
class Exchange:
    """One keepalive.

    Attributes:
        key: what its answer is known by, the same on both sides of the network.
        end_seq: sequence number behind it.
        acked_ns: when the server's TCP, or its ``100 Trying``, acknowledged it; 0 if not.
        server_quiet: whether the server's packets since then prove that it sent no answer; None if nothing tells.
        answered_ns: 0 if not answered.
        is_open: whether nothing can be told of its answer.
    """

    key: Hashable
    sent_ns: int
    end_seq: int
    copies: int = 1
    acked_ns: int = 0
    server_quiet: bool | None = None
    answered_ns: int = 0
    is_open: bool = False

    @property
    def is_reached(self) -> bool:
        """Whether the server's TCP acknowledged it at once, as one does that got the first copy."""
        return self.acked_ns > 0 and self.acked_ns - self.sent_ns <= PROMPT_NS

    @property
    def is_late(self) -> bool:
        """Whether the answer came when it was of no use."""
        return self.answered_ns - self.sent_ns > ANSWER_DUE_NS


class Exchanges:
    """The keepalives of one connection; memory is bounded whatever it holds.

    Attributes:
        sent, answered, late, unanswered, unanswered_but_acked, open, retransmitted: counts; late ones are answered ones.
        missed: unanswered and late ones.
        kept: all that are settled, if the other side is to be compared.
    """

    def __init__(self, *, keep: bool) -> None:
        self.sent = self.answered = self.late = self.unanswered = self.unanswered_but_acked = self.open = self.retransmitted = 0
        self.missed: list[Exchange] = []
        self.kept: list[Exchange] = []
        self._keep = keep
        self.last_sent_ns = 0
        self.longest_silence_ns = self.last_answered_ns = 0
        self.worst_ns = 0
        self._waiting: dict[Hashable, Exchange] = {}
        self._answers: list[int] = []
        self._round_trips: list[int] = []
        self._gaps: list[int] = []

    def send(self, key: Hashable, now_ns: int, end_seq: int = 0, *, acked_ns: int = 0) -> None:
        """Take a keepalive; one with a key that still waits is the same again."""
        if earlier := self._waiting.get(key):
            earlier.copies += 1
            self.retransmitted += 1
            return
        self._match_answers(now_ns)
        if self.last_sent_ns:
            _append(self._gaps, now_ns - self.last_sent_ns, _MOST_TIMES)
            self.longest_silence_ns = max(self.longest_silence_ns, now_ns - self.last_sent_ns)
        self.last_sent_ns = now_ns
        self.sent += 1
        if len(self._waiting) >= _MOST_WAITING:
            self._miss(self._waiting.pop(next(iter(self._waiting))))
        self._waiting[key] = Exchange(key, now_ns, end_seq, acked_ns=acked_ns)

    def repeat(self, seq: int, length: int) -> None:
        """Bytes of the phone that came again."""
        for waiting in self._waiting.values():
            if 0 < ahead(waiting.end_seq, seq) <= length:
                waiting.copies += 1
                self.retransmitted += 1

    def acknowledge(self, ack: int, now_ns: int, *, server_quiet: bool) -> None:
        """A packet of the server: what it acknowledges, and whether its own number shows that nothing of it is on the way."""
        for waiting in self._waiting.values():
            if not waiting.acked_ns and ahead(ack, waiting.end_seq) >= 0:
                waiting.acked_ns = now_ns
            if waiting.acked_ns:
                waiting.server_quiet = server_quiet and waiting.server_quiet is not False

    def try_(self, key: Hashable, now_ns: int) -> None:
        """The server says that it is busy with a question."""
        if waiting := self._waiting.get(key):
            waiting.acked_ns = waiting.acked_ns or now_ns

    def answer(self, key: Hashable, now_ns: int) -> None:
        """An answer that names its question."""
        if waiting := self._waiting.pop(key, None):
            self._settle(waiting, now_ns)

    def answer_some(self, now_ns: int) -> None:
        """An answer that names no question."""
        if len(self._answers) < _MOST_WAITING:
            self._answers.append(now_ns)

    def lose_answers(self) -> None:
        """The capture lacks bytes of the server: answers to what waits now may be among them."""
        for waiting in self._waiting.values():
            waiting.is_open = True

    def lose_questions(self) -> None:
        """The capture lacks bytes of the phone: what looks like silence may be none."""
        self.last_sent_ns = 0

    def finish(self, end_ns: int) -> None:
        """Settle what still waits, at the end of the connection or of the capture."""
        self._match_answers(0)
        for waiting in self._waiting.values():
            if end_ns - waiting.sent_ns < ANSWER_DUE_NS:
                self._leave_open(waiting)
            else:
                self._miss(waiting)
        self._waiting.clear()

    @property
    def median_gap_s(self) -> float | None:
        """Between two keepalives; None with fewer than three of them."""
        return statistics.median(self._gaps) / 1e9 if len(self._gaps) > 1 else None

    @property
    def median_round_trip_s(self) -> float | None:
        """From a keepalive to its answer; None if none was answered."""
        return statistics.median(self._round_trips) / 1e9 if self._round_trips else None

    def _match_answers(self, now_ns: int) -> None:
        """Give the answers that came to the last questions that wait; what came no earlier than the next one may be for that."""
        number = min(len(self._answers), len(self._waiting))
        questions = [self._waiting.popitem()[1] for _ in range(number)][::-1]
        for question, answered_ns in zip(questions, self._answers, strict=False):
            self._settle(question, answered_ns)
        self._answers = [answered_ns for answered_ns in self._answers[number:] if answered_ns >= now_ns]

    def _settle(self, exchange: Exchange, answered_ns: int) -> None:
        exchange.answered_ns, exchange.is_open = max(answered_ns, exchange.sent_ns), False
        self.answered += 1
        self.last_answered_ns = max(self.last_answered_ns, answered_ns)
        _append(self._round_trips, exchange.answered_ns - exchange.sent_ns, _MOST_TIMES)
        self.worst_ns = max(self.worst_ns, exchange.answered_ns - exchange.sent_ns)
        self._settled(exchange)
        if exchange.is_late:
            self.late += 1
            self._remember(exchange)

    def _leave_open(self, exchange: Exchange) -> None:
        self.open += 1
        exchange.is_open = True
        self._settled(exchange)

    def _miss(self, exchange: Exchange) -> None:
        if exchange.is_open:
            self._leave_open(exchange)
            return
        self.unanswered += 1
        self.unanswered_but_acked += exchange.acked_ns > 0
        self._settled(exchange)
        self._remember(exchange)

    def _settled(self, exchange: Exchange) -> None:
        if self._keep:
            _append(self.kept, exchange, _MOST_KEPT)

    def _remember(self, exchange: Exchange) -> None:
        if len(self.missed) < MOST_MISSED:
            self.missed.append(exchange)


def _append(values: list[T], value: T, most: int) -> None:
    """Add a value to a list that forgets the oldest ones: it holds between ``most`` and twice as many."""
    values.append(value)
    if len(values) >= 2 * most:
        del values[:most]
