"""CatOS as a whole: its dialogue, its fingerprints, and what damage to any output may cost."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from switchcorr.captures import find_devices, read_device
from switchcorr.captures.commands import find_command
from switchcorr.model.interfaces import ChassisClass, InterfaceName, locate_interface
from switchcorr.model.snapshot import OutputState
from switchcorr.model.tables import COUNTER_NAMES
from switchcorr.parse.classify import classify
from switchcorr.parse.tables import ParsedOutput, parse_output
from switchcorr.platforms import PLATFORMS, catos_ports
from switchcorr.platforms.cisco_catos import PLATFORM
from switchcorr.platforms.declaration import Command

CASES = Path(__file__).parent / "cisco_catos"
TEXTS = sorted(CASES.glob("*/*.txt"))
COMMANDS = {re.sub(r"[^a-z0-9.-]+", "_", command.text): command for command in PLATFORM.commands}
DAMAGE = "#@!~ (overwritten"
MOST_LOST = {"show_port_auxiliaryvlan": 52, "show_test": 6}
"""Rows of one line: a port each; the tests of a module behind a line that may have named a section."""
ENDS_AFTER = {"show_system": 3}
"""Lines behind which a text holds nothing that is read."""
IS_ROW = re.compile(r"\s*\d{1,4}(?:/\d{1,3})?[ *#]")
FREE_TEXT = re.compile(r"\s*(?:IOS \(tm\)|Copyright|Compiled|P0030|WS-C\d+ Software|8 10BaseT|Uptime is 8 days|Cisco Internetwork)")
FREE_TEXT_BEGINS = re.compile(r"\s*Version:")


def parse(command: Command, text: str) -> ParsedOutput:
    return parse_output(PLATFORM, command, text)


def rows_of(path: Path, lines: Iterable[str]) -> set[str]:
    return {repr(row) for row in parse(COMMANDS[path.parent.name], "\n".join(lines)).rows}


def facts_of(path: Path, lines: Iterable[str]) -> set[str]:
    """What the rows say, taken apart: one text for each field that says something."""
    facts = set()
    for row in parse(COMMANDS[path.parent.name], "\n".join(lines)).rows:
        fields = {field.name: getattr(row, field.name) for field in dataclasses.fields(row)}
        key = [type(row).__name__, *(str(fields[name]) for name in ("local", "slot", "instance", "name", "mac") if name in fields)]
        for name, value in fields.items():
            parts = value.items() if isinstance(value, dict) else value if isinstance(value, tuple) else (value,)
            facts |= {" ".join([*key, name, str(part)]) for part in parts if part not in (None, "", False)}
    return facts


def test_every_command_has_a_case() -> None:
    assert {path.parent.name for path in TEXTS} == set(COMMANDS)


def test_every_counter_is_one_of_the_vocabulary() -> None:
    assert set(catos_ports.ERROR_COLUMNS.values()) <= set(COUNTER_NAMES)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_indentation_and_trailing_blanks_do_not_matter(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    command = COMMANDS[path.parent.name]
    indented = "".join(f"    {line}\n" if line else "\n" for line in text.splitlines())
    trailing = "".join(f"{line}   \n" for line in text.splitlines())

    assert parse(command, indented).rows == parse(command, text).rows
    assert parse(command, trailing).rows == parse(command, text).rows


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_damage_to_any_line_invents_nothing(path: Path) -> None:
    """Whatever a row says behind the damage, it said before; it may say less. The damaged line itself may be a value."""
    lines = path.read_text(encoding="utf-8").splitlines()
    whole = facts_of(path, lines)
    for number in range(len(lines)):
        found = facts_of(path, [*lines[:number], DAMAGE, *lines[number + 1 :]])
        assert [fact for fact in found - whole if DAMAGE not in fact] == [], lines[number]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_damage_to_a_row_costs_no_other_row(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    whole = rows_of(path, lines)
    for number in range(len(lines)):
        if IS_ROW.match(lines[number]):
            found = rows_of(path, [*lines[:number], DAMAGE, *lines[number + 1 :]])
            assert len(whole - found) <= MOST_LOST.get(path.parent.name, 2), lines[number]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_damage_to_any_line_is_reported(path: Path) -> None:
    command = COMMANDS[path.parent.name]
    lines = path.read_text(encoding="utf-8").splitlines()
    if parse(command, "\n".join(lines)).bad_line_count:
        pytest.skip("the case is damaged as it is")
    for number, line in enumerate(lines[: ENDS_AFTER.get(path.parent.name)]):
        free = FREE_TEXT.match(line) or (number and FREE_TEXT_BEGINS.match(lines[number - 1]))
        if line.strip() and not free:
            parsed = parse(command, "\n".join([*lines[:number], DAMAGE, *lines[number + 1 :]]))
            assert parsed.bad_line_count or DAMAGE in repr(parsed.rows), line


@pytest.mark.parametrize("command", PLATFORM.commands, ids=lambda command: command.text)
def test_foreign_text_gives_no_row(command: Command) -> None:
    text = "\n".join(f"line {number} of a text that no switch printed; it goes on" for number in range(20))
    parsed = parse(command, text)

    assert (parsed.rows, parsed.state) == ((), OutputState.QUARANTINED)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Unknown command \"show foo\". Use 'help' for more info.", OutputState.INVALID),
        ("Ambiguous command \"sh c\". Use 'help' for more info.", OutputState.INVALID),
        ("Usage: show cam [count] {dynamic | static | permanent | system} [vlan]\n       show cam <mac_addr> [vlan]", OutputState.INVALID),
        ("Invalid module number 12.", OutputState.INVALID),
        ("Module 7 is not installed.", OutputState.INVALID),
        ("Command authorization failed.", OutputState.DENIED),
        ("CDP is disabled globally", OutputState.FEATURE_OFF),
        ("Feature not supported by module 15.", OutputState.FEATURE_OFF),
        ("No ports trunking.", OutputState.EMPTY),
        ("\n\n", OutputState.EMPTY),
        ("Sun Nov 22 2026, 09:41:07", OutputState.PARSED),
        ("2026 Nov 22 09:41:07 %SYS-3-X:Invalid packet", OutputState.PARSED),
    ],
)
def test_sentences_of_the_device_are_told_from_data(text: str, state: OutputState) -> None:
    assert classify(PLATFORM, text)[0] is state


@pytest.mark.parametrize(
    ("line", "host", "command"),
    [
        ("Console> (enable) show mod", "Console", "show mod"),
        ("cat-1> (enable) ", "cat-1", ""),
        ("cat-1> (enable) sh cdp nei det", "cat-1", "sh cdp nei det"),
        ("cat-1> show version", "cat-1", "show version"),
        ("cat-1>", "cat-1", ""),
        ("cat-1> (enable)show time", "cat-1", "show time"),
        ("bldg.4-cat> (enable) set length 0", "bldg.4-cat", "set length 0"),
    ],
)
def test_prompts_are_known(line: str, host: str, command: str) -> None:
    found = PLATFORM.prompt.fullmatch(line)

    assert found
    assert (found["host"], found["command"].strip()) == (host, command)


def test_one_log_of_an_ios_switch_and_a_catos_switch_gives_both(tmp_path: Path) -> None:
    """The prompt of IOS fits ``cat-1> (enable) show mod`` too, with ``(enable) show mod`` typed."""
    modules, time = (
        (CASES / name).read_text(encoding="utf-8") for name in ("show_module/catalyst_6509_with_msfc.txt", "show_time/zones.txt")
    )
    clock = (CASES.parent / "cisco_ios" / "show_clock" / "utc_and_unsynchronised.txt").read_text(encoding="utf-8")
    version = (CASES.parent / "cisco_ios" / "show_version").glob("*.txt")
    (tmp_path / "two.log").write_text(
        f"cat-1> enable\n\nEnter password:\ncat-1> (enable) set length 0\nScreen length for this session set to 0.\n"
        f"cat-1> (enable) sh mod\n{modules}\ncat-1> (enable) sh time\n{time}cat-1> (enable) exit\n"
        f"dist-1#sh clock\n{clock}\ndist-1#sh ver\n{next(iter(sorted(version))).read_text(encoding='utf-8')}\ndist-1#\n"
    )
    (source,) = find_devices(tmp_path)
    found = {capture.device: capture for capture in read_device(source).captures}

    assert {name: capture.platform for name, capture in found.items()} == {"cat-1": "cisco_catos", "dist-1": "cisco_ios"}
    assert [output.command for output in found["cat-1"].outputs] == ["show module", "show time"]
    assert [output.command for output in found["dist-1"].outputs] == ["show clock", "show version"]
    assert parse(COMMANDS["show_module"], found["cat-1"].outputs[0].text).rows == parse(COMMANDS["show_module"], modules).rows


@pytest.mark.parametrize(
    "line",
    [
        "1    00-00-5e-00-53-d3  #          1/3",
        " 3/11    SEP00005E005303                 Port 1  *#                Cisco IP Phone 7912",
        "sl0: flags=51<UP,POINTOPOINT,RUNNING>",
        "# - indicates duplex mismatch.",
    ],
)
def test_no_line_of_an_output_is_a_prompt(line: str) -> None:
    assert [platform.name for platform in PLATFORMS if platform.prompt.fullmatch(line)] == []


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("sh mod", "show module"),
        ("sh module 3", "show module"),
        ("sh cdp nei det", "show cdp neighbors detail"),
        ("sh cdp nei 3/11 de", None),
        ("sh cdp nei 3/11 det", "show cdp neighbors detail"),
        ("show cdp neighbors 3", "show cdp neighbors"),
        ("sh cam dyn", "show cam dynamic"),
        ("sh cam dyn 3/11", "show cam dynamic"),
        ("show cam 00-00-5e-00-53-01", "show cam dynamic"),
        ("sh port", "show port"),
        ("show port 3", "show port"),
        ("show port 3/1-12", "show port"),
        ("sh port counters 3", "show port counters"),
        ("sh port stat", "show port status"),
        ("sh port inl 3", "show port inlinepower"),
        ("sh port aux 120", "show port auxiliaryvlan"),
        ("sh ver", "show version"),
        ("sh spantree", "show spantree"),
        ("sh spantree 20", "show spantree active"),
        ("sh spantree act", "show spantree active"),
        ("sh log buf 200", "show logging buffer"),
        ("sh port cap", None),
        ("show cam agingtime", None),
        ("show counters 3/1", None),
    ],
)
def test_commands_are_found_as_people_type_them(typed: str, command: str | None) -> None:
    found = find_command(PLATFORM, typed)
    assert (found.text if found else None) == command


def marks_in(text: str) -> dict[str, int]:
    return {platform.name: sum(1 for mark in platform.fingerprints if mark.search(text)) for platform in PLATFORMS}


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_one_output_tells_the_platform(path: Path) -> None:
    marks = marks_in(path.read_text(encoding="utf-8"))
    assert max(marks, key=lambda name: marks[name]) == PLATFORM.name
    assert sorted(marks.values())[-1] > sorted(marks.values())[-2]


@pytest.mark.parametrize(
    "path",
    sorted(path for path in CASES.parent.glob("cisco_*/*/*.txt") if path.parents[1] != CASES),
    ids=lambda path: f"{path.parent.name}/{path.stem}",
)
def test_no_output_of_another_platform_has_a_mark_of_catos(path: Path) -> None:
    assert marks_in(path.read_text(encoding="utf-8"))[PLATFORM.name] == 0


def test_paging_that_went_on_costs_nothing_and_paging_that_ended_is_reported() -> None:
    text = (CASES / "show_cam_dynamic" / "phone_pc_and_uplink.txt").read_text(encoding="utf-8")
    lines = text.splitlines()
    command = COMMANDS["show_cam_dynamic"]
    for question in ("Do you wish to continue y/n [n]? y", "Do you wish to continue y/n [n]?", "--More--"):
        paged = parse(command, "\n".join([*lines[:7], question, *lines[7:]]))
        assert (paged.rows, paged.bad_line_count) == (parse(command, text).rows, 0)
    ended = parse(command, "\n".join([*lines[:7], "Do you wish to continue y/n [n]? n"]))
    assert [bad.line for bad in ended.bad_lines] == [8]


def test_names_are_modules_and_ports() -> None:
    name = InterfaceName.parse("3/11")
    assert (name, name.kind, name.number, name.parts, name.is_physical, name.is_lag) == ("3/11", "", "3/11", (3, 11), True, False)
    assert sorted(map(InterfaceName.parse, ("15/1", "3/11", "3/2")), key=lambda port: port.sort_key) == ["3/2", "3/11", "15/1"]
    assert locate_interface(name, ChassisClass.MODULAR).module == "3"
