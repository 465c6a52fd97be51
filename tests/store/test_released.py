"""Stores of every released version are brought to this one, and then are like a new one."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import inspect

from switchcorr.errors import SchemaVersionError
from switchcorr.store import schema
from switchcorr.store.open import OpenOptions, Store, open_store
from switchcorr.store.questions import growth_between, visits_between, where_was
from switchcorr.store.records import VisitOutcome
from switchcorr.store.url import StoreUrl
from switchcorr.store.versions import newest
from switchcorr.store.visits import write_visit
from tests.store.released import releases, restore
from tests.store.visiting import at, interface, phone, port, record, tables


def _shape(store: Store) -> dict[str, object]:
    """Tables, columns and indexes as the database tells them."""
    place = None if store.url.file is not None else "switchcorr"
    with store.reading() as connection:
        found = inspect(connection)
        return {
            name: (
                [(column["name"], str(column["type"]), column["nullable"]) for column in found.get_columns(name, schema=place)],
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


def _drop(url: StoreUrl) -> None:
    with open_store(url) as store, store.writing() as connection:
        connection.exec_driver_sql("drop schema switchcorr cascade")
