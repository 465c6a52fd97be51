"""A PostgreSQL database for each test, and an office with switches of one site."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from switchcorr.lab.ssh_server import LabServer
from switchcorr.store.url import StoreUrl, parse_url
from tests.store.conftest import postgres

__all__ = ["postgres"]
PASSWORD = "lab-password"


@pytest.fixture
def database(postgres: str, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database."""
    admin = postgres.replace("postgresql+psycopg://", "postgresql://")
    name = f"work_{os.getpid()}_{abs(hash(tmp_path))}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"create database {name}".encode())
        yield postgres.replace("/postgres?", f"/{name}?")
        connection.execute(f"drop database {name} with (force)".encode())


@pytest.fixture
def url(database: str) -> StoreUrl:
    return parse_url(database)


@dataclass(slots=True)
class Office:
    """Somebody with an inventory, host keys, a password and a shared store."""

    path: Path
    lab: LabServer
    names: tuple[str, ...]
    database: str
    settings: dict[str, int] = field(default_factory=dict)
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        told = {"connect_s": 5, "parse_workers": 1, "logins_a_second": 1000, **self.settings}
        return {
            "HOME": str(self.path), "PATH": os.environ["PATH"], "PYTHONPATH": os.environ.get("PYTHONPATH", ""), "LAB_PASSWORD": PASSWORD,
            "WRONG": "not-the-password", "SWITCHCORR_STATE_DIR": str(self.path / "state"), "SWITCHCORR_INVENTORY": str(self.path / "inventory"),
            "SWITCHCORR_STORE": self.database, **{f"SWITCHCORR_{key.upper()}": str(value) for key, value in told.items()},
        }  # fmt: skip

    def write(self, *, password: str = "LAB_PASSWORD") -> Office:
        inventory, state = self.path / "inventory", self.path / "state"
        inventory.mkdir(mode=0o700)
        state.mkdir(mode=0o700)
        hosts = {}
        for name in self.names:
            host, port = self.lab.address(name)
            hosts[name] = {"hostname": host, "port": port, "platform": "cisco_ios", "data": {"site": "oslo"}}
        (inventory / "hosts.yaml").write_text(json.dumps(hosts))
        (inventory / "defaults.yaml").write_text(json.dumps({"username": "lab", "password": f"env:{password}"}))
        keys = [(self.lab.address(name), self.lab.host_key(name)) for name in self.names]
        (state / "known_hosts").write_text("".join(f"[{host}]:{port} {key}\n" for (host, port), key in keys))
        return self

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "switchcorr", *words]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=120, check=False)

    def worker(self, *words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "switchcorr", "worker", "--site", "oslo", *words]
        ran = subprocess.Popen(command, env=self.environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.processes.append(ran)
        return ran

    def end(self) -> list[str]:
        """End all workers in good order; what they told."""
        for process in self.processes:
            process.terminate()
        return [process.communicate(timeout=60)[1] for process in self.processes]
