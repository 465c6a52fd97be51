"""None of the ways in which ready-made templates lose data without a word.

One test a way, in the order of the reference list. The texts are made by hand for these tests.
"""

from __future__ import annotations

import pytest

from switchcorr.captures.commands import find_command, find_file_command
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.snapshot import OutputState
from switchcorr.model.tables import (
    EnvironmentReading,
    Interface,
    InventoryItem,
    LogMessage,
    MacEntry,
    Module,
    Neighbor,
    PowerPort,
    Redundancy,
    StackMember,
    Switchport,
)
from switchcorr.parse.tables import parse_output
from switchcorr.platforms import PLATFORMS, Platform, platform_named
from tests.platforms.outputs import parse


def cdp_entry(device: str, port: int, *, version: str = "", indent: str = "") -> str:
    return (
        "-------------------------\n"
        f"Device ID: {device}\n"
        "Entry address(es):\n"
        f"{indent}IP address: 192.0.2.{port}\n"
        f"Platform: Cisco IP Phone 8841,  Capabilities: Host Phone Two-port Mac Relay\n"
        f"{indent}Interface: GigabitEthernet1/0/{port},  Port ID (outgoing port): Port 1\n"
        "Holdtime : 154 sec\n"
        "\n" + (f"Version :\n{version}\n\nadvertisement version: 2\n" if version else "Second Port Status: Up\n")
    )


PHONES = ("SEP00005E005301", "SEP00005E005302", "SEP00005E005303", "SEP00005E005304")


@pytest.mark.parametrize("without", [0, 1, 2, 3])
def test_1_cdp_neighbor_without_version_is_a_neighbor(without: int) -> None:
    text = "".join(
        cdp_entry(phone, number, version="" if number - 1 == without else "sip88xx.12-8-1") for number, phone in enumerate(PHONES, start=1)
    )
    parsed = parse("show cdp neighbors detail", text + "\nTotal cdp entries displayed : 4\n")

    assert [row.name for row in parsed.rows if isinstance(row, Neighbor)] == list(PHONES)
    assert (parsed.state, parsed.reason, parsed.bad_line_count) == (OutputState.PARSED, "", 0)


def test_1_cdp_neighbor_without_indentation_has_its_interface() -> None:
    for indent in ("", "  ", "\t"):
        rows = parse("show cdp neighbors detail", cdp_entry(PHONES[0], 7, indent=indent)).rows
        assert [row.local for row in rows if isinstance(row, Neighbor)] == ["GigabitEthernet1/0/7"]


SECOND_CHASSIS = """\
Chassis Type: C9407R
Switch Number 1
Mod Ports Card Type                                   Model          Serial No.
---+-----+--------------------------------------+--------------+--------------
1   48   48-Port UPOE 10/100/1000 (RJ-45)            C9400-LC-48U     LAB0001AB11
3   10   Supervisor 1 XL Module                      C9400-SUP-1XL    LAB0001AB13

Mod MAC addresses                    Hw   Fw           Sw                 Status
---+--------------------------------+----+------------+------------------+--------
1   0000.5E01.0000 to 0000.5E01.002F 1.0  17.1.1       17.3.4             ok
3   0000.5E01.0100 to 0000.5E01.0109 2.1  17.1.1       17.3.4             ok

Mod Redundancy Role     Operating Mode  Configured Mode
---+-------------------+---------------+---------------
3   Active              sso             sso

Chassis Type: C9407R
Switch Number 2
Mod Ports Card Type                                   Model          Serial No.
---+-----+--------------------------------------+--------------+--------------
1   48   48-Port UPOE 10/100/1000 (RJ-45)            C9400-LC-48U     LAB0001AB21
3   10   Supervisor 1 XL Module                      C9400-SUP-1XL    LAB0001AB23

Mod MAC addresses                    Hw   Fw           Sw                 Status
---+--------------------------------+----+------------+------------------+--------
1   0000.5E02.0000 to 0000.5E02.002F 1.0  17.1.1       17.3.4             faulty
3   0000.5E02.0100 to 0000.5E02.0109 2.1  17.1.1       17.3.4             ok
"""


def test_2_modules_of_the_second_chassis_are_there_with_status_and_serial_number() -> None:
    rows = parse("show module", SECOND_CHASSIS).rows

    assert [(row.switch, row.slot, row.serial, row.status) for row in rows if isinstance(row, Module)] == [
        (1, 1, "LAB0001AB11", "ok"),
        (1, 3, "LAB0001AB13", "ok"),
        (2, 1, "LAB0001AB21", "faulty"),
        (2, 3, "LAB0001AB23", "ok"),
    ]


def test_2_modules_whose_chassis_is_not_named_are_nobodys() -> None:
    parsed = parse("show module", SECOND_CHASSIS.replace("Switch Number 2", "Swi#@!~"))

    assert [(row.switch, row.serial, row.status) for row in parsed.rows if isinstance(row, Module)] == [
        (1, "LAB0001AB11", "ok"),
        (1, "LAB0001AB13", "ok"),
    ]
    assert parsed.bad_line_count == 1


CLASSIC_MODULES = """\
  Mod Ports Card Type                              Model              Serial No.
  --- ----- -------------------------------------- ------------------ -----------
    1   48  CEF720 48 port 10/100/1000mb Ethernet  WS-X6748-GE-TX     LAB0002AB01
    2   48  CEF720 48 port 10/100/1000mb Ethernet  WS-X6748-GE-TX     LAB0002AB02
    5    2  Supervisor Engine 720 (Active)         WS-SUP720-3B       LAB0002AB05

  Mod MAC addresses                       Hw    Fw           Sw           Status
  --- ---------------------------------- ------ ------------ ------------ -------
    1  0000.5e01.0000 to 0000.5e01.002f   2.3   12.2(14r)S5  12.2(33)SXI  Ok
    2  unknown                            2.3   Unknown      Unknown      PwrDown
    5  0000.5e01.0500 to 0000.5e01.0503   5.6   8.5(2)       12.2(33)SXI  Other

  Mod  Sub-Module                  Model              Serial       Hw     Status
  ---- --------------------------- ------------------ ----------- ------- -------
    1  Centralized Forwarding Card WS-F6700-CFC       LAB0003AB01  4.1    Ok
    5  Policy Feature Card 3       WS-F6K-PFC3B       LAB0003AB05  2.3    Other

  Mod  Online Diag Status
  ---- -------------------
    1  Pass
    2  Not Applicable
    5  Minor Error
"""


def test_3_modules_of_unknown_status_and_sub_modules_are_there() -> None:
    parsed = parse("show module", CLASSIC_MODULES)
    rows = [row for row in parsed.rows if isinstance(row, Module)]

    assert [(row.slot, row.status) for row in rows if not row.submodule] == [(1, "ok"), (2, "pwrdown"), (5, "other")]
    assert [(row.slot, row.model, row.serial) for row in rows if row.submodule] == [
        (1, "WS-F6700-CFC", "LAB0003AB01"),
        (5, "WS-F6K-PFC3B", "LAB0003AB05"),
        (5, "", ""),
    ]
    assert [(row.card_type, row.status) for row in rows if not row.model and row.submodule] == [("online diagnostics", "minor error")]
    assert parsed.bad_line_count == 0


@pytest.mark.parametrize("serial", ["LAB25020BCA-B", "LAB25020BCA-CH3", "LAB250-20-A"])
@pytest.mark.parametrize("platform", ["cisco_ios", "cisco_nxos"])
def test_4_serial_number_is_not_cut_at_a_hyphen(serial: str, platform: str) -> None:
    text = f'NAME: "HundredGigE1/0/1", DESCR: "40GE CU3M"\nPID: QSFP-H40G-CU3M     , VID: V03  , SN: {serial}\n'

    assert [row.serial for row in parse("show inventory", text, platform=platform).rows if isinstance(row, InventoryItem)] == [serial]


ALL_COUNTERS = """\
GigabitEthernet1/0/1 is up, line protocol is up (connected)
  Hardware is Gigabit Ethernet, address is 0000.5e00.5301 (bia 0000.5e00.5301)
  Full-duplex, 1000Mb/s, media type is 10/100/1000BaseTX
  Last clearing of "show interface" counters 1w2d
  Input queue: 1/2000/101/4 (size/max/drops/flushes); Total output drops: 102
     103 packets input, 9 bytes, 104 no buffer
     Received 105 broadcasts (106 multicasts)
     107 runts, 108 giants, 109 throttles
     110 input errors, 111 CRC, 112 frame, 113 overrun, 114 ignored, 115 abort
     116 watchdog, 117 multicast, 118 pause input
     119 input packets with dribble condition detected
     120 packets output, 9 bytes, 121 underruns
     122 output errors, 123 collisions, 124 interface resets
     125 unknown protocol drops
     126 babbles, 127 late collision, 128 deferred
     129 lost carrier, 130 no carrier, 131 pause output
     132 output buffer failures, 133 output buffers swapped out
     134 carrier transitions
Vlan20 is up, line protocol is up
  Hardware is Ethernet SVI, address is 0000.5e00.5320 (bia 0000.5e00.5320)
  Last clearing of "show interface" counters never
     5 packets output, 60 bytes, 0 underruns
     42 output errors, 7 interface resets
"""
COUNTERS = {
    "input_queue_drops": 101, "output_drops": 102, "input_packets": 103, "runts": 107, "giants": 108, "throttles": 109, "input_errors": 110,
    "crc": 111, "frame": 112, "overrun": 113, "ignored": 114, "abort": 115, "watchdog": 116, "input_pause": 118, "output_packets": 120,
    "underruns": 121, "output_errors": 122, "collisions": 123, "interface_resets": 124, "unknown_protocol_drops": 125, "babbles": 126,
    "late_collisions": 127, "deferred": 128, "lost_carrier": 129, "no_carrier": 130, "output_pause": 131, "output_buffer_failures": 132,
    "carrier_transitions": 134,
}  # fmt: skip


def test_5_every_counter_of_an_interface_is_kept() -> None:
    port, vlan = (row for row in parse("show interfaces", ALL_COUNTERS).rows if isinstance(row, Interface))

    assert port.counters == COUNTERS
    assert port.last_cleared == "1w2d"
    assert vlan.counters == {"output_packets": 5, "underruns": 0, "output_errors": 42, "interface_resets": 7}
    assert vlan.last_cleared == "never"


def test_5_every_counter_of_nxos_is_kept() -> None:
    text = """\
Ethernet1/1 is up
admin state is up, Dedicated Interface
  Hardware: 1000/10000 Ethernet, address: 0000.5e00.5301 (bia 0000.5e00.5301)
  full-duplex, 10 Gb/s, media type is 10G
  Last clearing of "show interface" counters 3d02h
  101 interface resets
  RX
    102 unicast packets  1 multicast packets  1 broadcast packets
    103 input packets  104 bytes
    1 jumbo packets  0 storm suppression packets
    105 runts  106 giants  107 CRC  0 no buffer
    108 input error  0 short frame  109 overrun   110 underrun  111 ignored
    112 watchdog  0 bad etype drop  0 bad proto drop  0 if down drop
    0 input with dribble  113 input discard
    114 Rx pause
    115 Stomped CRC
  TX
    1 unicast packets  1 multicast packets  1 broadcast packets
    116 output packets  10 bytes
    0 jumbo packets
    117 output error  118 collision  119 deferred  120 late collision
    121 lost carrier  122 no carrier  123 babble  124 output discard
    125 Tx pause
"""
    (port,) = (row for row in parse("show interface", text, platform="cisco_nxos").rows if isinstance(row, Interface))

    assert port.counters == {
        "interface_resets": 101, "input_packets": 103, "runts": 105, "giants": 106, "crc": 107, "input_errors": 108, "overrun": 109,
        "underruns": 110, "ignored": 111, "watchdog": 112, "input_discards": 113, "input_pause": 114, "stomped_crc": 115,
        "output_packets": 116, "output_errors": 117, "collisions": 118, "deferred": 119, "late_collisions": 120, "lost_carrier": 121,
        "no_carrier": 122, "babbles": 123, "output_drops": 124, "output_pause": 125,
    }  # fmt: skip
    assert port.last_cleared == "3d02h"


MAC_TABLE = """\
  vlan   mac address     type    learn     age              ports
------+----------------+--------+-----+----------+--------------------------
*   20  0000.5e00.5301   dynamic  Yes         10   Gi1/1
    20  0000.5e00.5302    static  Yes          -   Gi1/2,Gi1/3,Gi1/4,Gi1/5,Gi1/6,
                                                   Gi1/7,Gi1/8
   300  0000.5e00.5303    static  No           -   Router
*  ---  0000.0000.0000    static  No           -   Router
*   20  0000.5e00.5304   dynamic  Yes          0   Po1
"""


def test_6_mac_table_keeps_rows_that_go_on_and_rows_without_mark() -> None:
    parsed = parse("show mac address-table", MAC_TABLE)
    found = [(row.mac[-4:], row.interface) for row in parsed.rows if isinstance(row, MacEntry)]

    assert found == [
        ("5301", "GigabitEthernet1/1"),
        *(("5302", f"GigabitEthernet1/{port}") for port in range(2, 9)),
        ("5304", "Port-channel1"),
    ]
    assert parsed.bad_line_count == 0


def test_6_mac_table_of_routed_ports_and_modules_is_no_bad_table() -> None:
    text = """\
Unicast Entries
 vlan   mac address     type        protocols               port
-------+---------------+--------+---------------------+--------------------
 20       0000.5e00.5301   dynamic ip,ipx,assigned,other GigabitEthernet8/8
Te5/1     0000.5e00.5302    static ip,ipx,assigned,other Switch
Te5/1     0000.5e00.5303   dynamic ip,ipx,assigned,other TenGigabitEthernet5/1

EHWIC: 1
Destination Address	Address Type	VLAN	Destination Port
-------------------	------------	----	-----------------
0000.5e00.5304		Dynamic      	   1	GigabitEthernet0/1/1
"""
    parsed = parse("show mac address-table", text)

    assert [(row.vlan, row.mac[-4:]) for row in parsed.rows if isinstance(row, MacEntry)] == [(20, "5301"), (1, "5304")]
    assert parsed.bad_line_count == 0


def test_6_mac_table_of_nxos_keeps_rows_with_marks() -> None:
    text = """\
Legend:
        * - primary entry, G - Gateway MAC, (R) - Routed MAC, O - Overlay MAC
   VLAN     MAC Address      Type      age     Secure NTFY Ports
---------+-----------------+--------+---------+------+----+------------------
*   20     0000.5e00.5301   dynamic  0         F      F    Eth101/1/7
+   20     0000.5e00.5302   dynamic  0         F      F    Po11
G    -     0000.5e00.53fe   static   -         F      F    sup-eth1(R)
*   20     0000.5e00.5303   static   -         F      F    vPC Peer-Link(R)
*   20     0000.5e00.5304   dynamic  0         F      F    Eth1/9
"""
    parsed = parse("show mac address-table", text, platform="cisco_nxos")

    assert [row.mac[-4:] for row in parsed.rows if isinstance(row, MacEntry)] == ["5301", "5302", "5304"]
    assert parsed.bad_line_count == 0


def test_7_power_of_several_modules_and_denied_ports_is_there() -> None:
    text = """\
Module   Available     Used     Remaining
          (Watts)     (Watts)    (Watts)
------   ---------   --------   ---------
1           740.0       30.8       709.2
Interface Admin  Oper       Power   Device              Class Max
                            (Watts)
--------- ------ ---------- ------- ------------------- ----- ----
Gi1/0/1   auto   on         6.3     IP Phone 8841       2     30.0
Gi1/0/2   auto   power-deny 0.0     IP Phone 8861       4     30.0

Module   Available     Used     Remaining
          (Watts)     (Watts)    (Watts)
------   ---------   --------   ---------
2           740.0       30.8       709.2
Interface Admin  Oper       Power   Device              Class Max
                            (Watts)
--------- ------ ---------- ------- ------------------- ----- ----
Gi2/0/1   auto   faulty     0.0     n/a                 n/a   30.0

Interface  AdminPowerMax   AdminConsumption
             (Watts)           (Watts)
---------- --------------- --------------------
Gi1/0/1              30.0                  30.0
"""
    parsed = parse("show power inline", text)

    assert [(row.name, row.oper) for row in parsed.rows if isinstance(row, PowerPort)] == [
        ("GigabitEthernet1/0/1", "on"),
        ("GigabitEthernet1/0/2", "power-deny"),
        ("GigabitEthernet2/0/1", "faulty"),
    ]
    assert parsed.bad_line_count == 0


@pytest.mark.parametrize("header", ["Switch/Stack Mac Address : 0000.5e00.5300", "Chassis/Stack Mac Address : 0000.5e00.5300 - Foreign"])
def test_8_stack_with_a_version_mismatch_is_there(header: str) -> None:
    text = f"""\
{header}
                                           H/W   Current
Switch#  Role   Mac Address     Priority Version  State
------------------------------------------------------------
*1       Active 0000.5e00.5300     15     V04     Ready
 2       Member 0000.5e00.5380     1      0       V-Mismatch
 3       Member 0000.0000.0000     0      V01     Removed
"""
    parsed = parse("show switch", text)

    assert [(row.number, row.state) for row in parsed.rows if isinstance(row, StackMember)] == [
        (1, "ready"),
        (2, "v-mismatch"),
        (3, "removed"),
    ]
    assert parsed.bad_line_count == 0


def test_9_switchports_survive_wrapped_vlans_and_unknown_labels() -> None:
    text = """\
Name: Gi1/0/1
Switchport: Enabled
Administrative Mode: trunk
Operational Mode: trunk
Administrative Trunking Encapsulation: dot1q
Operational Dot1q Ethertype:  0x8100
Access Mode VLAN: 1 (default)
Trunking Native Mode VLAN: 1 (default)
Voice VLAN: none
Administrative private-vlan trunk mappings: 10 (VLAN0010) 100 (VLAN0100)
                                            10 (VLAN0010) 200 (VLAN0200)
Operational private-vlan: none
Trunking VLANs Enabled: 10,20,30-40,
     100-110
Pruning VLANs Enabled: 2-1001

Name: Gi1/0/2
Switchport: Enabled
Administrative Mode: static access
Operational Mode: static access
Access Mode VLAN: 20 (VLAN0020)
Voice VLAN: 120 (VLAN0120)
"""
    parsed = parse("show interfaces switchport", text)

    assert [(row.name, row.access_vlan, row.voice_vlan) for row in parsed.rows if isinstance(row, Switchport)] == [
        ("GigabitEthernet1/0/1", 1, None),
        ("GigabitEthernet1/0/2", 20, 120),
    ]
    assert parsed.bad_line_count == 0


@pytest.mark.parametrize("slot", ["0", "unavailable", "7"])
def test_10_redundancy_without_a_peer_is_read(slot: str) -> None:
    text = f"""\
Redundant System Information :
------------------------------
Switchovers system experienced = 2
        Last switchover reason = active unit removed
     Operating Redundancy Mode = Non-redundant

Current Processor Information :
-------------------------------
        Current Software state = ACTIVE
                 Image Version = Cisco IOS Software, Version 15.6(3)M2
                          BOOT = flash:x

Peer (slot: {slot}) information is not available because it is in 'DISABLED' state
"""
    parsed = parse("show redundancy", text)

    assert parsed.rows == (Redundancy("ACTIVE", "DISABLED", "Non-redundant", "active unit removed", 2),)
    assert parsed.bad_line_count == 0


@pytest.mark.parametrize(
    "line",
    [
        "000123: Nov 22 09:41:07.123 UTC: %LINK-3-UPDOWN: Interface Gi1/0/1, changed state to down",
        "123: *Nov 22 2026 09:41:07: %LINK-3-UPDOWN: Interface Gi1/0/1, changed state to down",
        ".Nov 22 09:41:07.123 MEZ: %LINK-3-UPDOWN: Interface Gi1/0/1, changed state to down",
        "3w2d: %LINK-3-UPDOWN: Interface Gi1/0/1, changed state to down",
        "00:01:02: %LINK-3-UPDOWN: Interface Gi1/0/1, changed state to down",
        "2026-11-22T09:41:07.123Z: %LINK-3-UPDOWN: Interface Gi1/0/1, changed state to down",
        "%LINK-3-UPDOWN: Interface Gi1/0/1, changed state to down",
        "*Mar  1 00:00:12.345: %LINK-SW1_SP-3-UPDOWN: Interface Gi1/0/1, changed state to down",
    ],
)
def test_11_log_message_of_any_stamp_is_a_message(line: str) -> None:
    text = f"Syslog logging: enabled (0 messages dropped)\n    Console logging: disabled\n\nLog Buffer (4096 bytes):\n\n{line}\n"
    parsed = parse("show logging", text)

    assert [(row.severity, row.mnemonic, row.text) for row in parsed.rows if isinstance(row, LogMessage)] == [
        (3, "UPDOWN", "Interface Gi1/0/1, changed state to down")
    ]
    assert parsed.bad_line_count == 0


@pytest.mark.parametrize(
    ("typed", "line", "state"),
    [
        ("show environment temperature", "Switch 1: SYSTEM TEMPERATURE is OK", "OK"),
        ("show env temperature status", "Inlet Temperature Value: 57 Degree Celsius\nTemperature State: RED", "RED"),
        ("show env all", "Switch 2 FAN 1 is FAULTY", "FAULTY"),
        ("show environment", " R0    Temp: Inlet      Critical         75 Celsius", "Critical"),
        (
            "show environment all",
            " Temp: Inlet      R0                Normal            39 Celsius      (63 ,73 ,103,105)(Celsius)",
            "Normal",
        ),
        ("show environment status", "PS1     C9K-PWR-1500WAC-R     ac    n.a.      bad-input  n.a.  n.a.", "bad-input"),
        ("show env power all", "1A  PWR-C1-715WAC       LAB00000P1A  No Input Power  Bad      Bad      715", "No Input Power"),
        ("show environment status", "  power-supply 1 power-output-fail: failed", "failed"),
    ],
)
def test_12_environment_of_each_kind_of_chassis_is_read(typed: str, line: str, state: str) -> None:
    parsed = parse(typed, line + "\n")

    assert [row.state for row in parsed.rows if isinstance(row, EnvironmentReading)] == [state]
    assert parsed.bad_line_count == 0


@pytest.mark.parametrize(
    "header",
    [
        "Ethernet1/1 is down (Link not connected)\nadmin state is up, Dedicated Interface",
        "Ethernet1/1 is down (err-disabled, port:error)\nadmin state is up",
        "Vlan20 is up, line protocol is up",
        "port-channel11 is down (No operational members)\nadmin state is up,",
    ],
)
def test_12_interface_of_nxos_is_read_whatever_it_leaves_out(header: str) -> None:
    text = (
        header + "\n  , BW 1000000 Kbit, DLY 10 usec\n  1 minute input rate 0 bits/sec, 0 packets/sec\n  RX\n    7 input packets  9 bytes\n"
    )
    parsed = parse("show interface", text, platform="cisco_nxos")

    assert [row.counters for row in parsed.rows if isinstance(row, Interface)] == [{"input_packets": 7}]
    assert parsed.bad_line_count == 0


def test_13_old_cdp_row_without_capability_is_a_neighbor() -> None:
    text = """\
Capability Codes: R - Router, T - Trans Bridge, B - Source Route Bridge

Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID
old-1            Eth 0          141                  RP1      Eth 0/0
SEP00005E005301  Gig 1/0/2      125              H P          IP Phone  Port 1
dis-1.example.org
                 Ten 1/1/4      150             R S I  C9500-40X Twe 1/0/3
"""
    parsed = parse("show cdp neighbors", text)

    assert [(row.name, row.local, row.port) for row in parsed.rows if isinstance(row, Neighbor)] == [
        ("old-1", "Ethernet0", "Eth 0/0"),
        ("SEP00005E005301", "GigabitEthernet1/0/2", "Port 1"),
        ("dis-1.example.org", "TenGigabitEthernet1/1/4", "Twe 1/0/3"),
    ]
    assert parsed.bad_line_count == 0


@pytest.mark.parametrize("platform", [one for one in PLATFORMS if one.name in ("cisco_ios", "cisco_nxos")], ids=lambda one: one.name)
@pytest.mark.parametrize(
    ("sentence", "state"),
    [
        ("                 ^\n% Invalid input detected at '^' marker.\n", OutputState.INVALID),
        ("% Incomplete command.\n", OutputState.INVALID),
        ("% CDP is not enabled\n", OutputState.FEATURE_OFF),
        ("% LLDP is not enabled\n", OutputState.FEATURE_OFF),
        ("% Permission denied for the role\n", OutputState.DENIED),
        ("", OutputState.EMPTY),
        ("  \n\n", OutputState.EMPTY),
    ],
)
def test_error_text_is_no_empty_table_of_any_command(platform: Platform, sentence: str, state: OutputState) -> None:
    for command in platform.commands:
        parsed = parse_output(platform, command, sentence)
        assert (parsed.state, parsed.rows) == (state, ()), command.text
        assert parsed.reason


@pytest.mark.parametrize("platform", [one for one in PLATFORMS if one.name in ("cisco_ios", "cisco_nxos")], ids=lambda one: one.name)
def test_text_of_another_kind_is_quarantined_by_every_command(platform: Platform) -> None:
    text = "\n".join(f"line {number} of a text that no switch printed; it goes on" for number in range(20))
    for command in platform.commands:
        parsed = parse_output(platform, command, text)
        assert (parsed.state, parsed.rows) == (OutputState.QUARANTINED, ()), command.text


CDP_ROWS = "Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID\nSEP00005E005301  Gig 1/0/2      125     H P    IP Phone  Port 1\n"
LLDP_ROWS = "Device ID           Local Intf     Hold-time  Capability      Port ID\nSEP00005E005301     Gi1/0/7        180        B,T             00005E005301:P1\n"
MAC_ROWS = "Vlan    Mac Address       Type        Ports\n----    -----------       --------    -----\n  20    0000.5e00.5301    DYNAMIC     Gi1/0/1\n"


@pytest.mark.parametrize(
    ("typed", "rows", "footer"),
    [
        ("show cdp neighbors", CDP_ROWS, "Total cdp entries displayed : {}"),
        ("show cdp neighbors detail", cdp_entry(PHONES[0], 1), "Total cdp entries displayed : {}"),
        ("show lldp neighbors", LLDP_ROWS, "Total entries displayed: {}"),
        (
            "show lldp neighbors detail",
            "------------------------------------------------\nLocal Intf: Gi1/0/7\nChassis id: 192.0.2.7\nPort id: 00005E005301:P1\n",
            "Total entries displayed: {}",
        ),
        ("show mac address-table", MAC_ROWS, "Total Mac Addresses for this criterion: {}"),
    ],
)
def test_rows_are_compared_with_the_outputs_own_total(typed: str, rows: str, footer: str) -> None:
    right, less, more = (parse(typed, f"{rows}\n{footer.format(total)}\n") for total in (1, 3, 0))

    assert (len(right.rows), right.state, right.reason) == (1, OutputState.PARSED, "")
    assert (len(less.rows), less.state, less.reason) == (1, OutputState.TRUNCATED, "the output says 3 entries, 1 were read")
    assert (len(more.rows), more.state, more.reason) == (1, OutputState.PARSED, "the output says 0 entries, 1 were read")


def test_total_counts_entries_that_could_be_used() -> None:
    damaged = cdp_entry(PHONES[0], 1) + cdp_entry(PHONES[1], 2).replace("Interface: Gig", "Int#@!~")
    parsed = parse("show cdp neighbors detail", damaged + "\nTotal cdp entries displayed : 2\n")

    assert parsed.reason == "the output says 2 entries, 1 were read"


@pytest.mark.parametrize(
    ("typed", "platform", "meant"),
    [
        ("show interfaces counters errors", "cisco_ios", "show interfaces counters errors"),
        ("sh int count err", "cisco_ios", "show interfaces counters errors"),
        ("show interfaces capabilities", "cisco_ios", "show interfaces capabilities"),
        ("show interfaces trunk", "cisco_ios", None),
        ("show interfaces transceiver", "cisco_ios", None),
        ("show interfaces counters", "cisco_ios", None),
        ("show stackwise-virtual", "cisco_ios", None),
        ("show stackwise-virtual link", "cisco_ios", "show stackwise-virtual link"),
        ("show spanning-tree summary", "cisco_ios", None),
        ("show spanning-tree detail", "cisco_ios", "show spanning-tree detail"),
        ("show logging onboard", "cisco_ios", None),
        ("show vlan summary", "cisco_ios", None),
        ("show platform diag", "cisco_ios", None),
        ("show platform software fed switch active ifm mappings", "cisco_ios", "show platform software fed switch active ifm mappings"),
        ("show interface counters errors", "cisco_nxos", "show interface counters errors"),
        ("show interface transceiver", "cisco_nxos", None),
        ("show interface counters", "cisco_nxos", None),
        ("show spanning-tree summary", "cisco_nxos", None),
    ],
)
def test_command_is_never_read_with_the_template_of_its_beginning(typed: str, platform: str, meant: str | None) -> None:
    known = platform_named(platform)
    assert known is not None
    by_text, by_file = find_command(known, typed), find_file_command(known, typed.replace(" ", "_"))

    assert (by_text.text if by_text else None) == meant
    assert (by_file.text if by_file else None) == meant


def test_interfaces_of_a_text_are_not_those_of_an_error_table() -> None:
    table = "Port        Align-Err     FCS-Err    Xmit-Err     Rcv-Err  UnderSize  OutDiscards\nGi1/0/1             0          12           0          14          0            0\n"

    assert parse("show interfaces", table * 4).state is OutputState.QUARANTINED
    assert InterfaceName("GigabitEthernet1/0/1") in [
        getattr(row, "name", None) for row in parse("show interfaces counters errors", table).rows
    ]


def test_the_counters_of_a_port_whose_header_is_lost_are_not_those_of_the_port_above() -> None:
    """Lines between two interfaces are lost; both were one row before, with the name of the first and the counters of the second."""
    head = "GigabitEthernet1/0/{0} is up, line protocol is up (connected)\n  Hardware is Gigabit Ethernet, address is 0000.5e00.530{0} (bia 0000.5e00.530{0})\n"
    clearing = '  Last clearing of "show interface" counters {0}w0d\n'
    counters = "     {0} input errors, {0} CRC, 0 frame, 0 overrun, 0 ignored\n"
    text = head.format(1) + clearing.format(1) + clearing.format(2) + counters.format(2) + head.format(3) + counters.format(3)
    parsed = parse("show interfaces", text)
    assert [(str(row.name), row.counters["crc"]) for row in parsed.rows if isinstance(row, Interface)] == [("GigabitEthernet1/0/3", 3)]
    (bad,) = parsed.bad_lines
    assert bad.reason == "a second last cleared: lines of two entries under one name"


def test_a_neighbor_whose_name_is_lost_does_not_get_that_of_the_one_above() -> None:
    text = (
        "Device-ID          Local Intrfce  Hldtme Capability  Platform      Port ID\n"
        "dist-1.example.org(FOC00000N31)\n                    Eth1/25        164    R S I s     N5K-C5596UP   Eth1/1\n"
        "                    Eth1/26        163    R S I s     N5K-C5596UP   Eth1/1\n"
    )
    parsed = parse("show cdp neighbors", text, platform="cisco_nxos")
    assert parsed.rows == ()
    assert parsed.bad_line_count == 1


@pytest.mark.parametrize(
    ("typed", "platform", "text", "twice"),
    [
        ("show interfaces", "cisco_ios", "GigabitEthernet1/0/1 is up, line protocol is up\n  Hardware is X\n     5 input errors, 5 CRC\n", "  Hardware is X\n"),
        ("show interface", "cisco_nxos", "Ethernet1/1 is up\n  Hardware: 1000/10000 Ethernet, address: 0000.5e00.5301 (bia 0000.5e00.5301)\n", "  Hardware: 1000/10000 Ethernet, address: 0000.5e00.5301 (bia 0000.5e00.5301)\n"),
        ("show power inline detail", "cisco_ios", "Interface: Gi1/0/1\nInline Power Mode: auto\nOperational status: on\n", "Inline Power Mode: auto\n"),
    ],
)  # fmt: skip
def test_a_head_that_comes_twice_is_perhaps_that_of_another(typed: str, platform: str, text: str, twice: str) -> None:
    """Two heads alike, and between them perhaps the name of the second: whose lines those are cannot be told."""
    assert len(parse(typed, text, platform=platform).rows) >= 1
    doubled = parse(typed, text.replace(twice, twice * 2), platform=platform)
    assert doubled.rows == ()
    assert any("lines of two interfaces under one name" in bad.reason for bad in doubled.bad_lines)
