"""Positions and sizes of what the report draws, as plain numbers; templates do no arithmetic."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

_NICE_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 43200, 86400)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a histogram: a rectangle, and the sentence that says the same."""

    x: float
    y: float
    width: float
    height: float
    css: str
    title: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the time axis."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Histogram:
    """Events per step of time, stacked by cause."""

    width: float
    height: float
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    peak: int
    step_text: str


def step_for(span: timedelta, *, bins: int = 60) -> timedelta:
    """A round step so that a span has at most about ``bins`` steps."""
    wanted = max(span.total_seconds() / bins, 1.0)
    return timedelta(seconds=next((nice for nice in _NICE_SECONDS if nice >= wanted), 86400))


def histogram(times: Sequence[tuple[datetime, str]], *, width: float = 960.0, height: float = 96.0) -> Histogram:
    """Stacked bars of moments with a class each, e.g. ``cause-1``; empty input gives an empty picture.

    Args:
        times: moments and the CSS class of their bar.
        width: of the picture in pixels.
        height: of the highest bar in pixels.
    """
    if not times:
        return Histogram(width, height, (), (), 0, "")
    first, last = min(time for time, _ in times), max(time for time, _ in times)
    step = step_for(last - first)
    origin = datetime.fromtimestamp(first.timestamp() // step.total_seconds() * step.total_seconds(), tz=first.tzinfo)
    count = int((last - origin) / step) + 1
    cells: dict[tuple[int, str], int] = {}
    for time, css in times:
        key = int((time - origin) / step), css
        cells[key] = cells.get(key, 0) + 1
    totals = [sum(n for (i, _), n in cells.items() if i == j) for j in range(count)]
    peak = max(totals)
    pitch = width / max(count, 12)
    bars: list[Bar] = []
    heights = [0.0] * count
    for (i, css), n in sorted(cells.items(), key=lambda item: (item[0][0], item[0][1])):
        size = n / peak * height
        heights[i] += size
        at = origin + i * step
        bars.append(
            Bar(round(i * pitch, 1), round(height - heights[i], 1), round(pitch * 0.86, 1), round(size, 1), css, f"{_label(at, step)}: {n}")
        )
    every = max(1, math.ceil(count / 6))
    ticks = tuple(Tick(round(i * pitch, 1), _label(origin + i * step, step)) for i in range(0, count, every))
    return Histogram(width, height, tuple(bars), ticks, peak, _words(step))


def percent_width(share: float, *, full: float = 100.0) -> float:
    """Width of a bar for a share in [0, 1]; what is not nothing is seen."""
    return 0.0 if share <= 0 else round(max(1.5, min(share, 1.0) * full), 1)


def _label(at: datetime, step: timedelta) -> str:
    """No finer than the step, and with the date as soon as a picture can span more than a day."""
    if step >= timedelta(days=1):
        return f"{at:%Y-%m-%d}"
    return f"{at:%m-%d %H:%M}" if step >= timedelta(minutes=30) else f"{at:%H:%M:%S}"


def _words(step: timedelta) -> str:
    seconds = int(step.total_seconds())
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds % size == 0:
            return unit if seconds == size else f"{seconds // size} {unit}s"
    return "second" if seconds == 1 else f"{seconds} seconds"
