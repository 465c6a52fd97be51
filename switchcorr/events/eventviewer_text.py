"""CallManager 3.x and 4.x: an alarm's description as pasted from the Windows Event Viewer, bare or with the viewer's own head.

Bare, it begins with ``Error: DeviceUnregistered - Device unregistered.``, has each field on a line (with or without empty
lines between) or all on one, and tells no time. Copied with the viewer's button it begins with ``Event Type:`` and has
``Date:``, ``Time:`` and ``Computer:``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from switchcorr.events.alarms import ALARMS, alarm_event
from switchcorr.events.declaration import EventFormat, Found, Record
from switchcorr.events.keyed import begins_with_key, keyed_fields
from switchcorr.events.rtmt_alert_log import severity_number
from switchcorr.events.stamps import Stamp, parse_stamp
from switchcorr.text import clean

_ALARM = re.compile(
    r"[ \t>\"]{0,20}(?:(?P<severity>Error|Warning|Notice|Informational|Information|Alert|Critical) ?: ?)?"
    r"(?P<name>[A-Z][A-Za-z]{2,40}(?: [A-Z][A-Za-z]{2,40})?) [-\u2013\u2014] (?P<text>.*)",
    re.DOTALL,
)
_HEAD = re.compile(
    r"\s*(?P<key>Event (?:Type|Source|Category|ID)|Type|Source|Category|Date|Time|User|Computer|Description)[ \t]{0,4}:[ \t]*(?P<value>.*)",
    re.IGNORECASE,
)
_BEGINS_HEAD = re.compile(r"\s*Event Type[ \t]{0,4}:")
_FOOT = re.compile(r"\s*(?:For more information, see|Data:|0000: )", re.IGNORECASE)
_LOG_LINE = re.compile(r"[%<|]|\d\d:\d\d:\d\d")
_MOST_LINES = 60


def alarm_of_description(text: str) -> tuple[str, str, str] | None:
    """Name, severity word and fields' text of a description; None if it is no alarm of ours.

    >>> alarm_of_description("Error: Device TransientConnection \u2013 Transient connection attempted.")[0]
    'DeviceTransientConnection'
    """
    found = _ALARM.match(text)
    if found is None:
        return None
    name = found["name"].replace(" ", "")
    if name not in ALARMS or not (found["severity"] or name.startswith(("Device", "EndPoint"))):
        return None
    return name, found["severity"] or "", found["text"]


def _looks_like(line: str) -> bool:
    return _BEGINS_HEAD.match(line) is not None or alarm_of_description(line) is not None


def _continues(lines: tuple[str, ...], line: str) -> bool:
    if len(lines) >= _MOST_LINES:
        return False
    described = any(alarm_of_description(one) for one in lines)
    if alarm_of_description(line):
        return not described
    if not described:
        return not line.strip(" \t>") or (_HEAD.fullmatch(line) is not None and _BEGINS_HEAD.match(line) is None)
    if not line.strip(" \t>") or begins_with_key(line) or _FOOT.match(line):
        return True
    return _wraps_remark(lines, line)


def _wraps_remark(lines: tuple[str, ...], line: str) -> bool:
    """Whether a line goes on with an explanation that the clipboard has wrapped."""
    if _LOG_LINE.search(line) or not lines[-1].strip():
        return False
    return any(one.lstrip().lower().startswith(("explanation", "recommended action")) for one in lines[-6:])


def _parse(record: Record) -> tuple[Found, ...] | None:
    first = next((i for i, line in enumerate(record.lines) if alarm_of_description(line)), None)
    if first is None:
        return () if any(_BEGINS_HEAD.match(line) for line in record.lines) else None
    head = {found["key"].lower(): found["value"] for line in record.lines[:first] for found in (_HEAD.fullmatch(line),) if found}
    found = description_event("\n".join(record.lines[first:]), head, line=first)
    return () if found is None else (found,)


def description_event(text: str, head: Mapping[str, str], *, line: int) -> Found | None:
    """The event of an alarm's description.

    Args:
        head: what the Event Viewer tells of it: ``type, date, time, computer``.
        line: where the description begins in its record.
    """
    alarm = alarm_of_description(text)
    if alarm is None:
        return None
    name, word, body = alarm
    severity = severity_number(word or head.get("event type", "") or head.get("type", ""))
    event = alarm_event(name, keyed_fields(body), severity=severity, node=clean(head.get("computer", "")))
    return None if event is None else Found(event, _viewer_time(head), line=line)


def _viewer_time(head: Mapping[str, str]) -> Stamp | float | None:
    return parse_stamp(f"{head.get('date', '').strip()} {head.get('time', '').strip()}") if head.get("date") else None


FORMAT = EventFormat(
    name="eventviewer_text",
    title="CallManager 3.x and 4.x: Event Viewer descriptions, pasted",
    marks=(
        b"Error",
        b"Warning",
        b"Notice",
        b"Informat",
        b"Alert",
        b"Critical",
        b"Event Type",
        b"egistered ",
        b"Connection ",
        b"Initiated ",
        b"Exceeded ",
    ),
    looks_like=_looks_like,
    parse=_parse,
    continues=_continues,
)
