"""Devices that a sweep did not reach are told by every command that reads its captures."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from switchcorr.captures.sweep_folder import SweepManifest, manifest_text
from switchcorr.jobs.correlate import coverage_of
from switchcorr.jobs.inputs.network import read_network
from switchcorr.jobs.inputs.readings import EventsRead
from switchcorr.jobs.inputs.request import CampusRequest, say_nothing
from switchcorr.model.event import EventLog
from switchcorr.model.sweep import SweepState, VisitAccount
from switchcorr.model.visit import Failure, FailureKind, VisitStatus
from switchcorr.settings import Settings

VERSION = "Cisco IOS Software, C3750E Software, Version 12.2(55)SE\nacc-1 uptime is 1 week\n"


def write(directory: Path, *, unread: int = 1) -> Path:
    refused = {
        f"acc-{number}": VisitAccount(
            f"acc-{number}", VisitStatus.FAILED, failure=Failure(FailureKind.REFUSED, f"acc-{number}: 192.0.2.2:22 refused the connection.")
        )
        for number in range(2, 2 + unread)
    }
    accounts = {"acc-1": VisitAccount("acc-1", VisitStatus.ANSWERED), **refused, "waits": None}
    (directory / "acc-1").mkdir(parents=True)
    (directory / "acc-1" / "show_version.txt").write_text(VERSION)
    (directory / "visits.jsonl").write_text("{}\n")
    (directory / "manifest.json").write_text(manifest_text(SweepManifest("s", datetime.now(UTC), SweepState.RUNNING, accounts)))
    return directory


def test_devices_that_were_not_read_stand_in_the_coverage_with_the_reason(tmp_path: Path) -> None:
    network = read_network(CampusRequest(captures=(write(tmp_path / "a"),)), Settings(parse_workers=1), EventLog(), say_nothing)
    assert network.unread == ("acc-2", "waits")
    assert network.missing == (
        "2 devices of the sweep could not be read. acc-2: 192.0.2.2:22 refused the connection; waits: not visited: the sweep ended before",
    )
    coverage = coverage_of(EventsRead(EventLog(), (), (), ()), network)
    assert (coverage.devices_expected, coverage.devices_read, coverage.devices_unread) == (3, 1, ("acc-2", "waits"))


def test_a_device_that_another_snapshot_shows_was_read(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a"), tmp_path / "b"
    (second / "acc-2").mkdir(parents=True)
    (second / "acc-2" / "show_version.txt").write_text(VERSION.replace("acc-1", "acc-2"))
    network = read_network(CampusRequest(captures=(first, second)), Settings(parse_workers=1), EventLog(), say_nothing)
    assert network.unread == ("waits",)


def test_many_are_one_sentence(tmp_path: Path) -> None:
    network = read_network(CampusRequest(captures=(write(tmp_path, unread=50),)), Settings(parse_workers=1), EventLog(), say_nothing)
    (told,) = network.missing
    assert told.endswith("; and 48 more")
    assert len(network.unread) == 51


def test_captures_without_a_manifest_expect_nothing(tmp_path: Path) -> None:
    directory = write(tmp_path)
    (directory / "manifest.json").unlink()
    network = read_network(CampusRequest(captures=(directory,)), Settings(parse_workers=1), EventLog(), say_nothing)
    assert (network.unread, network.missing) == ((), ())


def test_a_device_that_was_swept_under_two_names_was_read(tmp_path: Path) -> None:
    directory = write(tmp_path)
    for name in ("acc-1", "acc-2"):
        (directory / name).mkdir(exist_ok=True)
        (directory / name / "show_version.txt").write_text(f"{VERSION}Processor board ID FOC1234X0AB\n")
    network = read_network(CampusRequest(captures=(directory,)), Settings(parse_workers=1), EventLog(), say_nothing)
    assert ([device.name for device in network.campus.devices], network.unread) == (["acc-1"], ("waits",))
    assert network.warnings[0].startswith(
        "acc-1: also captured as acc-2: it calls itself acc-1 and has the serial number FOC1234X0AB there too"
    )
