"""What switches print, as typed rows: one dataclass per table, one field per table in ``DeviceTables``.

Rows say what the text says and nothing more. An unknown value is None or empty, never a guess.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from switchcorr.model.addresses import MacAddress
from switchcorr.model.interfaces import InterfaceName


class Table(enum.Enum):
    """A table's name: the field of ``DeviceTables`` that holds its rows."""

    CLOCK = "clock"
    VERSION = "version"
    INVENTORY = "inventory"
    MODULES = "modules"
    STACK = "stack"
    INTERFACES = "interfaces"
    ERROR_COUNTERS = "error_counters"
    STATUS = "status"
    DESCRIPTIONS = "descriptions"
    SWITCHPORTS = "switchports"
    NEIGHBORS = "neighbors"
    MAC = "mac"
    LAGS = "lags"
    SPANNING_TREE = "spanning_tree"
    TOPOLOGY_CHANGES = "topology_changes"
    POWER = "power"
    LOGGING = "logging"
    DIAGNOSTICS = "diagnostics"
    ASICS = "asics"
    FEXES = "fexes"
    ARP = "arp"
    REDUNDANCY = "redundancy"
    ENVIRONMENT = "environment"
    VLANS = "vlans"


@dataclass(frozen=True, slots=True)
class Clock:
    """The device's own time when it answered.

    Attributes:
        text: as printed, without the mark of a clock that is not synchronised.
        time: aware and UTC where the text names that zone; else None, because other names are not unique.
        at: when that was, by the clock of whoever captured: when the command was sent, else when the visit began; None if nothing tells.
        within: how long after ``at`` the answer came at most; None if ``at`` is that of the visit.
    """

    text: str
    time: datetime | None = None
    at: datetime | None = None
    within: timedelta | None = None


@dataclass(frozen=True, slots=True)
class MemberUptime:
    """Since when one member of a stack runs, and why it restarted."""

    number: int
    uptime: timedelta
    reload_reason: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """What runs on a device, since when and why it restarted.

    Attributes:
        members: of a stack, those that the output tells an uptime of: all but the active one.
    """

    hostname: str = ""
    software: str = ""
    version: str = ""
    model: str = ""
    serials: tuple[str, ...] = ()
    uptime: timedelta | None = None
    reload_reason: str = ""
    virtual_switch: bool = False
    members: tuple[MemberUptime, ...] = ()


@dataclass(frozen=True, slots=True)
class InventoryItem:
    """One entry of ``show inventory``."""

    name: str
    description: str = ""
    pid: str = ""
    serial: str = ""


ONLINE_DIAGNOSTICS = "online diagnostics"
"""What a card's own tests found when it started, kept as the status of a part of it."""


@dataclass(frozen=True, slots=True)
class Module:
    """A line card, supervisor, stack member in a module table, or fabric module.

    Attributes:
        switch: of a virtual pair or stack; None on a single chassis.
        slot: None where the row is a stack member.
        submodule: whether it is a daughter card of the slot.
    """

    switch: int | None = None
    slot: int | None = None
    model: str = ""
    serial: str = ""
    status: str = ""
    card_type: str = ""
    ports: int | None = None
    submodule: bool = False


@dataclass(frozen=True, slots=True)
class StackMember:
    """One switch of a stack or virtual pair."""

    number: int
    role: str = ""
    mac: MacAddress | None = None
    priority: int | None = None
    state: str = ""
    model: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True)
class Interface:
    """One interface of ``show interfaces`` with all its counters.

    Attributes:
        counters: by the names of ``COUNTER_NAMES``; a counter the text does not print is absent, never 0.
        last_cleared: text of "Last clearing of counters": ``never``, ``1d02h``; empty if not printed.
        last_flapped: text of "Last link flapped", likewise.
    """

    name: InterfaceName
    admin_up: bool | None = None
    line_up: bool | None = None
    hardware: str = ""
    mac: MacAddress | None = None
    description: str = ""
    duplex: str = ""
    speed: str = ""
    last_cleared: str = ""
    last_flapped: str = ""
    counters: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ErrorCounters:
    """One row of an error-counter table; names as in ``COUNTER_NAMES``."""

    name: InterfaceName
    counters: Mapping[str, int]


COUNTER_NAMES = (
    "input_packets", "output_packets", "input_errors", "crc", "frame", "overrun", "ignored", "abort", "runts", "giants", "throttles",
    "output_errors", "output_drops", "input_queue_drops", "collisions", "late_collisions", "deferred", "babbles", "underruns",
    "interface_resets", "lost_carrier", "no_carrier", "carrier_transitions", "watchdog", "input_pause", "output_pause",
    "unknown_protocol_drops", "output_buffer_failures", "input_discards",
    "align_errors", "fcs_errors", "transmit_errors", "receive_errors", "undersize", "oversize", "output_discards",
    "single_collisions", "multiple_collisions", "excess_collisions", "carrier_sense", "stomped_crc", "symbol_errors",
)  # fmt: skip
"""Every counter a platform may give, in one vocabulary. Source: IOS ``show interfaces`` and ``show interfaces counters errors``."""


@dataclass(frozen=True, slots=True)
class InterfaceStatus:
    """One row of ``show interfaces status``; ``status`` and ``vlan`` as printed, lower case; ``reason`` of an err-disabled one."""

    name: InterfaceName
    status: str
    vlan: str = ""
    description: str = ""
    duplex: str = ""
    speed: str = ""
    media: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class InterfaceDescription:
    """One row of ``show interfaces description``."""

    name: InterfaceName
    status: str
    protocol: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Switchport:
    """Layer-2 settings of one interface."""

    name: InterfaceName
    enabled: bool = True
    admin_mode: str = ""
    mode: str = ""
    access_vlan: int | None = None
    voice_vlan: int | None = None
    native_vlan: int | None = None
    trunk_vlans: str = ""


class NeighborProtocol(enum.Enum):
    """How a neighbor made itself known."""

    CDP = "cdp"
    LLDP = "lldp"


@dataclass(frozen=True, slots=True)
class Neighbor:
    """One CDP or LLDP record.

    Attributes:
        name: device id (CDP) or system name (LLDP) as printed; may be empty with LLDP.
        port: the neighbor's port as printed: ``Port 1``, ``GigabitEthernet1/0/1``, ``C8F9F9D61BC2:P1``.
        chassis_id: LLDP only; the address of a phone, the MAC of a switch: never the key of a phone.
        detail: whether it comes from a detail output; a summary cuts names.
        second_port_up: what a phone says of its PC port; None if it says nothing.
    """

    protocol: NeighborProtocol
    local: InterfaceName
    name: str
    port: str = ""
    port_description: str = ""
    chassis_id: str = ""
    platform: str = ""
    software: str = ""
    capabilities: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    voice_vlan: int | None = None
    serial: str = ""
    detail: bool = False
    second_port_up: bool | None = None


@dataclass(frozen=True, slots=True)
class MacEntry:
    """One address at one interface; an address at several interfaces gives several entries."""

    vlan: int
    mac: MacAddress
    interface: InterfaceName
    dynamic: bool = True


@dataclass(frozen=True, slots=True)
class LagMember:
    """One interface of a bundle and whether it carries traffic."""

    interface: InterfaceName
    flag: str = ""

    @property
    def bundled(self) -> bool:
        """Whether the member carries traffic: flag ``P`` (in port-channel); unknown counts as yes."""
        return self.flag in ("", "P")


@dataclass(frozen=True, slots=True)
class Lag:
    """A bundle and its members, whatever their state."""

    name: InterfaceName
    members: tuple[LagMember, ...]
    protocol: str = ""
    flags: str = ""


@dataclass(frozen=True, slots=True)
class SpanningTreePort:
    """The role of one interface in one instance: ``root desg altn back mstr`` and ``fwd blk lrn lis bkn dis``.

    Attributes:
        root: address of the instance's root bridge.
        is_root_bridge: whether this device is the root.
    """

    instance: str
    name: InterfaceName
    role: str
    state: str
    cost: int | None = None
    root: MacAddress | None = None
    is_root_bridge: bool = False


@dataclass(frozen=True, slots=True)
class TopologyChanges:
    """How often the tree of one instance changed since the restart; ``last`` as printed: ``1w1d``, ``00:10:11``; and where it came from."""

    instance: str
    count: int
    last: str = ""
    interface: InterfaceName | None = None


@dataclass(frozen=True, slots=True)
class PowerPort:
    """Power over Ethernet of one interface; ``oper`` as printed, lower case (``on``, ``off``, ``faulty``, ``power-deny``)."""

    name: InterfaceName
    admin: str
    oper: str
    watts: float | None = None
    device: str = ""


@dataclass(frozen=True, slots=True)
class LogMessage:
    """One line of ``show logging``: ``%FACILITY-severity-MNEMONIC: text``.

    Attributes:
        stamp: the time as printed; its zone and year may be missing.
    """

    stamp: str
    facility: str
    severity: int
    mnemonic: str
    text: str


@dataclass(frozen=True, slots=True)
class DiagnosticResult:
    """One test of one module: ``pass``, ``fail`` or ``untested``; ``failed_ports`` for tests by port."""

    switch: int | None
    slot: int | None
    test: str
    result: str
    failed_ports: tuple[int, ...] = ()
    failures: int | None = None


@dataclass(frozen=True, slots=True)
class AsicPort:
    """The port ASIC behind an interface."""

    name: InterfaceName
    asic: int
    core: int | None = None


@dataclass(frozen=True, slots=True)
class Fex:
    """A fabric extender and the interfaces it hangs from."""

    number: int
    model: str = ""
    serial: str = ""
    state: str = ""
    uplinks: tuple[InterfaceName, ...] = ()


@dataclass(frozen=True, slots=True)
class ArpEntry:
    """An address and its MAC; also a row of device tracking."""

    address: str
    mac: MacAddress
    interface: InterfaceName | None = None
    vlan: int | None = None


@dataclass(frozen=True, slots=True)
class Redundancy:
    """State of the supervisors.

    Attributes:
        last_switchover: its reason, as printed; also ``none`` and ``unsupported``.
        switchovers: since the device started.
        in_state: how long the one that answers has been what it is: since it took over, where there were switchovers.
    """

    my_state: str = ""
    peer_state: str = ""
    mode: str = ""
    last_switchover: str = ""
    switchovers: int | None = None
    in_state: timedelta | None = None


@dataclass(frozen=True, slots=True)
class EnvironmentReading:
    """One fan, supply or sensor: ``what`` is its name as printed, ``state`` the device's own word for it."""

    what: str
    state: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Vlan:
    """A VLAN of the device."""

    number: int
    name: str
    status: str = ""


TableRow = (
    Clock | Version | InventoryItem | Module | StackMember | Interface | ErrorCounters | InterfaceStatus | InterfaceDescription
    | Switchport | Neighbor | MacEntry | Lag | SpanningTreePort | TopologyChanges | PowerPort | LogMessage | DiagnosticResult | AsicPort | Fex
    | ArpEntry | Redundancy | EnvironmentReading | Vlan
)  # fmt: skip

_TABLES: Mapping[type, Table] = {
    Clock: Table.CLOCK, Version: Table.VERSION, InventoryItem: Table.INVENTORY, Module: Table.MODULES, StackMember: Table.STACK,
    Interface: Table.INTERFACES, ErrorCounters: Table.ERROR_COUNTERS, InterfaceStatus: Table.STATUS,
    InterfaceDescription: Table.DESCRIPTIONS, Switchport: Table.SWITCHPORTS, Neighbor: Table.NEIGHBORS, MacEntry: Table.MAC,
    Lag: Table.LAGS, SpanningTreePort: Table.SPANNING_TREE, TopologyChanges: Table.TOPOLOGY_CHANGES, PowerPort: Table.POWER, LogMessage: Table.LOGGING,
    DiagnosticResult: Table.DIAGNOSTICS, AsicPort: Table.ASICS, Fex: Table.FEXES, ArpEntry: Table.ARP, Redundancy: Table.REDUNDANCY,
    EnvironmentReading: Table.ENVIRONMENT, Vlan: Table.VLANS,
}  # fmt: skip


def table_of(row: TableRow) -> Table:
    """The table a row belongs to: its type tells.

    >>> table_of(Vlan(20, "data"))
    <Table.VLANS: 'vlans'>
    """
    return _TABLES[type(row)]


@dataclass(frozen=True, slots=True)
class DeviceTables:
    """All rows of one device in one snapshot; an empty tuple is "no rows", whether asked or not: see ``DeviceFacts.outputs``."""

    clock: tuple[Clock, ...] = ()
    version: tuple[Version, ...] = ()
    inventory: tuple[InventoryItem, ...] = ()
    modules: tuple[Module, ...] = ()
    stack: tuple[StackMember, ...] = ()
    interfaces: tuple[Interface, ...] = ()
    error_counters: tuple[ErrorCounters, ...] = ()
    status: tuple[InterfaceStatus, ...] = ()
    descriptions: tuple[InterfaceDescription, ...] = ()
    switchports: tuple[Switchport, ...] = ()
    neighbors: tuple[Neighbor, ...] = ()
    mac: tuple[MacEntry, ...] = ()
    lags: tuple[Lag, ...] = ()
    spanning_tree: tuple[SpanningTreePort, ...] = ()
    topology_changes: tuple[TopologyChanges, ...] = ()
    power: tuple[PowerPort, ...] = ()
    logging: tuple[LogMessage, ...] = ()
    diagnostics: tuple[DiagnosticResult, ...] = ()
    asics: tuple[AsicPort, ...] = ()
    fexes: tuple[Fex, ...] = ()
    arp: tuple[ArpEntry, ...] = ()
    redundancy: tuple[Redundancy, ...] = ()
    environment: tuple[EnvironmentReading, ...] = ()
    vlans: tuple[Vlan, ...] = ()
