"""The journal of simulated switches: every byte that was received, who came, and how; never a password's text."""

from __future__ import annotations

import enum
import json
import os
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO


class Kind(enum.StrEnum):
    """What an entry tells of."""

    CONNECTED = "connected"
    """A TCP connection was accepted."""
    AUTH_BEGUN = "auth_begun"
    """A client has named its user; no credential yet."""
    AUTH_ATTEMPT = "auth_attempt"
    """A credential was received; the data is the method."""
    AUTH_OK = "auth_ok"
    AUTH_FAILED = "auth_failed"
    LINE = "line"
    """A line was typed; the data are its bytes as received, corrections and all, without the end of the line."""
    KEY = "key"
    """A key was pressed at the pager."""
    CONTROL = "control"
    """A control character was typed in a line."""
    REST = "rest"
    """Bytes that nobody answered: of a line that was never ended, or to a session that hung or was over."""
    SECRET = "secret"  # noqa: S105  # the name of an entry, not a password
    """Something was typed where a password is asked for; what, is not kept."""
    NEW_PASSWORD = "new_password"  # noqa: S105  # the name of an entry, not a password
    """The question for a new password was answered."""
    CHANNEL = "channel"
    """What became of a channel: one that the switch asked for, or one that a client did and that is no shell."""
    CLOSED = "closed"
    """The connection has ended."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened at one switch."""

    switch: str
    kind: Kind
    data: bytes = b""


class Journal:
    """What all switches of a server have received, in order.

    Args:
        file: also written here, one JSON object a line, each at once; readable by its owner only; it stays open until ``close``.
        keep: whether entries are kept in memory; their counts always are.
    """

    def __init__(self, file: Path | None = None, *, keep: bool = True) -> None:
        self.entries: list[Entry] = []
        self._counts: Counter[tuple[str, Kind]] = Counter()
        self._keep = keep
        self._began = time.monotonic()
        self._file: TextIO | None = None if file is None else _open(file)

    def add(self, switch: str, kind: Kind, data: bytes = b"") -> None:
        """Write down what happened."""
        self._counts[switch, kind] += 1
        if self._keep:
            self.entries.append(Entry(switch, kind, data))
        if self._file is not None:
            seconds = round(time.monotonic() - self._began, 3)
            text = data.decode("utf-8", "backslashreplace")
            self._file.write(json.dumps({"seconds": seconds, "switch": switch, "kind": kind.value, "data": text}) + "\n")

    def close(self) -> None:
        """End the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def count(self, kind: Kind, name: str = "") -> int:
        """How often something happened, at one switch or (without a name) at all."""
        if name:
            return self._counts[name, kind]
        return sum(count for (_, one), count in self._counts.items() if one is kind)

    def lines(self, name: str = "") -> list[bytes]:
        """Every line received by one switch, or by all."""
        return [entry.data for entry in self.entries if entry.kind is Kind.LINE and name in ("", entry.switch)]

    def auth_attempts(self, name: str = "") -> int:
        """How many credentials were received for a login."""
        return self.count(Kind.AUTH_ATTEMPT, name)

    def passwords_received(self, name: str = "") -> int:
        """How many passwords were received: for logins, for enable, and new ones."""
        return sum(self.count(kind, name) for kind in (Kind.AUTH_ATTEMPT, Kind.SECRET, Kind.NEW_PASSWORD))

    def connections(self, name: str = "") -> int:
        """How many connections were accepted."""
        return self.count(Kind.CONNECTED, name)


def _open(file: Path) -> TextIO:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    return open(handle, "w", encoding="utf-8", buffering=1)  # noqa: PTH123  # of a descriptor; the journal closes it
