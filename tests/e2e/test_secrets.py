"""Canary secrets in use are nowhere to be found afterwards, nor while it runs (case 37)."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote

import pytest

from switchcorr.lab.faults import Fault
from switchcorr.lab.ssh_server import LabServer
from switchcorr.lab.switch import LabSwitch
from tests.e2e.sweeping import Site, campus_switches, run_in_terminal
from tests.labs import lab_thread

_PASSWORD = "Zq7/vX+k9 Wp&4tL%canary"
_ENABLE = "eN4ble-k3y-Xw7Qcanary"
_WRONG = "wr0ng-Pa55-Hv2Kcanary"
_PIECE = 8


def _traces(secret: str) -> set[bytes]:
    """Everything that betrays a secret: itself and its encodings, and any eight characters of it."""
    raw = secret.encode()
    forms = {secret, quote(secret, safe=""), quote(secret), raw.hex(), raw.hex().upper(), secret[::-1]}
    forms |= {base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode()}
    forms |= {base64.b64encode(b"x" * shift + raw).decode()[4:-4] for shift in (1, 2)}
    forms |= {secret[start : start + _PIECE] for start in range(len(secret) - _PIECE + 1)}
    return {form.encode() for form in forms}


_TRACES = sorted(set.union(*(_traces(secret) for secret in (_PASSWORD, _ENABLE, _WRONG))))


def _hits(where: str, data: bytes) -> list[str]:
    return [f"{where}: {trace.decode()}" for trace in _TRACES if trace in data]


def _in_files(directory: Path) -> list[str]:
    """Hits in every file below, but for the inventory and the file that holds the secret on purpose."""
    files = [path for path in directory.rglob("*") if path.is_file() and path.parent.name != "secrets"]
    assert files
    return [hit for path in files for hit in _hits(str(path), path.read_bytes())]


@dataclass(slots=True)
class _Watcher:
    """Looks at the command line of every process below ours, and at the environment of those that are not switchcorr's own."""

    hits: list[str] = field(default_factory=list)
    looked_at: set[str] = field(default_factory=set)
    _over: threading.Event = field(default_factory=threading.Event)

    def look(self) -> None:
        while not self._over.wait(0.02):
            for process in Path("/proc").glob("[0-9]*"):
                try:
                    line = (process / "cmdline").read_bytes()
                    if b"switchcorr" not in line:
                        continue
                    environment = (process / "environ").read_bytes()
                except OSError:
                    continue
                self.looked_at.add(process.name)
                self.hits += _hits(f"command line of {line!r}", line) + _hits(f"environment of {line!r}", environment)

    def end(self) -> None:
        self._over.set()


@contextmanager
def _watched() -> Iterator[_Watcher]:
    watcher = _Watcher()
    thread = threading.Thread(target=watcher.look)
    thread.start()
    try:
        yield watcher
    finally:
        watcher.end()
        thread.join()


_FAULTS = {
    "acc-001": Fault.NONE,
    "acc-002": Fault.WRONG_PASSWORD,
    "acc-003": Fault.HANG_MID_OUTPUT,
    "acc-004": Fault.SECRETS_IN_OUTPUT,
    "acc-005": Fault.RESET_MID_OUTPUT,
    "acc-006": Fault.ENABLE_REFUSED,
}


def _switches() -> list[LabSwitch]:
    return [replace(one, fault=_FAULTS[one.name], password=_PASSWORD, enable=_ENABLE) for one in campus_switches(6)]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    secrets = tmp_path / "secrets"
    secrets.mkdir(mode=0o700)
    for name, secret in (("password", _PASSWORD), ("enable", _ENABLE), ("wrong", _WRONG)):
        (secrets / name).write_text(f"{secret}\n")
        (secrets / name).chmod(0o600)
    site = Site(tmp_path)
    site.environment["SWITCHCORR_IDLE_S"] = "1"
    return site


def _write(site: Site, lab: LabServer, *, password: str = "password") -> None:
    extras = dict.fromkeys(_FAULTS, "enable: 'file:../secrets/enable'")
    site.write(lab, list(_FAULTS), password=f"file:../secrets/{password}", extras=extras)


def test_what_would_betray_a_secret_is_found() -> None:
    encoded = base64.b64encode(b"user:" + _PASSWORD.encode() + b"\n")
    for text in (
        _PASSWORD.encode(),
        _PASSWORD[3:11].encode(),
        encoded,
        _PASSWORD.encode().hex().encode(),
        quote(_PASSWORD, safe="").encode(),
    ):
        assert _hits("there", b"... " + text + b" ...")
    assert not _hits("there", b"nothing to see here, *** is masked")


@pytest.mark.parametrize(
    "options", [[], ["-vv"], ["--format", "table", "-vv"], ["--dry-run"], ["--dry-run", "--format", "table", "-vv"]], ids=" ".join
)
def test_no_secret_is_told_or_written(options: list[str], site: Site) -> None:
    with lab_thread(_switches()) as lab, _watched() as watcher:
        _write(site, lab)
        trust = site.call if options else site.run  # the same each time: once before the eyes of the watcher
        assert trust("trust", "--all", "--yes", "-vv").returncode == 0
        ran = site.run("sweep", "--out", site.directory / "captures", *options)
        asked = lab.journal.passwords_received()
    assert ran.returncode == (0 if "--dry-run" in options else 3), ran.stdout + ran.stderr
    assert (asked > 0) is ("--dry-run" not in options)
    assert _hits("stdout", ran.stdout.encode()) == []
    assert _hits("stderr", ran.stderr.encode()) == []
    assert _in_files(site.directory) == []
    if "--dry-run" not in options:  # the device did print it, and it was taken out
        texts = [path.read_bytes() for path in (site.directory / "captures" / "acc-004").glob("*.txt")]
        assert any(b"***" in text for text in texts)
    assert watcher.looked_at
    assert watcher.hits == []


def test_a_wrong_password_is_not_told_either(site: Site) -> None:
    with lab_thread(_switches()) as lab:
        _write(site, lab, password="wrong")
        assert site.call("trust", "--all", "--yes").returncode == 0
        ran = site.run("sweep", "-vv")
        checked = site.call("doctor", "acc-001", "-vv")
    assert ran.returncode == 1, ran.stdout + ran.stderr
    for where, text in (("sweep", ran.stdout + ran.stderr), ("doctor", checked.stdout + checked.stderr)):
        assert _hits(where, text.encode()) == []
    assert _in_files(site.directory) == []


def test_no_secret_is_on_the_terminal_or_in_what_doctor_tells(site: Site) -> None:
    with lab_thread(_switches()) as lab:
        _write(site, lab)
        assert site.call("trust", "--all", "--yes").returncode == 0
        screen = run_in_terminal(site, "sweep", "-vv", columns=200)
        checked = [site.call("doctor", *arguments) for arguments in ([], ["acc-004", "-vv"], ["acc-006", "-vv", "--format", "json"])]
    assert _hits("terminal", screen.text.encode()) == []
    for ran in checked:
        assert _hits("doctor", (ran.stdout + ran.stderr).encode()) == []


def test_what_is_typed_is_not_shown(site: Site) -> None:
    with lab_thread([replace(_switches()[0], enable="")]) as lab:
        site.write(lab, ["acc-001"], password="ask")
        assert site.call("trust", "--all", "--yes").returncode == 0
        typed: list[float] = []

        def answer(shown: str, terminal: object) -> None:
            if not typed and "Password of lab" in shown:
                typed.append(time.monotonic())
                terminal.write(f"{_PASSWORD}\n".encode())  # type: ignore[attr-defined]  # a raw stream

        screen = run_in_terminal(site, "sweep", columns=80, act=answer)
    assert typed
    assert screen.code == 0, screen.text
    assert _hits("terminal", screen.text.encode()) == []
    assert screen.before == screen.after
