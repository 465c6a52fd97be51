"""A live watch and audits with one store: one id for an incident, each piece of news from one of them, and planned work that is nobody's alarm."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from switchcorr.audit.tracking import QUIET_S, UNPROVEN_S, News
from switchcorr.jobs.audit.request import AuditOutcome, AuditRequest
from switchcorr.jobs.audit.run import run_audit
from switchcorr.jobs.inputs.request import CampusRequest, Times
from switchcorr.jobs.live.notify import live_message
from switchcorr.jobs.live.store import LiveMemory
from switchcorr.jobs.live.watch import LiveRequest
from switchcorr.jobs.notify import notify_rules, queue_messages
from switchcorr.jobs.store.importing import ImportRequest, import_folder
from switchcorr.jobs.store.place import StorePlace
from switchcorr.lab.demo import END, DemoSite
from switchcorr.model.incident import Correlation, Coverage
from switchcorr.model.mask import Mask
from switchcorr.settings import Settings
from switchcorr.store.findings import put_mask
from switchcorr.store.incidents import incidents_between
from switchcorr.store.outbox import waiting_messages
from switchcorr.store.url import parse_url
from tests.listen.test_live import _NOW, Site, _fault, module_phones

SETTINGS = Settings(parse_workers=1, notify={"to": {"hook": "json://127.0.0.1:1/"}, "digest_from": 100, "most_an_hour": 100})
RULES = notify_rules(SETTINGS)
PHONES = module_phones(20)
HOUR = timedelta(hours=1)


class Both(Site):
    """A live watch whose news lie in the outbox, and audits of the same store and the same lines."""

    def told_by(self) -> list[str]:
        """Ids of all that lies in the outbox."""
        assert self.request.store is not None
        with self.request.store.open(write=False) as store:
            return sorted(one.message.id for one in waiting_messages(store))

    def run(self, seconds: float, lines: dict[int, list[str]]) -> None:
        already = len(self.told)
        super().run(seconds, lines)
        assert self.request.store is not None
        with self.request.store.open(write=True) as store:
            queue_messages(store, [live_message(told) for _, told in self.told[already:]], RULES, now=self.now())

    def audit(self) -> AuditOutcome:
        assert self.request.store is not None
        logs = tuple(sorted(self.folder.glob("*.log")))
        state = self.folder.parent / "state"
        at = self.now()
        asked = AuditRequest(self.request.store, state, state / "reports", Times(at), SETTINGS, events=logs, clock=lambda: at)
        return run_audit(asked)


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory, small_site: DemoSite) -> Path:
    """A store with the last visit of the small site, never written to: tests take a copy."""
    folder = tmp_path_factory.mktemp("visited")
    place = StorePlace(parse_url(str(folder / "x.db")), folder / "raw")
    import_folder(ImportRequest(small_site.captures[1], place, END + HOUR, SETTINGS))
    return folder


@pytest.fixture
def live_request(tmp_path: Path, small_site: DemoSite, visited: Path) -> LiveRequest:
    folder = tmp_path / "events"
    folder.mkdir()
    shutil.copytree(visited, tmp_path, dirs_exist_ok=True)
    place = StorePlace(parse_url(str(tmp_path / "x.db")), tmp_path / "raw")
    return LiveRequest(folder, Times(_NOW), CampusRequest(captures=small_site.captures[1:]), (small_site.log,), place, SETTINGS)


@pytest.fixture
def both(live_request: LiveRequest) -> Both:
    return Both(live_request.folder, live_request)


def ids_of(told: list[str]) -> set[str]:
    return {id_.partition("/")[0] for id_ in told}


def test_what_is_told_live_is_told_by_no_audit(both: Both) -> None:
    both.run(60, _fault(PHONES, 5, 10))
    (first,) = {told.incident.id for _, told in both.told}
    during = both.audit()
    assert during.conclusions.answer is not None
    assert [one.id for one in during.conclusions.answer.result.incidents] == [first]
    assert during.conclusions.new_incidents == (first,)
    both.run(QUIET_S + 60, {})
    both.audit()
    told = both.told_by()
    assert ids_of(told) == {first}
    assert Counter(id_.rpartition("/")[2].partition("-")[0] for id_ in told)["new"] == 1
    assert told.count(f"{first}/ended") == 1
    assert len(told) == len(both.told), "each by the live watch"
    assert both.request.store is not None
    with both.request.store.open(write=False) as store:
        assert [one.id for one in incidents_between(store, _NOW - HOUR, _NOW + HOUR)] == [first]


def test_what_an_audit_told_first_has_its_id_and_is_not_told_live_again(both: Both) -> None:
    for second, lines in _fault(PHONES, 0, 40).items():
        segment = both.folder / "20261123T085959Z-0000.log"
        with segment.open("a") as file:
            file.writelines(lines)
        os.utime(segment, (both.now().timestamp(),) * 2)
        both.seconds = second + 1.0
    outcome = both.audit()
    (id_,) = outcome.conclusions.new_incidents
    before = both.told_by()
    assert before == [f"{id_}/new"]
    both.run(UNPROVEN_S + 60, {})
    assert both.told_by() == before
    both.run(QUIET_S, {})
    assert both.told_by() == [f"{id_}/ended", f"{id_}/new"]
    assert [(told.news, told.incident.id) for _, told in both.told] == [(News.ENDED, id_)]


def test_a_watch_that_is_started_again_goes_on_with_the_same_incident(both: Both, live_request: LiveRequest) -> None:
    both.run(40, _fault(PHONES[:8], 2, 20))
    (id_,) = {told.incident.id for _, told in both.told}
    again = Both(both.folder, live_request, both.seconds)
    again.run(150, {number + 45: lines for number, lines in _later(45, 20).items()})
    assert {told.incident.id for _, told in again.told} == {id_}
    assert News.NEW not in {told.news for _, told in again.told}
    assert News.GROWN in {told.news for _, told in again.told}, "it has grown since it was told of"


def _later(second: int, seconds: int) -> dict[int, list[str]]:
    """The other phones, so many seconds after the beginning."""
    moved = _fault(PHONES[8:], second, seconds)
    return {number - second: lines for number, lines in moved.items()}


def test_planned_work_wakes_nobody_live_and_what_outlasts_it_does(both: Both) -> None:
    assert both.request.store is not None
    with both.request.store.open(write=True) as store:
        put_mask(store, Mask("card swap", _NOW - HOUR, _NOW + timedelta(seconds=100), "acc-001"))
    both.run(QUIET_S, _fault(PHONES[:10], 5, 60))
    assert both.told == [], "all of it lies in planned work"
    with both.request.store.open(write=True) as store:
        put_mask(store, Mask("card swap", _NOW - HOUR, _NOW + timedelta(seconds=30), "acc-001"))
    both.run(60, {0: _fault(PHONES[10:11], 0, 1)[0]})
    assert [told.news for _, told in both.told][:1] == [News.NEW]


def test_planned_work_elsewhere_hides_nothing(both: Both) -> None:
    assert both.request.store is not None
    with both.request.store.open(write=True) as store:
        put_mask(store, Mask("card swap", _NOW - HOUR, _NOW + HOUR, "acc-002"))
    both.run(90, _fault(PHONES, 5, 10))
    assert both.told[0][1].news is News.NEW


def test_a_store_that_is_away_costs_no_news(both: Both, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    both.run(90, _fault(PHONES, 5, 10))
    news = [told for _, told in both.told]
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"no database" * 1000)
    memory = LiveMemory(StorePlace(parse_url(str(broken)), tmp_path / "raw2"))
    memory.look()
    assert "not known anew" in caplog.text
    answer = Correlation(_NOW, None, None, Coverage(), tuple(told.incident for told in news))
    assert memory.settled(news, answer, frozenset()).news == tuple(news)
    assert "not in the store" in caplog.text
