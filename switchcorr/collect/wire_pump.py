"""Between a wire that blocks, in its thread, and a terminal that never does, in the event loop."""

from __future__ import annotations

import asyncio
import threading
from typing import Final

from switchcorr.collect.netmiko_wire import NetmikoWire
from switchcorr.collect.session_thread import SessionThread
from switchcorr.collect.terminal import Terminal

_SLICE_S: Final = 0.25
"""How long one read waits: so late the thread notices at most that it is to end without being cut off."""
_LOOK_S: Final = 1.0


class WirePump:
    """Carries what arrives from the thread to the terminal, one chunk at a time, and writes what is typed.

    To the terminal it is its channel, to a session its connection.
    """

    def __init__(self, wire: NetmikoWire, thread: SessionThread) -> None:
        self._wire = wire
        self._thread = thread
        self._loop = asyncio.get_running_loop()
        self._paused = False

    def start(self, terminal: Terminal) -> None:
        """Begin to carry."""
        terminal.connection_made(self)  # type: ignore[arg-type]  # it writes and pauses, as the terminal wants of a channel
        self._thread.start(self._carry, terminal)

    # what a terminal wants of its channel

    def write(self, data: bytes) -> None:
        """Type something: a line at most, which the system's buffers take."""
        self._wire.write(data)

    def pause_reading(self) -> None:
        """Read no more."""
        self._paused = True

    # what a session wants of its connection

    def close(self) -> None:
        """Begin to end."""
        self._thread.cut()

    def abort(self) -> None:
        """End at once."""
        self._thread.cut()

    async def wait_closed(self) -> None:
        """Return when nothing is left."""
        await self._thread.finish()

    # in the thread

    def _carry(self, terminal: Terminal) -> None:
        while not (self._paused or self._thread.cutting):
            data = self._wire.read(_SLICE_S)
            if data is None:
                break
            if data and not self._deliver(terminal, data):
                return
        self._loop.call_soon_threadsafe(terminal.connection_lost, ConnectionResetError("reset") if self._wire.reset else None)

    def _deliver(self, terminal: Terminal, data: bytes) -> bool:
        """Hand a chunk over and wait until it was taken, so that no more than one is on its way; False without an event loop."""
        taken = threading.Event()

        def take() -> None:
            terminal.data_received(data, None)
            taken.set()

        self._loop.call_soon_threadsafe(take)
        while not taken.wait(_LOOK_S):
            if self._loop.is_closed():
                return False
        return True
