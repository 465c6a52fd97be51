"""What a log tells of phones."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from switchcorr.events.phones import addresses_of, phone_alarms, phones_of
from switchcorr.model.event import Event, EventDetail, EventKind
from tests.events.drops import AT, DROP, NAMELESS, ONE, TWO, log_of


def test_the_newest_word_of_a_phone_on_its_switch_counts() -> None:
    old = Event(AT, EventKind.PHONE_ALARM, ONE, detail=EventDetail(neighbor_device="acc-1", neighbor_port="Gi1/0/1"))
    new = replace(old, time=AT + timedelta(days=1), detail=EventDetail(neighbor_address="192.0.2.254", voice_vlan=10))
    silent = replace(old, name=TWO, detail=EventDetail(text="Initialized", alert="StationAlarm"))
    stranger = replace(old, name="CSFann")
    (alarm,) = phone_alarms(log_of(new, old, silent, stranger, replace(DROP, detail=old.detail)))
    assert (alarm.phone, alarm.device, alarm.address, alarm.voice_vlan) == (ONE, "", "192.0.2.254", 10)


def test_phones_and_addresses_of_a_log() -> None:
    log = log_of(replace(DROP, name=TWO), DROP, replace(DROP, ip="192.0.2.9"), replace(DROP, name="CTI-1", ip="192.0.2.8"), NAMELESS)
    assert phones_of(log) == (ONE, TWO)
    assert addresses_of(log) == {ONE: "192.0.2.9", TWO: "192.0.2.1"}
