"""IOS and IOS-XE: MAC table, ARP, bundles, spanning tree, switchports, VLANs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from switchcorr.model.addresses import MacAddress
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.tables import ArpEntry, MacEntry, SpanningTreePort, Switchport, Table, Vlan
from switchcorr.platforms.bundles import read_bundle
from switchcorr.platforms.declaration import Command, Row
from switchcorr.platforms.nxos_layer2 import join_spanning_tree, read_spanning_tree_detail, reject_untold_root, told_root
from switchcorr.platforms.rows import list_of, number_of, reject_two_columns, required_number, text_of

_MAC_TOTAL = re.compile(r"Total Mac Addresses for this criterion ?: ?(\d+)")
_BUNDLES_TOTAL = re.compile(r"Number of channel-groups in use: ?(\d+)")
_VLAN_STATUS = re.compile(r"[a-z]{3,10}(?:/[a-z]{3,10})?")
_NO_PORT = frozenset(("cpu", "router", "switch", "drop", "igmp", "stby-switch", "-", "l2li0"))
"""What is no interface: the switch itself, and the way to the other edges of a fabric (``L2LI0``)."""


def mac_entries(row: Row) -> Iterator[MacEntry]:
    """Entries of one row: one a port; rows of the switch itself (CPU, Router, Drop) and of VLAN interfaces give none."""
    vlan, mac = text_of(row, "vlan"), MacAddress.parse(text_of(row, "mac"))
    if not vlan.isdigit() or mac.is_group:
        return
    lines = list_of(row, "ports")
    if any("," not in line and " " not in line for line in lines[:-1]):
        raise ValueError("ports go on below a line that had room for them: lines between two entries are lost")
    dynamic = text_of(row, "type").lower() not in ("static", "self", "secure", "permanent")
    for port in " ".join(lines).replace(",", " ").split():
        if port.lower() in _NO_PORT or port.lower().startswith("vl"):
            continue
        yield MacEntry(int(vlan), mac, InterfaceName.parse(port), dynamic)


def _arp(row: Row) -> Iterator[ArpEntry]:
    if text_of(row, "mac") == "Incomplete":
        return
    yield ArpEntry(text_of(row, "address"), MacAddress.parse(text_of(row, "mac")), InterfaceName.parse_or_none(text_of(row, "interface")))


def _tracked(row: Row) -> Iterator[ArpEntry]:
    interface = InterfaceName.parse_or_none(text_of(row, "interface"))
    yield ArpEntry(text_of(row, "address"), MacAddress.parse(text_of(row, "mac")), interface, number_of(row, "vlan"))


def _spanning_tree_ports(row: Row) -> Iterator[SpanningTreePort]:
    name, root = text_of(row, "name"), told_root(row)
    yield SpanningTreePort(
        instance=str(int(text_of(row, "instance"))),
        name=InterfaceName.parse(name),
        role=text_of(row, "role").lower(),
        state=text_of(row, "state").lower().rstrip("*"),
        cost=number_of(row, "cost"),
        root=MacAddress.parse(root) if root else None,
        is_root_bridge=bool(text_of(row, "is_root")),
    )
    reject_untold_root(row, name)


def _switchports(row: Row) -> Iterator[Switchport]:
    yield Switchport(
        name=InterfaceName.parse(text_of(row, "name")),
        enabled=text_of(row, "enabled") == "Enabled",
        admin_mode=text_of(row, "admin_mode").lower(),
        mode=text_of(row, "mode").lower(),
        access_vlan=number_of(row, "access"),
        voice_vlan=number_of(row, "voice"),
        native_vlan=number_of(row, "native"),
        trunk_vlans=text_of(row, "trunks"),
    )


def _vlans(row: Row) -> Iterator[Vlan]:
    name, status = text_of(row, "name"), text_of(row, "status")
    reject_two_columns(name, "name")
    if status and not _VLAN_STATUS.fullmatch(status):
        raise ValueError(f"VLAN {text_of(row, 'number')}: no status: {status[:40]!r}")
    yield Vlan(required_number(row, "number"), name, status)


COMMANDS: tuple[Command, ...] = (
    Command(
        "show mac address-table", Table.MAC, "cisco_ios_show_mac_address-table.textfsm", mac_entries, total=_MAC_TOTAL, sweep=True,
        aliases=("show mac-address-table", "show mac address-table dynamic", "show mac-address-table dynamic"),
        pattern=re.compile(r"show mac[ -]address-table (?:address|vlan|interface|dynamic) .{1,60}"),
    ),
    Command(
        "show ip arp", Table.ARP, "cisco_ios_show_arp.textfsm", _arp,
        aliases=("show arp",), pattern=re.compile(r"show (?:ip )?arp vrf \S{1,32}"),
    ),
    Command("show device-tracking database", Table.ARP, "cisco_ios_show_device-tracking_database.textfsm", _tracked),
    Command("show etherchannel summary", Table.LAGS, "cisco_ios_show_etherchannel_summary.textfsm", read_bundle, total=_BUNDLES_TOTAL, sweep=True),
    Command(
        "show spanning-tree", Table.SPANNING_TREE, "cisco_ios_show_spanning-tree.textfsm", _spanning_tree_ports, sweep=True,
        pattern=re.compile(r"show spanning-tree (?:mst|vlan)(?: [\d,-]{1,60})?"),
    ),
    Command(
        "show spanning-tree detail", Table.SPANNING_TREE, "cisco_nxos_show_spanning-tree_detail.textfsm", read_spanning_tree_detail,
        join=join_spanning_tree, also=(Table.TOPOLOGY_CHANGES,),
    ),
    Command(
        "show interfaces switchport", Table.SWITCHPORTS, "cisco_ios_show_interfaces_switchport.textfsm", _switchports, sweep=True,
        aliases=("show interface switchport",), pattern=re.compile(r"show interfaces? \S{1,40} switchport"),
    ),
    Command("show vlan", Table.VLANS, "cisco_ios_show_vlan.textfsm", _vlans, aliases=("show vlan brief",), pattern=re.compile(r"show vlan id(?: \d{1,4})?")),
)  # fmt: skip
