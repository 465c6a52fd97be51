"""RTMT alerts in syslog: ``%UC_RTMT-2-RTMT_ALERT: %[AlertName=...][AlertDetail=...]``, also without their name or brackets."""

from __future__ import annotations

import re

from switchcorr.events.alerts import Envelope, alert_in, nested, quoted_line
from switchcorr.events.brackets import alarm_fields
from switchcorr.events.ccm_syslog import FORMAT as CCM_SYSLOG
from switchcorr.events.declaration import EventFormat, Found, Record
from switchcorr.events.keyed import keyed_fields
from switchcorr.events.prefix import Prefix, read_prefix
from switchcorr.events.syslog_tag import NAMELESS_ALERT, find_tag, is_alert
from switchcorr.events.uc_syslog import FORMAT as UC_SYSLOG
from switchcorr.text import clean

_OLD = re.compile(r"RTMT Alert Name:")


def _looks_like(line: str) -> bool:
    tag = find_tag(line)
    return is_alert(tag) if tag is not None else NAMELESS_ALERT.search(line) is not None


def _parse(record: Record) -> tuple[Found, ...] | None:
    line = record.lines[0]
    tag, nameless = find_tag(line), NAMELESS_ALERT.search(line)
    if tag is not None and tag.facility == "RTMT":
        text, severity, prefix = tag.behind, tag.severity, read_prefix(tag.before)
    elif nameless is not None:
        text, severity, prefix = line[nameless.start() :].lstrip(), None, read_prefix(line[: nameless.start()])
    else:
        return None
    fields = keyed_fields(_OLD.sub("Alert Name:", text)) if _OLD.search(text[:40]) else alarm_fields(text)
    return _alert(fields, severity, prefix)


def _alert(fields: dict[str, str], severity: int | None, prefix: Prefix) -> tuple[Found, ...] | None:
    body = fields.get("AlertDetail", "")
    envelope = Envelope(
        name=clean(fields.get("AlertName", ""), limit=100),
        node=clean(fields.get("NodeID", "")) or prefix.node,
        cluster=clean(fields.get("ClusterID", "")),
        severity=severity,
        stamp=prefix.stamp,
    )
    alert = alert_in(body, envelope)
    return None if alert is None else (alert, *quoted_events(body, 0))


def quoted_events(body: str, line: int) -> tuple[Found, ...]:
    """The events of the log line that an alert quotes."""
    quoted = quoted_line(body)
    for one in (UC_SYSLOG, CCM_SYSLOG):
        if quoted and one.looks_like(quoted):
            return nested(one.parse(Record((quoted,))) or (), line)
    return ()


FORMAT = EventFormat(
    name="rtmt_syslog",
    title="RTMT alerts as syslog",
    marks=(b"AlertName=", b"_RTMT-"),
    looks_like=_looks_like,
    parse=_parse,
)
