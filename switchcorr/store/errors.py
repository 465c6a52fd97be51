"""Errors of the databases as ours, mapped once: what failed, what was found, what to do; never a statement or its values."""

from __future__ import annotations

import errno
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError

from switchcorr.errors import ConfigurationError, StoreAwayError, StoreError
from switchcorr.store.url import StoreUrl
from switchcorr.text import clean

_DAMAGED = (
    "malformed",
    "not a database",
    "disk image",
    "corrupt",
    "invalid page",
    "could not read block",
    "no such table",
    "no such column",
)
_UNDECODABLE = re.compile(r"Could not decode to UTF-8 column '(\w{1,40})'")
_HINTS = (
    (_DAMAGED, "Copy the files away, then see `switchcorr store check` and docs/store.md (what to do when it is damaged)."),
    (("disk is full", "no space left", "disk full"), "Make room on the disk; what was stored before is whole."),
    (
        ("disk i/o error",),
        "The disk could not be read or written: is it full, failing or gone? The log of the system tells; what was stored before is whole.",
    ),
    (("readonly", "read-only", "unable to open", "permission denied"), "May this user read and write the file and its folder?"),
    (("locked", "lock timeout"), "Another program holds the store; try again when it is done."),
    (("connection", "connect", "server closed", "no such host", "translate host"), "Is the server up, and are host, port and user right?"),
    (("authentication", "password"), "Are the user and the password of the URL right?"),
)


_AWAY = (
    "connection refused", "no such file or directory", "starting up", "shutting down", "terminating connection", "server closed",
    "connection to server was lost", "consuming input failed", "connection is closed", "timeout expired", "connection is lost",
    "not yet accepting connections", "recovery mode", "could not receive data", "could not send data",
)  # fmt: skip
"""What PostgreSQL's client says of a server that cannot be reached now; a wrong password or name is not among it."""


@contextmanager
def mapped(url: StoreUrl) -> Iterator[None]:
    """Have errors of the database told as errors of the store.

    Raises:
        StoreError: the database said no, or could not be reached.
        ConfigurationError: the driver is not installed.
    """
    try:
        yield
    except (NoSuchModuleError, ImportError) as error:
        raise ConfigurationError(
            f"{url.shown}: the driver for PostgreSQL is not installed ({clean(str(error), limit=200)}).",
            hint="Install it: pip install 'switchcorr[postgres]'",
        ) from error
    except DBAPIError as error:
        undecodable = _UNDECODABLE.match(str(error.orig))  # the rest is what stands in the column
        raise _told(url, f"malformed text, not UTF-8, in column {undecodable[1]}" if undecodable else str(error.orig)) from error
    except SQLAlchemyError as error:
        raise _told(url, type(error).__name__) from error
    except sqlite3.Error as error:
        raise _told(url, str(error)) from error
    except UnicodeDecodeError as error:  # SQLite names what is malformed in the schema, and the name itself may be damaged
        raise _told(url, "malformed text, not UTF-8") from error
    except OSError as error:
        hint = "Make room on the disk; what was stored before is whole." if error.errno == errno.ENOSPC else ""
        raise StoreError(f"{url.shown}: {error.strerror or error}.", hint=hint) from error


def _told(url: StoreUrl, text: str) -> StoreError:
    said = clean(_without_secrets(url, " ".join(text.split())), limit=300).rstrip(".")
    lower = said.lower()
    hint = next((hint for words, hint in _HINTS if any(word in lower for word in words)), "")
    if url.file is None and any(word in lower for word in _AWAY):
        return StoreAwayError(f"{url.shown}: the server is away: {said}.", hint=hint)
    what = "is damaged" if any(word in lower for word in _DAMAGED) else "cannot be used"
    return StoreError(f"{url.shown}: the store {what}: {said}.", hint=hint)


def _without_secrets(url: StoreUrl, text: str) -> str:
    """What a database says, without the password of its URL should it repeat it."""
    secrets = [url.url.password, *(value for value in url.url.query.values() if isinstance(value, str) and value not in url.shown)]
    for secret in secrets:
        if secret:
            text = text.replace(secret, "***")
    return text
