"""The path of the lost phones: module, switch, distribution, call server; a band is a number of phones, and bands that merge are what they share.

Bands are grouped by cause. Every node has room for its label. A column of which nothing is known is left out; elsewhere what is not known is
a hatched stub for each band that comes to it, because nobody knows whether they share it.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from switchcorr.report.draw.shapes import WIDTH, Mark, Path, Picture, fitted, line, num, rect, text
from switchcorr.report.estate import Estate
from switchcorr.report.estate_switches import natural
from switchcorr.text import counted

MOST_CAUSES = 6
_MOST_NODES = 8
"""Of one cause in one column; the rest is one node."""
_BAR = 10
_LABEL = 17
"""Least height of a node, so that its label has room."""
_GAP = 7
_HEIGHT = 340.0
_TOP = 24
_COLUMNS = ("Module", "Access switch", "Distribution switch", "CallManager node")
_LAST = 945
_ROOM = 225
"""Where the last column is, and the room for its labels."""
_UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Band:
    """Lost phones that are drawn together: those of one cause, or those of none.

    Attributes:
        name: of the cause, for the first column where it has several modules.
        css: class of its colour.
    """

    name: str
    css: str
    phones: tuple[int, ...]


@dataclass(slots=True)
class _Node:
    """One node of a column; a node that is higher than its phones, for its label, has its bands in the middle."""

    label: str
    count: int
    css: str
    y: float = 0.0
    height: float = 0.0
    inset: float = 0.0
    used_in: float = 0.0
    used_out: float = 0.0


_MOST_EACH = 24.0
"""Height of one phone's band at most: an incident of two is no wall of colour."""
_Key = tuple[int, str, str]
"""Number of the band, label, and of what is not known the node before it; known nodes of the last column are shared and have 0."""
_Way = tuple[str, str, str, str]


def path_picture(estate: Estate, bands: Sequence[Band]) -> Picture | None:
    """The picture; None where no place of any lost phone is known.

    Args:
        estate: the network.
        bands: the named causes, most phones first, then those without one; empty ones are left out.
    """
    shown = _drawn(estate, bands)
    if not shown:
        return None
    routes = _all_routes(estate, shown)
    kept, routes = _known_columns(routes)
    total = sum(routes.values())
    columns = _columns(routes, shown)
    scale = min((_HEIGHT - _GAP * len(column)) / total for column in columns)
    scale = min(max(scale, _HEIGHT * 0.3 / total), _MOST_EACH)
    for column in columns:
        _stack(column, scale)
    bottom = max(node.y + node.height for column in columns for node in column.values())
    marks = [*_bands(routes, columns, shown, scale), *_nodes(estate, columns)]
    heads = [text(x, 12, _COLUMNS[place], "ts") for x, place in zip(_places(columns), kept, strict=True)]
    return Picture(WIDTH, num(bottom + 6), _sentence(shown), (*heads, *marks))


def path_table(estate: Estate, bands: Sequence[Band]) -> tuple[tuple[str, str, str], ...]:
    """The same as rows: column, node, number of lost phones; empty where nothing is drawn."""
    shown = _drawn(estate, bands)
    kept, routes = _known_columns(_all_routes(estate, shown))
    rows: Counter[tuple[int, int, str]] = Counter()
    for place, column in zip(kept, _columns(routes, shown), strict=True):
        for (band, label, _), node in column.items():
            rows[place, -1 if label == _UNKNOWN else band, label] += node.count
    return tuple((_COLUMNS[place], label, f"{count:,}") for (place, _, label), count in rows.items())


def _drawn(estate: Estate, bands: Sequence[Band]) -> list[Band]:
    """The bands with phones; none where no place of any of them is known."""
    shown = [band for band in bands if band.phones]
    return shown if any(estate.phones.switch[phone] >= 0 for band in shown for phone in band.phones) else []


def _all_routes(estate: Estate, bands: Sequence[Band]) -> Counter[tuple[_Key, ...]]:
    routes: Counter[tuple[_Key, ...]] = Counter()
    for number, band in enumerate(bands):
        routes.update(_routes(estate, number, band))
    return routes


def _routes(estate: Estate, number: int, band: Band) -> Counter[tuple[_Key, ...]]:
    """How many phones of a band take which way, with its small nodes put together."""
    ways = _ways(estate, band.phones)
    names: list[Callable[[str], str]] = [_named(ways, column, band.name) for column in range(3)]
    routes: Counter[tuple[_Key, ...]] = Counter()
    for way, count in ways.items():
        labels = [*(names[column](way[column]) for column in range(3)), way[3] or _UNKNOWN]
        befores = [labels[0], *labels]
        keys = [(number, label, before if label == _UNKNOWN else "") for label, before in zip(labels, befores, strict=False)]
        if labels[3] != _UNKNOWN:
            keys[3] = 0, labels[3], ""
        routes[tuple(keys)] += count
    return routes


def _known_columns(routes: Mapping[tuple[_Key, ...], int]) -> tuple[list[int], Counter[tuple[_Key, ...]]]:
    """The columns of which anything is known, and the routes through them alone."""
    kept = [place for place in range(len(_COLUMNS)) if any(route[place][1] != _UNKNOWN for route in routes)]
    found: Counter[tuple[_Key, ...]] = Counter()
    for route, count in routes.items():
        found[tuple(route[place] for place in kept)] += count
    return kept, found


def _places(columns: Sequence[object]) -> list[float]:
    """Where the columns are, from left to right."""
    return [num(_LAST * place / (len(columns) - 1)) for place in range(len(columns))]


def _named(ways: Mapping[_Way, int], column: int, cause: str) -> Callable[[str], str]:
    """Names of a band's nodes in one column: the largest, and one for the rest. Modules of a cause that spans several are one node."""
    counts: Counter[str] = Counter()
    for way, count in ways.items():
        counts[way[column] or _UNKNOWN] += count
    noun = ("modules", "switches", "distribution switches")[column]
    most = _MOST_NODES if column == 1 else 3
    known = counts.keys() - {_UNKNOWN}
    if column == 0 and len(known) > 1:
        together = f"{len(known):,} modules" if cause else f"no shared cause: {len(known):,} modules"
        return lambda name: together if name else _UNKNOWN
    order = sorted(known, key=lambda name: (-counts[name], natural(name)))
    kept = {"", *order[: most if len(order) > most + 1 else most + 1]}
    rest = f"{len(order) - len(kept) + 1} more {noun}"
    return lambda name: (name or _UNKNOWN) if name in kept else rest


def _ways(estate: Estate, phones: Sequence[int]) -> Counter[_Way]:
    """Phones by module, access switch, what is above it, and call server, as names; phones of one place are counted before they are named."""
    columns = estate.phones
    places = Counter((columns.module[phone], columns.switch[phone], columns.node[phone]) for phone in phones)
    above = {switch: _above(estate, switch) if switch >= 0 else "" for _, switch, _ in places}
    ways: Counter[_Way] = Counter()
    for (module, switch, node), count in places.items():
        of_module = estate.modules[module].id if module >= 0 else ""
        ways[of_module, estate.switches[switch].name if switch >= 0 else "", above[switch], node] += count
    return ways


def _above(estate: Estate, switch: int) -> str:
    """The switches above that carry traffic; of one without a known way up, nothing."""
    names = {estate.switches[uplink.above].name for uplink in estate.switches[switch].uplinks if uplink.active}
    return " + ".join(sorted(names, key=natural))


def _columns(routes: Mapping[tuple[_Key, ...], int], bands: Sequence[Band]) -> list[dict[_Key, _Node]]:
    columns: list[dict[_Key, _Node]] = []
    for place in range(len(next(iter(routes), ()))):
        counts: Counter[_Key] = Counter()
        for route, count in routes.items():
            counts[route[place]] += count
        order = sorted(
            counts,
            key=lambda key: (
                key[0],
                key[1] == _UNKNOWN,
                key[1].endswith((" more modules", " more switches", " more distribution switches")),
                -counts[key],
                natural(key[1]),
                natural(key[2]),
            ),
        )
        columns.append({key: _Node(key[1], counts[key], bands[key[0]].css) for key in order})
    return columns


def _stack(column: Mapping[_Key, _Node], scale: float) -> None:
    y = float(_TOP)
    for node in column.values():
        node.height = max(node.count * scale, _LABEL)
        node.inset = (node.height - node.count * scale) / 2
        node.y = y
        y += node.height + _GAP


def _bands(
    routes: Mapping[tuple[_Key, ...], int], columns: Sequence[Mapping[_Key, _Node]], bands: Sequence[Band], scale: float
) -> list[Mark]:
    marks: list[Mark] = []
    xs = _places(columns)
    for place in range(len(columns) - 1):
        flows: Counter[tuple[_Key, _Key, int]] = Counter()
        for route, count in routes.items():
            flows[route[place], route[place + 1], route[0][0]] += count
        left, right = columns[place], columns[place + 1]
        rank = {key: number for number, key in enumerate(left)}
        to = {key: number for number, key in enumerate(right)}
        for (source, target, band), count in sorted(flows.items(), key=lambda item: (rank[item[0][0]], to[item[0][1]], item[0][2])):
            if source[1] == target[1] == _UNKNOWN:  # nothing goes from nowhere to nowhere
                continue
            marks.append(
                _band(
                    left[source],
                    right[target],
                    count * scale,
                    (xs[place] + _BAR, xs[place + 1]),
                    f"band {bands[band].css}",
                    f"{source[1]} to {target[1]}: {count:,}",
                )
            )
    return marks


def _band(source: _Node, target: _Node, size: float, ends: tuple[float, float], css: str, title: str) -> Path:
    x1, x2 = num(ends[0]), num(ends[1])
    y1 = source.y + source.inset + source.used_out
    y2 = target.y + target.inset + target.used_in
    source.used_out += size
    target.used_in += size
    middle = (x1 + x2) / 2
    d = (
        f"M{x1} {num(y1)}C{num(middle)} {num(y1)} {num(middle)} {num(y2)} {x2} {num(y2)}v{num(max(size, 1))}"
        f"C{num(middle)} {num(y2 + max(size, 1))} {num(middle)} {num(y1 + max(size, 1))} {x1} {num(y1 + max(size, 1))}z"
    )
    return Path(d, css, title)


def _nodes(estate: Estate, columns: Sequence[Mapping[_Key, _Node]]) -> list[Mark]:
    marks: list[Mark] = []
    xs = _places(columns)
    rooms = [*(after - x - 30 for x, after in itertools.pairwise(xs)), _ROOM]
    for x, room, column in zip(xs, rooms, columns, strict=True):
        for node in column.values():
            count = f" {node.count:,}"
            words = fitted(estate.short(node.label), room - _BAR - 8 - len(count) * 8, 13)
            marks += _stub(x, node) if node.label == _UNKNOWN else [rect(x, node.y, _BAR, node.height, "bar")]
            marks.append(text(x + _BAR + 6, node.y + node.height / 2 + 4.5, words + count, "halo"))
    return marks


def _stub(x: float, node: _Node) -> list[Mark]:
    """What is not known: a hatched bar."""
    rows = range(0, max(int(node.height) - 5, 1), 6)
    hatch = [line(((x, node.y + row + 6), (x + _BAR, node.y + row)), "hatch") for row in rows]
    return [rect(x, node.y, _BAR, node.height, "row-unk"), *hatch]


def _sentence(bands: Sequence[Band]) -> str:
    parts = ", ".join(f"{len(band.phones):,} of {band.name or 'no shared cause'}" for band in bands)
    phones = {phone for band in bands for phone in band.phones}
    return f"The way of {counted(len(phones), 'lost phone')} from their module over access and distribution switch to their call server: {parts}."
