"""Where a store is: the URL as given, how it is shown without secrets, and the default."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from switchcorr.errors import UsageError

DEFAULT_NAME = "switchcorr.db"
_SECRET = re.compile(r"pass|secret|token|key(?!space)", re.IGNORECASE)
_FORMS = "sqlite:///PATH or postgresql+psycopg://USER@HOST/DATABASE"


@dataclass(frozen=True, slots=True)
class StoreUrl:
    """A place of a store.

    Attributes:
        file: of SQLite; None for PostgreSQL.
        shown: the URL without its password.
    """

    url: URL
    file: Path | None
    shown: str

    def __repr__(self) -> str:
        return f"StoreUrl({self.shown!r})"


def default_url(state_directory: Path) -> StoreUrl:
    """The store in the state directory."""
    return _of_file(state_directory / DEFAULT_NAME)


def parse_url(text: str) -> StoreUrl:
    """A store's URL; a path alone is a SQLite file.

    >>> parse_url("postgresql+psycopg://collector:hunter2@db.example.org/calls")
    StoreUrl('postgresql+psycopg://collector:***@db.example.org/calls')

    Raises:
        UsageError: it is none, or one of a database that the store cannot be in.
    """
    if "://" not in text:
        if not text.strip():
            raise UsageError("--store: no place given.", hint=f"Give {_FORMS}.")
        return _of_file(Path(text).expanduser())
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise UsageError("--store: not a URL of a database.", hint=f"Give {_FORMS}.") from error
    if url.drivername in ("sqlite", "sqlite+pysqlite"):
        if not url.database or url.database == ":memory:" or url.query:
            raise UsageError("--store: a SQLite store is a file, without options.", hint="Give sqlite:///PATH (four slashes for /PATH).")
        return _of_file(Path(url.database).expanduser())
    if url.drivername in ("postgresql", "postgresql+psycopg"):
        url = url.set(drivername="postgresql+psycopg")
        return StoreUrl(url, None, _shown(url))
    raise UsageError(f"--store: the store cannot be in {url.drivername!r}.", hint=f"Give {_FORMS}.")


def has_secret(text: str) -> bool:
    """Whether a store's URL is shown otherwise than it was given, for what is secret in it; one that is no store's may hold anything.

    >>> has_secret("postgresql+psycopg://db.example.org/calls?user=x&password=hunter2"), has_secret("site.db")
    (True, False)
    """
    try:
        place = parse_url(text)
    except UsageError:
        return True
    return place.shown != place.url.render_as_string(hide_password=False) and place.file is None


def _of_file(path: Path) -> StoreUrl:
    url = URL.create("sqlite", database=str(path.absolute()))
    return StoreUrl(url, path.absolute(), f"sqlite:///{path.absolute()}")


def _shown(url: URL) -> str:
    """The URL with every secret as asterisks, also those among its options."""
    options = {name: "***" if _SECRET.search(name) else value for name, value in url.query.items()}
    return url.set(query=options).render_as_string(hide_password=True)
