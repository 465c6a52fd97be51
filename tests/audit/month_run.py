"""Audits in a process of their own: ``python -m tests.audit.month_run DIRECTORY URL``; each line of its input is a moment, each of its output an account."""

from __future__ import annotations

import json
import resource
import sys
from datetime import datetime
from pathlib import Path

from switchcorr.jobs.audit.request import AuditOutcome, AuditRequest
from switchcorr.jobs.audit.run import run_audit
from switchcorr.jobs.inputs.request import Times
from switchcorr.jobs.store.place import StorePlace
from switchcorr.jobs.sweep.request import SweepRequest
from switchcorr.settings import Settings
from switchcorr.store.url import parse_url

RAW_DAYS, FACT_DAYS = 14, 21


def request_of(directory: Path, url: str, at: datetime) -> AuditRequest:
    settings = Settings(
        parse_workers=1, raw_days=RAW_DAYS, fact_days=FACT_DAYS, notify={"to": {"hook": url}, "digest_from": 100, "most_an_hour": 100}
    )
    state = directory / "state"
    sweep = SweepRequest(state, inventory=str(directory / "inventory"), clock=lambda: at)
    place = StorePlace(parse_url(str(directory / "store" / "x.db")), directory / "store" / "raw")
    logs = tuple(sorted((directory / "logs").iterdir()))
    return AuditRequest(place, state, directory / "reports", Times(at), settings, sweep=sweep, events=logs, clock=lambda: at)


def account_of(outcome: AuditOutcome, directory: Path) -> dict[str, object]:
    answer = outcome.conclusions.answer
    incidents = answer.result.incidents if answer is not None else ()
    recurring = answer.result.recurring if answer is not None else ()
    return {
        "at": outcome.at.isoformat(), "read": outcome.devices_read, "problems": list(outcome.problems),
        "new": list(outcome.conclusions.new_incidents),
        "incidents": [
            {
                "id": one.id, "start": one.start.isoformat(), "end": one.end.isoformat(), "verdict": one.verdict.value,
                "endpoints": one.endpoints, "causes": [[c.component.kind, c.component.id, c.probability] for c in one.causes],
            }
            for one in incidents
        ],
        "recurring": [
            {
                "components": [[c.kind, c.id] for c in (one.component, *one.equivalent)], "bursts": one.bursts,
                "probability": one.probability, "affected": one.affected_phones,
            }
            for one in recurring
        ],
        "changes": [[one.kind.value, one.state.value, one.id, one.words, one.device] for one in outcome.conclusions.changes.changes],
        "open": [one.id for one in outcome.conclusions.open],
        "sizes": {name: _size(directory / name) for name in ("store/x.db", "store/raw", "state", "reports")},
        "rss_kb": int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() // 1024,
        "files": len(list(Path("/proc/self/fd").iterdir())),
        "cpu_s": sum(resource.getrusage(resource.RUSAGE_SELF)[:2]),
    }  # fmt: skip


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else sum(one.stat().st_size for one in path.rglob("*") if one.is_file())


def main(directory: Path, url: str) -> None:
    (directory / "store").mkdir(exist_ok=True)
    for line in sys.stdin:
        outcome = run_audit(request_of(directory, url, datetime.fromisoformat(line.strip())))
        sys.stdout.write(json.dumps(account_of(outcome, directory)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
