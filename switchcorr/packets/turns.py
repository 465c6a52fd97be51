"""What happens to a registration within one connection: asked for, granted, given up, and when the connection was overdue.

Everything is noted when the packet that shows it is taken, and with that packet's number: what a capture tells up to some packet does not
depend on what follows. Memory is bounded; what is not kept is counted.
"""

from __future__ import annotations

import enum
from typing import NamedTuple

_OVERDUE = 1.5
"""Intervals without a keepalive after which it is overdue, and ``_SLACK_NS`` more: phones are punctual to the second."""
_SLACK_NS = 5 * 10**9
"""Also when an answer is overdue: healthy servers answer in milliseconds."""
_REORDERED_NS = 20_000_000
"""An answer may be taken before its question: the two directions of a mirrored port come out of order, and what follows a hole is taken late."""
_GRACE_NS = 32 * 10**9
"""So long a renewal may still be on its way. Source: RFC 3261, 17.1.2.2 (timer F)."""
_MOST_TURNS = 1000
_MOST_SPANS = 1000
_MOST_SAID, _LONGEST_SAID = 50, 8192
"""Alarms of a connection that are kept, and characters of each; the longest known is XML of some thousand."""
_MOST_DIALOGUES = 64
"""Call-IDs of a connection that are known: a phone has one for each of its lines."""


class Turn(enum.Enum):
    """What happened."""

    ASKED = enum.auto()
    """The phone asks to be registered, and was not here before."""
    REGISTERED = enum.auto()
    """SCCP's server acknowledges a registration."""
    GRANTED = enum.auto()
    """SIP's server grants a registration that it is not known to have granted before."""
    HELD = enum.auto()
    """An answered keepalive shows a registration whose beginning the capture does not have."""
    TOKEN = enum.auto()
    """The server allows a phone that is registered elsewhere to come back."""
    LEFT = enum.auto()
    """The phone unregisters."""
    STAYED = enum.auto()
    """The server does not let it."""
    LAPSED = enum.auto()
    """A registration was not renewed in the time that it was granted for."""
    RESET = enum.auto()
    RESTART = enum.auto()
    SAID = enum.auto()
    """The phone says why it left before."""


class Happening(NamedTuple):
    """A turn, when it happened, and the number of the packet that shows it, from 1."""

    turn: Turn
    time_ns: int
    frame: int
    text: str = ""


class _Span(NamedTuple):
    """A time in which a connection was overdue: from ``since_ns`` up to but without ``until_ns``."""

    since_ns: int
    until_ns: int


class _Dialogue:
    """The registration under one Call-ID: what was granted last and until when, and how many renewals were asked for since."""

    def __init__(self) -> None:
        self.granted_cseq = self.asked_cseq = -1
        self.asked = 0
        self.until_ns = 0

    @property
    def is_granted(self) -> bool:
        """Whether it was ever granted."""
        return self.granted_cseq >= 0

    def ask(self, cseq: int) -> None:
        """Take a renewal that is asked for; the same again is none."""
        if cseq > max(self.granted_cseq, self.asked_cseq):
            self.asked_cseq = cseq
            self.asked += 1

    def grant(self, cseq: int, until_ns: int) -> None:
        """Take a grant."""
        self.granted_cseq, self.asked, self.until_ns = cseq, 0, until_ns

    def has_all_up_to(self, cseq: int) -> bool:
        """Whether the capture has every renewal that was asked for since the last grant, for they are numbered."""
        return cseq - self.granted_cseq == self.asked


class Turns:
    """The turns of one connection, in order.

    Attributes:
        all: what happened, the first ``_MOST_TURNS``; ``left_out`` counts the others.
        frame: number of the packet that is being taken.
    """

    def __init__(self) -> None:
        self.all: list[Happening] = []
        self.left_out = 0
        self.frame = 0
        self._spans: list[_Span] = []
        self._waiting_since = self._last_asked = self._last_answered = self._longest_gap = 0
        self._interval_ns = 0
        self._is_held = self._has_left = False
        self._said = ""
        self._times_said = 0
        self._dialogues: dict[str, _Dialogue] = {}

    def note(self, turn: Turn, now_ns: int, text: str = "") -> None:
        """Add a turn that needs no thought."""
        if turn in (Turn.REGISTERED, Turn.GRANTED, Turn.HELD):
            self._is_held = True
        if len(self.all) < _MOST_TURNS:
            self.all.append(Happening(turn, now_ns, self.frame, text))
        else:
            self.left_out += 1

    def say(self, text: str, now_ns: int) -> None:
        """What the phone says of why it left; said again it is no news."""
        if text == self._said:
            return
        self._said = text
        if self._times_said < _MOST_SAID:
            self._times_said += 1
            self.note(Turn.SAID, now_ns, text[:_LONGEST_SAID])
        else:
            self.left_out += 1

    def ask(self, now_ns: int) -> None:
        """A keepalive of the phone."""
        if self._last_asked:
            gap = now_ns - self._last_asked
            if gap > self._limit_ns:
                self._add_span(self._last_asked + self._limit_ns, now_ns)
            self._longest_gap = max(self._longest_gap, gap)
        self._last_asked = now_ns
        if now_ns - self._last_answered > _REORDERED_NS:
            self._waiting_since = self._waiting_since or now_ns

    def answer(self, now_ns: int) -> None:
        """An answer to keepalives."""
        due_ns = self._waiting_since + _SLACK_NS
        if self._waiting_since and due_ns < now_ns:
            self._add_span(due_ns, now_ns)
        self._waiting_since, self._last_answered = 0, now_ns

    def hold(self, now_ns: int) -> None:
        """A keepalive that only the server of a registration answers."""
        if not self._is_held:
            self.note(Turn.HELD, now_ns)

    def every(self, seconds: int) -> None:
        """How often the phone is to send keepalives."""
        self._interval_ns = seconds * 10**9

    def lose(self) -> None:
        """The capture lacks bytes: what looks like silence may be none."""
        self._waiting_since = self._last_asked = 0

    def is_overdue(self, now_ns: int) -> bool:
        """Whether at a moment a keepalive had not come, or not been answered, for too long."""
        is_unanswered = self._waiting_since > 0 and self._waiting_since + _SLACK_NS <= now_ns
        is_silent = self._last_asked > 0 and self._limit_ns > 0 and self._last_asked + self._limit_ns <= now_ns
        return is_unanswered or is_silent or any(span.since_ns <= now_ns < span.until_ns for span in self._spans)

    @property
    def _limit_ns(self) -> int:
        """So long after a keepalive the next one is overdue; a time that never comes as long as nothing tells of an interval."""
        interval_ns = self._interval_ns or self._longest_gap
        return int(_OVERDUE * interval_ns) + _SLACK_NS if interval_ns else 1 << 62

    def _add_span(self, since_ns: int, until_ns: int) -> None:
        if len(self._spans) < _MOST_SPANS:
            self._spans.append(_Span(since_ns, until_ns))

    def ask_sip(self, call_id: str, cseq: int, now_ns: int) -> None:
        """A REGISTER that asks to be registered, or to stay so."""
        if call_id not in self._dialogues:
            self.note(Turn.ASKED, now_ns)
        self._dialogue(call_id).ask(cseq)

    def leave_sip(self, now_ns: int) -> None:
        """A REGISTER that unregisters."""
        self._has_left = True
        self.note(Turn.LEFT, now_ns)

    def grant_sip(self, call_id: str, cseq: int, seconds: int | None, now_ns: int) -> None:
        """A REGISTER was granted, for so many seconds if that is told."""
        dialogue = self._dialogue(call_id)
        if cseq <= dialogue.granted_cseq:
            return
        until_ns = max(one.until_ns for one in self._dialogues.values())
        has_lapsed = dialogue.is_granted and 0 < until_ns < now_ns - _GRACE_NS and dialogue.has_all_up_to(cseq)
        if has_lapsed:
            self.note(Turn.LAPSED, until_ns)
        if has_lapsed or self._has_left or not dialogue.is_granted or dialogue.asked > 1:
            self.note(Turn.GRANTED, now_ns)
        self._has_left = False
        dialogue.grant(cseq, now_ns + seconds * 10**9 if seconds else 0)
        self.every(seconds or 0)

    def _dialogue(self, call_id: str) -> _Dialogue:
        if call_id not in self._dialogues and len(self._dialogues) >= _MOST_DIALOGUES:
            del self._dialogues[next(iter(self._dialogues))]
        return self._dialogues.setdefault(call_id, _Dialogue())
