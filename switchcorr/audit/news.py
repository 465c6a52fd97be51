"""What of an incident is news, for the audit and for the live recognition alike: so that neither tells what the other has told. Pure."""

from __future__ import annotations

from datetime import timedelta

QUIET = timedelta(minutes=5)
"""An incident to which nothing was added for so long is over. Assumed: longer than a window of the correlation and than the timers of SCCP
(90 s) and SIP (130 s)."""
GROWTH = 1.5
"""By what factor more phones are news. Assumed."""
LEAST_GROWTH = 5
"""How many more phones at least. Assumed."""


def has_grown(told: int, now: int) -> bool:
    """Whether an incident that was told with so many phones has so many more now that it is news.

    >>> has_grown(4, 8), has_grown(10, 15), has_grown(100, 120)
    (False, True, False)
    """
    return now - told >= LEAST_GROWTH and now >= GROWTH * told
