"""One visit as a line and as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

from switchcorr.cli.sweep.visit_lines import visit_document, visit_line
from switchcorr.model.inventory import AlgorithmProfile
from switchcorr.model.sweep import VisitAccount
from switchcorr.model.visit import AnswerStatus, Failure, FailureKind, VisitStatus

_ANSWERED = VisitAccount(
    device="acc-12",
    status=VisitStatus.ANSWERED,
    started_at=datetime(2026, 11, 28, 6, 0, tzinfo=UTC),
    seconds=1.2345,
    host="192.0.2.12",
    platform="cisco_ios",
    hostname="acc-12",
    profile=AlgorithmProfile.MODERN,
    attempts=1,
    sizes={"show version": 2_000},
    commands={"show version": AnswerStatus.OK, "show module": AnswerStatus.INVALID},
)
_BROKEN = replace(
    _ANSWERED,
    status=VisitStatus.PARTIAL,
    commands={"show version": AnswerStatus.OK, "show module": AnswerStatus.PARTIAL},
    missing=("show clock",),
    failure=Failure(FailureKind.SESSION_CLOSED, "the device ended the session\x1b[2J", "Look at its log."),
)


def test_a_whole_visit_is_a_line_with_its_numbers() -> None:
    assert visit_line(_ANSWERED) == "acc-12                answered     1.2 s   2 of 2   2.0 kB"
    assert visit_line(replace(_ANSWERED, profile=AlgorithmProfile.LEGACY, warnings=("its prompt says acc-13",))).endswith(
        "2.0 kB  legacy algorithms; its prompt says acc-13"
    )


def test_a_broken_visit_says_why_and_how_far_it_came() -> None:
    assert visit_line(_BROKEN) == (
        r"acc-12                partial      1.2 s   1 of 3   2.0 kB  session closed by the device: the device ended the session\x1b[2J"
    )


def test_a_device_that_was_left_out_has_no_numbers() -> None:
    left = VisitAccount("acc-1", VisitStatus.SKIPPED, failure=Failure(FailureKind.STOPPED, "three logins were refused"))
    assert visit_line(left) == "acc-1                 skipped    not tried after refused logins: three logins were refused"


def test_a_device_that_gave_nothing_has_its_time_only() -> None:
    failed = VisitAccount("acc-1", VisitStatus.FAILED, attempts=2, seconds=10.04, failure=Failure(FailureKind.REFUSED, "192.0.2.1:22"))
    assert visit_line(failed) == "acc-1                 failed      10.0 s  connection refused: 192.0.2.1:22"


def test_a_refused_connection_is_said_once() -> None:
    failure = Failure(FailureKind.REFUSED, "acc-1: 192.0.2.1:22: the connection was refused.")
    failed = VisitAccount("acc-1", VisitStatus.FAILED, seconds=0.02, failure=failure)
    assert visit_line(failed) == "acc-1                 failed       0.0 s  connection refused: 192.0.2.1:22"


def test_the_document_says_how_every_command_went_and_holds_no_answer() -> None:
    document = visit_document(_BROKEN)
    assert document == json.loads(json.dumps(document))
    assert document["schema"] == "switchcorr/visit/1"
    assert document["started_at"] == "2026-11-28T06:00:00Z"
    assert document["commands"] == {"show version": "ok", "show module": "partial", "show clock": "not_asked"}
    assert document["failure"] == {"kind": "session_closed", "message": "the device ended the session\x1b[2J", "hint": "Look at its log."}
    assert document["bytes"] == 2_000
    assert visit_document(VisitAccount("acc-1", VisitStatus.SKIPPED))["started_at"] is None
    assert visit_document(_ANSWERED)["failure"] is None
