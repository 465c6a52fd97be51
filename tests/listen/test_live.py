"""Incidents while they happen: a planted module fault in the segments of a listener, the clock in the test's hand."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from switchcorr.audit.tracking import QUIET_S, REMEMBERED_S, UNPROVEN_S, News, Told
from switchcorr.jobs.correlate import correlate
from switchcorr.jobs.inputs.request import CampusRequest, CorrelateRequest, Times
from switchcorr.jobs.live.network import ASK_S, SETTLED_S, LiveNetwork
from switchcorr.jobs.live.watch import LOOK_BACK, LiveRequest, LiveWatch
from switchcorr.jobs.store.importing import ImportRequest, import_folder
from switchcorr.jobs.store.network import StoredSource
from switchcorr.jobs.store.place import StorePlace
from switchcorr.lab.demo import DemoSite, demo_campus
from switchcorr.model.campus import Component
from switchcorr.model.event import EventLog
from switchcorr.model.incident import Correlation, Verdict
from switchcorr.settings import Settings
from switchcorr.store.incidents import incidents_between
from switchcorr.store.url import parse_url

_NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
_CAMPUS = demo_campus(6)


def line(phone: str, at: datetime, node: str) -> str:
    return (
        f"{at:%Y-%m-%dT%H:%M:%S}.900Z 192.0.2.7 <187>1: {node}.lab.example: {at:%b %d %Y %H:%M:%S}.476 UTC : %UC_CALLMANAGER-3-EndPointUnregistered: "
        f"%[DeviceName={phone}][Protocol=SCCP][DeviceType=7][Reason=13][NodeID={node}]: x\n"
    )


def module_phones(count: int) -> list[tuple[str, str]]:
    """Name and node of phones on one module of the lab."""
    module = next(switch for switch, _ in _CAMPUS.phones).name
    placed = [(phone.name, phone.node) for switch, phone in _CAMPUS.phones if switch.name == module]
    return placed[:count]


@dataclass
class Site:
    """A live watch of which the test turns the clock."""

    folder: Path
    request: LiveRequest
    seconds: float = 0.0
    told: list[tuple[float, Told]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.live = LiveWatch(self.request, self._tell, now=self.now, monotonic=lambda: self.seconds)

    def now(self) -> datetime:
        return _NOW + timedelta(seconds=self.seconds)

    def _tell(self, told: Told, result: Correlation) -> None:
        assert told.incident in result.incidents
        self.told.append((self.seconds, told))

    def run(self, seconds: float, lines: dict[int, list[str]]) -> None:
        """Let seconds pass, with lines that come in them."""
        for second in range(int(seconds)):
            segment = self.folder / "20261123T090000Z-0000.log"
            with segment.open("a") as file:
                file.writelines(lines.get(second, []))
            os.utime(segment, (self.now().timestamp(),) * 2)
            self.live.look()
            self.seconds += 1


@pytest.fixture
def site(tmp_path: Path, small_site: DemoSite) -> Site:
    folder = tmp_path / "events"
    folder.mkdir()
    store = StorePlace(parse_url(str(tmp_path / "x.db")), tmp_path / "raw")
    campus = CampusRequest(captures=small_site.captures[1:])
    return Site(folder, LiveRequest(folder, Times(_NOW), campus, (small_site.log,), store))


def _fault(phones: list[tuple[str, str]], begin: int, seconds: int) -> dict[int, list[str]]:
    lines: dict[int, list[str]] = {}
    for number, (name, node) in enumerate(phones):
        second = begin + number * seconds // len(phones)
        lines.setdefault(second, []).append(line(name, _NOW + timedelta(seconds=second), node))
    return lines


def test_a_fault_is_told_once_early_and_again_when_it_is_over(site: Site) -> None:
    phones = module_phones(30)
    site.run(QUIET_S + 200, _fault(phones, 20, 60))
    news = [told.news for _, told in site.told]
    assert news[0] is News.NEW
    assert news[-1] is News.ENDED
    assert news.count(News.NEW) == news.count(News.ENDED) == 1
    assert len({told.incident.id for _, told in site.told}) == 1
    assert [told.number for _, told in site.told] == list(range(1, len(news) + 1))
    first_at, first = site.told[0]
    assert first_at <= 20 + 30
    assert first.incident.verdict is Verdict.NETWORK
    last = site.told[-1][1].incident
    assert last.endpoints == len(phones)
    store = site.request.store
    assert store is not None
    with store.open(write=False) as opened:
        (stored,) = incidents_between(opened, _NOW, _NOW + timedelta(hours=1))
    assert stored == last


def test_it_is_told_within_ten_seconds_of_what_a_correlation_of_the_same_lines_would_say(site: Site) -> None:
    """The batch sees the log up to each second; from the first at which it names the module, the live watch has ten seconds.

    So the batch does not name it from any log that ends earlier than ten seconds before it is told.
    """
    lines = _fault(module_phones(20), 5, 60)
    site.run(80, lines)
    first_at, first = site.told[0]
    assert first.incident.causes[0].component == Component("module", "acc-001/1")
    assert _is_named(site, lines, 80)
    for second in (second for second in sorted(lines) if second + 10 < first_at):
        assert not _is_named(site, lines, second)


def _is_named(site: Site, lines: dict[int, list[str]], until: int) -> bool:
    """Whether a correlation of the lines up to a second names the module."""
    log = site.folder.parent / "so-far.log"
    log.write_text("".join(text for second, some in sorted(lines.items()) if second <= until for text in some))
    request = CorrelateRequest(Times(_NOW + timedelta(minutes=5)), site.request.campus, (*site.request.history, log), since=_NOW)
    found = correlate(request).result.incidents
    return any(cause.component == Component("module", "acc-001/1") for incident in found for cause in incident.causes)


def test_single_drops_are_no_incident(site: Site) -> None:
    phones = [(phone.name, phone.node) for _, phone in _CAMPUS.phones][::200]
    site.run(400, _fault(phones, 0, 400))
    assert site.told == []


def test_what_was_there_before_it_began_is_history_and_no_news(site: Site) -> None:
    old = [line(name, _NOW - timedelta(hours=2) + timedelta(seconds=number), node) for number, (name, node) in enumerate(module_phones(20))]
    segment = site.folder / "20261123T070000Z-0000.log"
    segment.write_text("".join(old))
    os.utime(segment, ((_NOW - timedelta(hours=2)).timestamp(),) * 2)
    again = Site(site.folder, site.request)
    again.run(UNPROVEN_S + 20, {5: [line("SEP00005E00FFFF", _NOW, "cm-sub1")]})
    assert again.told == []


def test_events_of_wrong_clocks_are_counted_and_not_judged(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.run(20, {3: [line(name, _NOW - timedelta(days=300), node) for name, node in module_phones(20)]})
    assert site.live.odd_times == 20
    assert site.told == []
    assert "20 events are not judged" in caplog.text


def test_phones_that_nobody_knew_are_learned(tmp_path: Path) -> None:
    (tmp_path / "events").mkdir()
    locations = tmp_path / "phones.csv"
    locations.write_text("phone,switch\n" + "".join(f"SEP00005E{n:06X},acc-{n % 5}\n" for n in range(200)))
    watch = Site(tmp_path / "events", LiveRequest(tmp_path / "events", Times(_NOW), CampusRequest(locations=locations)))
    new = [(f"SEP00005F{number:06X}", "cm-9") for number in range(40)]
    watch.run(UNPROVEN_S + 40, _fault(new, 2, 4))
    assert [told.news for _, told in watch.told][:1] == [News.NEW]
    assert watch.told[0][1].incident.endpoints == 40


def test_what_is_over_is_known_for_longer_than_judgements_look_back() -> None:
    """Else the same incident would be found in the log and told as a new one."""
    assert LOOK_BACK.total_seconds() < REMEMBERED_S


def test_a_sweep_that_lands_is_known_without_a_new_start(tmp_path: Path, small_site: DemoSite) -> None:
    """The first sweep did not reach a switch; the second one does, while the watch runs: from then on its module is named."""
    place = StorePlace(parse_url(str(tmp_path / "x.db")), tmp_path / "raw")
    first = tmp_path / "first"
    shutil.copytree(small_site.captures[0], first, ignore=shutil.ignore_patterns("acc-001"))
    import_folder(ImportRequest(first, place, _NOW, Settings(parse_workers=1)))
    (tmp_path / "events").mkdir()
    source = StoredSource(place, _NOW - timedelta(days=30), _NOW)
    site = Site(tmp_path / "events", LiveRequest(tmp_path / "events", Times(_NOW), CampusRequest(stored=source), (small_site.log,), place))
    site.run(ASK_S + 1, {})
    import_folder(ImportRequest(small_site.captures[1], place, _NOW, Settings(parse_workers=1)))
    site.run(ASK_S + SETTLED_S + ASK_S, {})
    site.live.wait_for_network()
    site.run(60, _fault_later(module_phones(20), site.seconds + 5, 10))
    causes = [cause.component.id for _, told in site.told for cause in told.incident.causes]
    assert causes
    assert set(causes) == {"acc-001/1"}


def test_a_store_that_cannot_be_asked_costs_the_news_only(tmp_path: Path, small_site: DemoSite, caplog: pytest.LogCaptureFixture) -> None:
    place = StorePlace(parse_url(str(tmp_path / "x.db")), tmp_path / "raw")
    import_folder(ImportRequest(small_site.captures[0], place, _NOW, Settings(parse_workers=1)))
    seconds = [0.0]
    log = EventLog()
    request = CampusRequest(stored=StoredSource(place, _NOW - timedelta(days=30), _NOW))
    networks = LiveNetwork(request, Settings(), log, monotonic=lambda: seconds[0])
    before = networks.network
    tmp_path.joinpath("x.db").write_bytes(b"rubbish" * 999)
    seconds[0] = ASK_S
    assert not networks.renewed(log, _NOW)
    assert networks.network is before
    assert "cannot be asked for new sweeps" in caplog.text


def _fault_later(phones: list[tuple[str, str]], begin: float, seconds: int) -> dict[int, list[str]]:
    """A fault that begins at a second of the watch's whole time, by the seconds of the run that follows."""
    start = int(begin)
    lines: dict[int, list[str]] = {}
    for number, (name, node) in enumerate(phones):
        second = 5 + number * seconds // len(phones)
        lines.setdefault(second, []).append(line(name, _NOW + timedelta(seconds=start - 5 + second), node))
    return lines
