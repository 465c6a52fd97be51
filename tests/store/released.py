"""The tables of every released version, with some rows in them: made once when it is released, and never changed.

    python -m tests.store.released        writes tests/store/released/vN.json for the version of this program, if it is not there

A release is its statements for each engine and its rows as JSON, so that the upgrade is tested on both.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, create_mock_engine, text

from switchcorr.store import schema
from switchcorr.store.open import open_store
from switchcorr.store.records import RawText
from switchcorr.store.url import StoreUrl, parse_url
from tests.store.visiting import interface, record, seen, tables, uplink, write_visit

FOLDER = Path(__file__).parent / "released"
_ENGINES = {"sqlite": "sqlite://", "postgresql": "postgresql+psycopg://"}


def releases() -> list[Path]:
    """All releases, the oldest first."""
    return sorted(FOLDER.glob("v*.json"), key=lambda path: int(path.stem[1:]))


def restore(path: Path, url: StoreUrl) -> None:
    """Make a store as it was when the version was released."""
    document = json.loads(path.read_text())
    if url.file is not None:
        url.file.parent.mkdir(mode=0o700, exist_ok=True)
        with closing(sqlite3.connect(url.file)) as connection, connection:
            for statement in document["statements"]["sqlite"]:
                connection.execute(statement)
            for name, rows in document["rows"].items():
                for row in rows:
                    marks = ", ".join(f":{column}" for column in row)
                    connection.execute(f"insert into {name} ({', '.join(map(_quoted, row))}) values ({marks})", _decoded(row))
            connection.execute(f"pragma application_id={schema.APPLICATION_ID}")
        return
    engine = create_engine(url.url)
    with engine.begin() as server:
        server.execute(text("create schema switchcorr"))
        server.execute(text("set local search_path to switchcorr"))
        for statement in document["statements"]["postgresql"]:
            server.execute(text(statement))
        for name, rows in document["rows"].items():
            for row in rows:
                marks = ", ".join(f":{column}" for column in row)
                server.execute(text(f"insert into {name} ({', '.join(map(_quoted, row))}) values ({marks})"), _decoded(row))
            if rows and "id" in rows[0]:
                server.execute(text(f"select setval(pg_get_serial_sequence('{name}', 'id'), (select max(id) from {name}))"))
    engine.dispose()


def _quoted(column: str) -> str:
    return f'"{column}"'


def _decoded(row: dict[str, Any]) -> dict[str, Any]:
    return {column: bytes.fromhex(value["hex"]) if isinstance(value, dict) else value for column, value in row.items()}


def _encoded(value: object) -> object:
    return {"hex": bytes(value).hex()} if isinstance(value, bytes | memoryview) else value


def _statements(url: str) -> list[str]:
    """What is said to an engine to make all tables."""
    said: list[str] = []

    def say(statement: Any, *_: object) -> None:  # any kind of statement
        said.append(str(statement.compile(dialect=engine.dialect)).strip())

    engine = create_mock_engine(url, say)
    schema.metadata.create_all(engine, checkfirst=False)
    return said


def _document() -> dict[str, object]:
    statements = {name: _statements(url) for name, url in _ENGINES.items()}
    with tempfile.TemporaryDirectory() as place, open_store(parse_url(f"{place}/x.db")) as store:
        for number in range(3):
            told = tables(interface(1, crc=number), interface(2, crc=7), neighbors=(uplink(),))
            text_of = RawText(hashlib.sha256(bytes([number])).hexdigest(), 4000 + number)
            write_visit(store, record(number, told, places=seen({1: 1 + number, 2: 9}), raw=text_of))
        write_visit(store, record(3))
        with store.reading() as connection:
            rows = {
                table.name: [
                    {key: _encoded(value) for key, value in row._mapping.items()}
                    for row in connection.exec_driver_sql(f'select * from "{table.name}"')
                ]
                for table in schema.metadata.sorted_tables
            }
    return {"statements": statements, "rows": rows}


def main() -> None:
    path = FOLDER / f"v{schema.VERSION}.json"
    if path.exists():
        raise SystemExit(f"{path} is there: a release is never changed.")
    path.write_text(json.dumps(_document(), indent=1) + "\n")
    print(path)


if __name__ == "__main__":
    main()
