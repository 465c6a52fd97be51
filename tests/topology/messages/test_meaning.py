"""Messages as IOS, NX-OS and CatOS write them, and what they tell of a part."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from switchcorr.topology.messages.meaning import Happening, SwitchMessage, read_message

_AT = datetime(2026, 11, 22, 9, 41, 7, tzinfo=UTC)
_CASES = [
    # IOS and IOS-XE
    ("LINK", "UPDOWN", "Interface GigabitEthernet3/12, changed state to down", Happening.LINK_DOWN, "GigabitEthernet3/12", None, ""),
    ("LINK-SP", "UPDOWN", "Interface Gi3/12, changed state to down", Happening.LINK_DOWN, "GigabitEthernet3/12", None, ""),
    ("LINEPROTO", "UPDOWN", "Line protocol on Interface Port-channel1, changed state to down", Happening.LINK_DOWN, "Port-channel1", None, ""),
    ("EC", "UNBUNDLE", "Interface Te1/1/1 left the port-channel Po1", Happening.LINK_DOWN, "TenGigabitEthernet1/1/1", None, ""),
    ("ILPOWER", "IEEE_DISCONNECT", "Interface Gi1/0/7: PD removed", Happening.LINK_DOWN, "GigabitEthernet1/0/7", None, ""),
    (
        "CDP", "DUPLEX_MISMATCH", "duplex mismatch discovered on FastEthernet0/5 (not full duplex), with SEP00005E005301 Port 1 (full duplex).",
        Happening.DUPLEX, "FastEthernet0/5", None, "",
    ),
    ("SPANTREE", "ROOTCHANGE", "Root Changed for vlan 110: New Root Port is GigabitEthernet1/1. New Root Mac Address is 0000.5e01.2800", Happening.TREE, None, 110, ""),
    ("SPANTREE", "TOPOTRAP", "Topology Change Trap for vlan 110", Happening.TREE, None, 110, ""),
    ("SPANTREE", "LOOPGUARD_BLOCK", "Loop guard blocking port TenGigabitEthernet1/1/1 on VLAN0110.", Happening.TREE, None, 110, ""),
    ("SW_MATM", "MACFLAP_NOTIF", "Host 0000.5e00.5301 in vlan 110 is flapping between port Gi1/0/1 and port Po1", Happening.STATIONS_MOVE, "GigabitEthernet1/0/1", 110, ""),
    ("ILPOWER", "CONTROLLER_PORT_ERR", "Controller port error, Interface Gi1/0/7: Power given, but Power Controller does not report Power Good", Happening.POWER, "GigabitEthernet1/0/7", None, ""),
    ("ILPOWER", "ILPOWER_POWER_DENY", "Interface Gi1/0/9: inline power denied. Reason: insufficient power", Happening.POWER, "GigabitEthernet1/0/9", None, ""),
    ("ILPOWER", "CONTROLLER_IF_ERR", "Controller interface error, Gi1/0/9: Example", Happening.POWER, "GigabitEthernet1/0/9", None, ""),
    ("ILPOWER", "INVALID_IEEE_CLASS", "Interface Gi1/0/9: has detected invalid IEEE class: 7 device. Power denied", Happening.POWER, "GigabitEthernet1/0/9", None, ""),
    ("ILPOWER", "CONTROLLER_ERR", "Controller error, Controller number 3: Example", Happening.SUPPLY, None, None, ""),
    ("OIR", "REMCARD", "Card removed from slot 3, interfaces disabled", Happening.MODULE, None, None, "3"),
    ("IOSXE_OIR", "REMCARD", "Card (fp) removed from slot 4", Happening.MODULE, None, None, "4"),
    ("C6KPWR-SP", "DISABLED", "power to module in slot 5 set off (Module Failed SCP dnld)", Happening.MODULE, None, None, "5"),
    ("STACKMGR", "SWITCH_REMOVED", "Switch 2 has been REMOVED from the stack", Happening.MODULE, None, None, "2"),
    # on IOS-XE the one that tells it stands first
    ("STACKMGR", "SWITCH_REMOVED", "Switch 1 R0/0: stack_mgr: Switch 2 has been removed from the stack.", Happening.MODULE, None, None, "2"),
    ("STACKMGR", "SWITCH_REMOVED", "1 stack-mgr:  Switch 3 has been removed from the stack.", Happening.MODULE, None, None, "3"),
    ("STACKMGR", "RELOAD", "Switch 2 R0/0: stack_mgr: Reloading due to reason reload command", Happening.RESTART, None, None, "2"),
    ("STACKMGR", "RELOAD_REQUEST", "2 stack-mgr: Received reload request for switch 1, reason example", Happening.RESTART, None, None, "1"),
    ("STACKMGR", "RELOAD_REQUEST", "Switch 1 R0/0: stack_mgr: Received reload request for all switches, reason example", Happening.RESTART, None, None, ""),
    ("SYS", "RESTART", "System restarted --", Happening.RESTART, None, None, ""),
    # NX-OS
    ("ETHPORT", "IF_DOWN_LINK_FAILURE", "Interface Ethernet101/1/7 is down (Link failure)", Happening.LINK_DOWN, "Ethernet101/1/7", None, ""),
    ("ETH_PORT_CHANNEL", "PORT_DOWN", "port-channel10: Ethernet1/2 is down", Happening.LINK_DOWN, "Ethernet1/2", None, ""),
    ("STP", "PORT_STATE", "Port port-channel10 instance VLAN0110 moving from forwarding to blocking", Happening.TREE, None, 110, ""),
    ("L2FM", "L2FM_MAC_MOVE", "Mac 0000.5e00.5301 in vlan 110 has moved from Po10 to Eth1/2", Happening.STATIONS_MOVE, "Port-channel10", 110, ""),
    ("PLATFORM", "MOD_PWRDN", "Module 8 powered down (Serial number JAF00000N24)", Happening.MODULE, None, None, "8"),
    ("PLATFORM", "PS_FAIL", "Power supply 1 failed or shut down (Serial number DTN00000000)", Happening.SUPPLY, None, None, ""),
    # CatOS
    ("PAGP", "PORTFROMSTP", "Port 3/11 left bridge port 3/11", Happening.LINK_DOWN, "3/11", None, ""),
    ("CDP", "DUPLEXMISMATCH", "Full/half duplex mismatch detected on port 1/1", Happening.DUPLEX, "1/1", None, ""),
    ("SYS", "P2_WARN", "1/Host 00-00-5e-00-53-01 is flapping between port 1/2 and port 4/39", Happening.STATIONS_MOVE, "1/2", None, ""),
    ("SYS", "MOD_RESET", "Module 4 reset from Console", Happening.MODULE, None, None, "4"),
]  # fmt: skip


@pytest.mark.parametrize(("facility", "mnemonic", "text", "kind", "interface", "vlan", "module"), _CASES)
def test_what_a_message_tells(
    facility: str, mnemonic: str, text: str, kind: Happening, interface: str | None, vlan: int | None, module: str
) -> None:
    found = read_message(SwitchMessage("acc-1", _AT, facility, mnemonic, text))
    assert found is not None
    assert (found.kind, found.interface, found.vlan, found.module) == (kind, interface, vlan, module)
    assert (found.device, found.time, found.text) == ("acc-1", _AT, text)


@pytest.mark.parametrize(
    ("facility", "mnemonic", "text"),
    [
        ("LINK", "UPDOWN", "Interface GigabitEthernet3/12, changed state to up"),
        ("LINK", "CHANGED", "Interface GigabitEthernet3/12, changed state to administratively down"),
        ("ETHPORT", "IF_DOWN_ADMIN_DOWN", "Interface Ethernet1/7 is down (Administratively down)"),
        ("ETHPORT", "IF_DOWN_CFG_CHANGE", "Interface Ethernet1/7 is down(Config change)"),
        ("SYS", "CONFIG_I", "Configured from console by console"),
        ("ILPOWER", "POWER_GRANTED", "Interface Gi1/0/7: Power granted"),
        ("SPANTREE", "PORT_STATE", "Port Gi1/0/7 instance 110 moving from blocking to forwarding"),
        ("CDP", "NVLANMISMATCH", "Native vlan mismatch detected on port 1/1"),
        ("SYS", "MOD_OK", "Module 3 is online"),
    ],
)
def test_what_tells_nothing_of_a_part(facility: str, mnemonic: str, text: str) -> None:
    assert read_message(SwitchMessage("acc-1", _AT, facility, mnemonic, text)) is None


def test_a_port_that_is_no_interface_is_left_out() -> None:
    found = read_message(SwitchMessage("acc-1", _AT, "LINK", "UPDOWN", "Interface Nonsense7, changed state to down"))
    assert found is not None
    assert found.interface is not None
    assert not found.interface.has_known_kind
