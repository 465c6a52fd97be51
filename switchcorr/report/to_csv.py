"""Lost phones as rows of a table, for CSV."""

from __future__ import annotations

from switchcorr.model.incident import AffectedPhone, Correlation, Incident
from switchcorr.report.to_json import iso

INCIDENT_COLUMNS = (
    "incident", "verdict", "cause_kind", "cause_id", "probability", "phone", "time", "reason", "reason_name", "node", "device", "interface",
    "module", "back_at", "back_node",
)  # fmt: skip
"""Columns of ``export incidents --format csv``, in this order: one row for each lost phone of each incident."""


def incident_rows(result: Correlation) -> list[tuple[str, ...]]:
    """One row for each lost phone; what is not known is empty."""
    return [_row(incident, phone) for incident in result.incidents for phone in incident.phones]


def _row(incident: Incident, phone: AffectedPhone) -> tuple[str, ...]:
    cause = None if phone.cause is None else incident.causes[phone.cause]
    return (
        incident.id,
        incident.verdict.value,
        cause.component.kind if cause else "",
        cause.component.id if cause else "",
        f"{cause.probability:.4f}" if cause else "",
        phone.phone,
        iso(phone.time),
        "" if phone.reason is None else str(phone.reason.code),
        "" if phone.reason is None else phone.reason.name,
        phone.node,
        phone.device,
        phone.interface,
        phone.module,
        "" if phone.back_at is None else iso(phone.back_at),
        phone.back_node,
    )
