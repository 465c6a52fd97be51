"""Which switch lost its phones when: the worst hit switches in order of their first loss, by step of time."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from switchcorr.report.clock import clock_time, full_time
from switchcorr.report.draw.shapes import WIDTH, Mark, Picture, boxes, fitted, num, text
from switchcorr.report.estate import Estate
from switchcorr.report.geometry import step_for, step_words
from switchcorr.report.tally import Tally
from switchcorr.text import counted

MOST_ROWS = 30
_LEFT, _ROW, _TOP = 190, 15, 20
_BINS = 60
_BOUNDS = (1, 2, 4, 8)
"""Phones lost in a step at which the next darker fill begins."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Losses by switch and step of time: the switches in order, the start of the first step, its length in seconds, steps, losses."""

    rows: tuple[int, ...]
    start: float
    step: float
    count: int
    cells: Mapping[tuple[int, int], int]
    first: float


def grid_of(estate: Estate, lost: Tally) -> Grid | None:
    """The losses of an incident, counted once for its matrix and the table; None where fewer than two switches are known to have lost phones."""
    phones = estate.phones
    losses = [(moment, phones.switch[phone]) for phone, moment in lost.lost_at.items() if phones.switch[phone] >= 0]
    rows = _rows(losses, lost)
    if len(rows) < 2:
        return None
    first, last = min(moment for moment, _ in losses), max(moment for moment, _ in losses)
    step = step_for(timedelta(seconds=last - first), bins=_BINS).total_seconds()
    start = first // step * step
    cells = Counter((switch, int((moment - start) // step)) for moment, switch in losses)
    return Grid(tuple(rows), start, step, int((last - start) // step) + 1, cells, first)


def matrix(estate: Estate, lost: Tally, grid: Grid) -> Picture:
    """The matrix of an incident.

    Args:
        estate: the network.
        lost: the phones of the incident.
        grid: their losses.
    """
    pitch = (WIDTH - _LEFT) / max(grid.count, 20)
    marks: list[Mark] = [
        text(_LEFT, 12, clock_time(grid.start), "ts"),
        text(_LEFT + pitch * grid.count, 12, clock_time(grid.start + grid.step * grid.count), "ts", "end"),
    ]
    by_fill: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for place, switch in enumerate(grid.rows):
        y = _TOP + place * _ROW
        name = estate.switches[switch].name
        marks.append(text(_LEFT - 10, y + 11, f"{fitted(estate.short(name), 130, 11.5)}  {lost.by_switch[switch]:,}", "ts", "end"))
        for number in range(grid.count):
            fill = sum(grid.cells.get((switch, number), 0) >= bound for bound in _BOUNDS)
            by_fill[fill].append((_LEFT + number * pitch, y))
    marks += [boxes(corners, max(pitch - 1, 1), _ROW - 2, f"r{fill}") for fill, corners in sorted(by_fill.items())]
    name = estate.switches[grid.rows[0]].name
    label = (
        f"Losses per {step_words(timedelta(seconds=grid.step))} on the {len(grid.rows)} worst hit of {counted(len(lost.by_switch), 'switch')}, in order of their "
        f"first loss: {name} lost the first phone at {full_time(grid.first)} UTC."
    )
    return Picture(WIDTH, num(_TOP + len(grid.rows) * _ROW + 2), label, tuple(marks))


def matrix_table(estate: Estate, lost: Tally, grid: Grid) -> tuple[tuple[str, str, str], ...]:
    """The matrix as rows: switch, phones lost, and each step with its losses."""
    return tuple(
        (estate.switches[switch].name, f"{lost.by_switch[switch]:,}", ", ".join(
            f"{clock_time(grid.start + number * grid.step)} {grid.cells[switch, number]:,}"
            for number in range(grid.count)
            if (switch, number) in grid.cells
        ))
        for switch in grid.rows
    )  # fmt: skip


def _rows(losses: list[tuple[float, int]], lost: Tally) -> list[int]:
    worst = sorted(lost.by_switch, key=lambda switch: (-lost.by_switch[switch], switch))[:MOST_ROWS]
    first: dict[int, float] = {}
    for moment, switch in losses:
        if moment < first.get(switch, math.inf):
            first[switch] = moment
    return sorted(worst, key=lambda switch: (first[switch], switch))
