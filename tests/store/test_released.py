"""Stores of every released version are brought to this one, and then are like a new one."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, select

from switchcorr.errors import SchemaVersionError
from switchcorr.store import schema
from switchcorr.store.open import OpenOptions, Store, open_store
from switchcorr.store.questions import growth_between, visits_between, where_was
from switchcorr.store.records import VisitOutcome
from switchcorr.store.url import StoreUrl
from switchcorr.store.versions import newest
from tests.store.released import releases, restore
from tests.store.visiting import at, interface, phone, port, record, tables, write_visit


def _shape(store: Store) -> dict[str, object]:
    """Tables, columns and indexes as the database tells them."""
    place = None if store.url.file is not None else "switchcorr"
    with store.reading() as connection:
        found = inspect(connection)
        return {
            name: (
                sorted((column["name"], str(column["type"]), column["nullable"]) for column in found.get_columns(name, schema=place)),
                sorted((str(index["name"]), index["column_names"], index["unique"]) for index in found.get_indexes(name, schema=place)),
                found.get_pk_constraint(name, schema=place)["constrained_columns"],
                sorted(str(check["name"]) for check in found.get_check_constraints(name, schema=place)),
            )
            for name in sorted(found.get_table_names(schema=place))
        }


def test_the_newest_version_is_the_one_of_the_tables() -> None:
    assert newest(OpenOptions().migrations) == schema.VERSION
    assert [step.version for step in OpenOptions().migrations] == list(range(2, schema.VERSION + 1))
    assert [path.stem for path in releases()] == [f"v{number}" for number in range(1, schema.VERSION + 1)]


@pytest.mark.parametrize("release", releases(), ids=lambda path: path.stem)
def test_a_released_store_is_brought_forward_with_all_that_is_in_it(url: StoreUrl, release: Path) -> None:
    restore(release, url)
    if release != releases()[-1]:
        with pytest.raises(SchemaVersionError, match="its tables have version"):
            open_store(url, OpenOptions(write=False))
    with open_store(url) as store:
        assert [str(one.placement.interface) for one in where_was(store, phone(1), at(1.5))] == [port(2)]
        assert [one.growth for one in growth_between(store, at(0), at(9))] == [2]
        assert len(visits_between(store, at(0), at(9))) == 4
        assert write_visit(store, record(4, tables(interface(1, crc=12)))) is VisitOutcome.APPLIED
        assert [one.growth for one in growth_between(store, at(3), at(9))] == [10]
        shape = _shape(store)
    if url.file is not None:
        url.file.unlink()
    else:
        _drop(url)
    with open_store(url) as store:
        assert _shape(store) == shape


def test_captured_text_of_an_older_store_is_found_under_its_digest(url: StoreUrl) -> None:
    """Version 3 kept digests as digits, version 4 keeps their bytes."""
    restore(releases()[2], url)
    digests, bundle = [hashlib.sha256(bytes([number])).hexdigest() for number in range(2)], "ab" * 32
    rows = f"(1, 1000, '{digests[0]}', 5, null, null), (1, 2000, '{digests[1]}', 6, '{bundle}', 5)"
    engine = create_engine("sqlite:///" + str(url.file) if url.file is not None else url.url)
    with engine.begin() as older:
        older.exec_driver_sql(f"insert into {'' if url.file is not None else 'switchcorr.'}raw values {rows}")
    engine.dispose()
    with open_store(url) as store, store.reading() as connection:
        found = connection.execute(select(schema.raw.c.digest, schema.raw.c.bundle, schema.raw.c.size).order_by(schema.raw.c.at)).all()
        assert [tuple(row) for row in found] == [(digests[0], None, 5), (digests[1], bundle, 6)]
        assert connection.execute(select(schema.raw.c.at).where(schema.raw.c.digest == digests[1])).scalars().all() == [2000]


def _drop(url: StoreUrl) -> None:
    with open_store(url) as store, store.writing() as connection:
        connection.exec_driver_sql("drop schema switchcorr cascade")
