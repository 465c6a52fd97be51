"""CatOS: CAM (MAC) table, VLANs, spanning tree, channels (LAGs), trunks.

A channel has no name, only a number: it is called ``Port-channel<number>`` here. Tables that show a channel show its ports
(``3/1-2``); they give a row for each.

``show spantree`` alone tells of VLAN 1: the answers for other VLANs (``show spantree 120``) are kept beside it, as another command.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from switchcorr.model.addresses import MacAddress
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.tables import Lag, LagMember, MacEntry, SpanningTreePort, Switchport, Table, TableRow, Vlan
from switchcorr.platforms.catos_names import one_port, port_list
from switchcorr.platforms.declaration import Command, Row
from switchcorr.platforms.rows import list_of, number_of, reject_two_columns, reject_unknown, required_number, text_of

_CAM_TOTAL = re.compile(r"Total Matching CAM Entries(?: Displayed)?[ \t]*=[ \t]*(\d{1,7})")
_OWN_MARKS = frozenset("#R")
"""Entries of the switch itself and of its router; ``*`` static, ``+`` permanent, ``X`` and ``$`` secured stay stations."""
_STATES: Mapping[str, str] = {
    "forwarding": "fwd",
    "blocking": "blk",
    "discarding": "blk",
    "learning": "lrn",
    "listening": "lis",
    "broken": "bkn",
    "disabled": "dis",
    "inactive": "dis",
    "not-connected": "",
}
_NO_LINK = ""
_ROLES: Mapping[str, str] = {"root": "root", "desg": "desg", "altn": "altn", "bkup": "back", "back": "back", "mstr": "mstr", "disb": "disb"}
_DOWN = "D"
_PROTOCOLS: Mapping[str, str] = {"desirable": "pagp", "auto": "pagp", "active": "lacp", "passive": "lacp"}


def _cam(row: Row) -> Iterator[MacEntry]:
    """One entry a port; addresses of the switch itself and group addresses are no stations."""
    reject_unknown(row)
    mac, mark = MacAddress.parse(text_of(row, "mac")), text_of(row, "mark")
    ports = port_list(",".join(list_of(row, "ports")))
    if mac.is_group or set(mark) & _OWN_MARKS:
        return
    for port in ports:
        yield MacEntry(required_number(row, "vlan"), mac, port, dynamic=not mark)


def _vlan(row: Row) -> Iterator[Vlan]:
    reject_two_columns(text_of(row, "name"), "name")
    yield Vlan(required_number(row, "number"), text_of(row, "name"), text_of(row, "status"))


def _spanning_tree(row: Row) -> Iterator[SpanningTreePort]:
    """The ports of a row that have a link; those without have no part in the tree, and other platforms do not list them.

    What the head of the instance says counts for ports of the same instance only: else that head is damaged.
    """
    instance = text_of(row, "row_vlan") or text_of(row, "instance")
    same = instance == text_of(row, "instance")
    root, root_ports = text_of(row, "root") if same else "", port_list(text_of(row, "root_port")) if same else ()
    state = _STATES[text_of(row, "state").lower()]
    if state == _NO_LINK:
        return
    for port in port_list(text_of(row, "ports")):
        yield SpanningTreePort(
            instance=str(int(instance)),
            name=port,
            role=_ROLES.get(text_of(row, "role").lower(), "") or _role(port, state, root_ports),
            state=state,
            cost=number_of(row, "cost"),
            root=MacAddress.parse(root) if root else None,
            is_root_bridge=bool(root) and root == text_of(row, "bridge"),
        )


def _role(port: InterfaceName, state: str, root_ports: Sequence[InterfaceName]) -> str:
    """The role, where the text gives none but names the root port: whatever else forwards is a designated port (IEEE 802.1D)."""
    if port in root_ports:
        return "root"
    return "desg" if root_ports and state == "fwd" else ""


def _lag(number: int, members: Iterable[LagMember], protocol: str = "") -> Lag:
    return Lag(InterfaceName.parse(f"Port-channel{number}"), tuple(members), protocol)


def _channels(row: Row) -> Iterator[Lag]:
    reject_unknown(row)
    yield _lag(required_number(row, "number"), map(LagMember, port_list(",".join(list_of(row, "ports")))))


def _channel_ports(row: Row) -> Iterator[Lag]:
    """A port's channel with this port alone; number 0 is no channel."""
    number = required_number(row, "number")
    if number:
        member = LagMember(one_port(text_of(row, "port")), "" if text_of(row, "status") == "connected" else _DOWN)
        yield _lag(number, (member,), _PROTOCOLS.get(text_of(row, "mode").split()[0], ""))


def _join_channels(rows: Sequence[TableRow]) -> Iterable[TableRow]:
    found: dict[InterfaceName, Lag] = {}
    for row in rows:
        if isinstance(row, Lag):
            known = found.get(row.name)
            found[row.name] = row if known is None else replace(known, members=known.members + row.members)
    return found.values()


def _trunks(row: Row) -> Iterator[Switchport]:
    """A port with its mode, or a port with the VLANs it may carry; ``_join_trunks`` makes one of both."""
    status, allowed = text_of(row, "status").lower(), list_of(row, "allowed")
    if allowed and allowed[-1].endswith(","):
        raise ValueError(f"{text_of(row, 'port')}: the list of VLANs goes on in a line that is damaged or missing")
    yield Switchport(
        name=one_port(text_of(row, "port")),
        admin_mode=text_of(row, "mode").lower(),
        mode="trunk" if status == "trunking" else status,
        native_vlan=number_of(row, "native"),
        trunk_vlans=",".join(item.strip(",") for item in allowed),
    )


def _join_trunks(rows: Sequence[TableRow]) -> Iterable[TableRow]:
    found: dict[InterfaceName, Switchport] = {}
    for row in rows:
        if not isinstance(row, Switchport):
            continue
        known = found.get(row.name)
        found[row.name] = row if known is None else replace(known, trunk_vlans=known.trunk_vlans or row.trunk_vlans)
    return found.values()


_OF = r"\d{1,2}(?:[/ ]\d{1,3}(?:-\d{1,3})?)?"
_CAM = "cisco_catos_show_cam.textfsm"
_CHANNEL_PORTS = "cisco_catos_show_port_channel.textfsm"

COMMANDS: tuple[Command, ...] = (
    Command(
        text="show cam dynamic",
        table=Table.MAC,
        template=_CAM,
        rows=_cam,
        total=_CAM_TOTAL,
        sweep=True,
        aliases=("show cam",),
        pattern=re.compile(r"sho?w? cam (?:dyn[a-z]* )?[0-9a-f][0-9a-f/ -]{0,20}"),
    ),
    Command(
        text="show cam static",
        table=Table.MAC,
        template=_CAM,
        rows=_cam,
        total=_CAM_TOTAL,
        pattern=re.compile(r"sho?w? cam (?:sta[a-z]*|per[a-z]*) \d[0-9/ ]{0,10}"),
        aliases=("show cam permanent",),
    ),
    Command(
        text="show vlan",
        table=Table.VLANS,
        template="cisco_catos_show_vlan.textfsm",
        rows=_vlan,
        pattern=re.compile(r"sho?w? vlan \d{1,4}"),
    ),
    Command(
        text="show spantree",
        table=Table.SPANNING_TREE,
        template="cisco_catos_show_spantree.textfsm",
        rows=_spanning_tree,
        sweep=True,
    ),
    Command(
        text="show spantree active",
        table=Table.SPANNING_TREE,
        template="cisco_catos_show_spantree.textfsm",
        rows=_spanning_tree,
        pattern=re.compile(rf"sho?w? spant[a-z]* (?:\d{{1,4}}|{_OF})(?: act[a-z]*)?"),
    ),
    Command(text="show channel", table=Table.LAGS, template="cisco_catos_show_channel.textfsm", rows=_channels, sweep=True),
    Command(
        text="show channel info",
        table=Table.LAGS,
        template=_CHANNEL_PORTS,
        rows=_channel_ports,
        join=_join_channels,
        pattern=re.compile(r"sho?w? cha[a-z]* info \d{1,5}"),
    ),
    Command(
        text="show port channel",
        table=Table.LAGS,
        template=_CHANNEL_PORTS,
        rows=_channel_ports,
        join=_join_channels,
        sweep=True,
        pattern=re.compile(rf"sho?w? port cha[a-z]* {_OF}"),
    ),
    Command(
        text="show trunk",
        table=Table.SWITCHPORTS,
        template="cisco_catos_show_trunk.textfsm",
        rows=_trunks,
        join=_join_trunks,
        sweep=True,
        pattern=re.compile(rf"sho?w? tru[a-z]* {_OF}"),
    ),
)
