"""Does the sweep's writing in threads, several answers at each waking: waking a thread and being woken costs more than a small file."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Self

_THREADS: Final = 8
"""An fsync is mostly waiting."""
_GATHER_S: Final = 0.01
"""How long an answer may wait for others; a visit waits twice so long at its end."""
_TOGETHER: Final = 8
"""Answers that one thread writes one after another while the other threads are not needed."""

Job = Callable[[], None]
_Outcome = tuple[asyncio.Future[None], Exception | None]


class Writers:
    """Threads that write; for one event loop, in which it is made.

    Leaving it waits until everything is written, also what nobody waits for any more.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="save")
        self._waiting: list[tuple[Job, asyncio.Future[None]]] = []
        self._timer: asyncio.TimerHandle | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._hand_over()
        self._threads.shutdown()

    def write(self, job: Job) -> asyncio.Future[None]:
        """Have something written soon. The future has the job's exception; the job is done even if the future is cancelled."""
        future: asyncio.Future[None] = self._loop.create_future()
        self._waiting.append((job, future))
        if self._timer is None:
            self._timer = self._loop.call_later(_GATHER_S, self._hand_over)
        return future

    def _hand_over(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        waiting, self._waiting = self._waiting, []
        share = max(_TOGETHER, -(-len(waiting) // _THREADS))
        for start in range(0, len(waiting), share):
            self._threads.submit(self._do, waiting[start : start + share])

    def _do(self, jobs: Sequence[tuple[Job, asyncio.Future[None]]]) -> None:
        """Runs in a thread."""
        outcomes = [(future, _error_of(job)) for job, future in jobs]
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits for this any more
            self._loop.call_soon_threadsafe(_tell, outcomes)


def _error_of(job: Job) -> Exception | None:
    try:
        job()
    except Exception as error:  # noqa: BLE001  # whoever waits for the job gets it
        return error
    return None


def _tell(outcomes: Sequence[_Outcome]) -> None:
    for future, error in outcomes:
        if future.done():  # cancelled
            continue
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)
