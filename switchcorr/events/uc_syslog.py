"""CallManager 8 to 15: ``%UC_CALLMANAGER-3-EndPointUnregistered: %[DeviceName=...][Reason=13]...: text`` with any header before it.

Source: Cisco alarm catalogues 12.5, 14, 15; header variants of CiscoSyslog files and relays.
"""

from __future__ import annotations

from switchcorr.events.alarms import ALARMS, alarm_event, phone_time
from switchcorr.events.brackets import alarm_fields, breaks_off
from switchcorr.events.declaration import EventFormat, Found, Record
from switchcorr.events.prefix import read_prefix
from switchcorr.events.syslog_tag import Tag, find_tag, is_alert
from switchcorr.model.event import EventKind


def _looks_like(line: str) -> bool:
    tag = find_tag(line)
    return tag is not None and tag.family == "UC" and not is_alert(tag)


def _parse(record: Record) -> tuple[Found, ...] | None:
    tag = find_tag(record.lines[0])
    return None if tag is None else bracket_alarm(tag)


def bracket_alarm(tag: Tag) -> tuple[Found, ...]:
    """The event of a line with its name found; empty for an alarm that says nothing of registrations or servers."""
    if tag.name not in ALARMS:
        return ()
    prefix = read_prefix(tag.before)
    fields = alarm_fields(tag.behind)
    event = alarm_event(tag.name, fields, severity=tag.severity, node=prefix.node)
    if event is None:
        return ()
    left_at = phone_time(fields) if event.kind is EventKind.PHONE_ALARM else None
    return (Found(event, prefix.stamp if left_at is None else left_at, cut=breaks_off(tag.behind)),)


def is_other_alarm(tag: Tag) -> bool:
    """Whether the format claims every line with this name, and none of them is an event."""
    return tag.family == "UC" and not is_alert(tag) and tag.name not in ALARMS


FORMAT = EventFormat(
    name="uc_syslog",
    title="CallManager 8-15: CiscoSyslog, remote syslog, RTMT SysLog Viewer",
    marks=(b"%UC_",),
    looks_like=_looks_like,
    parse=_parse,
)
