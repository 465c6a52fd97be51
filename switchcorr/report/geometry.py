"""Steps of time and widths of bars, as plain numbers; ``draw/`` holds the pictures."""

from __future__ import annotations

from datetime import timedelta

from switchcorr.model.moments import DAY_S

_NICE_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 43200, DAY_S)


def step_for(span: timedelta, *, bins: int = 60) -> timedelta:
    """A round step so that a span has at most about ``bins`` steps."""
    wanted = max(span.total_seconds() / bins, 1.0)
    return timedelta(seconds=next((nice for nice in _NICE_SECONDS if nice >= wanted), DAY_S))


def percent_width(share: float) -> float:
    """Width of a bar for a share in [0, 1], in percent of its room; what is not nothing is seen."""
    return 0.0 if share <= 0 else round(max(1.5, min(share, 1.0) * 100), 1)


def step_words(step: timedelta) -> str:
    """A round step in words: ``2 minutes``."""
    seconds = int(step.total_seconds())
    for size, unit in ((DAY_S, "day"), (3600, "hour"), (60, "minute")):
        if seconds % size == 0:
            return unit if seconds == size else f"{seconds // size} {unit}s"
    return "second" if seconds == 1 else f"{seconds} seconds"
