"""Which time is asked about of a store: a day back unless another is named, and what came after it is read for what it tells."""

from __future__ import annotations

import json
import re
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


def test_the_first_line_says_which_time_was_looked_at_and_what_the_store_holds_before(
    call: Call, filled: Path, truth: list[dict[str, Any]]
) -> None:
    now = datetime.fromisoformat(truth[-1]["end"]) + timedelta(hours=25)
    now = now.replace(microsecond=0)
    asked = ("correlate", "--store", filled, "--workers", "1", "--now", now.isoformat())
    first = " ".join(call(*asked, "--format", "table").out.partition("\n\n")[0].split())
    found = re.fullmatch(
        r"Incidents are looked for from (\S+) to (\S+) \(\d+ drops?; --since names another time\)\."
        r" In the month before that the store holds [\d,]+ drops of [\d,]+ phones, the first on (\S+): `--since (\S+)` looks there too\.",
        first,
    )
    assert found is not None, first
    assert [datetime.fromisoformat(found[1]), datetime.fromisoformat(found[2])] == [now - timedelta(days=1), now]
    beside = call(*asked, "--format", "json")
    assert beside.err.startswith("note: incidents are looked for from ")
    older = call(*asked, "--format", "json", "--since", found[4])
    assert [one["id"] for one in json.loads(older.out)["incidents"]] == [one["id"] for one in truth]
    assert "looked for from" not in older.err


def test_the_page_says_at_its_head_which_time_was_looked_at_and_only_where_none_was_named(
    call: Call, filled: Path, truth: list[dict[str, Any]], tmp_path: Path
) -> None:
    page = tmp_path / "report.html"
    asked = ("report", "--store", filled, "--workers", "1", "--now", _after(truth[-1]["end"]), "--out", page)
    (note,) = (line for line in call(*asked).err.splitlines() if line.startswith("note: "))
    found = re.fullmatch(
        r"note: (incidents are looked for from \S+ to (\S+) \(\d+ drops?; --window names another time\)\."
        r" In the month before that the store holds .*, the first on (\S+):) `--window (\S+)` looks there too\.",
        note,
    )
    assert found is not None, note
    assert found[4] == f"{found[3]}/{found[2]}"
    sentence = f"{found[1]} <code>--window {found[4]}</code> looks there too."
    assert f"<strong>Note:</strong> {sentence}</p>" in page.read_text().partition("<dl")[0]
    asked_for = call(*asked, "--window", found[4])
    assert (asked_for.code, "note: " in asked_for.err) == (0, False)
    older = page.read_text()
    assert "<strong>Note:</strong>" not in older.partition("<dl")[0]
    assert all(one["id"] in older for one in truth)
    beside = call("correlate", *asked[1:-2], "--report", page, "--format", "json").err
    assert "--since names another time" in beside
    assert "--since names another time" in page.read_text().partition("<dl")[0]


def test_a_time_without_events_is_told_with_that_of_which_there_are_some_and_its_begin_has_no_drop_before(call: Call, filled: Path) -> None:
    asked = ("correlate", "--store", filled, "--workers", "1", "--now")
    told = call(*asked, "2027-06-01T00:00:00Z").err
    found = re.search(r"It has some from (2026-11-\S+) to 2026-11-\S+: ask about these with --since and --until", told)
    assert found is not None, told
    soon = (datetime.fromisoformat(found[1]) + timedelta(hours=6)).isoformat()
    assert "In the month before that the store holds no drop." in call(*asked, NOW, "--until", soon, "--format", "markdown").err


def test_of_drops_that_are_older_than_the_month_that_is_read_nothing_is_said(call: Call, tmp_path: Path) -> None:
    store, log = tmp_path / "site.db", tmp_path / "drops.csv"
    days = {"2026-09-23": 25, "2026-11-02": 5, "2026-11-22": 4}
    drops = [f"{day}T04:48:0{n % 4}Z,SEP00005E{n:06X},unregistered" for day, count in days.items() for n in range(count)]
    log.write_text("time,phone,event\n" + "".join(f"{line}\n" for line in drops))
    now = ("--now", "2026-11-22T12:00:00Z")
    assert call("ingest", log, "--store", store, *now, "-q").code == 0
    told = " ".join(call("correlate", "--store", store, "--workers", "1", *now, "--format", "json").err.split())
    assert (
        "(4 drops; --since names another time). In the month before that the store holds 5 drops of 5 phones, the first on 2026-11-02:"
        in told
    )


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
