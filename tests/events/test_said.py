"""What phones say of why they left, as it stands in their messages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from switchcorr.events.said import event_of_words
from switchcorr.model.event import EventKind
from tests.events.drops import ONE

_XML = """<?xml version="1.0"?>
<x-cisco-alarm>
<Alarm Name="LastOutOfServiceInformation">
<ParameterList>
<String name="DeviceName">SEP00005E005301</String>
<UInt name="TimeStamp">1795340000000</UInt>
<Enum name="ReasonForOutOfService">14</Enum>
<String name="NeighborDeviceID">acc-12</String>
<String name="NeighborPortID">Gi3/0/17</String>
</ParameterList>
</Alarm>
</x-cisco-alarm>"""


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("14: Name=SEP00005E005301 Load=8.5(2) Last=CM-closed-TCP", 14),
        ("10: Name=sep00005e005301 Load=x Last=TCP-timeout", 10),
        ('Reason: SIP;cause=200;text="cisco-alarm:22 Name=SEP00005E005301 Load=x Last=reset-reset"', 22),
        (_XML, 14),
        (_XML.replace("\n", ""), 14),
    ],
)
def test_every_way_of_saying_it_gives_the_phone_and_its_reason(words: str, reason: int) -> None:
    event = event_of_words(words)
    assert event is not None
    assert event.reason is not None
    assert (event.kind, event.name, event.reason.code) == (EventKind.PHONE_ALARM, ONE, reason)


def test_an_alarm_in_xml_tells_its_own_time_and_the_switch() -> None:
    event = event_of_words(_XML)
    assert event is not None
    assert event.detail is not None
    assert (event.time, event.detail.neighbor_device) == (datetime.fromtimestamp(1795340000, UTC), "acc-12")
    without = event_of_words(_XML.replace("TimeStamp", "Other"))
    assert without is not None
    assert without.time is None


@pytest.mark.parametrize("words", ["", "something else", "Name=SEP00005E005301", '<Alarm Name="LastOutOfServiceInformation">', "<Alarm/>"])
def test_other_words_are_no_event(words: str) -> None:
    assert event_of_words(words) is None
