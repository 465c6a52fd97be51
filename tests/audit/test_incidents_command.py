"""``correlate --store`` keeps what it finds, and ``incidents`` finds it again."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from switchcorr.jobs.store.place import StorePlace
from switchcorr.lab.demo import DemoSite
from switchcorr.model.campus import Component
from switchcorr.model.incident import Suspect
from switchcorr.store.incidents import write_correlation
from switchcorr.store.url import parse_url
from tests.report.results import correlation

Call = Callable[..., Any]
NOW = "2026-11-22T06:00:00Z"
SINCE = "2026-11-15"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_site: DemoSite, call: Call) -> Path:
    monkeypatch.setenv("SWITCHCORR_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("SWITCHCORR_PARSE_WORKERS", "1")
    path = tmp_path / "site.db"
    for folder in small_site.captures:
        assert call("store", "import", folder, "--store", path, "-q").code == 0
    assert call("ingest", small_site.log, "--store", path, "--now", NOW, "-q").code == 0
    return path


def test_what_correlate_finds_is_kept_with_the_same_ids(call: Call, store: Path) -> None:
    arguments = ("correlate", "--store", store, "--since", SINCE, "--now", NOW)
    first = json.loads(call(*arguments).out)
    ids = [one["id"] for one in first["incidents"]]
    assert len(ids) > 1
    assert [one["id"] for one in json.loads(call(*arguments).out)["incidents"]] == ids
    found = json.loads(call("incidents", "--store", store, "--now", NOW).out)
    assert found["schema"] == "switchcorr/incidents/1"
    assert [one["id"] for one in found["incidents"]] == sorted(ids)
    assert len(found["recurring"]) == len(first["recurring"])
    cause = next(one["causes"][0] for one in first["incidents"] if one["verdict"] == "network" and one["causes"])
    name = f"{cause['component']['kind']}:{cause['component']['id']}"
    of = json.loads(call("incidents", "--component", name, "--store", store, "--now", NOW).out)
    assert of["incidents"]
    assert {one["id"] for one in of["incidents"]} <= set(ids)
    assert of["incidents"][0]["component"] == name
    suspected = json.loads(call("incidents", "--component", name, "--suspects", "--store", store, "--now", NOW).out)
    assert len(suspected["incidents"]) >= len(of["incidents"])
    table = call("incidents", "--store", store, "--now", NOW, terminal=True).out
    assert name in table
    assert "again and again" in table or not first["recurring"]
    assert call("incidents", "--store", store, "--now", NOW, "--format", "csv").out.startswith("id,start,end,verdict,")


def test_given_windows_and_files_keep_nothing(call: Call, store: Path, small_site: DemoSite) -> None:
    window = "2026-11-17T09:00:00Z/2026-11-17T10:30:00Z"
    assert call("correlate", "--store", store, "--windows", window, "--now", NOW).code == 0
    assert call("correlate", "--store", store, "--captures", small_site.captures[0], "--since", SINCE, "--now", NOW).code == 0
    told = call("incidents", "--store", store, "--now", NOW, "--format", "table")
    assert told.out.startswith("0 incidents in 90 days")
    assert "keep what they find" in told.err


def test_a_component_has_a_kind_and_an_id(call: Call, store: Path) -> None:
    told = call("incidents", "--component", "acc-12", "--store", store)
    assert told.code == 2
    assert "KIND:ID" in told.err


@pytest.fixture
def flapping(tmp_path: Path, call: Call, store: Path, small_site: DemoSite) -> dict[str, Any]:
    """A phone on acc-001 that drops every twenty minutes in the mornings of two days, as ``correlate`` tells it after each of them."""
    rows = csv.DictReader(call("export", "placements", "--captures", small_site.captures[1], "--format", "csv").out.splitlines())
    phone = next(row["phone"] for row in rows if row["device"] == "acc-001" and row["interface"])
    log = tmp_path / "phones.csv"
    moments = [f"2026-11-{day:02} {8 + minute // 60:02}:{minute % 60:02}:00" for day in (18, 19) for minute in range(0, 240, 20)]
    log.write_text("time,phone,event,reason\n" + "".join(f"{moment},{phone},unregistered,13\n" for moment in moments))
    assert call("ingest", log, "--store", store, "--now", NOW, "-q").code == 0
    for now in ("2026-11-18T22:00:00Z", "2026-11-19T13:00:00Z"):
        told = json.loads(call("correlate", "--store", store, "--now", now, "--no-phones").out)
    (one,) = told["flapping"]
    assert one["phone"] == phone
    return dict(one)


def test_phones_that_drop_by_themselves_are_found_again(call: Call, store: Path, flapping: dict[str, Any]) -> None:
    found = json.loads(call("incidents", "--store", store, "--now", NOW).out)
    assert found["flapping"] == [{**flapping, "days": 2}]
    table = call("incidents", "--store", store, "--now", NOW, terminal=True).out
    assert "Phones that drop again and again, each by itself:" in table
    assert "on 2 days of these 90" in table
    assert max(map(len, table.splitlines())) <= 80
    assert json.loads(call("incidents", "--store", store, "--now", NOW, "--days", "2").out)["flapping"] == []


def test_they_belong_to_what_they_are_on(call: Call, store: Path, flapping: dict[str, Any]) -> None:
    port = f"{flapping['device']}:{flapping['interface']}"
    for name, count in (
        ("switch:acc-001", 1),
        (f"module:{flapping['module']}", 1),
        (f"port:{port}", 1),
        ("switch:acc-002", 0),
        ("port::", 0),
    ):
        found = json.loads(call("incidents", "--component", name, "--store", store, "--now", NOW).out)
        assert len(found["flapping"]) == count, name


@pytest.fixture
def chronic(tmp_path: Path, call: Call, store: Path) -> dict[str, Any]:
    """A part whose phones drop one by one, as an answer tells it on each of two days."""
    (part,) = correlation("acc-12").chronic
    last = datetime(2026, 11, 19, 9, tzinfo=UTC)
    suspect = Suspect(Component("switch", "acc-12"), 0.031, 150, 190)
    place = StorePlace(parse_url(str(store)), tmp_path / "raw")
    with place.open(write=True) as opened:
        for moment in (last - timedelta(days=1), last):
            told = replace(part, component=Component("module", "acc-12/3"), equivalent=(), suspects=(suspect,), last=moment)
            write_correlation(opened, replace(correlation("acc-12"), incidents=(), chronic=(told,)))
    return {"component": {"kind": "module", "id": "acc-12/3", "label": ""}, "last": "2026-11-19T09:00:00Z", "days": 2}


def test_parts_whose_phones_drop_one_by_one_are_found_again(call: Call, store: Path, chronic: dict[str, Any]) -> None:
    (found,) = json.loads(call("incidents", "--store", store, "--now", NOW).out)["chronic"]
    assert {name: found[name] for name in chronic} == chronic
    assert found["ratio"] == 4.11
    table = call("incidents", "--store", store, "--now", NOW, terminal=True).out
    assert "Parts whose phones drop one by one:\n  module acc-12/3 (96 % sure)\n" in table
    assert "    on 2 days of these 90\n" in table
    assert max(map(len, table.splitlines())) <= 80
    assert json.loads(call("incidents", "--store", store, "--now", NOW, "--days", "1").out)["chronic"] == []


def test_such_a_part_is_found_by_its_name_and_as_a_suspect_if_asked(call: Call, store: Path, chronic: dict[str, Any]) -> None:
    for words, count in (
        (("module:acc-12/3",), 1),
        (("switch:acc-12",), 0),
        (("switch:acc-12", "--suspects"), 1),
        (("node:x", "--suspects"), 0),
    ):
        found = json.loads(call("incidents", "--component", *words, "--store", store, "--now", NOW).out)
        assert len(found["chronic"]) == count, words
