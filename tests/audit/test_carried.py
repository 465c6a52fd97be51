"""Phones that are carried away take their history with them to no other port."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from switchcorr.jobs.audit.request import AuditRequest
from switchcorr.jobs.store.ingest import ingest
from switchcorr.jobs.store.network import StoredSource
from switchcorr.lab.demo import START
from switchcorr.lab.event_log import Drop, write_event_log
from tests.audit.changing import campus, moved, write
from tests.audit.test_audit import DAY, hook, request_, take

__all__ = ["hook", "request_"]  # fixtures


def test_what_a_phone_lost_at_its_old_port_is_no_background_of_the_new_one(request_: AuditRequest, tmp_path: Path) -> None:
    after, mover, other = moved(campus())
    take(request_, write(campus(), tmp_path / "a", START))
    take(request_, write(after, tmp_path / "b", START + 3 * DAY))
    days = [START + timedelta(days=day, hours=9) for day in range(5)]
    log = tmp_path / "CiscoSyslog"
    write_event_log(log, [Drop(at, name, "cm-sub1", 13, "198.51.1.1", None) for at in days for name in (mover, other)], ())
    ingest([log], request_.place, request_.times)

    def told(asked: int) -> tuple[dict[str, int], str]:
        read = StoredSource(request_.place, START + asked * DAY, START + 5 * DAY).events()
        names = [read.log.pools.names.texts[name] for name in read.log.name]
        return {name: names.count(name) for name in sorted(set(names))}, " ".join(read.assumptions)

    counts, said = told(4)
    assert counts == {mover: 2, other: 5}
    assert "3 older events of phones that were carried to another port" in said
    counts, said = told(0)
    assert counts == {mover: 5, other: 5}, "what is asked about is judged as it was"
    assert "carried" not in said
