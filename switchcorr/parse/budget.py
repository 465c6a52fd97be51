"""How long one command's text may keep a parser: a pattern that hangs costs the command, and the device keeps its others.

A worker of the pool ``allow``s it. Only there is the time measured, as that of the processor, by a signal that even a pattern
that is at work answers to. In any other process, which has its own signals and threads, ``limited`` does nothing.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

LONGEST_S = 10.0
"""Assumed: far more than any output of the tests takes."""


class TooSlowError(Exception):
    """A text keeps the parser too long; raised and caught within ``parse``."""


def allow() -> None:
    """Let ``limited`` work in this process, which does nothing but parse."""
    signal.signal(signal.SIGPROF, _give_up)


@contextmanager
def limited(seconds: float = LONGEST_S) -> Iterator[None]:
    """End what is done within after so many seconds of the processor, if this process allows it.

    Raises:
        TooSlowError: it took longer.
    """
    if signal.getsignal(signal.SIGPROF) is not _give_up:
        yield
        return
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _give_up(_number: int, _frame: FrameType | None) -> None:
    raise TooSlowError
