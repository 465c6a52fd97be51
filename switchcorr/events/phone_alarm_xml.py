"""The XML alarm a phone sends after it came back; not always well-formed, so its elements are found and never parsed as XML."""

from __future__ import annotations

import html
import re

from switchcorr.events.alarms import out_of_service, phone_time
from switchcorr.events.declaration import EventFormat, Found, Record
from switchcorr.events.stamps import stamps_in

_ALARM = re.compile(r"<Alarm Name=\"LastOutOfServiceInformation\">")
_OPENING = re.compile(r"\s*(?:<\?xml [^<>]{0,80}\?>|<x-cisco-alarm>)\s*")
_END = "</Alarm>"
_ELEMENT = re.compile(r"<(String|Enum|UInt|Int) name=\"(\w{1,40})\">(.{0,400}?)</\1>")
_MOST_LINES = 80


def _looks_like(line: str) -> bool:
    return _ALARM.search(line) is not None or _OPENING.fullmatch(line) is not None


def _continues(lines: tuple[str, ...], line: str) -> bool:
    if any(_END in one for one in lines):
        return not any("</x-cisco-alarm>" in one for one in lines) and line.strip() == "</x-cisco-alarm>"
    if len(lines) >= _MOST_LINES:
        return False
    if _opened(lines):
        return line.lstrip()[:1] == "<" or not line.strip()
    return _looks_like(line)


def _opened(lines: tuple[str, ...]) -> bool:
    return any(_ALARM.search(line) for line in lines)


def _parse(record: Record) -> tuple[Found, ...] | None:
    first = next((i for i, line in enumerate(record.lines) if _ALARM.search(line)), None)
    if first is None:
        return None
    text = "\n".join(record.lines[first:])
    fields = {found[2]: html.unescape(found[3]) for found in _ELEMENT.finditer(text)}
    event = out_of_service(fields)
    if event is None:
        return ()
    before = [stamp for stamp, _, _ in stamps_in(text[: text.find("<Alarm")][-400:])]
    left_at = phone_time(fields)
    return (Found(event, (before[-1] if before else None) if left_at is None else left_at, line=first),)


FORMAT = EventFormat(
    name="phone_alarm_xml",
    title="Phones' XML alarm LastOutOfServiceInformation",
    marks=(b"<Alarm Name=", b"<?xml ", b"<x-cisco-alarm>"),
    looks_like=_looks_like,
    parse=_parse,
    continues=_continues,
)
