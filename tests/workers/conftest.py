"""A PostgreSQL database for each test, and an office with switches of one site."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import CompletedProcess

import psycopg
import pytest

from switchcorr.lab.ssh_server import LabServer
from switchcorr.store.url import StoreUrl, parse_url
from tests.store.conftest import postgres
from tests.workers.programs import Program, begin, fork_server

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
    processes: list[Program] = field(default_factory=list)

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

    def begin(self, *words: str, database: str = "") -> Program:
        """A command as a process of its own; ``database`` is another way to the store."""
        environment = {**self.environment, **({"SWITCHCORR_STORE": database} if database else {})}
        return begin(fork_server(), words, environment, self.path / "told")

    def run(self, *words: str) -> CompletedProcess[str]:
        return self.begin(*words).ended()

    def worker(self, *words: str, database: str = "") -> Program:
        ran = self.begin("worker", "--site", "oslo", *words, database=database)
        self.processes.append(ran)
        return ran

    def end(self) -> list[str]:
        """End all workers in good order; what they told."""
        for program in self.processes:
            program.send(signal.SIGCONT)
            program.send(signal.SIGTERM)
        return [program.ended().stderr for program in self.processes]
