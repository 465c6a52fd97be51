"""Work on many devices in processes that can be killed: a pattern that hangs or a process that dies costs one device.

Each worker takes one job at a time over its own pipe; a job that takes longer than its limit ends its worker, and a new one
takes over. Results come back in the order of completion.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkContext
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Done(Generic[T, R]):
    """A finished job: its result, or in words why there is none."""

    job: T
    result: R | None
    failure: str = ""


@dataclass(slots=True)
class _Worker(Generic[T]):
    process: multiprocessing.process.BaseProcess
    pipe: Connection
    job: T | None = None
    since: float = 0.0


def run_all(jobs: Sequence[T], work: Callable[[T], R], *, workers: int, timeout_s: float) -> Iterator[Done[T, R]]:
    """Do all jobs.

    Args:
        jobs: picklable values.
        work: a function of a module, without state.
        workers: processes at the same time.
        timeout_s: longest time of one job.
    """
    context = multiprocessing.get_context("fork")
    waiting = list(reversed(jobs))
    pool: list[_Worker[T]] = []
    try:
        for _ in range(min(workers, len(jobs))):
            pool.append(_start(context, work, pool))
            _give(pool[-1], waiting)
        while any(worker.job is not None for worker in pool):
            yield from _collect(pool, waiting, context, work, timeout_s)
    finally:
        for worker in pool:
            _stop(worker)


def _collect(
    pool: list[_Worker[T]], waiting: list[T], context: ForkContext, work: Callable[[T], R], timeout_s: float
) -> Iterator[Done[T, R]]:
    busy = [worker for worker in pool if worker.job is not None]
    soonest = min(worker.since + timeout_s for worker in busy)
    ready = wait([worker.pipe for worker in busy], timeout=max(0.0, soonest - time.monotonic()))
    for worker in busy:
        job = worker.job
        if job is None:
            continue
        if worker.pipe in ready:
            try:
                result, failure = worker.pipe.recv()
            except (EOFError, OSError):
                yield Done(job, None, "the parser's process died")
                _replace(pool, worker, context, work, waiting)
                continue
            yield Done(job, result, failure)
            _give(worker, waiting)
        elif time.monotonic() - worker.since >= timeout_s:
            yield Done(job, None, f"the parser took longer than {timeout_s:g} s")
            _replace(pool, worker, context, work, waiting)


def _replace(pool: list[_Worker[T]], worker: _Worker[T], context: ForkContext, work: Callable[[T], R], waiting: list[T]) -> None:
    _stop(worker)
    place = pool.index(worker)
    fresh = _start(context, work, [other for other in pool if other is not worker])
    pool[place] = fresh
    _give(fresh, waiting)


def _start(context: ForkContext, work: Callable[[T], R], others: Sequence[_Worker[T]]) -> _Worker[T]:
    ours, theirs = context.Pipe()
    inherited = [ours, *(other.pipe for other in others)]
    process = context.Process(target=_serve, args=(theirs, work, inherited), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _give(worker: _Worker[T], waiting: list[T]) -> None:
    if not waiting:
        worker.job = None
        return
    worker.job, worker.since = waiting.pop(), time.monotonic()
    worker.pipe.send(worker.job)


def _stop(worker: _Worker[T]) -> None:
    worker.pipe.close()
    worker.process.kill()
    worker.process.join()


def _serve(pipe: Connection, work: Callable[[T], R], inherited: Sequence[Connection]) -> None:
    """Do jobs until the pipe ends.

    A forked process also holds the parent's ends of all pipes; it closes them, or no worker would ever see that its parent
    was killed, and all of them would wait for each other for ever.
    """
    for end in inherited:
        end.close()
    while True:
        try:
            job = pipe.recv()
        except (EOFError, KeyboardInterrupt):
            return
        try:
            answer: tuple[R | None, str] = work(job), ""
        except Exception as error:  # noqa: BLE001  # the parse worker: whatever a text does, it costs one device
            answer = None, f"{type(error).__name__}: {error}"
        try:
            pipe.send(answer)
        except OSError:  # the parent is gone, nobody wants the answer
            return
