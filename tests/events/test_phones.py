"""What a log tells of phones."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from switchcorr.events.phones import addresses_of, phone_alarms, phones_of
from switchcorr.model.addresses import PhoneName
from switchcorr.model.event import Event, EventDetail, EventKind, EventLog

_AT = datetime(2026, 11, 20, 9, 41, 7, tzinfo=UTC)
_ONE, _TWO = PhoneName("SEP00005E005301"), PhoneName("SEP00005E005302")
_DROP = Event(_AT, EventKind.UNREGISTERED, _ONE, ip="192.0.2.1")
_NAMELESS = Event(_AT, EventKind.TRANSIENT, ip="192.0.2.1")


def _log(*events: Event) -> EventLog:
    log = EventLog()
    for event in events:
        log.append(event)
    return log


def test_the_newest_word_of_a_phone_on_its_switch_counts() -> None:
    old = Event(_AT, EventKind.PHONE_ALARM, _ONE, detail=EventDetail(neighbor_device="acc-1", neighbor_port="Gi1/0/1"))
    new = replace(old, time=_AT + timedelta(days=1), detail=EventDetail(neighbor_address="192.0.2.254", voice_vlan=10))
    silent = replace(old, name=_TWO, detail=EventDetail(text="Initialized", alert="StationAlarm"))
    stranger = replace(old, name="CSFann")
    (alarm,) = phone_alarms(_log(new, old, silent, stranger, replace(_DROP, detail=old.detail)))
    assert (alarm.phone, alarm.device, alarm.address, alarm.voice_vlan) == (_ONE, "", "192.0.2.254", 10)


def test_phones_and_addresses_of_a_log() -> None:
    log = _log(replace(_DROP, name=_TWO), _DROP, replace(_DROP, ip="192.0.2.9"), replace(_DROP, name="CTI-1", ip="192.0.2.8"), _NAMELESS)
    assert phones_of(log) == (_ONE, _TWO)
    assert addresses_of(log) == {_ONE: "192.0.2.9", _TWO: "192.0.2.1"}
