"""Again and again: losses of one component's phones over the days of the log, in a row of their own."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from switchcorr.model.moments import moment_of
from switchcorr.report.clock import full_time
from switchcorr.report.draw.shapes import Mark, Picture, line, rect, text
from switchcorr.report.estate import Estate, LogKind
from switchcorr.report.geometry import step_for, step_words
from switchcorr.text import counted

_WIDTH, _HEIGHT = 620, 40


def recurring_row(estate: Estate, phones: frozenset[int], css: str) -> Picture | None:
    """Losses of these phones over the whole log; None without any.

    Args:
        estate: the log.
        phones: of the component, by index.
        css: class of the bars.
    """
    log = estate.log
    times = [moment for moment, phone, kind in zip(log.time, log.phone, log.kind, strict=True) if phone in phones and kind == LogKind.LOST]
    if not times:
        return None
    span = max(estate.end - estate.start, 60.0)
    step = step_for(timedelta(seconds=span), bins=150).total_seconds()
    counts = Counter(int((moment - estate.start) // step) for moment in times)
    peak = max(counts.values())
    width = max(step / span * _WIDTH - 1, 2.0)
    marks: list[Mark] = [
        line(((0, _HEIGHT), (_WIDTH, _HEIGHT)), "axis"),
        text(0, _HEIGHT + 13, f"{moment_of(estate.start):%Y-%m-%d}", "ts"),
        text(_WIDTH, _HEIGHT + 13, f"{moment_of(estate.end):%Y-%m-%d}", "ts", "end"),
    ]
    for place, count in sorted(counts.items()):
        size = max(count / peak * _HEIGHT, 2.0)
        x = min(place * step / span * _WIDTH, _WIDTH - width)
        marks.append(rect(x, _HEIGHT - size, width, size, css, f"{full_time(estate.start + place * step)}: {count}"))
    words = step_words(timedelta(seconds=step))
    return Picture(
        _WIDTH, _HEIGHT + 18, f"{counted(len(times), 'loss')} of its phones over the log; at most {peak:,} per {words}.", tuple(marks)
    )
