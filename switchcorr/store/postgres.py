"""PostgreSQL as the store needs it; SQLAlchemy loads this module for a PostgreSQL URL only, as psycopg takes its time to load.

Everything of ours stands in the schema ``switchcorr`` of the database, apart from tables of others.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import psycopg
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

SCHEMA = "switchcorr"
CONNECT_S = 10
LOCK_S = 30


class StorePostgres(PGDialect_psycopg):
    """psycopg with time limits, and with our schema before all others."""

    supports_statement_cache = True

    @classmethod
    def import_dbapi(cls) -> ModuleType:
        """The driver."""
        return psycopg

    def connect(self, *arguments: Any, **options: Any) -> Any:
        """A connection that waits neither for ever for a server nor for a lock."""
        options.setdefault("connect_timeout", CONNECT_S)
        options.setdefault("application_name", "switchcorr")
        connection = super().connect(*arguments, **options)
        for name, value in (("lock_timeout", f"{LOCK_S}s"), ("timezone", "UTC"), ("search_path", SCHEMA)):
            connection.execute("select set_config(%s, %s, false)", (name, value))
        connection.commit()
        return connection
