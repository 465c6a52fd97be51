"""Outputs of which lines were lost, doubled or blown up on their way: what is told of two entries in one is told of neither. Texts made by hand."""

from __future__ import annotations

import pytest

from switchcorr.model.snapshot import OutputState
from switchcorr.model.tables import EnvironmentReading, Interface, InterfaceStatus, Lag, MacEntry, Neighbor, StackMember
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
        "2      Po2(SU)         LACP      Gi1/0/2(P)  Gi2/0/2(P)\n"
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


@pytest.mark.parametrize("line", range(4))
def test_of_a_pair_with_a_lost_line_nobody_knows_which_switch_is_active(line: int) -> None:
    assert [(row.number, row.role) for row in parse("show switch virtual", PAIR).rows if isinstance(row, StackMember)] == [
        (1, "standby"),
        (2, "active"),
    ]
    lines = PAIR.splitlines(keepends=True)
    parsed = parse("show switch virtual", "".join(lines[:line] + lines[line + 1 :]))
    assert parsed.rows == ()
    assert (parsed.state, parsed.bad_line_count) == (OutputState.QUARANTINED, 1)


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
