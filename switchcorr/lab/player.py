"""Carries a shell's steps out on a wire: in order, no faster than the line, and never ahead of a client that reads slowly."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Protocol

from switchcorr.lab.faults import Fault
from switchcorr.lab.misbehaviour import SLOW_VTY_BYTES_A_SECOND
from switchcorr.lab.shell import Shell
from switchcorr.lab.steps import Close, Cut, Hang, Say, Step, Wait
from switchcorr.lab.switch import LabSwitch

_GATHERED = 65_536
"""Bytes that are gathered before they are written."""
_TICKS_A_SECOND = 20


class Wire(Protocol):
    """What a server offers the player."""

    def write(self, data: bytes) -> None:
        """Send; may raise ``OSError`` if the client has gone."""

    async def drained(self) -> None:
        """Return when the client has taken most of what was written."""

    def cut(self, *, reset: bool) -> None:
        """End the connection without a word."""

    def close(self) -> None:
        """End the session as it should be."""


class Player:
    """Plays one session.

    Args:
        shell: who answers.
        wire: where to.
        switch: how fast.
    """

    def __init__(self, shell: Shell, wire: Wire, switch: LabSwitch) -> None:
        self._shell = shell
        self._wire = wire
        self._rate = SLOW_VTY_BYTES_A_SECOND if switch.fault is Fault.SLOW_VTY else switch.bytes_a_second
        self._typed: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._gathered = bytearray()
        self._over = False

    def typed(self, data: bytes) -> None:
        """Bytes have come from the client; those that come after the end are written down and not answered."""
        if self._over:
            self._shell.late(data)
        else:
            self._typed.put_nowait(data)

    def gone(self) -> None:
        """The client sends no more."""
        self._typed.put_nowait(None)

    async def run(self) -> None:
        """Play until the session ends."""
        try:
            if await self._carry_out(self._shell.greet()):
                while (data := await self._typed.get()) is not None:
                    if not await self._carry_out(self._shell.receive(data)):
                        break
        finally:
            self._over = True
            self._shell.end()
            while not self._typed.empty():
                if (data := self._typed.get_nowait()) is not None:
                    self._shell.late(data)

    async def _carry_out(self, steps: Iterator[Step]) -> bool:
        """Whether the session goes on."""
        for step in steps:
            if isinstance(step, Say):
                self._gathered += step.data
                if len(self._gathered) >= _GATHERED:
                    await self._flush()
                continue
            await self._flush()
            if isinstance(step, Wait):
                await asyncio.sleep(step.seconds)
            elif isinstance(step, Hang):
                while (data := await self._typed.get()) is not None:
                    self._shell.late(data)
                return False
            elif isinstance(step, Cut):
                await self._wire.drained()
                self._wire.cut(reset=step.reset)
                return False
            elif isinstance(step, Close):
                self._wire.close()
                return False
        await self._flush()
        return True

    async def _flush(self) -> None:
        data, self._gathered = bytes(self._gathered), bytearray()
        if not data:
            return
        piece = max(1, self._rate // _TICKS_A_SECOND) if self._rate else len(data)
        for start in range(0, len(data), piece):
            self._wire.write(data[start : start + piece])
            await self._wire.drained()
            if self._rate:
                await asyncio.sleep(piece / self._rate)
