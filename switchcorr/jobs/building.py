"""Building many objects that all stay: the cyclic collector would walk them again and again and find nothing."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_COLLECT_AFTER = (100_000, 20, 100)
"""Values made between two looks for garbage. A run makes millions of rows that live to its end, and looking through them again
and again takes a tenth of the time of ``correlate`` on 200 switches (8.8 s and 7.8 s, benchmarks/correlate_captures.py)."""


def collect_seldom() -> None:
    """Have the cyclic collector look seldom; for a process that does one job and ends."""
    gc.set_threshold(*_COLLECT_AFTER)


@contextmanager
def collector_paused() -> Iterator[None]:
    """No search for cyclic garbage inside; it goes on afterwards if it went on before."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
