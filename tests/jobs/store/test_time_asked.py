"""Which time is asked about of a store: a day back unless another is named, and what came after it is read for what it tells."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from switchcorr.lab.demo import DemoSite
from tests.conftest import call_main

Call = Callable[..., Any]
NOW = "2026-11-22T06:00:00Z"


@pytest.fixture(scope="module")
def _filled(tmp_path_factory: pytest.TempPathFactory, small_site: DemoSite) -> Path:
    path = tmp_path_factory.mktemp("store") / "site.db"
    for folder in small_site.captures:
        assert call_main("store", "import", folder, "--store", path, "--workers", "1", "-q").code == 0
    assert call_main("ingest", small_site.log, "--store", path, "--now", NOW, "-q").code == 0
    return path.parent


@pytest.fixture
def filled(tmp_path: Path, _filled: Path) -> Path:
    """A store in which no answer was kept before: incidents have the ids under which they were told first."""
    return Path(shutil.copytree(_filled, tmp_path / "store")) / "site.db"


@pytest.fixture(scope="module")
def truth(small_site: DemoSite) -> list[dict[str, Any]]:
    """The incidents of the whole log, from files."""
    captures = [word for folder in small_site.captures for word in ("--captures", folder)]
    told = call_main("correlate", *captures, "--events", small_site.log, "--now", NOW, "--format", "json", "--workers", "1", "-q")
    return list(json.loads(told.out)["incidents"])


def _after(moment: str) -> str:
    """A minute later: what happens at the very end of a time is not in it."""
    return (datetime.fromisoformat(moment) + timedelta(minutes=1)).isoformat()


def _asked(call: Call, store: Path, *options: str) -> dict[str, Any]:
    return dict(json.loads(call("correlate", "--store", store, "--workers", "1", *options).out))


def test_incidents_are_looked_for_in_the_last_day(call: Call, filled: Path, truth: list[dict[str, Any]]) -> None:
    now = _after(truth[-1]["end"])
    a_day_back = datetime.fromisoformat(now) - timedelta(days=1)
    late = [one["id"] for one in truth if datetime.fromisoformat(one["start"]) > a_day_back]
    found = _asked(call, filled, "--now", now)
    assert len(late) < len(truth)
    assert [one["id"] for one in found["incidents"]] == late
    assert any("--since names another time" in told for told in found["coverage"]["assumptions"])
    older = _asked(call, filled, "--now", now, "--since", "30d")
    assert [one["id"] for one in older["incidents"]] == [one["id"] for one in truth]
    assert not any("--since names another time" in told for told in older["coverage"]["assumptions"])


@pytest.mark.parametrize("option", ["--until", "--windows"])
def test_phones_that_came_back_after_the_time_asked_about_are_not_down(
    call: Call, filled: Path, truth: list[dict[str, Any]], option: str
) -> None:
    first = truth[0]
    end = _after(first["end"])
    value = end if option == "--until" else f"{first['start']}/{end}"
    (found,) = _asked(call, filled, option, value, "--now", NOW)["incidents"]
    assert found["still_down"] == first["still_down"]
    back, known = ({phone["phone"]: phone["back_at"] for phone in one["phones"]} for one in (found, first))
    assert {phone: back.get(phone) for phone in known} == known
