"""``lab serve``: what it writes leads to switches that answer, and the first signal ends it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import select
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncssh
import pytest

from switchcorr.errors import InputFileError, UsageError
from switchcorr.inventory.credentials import Credentials
from switchcorr.inventory.read import read_inventory
from switchcorr.jobs.lab import LabOpened, LabRequest, claim, serve_lab
from switchcorr.lab.algorithms import OFFERS, permit_old_key_exchange
from switchcorr.model.inventory import AlgorithmProfile, Inventory, InventoryDevice
from tests.conftest import Called, call_main


@dataclass(slots=True)
class _Served:
    """A running ``switchcorr lab serve``."""

    process: subprocess.Popen[bytes]
    directory: Path
    said: str = ""
    code: int | None = None

    def read_until(self, text: str) -> None:
        assert self.process.stderr is not None
        deadline = time.monotonic() + 30
        while text not in self.said:
            ready, _, _ = select.select([self.process.stderr], [], [], max(0, deadline - time.monotonic()))
            assert ready, f"not said in time: {text}; only {self.said!r}"
            data = os.read(self.process.stderr.fileno(), 65_536)
            assert data, self.said
            self.said += data.decode()

    def stop(self, number: signal.Signals) -> None:
        assert self.process.stderr is not None
        self.process.send_signal(number)
        self.said += self.process.stderr.read().decode()
        self.code = self.process.wait(10)


@contextlib.contextmanager
def _serving(directory: Path, *options: str) -> Iterator[_Served]:
    command = [sys.executable, "-W", "error", "-m", "switchcorr", "lab", "serve", "--dir", str(directory), *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, env={**os.environ, "NO_COLOR": "1"}) as process:
        served = _Served(process, directory)
        try:
            served.read_until("Ctrl-C ends it.")
            yield served
        finally:
            process.kill()


async def _seen(device: InventoryDevice, known: asyncssh.SSHKnownHosts, password: str, typed: bytes) -> bytes:
    offer = OFFERS[device.algorithms]
    permit_old_key_exchange(device.algorithms)
    async with asyncssh.connect(
        device.host,
        device.port,
        username=device.username,
        password=password,
        known_hosts=known,
        client_keys=None,
        config=None,
        kex_algs=offer.kex,
        encryption_algs=offer.encryption,
        mac_algs=offer.mac,
        server_host_key_algs=[offer.key],
    ) as connection:
        writer, reader, _ = await connection.open_session(term_type="vt100", encoding=None)
        writer.write(b"terminal length 0\n" + typed + b"exit\n")
        seen: bytes = await reader.read()
        return seen


def _inventory(directory: Path) -> Inventory:
    return read_inventory(str(directory / "inventory"), environment={})


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_is_written_leads_to_switches_that_answer(tmp_path: Path, number: signal.Signals) -> None:
    journal = tmp_path / "journal"
    with _serving(tmp_path / "lab", "--switches", "6", "--legacy", "1", "--fault", "acc-002=no_echo", "--journal", str(journal)) as served:
        inventory = _inventory(served.directory)
        assert inventory.warnings == ()
        assert [device.name for device in inventory.devices] == [
            *(f"acc-{n:03d}" for n in range(1, 7)), "cat-001", "core-1", "dist-01a", "dist-01b", "nex-001",
        ]  # fmt: skip
        assert {device.site for device in inventory.devices} == {"block-01", "core"}
        devices = {device.name: device for device in inventory.devices}
        assert [name for name, device in devices.items() if device.algorithms is AlgorithmProfile.LEGACY] == ["acc-006"]
        assert {name: device.platform for name, device in devices.items() if device.platform != "cisco_ios"} == {
            "cat-001": "cisco_catos",
            "nex-001": "cisco_nxos",
        }
        known = asyncssh.read_known_hosts(str(served.directory / "state" / "known_hosts"))
        login = Credentials({}).resolve(devices["acc-003"])
        assert login.password is not None
        for name in ("acc-003", "acc-006"):
            before, after = (asyncio.run(_seen(devices[name], known, login.password.reveal(), b"show interfaces\n")) for _ in range(2))
            assert before != after  # each session is a visit, and counters grow between visits
        assert "acc-002: no_echo" in served.said
        assert f"SWITCHCORR_STATE_DIR={served.directory}/state switchcorr sweep --inventory {served.directory}/inventory" in served.said
        served.stop(number)
    assert (served.code, served.said.splitlines()[-1]) == (0, "4 connections, 4 logins, 0 refused, 12 lines received.")
    entries = [json.loads(line) for line in journal.read_text().splitlines()]
    assert [entry["data"] for entry in entries if entry["kind"] == "line"] == ["terminal length 0", "show interfaces", "exit"] * 4
    assert {stat.S_IMODE(path.stat().st_mode) for path in served.directory.rglob("*") if path.is_file()} == {0o600}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--switches", "0"), "from 1 to 1000"),
        (("--switches", "3", "--legacy", "4"), "there are 3 access switches"),
        (("--fault", "acc-001"), "NAME=FAULT"),
        (("--fault", "acc-001=hangs_mid_output"), "Is hang_mid_output meant?"),
        (("--fault", "acc-099=drip"), "has no acc-099"),
    ],
)
def test_a_lab_that_cannot_be_is_refused_with_what_could_be(tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    called: Called = call_main("lab", "serve", "--dir", tmp_path / "lab", *options)
    assert (called.code, called.out) == (2, "")
    assert said in called.err
    assert not (tmp_path / "lab").exists()


def test_places_that_cannot_be_written_are_named(tmp_path: Path) -> None:
    def never(_: LabOpened) -> None:
        pytest.fail("it was opened")

    (tmp_path / "file").write_text("")
    with pytest.raises(InputFileError, match="file"):
        serve_lab(LabRequest(tmp_path / "file" / "lab", switches=1), never)
    with pytest.raises(InputFileError, match="journal"):
        serve_lab(LabRequest(tmp_path / "lab", switches=1, journal=tmp_path / "missing" / "journal"), never)
    with pytest.raises(UsageError):
        serve_lab(LabRequest(tmp_path / "lab", switches=1001), never)


def test_a_directory_with_somebodys_own_inventory_is_not_written_over(tmp_path: Path) -> None:
    own = tmp_path / "inventory" / "hosts.yaml"
    own.parent.mkdir()
    own.write_text("acc-9: {hostname: 192.0.2.9}\n")
    with pytest.raises(UsageError, match="inventory there may be your own"):
        claim(tmp_path, ("inventory", "state"))
    for command in (["lab", "serve", "--dir", str(tmp_path)], ["demo", "--out", str(tmp_path), "-q"]):
        told = call_main(*command)
        assert (told.code, own.read_text()) == (2, "acc-9: {hostname: 192.0.2.9}\n")
        assert "Give another directory" in told.err
    claim(tmp_path / "new", ("inventory",))
    (tmp_path / "new" / "inventory").mkdir()
    claim(tmp_path / "new", ("inventory",))  # its own
