"""Commands whose folders lie on a file system without locks, as some network file systems are: what failed, which path, what to do."""

from __future__ import annotations

import errno
import fcntl
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from switchcorr.collect.host_keys import HostKey, HostKeys
from switchcorr.errors import HostKeyError
from switchcorr.jobs.store.place import StorePlace
from switchcorr.lab.demo import DemoSite
from switchcorr.store.url import parse_url
from tests.store.conftest import copy_of

Call = Callable[..., Any]


def _no_locks(_handle: int, _how: int) -> None:
    raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))


@pytest.fixture
def store(tmp_path: Path, sqlite_site: StorePlace, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store that was filled when there were locks yet."""
    path = tmp_path / "kept" / "site.db"
    copy_of(sqlite_site, StorePlace(parse_url(str(path)), path.with_name(f"{path.name}.raw")))
    monkeypatch.setenv("SWITCHCORR_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("SWITCHCORR_PARSE_WORKERS", "1")
    monkeypatch.setattr(fcntl, "flock", _no_locks)  # not ours: what the kernel answers there
    return path


def _words(command: str, store: Path, site: DemoSite, folder: Path) -> list[str | Path]:
    match command:
        case "sweep":
            (folder / "hosts.yaml").write_text(json.dumps({"acc-1": {"hostname": "127.0.0.1", "port": 9, "platform": "cisco_ios"}}))
            (folder / "defaults.yaml").write_text(json.dumps({"username": "lab", "password": "env:HOME"}))
            return ["sweep", "--inventory", folder / "hosts.yaml"]
        case "listen":
            return ["listen", "--udp", "127.0.0.1:0", "--out", folder / "events"]
        case "ingest":
            return ["ingest", site.log, "--store", store]
        case "import":
            return ["store", "import", site.captures[0], "--store", store]
        case "audit":
            return ["audit", "--no-sweep", "--store", store]
        case _:
            return ["store", command, "--store", store]


@pytest.mark.parametrize(
    ("command", "lock"),
    [
        ("reparse", "kept/site.db.lock"),
        ("compact", "kept/site.db.lock"),
        ("import", "kept/site.db.lock"),
        ("ingest", "kept/site.db.lock"),
        ("audit", "state/audit.lock"),
        ("sweep", "state/sweep.lock"),
        ("listen", "events/.listen.lock"),
    ],
)
def test_a_command_that_cannot_lock_says_so(call: Call, store: Path, small_site: DemoSite, tmp_path: Path, command: str, lock: str) -> None:
    told = call(*_words(command, store, small_site, tmp_path))
    assert told.code == 1
    assert f"{tmp_path / lock}: cannot be locked: {os.strerror(errno.ENOLCK)}." in told.err
    assert f"Its file system has no locks: move {(tmp_path / lock).parent} to a local disk" in " ".join(told.err.split())
    assert "unexpected" not in told.err


def test_what_only_reads_needs_no_locks(call: Call, store: Path) -> None:
    told = call("export", "placements", "--store", store)
    assert told.code == 0, told.err
    assert json.loads(told.out)["placements"]


def test_a_host_key_that_cannot_be_recorded_is_a_failure_of_its_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fcntl, "flock", _no_locks)
    key = HostKey.parse("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE1mUb8n3MKtoiW1cBbXvmNrJvnRyvW2Nek7JmRGQr8P")
    with pytest.raises(HostKeyError, match=r"known_hosts\.lock: cannot be locked"):
        HostKeys(tmp_path / "known_hosts").record("192.0.2.1", 22, key)
    assert not (tmp_path / "known_hosts").exists()
