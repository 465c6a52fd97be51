"""The end of a sweep as text and as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from switchcorr.cli.sweep.summary import next_command, summary_document, summary_text, visits_text
from switchcorr.collect.failures import next_steps
from switchcorr.errors import ExitCode
from switchcorr.jobs.sweep.run import SweepOutcome
from switchcorr.model.inventory import AlgorithmProfile
from switchcorr.model.sweep import ParseAccount, SweepState, VisitAccount
from switchcorr.model.visit import AnswerStatus, Failure, FailureKind, VisitStatus

_AT = datetime(2026, 11, 28, 6, 0, tzinfo=UTC)
_GOOD = VisitAccount(
    "acc-1",
    VisitStatus.ANSWERED,
    platform="cisco_ios",
    profile=AlgorithmProfile.MODERN,
    attempts=1,
    started_at=_AT,
    seconds=1.5,
    sizes={"show version": 114_000},
    commands={"show version": AnswerStatus.OK},
    parse=ParseAccount(rows=300, bad_lines=2),
)


def _failed(device: str, kind: FailureKind, status: VisitStatus = VisitStatus.FAILED) -> VisitAccount:
    return VisitAccount(device, status, attempts=1, started_at=_AT, seconds=10, failure=Failure(kind, f"{device}: it failed", ""))


def _outcome(*visits: VisitAccount, state: SweepState = SweepState.DONE) -> SweepOutcome:
    return SweepOutcome(
        sweep="20261128T060000Z",
        folder=Path("/data/captures of today"),
        state=state,
        started_at=_AT,
        ended_at=_AT + timedelta(seconds=92),
        seconds=92.4,
        visits=visits,
        steps=next_steps(visits),
        warnings=("Reached with old SSH algorithms (legacy): old-1.",),
    )


_REFUSED = replace(_failed("b", FailureKind.PRIVILEGE), commands={"show version": AnswerStatus.DENIED}, sizes={"show version": 30})
_MIXED = _outcome(
    _GOOD,
    replace(_GOOD, device="acc-2", profile=AlgorithmProfile.SHA1),
    replace(_GOOD, device="old-1", profile=AlgorithmProfile.LEGACY),
    *(_failed(f"dead-{number:03}", FailureKind.CONNECT_TIMEOUT) for number in range(500)),
    _failed("new-1", FailureKind.HOST_KEY_UNKNOWN),
)


def test_the_summary_says_what_there_is_what_not_and_what_to_type() -> None:
    text = summary_text(_MIXED)
    lines = text.splitlines()
    assert lines[0] == "3 of 504 devices answered in 92.4 s."
    assert lines[1] == "  3 answered, 0 partial, 501 failed; 342 kB received."
    assert lines[2] == "  900 rows read, 6 lines that no template knows."
    assert "No answer to the connection, 500 devices: dead-000, dead-001, dead-002," in text
    assert "494 more" in text
    assert "Unknown host key, 1 device: new-1" in lines
    assert "switchcorr trust new-1" in text
    assert "note: Reached with old SSH algorithms (legacy): old-1." in lines
    assert lines[-1] == "next: switchcorr correlate --captures '/data/captures of today' --events FILE"


def test_a_refused_connection_is_told_by_the_list_of_visits_with_what_to_do_below() -> None:
    few, many = (_outcome(*(_failed(f"sw-{number}", FailureKind.REFUSED) for number in range(count))) for count in (2, 41))
    assert "Next: Is SSH switched on there" in summary_text(few)
    assert "it failed" not in summary_text(few)
    assert "it failed" in summary_text(many), "no list stands above it"


def test_five_hundred_failures_of_one_kind_are_one_paragraph() -> None:
    assert len(summary_text(_MIXED).splitlines()) < 35


def test_no_line_is_wider_than_eighty_columns_but_for_a_command_that_is_longer() -> None:
    every_kind = _outcome(*(_failed(f"device-{kind.value}", kind) for kind in FailureKind))
    for line in (*summary_text(every_kind).splitlines(), *summary_text(_MIXED).splitlines()):
        assert len(line) <= 80 or line.startswith(("captures: ", "next: ")), line


def test_the_document_counts_and_lists_no_visits() -> None:
    document = json.loads(json.dumps(summary_document(_MIXED)))
    assert document["schema"] == "switchcorr/sweep-summary/1"
    assert (document["devices"], document["visits"]["answered"], document["visits"]["failed"]) == (504, 3, 501)
    assert (document["bytes"], document["rows"], document["bad_lines"]) == (342_000, 900, 6)
    assert document["old_algorithms"] == {"legacy": ["old-1"], "sha1": ["acc-2"]}
    assert [(failure["kind"], failure["devices"], len(failure["first"])) for failure in document["failures"]] == [
        ("connect_timeout", 500, 20),
        ("host_key_unknown", 1, 1),
    ]
    assert document["started_at"] == "2026-11-28T06:00:00Z"
    assert len(json.dumps(document)) < 5_000


@pytest.mark.parametrize(
    ("outcome", "code", "command"),
    [
        (_outcome(_GOOD), ExitCode.DONE, "switchcorr correlate --captures"),
        (_MIXED, ExitCode.PARTIAL, "switchcorr correlate --captures"),
        (_outcome(_failed("sw 1", FailureKind.REFUSED)), ExitCode.FAILED, "switchcorr doctor 'sw 1'"),
        (_outcome(_REFUSED), ExitCode.FAILED, "switchcorr doctor b"),
        (
            _outcome(_GOOD, _failed("b", FailureKind.AUTHENTICATION), state=SweepState.STOPPED),
            ExitCode.FAILED,
            "switchcorr correlate --captures",
        ),
        (
            _outcome(_GOOD, _failed("b", FailureKind.INTERRUPTED, VisitStatus.CANCELLED), state=SweepState.INTERRUPTED),
            ExitCode.INTERRUPTED,
            "switchcorr sweep --resume '/data/captures of today'",
        ),
    ],
)
def test_the_end_decides_the_exit_code_and_the_next_command(outcome: SweepOutcome, code: ExitCode, command: str) -> None:
    assert outcome.exit_code == code
    assert next_command(outcome).startswith(command)
    assert summary_text(outcome).rstrip().endswith(f"next: {next_command(outcome)}")


def test_visits_are_listed_only_where_a_screen_can_hold_them() -> None:
    assert visits_text(_MIXED.visits) == ""
    listed = visits_text((_GOOD, _failed("dead-1", FailureKind.REFUSED)))
    assert listed.splitlines() == [
        "acc-1   answered     1.5 s   1 of 1   114 kB",
        "dead-1  failed      10.0 s  connection refused: it failed",
    ]
    assert visits_text((_failed("dead-1", FailureKind.REFUSED),), width=30) == "dead-1  failed      10.0 s  c…\n"
