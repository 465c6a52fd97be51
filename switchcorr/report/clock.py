"""Moments and spans in words, always UTC."""

from __future__ import annotations

import math

from switchcorr.model.moments import DAY_S, moment_of


def clock_time(seconds: float) -> str:
    """The time of day; empty for NaN.

    >>> clock_time(0.0), clock_time(float("nan"))
    ('00:00:00', '')
    """
    return "" if math.isnan(seconds) else f"{moment_of(seconds):%H:%M:%S}"


def full_time(seconds: float) -> str:
    """Date and time of day; empty for NaN."""
    return "" if math.isnan(seconds) else f"{moment_of(seconds):%Y-%m-%d %H:%M:%S}"


def span_words(seconds: float) -> str:
    """How long, in the unit that is read most easily.

    >>> span_words(106), span_words(600), span_words(7200), span_words(3 * 86400)
    ('106 s', '10 min', '2.0 h', '3.0 days')
    """
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 2 * DAY_S else f"{seconds / DAY_S:.1f} days"
