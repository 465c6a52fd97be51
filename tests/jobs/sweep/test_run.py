"""The job ``sweep`` from inventory to manifest, on scripted switches: the drivers are given, everything else is real."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from switchcorr.captures.sweep_folder import read_journal, read_manifest
from switchcorr.collect.progress import CommandAnswered, DeviceParsed, SweepEvent, SweepStarted, VisitEnded
from switchcorr.errors import ExitCode, SweepError, UsageError
from switchcorr.jobs.sweep import run as sweep_job
from switchcorr.jobs.sweep.run import Stop, SweepOutcome, SweepRequest, plan_sweep, run_sweep
from switchcorr.jobs.sweep.state import read_last_sweep, read_learned
from switchcorr.model.inventory import AlgorithmProfile, Driver
from switchcorr.model.sweep import SweepState
from switchcorr.model.visit import AnswerStatus, FailureKind, VisitStatus
from switchcorr.settings import Settings
from tests.collect.fleet import COMMANDS, Fleet, Script

PASSWORD = "CANARY-7f3a-xq81-zw"
FIRST = COMMANDS[0]


@dataclass(slots=True)
class Site:
    """A state directory, an inventory, and switches."""

    path: Path
    fleet: Fleet = field(default_factory=Fleet)
    events: list[SweepEvent] = field(default_factory=list)
    settings: Settings = field(default_factory=lambda: Settings(logins_a_second=1000, parse_workers=1))
    request: SweepRequest = field(init=False)

    def __post_init__(self) -> None:
        self.request = SweepRequest(
            state_dir=self.path / "state",
            inventory=str(self.path / "hosts.yaml"),
            environment={"HOME": str(self.path), "SWITCH_PASSWORD": PASSWORD},
        )

    def write(self, *names: str, extra: str = "", **more: str) -> Site:
        """An inventory of these devices; ``more`` are further lines of single devices."""
        lines = [f"{name}:\n  hostname: {name}.example.org\n  platform: cisco_ios\n  groups: [all]\n{more.get(name, '')}" for name in names]
        (self.path / "hosts.yaml").write_text("".join(lines) + extra)
        (self.path / "groups.yaml").write_text("all:\n  username: ops\n  password: env:SWITCH_PASSWORD\n")
        return self

    def run(self, stop: Stop | None = None, watch: Callable[[SweepEvent], None] | None = None, **more: object) -> SweepOutcome:
        def note(event: SweepEvent) -> None:
            self.events.append(event)
            if watch is not None:
                watch(event)

        request = replace(self.request, **more)  # type: ignore[arg-type]  # a test names the fields it means
        return run_sweep(request, settings=self.settings, watch=note, stop=stop, drivers={Driver.DIALOGUE: self.fleet})


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path).write("acc-1", "acc-2", "acc-3")


def statuses(outcome: SweepOutcome) -> dict[str, VisitStatus]:
    return {visit.device: visit.status for visit in outcome.visits}


def test_a_sweep_leaves_captures_a_journal_and_a_manifest(site: Site) -> None:
    version = b"Cisco IOS Software, C2960 Software (C2960-LANBASEK9-M), Version 15.0(2)SE, RELEASE SOFTWARE (fc1)\r\n"
    site.fleet.usual = lambda: Script(says={FIRST: (AnswerStatus.OK, version)})
    outcome = site.run()
    assert (outcome.state, outcome.exit_code) == (SweepState.DONE, ExitCode.DONE)
    assert set(statuses(outcome).values()) == {VisitStatus.ANSWERED}
    assert outcome.folder.parent == site.path / "state" / "sweeps"
    assert outcome.folder.name == outcome.sweep
    assert len(list((outcome.folder / "acc-1").glob("*.txt"))) == len(COMMANDS)
    manifest = read_manifest(outcome.folder)
    assert manifest is not None
    assert (manifest.state, set(manifest.devices)) == (SweepState.DONE, {"acc-1", "acc-2", "acc-3"})
    assert set(read_journal(outcome.folder)) == {"acc-1", "acc-2", "acc-3"}
    last = read_last_sweep(site.request.state_dir)
    assert last is not None
    assert (Path(last.folder), last.state, last.refused) == (outcome.folder.resolve(), SweepState.DONE, ())
    assert outcome.steps == ()


def test_every_device_is_parsed_and_told(site: Site) -> None:
    version = b"Cisco IOS Software, C2960 Software (C2960-LANBASEK9-M), Version 15.0(2)SE, RELEASE SOFTWARE (fc1)\r\n"
    site.fleet.usual = lambda: Script(says={FIRST: (AnswerStatus.OK, version)})
    outcome = site.run()
    assert {event.device for event in site.events if isinstance(event, DeviceParsed)} == {"acc-1", "acc-2", "acc-3"}
    manifest = json.loads((outcome.folder / "manifest.json").read_text())
    for visit in outcome.visits:
        assert visit.parse is not None
        assert visit.parse.failure == ""
        assert visit.parse.quarantined + visit.parse.rows + visit.parse.bad_lines > 0
        assert manifest["devices"][visit.device]["parse"]["rows"] == visit.parse.rows


def test_the_beginning_is_told_first(site: Site) -> None:
    site.run()
    first = site.events[0]
    assert isinstance(first, SweepStarted)
    assert first.devices == 3


def test_the_password_stands_nowhere(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    echo = f"login {PASSWORD}\r\n".encode()
    site.fleet = Fleet(**{"acc-2": Script(raises_at=FIRST), "acc-3": Script(refuses=FailureKind.AUTHENTICATION)})
    site.fleet.usual = lambda: Script(says={FIRST: (AnswerStatus.OK, echo)}, warnings=(f"it said {PASSWORD}",))
    with caplog.at_level(logging.DEBUG):
        outcome = site.run()
    written = b"".join(path.read_bytes() for path in (site.path / "state").rglob("*") if path.is_file())
    pieces = {PASSWORD[start : start + 8] for start in range(len(PASSWORD) - 7)}
    assert [piece for piece in pieces if piece.encode() in written or piece in caplog.text] == []
    assert b"login ***" in written
    assert PASSWORD not in repr(outcome.steps)


def test_a_reference_that_leads_nowhere_costs_its_devices_only(site: Site) -> None:
    site.write("acc-1", "acc-2", **{"acc-2": "  password: env:NOT_SET\n"})
    outcome = site.run()
    assert statuses(outcome) == {"acc-1": VisitStatus.ANSWERED, "acc-2": VisitStatus.FAILED}
    failure = outcome.visits[1].failure
    assert failure is not None
    assert failure.kind is FailureKind.CREDENTIALS
    assert "NOT_SET" in failure.message
    assert outcome.exit_code is ExitCode.PARTIAL
    assert site.fleet.logins == ["acc-1"]
    assert [event.visit.device for event in site.events if isinstance(event, VisitEnded)] == ["acc-2", "acc-1"]


def test_the_dry_run_connects_to_nothing_and_follows_no_reference(site: Site) -> None:
    site.write("acc-1", **{"acc-1": "  password: cmd:/bin/false never\n  data: {}\n"})
    plan = plan_sweep(site.request, settings=site.settings)
    assert [row.command for row in plan.commands] == list(COMMANDS)
    assert {(row.device, row.host, row.port, row.platform, row.driver) for row in plan.commands} == {
        ("acc-1", "acc-1.example.org", 22, "cisco_ios", Driver.DIALOGUE)
    }
    assert site.fleet.logins == []
    assert not (site.path / "state").exists()


def test_only_the_selected_devices_are_visited(site: Site) -> None:
    outcome = site.run(limit="acc-*,!acc-2")
    assert set(statuses(outcome)) == {"acc-1", "acc-3"}
    with pytest.raises(UsageError, match="acc-9"):
        site.run(limit="acc-9")


def test_an_expired_password_stops_the_sweep_and_the_next_one_is_careful(tmp_path: Path) -> None:
    site = Site(tmp_path).write(*(f"acc-{number:02}" for number in range(20)))
    site.fleet.usual = lambda: Script(refuses=FailureKind.AUTHENTICATION)
    outcome = site.run()
    assert outcome.state is SweepState.STOPPED
    assert len(site.fleet.logins) == 3
    assert outcome.exit_code is ExitCode.FAILED
    assert {step.kind for step in outcome.steps} == {FailureKind.STOPPED, FailureKind.AUTHENTICATION}
    refused = set(site.fleet.logins)
    again = site.run()
    assert len(site.fleet.logins) == 4, "one canary"
    assert site.fleet.logins[-1] not in refused
    assert again.state is SweepState.STOPPED
    site.fleet.usual = Script
    assert site.run().state is SweepState.DONE
    assert len(site.fleet.logins) == 24


def test_a_resume_never_tries_a_refused_password_again(tmp_path: Path) -> None:
    site = Site(tmp_path).write(*(f"acc-{number}" for number in range(8)))
    site.fleet.usual = lambda: Script(refuses=FailureKind.AUTHENTICATION)
    first = site.run()
    refused = set(site.fleet.logins)
    site.fleet.usual = Script
    second = site.run(resume=True)
    assert second.folder == first.folder.resolve()
    assert sorted(site.fleet.logins[3:]) == sorted({f"acc-{number}" for number in range(8)} - refused)
    assert {visit.device for visit in second.visits if visit.status is VisitStatus.FAILED} == refused
    assert second.state is SweepState.DONE


def test_a_resume_asks_for_what_is_missing_only(site: Site) -> None:
    site.fleet = Fleet(**{"acc-2": Script(closes_at=COMMANDS[2]), "acc-3": Script(refuses=FailureKind.CONNECT_TIMEOUT)})
    first = site.run()
    assert statuses(first) == {"acc-1": VisitStatus.ANSWERED, "acc-2": VisitStatus.PARTIAL, "acc-3": VisitStatus.FAILED}
    site.fleet = Fleet()
    (site.path / "state/sweeps" / first.sweep / "acc-1/.show_clock.txt.part").write_text("06:")
    second = site.run(resume=True)
    assert second.sweep == first.sweep
    assert set(statuses(second).values()) == {VisitStatus.ANSWERED}
    assert sorted(set(site.fleet.logins)) == ["acc-2", "acc-3"]
    assert site.fleet.asked_of("acc-2") == list(COMMANDS[2:])
    assert not list(second.folder.rglob("*.part"))
    notes = json.loads((second.folder / "acc-2/capture.json").read_text())
    assert {one["status"] for one in notes["commands"].values()} == {"ok"}
    assert set(notes["commands"]) == set(COMMANDS)


def test_an_answer_whose_file_is_gone_is_asked_for_again(site: Site) -> None:
    first = site.run()
    (first.folder / "acc-2" / "show_version.txt").unlink()
    site.fleet = Fleet()
    second = site.run(resume=True, resume_from=first.folder)
    assert site.fleet.asked == [("acc-2", "show version")]
    assert set(statuses(second).values()) == {VisitStatus.ANSWERED}


def test_a_sweep_killed_at_any_line_of_its_journal_is_completed(site: Site) -> None:
    first = site.run()
    whole = (first.folder / "visits.jsonl").read_bytes()
    running = (first.folder / "manifest.json").read_text().replace('"state": "done"', '"state": "running"')
    document = json.loads(running)
    document["devices"] = {name: {"status": "waiting", "folder": name} for name in document["devices"]}
    for cut in range(0, len(whole), 97):
        (first.folder / "visits.jsonl").write_bytes(whole[:cut])
        (first.folder / "manifest.json").write_text(json.dumps(document))
        site.fleet = Fleet()
        second = site.run(resume=True, resume_from=first.folder)
        assert set(statuses(second).values()) == {VisitStatus.ANSWERED}
        assert len(site.fleet.logins) == 3 - whole[:cut].count(b"\n") or whole[:cut].endswith(b"}")
        assert set(read_journal(first.folder)) == {"acc-1", "acc-2", "acc-3"}


def test_a_limited_resume_leaves_the_others_waiting(site: Site) -> None:
    site.fleet.usual = lambda: Script(refuses=FailureKind.AUTHENTICATION)
    site.write("acc-1", "acc-2", "acc-3", "acc-4", "acc-5").run()
    site.fleet.usual = Script
    outcome = site.run(resume=True, limit="acc-4")
    assert outcome.state is SweepState.INTERRUPTED
    assert any("acc-5" in warning for warning in outcome.warnings)
    assert statuses(outcome)["acc-4"] is VisitStatus.ANSWERED


def test_nothing_to_resume_is_said(site: Site) -> None:
    with pytest.raises(SweepError, match="none has begun yet"):
        site.run(resume=True)
    (site.path / "empty").mkdir()
    with pytest.raises(SweepError, match=r"holds no manifest\.json"):
        site.run(resume=True, resume_from=site.path / "empty")


def test_a_folder_with_a_sweep_is_not_written_over(site: Site) -> None:
    site.run(out=site.path / "out")
    with pytest.raises(SweepError, match="holds a sweep already"):
        site.run(out=site.path / "out")


def test_a_second_sweep_is_refused_and_the_first_is_named(site: Site) -> None:
    refusals: list[str] = []

    def begin_another(event: SweepEvent) -> None:
        if isinstance(event, SweepStarted):
            try:
                run_sweep(site.request, settings=site.settings, drivers={})
            except SweepError as error:
                refusals.append(error.message)

    site.run(watch=begin_another)
    assert len(refusals) == 1
    assert f"process {os.getpid()}, captures in " in refusals[0]


def test_a_nearly_full_disk_is_noticed_before_anything_is_asked(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep_job, "LEAST_FREE_MB", shutil.disk_usage(site.path).free // 1024**2 + 10_000_000)
    with pytest.raises(SweepError, match=r"Only \d+ MB are free .* at least"):
        site.run()
    assert site.fleet.logins == []


def test_a_stop_from_another_thread_ends_the_sweep_in_good_order(site: Site) -> None:
    stop = Stop()
    site.fleet = Fleet(**{name: Script(hangs_at=COMMANDS[3]) for name in ("acc-1", "acc-2", "acc-3")})
    site.fleet.at_hang = lambda: threading.Thread(target=stop).start()
    outcome = site.run(stop=stop)
    assert outcome.state is SweepState.INTERRUPTED
    assert outcome.exit_code is ExitCode.INTERRUPTED
    assert VisitStatus.CANCELLED in statuses(outcome).values()
    assert (outcome.folder / "acc-1" / "show_version.txt").exists()
    site.fleet = Fleet()
    assert set(statuses(site.run(resume=True)).values()) == {VisitStatus.ANSWERED}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_sweep_in_good_order_and_handlers_are_put_back(site: Site, number: signal.Signals) -> None:
    before = signal.getsignal(number)
    site.fleet = Fleet(**{"acc-1": Script(hangs_at=COMMANDS[3])})
    site.fleet.at_hang = lambda: os.kill(os.getpid(), number)
    outcome = site.run()
    assert outcome.state is SweepState.INTERRUPTED
    assert outcome.exit_code is ExitCode.INTERRUPTED
    assert "acc-1" in site.fleet.closed
    assert signal.getsignal(number) == before


def test_a_careful_sweep_that_proved_nothing_leaves_the_next_one_careful(tmp_path: Path) -> None:
    site = Site(tmp_path).write(*(f"acc-{number}" for number in range(8)))
    site.fleet.usual = lambda: Script(refuses=FailureKind.AUTHENTICATION)
    site.run()
    site.fleet = Fleet()
    site.fleet.usual = lambda: Script(refuses=FailureKind.UNREACHABLE)
    assert site.run().state is SweepState.DONE
    site.fleet = Fleet()
    site.fleet.usual = lambda: Script(refuses=FailureKind.AUTHENTICATION)
    site.run()
    assert len(site.fleet.logins) == 1


def test_a_closed_pipe_behind_the_watcher_does_not_end_the_sweep(site: Site) -> None:
    def broken(event: SweepEvent) -> None:
        raise BrokenPipeError(32, "Broken pipe")

    outcome = site.run(watch=broken)
    assert set(statuses(outcome).values()) == {VisitStatus.ANSWERED}
    assert len(site.events) == 1


def test_a_stop_while_the_last_texts_are_parsed_ends_the_parsing(site: Site) -> None:
    stop = Stop()
    ended = iter(range(3))

    def stop_at_the_end(event: SweepEvent) -> None:
        if isinstance(event, VisitEnded) and next(ended) == 2:
            stop()

    outcome = site.run(stop=stop, watch=stop_at_the_end)
    assert set(statuses(outcome).values()) == {VisitStatus.ANSWERED}


def test_what_a_device_speaks_is_learned_and_used_only_where_permitted(site: Site) -> None:
    site.run()
    learned = read_learned(site.request.state_dir)
    assert learned["acc-1"].platform == "cisco_ios"
    assert learned["acc-1"].profile is AlgorithmProfile.MODERN


def test_a_killed_disk_loses_nothing_and_says_what_to_do(site: Site) -> None:
    out = site.path / "out"

    def vanish(event: SweepEvent) -> None:
        if isinstance(event, CommandAnswered) and event.command == COMMANDS[2] and not (out / "acc-2").is_symlink():
            while not (out / "acc-2").is_symlink():
                shutil.rmtree(out / "acc-2", ignore_errors=True)
                with contextlib.suppress(FileExistsError):  # a writer was quicker
                    (out / "acc-2").symlink_to(site.path)

    outcome = site.run(out=out, watch=vanish)
    assert outcome.state is SweepState.INTERRUPTED
    assert any(step.kind is FailureKind.SAVE for step in outcome.steps)
    assert not (site.path / "show_version.txt").exists()
    assert (out / "manifest.json").exists()


def test_a_manifest_that_cannot_be_written_is_told_and_made_by_the_resume(site: Site) -> None:
    out = site.path / "out"

    def block(event: SweepEvent) -> None:
        if isinstance(event, VisitEnded) and not (out / "manifest.json").is_dir():
            (out / "manifest.json").unlink()
            (out / "manifest.json").mkdir()

    outcome = site.run(out=out, watch=block)
    assert outcome.state is SweepState.INTERRUPTED
    assert any("manifest.json" in warning and "--resume" in warning for warning in outcome.warnings)
    assert {visit.status for visit in outcome.visits} == {VisitStatus.ANSWERED}


def test_what_the_next_sweep_would_know_may_not_fit_on_the_disk_and_the_outcome_is_told(site: Site) -> None:
    def block(event: SweepEvent) -> None:
        place = site.request.state_dir / "last-sweep.json"
        if isinstance(event, VisitEnded) and not place.is_dir():
            place.unlink()
            place.mkdir()

    outcome = site.run(watch=block)
    assert any("last-sweep.json" in warning for warning in outcome.warnings)
    assert {visit.status for visit in outcome.visits} == {VisitStatus.ANSWERED}


def test_a_permission_for_no_device_is_refused(site: Site) -> None:
    with pytest.raises(UsageError, match="--algorithms acc-11: no device of the inventory has that name") as told:
        site.run(algorithms={"acc-11": AlgorithmProfile.LEGACY})
    assert told.value.hint == "Is acc-1 meant?"
    with pytest.raises(UsageError) as told:
        site.run(algorithms={"zzz": AlgorithmProfile.LEGACY})
    assert told.value.hint.startswith("It takes the name")
