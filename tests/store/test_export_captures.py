"""Captured text out of the store: the folder of a moment, which says what the folder that was stored says."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from switchcorr.jobs.store.place import StorePlace
from switchcorr.jobs.store.upkeep import compact_store
from switchcorr.lab.demo import DemoSite
from switchcorr.settings import Settings
from switchcorr.store.open import OpenOptions, open_store
from switchcorr.store.questions import visits_between
from switchcorr.store.url import parse_url
from tests.store.conftest import copy_of

Call = Callable[..., Any]
NOW = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path, sqlite_site: StorePlace) -> StorePlace:
    return copy_of(sqlite_site, StorePlace(parse_url(str(tmp_path / "site.db")), tmp_path / "site.db.raw"))


def between_sweeps(place: StorePlace) -> str:
    """A moment behind the first sweep and before the second."""
    with open_store(place.url, OpenOptions(write=False)) as store:
        visits = visits_between(store, NOW - timedelta(days=365), NOW)
    second = max(visits, key=lambda visit: visit.at).sweep
    return f"{min(visit.at for visit in visits if visit.sweep == second) - timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != "capture.json"
    }


def placed(call: Call, folder: Path) -> Any:
    return json.loads(call("export", "placements", "--captures", folder, "--now", "2027-01-01", "--format", "json").out)


def test_the_folder_of_a_moment_is_the_one_that_was_stored(call: Call, place: StorePlace, small_site: DemoSite, tmp_path: Path) -> None:
    out, moment = tmp_path / "evidence", between_sweeps(place)
    told = call("export", "captures", out, "--at", moment, "--store", place.url.file)
    document = json.loads(told.out)
    before = files_in(small_site.captures[0])
    assert (told.code, document["schema"], document["missing"]) == (0, "switchcorr/exported-captures/1", [])
    assert files_in(out) == {name: data for name, data in before.items() if name in files_in(out)}
    assert len(document["devices"]) == len({Path(name).parts[0] for name in before if "/" in name})
    assert placed(call, out) == placed(call, small_site.captures[0])
    assert {path.stat().st_mode & 0o777 for path in out.rglob("*.txt")} == {0o600}


def test_without_a_moment_it_is_the_last_visit_of_each_device(call: Call, place: StorePlace, small_site: DemoSite, tmp_path: Path) -> None:
    out = tmp_path / "evidence"
    told = call("export", "captures", out, "--store", place.url.file, "--now", "2026-12-01", "--format", "table")
    assert told.code == 0
    assert placed(call, out) == placed(call, small_site.captures[-1])


def test_bundled_text_comes_back_and_text_that_is_gone_is_named(call: Call, place: StorePlace, tmp_path: Path) -> None:
    moment = between_sweeps(place)
    compact_store(place, Settings(parse_workers=1, raw_days=3660, fact_days=3660), now=NOW)
    assert call("export", "captures", tmp_path / "bundled", "--at", moment, "--store", place.url.file).code == 0
    compact_store(place, Settings(parse_workers=1, raw_days=1, fact_days=3660), now=NOW)
    told = call("export", "captures", tmp_path / "gone", "--at", moment, "--store", place.url.file, "--format", "json")
    assert told.code == 3
    assert {one["reason"] for one in json.loads(told.out)["missing"]} == {"its text is kept no longer (raw_days)"}
    assert "missing: " in told.err
    assert not files_in(tmp_path / "gone")


def test_damaged_text_is_named_and_the_others_are_written(call: Call, place: StorePlace, tmp_path: Path) -> None:
    moment = between_sweeps(place)
    for kept in sorted((place.raw / "files").rglob("*.zst"))[:1]:
        kept.write_bytes(b"nothing of it")
    codes = [
        call("export", "captures", tmp_path / str(one), "--at", at, "--store", place.url.file).code
        for one, at in enumerate((moment, "2026-12-01"))
    ]
    assert sorted(codes) == [0, 3]


def test_a_folder_that_is_there_and_a_time_before_all_visits_are_refused(call: Call, place: StorePlace, tmp_path: Path) -> None:
    out = tmp_path / "mine"
    out.mkdir()
    (out / "notes.txt").write_text("mine")
    there = call("export", "captures", out, "--store", place.url.file)
    early = call("export", "captures", tmp_path / "early", "--at", "2020-01-01", "--store", place.url.file)
    assert (there.code, early.code) == (2, 2)
    assert "is there already" in there.err
    assert "no device was visited in the 30 days before 2020-01-01" in early.err
    assert not (tmp_path / "early").exists()
