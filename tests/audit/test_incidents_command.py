"""``correlate --store`` keeps what it finds, and ``incidents`` finds it again."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from switchcorr.lab.demo import DemoSite
from switchcorr.model.campus import Component
from switchcorr.model.incident import Suspect
from switchcorr.store.incidents import write_correlation
from switchcorr.store.open import open_store
from switchcorr.store.url import parse_url
from tests.conftest import call_main
from tests.report.results import correlation

Call = Callable[..., Any]
NOW = "2026-11-22T06:00:00Z"
SINCE = "2026-11-15"


@pytest.fixture(autouse=True)
def _one_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCHCORR_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("SWITCHCORR_PARSE_WORKERS", "1")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, small_site: DemoSite) -> Path:
    """A store with both visits and the log of the small site, never written to: tests take a copy."""
    path = tmp_path_factory.mktemp("filled") / "site.db"
    for folder in small_site.captures:
        assert call_main("store", "import", folder, "--store", path, "--workers", "1", "-q").code == 0
    assert call_main("ingest", small_site.log, "--store", path, "--now", NOW, "-q").code == 0
    return path


@pytest.fixture
def store(tmp_path: Path, filled: Path) -> Path:
    return Path(shutil.copy(filled, tmp_path / "site.db"))


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


def test_a_misspelt_kind_is_an_error_that_names_the_nearest(call: Call, filled: Path) -> None:
    for given, meant in (("modul:acc-001/1", "module:acc-001/1"), ("Device-Pool:x", "device_pool:x")):
        told = call("incidents", "--component", given, "--store", filled)
        assert (told.code, told.out) == (2, "")
        assert f"Is {meant} meant?" in told.err
        assert "Kinds are port, asic, module, " in told.err
    assert "meant?" not in call("incidents", "--component", "zzz:x", "--store", filled).err


def test_a_name_that_nothing_has_is_told_with_near_names(call: Call, store: Path) -> None:
    assert call("correlate", "--store", store, "--since", SINCE, "--now", NOW).code == 0
    for given, said in (
        ("switch:acc-0001", "Near names are switch:acc-001"),
        ("node:zzz", "It holds "),
        ("building:zzz", ""),
        ("module:acc-001/9", None),
        ("switch:acc-002", None),
    ):
        told = call("incidents", "--component", given, "--store", store, "--now", NOW)
        if given.startswith("building"):
            assert told.code == 2
            continue
        assert told.code == 0
        unknown = json.loads(told.out)["unknown"]
        assert (unknown == "") == (said is None), given
        assert (said or "") in unknown
        assert unknown.strip() in told.err
        table = call("incidents", "--component", given, "--store", store, "--now", NOW, terminal=True)
        assert ("nothing in the store has that name" in table.err) == (said is not None)


@dataclass(frozen=True)
class Kept:
    """A store in which something is kept, that tests only ask, and what they are to be told."""

    store: Path
    told: dict[str, Any]


@pytest.fixture(scope="module")
def flapping(tmp_path_factory: pytest.TempPathFactory, filled: Path, small_site: DemoSite) -> Kept:
    """A phone on acc-001 that drops every twenty minutes in the mornings of two days, as ``correlate`` tells it after each of them."""
    folder = tmp_path_factory.mktemp("flapping")
    store, log = Path(shutil.copy(filled, folder / "site.db")), folder / "phones.csv"
    placed = call_main("export", "placements", "--store", store, "--now", NOW, "--format", "csv")
    phone = next(row["phone"] for row in csv.DictReader(placed.out.splitlines()) if row["device"] == "acc-001" and row["interface"])
    moments = [f"2026-11-{day:02} {8 + minute // 60:02}:{minute % 60:02}:00" for day in (18, 19) for minute in range(0, 240, 20)]
    log.write_text("time,phone,event,reason\n" + "".join(f"{moment},{phone},unregistered,13\n" for moment in moments))
    assert call_main("ingest", log, "--store", store, "--now", NOW, "-q").code == 0
    for now in ("2026-11-18T22:00:00Z", "2026-11-19T13:00:00Z"):
        told = json.loads(call_main("correlate", "--store", store, "--now", now, "--no-phones").out)
    (one,) = told["flapping"]
    assert one["phone"] == phone
    return Kept(store, dict(one))


def test_phones_that_drop_by_themselves_are_found_again(call: Call, flapping: Kept) -> None:
    store = flapping.store
    found = json.loads(call("incidents", "--store", store, "--now", NOW).out)
    assert found["flapping"] == [{**flapping.told, "days": 2}]
    table = call("incidents", "--store", store, "--now", NOW, terminal=True).out
    assert "Phones that drop again and again, each by itself:" in table
    assert "on 2 days of these 90" in table
    assert max(map(len, table.splitlines())) <= 80
    assert json.loads(call("incidents", "--store", store, "--now", NOW, "--days", "2").out)["flapping"] == []


def test_they_belong_to_what_they_are_on(call: Call, flapping: Kept) -> None:
    store, told = flapping.store, flapping.told
    port = f"{told['device']}:{told['interface']}"
    for name, count in (
        ("switch:acc-001", 1),
        (f"module:{told['module']}", 1),
        (f"port:{port}", 1),
        ("switch:acc-002", 0),
        ("port::", 0),
    ):
        found = json.loads(call("incidents", "--component", name, "--store", store, "--now", NOW).out)
        assert len(found["flapping"]) == count, name


@pytest.fixture(scope="module")
def chronic(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """A part whose phones drop one by one, as an answer tells it on each of two days."""
    (part,) = correlation("acc-12").chronic
    last = datetime(2026, 11, 19, 9, tzinfo=UTC)
    suspect = Suspect(Component("switch", "acc-12"), 0.031, 150, 190)
    store = tmp_path_factory.mktemp("chronic") / "site.db"
    with open_store(parse_url(str(store))) as opened:
        for moment in (last - timedelta(days=1), last):
            told = replace(part, component=Component("module", "acc-12/3"), equivalent=(), suspects=(suspect,), last=moment)
            write_correlation(opened, replace(correlation("acc-12"), incidents=(), chronic=(told,)))
    return Kept(store, {"component": {"kind": "module", "id": "acc-12/3", "label": ""}, "last": "2026-11-19T09:00:00Z", "days": 2})


def test_parts_whose_phones_drop_one_by_one_are_found_again(call: Call, chronic: Kept) -> None:
    store = chronic.store
    (found,) = json.loads(call("incidents", "--store", store, "--now", NOW).out)["chronic"]
    assert {name: found[name] for name in chronic.told} == chronic.told
    assert found["ratio"] == 4.11
    table = call("incidents", "--store", store, "--now", NOW, terminal=True).out
    assert "Parts whose phones drop one by one:\n  module acc-12/3 (96 % sure)\n" in table
    assert "    on 2 days of these 90\n" in table
    assert max(map(len, table.splitlines())) <= 80
    assert json.loads(call("incidents", "--store", store, "--now", NOW, "--days", "1").out)["chronic"] == []


def test_such_a_part_is_found_by_its_name_and_as_a_suspect_if_asked(call: Call, chronic: Kept) -> None:
    for words, count in (
        (("module:acc-12/3",), 1),
        (("switch:acc-12",), 0),
        (("switch:acc-12", "--suspects"), 1),
        (("node:x", "--suspects"), 0),
    ):
        found = json.loads(call("incidents", "--component", *words, "--store", chronic.store, "--now", NOW).out)
        assert len(found["chronic"]) == count, words
