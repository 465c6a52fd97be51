"""Commands that can be killed without the cost of a start: ``python -m tests.audit.forked DIRECTORY URL``.

Each line of the input is a command and a moment. It runs in a process of its own, forked from this one, which has all code in memory; its
number is told first, then what it acknowledges, a line each, then ``end CODE``, negative for a signal.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from switchcorr.jobs.audit.request import AuditRequest
from switchcorr.jobs.audit.run import run_audit
from switchcorr.jobs.inputs.request import Progress, Times
from switchcorr.jobs.store.importing import ImportRequest, import_folder
from switchcorr.jobs.store.ingest import ingest
from switchcorr.jobs.store.place import StorePlace
from switchcorr.jobs.sweep.request import SweepRequest
from switchcorr.jobs.sweep.run import run_sweep
from switchcorr.settings import Settings
from switchcorr.store.url import parse_url

COMMANDS = ("sweep", "ingest", "audit")


def request_of(directory: Path, url: str, at: datetime) -> AuditRequest:
    settings = Settings(
        parse_workers=1, raw_days=3660, fact_days=3660, notify={"to": {"hook": url}, "digest_from": 1000, "most_an_hour": 1000}
    )
    state = directory / "state"
    place = StorePlace(parse_url(str(directory / "store" / "x.db")), directory / "store" / "raw")
    sweep = SweepRequest(state, inventory=str(directory / "inventory"), clock=lambda: at)
    logs = (directory / "CiscoSyslog",)
    return AuditRequest(place, state, directory / "reports", Times(at), settings, sweep=sweep, events=logs, clock=lambda: at)


def run(command: str, request: AuditRequest, acknowledge: Callable[[str], None]) -> None:
    """Run one command; each visit is acknowledged when the store has it, and each command when it is done."""

    def stored(stage: str, done: int, total: int) -> None:
        del total
        if stage == "store":
            acknowledge(f"visits {done}")

    progress: Progress = stored
    assert request.sweep is not None
    if command == "sweep":
        outcome = run_sweep(request.sweep, settings=request.settings)
        import_folder(ImportRequest(outcome.folder, request.place, request.clock(), request.settings), progress)
    elif command == "ingest":
        read = ingest(request.events, request.place, request.times)
        acknowledge(f"events {read.new}")
    else:
        found = run_audit(replace(request, clock=request.clock), progress)
        acknowledge(f"problems {len(found.problems)}")


def main(directory: Path, url: str) -> None:
    for line in sys.stdin:
        command, moment = line.split()
        told, go = os.pipe()
        child = os.fork()
        if child == 0:
            os.setsid()
            os.read(told, 1)  # its number is told first
            code = 1
            try:
                run(command, request_of(directory, url, datetime.fromisoformat(moment)), _say)
                code = 0
            except BaseException:
                traceback.print_exc()  # the process ends before anybody else could
                raise
            finally:
                os._exit(code)
        _say(f"process {child}")
        os.write(go, b"x")
        os.close(go)
        os.close(told)
        _, status = os.waitpid(child, 0)
        _say(f"end {os.waitstatus_to_exitcode(status)}")


def _say(text: str) -> None:
    os.write(1, f"{text}\n".encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
