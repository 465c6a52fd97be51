"""Workers can hang, die and be interrupted: each costs one job, and none stays behind."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from multiprocessing import Pipe, active_children
from pathlib import Path

import pytest

from switchcorr.parse.pool import Done, ParseStream, _Pool, _serve, run_all


def double(job: int) -> int:
    return job * 2


def odd(job: str) -> object:
    """What a worker meets: every way in which a job can go wrong."""
    match job:
        case "hang":
            re.fullmatch(r"(a+)+b", "a" * 60)
        case "exit":
            os._exit(7)
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "raise":
            raise ValueError("no good")
        case "memory":
            raise MemoryError
        case "deep":
            return odd("deep")
        case "unpicklable":
            return threading.Lock()
        case "huge":
            return "x" * 30_000_000
    return job


def describe(job: int) -> dict[str, object]:
    """What a worker still holds of its parent."""
    held = {int(path.name) for path in Path("/proc/self/fd").iterdir()}
    return {"held": held, "interrupt": signal.getsignal(signal.SIGINT), "term": signal.getsignal(signal.SIGTERM)}


def identify(job: int) -> int:
    time.sleep(0.01)
    return os.getpid()


@pytest.mark.parametrize("workers", [1, 2, 5])
@pytest.mark.parametrize("count", [0, 1, 7])
def test_every_job_is_done_once(workers: int, count: int) -> None:
    done = list(run_all(range(count), double, workers=workers, timeout_s=30))
    assert sorted((one.job, one.result, one.failure) for one in done) == [(job, job * 2, "") for job in range(count)]
    assert active_children() == []


@pytest.mark.parametrize(
    ("job", "failure"),
    [
        ("hang", "the parser took longer than 0.5 s"),
        ("exit", "the parser's process died"),
        ("kill", "the parser's process died"),
        ("raise", "ValueError: no good"),
        ("memory", "MemoryError: "),
        ("deep", "RecursionError: "),
        ("unpicklable", "TypeError: "),
    ],
)
@pytest.mark.parametrize("workers", [1, 2])
def test_a_bad_job_costs_itself_only(job: str, failure: str, workers: int) -> None:
    done = {one.job: one for one in run_all(["a", job, "b", "c"], odd, workers=workers, timeout_s=0.5)}
    assert {name: one.result for name, one in done.items()} == {"a": "a", job: None, "b": "b", "c": "c"}
    assert done[job].failure.startswith(failure)
    assert active_children() == []


def test_many_bad_jobs_in_a_row_end() -> None:
    jobs = ["exit"] * 5 + ["a"] + ["raise"] * 5
    done = list(run_all(jobs, odd, workers=2, timeout_s=30))
    assert sorted(one.job for one in done) == sorted(jobs)
    assert [one.result for one in done if one.job == "a"] == ["a"]


def test_results_of_many_megabytes_come_through() -> None:
    done = list(run_all(["huge", "a", "huge"], odd, workers=2, timeout_s=60))
    assert sorted(len(str(one.result)) for one in done) == [1, 30_000_000, 30_000_000]


def test_a_worker_that_dies_while_it_has_nothing_to_do_is_replaced() -> None:
    pool: _Pool[int, int] = _Pool(double, workers=1, timeout_s=30)
    (worker,) = pool.workers
    pool.waiting.append(21)
    worker.process.kill()
    worker.process.join()
    pool.hand_out()
    (fresh,) = pool.workers
    assert fresh is not worker
    assert fresh.pipe.recv() == (42, "")
    fresh.process.kill()
    fresh.process.join()
    fresh.pipe.close()


def test_a_worker_that_dies_with_a_job_costs_that_job() -> None:
    results = run_all(range(3), identify, workers=1, timeout_s=30)
    first = next(results)
    assert first.result is not None
    os.kill(first.result, signal.SIGKILL)  # the second job is with it already
    rest = list(results)
    assert [one.failure for one in rest].count("the parser's process died") <= 1
    assert rest[-1].result not in (None, first.result)


def test_whoever_stops_early_leaves_no_children() -> None:
    results = run_all(["a", "hang", "hang"], odd, workers=2, timeout_s=60)
    assert next(results) == Done("a", "a")
    results.close()  # type: ignore[attr-defined]  # run_all is a generator
    assert active_children() == []


def _children_of(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def _gone(pids: list[int], *, within_s: float) -> bool:
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        states = [path.read_text().rpartition(")")[2].split()[0] for pid in pids if (path := Path(f"/proc/{pid}/stat")).exists()]
        if all(state == "Z" for state in states):
            return True
        time.sleep(0.02)
    return False


def _started(tmp_path: Path, timeout_s: float) -> tuple[subprocess.Popen[str], list[int]]:
    """A program whose two workers hang."""
    (tmp_path / "program.py").write_text(
        "import re, signal\nfrom switchcorr.parse.pool import run_all\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell's background job begins with interrupts ignored
        "def hang(job):\n    re.fullmatch(r'(a+)+b', 'a' * 60)\n"
        f"print('started', flush=True)\nlist(run_all([1, 2, 3], hang, workers=2, timeout_s={timeout_s}))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    program = subprocess.Popen(
        [sys.executable, str(tmp_path / "program.py")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=environment,
    )
    end = time.monotonic() + 30
    while time.monotonic() < end:
        children = _children_of(program.pid)
        with contextlib.suppress(FileNotFoundError):  # a worker whose time was over was just replaced
            if len(children) == 2 and all(_ticks(child) >= _HANGING_TICKS for child in children) and _state(program.pid) == "S":
                return program, children
        time.sleep(0.02)
    program.kill()
    raise AssertionError(f"the workers do not hang: {program.communicate()}")


_HANGING_TICKS = 20
"""Hundredths of a second of processor: a worker that has used so many is in its pattern, and not on its way there."""


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def _ticks(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11])


def test_an_interrupt_from_the_keyboard_ends_all_and_no_worker_shows_a_traceback(tmp_path: Path) -> None:
    program, children = _started(tmp_path, timeout_s=60)
    os.killpg(program.pid, signal.SIGINT)
    _, errors = program.communicate(timeout=30)
    assert _gone(children, within_s=10)
    assert errors.count("KeyboardInterrupt") == 1


@pytest.mark.slow
def test_workers_that_hang_end_by_themselves_when_their_parent_was_killed(tmp_path: Path) -> None:
    program, children = _started(tmp_path, timeout_s=3)
    program.kill()
    program.communicate(timeout=30)
    assert _gone(children, within_s=20)


def test_a_worker_answers_until_its_pipe_is_closed() -> None:
    ours, theirs = Pipe()
    try:
        for job in ("a", "raise", "unpicklable"):
            ours.send(job)
        answers: list[object] = []

        def listen() -> None:
            answers.extend(ours.recv() for _ in range(3))
            ours.close()

        reader = threading.Thread(target=listen)
        reader.start()
        _serve(theirs, odd, 30.0)
        reader.join()
    finally:
        theirs.close()
    assert answers == [("a", ""), (None, "ValueError: no good"), (None, "TypeError: cannot pickle '_thread.lock' object")]


def test_a_worker_whose_parent_is_gone_ends_with_its_answer() -> None:
    ours, theirs = Pipe()
    ours.send("a")
    ours.close()
    try:
        _serve(theirs, odd, 30.0)
    finally:
        theirs.close()
    assert active_children() == []


class Told:
    """Results of a stream, and a way to wait for them."""

    def __init__(self) -> None:
        self.done: list[Done[str, object]] = []
        self._changed = threading.Condition()

    def __call__(self, done: Done[str, object]) -> None:
        with self._changed:
            self.done.append(done)
            self._changed.notify_all()

    def wait_for(self, count: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.done) >= count, timeout=60)


def test_a_stream_takes_jobs_one_by_one_and_tells_results_as_they_come() -> None:
    told = Told()
    with ParseStream(odd, told, workers=2, timeout_s=30) as stream:
        stream.submit("a")
        told.wait_for(1)
        for number in range(500):
            stream.submit(str(number))
    assert sorted(str(one.result) for one in told.done) == sorted(["a", *map(str, range(500))])
    assert active_children() == []


def test_a_hanging_job_of_a_stream_costs_itself_only() -> None:
    told = Told()
    with ParseStream(odd, told, workers=2, timeout_s=0.5) as stream:
        for job in ("hang", "a", "exit", "b", "raise", "c"):
            stream.submit(job)
    results = {one.job: one for one in told.done}
    assert {name: one.result for name, one in results.items() if one.result} == {"a": "a", "b": "b", "c": "c"}
    assert results["hang"].failure == "the parser took longer than 0.5 s"
    assert results["exit"].failure == "the parser's process died"
    assert active_children() == []


def test_a_stream_without_jobs_ends() -> None:
    with ParseStream(odd, Told(), workers=2, timeout_s=30):
        pass
    assert active_children() == []


def test_a_stream_that_is_given_up_ends_at_once() -> None:
    told = Told()
    with ParseStream(odd, told, workers=1, timeout_s=60) as stream:
        stream.submit("a")
        told.wait_for(1)
        stream.submit("hang")
        stream.submit("b")
        stream.give_up()
    assert [one.job for one in told.done] == ["a"]
    assert active_children() == []


def test_an_exception_in_the_caller_gives_a_stream_up() -> None:
    def fail() -> None:
        with ParseStream(odd, Told(), workers=1, timeout_s=60) as stream:
            stream.submit("hang")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert active_children() == []


def test_jobs_come_from_several_threads() -> None:
    told = Told()
    with ParseStream(odd, told, workers=2, timeout_s=30) as stream:

        def submit(start: int) -> None:
            for number in range(100):
                stream.submit(f"{start}-{number}")

        threads = [threading.Thread(target=submit, args=(start,)) for start in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len({one.result for one in told.done}) == 400


def test_a_worker_holds_nothing_of_its_parent(tmp_path: Path) -> None:
    """A socket that a worker kept open would keep the session open for the switch after the parent has closed it."""
    ours, theirs = Pipe()
    with (tmp_path / "file").open("w") as held:
        (done,) = run_all([1], describe, workers=1, timeout_s=30)
        assert done.result is not None
        assert ours.fileno() > 2
        assert held.fileno() > 2
    ours.close()
    theirs.close()
    fds = done.result["held"]
    assert isinstance(fds, set)
    assert len([fd for fd in fds if fd > 2]) <= 2, "its own pipe, and the listing itself"
    assert (done.result["interrupt"], done.result["term"]) == (signal.SIG_IGN, signal.SIG_DFL)


def test_a_worker_whose_parent_was_killed_with_an_answer_unread_says_nothing() -> None:
    here, there = Pipe()
    here.send_bytes(b"an answer that nobody reads")
    there.close()
    _serve(here, str, 1.0)  # the kernel resets such a pipe: that is its end, and no error
