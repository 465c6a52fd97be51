"""What is known of each phone, kind by kind: what the locations name, and what a log tells where they do not.

A log names the node and the cluster of each endpoint, and of phones an address and a type; it names few of those that never dropped.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from switchcorr.correlate.exposure.addresses import addresses_of, behind_one_address, guessed_subnets, with_listed
from switchcorr.correlate.exposure.firmware import kinds_told, loads_of
from switchcorr.correlate.exposure.models import models_of
from switchcorr.correlate.exposure.names import rows_of_names
from switchcorr.correlate.exposure.silent import AROUND, spread_silent
from switchcorr.model.campus import PLACE_KINDS, RISK_KINDS, Component, risk_kind
from switchcorr.model.event import EventKind, EventLog, Pool
from switchcorr.text import counted

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FROM_LOG = ("node", "cluster")
ALL_NODES = Component("cluster", "not named", "the cluster of all CallManager nodes")
"""The cluster of a site of which only nodes are named."""
OF_PHONES = ("model", "firmware")
"""What a log tells of phones themselves."""
MIN_VLAN_PHONES = 10
"""Phones on a switch from which what VLAN is usual there is known: of five in one VLAN a sixth may well be in another. Assumed."""
MIN_VLAN_SHARE = 0.34
"""Least phones of a VLAN on a switch, as a share of those of its commonest VLAN there. Benchmark, which has one voice VLAN a switch."""


def places(kinds: Iterable[str]) -> frozenset[str]:
    """The kinds that tell where a phone is: the declared ones, or with none of them those whose meaning is not known."""
    declared = PLACE_KINDS.intersection(kinds)
    return declared or frozenset(kinds) - {kind.name for kind in RISK_KINDS if not kind.common}


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """Components of one kind in order of their ids, and per phone an index into them or -1."""

    components: tuple[Component, ...]
    of_phone: Ints

    def with_ids(self, kind: str, ids: Iterable[str]) -> Column:
        """The same with further components, in order again."""
        known = {component.id: component for component in self.components}
        known.update({id_: Component(kind, id_) for id_ in ids if id_ not in known})
        place = {id_: i for i, id_ in enumerate(sorted(known))}
        moved = np.array([*(place[component.id] for component in self.components), -1], dtype=np.int64)
        return Column(tuple(known[id_] for id_ in sorted(known)), moved[self.of_phone])


def told_by_log(log: EventLog) -> dict[str, tuple[str, str]]:
    """Per endpoint of the log, the node and cluster that told of it most often; copies of an event count once.

    Of equally frequent ones that which lost it, as there it was before, whatever the clock of another one says; else the first.
    """
    pools = log.pools
    name, node, cluster = (np.frombuffer(column, dtype=np.int32).astype(np.int64) for column in (log.name, log.node, log.cluster))
    wanted = _of_endpoints(log)
    if not wanted.any():
        return {}
    nodes, clusters = len(pools.nodes.texts) + 1, len(pools.clusters.texts) + 1
    key = ((name[wanted] * nodes) + node[wanted] + 1) * clusters + cluster[wanted] + 1
    time = np.nan_to_num(np.frombuffer(log.time, dtype=np.float64)[wanted], nan=-1.0)
    gone = np.frombuffer(log.kind, dtype=np.int8)[wanted] == EventKind.UNREGISTERED
    order = np.lexsort((~gone, time, key))
    copy = np.zeros(len(order), dtype=bool)
    copy[1:] = (np.diff(key[order]) == 0) & (np.diff(time[order]) == 0)
    own = order[~copy]
    keys, first, votes = np.unique(key[own], return_index=True, return_counts=True)
    since = time[own][first]
    lost = np.logical_or.reduceat(gone[own], first)
    of, at, within = keys // clusters // nodes, keys // clusters % nodes, keys % clusters
    best = np.lexsort((_ranks(pools.clusters)[within], _ranks(pools.nodes)[at], -since, lost, votes, of))
    last = best[np.flatnonzero(np.diff(of[best], append=-1))]
    texts = pools.names.texts, ["", *pools.nodes.texts], ["", *pools.clusters.texts]
    return {texts[0][of[i]]: (texts[1][at[i]], texts[2][within[i]]) for i in last.tolist()}


def _ranks(pool: Pool) -> Ints:
    """Place of each text of a pool in the order of the texts; the empty text, number 0, is first."""
    ranks = np.zeros(len(pool.texts) + 1, dtype=np.int64)
    ranks[np.array(sorted(range(len(pool.texts)), key=pool.texts.__getitem__), dtype=np.int64) + 1] = np.arange(1, len(ranks))
    return ranks


def more_in_log(log: EventLog) -> frozenset[str]:
    """Of nodes and clusters those of which the log names more than one that had an endpoint, if only for a while."""
    wanted = _of_endpoints(log)
    columns = dict(zip(FROM_LOG, (log.node, log.cluster), strict=True))
    told = {kind: np.frombuffer(column, dtype=np.int32)[wanted] for kind, column in columns.items()}
    return frozenset(kind for kind, numbers in told.items() if len(np.unique(numbers[numbers >= 0])) > 1)


def _of_endpoints(log: EventLog) -> Bools:
    """Which events tell of an endpoint."""
    wanted: Bools = (np.frombuffer(log.name, dtype=np.int32) >= 0) & (np.frombuffer(log.kind, dtype=np.int8) != EventKind.SERVER_ALERT)
    return wanted


def fill_from_log(
    columns: dict[str, Column], kind: str, told: dict[str, tuple[str, str]], row_of: dict[str, int], more: Collection[str] = ()
) -> str:
    """Give endpoints the node or cluster that the log names; a single one is everybody's, unless it is one of the kinds of which it names ``more``."""
    place, before = FROM_LOG.index(kind), kind in columns and columns[kind].components
    _fill(columns, kind, {row_of[phone]: names[place] for phone, names in told.items() if names[place]}, len(row_of))
    if kind not in columns:
        return ""
    column = columns[kind]
    silent = column.of_phone < 0
    if before or len(column.components) > 1 or kind in more or not silent.any():
        return ""
    column.of_phone[silent] = 0
    return f"all {len(silent):,} endpoints are taken to belong to the one {risk_kind(kind).noun} of the log, {column.components[0].id}"


def first_heard(log: EventLog, row_of: Mapping[str, int]) -> Floats:
    """When the log first tells of each endpoint, seconds since 1970; infinity without a time, NaN if it never does."""
    name, wanted = np.frombuffer(log.name, dtype=np.int32), _of_endpoints(log)
    time = np.nan_to_num(np.frombuffer(log.time, dtype=np.float64)[wanted], nan=np.inf)
    rows = rows_of_names(log, row_of)[name[wanted]]
    heard = np.full(len(row_of), np.nan)
    np.fmin.at(heard, rows, time)
    return heard


def _around(columns: Mapping[str, Column]) -> list[str]:
    """Kinds of groups whose phones are likely to share a server: those of names of a site's own (building, zone), coarse ones first, then the known ones."""
    known = {kind.name for kind in RISK_KINDS}
    own = sorted(columns.keys() - known, key=lambda kind: (len(columns[kind].components), kind))
    return [*own, *(kind for kind in AROUND if kind in columns)]


def fill_silent(columns: dict[str, Column], unknown: Sequence[str], heard: Floats, wanted: Bools, more: Collection[str] = ()) -> list[str]:
    """Give silent endpoints what only the log tells of the others, together a node and a cluster, as these are spread around them; the sentence that says so.

    Args:
        columns: by kind; changed.
        unknown: kinds of which the locations tell nothing.
        heard: of each endpoint, as of ``first_heard``.
        wanted: endpoints that have such a thing at all.
        more: kinds of which the log names others than those of its endpoints; these may be of endpoints near which it names none.
    """
    kinds = [kind for kind in unknown if kind in columns]
    if not kinds or not any(len(columns[kind].components) > 1 or kind in more for kind in kinds):
        return []
    own = np.stack([columns[kind].of_phone for kind in kinds])
    told = (own >= 0).all(axis=0) & ~np.isnan(heard)
    pairs, at = np.unique(own[:, told], axis=1, return_inverse=True)
    server = np.full(len(heard), -1, dtype=np.int64)
    server[told] = at.reshape(-1)
    whole = spread_silent(server, heard, [columns[kind].of_phone for kind in _around(columns)], others=bool(set(kinds) & set(more)))
    silent, nouns = np.isnan(heard) & wanted & (whole >= 0), " and ".join(risk_kind(kind).noun for kind in kinds)
    for kind, numbers in zip(kinds, pairs, strict=True):
        columns[kind].of_phone[silent] = numbers[whole[silent]]
    spread, apart = int(silent.sum()), int((np.isnan(heard) & wanted & (whole < 0)).sum())
    said = [f"{_unnamed(spread)} taken to be spread over {nouns} as those that it names around them"] if spread else []
    why = "the log names none around them, and more than one elsewhere"
    return said + ([f"{_unnamed(apart)} left without a known {nouns}: {why}"] if apart else [])


def _unnamed(count: int) -> str:
    return "1 endpoint that the log does not name is" if count == 1 else f"{count:,} endpoints that the log does not name are"


def join_nodes(columns: dict[str, Column]) -> list[str]:
    """Take all nodes for those of one cluster, where several have phones and nothing names a cluster; the sentence that says so.

    Without it what all their phones have in common could only be a part of the network. An endpoint of which no node is known is at one of them.
    """
    if "cluster" in columns or "node" not in columns:
        return []
    of_phone = columns["node"].of_phone
    nodes = len(np.unique(of_phone[of_phone >= 0]))
    if nodes < 2:
        return []
    columns["cluster"] = Column((ALL_NODES,), np.zeros_like(of_phone))
    return [f"neither locations nor log name a cluster: all {nodes} nodes are taken to be of one"]


def fill_by_type(columns: dict[str, Column], log: EventLog, row_of: Mapping[str, int], is_phone: Bools) -> list[str]:
    """Give phones the model that the log tells by their type, where the locations name none; the sentences that say so."""
    before = columns.get("model")
    told = models_of(log, row_of, is_phone, {component.id for component in before.components} if before else ())
    filled = _fill(columns, "model", told, len(row_of))
    if not filled:
        return []
    sentences = [f"the models of {counted(len(filled), 'phone')} are those of their device types in the log"]
    return sentences if before else sentences + fill_silent(columns, ["model"], first_heard(log, row_of), is_phone)


def enter_loads(columns: dict[str, Column], log: EventLog, row_of: Mapping[str, int], is_phone: Bools) -> None:
    """Enter the loads that the log tells, where the locations name none; which phones have them is a matter of time (``registered``)."""
    if "firmware" in columns:
        return
    if told := kinds_told(loads_of(log, row_of, is_phone), log, row_of, is_phone):
        columns["firmware"] = Column((), np.full(len(row_of), -1, dtype=np.int64)).with_ids("firmware", told)


def fill_by_address(
    columns: dict[str, Column], log: EventLog, row_of: Mapping[str, int], is_phone: Bools, listed: Mapping[int, str]
) -> list[str]:
    """Give phones what their addresses tell, where nothing else does: a site behind one address, a subnet; the sentences that say so.

    Args:
        columns: by kind; changed.
        log: tells of addresses.
        row_of: rows by name.
        is_phone: per row, whether it hangs on a switch port.
        listed: addresses of rows that the locations name.
    """
    told = with_listed(addresses_of(log, row_of, is_phone), listed)
    if not len(told.row):
        return []
    sentences, located = [], is_located(columns, len(row_of))
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
            sentences.append(f"the subnets of {counted(len(guessed), 'phone')} are guessed: addresses that agree in 24 bits (64 of IPv6)")
    return sentences


def _fill(columns: dict[str, Column], kind: str, told: Mapping[int, str], count: int) -> list[int]:
    """Enter components of a kind for the rows that have none; the rows that got one."""
    before = columns.get(kind, Column((), np.full(count, -1, dtype=np.int64)))
    lacking = [row for row in told if before.of_phone[row] < 0]
    if lacking:
        column = before.with_ids(kind, [told[row] for row in lacking])
        index = {component.id: i for i, component in enumerate(column.components)}
        column.of_phone[lacking] = [index[told[row]] for row in lacking]
        columns[kind] = column
    return lacking


def is_located(columns: Mapping[str, Column], count: int) -> Bools:
    """Of each row, whether its place in the network is known."""
    known = [columns[kind].of_phone >= 0 for kind in places(columns)]
    located: Bools = np.any(known, axis=0) if known else np.zeros(count, dtype=bool)
    return located


def doubt_locations(columns: dict[str, Column]) -> int:
    """Take back the location of phones whose VLAN hardly occurs on their supposed switch and is at home on another one: the record is stale.

    A VLAN that is a small one wherever it occurs, as a second voice VLAN is, tells nothing.
    """
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
    rare = count[inverse] < MIN_VLAN_SHARE * most[switch[both]]
    at_home = np.zeros(width, dtype=bool)
    at_home[vlan[both][~rare]] = True
    wrong = np.flatnonzero(both)[(total >= MIN_VLAN_PHONES) & rare & at_home[vlan[both]]]
    for kind in columns.keys() & PLACE_KINDS:
        columns[kind].of_phone[wrong] = -1
    return len(wrong)
