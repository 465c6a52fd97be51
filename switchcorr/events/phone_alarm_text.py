"""The same alarm as text in a phone's console log: ``send alarm( LastOutOfServiceInformation ): DeviceName=SEP... ...``."""

from __future__ import annotations

import re

from switchcorr.events.alarms import out_of_service, phone_time
from switchcorr.events.brackets import alarm_fields
from switchcorr.events.declaration import EventFormat, Found, Record
from switchcorr.events.stamps import stamps_in

_SENT = re.compile(r"\bsend alarm\( ?LastOutOfServiceInformation ?\): ?(?=DeviceName=)")


def _looks_like(line: str) -> bool:
    return _SENT.search(line) is not None


def _parse(record: Record) -> tuple[Found, ...] | None:
    line = record.lines[0]
    found = _SENT.search(line)
    if found is None:
        return None
    fields = alarm_fields(line[found.end() :])
    event = out_of_service(fields)
    if event is None:
        return ()
    stamps = [stamp for stamp, _, _ in stamps_in(line[max(0, found.start() - 400) : found.start()])]
    left_at = phone_time(fields)
    return (Found(event, (stamps[-1] if stamps else None) if left_at is None else left_at),)


FORMAT = EventFormat(
    name="phone_alarm_text",
    title="Phones' alarm LastOutOfServiceInformation in a console log",
    marks=(b"send alarm(",),
    looks_like=_looks_like,
    parse=_parse,
)
