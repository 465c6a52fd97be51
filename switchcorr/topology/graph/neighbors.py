"""What a CDP or LLDP record is about: a phone, a switch, a router, or an end system that is none of these.

The letters of the two protocols differ: ``S`` is a switch in CDP and a station in LLDP, ``T`` a bridge in CDP and a telephone in LLDP.
Source: legends of ``show cdp neighbors`` and ``show lldp neighbors``; IEEE 802.1AB clause 8.5.8.
"""

from __future__ import annotations

import enum
import re

from switchcorr.model.addresses import MacAddress, PhoneName
from switchcorr.model.tables import Neighbor, NeighborProtocol

_PHONE_WORDS = re.compile(r"\bphone|^SEP|codec|telephone", re.IGNORECASE)
_SWITCH_PLATFORM = re.compile(r"WS-C|^C[1-3]?9[2-6]\d\d|^N[3579]K|^C6[58]\d\d|^C1000|catalyst|nexus", re.IGNORECASE)
_CATALYST = re.compile(r"WS-C|^C1000|^C[1-3]?9[2-6]\d\d|catalyst", re.IGNORECASE)
_END_SYSTEM = re.compile(
    r"\bAIR-|aironet|access point|^C91\d\d|^CW9\d\d\d|\bMR\d\d|Cloud Managed AP|VMware|\bESXi?\b|\bWindows\b|NetApp|\bUPS\b|\bAPC\b|PowerNet|camera|printer|"
    r"\bVG[234]\d\d|\bATA\b",
    re.IGNORECASE,
)
"""Systems that bridge, route or speak CDP for themselves: access points, hypervisors, servers, supplies, analogue gateways."""
_LINUX = re.compile(r"\bLinux\b", re.IGNORECASE)
_PANEL_PORT = re.compile(r"\d/\d|^swp\d|^Ethernet\d", re.IGNORECASE)
"""Ports as switches call them; those of a server are ``eth0`` or an address. Switches of many makers run Linux and say so."""
_PORT_MAC = re.compile(
    r"([0-9A-Fa-f]{12}|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}|(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2})(?P<socket>:[Pp]\d)?"
)
"""The MAC as a port id, and the socket that Cisco's phones name behind it: ``00005E005301:P1``."""


class NeighborKind(enum.Enum):
    """What hangs on the other end."""

    PHONE = "phone"
    SWITCH = "switch"
    ROUTER = "router"
    END_SYSTEM = "end system"


def kind_of(neighbor: Neighbor) -> NeighborKind:
    """What a record is about; what says nothing of itself is an end system."""
    if is_phone(neighbor):
        return NeighborKind.PHONE
    if _END_SYSTEM.search(neighbor.platform) or _is_server(neighbor) or _has(neighbor, "W", "wlan", lldp=True):
        return NeighborKind.END_SYSTEM
    if _SWITCH_PLATFORM.search(neighbor.platform) or _has(neighbor, "S", "switch") or _has(neighbor, "B", "bridge", lldp=True):
        return NeighborKind.SWITCH
    if routes(neighbor):
        return NeighborKind.ROUTER
    return NeighborKind.END_SYSTEM


def _is_server(neighbor: Neighbor) -> bool:
    return _LINUX.search(neighbor.platform) is not None and not _PANEL_PORT.search(neighbor.port)


def is_catalyst(neighbor: Neighbor) -> bool:
    """Whether a record is of a Catalyst, by its own word."""
    return _CATALYST.search(neighbor.platform) is not None


def routes(neighbor: Neighbor) -> bool:
    """Whether a record says that its device routes, whatever else it does."""
    return _has(neighbor, "R", "router") or _has(neighbor, "R", "router", lldp=True)


def is_phone(neighbor: Neighbor) -> bool:
    """Whether a record is of a phone: by its name, or by what it says of itself.

    One that tells no capability is told by its voice VLAN: LLDP-MED gives it to phones (endpoints of class III) only, and switches tell what they can.
    One that tells no name either (a phone that is starting) is told by its port id, a MAC with the phone's socket behind it.
    """
    if PhoneName.parse_or_none(neighbor.name) is not None or _PHONE_WORDS.search(neighbor.platform):
        return True
    if _has(neighbor, "P", "phone") or _has(neighbor, "T", "telephone", lldp=True):
        return True
    if neighbor.protocol is not NeighborProtocol.LLDP or neighbor.capabilities:
        return False
    return neighbor.voice_vlan is not None or (not neighbor.name and _names_a_socket(neighbor))


def _names_a_socket(neighbor: Neighbor) -> bool:
    found = _PORT_MAC.fullmatch(neighbor.port)
    return found is not None and found["socket"] is not None


def phone_of(neighbor: Neighbor) -> PhoneName | None:
    """The phone a record is about: by its name, else by the MAC in an LLDP port id; never by the chassis id."""
    name = PhoneName.parse_or_none(neighbor.name)
    if name is not None:
        return name
    found = _PORT_MAC.fullmatch(neighbor.port) if neighbor.protocol is NeighborProtocol.LLDP else None
    return PhoneName.of(MacAddress.parse(found[1])) if found and is_phone(neighbor) else None


def _has(neighbor: Neighbor, letter: str, word: str, *, lldp: bool = False) -> bool:
    """Whether a record of CDP, or of LLDP, carries a capability, as a letter or as a word; ``r`` and ``s`` of CDP are others than ``R`` and ``S``."""
    if (neighbor.protocol is NeighborProtocol.LLDP) is not lldp:
        return False
    return any(capability == letter or capability.lower() == word for capability in neighbor.capabilities)
