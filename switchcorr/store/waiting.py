"""Patience with a database server that is away: restarted, failed over, or cut off for a moment."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from switchcorr.errors import StoreAwayError

_log = logging.getLogger(__name__)
T = TypeVar("T")
AWAY_S = 120.0
"""How long a writer waits for a server: longer than a restart or a fail-over, and short enough that somebody is told the same hour."""
_PAUSES_S = (0.1, 0.2, 0.5, 1.0, 2.0)


def while_away(attempt: Callable[[], T], *, wait_s: float = AWAY_S) -> T:
    """Do something that may be repeated, again and again as long as the server is away.

    Raises:
        StoreAwayError: it was away for longer than ``wait_s``.
    """
    end, number = time.monotonic() + wait_s, 0
    while True:
        try:
            return attempt()
        except StoreAwayError as error:
            if time.monotonic() >= end:
                raise
            if not number:
                _log.warning("store: %s Waiting for it%s.", error.message, "" if wait_s == float("inf") else f", {wait_s:.0f} s at most")
            time.sleep(_PAUSES_S[min(number, len(_PAUSES_S) - 1)])
            number += 1
