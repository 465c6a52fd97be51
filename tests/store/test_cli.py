"""The commands of the store, as they are typed."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from switchcorr.jobs.store.place import StorePlace
from switchcorr.lab.demo import DemoSite
from switchcorr.lab.faults import Fault
from switchcorr.lab.ssh_server import LabServer
from switchcorr.store.url import parse_url
from tests.e2e.sweeping import Site, campus_switches
from tests.labs import lab_thread
from tests.store.conftest import copy_of

Call = Callable[..., Any]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for a store, and a state directory of its own."""
    monkeypatch.setenv("SWITCHCORR_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("SWITCHCORR_PARSE_WORKERS", "1")
    return tmp_path / "kept" / "site.db"


@pytest.fixture
def filled(store: Path, sqlite_site: StorePlace) -> Path:
    """A store with both visits of the small site."""
    copy_of(sqlite_site, StorePlace(parse_url(str(store)), store.with_name(f"{store.name}.raw")))
    return store


def test_captures_go_in_and_phones_come_out(call: Call, store: Path, small_site: DemoSite) -> None:
    told = call("store", "import", small_site.captures[0], "--store", store)
    document = json.loads(told.out)
    assert (told.code, document["schema"]) == (0, "switchcorr/store-import/1")
    assert document["visits"]["applied"] > 3
    again = json.loads(call("store", "import", small_site.captures[0], "--store", store).out)
    assert again["visits"] == {"repeated": document["visits"]["applied"]}
    rows = json.loads(call("export", "placements", "--store", store).out)["placements"]
    phone = rows[0]["phone"]
    (row,) = json.loads(call("locate", phone, "--store", store).out)["placements"]
    assert row == rows[0]
    assert row["since"]
    assert row["until"] == ""
    table = call("locate", phone, "--store", store, terminal=True)
    assert f"{phone}: {row['device']} {row['interface']}" in table.out
    assert "  since      20" in table.out
    below = json.loads(call("locate", "--module", row["module"], "--store", store).out)["placements"]
    assert phone in {one["phone"] for one in below}
    listed = call("locate", "--module", row["module"], "--store", store, terminal=True).out.splitlines()
    assert listed[0].endswith("since (UTC)")
    assert max(map(len, listed)) <= 80
    assert {one["module"] for one in below} == {row["module"]}


@pytest.mark.parametrize("command", [("compact",), ("reparse",), ("backup", "copy"), ("check",)])
def test_upkeep_of_a_store_that_is_not_there_makes_none(call: Call, store: Path, command: tuple[str, ...], tmp_path: Path) -> None:
    """Its path was mistyped: a job of every night would tend an empty store for ever, and say that all is well."""
    words = (command[0], *(tmp_path / word for word in command[1:]))
    told = call("store", *words, "--store", store)
    assert (told.code, told.out) == (1, "")
    assert f"{store}: there is no store." in told.err
    assert not store.parent.exists()
    store.parent.mkdir()
    store.touch()
    assert f"{store}: is empty, no store." in call("store", *words, "--store", store).err


def test_a_moment_before_everything_knows_of_nothing(call: Call, filled: Path) -> None:
    store = filled
    told = call("locate", "SEP00005E000001", "--store", store, "--at", "2001-01-01", "--format", "table")
    assert told.code == 0
    assert "not placed: no visit up to 2001-01-01T00:00:00Z" in told.out
    assert json.loads(call("export", "placements", "--store", store, "--at", "2001-01-01").out)["placements"] == []
    rows = list(csv.DictReader(io.StringIO(call("export", "placements", "--store", store, "--format", "csv").out)))
    assert {"since", "until", "last_seen"} <= set(rows[0])


def test_the_default_store_answers_where_nothing_else_is_given(call: Call, store: Path, small_site: DemoSite, tmp_path: Path) -> None:
    told = call("locate", "SEP00005E000001")
    assert told.code == 2
    assert "nothing to read" in told.err
    assert call("store", "import", small_site.captures[0], "-q").code == 0
    assert (tmp_path / "state" / "switchcorr.db").is_file()
    assert json.loads(call("export", "placements").out)["placements"]
    assert call("locate", "--captures", small_site.captures[0], "SEP00005E000001").code == 0


def test_what_is_asked_wrongly_is_told(call: Call, filled: Path) -> None:
    store = filled
    for wrong, words in (
        (("--uplink", "acc-1:Gi1/1"), "Known"),
        (("--module", "acc-9/9"), "Known there"),
        ((), "give either a phone"),
    ):
        told = call("locate", *wrong, "--store", store)
        assert told.code == 2
        assert words in told.err
    missing = call("locate", "SEP00005E000001", "--store", store.with_name("none.db"))
    assert missing.code == 1
    assert "there is no store" in missing.err


def test_events_go_in_once(call: Call, store: Path, small_site: DemoSite, tmp_path: Path) -> None:
    first = json.loads(call("ingest", small_site.log, "--store", store).out)
    assert first["new"] > 100
    assert json.loads(call("ingest", small_site.log, "--store", store).out)["files"][0]["nothing_new"]
    table = call("ingest", small_site.log, "--store", store, terminal=True)
    assert "nothing new" in table.out
    (tmp_path / "holiday.txt").write_text("sun\n")
    told = call("ingest", tmp_path / "holiday.txt", "--store", store)
    assert told.code == 3
    assert "no event of a known format" in told.err
    assert call("ingest", tmp_path / "missing", "--store", store).code == 1


def test_lines_that_no_format_knows_are_told_with_the_first_of_them(call: Call, store: Path, small_site: DemoSite, tmp_path: Path) -> None:
    lines = small_site.log.read_text().splitlines()[:20]
    log = tmp_path / "CiscoSyslog"
    log.write_text("\n".join([*lines[:9], "garbage \x1b[2J of somebody", *lines[9:], "and more of it"]) + "\n")
    told = call("ingest", log, "--store", store, "--now", "2026-11-22T06:00:00Z")
    (file,) = json.loads(told.out)["files"]
    assert (told.code, file["lines"], file["unrecognised"]) == (0, 22, 2)
    assert [sample["line"] for sample in file["samples"]] == [10, 22]
    assert f"note: {log}: 2 of 22 lines were not understood, the first, line 10: 'garbage" in told.err
    assert "\x1b" not in told.err
    quiet = call("ingest", log, "--store", store.with_name("other.db"), "--now", "2026-11-22T06:00:00Z", "-q")
    assert "not understood" not in quiet.err


def test_upkeep(call: Call, filled: Path, tmp_path: Path) -> None:
    store = filled
    assert json.loads(call("store", "check", "--store", store).out)["problems"] == []
    done = json.loads(call("store", "compact", "--store", store).out)
    assert done["schema"] == "switchcorr/store-compact/1"
    assert done["damaged"] == []
    backup = json.loads(call("store", "backup", tmp_path / "backup", "--store", store).out)
    assert call("store", "check", "--store", backup["database"], "--format", "table").out.endswith("ok\n")
    assert call("store", "backup", tmp_path / "backup", "--store", store).code == 1
    read = call("store", "reparse", "--store", store)
    assert read.code == 0
    assert json.loads(read.out)["unreadable"] == []


def test_a_damaged_store_is_told_by_check(call: Call, filled: Path) -> None:
    store = filled
    raw = store.with_name("site.db.raw")
    files = sorted(raw.glob("files/??/*"))
    files[0].unlink()
    told = call("store", "check", "--store", store, "--format", "table")
    assert told.code == 1
    assert "problem: captured text is missing" in told.out
    assert call("store", "check", "--quick", "--store", store).code == 1
    store.write_bytes(b"rubbish" * 1000)
    told = call("store", "check", "--store", store)
    assert told.code == 1
    assert "is damaged" in told.err
    assert "docs/store.md" in told.err


def test_a_password_is_not_shown_by_any_command(call: Call, store: Path, small_site: DemoSite) -> None:
    url = "postgresql://user:hunter2-c4n4ry@127.0.0.1:1/db"
    for arguments in (("store", "check"), ("store", "compact"), ("locate", "SEP00005E000001"), ("ingest", small_site.log)):
        told = call(*arguments, "--store", url, "-vv")
        assert told.code == 1
        assert "hunter2" not in told.out + told.err
        assert "user:***@127.0.0.1" in told.err


def _site_of(lab: LabServer, names: Sequence[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The inventory of some simulated switches whose keys are known, for commands of this process."""
    site = Site(tmp_path / "site")
    site.directory.mkdir()
    site.write(lab, names)
    site.trust(lab, *names)
    site.enter(monkeypatch)
    return site


def test_a_sweep_goes_into_the_store_with_what_failed(call: Call, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, dead = campus_switches(2)
    with lab_thread([first, replace(dead, fault=Fault.CONNECTION_REFUSED)]) as lab:
        site = _site_of(lab, (first.name, dead.name), tmp_path, monkeypatch)
        called = call("sweep", "--out", site.directory / "captures", "--store", store)
    assert called.code == 3
    assert f"store: 1 applied, 1 nothing to apply; sqlite:///{store}" in called.err
    rows = json.loads(call("store", "check", "--store", store).out)["rows"]
    assert (rows["visit"], rows["raw"]) == (2, 1)
    again = json.loads(call("store", "import", site.directory / "captures", "--store", store).out)
    assert again["visits"] == {"repeated": 2}


def test_a_sweep_that_the_store_refuses_is_kept_and_told_how_to_take_it(
    call: Call, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = campus_switches(1)
    lock = store.with_name(f"{store.name}.lock")
    lock.mkdir(parents=True)  # nobody can write
    with lab_thread([one]) as lab:
        site = _site_of(lab, (one.name,), tmp_path, monkeypatch)
        called = call("sweep", "--out", site.directory / "captures", "--store", store)
    assert called.code == 1
    told = f"`switchcorr store import --store {store} {site.directory / 'captures'}`"
    assert told in called.err
    lock.rmdir()
    taken = json.loads(call(*told.strip("`").split()[1:]).out)
    assert taken["visits"] == {"applied": 1}


def test_a_phone_is_found_by_an_extension_that_stored_events_tell(call: Call, filled: Path, tmp_path: Path) -> None:
    placed = json.loads(call("export", "placements", "--store", filled).out)["placements"][0]["phone"]
    log = tmp_path / "more.csv"
    rows = ((placed, "771001,771002"), ("SEP00005EFFFFFF", "771001"), (placed, "7710010"))
    log.write_text(
        "time,phone,event,extension\n"
        + "".join(f'2026-11-20T10:00:0{n}Z,{name},registered,"{lines}"\n' for n, (name, lines) in enumerate(rows))
    )
    assert call("ingest", log, "--store", filled).code == 0
    told = call("locate", "771001", "--store", filled)
    assert [(row["phone"], row["state"]) for row in json.loads(told.out)["placements"]] == [
        (placed, "placed"),
        ("SEP00005EFFFFFF", "unplaced"),
    ]
    assert "2 phones with extension '771001'" in told.err
    none = call("locate", "77100", "--store", filled, "--format", "table")
    assert "no stored event tells such an extension" in none.out
    before = json.loads(call("locate", "771001", "--store", filled, "--at", "2026-11-01").out)["placements"]
    assert [row["phone"] for row in before] == ["771001"]


def test_an_answer_that_cannot_be_kept_is_given_all_the_same_with_the_ids_it_had(call: Call, filled: Path, small_site: DemoSite) -> None:
    asked = ("correlate", "--store", filled, "--now", "2027-01-01", "--since", "2026-11-01", "--format", "json")
    assert call("ingest", small_site.log, "--store", filled).code == 0
    kept = json.loads(call(*asked).out)
    assert kept["incidents"]
    lock = filled.with_name(f"{filled.name}.lock")
    lock.unlink()
    lock.mkdir()  # nobody can write any more, whoever it is
    told = call(*asked)
    assert told.code == 3
    assert json.loads(told.out)["incidents"] == kept["incidents"]
    assert "missing: this answer is not kept in the store" in told.err
    assert str(lock) in told.err
    filled.write_bytes(b"rubbish" * 999)
    assert call(*asked).code == 1, "a store that cannot be read gives no answer"


def test_files_that_no_visit_names_are_told_by_check_and_left_by_compact_where_they_are_most(call: Call, filled: Path) -> None:
    files = StorePlace(parse_url(str(filled)), filled.with_name(f"{filled.name}.raw")).files()
    files.keep({"show_version.txt": b"left over"})
    checked = call("store", "check", "--quick", "--store", filled, terminal=True)
    assert checked.code == 0
    assert (
        "1 file of captured text that no visit names: `switchcorr store compact` removes what was kept more than a day ago" in checked.out
    )
    for name in files.names("files"):
        os.utime(files.path_of("files", name), (0, 0))
    before = list(files.names("files"))
    filled.unlink()  # the database is lost, its captured text is not
    told = call("store", "compact", "--store", filled)
    document = json.loads(told.out)
    assert (told.code, document["files_left"], document["files_removed"]) == (3, len(before), 0)
    assert "was the database lost or replaced?" in told.err
    assert list(files.names("files")) == before
