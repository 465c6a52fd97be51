"""Opening a store: where it is, who may read it, what else may be there, and what is said when it cannot be used."""

from __future__ import annotations

import os
import random
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text

from switchcorr.errors import SchemaVersionError, StoreError, SwitchcorrError, UsageError
from switchcorr.store import schema
from switchcorr.store.locking import write_lock
from switchcorr.store.open import OpenOptions, Store, open_store
from switchcorr.store.url import StoreUrl, default_url, parse_url
from switchcorr.store.versions import Migration, backup_path
from tests.store.visiting import interface, record, seen, tables, write_visit

_ROOT = Path(__file__).parents[2]
SECRET = "hunter2-c4n4ry"


@pytest.mark.parametrize(
    "given", ["mysql://host/db", "sqlite:///:memory:", "sqlite://", "sqlite:///x.db?mode=ro", "postgresql+psycopg2://h/d", "", "://"]
)
def test_a_place_that_can_be_no_store_is_refused(given: str) -> None:
    with pytest.raises(UsageError, match="--store"):
        parse_url(given)


def test_places_are_paths_or_urls(tmp_path: Path) -> None:
    assert parse_url(str(tmp_path / "x.db")).file == tmp_path / "x.db"
    assert parse_url(f"sqlite:///{tmp_path}/x.db").file == tmp_path / "x.db"
    assert default_url(tmp_path).file == tmp_path / "switchcorr.db"
    assert parse_url("postgresql://host/db").url.drivername == "postgresql+psycopg"


@pytest.mark.parametrize(
    "given", [f"postgresql+psycopg://u:{SECRET}@127.0.0.1:1/db", f"postgresql://127.0.0.1:1/db?user=u&password={SECRET}"]
)
def test_a_password_is_never_shown(given: str) -> None:
    url = parse_url(given)
    assert SECRET not in f"{url!r} {url} {url.shown}"
    with pytest.raises(StoreError) as told:
        open_store(url)
    chain: list[BaseException | None] = [told.value, told.value.__cause__, told.value.__cause__ and told.value.__cause__.__cause__]
    assert all(SECRET not in str(one) for one in chain)
    assert "127.0.0.1" in str(told.value)


def test_a_missing_driver_is_named_with_what_installs_it() -> None:
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from switchcorr.store.open import open_store\nfrom switchcorr.store.url import parse_url\n"
        "from switchcorr.errors import ConfigurationError\n"
        "try: open_store(parse_url('postgresql://u:pw@127.0.0.1/d'))\n"
        "except ConfigurationError as error: print(error)\n"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=_ROOT, timeout=60).stdout
    assert "pip install 'switchcorr[postgres]'" in told
    assert "pw" not in told


def test_a_file_store_needs_no_driver_of_a_server() -> None:
    code = "import sys, switchcorr.store.visits; print('psycopg' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=_ROOT, timeout=60)
    assert ran.stdout.strip() == "False"


def test_the_file_and_what_stands_beside_it_are_for_their_owner_only(file_url: StoreUrl) -> None:
    assert file_url.file is not None
    before = os.umask(0o022)
    try:
        with open_store(file_url) as store:
            write_visit(store, record(0, tables(interface(1, crc=1))))
            names = sorted(path.name for path in file_url.file.parent.iterdir())
            modes = {stat.S_IMODE(path.stat().st_mode) for path in file_url.file.parent.iterdir()}
    finally:
        os.umask(before)
    assert names == ["switchcorr.db", "switchcorr.db-shm", "switchcorr.db-wal", "switchcorr.db.lock"]
    assert modes == {0o600}
    assert stat.S_IMODE(file_url.file.parent.stat().st_mode) == 0o700


def test_a_file_that_others_could_read_is_closed_to_them(file_url: StoreUrl) -> None:
    open_store(file_url).close()
    assert file_url.file is not None
    file_url.file.chmod(0o644)
    open_store(file_url).close()
    assert stat.S_IMODE(file_url.file.stat().st_mode) == 0o600


def test_settings_of_a_connection(file_url: StoreUrl) -> None:
    names = ("journal_mode", "synchronous", "busy_timeout", "cache_size", "trusted_schema", "query_only")
    with open_store(file_url) as store, store.reading() as connection:
        found = {name: connection.exec_driver_sql(f"pragma {name}").scalar() for name in names}
    assert found == {
        "journal_mode": "wal", "synchronous": 2, "busy_timeout": 10_000, "cache_size": -65_536, "trusted_schema": 0, "query_only": 0,
    }  # fmt: skip
    with open_store(file_url, OpenOptions(write=False)) as store, store.reading() as connection:
        assert connection.exec_driver_sql("pragma query_only").scalar() == 1


def test_a_reader_cannot_write(store: Store, reopened: Callable[[], Store]) -> None:
    with reopened() as reader:
        with pytest.raises(StoreError, match="opened for reading"):
            write_visit(reader, record(0))
        if reader.url.file is not None:
            with pytest.raises(StoreError, match=r"readonly|read-only"), reader.reading() as connection:
                connection.execute(text("delete from visit"))


def test_a_store_that_is_not_there_is_not_made_by_reading(file_url: StoreUrl) -> None:
    with pytest.raises(StoreError, match="there is no store"):
        open_store(file_url, OpenOptions(write=False))
    assert file_url.file is not None
    assert not file_url.file.parent.exists()


def test_a_server_without_a_store_says_so(url: StoreUrl) -> None:
    if url.file is None:
        with pytest.raises(StoreError, match="holds no store"):
            open_store(url, OpenOptions(write=False))


def test_a_database_of_somebody_else_is_left_alone(file_url: StoreUrl) -> None:
    assert file_url.file is not None
    file_url.file.parent.mkdir()
    with sqlite3.connect(file_url.file) as other:
        other.execute("create table recipes (name text)")
    other.close()
    before = file_url.file.read_bytes()
    for options in (OpenOptions(), OpenOptions(write=False)):
        with pytest.raises(StoreError, match="something else"):
            open_store(file_url, options)
    assert file_url.file.read_bytes() == before


@pytest.mark.parametrize("write", [True, False])
def test_what_is_no_database_at_all_is_told_with_the_way_on(file_url: StoreUrl, write: bool) -> None:
    assert file_url.file is not None
    file_url.file.parent.mkdir()
    file_url.file.write_bytes(b"no database, but long enough to be looked at" * 100)
    with pytest.raises(StoreError, match=r"damaged.*docs/store.md"):
        open_store(file_url, OpenOptions(write=write))


def test_damage_is_told_and_never_ends_in_a_traceback(file_url: StoreUrl) -> None:
    with open_store(file_url) as store:
        for number in range(20):
            write_visit(store, record(number, tables(*(interface(one, crc=number) for one in range(40))), places=seen({1: number})))
    assert file_url.file is not None
    whole, chance = file_url.file.read_bytes(), random.Random(5)
    told: list[str] = []
    for _ in range(40):
        damaged = bytearray(whole)
        start = chance.randrange(len(whole) - 16)
        damaged[start : start + 16] = chance.randbytes(16)
        file_url.file.write_bytes(damaged)
        try:
            with open_store(file_url, OpenOptions(write=False)) as store, store.reading() as connection:
                for table in schema.metadata.sorted_tables:
                    connection.execute(select(table)).all()
        except SwitchcorrError as error:
            told.append(str(error))
    assert told
    assert [one for one in told if str(file_url.file) not in one] == []


def _mounts(tmp_path: Path, kind: str) -> Path:
    path = tmp_path / "mountinfo"
    path.write_text(f"1 0 0:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:2 / {tmp_path} rw shared:1 - {kind} host:/x rw\n")
    return path


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs"])
def test_on_a_network_file_system_there_is_no_wal_and_one_machine_only(file_url: StoreUrl, tmp_path: Path, kind: str) -> None:
    options = OpenOptions(mounts=_mounts(tmp_path, kind), host="collector-1")
    with open_store(file_url, options) as store:
        assert kind in store.warnings[0]
        write_visit(store, record(0, tables(interface(1))))
        with store.reading() as connection:
            assert connection.exec_driver_sql("pragma journal_mode").scalar() == "delete"
    with pytest.raises(StoreError, match=r"belongs to the machine collector-1.*PostgreSQL"):
        open_store(file_url, replace(options, host="collector-2"))
    open_store(file_url, options).close()


def test_a_second_writer_waits_and_then_names_the_holder(file_url: StoreUrl) -> None:
    assert file_url.file is not None
    with open_store(file_url, OpenOptions(wait_s=0.05)) as store:
        with write_lock(file_url.file), pytest.raises(StoreError, match=f"process {os.getpid()} is writing"):
            write_visit(store, record(0))
        write_visit(store, record(0))


def test_a_lock_that_is_a_link_is_not_followed(file_url: StoreUrl, tmp_path: Path) -> None:
    assert file_url.file is not None
    file_url.file.parent.mkdir()
    target = tmp_path / "target"
    target.write_text("precious")
    file_url.file.with_name("switchcorr.db.lock").symlink_to(target)
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(file_url)
    assert target.read_text() == "precious"


def test_a_path_with_odd_characters(tmp_path: Path) -> None:
    for name in ("a b.db", "a?b.db", "a#b%20c.db", "é.db"):
        with open_store(parse_url(str(tmp_path / name))) as store:
            write_visit(store, record(0))
        assert (tmp_path / name).stat().st_size > 0


def test_readers_are_never_locked_out_while_another_writes(file_url: StoreUrl) -> None:
    """A hundred visits and two readers at the same time; nobody is told that the database is locked."""
    failures: list[str] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                with open_store(file_url, OpenOptions(write=False)) as reader, reader.reading() as connection:
                    connection.execute(select(schema.place)).all()
        except StoreError as error:
            failures.append(str(error))

    with open_store(file_url) as store:
        readers = [threading.Thread(target=read) for _ in range(2)]
        for one in readers:
            one.start()
        for number in range(100):
            write_visit(store, record(number, tables(interface(1, crc=number)), places=seen({1: number})))
        done.set()
        for one in readers:
            one.join()
    assert failures == []


def test_two_writers_take_turns(url: StoreUrl) -> None:
    """Devices, phones and counters of the same names from two connections at once: each is stored once, nobody fails."""
    failures: list[str] = []

    def write(name: str) -> None:
        try:
            with open_store(url) as store:
                for number in range(15):
                    write_visit(store, record(number, tables(interface(1, crc=number)), places=seen({1: number, 2: 2}), device=name))
        except SwitchcorrError as error:
            failures.append(str(error))

    open_store(url).close()
    writers = [threading.Thread(target=write, args=(name,)) for name in ("acc-1", "acc-2", "acc-1")]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert failures == []
    with open_store(url, OpenOptions(write=False)) as store, store.reading() as connection:
        assert len(connection.execute(select(schema.visit)).all()) == 30
        assert len(connection.execute(select(schema.endpoint)).all()) == 2


def _add_table(connection: Connection) -> None:
    connection.execute(text("create table later (id integer primary key)"))


def _fail(connection: Connection) -> None:
    connection.execute(text("create table never (id integer primary key)"))
    connection.execute(text("select * from nowhere"))


def test_an_older_store_is_backed_up_and_brought_forward_step_by_step(url: StoreUrl) -> None:
    with open_store(url) as store:
        write_visit(store, record(0, tables(interface(1))))
    steps = (*OpenOptions().migrations, Migration(98, _add_table), Migration(99, lambda _: None))
    with pytest.raises(SchemaVersionError, match="this program reads 99"):
        open_store(url, OpenOptions(write=False, migrations=steps))
    with open_store(url, OpenOptions(migrations=steps)) as store, store.reading() as connection:
        assert connection.execute(select(schema.schema_version.c.version)).scalar() == 99
        assert connection.execute(text("select count(*) from later")).scalar() == 0
        assert connection.execute(text("select count(*) from visit")).scalar() == 1
    with pytest.raises(SchemaVersionError, match="version 99; this program"):
        open_store(url)
    if url.file is not None:
        backup = backup_path(url.file, schema.VERSION)
        assert stat.S_IMODE(backup.stat().st_mode) == 0o600
        with open_store(parse_url(str(backup)), OpenOptions(write=False)) as store, store.reading() as connection:
            assert connection.execute(text("select count(*) from visit")).scalar() == 1


def test_a_step_that_fails_leaves_the_version_before_it(url: StoreUrl) -> None:
    open_store(url).close()
    steps = (*OpenOptions().migrations, Migration(98, _add_table), Migration(99, _fail))
    with pytest.raises(StoreError, match="nowhere"):
        open_store(url, OpenOptions(migrations=steps))
    with open_store(url, OpenOptions(migrations=steps[:-1])) as store, store.reading() as connection:
        assert connection.execute(select(schema.schema_version.c.version)).scalar() == 98
        with pytest.raises(StoreError), store.reading() as other:
            other.execute(text("select * from never"))
