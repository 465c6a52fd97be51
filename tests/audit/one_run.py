"""One audit of a directory, also in a process of its own: ``python -m tests.audit.one_run`` forks one for each line of its input.

It has all code in memory and no threads, so that an audit costs no start, and can be killed at once.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from switchcorr.cli.outcome import outcome_of
from switchcorr.jobs.audit.request import AuditRequest
from switchcorr.jobs.audit.run import run_audit
from switchcorr.jobs.inputs.request import Times
from switchcorr.jobs.store.place import StorePlace
from switchcorr.lab.demo import START
from switchcorr.settings import Settings
from switchcorr.store.outbox import LEASE
from switchcorr.store.url import parse_url

HOUR = timedelta(hours=1)
FIRST, FAILING = START + 30 * HOUR, START + 36 * HOUR
"""A quiet audit, and the one that has much to tell."""
NEXT = FAILING + LEASE + timedelta(minutes=1)
DEADLINE_S = 120.0


@dataclass(frozen=True)
class Prepared:
    """A directory that ``request_of`` knows as it is between the first audit and the failing one, never written to; and the log of both."""

    base: Path
    log: Path


def request_of(directory: Path, url: str, log: Path, at: datetime) -> AuditRequest:
    settings = Settings(parse_workers=1, notify={"to": {"hook": url}, "digest_from": 100, "most_an_hour": 100})
    place = StorePlace(parse_url(str(directory / "x.db")), directory / "raw")
    return AuditRequest(place, directory / "state", directory / "reports", Times(at), settings, events=(log,), clock=lambda: at)


@dataclass(frozen=True)
class Ended:
    """How a process ended: its exit code, negative for a signal; how long it took, and what it said."""

    code: int
    seconds: float
    said: str


class Audits:
    """The process that forks others."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def close(self) -> None:
        with self._process:
            assert self._process.stdin is not None
            self._process.stdin.close()
            assert self._process.wait(DEADLINE_S) == 0

    def run(self, directory: Path, url: str, log: Path, *, limit: int = 0, kill_after_s: float = DEADLINE_S) -> Ended:
        """The audit that has much to tell, in a process of its own, which is killed if it takes longer.

        Args:
            limit: bytes that none of its files can be longer than; 0 for none.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([str(directory), url, str(log), limit]) + "\n")
        process = int(self._told())
        began = time.monotonic()
        killer = threading.Timer(kill_after_s, os.kill, (process, signal.SIGKILL))
        killer.start()
        said = self._told()
        killer.cancel()
        killer.join()
        seconds = time.monotonic() - began
        self._process.stdin.write("\n")  # until now its number was its own
        return Ended(int(self._told()), seconds, said)

    def _told(self) -> str:
        assert self._process.stdout is not None
        return str(json.loads(self._process.stdout.readline()))


def _serve() -> None:
    for line in sys.stdin:
        directory, url, log, limit = json.loads(line)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                os.dup2(writer, 1)
                os.dup2(writer, 2)
                code = _audit(Path(directory), url, Path(log), limit)
            finally:
                os._exit(code)
        os.close(writer)
        _say(child)
        with os.fdopen(reader) as stream:
            said = stream.read()
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        _say(said)
        sys.stdin.readline()
        _say(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def _audit(directory: Path, url: str, log: Path, limit: int) -> int:
    """The audit; its exit code."""
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    def run() -> None:
        print(*run_audit(request_of(directory, url, log, FAILING)).problems, sep="\n", flush=True)

    code = int(outcome_of(run))
    sys.stderr.flush()
    return code


def _say(answer: int | str) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    _serve()
