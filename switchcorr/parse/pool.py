"""Work on many devices in processes that can be killed: a pattern that hangs or a process that dies costs one device.

Each worker takes one job at a time over its own pipe; a job that takes longer than its limit ends its worker, and a new one
takes over. Results come back in the order of completion. No worker outlives its parent: when a pool is closed, however that comes
about, all are killed; if the parent itself was killed, a worker ends at the closed pipe, and one that hangs in a pattern by its
own alarm, which the kernel delivers whatever the process does.

Workers are forked, so that they have the templates and imports of the parent without a second start. They use nothing that
another thread of the parent may hold (a progress display has one): they read files, parse, and write to their pipe.

``run_all`` does a list of jobs; ``ParseStream`` takes jobs one by one while the caller is busy with other things.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkContext
from multiprocessing.reduction import ForkingPickler
from typing import Generic, Self, TypeVar

from switchcorr.parse.budget import allow

T = TypeVar("T")
R = TypeVar("R")

_MOST_WORKERS = 8
_OBJECTS_BEFORE_COLLECTING = 50_000
"""The tables of several switches; Python's own 700 are less than the rows of one."""
_ALARM_AFTER = 2.0
"""A worker's own alarm, as a multiple of the job's limit: later than the parent, which normally ends it."""


def worker_count(asked: int) -> int:
    """How many processes: as asked, and for 0 one per processor, at most 8."""
    return asked or min(os.cpu_count() or 1, _MOST_WORKERS)


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


class _Pool(Generic[T, R]):
    """The workers, and the jobs that wait. Used by one thread."""

    def __init__(self, work: Callable[[T], R], *, workers: int, timeout_s: float) -> None:
        self.waiting: deque[T] = deque()
        self._context: ForkContext = multiprocessing.get_context("fork")
        self._work = work
        self._timeout_s = timeout_s
        self.workers: list[_Worker[T]] = []
        try:
            for _ in range(workers):
                self.workers.append(self._start())
        except BaseException:
            self.close()
            raise

    @property
    def is_busy(self) -> bool:
        """Whether a job waits or is worked on."""
        return bool(self.waiting) or any(worker.job is not None for worker in self.workers)

    def hand_out(self) -> None:
        """Give waiting jobs to workers that have none."""
        for worker in list(self.workers):
            if worker.job is None and self.waiting:
                self._give(worker)

    def collect(self, also: Sequence[Connection] = ()) -> Iterator[Done[T, R]]:
        """What is done, after waiting until something is done or over its time, or one of ``also`` can be read."""
        busy = [(worker, worker.job) for worker in self.workers if worker.job is not None]
        soonest = min((worker.since + self._timeout_s for worker, _ in busy), default=None)
        timeout = None if soonest is None else max(0.0, soonest - time.monotonic())
        ready = wait([*(worker.pipe for worker, _ in busy), *also], timeout=timeout)
        for worker, job in busy:
            if worker.pipe in ready:
                done: Done[T, R] = _received(worker, job)
                worker.job = None
                if done.failure == _DIED:
                    self._replaced(worker)
                self.hand_out()
                yield done
            elif time.monotonic() - worker.since >= self._timeout_s:
                self._replaced(worker)
                self.hand_out()
                yield Done(job, None, f"the parser took longer than {self._timeout_s:g} s")

    def close(self) -> None:
        """Kill all workers."""
        for worker in self.workers:
            _stop(worker)

    def _start(self) -> _Worker[T]:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_live, args=(theirs, self._work, self._timeout_s), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def _give(self, worker: _Worker[T]) -> None:
        """Hand the next job to a worker, or to a fresh one if this one died while it had none."""
        while True:
            try:
                worker.pipe.send(self.waiting[0])
            except OSError:
                worker = self._replaced(worker)
                continue
            worker.job, worker.since = self.waiting.popleft(), time.monotonic()
            return

    def _replaced(self, worker: _Worker[T]) -> _Worker[T]:
        _stop(worker)
        fresh = self._start()
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
    pool: _Pool[T, R] = _Pool(work, workers=min(workers, len(jobs)), timeout_s=timeout_s)
    try:
        pool.waiting.extend(jobs)
        pool.hand_out()
        while pool.is_busy:
            yield from pool.collect()
    finally:
        pool.close()


class ParseStream(Generic[T, R]):
    """A pool that takes jobs while the caller is busy; results are given to ``tell`` in a thread of its own.

    The workers are forked when it is made, before the caller starts event loops and threads.

    Args:
        work: a function of a module, without state.
        tell: called with every result, in the stream's thread; must not raise.
        workers: processes at the same time.
        timeout_s: longest time of one job.
    """

    def __init__(self, work: Callable[[T], R], tell: Callable[[Done[T, R]], None], *, workers: int, timeout_s: float) -> None:
        self._pool: _Pool[T, R] = _Pool(work, workers=workers, timeout_s=timeout_s)
        self._tell = tell
        self._lock = threading.Lock()
        self._new: deque[T] = deque()
        self._is_woken = False
        self._ends = False
        self._is_given_up = False
        self._woken, self._wake = multiprocessing.Pipe(duplex=False)
        self._thread = threading.Thread(target=self._run, name="parse", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Wait until all jobs are done; after an exception give them up."""
        if kind is not None:
            self.give_up()
        self.finish()
        self._pool.close()
        self._wake.close()
        self._woken.close()

    def submit(self, job: T) -> None:
        """Have a job done; returns at once. From any thread, until ``finish``."""
        with self._lock:
            self._new.append(job)
        self._poke()

    def finish(self) -> None:
        """Wait until everything that was submitted is done and told, or given up."""
        self._ends = True
        self._poke()
        self._thread.join()

    def give_up(self) -> None:
        """Do and tell nothing more. From any thread."""
        self._is_given_up = True
        self._poke()

    def _poke(self) -> None:
        with self._lock:
            if not self._is_woken:
                self._is_woken = True
                self._wake.send_bytes(b"1")

    def _run(self) -> None:
        try:
            while self._goes_on():
                self._pool.hand_out()
                for done in self._pool.collect([self._woken]):
                    self._tell(done)
        except OSError as error:  # no process can be started any more
            self._tell_all_failed(f"no process for the parser: {error}")

    def _goes_on(self) -> bool:
        ends = self._ends  # looked at before the jobs: what is submitted before the end is done
        self._take_new()
        return not self._is_given_up and (self._pool.is_busy or not ends)

    def _take_new(self) -> None:
        with self._lock:
            if self._is_woken:
                self._woken.recv_bytes()
                self._is_woken = False
            self._pool.waiting.extend(self._new)
            self._new.clear()

    def _tell_all_failed(self, why: str) -> None:
        self._take_new()
        jobs = [*(worker.job for worker in self._pool.workers if worker.job is not None), *self._pool.waiting]
        for job in jobs:
            self._tell(Done(job, None, why))


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
    worker.process.close()


def _live(pipe: Connection, work: Callable[[T], R], timeout_s: float) -> None:
    """A worker's process. It lets go of everything that it has from its parent by being forked.

    Other workers' pipes: or none would ever see its own end when the parent is killed, and all would wait for each other for ever.
    Sockets: or a session that the parent has closed would stay open for the switch. What Python still knows of them is put out of
    reach of the garbage collector, so that nothing of this process is closed in their place. The collector looks seldom, for what
    a text becomes holds no cycles. An interrupt from the keyboard is the parent's to answer, which ends its workers.
    """
    gc.freeze()
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTING, 10, 10)
    own = pipe.fileno()
    os.closerange(3, own)
    os.closerange(own + 1, os.sysconf("SC_OPEN_MAX"))
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    allow()
    _serve(pipe, work, timeout_s)


def _serve(pipe: Connection, work: Callable[[T], R], timeout_s: float) -> None:
    """Answer jobs until the pipe is closed."""
    while True:
        try:
            job = pipe.recv()
        except (EOFError, OSError):  # the pipe is closed, or the parent was killed with something in it
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
