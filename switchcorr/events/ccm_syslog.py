"""CallManager 5 to 7: ``%CCM_CALLMANAGER-CALLMANAGER-3-DeviceUnregistered: Device unregistered. Device name.:SEP... Reason Code...``.

The fields stand on the alarm's line or each on a line of its own. The same alarm inside a trace has no ``%`` tag:
``CCM|DeviceUnregistered - Device unregistered. Device name.:SEP...|<CLID::...><NID::...>``.
"""

from __future__ import annotations

import re
from dataclasses import replace

from switchcorr.events.alarms import ALARMS, alarm_event
from switchcorr.events.declaration import EventFormat, Found, Record
from switchcorr.events.keyed import begins_with_key, keyed_fields
from switchcorr.events.prefix import read_prefix
from switchcorr.events.stamps import Stamp, parse_stamp
from switchcorr.events.syslog_tag import Tag, find_tag, is_alert
from switchcorr.events.uc_syslog import bracket_alarm

_IN_TRACE = re.compile(
    r"\s*(?P<time>\d{1,2}/\d{1,2}/\d{4} \d\d:\d\d:\d\d(?:\.\d{1,6})?)?[^|]{0,40}\bCCM\|(?P<name>[A-Z][A-Za-z]{5,40}) - (?P<text>.*)",
    re.DOTALL,
)
_TRAILER = re.compile(r"<(CLID|NID|DEV)::([^<>]{0,128})>")
_MOST_LINES = 40


def _looks_like(line: str) -> bool:
    tag = find_tag(line)
    if tag is not None:
        return tag.family == "CCM" and not is_alert(tag)
    found = _IN_TRACE.fullmatch(line)
    return found is not None and found["name"] in ALARMS


def _continues(lines: tuple[str, ...], line: str) -> bool:
    return len(lines) < _MOST_LINES and (not line.strip() or begins_with_key(line))


def _parse(record: Record) -> tuple[Found, ...] | None:
    text = "\n".join(record.lines)
    tag = find_tag(text)
    if tag is None:
        return _traced(text)
    if tag.behind.startswith("%["):
        return bracket_alarm(tag)
    return _keyed(tag)


def _keyed(tag: Tag) -> tuple[Found, ...]:
    if tag.name not in ALARMS:  # most lines of a log: their fields are not looked for
        return ()
    prefix = read_prefix(tag.before)
    event = alarm_event(tag.name, keyed_fields(tag.behind), severity=tag.severity, node=prefix.node)
    return () if event is None else (Found(event, prefix.stamp),)


def _traced(text: str) -> tuple[Found, ...] | None:
    found = _IN_TRACE.fullmatch(text)
    if found is None:
        return None
    body, bar, trailer = found["text"].rpartition("|<")
    fields = keyed_fields(body if bar else found["text"])
    told = dict(_TRAILER.findall("<" + trailer)) if bar else {}
    for name, short in (("ClusterID", "CLID"), ("NodeID", "NID"), ("DeviceName", "DEV")):
        if not fields.get(name) and short in told:
            fields[name] = told[short]
    event = alarm_event(found["name"], fields)
    return () if event is None else (Found(event, _trace_time(found["time"])),)


def _trace_time(text: str | None) -> Stamp | float | None:
    """Cisco's traces write the month first, whatever the locale."""
    stamp = parse_stamp(text) if text else None
    return replace(stamp, swappable=False) if isinstance(stamp, Stamp) else stamp


FORMAT = EventFormat(
    name="ccm_syslog",
    title="CallManager 5-7: syslog, and the same alarms inside a trace",
    marks=(b"%CCM_", b"CCM|"),
    looks_like=_looks_like,
    parse=_parse,
    continues=_continues,
)
