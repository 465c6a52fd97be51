"""Results made by hand, for the tests of the report."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from switchcorr.model.campus import Component
from switchcorr.model.event import EventFileAccount, UnusedLine
from switchcorr.model.incident import (
    AffectedPhone,
    Cause,
    Correlation,
    Coverage,
    Evidence,
    EvidenceKind,
    Incident,
    Recurring,
    Suspect,
    Verdict,
)
from switchcorr.model.reason import Reason, ReasonEnum
from switchcorr.model.snapshot import BadLine, OutputAccount, OutputState

START = datetime(2026, 11, 22, 9, 41, 7, tzinfo=UTC)


def correlation(text: str = "acc-12 module 3 (WS-X4548-GB-RJ45V)", *, phones: int = 31) -> Correlation:
    """One incident on a line card; ``text`` stands wherever text of devices, logs or users can stand."""
    module = Component("module", text, text)
    same = Component("asic", text, text)
    contrast = Evidence(EvidenceKind.CONTRAST, f"31 of 46 phones on {text} dropped", 45.2)
    against = Evidence(EvidenceKind.REASONS, f"reason 13 is as common with a starved server {text}", 0.4)
    end = START + timedelta(seconds=93)
    cause = Cause(module, 0.973, 31, 46, START, end, (same,), (contrast,), (against,), f"Swap {text} with a spare.")
    reason = Reason(ReasonEnum.END_POINT_UNREGISTERED, 13)
    affected = tuple(
        AffectedPhone(
            phone=text if i == 1 else f"SEP00005E0053{i % 256:02X}",
            time=START + timedelta(seconds=3 * i),
            reason=reason,
            node=text,
            device=text,
            interface=text,
            module=text,
            back_at=end + timedelta(minutes=3) if i % 4 else None,
            back_node=text,
            cause=0 if i % 5 else None,
            description=text,
        )
        for i in range(phones)
    )
    incident = Incident(
        id="inc-20261122T094107Z-3fa2b1",
        start=START,
        end=end,
        events=phones + 2,
        endpoints=phones,
        still_down=8,
        verdict=Verdict.NETWORK,
        p_nothing_shared=0.012,
        causes=(cause,),
        suspects=(Suspect(module, 0.973, 31, 46, (same,)), Suspect(Component("switch", text), 0.015, 33, 190)),
        phones=affected,
        summary=f"31 of the 46 phones on {text} dropped within 93 s, and 2 of 8,310 elsewhere.",
        unseen=(f"3 neighbors of {text} were not read.",),
    )
    return Correlation(START, START, START + timedelta(days=7), coverage(text), (incident,), (Recurring(module, 3, 0.8, 40, 46, (same,)),))


def coverage(text: str) -> Coverage:
    """What it rests on, with every field filled."""
    bad = OutputAccount(text, text, text, OutputState.QUARANTINED, reason=text, bad_lines=(BadLine(7, text, text),), bad_line_count=3)
    good = OutputAccount("acc-1", "show version", "acc-1/show_version.txt", OutputState.PARSED, rows=1)
    log = EventFileAccount(text, (text,), 100, 60, 10, 30, 4, (UnusedLine(3, text),), (text,))
    return Coverage(8356, 8300, 56, 12, 9, 1, 60, 30, (text,), (bad, good), (log,), (text,))


def quiet() -> Correlation:
    """A week without any incident."""
    return Correlation(START, START, START + timedelta(days=7), Coverage(events_read=40), ())


def nothing() -> Correlation:
    """No event at all."""
    return Correlation(START, None, None, Coverage(), ())
