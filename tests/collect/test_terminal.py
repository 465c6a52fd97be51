"""The session channel, without a connection: what happens between a packet and the one who waits for the answer."""

from __future__ import annotations

import asyncio

import pytest

from switchcorr.collect.dialogue import CommandLine, Want
from switchcorr.collect.session import Deadline
from switchcorr.collect.terminal import Ending, Terminal
from switchcorr.platforms import platform_named


def _terminal() -> Terminal:
    platform = platform_named("cisco_ios")
    assert platform is not None
    line = CommandLine([platform.prompt], platform.pager, most_bytes=1000, most_pages=10)
    line.learn()
    line.receive(b"\r\nsw1#")
    line.receive(b"\r\nsw1#")
    line.begin("show clock")
    return Terminal(line)


def test_more_that_comes_before_the_waiter_wakes_takes_the_end_back() -> None:
    async def run() -> None:
        terminal = _terminal()
        waiting = asyncio.ensure_future(terminal.exchange(idle_s=60, deadline=Deadline(60)))
        await asyncio.sleep(0)
        terminal.data_received(b"show clock\r\nfirst\r\nsw1#", None)
        terminal.data_received(b"\r\nsecond\r\n", None)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not waiting.done()
        terminal.data_received(b"sw1#", None)
        assert await waiting is Want.DONE
        assert terminal.line.text == b"first\r\nsw1#\r\nsecond\r\n"

    asyncio.run(run())


def test_an_end_that_stands_stays_when_the_connection_is_lost_with_it() -> None:
    async def run() -> None:
        terminal = _terminal()
        waiting = asyncio.ensure_future(terminal.exchange(idle_s=60, deadline=Deadline(60)))
        await asyncio.sleep(0)
        terminal.data_received(b"show clock\r\nfirst\r\nsw1#", None)
        terminal.connection_lost(None)
        assert await waiting is Want.DONE
        assert terminal.closed.is_set()
        assert await terminal.exchange(idle_s=60, deadline=Deadline(60)) is Ending.CLOSED

    asyncio.run(run())


def test_a_doubt_is_settled_by_the_end_of_the_connection() -> None:
    async def run() -> None:
        terminal = _terminal()
        waiting = asyncio.ensure_future(terminal.exchange(idle_s=60, deadline=Deadline(60)))
        await asyncio.sleep(0)
        terminal.data_received(b"show clock\r\nsw1#\r\nmore\r\n", None)
        terminal.data_received(b"sw1#", None)
        terminal.connection_lost(None)
        assert await waiting is Want.DONE

    asyncio.run(run())


@pytest.mark.parametrize(
    ("idle_s", "visit_s", "ending"), [(0.05, 60, Ending.SILENT), (60, 0.05, Ending.DEADLINE), (60, 0, Ending.DEADLINE)]
)
def test_silence_and_the_deadline_end_an_exchange(idle_s: float, visit_s: float, ending: Ending) -> None:
    async def run() -> None:
        assert await _terminal().exchange(idle_s=idle_s, deadline=Deadline(visit_s)) is ending

    asyncio.run(asyncio.wait_for(run(), 10))


def test_what_comes_after_an_interrupt_changes_nothing() -> None:
    async def run() -> None:
        terminal = _terminal()
        waiting = asyncio.ensure_future(terminal.exchange(idle_s=60, deadline=Deadline(60)))
        await asyncio.sleep(0)
        terminal.interrupt()
        terminal.data_received(b"show clock\r\nfirst\r\nsw1#", None)
        assert await waiting is Ending.INTERRUPTED

    asyncio.run(run())
