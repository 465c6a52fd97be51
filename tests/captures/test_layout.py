"""From files to the outputs of devices: every file ends in an output or in an account."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from switchcorr.captures import find_devices, read_device, read_output
from switchcorr.captures.layout import Reading, strip_echo
from switchcorr.errors import InputFileError
from switchcorr.files import ReadLimits
from switchcorr.model.snapshot import DeviceCapture, OutputState, RawOutput
from switchcorr.parse.facts import parse_capture

VERSION = "Cisco IOS Software, C3750E Software, Version 12.2(55)SE\n{name} uptime is 1 week\nSystem returned to ROM by power-on\n"
NXOS = "Cisco Nexus Operating System (NX-OS) Software\n  NXOS: version 9.3(5)\n  Device name: n9k-1\nKernel uptime is 5 day(s)\n"
STATUS = (
    "Port      Name               Status       Vlan       Duplex  Speed Type\n"
    "Gi1/0/1   desk               connected    10         a-full a-1000 10/100/1000BaseTX\n"
    "Gi1/0/2   desk               notconnect   10           auto   auto 10/100/1000BaseTX\n"
)
CLOCK = "08:00:00.123 UTC Sun Nov 22 2026\n"
MESSAGE = "*Nov 22 08:00:00.123: %LINK-3-UPDOWN: Interface GigabitEthernet1/0/9, changed state to up"


def _write(directory: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return directory


def _read(directory: Path, *, limits: ReadLimits | None = None) -> Reading:
    readings = [read_device(source, limits=limits) if limits else read_device(source) for source in find_devices(directory)]
    return Reading(
        tuple(capture for reading in readings for capture in reading.captures),
        tuple(account for reading in readings for account in reading.accounts),
        tuple(warning for reading in readings for warning in reading.warnings),
    )


def _one(directory: Path, files: dict[str, str | bytes]) -> DeviceCapture:
    (capture,) = _read(_write(directory, files)).captures
    return capture


def _output(capture: DeviceCapture, command: str) -> RawOutput:
    return next(output for output in capture.outputs if output.command == command)


@pytest.mark.parametrize("name", ["show_interfaces_status.txt", "sh_int_stat.log", "SHOW_INTERFACES_STATUS", "sh int stat.cap"])
@pytest.mark.parametrize(
    "text",
    [
        STATUS,
        f"show interfaces status\n{STATUS}",
        f"acc-1#sh int stat\n{STATUS}acc-1#\n",
        f"acc-1#sh int stat\n{STATUS}",
        f"{STATUS}\nacc-1#",
    ],
)
def test_a_file_a_command_with_and_without_echo_and_prompt(tmp_path: Path, name: str, text: str) -> None:
    capture = _one(tmp_path, {"acc-1/show_version.txt": VERSION.format(name="acc-1"), f"acc-1/{name}": text})
    assert (capture.device, capture.platform) == ("acc-1", "cisco_ios")
    output = _output(capture, "show interfaces status")
    assert output.text == STATUS.strip()
    assert (output.state, output.part) == (OutputState.PARSED, "")


def test_packed_files_are_read(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "acc-1/show_version.txt.gz": gzip.compress(VERSION.format(name="acc-1").encode()),
        "acc-1/show_clock.zst": zstandard.ZstdCompressor().compress(CLOCK.encode()),
    }
    assert sorted(output.command for output in _one(tmp_path, files).outputs) == ["show clock", "show version"]


def test_the_echo_in_the_text_is_believed_before_the_files_name(tmp_path: Path) -> None:
    capture = _one(
        tmp_path,
        {"acc-1/show_interfaces.txt": f"acc-1#show interfaces status\n{STATUS}acc-1#", "acc-1/show_version": VERSION.format(name="acc-1")},
    )
    assert _output(capture, "show interfaces status").text == STATUS.strip()


def test_a_files_name_settles_what_the_echo_leaves_open(tmp_path: Path) -> None:
    capture = _one(
        tmp_path,
        {"acc-1/show_interfaces_status.txt": f"acc-1#sh int s\n{STATUS}acc-1#", "acc-1/show_version": VERSION.format(name="acc-1")},
    )
    assert _output(capture, "show interfaces status").state is OutputState.PARSED


def test_what_is_short_for_two_commands_is_not_guessed(tmp_path: Path) -> None:
    capture = _one(tmp_path, {"acc-1.log": f"acc-1#sh ver\n{VERSION.format(name='acc-1')}acc-1#sh int s\n{STATUS}acc-1#"})
    output = capture.outputs[1]
    assert output.state is OutputState.QUARANTINED
    assert output.reason == "'sh int s' is short for show interfaces status or show interfaces switchport: it is not guessed"


@pytest.mark.parametrize(
    ("typed", "state", "reason"),
    [
        (
            "show interfaces status | include connected",
            OutputState.TRUNCATED,
            "only a part of the answer: it was filtered by | include connected",
        ),
        ("show interfaces status | no-more", OutputState.PARSED, ""),
        ("show interfaces ?", OutputState.NOT_NEEDED, "help of the command line, no answer"),
        ("show running-config", OutputState.NOT_NEEDED, "switchcorr has no use for this command"),
        ("show frobnication", OutputState.NOT_NEEDED, "switchcorr does not know this command"),
    ],
)
def test_what_a_command_can_be_told_before_it_is_parsed(tmp_path: Path, typed: str, state: OutputState, reason: str) -> None:
    capture = _one(tmp_path, {"acc-1.log": f"acc-1#sh ver\n{VERSION.format(name='acc-1')}acc-1#{typed}\n{STATUS}acc-1#"})
    assert (capture.outputs[1].state, capture.outputs[1].reason) == (state, reason)


def test_a_part_of_a_table_is_kept_as_a_part(tmp_path: Path) -> None:
    capture = _one(
        tmp_path, {"acc-1.log": f"acc-1#sh ver\n{VERSION.format(name='acc-1')}acc-1#sh int gi1/0/1\nx\nacc-1#sh int | i CRC\ny\nacc-1#"}
    )
    assert [output.part for output in capture.outputs] == ["", "sh int gi1/0/1", "sh int | i CRC"]


def test_a_log_that_breaks_off_marks_its_last_answer(tmp_path: Path) -> None:
    capture = _one(tmp_path, {"acc-1.log": f"acc-1#sh ver\n{VERSION.format(name='acc-1')}acc-1#sh int stat\n{STATUS}"})
    assert [output.state for output in capture.outputs] == [OutputState.PARSED, OutputState.TRUNCATED]
    assert "ends without a prompt" in capture.outputs[1].reason


def test_several_devices_in_one_log(tmp_path: Path) -> None:
    log = f"acc-1#sh ver\n{VERSION.format(name='acc-1')}acc-1#ssh n9k-1\nn9k-1# sh ver\n{NXOS}n9k-1# exit\nacc-1#"
    reading = _read(_write(tmp_path, {"session.log": log}))
    assert [(capture.device, capture.platform) for capture in reading.captures] == [("acc-1", "cisco_ios"), ("n9k-1", "cisco_nxos")]


def test_logs_of_several_devices_in_one_folder_are_kept_apart_and_told(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        f"site/{name}.log": f"{name}#sh ver\n{VERSION.format(name=name)}{name}#" for name in ("acc-1", "acc-2")
    }
    files["site/show_clock.txt"] = CLOCK
    reading = _read(_write(tmp_path, files))
    assert [capture.device for capture in reading.captures] == ["acc-1", "acc-2", "site"]
    assert reading.warnings == (f"{tmp_path / 'site'}: holds outputs of several devices (acc-1, acc-2); each is kept under its own name",)


def test_a_file_of_another_device_in_a_devices_folder_is_that_devices(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "acc-1/show_version.txt": VERSION.format(name="acc-1"),
        "acc-1/show_clock.txt": f"acc-1.example.org#show clock\n{CLOCK}acc-1.example.org#",
        "acc-1/show_interfaces_status.txt": f"acc-2#show interfaces status\n{STATUS}acc-2#",
    }
    reading = _read(_write(tmp_path, files))
    assert [(capture.device, len(capture.outputs)) for capture in reading.captures] == [("acc-1", 2), ("acc-2", 1)]


def test_a_device_is_named_after_its_folder_and_told_if_it_calls_itself_otherwise(tmp_path: Path) -> None:
    reading = _read(_write(tmp_path, {"192.0.2.12/show_version.txt": VERSION.format(name="acc-1")}))
    assert reading.captures[0].device == "192.0.2.12"
    assert reading.warnings == ("192.0.2.12: the device calls itself acc-1; it is kept under the directory's name",)


def test_a_log_alone_in_a_folder_that_is_named_after_its_device_is_that_device(tmp_path: Path) -> None:
    reading = _read(_write(tmp_path, {"site/acc-1.log": f"acc-1#sh ver\n{VERSION.format(name='acc-1')}acc-1#"}))
    assert ([capture.device for capture in reading.captures], reading.warnings) == (["acc-1"], ())


def test_a_name_that_a_prompt_cuts_is_the_whole_one(tmp_path: Path) -> None:
    name = "access-switch-building-12"
    files: dict[str, str | bytes] = {
        f"{name}/show_version.txt": VERSION.format(name=name),
        f"{name}/x.log": f"{name[:20]}#sh clo\n{CLOCK}{name[:20]}#",
    }
    reading = _read(_write(tmp_path, files))
    assert [(capture.device, len(capture.outputs)) for capture in reading.captures] == [(name, 2)]


def test_output_of_another_platform_in_a_devices_folder_is_not_used(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "acc-1/show_version.txt": VERSION.format(name="acc-1"),
        "acc-1/show_interfaces_status.txt": STATUS,
        "acc-1/show_inventory.txt": 'NAME: "Chassis",  DESCR: "Nexus9000 C9336C-FX2 Chassis"\nPID: N9K-C9336C-FX2  ,  VID: V01 ,  SN: FDO00000001\n',
    }
    output = _output(_one(tmp_path, files), "show inventory")
    assert (output.state, output.reason) == (OutputState.QUARANTINED, "looks like Cisco NX-OS, but this device is Cisco IOS and IOS-XE")


def test_the_version_decides_where_two_texts_do_not_agree(tmp_path: Path) -> None:
    capture = _one(
        tmp_path, {"acc-1/show_version.txt": VERSION.format(name="acc-1"), "acc-1/show_module.txt": NXOS.replace("n9k-1", "acc-1")}
    )
    assert capture.platform == "cisco_ios"


def test_text_that_names_no_platform_is_kept_without_one(tmp_path: Path) -> None:
    capture = _one(tmp_path, {"acc-1/show_clock.txt": CLOCK})
    assert (capture.platform, [output.command for output in capture.outputs]) == ("", ["show clock"])


def test_a_mark_far_down_still_names_the_platform(tmp_path: Path) -> None:
    capture = _one(tmp_path, {"acc-1/show_interfaces_status.txt": STATUS * 30 + VERSION.format(name="acc-1")})
    assert capture.platform == "cisco_ios"


_TECH = (
    "------------------ show clock ------------------\n\n{clock}\n------------------ show version ------------------\n\n{version}\n"
    "------------------ show running-config ------------------\n\nhostname {name}\nbanner motd ^C\n{name}#show nothing\n^C\n"
    "------------------ show cdp neighbor ------------------\n\nTotal cdp entries displayed : 0\n"
)


@pytest.mark.parametrize("name", ["tech.txt", "acc-1/show_tech-support.txt", "acc-1/anything"])
@pytest.mark.parametrize("log", [False, True])
def test_show_tech_in_every_place(tmp_path: Path, name: str, log: bool) -> None:
    text = _TECH.format(clock=CLOCK, version=VERSION.format(name="acc-1"), name="acc-1")
    text = f"acc-1#sh inv\n% no\nacc-1#show tech-support\n{text}acc-1#sh int stat\n{STATUS}acc-1#" if log else text
    capture = _one(tmp_path, {name: text})
    assert (capture.device, capture.platform) == ("acc-1", "cisco_ios")
    read = {output.command for output in capture.outputs if output.state in (OutputState.PARSED, OutputState.TRUNCATED)}
    assert read == {"show clock", "show version", "show cdp neighbors", *(("show interfaces status", "show inventory") if log else ())}
    assert capture.outputs[-1].state is (OutputState.PARSED if log else OutputState.TRUNCATED)


def test_show_tech_without_any_name_is_named_after_its_file(tmp_path: Path) -> None:
    capture = _one(tmp_path, {"acc-7.txt": "----- show clock -----\n08:00\n----- show inventory -----\nx\n"})
    assert capture.device == "acc-7"


def test_show_tech_of_nexus_takes_its_name_from_the_name_section(tmp_path: Path) -> None:
    text = f"---- show tech-support details ----\n\n`show switchname`\nn9k-7\n`show version `\n{NXOS.replace('n9k-1', 'n9k-7')}\n`show clock`\n{CLOCK}"
    capture = _one(tmp_path, {"tech.txt": text})
    assert (capture.device, capture.platform) == ("n9k-7", "cisco_nxos")


def test_what_stands_before_a_prompt_in_a_commands_file_is_its_answer(tmp_path: Path) -> None:
    text = f"{STATUS}acc-1#sh clo\n{CLOCK}acc-1#sh ver\n{VERSION.format(name='acc-1')}acc-1#"
    capture = _one(tmp_path, {"acc-1/show_interfaces_status.txt": text})
    assert _output(capture, "show interfaces status").text == STATUS.strip()
    assert len(capture.outputs) == 3


def test_a_banner_before_the_prompt_of_a_commands_file_is_none(tmp_path: Path) -> None:
    text = f"Welcome\nto the switch\nacc-1#sh int stat\n{STATUS}acc-1#sh clo\n{CLOCK}acc-1#"
    assert len(_one(tmp_path, {"acc-1/show_interfaces_status.txt": text}).outputs) == 2


def test_console_messages_leave_the_outputs_and_become_a_part_of_the_log(tmp_path: Path) -> None:
    torn = STATUS.replace("notconnect", f"notco{MESSAGE}\nnnect")
    capture = _one(tmp_path, {"acc-1/show_version.txt": VERSION.format(name="acc-1"), "acc-1/show_interfaces_status.txt": torn})
    output = _output(capture, "show interfaces status")
    assert output.text == STATUS.strip()
    assert output.gaps == (4,)
    log = _output(capture, "show logging")
    assert (log.part, log.text, log.first_line) == ("console messages", MESSAGE, 3)
    assert [row.mnemonic for row in parse_capture(capture).tables.logging] == ["UPDOWN"]


def test_the_messages_of_a_log_stay_in_the_log(tmp_path: Path) -> None:
    log = f"Log Buffer (4096 bytes):\n\n{MESSAGE}\nand more\nand more\n"
    capture = _one(tmp_path, {"acc-1/show_version.txt": VERSION.format(name="acc-1"), "acc-1/show_logging.txt": log})
    assert [output.part for output in capture.outputs] == ["", ""]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b" \r\n\r\n", "no text"),
        (bytes(range(256)) * 10, "binary, no text"),
        (b"\x1f\x8b\x08\x00damaged", "damaged, or cut short"),
        (b"PK\x03\x04" + b"\x00" * 100, "is a ZIP archive, not text. Unpack it"),
        (b"hello", "neither a terminal log (no prompt with a show command) nor show-tech; a single answer belongs into a folder"),
    ],
)
def test_a_file_that_gives_nothing_says_why(tmp_path: Path, content: bytes, reason: str) -> None:
    reading = _read(_write(tmp_path, {"x.log": content}))
    (account,) = reading.accounts
    assert (reading.captures, account.state, account.file) == ((), OutputState.QUARANTINED, str(tmp_path / "x.log"))
    assert reason in account.reason
    assert not account.reason.startswith(str(tmp_path))


def test_archives_are_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("show_version.txt", VERSION)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        tar.addfile(tarfile.TarInfo("show_version.txt"))
    (tmp_path / "b.tgz").write_bytes(packed.getvalue())
    assert [account.reason for account in _read(tmp_path).accounts] == [
        "is a ZIP archive, not text. Unpack it and give the files in it",
        "tar archive: unpack it",
    ]


def test_a_command_without_a_device_says_where_to_put_it(tmp_path: Path) -> None:
    reading = _read(
        _write(tmp_path, {"site/notes.md": "buy milk\n", "cdp/a.txt": "x", "ver.txt": STATUS, "display_x.txt": "x", "logs.txt": "shopping"})
    )
    reasons = {account.file.removeprefix(f"{tmp_path}/"): account.reason for account in reading.accounts}
    assert reasons["site/notes.md"] == "the name is no command, and the text holds no prompt with a show command"
    assert reasons["logs.txt"].startswith("neither a terminal log")


def test_a_packed_single_command_beside_the_folders_is_of_the_folder(tmp_path: Path) -> None:
    capture = _one(tmp_path / "acc-1", {"show_version.txt": VERSION.format(name="acc-1"), "show_clock.txt": CLOCK})
    assert (capture.device, len(capture.outputs)) == ("acc-1", 2)


def test_a_cut_file_is_used_up_to_its_last_whole_line_and_marked(tmp_path: Path) -> None:
    rows = "".join(
        f"Gi1/0/{number}   desk{number * 7919}               connected    10         a-full a-1000 10/100/1000BaseTX\n"
        for number in range(1, 40)
    )
    packed = gzip.compress((STATUS.split("\n", maxsplit=1)[0] + "\n" + rows).encode())
    files: dict[str, str | bytes] = {
        "acc-1/show_version.txt": VERSION.format(name="acc-1"),
        "acc-1/show_interfaces_status.txt.gz": packed[: len(packed) - 40],
    }
    capture = _one(tmp_path, files)
    output = _output(capture, "show interfaces status")
    assert output.state is OutputState.TRUNCATED
    assert output.reason.startswith("damaged, or cut short")
    assert all(line.endswith(("BaseTX", "Type", "")) for line in output.text.split("\n"))
    facts = parse_capture(capture)
    assert 0 < len(facts.tables.status) < 39
    assert [account.state for account in facts.outputs if "status" in account.command] == [OutputState.TRUNCATED]


def test_a_huge_file_is_read_up_to_the_limit_and_marked(tmp_path: Path) -> None:
    log = f"acc-1#sh ver\n{VERSION.format(name='acc-1')}acc-1#sh int stat\n" + STATUS * 2_000 + "acc-1#sh clo\nx\nacc-1#"
    reading = _read(_write(tmp_path, {"acc-1.log": log}), limits=ReadLimits(bytes_out=50_000))
    output = reading.captures[0].outputs[-1]
    assert (output.command, output.state) == ("show interfaces status", OutputState.TRUNCATED)
    assert "bytes when unpacked" in output.reason
    assert len(output.text) <= 50_000
    nothing = _read(_write(tmp_path / "b", {"x.log": b"\0"}), limits=ReadLimits(bytes_out=0))
    assert nothing.captures == ()


def test_a_cut_file_that_names_no_platform_keeps_both_reasons(tmp_path: Path) -> None:
    packed = gzip.compress(b"".join(b"%d:%d %d\n" % (n, n * 7919, n * 104729) for n in range(2_000)))
    facts = parse_capture(_one(tmp_path, {"acc-1/show_clock.gz": packed[:-2000]}))
    assert facts.outputs[0].state is OutputState.QUARANTINED
    assert "platform of this device is unknown" in facts.outputs[0].reason
    assert "cut short" in facts.outputs[0].reason


def _notes(**values: object) -> str:
    return json.dumps(values)


def test_what_was_recorded_of_a_command_is_respected(tmp_path: Path) -> None:
    commands = {
        "show version": {"file": "show_version.txt", "status": "ok"},
        "show interfaces status": {"file": "f1.txt", "status": "timeout"},
        "show inventory": {"file": "show_inventory.txt", "status": "denied"},
        "show module": {"status": "invalid"},
        "show clock": {"file": "show_clock.txt", "status": "ok"},
    }
    files: dict[str, str | bytes] = {
        "x1/show_version.txt": VERSION.format(name="acc-1"),
        "x1/f1.txt": STATUS,
        "x1/show_inventory.txt": "x",
        "x1/capture.json": _notes(device="acc-1", host="192.0.2.1", taken_at="2026-11-22T08:00:00Z", commands=commands, platform="vax"),
    }
    reading = _read(_write(tmp_path, files))
    (capture,) = reading.captures
    assert (capture.device, capture.address, str(capture.taken_at)) == ("acc-1", "192.0.2.1", "2026-11-22 08:00:00+00:00")
    facts = parse_capture(capture)
    assert len(facts.tables.status) == 2
    states = {account.command: (account.state, account.reason) for account in (*facts.outputs, *reading.accounts)}
    assert states == {
        "show version": (OutputState.PARSED, ""),
        "show interfaces status": (OutputState.TRUNCATED, "recorded as timeout"),
        "show inventory": (OutputState.DENIED, "recorded as denied"),
        "show module": (OutputState.INVALID, "recorded as invalid; no file was kept"),
        "show clock": (OutputState.QUARANTINED, "recorded as ok; its file show_clock.txt is not there"),
    }
    assert [warning for warning in reading.warnings if "'vax' is unknown" in warning]


_MAC_HEAD = "Vlan    Mac Address       Type        Ports\n----    -----------       --------    -----\n"
_MAC_ROWS = " 120    0000.5e00.5301    DYNAMIC     Gi1/0/48\n 120    0000.5e00.5302    DYNAMIC     Gi1/0/4"


@pytest.mark.parametrize(
    ("status", "end", "rows"), [("ok", "", 2), ("partial", "", 1), ("timeout", "", 1), ("not_asked", "", 1), ("partial", "\n", 2)]
)
def test_the_last_line_of_a_cut_answer_is_not_believed(tmp_path: Path, status: str, end: str, rows: int) -> None:
    """The second port may be Gi1/0/4 or begin the name of another: a phone would stand at a port that it never saw."""
    recorded = {"status": status} if status == "not_asked" else {"status": status, "file": "show_mac_address-table.txt"}
    files: dict[str, str | bytes] = {
        "acc-1/show_mac_address-table.txt": _MAC_HEAD + _MAC_ROWS + end,
        "acc-1/capture.json": _notes(platform="cisco_ios", commands={"show mac address-table": recorded}),
    }
    facts = parse_capture(_one(tmp_path, files))
    assert len(facts.tables.mac) == rows
    assert ("its last line ends in the middle" in facts.outputs[0].reason) is (rows == 1)


def test_the_last_line_of_a_log_without_a_prompt_is_not_believed(tmp_path: Path) -> None:
    head = "acc-1#show version\n" + VERSION.format(name="acc-1") + "acc-1#show mac address-table\n" + _MAC_HEAD + _MAC_ROWS
    for number, (end, rows) in enumerate((("", 1), ("\n", 2), ("\nacc-1#", 2))):
        facts = parse_capture(_one(tmp_path / str(number), {"a.log": head + end}))
        assert len(facts.tables.mac) == rows


def test_an_output_keeps_when_it_was_asked(tmp_path: Path) -> None:
    commands = {"show clock": {"file": "show_clock.txt", "started_at": "2026-11-22T08:00:41Z", "seconds": 0.5}}
    files: dict[str, str | bytes] = {"acc-1/show_clock.txt": CLOCK, "acc-1/capture.json": _notes(platform="cisco_ios", commands=commands)}
    (output,) = _one(tmp_path, files).outputs
    assert (str(output.asked_at), output.seconds) == ("2026-11-22 08:00:41+00:00", 0.5)


def test_a_time_of_the_files_is_known_as_such(tmp_path: Path) -> None:
    notes = _notes(taken_at="2026-11-22T08:00:00Z", taken_at_from="files")
    assert _one(tmp_path, {"acc-1/show_clock.txt": CLOCK, "acc-1/capture.json": notes}).is_guessed


def test_a_platform_that_was_written_down_is_believed(tmp_path: Path) -> None:
    assert _one(tmp_path, {"acc-1/show_clock.txt": CLOCK, "acc-1/capture.json": _notes(platform="cisco_xe")}).platform == "cisco_ios"


def test_an_empty_folder_is_an_account(tmp_path: Path) -> None:
    (tmp_path / "acc-1").mkdir()
    (account,) = _read(tmp_path).accounts
    assert (account.device, account.file, account.state) == ("acc-1", str(tmp_path / "acc-1"), OutputState.QUARANTINED)
    assert account.reason == "holds no files"


def test_a_capture_json_among_logs_is_a_file_like_others(tmp_path: Path) -> None:
    _write(tmp_path, {"acc-1.log": f"acc-1#sh clo\n{CLOCK}acc-1#"})
    source = find_devices(tmp_path)[0]
    assert read_device(source).accounts == ()


def test_wide_text_without_a_mark_and_with_carriage_returns(tmp_path: Path) -> None:
    log = f"acc-1#sh ver\r\n{VERSION.format(name='acc-1')}acc-1#sh int stat\r\n{STATUS}acc-1#".replace("\n", "\r\n").encode("utf-16-le")
    capture = _one(tmp_path, {"acc-1.log": log})
    assert len(parse_capture(capture).tables.status) == 2


def test_a_renamed_device_is_told(tmp_path: Path) -> None:
    log = f"acc-1#sh ver\n{VERSION.format(name='acc-1')}acc-1(config)#hostname acc-9\nacc-9(config)#end\nacc-9#sh clo\n{CLOCK}acc-9#"
    reading = _read(_write(tmp_path, {"a.log": log}))
    assert [capture.device for capture in reading.captures] == ["acc-9"]
    assert "acc-1 was renamed to acc-9" in reading.warnings[0]


def test_strip_echo_says_where_the_answer_begins() -> None:
    assert strip_echo("acc-1#sh clo\n08:00\nacc-1#") == ("08:00", 2)


def test_read_output_gives_one_answer_alone(tmp_path: Path) -> None:
    _write(
        tmp_path,
        {
            "a": f"acc-1#sh clo\n{CLOCK}{MESSAGE}\nacc-1#",
            "b": bytes(range(64)) * 10,
            "c": b"\x1f\x8b\x08",
            "d": gzip.compress(CLOCK.encode())[:-9],
        },
    )
    assert read_output(tmp_path / "a") == (CLOCK.strip(), (MESSAGE,))
    with pytest.raises(InputFileError, match="is binary"):
        read_output(tmp_path / "b")
    with pytest.raises(InputFileError, match="cut short"):
        read_output(tmp_path / "c")
    with pytest.raises(InputFileError, match="is empty"):
        read_output(_write(tmp_path, {"e": b""}) / "e")


_CONTENTS = st.sampled_from(
    [
        b"",
        b"\n",
        b"hello\n",
        bytes(range(256)),
        STATUS.encode(),
        STATUS.encode("utf-16"),
        f"acc-1#sh int stat\n{STATUS}acc-1#".encode(),
        f"acc-2>sh int s\n{STATUS}".encode(),
        VERSION.format(name="acc-1").encode(),
        NXOS.encode(),
        gzip.compress(STATUS.encode())[:-10],
        _TECH.format(clock=CLOCK, version="", name="x").encode(),
        b"acc-3#exit\n",
    ]
)
_NAMES = st.sampled_from(
    [
        "show_version.txt",
        "sh_int_stat",
        "notes.md",
        "acc-9.log",
        "a/show_version.txt",
        "a/show_inventory.txt.gz",
        "a/b/c.log",
        "a/x",
        "b/sh_int_s",
        "b/show_clock",
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(st.dictionaries(_NAMES, _CONTENTS, min_size=1))
def test_every_file_of_any_folder_is_in_an_account(tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]) -> None:
    directory = _write(tmp_path_factory.mktemp("captures"), dict(files))
    reading = _read(directory)
    accounts = [*reading.accounts, *(output for capture in reading.captures for output in parse_capture(capture).outputs)]
    assert {account.file for account in accounts} == {str(directory / name) for name in files}
    assert all(account.reason for account in accounts if account.state is not OutputState.PARSED)
