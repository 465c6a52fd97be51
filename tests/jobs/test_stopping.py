"""A sweep is asked to end from any thread or by a signal, once, and leaves signals as they were."""

from __future__ import annotations

import asyncio
import os
import signal
import threading

import pytest

from switchcorr.jobs.stopping import Stop, ending_signals, stop_event


def test_who_listens_is_told_once_and_at_once_if_it_was_asked_before() -> None:
    told: list[str] = []
    stop = Stop()
    stop.listen(lambda: told.append("early"))
    stop()
    stop()
    stop.listen(lambda: told.append("late"))
    assert told == ["early", "late"]


def test_who_no_longer_listens_is_not_told() -> None:
    told: list[str] = []
    stop, other = Stop(), Stop()
    stop.listen(other)
    stop.listen(lambda: told.append("still here"))
    stop.forget(other)
    other.listen(lambda: told.append("forgotten"))
    stop()
    assert told == ["still here"]


def test_a_terminal_that_has_gone_ends_what_is_not_to_outlast_it() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert signal.SIGHUP not in ending_signals(), "nohup"
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        assert ending_signals() == (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_asking_from_another_thread_sets_the_event() -> None:
    async def run() -> bool:
        stop = Stop()
        with stop_event(stop) as event:
            threading.Thread(target=stop).start()
            return await asyncio.wait_for(event.wait(), 30)

    assert asyncio.run(run())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_first_signal_asks_and_the_second_would_end_the_program(number: signal.Signals) -> None:
    seen: list[int] = []
    before = signal.signal(number, lambda number, _: seen.append(number))

    async def run() -> None:
        with stop_event(None) as event:
            os.kill(os.getpid(), number)
            await asyncio.wait_for(event.wait(), 30)
            assert seen == [], "it was taken"
            assert signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler), "the next one is not"

    try:
        asyncio.run(run())
        os.kill(os.getpid(), number)
        assert seen == [number], "whoever had the signal before has it again"
    finally:
        signal.signal(number, before)


def test_asking_after_the_end_does_nothing() -> None:
    stop = Stop()

    async def run() -> None:
        with stop_event(stop) as event:
            assert not event.is_set()

    asyncio.run(run())
    stop()
