"""Which phone is exposed to which component, as integer arrays; the silent phones count.

``Exposure.members[phone, kind]`` is a number of a component or -1. Components are numbered over all kinds, in the order of
the kinds and of their ids. Phones that are only known from the log are rows like all others, with what the log says of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from switchcorr.correlate.exposure.columns import (
    FROM_LOG,
    OF_PHONES,
    Column,
    doubt_locations,
    enter_loads,
    fill_by_address,
    fill_by_type,
    fill_from_log,
    fill_silent,
    first_heard,
    is_located,
    join_nodes,
    more_in_log,
    places,
    told_by_log,
)
from switchcorr.correlate.exposure.groups import Groups, grouped, occurrences
from switchcorr.correlate.exposure.twins import Alike, alike
from switchcorr.model.addresses import PhoneName
from switchcorr.model.campus import RISK_KINDS, Campus, Component, Domain, HashedComponent, risk_kind
from switchcorr.model.event import EventLog

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_LARGE = 1_000
"""Phones from which the counts of a component are kept: there are few such, and each costs milliseconds."""


@dataclass(frozen=True, slots=True, eq=False)
class Exposure:
    """See the module.

    Attributes:
        first_of: per kind, the number of its first component, and behind the last kind the count of all.
        size: phones exposed to each component, whether they dropped or not.
        twin: number of the first component that phones cannot tell apart from it (``twins.py``); its own number if there is none.
        path: number of the component whose phones are exposed: the component itself, or the bundle of a member with unknown hash.
        ways: over how many such members each phone of the path is spread; 1 for all others.
        located: whether a phone's place in the network is known.
        is_phone: whether a row's name carries a MAC, so that it hangs on a switch port.
        listed: whether more tells of it than the log: it would be known if it had not dropped.
        same: what tells which components have the same phones.
        row_of, number_of: rows by name of the phone, components by kind and id.
        from_log: kinds that a log tells of all phones that it names; they test no part of the network.
    """

    phones: tuple[str, ...]
    kinds: tuple[str, ...]
    components: tuple[Component, ...]
    kind_of: Ints
    first_of: Ints
    members: Ints
    size: Floats
    twin: Ints
    path: Ints
    ways: Ints
    located: Bools
    is_phone: Bools
    listed: Bools
    same: Alike
    row_of: dict[str, int]
    number_of: dict[tuple[str, str], int]
    assumptions: tuple[str, ...] = ()
    from_log: frozenset[str] = frozenset(FROM_LOG)
    _order: dict[int, Groups] = field(default_factory=dict)
    _common: dict[int, Floats] = field(default_factory=dict)
    _known: dict[tuple[int, int], Ints] = field(default_factory=dict)
    _nowhere: dict[int, int] = field(default_factory=dict)

    def phones_of(self, component: int) -> Ints:
        """Rows of the phones exposed to a component, in order."""
        path = int(self.path[component])
        kind = int(self.kind_of[path])
        return self._of_kind(kind).of(path - int(self.first_of[kind]))

    def _of_kind(self, kind: int) -> Groups:
        if kind not in self._order:
            numbers = self.members[:, kind]
            count = int(self.first_of[kind + 1] - self.first_of[kind])
            self._order[kind] = grouped(np.where(numbers >= 0, numbers - self.first_of[kind], -1), count)
        return self._order[kind]

    def exposed(self, members: Ints, component: int) -> Bools:
        """Which of some rows of ``members`` are exposed to a component."""
        path = int(self.path[component])
        inside: Bools = members[:, self.kind_of[path]] == path
        return inside

    def common(self, component: int, other: int | None = None) -> Floats:
        """How many phones of each component are also on one, or on two; large ones are counted once."""
        key = int(self.path[component])
        if other is None and key in self._common:
            return self._common[key]
        phones = self.phones_of(component) if other is None else self.phones_of_both(component, other)
        counts = occurrences(self.members[phones], len(self.components)).astype(float)
        if other is None and len(phones) > _LARGE:
            self._common[key] = counts
        return counts

    def on_any(self, rows: Ints | slice, components: Sequence[int]) -> Bools:
        """Which of some rows are exposed to any of some components of one kind."""
        path = self.path[list(components)]
        chosen = np.zeros(len(self.components) + 1, dtype=np.bool_)
        chosen[path] = True  # behind the last stands what has none, which -1 leads to
        found: Bools = chosen[self.members[rows, self.kind_of[path[0]]]]
        return found

    def phones_of_both(self, component: int, *others: int) -> Ints:
        """Rows of the phones exposed to all of some components, in order."""
        smallest, *larger = sorted((component, *others), key=lambda number: (float(self.size[number]), number))
        phones = self.phones_of(smallest)
        for path in self.path[larger].tolist():
            phones = phones[self.members[phones, self.kind_of[path]] == path]
        return phones

    def known(self, kind: int, other: int) -> Ints:
        """Per component of a kind, how many of its phones have a component of another kind."""
        if (kind, other) not in self._known:
            numbers = self.members[self.members[:, other] >= 0, kind] - self.first_of[kind]
            self._known[kind, other] = np.bincount(numbers[numbers >= 0], minlength=int(self.first_of[kind + 1] - self.first_of[kind]))
        return self._known[kind, other]

    def nowhere(self, kind: int) -> int:
        """How many phones have no component of a kind."""
        if kind not in self._nowhere:
            self._nowhere[kind] = int(((self.members[:, kind] < 0) & self.is_phone).sum())
        return self._nowhere[kind]

    def range_of(self, kind: int) -> slice:
        """Numbers of the components of a kind."""
        return slice(int(self.first_of[kind]), int(self.first_of[kind + 1]))

    def twins_of(self, component: int) -> list[int]:
        """The other components with the same phones, members with unknown hash among them."""
        return [int(other) for other in np.flatnonzero(self.twin == self.twin[component]) if other != component]

    def domain_of(self, component: int) -> Domain:
        """Whose fault a component would be."""
        return risk_kind(self.components[component].kind).domain

    def number(self, component: Component) -> int:
        """Number of a component; -1 if no phone is exposed to it."""
        return self.number_of.get((component.kind, component.id), -1)


def expose(log: EventLog, campus: Campus) -> Exposure:
    """Exposures of all phones of a campus and of all endpoints of a log."""
    told = told_by_log(log)
    phones = tuple(sorted({*campus.risk.phones, *told}))
    row_of = {phone: i for i, phone in enumerate(phones)}
    rows = np.array([row_of[phone] for phone in campus.risk.phones], dtype=np.int64)
    columns: dict[str, Column] = {}
    for kind, column in campus.risk.columns.items():
        filled = np.full(len(phones), -1, dtype=np.int64)
        filled[rows] = np.frombuffer(column, dtype=np.int32)
        columns[kind] = Column(tuple(campus.risk.components[kind]), filled)
    unknown = [kind for kind in FROM_LOG if kind not in columns]
    more = more_in_log(log)
    assumptions = [sentence for kind in FROM_LOG if (sentence := fill_from_log(columns, kind, told, row_of, more))]
    assumptions += fill_silent(columns, unknown, first_heard(log, row_of), np.ones(len(phones), dtype=bool), more)
    assumptions += join_nodes(columns)
    doubted = doubt_locations(columns)
    if doubted:
        them = "1 phone counts" if doubted == 1 else f"{doubted:,} phones count"
        assumptions.append(f"{them} as unlocated: hardly any phone of the supposed switch is in the same VLAN")
    is_phone = np.array([PhoneName.parse_or_none(phone) is not None for phone in phones], dtype=bool)
    listed_at = {row_of[name]: one.ip for one in campus.placements if one.ip and not one.device and (name := str(one.phone)) in row_of}
    assumptions += fill_by_address(columns, log, row_of, is_phone, {row: ip for row, ip in listed_at.items() if is_phone[row]})
    assumptions += fill_by_type(columns, log, row_of, is_phone)
    enter_loads(columns, log, row_of, is_phone)
    from_log = frozenset((*FROM_LOG, *(kind for kind in OF_PHONES if kind not in campus.risk.columns)))
    hashed = _add_hashed(columns, campus.risk.hashed, len(phones))
    listed = np.zeros(len(phones), dtype=bool)
    listed[rows] = True
    return replace(_assembled(row_of, columns, is_phone, listed, hashed, tuple(assumptions)), from_log=from_log)


def _add_hashed(columns: dict[str, Column], hashed: Iterable[HashedComponent], phones: int) -> list[HashedComponent]:
    """Enter the members of bundles of which some phone is known to use the bundle; they have no phones of their own."""
    known = {(kind, component.id) for kind, column in columns.items() for component in column.components}
    entered = []
    for member in hashed:
        kind, id_ = member.component.kind, member.component.id
        if (member.bundle.kind, member.bundle.id) in known and (kind, id_) not in known and member.ways > 1:
            empty = Column((), np.full(phones, -1, dtype=np.int64))
            columns[kind] = columns.get(kind, empty).with_ids(kind, (id_,))
            entered.append(member)
    return entered


def _assembled(
    row_of: dict[str, int],
    columns: dict[str, Column],
    is_phone: Bools,
    listed: Bools,
    hashed: Sequence[HashedComponent],
    assumptions: tuple[str, ...],
) -> Exposure:
    phones = tuple(row_of)
    order = [kind.name for kind in RISK_KINDS if kind.name in columns] + sorted(columns.keys() - {kind.name for kind in RISK_KINDS})
    components = tuple(component for kind in order for component in columns[kind].components)
    sizes = [len(columns[kind].components) for kind in order]
    first_of = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    members = np.full((len(phones), len(order)), -1, dtype=np.int64)
    for j, kind in enumerate(order):
        column = columns[kind].of_phone
        members[:, j] = np.where(column >= 0, column + first_of[j], -1)
    size = occurrences(members, len(components)).astype(float)
    located = is_located(columns, len(phones))
    same = alike(members, order, places(order), is_phone, count=len(components))
    twin = same.twins(size)
    path, ways = np.arange(len(components)), np.ones(len(components), dtype=np.int64)
    numbers = {(component.kind, component.id): i for i, component in enumerate(components)}
    for member in hashed:
        number, bundle = numbers[member.component.kind, member.component.id], numbers[member.bundle.kind, member.bundle.id]
        path[number], ways[number], twin[number], size[number] = bundle, member.ways, twin[bundle], size[bundle]
    return Exposure(
        phones=phones,
        kinds=tuple(order),
        components=components,
        kind_of=np.repeat(np.arange(len(order)), sizes),
        first_of=first_of,
        members=members,
        size=size,
        twin=twin,
        path=path,
        ways=ways,
        located=located,
        is_phone=is_phone,
        listed=listed,
        same=same,
        row_of=row_of,
        assumptions=assumptions,
        number_of=numbers,
    )


def with_columns(exposure: Exposure, columns: Mapping[int, Ints]) -> Exposure:
    """The exposure with other components of some kinds, which tell no place, for its phones.

    Args:
        exposure: as it is.
        columns: by the number of the kind, per phone the number of a component of that kind, or -1.
    """
    members = exposure.members.copy()
    for kind, column in columns.items():
        members[:, kind] = column
    same, size = exposure.same, exposure.size.copy()
    for kind, column in columns.items():
        own = exposure.range_of(kind)
        same = same.with_column(column, own)
        size[own] = np.bincount(column[column >= 0] - own.start, minlength=own.stop - own.start)
    twin, spread = same.twins(size), exposure.ways > 1
    path = exposure.path[spread]
    twin[spread], size[spread] = twin[path], size[path]
    return replace(exposure, members=members, size=size, twin=twin, same=same, _order={}, _common={}, _known={}, _nowhere={})
