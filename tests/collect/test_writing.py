"""Writing in threads: everything is written, whoever waits for it gets what went wrong, and few threads are woken."""

from __future__ import annotations

import asyncio
import threading
from functools import partial

import pytest

from switchcorr.collect.writing import Writers


def test_jobs_are_done_and_told() -> None:
    async def work() -> list[int]:
        done: list[int] = []
        with Writers() as writers:
            await asyncio.gather(*(writers.write(partial(done.append, number)) for number in range(100)))
        return done

    assert sorted(asyncio.run(work())) == list(range(100))


def test_the_exception_of_a_job_goes_to_who_waits_for_it_and_no_further() -> None:
    def fails() -> None:
        raise OSError(28, "No space left on device")

    async def work() -> list[str]:
        done: list[str] = []
        with Writers() as writers:
            first, second, third = (writers.write(job) for job in (lambda: done.append("a"), fails, lambda: done.append("b")))
            await first
            with pytest.raises(OSError, match="No space left"):
                await second
            await third
        return done

    assert asyncio.run(work()) == ["a", "b"]


def test_what_nobody_waits_for_any_more_is_written_all_the_same() -> None:
    async def work() -> list[str]:
        done: list[str] = []
        with Writers() as writers:
            writers.write(lambda: done.append("cancelled")).cancel()
            writers.write(lambda: done.append("left"))
        await asyncio.sleep(0)
        return done

    assert asyncio.run(work()) == ["cancelled", "left"]


def test_answers_of_the_same_moment_share_a_thread() -> None:
    async def work() -> set[int]:
        threads: set[int] = set()
        with Writers() as writers:
            await asyncio.gather(*(writers.write(lambda: threads.add(threading.get_ident())) for _ in range(8)))
        return threads

    assert len(asyncio.run(work())) == 1


def test_many_answers_are_spread_over_threads() -> None:
    async def work() -> int:
        together = threading.Barrier(8)
        with Writers() as writers:
            await asyncio.gather(*(writers.write(lambda: _meet(together)) for _ in range(64)))
        return together.n_waiting

    def _meet(together: threading.Barrier) -> None:
        together.wait(timeout=60)

    assert asyncio.run(work()) == 0


def test_a_loop_that_is_closed_meanwhile_is_not_called_back() -> None:
    release = threading.Event()
    loop = asyncio.new_event_loop()

    async def begin() -> Writers:
        writers = Writers()
        writers.write(release.wait)  # type: ignore[arg-type]
        writers._hand_over()
        return writers

    writers = loop.run_until_complete(begin())
    loop.close()
    release.set()
    writers.__exit__()
