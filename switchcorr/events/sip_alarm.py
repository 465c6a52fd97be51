"""The reason in a SIP phone's REGISTER after it came back: ``Reason: SIP;cause=200;text="cisco-alarm:14 Name=SEP... Last=..."``."""

from __future__ import annotations

import re

from switchcorr.events.alarms import device_name
from switchcorr.events.declaration import EventFormat, Found, Record
from switchcorr.events.loads import load_told
from switchcorr.events.phone_reasons import phone_reason
from switchcorr.events.stamps import stamps_in
from switchcorr.model.event import Event, EventDetail, EventKind
from switchcorr.text import clean

_REASON = re.compile(r"\bcisco-alarm:(?P<number>\d{1,4}) Name=(?P<name>[^\s\"]{1,128})(?P<rest>[^\"]{0,600})")
_LAST = re.compile(r"\bLast=([^\s\"]{1,60})")


def _looks_like(line: str) -> bool:
    return "Reason:" in line and _REASON.search(line) is not None


def _parse(record: Record) -> tuple[Found, ...] | None:
    found = _REASON.search(record.lines[0])
    if found is None:
        return None
    last = _LAST.search(found["rest"])
    word = last[1] if last else ""
    event = Event(
        time=None,
        kind=EventKind.PHONE_ALARM,
        name=device_name(found["name"]),
        load=load_told(found["rest"]),
        reason=phone_reason(word, int(found["number"])),
        detail=EventDetail(text=clean(word)) if word else None,
    )
    stamps = [stamp for stamp, _, _ in stamps_in(record.lines[0][max(0, found.start() - 400) : found.start()])]
    return (Found(event, stamps[-1] if stamps else None),)


FORMAT = EventFormat(
    name="sip_alarm",
    title="Reason header of a SIP REGISTER",
    marks=(b"cisco-alarm:",),
    looks_like=_looks_like,
    parse=_parse,
)
