"""What a phone says of why it left, as it stands in its message, without the line of a log around it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from switchcorr.events.alarms import device_name
from switchcorr.events.declaration import Found, Record
from switchcorr.events.phone_alarm_xml import FORMAT as PHONE_ALARM_XML
from switchcorr.events.phone_reasons import phone_text_alarm
from switchcorr.events.sip_alarm import FORMAT as SIP_ALARM
from switchcorr.model.event import Event


def event_of_words(words: str) -> Event | None:
    """The event of an SCCP alarm, of a SIP header ``Reason:``, or of an XML alarm; None if it does not say why the phone left.

    Its time is the one at which the phone says that it left, None if it does not say.

    >>> event_of_words("25: Name=SEP00005E005301 Load=8.5(2) Last=Initialized").reason.name
    'RegistrationSuccessful'
    """
    lines = tuple(words.splitlines())
    for one in (PHONE_ALARM_XML, SIP_ALARM):
        if any(map(one.looks_like, lines)):
            found = one.parse(Record(lines))
            return _event(found[0]) if found else None
    event = phone_text_alarm(words)
    return None if event is None else replace(event, name=device_name(event.name))


def _event(found: Found) -> Event:
    return replace(found.event, time=datetime.fromtimestamp(found.stamp, UTC) if isinstance(found.stamp, float) else None)
