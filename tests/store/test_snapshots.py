"""The network made again from the store: the same placements, growth and verdicts as from the captures that were stored."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from switchcorr.errors import InputFileError, UsageError
from switchcorr.jobs.correlate import correlate
from switchcorr.jobs.inputs.network import Network, read_network
from switchcorr.jobs.inputs.request import CampusRequest, CorrelateRequest, Times, say_nothing
from switchcorr.jobs.store.ingest import ingest
from switchcorr.jobs.store.network import StoredSource, chosen_rounds
from switchcorr.jobs.store.place import StorePlace
from switchcorr.lab.demo import DemoSite
from switchcorr.model.event import EventLog
from switchcorr.model.incident import Correlation
from switchcorr.model.tables import MemberUptime
from switchcorr.settings import Settings
from switchcorr.store.open import Store
from switchcorr.store.snapshots import rounds_between, snapshots_at
from switchcorr.store.url import StoreUrl, parse_url
from tests.store.conftest import copy_of
from tests.store.visiting import at, interface, phone, port, record, seen, tables, write_visit

NOW = datetime(2027, 1, 1, tzinfo=UTC)
ONE = Settings(parse_workers=1)
YEAR = timedelta(days=365)


@pytest.fixture
def filled(stored_site: StorePlace, small_site: DemoSite) -> StorePlace:
    ingest([small_site.log], stored_site, Times(NOW))
    return stored_site


def _network(**source: Any) -> Network:
    return read_network(CampusRequest(**source), ONE, EventLog(), say_nothing)


def test_what_is_made_of_the_store_is_what_is_made_of_the_captures(filled: StorePlace, small_site: DemoSite) -> None:
    stored = _network(stored=StoredSource(filled, NOW - YEAR, NOW)).campus
    captured = _network(captures=small_site.captures).campus
    assert stored.risk == captured.risk
    assert stored.devices == captured.devices
    assert stored.observations == captured.observations
    places = [
        [(one.phone, one.device, one.interface, one.vlan, one.ip, one.state) for one in campus.placements] for campus in (stored, captured)
    ]
    assert places[0] == places[1]


def _told(result: Correlation) -> list[object]:
    return [
        (
            one.id,
            one.verdict,
            [(cause.component, cause.affected, cause.exposed, round(cause.probability, 6)) for cause in one.causes],
            one.phones,
        )
        for one in result.incidents
    ]


def test_verdicts_from_the_store_are_those_from_the_files(filled: StorePlace, small_site: DemoSite) -> None:
    times = Times(NOW)
    files = CorrelateRequest(times, CampusRequest(captures=small_site.captures), events=(small_site.log,), settings=ONE)
    stored = CorrelateRequest(times, CampusRequest(stored=StoredSource(filled, NOW - timedelta(days=60), NOW)), settings=ONE)
    one, other = correlate(files).result, correlate(stored).result
    assert one.incidents
    assert _told(one) == _told(other)
    assert any("used of the store: " in sentence for sentence in other.coverage.assumptions)


def test_a_store_without_events_says_how_they_get_there(stored_site: StorePlace) -> None:
    request = CorrelateRequest(Times(NOW), CampusRequest(stored=StoredSource(stored_site, NOW - YEAR, NOW)), settings=ONE)
    with pytest.raises(InputFileError, match="no events from") as caught:
        correlate(request)
    assert "ingest" in caught.value.hint


def test_alerts_in_files_are_not_mixed_with_stored_events(filled: StorePlace, small_site: DemoSite) -> None:
    campus = CampusRequest(stored=StoredSource(filled, NOW - YEAR, NOW))
    with pytest.raises(UsageError, match="--servers") as caught:
        correlate(CorrelateRequest(Times(NOW), campus, servers=(small_site.log,)))
    assert "switchcorr ingest" in caught.value.hint


def test_a_device_stands_only_where_it_was_visited(store: Store) -> None:
    for number in range(3):
        write_visit(store, record(number, tables(interface(1, crc=10 * number)), places=seen({1: 1})))
    write_visit(store, record(0, tables(interface(1)), device="acc-2", places=seen({2: 1})))
    write_visit(store, record(2, None, device="acc-2"))
    rounds = rounds_between(store, at(0), at(9))
    assert rounds == (at(0), at(1), at(2))
    snapshots = snapshots_at(store, rounds)
    assert [sorted(snapshot.devices) for snapshot in snapshots] == [["acc-1", "acc-2"], ["acc-1"], ["acc-1"]]
    assert [snapshot.devices["acc-1"].tables.interfaces[0].counters for snapshot in snapshots] == [{"crc": 0}, {"crc": 10}, {"crc": 20}]
    assert [snapshot.devices["acc-1"].taken_at for snapshot in snapshots] == list(rounds)
    neighbor = snapshots[0].devices["acc-1"].tables.neighbors[0]
    assert (neighbor.name, neighbor.local, neighbor.addresses) == (str(phone(1)), port(1), ("192.0.2.1",))


def test_of_the_time_before_the_last_sweep_counts_and_nothing_later(store: Store) -> None:
    for number in (0, 1, 5, 6):
        write_visit(store, record(number, tables(interface(1))))
    assert rounds_between(store, at(4), at(5)) == (at(1), at(5))
    assert rounds_between(store, at(20), at(30)) == (at(6),)
    assert rounds_between(store, at(-20), at(-10)) == ()
    assert snapshots_at(store, ()) == ()


def test_a_device_tells_since_when_it_runs(store: Store) -> None:
    write_visit(store, record(1, tables(interface(1), uptime=timedelta(hours=3))))
    write_visit(store, record(5, tables(interface(1), uptime=timedelta(hours=4))))
    found = snapshots_at(store, [at(5)])[0].devices["acc-1"].tables.version[0]
    assert found.uptime == timedelta(hours=4)


def test_members_of_a_stack_tell_since_when_they_run(store: Store) -> None:
    def visit(hour: int, *members: tuple[int, float]) -> None:
        told = tuple(MemberUptime(number, timedelta(hours=hours)) for number, hours in members)
        version = replace(tables(uptime=timedelta(hours=100 + hour)).version[0], members=told)
        write_visit(store, record(hour, replace(tables(interface(1)), version=(version,))))

    def members(hour: int) -> list[tuple[int, timedelta]]:
        version = snapshots_at(store, [at(hour)])[0].devices["acc-1"].tables.version[0]
        assert version.uptime == timedelta(hours=100 + hour)
        return [(member.number, member.uptime) for member in version.members]

    visit(1, (2, 101), (10, 101))
    visit(5, (2, 1), (10, 105))
    visit(9, (2, 5))
    assert members(1) == [(2, timedelta(hours=101)), (10, timedelta(hours=101))]
    assert members(5) == [(2, timedelta(hours=1)), (10, timedelta(hours=105))]
    assert members(9) == [(2, timedelta(hours=5))]


def test_devices_that_the_last_sweep_did_not_read_are_told_with_the_reason(url: StoreUrl, tmp_path: Path) -> None:
    place = StorePlace(url, tmp_path / "raw")
    with place.open(write=True) as store:
        for number in range(2):
            write_visit(store, record(number, tables(interface(1)), places=seen({1: 1})))
        write_visit(store, record(0, tables(interface(1)), device="acc-2", places=seen({2: 1})))
        write_visit(store, record(1, None, device="acc-2"))
    network = _network(stored=StoredSource(place, at(0), at(9)))
    assert network.unread == ("acc-2",)
    assert any("acc-2: no answer within 10 s" in sentence for sentence in network.missing)


@pytest.mark.parametrize(
    ("ends", "drops", "most", "chosen"),
    [
        ([], [], 4, []),
        ([1.0], [0.5], 4, [0]),
        ([0.0, 10.0, 20.0, 30.0, 40.0, 50.0], [100.0], 4, [0, 2, 3, 5]),
        ([0.0, 10.0, 20.0, 30.0, 40.0, 50.0], [-5.0] * 9 + [45.0], 4, [0, 2, 4, 5]),
        ([float(10 * number) for number in range(100)], [555.0] * 9 + [111.0], 6, [0, 11, 12, 55, 56, 99]),
    ],
)
def test_the_sweeps_around_the_losses_count(ends: list[float], drops: list[float], most: int, chosen: list[int]) -> None:
    assert chosen_rounds(ends, drops, most) == chosen


Call = Callable[..., Any]


def test_the_commands_ask_the_store(
    call: Call, sqlite_site: StorePlace, tmp_path: Path, small_site: DemoSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SWITCHCORR_PARSE_WORKERS", "1")
    monkeypatch.setenv("SWITCHCORR_STATE_DIR", str(tmp_path / "state"))
    assert call("correlate").code == 2
    default = tmp_path / "state" / "switchcorr.db"
    copy_of(sqlite_site, StorePlace(parse_url(str(default)), default.with_name("switchcorr.db.raw")))
    assert call("ingest", small_site.log).code == 0
    told = call("correlate", "--now", "2027-01-01", "--since", "2026-11-01", "--format", "json")
    incidents = json.loads(told.out)["incidents"]
    assert told.code == 0
    assert incidents
    exported = call("export", "incidents", "--now", "2027-01-01", "--since", "2026-11-01", "--format", "json")
    assert json.loads(exported.out)["incidents"] == incidents
    page = tmp_path / "page.html"
    start, end = incidents[0]["start"], incidents[0]["end"]
    assert call("report", "--window", f"{start}/{end}", "--out", page).code == 0
    assert "inc-2026" in page.read_text()
    assert call("report", "--inventory", "--now", "2026-11-23", "--out", page).code == 0
    graph = call("export", "graph", "--no-phones", "--now", "2026-11-23")
    captures = [word for folder in small_site.captures for word in ("--captures", folder)]
    assert graph.out == call("export", "graph", "--no-phones", *captures).out
    uplink = next(cause["component"]["id"] for one in incidents for cause in one["causes"] if cause["component"]["kind"] == "uplink")
    below = call("locate", "--uplink", uplink, "--at", "2026-11-23", "--format", "json")
    files = call("locate", "--uplink", uplink, "--captures", small_site.captures[-1], "--format", "json")
    assert {row["phone"] for row in json.loads(below.out)["placements"]} == {row["phone"] for row in json.loads(files.out)["placements"]}
