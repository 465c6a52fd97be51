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
    # a port that the switch took down itself
    ("PM", "ERR_DISABLE", "link-flap error detected on Gi1/0/1, putting Gi1/0/1 in err-disable state", Happening.LINK_DOWN, "GigabitEthernet1/0/1", None, ""),
    ("PM-SP", "ERR_DISABLE", "channel-misconfig error detected on Po1, putting Gi1/2 in err-disable state", Happening.LINK_DOWN, "GigabitEthernet1/2", None, ""),
    ("PM", "ERR_DISABLE", "loopback error detected on Gi2/0/7, putting it in err-disable state", Happening.LINK_DOWN, "GigabitEthernet2/0/7", None, ""),
    ("UDLD", "UDLD_PORT_DISABLED", "UDLD disabled interface Te1/1/1, unidirectional link detected", Happening.LINK_DOWN, "TenGigabitEthernet1/1/1", None, ""),
    # cards of chassis: 6500, 4500, 9400
    ("DIAG-SP", "MAJOR", "Module 2: Online Diagnostics detected a Major Error.  Please use 'show diagnostic result <target>' to see test results.", Happening.DIAGNOSTIC, None, None, "2"),
    ("DIAG", "MINOR", "Module 3: Online Diagnostics detected a Minor Error.", Happening.DIAGNOSTIC, None, None, "3"),
    ("DIAG-SP", "TEST_FAIL", "Module 5: TestLoopback{ID=1} has failed. Error code = 0x1", Happening.DIAGNOSTIC, None, None, "5"),
    ("DIAG-SP", "RUN_MINIMUM", "Module 2: Running Minimal Diagnostics...", Happening.RESTART, None, None, "2"),
    ("CONST_DIAG-SP", "HM_TEST_FAIL", "Module 4 TestMacNotification consecutive failure count:5", Happening.DIAGNOSTIC, None, None, "4"),
    ("CONST_DIAG-SP", "BOOTUP_TEST_FAIL", "Module 2: TestLoopback failed on port(s) 1-24", Happening.DIAGNOSTIC, None, None, "2"),
    ("CONST_DIAG-SP", "HM_MOD_RESET", "Resetting Module 4 for software recovery, Reason: Failed TestMacNotification", Happening.MODULE, None, None, "4"),
    ("PM_SCP-SP", "LCP_FW_ERR", "System resetting module 4 to recover from error: Example", Happening.MODULE, None, None, "4"),
    ("PM_SCP-SP", "LCP_FW_ERR_INFORM", "Module 4 is experiencing the following error: Example", Happening.DIAGNOSTIC, None, None, "4"),
    ("OIR-SP", "PWRCYCLE", "Card in module 2, is being power-cycled (Module not responding to Keep Alive polling)", Happening.MODULE, None, None, "2"),
    ("OIR", "PWRFAILURE", "Module 2 is being disabled due to power convertor failure 0x1", Happening.MODULE, None, None, "2"),
    ("IOSXE_OIR", "OFFLINECARD", "Card (cc) offline in slot 3", Happening.MODULE, None, None, "3"),
    ("C6KPWR-SP", "POWERDENIED", "insufficient power, module in slot 6 power denied.", Happening.MODULE, None, None, "6"),
    ("C6KPWR-SP", "PSFAIL", "power supply 1 output failed", Happening.SUPPLY, None, None, ""),
    ("C6K_POWER-SP", "PD_HW_FAULTY", "The device connected to Fa8/1 has a hardware problem. Power is turned off", Happening.POWER, "FastEthernet8/1", None, ""),
    ("C4K_IOSMODPORTMAN", "MODULEOFFLINE", "Module 2 is offline", Happening.MODULE, None, None, "2"),
    ("C4K_LINECARDMGMTPROTOCOL", "ONGOINGTIMEOUTWARNING", "Astro 5-2(Fa5/9-16) - consecutive management requests timed out.", Happening.DIAGNOSTIC, None, None, "5"),
    ("C4K_IOSMODPORTMAN", "POWERSUPPLYBAD", "Power supply 1 has failed or been turned off", Happening.SUPPLY, None, None, ""),
    ("C4K_IOSMODPORTMAN", "FANTRAYBAD", "Fan tray has failed", Happening.SUPPLY, None, None, ""),
    ("PLATFORM_ENV", "FAN", "Faulty internal fan detected", Happening.SUPPLY, None, None, ""),
    ("PLATFORM_FEP", "FRU_PS_ACCESS", "Switch 1: power supply A is not responding", Happening.SUPPLY, None, None, ""),
    ("SYS", "RESTART", "System restarted --", Happening.RESTART, None, None, ""),
    # NX-OS
    ("ETHPORT", "IF_DOWN_LINK_FAILURE", "Interface Ethernet101/1/7 is down (Link failure)", Happening.LINK_DOWN, "Ethernet101/1/7", None, ""),
    ("ETH_PORT_CHANNEL", "PORT_DOWN", "port-channel10: Ethernet1/2 is down", Happening.LINK_DOWN, "Ethernet1/2", None, ""),
    ("STP", "PORT_STATE", "Port port-channel10 instance VLAN0110 moving from forwarding to blocking", Happening.TREE, None, 110, ""),
    ("L2FM", "L2FM_MAC_MOVE", "Mac 0000.5e00.5301 in vlan 110 has moved from Po10 to Eth1/2", Happening.STATIONS_MOVE, "Port-channel10", 110, ""),
    ("PLATFORM", "MOD_PWRDN", "Module 8 powered down (Serial number JAF00000N24)", Happening.MODULE, None, None, "8"),
    ("PLATFORM", "PS_FAIL", "Power supply 1 failed or shut down (Serial number DTN00000000)", Happening.SUPPLY, None, None, ""),
    ("ETHPORT", "IF_DOWN_ERROR_DISABLED", "Interface Ethernet1/7 is down (Error disabled. Reason:link flap)", Happening.LINK_DOWN, "Ethernet1/7", None, ""),
    ("MODULE", "MOD_DIAG_FAIL", "Module 2 (Serial number: JAF00000N24) reported failure due to Example in device 1", Happening.DIAGNOSTIC, None, None, "2"),
    ("MODULE", "MOD_SOMEPORTS_FAILED", "Module 3 (Serial number: JAF00000N24) reported failure on ports 3/17-20 (Ethernet) due to Example", Happening.MODULE, None, None, "3"),
    ("DIAG_PORT_LB", "PORTLOOPBACK_TEST_FAIL", "Module:2 Test:PortLoopback failed 10 consecutive times. Faulty module:", Happening.DIAGNOSTIC, None, None, "2"),
    ("NOHMS", "NOHMS_ENV_FEX_OFFLINE", "FEX-101 Off-line (Serial Number JAF00000N24)", Happening.MODULE, None, None, "fex101"),
    ("NOHMS", "NOHMS_DIAG_ERROR", "Module 1: Runtime diag detected major event: Port failure: Ethernet1/5", Happening.DIAGNOSTIC, None, None, "1"),
    ("SATCTRL-FEX101", "SOHMS_DIAG_ERROR", "FEX-101 Module 1: Runtime diag detected major event: Example", Happening.DIAGNOSTIC, None, None, "fex101"),
    # CatOS
    ("PAGP", "PORTFROMSTP", "Port 3/11 left bridge port 3/11", Happening.LINK_DOWN, "3/11", None, ""),
    ("CDP", "DUPLEXMISMATCH", "Full/half duplex mismatch detected on port 1/1", Happening.DUPLEX, "1/1", None, ""),
    ("SYS", "P2_WARN", "1/Host 00-00-5e-00-53-01 is flapping between port 1/2 and port 4/39", Happening.STATIONS_MOVE, "1/2", None, ""),
    ("SYS", "MOD_MINORFAIL", "Minor problem in module 4", Happening.MODULE, None, None, "4"),
    ("SYS", "MOD_NOSCPPINGRESPONSE", "Module 4 not responding... resetting module", Happening.MODULE, None, None, "4"),
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
        ("DIAG-SP", "DIAG_OK", "Module 2: Passed Online Diagnostics"),
        ("C4K_IOSMODPORTMAN", "MODULEONLINE", "Module 2 is online"),
        ("C4K_LINECARDMGMTPROTOCOL", "INITIALTIMEOUTWARNING", "Astro 5-2(Fa5/9-16) - management request timed out."),
        ("IOSXE_OIR", "OFFLINECARD", "Card (fp) offline in slot F0"),
    ],
)
def test_what_tells_nothing_of_a_part(facility: str, mnemonic: str, text: str) -> None:
    assert read_message(SwitchMessage("acc-1", _AT, facility, mnemonic, text)) is None


def test_a_port_that_is_no_interface_is_left_out() -> None:
    found = read_message(SwitchMessage("acc-1", _AT, "LINK", "UPDOWN", "Interface Nonsense7, changed state to down"))
    assert found is not None
    assert found.interface is not None
    assert not found.interface.has_known_kind
