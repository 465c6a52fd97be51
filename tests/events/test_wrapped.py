"""Logs that went through a terminal, a ticket or a mail."""

from __future__ import annotations

import itertools
import quopri
import textwrap
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from switchcorr.events import ReadOptions, read_event_files
from switchcorr.events.wrapped import Disguise, disguise, undisguised
from switchcorr.model.event import Event, EventFileAccount

_PLACES = ("Lobby", "Smith John 4001", "Room 3.12", "Kitchen", "Warehouse gate 7 north", "x", "Reception 2", "Boardroom")


def _uc(n: int) -> str:
    return (
        f"Nov 20 10:41:07 cm1 local7 3 : {60 + n}: cm1.example.org: Nov 20 2026 09:41:{n % 60:02d}.476 UTC : %UC_CALLMANAGER-3-EndPointUnregistered: "
        f"%[DeviceName=SEP00005E0053{n:02X}][IPAddress=192.0.2.{n * 37 % 250}][Protocol=SIP][DeviceType=622][Description={_PLACES[n * 5 % 8]}][Reason=13]"
        "[LastSignalReceived=SIPStationDPrimaryLineTimeout][AppID=Cisco CallManager][ClusterID=HQ][NodeID=cm1]: An endpoint has unregistered"
    )


def _ccm(n: int) -> str:
    return (
        f"Nov 20 10:41:07 cm1 local7 3 : {92 + n}: Nov 20 09:41:{n % 60:02d}.630 UTC : %CCM_CALLMANAGER-CALLMANAGER-3-DeviceUnregistered: Device unregistered. "
        f"Device name.:SEP00005E0053{n:02X} Device IP address.:192.0.2.{n * 37 % 250} Protocol.:SCCP Device type. [Optional]:8 "
        f"Device description [Optional].:{_PLACES[n * 5 % 8]} Reason Code [Optional].:12 App ID:Cisco CallManager Cluster ID:HQ Node ID:cm1"
    )


def _terminal(line: str, width: int) -> list[str]:
    return [line[at : at + width].rstrip() for at in range(0, len(line), width)]


def _mail(line: str, width: int) -> list[str]:
    return textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False, subsequent_indent="  ")


def _ticket(line: str, width: int) -> list[str]:
    return textwrap.wrap(line, width, break_on_hyphens=False)


def _read(path: Path, text: str | bytes) -> tuple[list[Event], EventFileAccount]:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    reading = read_event_files([path], options=ReadOptions(now=datetime(2026, 11, 30, tzinfo=UTC)))
    return list(reading.log), reading.files[0]


def _without_blanks(events: list[Event]) -> list[Event]:
    return [replace(event, line=0, description=event.description.replace(" ", "")) for event in events]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("quote", ["", "> ", ">> "])
@pytest.mark.parametrize("width", [72, 80, 120, 132, 160])
@pytest.mark.parametrize("wrap", [_terminal, _mail, _ticket])
@pytest.mark.parametrize("record", [_uc, _ccm])
def test_a_wrapped_log_reads_as_the_log_itself(
    tmp_path: Path, record: Callable[[int], str], wrap: Callable[[str, int], list[str]], *, width: int, quote: str, ending: str
) -> None:
    lines = [record(n) for n in range(40)]
    whole, _ = _read(tmp_path / "ccm.log", "\n".join(lines) + "\n")
    wrapped = [part for line in lines for part in wrap(line, width)]
    events, account = _read(tmp_path / "ccm.log", "".join(quote + part + ending for part in wrapped))
    assert _without_blanks(events) == _without_blanks(whole)
    assert (account.lines, account.events, account.unrecognised) == (len(wrapped), 40, 0)
    assert [event.line for event in events][1] == 1 + len(wrap(lines[0], width))
    assert "wrapped at" in account.warnings[0]


def test_a_long_wrapped_log_is_joined_across_blocks(tmp_path: Path) -> None:
    lines = [_uc(n % 256) for n in range(3_000)]
    events, account = _read(tmp_path / "ccm.log", "".join(f"{part}\n" for line in lines for part in _terminal(line, 80)))
    assert (account.events, account.unrecognised) == (3_000, 0)
    assert {str(event.reason.code) if event.reason else "" for event in events} == {"13"}


def test_what_is_no_part_of_a_wrapped_log_is_not_joined(tmp_path: Path) -> None:
    parts = [part for n in range(10) for part in _mail(_ccm(n), 76)]
    text = "\n".join(["Hello,", "please see below", "", *parts, "", "Kind regards", "Anna"]) + "\n"
    events, account = _read(tmp_path / "ccm.log", text)
    assert [event.node for event in events] == ["cm1"] * 10
    assert (account.events, account.unrecognised) == (10, 4)


@pytest.mark.parametrize("wrap", [_terminal, _mail])
def test_nothing_is_joined_to_a_whole_line_among_wrapped_ones(tmp_path: Path, wrap: Callable[[str, int], list[str]]) -> None:
    parts = [part for n in range(250) for part in wrap(_ccm(n), 80)]  # more than the first lines, by which it is known
    events, account = _read(tmp_path / "ccm.log", "\n".join([*parts, _ccm(250), "-- end of log --", _ccm(251)]) + "\n")
    assert [event.node for event in events] == ["cm1"] * 252
    assert account.unrecognised == 1


def test_lines_that_may_be_cut_either_way_stay_as_they_are_and_are_told(tmp_path: Path) -> None:
    alike = [
        f"<189>Nov 20 10:41:{n:02d} acc-12 {100 + n}: Nov 20 09:41:{n:02d}.123 UTC: %LINK-3-UPDOWN:\nInterface Gi1/0/{10 + n}, changed state to down"
        for n in range(10)
    ]
    _, account = _read(tmp_path / "acc.log", "\n".join(alike) + "\n")
    assert account.unrecognised == 10
    assert account.warnings == (
        f"{tmp_path / 'acc.log'}: its lines are wrapped, and where words end cannot be told. Give the log itself, or each record on one line.",
    )


def test_a_quoted_table_is_read(tmp_path: Path) -> None:
    events, account = _read(tmp_path / "t.csv", "> time,phone,event\n> 2026-11-20T09:41:07Z,SEP00005E005301,unregistered\n")
    assert (len(events), account.unrecognised, account.warnings) == (1, 0, ())


def test_a_mail_in_quoted_printable_is_read(tmp_path: Path) -> None:
    head = b"Subject: log\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    lines = [_uc(n).encode() for n in range(20)]
    body = b"".join(quopri.encodestring(line).replace(b"\n", b"\r\n") + b"\r\n" for line in lines)
    events, account = _read(tmp_path / "mail.eml", head + body)
    whole, _ = _read(tmp_path / "ccm.log", b"\n".join(lines))
    told = [replace(event, source="", line=0) for event in events]
    assert told == [replace(event, source="", line=0) for event in whole]
    assert account.unrecognised == 2


@pytest.mark.parametrize("count", [20, 3_000])
@pytest.mark.parametrize("declared", ['; boundary="=_a b--"', ";\n\tboundary==_a"])
@pytest.mark.parametrize("encoding", ["", "Content-Transfer-Encoding: 7bit\n", "content-transfer-encoding: Quoted-Printable\n"])
def test_each_part_of_a_mail_is_decoded_as_its_header_says(tmp_path: Path, encoding: str, declared: str, count: int) -> None:
    log = "".join(f"{_uc(n % 256)}\n" for n in range(count))
    whole, _ = _read(tmp_path / "ccm.log", log)
    part = "--" + declared.partition("boundary=")[2].strip('"')
    if "Quoted" in encoding:
        log = quopri.encodestring(log.encode()).decode()
    printable = "Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\nHello=2C the log is =\nbelow.\n"
    mail = f"Subject: log\nContent-Type: multipart/mixed{declared}\n\n{part}\n{printable}{part}\nContent-Type: text/plain\n{encoding}\n{log}{part}\n{printable}{part}--\n"
    events, account = _read(tmp_path / "mail.eml", mail)
    assert [replace(event, source="", line=0) for event in events] == [replace(event, source="", line=0) for event in whole]
    assert account.lines == mail.count("\n")


def test_a_mail_declares_only_so_many_boundaries() -> None:
    names = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n" for n in range(30))
    printable = "Content-Transfer-Encoding: quoted-printable\n\n=41\n"
    out = b"".join(undisguised([f"{names}{printable}--b19\n=41\n{printable}--b20\n=41\n".encode()], Disguise(printable=True)))
    assert [line for line in out.split(b"\n") if line in (b"A", b"=41")] == [b"A", b"=41", b"A", b"A"]


def test_a_log_of_whole_lines_wears_nothing() -> None:
    assert not disguise("\n".join(map(_uc, range(40))).encode())
    fields = "Nov 20 09:41:07 UTC : %CCM_CALLMANAGER-CALLMANAGER-3-DeviceUnregistered: Device unregistered.\n Device name.:SEP00005E005301\n Reason Code [Optional].:12\n"
    assert not disguise(fields.encode() * 20)
    assert not disguise(b"")
    assert not disguise(b"no log\n" * 20)


_HEADERS = (
    lambda n: f"Nov 20 09:41:{n % 60:02d} cm1 ",
    lambda n: f"2026-11-20T09:41:{n % 60:02d}.123Z cm1 ",
    lambda n: f"<187>Nov 20 09:41:{n % 60:02d} cm1 ",
    lambda n: f"Nov 20 2026 09:41:{n % 60:02d} UTC : ",
)


@pytest.mark.parametrize("length", [100, 140, 180, 220, 260, 300])
@pytest.mark.parametrize(
    "is_other", [lambda n: n == 0, lambda n: n % 30 == 0, lambda n: n % 30 == 7, lambda n: n % 3 == 0, lambda n: n % 2]
)
@pytest.mark.parametrize(("other", "usual"), list(itertools.permutations(_HEADERS, 2)))
def test_whole_lines_with_two_headers_stay_whole(
    other: Callable[[int], str], usual: Callable[[int], str], is_other: Callable[[int], bool], length: int
) -> None:
    lines = [
        f"{(other if is_other(n) else usual)(n)}%LINK-3-UPDOWN: Interface Gi1/0/{n % 48}, changed state to down ".ljust(length, "z")
        for n in range(200)
    ]
    found = disguise("\n".join(lines).encode())
    assert (bool(found), found.sure) == (False, True)


def test_all_events_of_whole_lines_with_two_headers_are_read(tmp_path: Path) -> None:
    lines = [_HEADERS[n % 30 > 0](n) + _uc(n % 256).partition(": ")[2] for n in range(900)]
    _, account = _read(tmp_path / "ccm.log", "\n".join(lines) + "\n")
    assert (account.events, account.unrecognised) == (900, 0)


@pytest.mark.parametrize("wrap", [lambda line, _: [line], _terminal, _mail])
def test_a_line_of_the_relay_before_the_log_does_not_matter(tmp_path: Path, wrap: Callable[[str, int], list[str]]) -> None:
    parts = [part for n in range(200) for part in wrap(_HEADERS[1](n) + _uc(n % 256)[67:], 80)]
    _, account = _read(tmp_path / "ccm.log", "\n".join(["Nov 20 00:00:01 relay rsyslogd: rsyslogd was HUPed", *parts]) + "\n")
    assert (account.events, account.unrecognised) == (200, 1)


def test_a_note_behind_one_whole_line_in_ten_does_not_make_it_wrapped(tmp_path: Path) -> None:
    lines = [(f"{_HEADERS[0](n)}{_uc(n)[67:]} " + "z" * 40)[:240] for n in range(100)]
    _, account = _read(tmp_path / "ccm.log", "".join(f"{line}\n" + "note\n" * (n % 10 == 0) for n, line in enumerate(lines)))
    assert (account.events, account.unrecognised, account.warnings) == (100, 10, ())


def test_records_that_never_end_are_cut() -> None:
    worn = Disguise(width=40)
    lines = [b"x" * 40] * 200
    assert b"".join(undisguised([b"\n".join(lines) + b"\n"], worn)).count(b"\n") == 200
    begun = [b"<1>" + b"x" * 37, *lines]
    out = b"".join(undisguised([b"\n".join(begun) + b"\n"], worn))
    assert out.count(b"\n") == 201
    assert max(map(len, out.split(b"\n"))) == 60 * 40
    head = b"Content-Transfer-Encoding: quoted-printable\n"
    printable = b"".join(undisguised([head + b"a=\n" * 100], Disguise(printable=True)))
    assert printable.count(b"\n") == 101
    assert max(map(len, printable.removeprefix(head).split(b"\n"))) == 60
