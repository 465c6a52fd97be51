"""The network as the correlation sees it: components that can fail alone, and which phones are exposed to each.

Phones and edge interfaces are columns, not nodes: ``RiskTable`` holds one ``array('i')`` per kind of risk group.
"""

from __future__ import annotations

import enum
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from switchcorr.model.interfaces import ChassisClass, InterfaceName
from switchcorr.model.placement import Placement


class Domain(enum.Enum):
    """Whose fault it is if a component of the kind fails; the verdict of an incident."""

    NETWORK = "network"
    CALL_SERVER = "call_server"
    WAN_OR_NAT = "wan_or_nat"
    ENDPOINT = "endpoint"


@dataclass(frozen=True, slots=True)
class RiskKind:
    """A kind of thing that phones can share.

    Attributes:
        name: as in JSON and in the columns of a locations file.
        noun: for sentences.
        prior: of a fault of this kind given that there is one fault, before it is spread over the components of the kind.
            Source: class priors of the localisation benchmark; to be fitted to a site.
        needs_switch: whether an id that is only a number or an interface name is qualified with the row's switch.
        locates: whether it tells where in the network a phone is.
        common: whether all phones cross it, wherever they are.
    """

    name: str
    noun: str
    domain: Domain
    prior: float = 0.05
    needs_switch: bool = False
    locates: bool = False
    common: bool = False


RISK_KINDS: tuple[RiskKind, ...] = (
    RiskKind("port", "port", Domain.ENDPOINT, 0.02, needs_switch=True),
    RiskKind("asic", "port ASIC", Domain.NETWORK, needs_switch=True, locates=True),
    RiskKind("module", "module", Domain.NETWORK, 0.12, needs_switch=True, locates=True),
    RiskKind("chassis", "chassis", Domain.NETWORK, 0.03, needs_switch=True, locates=True),
    RiskKind("switch", "switch", Domain.NETWORK, locates=True),
    RiskKind("chain", "daisy chain", Domain.NETWORK, 0.02, locates=True),
    RiskKind("uplink", "uplink", Domain.NETWORK, 0.06, needs_switch=True, locates=True),
    RiskKind("uplink_bundle", "uplink bundle", Domain.NETWORK, needs_switch=True, locates=True),
    RiskKind("distribution", "distribution switch", Domain.NETWORK, locates=True),
    RiskKind("block", "distribution block", Domain.NETWORK, 0.01, locates=True),
    RiskKind("core", "core", Domain.NETWORK, 0.02, common=True),
    RiskKind("vlan", "VLAN", Domain.NETWORK),
    RiskKind("subnet", "subnet", Domain.NETWORK),
    RiskKind("power", "power domain", Domain.NETWORK, locates=True),
    RiskKind("site", "site", Domain.WAN_OR_NAT),
    RiskKind("node", "CallManager node", Domain.CALL_SERVER),
    RiskKind("cluster", "CallManager cluster", Domain.CALL_SERVER),
    RiskKind("device_pool", "device pool", Domain.CALL_SERVER, 0.02),
    RiskKind("model", "phone model", Domain.ENDPOINT, 0.02),
    RiskKind("firmware", "phone firmware", Domain.ENDPOINT, 0.02),
)
"""The one declaration of what can be shared, smallest first. Any other column of a locations file is a generic kind."""

_KINDS = {kind.name: kind for kind in RISK_KINDS}
PLACE_KINDS = frozenset(kind.name for kind in RISK_KINDS if kind.locates)
"""The kinds that tell where in the network a phone is."""
_GENERIC_PRIOR = 0.02


def risk_kind(name: str) -> RiskKind:
    """The declared kind, or a generic one: a network property of unknown meaning."""
    return _KINDS.get(name) or RiskKind(name, name.replace("_", " "), Domain.NETWORK, _GENERIC_PRIOR)


@dataclass(frozen=True, slots=True, order=True)
class Component:
    """Anything that can fail alone; ``label`` is for people and does not count in comparisons."""

    kind: str
    id: str
    label: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class RiskTable:
    """Which phone is exposed to which component.

    Attributes:
        phones: names of all known endpoints, sorted; also those without any known component.
        components: per kind, sorted by id.
        columns: per kind one entry a phone: an index into ``components[kind]``, or -1 for unknown.
        hashed: components that carry 1/n of the traffic of their phones each (members of a bundle with unknown hash, the switches above
            phones whose traffic is shared out over them); each stands here once.

    Kinds stand in the order of ``RISK_KINDS``, generic ones behind.
    """

    phones: tuple[str, ...]
    components: Mapping[str, tuple[Component, ...]]
    columns: Mapping[str, array[int]]
    hashed: tuple[HashedComponent, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """Names of the kinds that have a column."""
        return tuple(self.columns)


@dataclass(frozen=True, slots=True)
class HashedComponent:
    """A part of several ways with unknown hash: each phone of ``bundle`` crosses ``component`` with probability 1/``ways``.

    ``bundle`` stands in a column: an ``uplink_bundle``, the ``switch`` whose equal uplinks are no bundle, or the ``block`` of a pair.
    """

    component: Component
    bundle: Component
    ways: int


def risk_table(
    rows: Mapping[str, Mapping[str, str]],
    *,
    labels: Mapping[tuple[str, str], str] | None = None,
    hashed: tuple[HashedComponent, ...] = (),
) -> RiskTable:
    """A table from plain rows.

    Args:
        rows: per phone, component id by kind; an empty id is unknown.
        labels: for people, by kind and id.
        hashed: components that carry a share of their phones' traffic.
    """
    names = {name for row in rows.values() for name in row}
    order = [kind.name for kind in RISK_KINDS if kind.name in names] + sorted(names - set(_KINDS))
    phones = tuple(sorted(rows))
    components: dict[str, tuple[Component, ...]] = {}
    columns: dict[str, array[int]] = {}
    for kind in order:
        ids = sorted({row[kind] for row in rows.values() if row.get(kind)})
        if not ids:
            continue
        index = {id_: i for i, id_ in enumerate(ids)}
        components[kind] = tuple(Component(kind, id_, (labels or {}).get((kind, id_), "")) for id_ in ids)
        columns[kind] = array("i", [index.get(rows[phone].get(kind, ""), -1) for phone in phones])
    return RiskTable(phones=phones, components=components, columns=columns, hashed=hashed)


class LinkEvidence(enum.Enum):
    """What a link between two devices is known from, best first."""

    MUTUAL_NEIGHBORS = "both ends name each other"
    ONE_SIDED_NEIGHBOR = "one end names the other"
    LAG = "bundle membership"
    MAC_TABLE = "mac table"


@dataclass(frozen=True, slots=True)
class Link:
    """A cable or a bundle between two devices.

    Attributes:
        a, b: device names, in order.
        a_interface, b_interface: None if only the other end is known.
        bundle_a, bundle_b: the bundle each end belongs to.
        active: whether spanning tree lets the traffic of any instance through.
        blocked_in: spanning-tree instances (VLAN numbers, or MST instances) that do not pass, sorted.
        conflicts: other evidence that disagrees, as sentences.
    """

    a: str
    b: str
    a_interface: InterfaceName | None
    b_interface: InterfaceName | None
    evidence: LinkEvidence
    bundle_a: InterfaceName | None = None
    bundle_b: InterfaceName | None = None
    active: bool = True
    blocked_in: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    """One module of a device: ``id`` as in a component of kind ``module``."""

    id: str
    model: str = ""
    serial: str = ""
    status: str = ""
    ports: int | None = None
    phones: int = 0


@dataclass(frozen=True, slots=True)
class CampusDevice:
    """A device as the topology knows it.

    Attributes:
        read: False for one that is only named by a neighbor.
        stands_for: of what has the fabric extenders that several devices share, those devices; empty for every real one.
    """

    name: str
    platform: str = ""
    model: str = ""
    chassis: ChassisClass = ChassisClass.FIXED
    modules: tuple[ModuleFacts, ...] = ()
    addresses: tuple[str, ...] = ()
    software: str = ""
    level: int | None = None
    """Links to the core: 0 is the core itself; None if not connected to it."""
    read: bool = True
    taken_at: datetime | None = None
    stands_for: tuple[str, ...] = ()


class ObservationKind(enum.Enum):
    """What a switch or a server says of a component, apart from the phones."""

    COUNTER_GROWTH = "counter_growth"
    COUNTER_TOTAL = "counter_total"
    """From one snapshot only: since the last clearing or reload, against siblings."""
    COUNTER_QUIET = "counter_quiet"
    """Polled, and no error counter grew."""
    COUNTER_UNPOLLED = "counter_unpolled"
    """Its error counters were not read, or could not be compared: no evidence."""
    MODULE_STATUS = "module_status"
    DIAGNOSTIC_FAILURE = "diagnostic_failure"
    RELOAD = "reload"
    LINK_FLAP = "link_flap"
    POWER_FAULT = "power_fault"
    DUPLEX_MISMATCH = "duplex_mismatch"
    SPANNING_TREE_CHANGE = "spanning_tree_change"
    ENVIRONMENT = "environment"


@dataclass(frozen=True, slots=True)
class Observation:
    """One physical fact about one component.

    Attributes:
        value: errors grown, or 1.0 for a fact without size.
        at: when; of a growth the later snapshot; None if nothing tells.
        text: for people: ``CRC errors of GigabitEthernet3/12 grew by 4,120``.
        since: of a growth the earlier snapshot, or the last clearing; None for what happened at one moment.
        tail: how often a healthy part is expected to show at least this much, in [0, 1]; for ``COUNTER_QUIET``, to show anything at all.
            None for a fact whose weight is that of its kind.
        clock: the switch whose clock stamped ``at``, in its log; empty if that is by the time of a capture.
    """

    component: Component
    kind: ObservationKind
    value: float
    text: str
    at: datetime | None = None
    since: datetime | None = None
    tail: float | None = None
    clock: str = ""


def at_shifted_times(observations: Iterable[Observation], shifts: Mapping[str, timedelta]) -> tuple[Observation, ...]:
    """Facts later by the shift of the switch whose clock stamped them; others as they are."""
    return tuple(_shifted(fact, shifts[fact.clock]) if fact.clock in shifts else fact for fact in observations)


def _shifted(fact: Observation, by: timedelta) -> Observation:
    return replace(fact, at=None if fact.at is None else fact.at + by, since=None if fact.since is None else fact.since + by)


@dataclass(frozen=True, slots=True, order=True)
class LinkDown:
    """The link of a phone's port went down at a time, by the clock of its switch."""

    switch: str
    phone: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Campus:
    """Everything the correlation and the report need to know of the network.

    Attributes:
        placements: of all known phones, sorted by name.
        risk: the exposure of the same phones.
        observations: what the switches say of their own parts.
        assumptions: sentences for the user.
        link_downs: links of phones' ports that went down in the logs of their switches, sorted: they tell how far the clocks of the switches are off.
    """

    devices: tuple[CampusDevice, ...]
    links: tuple[Link, ...]
    placements: tuple[Placement, ...]
    risk: RiskTable
    observations: tuple[Observation, ...] = ()
    assumptions: tuple[str, ...] = ()
    call_servers: tuple[str, ...] = ()
    link_downs: tuple[LinkDown, ...] = ()


def empty_campus() -> Campus:
    """A network of which nothing is known."""
    return Campus((), (), (), RiskTable((), {}, {}))
