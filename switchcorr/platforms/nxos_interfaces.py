"""NX-OS: interfaces, their counters, status, descriptions, switchports.

A counter that a text does not print is absent from its row, never 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from switchcorr.model.addresses import MacAddress
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.tables import Interface, InterfaceDescription, InterfaceStatus, Switchport, Table
from switchcorr.platforms.declaration import Command, Row
from switchcorr.platforms.ios_interfaces import read_error_columns, read_status
from switchcorr.platforms.rows import list_of, number_of, text_of

COUNTER_LABELS: Mapping[str, str] = {
    "input packets": "input_packets",
    "packets input": "input_packets",
    "output packets": "output_packets",
    "packets output": "output_packets",
    "runts": "runts",
    "giants": "giants",
    "crc": "crc",
    "crc/fcs": "crc",
    "input error": "input_errors",
    "input errors": "input_errors",
    "frame": "frame",
    "overrun": "overrun",
    "underrun": "underruns",
    "underruns": "underruns",
    "ignored": "ignored",
    "watchdog": "watchdog",
    "input discard": "input_discards",
    "rx pause": "input_pause",
    "stomped crc": "stomped_crc",
    "output error": "output_errors",
    "output errors": "output_errors",
    "collision": "collisions",
    "collisions": "collisions",
    "deferred": "deferred",
    "late collision": "late_collisions",
    "lost carrier": "lost_carrier",
    "no carrier": "no_carrier",
    "babble": "babbles",
    "output discard": "output_drops",
    "tx pause": "output_pause",
    "interface resets": "interface_resets",
}
"""What ``show interface`` writes behind a number, in lower case, and the counter it is.

``output discard`` is what IOS calls ``Total output drops``: a frame that found no buffer on its way out.
"""

_LABELS_WITHOUT_USE = frozenset(
    (
        "unicast packets",
        "multicast packets",
        "broadcast packets",
        "bytes",
        "jumbo packets",
        "storm suppression bytes",
        "storm suppression packets",
        "no buffer",
        "short frame",
        "bad etype drop",
        "bad proto drop",
        "if down drop",
        "input with dribble",
        "packets/sec",
        "fifo",
        "multicast frames",
        "compressed",
        "out_carrier_errors",
        "unknown class",
    )
)
_LAST_VLAN = 4094
_ITEM = re.compile(r"(\d{1,20})\s+([A-Za-z][A-Za-z/_ ]*)")


def _interface(row: Row) -> Iterator[Interface]:
    name = text_of(row, "interface")
    if len(list_of(row, "hardware")) > 1:
        raise ValueError(f"{name}: lines of two interfaces under one name, the header of the second is damaged")
    if not text_of(row, "cause").isascii():
        raise ValueError(f"{name}: the line that tells its state is damaged")
    resets = number_of(row, "resets")
    counters, odd = _read_counters(list_of(row, "counters"), {} if resets is None else {"interface_resets": resets})
    if not text_of(row, "hardware") and not counters:
        raise ValueError(f"{name}: nothing but the line that tells its state")
    mac = text_of(row, "mac")
    speed = text_of(row, "speed")
    yield Interface(
        name=InterfaceName.parse(name),
        admin_up=_admin_up(row),
        line_up=(text_of(row, "protocol") or text_of(row, "link")) == "up",
        hardware=text_of(row, "hardware"),
        mac=MacAddress.parse(mac) if mac else None,
        description=text_of(row, "description"),
        duplex=text_of(row, "duplex").lower(),
        speed="auto" if speed.startswith("auto") else speed,
        last_cleared=text_of(row, "last_cleared"),
        last_flapped=text_of(row, "last_flapped"),
        counters=counters,
    )
    if odd:
        raise ValueError(f"{name}: {odd}; the other values of this interface are kept")


def _admin_up(row: Row) -> bool:
    """The line "admin state is" of an Ethernet port, else the cause in the header; old releases and VLANs have only that."""
    admin = text_of(row, "admin")
    if admin:
        return admin == "up"
    return not f"{text_of(row, 'link')} {text_of(row, 'cause')}".lower().count("administratively")


def _read_counters(lines: Iterable[str], known: Mapping[str, int]) -> tuple[dict[str, int], str]:
    """Counters of one interface, together with those known, and what was odd about the lines.

    A counter that comes a second time belongs to an interface whose header is damaged: from there on nothing is taken.
    """
    counters = dict(known)
    odd = ""
    for line in lines:
        rest = line
        for number, text in _ITEM.findall(line):
            label = text.strip().lower()
            name = COUNTER_LABELS.get(label)
            rest = rest.replace(f"{number} {text}", "", 1)
            if name in counters:
                return counters, f"{label} comes twice, lines of another interface follow"
            if name is not None:
                counters[name] = int(number)
            elif label not in _LABELS_WITHOUT_USE:
                odd = odd or f"not a counter: {number} {label!r}"
        if rest.strip(" ,"):
            odd = odd or f"not a counter: {rest.strip()!r}"
    return counters, odd


def _err_disabled(row: Row) -> Iterator[InterfaceStatus]:
    description = text_of(row, "description")
    yield InterfaceStatus(
        name=InterfaceName.parse(text_of(row, "interface")),
        status=text_of(row, "status").lower(),
        description="" if description == "--" else description,
        reason=text_of(row, "reason"),
    )


def _description(row: Row) -> Iterator[InterfaceDescription]:
    description = text_of(row, "description")
    yield InterfaceDescription(
        name=InterfaceName.parse(text_of(row, "interface")),
        status="",
        protocol="",
        description="" if description == "--" else description,
    )


def _go_on(lines: Sequence[str]) -> bool:
    """Whether lines are one list of VLANs, which goes on in the middle of a number too: its numbers rise, and none is too large."""
    numbers = [int(number) for number in re.findall(r"\d{1,6}", "".join(lines))]
    return len(lines) < 2 or (max(numbers, default=0) <= _LAST_VLAN and all(one < after for one, after in pairwise(numbers)))


def _switchport(row: Row) -> Iterator[Switchport]:
    lines = list_of(row, "trunk_vlans")
    whole = _go_on(lines)
    yield Switchport(
        name=InterfaceName.parse(text_of(row, "interface")),
        enabled=text_of(row, "switchport") == "Enabled",
        admin_mode=text_of(row, "admin_mode").lower(),
        mode=text_of(row, "mode").lower(),
        access_vlan=number_of(row, "access_vlan"),
        voice_vlan=number_of(row, "voice_vlan"),
        native_vlan=number_of(row, "native_vlan"),
        trunk_vlans="".join(lines) if whole else "",
    )
    if not whole:
        raise ValueError(f"{text_of(row, 'interface')}: the lines of its VLANs do not go on from each other; the other values are kept")


COMMANDS: tuple[Command, ...] = (
    Command(
        text="show interface",
        table=Table.INTERFACES,
        template="cisco_nxos_show_interface.textfsm",
        rows=_interface,
        sweep=True,
        aliases=("show interfaces",),
        pattern=re.compile(r"sho?w? int[a-z]* (?:ethernet|eth?|e|port-channel|po|vlan|mgmt|loopback|lo) ?\d[\d/.]*"),
    ),
    Command(
        text="show interface counters errors",
        table=Table.ERROR_COUNTERS,
        template="cisco_ios_show_interfaces_counters_errors.textfsm",
        rows=read_error_columns,
        sweep=True,
        aliases=("show interface counters errors non-zero",),
    ),
    Command(
        text="show interface status",
        table=Table.STATUS,
        template="cisco_nxos_show_interface_status.textfsm",
        rows=read_status,
        sweep=True,
        pattern=re.compile(r"sho?w? int[a-z]* (?:\S*\d\S* stat[a-z]*|stat[a-z]* (?:mod[a-z]*|fex) \d{1,3})"),
    ),
    Command(
        text="show interface status err-disabled",
        table=Table.STATUS,
        template="cisco_nxos_show_interface_status_err-disabled.textfsm",
        rows=_err_disabled,
    ),
    Command(
        text="show interface description",
        table=Table.DESCRIPTIONS,
        template="cisco_nxos_show_interface_description.textfsm",
        rows=_description,
    ),
    Command(
        text="show interface switchport",
        table=Table.SWITCHPORTS,
        template="cisco_nxos_show_interface_switchport.textfsm",
        rows=_switchport,
        sweep=True,
    ),
)
