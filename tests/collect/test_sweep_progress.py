"""How far a sweep is, from what it told."""

from __future__ import annotations

from functools import reduce

from switchcorr.collect.progress import (
    CommandAnswered,
    DeviceParsed,
    SweepEvent,
    SweepProgress,
    SweepStarted,
    SweepStopping,
    VisitBegun,
    VisitEnded,
    VisitPaused,
    advance,
)
from switchcorr.model.sweep import ParseAccount, VisitAccount
from switchcorr.model.visit import AnswerStatus, Failure, FailureKind, VisitStatus


def ended(status: VisitStatus, kind: FailureKind | None = None, attempts: int = 1) -> VisitAccount:
    return VisitAccount("a", status, attempts=attempts, failure=Failure(kind, "why") if kind else None)


def after(*events: SweepEvent) -> SweepProgress:
    return reduce(advance, events, SweepProgress())


def test_every_event_moves_its_own_count() -> None:
    progress = after(
        SweepStarted(0, "s", 6),
        VisitBegun(1, "a", "192.0.2.1"),
        CommandAnswered(2, "a", "show version", AnswerStatus.OK, 700),
        VisitPaused(3, "a", "reset"),
        VisitBegun(5, "a", "192.0.2.1", attempt=2),
        CommandAnswered(6, "a", "show inventory", AnswerStatus.OK, 300),
        VisitEnded(7, ended(VisitStatus.ANSWERED, attempts=2)),
        DeviceParsed(8, "a", ParseAccount(rows=12)),
        VisitBegun(9, "b", "192.0.2.2"),
        VisitEnded(10, ended(VisitStatus.FAILED, FailureKind.RESET)),
        VisitBegun(10, "c", "192.0.2.3"),
        VisitEnded(11, ended(VisitStatus.FAILED, FailureKind.REFUSED)),
        VisitEnded(12, ended(VisitStatus.FAILED, FailureKind.CREDENTIALS, attempts=0)),
        VisitBegun(13, "e", "192.0.2.5"),
        SweepStopping(14, "interrupted"),
        VisitEnded(15, ended(VisitStatus.CANCELLED, FailureKind.INTERRUPTED)),
        VisitEnded(15, ended(VisitStatus.SKIPPED, FailureKind.INTERRUPTED, attempts=0)),
    )
    assert (progress.total, progress.running, progress.answered, progress.partial) == (6, 0, 1, 0)
    assert progress.failed == {FailureKind.RESET: 1, FailureKind.REFUSED: 1, FailureKind.CREDENTIALS: 1}
    assert (progress.failures, progress.cancelled, progress.skipped, progress.ended) == (3, 1, 1, 6)
    assert (progress.size, progress.parsed, progress.rows, progress.stopping) == (1000, 1, 12, "interrupted")


def test_a_paused_visit_is_still_running() -> None:
    events = (SweepStarted(0, "s", 1), VisitBegun(1, "a", "h"), VisitPaused(2, "a", "reset"))
    assert after(*events).running == 1
    assert after(*events, VisitBegun(3, "a", "h", attempt=2)).running == 1
    assert after(*events, VisitEnded(3, ended(VisitStatus.PARTIAL, FailureKind.RESET))).running == 0


def test_rate_and_time_left() -> None:
    begun = after(SweepStarted(0, "s", 4))
    assert (begun.rate_a_minute, begun.left_s) == (0, None)
    half = after(
        SweepStarted(0, "s", 4),
        VisitBegun(0, "a", "h"),
        VisitEnded(5, ended(VisitStatus.ANSWERED)),
        VisitBegun(5, "b", "h"),
        VisitEnded(10, ended(VisitStatus.PARTIAL)),
    )
    assert (half.rate_a_minute, half.left_s) == (12, 10)
    assert half.at(20).rate_a_minute == 6
    assert half.at(5) == half
