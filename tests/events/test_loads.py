"""The firmware that alarms tell of a phone."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from switchcorr.events.alarms import alarm_event
from switchcorr.events.keyed import keyed_fields
from switchcorr.events.loads import load_name, load_of
from switchcorr.events.phone_reasons import phone_text_alarm


@pytest.mark.parametrize(
    ("fields", "load"),
    [
        ({"ActiveLoadId": "sip78xx.14-2", "LoadID": "sip78xx.14-1", "InactiveLoadId": "sip78xx.12-8"}, "sip78xx.14-2"),
        ({"ActiveLoadId": "", "LoadID": "sip78xx.14-1", "InactiveLoadId": "sip78xx.12-8"}, "sip78xx.14-1"),
        ({"ActiveLoadId": "none", "LoadID": "SCCP42.9-4-2SR1-1S"}, "SCCP42.9-4-2SR1-1S"),
        ({"InactiveLoadId": "sip78xx.12-8"}, ""),
    ],
)
def test_a_registration_tells_the_load_that_runs_and_not_the_one_that_waits(fields: Mapping[str, str], load: str) -> None:
    event = alarm_event("EndPointRegistered", {"DeviceName": "SEP00005E005301", **fields})
    assert event is not None
    assert event.load == load_of(fields) == load


def test_the_name_of_a_load_is_clean_and_not_endless() -> None:
    assert load_name("sip88xx.14-1-1-0001-136.LOADS") == "sip88xx.14-1-1-0001-136"
    assert load_name("a\x1bb\u202e").isprintable()
    assert len(load_name("x" * 500)) == 64


def test_older_alarms_and_the_words_of_a_phone_tell_it_too() -> None:
    fields = keyed_fields(
        "Device name.:SEP00005E005301 Device type. [Optional]:8 Load ID. [Optional]:P0030702T023 Associated directory numbers.:4001"
    )
    assert load_of(fields) == "P0030702T023"
    for text, load in (("Name=SEP00005E005301 Load=8.5.3 Last=Initialized", "8.5.3"), ("Name=SEP00005E005301 Last=Initialized", "")):
        event = phone_text_alarm(text)
        assert event is not None
        assert event.load == load
