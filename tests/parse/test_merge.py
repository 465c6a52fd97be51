"""Several captures of one name: one device seen twice is merged, two devices of one name stay two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from switchcorr.model.addresses import MacAddress
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.snapshot import DeviceFacts, OutputAccount, OutputState, Snapshot
from switchcorr.model.tables import (
    Clock,
    DeviceTables,
    Interface,
    InventoryItem,
    MacEntry,
    Module,
    Neighbor,
    NeighborProtocol,
    StackMember,
    Version,
    Vlan,
)
from switchcorr.parse.merge import Merged, apart_over_time, merge_devices

_NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def _version(serial: str) -> DeviceTables:
    return DeviceTables(version=(Version(serials=(serial,)),))


def _interfaces(mac: str) -> DeviceTables:
    return DeviceTables(interfaces=(Interface(InterfaceName.parse("Gi1/0/1"), mac=MacAddress.parse(mac)),))


def _facts(
    tables: DeviceTables, *, name: str = "acc-1", file: str = "a.log", hours: int | None = None, commands: Sequence[str] = ("show version",)
) -> DeviceFacts:
    outputs = tuple(OutputAccount(name, command, file, OutputState.PARSED, rows=1) for command in commands)
    taken_at = None if hours is None else _NOON + timedelta(hours=hours)
    return DeviceFacts(name, "cisco_ios", tables, outputs, taken_at)


def _names(merged: Merged) -> list[str]:
    return [facts.device for facts in merged.devices]


def test_devices_of_different_names_stay_as_they_are_sorted() -> None:
    merged = merge_devices([_facts(_version("FOC00000001"), name="b"), _facts(_version("FOC00000002"), name="a")])
    assert (_names(merged), merged.warnings) == (["a", "b"], ())


def test_one_device_captured_twice_is_one_with_each_table_from_the_newest() -> None:
    old = DeviceTables(version=(Version(serials=("FOC00000001",), version="1"),), vlans=(Vlan(1, "old"),))
    new = DeviceTables(version=(Version(serials=("FOC00000001",), version="2"),), clock=(Clock("x"),))
    older = _facts(old, file="old.log", hours=1, commands=("show version", "show vlan", "show tech"))
    newer = _facts(new, file="new.log", hours=2)
    for captures in permutations((older, newer)):
        merged = merge_devices(captures)
        (facts,) = merged.devices
        assert (facts.tables.version[0].version, facts.tables.vlans, facts.tables.clock) == ("2", old.vlans, new.clock)
        assert facts.taken_at == newer.taken_at
        states = {(output.file, output.command): output.state for output in facts.outputs}
        assert states == {
            ("new.log", "show version"): OutputState.PARSED,
            ("old.log", "show version"): OutputState.NOT_NEEDED,
            ("old.log", "show vlan"): OutputState.PARSED,
            ("old.log", "show tech"): OutputState.PARSED,
        }
        assert merged.warnings == (
            "acc-1: captured several times (new.log, old.log); each table is taken from the newest capture that has it",
        )


def _called(host: str, *serials: str) -> DeviceTables:
    return DeviceTables(version=(Version(hostname=host, serials=serials),))


def test_a_device_captured_under_its_name_and_its_address_is_one() -> None:
    captures = [
        _facts(_called("acc-1", "FOC00000001"), name="192.0.2.1", file="ip.log"),
        _facts(_called("ACC-1", "FOC00000001", "FOC00000002"), name="acc-1.example.org", file="name.log"),
        _facts(_called("acc-1", "FOC00000002"), name="floor-1", file="floor.log"),
    ]
    for order in permutations(captures):
        merged = merge_devices(order)
        (facts,) = merged.devices
        assert facts.device == "acc-1.example.org"
        assert {output.device for output in facts.outputs} == {"192.0.2.1", "acc-1.example.org", "floor-1"}
        assert merged.warnings[:2] == (
            "acc-1.example.org: also captured as 192.0.2.1: it calls itself acc-1 and has the serial number FOC00000001 there too, so it is taken as one device",
            "acc-1.example.org: also captured as floor-1: it calls itself acc-1 and has the serial number FOC00000002 there too, so it is taken as one device",
        )


def test_a_chain_of_captures_has_one_name_in_the_end() -> None:
    captures = [
        _facts(_called("acc-1", "FOC00000001", "FOC00000002"), name="b"),
        _facts(_called("acc-1", "FOC00000002", "FOC00000003"), name="a"),
        _facts(_called("acc-1", "FOC00000003"), name="acc-1"),
    ]
    assert {tuple(_names(merge_devices(order))) for order in permutations(captures)} == {("acc-1",)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (_called("acc-1", "FOC00000001"), _called("acc-2", "FOC00000001")),
        (_called("acc-1", "FOC00000001"), _called("acc-1", "FOC00000002")),
        (_called("acc-1", "12"), _called("acc-1", "12")),
        (_called("", "FOC00000001"), _called("", "FOC00000001")),
        (DeviceTables(inventory=(InventoryItem("FEX 101 CHASSIS", "", "N2K", "SSI00000001"),)),) * 2,
    ],
)
def test_a_name_or_a_serial_number_alone_makes_no_one_device(one: DeviceTables, other: DeviceTables) -> None:
    assert _names(merge_devices([_facts(one, name="a"), _facts(other, name="b")])) == ["a", "b"]


@pytest.mark.parametrize(
    ("cut", "names"),
    [({"new.log"}, ["mid"]), ({"new.log", "mid.log"}, ["old"]), ({"new.log", "mid.log", "old.log"}, ["new"]), ({"old.log"}, ["new"])],
)
def test_a_table_that_was_cut_off_counts_only_if_no_other_is_whole(cut: set[str], names: list[str]) -> None:
    captures = []
    for hours, name in enumerate(("old", "mid", "new")):
        tables = DeviceTables(version=(Version(serials=("FOC00000001",), version=name),), vlans=(Vlan(1, name),))
        facts = _facts(tables, file=f"{name}.log", hours=hours, commands=("show version", "show vlan"))
        outputs = [
            replace(output, state=OutputState.TRUNCATED) if output.command == "show vlan" and output.file in cut else output
            for output in facts.outputs
        ]
        captures.append(replace(facts, outputs=tuple(outputs)))
    (facts,) = merge_devices(captures).devices
    assert [vlan.name for vlan in facts.tables.vlans] == names
    assert facts.tables.version[0].version == "new"
    used = [output.file for output in facts.outputs if output.command == "show vlan" and output.state is not OutputState.NOT_NEEDED]
    assert used == [f"{name}.log" for name in names]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (_version("FOC00000001"), _version("FOC00000002")),
        (_interfaces("00:00:5e:00:53:01"), _interfaces("00:00:5e:00:53:02")),
        (DeviceTables(inventory=(InventoryItem("1", serial="FOC00000001"),)), DeviceTables(modules=(Module(serial="FOC00000002"),))),
        (DeviceTables(stack=(StackMember(1, serial="FOC00000001"),)), DeviceTables(stack=(StackMember(1, serial="FOC00000002"),))),
        (
            DeviceTables(stack=(StackMember(1, mac=MacAddress.parse("00:00:5e:00:53:01")),)),
            DeviceTables(stack=(StackMember(1, mac=MacAddress.parse("00:00:5e:00:53:02")),)),
        ),
    ],
)
def test_two_devices_of_one_name_are_kept_apart_and_told_with_their_files(one: DeviceTables, other: DeviceTables) -> None:
    captures = [_facts(one, file="site-a/acc-1.log"), _facts(other, file="site-b/acc-1.log")]
    merged = merge_devices(captures)
    assert len(merged.devices) == 2
    assert all(name.startswith("acc-1~") for name in _names(merged))
    assert {output.device for facts in merged.devices for output in facts.outputs} == set(_names(merged))
    (warning,) = merged.warnings
    assert "2 different devices have this name" in warning
    assert "site-a/acc-1.log" in warning
    assert "site-b/acc-1.log" in warning
    assert merge_devices(reversed(captures)).devices == merged.devices


def test_names_that_differ_in_letters_or_domain_are_one_name() -> None:
    merged = merge_devices([_facts(_version("FOC00000001"), name="ACC-1"), _facts(_version("foc00000001"), name="acc-1.example.org")])
    assert len(merged.devices) == 1
    apart = merge_devices(
        [_facts(_version("FOC00000001"), name="acc-1.a.example"), _facts(_version("FOC00000002"), name="acc-1.b.example")]
    )
    assert (_names(apart), apart.warnings) == (["acc-1.a.example", "acc-1.b.example"], ())
    unknown = merge_devices([_facts(DeviceTables(), name="acc-1.a.example"), _facts(DeviceTables(), name="acc-1.b.example")])
    assert _names(unknown) == ["acc-1.a.example", "acc-1.b.example"]


def test_names_that_differ_in_letters_only_get_marks() -> None:
    merged = merge_devices([_facts(_version("FOC00000001"), name="ACC-1"), _facts(_version("FOC00000002"), name="acc-1")])
    assert _names(merged) == ["ACC-1~FOC00000001", "acc-1~FOC00000002"]


def test_captures_that_tell_nothing_of_their_device_are_taken_for_one_and_that_is_told() -> None:
    merged = merge_devices([_facts(DeviceTables(clock=(Clock("x"),)), file="a"), _facts(DeviceTables(vlans=(Vlan(1, "x"),)), file="b")])
    (facts,) = merged.devices
    assert (len(facts.tables.clock), len(facts.tables.vlans)) == (1, 1)
    assert merged.warnings[0].endswith("no serial number tells whether it is one device")


@pytest.mark.parametrize("one", [_version("FOC00000001"), _interfaces("00:00:5e:00:53:01")])
@pytest.mark.parametrize("other", [_version("FOC00000001"), _interfaces("00:00:5e:00:53:01"), DeviceTables()])
def test_captures_of_which_nothing_differs_are_of_one_device(one: DeviceTables, other: DeviceTables) -> None:
    for captures in permutations((_facts(one, file="a"), _facts(other, file="b"))):
        merged = merge_devices(captures)
        assert _names(merged) == ["acc-1"]
        assert merged.warnings[0].endswith("each table is taken from the newest capture that has it")


def test_an_address_of_zeros_tells_nothing() -> None:
    zeros = _interfaces("00:00:00:00:00:00")
    assert merge_devices([_facts(zeros, file="a"), _facts(zeros, file="b")]).warnings[0].endswith("whether it is one device")


def test_a_capture_that_may_be_of_either_of_two_devices_is_of_none() -> None:
    known = [_facts(_version("FOC00000001"), file="a"), _facts(_version("FOC00000002"), file="b")]
    unknown = [_facts(DeviceTables(clock=(Clock("x"),)), file="c"), _facts(DeviceTables(vlans=(Vlan(1, "x"),)), file="d")]
    for captures in permutations((*known, *unknown)):
        assert sorted(_names(merge_devices(captures))) == ["acc-1~FOC00000001", "acc-1~FOC00000002", "acc-1~unknown"]


def test_a_capture_with_marks_of_both_kinds_joins_those_with_one() -> None:
    both = DeviceTables(version=_version("FOC00000001").version, interfaces=_interfaces("00:00:5e:00:53:01").interfaces)
    for captures in permutations((_facts(both), _facts(_version("FOC00000001")), _facts(_interfaces("00:00:5e:00:53:01")))):
        assert _names(merge_devices(captures)) == ["acc-1"]


@pytest.mark.parametrize("serial", ["", "N/A", "0", "********"])
def test_what_is_no_serial_number_tells_nothing(serial: str) -> None:
    merged = merge_devices([_facts(_version(serial)), _facts(_version("FOC00000001"))])
    assert _names(merged) == ["acc-1"]


def test_many_files_are_named_shortly() -> None:
    captures = [_facts(DeviceTables(), file=f"{number}.log") for number in range(7)]
    assert "(0.log, 1.log, 2.log, 3.log and 3 more)" in merge_devices(captures).warnings[0]


def test_an_account_of_an_unknown_platform_stays() -> None:
    old = DeviceFacts("acc-1", "", DeviceTables(), (OutputAccount("acc-1", "x", "a", OutputState.QUARANTINED, reason="y"),))
    merged = merge_devices([old, _facts(_version("FOC00000001"), hours=1)])
    assert [output.state for output in merged.devices[0].outputs] == [OutputState.PARSED, OutputState.QUARANTINED]


def _hanging(*phones: int, uplink: str = "", protocol: NeighborProtocol = NeighborProtocol.CDP) -> DeviceTables:
    """Records of phones at the first ports, and of a switch above."""
    rows = [Neighbor(protocol, InterfaceName.parse(f"Gi1/0/{place}"), f"SEP00005E00{n:04X}", "Port 1") for place, n in enumerate(phones, 1)]
    if uplink:
        rows.append(Neighbor(protocol, InterfaceName.parse("Gi1/0/49"), uplink, "GigabitEthernet1/0/1"))
    return DeviceTables(neighbors=tuple(rows))


def _learned(*stations: int, above: int = 0) -> DeviceTables:
    """Stations at the first ports, and many that two switches see alike at the one that leads up."""
    rows = [(f"Gi1/0/{place}", n) for place, n in enumerate(stations, 1)] + [("Gi1/0/49", 0x1000 + n) for n in range(above)]
    return DeviceTables(mac=tuple(MacEntry(10, MacAddress.parse(f"00005e00{n:04x}"), InterfaceName.parse(name)) for name, n in rows))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (_hanging(1, 2, 3, uplink="core-1"), _hanging(11, 12, 13, uplink="core-2")),
        (_learned(1, 2, 3, above=9), _learned(11, 12, 13, above=9)),
        (replace(_hanging(1, 2, 3), version=_version("FOC00000001").version), _hanging(11, 12, 13)),
    ],
)
def test_captures_with_nothing_in_common_at_their_ports_are_of_two_devices(one: DeviceTables, other: DeviceTables) -> None:
    captures = [_facts(one, file="all/site-a/acc-1/a.txt"), _facts(other, file="all/site-b/acc-1/b.txt")]
    merged = merge_devices(captures)

    assert len(merged.devices) == 2
    assert "2 different devices have this name" in merged.warnings[0]
    assert _names(merge_devices(captures[::-1])) == _names(merged)


def test_devices_that_nothing_but_their_ports_tells_apart_are_called_by_where_they_were_found() -> None:
    tables = [_hanging(1, 2, 3), _hanging(11, 12, 13), _hanging(21, 22, 23)]
    folders = [_facts(one, file=f"all/site-{n}/acc-1/show_cdp_neighbors.txt") for n, one in enumerate(tables)]
    logs = [_facts(one, name="Switch", file=f"logs/10.{n}.1.1.log.gz") for n, one in enumerate(tables)]
    same = [_facts(one, name="Switch", file="one.log") for one in tables]

    assert _names(merge_devices(folders)) == ["acc-1~site-0", "acc-1~site-1", "acc-1~site-2"]
    assert _names(merge_devices(logs)) == ["Switch~10.0.1.1", "Switch~10.1.1.1", "Switch~10.2.1.1"]
    assert _names(merge_devices(same)) == ["Switch~1", "Switch~2", "Switch~3"]
    assert "nothing that hangs at the ports of one does so at another" in merge_devices(folders).warnings[0]


def test_a_capture_without_marks_joins_the_one_that_shows_the_same() -> None:
    captures = [_facts(_hanging(1, 2, 3)), _facts(_hanging(11, 12, 13)), _facts(_hanging(1, 2, 4)), _facts(_hanging(5))]
    assert len(merge_devices(captures).devices) == 3  # the last may be of either


def test_a_summary_and_a_detail_of_the_same_neighbors_are_of_one_device() -> None:
    def rows(*cells: tuple[str, str]) -> DeviceTables:
        return DeviceTables(
            neighbors=tuple(
                Neighbor(NeighborProtocol.LLDP, InterfaceName.parse(f"Gi1/0/{n}"), name, port) for n, (name, port) in enumerate(cells, 1)
            )
        )

    short = rows(("dist-1", "Gig 1/0/1"), ("distribution-of-floo", "Te1/1/4"), ("acc-2.example.org", "Gig 0/1"))
    long = rows(
        ("DIST-1.example.org", "GigabitEthernet1/0/1"),
        ("distribution-of-floor-2", "TenGigabitEthernet1/1/4"),
        ("acc-2", "GigabitEthernet0/1"),
    )
    assert _names(merge_devices([_facts(short, file="a"), _facts(long, file="b")])) == ["acc-1"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (_hanging(1, 2, 3, uplink="core-1"), _hanging(11, 12, 13, uplink="core-1")),
        (_hanging(1, 2), _hanging(11, 12)),
        (_hanging(1, 2, 3), _hanging(11, 12, 13, protocol=NeighborProtocol.LLDP)),
        (_learned(above=9), _learned(above=0)),
        (
            replace(_hanging(1, 2, 3), version=_version("FOC00000001").version),
            replace(_hanging(11, 12, 13), version=_version("FOC00000001").version),
        ),
    ],
)
def test_what_may_be_of_one_device_is_taken_as_one(one: DeviceTables, other: DeviceTables) -> None:
    assert _names(merge_devices([_facts(one, file="a"), _facts(other, file="b")])) == ["acc-1"]


def test_answers_about_parts_of_a_table_tell_no_two_devices_apart() -> None:
    parts = [replace(_facts(tables), partial=frozenset(("neighbors", "mac"))) for tables in (_hanging(1, 2, 3), _hanging(11, 12, 13))]
    assert _names(merge_devices(parts)) == ["acc-1"]


def _shown(*rounds: DeviceTables) -> list[Snapshot]:
    return [
        Snapshot({"acc-1": _facts(tables, file=f"captures-{n}/acc-1/x.txt"), "b": _facts(_version("FOC00000009"), name="b")})
        for n, tables in enumerate(rounds)
    ]


def _named(snapshots: Sequence[Snapshot]) -> list[list[str]]:
    return [[name for name, facts in snapshot.devices.items() if facts.device == name] for snapshot in snapshots]


def test_a_name_of_two_sites_in_two_folders_is_two_devices() -> None:
    one, other = (
        replace(_hanging(*phones), version=_version(serial).version)
        for phones, serial in (((1, 2, 3), "FOC00000001"), ((11, 12, 13), "FOC00000002"))
    )
    apart = apart_over_time(_shown(one, other, one))

    assert _named(apart) == [["acc-1~FOC00000001", "b"], ["acc-1~FOC00000002", "b"], ["acc-1~FOC00000001", "b"]]
    assert "2 different devices have this name" in apart[-1].warnings[0]
    unmarked = apart_over_time(_shown(_hanging(1, 2, 3), _hanging(11, 12, 13)))
    assert _named(unmarked) == [["acc-1~captures-0", "b"], ["acc-1~captures-1", "b"]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (_version("FOC00000001"), _version("FOC00000001")),
        (
            replace(_hanging(1, 2, 3), version=_version("FOC00000001").version),
            replace(_hanging(1, 2, 4), version=_version("FOC00000002").version),
        ),
        (_version("FOC00000001"), _version("FOC00000002")),
        (DeviceTables(), DeviceTables()),
    ],
)
def test_a_switch_that_was_replaced_is_the_same_device_later(one: DeviceTables, other: DeviceTables) -> None:
    snapshots = _shown(one, other)
    assert apart_over_time(snapshots) == tuple(snapshots)
