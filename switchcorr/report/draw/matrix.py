"""Which switch lost its phones when: the worst hit switches in order of their first loss, by step of time."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta

from switchcorr.report.clock import clock_time, full_time
from switchcorr.report.draw.shapes import WIDTH, Mark, Picture, boxes, fitted, num, text
from switchcorr.report.draw.timeline import Span
from switchcorr.report.estate import Estate
from switchcorr.report.geometry import step_for, step_words
from switchcorr.report.tally import Tally

MOST_ROWS = 30
_LEFT, _ROW, _TOP = 190, 15, 20
_BINS = 60
_BOUNDS = (1, 2, 4, 8)
"""Phones lost in a step at which the next darker fill begins."""


def matrix(estate: Estate, lost: Tally) -> Picture | None:
    """The matrix of an incident; None where fewer than two switches are known to have lost phones.

    Args:
        estate: the network.
        lost: the phones of the incident.
    """
    phones = estate.phones
    losses = [(moment, phones.switch[phone]) for phone, moment in lost.lost_at.items() if phones.switch[phone] >= 0]
    rows = _rows(losses, lost)
    if len(rows) < 2:
        return None
    span = Span(min(moment for moment, _ in losses), max(moment for moment, _ in losses))
    step = step_for(timedelta(seconds=span.end - span.start), bins=_BINS).total_seconds()
    start = span.start // step * step
    count = int((span.end - start) // step) + 1
    pitch = (WIDTH - _LEFT) / max(count, 20)
    cells = Counter((switch, int((moment - start) // step)) for moment, switch in losses)
    marks: list[Mark] = [
        text(_LEFT, 12, clock_time(start), "ts"),
        text(_LEFT + pitch * count, 12, clock_time(start + step * count), "ts", "end"),
    ]
    by_fill: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for place, switch in enumerate(rows):
        y = _TOP + place * _ROW
        name = estate.switches[switch].name
        marks.append(text(_LEFT - 10, y + 11, f"{fitted(name, 130, 11.5)}  {lost.by_switch[switch]:,}", "ts", "end"))
        for number in range(count):
            fill = sum(cells[switch, number] >= bound for bound in _BOUNDS)
            by_fill[fill].append((_LEFT + number * pitch, y))
    marks += [boxes(corners, max(pitch - 1, 1), _ROW - 2, f"r{fill}") for fill, corners in sorted(by_fill.items())]
    first = estate.switches[rows[0]].name
    label = (
        f"Losses per {step_words(timedelta(seconds=step))} on the {len(rows)} worst hit of {len(lost.by_switch)} switches, in order of their "
        f"first loss: {first} lost the first phone at {full_time(span.start)} UTC."
    )
    return Picture(WIDTH, num(_TOP + len(rows) * _ROW + 2), label, tuple(marks))


def _rows(losses: list[tuple[float, int]], lost: Tally) -> list[int]:
    worst = sorted(lost.by_switch, key=lambda switch: (-lost.by_switch[switch], switch))[:MOST_ROWS]
    first: dict[int, float] = {}
    for moment, switch in sorted(losses):
        first.setdefault(switch, moment)
    return sorted(worst, key=lambda switch: (first[switch], switch))
