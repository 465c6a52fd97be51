"""Bad captures as a user meets them: what is said, where, with which exit code, and that the rest is used."""

from __future__ import annotations

import csv
import gzip
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from switchcorr.jobs.inputs.request import CampusRequest, PlacementsRequest, Times
from switchcorr.jobs.placements import read_placements
from tests.conftest import Called, call_main

_PHONE = "SEP00005E0053{:02X}"
_ENTRY = (
    "-------------------------\nDevice ID: {phone}\nEntry address(es): \n  IP address: 192.0.2.{port}\n"
    "Platform: Cisco IP Phone 7962,  Capabilities: Host Phone Two-port Mac Relay \nInterface: GigabitEthernet1/0/{port},  Port ID (outgoing port): Port 1\n"
    "Holdtime : 150 sec\n\nVersion :\nSCCP42.9-4-2\n\nadvertisement version: 2\nDuplex: full\n\n"
)
_CDP = "".join(_ENTRY.format(phone=_PHONE.format(port), port=port) for port in (1, 2, 3)) + "Total cdp entries displayed : 3\n"
_NO_CAPTURE = (
    "neither a terminal log (no prompt with a show command) nor show-tech; a single answer belongs into a folder named after its device"
)
_VERSION = "Cisco IOS Software, C3750E Software, Version 12.2(55)SE\nacc-1 uptime is 1 week\nSystem returned to ROM by power-on\n"
_MESSAGE = "*Mar  1 00:00:00.123: %LINK-3-UPDOWN: Interface GigabitEthernet1/0/9, changed state to up"
_BACK = "\b" * 9
_PAGER = f" --More-- {_BACK}        {_BACK}"


def _run(*arguments: str | Path) -> Called:
    called = call_main(*arguments)
    assert "Traceback" not in called.err
    return called


def _write(directory: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return directory


def _placed(directory: Path) -> tuple[int, list[str], str]:
    """Exit code, ports of the phones that are placed, and what was said."""
    ran = _run("export", "placements", "--captures", directory, "--format", "csv")
    rows = csv.DictReader(io.StringIO(ran.out))
    return ran.code, [row["interface"].removeprefix("GigabitEthernet1/0/") for row in rows if row["state"] == "placed"], ran.err


def _torn(text: str) -> str:
    """A console message in the middle of the second phone's line, and one between two lines."""
    return text.replace("0053" + "02\n", f"00{_MESSAGE}\n5302\n").replace("Duplex: full\n", f"Duplex: full\n{_MESSAGE}\n", 1)


def _paged(text: str) -> str:
    lines = text.split("\n")
    return "\n".join(f"{_PAGER}{line}" if number % 9 == 8 else line for number, line in enumerate(lines))


_LOG = f"acc-1#sh ver\n{_VERSION}acc-1#sh cdp nei det\n{_CDP}acc-1#"


@pytest.mark.parametrize(
    "raw",
    [
        _LOG.encode(),
        _LOG.replace("\n", "\r\n").encode(),
        _LOG.replace("\n", "\r").encode(),
        _LOG.replace("\n", "\r\n").encode("utf-16"),
        _LOG.encode("utf-16-le"),
        _LOG.encode("utf-16-be"),
        _LOG.encode("utf-8-sig"),
        gzip.compress(_LOG.encode()),
        _paged(_LOG).encode(),
        _torn(_LOG).encode(),
        _LOG.replace("acc-1#", "\x1b[1;32macc-1#\x1b[0m").encode(),
        _LOG.replace("\n", "\x00\n").encode(),
        "\n".join(f"[2026-11-22 08:00:01.123] {line}" for line in _LOG.split("\n")).encode(),
        ("=~=~=~=~=~=~=~=~=~=~=~= PuTTY log 2026.11.22 08:00:01 =~=~=~=~=~=~=~=~=~=~=~=\nlogin as: x\n" + _LOG).encode(),
    ],
    ids=["plain", "crlf", "cr", "utf16", "utf16le", "utf16be", "bom", "gz", "paging", "console", "colours", "nuls", "stamps", "putty"],
)
def test_a_log_in_every_dress_places_all_its_phones(tmp_path: Path, raw: bytes) -> None:
    request = PlacementsRequest(
        Times(datetime(2026, 11, 24, tzinfo=UTC)), CampusRequest(captures=(_write(tmp_path, {"session.log": raw}),))
    )
    outcome = read_placements(request)
    assert [str(placement.interface) for placement in outcome.placements] == [f"GigabitEthernet1/0/{port}" for port in (1, 2, 3)]
    assert (outcome.missing, outcome.warnings) == ((), ())


def test_half_a_table_gives_its_half_and_says_so(tmp_path: Path) -> None:
    _write(
        tmp_path,
        {"c/acc-1/show_version.txt": _VERSION, "c/acc-1/show_cdp_neighbors_detail.txt": _CDP[: _CDP.index("Device ID: SEP00005E005303")]},
    )
    _write(tmp_path, {"d/acc-1/show_version.txt": _VERSION, "d/acc-1/show_cdp_neighbors_detail.txt.gz": gzip.compress(_CDP.encode())[:-60]})
    assert _placed(tmp_path / "c")[:2] == (0, ["1", "2"])
    code, ports, said = _placed(tmp_path / "d")
    assert (code, said) == (0, "")
    assert "1" in ports
    (tmp_path / "e.csv").write_text(
        f"time,phone,event,reason,reason_enum\n2026-11-22T08:00:00Z,{_PHONE.format(1)},unregistered,8,EndPointUnregistered.Reason\n"
    )
    ran = _run(
        "correlate", "--captures", tmp_path / "d", "--events", tmp_path / "e.csv", "--format", "table", "--now", "2026-11-24T00:00:00Z"
    )
    told = " ".join(ran.out.split())
    assert f"truncated: {tmp_path}/d/acc-1/show_cdp_neighbors_detail.txt.gz: damaged, or cut short" in told


def test_files_that_cannot_be_used_are_missing_and_the_rest_is_used(tmp_path: Path) -> None:
    _write(tmp_path, {"acc-1.log": _LOG, "empty.log": b"", "noise.bin": bytes(range(256)) * 8, "letter.txt": "Dear all,\n"})
    code, ports, said = _placed(tmp_path)
    assert (code, ports) == (3, ["1", "2", "3"])
    assert (
        said
        == f"missing: {tmp_path}: 3 of 4 files could not be used: empty.log: is empty; letter.txt: {_NO_CAPTURE}; noise.bin: binary, no text\n"
    )


def test_another_platforms_answer_in_a_folder_is_told_and_not_used(tmp_path: Path) -> None:
    nexus = "Cisco Nexus Operating System (NX-OS) Software\n  NXOS: version 9.3(5)\n"
    _write(tmp_path, {"acc-1/show_version.txt": _VERSION, "acc-1/show_cdp_neighbors_detail.txt": _CDP, "acc-1/show_module.txt": nexus})
    code, ports, said = _placed(tmp_path)
    assert (code, ports) == (3, ["1", "2", "3"])
    assert "acc-1/show_module.txt: looks like Cisco NX-OS, but this device is Cisco IOS and IOS-XE" in said


def test_two_switches_of_one_name_are_kept_apart_and_both_files_named(tmp_path: Path) -> None:
    logs = {
        name: _LOG.replace("power-on\n", f"power-on\nProcessor board ID {serial}\n").replace("0053", middle)
        for name, serial, middle in (("oslo.log", "FOC00000001", "0053"), ("bergen.log", "FOC00000002", "0054"))
    }
    _write(tmp_path, dict(logs))
    ran = _run("export", "placements", "--captures", tmp_path, "--format", "json")
    rows = json.loads(ran.out)["placements"]
    assert ran.code == 0
    assert {row["device"] for row in rows} == {"acc-1~FOC00000001", "acc-1~FOC00000002"}
    assert len([row for row in rows if row["state"] == "placed"]) == 6
    assert "2 different devices have this name" in ran.err
    assert f"{tmp_path}/oslo.log" in ran.err
    assert f"{tmp_path}/bergen.log" in ran.err
    quiet = _run("locate", _PHONE.format(1), "--captures", tmp_path, "--format", "table", "-q")
    assert quiet.err == ""


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nowhere", "is no directory; nothing has this name. --captures wants the folder that holds the outputs"),
        ("file.log", "is no directory. Give its folder"),
        ("empty", "holds no files. --captures wants the folder"),
        ("bad", "none of its 2 files could be used"),
    ],
)
def test_captures_of_which_nothing_can_be_used_fail_and_say_what_to_do(tmp_path: Path, name: str, words: str) -> None:
    _write(tmp_path, {"file.log": _LOG, "bad/a.log": "hello\n", "bad/b.log": b""})
    (tmp_path / "empty").mkdir()
    command = ("locate", _PHONE.format(1)) if name == "nowhere" else ("export", "placements")
    ran = _run(*command, "--captures", tmp_path / name)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("switchcorr: nothing tells where phones are: ")
    assert f"{tmp_path / name}: {words}" in ran.err
    assert "docs/messages.md#input-file" in ran.err


def test_without_any_usable_captures_the_log_is_still_judged(tmp_path: Path) -> None:
    _write(tmp_path, {"bad/a.log": "hello\n"})
    (tmp_path / "e.csv").write_text(
        f"time,phone,event,reason,reason_enum\n2026-11-22T08:00:00Z,{_PHONE.format(1)},unregistered,8,EndPointUnregistered.Reason\n"
    )
    ran = _run("correlate", "--captures", tmp_path / "bad", "--events", tmp_path / "e.csv", "--now", "2026-11-24T00:00:00Z")
    assert ran.code == 3
    assert json.loads(ran.out)["schema"] == "switchcorr/correlation/1"
    assert "none of its 1 file could be used" in ran.err


def test_the_folder_of_one_device_is_a_captures_folder_too(tmp_path: Path) -> None:
    _write(tmp_path, {"acc-1/show_version.txt": _VERSION, "acc-1/show_cdp_neighbors_detail.txt": _CDP})
    assert _placed(tmp_path / "acc-1") == (0, ["1", "2", "3"], "")
