"""The file of a SQLite store: made for its owner only, set up for every connection."""

from __future__ import annotations

import os
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

from switchcorr.errors import StoreError
from switchcorr.files import write_whole
from switchcorr.store.schema import APPLICATION_ID
from switchcorr.text import clean

_CACHE_KIB = 64 * 1024
_HEAD = b"SQLite format 3\0"
_BUSY_MS = 10_000


def make_file(path: Path) -> None:
    """Make the file and the folders above it, for their owner only; one that is there is closed to others.

    Raises:
        StoreError: it cannot be made, or is no regular file.
    """
    if path.is_dir():
        raise StoreError(f"{path}: is a folder.", hint="Give the path of a file with --store.")
    try:
        for missing in reversed([folder for folder in (path.parent, *path.parent.parents) if not folder.exists()]):
            missing.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.close(handle)
        for name in (path, *(path.with_name(path.name + suffix) for suffix in ("-wal", "-shm"))):
            if name.exists() and name.stat().st_mode & 0o077:
                name.chmod(0o600)
    except OSError as error:
        raise StoreError(f"{path}: the store cannot be written: {error.strerror}.", hint="May this user write there?") from error
    if not path.is_file():
        raise StoreError(f"{path}: is no regular file.", hint="Give the path of a file with --store.")


def claim_for_this_host(path: Path, host: str = "") -> None:
    """Refuse a store on a network file system that another machine writes to: locks of two machines are not to be relied on.

    Raises:
        StoreError: another machine has claimed it.
    """
    own = host or socket.gethostname()
    claim = path.with_name(path.name + ".host")
    if claim.exists():
        other = clean(claim.read_bytes()[:300])
        if other != own:
            hint = f"Use PostgreSQL for several machines. If {other} no longer uses it, remove {claim}."
            raise StoreError(f"{path}: is on a network file system and belongs to the machine {other}.", hint=hint)
        return
    write_whole(claim, own + "\n")


def file_uri(path: Path, *, mode: str) -> str:
    """The URI by which SQLite opens a file, whatever is in its name."""
    quoted = str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return f"file:{quoted}?mode={mode}"


def refuse_foreign(path: Path) -> None:
    """Refuse a database that is no store, before anything is changed in it.

    Raises:
        StoreError: it is of something else.
        OSError: the file cannot be read.
        sqlite3.Error: the database cannot be read.
    """
    with path.open("rb") as stream:
        head = stream.read(len(_HEAD))
    if head and head != _HEAD:
        hint = "Is the path right? If this was a store, it is damaged: docs/store.md says what to do."
        raise StoreError(f"{path}: is no store; it does not begin as a SQLite file does.", hint=hint)
    with closing(sqlite3.connect(file_uri(path, mode="ro"), uri=True)) as connection:
        connection.execute("pragma trusted_schema=off")
        tables = connection.execute("select count(*) from sqlite_master").fetchone()[0]
        mark_found = connection.execute("pragma application_id").fetchone()[0]
    if tables and mark_found != APPLICATION_ID:
        raise StoreError(f"{path}: is a database of something else.", hint="Is the path right?")


def set_up(connection: sqlite3.Connection, *, write: bool, journal: str) -> None:
    """Settings that hold for one connection; transactions are begun by us."""
    connection.isolation_level = None
    pragmas = [
        "trusted_schema=off",
        f"cache_size=-{_CACHE_KIB}",
        f"busy_timeout={_BUSY_MS}",
        "temp_store=memory",
        "cell_size_check=on",
    ]
    if write:
        pragmas += [f"journal_mode={journal}", "synchronous=full"]
    else:
        pragmas.append("query_only=on")
    for pragma in pragmas:
        connection.execute(f"pragma {pragma}").fetchall()


def mark(connection: sqlite3.Connection) -> None:
    """Mark the file as a store of ours."""
    connection.execute(f"pragma application_id={APPLICATION_ID}")
