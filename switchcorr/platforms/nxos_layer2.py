"""NX-OS: MAC table, ARP, bundles, spanning tree, VLANs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from switchcorr.model.addresses import MacAddress
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.tables import ArpEntry, Lag, MacEntry, SpanningTreePort, Table, TableRow, TopologyChanges, Vlan
from switchcorr.platforms.bundles import read_bundle
from switchcorr.platforms.declaration import Command, Row
from switchcorr.platforms.rows import list_of, number_of, reject_two_columns, reject_unknown, required_number, text_of

_OWN_PORT = re.compile(r"sup-eth|vpc|peer-link|\(|drop|cpu|router|switch|vlan|-|n/a", re.IGNORECASE)


def _mac(row: Row) -> Iterator[MacEntry]:
    """One entry a port; addresses of the switch itself, group addresses and rows without VLAN are no stations.

    ``+`` (learned over the vPC peer link) and ``*`` name the same port: that of the bundle both peers share.
    """
    reject_unknown(row)
    mac = MacAddress.parse(text_of(row, "mac"))
    vlan = number_of(row, "vlan")
    if vlan is None or mac.is_group:
        return
    ports = list_of(row, "ports")
    dynamic = text_of(row, "type").lower().startswith("dynamic")
    if dynamic and len(ports) > 1:
        raise ValueError("a learned address whose ports go on below its line: lines between two entries are lost")
    for port in " ".join(ports).split():
        if _OWN_PORT.match(port) or port.endswith("(R)"):
            return
        yield MacEntry(
            vlan=vlan,
            mac=mac,
            interface=InterfaceName.parse(port.partition("(")[0]),
            dynamic=dynamic,
        )


def _arp(row: Row) -> Iterator[ArpEntry]:
    if text_of(row, "mac") == "INCOMPLETE":
        return
    interface = InterfaceName.parse(text_of(row, "interface"))
    yield ArpEntry(
        address=text_of(row, "address"),
        mac=MacAddress.parse(text_of(row, "mac")),
        interface=interface,
        vlan=int(interface.number) if interface.kind == "Vlan" and interface.number.isdigit() else None,
    )


def _lag(row: Row) -> Iterator[Lag]:
    reject_unknown(row)
    yield from read_bundle({**row, "name": text_of(row, "interface")})


def told_root(row: Row) -> str:
    """The address of an instance's root, if the lines below it say so: with lines lost it may be that of the bridge."""
    return text_of(row, "root") if text_of(row, "root_told") or text_of(row, "is_root") else ""


def reject_untold_root(row: Row, name: str) -> None:
    """Say of a port that its row is without the root, as nothing tells whose address was read.

    Raises:
        ValueError: it is; the row itself can be used.
    """
    if text_of(row, "root") != told_root(row):
        raise ValueError(f"{name}: the lines below the root's address are missing; the other values are kept")


def _spanning_tree(row: Row) -> Iterator[SpanningTreePort]:
    root = told_root(row)
    yield SpanningTreePort(
        instance=str(required_number(row, "instance")),
        name=InterfaceName.parse(text_of(row, "interface")),
        role=text_of(row, "role").lower(),
        state=text_of(row, "state").lower(),
        cost=number_of(row, "cost"),
        root=MacAddress.parse(root) if root else None,
        is_root_bridge=bool(text_of(row, "is_root")),
    )
    reject_untold_root(row, text_of(row, "interface"))


_ROLES = {"root": "root", "designated": "desg", "alternate": "altn", "backup": "back", "master": "mstr", "disabled": "disb"}
_STATES = {"forwarding": "fwd", "blocking": "blk", "learning": "lrn", "listening": "lis", "broken": "bkn", "disabled": "dis"}


def read_spanning_tree_detail(row: Row) -> Iterator[SpanningTreePort | TopologyChanges]:
    """The lines of the instance count for a port that names the same instance: else the instance's header is damaged.

    Below each port stand its path cost, without which lines between two ports may be lost, and its root. A switch that is the root
    is not it by its own address: peers of a vPC are one root, with an address of neither.
    """
    if not text_of(row, "cost"):
        raise ValueError(f"{text_of(row, 'interface')}: the line with the path cost is missing")
    same = text_of(row, "port_instance").lstrip("0") == text_of(row, "instance").lstrip("0")
    is_root = same and bool(text_of(row, "is_root"))
    root = text_of(row, "designated_root") or (text_of(row, "root") if same and not is_root else "")
    yield SpanningTreePort(
        instance=str(required_number(row, "port_instance")),
        name=InterfaceName.parse(text_of(row, "interface")),
        role=_ROLES.get(text_of(row, "role"), ""),
        state=_STATES[text_of(row, "state")],
        cost=number_of(row, "cost"),
        root=MacAddress.parse(root) if root else None,
        is_root_bridge=is_root,
    )
    count = number_of(row, "changes")
    if same and count is not None:
        changed_by = InterfaceName.parse_or_none(text_of(row, "changed_by"))
        yield TopologyChanges(str(required_number(row, "port_instance")), count, text_of(row, "last_change"), changed_by)
    if not root:
        raise ValueError(f"{text_of(row, 'interface')}: the line with the designated root is missing; the other values are kept")


def join_spanning_tree(rows: Sequence[TableRow]) -> Iterable[TableRow]:
    """The changes of an instance once, whatever the number of its ports."""
    return dict.fromkeys(rows)


def _vlan(row: Row) -> Iterator[Vlan]:
    reject_two_columns(text_of(row, "name"), "name")
    yield Vlan(number=required_number(row, "number"), name=text_of(row, "name"), status=text_of(row, "status"))


COMMANDS: tuple[Command, ...] = (
    Command(
        text="show mac address-table",
        table=Table.MAC,
        template="cisco_nxos_show_mac_address-table.textfsm",
        rows=_mac,
        sweep=True,
        aliases=("show mac address-table dynamic",),
        pattern=re.compile(r"show mac address-table (?:dynamic )?(?:address|interface|vlan) \S.*"),
    ),
    Command(
        text="show ip arp",
        table=Table.ARP,
        template="cisco_nxos_show_ip_arp.textfsm",
        rows=_arp,
        aliases=("show ip arp vrf all",),
        pattern=re.compile(r"show ip arp (?:vrf \S+|\S+\d\S*)"),
    ),
    Command(
        text="show port-channel summary",
        table=Table.LAGS,
        template="cisco_nxos_show_port-channel_summary.textfsm",
        rows=_lag,
        sweep=True,
    ),
    Command(
        text="show spanning-tree",
        table=Table.SPANNING_TREE,
        template="cisco_nxos_show_spanning-tree.textfsm",
        rows=_spanning_tree,
        sweep=True,
    ),
    Command(
        text="show spanning-tree detail",
        table=Table.SPANNING_TREE,
        template="cisco_nxos_show_spanning-tree_detail.textfsm",
        rows=read_spanning_tree_detail,
        join=join_spanning_tree,
        also=(Table.TOPOLOGY_CHANGES,),
    ),
    Command(
        text="show vlan",
        table=Table.VLANS,
        template="cisco_nxos_show_vlan.textfsm",
        rows=_vlan,
        sweep=True,
        aliases=("show vlan brief",),
        pattern=re.compile(r"show vlan id [\d,-]+"),
    ),
)
