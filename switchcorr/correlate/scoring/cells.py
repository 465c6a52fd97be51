"""The cells of many hypotheses at once.

A hypothesis' items form disjoint cells, smallest item first. A layer holds the cells with the same place in that order, one of each
hypothesis that has so many items. What an item sums up over its own drops is known once for all hypotheses (``Part``); a cell is that
without the drops that smaller items have, which are few. So forty hypotheses cost little more than one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from switchcorr.correlate.exposure.groups import pairs
from switchcorr.correlate.exposure.table import Bools, Floats, Ints
from switchcorr.correlate.scoring.hypotheses import Hypothesis, Item

MOSTLY = 0.5
"""Share of an item's phones that another one must have to count as what it is a part of. Assumed."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What an item is in one sample, whatever else a hypothesis claims.

    Attributes:
        component: its number, below 0 of what no location shows and of what nothing names.
        fault: whether a fault is claimed of it.
        inside: per drop, whether its phone is the item's.
        hits: such drops.
        moments: how many of them are at each moment (``Bunches``).
        size, expected: its phones, and the innocent drops that were to be expected of them.
        prior: of the item, with what is known of its component apart from the phones.
        odds: this alone; 0 but of faults.
        profile: row of the tables that tell what each reason says for it.
        told: sum over its drops of what their reasons say, that something made them drop.
        reasons: how many of its drops have each reason, which tell what kind of thing.
        ways: over how many members its phones are spread.
        unseen, unnamed: whether it is what no location shows, or what nothing names.
        partial: whether it is some of the phones that are its, and no location tells which.
        leaks: per drop, whether its phone may be on the item without being known to be.
        share: per VLAN, the part of the phones without a known place that is on the item.
        hidden: how many phones are on it without being known to be.
        nowhere: the same of those of which not even the VLAN is known, if they are on anything known.
        holds: the component, or those that hang on it.
        by_node: whether instead any drop may be, as a part of the phones have another node than is known (``Nodes``).
    """

    component: int
    fault: bool
    inside: Bools
    hits: float
    moments: Ints
    size: float
    expected: float
    prior: float
    odds: float
    profile: int
    told: float
    reasons: Ints
    ways: int
    unseen: bool
    unnamed: bool
    partial: bool
    leaks: Bools
    share: Floats
    hidden: float
    nowhere: float
    holds: tuple[int, ...]
    by_node: bool


class Columns:
    """The parts of several distinct items, of which an attribute is one array with a row each."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        self._columns: dict[str, NDArray[Any]] = {}

    def part(self, row: int) -> Part:
        """One of the parts."""
        return self._parts[row]

    def column(self, name: str) -> NDArray[Any]:
        """An attribute of every part."""
        if name not in self._columns:
            self._columns[name] = np.array([getattr(part, name) for part in self._parts])
        return self._columns[name]


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """Cells of several hypotheses, one of each.

    Attributes:
        of: place of each cell's hypothesis, rising.
        columns: of the parts of all hypotheses.
        part: of each cell, its row there.
        cell, drop: pairs of a cell and a drop that its part has and the cell has not, in order of the cells.
        hits, size, expected: per cell its drops, its phones, and the innocent drops that were to be expected of them.
        smaller: per cell, the components of smaller items of its hypothesis that have phones of its part; -1 of others.
    """

    of: Ints
    columns: Columns
    part: Ints
    cell: Ints
    drop: Ints
    hits: Floats
    size: Floats
    expected: Floats
    smaller: Ints

    def each(self, name: str) -> NDArray[Any]:
        """An attribute of every cell's part."""
        return self.columns.column(name)[self.part]

    def holds(self, cell: int) -> tuple[int, ...]:
        """The component of a cell's part, or those that hang on it."""
        return self.columns.part(int(self.part[cell])).holds

    def inside(self) -> Bools:
        """Per cell and drop, whether the cell has it."""
        inside: Bools = self.each("inside")
        inside[self.cell, self.drop] = False
        return inside

    def inside_of(self, cell: int) -> Bools:
        """Per drop, whether one cell has it."""
        inside: Bools = self.columns.column("inside")[self.part[cell]].copy()
        first, behind = np.searchsorted(self.cell, (cell, cell + 1))
        inside[self.drop[first:behind]] = False
        return inside

    def lacking(self, values: Floats) -> Floats:
        """Per cell, what the drops that it has not sum up; ``values`` is per pair."""
        return np.bincount(self.cell, values, minlength=len(self.part)).astype(float, copy=False)


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The cells of several hypotheses.

    Attributes:
        layers: the smallest items' cells first.
        live: per hypothesis and drop, whether it is outside of all cells.
        columns: of the parts of all hypotheses.
        item: per hypothesis and place the item's row in ``columns``, -1 where it has fewer items.
        common: per hypothesis and pair of places, how many phones the two items have in common.
    """

    layers: list[Layer]
    live: Bools
    columns: Columns
    item: Ints
    common: Floats

    @property
    def many(self) -> Ints:
        """Items of each hypothesis."""
        many: Ints = (self.item >= 0).sum(axis=1)
        return many

    def each(self, name: str, blank: float) -> NDArray[Any]:
        """An attribute of every item's part, and a blank where a hypothesis has fewer items."""
        return np.where(self.item >= 0, self.columns.column(name)[self.item], blank)

    def nested(self) -> Bools:
        """Per hypothesis and pair of places, whether most phones of the smaller item are the other's too."""
        size = self.each("size", 0.0)
        most: Bools = self.common > MOSTLY * np.minimum(size[:, :, np.newaxis], size[:, np.newaxis, :])
        return most

    def of_cells(self, values: Iterable[Floats]) -> Floats:
        """What each layer has per cell, per hypothesis and place; 0 where it has fewer items."""
        table = np.zeros(self.item.shape)
        for place, (layer, own) in enumerate(zip(self.layers, values, strict=True)):
            table[layer.of, place] = own
        return table

    def to_cells(self, table: Floats) -> list[Floats]:
        """The other way round."""
        return [table[layer.of, place] for place, layer in enumerate(self.layers)]


@dataclass(frozen=True, slots=True, eq=False)
class Nodes:
    """Which node the phones of some drops are registered at, whatever node they are said to have.

    Attributes:
        told: per drop the number of the node that logged it, -1 where that is not known.
        wrong: share of the phones that another node has than is known, and of the drops that another node logged than the phone's.
        phones: how many there are at all.
    """

    told: Ints
    wrong: float
    phones: int

    def hidden(self, layer: Layer) -> Floats:
        """Per cell, how many phones that are said to have another node are a node's: as many as of its own are not, where there are so many others."""
        others = np.maximum(self.phones - layer.size, 0.0)
        hidden: Floats = self.wrong * np.minimum(layer.size, others)
        return hidden

    def expected(self, layer: Layer) -> Floats:
        """Per cell, how many of these count where none of them drops: whether locations and log are wrong so often, or hardly ever, is not known.

        With the share drawn from a gamma distribution of shape one half about ``wrong``, that the hidden phones of a node all stayed has the
        probability :math:`(1 + 2 h)^{-1/2}`, not :math:`e^{-h}`.
        """
        expected: Floats = 0.5 * np.log1p(2.0 * self.hidden(layer))
        return expected

    def share(self, layer: Layer, cell: Ints, drop: Ints) -> Floats:
        """Of pairs of a node's cell and a drop outside of it, the probability that the node has the drop's phone."""
        blind = (self.hidden(layer) / np.maximum(1.0, self.phones - layer.size))[cell]
        told = self.told[drop]
        own = told == layer.each("component")[cell]
        share: Floats = np.where(own, 1.0 - self.wrong, np.where(told >= 0, blind * self.wrong, blind))
        return share


@dataclass(frozen=True, slots=True, eq=False)
class Rest:
    """Of each cell ``Part.share``, ``Part.hidden`` and ``Part.nowhere`` without what smaller items have: that is theirs alone."""

    share: Floats
    hidden: Floats
    nowhere: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Leaked:
    """Drops outside of all cells of their hypothesis that may be a cell's.

    Attributes:
        cell, drop, strength: pairs of a cell and such a drop, in order of the cells, with the probability that its phone is the cell's.
        hidden: per cell, how many such phones there are, or how many of them count where none drops.
    """

    cell: Ints
    drop: Ints
    strength: Floats
    hidden: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Left:
    """What the cells of several hypotheses leave over, from layer to layer.

    Attributes:
        live: per hypothesis and drop, whether no cell has it.
        grown: per hypothesis and drop, how much likelier it is by what leaks to the cells so far.
        stayed: per hypothesis and VLAN, the probability that a phone at an unknown place stays, by these cells.
    """

    live: Bools
    grown: Floats
    stayed: Floats


def lay_out(
    hypotheses: Sequence[Hypothesis], drops: int, part: Callable[[Item], Part], common: Callable[[tuple[Item, ...]], float]
) -> Layout:
    """The cells of some hypotheses.

    Args:
        hypotheses: none of them empty, of three items at most.
        drops: how many drops there are.
        part: what an item is.
        common: how many phones several items have in common.
    """
    items = sorted(set(chain.from_iterable(hypotheses)), key=lambda item: (part(item).size, part(item).unnamed, item.component, item.kind))
    rows, most = {item: row for row, item in enumerate(items)}, max(len(hypothesis) for hypothesis in hypotheses)
    item = np.array([sorted(rows[item] for item in hypothesis) + [-1] * (most - len(hypothesis)) for hypothesis in hypotheses])
    columns = Columns([part(item) for item in items])
    both, all_ = _in_common(item, items, common)
    live, layers = np.ones((len(hypotheses), drops), dtype=bool), []
    for place in range(most):
        of = np.flatnonzero(item[:, place] >= 0)
        row = item[of, place]
        inside, open_ = columns.column("inside")[row], live[of]
        cell, drop = pairs(inside & ~open_)
        live[of] = open_ & ~inside
        hits: Floats = columns.column("hits")[row] - np.bincount(cell, minlength=len(row))
        size = columns.column("size")[row]  # without the phones of smaller items, those of two of them once
        left = np.maximum(size - both[of, place, :place].sum(axis=1) + (all_[of] if place == 2 else 0.0), 0.0)
        expected = columns.column("expected")[row] / np.maximum(size, 1.0) * left
        smaller = np.where(both[of, place, :place] > 0, columns.column("component")[item[of, :place]], -1)
        layers.append(Layer(of, columns, row, cell, drop, hits, left, expected, smaller))
    return Layout(layers, live, columns, item, both)


def _in_common(item: Ints, items: Sequence[Item], common: Callable[[tuple[Item, ...]], float]) -> tuple[Floats, Floats]:
    """Per hypothesis and pair of places how many phones the items there have in common, and per hypothesis how many all three have."""
    count, most = item.shape
    both = np.zeros((count, most, most))
    for one, other in combinations(range(most), 2):
        at = np.flatnonzero(item[:, other] >= 0)
        found = [common((items[a], items[b])) for a, b in zip(item[at, one].tolist(), item[at, other].tolist(), strict=True)]
        both[at, one, other] = both[at, other, one] = found
    all_ = np.zeros(count)
    if most == 3:
        at = np.flatnonzero((item[:, 2] >= 0) & np.all((both > 0).any(axis=2), axis=1))
        all_[at] = [common(tuple(items[row] for row in rows)) for rows in item[at].tolist()]
    return both, all_


def leaked(layer: Layer, live: Bools, *, rest: Rest, vlan: Ints, weight: Floats, nodes: Nodes) -> Leaked:
    """The drops outside of all cells whose phones may be a layer's.

    Args:
        layer: of some hypotheses.
        live: per hypothesis and drop, whether it is outside of all cells.
        rest: what smaller items leave.
        vlan: of each drop, as in ``Part.share``.
        weight: per drop, the probability that the place of its phone is not the known one.
        nodes: where that is not a question of its place.
    """
    cell, drop = pairs(layer.each("leaks") & live[layer.of])
    hidden = rest.hidden
    strength = rest.share[cell, vlan[drop]] * weight[drop]
    by_node: Bools = layer.each("by_node")
    if by_node.any():
        strength = np.where(by_node[cell], nodes.share(layer, cell, drop), strength)
        hidden = np.where(by_node, nodes.expected(layer), hidden)
    return Leaked(cell, drop, strength, hidden)


def fewer_than(least: int, hits: Floats, cell: Ints, odds: Floats, p_fewer: float) -> Floats:
    """Log probability, per cell, that a fault is meant although it has fewer phones than make an incident.

    Args:
        least: phones from which it is one.
        hits: drops of each cell.
        cell, odds: further drops that may be a cell's, with the odds of that.
        p_fewer: probability for each phone that it has fewer.
    """
    lacking = least - hits
    none = np.exp(-np.bincount(cell, np.log1p(odds), minlength=len(hits)))
    one = none * np.bincount(cell, odds, minlength=len(hits))
    more = np.maximum(1 - none - one, 0.0)
    share = none * p_fewer**lacking + one * p_fewer ** (lacking - 1) + more * p_fewer ** np.maximum(lacking - 2, 0)
    log_share: Floats = np.log(share)
    return log_share
