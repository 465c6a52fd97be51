"""The whole sweep against simulated switches by real SSH: inventory, keys, drivers, saving and parsing as a user has them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from multiprocessing import active_children
from pathlib import Path

import pytest

from switchcorr.jobs.sweep.run import SweepOutcome, SweepRequest, run_sweep
from switchcorr.lab.faults import Fault
from switchcorr.lab.ssh_server import LabServer, LabThread
from switchcorr.lab.switch import LabSwitch
from switchcorr.model.inventory import AlgorithmProfile, Driver
from switchcorr.model.sweep import SweepState, VisitAccount
from switchcorr.model.visit import AnswerStatus, FailureKind, VisitStatus
from switchcorr.settings import Settings
from tests.labs import check_journal

PASSWORD = "lab-password"
QUICK = Settings(connect_s=2, login_s=2, idle_s=2, visit_s=20, parse_workers=1, logins_a_second=1000, answer_mib=1)


def answers(command: str, visit: int) -> str | None:
    """Something of some length for every command of a sweep."""
    if command == "show version":
        return "Cisco IOS Software, C2960 Software (C2960-LANBASEK9-M), Version 15.0(2)SE, RELEASE SOFTWARE (fc1)\n"
    return "".join(f"{command} line {number}\n" for number in range(40))


@dataclass(slots=True)
class Office:
    """Lab switches, and the files of somebody who sweeps them."""

    path: Path
    lab: LabServer
    names: tuple[str, ...]
    permitted: Mapping[str, str] = field(default_factory=dict)
    passwords: Mapping[str, str] = field(default_factory=dict)

    def write(self, *, trusted: Iterable[str] | None = None) -> Office:
        inventory, state = self.path / "inventory", self.path / "state"
        inventory.mkdir(mode=0o700)
        state.mkdir(mode=0o700)
        hosts = {}
        for name in self.names:
            host, port = self.lab.address(name)
            extras = {"algorithms": self.permitted.get(name, "modern")}
            hosts[name] = {
                "hostname": host,
                "port": port,
                "platform": "cisco_ios",
                "password": f"env:{self.passwords.get(name, 'LAB_PASSWORD')}",
                "connection_options": {"switchcorr": {"extras": extras}},
            }
        (inventory / "hosts.yaml").write_text(json.dumps(hosts))
        (inventory / "defaults.yaml").write_text(json.dumps({"username": "lab", "password": "env:LAB_PASSWORD"}))
        known = [(self.lab.address(name), self.lab.host_key(name)) for name in (self.names if trusted is None else trusted)]
        (state / "known_hosts").write_text("".join(f"[{host}]:{port} {key}\n" for (host, port), key in known))
        return self

    @property
    def request(self) -> SweepRequest:
        environment = {"HOME": str(self.path), "LAB_PASSWORD": PASSWORD, "WRONG": "not-the-password"}
        return SweepRequest(state_dir=self.path / "state", inventory=str(self.path / "inventory"), environment=environment)

    def sweep(self, settings: Settings = QUICK) -> SweepOutcome:
        return run_sweep(self.request, settings=settings)


def by_name(outcome: SweepOutcome) -> dict[str, VisitAccount]:
    return {visit.device: visit for visit in outcome.visits}


def kind_of(visit: VisitAccount) -> FailureKind | None:
    return visit.failure.kind if visit.failure is not None else None


def test_healthy_switches_are_answered_and_only_declared_commands_are_sent(tmp_path: Path) -> None:
    names = tuple(f"acc-{number:02}" for number in range(12))
    switches = [LabSwitch(name, answers, think_s=0.01) for name in names]
    with LabThread(switches) as lab:
        outcome = Office(tmp_path, lab, names).write().sweep()
        assert {visit.status for visit in outcome.visits} == {VisitStatus.ANSWERED}, outcome.steps
        assert outcome.state is SweepState.DONE
        check_journal(lab.journal, switches)
    for visit in outcome.visits:
        assert visit.parse is not None
        assert visit.profile is AlgorithmProfile.MODERN


STATUSES: dict[Fault, tuple[VisitStatus, FailureKind | None]] = {
    Fault.CONNECTION_REFUSED: (VisitStatus.FAILED, FailureKind.REFUSED),
    Fault.SYN_DROPPED: (VisitStatus.FAILED, FailureKind.CONNECT_TIMEOUT),
    Fault.SILENT: (VisitStatus.FAILED, FailureKind.CONNECT_TIMEOUT),
    Fault.NOT_SSH: (VisitStatus.FAILED, FailureKind.NOT_SSH),
    Fault.FIRST_CONNECTION_RESET: (VisitStatus.ANSWERED, None),
    Fault.CHANGED_HOST_KEY: (VisitStatus.FAILED, FailureKind.HOST_KEY_CHANGED),
    Fault.WRONG_PASSWORD: (VisitStatus.FAILED, FailureKind.AUTHENTICATION),
    Fault.NO_PROMPT: (VisitStatus.FAILED, FailureKind.NO_PROMPT),
    Fault.ODD_PROMPT: (VisitStatus.FAILED, FailureKind.NO_PROMPT),
    Fault.BANNER_PROMPTS: (VisitStatus.ANSWERED, None),
    Fault.HOSTNAME_CHANGES: (VisitStatus.ANSWERED, None),
    Fault.AUTHORIZATION_FAILED: (VisitStatus.FAILED, FailureKind.PRIVILEGE),
    Fault.COMMAND_DENIED: (VisitStatus.ANSWERED, None),
    Fault.PAGING_STAYS_ON: (VisitStatus.ANSWERED, None),
    Fault.HANG_MID_OUTPUT: (VisitStatus.PARTIAL, FailureKind.TIMEOUT),
    Fault.RESET_MID_OUTPUT: (VisitStatus.PARTIAL, FailureKind.RESET),
    Fault.CLOSED_MID_OUTPUT: (VisitStatus.PARTIAL, FailureKind.SESSION_CLOSED),
    Fault.DRIP: (VisitStatus.PARTIAL, FailureKind.DEADLINE),
    Fault.SLOW_VTY: (VisitStatus.ANSWERED, None),
    Fault.GARBAGE: (VisitStatus.ANSWERED, None),
    Fault.CONSOLE_LINE: (VisitStatus.ANSWERED, None),
    Fault.PROMPT_IN_DESCRIPTION: (VisitStatus.ANSWERED, None),
    Fault.OPENS_CHANNEL: (VisitStatus.ANSWERED, None),
    Fault.PASSWORD_EXPIRED: (VisitStatus.FAILED, FailureKind.PASSWORD_EXPIRED),
    Fault.NO_ECHO: (VisitStatus.ANSWERED, None),
    Fault.NEEDS_ENABLE: (VisitStatus.FAILED, FailureKind.PRIVILEGE),
    Fault.ENABLE_REFUSED: (VisitStatus.ANSWERED, None),
    Fault.ENDLESS_PAGER: (VisitStatus.PARTIAL, FailureKind.NO_PROMPT),
    Fault.SESSION_CLOSED: (VisitStatus.PARTIAL, FailureKind.SESSION_CLOSED),
    Fault.PROMPT_LINE_IN_OUTPUT: (VisitStatus.ANSWERED, None),
    Fault.FLOOD: (VisitStatus.PARTIAL, FailureKind.NO_PROMPT),
    Fault.LONG_LINE: (VisitStatus.PARTIAL, FailureKind.NO_PROMPT),
    Fault.SECRETS_IN_OUTPUT: (VisitStatus.ANSWERED, None),
}
"""Every fault there is. A switch that answers each command with a clear no has answered; a warning says that there is no data."""


def test_every_faulty_switch_has_the_right_status_and_no_healthy_one_suffers(tmp_path: Path) -> None:
    assert set(STATUSES) == set(Fault) - {Fault.NONE}
    healthy = tuple(f"acc-{number:02}" for number in range(60))
    faulty = {f"bad-{fault.value.replace('_', '-')}": fault for fault in STATUSES}
    switches = [LabSwitch(name, answers) for name in healthy] + [LabSwitch(name, answers, fault=fault) for name, fault in faulty.items()]
    with LabThread(switches) as lab:
        # This process computes both ends of each key exchange. Of fifty at once a busy machine takes longer than the two seconds a switch has.
        outcome = Office(tmp_path, lab, (*healthy, *faulty)).write().sweep(replace(QUICK, visit_s=12, concurrency=6))
        logins = {name: lab.journal.passwords_received(name) for name in faulty}
        check_journal(lab.journal, switches)
    visits = by_name(outcome)
    assert {name: visits[name].status for name in healthy} == dict.fromkeys(healthy, VisitStatus.ANSWERED)
    found = {fault: (visits[name].status, kind_of(visits[name])) for name, fault in faulty.items()}
    assert found == STATUSES
    assert logins["bad-wrong-password"] == 1
    assert logins["bad-changed-host-key"] == 0
    slowest = max(outcome.visits, key=lambda visit: visit.seconds)
    assert slowest.seconds < 12 + slowest.size / 1000 + 5, slowest  # the deadline, what the bytes earned, and leaving
    for fault in (Fault.HANG_MID_OUTPUT, Fault.RESET_MID_OUTPUT, Fault.CLOSED_MID_OUTPUT, Fault.DRIP):
        visit = visits[f"bad-{fault.value.replace('_', '-')}"]
        cut = [command for command, status in visit.commands.items() if status in (AnswerStatus.PARTIAL, AnswerStatus.TIMEOUT)]
        assert cut, fault
        assert any(visit.sizes[command] for command in cut), f"{fault}: the partial text is kept"


def test_an_expired_password_is_tried_on_three_of_a_hundred(tmp_path: Path) -> None:
    names = tuple(f"acc-{number:03}" for number in range(100))
    with LabThread([LabSwitch(name, answers, password="a-new-one") for name in names]) as lab:
        outcome = Office(tmp_path, lab, names).write().sweep()
        tried = [lab.journal.passwords_received(name) for name in names]
    assert (sum(tried), max(tried)) == (3, 1)
    assert outcome.state is SweepState.STOPPED
    assert any("resume" in step.advice for step in outcome.steps)


def test_old_switches_are_reached_with_permission_only_and_named(tmp_path: Path) -> None:
    names = ("new", "old", "forbidden")
    algorithms = {"new": AlgorithmProfile.MODERN, "old": AlgorithmProfile.LEGACY, "forbidden": AlgorithmProfile.LEGACY}
    with LabThread([LabSwitch(name, answers, algorithms=algorithms[name]) for name in names]) as lab:
        office = Office(tmp_path, lab, names, permitted={"old": "legacy"}).write()
        visits = by_name(office.sweep())
        assert visits["old"].status is VisitStatus.ANSWERED
        assert visits["old"].profile is AlgorithmProfile.LEGACY
        assert kind_of(visits["forbidden"]) is FailureKind.ALGORITHMS
        before = lab.journal.connections("old")
        outcome = office.sweep()
        assert lab.journal.connections("old") == before + 1, "what worked is remembered and tried first"
    assert any("(legacy)" in warning and "old" in warning for warning in outcome.warnings)


@pytest.mark.parametrize("driver", [Driver.NETMIKO, Driver.NAPALM])
def test_other_drivers_bring_captures_too(tmp_path: Path, driver: Driver) -> None:
    with LabThread([LabSwitch("acc-1", answers)]) as lab:
        office = Office(tmp_path, lab, ("acc-1",)).write()
        hosts = json.loads((tmp_path / "inventory/hosts.yaml").read_text())
        hosts["acc-1"]["connection_options"]["switchcorr"]["extras"]["driver"] = driver.value
        (tmp_path / "inventory/hosts.yaml").write_text(json.dumps(hosts))
        outcome = office.sweep(replace(QUICK, visit_s=60, login_s=20))
    (visit,) = outcome.visits
    assert visit.driver is driver
    assert visit.status is not VisitStatus.FAILED, visit.failure
    assert list((outcome.folder / "acc-1").glob("*.txt"))
    assert PASSWORD.encode() not in b"".join(path.read_bytes() for path in outcome.folder.rglob("*") if path.is_file())


def test_a_switch_whose_platform_is_not_named_is_found_out_and_remembered(tmp_path: Path) -> None:
    with LabThread([LabSwitch("acc-1", answers)]) as lab:
        office = Office(tmp_path, lab, ("acc-1",)).write()
        hosts = json.loads((tmp_path / "inventory/hosts.yaml").read_text())
        del hosts["acc-1"]["platform"]
        (tmp_path / "inventory/hosts.yaml").write_text(json.dumps(hosts))
        (visit,) = office.sweep().visits
    assert (visit.status, visit.platform) == (VisitStatus.ANSWERED, "cisco_ios")
    learned = json.loads((tmp_path / "state/devices.json").read_text())
    assert learned["devices"]["acc-1"]["platform"] == "cisco_ios"


PROGRAM = """
import json, sys
from pathlib import Path
from switchcorr.jobs.sweep.run import SweepRequest, run_sweep
from switchcorr.settings import Settings
from tests.labs import check_journal
path = Path(sys.argv[1])
request = SweepRequest(state_dir=path / "state", inventory=str(path / "inventory"), environment={"HOME": str(path), "LAB_PASSWORD": "lab-password"})
def watch(event):
    if type(event).__name__ == "CommandAnswered":
        print("answered", flush=True)
outcome = run_sweep(request, settings=Settings(parse_workers=1), watch=watch)
print("state", outcome.state.value, flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_sweep_that_was_killed_is_completed_and_nothing_is_half_written(tmp_path: Path, number: signal.Signals) -> None:
    names = tuple(f"acc-{number:02}" for number in range(10))
    with LabThread([LabSwitch(name, answers, think_s=0.05) for name in names]) as lab:
        office = Office(tmp_path, lab, names).write()
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
        program = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
        )
        assert program.stdout is not None
        for _ in range(40):
            assert program.stdout.readline() == "answered\n"
        program.send_signal(number)
        began = time.monotonic()
        rest, errors = program.communicate(timeout=30)
        assert time.monotonic() - began < 10
        assert errors == ""
        assert number is signal.SIGKILL or rest.endswith("state interrupted\n")
        (folder,) = (tmp_path / "state/sweeps").iterdir()
        whole = {path: path.read_bytes() for path in folder.rglob("*.txt")}
        # SIGTERM: everything answered is kept. SIGKILL: of each device one answer may be on its way to the disk and the next one just in.
        assert len(whole) >= (40 if number is signal.SIGTERM else 40 - 2 * len(names))
        outcome = run_sweep(replace(office.request, resume=True), settings=QUICK)
    assert {visit.status for visit in outcome.visits} == {VisitStatus.ANSWERED}
    assert outcome.state is SweepState.DONE
    assert not list(folder.rglob("*.part"))
    for path, text in whole.items():
        assert len(path.read_bytes()) >= len(text), "nothing captured is lost"


def test_no_thread_process_or_socket_stays_behind(tmp_path: Path) -> None:
    names = tuple(f"acc-{number:02}" for number in range(6))
    faults = [Fault.NONE, Fault.HANG_MID_OUTPUT, Fault.CLOSED_MID_OUTPUT, Fault.NO_PROMPT, Fault.NOT_SSH, Fault.SILENT]
    threads, files = set(threading.enumerate()), _open_files()
    with LabThread([LabSwitch(name, answers, fault=fault) for name, fault in zip(names, faults, strict=True)]) as lab:
        Office(tmp_path, lab, names).write().sweep(replace(QUICK, connect_s=1, login_s=1, idle_s=1))
    assert set(threading.enumerate()) == threads
    assert active_children() == []
    assert _open_files() == files


def _open_files() -> list[str]:
    """What is open, without the numbers of sockets and pipes."""
    return sorted(str(path.readlink()).partition(":[")[0] for path in Path("/proc/self/fd").iterdir() if path.is_symlink())
