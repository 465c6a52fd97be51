"""The audit from end to end: incidents and findings told once, partial runs, one at a time, pages, retention."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from switchcorr.errors import ConfigurationError, ExitCode, SweepError
from switchcorr.files import OwnFolder
from switchcorr.jobs.audit.lock import only_audit
from switchcorr.jobs.audit.request import AuditOutcome, AuditRequest
from switchcorr.jobs.audit.run import run_audit
from switchcorr.jobs.inputs.request import Times
from switchcorr.jobs.store.importing import ImportRequest, import_folder
from switchcorr.jobs.store.place import StorePlace
from switchcorr.lab.demo import END, START, DemoSite
from switchcorr.lab.event_log import Drop, background_drops, write_event_log
from switchcorr.model.changes import NOT_LOOKED, Change, ChangeKind, ChangeState
from switchcorr.model.mask import Mask
from switchcorr.settings import Settings
from switchcorr.store.audits import runs
from switchcorr.store.findings import acknowledge, findings, put_mask, settle_findings
from switchcorr.store.url import parse_url
from tests.audit.changing import campus, moved, uncabled, write
from tests.e2e.sweeping import Site, campus_switches
from tests.labs import lab_thread
from tests.notify.receivers import Hook, web_hook

Call = Callable[..., Any]
DAY = timedelta(days=1)


@pytest.fixture
def hook() -> Iterator[Hook]:
    with web_hook() as opened:
        yield opened


@pytest.fixture
def request_(tmp_path: Path, hook: Hook) -> AuditRequest:
    place = StorePlace(parse_url(str(tmp_path / "x.db")), tmp_path / "raw")
    settings = Settings(parse_workers=1, notify={"to": {"hook": hook.url}, "digest_from": 100, "most_an_hour": 100})
    return AuditRequest(place, tmp_path / "state", tmp_path / "reports", Times(END), settings)


def take(request: AuditRequest, folder: Path) -> None:
    import_folder(ImportRequest(folder, request.place, datetime(2027, 1, 1, tzinfo=UTC), request.settings))


def audit(request: AuditRequest, at: datetime) -> AuditOutcome:
    return run_audit(replace(request, clock=lambda: at))


def test_an_incident_is_told_once_with_its_report_and_stays_the_same(request_: AuditRequest, small_site: DemoSite, hook: Hook) -> None:
    take(request_, small_site.captures[0])
    asked = replace(request_, events=(small_site.log,))
    before = audit(asked, START + timedelta(days=2, hours=8))
    assert before.conclusions.new_incidents == ()
    told = len(hook.bodies)
    second = audit(asked, START + timedelta(days=2, hours=12))
    (new,) = second.conclusions.new_incidents
    assert second.exit_code is ExitCode.FINDINGS
    assert len(hook.bodies) == told + 1
    message = hook.bodies[-1]
    assert new in message["message"]
    assert "Next: " in message["message"]
    assert second.page is not None
    assert second.page.name in json.dumps(message["attachments"])
    zoneless = request_.state_dir.parent / "zoneless.csv"
    zoneless.write_text(f"time,phone,event\n{START:%Y-%m-%d %H:%M:%S},SEP00005E0000FF,registered\n")
    third = audit(replace(asked, events=(small_site.log, zoneless)), START + timedelta(days=2, hours=14))
    assert third.conclusions.new_incidents == ()
    assert len(hook.bodies) == told + 1
    (again,) = [one for one in third.conclusions.changes.changes if one.kind is ChangeKind.INCIDENT]
    assert (again.id, again.state) == (new, ChangeState.ONGOING)
    assert third.page is not None
    page = third.page.read_text()
    assert "What changed" in page
    assert third.assumptions == (f"{zoneless}: 1 time carries no zone and is read as UTC (--timezone names another).",)
    assert third.assumptions[0] in page
    index = (request_.reports / "index.html").read_text()
    assert f'href="{second.page.name}"' in index
    assert "3 audits" in index


def test_findings_come_once_stay_and_go(request_: AuditRequest, tmp_path: Path, hook: Hook) -> None:
    first, second = START, START + timedelta(hours=1)
    take(request_, write(campus(), tmp_path / "a", first))
    assert audit(request_, first + timedelta(minutes=1)).conclusions.open == ()
    pulled, _ = uncabled(campus(), "acc-004")
    take(request_, write(pulled, tmp_path / "b", second))
    found = audit(request_, second + timedelta(minutes=1))
    (link,) = found.conclusions.open
    assert (link.kind, link.state) == (ChangeKind.UPLINK, ChangeState.NEW)
    assert [body["title"] for body in hook.bodies] == [f"switchcorr: 1 new finding: {link.words}"]
    take(request_, write(pulled, tmp_path / "c", second + timedelta(hours=1)))
    again = audit(request_, second + timedelta(hours=1, minutes=1))
    assert [(one.id, one.state) for one in again.conclusions.open] == [(link.id, ChangeState.ONGOING)]
    assert len(hook.bodies) == 1
    with request_.place.open(write=True) as store:
        assert acknowledge(store, [link.id, "nothing-1"], "ticket 7", now=second) == ("nothing-1",)
    known = audit(request_, second + timedelta(hours=1, minutes=2))
    assert known.conclusions.open == ()
    assert [one.note for one in known.conclusions.changes.changes] == ["acknowledged: ticket 7"]
    take(request_, write(campus(), tmp_path / "d", second + timedelta(hours=2)))
    over = audit(request_, second + timedelta(hours=2, minutes=1))
    assert (link.id, ChangeState.GONE) in [(one.id, one.state) for one in over.conclusions.changes.changes]
    with request_.place.open(write=False) as store:
        assert findings(store) == ()
        assert [one.change.id for one in findings(store, all_=True)] == [link.id]


def test_a_phone_that_flaps_is_told_once_and_is_over_when_it_no_longer_does(request_: AuditRequest, tmp_path: Path, hook: Hook) -> None:
    drops = background_drops(campus(), start=START, days=5, per_phone_a_day=0.2, random_=random.Random(7))
    _, phone = campus().phones[3]
    bad = [Drop(START + timedelta(minutes=25 * turn), phone.name, phone.node, 13, phone.ip) for turn in range(50)]
    write_event_log(tmp_path / "cucm.log", sorted([*drops, *bad], key=lambda drop: drop.at), [])
    take(request_, write(campus(), tmp_path / "a", START))
    asked = replace(request_, events=(tmp_path / "cucm.log",))
    found = audit(asked, START + DAY)
    (flaps,) = found.conclusions.open
    assert (flaps.kind, flaps.phone, flaps.state) == (ChangeKind.PHONE_FLAPPING, phone.name, ChangeState.NEW)
    assert flaps.device
    assert f"{phone.name} ({flaps.device} " in hook.bodies[-1]["title"]
    told = len(hook.bodies)
    again = audit(asked, START + DAY + timedelta(hours=1))
    assert [(one.id, one.state) for one in again.conclusions.open] == [(flaps.id, ChangeState.ONGOING)]
    assert len(hook.bodies) == told
    over = audit(asked, START + 4 * DAY)
    assert over.conclusions.open == ()
    with request_.place.open(write=False) as store:
        assert findings(store) == ()
        (kept,) = [one for one in findings(store, all_=True) if one.change.kind is ChangeKind.PHONE_FLAPPING]
    assert (kept.change.id, kept.gone_at) == (flaps.id, START + 4 * DAY)


def test_a_part_whose_phones_drop_one_by_one_is_told_once_and_is_over_a_day_later(
    request_: AuditRequest, tmp_path: Path, hook: Hook
) -> None:
    drops = background_drops(campus(), start=START, days=5, per_phone_a_day=0.2, random_=random.Random(7))
    sick = [phone for device, phone in campus().phones if device.name == campus().phones[0][0].name]
    random_ = random.Random(3)
    bad = [
        Drop(START + timedelta(seconds=random_.uniform(0, DAY.total_seconds())), phone.name, phone.node, 13, phone.ip)
        for phone in sick
        for _ in range(random_.choice((1, 2, 2, 3)))
    ]
    write_event_log(tmp_path / "cucm.log", sorted([*drops, *bad], key=lambda drop: drop.at), [])
    take(request_, write(campus(), tmp_path / "a", START))
    asked = replace(request_, events=(tmp_path / "cucm.log",))
    found = audit(asked, START + DAY)
    assert found.exit_code is ExitCode.FINDINGS
    (part,) = found.conclusions.open
    assert (part.kind, part.state, part.device) == (ChangeKind.PART_CHRONIC, ChangeState.NEW, campus().phones[0][0].name)
    assert "drop one by one" in hook.bodies[-1]["title"]
    told = len(hook.bodies)
    again = audit(asked, START + DAY + timedelta(hours=1))
    assert [(one.id, one.state) for one in again.conclusions.open] == [(part.id, ChangeState.ONGOING)]
    assert len(hook.bodies) == told
    assert audit(asked, START + 4 * DAY).conclusions.open == ()
    with request_.place.open(write=False) as store:
        (kept,) = [one for one in findings(store, all_=True) if one.change.kind is ChangeKind.PART_CHRONIC]
    assert (kept.change.id, kept.gone_at) == (part.id, START + 4 * DAY)


def test_what_is_lost_is_usual_after_the_baseline_has_moved_on(request_: AuditRequest, tmp_path: Path) -> None:
    pulled, _ = uncabled(campus(), "acc-004")
    take(request_, write(campus(), tmp_path / "a", START))
    take(request_, write(pulled, tmp_path / "b", START + DAY))
    assert len(audit(request_, START + DAY + timedelta(minutes=1)).conclusions.open) == 1
    take(request_, write(pulled, tmp_path / "c", START + 9 * DAY))
    assert audit(request_, START + 9 * DAY + timedelta(minutes=1)).conclusions.open == ()


def test_a_finding_is_not_over_where_nobody_looked(request_: AuditRequest, tmp_path: Path, hook: Hook) -> None:
    hours = [START + timedelta(hours=hour) for hour in range(6)]
    soon = timedelta(minutes=1)
    for at, visit in zip(hours, (1, 2), strict=False):
        take(request_, write(campus(), tmp_path / str(visit), at, visit=visit))
        found = audit(request_, at + soon)
    (errors,) = found.conclusions.open
    assert (errors.kind, errors.state) == (ChangeKind.ERRORS, ChangeState.NEW)
    told = len(hook.bodies)
    for at in hours[2:4]:
        unread = audit(request_, at)
        assert [(one.id, one.state, one.note) for one in unread.conclusions.open] == [(errors.id, ChangeState.ONGOING, NOT_LOOKED)]
        assert unread.exit_code is ExitCode.FINDINGS
    take(request_, write(campus(), tmp_path / "other", hours[4], visit=2, without=(errors.device,)))
    assert [one.note for one in audit(request_, hours[4] + soon).conclusions.open if one.id == errors.id] == [NOT_LOOKED]
    take(request_, write(campus(), tmp_path / "same", hours[5] + DAY, visit=2))
    over = audit(request_, hours[5] + DAY + soon)
    assert (errors.id, ChangeState.GONE) in [(one.id, one.state) for one in over.conclusions.changes.changes]
    assert len(hook.bodies) == told


def test_errors_that_grow_now_and_then_are_told_once_and_stay_acknowledged(request_: AuditRequest, tmp_path: Path, hook: Hook) -> None:
    soon, told, seen = timedelta(minutes=1), [], []
    for number, visit in enumerate((1, 2, 2, 3, 3, 3, 4)):
        at = START + timedelta(minutes=15 * number)
        take(request_, write(campus(), tmp_path / str(number), at, visit=visit))
        found = audit(request_, at + soon)
        told.append(len(hook.bodies))
        seen.append([one for one in found.conclusions.changes.changes if one.kind is ChangeKind.ERRORS])
        if number == 4:
            with request_.place.open(write=True) as store:
                assert acknowledge(store, [seen[-1][0].id], "cable ordered", now=at) == ()
            assert found.exit_code is ExitCode.FINDINGS
    assert told == [0, 1, 1, 1, 1, 1, 1]
    assert [[one.state for one in some] for some in seen[1:]] == [[ChangeState.NEW], *[[ChangeState.ONGOING]] * 5]
    assert "(not since " not in seen[1][0].words
    assert seen[2][0].words.endswith(f" (not since {START + timedelta(minutes=15):%Y-%m-%d %H:%M} UTC)")
    assert "(not since " not in seen[3][0].words
    assert seen[5][0].words == seen[4][0].words
    assert [some[0].note for some in seen[5:]] == ["acknowledged: cable ordered"] * 2
    assert found.conclusions.open == ()
    at = START + DAY + timedelta(hours=3)
    take(request_, write(campus(), tmp_path / "later", at, visit=4))
    (over,) = [one for one in audit(request_, at + soon).conclusions.changes.changes if one.kind is ChangeKind.ERRORS]
    assert over.state is ChangeState.GONE


def test_what_was_read_whole_is_known_for_longer_than_a_day(request_: AuditRequest, tmp_path: Path) -> None:
    """Nothing was visited meanwhile: each run compares the same answers."""
    take(request_, write(campus(), tmp_path / "a", START))
    for hours in (1, 23, 25, 26, 50):
        told = [one for one in audit(request_, START + timedelta(hours=hours)).problems if one.startswith("compare")]
        assert told == [], hours


def test_planned_work_alarms_nobody(request_: AuditRequest, tmp_path: Path, hook: Hook) -> None:
    take(request_, write(campus(), tmp_path / "a", START))
    audit(request_, START + timedelta(minutes=1))
    with request_.place.open(write=True) as store:
        put_mask(store, Mask("recabling", START, START + DAY, "acc-00*, dist*"))
    pulled, _ = uncabled(campus(), "acc-004")
    take(request_, write(pulled, tmp_path / "b", START + timedelta(hours=1)))
    found = audit(request_, START + timedelta(hours=1, minutes=1))
    assert found.conclusions.open == ()
    assert {one.note for one in found.conclusions.changes.changes} == {"planned: recabling"}
    assert hook.bodies == []
    late = audit(request_, START + DAY + timedelta(hours=1))
    assert len(late.conclusions.open) == 1, "what planned work left broken is told when it is over"


def test_phones_that_moved_are_in_the_report_and_wake_nobody(request_: AuditRequest, tmp_path: Path, hook: Hook) -> None:
    after, mover, _ = moved(campus())
    take(request_, write(campus(), tmp_path / "a", START))
    audit(request_, START + timedelta(minutes=1))
    take(request_, write(after, tmp_path / "b", START + timedelta(hours=1)))
    found = audit(request_, START + timedelta(hours=1, minutes=1))
    assert mover in {one.phone for one in found.conclusions.changes.changes}
    assert found.conclusions.open == ()
    assert hook.bodies == []


def test_the_clock_may_go_back(request_: AuditRequest, tmp_path: Path) -> None:
    take(request_, write(campus(), tmp_path / "a", START))
    for at in (START + timedelta(hours=2), START + timedelta(hours=1), START + timedelta(hours=3)):
        assert audit(request_, at).conclusions.open == ()
    with request_.place.open(write=False) as store:
        assert [at for at, _ in runs(store)] == [START + timedelta(hours=hour) for hour in (3, 2, 1)]


def test_a_step_that_fails_is_told_and_the_others_go_on(request_: AuditRequest, tmp_path: Path) -> None:
    take(request_, write(campus(), tmp_path / "a", START))
    found = audit(replace(request_, events=(tmp_path / "nowhere.log",)), START + timedelta(minutes=1))
    assert found.exit_code is ExitCode.PARTIAL
    assert any("nowhere.log" in problem for problem in found.problems)
    assert any("no events" in problem for problem in found.problems)
    assert found.page is not None, "what changed can be shown without events"
    assert "acc-001" in found.page.read_text()
    empty = audit(replace(request_, place=StorePlace(parse_url(str(tmp_path / "y.db")), tmp_path / "raw2")), START)
    assert any("knows no visit" in problem for problem in empty.problems)
    assert empty.page is None
    with pytest.raises(ConfigurationError, match="quiet_hours"):
        audit(replace(request_, settings=Settings(notify={"quiet_hours": "x"})), START)


def test_one_audit_at_a_time_and_the_other_is_named(request_: AuditRequest) -> None:
    with (
        OwnFolder.at(request_.state_dir) as state,
        only_audit(state, START),
        pytest.raises(SweepError, match=r"process \d+, since 2026-11-15T00:00:00Z"),
    ):
        audit(request_, START)
    audit(request_, START)


def test_old_pages_and_sweep_folders_go(request_: AuditRequest, tmp_path: Path) -> None:
    take(request_, write(campus(), tmp_path / "a", START))
    old, fresh = request_.reports / "audit-20260101T000000Z.html", request_.reports / "audit-20261114T000000Z.html"
    sweep = request_.state_dir / "sweeps" / "20260101T000000Z"
    sweep.mkdir(parents=True)
    (sweep / "x.txt").write_text("x")
    request_.reports.mkdir()
    other = request_.reports / "mine.html"
    for page in (old, fresh, other):
        page.write_text("x")
    audit(request_, START + timedelta(minutes=1))
    assert not old.exists()
    assert not sweep.exists()
    assert fresh.exists()
    assert other.exists()


def test_two_audits_of_real_switches_with_a_fault_between(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hook: Hook) -> None:
    switches = campus_switches(6)
    site = Site(tmp_path)
    config = tmp_path / "s.toml"
    config.write_text(f'host_keys = "accept-new"\n[notify.to]\nhook = "{hook.url}"\n')
    with lab_thread(switches) as lab:
        site.write(lab, [switch.name for switch in switches])
        for name, value in site.full_environment.items():
            monkeypatch.setenv(name, value)
        arguments = ("audit", "--inventory", site.inventory, "--config", config)
        first = json.loads(call(*arguments).out)
        assert (first["schema"], first["devices_read"], first["open"]) == ("switchcorr/audit/1", 6, 0)
        assert "incidents" not in first, "how they stood is for the next run"
        lab.visit = 2  # errors of a card of acc-003 have grown since
        told = call(*arguments, "--nagios", "--textfile", tmp_path / "x.prom", "--tickets", tmp_path / "t.json")
    assert told.code == 1
    assert told.out.startswith("SWITCHCORR WARNING: error counters of acc-003/5 grew")
    assert re.search(r'switchcorr_audit_open_findings\{kind="errors"\} [12]\n', (tmp_path / "x.prom").read_text())
    assert (tmp_path / "x.prom").stat().st_mode & 0o777 == 0o644, "the exporter has a user of its own"
    assert (tmp_path / "t.json").stat().st_mode & 0o777 == 0o600
    assert json.loads((tmp_path / "t.json").read_text())["records"] == []
    assert len(hook.bodies) == 1
    assert "error counters of acc-003/5 grew" in hook.bodies[0]["message"]
    listed = json.loads(call("findings").out)["findings"]
    assert {one["kind"] for one in listed} == {"errors"}
    assert call("findings", "--ack", listed[0]["id"], "--note", "card ordered").code == 0
    assert "[acknowledged: card ordered]" in call("findings", terminal=True).out
    assert call("findings", "--ack", "no-1").code == 2
    assert call("findings", "--plan", "swap").code == 2
    assert call("findings", "--plan", "swap", "--since", "2036-11-28", "--until", "2036-11-29", "--devices", "acc-003").code == 0
    assert json.loads(call("findings").out)["planned"][0]["devices"] == "acc-003"
    weekly = ("findings", "--plan", "window", "--since", "2026-10-14T22:00", "--timezone", "Europe/Oslo", "--weekly", "--until")
    assert call(*weekly, "2026-10-22T02:00").code == 2, "longer than a week"
    assert call(*weekly, "2026-10-15T02:00").code == 0
    window = json.loads(call("findings", "--now", "2026-10-30T00:00").out)["planned"][0]
    assert (window["start"], window["end"], window["weekly"]) == ("2026-11-04T21:00:00Z", "2026-11-05T01:00:00Z", "Europe/Oslo")
    assert "and every week (Europe/Oslo), all switches" in call("findings", terminal=True).out
    assert call("findings", "--all", "--format", "csv").out.startswith("id,kind,")


def test_what_a_run_that_was_killed_wrote_down_is_told_by_the_next(request_: AuditRequest) -> None:
    lost = Change(ChangeKind.UPLINK, ChangeState.GONE, "x", "x is gone", id="uplink-1")
    everybody: frozenset[str] = frozenset()
    with request_.place.open(write=True) as store:

        def told(found: tuple[Change, ...], hours: int, *, untold_since: int) -> list[ChangeState]:
            since, at = (START + timedelta(hours=hour) for hour in (untold_since, hours))
            return [one.state for one in settle_findings(store, found, at=at, seen=everybody, untold_since=since)]

        assert told((lost,), 1, untold_since=0) == [ChangeState.NEW]
        assert told((lost,), 2, untold_since=0) == [ChangeState.NEW], "the run of 01:00 did not come to its end"
        assert told((lost,), 3, untold_since=2) == [ChangeState.ONGOING]
        assert told((), 4, untold_since=3) == [ChangeState.GONE]
        assert told((), 5, untold_since=3) == [ChangeState.GONE]
        assert told((), 6, untold_since=5) == []


def test_what_cannot_be_shown_or_written_costs_no_answer(call: Call, tmp_path: Path) -> None:
    audit = ("audit", "--no-sweep", "--store", tmp_path / "site.db")
    for wrong, words in ((("--format", "csv"), "an audit is no table"), (("--nagios", "--format", "json"), "--nagios and --format")):
        refused = call(*audit, *wrong)
        assert (refused.code, refused.out) == (2, "")
        assert words in refused.err
    assert not (tmp_path / "site.db").exists(), "nothing was run"
    told = call(*audit, "--textfile", tmp_path / "nowhere" / "x.prom")
    assert told.code == 1
    assert "x.prom: cannot be written" in told.err
    assert json.loads(told.out)["schema"] == "switchcorr/audit/1"


def test_a_first_audit_compares_nothing_and_says_when_its_incidents_were(call: Call, tmp_path: Path) -> None:
    store = tmp_path / "site.db"
    now = datetime.now(UTC)
    later = timedelta(hours=2)
    log = tmp_path / "log.csv"
    lost = "".join(
        f"{now - later + timedelta(seconds=port):%Y-%m-%dT%H:%M:%SZ},SEP00005E0053{port:02},unregistered,cm-1\n" for port in range(30)
    )
    log.write_text(f"time,phone,event,node\n{lost}")
    told = call("audit", "--no-sweep", "--store", store, "--events", log, "--format", "table").out
    assert "The first audit: the next one says what changed since." in told
    assert "From the network" not in told
    assert f"+ {now - later:%Y-%m-%d %H:%M} UTC: " in told
    assert max(map(len, [line for line in told.splitlines() if not line.startswith("report: ")])) <= 80
