"""Ends a sweep from outside: by a call from any thread, or by a signal."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections.abc import Callable, Iterator


def ending_signals() -> tuple[signal.Signals, ...]:
    """What asks a command to end: SIGINT, SIGTERM, and SIGHUP (its terminal has gone) unless that is ignored, as under ``nohup``."""
    is_kept = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return (signal.SIGINT, signal.SIGTERM) if is_kept else (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop:
    """Asks a sweep to end: call it from any thread or signal handler, as often as you like.

    ``run_sweep`` itself answers SIGINT and SIGTERM while it runs in the main thread; this is for everybody else.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked = False
        self._told: list[Callable[[], None]] = []

    def __call__(self) -> None:
        """Ask; those who listen are told once."""
        with self._lock:
            told = [] if self._asked else list(self._told)
            self._asked = True
        for tell in told:
            tell()

    def listen(self, tell: Callable[[], None]) -> None:
        """Have ``tell`` called when somebody asks; at once if somebody has."""
        with self._lock:
            asked = self._asked
            self._told.append(tell)
        if asked:
            tell()

    def forget(self, tell: Callable[[], None]) -> None:
        """Do not call ``tell`` any more."""
        with self._lock:
            self._told = [other for other in self._told if other != tell]


@contextlib.contextmanager
def stop_event(stop: Stop | None) -> Iterator[asyncio.Event]:
    """An event of the running loop that is set when ``stop`` is called, or at one of ``ending_signals`` in the main thread.

    Each signal is taken once: a second Ctrl-C ends the program at once, as it would without us.
    """
    loop = asyncio.get_running_loop()
    event = asyncio.Event()

    def told() -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: the sweep is over
            loop.call_soon_threadsafe(event.set)

    def signalled(number: signal.Signals) -> None:
        loop.remove_signal_handler(number)
        event.set()

    in_main = threading.current_thread() is threading.main_thread()
    before = {number: signal.getsignal(number) for number in ending_signals()} if in_main else {}
    for number in before:
        loop.add_signal_handler(number, signalled, number)
    if stop is not None:
        stop.listen(told)
    try:
        yield event
    finally:
        if stop is not None:
            stop.forget(told)
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)
