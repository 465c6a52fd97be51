"""The sweep as a user meets it: host keys recorded, switches visited, watched, interrupted, completed, and looked at by doctor."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO

import pytest
from rich.cells import cell_len

from switchcorr.lab.faults import Fault
from switchcorr.lab.jump_host import LabJumpHost
from switchcorr.lab.ssh_server import LabServer
from switchcorr.model.inventory import AlgorithmProfile
from tests.e2e.sweeping import Site, campus_switches, run_in_terminal
from tests.labs import lab_thread

_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_NAMES = [f"acc-{number:03}" for number in range(1, 7)]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.fixture
def lab() -> Iterator[LabServer]:
    switches = campus_switches(6, think_s=0.02)
    dead = [replace(switches[-1], fault=Fault.HANG_MID_OUTPUT)]
    with lab_thread([*switches[:-1], *dead]) as lab:
        yield lab


def _documents(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_nothing_is_visited_before_its_key_is_trusted_and_then_everything_is(lab: LabServer, site: Site) -> None:
    site.write(lab, _NAMES[:5])
    refused = site.run("sweep")
    assert refused.returncode == 1
    assert lab.journal.auth_attempts() == 0
    *visits, summary = _documents(refused.stdout)
    assert {visit["failure"]["kind"] for visit in visits} == {"host_key_unknown"}  # type: ignore[index]  # JSON
    trusted = site.run("trust", "--all", "--yes")
    assert (trusted.returncode, lab.journal.auth_attempts()) == (0, 0), trusted.stdout + trusted.stderr
    swept = site.run("sweep", "--out", site.directory / "captures")
    assert swept.returncode == 0, swept.stdout + swept.stderr
    *visits, summary = _documents(swept.stdout)
    assert sorted(str(visit["device"]) for visit in visits) == _NAMES[:5]
    assert {visit["status"] for visit in visits} == {"answered"}
    assert (summary["schema"], summary["devices"], summary["state"]) == ("switchcorr/sweep-summary/1", 5, "done")
    assert sorted(path.name for path in (site.directory / "captures").iterdir() if path.is_dir()) == _NAMES[:5]


def test_a_dry_run_connects_to_nothing_and_needs_no_secret(lab: LabServer, site: Site) -> None:
    site.write(lab, _NAMES, password="env:NOT_SET_AT_ALL")
    table = site.call("sweep", "--dry-run", "--format", "table", "--limit", "acc-00[12]")
    assert table.returncode == 0, table.stderr
    assert {line.split()[0] for line in table.stdout.splitlines()[1:]} == {"acc-001", "acc-002"}
    document = json.loads(site.call("sweep", "--dry-run").stdout)
    assert (document["schema"], document["devices"]) == ("switchcorr/sweep-plan/1", 6)
    assert {"device", "host", "port", "command"} <= set(document["commands"][0])
    assert lab.journal.connections() == 0


@pytest.mark.parametrize("columns", [80, 200])
def test_the_live_view_fits_its_terminal_and_leaves_it_as_it_was(columns: int, lab: LabServer, site: Site) -> None:
    site.write(lab, _NAMES)
    site.environment["SWITCHCORR_IDLE_S"] = "1"
    assert site.call("trust", "--all", "--yes").returncode == 0
    screen = run_in_terminal(site, "sweep", columns=columns)
    assert screen.code == 3, screen.text
    assert screen.before == screen.after
    assert screen.text.count("\x1b[?25l") == screen.text.count("\x1b[?25h") == 1
    lines = re.split(r"\r?\n|\r", _ESCAPE.sub("", screen.text))
    too_wide = [line for line in lines if cell_len(line) > columns]
    assert [line for line in too_wide if not line.startswith(("captures: ", "next: "))] == []
    assert any("of 6  " in line and "━" in line for line in lines), screen.text
    assert any(re.match(r"acc-001 +answered", line) for line in lines)
    assert any(line.startswith("next: switchcorr correlate --captures ") for line in lines)


def test_ctrl_c_is_answered_at_once_and_the_terminal_is_clean(lab: LabServer, site: Site) -> None:
    site.write(lab, _NAMES)
    assert site.call("trust", "--all", "--yes").returncode == 0
    pressed: list[float] = []

    def press(shown: str, terminal: IO[bytes]) -> None:
        if not pressed and "5 of 6" in shown:  # the sixth hangs
            pressed.append(time.monotonic())
            terminal.write(b"\x03")

    screen = run_in_terminal(site, "sweep", columns=80, act=press)
    assert pressed
    assert screen.code == 130, screen.text
    assert "interrupted" in screen.text
    assert "Traceback" not in screen.text
    assert "--resume" in screen.text
    assert screen.text.count("\x1b[?25l") == screen.text.count("\x1b[?25h") == 1


def test_a_second_ctrl_c_ends_at_once(site: Site) -> None:
    switches = [replace(switch, fault=Fault.DRIP) for switch in campus_switches(2)]
    with lab_thread(switches) as lab:
        site.write(lab, _NAMES[:2])
        assert site.call("trust", "--all", "--yes").returncode == 0
        sent: list[str] = []

        def press(shown: str, terminal: IO[bytes]) -> None:
            if not sent and "2 running" in shown:
                sent.append("first")
                terminal.write(b"\x03")
            elif len(sent) == 1 and "Ctrl-C ends at once" in shown:
                sent.append("second")
                terminal.write(b"\x03")

        screen = run_in_terminal(site, "sweep", columns=80, act=press)
    assert sent
    assert screen.code == 130, screen.text
    assert "Traceback" not in screen.text


def test_a_sweep_that_is_ended_keeps_whole_files_and_is_completed(lab: LabServer, site: Site) -> None:
    site.write(lab, _NAMES)
    assert site.call("trust", "--all", "--yes").returncode == 0
    captures = site.directory / "captures"
    with site.started("sweep", "--out", captures) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        early = [process.stdout.readline() for _ in range(2)]
        process.send_signal(signal.SIGTERM)
        rest, told = process.stdout.read(), process.stderr.read()  # communicate() would lose the lines that were read ahead
    assert process.returncode == 130, told
    assert "interrupted" in told
    assert "Traceback" not in told
    *visits, summary = _documents("".join(early) + rest)
    assert len(visits) == 6
    assert summary["state"] == "interrupted"
    manifest = json.loads((captures / "manifest.json").read_text())
    assert manifest["state"] == "interrupted"
    files = [path for path in captures.rglob("*") if path.is_file()]
    assert files
    assert [path.name for path in files if path.name.startswith(".") and path.suffix not in ("", ".lock")] == []
    site.environment["SWITCHCORR_IDLE_S"] = "1"
    resumed = site.run_printed(str(summary["next"]))
    assert resumed.returncode == 3, resumed.stdout + resumed.stderr  # the one that hangs, still hangs
    *_, summary = _documents(resumed.stdout)
    assert (summary["devices"], summary["visits"]["answered"], summary["state"]) == (6, 5, "done")  # type: ignore[index]  # JSON


def test_doctor_finds_nothing_wrong_with_a_healthy_device(lab: LabServer, site: Site) -> None:
    site.write(lab, _NAMES)
    assert site.call("trust", "acc-001", "--yes").returncode == 0
    checked = site.run("doctor", "acc-001", "--format", "json")
    document = json.loads(checked.stdout)
    (checkup,) = document["checkups"]
    states = {check["name"]: check["state"] for check in checkup["checks"]}
    findings = [check for check in checkup["checks"] if check["state"] != "ok"]
    assert findings == []
    assert (checked.returncode, document["schema"], document["findings"]) == (0, "switchcorr/doctor/1", 0)
    assert {"name", "connection", "algorithms", "host key", "login", "prompt", "paging", "clock", "show version"} <= set(states)
    assert lab.journal.passwords_received("acc-001") == 1
    assert site.call("doctor", "--limit", "acc-001").returncode == 2


def test_doctor_stops_where_it_makes_no_sense_to_go_on(site: Site) -> None:
    switches = campus_switches(4)
    faulty = [
        replace(switches[0], algorithms=AlgorithmProfile.LEGACY),
        replace(switches[1], fault=Fault.CONNECTION_REFUSED),
        replace(switches[2], fault=Fault.NOT_SSH),
        replace(switches[3], fault=Fault.WRONG_PASSWORD),
    ]
    with lab_thread(faulty) as lab:
        site.write(lab, _NAMES[:4])
        assert site.call("trust", "acc-001", "acc-004", "--yes").returncode == 0
        for name, code, last, kind in (
            ("acc-001", 4, "algorithms", "switchcorr_algorithms: legacy"),
            ("acc-002", 1, "connection", "refused"),
            ("acc-003", 1, "banner", "HTTP"),
            ("acc-004", 4, "login", "refused"),
        ):
            checked = site.call("doctor", name, "--format", "json")
            assert checked.returncode == code, checked.stdout + checked.stderr
            (checkup,) = json.loads(checked.stdout)["checkups"]
            failed = [check for check in checkup["checks"] if check["state"] == "failed"]
            assert [check["name"] for check in failed] == [last]
            assert kind in failed[0]["found"] + failed[0]["remedy"]
            after = checkup["checks"][checkup["checks"].index(failed[0]) + 1 :]
            assert {check["state"] for check in after} == {"not_reached"}
        assert lab.journal.passwords_received("acc-004") == 1


def test_doctor_looks_at_this_installation(lab: LabServer, site: Site) -> None:
    site.write(lab, _NAMES, password="env:NOT_SET_AT_ALL")
    checked = site.call("doctor", "--format", "json")
    (checkup,) = json.loads(checked.stdout)["checkups"]
    states = {check["name"]: check for check in checkup["checks"]}
    assert checked.returncode == 4
    assert "6 devices" in states["inventory"]["found"]
    assert states["credentials"]["state"] == "failed"
    assert "NOT_SET_AT_ALL" in states["credentials"]["found"]
    assert states["host keys"]["state"] == "warning"
    site.write(lab, _NAMES)
    assert site.call("trust", "--all", "--yes").returncode == 0
    assert site.call("doctor").returncode == 0


def test_behind_a_jump_host_its_own_key_is_trusted_first_and_then_that_of_the_device(site: Site) -> None:
    async def run() -> None:
        switches = campus_switches(2)
        async with LabServer(switches) as lab, LabJumpHost(lab) as jump:
            host, port = jump.address
            way = f"jump: jump@{host}:{port}, jump_password: 'env:JUMP_PASSWORD'"
            site.environment["JUMP_PASSWORD"] = "jump-password"
            site.write(lab, _NAMES[:2], extras=dict.fromkeys(_NAMES[:2], way))
            refused = await asyncio.to_thread(site.run, "sweep")
            assert refused.returncode == 1, refused.stdout
            assert lab.journal.connections() == 0
            unsure = await asyncio.to_thread(site.run, "trust", "acc-001", "--fingerprint", "SHA256:that-of-the-device")
            assert unsure.returncode == 1
            assert "it is a host on the way" in unsure.stderr
            trusted = await asyncio.to_thread(site.run, "trust", "--all", "--yes", "--format", "table")
            assert trusted.returncode == 0, trusted.stdout + trusted.stderr
            assert f"{host}:{port}" in trusted.stdout
            assert lab.journal.auth_attempts() == 0
            swept = await asyncio.to_thread(site.run, "sweep")
            assert swept.returncode == 0, swept.stdout + swept.stderr
            checked = await asyncio.to_thread(site.run, "doctor", "acc-001", "--format", "table")
            assert checked.returncode == 0, checked.stdout + checked.stderr
            assert "(the host on the way)" in checked.stdout

    asyncio.run(run())
