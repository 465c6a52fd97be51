"""The door of the jobs to event files: what cannot be used is named, and what the log tells of phones."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from switchcorr.errors import EventFormatError, InputFileError
from switchcorr.jobs.inputs.events import addresses_of, named_by_address, phone_alarms, phones_of, read_events
from switchcorr.jobs.inputs.readings import EventsRead
from switchcorr.jobs.inputs.request import Times, say_nothing
from switchcorr.model.addresses import PhoneName
from switchcorr.model.event import Assumed, Event, EventDetail, EventKind, EventLog
from switchcorr.model.placement import Placement, PlacementState

_NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_AT = datetime(2026, 11, 20, 9, 41, 7, tzinfo=UTC)
_ONE, _TWO = PhoneName("SEP00005E005301"), PhoneName("SEP00005E005302")
_DROP = Event(_AT, EventKind.UNREGISTERED, _ONE, ip="192.0.2.1")
_NAMELESS = Event(_AT, EventKind.TRANSIENT, ip="192.0.2.1")


def _log(*events: Event) -> EventLog:
    log = EventLog()
    for event in events:
        log.append(event)
    return log


def _named(*events: Event, placements: tuple[Placement, ...] = ()) -> EventsRead:
    return named_by_address(EventsRead(_log(*events), (), (), ()), placements)


def _line(stamp: str = "Nov 20 2026 09:41:07") -> str:
    return f"{stamp} : %UC_CALLMANAGER-3-EndPointUnregistered: %[DeviceName=SEP00005E005301][Reason=13][NodeID=cm1]: gone\n"


def _write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_files_that_give_nothing_are_named_and_the_others_read(tmp_path: Path) -> None:
    paths = [_write(tmp_path / "good", _line()), _write(tmp_path / "noise", "hello\n"), tmp_path / "nowhere"]
    told: list[tuple[str, int, int]] = []
    read = read_events(paths, Times(_NOW), lambda *step: told.append(step))
    assert len(read.log) == 1
    assert [str(path) in sentence for path, sentence in zip(paths[1:], read.missing, strict=True)] == [True, True]
    assert "no event of a known format in 1 lines" in read.missing[0]
    assert told == [("events", 0, 3), ("events", 3, 3)]


def test_no_readable_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="nowhere"):
        read_events([tmp_path / "nowhere"], Times(_NOW), say_nothing)


def test_no_event_at_all_is_a_format_error_that_shows_a_line(tmp_path: Path) -> None:
    with pytest.raises(EventFormatError, match="line 1: hello"):
        read_events([_write(tmp_path / "noise", "hello\n")], Times(_NOW), say_nothing)


@pytest.mark.parametrize(("zones", "hour"), [((), 8), ((("one", "America/New_York"),), 14)])
def test_a_zone_for_one_file_wins_over_that_of_all(tmp_path: Path, zones: tuple[tuple[str, str], ...], hour: int) -> None:
    read = read_events([_write(tmp_path / "one", _line())], Times(_NOW, log_zone="Europe/Oslo", log_zones=zones), say_nothing)
    time = read.log[0].time
    assert time is not None
    assert time.hour == hour


def test_a_time_given_from_outside_is_that_of_a_block_without_one(tmp_path: Path) -> None:
    block = "Error: DeviceUnregistered - Device unregistered.\nDevice name.: SEP00005E005301\nReason Code [Optional].: 8\n"
    read = read_events([_write(tmp_path / "block", block)], Times(_NOW, at=_AT), say_nothing)
    assert (read.log[0].time, read.log[0].assumed) == (_AT, Assumed.TIME)


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


def test_a_drop_without_a_name_is_the_phones_that_had_its_address_then() -> None:
    before = replace(_DROP, time=_AT - timedelta(hours=1))
    after = replace(_DROP, name=_TWO, time=_AT + timedelta(minutes=5))
    read = _named(before, _NAMELESS, after, replace(_DROP, name="CTI-1"))
    assert [event.name for event in read.log] == [_ONE, _TWO, _TWO, "CTI-1"]
    assert read.log[1].assumed == Assumed.NAME
    assert read.assumptions == ("1 drops tell an address but no device; 1 of them are taken for those of the phone that had the address.",)


def test_a_placement_names_a_drop_if_one_phone_only_has_the_address() -> None:
    first, second = (Placement(phone, PlacementState.PLACED, ip="192.0.2.1") for phone in (_ONE, _TWO))
    without = Placement(PhoneName("SEP00005E005303"), PlacementState.UNPLACED)
    assert [event.name for event in _named(_NAMELESS, placements=(first, without)).log] == [_ONE]
    assert [event.name for event in _named(_NAMELESS, placements=(first, second)).log] == [""]


def test_a_drop_of_unknown_time_is_named_only_if_no_two_phones_had_its_address() -> None:
    timeless = replace(_NAMELESS, time=None)
    assert _named(_DROP, timeless).log[1].name == _ONE
    assert _named(_DROP, replace(_DROP, name=_TWO), timeless).log[2].name == ""


def test_registrations_and_alerts_without_a_name_stay_as_they_are() -> None:
    read = EventsRead(
        _log(_DROP, replace(_NAMELESS, kind=EventKind.REGISTERED), replace(_NAMELESS, kind=EventKind.SERVER_ALERT)), (), (), ()
    )
    assert named_by_address(read, ()) is read
