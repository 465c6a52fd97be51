"""One audit in a process of its own: ``python -m tests.audit.one_run DIRECTORY URL LOG MOMENT``; says ``ready`` when it begins."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from switchcorr.jobs.audit.request import AuditRequest
from switchcorr.jobs.audit.run import run_audit
from switchcorr.jobs.inputs.request import Times
from switchcorr.jobs.store.place import StorePlace
from switchcorr.settings import Settings
from switchcorr.store.url import parse_url


def request_of(directory: Path, url: str, log: Path, at: datetime) -> AuditRequest:
    settings = Settings(parse_workers=1, notify={"to": {"hook": url}, "digest_from": 100, "most_an_hour": 100})
    place = StorePlace(parse_url(str(directory / "x.db")), directory / "raw")
    return AuditRequest(place, directory / "state", directory / "reports", Times(at), settings, events=(log,), clock=lambda: at)


if __name__ == "__main__":
    asked = request_of(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), datetime.fromisoformat(sys.argv[4]))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    run_audit(asked)
