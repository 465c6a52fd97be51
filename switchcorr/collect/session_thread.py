"""The thread in which a library that blocks works for one session; it ends when the session does."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")


class SessionThread:
    """Does one blocking call after the other. It owns the sockets that they wait for: ``cut`` ends whatever waits.

    Args:
        name: of the device.
    """

    def __init__(self, name: str) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"switchcorr-{name}")
        self._sockets: list[socket.socket] = []
        self._running: set[asyncio.Future[Any]] = set()
        self._cleanings: list[Callable[[], None]] = []
        self._finished: asyncio.Task[None] | None = None
        self.cutting = False

    def owns(self, connection: socket.socket) -> None:
        """Take over a socket: it is closed with the thread."""
        self._sockets.append(connection)

    def last(self, clean: Callable[[], None]) -> None:
        """Have a call done before the thread ends, whatever happened before."""
        self._cleanings.append(clean)

    def start(self, function: Callable[_P, _R], *args: _P.args, **kwargs: _P.kwargs) -> asyncio.Future[_R]:
        """Begin a call; calls are done in the order in which they were begun."""
        future = asyncio.get_running_loop().run_in_executor(self._executor, lambda: function(*args, **kwargs))
        self._running.add(future)
        future.add_done_callback(self._ended)
        return future

    async def call(self, function: Callable[_P, _R], *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """Do a call. If it is cancelled, the sockets are cut, so that the call ends too."""
        try:
            return await asyncio.shield(self.start(function, *args, **kwargs))
        except asyncio.CancelledError:
            self.cut()
            raise

    def cut(self) -> None:
        """End all connections: whatever waits for them goes on at once, with an error."""
        self.cutting = True
        for connection in self._sockets:
            with contextlib.suppress(OSError):  # it was never connected, or has ended already
                connection.shutdown(socket.SHUT_RDWR)

    async def finish(self) -> None:
        """Cut the connections and end the thread; nothing stays behind, even if the caller is cancelled meanwhile."""
        if self._finished is None:
            self._finished = asyncio.ensure_future(self._finish())
        await asyncio.shield(self._finished)

    async def _finish(self) -> None:
        self.cut()
        for clean in reversed(self._cleanings):
            self.start(clean)
        while self._running:
            await asyncio.wait(tuple(self._running))
        for connection in self._sockets:
            connection.close()
        self._executor.shutdown(wait=True)

    def _ended(self, future: asyncio.Future[Any]) -> None:
        self._running.discard(future)
        if not future.cancelled():
            future.exception()  # taken note of: nobody may be waiting for it any more
