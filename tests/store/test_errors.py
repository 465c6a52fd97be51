"""What databases say, in our words: what failed and what to do, and nothing of what is stored."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from switchcorr.errors import StoreError
from switchcorr.store import schema
from switchcorr.store.errors import mapped
from switchcorr.store.open import OpenOptions, open_store
from switchcorr.store.url import StoreUrl, parse_url


def _change(path: Path | None, statement: str, *values: bytes) -> None:
    assert path is not None
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(statement, values)
    connection.close()


def _ask(url: StoreUrl) -> None:
    with open_store(url, OpenOptions(write=False)) as store, store.reading() as connection:
        for table in schema.metadata.sorted_tables:
            connection.execute(table.select()).all()


def test_text_that_is_none_is_damage_and_is_not_repeated(file_url: StoreUrl) -> None:
    open_store(file_url).close()
    statement = "insert into audit_run (at, document) values (1, cast(? as text))"
    _change(file_url.file, statement, b'{"page": "secret-page\xff\xfe"}')
    with pytest.raises(StoreError, match=r"is damaged: malformed text, not UTF-8, in column document\.") as told:
        _ask(file_url)
    assert "secret-page" not in str(told.value)
    assert "docs/store.md" in told.value.hint


def test_a_table_that_is_gone_is_damage(file_url: StoreUrl) -> None:
    open_store(file_url).close()
    _change(file_url.file, "drop table place")
    with pytest.raises(StoreError, match="is damaged: no such table: place") as told:
        _ask(file_url)
    assert "docs/store.md" in told.value.hint


@pytest.mark.parametrize("write", [True, False])
def test_a_folder_is_told_as_one(tmp_path: Path, write: bool) -> None:
    (tmp_path / "x.db").mkdir()
    with pytest.raises(StoreError, match=r"x\.db: is a folder\.") as told:
        open_store(parse_url(str(tmp_path / "x.db")), OpenOptions(write=write))
    assert "a file" in told.value.hint


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        ("database or disk is full", "Make room"),
        ("attempt to write a readonly database", "May this user"),
        ("database is locked", "Another program"),
        ("disk I/O error", "The disk could not be read or written"),
        ("something new", ""),
    ],
)
def test_what_sqlite_says_has_a_way_on(file_url: StoreUrl, said: str, hint: str) -> None:
    with pytest.raises(StoreError, match=said) as told, mapped(file_url):
        raise sqlite3.OperationalError(said)
    assert told.value.hint.startswith(hint)
    assert bool(told.value.hint) == bool(hint)
