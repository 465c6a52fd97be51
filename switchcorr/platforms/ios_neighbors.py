"""IOS and IOS-XE: CDP and LLDP.

Source: ``show cdp neighbors`` and ``show lldp neighbors`` as printed by IOS 12.2 to IOS-XE 17.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.tables import Neighbor, NeighborProtocol, Table
from switchcorr.platforms.declaration import Command, Row
from switchcorr.platforms.rows import list_of, number_of, reject_two_columns, reject_unknown, text_of

_CDP_TOTAL = re.compile(r"Total cdp entries displayed ?: ?(\d+)")
_LLDP_TOTAL = re.compile(r"Total entries displayed ?: ?(\d+)")
_AT = r"(?:[a-z]{1,3}|[a-z-]{0,20}(?:ethernet|gige)) ?\d[\d/]{0,16}"
"""An interface as it is typed, for spellings that ask about one."""
_NOT_ADVERTISED = re.compile(r"-? ?not advertised", re.IGNORECASE)


def _cdp_detail(row: Row) -> Iterator[Neighbor]:
    local = only_local(row)
    second = text_of(row, "second_port")
    name = text_of(row, "name")
    if not name:
        raise ValueError(f"neighbor at {local} without device id")
    yield Neighbor(
        protocol=NeighborProtocol.CDP,
        local=local,
        name=name,
        port=text_of(row, "port"),
        platform=text_of(row, "platform").removeprefix("cisco ").removeprefix("Cisco "),
        software=text_of(row, "software"),
        capabilities=tuple(text_of(row, "capabilities").split()),
        addresses=tuple(dict.fromkeys(list_of(row, "addresses"))),
        voice_vlan=number_of(row, "voice_vlan"),
        serial=text_of(row, "serial"),
        detail=True,
        second_port_up=None if not second else second == "Up",
    )


def only_local(row: Row) -> InterfaceName:
    """The local interface of a detailed record.

    Raises:
        ValueError: there is none, or there are two because the line between two neighbors is damaged.
    """
    local = list_of(row, "local")
    if len(local) != 1:
        raise ValueError(f"neighbor {text_of(row, 'name') or text_of(row, 'chassis')!r} with {len(local)} local interfaces")
    return InterfaceName.parse(local[0])


def named_local(row: Row) -> tuple[str, InterfaceName]:
    """Name and local interface of a summary's row, of which a long name stands on a line of its own.

    Raises:
        ValueError: one of the two lines is missing.
    """
    name, local = text_of(row, "name"), text_of(row, "local")
    if not name or not local:
        raise ValueError(f"neighbor {name!r} at interface {local!r}: one of the two is missing")
    return name, InterfaceName.parse(local)


def _cdp_summary(row: Row) -> Iterator[Neighbor]:
    """One row. One that ends behind its capabilities keeps what it has, and is reported: a port id has more than one letter.

    Raises:
        ValueError: a column is damaged or missing.
    """
    reject_unknown(row)
    reject_two_columns(text_of(row, "platform"), "platform")
    if not text_of(row, "platform").isascii():
        raise ValueError(f"no platform: {text_of(row, 'platform')[:40]!r}")
    platform, port = _mended(text_of(row, "platform"), text_of(row, "port"))
    capabilities = [letter for letter in re.split(r"[ ,]+", text_of(row, "capabilities")) if letter]
    is_torn = len(port) == 1 and port.isalpha()
    if is_torn:
        capabilities, platform, port = [*capabilities, *platform.split(), port], "", ""
    name, local = named_local(row)
    yield Neighbor(
        protocol=NeighborProtocol.CDP,
        local=local,
        name=name,
        port=port,
        platform=platform,
        capabilities=tuple(capabilities),
    )
    if is_torn:
        raise ValueError(f"{name}: no platform and port id behind the capabilities; the other values are kept")


def _mended(platform: str, port: str) -> tuple[str, str]:
    """Platform and port where a long platform touches the port: ``WS-C3524-XFas`` and ``0/13``."""
    touching = re.fullmatch(r"(\S*?)(Fas|Gig|Ten|Eth|Twe|For|Hun)", platform)
    return (touching[1], f"{touching[2]} {port}") if touching and port[:1].isdigit() else (platform, port)


def _lldp_detail(row: Row) -> Iterator[Neighbor]:
    yield Neighbor(
        protocol=NeighborProtocol.LLDP,
        local=only_local(row),
        name=_said(row, "name"),
        port=_said(row, "port"),
        port_description=_said(row, "port_description"),
        chassis_id=_said(row, "chassis"),
        platform=_said(row, "model") or text_of(row, "description"),
        software=_said(row, "software"),
        capabilities=tuple(filter(None, _said(row, "capabilities").split(","))),
        addresses=tuple(dict.fromkeys(list_of(row, "addresses"))),
        voice_vlan=number_of(row, "voice_vlan"),
        serial=_said(row, "serial"),
        detail=True,
    )


def _lldp_summary(row: Row) -> Iterator[Neighbor]:
    reject_unknown(row)
    reject_two_columns(text_of(row, "port"), "port id")
    name, local = named_local(row)
    yield Neighbor(
        protocol=NeighborProtocol.LLDP,
        local=local,
        name=name,
        port=text_of(row, "port"),
        capabilities=tuple(filter(None, text_of(row, "capabilities").split(","))),
    )


def _said(row: Row, key: str) -> str:
    text = text_of(row, key)
    return "" if _NOT_ADVERTISED.fullmatch(text) else text


COMMANDS: tuple[Command, ...] = (
    Command(
        "show cdp neighbors detail", Table.NEIGHBORS, "cisco_ios_show_cdp_neighbors_detail.textfsm", _cdp_detail, total=_CDP_TOTAL, sweep=True,
        aliases=("show cdp neighbor detail", "show cdp entry *", "show cdp entry all"),
        pattern=re.compile(rf"sho?w? cdp nei[a-z]* {_AT} det[a-z]*|sho?w? cdp entry (?!\*|all$)\S{{1,80}}", re.IGNORECASE),
    ),
    Command(
        "show cdp neighbors", Table.NEIGHBORS, "cisco_ios_show_cdp_neighbors.textfsm", _cdp_summary, total=_CDP_TOTAL,
        aliases=("show cdp neighbor",), pattern=re.compile(rf"sho?w? cdp nei[a-z]* {_AT}", re.IGNORECASE),
    ),
    Command(
        "show lldp neighbors detail", Table.NEIGHBORS, "cisco_ios_show_lldp_neighbors_detail.textfsm", _lldp_detail, total=_LLDP_TOTAL, sweep=True,
        aliases=("show lldp neighbor detail", "show lldp entry *", "show lldp entry all"),
        pattern=re.compile(rf"sho?w? lldp nei[a-z]* {_AT} det[a-z]*|sho?w? lldp entry (?!\*|all$)\S{{1,80}}", re.IGNORECASE),
    ),
    Command(
        "show lldp neighbors", Table.NEIGHBORS, "cisco_ios_show_lldp_neighbors.textfsm", _lldp_summary, total=_LLDP_TOTAL,
        aliases=("show lldp neighbor",), pattern=re.compile(rf"sho?w? lldp nei[a-z]* {_AT}", re.IGNORECASE),
    ),
)  # fmt: skip
