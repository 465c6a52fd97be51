"""Captures into the store and back out: what is stored is what the folder says, and what can be made of the kept text again."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from switchcorr.captures.manifest import CAPTURE_JSON
from switchcorr.captures.saving import FolderSaving, folder_names
from switchcorr.captures.sweep_folder import SweepManifest
from switchcorr.errors import InputFileError, StoreError, SwitchcorrError
from switchcorr.files import OwnFolder
from switchcorr.jobs.inputs.request import CampusRequest, PlacementsRequest, Times
from switchcorr.jobs.placements import PlacementsOutcome, read_placements
from switchcorr.jobs.store.importing import ImportOutcome, ImportRequest, import_folder
from switchcorr.jobs.store.place import StorePlace, store_place
from switchcorr.jobs.store.upkeep import back_up_store, check_store, compact_store, reparse_store
from switchcorr.model.placement import PlacementState
from switchcorr.model.sweep import SweepState, VisitAccount
from switchcorr.model.tables import DeviceTables
from switchcorr.model.visit import Failure, FailureKind, VisitStatus
from switchcorr.settings import Settings
from switchcorr.store import schema
from switchcorr.store.checking import back_up
from switchcorr.store.locking import write_lock
from switchcorr.store.open import OpenOptions, open_store
from switchcorr.store.questions import growth_between, placements_at, visits_between
from switchcorr.store.raw import UNSETTLED, RawFiles, RawPlace, archive_of, files_of
from switchcorr.store.records import RawText, VisitOutcome, VisitRecord
from switchcorr.store.url import StoreUrl
from switchcorr.store.versions import copy_file
from tests.store.conftest import copy_of
from tests.store.visiting import contents_at, write_visit

NOW = datetime(2027, 1, 1, tzinfo=UTC)
ONE = Settings(parse_workers=1)


def take(place: StorePlace, folder: Path) -> ImportOutcome:
    return import_folder(ImportRequest(folder, place, NOW, ONE))


def read_folder(folder: Path) -> PlacementsOutcome:
    return read_placements(PlacementsRequest(Times(NOW), CampusRequest(captures=(folder,)), settings=ONE))


def test_the_store_places_phones_as_the_captures_do(place: StorePlace, few_switches: tuple[Path, Path]) -> None:
    outcome = take(place, few_switches[0])
    assert set(outcome.visits) == {VisitOutcome.APPLIED}
    assert not outcome.is_partial
    expected = {
        (str(one.phone), one.device, one.interface, one.module, one.vlan, one.ip, round(one.confidence, 4), one.sightings[0].evidence)
        for one in read_folder(few_switches[0]).placements
        if one.state is not PlacementState.UNPLACED
    }
    with place.open(write=False) as store:
        found = {
            (str(one.phone), one.device, one.interface, one.module, one.vlan, one.ip, one.confidence, one.sightings[0].evidence)
            for one in (stored.placement for stored in placements_at(store, NOW))
        }
    assert found == expected
    assert len(found) > 100


def test_importing_twice_changes_nothing(stored_few: StorePlace, few_switches: tuple[Path, Path]) -> None:
    place = stored_few
    before = contents_at(place)
    for folder in few_switches:
        assert set(take(place, folder).visits) == {VisitOutcome.REPEATED}
    assert contents_at(place) == before


def test_imported_text_is_kept_without_secrets_as_a_sweep_keeps_it(place: StorePlace, tmp_path: Path) -> None:
    """A show-tech file and a terminal log in UTF-16; a secret stands nowhere beside the database."""
    folder = tmp_path / "captures"
    folder.mkdir()
    config = (
        "snmp-server community CANARY RO\nenable secret 5 CANARY\nusername ops password 7 CANARY\nntp authentication-key 1 md5 CANARY 7\n"
    )
    version = "Cisco IOS Software, C2960 Software (C2960-LANBASEK9-M), Version 15.0(2)SE, RELEASE SOFTWARE (fc1)\n"
    tech = f"------------------ show version ------------------\n\n{version}\n------------------ show running-config ------------------\n\n{config}"
    (folder / "acc-1.txt").write_text(tech)
    (folder / "acc-2.log").write_text(f"acc-2#show version\n{version}acc-2#show running-config\n{config}acc-2#\n", encoding="utf-16")
    take(place, folder)
    kept = [place.files().read(RawPlace(digest, 1 << 30)) for digest in place.files().names("files")]
    texts = {name: data.decode("utf-16" if data[:2] == b"\xff\xfe" else "utf-8") for files in kept for name, data in files.items()}
    assert {"acc-1.txt", "acc-2.log"} <= set(texts)
    assert [name for name, text in texts.items() if "CANARY" in text] == []
    assert "snmp-server community *** RO" in texts["acc-1.txt"]
    assert "snmp-server community *** RO" in texts["acc-2.log"]


def test_two_visits_give_growth(stored_few: StorePlace) -> None:
    place = stored_few
    with place.open(write=False) as store:
        assert growth_between(store, NOW - timedelta(days=400), NOW)


def test_facts_made_again_from_kept_text_are_the_same(stored_few: StorePlace) -> None:
    place = stored_few
    before = contents_at(place)
    outcome = reparse_store(place, ONE, now=NOW)
    assert set(outcome.visits) == {VisitOutcome.APPLIED}
    assert outcome.unreadable == ()
    assert contents_at(place) == before


def test_bundled_text_is_the_same_text(stored_few: StorePlace) -> None:
    place = stored_few
    before = contents_at(place)
    done = compact_store(place, replace(ONE, raw_days=3660, fact_days=3660), now=NOW)
    assert done.bundled.visits == len(before["raw"])
    assert done.bundled.bundles > 0
    assert done.bundled.freed_bytes > 0
    assert list(place.files().names("files")) == []
    assert set(reparse_store(place, ONE, now=NOW).visits) == {VisitOutcome.APPLIED}
    after = contents_at(place)
    assert {name: rows for name, rows in after.items() if name != "raw"} == {name: rows for name, rows in before.items() if name != "raw"}
    assert compact_store(place, replace(ONE, raw_days=3660, fact_days=3660), now=NOW).bundled.bundles == 0
    assert check_store(place, now=NOW).problems == ()


def test_the_day_that_goes_on_is_not_bundled(place: StorePlace, few_switches: tuple[Path, Path]) -> None:
    take(place, few_switches[0])
    with place.open(write=False) as store, store.reading() as connection:
        last = connection.execute(select(schema.visit.c.at)).scalars().first()
    assert last is not None
    same_day = datetime.fromtimestamp(last / 1000, UTC).replace(hour=23, minute=59)
    assert compact_store(place, ONE, now=same_day).bundled.visits == 0


def test_text_without_which_older_facts_stand_is_left_alone(place: StorePlace, few_switches: tuple[Path, Path]) -> None:
    """The text of the first visits is gone: reading again goes back to the second ones only."""
    first, second = few_switches
    take(place, first)
    compact_store(place, replace(ONE, raw_days=1, fact_days=3660), now=NOW)
    assert contents_at(place)["raw"] == []
    take(place, second)
    before = contents_at(place)
    assert set(reparse_store(place, ONE, now=NOW).visits) == {VisitOutcome.APPLIED}
    assert contents_at(place) == before


def test_what_is_too_old_goes_and_what_holds_stays(stored_few: StorePlace) -> None:
    place = stored_few
    held = {row for row in contents_at(place)["place"] if schema.OPEN in row}
    done = compact_store(place, replace(ONE, raw_days=1, fact_days=1), now=NOW)
    after = contents_at(place)
    assert done.retired.rows > 0
    assert (after["raw"], after["visit"], after["counter_change"]) == ([], [], [])
    assert set(after["place"]) == held
    assert place.files().size() == 0
    assert check_store(place, now=NOW).problems == ()


def _sweep_folder(folder: Path, source: Path) -> None:
    """A sweep with one device that answered and one that did not, as a sweep writes it."""
    device = next(path for path in sorted(source.iterdir()) if path.is_dir())
    shutil.copytree(device, folder / device.name)
    began = datetime(2026, 11, 22, 9, tzinfo=UTC)
    accounts: dict[str, VisitAccount | None] = {
        device.name: VisitAccount(device.name, VisitStatus.ANSWERED, "192.0.2.1", "site-1", "cisco_ios", started_at=began, seconds=4.5, attempts=1),
        "acc-down": VisitAccount(
            "acc-down", VisitStatus.FAILED, "192.0.2.2", started_at=began, attempts=1, failure=Failure(FailureKind.REFUSED, "connection refused")
        ),
        "acc-skipped": VisitAccount("acc-skipped", VisitStatus.SKIPPED),
        "acc-waits": None,
    }  # fmt: skip
    with OwnFolder.at(folder) as root:
        saving = FolderSaving(root, sweep="20261122T090000Z", folders=folder_names(accounts), masks={})
        saving.manifest(SweepManifest("20261122T090000Z", began, SweepState.INTERRUPTED, accounts, folder_names(accounts)))


def test_a_sweep_brings_the_account_of_every_attempt(place: StorePlace, few_switches: tuple[Path, Path], tmp_path: Path) -> None:
    _sweep_folder(tmp_path / "sweep", few_switches[0])
    outcome = take(place, tmp_path / "sweep")
    assert outcome.sweep == "20261122T090000Z"
    assert outcome.failed == ("acc-down", "acc-skipped")
    assert outcome.is_partial
    with place.open(write=False) as store:
        visits = {one.device: one for one in visits_between(store, datetime(2026, 1, 1, tzinfo=UTC), NOW)}
    assert {
        name: (one.status, one.used) for name, one in visits.items() if name.startswith("acc-") and name in ("acc-down", "acc-skipped")
    } == {
        "acc-down": (VisitStatus.FAILED, False),
        "acc-skipped": (VisitStatus.SKIPPED, False),
    }
    assert visits["acc-down"].failure == "refused: connection refused"
    assert len(visits) == 3
    assert {one.at for one in visits.values()} == {datetime(2026, 11, 22, 9, tzinfo=UTC)}


def test_a_folder_of_sweeps_is_told_to_be_taken_one_by_one(place: StorePlace, few_switches: tuple[Path, Path], tmp_path: Path) -> None:
    """Taken as one they would be one visit of each device."""
    several = tmp_path / "all sweeps"
    _sweep_folder(several / "first", few_switches[0])
    with pytest.raises(InputFileError) as raised:
        take(place, several)
    assert raised.value.message == f"{several}: holds 1 sweep, each with its own visits."
    assert raised.value.hint == f"Take each, the oldest first: `switchcorr store import '{several / 'first'}'`."
    assert take(place, several / "first").visits
    (several / "second").mkdir()
    (several / "second" / "manifest.json").write_text("no manifest at all")
    with pytest.raises(InputFileError):
        take(place, several)


def test_a_late_visit_comes_in_when_the_text_is_read_again(place: StorePlace, few_switches: tuple[Path, Path]) -> None:
    first, second = few_switches
    take(place, second)
    outcome = take(place, first)
    assert set(outcome.visits) == {VisitOutcome.LATE}
    assert len(outcome.late) == outcome.visits[VisitOutcome.LATE]
    assert set(reparse_store(place, ONE, now=NOW).visits) == {VisitOutcome.APPLIED}
    with place.open(write=False) as store:
        assert growth_between(store, NOW - timedelta(days=400), NOW)


def test_a_plain_folder_says_of_what_it_is_in_the_kept_text(place: StorePlace, few_switches: tuple[Path, Path], tmp_path: Path) -> None:
    device = next(path for path in sorted(few_switches[0].iterdir()) if path.is_dir())
    shutil.copytree(device, tmp_path / "in" / device.name)
    (tmp_path / "in" / device.name / CAPTURE_JSON).unlink(missing_ok=True)
    take(place, tmp_path / "in")
    (row,) = contents_at(place)["raw"]
    with place.open(write=False) as store, store.reading() as connection:
        raw = connection.execute(select(schema.raw)).one()
    files = place.files().read(RawPlace(raw.digest, raw.size))
    assert json.loads(files[CAPTURE_JSON])["device"] == device.name
    assert {path.name for path in device.iterdir()} <= set(files)
    assert row


@pytest.mark.parametrize("clock", [True, False])
def test_a_time_that_is_only_that_of_the_files_is_marked(
    place: StorePlace, few_switches: tuple[Path, Path], tmp_path: Path, clock: bool
) -> None:
    """Files may have been copied since, so a device's own clock must not be compared with it."""
    device = next(path for path in sorted(few_switches[0].iterdir()) if path.is_dir())
    shutil.copytree(device, tmp_path / "in" / device.name, ignore=shutil.ignore_patterns(CAPTURE_JSON))
    if clock:
        (tmp_path / "in" / device.name / "show_clock.txt").write_text("07:59:10.123 UTC Sun Nov 15 2026\n")
    take(place, tmp_path / "in")
    with place.open(write=False) as store, store.reading() as connection:
        raw = connection.execute(select(schema.raw)).one()
    told = json.loads(place.files().read(RawPlace(raw.digest, raw.size))[CAPTURE_JSON])
    assert told.get("taken_at_from", "its clock") == ("its clock" if clock else "files")


def test_a_visit_of_the_future_is_not_believed(place: StorePlace, few_switches: tuple[Path, Path], tmp_path: Path) -> None:
    device = next(path for path in sorted(few_switches[0].iterdir()) if path.is_dir())
    shutil.copytree(device, tmp_path / "in" / device.name)
    (tmp_path / "in" / device.name / CAPTURE_JSON).write_text(json.dumps({"device": device.name, "taken_at": "2093-01-01T00:00:00Z"}))
    take(place, tmp_path / "in")
    with place.open(write=False) as store:
        assert [one.at <= NOW for one in visits_between(store, datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))] == [
            True
        ]


def test_a_folder_of_nothing_is_told(place: StorePlace, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "holiday.txt").write_text("sun and sea\n")
    with pytest.raises(InputFileError, match="nothing in it could be used"):
        take(place, tmp_path / "in")


def test_a_backup_is_whole_and_a_changed_byte_in_it_is_found(file_url: StoreUrl, sqlite_few: StorePlace, tmp_path: Path) -> None:
    place = copy_of(sqlite_few, store_place(str(file_url.file), ONE, {}))
    done = back_up_store(place, tmp_path / "backup")
    database = done.database
    copy = store_place(str(database), ONE, {})
    assert done.problems == ()
    assert sorted(path.name for path in database.parent.iterdir()) == ["SHA256SUMS", database.name, f"{database.name}.raw"]
    assert done.files == 1 + len(list(place.files().names("files")))
    assert contents_at(copy) == contents_at(place)
    assert check_store(copy, now=NOW).problems == ()
    with pytest.raises(StoreError, match="not empty"):
        back_up_store(place, tmp_path / "backup")
    data = bytearray(database.read_bytes())
    data[random.Random(3).randrange(4096, len(data))] ^= 1
    database.write_bytes(data)
    assert any("SHA256SUMS" in problem for problem in check_store(copy, now=NOW).problems)


def test_a_backup_of_a_damaged_store_says_so_before_it_takes_the_place_of_a_good_one(
    file_url: StoreUrl, sqlite_site: StorePlace, tmp_path: Path
) -> None:
    assert file_url.file is not None
    place = copy_of(sqlite_site, store_place(str(file_url.file), ONE, {}))
    files = place.files()
    files.remove("files", next(iter(files.names("files"))))
    (problem,) = back_up_store(place, tmp_path / "one").problems
    assert "captured text is missing" in problem
    data = bytearray(file_url.file.read_bytes())
    chance = random.Random(5)
    for _ in range(30):
        at = chance.randrange(8192, len(data) - 600)
        data[at : at + 500] = chance.randbytes(500)
    file_url.file.write_bytes(data)
    problems = back_up_store(place, tmp_path / "two").problems
    assert any("the database is damaged" in one for one in problems)
    assert [one for one in (*problems, *check_store(place, now=NOW).problems) if "\n" in one] == []
    assert any("the database is damaged" in one for one in check_store(place, now=NOW).problems), "though it cannot be read to its end"


def test_a_backup_that_fails_leaves_nothing_that_would_pass_for_one(file_url: StoreUrl, sqlite_few: StorePlace, tmp_path: Path) -> None:
    place = copy_of(sqlite_few, store_place(str(file_url.file), ONE, {}))
    odd = place.files().path_of("files", "ff" * 32)
    odd.mkdir(parents=True)  # what cannot be copied as a file
    with pytest.raises(StoreError, match="the backup could not be written"):
        back_up_store(place, tmp_path / "backup")
    assert list((tmp_path / "backup").iterdir()) == []
    odd.rmdir()
    assert back_up_store(place, tmp_path / "backup").problems == ()


def test_a_backup_that_a_writer_keeps_waiting_leaves_nothing(file_url: StoreUrl, sqlite_few: StorePlace, tmp_path: Path) -> None:
    place = copy_of(sqlite_few, store_place(str(file_url.file), ONE, {}))
    assert file_url.file is not None
    with open_store(file_url, OpenOptions(wait_s=0.05)) as store:
        with write_lock(file_url.file), pytest.raises(StoreError, match="does not let go"):
            back_up(store, place.files(), tmp_path / "backup")
        assert list((tmp_path / "backup").iterdir()) == []
        assert back_up(store, place.files(), tmp_path / "backup").problems == ()


def test_a_copy_that_fails_leaves_no_half_of_it(file_url: StoreUrl, tmp_path: Path) -> None:
    open_store(file_url).close()
    assert file_url.file is not None
    (tmp_path / "copy" / "in the way").mkdir(parents=True)
    with pytest.raises(OSError, match="directory"):
        copy_file(file_url.file, tmp_path / "copy")
    assert not list(tmp_path.glob(".*"))


def test_a_server_is_backed_up_by_its_own_tools(url: StoreUrl, tmp_path: Path) -> None:
    place = StorePlace(url, tmp_path / "raw")
    place.open(write=True).close()
    if url.file is None:
        with pytest.raises(StoreError, match="pg_dump"):
            back_up_store(place, tmp_path / "backup")


def test_check_finds_missing_damaged_and_left_over_text(stored_few: StorePlace) -> None:
    place = stored_few
    files = place.files()
    first, second, *_ = files.names("files")
    files.remove("files", first)
    files.path_of("files", second).write_bytes(b"rubbish")
    left_over = files.keep({"show_version.txt": b"x"})
    found = check_store(place, now=NOW)
    assert len(found.problems) == 2
    assert any("missing" in problem and first in problem for problem in found.problems)
    assert any(second in problem for problem in found.problems)
    assert found.orphans == 1
    long_ago = (NOW - 2 * UNSETTLED).timestamp()
    os.utime(files.path_of("files", left_over.digest), (long_ago, long_ago))
    outcome = reparse_store(place, ONE, now=NOW)
    assert len(outcome.unreadable) == 2
    compact_store(place, replace(ONE, raw_days=3660, fact_days=3660), now=NOW)
    assert not files.path_of("files", left_over.digest).exists()


def test_where_most_of_the_text_is_gone_nothing_is_taken_back(stored_few: StorePlace) -> None:
    """The folder is another one, or not mounted: what was made of the text is all there is."""
    place = stored_few
    before = contents_at(place)
    place.raw.rename(place.raw.with_name("elsewhere"))
    with pytest.raises(StoreError, match=r"the captured text of \d+ of \d+ visits is not there"):
        reparse_store(place, ONE, now=NOW)
    assert contents_at(place) == before
    place.raw.with_name("elsewhere").rename(place.raw)
    assert reparse_store(place, ONE, now=NOW).unreadable == ()
    assert contents_at(place) == before


def test_check_finds_what_breaks_the_rules(stored_few: StorePlace) -> None:
    place = stored_few
    with place.open(write=True) as store, store.writing() as connection:
        row = connection.execute(select(schema.place).limit(1)).one()._asdict()
        connection.execute(schema.place.insert().values(**{**row, "since": row["since"] + 1}))
    assert any("two ports" in problem for problem in check_store(place, now=NOW).problems)


def test_a_trigger_in_a_file_from_a_stranger_is_told(file_url: StoreUrl) -> None:
    with open_store(file_url) as store, store.writing() as connection:
        connection.exec_driver_sql("create trigger t after insert on visit begin delete from visit; end")
    assert any("trigger" in problem for problem in check_store(store_place(str(file_url.file), ONE, {}), now=NOW).problems)


@pytest.mark.parametrize("call", ["write", "fsync", "rename", "open", "mkdir"])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
def test_whatever_fails_on_the_disk_no_text_is_half_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, error: int) -> None:
    """The n-th operation fails, for every n: what was kept before is whole, and what failed is told and can be kept afterwards."""
    files = RawFiles(tmp_path / "raw")
    before = files.keep({"show_version.txt": b"before"})
    for number in range(20):
        text = {"show_version.txt": b"after %d" % number}
        failed = _failing(monkeypatch, call, number, error)
        try:
            files.keep(text)
            told = False
        except InputFileError:
            told = True
        finally:
            monkeypatch.undo()
        assert told == failed()
        assert files.read(RawPlace(before.digest, before.size)) == {"show_version.txt": b"before"}
        again = files.keep(text)
        assert files.read(RawPlace(again.digest, again.size)) == text
        assert list(files.path.glob("*/??/.*.part")) == []


def _failing(monkeypatch: pytest.MonkeyPatch, call: str, number: int, error: int) -> Callable[[], bool]:
    """Make the n-th call of an operation of the system fail."""
    real = getattr(os, call)
    calls = iter(range(10_000))
    failed: list[bool] = []

    def faulty(*arguments: object, **more: object) -> object:
        if next(calls) == number:
            failed.append(True)
            raise OSError(error, os.strerror(error))
        return real(*arguments, **more)

    monkeypatch.setattr(os, call, faulty)
    return lambda: bool(failed)


def test_equal_text_is_kept_once_and_damage_is_repaired_by_keeping_it_again(tmp_path: Path) -> None:
    files = RawFiles(tmp_path)
    one = files.keep({"b.txt": b"2", "a.txt": b"1"})
    assert files.keep({"a.txt": b"1", "b.txt": b"2"}) == one
    assert len(list(files.names("files"))) == 1
    files.path_of("files", one.digest).write_bytes(b"rubbish")
    assert files.keep({"a.txt": b"1", "b.txt": b"2"}) == one
    assert files.read(RawPlace(one.digest, one.size)) == {"a.txt": b"1", "b.txt": b"2"}


def test_an_archive_gives_plain_files_only(tmp_path: Path) -> None:
    assert files_of(archive_of({"a/b": b"x", "..": b"x", "ok.txt": b"y"})) == {"ok.txt": b"y"}
    with pytest.raises(StoreError, match="damaged"):
        files_of(b"no archive at all" * 100)
    files = RawFiles(tmp_path)
    with pytest.raises(SwitchcorrError, match="missing or damaged"):
        files.read(RawPlace("0" * 64, 1))


def test_text_is_for_its_owner_only(tmp_path: Path) -> None:
    files = RawFiles(tmp_path / "raw")
    files.keep({"a.txt": b"1"})
    assert {path.stat().st_mode & 0o077 for path in [files.path, *files.path.rglob("*")]} == {0}


def test_nothing_is_written_by_looking(stored_few: StorePlace) -> None:
    place = stored_few
    before = contents_at(place)
    check_store(place, now=NOW)
    with open_store(place.url, OpenOptions(write=False)) as store:
        placements_at(store, NOW)
    assert contents_at(place) == before


def test_a_visit_that_a_wrong_clock_dated_into_the_future_is_told_and_left_out(place: StorePlace, few_switches: tuple[Path, Path]) -> None:
    """The second sweep ran while the clock was a year ahead; the third with the right one counts as late until it is read again."""
    first, second = few_switches
    take(place, first)
    before = {name: rows for name, rows in contents_at(place).items() if name in ("place", "fact", "counter_change", "counter_first")}
    with place.open(write=True) as store, store.reading() as connection:
        rows = connection.execute(
            select(schema.raw.c.digest, schema.raw.c.size, schema.device.c.name).join_from(
                schema.raw, schema.device, schema.device.c.id == schema.raw.c.device_id
            )
        ).all()
    with place.open(write=True) as store:
        for digest, size, name in rows:
            wrong = VisitRecord(
                name, NOW + timedelta(days=365), VisitStatus.ANSWERED, sweep="wrong", tables=DeviceTables(), raw=RawText(digest, size)
            )
            assert write_visit(store, wrong) is VisitOutcome.APPLIED
    assert "a clock was wrong" in check_store(place, now=NOW).problems[0]
    assert set(take(place, second).visits) == {VisitOutcome.LATE}
    assert set(reparse_store(place, ONE, now=NOW).visits) == {VisitOutcome.APPLIED}
    assert check_store(place, now=NOW).problems == ()
    after = contents_at(place)
    assert all(len(after[name]) >= len(rows) for name, rows in before.items())
    with place.open(write=False) as store:
        assert growth_between(store, NOW - timedelta(days=400), NOW)
