"""Which phone is exposed to which component, as integer arrays; the silent phones count.

``Exposure.members[phone, kind]`` is a number of a component or -1. Components are numbered over all kinds, in the order of
the kinds and of their ids. Phones that are only known from the log are rows like all others, with what the log says of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from switchcorr.correlate.exposure.addresses import addresses_of, behind_one_address, guessed_subnets
from switchcorr.correlate.exposure.groups import Groups, grouped, occurrences
from switchcorr.correlate.exposure.names import rows_of_names
from switchcorr.correlate.exposure.silent import AROUND, spread_silent
from switchcorr.correlate.exposure.twins import twins, with_wide
from switchcorr.model.addresses import PhoneName
from switchcorr.model.campus import RISK_KINDS, Campus, Component, Domain, HashedComponent, risk_kind
from switchcorr.model.event import EventKind, EventLog, Pool
from switchcorr.text import counted

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FROM_LOG = ("node", "cluster")
MIN_VLAN_PHONES = 4
MIN_VLAN_SHARE = 0.34
"""Least phones of a VLAN on a switch, as a share of those of its commonest VLAN there. Benchmark, which has one voice VLAN a switch."""
_LARGE = 1_000
"""Phones from which the counts of a component are kept: there are few such, and each costs milliseconds."""
PLACES = frozenset(kind.name for kind in RISK_KINDS if kind.locates)
"""The declared kinds that tell where a phone is."""


def places(kinds: Iterable[str]) -> frozenset[str]:
    """The kinds that tell where a phone is: the declared ones, or with none of them those whose meaning is not known."""
    declared = PLACES.intersection(kinds)
    return declared or frozenset(kinds) - {kind.name for kind in RISK_KINDS if not kind.common}


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
        row_of, number_of: rows by name of the phone, components by kind and id.
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
    row_of: dict[str, int]
    number_of: dict[tuple[str, str], int]
    assumptions: tuple[str, ...] = ()
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


@dataclass(frozen=True, slots=True, eq=False)
class _Column:
    """Components of one kind in order of their ids, and per phone an index into them or -1."""

    components: tuple[Component, ...]
    of_phone: Ints

    def with_ids(self, kind: str, ids: Iterable[str]) -> _Column:
        """The same with further components, in order again."""
        known = {component.id: component for component in self.components}
        known.update({id_: Component(kind, id_) for id_ in ids if id_ not in known})
        place = {id_: i for i, id_ in enumerate(sorted(known))}
        moved = np.array([*(place[component.id] for component in self.components), -1], dtype=np.int64)
        return _Column(tuple(known[id_] for id_ in sorted(known)), moved[self.of_phone])


def expose(log: EventLog, campus: Campus) -> Exposure:
    """Exposures of all phones of a campus and of all endpoints of a log."""
    told = told_by_log(log)
    phones = tuple(sorted({*campus.risk.phones, *told}))
    row_of = {phone: i for i, phone in enumerate(phones)}
    rows = np.array([row_of[phone] for phone in campus.risk.phones], dtype=np.int64)
    columns: dict[str, _Column] = {}
    for kind, column in campus.risk.columns.items():
        filled = np.full(len(phones), -1, dtype=np.int64)
        filled[rows] = np.frombuffer(column, dtype=np.int32)
        columns[kind] = _Column(tuple(campus.risk.components[kind]), filled)
    unknown = [kind for kind in FROM_LOG if kind not in columns]
    assumptions = [sentence for kind in FROM_LOG if (sentence := _fill_from_log(columns, kind, told, row_of))]
    assumptions += _fill_silent(columns, unknown, first_heard(log, row_of))
    doubted = _doubt_locations(columns)
    if doubted:
        them = "1 phone counts" if doubted == 1 else f"{doubted:,} phones count"
        assumptions.append(f"{them} as unlocated: hardly any phone of the supposed switch is in the same VLAN")
    is_phone = np.array([PhoneName.parse_or_none(phone) is not None for phone in phones], dtype=bool)
    assumptions += _fill_by_address(columns, log, row_of, is_phone)
    hashed = _add_hashed(columns, campus.risk.hashed, len(phones))
    listed = np.zeros(len(phones), dtype=bool)
    listed[rows] = True
    return _assembled(row_of, columns, is_phone, listed, hashed, tuple(assumptions))


def told_by_log(log: EventLog) -> dict[str, tuple[str, str]]:
    """Per endpoint of the log, the node and cluster that told of it most often, of equally frequent ones the first; copies of an event count once."""
    pools = log.pools
    name, node, cluster = (np.frombuffer(column, dtype=np.int32).astype(np.int64) for column in (log.name, log.node, log.cluster))
    wanted = (name >= 0) & (np.frombuffer(log.kind, dtype=np.int8) != EventKind.SERVER_ALERT)
    if not wanted.any():
        return {}
    nodes, clusters = len(pools.nodes.texts) + 1, len(pools.clusters.texts) + 1
    key = ((name[wanted] * nodes) + node[wanted] + 1) * clusters + cluster[wanted] + 1
    time = np.nan_to_num(np.frombuffer(log.time, dtype=np.float64)[wanted], nan=-1.0)
    order = np.lexsort((time, key))
    copy = np.zeros(len(order), dtype=bool)
    copy[1:] = (np.diff(key[order]) == 0) & (np.diff(time[order]) == 0)
    own = order[~copy]
    keys, first, votes = np.unique(key[own], return_index=True, return_counts=True)
    since = time[own][first]
    of, at, within = keys // clusters // nodes, keys // clusters % nodes, keys % clusters
    best = np.lexsort((_ranks(pools.clusters)[within], _ranks(pools.nodes)[at], -since, votes, of))
    last = best[np.flatnonzero(np.diff(of[best], append=-1))]
    texts = pools.names.texts, ["", *pools.nodes.texts], ["", *pools.clusters.texts]
    return {texts[0][of[i]]: (texts[1][at[i]], texts[2][within[i]]) for i in last.tolist()}


def _ranks(pool: Pool) -> Ints:
    """Place of each text of a pool in the order of the texts; the empty text, number 0, is first."""
    ranks = np.zeros(len(pool.texts) + 1, dtype=np.int64)
    ranks[np.array(sorted(range(len(pool.texts)), key=pool.texts.__getitem__), dtype=np.int64) + 1] = np.arange(1, len(ranks))
    return ranks


def _fill_from_log(columns: dict[str, _Column], kind: str, told: dict[str, tuple[str, str]], row_of: dict[str, int]) -> str:
    """Give endpoints the node or cluster that the log names; a single one is everybody's."""
    place, before = FROM_LOG.index(kind), kind in columns and columns[kind].components
    _fill(columns, kind, {row_of[phone]: names[place] for phone, names in told.items() if names[place]}, len(row_of))
    if kind not in columns:
        return ""
    column = columns[kind]
    silent = column.of_phone < 0
    if before or len(column.components) > 1 or not silent.any():
        return ""
    column.of_phone[silent] = 0
    return f"all {len(silent):,} endpoints are taken to belong to the one {risk_kind(kind).noun} of the log, {column.components[0].id}"


def first_heard(log: EventLog, row_of: Mapping[str, int]) -> Floats:
    """When the log first tells of each endpoint, seconds since 1970; infinity without a time, NaN if it never does."""
    name = np.frombuffer(log.name, dtype=np.int32)
    wanted = (name >= 0) & (np.frombuffer(log.kind, dtype=np.int8) != EventKind.SERVER_ALERT)
    time = np.nan_to_num(np.frombuffer(log.time, dtype=np.float64)[wanted], nan=np.inf)
    rows = rows_of_names(log, row_of)[name[wanted]]
    heard = np.full(len(row_of), np.nan)
    np.fmin.at(heard, rows, time)
    return heard


def _fill_silent(columns: dict[str, _Column], unknown: Sequence[str], heard: Floats) -> list[str]:
    """Give silent endpoints a node and a cluster of those that only the log tells of, as they are spread around them; the sentence that says so."""
    kinds = [kind for kind in unknown if kind in columns]
    if not kinds or not any(len(columns[kind].components) > 1 for kind in kinds):
        return []
    own = np.stack([columns[kind].of_phone for kind in kinds])
    told = (own >= 0).all(axis=0) & ~np.isnan(heard)
    pairs, at = np.unique(own[:, told], axis=1, return_inverse=True)
    server = np.full(len(heard), -1, dtype=np.int64)
    server[told] = at.reshape(-1)
    whole = spread_silent(server, heard, [columns[kind].of_phone for kind in AROUND if kind in columns])
    silent = np.isnan(heard)
    for kind, numbers in zip(kinds, pairs, strict=True):
        columns[kind].of_phone[silent] = numbers[whole[silent]]
    count = int(silent.sum())
    if not count:
        return []
    nouns = " and ".join(risk_kind(kind).noun for kind in kinds)
    them = "1 endpoint that the log does not name is" if count == 1 else f"{count:,} endpoints that the log does not name are"
    return [f"{them} taken to be spread over {nouns} as those that it names around them"]


def _fill_by_address(columns: dict[str, _Column], log: EventLog, row_of: Mapping[str, int], is_phone: Bools) -> list[str]:
    """Give phones what their addresses in the log tell, where nothing else does: a site behind one address, a subnet; the sentences that say so."""
    told = addresses_of(log, row_of, is_phone)
    if not len(told.row):
        return []
    sentences, located = [], _is_located(columns, len(row_of))
    shared = behind_one_address(told, located)
    filled = _fill(columns, "site", {row: f"behind {ip}" for row, ip in shared.items()}, len(row_of))
    if filled:
        addresses = len({shared[row] for row in filled})
        behind = "1 address" if addresses == 1 else f"{addresses:,} addresses, each of which"
        sentences.append(
            f"{len(filled):,} phones stand behind {behind} that they have at the same time (NAT or a proxy): that is taken for a site"
        )
    if not located.any() and not {"vlan", "subnet"} & columns.keys():
        guessed = _fill(columns, "subnet", guessed_subnets(told, len(row_of), shared), len(row_of))
        if guessed:
            sentences.append(
                f"the subnets of {counted(len(guessed), 'phone')} are guessed: addresses of the log that agree in 24 bits (64 of IPv6)"
            )
    return sentences


def _fill(columns: dict[str, _Column], kind: str, told: Mapping[int, str], count: int) -> list[int]:
    """Enter components of a kind for the rows that have none; the rows that got one."""
    before = columns.get(kind, _Column((), np.full(count, -1, dtype=np.int64)))
    lacking = [row for row in told if before.of_phone[row] < 0]
    if lacking:
        column = before.with_ids(kind, [told[row] for row in lacking])
        index = {component.id: i for i, component in enumerate(column.components)}
        column.of_phone[lacking] = [index[told[row]] for row in lacking]
        columns[kind] = column
    return lacking


def _is_located(columns: Mapping[str, _Column], count: int) -> Bools:
    """Of each row, whether its place in the network is known."""
    known = [columns[kind].of_phone >= 0 for kind in places(columns)]
    located: Bools = np.any(known, axis=0) if known else np.zeros(count, dtype=bool)
    return located


def _add_hashed(columns: dict[str, _Column], hashed: Iterable[HashedComponent], phones: int) -> list[HashedComponent]:
    """Enter the members of bundles of which some phone is known to use the bundle; they have no phones of their own."""
    known = {(kind, component.id) for kind, column in columns.items() for component in column.components}
    entered = []
    for member in hashed:
        kind, id_ = member.component.kind, member.component.id
        if (member.bundle.kind, member.bundle.id) in known and (kind, id_) not in known and member.ways > 1:
            empty = _Column((), np.full(phones, -1, dtype=np.int64))
            columns[kind] = columns.get(kind, empty).with_ids(kind, (id_,))
            entered.append(member)
    return entered


def _doubt_locations(columns: dict[str, _Column]) -> int:
    """Take back the location of phones whose VLAN hardly occurs on their supposed switch: the record is stale."""
    if "switch" not in columns or "vlan" not in columns:
        return 0
    switch, vlan = columns["switch"].of_phone, columns["vlan"].of_phone
    both = (switch >= 0) & (vlan >= 0)
    if not both.any():
        return 0
    width = int(vlan.max()) + 1
    _, inverse, count = np.unique(switch[both] * width + vlan[both], return_inverse=True, return_counts=True)
    total = np.bincount(switch[both], minlength=int(switch.max()) + 1)[switch[both]]
    most = np.zeros(int(switch.max()) + 1, dtype=np.int64)
    np.maximum.at(most, switch[both], count[inverse])
    wrong = np.flatnonzero(both)[(total >= MIN_VLAN_PHONES) & (count[inverse] < MIN_VLAN_SHARE * most[switch[both]])]
    for kind in columns.keys() & PLACES:
        columns[kind].of_phone[wrong] = -1
    return len(wrong)


def _assembled(
    row_of: dict[str, int],
    columns: dict[str, _Column],
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
    located = _is_located(columns, len(phones))
    twin = with_wide(twins(members, len(components), size), members, order, places(order), is_phone)
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
        row_of=row_of,
        assumptions=assumptions,
        number_of=numbers,
    )


def with_column(exposure: Exposure, kind: int, column: Ints) -> Exposure:
    """The exposure with other components of one kind, which tells no place, for its phones.

    Args:
        exposure: as it is.
        kind: number of the kind.
        column: per phone the number of a component of that kind, or -1.
    """
    members = exposure.members.copy()
    members[:, kind] = column
    size = occurrences(members, len(exposure.components)).astype(float)
    twin = with_wide(twins(members, len(exposure.components), size), members, exposure.kinds, places(exposure.kinds), exposure.is_phone)
    spread = exposure.ways > 1
    path = exposure.path[spread]
    twin[spread], size[spread] = twin[path], size[path]
    return replace(exposure, members=members, size=size, twin=twin, _order={}, _common={}, _known={}, _nowhere={})
