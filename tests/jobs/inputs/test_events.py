"""The door of the jobs to event files: what cannot be used is named, and what was assumed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from switchcorr.errors import EventFormatError, InputFileError
from switchcorr.jobs.inputs.events import named_by_address, read_events, switch_messages
from switchcorr.jobs.inputs.readings import EventsRead
from switchcorr.jobs.inputs.request import Times, say_nothing
from switchcorr.model.event import Assumed, Event, EventDetail, EventKind
from switchcorr.topology import SwitchMessage
from tests.events.drops import AT, DROP, NAMELESS, ONE, log_of

_NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


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
    assert "no event of a known format in 1 line" in read.missing[0]
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
    read = read_events([_write(tmp_path / "block", block)], Times(_NOW, at=AT), say_nothing)
    assert (read.log[0].time, read.log[0].assumed) == (AT, Assumed.TIME)


def test_what_was_named_by_its_address_stands_in_the_assumptions() -> None:
    read = EventsRead(log_of(DROP, NAMELESS), (), ("first",), ())
    named = named_by_address(read, ())
    assert [event.name for event in named.log] == [ONE, ONE]
    assert named.assumptions == (
        "first",
        "1 drop tells an address but no device; 1 of them is taken for those of the phone that had the address.",
    )
    assert named_by_address(named, ()) is named


def test_messages_of_switches_come_in_order_and_only_those_with_a_time_a_device_and_a_tag() -> None:
    message = Event(AT, EventKind.SWITCH_MESSAGE, detail=EventDetail(alert="LINK-3-UPDOWN", neighbor_device="acc-1", text="Gi1/0/1 down"))
    earlier = replace(message, detail=EventDetail(alert="SYS-5-RESTART", neighbor_device="acc-2", text="x"))
    others = (
        replace(message, time=None),
        replace(message, detail=EventDetail(alert="LINK-3-UPDOWN")),
        replace(message, detail=EventDetail(alert="no tag", neighbor_device="acc-1")),
        replace(message, kind=EventKind.SERVER_ALERT),
    )
    assert switch_messages(log_of(*others, message, earlier)) == (
        SwitchMessage("acc-1", AT, "LINK", "UPDOWN", "Gi1/0/1 down"),
        SwitchMessage("acc-2", AT, "SYS", "RESTART", "x"),
    )
