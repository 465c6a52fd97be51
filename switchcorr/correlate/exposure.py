"""Which phone is exposed to which component, as integer arrays; the silent phones count.

``Exposure.members[phone, kind]`` is a number of a component or -1. Components are numbered over all kinds, in the order of
the kinds and of their ids. Phones that are only known from the log are rows like all others, with what the log says of them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from switchcorr.model.addresses import PhoneName
from switchcorr.model.campus import RISK_KINDS, Campus, Component, Domain, risk_kind
from switchcorr.model.event import EventKind, EventLog

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FROM_LOG = ("node", "cluster")
MIN_VLAN_PHONES = 4
MIN_VLAN_SHARE = 0.34
_LOCATION = frozenset(kind.name for kind in RISK_KINDS if kind.domain is Domain.NETWORK) - {"vlan", "subnet"}


@dataclass(frozen=True, slots=True, eq=False)
class Exposure:
    """See the module.

    Attributes:
        size: phones exposed to each component, whether they dropped or not.
        twin: number of the first component with exactly the same phones; its own number if there is none.
        located: whether a phone's place in the network is known.
        is_phone: whether a row's name carries a MAC, so that it hangs on a switch port.
        doubted: phones whose location contradicts their VLAN and is not believed.
    """

    phones: tuple[str, ...]
    kinds: tuple[str, ...]
    components: tuple[Component, ...]
    kind_of: Ints
    members: Ints
    size: Floats
    twin: Ints
    located: Bools
    is_phone: Bools
    row_of: dict[str, int]
    doubted: int = 0
    assumptions: tuple[str, ...] = ()
    _member_cache: dict[int, Ints] = field(default_factory=dict)
    _numbers: dict[tuple[str, str], int] = field(default_factory=dict)

    def phones_of(self, component: int) -> Ints:
        """Rows of the phones exposed to a component."""
        if component not in self._member_cache:
            self._member_cache[component] = np.flatnonzero(self.members[:, self.kind_of[component]] == component)
        return self._member_cache[component]

    def twins_of(self, component: int) -> list[int]:
        """The other components with the same phones."""
        return [int(other) for other in np.flatnonzero(self.twin == self.twin[component]) if other != component]

    def number(self, component: Component) -> int:
        """Number of a component; -1 if no phone is exposed to it."""
        if not self._numbers:
            self._numbers.update({(known.kind, known.id): i for i, known in enumerate(self.components)})
        return self._numbers.get((component.kind, component.id), -1)


def expose(log: EventLog, campus: Campus) -> Exposure:
    """Exposures of all phones of a campus and of all endpoints of a log."""
    told = _told_by_log(log)
    phones = tuple(sorted({*campus.risk.phones, *told}))
    row_of = {phone: i for i, phone in enumerate(phones)}
    rows = np.array([row_of[phone] for phone in campus.risk.phones], dtype=np.int64)
    columns: dict[str, tuple[list[Component], Ints]] = {}
    for kind, column in campus.risk.columns.items():
        filled = np.full(len(phones), -1, dtype=np.int64)
        filled[rows] = np.frombuffer(column, dtype=np.int32)
        columns[kind] = (list(campus.risk.components[kind]), filled)
    assumptions = [sentence for kind in FROM_LOG if (sentence := _fill_from_log(columns, kind, told, row_of))]
    doubted = _doubt_locations(columns)
    if doubted:
        assumptions.append(f"{doubted} phones count as unlocated: hardly any phone of their supposed switch is in their VLAN")
    return _assembled(phones, row_of, columns, doubted, tuple(assumptions))


def _told_by_log(log: EventLog) -> dict[str, tuple[str, str]]:
    """Per endpoint of the log, the node and cluster that told of it most often."""
    votes: dict[int, Counter[tuple[int, int]]] = {}
    alert = int(EventKind.SERVER_ALERT)
    for kind, name, node, cluster in zip(log.kind, log.name, log.node, log.cluster, strict=True):
        if name >= 0 and kind != alert:
            votes.setdefault(name, Counter())[node, cluster] += 1
    told: dict[str, tuple[str, str]] = {}
    for name, counter in votes.items():
        node, cluster = max(counter.items(), key=lambda item: (item[1], item[0]))[0]
        told[log.pools.names.get(name)] = (log.pools.nodes.get(node), log.pools.clusters.get(cluster))
    return told


def _fill_from_log(
    columns: dict[str, tuple[list[Component], Ints]], kind: str, told: dict[str, tuple[str, str]], row_of: dict[str, int]
) -> str:
    """Give endpoints the node or cluster that the log names; a single one is everybody's."""
    place = FROM_LOG.index(kind)
    components, column = columns.get(kind, ([], np.full(len(row_of), -1, dtype=np.int64)))
    components = list(components)
    known_before = len(components)
    index = {component.id: i for i, component in enumerate(components)}
    for phone, names in told.items():
        id_ = names[place]
        if id_ and column[row_of[phone]] < 0:
            if id_ not in index:
                index[id_] = len(components)
                components.append(Component(kind, id_))
            column[row_of[phone]] = index[id_]
    if not components:
        return ""
    columns[kind] = (components, column)
    silent = column < 0
    if known_before == 0 and len(components) == 1 and silent.any():
        column[silent] = 0
        return f"all {len(column)} endpoints are taken to belong to the one {risk_kind(kind).noun} of the log, {components[0].id}"
    return ""


def _doubt_locations(columns: dict[str, tuple[list[Component], Ints]]) -> int:
    """Take back the location of phones whose VLAN hardly occurs on their supposed switch: the record is stale."""
    if "switch" not in columns or "vlan" not in columns:
        return 0
    switch, vlan = columns["switch"][1], columns["vlan"][1]
    both = (switch >= 0) & (vlan >= 0)
    if not both.any():
        return 0
    width = int(vlan.max()) + 1
    _, inverse, count = np.unique(switch[both] * width + vlan[both], return_inverse=True, return_counts=True)
    total = np.bincount(switch[both], minlength=int(switch.max()) + 1)[switch[both]]
    wrong = np.flatnonzero(both)[(total >= MIN_VLAN_PHONES) & (count[inverse] < MIN_VLAN_SHARE * total)]
    for kind in columns.keys() & _LOCATION:
        columns[kind][1][wrong] = -1
    return len(wrong)


def _assembled(
    phones: tuple[str, ...],
    row_of: dict[str, int],
    columns: dict[str, tuple[list[Component], Ints]],
    doubted: int,
    assumptions: tuple[str, ...],
) -> Exposure:
    order = [kind.name for kind in RISK_KINDS if kind.name in columns] + sorted(
        kind for kind in columns if kind not in {k.name for k in RISK_KINDS}
    )
    components: list[Component] = []
    kind_of: list[int] = []
    members = np.full((len(phones), len(order)), -1, dtype=np.int64)
    for j, kind in enumerate(order):
        known, column = columns[kind]
        members[:, j] = np.where(column >= 0, column + len(components), -1)
        components += known
        kind_of += [j] * len(known)
    count = len(components)
    size = np.zeros(count)
    for j in range(len(order)):
        size += np.bincount(members[members[:, j] >= 0, j], minlength=count)
    place = [j for j, kind in enumerate(order) if kind in _LOCATION]
    located: Bools = np.any(members[:, place] >= 0, axis=1)
    return Exposure(
        phones=phones,
        kinds=tuple(order),
        components=tuple(components),
        kind_of=np.array(kind_of, dtype=np.int64),
        members=members,
        size=size,
        twin=_twins(members, count, size),
        located=located,
        is_phone=np.array([PhoneName.parse_or_none(phone) is not None for phone in phones], dtype=bool),
        row_of=row_of,
        doubted=doubted,
        assumptions=assumptions,
    )


def _twins(members: Ints, count: int, size: Floats) -> Ints:
    """Components with the same phones have the same sum of random 62-bit signatures; the seed is fixed."""
    signature = np.random.default_rng(62).integers(1, 1 << 62, size=len(members), dtype=np.uint64)
    sums = np.zeros(count, dtype=np.uint64)
    for j in range(members.shape[1]):
        known = members[:, j] >= 0
        np.add.at(sums, members[known, j], signature[known])
    first: dict[tuple[int, int], int] = {}
    return np.array(
        [first.setdefault((int(total), int(n)), i) for i, (total, n) in enumerate(zip(sums, size, strict=True))], dtype=np.int64
    )
