"""The estate at switch level: a block for each site or distribution block, a row for each set of uplinks, a cell for each switch.

Small estates show each switch as a chassis with its module rows and its name. In larger ones those that were hit are numbered, and named
below the map. Position says where a switch hangs and is the same in every report of the same network.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from switchcorr.report.draw.chassis import chassis_marks
from switchcorr.report.draw.shapes import WIDTH, Mark, Picture, boxes, name_text, num, rect, text
from switchcorr.report.estate import Estate
from switchcorr.report.tally import Tally, step
from switchcorr.text import counted

SMALL = 60
"""Up to here each switch is drawn as a chassis with its name."""
MOST_NAMED = 60
"""Switches named below a larger map: about a third of a printed page."""


_BOLD = 13.8
"""Pixels that the name of a block counts for: it is 12 high and, being bold, wider than other text."""


@dataclass(frozen=True, slots=True)
class _Size:
    """Sizes of a map: cell, room of a cell with what is around it, room for the block's name, and before a line for its number."""

    cell: tuple[float, float]
    pitch: tuple[float, float]
    head: float
    side: float
    per_row: int


_CHASSIS = _Size((80, 44), (90, 64), 24, 0, 12)
_MIDDLE = _Size((22, 16), (25, 19), 20, 18, 10)
_DENSE = _Size((13, 11), (15, 13), 22, 18, 10)


@dataclass(frozen=True, slots=True)
class Block:
    """Switches of one site or one distribution block: a list for each set of switches above them."""

    name: str
    rows: tuple[tuple[str, tuple[int, ...]], ...]


def blocks_of(estate: Estate) -> list[Block]:
    """The blocks in the order of the estate: access switches only, those that others hang below are what names the rows."""
    above = {number for switch in estate.switches for number in switch.above}
    found: dict[str, dict[tuple[int, ...], list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, switch in enumerate(estate.switches):
        if number not in above or switch.phones:
            found[switch.site or _above_name(estate, switch.above)][switch.above].append(number)
    return [
        Block(
            name,
            tuple((_above_name(estate, key) if name != _above_name(estate, key) else "", tuple(numbers)) for key, numbers in rows.items()),
        )
        for name, rows in found.items()
    ]


@dataclass(frozen=True, slots=True)
class MapLayout:
    """Where the map draws each switch.

    Attributes:
        cell: width and height of a switch, in pixels.
        corners: upper left corner of each switch on the map, by index.
        marks: frames and names of the blocks.
        blocks: how many.
        gap: room below each switch, in pixels.
        pitch: from a cell to the one on its right.
        height: of the whole map, which is ``WIDTH`` wide.
    """

    cell: tuple[float, float]
    corners: dict[int, tuple[float, float]]
    marks: tuple[Mark, ...]
    blocks: int
    gap: float
    pitch: float
    height: float


def map_layout(estate: Estate) -> MapLayout:
    """The places of the map without what is drawn on them."""
    blocks = blocks_of(estate)
    count = sum(len(numbers) for block in blocks for _, numbers in block.rows)
    size = _CHASSIS if count <= SMALL else _MIDDLE if count <= 400 else _DENSE
    marks: list[Mark] = []
    corners: dict[int, tuple[float, float]] = {}
    x = y = tallest = 0.0
    for block in blocks:
        width, height = _room(block, size)
        if x and x + width > WIDTH:
            x, y, tallest = 0.0, y + tallest + 12, 0.0
        marks += _block(estate, block, (x, y, width, height), size, corners)
        x, tallest = x + width + 12, max(tallest, height)
    return MapLayout(size.cell, corners, tuple(marks), len(blocks), size.pitch[1] - size.cell[1], size.pitch[0], num(y + tallest + 2))


@dataclass(frozen=True, slots=True)
class MapNames:
    """Switches that were hit, for a map that has no room for their names.

    Attributes:
        switches: indices in the order of the map; the first is number 1.
        starts: of each line of cells with any of them its first cell, and that one's number; the others of the line follow to its right.
        left_out: how many more were hit.
    """

    switches: tuple[int, ...] = ()
    starts: tuple[tuple[int, int], ...] = ()
    left_out: int = 0


def map_names(estate: Estate, layout: MapLayout, lost: Tally, causes: Sequence[int] = ()) -> MapNames:
    """Whom to name: whole lines of cells, those with the worst hit switch first, as long as there is room.

    Args:
        estate: the network.
        layout: its map.
        lost: all phones lost in any incident.
        causes: switches that a named cause is in; they count as hit.
    """
    cells = layout.corners
    hit = {
        *(number for number in causes if number in cells),
        *(number for number in cells if step(lost.by_switch[number], estate.switches[number].phones)),
    }
    lines: list[list[int]] = []
    for number, (x, y) in cells.items():
        if not lines or cells[lines[-1][-1]] != (x - layout.pitch, y):
            lines.append([])
        lines[-1].append(number)
    found = [(line[0], [number for number in line if number in hit]) for line in lines if not hit.isdisjoint(line)]
    worst = sorted(range(len(found)), key=lambda at: (-max(lost.by_switch[number] for number in found[at][1]), at))
    kept, count = set[int](), 0
    for at in worst:
        count += len(found[at][1])
        if kept and count > MOST_NAMED:
            break
        kept.add(at)
    switches, starts = list[int](), list[tuple[int, int]]()
    for first, named in (found[at] for at in sorted(kept)):
        starts.append((first, len(switches) + 1))
        switches += named
    return MapNames(tuple(switches), tuple(starts), sum(len(named) for _, named in found) - len(switches))


def _above_name(estate: Estate, above: Sequence[int]) -> str:
    return " + ".join(estate.switches[number].name for number in above) or "no switch above is known"


@dataclass(frozen=True, slots=True)
class EstateMap:
    """The map, the switches that are named below it, and whether any of them is framed."""

    picture: Picture
    names: MapNames
    framed: bool


def estate_map(estate: Estate, lost: Tally, causes: Sequence[int] = ()) -> EstateMap | None:
    """The map; None where no switch is known.

    Args:
        estate: the network.
        lost: all phones lost in any incident.
        causes: switches that a named cause is in, framed.
    """
    layout = map_layout(estate)
    if not layout.corners:
        return None
    marks, cells, cell = [*layout.marks], layout.corners, layout.cell
    names = MapNames() if cell == _CHASSIS.cell else map_names(estate, layout, lost, causes)
    marks += _chassis(estate, cells, lost) if cell == _CHASSIS.cell else _cells(estate, cells, cell, lost)
    framed = [rect(cells[one][0] - 2, cells[one][1] - 2, cell[0] + 4, cell[1] + 4, "hot-row") for one in causes if one in cells]
    marks += framed
    marks += [text(cells[one][0] - 4, cells[one][1] + cell[1], str(number), "tb", "end") for one, number in names.starts]
    hit = sum(step(lost.by_switch[one], estate.switches[one].phones) > 0 for one in cells)
    words = f"{counted(len(cells), 'switch')} in {counted(layout.blocks, 'block')}; {hit:,} of them lost a tenth of their phones or more."
    return EstateMap(Picture(WIDTH, layout.height, words, tuple(marks)), names, framed=bool(framed))


def _room(block: Block, size: _Size) -> tuple[float, float]:
    per_row = _per_row(block, size)
    lines = sum(-(-len(numbers) // per_row) for _, numbers in block.rows)
    named = sum(bool(name) for name, _ in block.rows) if size is not _DENSE else 0
    return size.side + per_row * size.pitch[0] + 16, size.head + lines * size.pitch[1] + named * 16 + 10


def _per_row(block: Block, size: _Size) -> int:
    longest = max(len(numbers) for _, numbers in block.rows)
    return min(max(longest, 2 if size is _CHASSIS else 5), size.per_row)


def _block(
    estate: Estate, block: Block, frame: tuple[float, float, float, float], size: _Size, cells: dict[int, tuple[float, float]]
) -> list[Mark]:
    left, top, width, height = frame
    head = name_text(left + 8, top + 15, (estate.short(block.name), block.name), (width - 12, _BOLD), "tb small", "start")
    marks: list[Mark] = [rect(left, top, width, height, "block"), head]
    y = top + size.head
    per_row = _per_row(block, size)
    for name, numbers in block.rows:
        if name and size is not _DENSE:
            marks.append(name_text(left + 8, y + 11, (estate.short(name), name), (width - 12, 11.5), "ts", "start"))
            y += 16
        for place, number in enumerate(numbers):
            cells[number] = left + 8 + size.side + place % per_row * size.pitch[0], y + place // per_row * size.pitch[1]
        y += -(-len(numbers) // per_row) * size.pitch[1]
    return marks


def _chassis(estate: Estate, cells: dict[int, tuple[float, float]], lost: Tally) -> list[Mark]:
    marks: list[Mark] = []
    for number, (x, y) in cells.items():
        marks += chassis_marks(estate, number, (x, y, *_CHASSIS.cell), lost)
        name = estate.switches[number].name
        marks.append(name_text(x + _CHASSIS.cell[0] / 2, y + _CHASSIS.cell[1] + 13, (estate.short(name), name), (86, 11.5), "ts", "middle"))
    return marks


def _cells(estate: Estate, cells: dict[int, tuple[float, float]], cell: tuple[float, float], lost: Tally) -> list[Mark]:
    """One path for all switches without news; those that were hit one by one, with their names as tooltips."""
    quiet: dict[str, list[tuple[float, float]]] = defaultdict(list)
    marks: list[Mark] = []
    for number, corner in cells.items():
        switch = estate.switches[number]
        fill = step(lost.by_switch[number], switch.phones)
        if fill:
            title = f"{switch.name}: {lost.by_switch[number]:,} of {counted(switch.phones, 'phone')} lost"
            marks.append(rect(*corner, *cell, f"r{fill}", title))
        else:
            quiet["r0" if switch.phones and switch.read else "row-unk"].append(corner)
    return [*(boxes(corners, *cell, css) for css, corners in sorted(quiet.items())), *marks]
