"""Audits again and again: a run that fails does not end the others, a signal does."""

from __future__ import annotations

import json
import signal
import socket
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from switchcorr.cli.audit.run import AuditShow, event_files, repeat_audit
from switchcorr.cli.options import Format
from switchcorr.errors import ExitCode
from switchcorr.files import OwnFolder
from switchcorr.jobs.audit.lock import only_audit
from switchcorr.jobs.audit.request import AuditRequest
from switchcorr.jobs.inputs.request import Times
from switchcorr.jobs.store.place import StorePlace
from switchcorr.jobs.sweep.request import SweepRequest
from switchcorr.lab.faults import Fault
from switchcorr.settings import Settings
from switchcorr.store.audits import runs
from switchcorr.store.url import parse_url
from tests.e2e.sweeping import DEADLINE_S, Site, campus_switches
from tests.labs import lab_thread

NOW = datetime(2026, 11, 28, tzinfo=UTC)
SHOWN = AuditShow(format_=Format.JSON, quiet=True)


@pytest.fixture
def request_(tmp_path: Path) -> AuditRequest:
    place = StorePlace(parse_url(str(tmp_path / "x.db")), tmp_path / "raw")
    settings = Settings(parse_workers=1, audit_events=f"{tmp_path}/logs/*.log, {tmp_path}/single.txt")
    return AuditRequest(place, tmp_path / "state", tmp_path / "reports", Times(NOW), settings, clock=lambda: NOW)


def test_a_run_that_fails_is_told_and_the_loop_goes_on(request_: AuditRequest, capsys: pytest.CaptureFixture[str]) -> None:
    with OwnFolder.at(request_.state_dir) as state, only_audit(state, NOW):
        assert repeat_audit(request_, SHOWN, "1m", most=1) == ExitCode.FAILED
    assert "Another audit runs" in capsys.readouterr().err
    assert repeat_audit(request_, SHOWN, "1m", most=1) == ExitCode.PARTIAL
    assert json.loads(capsys.readouterr().out)["partial"]
    with request_.place.open(write=False) as store:
        assert len(runs(store)) == 1


def test_what_was_assumed_of_event_files_and_what_lacks_a_time_is_told(request_: AuditRequest, capsys: pytest.CaptureFixture[str]) -> None:
    log, listed = request_.state_dir.parent / "a.csv", request_.state_dir.parent / "list.txt"
    log.write_text("time,phone,event,reason,node\n2026-11-27 08:00:00,SEP00005E000001,unregistered,13,cm-1\n")
    listed.write_text("SEP00005E000001, SEP00005E000002\n")
    repeat_audit(replace(request_, events=(log, listed)), SHOWN, "1m", most=1)
    told = json.loads(capsys.readouterr().out)
    assert f"{log}: 1 time carries no zone and is read as UTC (--timezone names another)." in told["assumptions"]
    assert any(f"{listed}: its 2 events carry no time and were not stored: give --at TIME." in problem for problem in told["problems"])


def test_switches_that_were_not_read_are_named_with_the_reason_and_the_next_command(
    request_: AuditRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as closed:  # bound and not listening: whoever connects is refused
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        hosts = "".join(
            f"sw-{number}: {{hostname: 127.0.0.1, port: {port}, platform: cisco_ios, username: a, password: 'env:P'}}\n"
            for number in range(2)
        )
        inventory = tmp_path / "inventory"
        inventory.mkdir()
        (inventory / "hosts.yaml").write_text(hosts)
        sweep = SweepRequest(tmp_path / "state", inventory=str(inventory), environment={"P": "x"})
        repeat_audit(replace(request_, sweep=sweep), SHOWN, "1m", most=1)
    told = json.loads(capsys.readouterr().out)
    said = "sweep: 2 of 2 devices were not read: sw-0, sw-1 (connection refused). `switchcorr doctor sw-0` shows what to do"
    assert said in told["problems"]
    assert "ECONNREFUSED" not in json.dumps(told)


def test_event_files_are_found_anew_at_each_run(request_: AuditRequest, tmp_path: Path) -> None:
    logs, received = tmp_path / "logs", request_.state_dir / "events"
    assert event_files(request_) == (tmp_path / "single.txt",)
    for path in (logs / "b.log", logs / "a.log", received / "2026.log", received / ".part"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    assert event_files(request_) == (logs / "a.log", logs / "b.log", tmp_path / "single.txt", received / "2026.log")


def test_what_a_listener_keeps_beside_its_segments_is_no_event_log(request_: AuditRequest, tmp_path: Path) -> None:
    elsewhere = replace(request_, settings=replace(request_.settings, audit_events=f"{tmp_path}/out/*"))
    for folder in (tmp_path / "out", request_.state_dir / "events"):
        folder.mkdir(parents=True)
        for name in ("20261130T220951Z-0000.log", "listen.json", "incidents.jsonl", ".live.json", ".listen.lock"):
            (folder / name).write_text("{}")
    found = event_files(elsewhere)
    assert [path.name for path in found] == ["20261130T220951Z-0000.log"] * 2, "they change all day: each run would have told a problem"


def test_a_signal_ends_it_between_two_runs(tmp_path: Path) -> None:
    site = Site(tmp_path)
    with site.started("audit", "--no-sweep", "--every", "1d", "--format", "json") as process:
        assert process.stdout is not None
        document = ""
        deadline = time.monotonic() + DEADLINE_S
        while not document.endswith("\n}\n") and time.monotonic() < deadline:
            document += process.stdout.readline()
        assert json.loads(document)["schema"] == "switchcorr/audit/1"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=DEADLINE_S) == ExitCode.PARTIAL


@pytest.mark.parametrize("repeated", [[], ["--every", "1d"]])
def test_a_signal_during_the_sweep_ends_it_and_is_no_audit(tmp_path: Path, repeated: list[str]) -> None:
    site = Site(tmp_path, {"SWITCHCORR_LOGINS_A_SECOND": "100"})
    (switch,) = campus_switches(1)
    with lab_thread([replace(switch, fault=Fault.HANG_MID_OUTPUT, fault_at="show interfaces")]) as lab:
        site.write(lab, [switch.name])
        assert site.call("trust", "--all", "--yes").returncode == 0
        with site.started("audit", *repeated) as process:
            deadline = time.monotonic() + DEADLINE_S
            while not list(site.state.glob(f"sweeps/*/{switch.name}/show_version.txt")) and time.monotonic() < deadline:
                time.sleep(0.05)
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=DEADLINE_S)
            assert process.returncode == ExitCode.INTERRUPTED
    found = json.loads(site.call("findings", "--format", "json").stdout)
    assert found["findings"] == []
