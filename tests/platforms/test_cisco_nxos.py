"""NX-OS as a whole: its dialogue, its fingerprints, and what damage to any output may cost."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from switchcorr.model.snapshot import OutputState
from switchcorr.model.tables import COUNTER_NAMES
from switchcorr.parse.classify import classify
from switchcorr.parse.tables import ParsedOutput, parse_output
from switchcorr.platforms import nxos_interfaces
from switchcorr.platforms.cisco_nxos import PLATFORM
from switchcorr.platforms.declaration import Command

CASES = Path(__file__).parent / "cisco_nxos"
TEXTS = sorted(CASES.glob("*/*.txt"))
COMMANDS = {re.sub(r"[^a-z0-9.-]+", "_", command.text): command for command in PLATFORM.commands}
DAMAGE = "#@!~ (overwritten"
MOST_CHANGED = {"show_spanning-tree": 3, "show_spanning-tree_detail": 3, "show_module": 3}
"""Rows that one line may change: those of an instance, or the modules whose serial numbers stand below a heading."""
MOST_LOST = {"show_interface_counters_errors": 4}
"""A line that may have been a heading ends its table: numbers below unknown columns are no counters."""
IS_ROW = re.compile(r"\s*(?:Eth|Po\d|mgmt|[*+] |\d{1,3}\.|10[1-4] |Gi|SEP)")
FREE_TEXT = re.compile(
    r"TAC support|Port id: a line|Interface: Ethernet9/9|SCCP|Cisco Nexus Operating|Time remaining|Advertisement Version"
)
FREE_TEXT_BEGINS = re.compile(r"(?:Version:|System Description:)")


def parse(command: Command, text: str) -> ParsedOutput:
    return parse_output(PLATFORM, command, text)


def test_every_command_has_a_case() -> None:
    assert {path.parent.name for path in TEXTS} == set(COMMANDS)


def test_every_counter_is_one_of_the_vocabulary() -> None:
    assert set(nxos_interfaces.COUNTER_LABELS.values()) <= set(COUNTER_NAMES)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_indentation_and_trailing_blanks_do_not_matter(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    command = COMMANDS[path.parent.name]
    indented = "".join(f"    {line}\n" if line else "\n" for line in text.splitlines())
    trailing = "".join(f"{line}   \n" for line in text.splitlines())

    assert parse(command, indented).rows == parse(command, text).rows
    assert parse(command, trailing).rows == parse(command, text).rows


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_damage_to_any_line_invents_no_row(path: Path) -> None:
    """At most the row of the damaged line is another one; see ``MOST_CHANGED``."""
    lines = path.read_text(encoding="utf-8").splitlines()
    whole = rows_of(path, lines)
    for number in range(len(lines)):
        found = rows_of(path, [*lines[:number], DAMAGE, *lines[number + 1 :]])
        assert len(found - whole) <= MOST_CHANGED.get(path.parent.name, 1), lines[number]


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
    for number, line in enumerate(lines):
        free = FREE_TEXT.match(line) or (number and FREE_TEXT_BEGINS.match(lines[number - 1]))
        if line.strip() and not free:
            parsed = parse(command, "\n".join([*lines[:number], DAMAGE, *lines[number + 1 :]]))
            assert parsed.bad_line_count or DAMAGE in repr(parsed.rows), line


def rows_of(path: Path, lines: Iterable[str]) -> set[str]:
    return {repr(row) for row in parse(COMMANDS[path.parent.name], "\n".join(lines)).rows}


@pytest.mark.parametrize("command", PLATFORM.commands, ids=lambda command: command.text)
def test_foreign_text_gives_no_row(command: Command) -> None:
    text = "\n".join(f"line {number} of a text that no switch printed; it goes on" for number in range(20))
    parsed = parse(command, text)

    assert (parsed.rows, parsed.state) == ((), OutputState.QUARANTINED)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("                 ^\n% Invalid command at '^' marker.", OutputState.INVALID),
        ("                 ^\n% Incomplete command at '^' marker.", OutputState.INVALID),
        ("                 ^\n% Ambiguous command at '^' marker.", OutputState.INVALID),
        ("Syntax error while parsing 'show fex detail'", OutputState.INVALID),
        ("% Permission denied for the role", OutputState.DENIED),
        ("% Authorization failed", OutputState.DENIED),
        ("ERROR: LLDP is not enabled", OutputState.FEATURE_OFF),
        ("Note: CDP is disabled", OutputState.FEATURE_OFF),
        ("No entries found", OutputState.EMPTY),
        ("\n\n", OutputState.EMPTY),
        ("mgmt0 is up\nadmin state is up", OutputState.PARSED),
        ("2026 Nov 20 09:41:07 agg-1 %AAA-3-X: AAA authorization failed for user", OutputState.PARSED),
    ],
)
def test_sentences_of_the_device_are_told_from_data(text: str, state: OutputState) -> None:
    assert classify(PLATFORM, text)[0] is state


@pytest.mark.parametrize(
    ("line", "host", "command"),
    [
        ("agg-1# show version", "agg-1", "show version"),
        ("agg-1#", "agg-1", ""),
        ("agg-1-vdc.2# sh int | no-more", "agg-1-vdc.2", "sh int | no-more"),
        ("agg-1(config-if)# show clock", "agg-1", "show clock"),
        ("agg-1> ", "agg-1", ""),
    ],
)
def test_prompts_are_known(line: str, host: str, command: str) -> None:
    found = PLATFORM.prompt.fullmatch(line)

    assert found
    assert (found["host"], found["command"]) == (host, command)


@pytest.mark.parametrize("line", ["# comment", "  agg-1# show version", "Ethernet1/1 is up", "a#b#c", "----> next"])
def test_other_lines_are_no_prompts(line: str) -> None:
    assert not PLATFORM.prompt.fullmatch(line)


@pytest.mark.parametrize(("line", "command"), [("`show switchname`", "show switchname"), ("`show version `", "show version")])
def test_sections_of_show_tech_are_known(line: str, command: str) -> None:
    assert PLATFORM.tech_section
    found = PLATFORM.tech_section.fullmatch(line)

    assert found
    assert found["command"] == command


@pytest.mark.parametrize("path", sorted((CASES.parent / "cisco_ios").glob("*/*.txt")), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_fingerprint_is_found_in_outputs_of_ios(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert [mark.pattern for mark in PLATFORM.fingerprints if mark.search(text)] == []


@pytest.mark.parametrize(
    "name",
    [
        "show_version/nexus_9000",
        "show_version/nexus_7000",
        "show_inventory/quotes_and_gaps",
        "show_module/nexus_7000_with_fabric",
        "show_fex/states",
        "show_fex_detail/two_extenders",
        "show_interface/causes_and_kinds",
        "show_interface_status/cut_words",
        "show_interface_switchport/voice_vlan",
        "show_cdp_neighbors/wrapped_names_and_ports",
        "show_cdp_neighbors_detail/without_version_and_mgmt",
        "show_lldp_neighbors_detail/phone_and_free_text",
        "show_mac_address-table/marks",
        "show_ip_arp/vrfs_and_incomplete",
        "show_port-channel_summary/wrapped_members",
        "show_logging_logfile/messages",
    ],
)
def test_fingerprints_are_found_in_outputs_of_nxos(name: str) -> None:
    text = (CASES / f"{name}.txt").read_text(encoding="utf-8")

    assert any(mark.search(text) for mark in PLATFORM.fingerprints)


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("show interface ethernet1/1", "show interface"),
        ("show interface ethernet 101/1/7", "show interface"),
        ("show logging last 100", "show logging logfile"),
        ("show fex 101 detail", "show fex detail"),
        ("show module 3", "show module"),
        ("show diagnostic result module 1 detail", "show diagnostic result module all"),
        ("show ip arp vrf management", "show ip arp"),
        ("show interface counters", None),
        ("show interface transceiver", None),
        ("show vpc", None),
    ],
)
def test_spellings_with_parameters_belong_to_one_command(typed: str, command: str | None) -> None:
    found = [
        entry.text
        for entry in PLATFORM.commands
        if typed in (entry.text, *entry.aliases) or (entry.pattern and entry.pattern.fullmatch(typed))
    ]

    assert found == ([command] if command else [])


def test_no_spelling_belongs_to_two_commands() -> None:
    spellings = [spelling for command in PLATFORM.commands for spelling in (command.text, *command.aliases)]

    assert len(spellings) == len(set(spellings))


def test_commands_of_a_sweep_only_read() -> None:
    assert all(command.text.startswith("show ") for command in PLATFORM.commands)
    assert {"show version", "show interface", "show module", "show clock", "show logging logfile"} <= {
        command.text for command in PLATFORM.commands if command.sweep
    }
