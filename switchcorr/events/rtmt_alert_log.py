"""The server's AlertLog files: CSV with ``Time, Alert Name, Node Name, Monitored object, Severity``."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping

from switchcorr.events.declaration import EventFormat, Found, Record
from switchcorr.events.stamps import parse_stamp
from switchcorr.model.event import Event, EventDetail, EventKind
from switchcorr.text import clean

_HEADER = re.compile(r'"?\s*time\s*"?\s*,\s*"?alert ?name"?\s*,\s*"?node ?name"?\s*(?:,.{0,400})?', re.IGNORECASE)
_SEVERITIES: Mapping[str, int] = {
    "emergency": 0, "alert": 1, "critical": 2, "error": 3, "warning": 4, "notice": 5, "informational": 6, "information": 6, "debug": 7,
}  # fmt: skip


def severity_number(word: str) -> int | None:
    """The syslog number of a severity's name."""
    return _SEVERITIES.get(word.strip().lower())


def _looks_like(line: str) -> bool:
    return _HEADER.fullmatch(line.strip()) is not None


def _parse(record: Record) -> tuple[Found, ...] | None:
    names = [re.sub(r"[^a-z]", "", name.lower()) for name in _cells(record.header)]
    row = dict(zip(names, _cells("\n".join(record.lines)), strict=False))
    alert = clean(row.get("alertname", ""), limit=100)
    stamp = parse_stamp(row.get("time", ""))
    if not alert or stamp is None:
        return None
    monitored = clean(row.get("monitoredobject", ""), limit=300)
    event = Event(
        time=None,
        kind=EventKind.SERVER_ALERT,
        node=clean(row.get("nodename", "")),
        severity=severity_number(row.get("severity", "")),
        detail=EventDetail(alert=alert, values={"MonitoredObject": monitored} if monitored else {}),
    )
    return (Found(event, stamp),)


def _cells(line: str) -> list[str]:
    try:
        return next(csv.reader([line], skipinitialspace=True), [])
    except csv.Error:
        return []


FORMAT = EventFormat(
    name="rtmt_alert_log",
    title="AlertLog CSV of the server",
    marks=(),
    looks_like=_looks_like,
    parse=_parse,
    table=True,
)
