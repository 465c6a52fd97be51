"""Old segments of a listener: only those that the store holds go."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from switchcorr.errors import InputFileError
from switchcorr.jobs.audit.request import AuditRequest
from switchcorr.jobs.audit.run import run_audit
from switchcorr.jobs.audit.segments import remove_taken
from switchcorr.jobs.inputs.request import Times
from switchcorr.jobs.store.ingest import ingest
from switchcorr.jobs.store.place import StorePlace
from switchcorr.settings import Settings
from switchcorr.store.events import events_between
from switchcorr.store.url import parse_url

NOW = datetime(2026, 11, 28, tzinfo=UTC)


@pytest.fixture
def request_(tmp_path: Path) -> AuditRequest:
    place = StorePlace(parse_url(str(tmp_path / "x.db")), tmp_path / "raw")
    (tmp_path / "state" / "events").mkdir(parents=True)
    settings = Settings(parse_workers=1)
    return AuditRequest(place, tmp_path / "state", tmp_path / "reports", Times(NOW), settings, clock=lambda: NOW)


def segment(request: AuditRequest, days: float, name: str = "", rest: str = "") -> Path:
    """A segment that was written to so many days ago."""
    at = NOW - timedelta(days=days)
    path = request.state_dir / "events" / (name or f"{at:%Y%m%dT%H%M%SZ}-0000.log")
    number = int(days * 100)
    path.write_text(
        f"{at:%Y-%m-%dT%H:%M:%S}.900Z 192.0.2.7 <187>1: cm-1: {at:%b %d %Y %H:%M:%S}.476 UTC : %UC_CALLMANAGER-3-EndPointUnregistered: "
        f"%[DeviceName=SEP00005E{number:06X}][Protocol=SCCP][DeviceType=7][Reason=13][NodeID=cm-1]: x\n{rest}"
    )
    os.utime(path, (at.timestamp(),) * 2)
    return path


def test_what_is_old_and_in_the_store_goes_and_nothing_else(request_: AuditRequest) -> None:
    taken, torn = segment(request_, 20), segment(request_, 19, rest="2026-11-09T00:00:00.900Z 192.0.2.7 <18")
    foreign, young, newest = segment(request_, 30, "cucm.log"), segment(request_, 13), segment(request_, 1)
    ingest([taken, torn, foreign, young, newest], request_.place, request_.times)
    not_taken = segment(request_, 21)
    grown = segment(request_, 22)
    ingest([grown], request_.place, request_.times)
    with grown.open("a") as stream:
        stream.write(young.read_text())
    os.utime(grown, ((NOW - timedelta(days=22)).timestamp(),) * 2)
    link = request_.state_dir / "events" / "20260101T000000Z-0000.log"
    link.symlink_to(foreign)
    assert remove_taken(request_, NOW) == 2
    left = set((request_.state_dir / "events").iterdir())
    assert left == {foreign, young, newest, not_taken, grown, link}
    with request_.place.open(write=False) as store:
        assert len(events_between(store, NOW - timedelta(days=40), NOW)) == 6, "the store has what was in them"


def test_the_newest_segment_stays_however_old_it_is(request_: AuditRequest) -> None:
    only = segment(request_, 60)
    ingest([only], request_.place, request_.times)
    assert remove_taken(request_, NOW) == 0
    assert only.exists()


def test_what_a_live_watch_reads_at_its_start_stays_though_less_is_kept(request_: AuditRequest) -> None:
    ingest([segment(request_, 8.5), segment(request_, 9.5), segment(request_, 0)], request_.place, request_.times)
    assert remove_taken(replace(request_, settings=Settings(raw_days=1)), NOW) == 1


def test_what_cannot_be_removed_is_a_problem_of_the_run(request_: AuditRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest([segment(request_, 20), segment(request_, 0)], request_.place, request_.times)

    def refuse(path: Path, *, missing_ok: bool = False) -> None:
        raise PermissionError(1, f"{path} {missing_ok}")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refuse)
        with pytest.raises(InputFileError, match="cannot be removed"):
            remove_taken(request_, NOW)


def test_an_audit_removes_them_once_a_day(request_: AuditRequest) -> None:
    old, newest = segment(request_, 20), segment(request_, 0.5)
    run_audit(replace(request_, events=(old, newest)))
    assert not old.exists()
    assert newest.exists()
