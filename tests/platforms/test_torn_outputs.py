"""Outputs of which lines were lost, doubled or blown up on their way: what is told of two entries in one is told of neither. Texts made by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from switchcorr.model.snapshot import OutputState
from switchcorr.model.tables import (
    AsicPort,
    DiagnosticResult,
    EnvironmentReading,
    ErrorCounters,
    Fex,
    Interface,
    InterfaceDescription,
    InterfaceStatus,
    InventoryItem,
    Lag,
    MacEntry,
    Module,
    Neighbor,
    SpanningTreePort,
    StackMember,
    Switchport,
    TopologyChanges,
    Vlan,
)
from switchcorr.parse.tables import ParsedOutput
from tests.platforms.outputs import parse

SECOND = "lines of two entries under one name"


def _lldp(port: int) -> str:
    return (
        "------------------------------------------------\n"
        f"Local Intf: Gi1/0/{port}\n"
        f"Chassis id: 0000.5e00.53{port:02d}\n"
        f"Port id: 00005E0053{port:02d}:P1\n"
        "Port Description: SW PORT\n"
        f"System Name: SEP00005E0053{port:02d}\n\n"
    )


def test_two_neighbors_whose_border_is_lost_are_none() -> None:
    """The second one's name at the first one's port would be a phone at a wrong place."""
    text = _lldp(1) + _lldp(2) + _lldp(3)
    torn = text.replace("------------------------------------------------\nLocal Intf: Gi1/0/2\n", "")
    parsed = parse("show lldp neighbors detail", torn)
    assert [row.local for row in parsed.rows if isinstance(row, Neighbor)] == ["GigabitEthernet1/0/3"]
    assert [line.reason for line in parsed.bad_lines] == [f"a second chassis: {SECOND}"]


HEAD = "{name} is up, line protocol is up (connected)\n  Hardware is Gigabit Ethernet, address is 0000.5e00.53{n:02d} (bia 0000.5e00.53{n:02d})\n"
COUNTERS = "     {n} input errors, {n} CRC, 0 frame, 0 overrun, 0 ignored\n     9 packets output, 900 bytes, 0 underruns\n"


def test_a_port_that_is_told_of_twice_and_differently_is_not_used() -> None:
    """A block of lines came twice: the counters of one port stand below the head of the one before."""
    first, second, third = (HEAD.format(name=f"GigabitEthernet1/0/{n}", n=n) + COUNTERS.format(n=n) for n in (1, 2, 3))
    head_of_second = HEAD.format(name="GigabitEthernet1/0/2", n=2)
    parsed = parse("show interfaces", first + head_of_second + COUNTERS.format(n=1) + second + third)
    assert [(row.name, row.counters["crc"]) for row in parsed.rows if isinstance(row, Interface)] == [
        ("GigabitEthernet1/0/1", 1),
        ("GigabitEthernet1/0/3", 3),
    ]
    assert (parsed.state, parsed.reason) == (OutputState.PARSED, "told twice and differently, so not used: GigabitEthernet1/0/2")
    same = parse("show interfaces", first + first + third)
    assert (len(same.rows), same.reason) == (3, "")


def test_counters_below_the_names_of_others_are_not_used() -> None:
    """The names above the second table are lost: its runts would be errors of the first one's columns."""
    first = "Port        Align-Err     FCS-Err\nGi1/0/1             0          12\nGi1/0/2             0           0\n"
    names, second = "Port           Runts      Giants\n", "Gi1/0/1             7           0\nGi1/0/2             0           0\n"
    whole = parse("show interfaces counters errors", f"{first}\n{names}{second}")
    assert (len(whole.rows), whole.reason) == (4, "")
    torn = parse("show interfaces counters errors", first + second)
    assert {row.name for row in torn.rows if isinstance(row, ErrorCounters)} == {"GigabitEthernet1/0/2"}
    assert torn.reason == "told twice and differently, so not used: align_errors of GigabitEthernet1/0/1"


def test_if_no_port_is_sure_nothing_was_read() -> None:
    line = "Gi1/0/{n}   desk               {state}       10         auto   auto 10/100/1000BaseTX\n"
    header = "Port      Name               Status       Vlan       Duplex  Speed Type\n"
    rows = [line.format(n=n, state=state) for n in range(1, 8) for state in ("notconnect", "connected ")]
    parsed = parse("show interfaces status", header + "".join(rows))
    assert not any(isinstance(row, InterfaceStatus) for row in parsed.rows)
    assert parsed.state is OutputState.QUARANTINED
    assert parsed.reason.endswith("GigabitEthernet1/0/5 and 2 more")


def test_a_port_that_two_bundles_claim_is_in_neither() -> None:
    text = (
        "Group  Port-channel  Protocol    Ports\n"
        "------+-------------+-----------+-----------------------------------------------\n"
        "1      Po1(SU)         LACP      Gi1/0/1(P)  Gi2/0/1(P)\n"
        "2      Po2(SU)         LACP      Gi1/0/2(P)  Gi2/0/2(P)  Gi3/0/2(P)\n"
        "                                 Gi1/0/3(P)\n"
        "3      Po3(SU)         LACP      Gi1/0/3(P)  Gi2/0/3(P)\n"
    )
    parsed = parse("show etherchannel summary", text)
    assert [row.name for row in parsed.rows if isinstance(row, Lag)] == ["Port-channel1"]
    assert parsed.reason == "told twice and differently, so not used: GigabitEthernet1/0/3"


MACS = """\
Unicast Entries
 vlan     mac address     type        protocols               port
---------+---------------+--------+---------------------+-------------------------
 110      0000.5e00.5301   dynamic ip,ipx,assigned,other TenGigabitEthernet1/1
{lost}                                  Gi1/8,Gi1/9
 110      0000.5e00.5302   dynamic ip,ipx,assigned,other GigabitEthernet1/2
"""


def test_ports_below_a_row_that_had_room_for_them_are_of_another_row() -> None:
    parsed = parse("show mac address-table", MACS.format(lost=""))
    assert [row.interface for row in parsed.rows if isinstance(row, MacEntry)] == ["GigabitEthernet1/2"]
    assert [line.reason.partition(":")[0] for line in parsed.bad_lines] == ["ports go on below a line that had room for them"]
    whole = parse("show mac address-table", MACS.format(lost="  46      ffff.ffff.ffff   system Gi1/13,Gi1/14,Gi1/15,Gi1/48,Gi7/13\n"))
    assert [row.interface for row in whole.rows if isinstance(row, MacEntry)] == ["TenGigabitEthernet1/1", "GigabitEthernet1/2"]
    assert whole.bad_line_count == 0


PAIR = """\
Local switch number          : 2
Local switch operational role: Virtual Switch Active
Peer switch number           : 1
Peer switch operational role : Virtual Switch Standby
"""


@pytest.mark.parametrize(
    ("lost", "known"), [((0,), (1, "standby")), ((1,), (1, "standby")), ((2,), (2, "active")), ((3,), (2, "active")), ((1, 2), None)]
)
def test_of_a_pair_with_lost_lines_no_switch_has_the_role_of_the_other(lost: tuple[int, ...], known: tuple[int, str] | None) -> None:
    whole = [(row.number, row.role) for row in parse("show switch virtual", PAIR).rows if isinstance(row, StackMember)]
    assert whole == [(1, "standby"), (2, "active")]
    lines = [line for number, line in enumerate(PAIR.splitlines(keepends=True)) if number not in lost]
    parsed = parse("show switch virtual", "".join(lines))
    assert [(row.number, row.role) for row in parsed.rows if isinstance(row, StackMember)] == [known] * bool(known)
    assert parsed.bad_line_count == 1


def test_a_switch_that_tells_of_no_peer_is_alone_and_nothing_is_lost() -> None:
    parsed = parse("show switch virtual", "".join(PAIR.splitlines(keepends=True)[:2]))
    assert [(row.number, row.role) for row in parsed.rows if isinstance(row, StackMember)] == [(2, "active")]
    assert parsed.bad_line_count == 0


def test_two_lines_on_the_health_of_cards_in_one_tell_of_neither() -> None:
    """Card 3 had the status of card 4."""
    head = "Mod  MAC addresses                       Hw    Fw           Sw               Status\n"
    one = "  3  0000.5e00.5301 to 0000.5e00.5330   3.2   12.2(14r)S5  12.2(18)SXF7     Ok"
    other = "  4  0000.5e00.5331 to 0000.5e00.5360   2.1   12.2(14r)S5  12.2(18)SXF7     PwrDown\n"
    parsed = parse("show module", f"{head}{one}\n{other}")
    assert [(row.slot, row.status) for row in parsed.rows if isinstance(row, Module)] == [(3, "ok"), (4, "pwrdown")]
    torn = parse("show module", f"{head}{one}{other}")
    assert torn.rows == ()
    assert torn.bad_line_count == 1


def test_a_port_id_below_a_row_that_has_one_is_of_another_row() -> None:
    text = (
        "Device-ID          Local Intrfce  Hldtme Capability  Platform      Port ID\n"
        "dist-1              Eth1/1         110    R S I s   N7K-C7010     Eth1/20\n"
        "                                                       Ten-GigabitEthernet1/0/10\n"
        "dist-2              Eth1/2         125    S         HPE 2200AF-48 B\n"
        "                                                       Ten-GigabitEthernet2/0/20\n"
    )
    parsed = parse("show cdp neighbors", text, platform="cisco_nxos")
    assert [(row.name, row.port) for row in parsed.rows if isinstance(row, Neighbor)] == [("dist-2", "Ten-GigabitEthernet2/0/20")]
    assert [line.reason.partition(":")[0] for line in parsed.bad_lines] == ["two ports, Eth1/20 and Ten-GigabitEthernet1/0/10"]


@pytest.mark.parametrize("end", ["\n", "\n\n"])
def test_empty_lines_between_those_of_a_sensor_cost_neither_its_name_nor_its_value(end: str) -> None:
    lines = ["Hotspot Temperature Value: 43 Degree Celsius", "Temperature State: RED", "Yellow Threshold : 105 Degree Celsius", ""]
    parsed = parse("show environment all", end.join(lines * 2))
    assert {(row.what, row.state, row.value) for row in parsed.rows if isinstance(row, EnvironmentReading)} == {
        ("Hotspot temperature", "RED", "43 Degree Celsius")
    }


NOISE = "ÿ\ufffd"
"""What a disturbed line leaves: no switch prints such characters of itself."""


def test_noise_at_a_port_costs_the_port() -> None:
    """The port was read as far as the noise: as another port."""
    text = (
        " VLAN0020 is executing the rstp compatible Spanning Tree protocol\n"
        "  Current root has priority 24596, address 0000.5e00.53c1\n"
        " Port 4106 (port-channel1{noise}2) of VLAN0020 is root forwarding\n"
        "   Port path cost 1, Port priority 128, Port Identifier 128.4106\n"
        "   Designated root has priority 24596, address 0000.5e00.53c1\n"
    )
    (port,) = parse("show spanning-tree detail", text.format(noise="")).rows
    assert isinstance(port, SpanningTreePort)
    assert (port.name, port.cost) == ("Port-channel12", 1)
    damaged = parse("show spanning-tree detail", text.format(noise=NOISE))
    assert (damaged.rows, damaged.bad_line_count) == ((), 1)


PEERS = """\
 MST0000 is executing the mstp compatible Spanning Tree protocol
  Bridge Identifier has priority 8192, sysid 0, address 0000.5e00.53c2
  We are the root of the spanning tree
 Port 4125 (port-channel30, vPC Peer-link) of MST0000 is broken  (Bridge Assuran
ce Inconsistent, vPC Peer-link Inconsistent)
   Port path cost 500, Port priority 128, Port Identifier 128.4125
   Designated root has priority 8192, address 0000.5e00.53c9
 Port 4126 (port-channel31) of MST0000 is designated forwarding
   Port path cost 200, Port priority 128, Port Identifier 128.4126
   Designated root has priority 8192, address 0000.5e00.53c9
"""


def test_a_port_of_spanning_tree_without_its_lines_is_no_port() -> None:
    """The address of the pair is that of neither switch: it is not made up where its line is lost."""

    def ports(text: str) -> list[tuple[str, int | None, str]]:
        found = parse("show spanning-tree detail", text, platform="cisco_nxos")
        assert bool(found.bad_line_count) == (text != PEERS)
        return [(row.name, row.cost, str(row.root or "")) for row in found.rows if isinstance(row, SpanningTreePort)]

    whole = [("Port-channel30", 500, "00005e0053c9"), ("Port-channel31", 200, "00005e0053c9")]
    lines = PEERS.splitlines(keepends=True)
    assert ports(PEERS) == whole
    assert ports("".join([*lines[:4], *lines[3:]])) == whole  # doubled
    assert ports("".join([*lines[:5], *lines[6:]])) == whole[1:]  # without cost
    assert ports("".join([*lines[:6], *lines[7:]])) == [("Port-channel30", 500, ""), whole[1]]  # without root


TREES = "\n".join(
    f"""\
{name}
  Spanning tree enabled protocol mstp
  Root ID    Priority    24576
             Address     0000.5e00.53{n:02d}
             {below}
             Hello Time   2 sec  Max Age 20 sec  Forward Delay 15 sec

  Bridge ID  Priority    32768  (priority 32768 sys-id-ext {n})
             Address     0000.5e00.5301
             Hello Time   2 sec  Max Age 20 sec  Forward Delay 15 sec

Interface           Role Sts Cost      Prio.Nbr Type
------------------- ---- --- --------- -------- --------------------------------
Po1                 {role} FWD 2000      128.1    P2p
Gi1/0/{n}             Desg FWD 20000     128.2    P2p
"""
    for n, name, role, below in ((1, "MST0", "Desg", "This bridge is the root"), (2, "MST2", "Root", "Cost        2000"))
)


def _tree(parsed: ParsedOutput) -> list[tuple[str, str, str, str]]:
    return [(row.instance, row.name, row.role, str(row.root or "")) for row in parsed.rows if isinstance(row, SpanningTreePort)]


@pytest.mark.parametrize("platform", ["cisco_ios", "cisco_nxos"])
def test_ports_below_a_lost_instance_are_not_those_of_the_instance_above(platform: str) -> None:
    whole = _tree(parse("show spanning-tree", TREES, platform=platform))
    assert whole == [
        ("0", "Port-channel1", "desg", "00005e005301"),
        ("0", "GigabitEthernet1/0/1", "desg", "00005e005301"),
        ("2", "Port-channel1", "root", "00005e005302"),
        ("2", "GigabitEthernet1/0/2", "desg", "00005e005302"),
    ]
    lost = parse("show spanning-tree", TREES.replace("MST2\n", ""), platform=platform)
    assert _tree(lost) == whole[:2]
    assert lost.bad_line_count


@pytest.mark.parametrize("platform", ["cisco_ios", "cisco_nxos"])
def test_the_address_of_a_bridge_whose_root_is_lost_is_not_that_of_the_root(platform: str) -> None:
    lines = TREES.splitlines(keepends=True)
    address = next(at for at, line in enumerate(lines) if "00.5302" in line)
    lost = parse("show spanning-tree", "".join([*lines[:address], *lines[address + 5 :]]), platform=platform)
    assert "0000.5e00.5301" in lines[address + 5]
    assert _tree(lost)[2:] == [("2", "Port-channel1", "root", ""), ("2", "GigabitEthernet1/0/2", "desg", "")]
    assert [line.reason for line in lost.bad_lines] == [
        f"{name}: the lines below the root's address are missing; the other values are kept" for name in ("Po1", "Gi1/0/2")
    ]


_OF_TREES = [
    path
    for folder in ("show_spanning-tree", "show_spanning-tree_detail")
    for path in sorted(Path(__file__).parent.glob(f"cisco_*/{folder}/*.txt"))
]


@pytest.mark.parametrize("path", _OF_TREES, ids=lambda path: f"{path.parts[-3]} {path.parts[-2]}")
def test_up_to_ten_lines_lost_of_a_spanning_tree_give_no_port_another_root_or_instance(path: Path) -> None:
    """Unless it is told that something is wrong. Of an instance the name is lost, or the root, or its ports; of more lines, what is between two ports."""
    command, platform = path.parts[-2].replace("_", " "), path.parts[-3]
    lines = path.read_text(encoding="utf-8").split("\n")
    whole = parse(command, "\n".join(lines), platform=platform)
    trees = {(port.instance, port.name): (port.root, port.is_root_bridge) for port in whole.rows if isinstance(port, SpanningTreePort)}
    changes = [row for row in whole.rows if isinstance(row, TopologyChanges)]
    for lost in range(1, 11):
        for at in range(len(lines) - lost):
            found = parse(command, "\n".join([*lines[:at], *lines[at + lost :]]), platform=platform)
            if found.bad_line_count > whole.bad_line_count or found.reason:
                continue
            for row in found.rows:
                if isinstance(row, SpanningTreePort):
                    root, is_root = trees[row.instance, row.name]
                    assert row.root in (root, None), (at, lost)
                    assert row.is_root_bridge <= is_root, (at, lost)
                elif isinstance(row, TopologyChanges):
                    assert row in changes or replace(row, interface=None) in [replace(one, interface=None) for one in changes], (at, lost)


CARDS = """\
Mod Ports Card Type                              Model              Serial No.
--- ----- -------------------------------------- ------------------ -----------
  1   48  CEF720 48 port 10/100/1000mb Ethernet  WS-X6748-GE-TX     SAL0000A001
  5    5  Supervisor Engine 2T 10GE w/ CTS (Acti VS-SUP2T-10G       SAL0000A005
  6    5  Blank Module                           WS-BLANK

Mod MAC addresses                       Hw    Fw           Sw           Status
--- ---------------------------------- ------ ------------ ------------ -------
  1  0000.5e00.5310 to 0000.5e00.533f   3.1   12.2(18r)S1  15.1(1)SY    Ok
  5  0000.5e00.5340 to 0000.5e00.5347   1.0   12.2(50r)SYS 15.1(1)SY    Ok

Mod  Sub-Module                  Model              Serial       Hw     Status
---- --------------------------- ------------------ ----------- ------- -------
  1  Centralized Forwarding Card WS-F6700-CFC       SAL0000A011  4.1    Ok
  5  Policy Feature Card 4       VS-F6K-PFC4        SAL0000A015  1.2    Ok
"""


@pytest.mark.parametrize(
    ("model", "noise"),
    [("WS-X6748-GE-TX", NOISE), ("WS-X6748-GE-TX", " "), ("VS-SUP2T-10G", NOISE), ("WS-F6700-CFC", NOISE), ("VS-F6K-PFC4", NOISE)],
)
def test_a_serial_number_is_no_model(model: str, noise: str) -> None:
    """Where the model is damaged, the last column passed for it and the model for a part of the type."""
    whole = parse("show module", CARDS)
    damaged = parse("show module", CARDS.replace(model, f"{model[:6]}{noise}{model[6:]}"))
    assert [(row.model, row.serial) for row in whole.rows if isinstance(row, Module)] == [
        ("WS-X6748-GE-TX", "SAL0000A001"),
        ("VS-SUP2T-10G", "SAL0000A005"),
        ("WS-BLANK", ""),
        ("WS-F6700-CFC", "SAL0000A011"),
        ("VS-F6K-PFC4", "SAL0000A015"),
    ]
    assert [row for row in whole.rows if isinstance(row, Module) and row.model != model and row not in damaged.rows] == []
    assert {row.model for row in damaged.rows if isinstance(row, Module)} <= {
        row.model for row in whole.rows if isinstance(row, Module)
    } | {""}
    assert damaged.bad_line_count == 1


MAPPINGS = (
    "Interface                 IF_ID  Inst Asic Core IFG_ID Port SubPort Mac  First Serdes Last Serdes  Cntx LPN  GPN   Type Active\n"
    "GigabitEthernet1/0/1      0x8    3    1    0    5      1    0      26   6            7            0    1    1     NIF  Y\n"
    "GigabitEthernet1/0/2      0x9    3    1    0    5      1    1      26   6            7            1    2    2     NIF  Y\n"
)


@pytest.mark.parametrize(
    ("old", "new"),
    [("0x8    3", f"0x8  {NOISE}  3"), ("0x8    3    1", "0x8    3\x7f1"), ("0x8    3", "0x8"), ("0x8    3    1", f"0x8    3    1{NOISE}"), ("Inst Asic", f"Inst {NOISE} Asic"), ("IF_ID  Inst", "IF_IDInst")],
)  # fmt: skip
def test_a_line_with_other_cells_than_columns_tells_no_asic(old: str, new: str) -> None:
    """By its place another column's number passed for the ASIC's."""
    whole = parse("show platform software fed switch active ifm mappings", MAPPINGS)
    assert [(row.name, row.asic, row.core) for row in whole.rows if isinstance(row, AsicPort)] == [
        ("GigabitEthernet1/0/1", 1, 0),
        ("GigabitEthernet1/0/2", 1, 0),
    ]
    damaged = parse("show platform software fed switch active ifm mappings", MAPPINGS.replace(old, new))
    assert set(damaged.rows) < set(whole.rows)
    assert damaged.bad_line_count


CDP = """\
Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID
dist-1           Gig 0/1           167         T S       WS-C3524-XFas 0/13
dist-2           Gig 0/2           152         R         AS5200    Eth 0
dist-3           Gig 0/3           125         R B                 Gig 0/0
"""


@pytest.mark.parametrize(
    ("old", "new"), [("T S  ", f"{NOISE} T S"), ("T S", f"T{NOISE}S"), ("Eth 0", f"E{NOISE}th 0"), ("Gig 0/0", f"Gig{NOISE} 0/0")]
)  # fmt: skip
def test_a_neighbors_port_is_not_a_part_of_it(old: str, new: str) -> None:
    """Of a port whose word is damaged its number was left, and the word passed for the platform."""
    whole = parse("show cdp neighbors", CDP)
    assert [(row.name, row.platform, row.port) for row in whole.rows if isinstance(row, Neighbor)] == [
        ("dist-1", "WS-C3524-X", "Fas 0/13"),
        ("dist-2", "AS5200", "Eth 0"),
        ("dist-3", "", "Gig 0/0"),
    ]
    damaged = parse("show cdp neighbors", CDP.replace(old, new))
    assert set(damaged.rows) < set(whole.rows)
    assert (len(damaged.rows), damaged.bad_line_count) == (2, 1)


SERVERS = """\
Device-ID          Local Intrfce  Hldtme Capability  Platform      Port ID
esx-1              Eth1/1         110    S           VMware ESX    vmnic2
dist-2             Eth1/2         125    S           HPE 2200AF-48 B
                                                       Ten-GigabitEthernet2/0/20
"""


def test_a_port_id_below_a_server_is_of_another_row() -> None:
    whole = parse("show cdp neighbors", SERVERS, platform="cisco_nxos")
    assert [(row.name, row.port) for row in whole.rows if isinstance(row, Neighbor)] == [
        ("esx-1", "vmnic2"),
        ("dist-2", "Ten-GigabitEthernet2/0/20"),
    ]
    damaged = parse("show cdp neighbors", "".join(SERVERS.splitlines(keepends=True)[i] for i in (0, 1, 3)), platform="cisco_nxos")
    assert (damaged.rows, damaged.bad_line_count) == ((), 1)


WRAPPED = """\
----------------------------------------
Device ID:dist-1(FOC0000A001)
System Name: dist-1

Platform: N9K-C93180YC-EX, Capabilities: Router Switch IGMP Filtering Supports-S
TP-Dispute
Interface: Ethernet1/1, Port ID (outgoing port): Ethernet1/49
"""


@pytest.mark.parametrize(
    ("line", "name", "capabilities"),
    [
        (None, "dist-1(FOC0000A001)", ("Router", "Switch", "IGMP Filtering", "Supports-STP-Dispute")),
        (1, "dist-1", ("Router", "Switch", "IGMP Filtering", "Supports-STP-Dispute")),
        (4, "dist-1(FOC0000A001)", ()),
        (5, "dist-1(FOC0000A001)", ("Router", "Switch", "IGMP Filtering")),
    ],
)
def test_a_part_of_a_word_is_no_capability(line: int | None, name: str, capabilities: tuple[str, ...]) -> None:
    """A list of capabilities is cut at 80 columns, and its rest stands below it; of a lost line the other values stay."""
    kept = [text for number, text in enumerate(WRAPPED.splitlines(keepends=True)) if number != line]
    parsed = parse("show cdp neighbors detail", "".join(kept), platform="cisco_nxos")
    assert [(row.name, row.local, row.port, row.capabilities) for row in parsed.rows if isinstance(row, Neighbor)] == [
        (name, "Ethernet1/1", "Ethernet1/49", capabilities)
    ]
    assert parsed.bad_line_count == (line is not None)


VLANS_BELOW = """\
Name: Ethernet1/1
  Switchport: Enabled
  Operational Mode: trunk
  Access Mode VLAN: 1 (default)
  Trunking VLANs Allowed: 10,20,30-39,5
0,60
"""


@pytest.mark.parametrize(
    ("text", "vlans"),
    [
        (VLANS_BELOW, "10,20,30-39,50,60"),
        (VLANS_BELOW.replace("0,60\n", "0,60\n0,60\n"), ""),
        (VLANS_BELOW.replace("  Trunking VLANs Allowed: 10,20,30-39,5\n", "  Trunking VLANs Allowed: 10,20,30-39,5\n" * 2), ""),
        (VLANS_BELOW.replace("0,60\n", "12345" * 300 + "\n"), ""),
    ],
)
def test_lines_of_vlans_that_do_not_go_on_are_no_list(text: str, vlans: str) -> None:
    parsed = parse("show interface switchport", text, platform="cisco_nxos")
    assert [(row.name, row.mode, row.trunk_vlans) for row in parsed.rows if isinstance(row, Switchport)] == [
        ("Ethernet1/1", "trunk", vlans)
    ]
    assert parsed.bad_line_count == (not vlans)


BUNDLES = """\
Group Port-       Type     Protocol  Member Ports
      Channel
--------------------------------------------------------------------------------
803   Po803(RU)   Eth      LACP      Eth15/17(P)  Eth16/17(P)
811   Po811(RU)   Eth      LACP      Eth15/8(P)   Eth15/28(P)  Eth16/8(P)
                                     Eth16/28(P)
812   Po812(RU)   Eth      LACP      Eth3/3(P)
"""


def _members(text: str, platform: str = "cisco_nxos", typed: str = "show port-channel summary") -> dict[str, list[str]]:
    return {
        row.name: [member.interface for member in row.members] for row in parse(typed, text, platform=platform).rows if isinstance(row, Lag)
    }


def test_members_below_a_bundle_that_had_room_for_them_are_of_another() -> None:
    """A bundle got the uplink of another one, whose line is lost."""
    whole = {
        "Port-channel803": ["Ethernet15/17", "Ethernet16/17"],
        "Port-channel811": ["Ethernet15/8", "Ethernet15/28", "Ethernet16/8", "Ethernet16/28"],
        "Port-channel812": ["Ethernet3/3"],
    }
    assert _members(BUNDLES) == whole
    lines = BUNDLES.splitlines(keepends=True)
    lost = "".join([*lines[:4], *lines[5:]])
    assert _members(lost) == {"Port-channel812": ["Ethernet3/3"]}
    assert parse("show port-channel summary", lost, platform="cisco_nxos").bad_line_count == 1
    alone = "".join([*lines[:3], lines[6], lines[5]])
    assert _members(alone) == {}


def test_a_word_that_is_no_member_is_left_out_and_told() -> None:
    text = BUNDLES.replace("Eth15/28(P)", f"E{NOISE}th15/28(P)")
    assert _members(text)["Port-channel811"] == ["Ethernet15/8", "Ethernet16/8", "Ethernet16/28"]
    (bad,) = parse("show port-channel summary", text, platform="cisco_nxos").bad_lines
    assert bad.reason == f"Port-channel811: no member: 'E{NOISE}th15/28(P)'; the others are kept".replace("Port-channel", "Po")


def test_bundles_are_counted_by_the_output_itself() -> None:
    text = (
        "Number of channel-groups in use: {count}\n"
        "Group  Port-channel  Protocol    Ports\n"
        "------+-------------+-----------+-----------------------------------------------\n"
        "1      Po1(SU)         LACP      Gi1/0/1(P)  Gi2/0/1(P)\n"
    )
    assert parse("show etherchannel summary", text.format(count=1)).reason == ""
    assert parse("show etherchannel summary", text.format(count=2)).reason == "the output says 2 entries, 1 were read"


STATUS = """\
Port          Name               Status    Vlan      Duplex  Speed   Type
Eth1/1        --                 xcvrAbsen trunk     auto    auto    --
Eth1/2        to the second peer connected 20        full    1000    10g
Eth1/3        two  words         disabled  1         auto    auto    --
"""


@pytest.mark.parametrize("platform", ["cisco_ios", "cisco_nxos"])
def test_what_stands_beside_a_status_is_none(platform: str) -> None:
    typed = "show interface status"
    whole = parse(typed, STATUS, platform=platform)
    assert [(row.name, row.status, row.vlan, row.description) for row in whole.rows if isinstance(row, InterfaceStatus)] == [
        ("Ethernet1/1", "xcvrabsen", "trunk", ""),
        ("Ethernet1/2", "connected", "20", "to the second peer"),
        ("Ethernet1/3", "disabled", "1", "two  words"),
    ]
    for old, new in (
        ("xcvrAbsen", f"xcvr{NOISE}Absen"),
        ("two  words         disabled  1 ", f"two  words         disa{NOISE}bled  TDR 1 "),
    ):
        damaged = parse(typed, STATUS.replace(old, new), platform=platform)
        assert (len(damaged.rows), damaged.bad_line_count) == (2, 1)
        assert set(damaged.rows) < set(whole.rows)


@pytest.mark.parametrize("rest", ["admin  down     down", f"admin down{NOISE}     down", f"admin {NOISE}down     down", "admin down"])
def test_admin_is_no_status(rest: str) -> None:
    line = "Gi0/0/0                        {}     uplink\n"
    healthy = parse("show interfaces description", line.format("admin down     down")).rows
    parsed = parse("show interfaces description", line.format(rest) + line.replace("0/0/0", "0/0/1").format("up             up  "))
    assert [row.name for row in parsed.rows if isinstance(row, InterfaceDescription)] == ["GigabitEthernet0/0/1"]
    assert parsed.bad_line_count == 1
    assert [row.status for row in healthy if isinstance(row, InterfaceDescription)] == ["admin down"]


def test_a_damaged_status_of_a_vlan_is_none() -> None:
    line = "{number:<4} {name:<32} {status:<9} Gi1/0/1, Gi1/0/2\n"
    header = "VLAN Name                             Status    Ports\n"
    healthy = line.format(number=20, name="a voice network", status="active")
    for odd in (f"act{NOISE}ive", f"active{NOISE}", f"active {NOISE}"):
        for name in ("desks", "d" * 32):
            parsed = parse("show vlan", header + healthy + line.format(number=30, name=name, status=odd))
            assert [(row.number, row.name, row.status) for row in parsed.rows if isinstance(row, Vlan)] == [
                (20, "a voice network", "active")
            ]
            assert parsed.bad_line_count == 1


def test_the_end_of_a_state_is_no_state() -> None:
    text = "101               FEX0101        Image{} Download   N2K-C2248TP-E-1GE   FOX0000A001\n"
    (fex,) = parse("show fex", text.format(""), platform="cisco_nxos").rows
    assert isinstance(fex, Fex)
    assert (fex.number, fex.state) == (101, "Image Download")
    damaged = parse("show fex", text.format(NOISE), platform="cisco_nxos")
    assert (damaged.rows, damaged.bad_line_count) == ((), 1)


def test_a_learned_address_has_no_list_of_ports() -> None:
    text = (
        "   VLAN     MAC Address      Type      age     Secure NTFY   Ports/SWID.SSID.LID\n"
        "---------+-----------------+--------+---------+------+----+------------------\n"
        "* 3        0000.5e00.5301    dynamic   10         F    F  Po2\n"
        "{lost}"
        "                                                          Eth142/1/1 Eth112/1/6\n"
        "* 3        0000.5e00.5302    dynamic   10         F    F  Po3\n"
    )
    whole = parse(
        "show mac address-table",
        text.format(lost="  110      0100.5e00.0118    igmp      0          F    F  Po1 Po2\n"),
        platform="cisco_nxos",
    )
    assert [row.interface for row in whole.rows if isinstance(row, MacEntry)] == ["Port-channel2", "Port-channel3"]
    damaged = parse("show mac address-table", text.format(lost=""), platform="cisco_nxos")
    assert [row.interface for row in damaged.rows if isinstance(row, MacEntry)] == ["Port-channel3"]
    assert damaged.bad_line_count == 1


def test_a_port_of_nxos_without_anything_or_with_a_damaged_cause_is_none() -> None:
    """A port that was shut down passed for one that is not: the cause was damaged."""
    head = "Vlan{n} is down ({cause}), line protocol is down\n"
    hardware = "  Hardware is EtherSVI, address is  0000.5e00.5301\n"
    shut = "Administratively down"
    whole = parse("show interface", head.format(n=1, cause=shut) + hardware, platform="cisco_nxos").rows
    assert [row.admin_up for row in whole if isinstance(row, Interface)] == [False]
    for text in (head.format(n=1, cause=f"Admin{NOISE}istratively down") + hardware, head.format(n=1, cause=shut)):
        damaged = parse("show interface", head.format(n=2, cause=shut) + hardware + text, platform="cisco_nxos")
        assert [row.name for row in damaged.rows if isinstance(row, Interface)] == ["Vlan2"]
        assert damaged.bad_line_count == 1


def _item(number: int) -> tuple[str, str]:
    return f'NAME: "Switch {number}", DESCR: "C9300-48P"\n', f"PID: C9300-48P         , VID: V01  , SN: FOC0000A00{number}\n\n"


def test_an_item_of_two_serial_numbers_has_none() -> None:
    """Screens that were copied one after the other overlap: the second line of one item stands below the first of another."""

    def serials(*lines: str) -> dict[str, str]:
        return {row.name: row.serial for row in parse("show inventory", "".join(lines)).rows if isinstance(row, InventoryItem)}

    first, second = _item(1), _item(2)
    whole = {"Switch 1": "FOC0000A001", "Switch 2": "FOC0000A002"}
    assert serials(*first, *second) == serials(*first, *second, *second) == whole
    overlapping = (*first, second[0], first[1], *second)
    assert serials(*overlapping) == {"Switch 1": "FOC0000A001"}
    assert parse("show inventory", "".join(overlapping)).reason == "told twice and differently, so not used: Switch 2 (C9300-48P)"


@pytest.mark.parametrize(
    ("head", "named"),
    [("Module 3: 48-port module  SerialNo : FOC0000A003\n", " of 3"), ("  Test results: (. = Pass, F = Fail, U = Untested)\n", "")],
)
def test_a_test_of_two_counts_of_failures_has_none(head: str, named: str) -> None:
    test = "  {n}) {name} ---> {sign}\n          Error code ------------------> 0 (DIAG_SUCCESS)\n          Total failure count ---------> {failures}\n"
    one, two = (test.format(n=n, name=name, sign=".", failures=n) for n, name in ((1, "TestOne"), (2, "TestTwo")))
    whole = parse("show diagnostic result module all detail", head + one + two)
    assert [(row.test, row.failures) for row in whole.rows if isinstance(row, DiagnosticResult)] == [("TestOne", 1), ("TestTwo", 2)]
    doubled = parse("show diagnostic result module all detail", head + one + two.replace("count ---------> 2", "count ---------> 3") + two)
    assert [(row.test, row.failures) for row in doubled.rows if isinstance(row, DiagnosticResult)] == [("TestOne", 1)]
    assert doubled.reason == f"told twice and differently, so not used: TestTwo{named}"


def test_a_platform_is_no_port_id() -> None:
    """A line that ends where its terminal did: the last word that was left is no port."""
    text = (
        "Device-ID          Local Intrfce  Hldtme Capability  Platform      Port ID\n"
        "dist-1             mgmt0          148    R S I       WS-C4948-10GE\n"
        "dist-2             Eth1/2         148    R S I                     Gig1/37\n"
    )
    parsed = parse("show cdp neighbors", text, platform="cisco_nxos")
    assert [(row.name, row.platform, row.port) for row in parsed.rows if isinstance(row, Neighbor)] == [("dist-2", "", "Gig1/37")]
    assert [line.reason for line in parsed.bad_lines] == ["no port id: 'WS-C4948-10GE', perhaps the platform"]


@pytest.mark.parametrize(
    ("typed", "platform", "head", "lines", "damaged"),
    [
        (
            "show switch detail",
            "cisco_ios",
            "Switch#   Role    Mac Address     Priority Version  State\n------------------------------------------------------------\n",
            (
                "*1       Active   0000.5e00.5301     15     V02     Ready\n",
                " 2       Standby  0000.5e00.5302     14     V02     Ready\n",
                " 3       Member   0000.5e00.5303     1      V02     Ready\n",
            ),
            "*1       Active   0000.5e00.5301     15     V02     Ready                 2       Standby  0000.5e00.5302     14     V02     Ready\n",
        ),
        (
            "show vlan",
            "cisco_nxos",
            "VLAN Name                             Status    Ports\n---- -------------------------------- --------- -------------------------------\n",
            ("20   desks                            active    Eth1/1\n", "30   voice                            active    Eth1/2\n"),
            "20   desks                            active30   voice                            active    Eth1/2\n",
        ),
        (
            "show vlan",
            "cisco_catos",
            "VLAN Name                             Status    IfIndex Mod/Ports, Vlans\n---- -------------------------------- --------- ------- ------------------------\n",
            ("20   desks                            active    61      2/1-24\n", "30   voice                            active    62      \n"),
            "20   desks                            active    61      30   voice                            active    62      \n",
        ),
        (
            "show lldp neighbors",
            "cisco_ios",
            "Device ID           Local Intf     Hold-time  Capability      Port ID\n",
            (
                "dist-1              Gi1/0/1        120        B,R             Gi1/1\n",
                "dist-2              Gi1/0/2        120        B,R             Gi1/2\n",
            ),
            "dist-1              Gi1/0/1        120     ~  B,R             Gi1/1\n",
        ),
        (
            "show lldp neighbors",
            "cisco_nxos",
            "Device ID            Local Intf      Hold-time  Capability  Port ID\n",
            (
                "dist-1               Eth1/1          120        BR          Ethernet1/1\n",
                "dist-2               Eth1/2          120        BR          Ethernet1/2\n",
            ),
            "dist-1               Eth1/1          120     ~  BR          Ethernet1/1\n",
        ),
        (
            "show power inline",
            "cisco_ios",
            "Interface Admin  Oper       Power   Device              Class Max\n"
            "                            (Watts)\n--------- ------ ---------- ------- ------------------- ----- ----\n",
            (
                "Gi1/0/1   auto   on         6.3     IP Phone 7962       2     30.0\n",
                "Gi1/0/2   auto   on         6.3     IP Phone 7962       2     30.0\n",
            ),
            "Gi1/0/1   auto   on         6.3     IP Phone 7962       2     30.0~\n",
        ),
        (
            "show module",
            "cisco_nxos",
            "Mod  Ports  Module-Type                         Model              Status\n---  -----  ----------------------------------- ------------------ ----------\n",
            (
                "1    48     48x10GT + 6x40G Ethernet Module     N9K-C9372TX        ok\n",
                "27   0      Supervisor Module                   N9K-SUP-A          active *\n",
            ),
            "1    48     48x10GT + 6x40G Ethernet Module     N9K~C9372TX        ok\n",
        ),
    ],
)  # fmt: skip
def test_a_cell_with_a_gap_is_two(typed: str, platform: str, head: str, lines: tuple[str, ...], damaged: str) -> None:
    """A line that lost its end, or a character of it: what stood in the next column passed for a part of the cell."""
    whole = parse(typed, head + "".join(lines), platform=platform)
    assert (len(whole.rows), whole.bad_line_count) == (len(lines), 0)
    joined = damaged.count("active") > 1 or "Standby" in damaged
    left = lines[2:] if joined else lines[1:]
    found = parse(typed, head + damaged + "".join(left), platform=platform)
    assert found.rows == whole.rows[len(lines) - len(left) :]
    assert found.bad_line_count == 1


def test_of_two_lines_in_one_the_second_is_told() -> None:
    lines = STATUS.splitlines(keepends=True)
    parsed = parse("show interface status", "".join([lines[0], lines[1].rstrip() + lines[2], lines[3]]), platform="cisco_nxos")
    assert [(row.name, row.status, row.media) for row in parsed.rows if isinstance(row, InterfaceStatus)] == [
        ("Ethernet1/1", "xcvrabsen", ""),
        ("Ethernet1/3", "disabled", ""),
    ]
    assert parsed.bad_line_count == 1
