"""A way to the database server that can be cut: bytes wait, connections stay open, and all of it arrives once it is mended."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

_SOCKET = ".s.PGSQL.5432"


class Way:
    """Forwards a Unix socket to the server's own, in a thread.

    Args:
        server: folder of the server's socket.
        folder: where the socket of this way is made.
    """

    def __init__(self, server: Path, folder: Path) -> None:
        self._server, self.folder = server / _SOCKET, folder
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._open: asyncio.Event | None = None
        self._end: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),))

    @contextlib.contextmanager
    def there(self) -> Iterator[Way]:
        """As long as this lasts."""
        self.folder.mkdir()
        self._thread.start()
        assert self._ready.wait(30)
        try:
            yield self
        finally:
            self._set("_end")
            self._thread.join(30)
            self._loop.close()

    def cut(self) -> None:
        """Nothing gets through any more."""
        assert self._open is not None
        self._loop.call_soon_threadsafe(self._open.clear)

    def mend(self) -> None:
        """What waited gets through, and all that comes."""
        self._set("_open")

    def _set(self, name: str) -> None:
        event = getattr(self, name)
        assert isinstance(event, asyncio.Event)
        self._loop.call_soon_threadsafe(event.set)

    async def _serve(self) -> None:
        self._open, self._end = asyncio.Event(), asyncio.Event()
        self._open.set()
        joined: set[asyncio.Task[None]] = set()

        async def came(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            there = await asyncio.open_unix_connection(str(self._server))
            for one, other in ((reader, there[1]), (there[0], writer)):
                joined.add(asyncio.ensure_future(self._pass_on(one, other)))

        server = await asyncio.start_unix_server(came, self.folder / _SOCKET)
        self._ready.set()
        await self._end.wait()
        server.close()
        for task in joined:
            task.cancel()
        await asyncio.gather(*joined, return_exceptions=True)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert self._open is not None
        try:
            while data := await reader.read(65536):
                await self._open.wait()
                writer.write(data)
                await writer.drain()
        except OSError:
            pass  # the other side has gone; so do we
        finally:
            writer.close()
