"""Parses the folder of each device while the sweep goes on, to say what its text gave; the text itself is kept whatever comes out."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from switchcorr.captures.folders import device_folder
from switchcorr.captures.manifest import NEVER_ASKED
from switchcorr.jobs.inputs.sources import read_source
from switchcorr.model.snapshot import OutputState
from switchcorr.model.sweep import ParseAccount
from switchcorr.parse.pool import Done, ParseStream, worker_count


@dataclass(frozen=True, slots=True)
class ParseJob:
    """The folder of one device."""

    device: str
    folder: Path


def count_rows(job: ParseJob) -> ParseAccount:
    """What the text of a device gives; runs in a worker process."""
    facts = read_source(device_folder(job.device, job.folder))
    outputs = [*facts.accounts, *(output for device in facts.devices for output in device.outputs)]
    return ParseAccount(
        rows=sum(output.rows for output in outputs),
        bad_lines=sum(output.bad_line_count for output in outputs),
        quarantined=sum(output.state is OutputState.QUARANTINED and output.reason != NEVER_ASKED for output in outputs),
    )


class Parsing:
    """The parsers of a sweep. Made before there are an event loop, sockets and threads: they are forked here.

    Args:
        workers: processes; 0 is one per processor.
        timeout_s: longest time of one device.
    """

    def __init__(self, *, workers: int, timeout_s: float) -> None:
        self._stream: ParseStream[ParseJob, ParseAccount] = ParseStream(
            count_rows, self._tell, workers=worker_count(workers), timeout_s=timeout_s
        )
        self._listener: tuple[asyncio.AbstractEventLoop, Callable[[str, ParseAccount], None]] | None = None

    def __enter__(self) -> Self:
        self._stream.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self._stream.__exit__(kind, error, trace)

    def listen(self, told: Callable[[str, ParseAccount], None]) -> None:
        """Have results told in the running event loop."""
        self._listener = (asyncio.get_running_loop(), told)

    def parse(self, device: str, folder: Path) -> None:
        """Have a device's folder parsed."""
        self._stream.submit(ParseJob(device, folder))

    async def finish(self) -> None:
        """Wait until every folder is parsed and told."""
        await asyncio.get_running_loop().run_in_executor(None, self._stream.finish)

    def give_up(self) -> None:
        """Parse and tell nothing more."""
        self._stream.give_up()

    def _tell(self, done: Done[ParseJob, ParseAccount]) -> None:
        account = done.result if done.result is not None else ParseAccount(failure=done.failure)
        if self._listener is not None:
            loop, told = self._listener
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits for this any more
                loop.call_soon_threadsafe(told, done.job.device, account)
