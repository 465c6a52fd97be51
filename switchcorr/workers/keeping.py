"""Keeps the lease of a slice while it runs, and ends the slice in time when it cannot be kept.

Who is cut off from the database cannot know whether its devices were given to another worker; so it stops before that can have happened: half a
lease after the last sign of life that was answered. The other half is for closing the sessions, so that nobody opens a second one to a device.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from procrastinate.exceptions import ConnectorException

from switchcorr.workers.queue import Lease, WorkQueue

_log = logging.getLogger(__name__)
_OWN_SHARE = 0.5
"""Part of a lease after which its holder gives up by itself."""
_SIGNS = 6
"""Signs of life within a lease: two may be lost before the holder gives up."""


@dataclass(slots=True)
class LeaseKeeper:
    """Renews a lease; ends the slice when the lease is lost, or may be.

    Attributes:
        end: ends the slice; called once.
        tell: told why.
    """

    queue: WorkQueue
    lease: Lease
    lease_s: float
    end: Callable[[], None]
    tell: Callable[[str], None]
    _until: float = field(default_factory=time.monotonic)
    _over: bool = False

    @contextlib.asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """As long as this lasts."""
        self._until, self._over = time.monotonic() + self.lease_s * _OWN_SHARE, False
        running = [asyncio.ensure_future(self._renew()), asyncio.ensure_future(self._expire())]
        try:
            yield
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _renew(self) -> None:
        while True:
            asked = time.monotonic()
            try:
                held = await self.queue.renew(self.lease)
            except ConnectorException as error:
                _log.info("worker: no sign of life can be given: %s", error.__cause__ or error)
            else:
                if not held:
                    self._give_up("its lease is over: another worker has its devices")
                    return
                self._until = asked + self.lease_s * _OWN_SHARE
            await asyncio.sleep(self.lease_s / _SIGNS)

    async def _expire(self) -> None:
        """Apart from the renewing, which may hang for as long as a cut connection does."""
        while (rest := self._until - time.monotonic()) > 0:
            await asyncio.sleep(rest)
        self._give_up("no sign of life could be given in time, so others may take its devices")

    def _give_up(self, why: str) -> None:
        if self._over:
            return
        self._over = True
        self.tell(f"a slice ends early: {why}")
        self.end()
