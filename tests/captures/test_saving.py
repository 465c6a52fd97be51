"""What a sweep writes: whole files for their owner only, without secrets, and what captures are read from afterwards."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import json
import math
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.captures import find_devices, read_device
from switchcorr.captures.manifest import CUT_OFF, NEVER_ASKED, read_capture_notes
from switchcorr.captures.saving import FolderSaving, folder_names, remove_parts
from switchcorr.captures.sweep_folder import SweepManifest, only_kept, read_journal, read_manifest
from switchcorr.errors import InputFileError
from switchcorr.files import OwnFolder
from switchcorr.model.inventory import AlgorithmProfile, Driver
from switchcorr.model.snapshot import OutputState
from switchcorr.model.sweep import ParseAccount, SweepState, VisitAccount
from switchcorr.model.visit import Answer, AnswerStatus, Failure, FailureKind, VisitStatus
from switchcorr.platforms import platform_named

AT = datetime(2026, 11, 28, 6, 0, tzinfo=UTC)
IOS = platform_named("cisco_ios")
assert IOS is not None
VERSION = b"Cisco IOS Software, C2960 Software, Version 15.2(7)E\r\nacc-1 uptime is 3 weeks\r\n"


def answer(command: str = "show version", raw: bytes = VERSION, status: AnswerStatus = AnswerStatus.OK) -> Answer:
    return Answer(command, raw, status, AT, 0.25)


def account(device: str = "acc-1", status: VisitStatus = VisitStatus.ANSWERED, **more: object) -> VisitAccount:
    filled = VisitAccount(device, status, host="192.0.2.1", platform="cisco_ios", hostname=device, attempts=1, started_at=AT, seconds=1.5)
    return dataclasses.replace(filled, **more)  # type: ignore[arg-type]  # a test names the fields it means


class Place:
    """A sweep's folder and what saves into it."""

    def __init__(self, root: OwnFolder, masks: dict[str, Callable[[bytes], bytes]] | None = None, *devices: str) -> None:
        self.root = root
        self.path = root.path
        self.saving = FolderSaving(root, sweep="20261128T060000Z", folders=folder_names(devices or ("acc-1", "acc-2")), masks=masks or {})

    def save(self, *answers: Answer, device: str = "acc-1") -> None:
        assert IOS is not None
        for one in answers:
            self.saving.answer(device, IOS, one)


def test_an_answer_is_a_file_and_the_notes_tell_of_it(tmp_path: Path) -> None:
    with OwnFolder.at(tmp_path / "out") as root:
        place = Place(root)
        place.save(
            answer(),
            answer("show clock", b"*06:00:01.123 UTC Sat Nov 28 2026\r\n"),
            answer("show cdp neighbors detail", b"% x", AnswerStatus.INVALID),
        )
        place.saving.visit(account(profile=AlgorithmProfile.SHA1, driver=Driver.DIALOGUE, attempts=2))
    assert (tmp_path / "out/acc-1/show_version.txt").read_bytes() == VERSION
    notes = json.loads((tmp_path / "out/acc-1/capture.json").read_text())
    assert {key: value for key, value in notes.items() if key != "commands"} == {
        "schema": "switchcorr/capture/1",
        "device": "acc-1",
        "platform": "cisco_ios",
        "host": "192.0.2.1",
        "taken_at": "2026-11-28T06:00:00.000Z",
        "sweep": "20261128T060000Z",
        "device_clock": "*06:00:01.123 UTC Sat Nov 28 2026",
        "profile": "sha1",
        "driver": "dialogue",
        "attempts": 2,
        "hostname": "acc-1",
    }
    assert notes["commands"]["show version"] == {
        "file": "show_version.txt",
        "status": "ok",
        "started_at": "2026-11-28T06:00:00.000Z",
        "seconds": 0.25,
        "bytes": len(VERSION),
        "sha256": hashlib.sha256(VERSION).hexdigest(),
    }
    assert notes["commands"]["show cdp neighbors detail"]["status"] == "invalid"


def test_what_was_written_is_read_as_captures(tmp_path: Path) -> None:
    with OwnFolder.at(tmp_path) as root:
        place = Place(root)
        place.save(
            answer(),
            answer("show inventory", b'NAME: "1"', AnswerStatus.PARTIAL),
            answer("show module", b"% Invalid", AnswerStatus.INVALID),
        )
        place.saving.visit(account())
        place.saving.manifest(SweepManifest("s", AT, SweepState.DONE, {"acc-1": account()}))
    (source,) = find_devices(tmp_path)
    reading = read_device(source)
    (capture,) = reading.captures
    assert (capture.device, capture.platform, capture.address, capture.taken_at) == ("acc-1", "cisco_ios", "192.0.2.1", AT)
    states = {output.command: output.state for output in capture.outputs}
    assert states == {"show version": OutputState.PARSED, "show inventory": OutputState.TRUNCATED, "show module": OutputState.INVALID}
    assert reading.warnings == ()
    assert reading.accounts == ()


def test_everything_is_for_its_owner_only_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with OwnFolder.at(tmp_path / "out") as root:
            place = Place(root)
            place.save(answer())
            place.saving.visit(account())
            place.saving.manifest(SweepManifest("s", AT, SweepState.RUNNING, {"acc-1": None}))
    finally:
        os.umask(before)
    for path in [tmp_path / "out", *(tmp_path / "out").rglob("*")]:
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


def test_bytes_are_kept_as_received(tmp_path: Path) -> None:
    raw = bytes(range(256)) * 3 + b"\r\n --More-- \x08\x08\xff\xfe"
    with OwnFolder.at(tmp_path) as root:
        Place(root).save(answer(raw=raw))
    assert (tmp_path / "acc-1/show_version.txt").read_bytes() == raw


def test_secrets_are_masked_before_anything_is_written(tmp_path: Path) -> None:
    masks = {"acc-1": lambda data: data.replace(b"CANARY-word", b"***")}
    with OwnFolder.at(tmp_path) as root:
        place = Place(root, masks)
        place.save(answer("show logging", b"login with CANARY-word\r\nusername x password 0 OTHER-secret\r\n"))
        failure = Failure(FailureKind.NO_PROMPT, "acc-1: sent 'CANARY-word'")
        place.saving.visit(account(hostname="CANARY-word", failure=failure, warnings=("echoed CANARY-word",)))
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"CANARY" not in written
    assert b"OTHER" not in written
    assert b"login with ***\r\nusername x password 0 ***\r\n" in written


def test_a_planted_link_is_refused_and_its_target_unchanged(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (target / "precious").write_text("precious")
    out = tmp_path / "out"
    out.mkdir()
    (out / "acc-1").symlink_to(target)
    (out / "acc-2").mkdir()
    (out / "acc-2" / "show_version.txt").symlink_to(target / "precious")
    (out / "visits.jsonl").symlink_to(target / "precious")
    with OwnFolder.at(out) as root:
        place = Place(root)
        for device in ("acc-1", "acc-2"):
            with pytest.raises(InputFileError, match="cannot be written"):
                place.save(answer(), device=device)
        with pytest.raises(InputFileError, match="cannot be written"):
            place.saving.visit(account())
    assert [path.name for path in target.iterdir()] == ["precious"]
    assert (target / "precious").read_text() == "precious"


@given(st.lists(st.text(max_size=80), max_size=30))
def test_every_device_has_a_folder_of_its_own_inside(names: list[str]) -> None:
    found = folder_names(names)
    assert len({name.casefold() for name in found.values()}) == len(set(names))
    for name in found.values():
        assert Path(name).name == name
        assert not name.startswith(".")
        assert name not in ("manifest.json", "visits.jsonl")


@pytest.mark.parametrize("name", ["acc-12", "SW_1.example.org", "7"])
def test_plain_names_stay_as_they_are(name: str) -> None:
    assert folder_names([name, "other"])[name] == name


@pytest.mark.parametrize(
    "name", ["../x", "/etc", "", "CON", "nul.txt", "a/b", "x" * 65, "a\0", "\u202egnp", "manifest.json", ".hidden", "a."]
)
def test_dangerous_names_do_not(name: str) -> None:
    assert folder_names([name])[name] != name


def test_names_that_differ_by_case_only_are_two_folders_on_any_file_system() -> None:
    found = folder_names(["Acc-1", "acc-1"])
    assert found["Acc-1"].casefold() != found["acc-1"].casefold()


def test_commands_with_alike_names_have_files_of_their_own(tmp_path: Path) -> None:
    commands = ["show x a/b", "show x a b", "show " + "very " * 30 + "long", "show x a.b"]
    with OwnFolder.at(tmp_path) as root:
        place = Place(root)
        place.save(*(answer(command, command.encode()) for command in commands))
        place.saving.visit(account())
    notes = read_capture_notes(tmp_path / "acc-1/capture.json")
    assert {one.command for one in notes.commands} == {command[:120] if len(command) < 120 else command[:119] + "…" for command in commands}
    assert len({one.file for one in notes.commands}) == 4
    for one in notes.commands:
        assert (tmp_path / "acc-1" / one.file).read_bytes().startswith(one.command[:100].encode())


def test_a_resumed_visit_completes_the_notes(tmp_path: Path) -> None:
    with OwnFolder.at(tmp_path) as root:
        Place(root).save(answer())
        place = Place(root)
        place.save(answer(), answer("show inventory", b"cut", AnswerStatus.PARTIAL))
        place.saving.visit(account(status=VisitStatus.PARTIAL))
        again = Place(root)
        again.save(answer("show inventory", b"whole"))
        again.saving.visit(account())
    notes = read_capture_notes(tmp_path / "acc-1/capture.json")
    assert {one.command: one.status for one in notes.commands} == {"show version": "ok", "show inventory": "ok"}
    assert (tmp_path / "acc-1/show_inventory.txt").read_bytes() == b"whole"


def test_a_command_that_the_visit_never_came_to_is_named(tmp_path: Path) -> None:
    with OwnFolder.at(tmp_path) as root:
        place = Place(root)
        place.save(answer())
        place.saving.visit(account(status=VisitStatus.PARTIAL, missing=("show version", "show lldp neighbors detail")))
    notes = read_capture_notes(tmp_path / "acc-1/capture.json")
    assert {one.command: (one.file, one.status) for one in notes.commands} == {
        "show version": ("show_version.txt", "ok"),
        "show lldp neighbors detail": ("", "not_asked"),
    }
    assert notes.warnings == ()
    (source,) = find_devices(tmp_path)
    (lost,) = read_device(source).accounts
    assert (lost.command, lost.state, lost.reason) == ("show lldp neighbors detail", OutputState.QUARANTINED, NEVER_ASKED)


def test_a_visit_that_is_completed_later_keeps_what_was_answered_before(tmp_path: Path) -> None:
    with OwnFolder.at(tmp_path) as root:
        place = Place(root)
        place.save(answer())
        place.saving.visit(account(status=VisitStatus.PARTIAL, missing=("show inventory",)))
        again = Place(root)
        again.saving.begin(account(missing=("show inventory",)))
        again.save(answer("show inventory", b"whole"))
        again.saving.visit(account())
    notes = read_capture_notes(tmp_path / "acc-1/capture.json")
    assert {one.command: one.status for one in notes.commands} == {"show version": "ok", "show inventory": "ok"}


def test_a_visit_that_is_killed_leaves_no_folder_that_looks_whole(tmp_path: Path) -> None:
    """``visit`` is never called: what is there may be cut, what is not was never asked."""
    with OwnFolder.at(tmp_path) as root:
        place = Place(root)
        place.saving.begin(account(missing=("show version", "show mac address-table")))
        assert list(tmp_path.iterdir()) == []
        place.save(answer())
    (source,) = find_devices(tmp_path)
    reading = read_device(source)
    (capture,) = reading.captures
    assert (capture.device, capture.taken_at) == ("acc-1", AT)
    assert [(one.command, one.state, one.reason) for one in capture.outputs] == [("show version", OutputState.TRUNCATED, CUT_OFF)]
    assert [(one.command, one.reason) for one in reading.accounts] == [("show mac address-table", NEVER_ASKED)]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"commands": 3}', b'{"commands": {"a": {"file": "../x"}}}', b"\xff" * 9])
def test_damaged_notes_of_an_earlier_run_are_no_obstacle(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "acc-1").mkdir()
    (tmp_path / "acc-1/capture.json").write_bytes(content)
    with OwnFolder.at(tmp_path) as root:
        place = Place(root)
        place.save(answer())
        place.saving.visit(account())
    assert [one.command for one in read_capture_notes(tmp_path / "acc-1/capture.json").commands] == ["show version"]


FULL = VisitAccount(
    "acc-1",
    VisitStatus.PARTIAL,
    host="192.0.2.1",
    site="north",
    platform="cisco_ios",
    hostname="acc-1",
    driver=Driver.NETMIKO,
    profile=AlgorithmProfile.LEGACY,
    attempts=2,
    started_at=AT,
    seconds=1.5,
    commands={"show version": AnswerStatus.OK, "show inventory": AnswerStatus.PARTIAL},
    sizes={"show version": 10, "show inventory": 3},
    missing=("show clock",),
    failure=Failure(FailureKind.RESET, "acc-1: reset", "Wait."),
    warnings=("odd",),
    parse=ParseAccount(5, 1, 0, ""),
)


def test_the_journal_gives_back_what_was_written_and_the_last_line_of_a_device_counts(tmp_path: Path) -> None:
    with OwnFolder.at(tmp_path) as root:
        place = Place(root)
        place.saving.visit(account(status=VisitStatus.FAILED))
        place.saving.visit(account("acc-2"))
        place.saving.visit(FULL)
    assert read_journal(tmp_path) == {"acc-1": FULL, "acc-2": account("acc-2")}


def test_a_torn_or_damaged_line_costs_itself_only(tmp_path: Path) -> None:
    with OwnFolder.at(tmp_path) as root:
        place = Place(root)
        place.saving.visit(FULL)
        place.saving.visit(account("acc-2"))
    whole = (tmp_path / "visits.jsonl").read_bytes()
    first = whole.split(b"\n")[0]
    for cut in range(len(first) + 1, len(whole) - 1, 7):
        (tmp_path / "visits.jsonl").write_bytes(whole[:cut])
        assert read_journal(tmp_path) == {"acc-1": FULL}
    (tmp_path / "visits.jsonl").write_bytes(
        b"\xff\xff\n[]\n3\n" + b"[" * 100_000 + b'\n{"device": 7}\n{"device": "x", "status": "odd"}\n' + whole
    )
    assert read_journal(tmp_path) == {"acc-1": FULL, "acc-2": account("acc-2")}


def test_a_line_added_after_a_torn_one_is_read(tmp_path: Path) -> None:
    (tmp_path / "visits.jsonl").write_bytes(b'{"device": "acc-2", "sta')
    with OwnFolder.at(tmp_path) as root:
        Place(root).saving.visit(FULL)
    assert read_journal(tmp_path) == {"acc-1": FULL}


def test_no_journal_is_an_empty_one(tmp_path: Path) -> None:
    assert read_journal(tmp_path) == {}


def test_the_manifest_gives_back_what_was_written(tmp_path: Path) -> None:
    in_manifest = dataclasses.replace(FULL, sizes={})
    manifest = SweepManifest(
        "20261128T060000Z",
        AT,
        SweepState.STOPPED,
        {"acc-1": in_manifest, "acc-2": None},
        {"acc-1": "acc-1", "acc-2": "acc-2"},
        AT + timedelta(minutes=1),
    )
    with OwnFolder.at(tmp_path) as root:
        Place(root).saving.manifest(manifest)
    assert read_manifest(tmp_path) == manifest
    document = json.loads((tmp_path / "manifest.json").read_text())
    assert document["schema"] == "switchcorr/sweep/1"
    assert document["state"] == "stopped"
    assert document["devices"]["acc-2"] == {"status": "waiting", "folder": "acc-2"}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"schema": "other/1"}', b'"x"'])
def test_a_manifest_that_is_none_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "manifest.json").write_bytes(content)
    assert read_manifest(tmp_path) is None


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "noon", "", 7])
@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan, 10**400, -1, True, "1"])
def test_values_of_a_manifest_that_cannot_be_are_as_if_they_were_not_there(tmp_path: Path, moment: object, number: object) -> None:
    visit = {"device": "acc-1", "status": "answered", "started_at": moment, "seconds": number, "attempts": number}
    visit |= {"commands": {"show version": "ok", "show clock": "odd"}, "sizes": {"show version": number}}
    manifest = {"schema": "switchcorr/sweep/1", "sweep": "s", "state": "done", "started_at": moment, "ended_at": moment}
    (tmp_path / "manifest.json").write_text(json.dumps({**manifest, "devices": {"acc-1": visit, "acc-2": number}}))
    (tmp_path / "visits.jsonl").write_text(json.dumps(visit))
    read = VisitAccount("acc-1", VisitStatus.ANSWERED, attempts=0, commands={"show version": AnswerStatus.OK})
    assert read_manifest(tmp_path) == SweepManifest(
        "s", datetime.fromtimestamp(0, UTC), SweepState.DONE, {"acc-1": read, "acc-2": None}, {"acc-1": "acc-1", "acc-2": "acc-2"}
    )
    assert read_journal(tmp_path) == {"acc-1": read}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["status", "failure", "commands", "kind", "seconds", "sizes", "parse", "started_at", "missing"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=15,
    )
)
def test_an_edited_manifest_never_raises(tmp_path_factory: pytest.TempPathFactory, inner: object) -> None:
    folder = tmp_path_factory.mktemp("edited")
    document = {
        "schema": "switchcorr/sweep/1",
        "state": inner,
        "devices": {"a": inner, "b": {"status": "failed", "failure": inner, "sizes": inner}},
    }
    (folder / "manifest.json").write_text(json.dumps(document))
    (folder / "visits.jsonl").write_text(json.dumps({"device": "a", "status": "partial", "commands": inner, "sizes": inner}) + "\n")
    assert read_manifest(folder) is not None
    assert set(read_journal(folder)) <= {"a"}


def test_only_answers_whose_files_are_there_count_as_kept(tmp_path: Path) -> None:
    with OwnFolder.at(tmp_path) as root:
        place = Place(root)
        place.save(answer(), answer("show inventory", b"x"))
        place.saving.visit(account())
    (tmp_path / "acc-1/show_inventory.txt").unlink()
    whole = account(commands={"show version": AnswerStatus.OK, "show inventory": AnswerStatus.OK, "show clock": AnswerStatus.OK})
    assert set(only_kept(whole, tmp_path / "acc-1").commands) == {"show version"}
    assert only_kept(whole, tmp_path / "gone").commands == {}


def test_half_written_files_are_taken_away(tmp_path: Path) -> None:
    with OwnFolder.at(tmp_path) as root:
        place = Place(root)
        place.save(answer())
        (tmp_path / ".manifest.json.part").write_text("{")
        (tmp_path / "acc-1/.show_clock.txt.part").write_text("06:0")
        assert remove_parts(root, ["acc-1", "acc-2"]) == 2
    assert [path.name for path in (tmp_path / "acc-1").iterdir()] == ["show_version.txt"]


def test_devices_are_saved_side_by_side(tmp_path: Path) -> None:
    devices = [f"sw{number}" for number in range(40)]
    with OwnFolder.at(tmp_path) as root, ThreadPoolExecutor(8) as threads:
        place = Place(root, None, *devices)

        def visit(device: str) -> None:
            place.save(*(answer(f"show x {number}", f"{device} {number}".encode()) for number in range(5)), device=device)
            place.saving.visit(account(device))

        list(threads.map(visit, devices))
    assert set(read_journal(tmp_path)) == set(devices)
    assert all((tmp_path / device / "show_x_4.txt").read_text() == f"{device} 4" for device in devices)


@pytest.mark.parametrize("call", ["write", "fsync", "rename", "open"])
def test_whichever_operation_fails_what_was_there_stays_whole(tmp_path: Path, call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The n-th operation fails, for every n: old files are whole or new files are, never between."""
    for number in range(12):
        folder = tmp_path / f"{call}{number}"
        with OwnFolder.at(folder) as root:
            place = Place(root)
            place.save(answer(raw=b"old version"))
            place.saving.visit(account())
            failed = _failing(monkeypatch, call, number)
            told = _saved_anew(place)
            monkeypatch.undo()
        assert bool(told) == failed(), "no success is reported for what failed, and no failure for what did not"
        assert not told or ("No space left on device" in told and ("Make room" in told or "cannot be opened" in told))
        text = (folder / "acc-1/show_version.txt").read_bytes()
        assert text in (b"old version", b"new version")
        notes = json.loads((folder / "acc-1/capture.json").read_text())
        assert "show version" in notes["commands"]
        status = read_journal(folder)["acc-1"].status
        assert status is VisitStatus.PARTIAL or told
        assert not list(folder.rglob("*.part"))


def _saved_anew(place: Place) -> str:
    """Save a second visit; what went wrong."""
    try:
        place.save(answer(raw=b"new version"), answer("show clock", b"new clock"))
        place.saving.visit(account(status=VisitStatus.PARTIAL))
    except InputFileError as error:
        return str(error)
    return ""


def _failing(monkeypatch: pytest.MonkeyPatch, call: str, number: int) -> Callable[[], bool]:
    """Make the n-th call of an operation of the system fail as on a full disk."""
    real = getattr(os, call)
    count = iter(range(10_000))
    failed: list[bool] = []

    def faulty(*arguments: object, **more: object) -> object:
        if next(count) == number:
            failed.append(True)
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*arguments, **more)

    monkeypatch.setattr(os, call, faulty)
    return lambda: bool(failed)
