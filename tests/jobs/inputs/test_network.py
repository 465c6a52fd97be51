"""Captures, locations and device tables to one network; what cannot be used is told, the rest goes on."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from switchcorr.captures import DeviceSource
from switchcorr.captures.sweep_folder import SweepManifest, manifest_text
from switchcorr.jobs.inputs.events import read_events
from switchcorr.jobs.inputs.network import Network, read_network, read_snapshot, unusable_files
from switchcorr.jobs.inputs.request import CampusRequest, Times, say_nothing
from switchcorr.jobs.inputs.sources import read_source
from switchcorr.model.addresses import PhoneName
from switchcorr.model.event import Event, EventKind, EventLog
from switchcorr.model.placement import PlacementState
from switchcorr.model.snapshot import OutputState, Snapshot
from switchcorr.model.sweep import SweepState
from switchcorr.parse import engine
from switchcorr.settings import Settings

_SETTINGS = Settings(parse_workers=2, parse_timeout_s=30)
_ALARMS = Path(__file__).parents[2] / "events" / "phone_alarm_xml" / "one_line.log"
_PHONE = "SEP00005E005301"


def _version(name: str, serial: str = "") -> str:
    board = f"Processor board ID {serial}\n" if serial else ""
    return f"{name}#sh ver\nCisco IOS Software, C3750E Software, Version 12.2(55)SE\n{name} uptime is 1 week\nSystem returned to ROM by power-on\n{board}{name}#"


def _phone_on(name: str, port: int) -> str:
    return (
        f"sh cdp nei det\n-------------------------\nDevice ID: {_PHONE}\nEntry address(es): \n  IP address: 192.0.2.44\n"
        f"Platform: Cisco IP Phone 7962,  Capabilities: Host Phone Two-port Mac Relay \nInterface: GigabitEthernet1/0/{port},  Port ID (outgoing port): Port 1\n"
        f"Holdtime : 150 sec\n\nVersion :\nSCCP42.9-4-2\n\nadvertisement version: 2\nDuplex: full\n\nTotal cdp entries displayed : 1\n{name}#"
    )


def _clock(name: str, day: int) -> str:
    return f"sh clock\n08:00:00.123 UTC Sun Nov {day} 2026\n{name}#"


def _write(directory: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return directory


def _snapshot(directory: Path, settings: Settings = _SETTINGS) -> Snapshot:
    return read_snapshot(directory, settings, say_nothing)


def test_templates_of_the_first_device_are_compiled_before_workers_are_forked(tmp_path: Path) -> None:
    engine._compiled.cache_clear()
    captures = _write(tmp_path / "a", {"sw-1/show_version.txt": _version("sw-1"), "sw-1/capture.json": '{"platform": "vms"}'})
    assert _snapshot(captures).devices.keys() == {"sw-1"}
    assert engine._compiled.cache_info().currsize == 0, "its platform is nothing known"
    notes = '{"platform": "cisco_ios"}'
    files = {"sw-1/show_version.txt": _version("sw-1"), "sw-1/holiday.txt": "sun and sea", "sw-1/capture.json": notes}
    assert _snapshot(_write(tmp_path / "b", {"note.txt": "sun and sea", **files})).devices.keys() == {"sw-1"}
    assert engine._compiled.cache_info().currsize == 1


def _network(request: CampusRequest, *, at: datetime | None = None) -> Network:
    return read_network(request, _SETTINGS, EventLog(), say_nothing, at=at, phones=(PhoneName.parse(_PHONE),))


def _place(network: Network) -> tuple[str, str]:
    (placement,) = [placement for placement in network.campus.placements if str(placement.phone) == _PHONE]
    return placement.device, str(placement.interface or "")


def test_all_sources_of_a_folder_are_read_and_progress_is_told(tmp_path: Path) -> None:
    _write(tmp_path, {f"acc-{number}.log": _version(f"acc-{number}") for number in range(5)})
    told: list[tuple[str, int, int]] = []
    snapshot = read_snapshot(tmp_path, _SETTINGS, lambda stage, done, total: told.append((stage, done, total)))
    assert list(snapshot.devices) == [f"acc-{number}" for number in range(5)]
    assert told == [(f"captures {tmp_path}", number, 5) for number in range(1, 6)]
    assert snapshot.source == str(tmp_path)


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_the_order_in_which_workers_finish_shows_nowhere(tmp_path: Path, workers: int) -> None:
    files: dict[str, str | bytes] = {f"d{number}/show_version.txt": _version(f"acc-{number}") * (40 - number) for number in range(8)}
    files |= {f"x{number}.log": b"nothing" for number in range(8)}
    _write(tmp_path, files)
    first, second = _snapshot(tmp_path, Settings(parse_workers=workers)), _snapshot(tmp_path, Settings(parse_workers=1))
    assert first == second
    assert [account.file for account in first.files] == sorted(account.file for account in first.files)
    assert len(first.warnings) == 8


def test_a_clock_in_the_text_is_the_time_of_the_capture(tmp_path: Path) -> None:
    snapshot = _snapshot(_write(tmp_path, {"acc-1.log": _version("acc-1") + _clock("acc-1", 22), "acc-2.log": _version("acc-2")}))
    assert snapshot.devices["acc-1"].taken_at == datetime(2026, 11, 22, 8, tzinfo=UTC)
    assert snapshot.devices["acc-2"].taken_at is None
    assert snapshot.taken_at == snapshot.devices["acc-1"].taken_at


def test_what_was_written_down_counts_more_than_the_clock_in_the_text(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "acc-1/x.log": _version("acc-1") + _clock("acc-1", 22),
        "acc-1/capture.json": '{"taken_at": "2026-11-21T00:00:00Z"}',
    }
    assert _snapshot(_write(tmp_path, files)).devices["acc-1"].taken_at == datetime(2026, 11, 21, tzinfo=UTC)


def test_two_devices_of_one_name_are_kept_apart_and_one_captured_twice_is_one(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a/sw1.log": _version("sw1", "FOC00000001"),
        "b/sw1.log": _version("sw1", "FOC00000002"),
        "c.log": _version("sw2", "FOC00000003"),
        "d.log": _version("sw2", "FOC00000003"),
    }
    snapshot = _snapshot(_write(tmp_path, files))
    named = [name for name in snapshot.devices if "~" in name]
    assert (len(snapshot.devices), named) == (3, ["sw1~FOC00000001", "sw1~FOC00000002"])
    nested = _snapshot(_write(tmp_path / "n", {"1.log": files["a/sw1.log"], "2.log": files["b/sw1.log"]}))
    assert list(nested.devices) == ["sw1~FOC00000001", "sw1~FOC00000002"]
    assert "1.log" in nested.warnings[0]
    assert "2.log" in nested.warnings[0]


def test_a_device_of_which_nothing_can_be_used_is_not_read(tmp_path: Path) -> None:
    snapshot = _snapshot(_write(tmp_path, {"acc-1.log": _version("acc-1"), "acc-2/show_frobnication.txt": "x"}))
    assert list(snapshot.devices) == ["acc-1"]
    assert [account.file for account in snapshot.files] == [str(tmp_path / "acc-2/show_frobnication.txt")]
    assert snapshot.warnings[0].startswith("acc-2: nothing of it could be used, so it counts as not read; ")


def test_a_folder_with_files_and_a_problem_of_its_own_keeps_both(tmp_path: Path) -> None:
    _write(tmp_path, {"acc-1/x.log": _version("acc-1")})
    (tmp_path / "acc-1/again").symlink_to(tmp_path)
    snapshot = _snapshot(tmp_path)
    assert list(snapshot.devices) == ["acc-1"]
    assert [account.file for account in snapshot.files] == [str(tmp_path / "acc-1/again")]


def test_a_text_that_hangs_or_kills_its_worker_costs_its_source(tmp_path: Path) -> None:
    _write(tmp_path, {"acc-1.log": _version("acc-1")})
    huge = "acc-2#sh ver\n" + "x" * 3_000_000
    _write(tmp_path, {"acc-2/a.log": huge, "acc-2/b.log": huge})
    settings = Settings(parse_workers=1, parse_timeout_s=0)
    snapshot = _snapshot(tmp_path, settings)
    late = [account for account in snapshot.files if account.reason.startswith("the parser took longer")]
    assert {account.file for account in late} >= {str(tmp_path / "acc-2/a.log"), str(tmp_path / "acc-2/b.log")}
    assert all(account.state is OutputState.QUARANTINED for account in late)


def test_one_source_is_read_and_dated(tmp_path: Path) -> None:
    log = _write(tmp_path, {"acc-1.log": _version("acc-1") + _clock("acc-1", 22)}) / "acc-1.log"
    source = DeviceSource("acc-1", log, (log,), is_directory=False)
    assert [facts.taken_at for facts in read_source(source).devices] == [datetime(2026, 11, 22, 8, tzinfo=UTC)]


def test_a_clock_of_the_year_one_is_damage_and_no_time(tmp_path: Path) -> None:
    log = _write(tmp_path, {"acc-1.log": _version("acc-1") + _clock("acc-1", 22).replace("2026", "0001")}) / "acc-1.log"
    source = DeviceSource("acc-1", log, (log,), is_directory=False)
    (facts,) = read_source(source).devices
    assert (facts.taken_at, len(facts.tables.clock)) == (None, 1)


def test_a_phones_own_alarm_tells_its_switch(tmp_path: Path) -> None:
    alarms = tmp_path / "alarms.log"
    alarms.write_text(_ALARMS.read_text().partition("\n")[0].replace("acc-12 &amp; co", "acc-1") + "\n")
    log = read_events((alarms,), Times(datetime(2026, 11, 24, tzinfo=UTC)), say_nothing).log
    request = CampusRequest(captures=(_write(tmp_path / "c", {"acc-1.log": _version("acc-1")}),))
    network = read_network(request, _SETTINGS, log, say_nothing)
    assert [(placement.device, str(placement.interface)) for placement in network.campus.placements] == [("acc-1", "GigabitEthernet3/0/17")]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path, "is no directory; nothing has this name. --captures wants the folder"),
        (lambda path: path.write_text("x") and path, "is no directory. Give its folder"),
        (lambda path: path.mkdir() or path, "holds no files. --captures wants"),
        (
            lambda path: _write(path, {"a": "x", "b": b"", "c": bytes(range(256)), "d/show_x": "x", "e": "x"}),
            r"none of its 5 files could be used: a, e: neither .*; b: is empty; c: binary, no text; d/show_x: the platform of this device is unknown",
        ),
    ],
)
def test_captures_of_which_nothing_can_be_used_are_missing(tmp_path: Path, make: Callable[[Path], Path], words: str) -> None:
    place = make(tmp_path / "captures")
    network = _network(CampusRequest(captures=(place,)))
    assert len(network.missing) == 1
    assert re.search(words, network.missing[0])
    assert str(place) in network.missing[0]
    assert network.campus.devices == ()


def test_files_of_which_nothing_can_be_used_are_missing_and_the_rest_is_used(tmp_path: Path) -> None:
    _write(tmp_path, {"acc-1.log": _version("acc-1") + _phone_on("acc-1", 7), "b.log": b"", "a.log": b"\0\1\2\3"})
    network = _network(CampusRequest(captures=(tmp_path,)))
    assert _place(network) == ("acc-1", "GigabitEthernet1/0/7")
    assert network.missing == (f"{tmp_path}: 2 of 3 files could not be used: a.log: binary, no text; b.log: is empty",)
    assert {account.file for account in network.outputs} == {str(tmp_path / name) for name in ("acc-1.log", "a.log", "b.log")}


def test_of_very_many_unusable_files_the_first_are_named_and_the_others_counted(tmp_path: Path) -> None:
    _write(tmp_path, {"acc-1.log": _version("acc-1") + _phone_on("acc-1", 7), **{f"n{number:02d}.log": b"" for number in range(23)}})
    (told,) = _network(CampusRequest(captures=(tmp_path,))).missing
    first = ", ".join(f"n{number:02d}.log" for number in range(10))
    assert told == f"{tmp_path}: 23 of 24 files could not be used: {first} and 13 more: is empty"


def test_of_very_many_reasons_the_first_are_told_and_the_other_files_counted() -> None:
    lost = {f"c/{number:02d}": f"reason {number // 2}." for number in range(21)}
    told = unusable_files(lost, "c")
    assert told.startswith("00, 01: reason 0; 02, 03: reason 1; ")
    assert told.endswith("; 14, 15: reason 7; and 5 more")


def test_a_missing_file_beside_good_captures_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    _write(tmp_path, {"c/acc-1.log": _version("acc-1") + _phone_on("acc-1", 7)})
    request = CampusRequest(captures=(tmp_path / "c", tmp_path / "none"), locations=tmp_path / "l.csv", devices=tmp_path / "d.csv")
    network = _network(request)
    assert _place(network)[0] == "acc-1"
    assert [text.partition(": ")[0] for text in network.missing] == [str(tmp_path / name) for name in ("none", "l.csv", "d.csv")]


def test_locations_and_device_tables_are_used(tmp_path: Path) -> None:
    _write(
        tmp_path,
        {
            "c/acc-1.log": _version("acc-1") + _phone_on("acc-1", 7),
            "l.csv": "phone,site\nSEP00005E005302,oslo\n",
            "d.csv": "device,power\nacc-1,rack-7\n",
        },
    )
    network = _network(CampusRequest(captures=(tmp_path / "c",), locations=tmp_path / "l.csv", devices=tmp_path / "d.csv"))
    assert network.missing == ()
    assert [component.id for component in network.campus.risk.components["power"]] == ["rack-7"]
    assert "SEP00005E005302" in network.campus.risk.phones
    alone = _network(CampusRequest(locations=tmp_path / "l.csv"))
    assert [component.id for component in alone.campus.risk.components["site"]] == ["oslo"]


def test_snapshots_are_in_the_order_of_their_time(tmp_path: Path) -> None:
    late = _write(tmp_path / "late", {"acc-1.log": _version("acc-1") + _clock("acc-1", 22) + "\nacc-1#" + _phone_on("acc-1", 9)})
    early = _write(tmp_path / "early", {"acc-1.log": _version("acc-1") + _clock("acc-1", 15) + "\nacc-1#" + _phone_on("acc-1", 3)})
    both = CampusRequest(captures=(late, early))
    assert _place(_network(both)) == ("acc-1", "GigabitEthernet1/0/9")
    assert _place(_network(both, at=datetime(2026, 11, 18, tzinfo=UTC))) == ("acc-1", "GigabitEthernet1/0/3")
    assert _place(_network(both, at=datetime(2026, 11, 1, tzinfo=UTC))) == ("acc-1", "GigabitEthernet1/0/3")


def _sweeps(directory: Path, days: tuple[int, ...]) -> Path:
    """A folder of sweeps, one a day; the phone is at the port of the day's number."""
    for day in days:
        folder = _write(directory / f"sweep-{day}", {"acc-1.log": _version("acc-1") + _phone_on("acc-1", day)})
        at = datetime(2026, 11, day, tzinfo=UTC)
        (folder / "manifest.json").write_text(manifest_text(SweepManifest(f"s{day}", at, SweepState.DONE, {}, ended_at=at)))
    return directory


def test_a_folder_of_sweeps_is_each_of_them(tmp_path: Path) -> None:
    sweeps = _sweeps(tmp_path / "sweeps", (9, 12))
    network = _network(CampusRequest(captures=(sweeps,)))
    assert _place(network) == ("acc-1", "GigabitEthernet1/0/12")
    assert not [text for text in (*network.missing, *network.warnings) if "several times" in text]
    alone = CampusRequest(captures=(sweeps / "sweep-12", sweeps / "sweep-9"))
    assert {output.file for output in network.outputs} == {output.file for output in _network(alone).outputs}


def test_a_folder_of_sweeps_and_other_captures_is_one(tmp_path: Path) -> None:
    sweeps = _sweeps(tmp_path / "sweeps", (9,))
    _write(sweeps, {"acc-2.log": _version("acc-2")})
    assert {Path(output.file).name for output in _network(CampusRequest(captures=(sweeps,))).outputs} == {"acc-1.log", "acc-2.log"}


def test_snapshots_without_a_time_are_in_the_order_given(tmp_path: Path) -> None:
    one = _write(tmp_path / "one", {"acc-1.log": _version("acc-1") + _clock("acc-1", 22) + "\nacc-1#" + _phone_on("acc-1", 9)})
    two = _write(tmp_path / "two", {"acc-1.log": _version("acc-1") + _phone_on("acc-1", 3)})
    assert _place(_network(CampusRequest(captures=(one, two)))) == ("acc-1", "GigabitEthernet1/0/3")
    assert _place(_network(CampusRequest(captures=(two, one)))) == ("acc-1", "GigabitEthernet1/0/9")


def test_a_phone_that_was_asked_for_and_never_seen_is_unplaced(tmp_path: Path) -> None:
    network = _network(CampusRequest(captures=(_write(tmp_path, {"acc-1.log": _version("acc-1")}),)))
    assert [placement.state for placement in network.campus.placements] == [PlacementState.UNPLACED]


def test_as_many_workers_as_processors_where_none_are_set(tmp_path: Path) -> None:
    assert os.cpu_count()
    assert list(_snapshot(_write(tmp_path, {"acc-1.log": _version("acc-1")}), Settings()).devices) == ["acc-1"]


def test_devices_reached_with_old_algorithms_are_named_together(tmp_path: Path) -> None:
    for number in range(14):
        device = tmp_path / f"acc-{number:02}"
        device.mkdir()
        (device / "show_version.txt").write_text(_version(f"acc-{number:02}").partition("\n")[2])
        profile = "modern" if number == 0 else "sha1" if number == 1 else "legacy"
        (device / "capture.json").write_text(f'{{"platform": "cisco_ios", "profile": "{profile}"}}')
    warnings = read_snapshot(tmp_path, _SETTINGS, say_nothing).warnings
    assert [warning for warning in warnings if "SSH" in warning] == [
        "acc-01: reached with old SSH algorithms only (sha1)",
        f"{', '.join(f'acc-{number:02}' for number in range(2, 12))} and 2 more: reached with old SSH algorithms only (legacy)",
    ]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("phone,switch\n", "no row names a phone. Is there anything below the header?"),
        ("phone,switch\n,acc-1\n", "no row names a phone. {path}: line 2: no phone"),
        (f"phone,comment\n{_PHONE},x\n", "no column tells what phones share"),
        (
            f"phone,switch\n{_PHONE},acc-1\n",
            "its one phone is not in the log, so it places none that dropped; all of it counts as having stayed. "
            "It names 'SEP00005E005301', the log 'SEP00005E00AA01': is it the list of another site?",
        ),
        (f"phone,switch\n{_PHONE},acc-1\nSEP00005E005302,acc-1\n", "none of its 2 phones is in the log"),
    ],
)
def test_a_table_that_tells_nothing_of_the_phones_of_the_log_is_no_use(tmp_path: Path, table: str, words: str) -> None:
    path = tmp_path / "l.csv"
    path.write_text(table)
    log = EventLog()
    for number in range(1, 6):
        log.append(Event(None, EventKind.UNREGISTERED, f"SEP00005E00AA{number:02d}"))
    network = read_network(CampusRequest(locations=path), _SETTINGS, log, say_nothing)
    assert network.unusable == network.missing
    assert network.unusable[0].startswith(f"{path}: {words.format(path=path)}")
    own = EventLog()
    own.append(Event(None, EventKind.UNREGISTERED, "SEP00005E00AA01"))
    few = read_network(CampusRequest(locations=path), _SETTINGS, own, say_nothing)
    assert bool(few.unusable) is ("in the log" not in words)


def test_a_table_of_devices_serves_a_table_of_locations_too(tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text(f"phone,switch\n{_PHONE},acc-1\n")
    (tmp_path / "d.csv").write_text("device;site\nACC-1;north\n")
    network = read_network(CampusRequest(locations=tmp_path / "l.csv", devices=tmp_path / "d.csv"), _SETTINGS, EventLog(), say_nothing)
    assert [component.id for component in network.campus.risk.components["site"]] == ["north"]
    assert network.missing == ()


def _stations(name: str, first: int) -> str:
    rows = "".join(f" 110    0000.5e00.53{first + n:02x}    DYNAMIC     Gi1/0/{n}\n" for n in range(1, 5))
    head = "          Mac Address Table\n-------------------------------------------\n\nVlan    Mac Address       Type        Ports\n----    -----------       --------    -----\n"
    return f"sh mac add\n{head}{rows}Total Mac Addresses for this criterion: 4\n{name}#"


def test_two_switches_of_one_name_keep_their_phones(tmp_path: Path) -> None:
    one = f"{_version('Switch', 'FOC1111A1AA')}{_stations('Switch', 0)}exit\n"
    other = f"{_version('Switch', 'FOC2222B2BB')}{_stations('Switch', 16)}exit\n"
    log = _write(tmp_path / "one-log", {"all.log": one + other})
    folders = [_write(tmp_path / name, {"Switch.log": text}) for name, text in (("site-a", one), ("site-b", other))]

    for captures in ((log,), tuple(folders)):
        network = read_network(CampusRequest(captures=captures), _SETTINGS, EventLog(), say_nothing)
        devices = {device.name for device in network.campus.devices}
        assert devices == {"Switch~FOC1111A1AA", "Switch~FOC2222B2BB"}
        assert any("2 different devices have this name" in warning for warning in network.warnings)
