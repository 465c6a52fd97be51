"""What a file says and where it says it: source files, values with their lines and key paths, and the problems found in them.

Readers of all kinds turn their text into ``Setting`` values, so that every problem of every kind of file is told in one form:
``hosts.yaml: acc-12.port: 99999: 1 to 65535 expected (line 4)``.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from switchcorr.errors import InventoryError
from switchcorr.text import clean

MOST_SHOWN = 50
"""Problems that one message tells; of a file that is no inventory at all, the first ones say enough."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The text of a file.

    Attributes:
        name: as messages call it.
        path: None for what is no file (NetBox).
        private: only its owner may read it, so that it may hold secrets themselves.
    """

    name: str
    text: str
    path: Path | None = None
    private: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A value as written: text, nothing, a mapping or a list. Text is never made a number or a truth value here.

    Attributes:
        line: from 1; 0 is unknown.
        tag: of YAML, where the reader permits one: ``!vault``.
        size: how many values it holds, those behind aliases counted each time.
    """

    value: str | Mapping[str, Entry] | tuple[Entry, ...] | None
    line: int = 0
    tag: str = ""
    size: int = 1

    @property
    def kind(self) -> str:
        """What it is, for messages."""
        if self.value is None:
            return "nothing"
        return {str: "text", tuple: "a list"}.get(type(self.value), "a mapping")


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """A value and where it stands.

    Attributes:
        path: of keys, with dots: ``acc-12.connection_options.switchcorr``.
    """

    file: SourceFile
    path: str
    entry: Entry

    @property
    def is_set(self) -> bool:
        """Whether there is a value at all."""
        return self.entry.value is not None

    def children(self) -> dict[str, Setting]:
        """The members of a mapping by key; of anything else none."""
        value = self.entry.value
        return {key: self.child(key, entry) for key, entry in value.items()} if isinstance(value, Mapping) else {}

    def child(self, key: str, entry: Entry) -> Setting:
        """A value below this one."""
        return Setting(self.file, f"{self.path}.{key}" if self.path else key, entry)

    def elements(self) -> Iterator[Setting]:
        """The elements of a list; any other value is its own only element, and nothing has none."""
        value = self.entry.value
        if isinstance(value, tuple):
            for number, entry in enumerate(value):
                yield Setting(self.file, f"{self.path}[{number}]", entry)
        elif value is not None:
            yield self

    def shown(self) -> str:
        """The value as a message may show it; never for secrets."""
        value = self.entry.value
        return repr(clean(value, limit=60)) if isinstance(value, str) else self.entry.kind


class Problems:
    """All problems and warnings of all files, in the order found, each once."""

    def __init__(self) -> None:
        self._problems: dict[str, None] = {}
        self._warnings: dict[str, None] = {}

    def add(self, where: Setting | SourceFile, text: str, *, line: int = 0) -> None:
        """Note a problem; the inventory will not be used."""
        self._problems[_sentence(where, text, line)] = None

    def warn(self, where: Setting | SourceFile, text: str) -> None:
        """Note something that the user should know; the inventory is used."""
        self._warnings[_sentence(where, text)] = None

    @property
    def count(self) -> int:
        """Problems so far."""
        return len(self._problems)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Warnings so far."""
        return tuple(self._warnings)

    def nearest(self, text: object, known: Iterable[str]) -> str:
        """As ``nearest``, while problems are still told in full: among thousands of names each search takes its time."""
        return nearest(text, known) if isinstance(text, str) and self.count < MOST_SHOWN else ""

    def raise_all(self, source: str) -> None:
        """Raise what was found, if anything was.

        Raises:
            InventoryError: one line for each problem.
        """
        if not self._problems:
            return
        lines = list(self._problems)
        told = [f"  {line}" for line in lines[:MOST_SHOWN]]
        if len(lines) > MOST_SHOWN:
            told.append(f"  and {len(lines) - MOST_SHOWN} more.")
        head = f"Inventory {clean(source)}: {len(lines)} problem{'s' if len(lines) > 1 else ''}."
        raise InventoryError("\n".join([head, *told]), hint="docs/inventory.md explains every key.", context={"file": source})


def nearest(text: str, known: Iterable[str], *, cutoff: float = 0.6) -> str:
    """What of the known texts was probably meant, as the end of a sentence; empty if nothing is near."""
    by_folded = {name.casefold(): str(name) for name in known}
    near = difflib.get_close_matches(text.casefold(), by_folded, n=1, cutoff=cutoff)
    return f", did you mean {by_folded[near[0]]!r}?" if near else ""


def listed(names: Iterable[str], *, most: int = 5) -> str:
    """Some names for a message.

    >>> listed(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    all_names = [clean(name, limit=80) for name in names]
    rest = len(all_names) - most
    return ", ".join(all_names[:most]) + (f" and {rest} more" if rest > 0 else "")


def _sentence(where: Setting | SourceFile, text: str, line: int = 0) -> str:
    if isinstance(where, SourceFile):
        name, path = where.name, ""
    else:
        name, path, line = where.file.name, clean(where.path, limit=200), line or where.entry.line
    return ": ".join(part for part in (clean(name), path, text) if part) + (f" (line {line})" if line else "")
