"""An audit for other programs: a line for Nagios, numbers for Prometheus, records for a ticket system. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from switchcorr.model.changes import Change, ChangeKind
from switchcorr.model.incident import Correlation, Incident, Verdict
from switchcorr.model.series import Series
from switchcorr.report.to_json import iso
from switchcorr.report.to_prometheus import Metric, render_metrics, render_prometheus
from switchcorr.text import clean, counted

OK, WARNING, CRITICAL, UNKNOWN = range(4)
"""Exit codes of a Nagios plugin."""
_NAMES = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
_NONE: Mapping[str, Series] = MappingProxyType({})
_SEVERE = (Verdict.NETWORK, Verdict.CALL_SERVER, Verdict.WAN_OR_NAT)


@dataclass(frozen=True, slots=True)
class AuditNumbers:
    """What a run came to.

    Attributes:
        planned: ids of incidents that belong to planned work.
    """

    at: datetime
    seconds: float
    devices: int
    devices_read: int
    new_incidents: tuple[str, ...]
    open: tuple[Change, ...]
    problems: tuple[str, ...]
    waiting: int = 0
    skipped: int = 0
    planned: frozenset[str] = frozenset()


def nagios(numbers: AuditNumbers, result: Correlation | None) -> tuple[int, str]:
    """The exit code and the line of a Nagios plugin: critical with a new incident of the network or a server, unknown without an answer.

    One that is not new, and of which half of the phones or more are not back, is a warning: else the check would be well again at the next
    run, and the card still dead.
    """
    new = [one for one in (result.incidents if result is not None else ()) if one.id in numbers.new_incidents]
    told_before = [
        one for one in (result.incidents if result is not None else ()) if one.id not in {*numbers.new_incidents, *numbers.planned}
    ]
    down = [one for one in told_before if one.verdict in _SEVERE and one.is_down]
    if any(one.verdict in _SEVERE for one in new):
        code = CRITICAL
    elif new or down or numbers.open:
        code = WARNING
    else:
        code = UNKNOWN if result is None else WARNING if numbers.problems else OK
    still = [f"{one.still_down:,} of {counted(one.endpoints, 'phone')} still down: {one.summary}" for one in down]
    told = [one.summary for one in new] + still + [one.words for one in numbers.open] + list(numbers.problems)
    said = clean(told[0]).replace("|", "/") if told else "nothing to look at"
    more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
    data = (
        f"new_incidents={len(new)} incidents_down={len(down)} open_findings={len(numbers.open)} problems={len(numbers.problems)} "
        f"devices={numbers.devices} devices_read={numbers.devices_read} seconds={numbers.seconds:.1f}s"
    )
    return code, f"SWITCHCORR {_NAMES[code]}: {said}{more} | {data}\n"


def audit_metrics(numbers: AuditNumbers, result: Correlation | None) -> str:
    """Numbers of a run in the text format of Prometheus, with those of its correlation."""
    kinds = Counter(change.kind for change in numbers.open)
    own = (
        Metric("audit_timestamp_seconds", "When the last audit concluded.", (({}, numbers.at.timestamp()),)),
        Metric("audit_seconds", "How long it took.", (({}, round(numbers.seconds, 3)),)),
        Metric("audit_new_incidents", "Incidents that were never told before.", (({}, len(numbers.new_incidents)),)),
        Metric("audit_open_findings", "Findings that last and that nobody knows of.", tuple(({"kind": kind.value}, kinds[kind]) for kind in ChangeKind)),
        Metric("audit_problems", "Steps that failed or were not whole.", (({}, len(numbers.problems)),)),
        Metric("audit_messages_waiting", "Messages that no target has taken yet.", (({}, numbers.waiting),)),
        Metric("audit_skipped_runs", "Runs left out, as the one before took too long.", (({}, numbers.skipped),)),
    )  # fmt: skip
    return render_metrics(own) + (render_prometheus(result) if result is not None else "")


def ticket_records(incidents: Sequence[Incident], *, link: str = "", series: Mapping[str, Series] = _NONE) -> list[dict[str, object]]:
    """Incidents as records of ServiceNow's table ``incident``; ``correlation_id`` makes a second import update the first.

    Bursts of one part are one record, that of the newest, under the id of the first: a part that drops its phones again and again is one ticket.

    Source: column names of the table as its documentation has them; impact and urgency are 1 (high) to 3 (low).
    """
    newest = {series[one.id].id if one.id in series else one.id: one for one in sorted(incidents, key=lambda incident: incident.start)}
    return [_record(one, id_, series.get(one.id), link) for id_, one in newest.items()]


def _record(incident: Incident, id_: str, series: Series | None, link: str) -> dict[str, object]:
    cause = incident.causes[0] if incident.causes else None
    severe = incident.verdict in _SEVERE
    arguments = (
        [f"For: {one.text}" for one in cause.evidence_for] + [f"Against: {one.text}" for one in cause.evidence_against] if cause else []
    )
    again = [series.sentence] if series is not None and series.sentence else []
    notes = [
        *again,
        *arguments,
        *incident.unseen,
        *([f"Next: {cause.next_step}"] if cause and cause.next_step else []),
        *([link] if link else []),
    ]
    return {
        "correlation_id": id_,
        "correlation_display": "switchcorr",
        "short_description": clean(incident.summary or f"{counted(incident.endpoints, 'phone')} dropped")[:160],
        "description": f"From {iso(incident.start)} to {iso(incident.end)}: {counted(incident.endpoints, 'phone')} dropped, {incident.not_back}. Verdict: {incident.verdict.value}.",
        "category": "network"
        if incident.verdict is Verdict.NETWORK
        else "inquiry"
        if incident.verdict is Verdict.NOT_PROVEN
        else "software",
        "cmdb_ci": cause.component.id if cause else "",
        "impact": 1 if severe and incident.still_down else 2 if severe else 3,
        "urgency": 1 if incident.still_down else 2,
        "opened_at": f"{incident.start:%Y-%m-%d %H:%M:%S}",
        "work_notes": "\n".join(clean(one) for one in notes),
    }
