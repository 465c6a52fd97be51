"""Work on many devices in processes that can be killed: a pattern that hangs or a process that dies costs one device.

Each worker takes one job at a time over its own pipe; a job that takes longer than its limit ends its worker, and a new one
takes over. Results come back in the order of completion. No worker outlives its parent: at the end of ``run_all``, however it
ends, all are killed; if the parent itself was killed, a worker ends at the closed pipe, and one that hangs in a pattern by its
own alarm, which the kernel delivers whatever the process does.

Workers are forked, so that they have the templates and imports of the parent without a second start. They use nothing that
another thread of the parent may hold (a progress display has one): they read files, parse, and write to their pipe.
"""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkContext
from multiprocessing.reduction import ForkingPickler
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

_ALARM_AFTER = 2.0
"""A worker's own alarm, as a multiple of the job's limit: later than the parent, which normally ends it."""


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


@dataclass(slots=True)
class _Pool(Generic[T, R]):
    """The workers of one run, and the jobs that wait."""

    context: ForkContext
    work: Callable[[T], R]
    timeout_s: float
    waiting: list[T]
    workers: list[_Worker[T]]

    def start(self) -> _Worker[T]:
        ours, theirs = self.context.Pipe()
        inherited = [ours, *(worker.pipe for worker in self.workers if not worker.pipe.closed)]
        process = self.context.Process(target=_serve, args=(theirs, self.work, self.timeout_s, inherited), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def give(self, worker: _Worker[T]) -> None:
        """Hand the next job to a worker, or to a fresh one if this one died while it had none."""
        while self.waiting:
            try:
                worker.pipe.send(self.waiting[-1])
            except OSError:
                worker = self.replaced(worker)
                continue
            worker.job, worker.since = self.waiting.pop(), time.monotonic()
            return
        worker.job = None

    def replaced(self, worker: _Worker[T]) -> _Worker[T]:
        _stop(worker)
        fresh = self.start()
        self.workers[self.workers.index(worker)] = fresh
        return fresh


def run_all(jobs: Sequence[T], work: Callable[[T], R], *, workers: int, timeout_s: float) -> Iterator[Done[T, R]]:
    """Do all jobs.

    Args:
        jobs: picklable values.
        work: a function of a module, without state.
        workers: processes at the same time.
        timeout_s: longest time of one job.
    """
    pool: _Pool[T, R] = _Pool(multiprocessing.get_context("fork"), work, timeout_s, list(reversed(jobs)), [])
    try:
        for _ in range(min(workers, len(jobs))):
            worker = pool.start()
            pool.workers.append(worker)
            pool.give(worker)
        while any(worker.job is not None for worker in pool.workers):
            yield from _collect(pool)
    finally:
        for worker in pool.workers:
            _stop(worker)


def _collect(pool: _Pool[T, R]) -> Iterator[Done[T, R]]:
    """What is done now, after waiting until something is done or over its time."""
    busy = [(worker, worker.job) for worker in pool.workers if worker.job is not None]
    soonest = min(worker.since + pool.timeout_s for worker, _ in busy)
    ready = wait([worker.pipe for worker, _ in busy], timeout=max(0.0, soonest - time.monotonic()))
    for worker, job in busy:
        if worker.pipe in ready:
            done: Done[T, R] = _received(worker, job)
            pool.give(worker if done.failure != _DIED else pool.replaced(worker))
            yield done
        elif time.monotonic() - worker.since >= pool.timeout_s:
            pool.give(pool.replaced(worker))
            yield Done(job, None, f"the parser took longer than {pool.timeout_s:g} s")


_DIED = "the parser's process died"


def _received(worker: _Worker[T], job: T) -> Done[T, R]:
    try:
        result, failure = worker.pipe.recv()
    except (EOFError, OSError):
        return Done(job, None, _DIED)
    return Done(job, result, failure)


def _stop(worker: _Worker[T]) -> None:
    worker.pipe.close()
    worker.process.kill()
    worker.process.join()


def _serve(pipe: Connection, work: Callable[[T], R], timeout_s: float, inherited: Sequence[Connection]) -> None:
    """The life of a worker. An interrupt from the keyboard is the parent's to answer, which ends its workers.

    A forked process also holds the parent's ends of all pipes. It closes them, or no worker would ever see its pipe end when
    the parent is killed: all would wait for each other for ever.
    """
    for end in inherited:
        end.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    while True:
        try:
            job = pipe.recv()
        except EOFError:
            return
        signal.setitimer(signal.ITIMER_REAL, max(1.0, timeout_s * _ALARM_AFTER))
        try:
            answer = ForkingPickler.dumps((work(job), ""))
        except Exception as error:  # noqa: BLE001  # the parse worker: whatever a text does, it costs one device
            answer = ForkingPickler.dumps((None, f"{type(error).__name__}: {error}"))
        signal.setitimer(signal.ITIMER_REAL, 0)
        try:
            pipe.send_bytes(answer)
        except OSError:  # the parent is gone, nobody wants the answer
            return
