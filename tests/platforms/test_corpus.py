"""Real outputs from the reference material beside the checkout: nothing raises, nothing is silently empty, keys and counters are found.

The expected keys come from that material's own ``keys.jsonl``. What is not found stands in ``corpus_exceptions.json`` with its
reason: at most 3 % of all keys. A clone without the material skips these tests.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from switchcorr.captures.cleaning import clean_capture, split_console
from switchcorr.captures.commands import find_command, find_file_command, is_not_needed
from switchcorr.captures.layout import strip_echo
from switchcorr.model.snapshot import OutputState
from switchcorr.model.tables import (
    ArpEntry,
    ErrorCounters,
    Fex,
    Interface,
    InterfaceStatus,
    InventoryItem,
    Lag,
    MacEntry,
    Module,
    Neighbor,
    PowerPort,
    SpanningTreePort,
    StackMember,
    Switchport,
    Table,
    TableRow,
    Version,
    Vlan,
)
from switchcorr.parse.tables import ParsedOutput, parse_output
from switchcorr.platforms import PLATFORMS, platform_named

pytestmark = pytest.mark.shared
_CORPUS = Path(__file__).parents[2].resolve().parent / "shared" / "corpus"
_EXCEPTIONS = Path(__file__).parent / "corpus_exceptions.json"
_MOST_EXCEPTIONS = 0.03
_LEAST_FOUND = 0.98
_DIRECTORIES = {"cisco_ios": "cisco_ios", "cisco_xe": "cisco_ios", "cisco_nxos": "cisco_nxos", "catos": "cisco_catos"}
_COUNTERS = {"output_drops": ("output_drops",), "fcs_err": ("fcs_errors",), "align_err": ("align_errors",), "xmit_err": ("transmit_errors",),
             "rcv_err": ("receive_errors",), "under_size": ("undersize",), "undersize": ("undersize",), "out_discards": ("output_discards",),
             "single_col": ("single_collisions",), "multi_col": ("multiple_collisions",), "late_col": ("late_collisions",),
             "excess_col": ("excess_collisions",), "carri_sen": ("carrier_sense",), "over_size": ("oversize", "giants")}  # fmt: skip

Key = tuple[str, ...]


def _cases() -> list[dict[str, Any]]:
    path = _CORPUS / "keys.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []


_CASES = _cases()


@pytest.fixture(scope="module")
def forms() -> ModuleType:
    """The normal forms of the reference material."""
    if not _CASES:
        pytest.skip("no reference material beside the checkout")
    spec = importlib.util.spec_from_file_location("corpus_keys", _CORPUS / "keys.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _parse(file: str, platform_name: str, command_text: str) -> ParsedOutput | None:
    platform = platform_named(platform_name)
    command = find_command(platform, command_text) if platform else None
    if platform is None or command is None:
        return None
    text = clean_capture((_CORPUS / file).read_bytes())
    if command.table is not Table.LOGGING:  # the messages are its rows
        text = split_console(text)[0]
    return parse_output(platform, command, strip_echo(text)[0])


def _key(row: TableRow, table: str, forms: ModuleType) -> Key | None:
    if isinstance(row, Neighbor):
        return _neighbor_key(row, table, forms)
    read = _READERS.get(type(row))
    return read(row, forms) if read else None


def _neighbor_key(row: Neighbor, table: str, forms: ModuleType) -> Key:
    if table == "cdp":
        return str(row.local), forms.name(row.name), forms.interface(row.port) if row.port else ""
    return str(row.local), forms.name(row.name) if row.name else forms.mac12(row.chassis_id) or row.chassis_id or forms.interface(row.port)


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


_READERS: Mapping[type, Callable[[Any, ModuleType], Key | None]] = {
    MacEntry: lambda row, _: (str(row.vlan), str(row.mac), str(row.interface)),
    Interface: lambda row, _: (str(row.name),),
    ErrorCounters: lambda row, _: (str(row.name),),
    InterfaceStatus: lambda row, _: (str(row.name), row.vlan, row.status),
    InventoryItem: lambda row, forms: (forms.word(row.name), forms.word(row.pid), forms.word(row.serial)),
    Module: lambda row, forms: (_number(row.switch), _number(row.slot), forms.word(row.model), forms.word(row.serial)),
    Fex: lambda row, forms: (str(row.number), forms.word(row.model), forms.word(row.serial)),
    StackMember: lambda row, _: (str(row.number), row.role, str(row.mac or ""), _number(row.priority)),
    Lag: lambda row, _: (str(row.name), ",".join(sorted(str(member.interface) for member in row.members))),
    PowerPort: lambda row, _: (str(row.name), row.oper),
    ArpEntry: lambda row, _: (row.address, str(row.mac), str(row.interface or "")),
    Vlan: lambda row, forms: (str(row.number), forms.word(row.name)),
    SpanningTreePort: lambda row, _: (row.instance, str(row.name), row.role, row.state),
    Switchport: lambda row, _: (str(row.name), _number(row.voice_vlan), _number(row.access_vlan)) if row.enabled else None,
}


def _keys(rows: tuple[TableRow, ...], table: str, forms: ModuleType) -> set[Key]:
    if table == "version":
        versions = [row for row in rows if isinstance(row, Version)]
        hostnames = {("hostname", forms.word(row.hostname)) for row in versions}
        return hostnames | {("serial", forms.word(serial)) for row in versions for serial in row.serials}
    return {_folded(key) for row in rows if (key := _key(row, table, forms)) is not None}


def _folded(key: Key) -> Key:
    return tuple(part.lower() for part in key)


def _missing(case: Mapping[str, Any], forms: ModuleType) -> list[str]:
    expected = {tuple(key) for key in case["keys"]}
    parsed = _parse(case["file"], case["platform"], case["command"])
    if parsed is None:
        return [f"no command reads {case['command']}"]
    found = {_folded(key) for key in _keys(parsed.rows, case["table"], forms)}
    return [" ".join(key) for key in sorted(expected) if _folded(key) not in found]


def _excepted() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(_EXCEPTIONS.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case["file"])
def test_every_expected_key_is_found(case: Mapping[str, Any], forms: ModuleType) -> None:
    excepted = _excepted().get(case["file"], {})
    assert [key for key in _missing(case, forms) if key not in excepted] == []


def test_the_exceptions_are_few_and_still_needed(forms: ModuleType) -> None:
    total = sum(len(case["keys"]) for case in _CASES)
    missing = {case["file"]: _missing(case, forms) for case in _CASES}
    assert sum(map(len, missing.values())) <= (1 - _LEAST_FOUND) * total
    assert sum(len(keys) for keys in _excepted().values()) <= _MOST_EXCEPTIONS * total
    stale = {file: [key for key in keys if key not in missing.get(file, [])] for file, keys in _excepted().items()}
    assert {file: keys for file, keys in stale.items() if keys} == {}


def test_counters_are_those_of_the_text(forms: ModuleType) -> None:
    wrong, total = [], 0
    for case in _CASES:
        parsed = _parse(case["file"], case["platform"], case["command"]) if case["counters"] else None
        found: dict[str, dict[str, int]] = {}
        for row in parsed.rows if parsed else ():
            if isinstance(row, Interface | ErrorCounters):
                found.setdefault(str(row.name), {}).update(row.counters)
        for port, counters in case["counters"].items():
            for name, value in counters.items():
                total += 1
                values = [found.get(port, {}).get(own) for own in _COUNTERS.get(name, (name,))]
                if value not in values:
                    wrong.append(f"{case['file']} {port} {name}: {value} expected, {values} found")
    assert total > 0
    assert len(wrong) <= (1 - _LEAST_FOUND) * total, wrong


def _all_texts() -> list[tuple[str, str, str]]:
    found = []
    for directory, platform in _DIRECTORIES.items():
        for path in sorted((_CORPUS / directory).glob("*/*.txt")):
            command = path.parent.name.replace("_", " ")
            known = next(one for one in PLATFORMS if one.name == platform)
            if find_command(known, command) is not None:
                found.append((path.relative_to(_CORPUS).as_posix(), platform, command))
    return found


def test_every_text_of_a_declared_command_is_classified() -> None:
    texts = _all_texts()
    if not texts:
        pytest.skip("no reference material beside the checkout")
    silent = []
    for file, platform, command in texts:
        parsed = _parse(file, platform, command)
        assert parsed is not None
        if parsed.state is OutputState.PARSED and not parsed.rows:
            silent.append(file)
        if parsed.state is not OutputState.PARSED and not parsed.reason:
            silent.append(file)
    assert silent == []


_UNUSABLE = {
    "show_interfaces/napalm_ios_get_interfaces_control-plane-interface.txt": "the control plane is no interface that a phone hangs on",
    "show_interfaces_stat/genie_ShowInterfacesInterfaceStat_golden_output_1.txt": "another command, of which this is no abbreviation",
    "show_lldp_entry_all/genie_ShowLldpEntry_golden_output_2.txt": "no local interface is printed",
    "show_lldp_neighbors_detail/napalm_ios_get_lldp_neighbors_detail_device_id_20chars_space.txt": "no local interface is printed",
    "show_lldp_neighbors_detail/napalm_ios_get_lldp_neighbors_detail_older_ios.txt": "no local interface is printed",
    "show_lldp_neighbors_detail/napalm_ios_get_lldp_neighbors_long_names.txt": "no local interface is printed",
    "show_lldp_neighbors_detail/napalm_ios_get_lldp_neighbors_missing_capability.txt": "no local interface is printed",
    "show_lldp_neighbors_detail/ntc_2.txt": "no local interface is printed",
    "show_logging/genie_ShowLogging_golden_output_18.txt": "the messages were cut out by hand",
    "show_logging/genie_ShowLogging_golden_output_4.txt": "the end of a message, whose beginning is cut off",
    "show_platform/genie_ShowPlatform_golden_output_4.txt": "a router without a numbered slot",
    "show_version/genie_ShowVersionMode_golden_output_2.txt": "lists packages only",
    "show_version/genie_ShowVersionMode_golden_output_3.txt": "lists packages only",
}
"""Texts of which nothing is used, looked at one by one: reason by the end of the file's path."""


def test_nothing_of_a_text_is_unused_but_what_was_looked_at() -> None:
    texts = [text for text in _all_texts() if text[0].startswith(("cisco_ios/", "cisco_xe/", "cisco_nxos/"))]
    if not texts:
        pytest.skip("no reference material beside the checkout")
    parsed = {file: _parse(file, platform, command) for file, platform, command in texts}
    quarantined = {file.partition("/")[2] for file, found in parsed.items() if found and found.state is OutputState.QUARANTINED}
    assert quarantined == set(_UNUSABLE)


@pytest.mark.parametrize("directory", ["cisco_ios", "cisco_xe", "cisco_nxos"])
def test_every_command_is_read_or_known_to_be_of_no_use(directory: str) -> None:
    folders = sorted(path.name for path in (_CORPUS / directory).glob("show_*"))
    if not folders:
        pytest.skip("no reference material beside the checkout")
    platform = platform_named(directory)
    assert platform is not None
    unknown = [name for name in folders if not find_file_command(platform, name) and not is_not_needed([platform], name.replace("_", " "))]
    assert unknown == []
