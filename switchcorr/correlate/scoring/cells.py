"""The cells of many hypotheses at once.

A hypothesis' items form disjoint cells, smallest item first. A layer holds the cells with the same place in that order, one of each
hypothesis that has so many items. What an item sums up over its own drops is known once for all hypotheses (``Part``); a cell is that
without the drops that smaller items have, which are few. So forty hypotheses cost little more than one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from switchcorr.correlate.exposure.groups import pairs
from switchcorr.correlate.exposure.table import Bools, Floats, Ints
from switchcorr.correlate.scoring.hypotheses import Hypothesis, Item


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What an item is in one sample, whatever else a hypothesis claims.

    Attributes:
        inside: per drop, whether its phone is the item's.
        hits: such drops.
        moments: how many of them are at each moment (``Bunches``).
        size, expected: its phones, and the innocent drops that were to be expected of them.
        prior: of the item, with what is known of its component apart from the phones.
        profile: row of the tables that tell what each reason says for it.
        told, apart: sums over its drops of what they say: that something made them drop, and what kind of thing.
        ways: over how many members its phones are spread.
        unseen: whether it is what no location shows.
        leaks: per drop, whether its phone may be on the item without being known to be.
        share: per VLAN, the part of the phones without a known place that is on the item.
        hidden: how many phones are on it without being known to be.
        by_node: whether instead any drop may be, as a part of the phones have another node than is known (``Nodes``).
    """

    inside: Bools
    hits: float
    moments: Ints
    size: float
    expected: float
    prior: float
    profile: int
    told: float
    apart: float
    ways: int
    unseen: bool
    leaks: Bools
    share: Floats
    hidden: float
    by_node: bool


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """Cells of several hypotheses, one of each.

    Attributes:
        of: place of each cell's hypothesis, rising.
        items: of each cell.
        parts: of each cell.
        cell, drop: pairs of a cell and a drop that its part has and the cell has not, in order of the cells.
        hits, size, expected: per cell its drops, its phones, and the innocent drops that were to be expected of them.
    """

    of: Ints
    items: list[Item]
    parts: list[Part]
    cell: Ints
    drop: Ints
    hits: Floats
    size: Floats
    expected: Floats

    def each(self, name: str) -> NDArray[Any]:
        """An attribute of every part."""
        return np.array([getattr(part, name) for part in self.parts])

    def inside(self) -> Bools:
        """Per cell and drop, whether the cell has it."""
        inside = np.stack([part.inside for part in self.parts])
        inside[self.cell, self.drop] = False
        return inside

    def lacking(self, values: Floats) -> Floats:
        """Per cell, what the drops that it has not sum up; ``values`` is per pair."""
        return np.bincount(self.cell, values, minlength=len(self.parts)).astype(float, copy=False)


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

    def share(self, layer: Layer, cell: Ints, drop: Ints) -> Floats:
        """Of pairs of a node's cell and a drop outside of it, the probability that the node has the drop's phone."""
        blind = (layer.size * self.wrong / np.maximum(1.0, self.phones - layer.size))[cell]
        told = self.told[drop]
        own = told == np.array([item.component for item in layer.items])[cell]
        share: Floats = np.where(own, 1.0 - self.wrong, np.where(told >= 0, blind * self.wrong, blind))
        return share


@dataclass(frozen=True, slots=True, eq=False)
class Leaked:
    """Drops outside of all cells of their hypothesis that may be a cell's.

    Attributes:
        cell, drop, strength: pairs of a cell and such a drop, in order of the cells, with the probability that its phone is the cell's.
        hidden: per cell, how many such phones there are.
    """

    cell: Ints
    drop: Ints
    strength: Floats
    hidden: Floats


def layers(
    hypotheses: Sequence[Hypothesis], drops: int, part: Callable[[Item], Part], left: Callable[[Item, Sequence[Item]], float]
) -> tuple[list[Layer], Bools]:
    """The layers of some hypotheses, and per hypothesis and drop whether it is outside of all cells.

    Args:
        hypotheses: none of them empty.
        drops: how many drops there are.
        part: what an item is.
        left: how many phones of an item those before it leave over.
    """
    live = np.ones((len(hypotheses), drops), dtype=bool)
    ordered = [sorted(hypothesis, key=lambda item: (part(item).size, item.component, item.kind)) for hypothesis in hypotheses]
    found = []
    for place in range(max(len(items) for items in ordered)):
        chosen = [number for number, items in enumerate(ordered) if len(items) > place]
        of, items = np.array(chosen, dtype=np.int64), [ordered[number][place] for number in chosen]
        parts = [part(item) for item in items]
        inside, open_ = np.stack([one.inside for one in parts]), live[of]
        cell, drop = pairs(inside & ~open_)
        live[of] = open_ & ~inside
        size = np.array([left(item, ordered[number][:place]) for number, item in zip(chosen, items, strict=True)])
        hits: Floats = np.array([one.hits for one in parts]) - np.bincount(cell, minlength=len(parts))
        expected = np.array([one.expected / max(one.size, 1.0) for one in parts]) * size
        found.append(Layer(of, items, parts, cell, drop, hits, size, expected))
    return found, live


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a hypothesis with several, with its place among those of its layer."""

    item: Item
    hits: float
    size: float
    depth: int
    place: int


def together(found: Sequence[Layer]) -> list[list[Cell]]:
    """The cells of each hypothesis, smallest item first, where any has more than one."""
    cells: dict[int, list[Cell]] = {}
    for depth, layer in enumerate(found if len(found) > 1 else ()):
        each = zip(layer.of.tolist(), layer.items, layer.hits.tolist(), layer.size.tolist(), strict=True)
        for place, (of, item, hits, size) in enumerate(each):
            cells.setdefault(of, []).append(Cell(item, hits, size, depth, place))
    return list(cells.values())


def leaked(layer: Layer, live: Bools, *, vlan: Ints, weight: Floats, nodes: Nodes) -> Leaked:
    """The drops outside of all cells whose phones may be a layer's.

    Args:
        layer: of some hypotheses.
        live: per hypothesis and drop, whether it is outside of all cells.
        vlan: of each drop, as in ``Part.share``.
        weight: per drop, the probability that the place of its phone is not the known one.
        nodes: where that is not a question of its place.
    """
    cell, drop = pairs(np.stack([part.leaks for part in layer.parts]) & live[layer.of])
    strength = np.stack([part.share for part in layer.parts])[cell, vlan[drop]] * weight[drop]
    by_node: Bools = layer.each("by_node")
    hidden: Floats = layer.each("hidden")
    if by_node.any():
        strength = np.where(by_node[cell], nodes.share(layer, cell, drop), strength)
        hidden = np.where(by_node, layer.size * nodes.wrong, hidden)
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
