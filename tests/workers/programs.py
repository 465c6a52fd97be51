"""The command as processes of their own that need not load it first: they are forked from one that has.

A fork server loads the program once; each process then begins within milliseconds instead of two seconds. They are whole processes: they have
their own environment and output, and are killed, stopped and continued like any other.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from subprocess import CompletedProcess

from switchcorr.cli.app import main

_LOADED = ("switchcorr.cli.app", "switchcorr.cli.worker_run", "switchcorr.jobs.worker", "switchcorr.store.postgres", __name__)
_WITHIN_S = 120


def fork_server() -> ForkServerContext:
    """The server that has the program loaded; it ends with the tests."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(_LOADED))
    return context


def _run(words: list[str], environment: dict[str, str], out: str, err: str) -> None:
    """In the process: what the shell and ``python -m switchcorr`` would do."""
    os.environ.clear()
    os.environ.update(environment)
    for name, number in ((out, 1), (err, 2)):
        handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(handle, number)
        os.close(handle)
    sys.argv = ["switchcorr", *words]
    main(words)


@dataclass(slots=True)
class Program:
    """A command that runs."""

    words: tuple[str, ...]
    process: ForkServerProcess
    out: Path
    err: Path

    @property
    def told(self) -> str:
        """What it has told so far."""
        return self.err.read_text() if self.err.exists() else ""

    def send(self, number: signal.Signals) -> None:
        """Send a signal, if it still runs."""
        if self.process.is_alive() and self.process.pid is not None:
            os.kill(self.process.pid, number)

    def ended(self) -> CompletedProcess[str]:
        """How it ended, once it has."""
        self.process.join(_WITHIN_S)
        assert self.process.exitcode is not None, f"{self.words} still runs: {self.told}"
        return CompletedProcess(list(self.words), self.process.exitcode, self.out.read_text(), self.told)


def begin(context: ForkServerContext, words: tuple[str, ...], environment: Mapping[str, str], folder: Path) -> Program:
    """Begin a command; what it says stands in files of the folder."""
    folder.mkdir(exist_ok=True)
    number = len(list(folder.glob("*.err")))
    out, err = folder / f"{number}.out", folder / f"{number}.err"
    err.touch()
    process = context.Process(target=_run, args=(list(words), dict(environment), str(out), str(err)))
    process.start()
    return Program(words, process, out, err)
