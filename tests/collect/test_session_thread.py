"""The thread of one session: calls in order, an end that leaves nothing behind, and waiting that can be cut."""

from __future__ import annotations

import asyncio
import socket
import threading

import pytest

from switchcorr.collect.session_thread import SessionThread


def test_calls_are_done_in_order_in_one_thread_and_cleanings_last_in_reverse() -> None:
    async def run() -> tuple[list[str], set[int]]:
        done: list[str] = []
        threads: set[int] = set()

        def note(word: str) -> str:
            done.append(word)
            threads.add(threading.get_ident())
            return word

        thread = SessionThread("acc-1")
        thread.last(lambda: done.append("opened first"))
        thread.last(lambda: done.append("opened last"))
        first = thread.start(note, "first")
        assert await thread.call(note, "second") == "second"
        assert first.done()
        await thread.finish()
        await thread.finish()
        return done, threads

    done, threads = asyncio.run(run())
    assert done == ["first", "second", "opened last", "opened first"]
    assert len(threads) == 1
    assert threading.get_ident() not in threads


def test_a_call_that_waits_for_a_socket_ends_when_it_is_cancelled() -> None:
    async def run() -> bytes:
        ours, theirs = socket.socketpair()
        with theirs:
            thread = SessionThread("acc-1")
            thread.owns(ours)
            began = threading.Event()
            got: list[bytes] = []

            def wait() -> None:
                began.set()
                got.append(ours.recv(9))

            calling = asyncio.ensure_future(thread.call(wait))
            await asyncio.to_thread(began.wait, 30)
            calling.cancel()
            with pytest.raises(asyncio.CancelledError):
                await calling
            assert thread.cutting
            await thread.finish()
            assert ours.fileno() == -1
            return got[0]

    assert asyncio.run(run()) == b"", "the end of the connection, and no hanging thread"


def test_an_error_of_a_call_comes_back_and_the_next_call_is_done() -> None:
    async def run() -> int:
        thread = SessionThread("acc-1")
        with pytest.raises(ZeroDivisionError):
            await thread.call(divmod, 1, 0)
        found = await thread.call(len, "four")
        await thread.finish()
        return found

    assert asyncio.run(run()) == 4
