"""The door to event files: damaged input, encodings, missing years and zones, duplicates, memory's shape."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard

from switchcorr.errors import UsageError
from switchcorr.events import ReadOptions, read_event_batches, read_event_files
from switchcorr.model.event import Assumed, EventKind, EventPools, EventReading

_NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_OPTIONS = ReadOptions(now=_NOW)

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(content: str | bytes, name: str = "ccm.log") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file


def _line(stamp: str, mac: str = "01", reason: int = 13) -> str:
    return (
        f"{stamp} : %UC_CALLMANAGER-3-EndPointUnregistered: %[DeviceName=SEP00005E0053{mac}][IPAddress=192.0.2.7][Protocol=SIP][DeviceType=622]"
        f"[Description=Desk][Reason={reason}][AppID=Cisco CallManager][ClusterID=HQ][NodeID=cm1]: An endpoint has unregistered\n"
    )


def _old_line(stamp: str, mac: str = "01") -> str:
    return (
        f"{stamp} : %CCM_CALLMANAGER-CALLMANAGER-3-DeviceUnregistered: Device unregistered. Device name.:SEP00005E0053{mac} "
        "Reason Code [Optional].:8 App ID:Cisco CallManager Cluster ID:HQ Node ID:cm1\n"
    )


def _times(reading: EventReading) -> list[str]:
    return [event.time.isoformat() if event.time else "" for event in reading.log]


_TEXT = "".join(_line(f"Nov 20 2026 09:{n // 60:02d}:{n % 60:02d}.100 UTC", f"{n % 200:02X}") for n in range(3_000))


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.ZstdCompressor().compress], ids=["gz", "zst"])
def test_packed_files_read_like_plain_ones(write: Write, pack: Callable[[bytes], bytes]) -> None:
    plain = read_event_files([write(_TEXT, "plain")], options=_OPTIONS)
    packed = read_event_files([write(pack(_TEXT.encode()), "packed")], options=_OPTIONS)
    assert len(plain.log) == 3_000
    assert (packed.log.time, packed.log.name) == (plain.log.time, plain.log.name)


def test_a_gzip_file_cut_short_gives_what_it_holds_and_says_so(write: Write) -> None:
    packed = gzip.compress(_TEXT.encode(), mtime=0)
    reading = read_event_files(
        [write(packed[: len(packed) // 2], "cut.gz"), write(_line("Nov 20 2026 10:00:00 UTC", "F0"))], options=_OPTIONS
    )
    cut, whole = reading.files
    assert 500 < cut.events < 3_000
    assert "cut short" in cut.problem
    assert f"Its first {cut.lines} lines were read." in cut.problem
    assert (whole.events, whole.problem) == (1, "")


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"", "is empty"), (bytes(range(256)) * 40, "no text"), (gzip.compress(bytes(range(256)) * 40, mtime=0), "no text")],
    ids=["empty", "binary", "binary in gz"],
)
def test_a_file_that_is_no_text_is_named_and_the_others_are_read(write: Write, content: bytes, problem: str) -> None:
    bad = write(content, "bad")
    reading = read_event_files([bad, write(_line("Nov 20 2026 10:00:00 UTC"))], options=_OPTIONS)
    assert problem in reading.files[0].problem
    assert str(bad) in reading.files[0].problem
    assert len(reading.log) == 1


def test_a_missing_file_and_a_directory_are_named(write: Write, tmp_path: Path) -> None:
    reading = read_event_files([tmp_path / "nowhere", tmp_path, write(_line("Nov 20 2026 10:00:00 UTC"))], options=_OPTIONS)
    assert [bool(account.problem) for account in reading.files] == [True, True, False]
    assert len(reading.log) == 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "cp1252"])
def test_encodings_of_windows(write: Write, encoding: str) -> None:
    text = "Error: DeviceUnregistered - Device unregistered.\r\nDevice name.: SEP00005E005301\r\nDevice description [Optional].: Büro\r\nReason Code [Optional].: 8\r\n"
    path = write((text * 2).encode(encoding))
    log = read_event_files([path], options=_OPTIONS).log
    assert [(event.name, event.description, event.line) for event in log] == [
        ("SEP00005E005301", "Büro", 1),
        ("SEP00005E005301", "Büro", 5),
    ]


def test_utf_16_files_of_many_blocks_keep_every_line(write: Write) -> None:
    path = write(("x" + _TEXT[1:]).encode("utf-16"))
    assert len(read_event_files([path], options=_OPTIONS).log) == 3_000 - 1 + 1


def test_windows_line_ends_change_nothing(write: Write) -> None:
    unix = read_event_files([write(_TEXT, "a")], options=_OPTIONS)
    windows = read_event_files([write(_TEXT.replace("\n", "\r\n"), "b")], options=_OPTIONS)
    assert windows.log.time == unix.log.time
    assert windows.files[0].lines == unix.files[0].lines == 3_000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
def test_lines_that_end_as_on_an_old_mac_are_lines(write: Write, encoding: str) -> None:
    reading = read_event_files([write(_TEXT.replace("\n", "\r").encode(encoding))], options=_OPTIONS)
    assert (len(reading.log), reading.files[0].lines, reading.files[0].unrecognised) == (3_000, 3_000, 0)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("41:00.0,SEP00005E005301,unregistered", "line 3 of the table is no event: its time '41:00.0' is none that is known"),
        (
            "2026-11-20 09:41:00,SEP00005E005301,lost",
            "line 3 of the table is no event: its event 'lost' is none of unregistered, transient, ",
        ),
        (
            "2026-11-20 09:41:00,1.58E+09,unregistered",
            "line 3 of the table is no event: a spreadsheet made the number 1.58E+09 of its phone",
        ),
        ("2026-11-20 09:41:00,SEP00005E005301,reset,,x", ""),
        ("2026-11-20 09:41:00,,unregistered", ""),
    ],
)
def test_why_a_row_of_a_table_is_no_event_is_told(write: Write, row: str, why: str) -> None:
    (file,) = read_event_files([write(f"Export\ntime,phone,event,reason_enum,reason\n{row}\n")], options=_OPTIONS).files
    told = [warning for warning in file.warnings if "no event" in warning]
    assert (file.events, bool(told)) == (0, bool(why))
    assert why in "".join(told)


def test_a_tar_archive_says_so(write: Write) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo("CiscoSyslog"))
    (file,) = read_event_files([write(packed.getvalue(), "logs.tgz")], options=_OPTIONS).files
    assert "logs.tgz: is a tar archive, not text. Unpack it" in file.problem


def test_a_huge_line_is_counted_and_the_next_one_is_read(write: Write) -> None:
    reading = read_event_files([write("%" + "x" * 3_000_000 + "\n" + _line("Nov 20 2026 10:00:00 UTC"))], options=_OPTIONS)
    assert len(reading.log) == 1
    assert reading.files[0].unrecognised > 0


@pytest.mark.parametrize("size", [70_000, 300_000, 1_500_000])
def test_long_lines_and_nuls_among_events_cost_only_themselves(write: Write, size: int) -> None:
    odd = [
        b"x" * size,
        b"Nov 20 2026 09:00:00 UTC : %UC_" + b"y" * size,
        b"a\0b\0" * 50,
        b"\0",
        b"%UC_CALLMANAGER-3-EndPointUnregistered: %[" * 400,
    ]
    text = _TEXT.encode() + b"\n".join(odd) + b"\n" + _line("Nov 20 2026 11:00:00.100 UTC", "F0").encode() + _TEXT.encode()
    path = write(text)
    quick, careful = (list(read_event_batches(path, options=_OPTIONS, pools=EventPools(), quick=quick)) for quick in (True, False))
    assert sum(len(batch.log) for batch in quick) == 6_001 + 1
    assert quick[-1].account == careful[-1].account
    assert [event for batch in quick for event in batch.log] == [event for batch in careful for event in batch.log]


@pytest.mark.parametrize("hole", [3, 4_096, 200_000, 700_000])
@pytest.mark.parametrize("before", [0, 1, 2_000])
def test_a_hole_of_nuls_costs_no_line(write: Write, hole: int, before: int) -> None:
    lines = _TEXT.encode().splitlines(keepends=True)
    path = write(b"".join(lines[:before]) + bytes(hole) + b"".join(lines[before:]))
    (account,) = read_event_files([path], options=_OPTIONS).files
    assert (account.lines, account.events, account.unrecognised, account.problem) == (3_000, 3_000, 0, "")


def test_a_file_of_nothing_but_nuls_is_no_text(write: Write) -> None:
    assert "no text" in read_event_files([write(bytes(200_000))], options=_OPTIONS).files[0].problem


_LONG_VALUE = "\n".join("y" * 60_000 for _ in range(3))
_BLOCK = "Error: DeviceUnregistered - Device unregistered.\nDevice name.: SEP00005E005301\nReason Code [Optional].: 8\n"


@pytest.mark.parametrize(
    ("text", "events"),
    [
        (f'Error,11/20/2026,9:41:07 AM,Cisco CallManager,None,3,N/A,CCM,"{_BLOCK}{_LONG_VALUE}"\n', 1),
        (f'time,phone,event,description\n2026-11-20T09:41:07Z,SEP00005E005301,registered,"{_LONG_VALUE}"\n', 1),
        ('{"time": 1795167661, "phone": "SEP00005E005301", "event": "registered", "description": "' + "y" * 30_000 + '"}\n', 0),
        (_BLOCK + "\n" * 100 + "after\n", 1),
        ('<Alarm Name="LastOutOfServiceInformation">\n<String name="DeviceName">SEP00005E005301</String>\n' + "<a>\n" * 100, 0),
        ("Subject: RTMT alert\n\nheartbeat rate below 24 beats per minute.\n" + "Key : value\n" * 100, 1),
    ],
    ids=["export", "csv", "jsonl", "pasted", "xml", "mail"],
)
def test_records_without_measure_end_somewhere(write: Write, text: str, events: int) -> None:
    reading = read_event_files([write(text + _line("Nov 20 2026 10:00:00 UTC", "F0"), "log")], options=_OPTIONS)
    assert len(reading.log) >= events
    assert reading.files[0].problem == ""


def test_empty_rows_of_a_table_are_nothing(write: Write) -> None:
    text = "time,phone,event\n\n2026-11-20T09:41:07Z,SEP00005E005301,registered\n   \n"
    reading = read_event_files([write(text)], options=_OPTIONS)
    assert (len(reading.log), reading.files[0].unrecognised) == (1, 0)


def test_an_exported_row_with_an_impossible_time_is_an_event_of_unknown_time(write: Write) -> None:
    row = 'Error,11/20/2026,25:61:07,Cisco CallManager,None,3,N/A,CCM,"' + _BLOCK + '"\n'
    (event,) = read_event_files([write(row)], options=_OPTIONS).log
    assert (event.name, event.time) == ("SEP00005E005301", None)


def test_utf_16_that_arrives_byte_by_byte_is_read_whole(write: Write) -> None:
    raw = ("x\n" * 200 + _line("Nov 20 2026 10:00:00 UTC") + "é").encode("utf-16-le")
    packed = gzip.compress(raw[:-5], mtime=0) + b"".join(gzip.compress(raw[at : at + 1], mtime=0) for at in range(len(raw) - 5, len(raw)))
    (account,) = read_event_files([write(packed)], options=_OPTIONS).files
    assert (account.lines, account.events, account.samples[-1].text) == (202, 1, "x")


def test_a_last_line_without_an_end_is_read(write: Write) -> None:
    assert len(read_event_files([write(_line("Nov 20 2026 10:00:00 UTC").rstrip("\n"))], options=_OPTIONS).log) == 1


def test_unknown_lines_are_counted_and_a_sample_is_kept(write: Write) -> None:
    noise = "".join(f"nothing {n}\n" for n in range(100))
    (account,) = read_event_files([write(noise + _line("Nov 20 2026 10:00:00 UTC") + noise)], options=_OPTIONS).files
    assert (account.lines, account.events, account.unrecognised) == (201, 1, 200)
    assert [(sample.line, sample.text) for sample in account.samples] == [(n, f"nothing {n - 1}") for n in range(1, 6)]


def test_events_of_lines_that_break_off_are_told(write: Write) -> None:
    whole = _line("Nov 20 2026 10:00:00 UTC")
    cut = [whole[: whole.index("13]") + 1] + "\n", whole[: whole.index("01]") - 2] + "\n"]
    reading = read_event_files([write("".join([whole] * 3 + cut * 3))], options=_OPTIONS)
    assert {(event.name, event.reason.code if event.reason else None) for event in reading.log} == {
        ("SEP00005E005301", 13),
        ("SEP00005E005301", None),
        ("", None),
    }
    assert any("6 events stand on lines that break off (lines 4, 5, 6, ...); what stood" in one for one in reading.assumptions)


def test_a_log_crosses_new_year(write: Write) -> None:
    stamps = ["Dec 31 23:59:58 UTC", "Dec 31 23:59:59 UTC", "Jan  1 00:00:01 UTC", "Dec 31 23:59:59.500 UTC", "Jan  2 08:00:00 UTC"]
    path = write("".join(_old_line(stamp, f"{n:02X}") for n, stamp in enumerate(stamps)))
    assert _times(read_event_files([path], options=ReadOptions(now=datetime(2027, 1, 5, tzinfo=UTC)))) == [
        "2026-12-31T23:59:58+00:00",
        "2026-12-31T23:59:59+00:00",
        "2026-12-31T23:59:59.500000+00:00",
        "2027-01-01T00:00:01+00:00",
        "2027-01-02T08:00:00+00:00",
    ]


def test_a_long_log_crosses_new_year(write: Write) -> None:
    days = ["Dec 30", "Dec 31"] * 40 + ["Jan  1", "Dec 31", "Jan  2"] * 40 + ["Mar 31"] * 40
    text = "".join(_line(f"{day} 09:41:{n % 60:02d}.250 UTC", f"{n % 200:02X}") for n, day in enumerate(days))
    log = read_event_files([write(text)], options=ReadOptions(now=datetime(2027, 4, 1, tzinfo=UTC))).log
    assert {(event.time.month, event.time.year) for event in log if event.time} == {(12, 2026), (1, 2027), (3, 2027)}
    assert set(log.assumed) == {Assumed.YEAR}


def test_the_latest_line_decides_the_year_of_the_whole_log(write: Write) -> None:
    stamps = ["Nov 20 10:00:00 UTC", "Nov 22 10:00:00 UTC", "Nov 23 10:00:00 UTC"]
    path = write("".join(_old_line(stamp, f"{n:02X}") for n, stamp in enumerate(stamps)))
    assert {time[:4] for time in _times(read_event_files([path], options=_OPTIONS))} == {"2025"}


def test_the_year_turns_at_lines_that_are_no_events(write: Write) -> None:
    other = "{} : %CCM_SERVICEMANAGER-SERVICEMANAGER-6-ServiceActivated: Service Activated. App ID:x\n"
    text = other.format("Dec 30 10:00:00 UTC") + _old_line("Jan 2 10:00:00 UTC") + _old_line("Sep 23 10:00:00 UTC", "02")
    options = ReadOptions(now=datetime(2026, 9, 10, tzinfo=UTC))
    assert [time[:10] for time in _times(read_event_files([write(text)], options=options))] == ["2025-01-02", "2025-09-23"]


def test_a_given_year_is_that_of_the_first_line(write: Write) -> None:
    path = write(_old_line("Dec 31 10:00:00 UTC") + _old_line("Jan 1 10:00:00 UTC", "02"))
    reading = read_event_files([path], options=ReadOptions(now=_NOW, year=2019))
    assert [time[:4] for time in _times(reading)] == ["2019", "2020"]
    assert not any("year" in sentence for sentence in reading.assumptions)


def test_the_29th_of_february_was_in_a_leap_year(write: Write) -> None:
    assert _times(read_event_files([write(_old_line("Feb 29 10:00:00 UTC"))], options=_OPTIONS)) == ["2024-02-29T10:00:00+00:00"]


def test_times_without_zone_are_utc_by_assumption(write: Write) -> None:
    reading = read_event_files([write(_line("Nov 20 2026 10:00:00"))], options=_OPTIONS)
    assert _times(reading) == ["2026-11-20T10:00:00+00:00"]
    assert reading.log[0].assumed == Assumed.ZONE
    assert len(reading.assumptions) == 1
    assert "read as UTC" in reading.assumptions[0]
    assert reading.files[0].warnings == ()


def test_a_zone_that_another_source_carries_is_a_warning(write: Write) -> None:
    bare, zoned = write(_line("Nov 20 2026 10:00:00"), "bare"), write(_line("Nov 20 2026 10:00:00 UTC", "02"), "zoned")
    reading = read_event_files([bare, zoned], options=_OPTIONS)
    assert [len(account.warnings) for account in reading.files] == [1, 0]
    assert f"--timezone {bare}=ZONE" in reading.files[0].warnings[0]


def test_a_given_zone_is_used_for_its_file_only(write: Write) -> None:
    one, two = write(_line("Jul 20 2026 10:00:00"), "one"), write(_line("Jul 20 2026 10:00:00", "02"), "two")
    reading = read_event_files([one, two], options=ReadOptions(now=_NOW, zone="EST", zones={"one": "Europe/Berlin"}))
    assert _times(reading) == ["2026-07-20T08:00:00+00:00", "2026-07-20T15:00:00+00:00"]
    assert reading.assumptions == ()


def test_an_abbreviation_of_several_meanings_is_the_given_zones(write: Write) -> None:
    path = write(_line("Nov 20 2026 10:00:00 IST") + _line("Nov 20 2026 10:00:00 CST", "02"))
    given = read_event_files([path], options=ReadOptions(now=_NOW, zone="Asia/Kolkata"))
    assert _times(given) == ["2026-11-20T04:30:00+00:00", "2026-11-20T16:00:00+00:00"]
    unknown = read_event_files([path], options=_OPTIONS)
    assert any("'IST'" in warning for warning in unknown.files[0].warnings)


def test_a_zone_that_does_not_exist_is_a_usage_error(write: Write) -> None:
    with pytest.raises(UsageError, match="Mars"):
        read_event_files([write(_TEXT)], options=ReadOptions(now=_NOW, zone="Mars/Olympus"))


def test_a_block_without_time_takes_the_given_one(write: Write) -> None:
    path = write("Error: DeviceUnregistered - Device unregistered.\nDevice name.: SEP00005E005301\nReason Code [Optional].: 8\n")
    at = datetime(2009, 6, 30, 8, tzinfo=UTC)
    reading = read_event_files([path], options=ReadOptions(now=_NOW, at=at))
    assert (reading.log[0].time, reading.log[0].assumed) == (at, Assumed.TIME)
    assert any("2009-06-30T08:00:00Z" in sentence for sentence in reading.assumptions)


def test_events_told_by_a_relay_are_counted_once(write: Write) -> None:
    line = _line("Nov 20 2026 10:00:00.100 UTC")
    relayed = "<187>2026-11-20T11:00:01+01:00 relay " + _line("Nov 20 2026 10:00:00 UTC")
    other_reason = _line("Nov 20 2026 10:00:00 UTC", reason=6)
    reading = read_event_files([write(line + other_reason, "own"), write(relayed, "relay")], options=_OPTIONS)
    assert len(reading.log) == 2
    assert [account.duplicates for account in reading.files] == [0, 1]


def test_the_log_is_in_order_of_time_with_unknown_times_last(write: Write) -> None:
    text = (
        _line("bad", "01")
        + _line("Nov 20 2026 10:00:02 UTC", "02")
        + _line("Nov 20 2026 10:00:01 UTC", "03")
        + _line("Feb 31 2026 10:00:01 UTC", "04")
    )
    log = read_event_files([write(text)], options=_OPTIONS).log
    assert [event.name[-2:] for event in log] == ["03", "02", "01", "04"]


def test_batches_hold_the_same_events_in_the_order_of_lines(write: Write) -> None:
    text = (_TEXT + "noise\n" + _old_line("Nov 20 12:00:00 UTC", "FF")) * 4
    path, pools = write(text), EventPools()
    batches = list(read_event_batches(path, options=_OPTIONS, pools=pools))
    assert len(batches) > 2
    assert [batch.account is not None for batch in batches] == [False] * (len(batches) - 1) + [True]
    lines = [line for batch in batches for line in batch.log.line]
    assert lines == [n for n in range(1, 4 * 3_002 + 1) if n % 3_002 != 3_001]
    assert all(batch.log.pools is pools for batch in batches)


def test_a_reader_may_stop_early(write: Write) -> None:
    batches = read_event_batches(write(_TEXT * 4), options=_OPTIONS, pools=EventPools())
    assert len(next(batches).log) > 0
    batches.close()  # type: ignore[attr-defined]  # a generator behind an iterator's type


def test_a_table_without_a_needed_column_is_named(write: Write) -> None:
    (account,) = read_event_files([write("time,phone,what\n2026-11-20T10:00:00Z,SEP00005E005301,unregistered\n")], options=_OPTIONS).files
    assert any("line 1" in warning and "lacks event" in warning for warning in account.warnings)


def test_dates_are_read_in_the_files_own_order(write: Write) -> None:
    header = "time,phone,event\n"
    swapped = header + "03/04/2026 10:00:00,SEP00005E005301,registered\n"
    told = swapped + "23/04/2026 10:00:00,SEP00005E005302,registered\n"
    first = read_event_files([write(swapped, "swapped.csv")], options=_OPTIONS)
    assert (_times(first)[0][:10], len(first.files[0].warnings)) == ("2026-03-04", 1)
    second = read_event_files([write(told, "told.csv")], options=_OPTIONS)
    assert (_times(second)[0][:10], len(second.files[0].warnings)) == ("2026-04-03", 0)
    assert _times(read_event_files([write(swapped)], options=ReadOptions(now=_NOW, day_first=True)))[0][:10] == "2026-04-03"


def test_records_that_two_blocks_share_are_whole(write: Write) -> None:
    block = "Error: DeviceUnregistered - Device unregistered.\n\nDevice name.: SEP00005E0053{:02X}\n\nDevice description [Optional].: {}\n\nReason Code [Optional].: 8\n\n"
    text = "".join(block.format(n % 256, "x" * 700) for n in range(3_000))
    log = read_event_files([write(text)], options=_OPTIONS).log
    assert len(log) == 3_000
    assert set(log.kind) == {EventKind.UNREGISTERED}
    assert set(log.reason) == {8}


@pytest.mark.parametrize("row", [10, 98])
def test_a_stray_quote_costs_a_table_one_row(write: Write, row: int) -> None:
    rows = [f"2026-11-20T09:41:{n % 60:02d}Z,SEP00005E0053{n:02X},unregistered\n" for n in range(100)]
    rows[row] = rows[row].replace("SEP", '"SEP')
    reading = read_event_files([write("time,phone,event\n" + "".join(rows), "t.csv")], options=_OPTIONS)
    (account,) = reading.files
    assert (account.lines, account.events, account.unrecognised) == (101, 99, 1)
    assert f"line {row + 2} of the table is no event" in account.warnings[0]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("marked", [True, False], ids=["with a mark", "without"])
def test_a_utf16_log_to_which_plain_text_was_appended_is_read_whole(write: Write, encoding: str, *, marked: bool) -> None:
    mark = "\ufeff" if marked else ""
    wide = [_line(f"Nov 20 2026 09:{n // 60:02d}:{n % 60:02d} UTC", f"{n % 256:02X}").replace("Desk", "Büro €") for n in range(2_000)]
    plain = [_line(f"Nov 20 2026 10:{n // 60:02d}:{n % 60:02d} UTC", f"{n % 256:02X}") for n in range(2_000)]
    parts = [mark + wide[0], "".join(plain[:1_000]), "".join(wide[1:]), "".join(plain[1_000:])]
    content = b"".join(part.encode(encoding if "Büro" in part else "ascii") for part in parts)
    reading = read_event_files([write(content)], options=_OPTIONS)
    (account,) = reading.files
    assert (account.lines, account.events, account.unrecognised) == (4_000, 4_000, 0)
    assert {event.description for event in reading.log} == {"Büro €", "Desk"}
