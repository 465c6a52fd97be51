"""An audit for Nagios, Prometheus and a ticket system."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from switchcorr.model.changes import Change, ChangeKind, ChangeState
from switchcorr.model.incident import NO_RETURNS, Correlation, Verdict
from switchcorr.model.series import Series
from switchcorr.report.to_monitoring import CRITICAL, OK, UNKNOWN, WARNING, AuditNumbers, audit_metrics, nagios, ticket_records
from tests.report.results import correlation

NUMBERS = AuditNumbers(datetime(2026, 11, 28, tzinfo=UTC), 12.3, 9, 8, (), (), ())
RESULT = correlation()
FIRST = RESULT.incidents[0]
FINDING = Change(ChangeKind.ERRORS, ChangeState.NEW, "module 3", "errors | of module 3\ngrew")


@pytest.mark.parametrize(
    ("numbers", "result", "code"),
    [
        (NUMBERS, RESULT, OK),
        (replace(NUMBERS, problems=("sweep: half",)), RESULT, WARNING),
        (replace(NUMBERS, open=(FINDING,)), None, WARNING),
        (NUMBERS, None, UNKNOWN),
        (replace(NUMBERS, new_incidents=(FIRST.id,)), replace(RESULT, incidents=(replace(FIRST, verdict=Verdict.NETWORK),)), CRITICAL),
        (replace(NUMBERS, new_incidents=(FIRST.id,)), replace(RESULT, incidents=(replace(FIRST, verdict=Verdict.NOT_PROVEN),)), WARNING),
    ],
)
def test_nagios_gets_one_line_and_a_code(numbers: AuditNumbers, result: Correlation | None, code: int) -> None:
    found, line = nagios(numbers, result)
    assert found == code
    assert line.count("\n") == 1
    assert line.count("|") == 1, "what stands behind the bar is performance data"
    assert line.startswith(("SWITCHCORR OK: nothing to look at", "SWITCHCORR WARNING", "SWITCHCORR CRITICAL", "SWITCHCORR UNKNOWN"))


def test_an_incident_whose_phones_stay_away_is_a_warning_at_each_run() -> None:
    down = replace(RESULT, incidents=(replace(FIRST, still_down=FIRST.endpoints), *RESULT.incidents[1:]))
    code, line = nagios(NUMBERS, down)
    assert code == 1
    assert line.startswith(f"SWITCHCORR WARNING: {FIRST.endpoints} of {FIRST.endpoints} phones still down: ")
    assert " incidents_down=1 " in line
    assert nagios(replace(NUMBERS, new_incidents=(FIRST.id,)), down)[0] == 2
    assert nagios(replace(NUMBERS, planned=frozenset({FIRST.id})), down)[0] == 0
    assert nagios(NUMBERS, replace(RESULT, incidents=(replace(FIRST, still_down=FIRST.endpoints, unseen=(NO_RETURNS,)),)))[0] == 0


def test_several_are_counted() -> None:
    assert "(and 1 more)" in nagios(replace(NUMBERS, open=(FINDING, FINDING)), RESULT)[1]


def test_prometheus_gets_the_run_and_its_correlation() -> None:
    text = audit_metrics(replace(NUMBERS, open=(FINDING,), waiting=2), RESULT)
    assert 'switchcorr_audit_open_findings{kind="errors"} 1\n' in text
    assert "switchcorr_audit_messages_waiting 2\n" in text
    assert "switchcorr_events_read" in text
    assert "switchcorr_flapping_phones 2\n" in text
    assert "switchcorr_chronic_parts 1\n" in text
    assert re.search(r'^switchcorr_chronic_ratio\{kind="module",id="[^"]+"\} 4\.11$', text, re.MULTILINE)
    assert re.search(r'^switchcorr_chronic_probability\{kind="module",id="[^"]+"\} 0\.962$', text, re.MULTILINE)
    assert 'switchcorr_audit_open_findings{kind="part_chronic"} 0\n' in text
    over = tuple(replace(part, until=part.last) for part in RESULT.chronic)
    assert "switchcorr_chronic_parts 0\n" in audit_metrics(NUMBERS, replace(RESULT, chronic=over)), "it is well again"
    assert 'switchcorr_audit_open_findings{kind="phone_flapping"} 0\n' in text
    names = [line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")]
    assert len(names) == len(set(names))
    assert "switchcorr_events_read" not in audit_metrics(NUMBERS, None)


def test_tickets_say_what_and_what_next() -> None:
    with_link, without = ticket_records([FIRST], link="https://x/r.html")[0], ticket_records([replace(FIRST, causes=(), summary="")])[0]
    assert with_link["correlation_id"] == FIRST.id
    assert "Next: " in str(with_link["work_notes"])
    assert "https://x/r.html" in str(with_link["work_notes"])
    assert without["cmdb_ci"] == ""
    assert "phones dropped" in str(without["short_description"])
    kinds = {verdict: ticket_records([replace(FIRST, verdict=verdict, still_down=0)])[0] for verdict in Verdict}
    assert kinds[Verdict.NETWORK]["category"] == "network"
    assert kinds[Verdict.NOT_PROVEN]["impact"] == 3
    assert {record["urgency"] for record in kinds.values()} == {2}
    assert ticket_records([replace(FIRST, verdict=Verdict.NETWORK, still_down=3)])[0]["impact"] == 1


def test_bursts_of_one_part_are_one_ticket() -> None:
    later = replace(FIRST, id="inc-later", start=FIRST.start + timedelta(minutes=11))
    other = replace(FIRST, id="inc-other")
    series = Series(FIRST.id, FIRST.start, (FIRST.start, later.start), 2, 31)
    records = ticket_records([later, FIRST, other], series={FIRST.id: replace(series, starts=series.starts[:1], count=1), later.id: series})
    assert [record["correlation_id"] for record in records] == [FIRST.id, "inc-other"]
    assert str(records[0]["work_notes"]).startswith("It is the 2nd time since ")
    assert str(records[0]["opened_at"]) == f"{later.start:%Y-%m-%d %H:%M:%S}"
    assert not str(records[1]["work_notes"]).startswith("It is the ")
