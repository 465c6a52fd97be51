"""YAML to values with lines, from the parser's events and without recursion: nothing is constructed, no tag is followed.

All scalars stay the text that was written (``no`` is a site in Norway, ``0123`` a password); only ``null``, ``~`` and nothing are
nothing. Limits: nesting, and the number of values with those behind aliases counted each time, so that neither a deep document
nor one that grows by its aliases costs more than its size.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import yaml

from switchcorr.inventory.places import Entry, Problems, Setting, SourceFile

MOST_VALUES = 4_000_000
MOST_DEPTH = 64

_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_QUOTE_IT = "quote values that begin with !, &, * or %"


def parse_yaml(file: SourceFile, problems: Problems, *, tags: frozenset[str] = frozenset()) -> Setting | None:
    """The document of a file; None if it is empty or cannot be used.

    Args:
        problems: takes what is wrong, with lines.
        tags: permitted on scalars; they are kept, not followed.
    """
    builder = _Builder(file, problems, tags)
    try:
        for event in yaml.parse(file.text, Loader=_LOADER):
            builder.take(event)
    except _StopError:
        return None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        # the library's sentence may quote what is written, and that may be a secret: only the words outside quotes are told
        problems.add(file, f"not YAML: {(error.problem or 'cannot be read').partition(chr(39))[0].strip()}; {_QUOTE_IT}", line=line)
        return None
    except (yaml.YAMLError, UnicodeEncodeError):
        problems.add(file, "not YAML: holds characters that YAML does not permit")
        return None
    return Setting(file, "", builder.root) if builder.root is not None and builder.root.value is not None else None


@dataclass(slots=True)
class _Open:
    """A mapping or list that has begun and not ended."""

    is_mapping: bool
    line: int
    anchor: str | None
    members: dict[str, Entry] = field(default_factory=dict)
    elements: list[Entry] = field(default_factory=list)
    merged: list[Entry] = field(default_factory=list)
    key: str | None = None
    key_line: int = 0
    is_merge: bool = False
    size: int = 1


class _StopError(Exception):
    """The document cannot be used; the problem is noted."""


class _Builder:
    """Makes entries of events."""

    def __init__(self, file: SourceFile, problems: Problems, tags: frozenset[str]) -> None:
        self._file, self._problems, self._tags = file, problems, tags
        self._open: list[_Open] = []
        self._anchors: dict[str, Entry | None] = {}
        self._budget = MOST_VALUES
        self.root: Entry | None = None

    def take(self, event: yaml.Event) -> None:
        """Take the next event."""
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            raise self._stop("a second document begins: one is expected", line)
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event, line)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._begin(event, line)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._end()

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        tag = self._tag(event.tag, line)
        is_plain = event.implicit[0] and not tag
        top = self._open[-1] if self._open else None
        if top and top.is_mapping and top.key is None and not top.is_merge:
            self._key(top, event.value, line, is_merge=is_plain and event.value == "<<")
            return
        entry = Entry(None if is_plain and event.value in _NOTHING else event.value, line, tag)
        self._remember(event.anchor, entry)
        self._add(entry)

    def _key(self, top: _Open, key: str, line: int, *, is_merge: bool) -> None:
        if is_merge:
            top.is_merge = True
            return
        if key in top.members:
            self._problems.add(self._here(key), f"stands twice, first in line {top.members[key].line}", line=line)
        top.key, top.key_line = key, line

    def _alias(self, event: yaml.AliasEvent, line: int) -> None:
        entry = self._anchors.get(event.anchor or "")
        if entry is None:
            why = "holds itself" if event.anchor in self._anchors else "stands for nothing"
            raise self._stop(f"a value that begins with * {why}; {_QUOTE_IT}", line)
        self._spend(entry.size, line)
        self._add(entry)

    def _begin(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent, line: int) -> None:
        if event.tag is not None:
            self._tag(event.tag, line)
            raise self._stop("a tag on a mapping or list", line)
        if len(self._open) >= MOST_DEPTH:
            raise self._stop(f"nested deeper than {MOST_DEPTH} levels", line)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        top = self._open[-1] if self._open else None
        if top and top.is_mapping and top.key is None and not top.is_merge:
            raise self._stop("a key is a mapping or list: text is expected", line)
        self._open.append(_Open(isinstance(event, yaml.MappingStartEvent), line, event.anchor))

    def _end(self) -> None:
        top = self._open.pop()
        value: Mapping[str, Entry] | tuple[Entry, ...] = tuple(top.elements)
        if top.is_mapping:
            for merged in top.merged:
                for key, entry in self._mergeable(merged, top.line):
                    top.members.setdefault(key, entry)
            value = top.members
        entry = Entry(value, top.line, "", top.size)
        self._remember(top.anchor, entry)
        self._add(entry)

    def _mergeable(self, merged: Entry, line: int) -> Iterator[tuple[str, Entry]]:
        for entry in merged.value if isinstance(merged.value, tuple) else (merged,):
            if not isinstance(entry.value, Mapping):
                raise self._stop("<< needs a mapping, or a list of mappings", line)
            self._spend(len(entry.value), line)
            yield from entry.value.items()

    def _add(self, entry: Entry) -> None:
        self._spend(1, entry.line)
        if not self._open:
            self.root = entry
            return
        top = self._open[-1]
        top.size += entry.size
        if not top.is_mapping:
            top.elements.append(entry)
        elif top.is_merge:
            top.merged.append(entry)
            top.is_merge = False
        elif top.key is not None:
            is_scalar = isinstance(entry.value, str) or entry.value is None
            top.members[top.key] = entry if is_scalar else replace(entry, line=top.key_line)
            top.key = None
        else:
            raise self._stop("a key is an alias: text is expected", entry.line)

    def _remember(self, anchor: str | None, entry: Entry) -> None:
        if anchor is not None:
            self._anchors[anchor] = entry

    def _tag(self, tag: str | None, line: int) -> str:
        if tag is None or tag in self._tags:
            return tag or ""
        raise self._stop(f"tags are not followed; {_QUOTE_IT}", line)

    def _spend(self, values: int, line: int) -> None:
        self._budget -= values
        if self._budget < 0:
            raise self._stop(f"more than {MOST_VALUES} values, those behind aliases counted each time", line)

    def _here(self, key: str) -> Setting:
        keys = [top.key for top in self._open if top.key is not None]
        return Setting(self._file, ".".join([*keys, key]), Entry(None))

    def _stop(self, why: str, line: int) -> _StopError:
        self._problems.add(self._file, why, line=line)
        return _StopError()
