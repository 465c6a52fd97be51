"""Answers of the call manager's RISPort (``selectCmDevice``) as a table: XML in SOAP, one or several of them in one file.

Declarations of entities are refused, as no such answer has any and they make a small file huge. What stands before a place where an answer is damaged is used.
A phone that has moved is told by two nodes, gone at one and registered at the other: its newest entry counts.
Source: the interface description of RISPort70 and of RISPort before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from switchcorr.errors import InputFileError
from switchcorr.text import clean, clean_text, counted
from switchcorr.topology.facts.sheet import Sheet

HEADER = ("device_name", "description", "ipaddress", "model", "activeloadid", "dirnumber", "regstatus", "phoneprotocol")
"""Columns of the table, by the names that lists of the call manager have."""
_LOOKED_AT = 20_000
_PROBLEMS_KEPT = 20
_BEGIN = re.compile(r"<(?:[\w.-]{1,40}:)?Envelope\b")
_END = re.compile(r"</(?:[\w.-]{1,40}:)?Envelope\s*>")
_DEVICES = re.compile(r"<(?:[\w.-]{1,40}:)?CmDevices\b", re.IGNORECASE)
_LINE = re.compile(r"([^,]*?)(?:-(?:Un)?Registered|-PartiallyRegistered|-Rejected|-Unknown)?", re.IGNORECASE)
_FIELDS = frozenset((
    "name", "description", "ipaddress", "model", "activeloadid", "loadid", "dirnumber", "status", "protocol", "class", "timestamp",
))  # fmt: skip
_DECLARED = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_PHONES = frozenset(("", "phone", "any"))


def is_answer(text: str) -> bool:
    """Whether a text is XML in SOAP, or the part of such an answer that holds devices; what a program printed of HTTP may stand before it."""
    head = text[:_LOOKED_AT]
    return "<" in head and (_BEGIN.search(head) is not None or (head.lstrip()[:1] == "<" and _DEVICES.search(head) is not None))


def devices_of(text: str, *, source: str) -> Sheet:
    """The phones of all answers in a text.

    Raises:
        InputFileError: it declares entities, tells of a refusal, or holds no device at all.
    """
    text = clean_text(text.lstrip("\ufeff"))
    found = _Found()
    for first, before, answer in _answers(text):
        if _DECLARED.search(before):
            raise _declared(source)
        _read(answer, first, found, source)
    if not found.of_name:
        refused = (
            f"the call manager refused the question: {found.fault}" if found.fault else "a SOAP answer without any device of selectCmDevice"
        )
        raise InputFileError(
            f"{source}: {refused}.", hint="Give the answer of selectCmDevice as it came, or a list as CSV.", context={"file": source}
        )
    if found.others:
        found.problems.append(f"{counted(found.others, 'device')} of other classes than Phone not used")
    if found.total > len(found.of_name) + found.others and not found.is_damaged:
        found.problems.append(
            f"holds {len(found.of_name) + found.others:,} of the {found.total:,} devices that were found: ask for the next ones and append the answers"
        )
    rows = tuple((entry.line, _row(entry.cells)) for entry in found.of_name.values())
    return Sheet(HEADER, rows, tuple(f"{source}: {words}" for words in found.problems))


@dataclass(frozen=True, slots=True)
class _Entry:
    """A device at one node."""

    line: int
    cells: Mapping[str, str]

    @property
    def age(self) -> tuple[int, bool]:
        """The newer of two entries has the greater one."""
        stamp = self.cells.get("timestamp", "")
        return int(stamp) if stamp.isascii() and stamp.isdigit() else 0, self.cells.get("status", "").lower() == "registered"


@dataclass(slots=True)
class _Found:
    """What is read so far: the newest entry of each device, and how many of other classes than phones; ``total`` is what the largest answer tells."""

    of_name: dict[str, _Entry] = field(default_factory=dict)
    others: int = 0
    total: int = 0
    fault: str = ""
    is_damaged: bool = False
    problems: list[str] = field(default_factory=list)

    def problem(self, words: str) -> None:
        """Tell of a damaged place; not of each of thousands."""
        if len(self.problems) < _PROBLEMS_KEPT:
            self.problems.append(words)

    def add(self, cells: Mapping[str, str], line: int) -> None:
        if cells.get("class", "").lower() not in _PHONES:
            self.others += 1
            return
        name, entry = cells.get("name", ""), _Entry(line, cells)
        if not name:
            self.problem(f"line {line}: a device without a name")
        elif name not in self.of_name or entry.age >= self.of_name[name].age:
            self.of_name[name] = entry


def _answers(text: str) -> Iterator[tuple[int, str, str]]:
    """Each answer with the number of lines before it, and what stands between it and the one before."""
    begins, last, lines = [found.start() for found in _BEGIN.finditer(text)] or [text.find("<")], 0, 0
    for begin, behind in zip(begins, [*begins[1:], len(text)], strict=True):
        end = _END.search(text, begin, behind)
        stop = end.end() if end else behind
        lines += text.count("\n", last, begin)
        yield lines, text[last:begin], text[begin:stop]
        lines, last = lines + text.count("\n", begin, stop), stop


def _declared(source: str) -> InputFileError:
    return InputFileError(
        f"{source}: declares a document type, which no answer of the call manager does.",
        hint="Give the answer as it came.", context={"file": source},
    )  # fmt: skip


class _Reader:
    """Follows the elements of one answer; names count without their prefix, in any case."""

    def __init__(self, found: _Found, lines_before: int, source: str) -> None:
        self.found, self.before, self.source = found, lines_before, source
        self.path: list[str] = []
        self.cells: dict[str, str] | None = None
        self.line = 0
        self.text: list[str] = []
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text.append
        self.parser.StartDoctypeDeclHandler = self.refuse

    def refuse(self, *_: object) -> None:
        raise _declared(self.source)

    def start(self, name: str, _: object) -> None:
        self.path.append(name.rpartition(":")[2].lower())
        self.text.clear()
        if self.path[-2:] == ["cmdevices", "item"]:
            self.cells, self.line = {}, self.before + self.parser.CurrentLineNumber

    def end(self, _: str) -> None:
        name, text = self.path.pop(), clean("".join(self.text).strip())
        self.text.clear()
        if self.cells is None:
            self._around(name, text)
        elif name == "item" and self.path[-1:] == ["cmdevices"]:
            self.found.add(self.cells, self.line)
            self.cells = None
        elif text and (self.path[-2:] == ["cmdevices", "item"] if name in _FIELDS else self.path[-2:-1] == ["ipaddress"] and name == "ip"):
            self.cells.setdefault("ipaddress" if name == "ip" else name, text)

    def _around(self, name: str, text: str) -> None:
        """What stands outside of devices."""
        if name == "totaldevicesfound" and text.isascii() and text.isdigit():
            self.found.total = max(self.found.total, int(text))
        elif name in ("faultstring", "text") and text and "fault" in self.path:
            self.found.fault = text


def _read(answer: str, lines_before: int, found: _Found, source: str) -> None:
    reader = _Reader(found, lines_before, source)
    try:
        reader.parser.Parse(answer, True)  # noqa: FBT003  # by position only
    except expat.ExpatError as error:
        found.is_damaged = True
        line = lines_before + error.lineno
        found.problem(f"line {line}: the XML is damaged or breaks off ({expat.ErrorString(error.code)}); what stands before it is used")


def _row(cells: Mapping[str, str]) -> tuple[str, ...]:
    numbers = ",".join(filter(None, (_LINE.fullmatch(part.strip())[1] for part in cells.get("dirnumber", "").split(","))))  # type: ignore[index]  # matches every text without a comma
    told = {
        **cells, "device_name": cells["name"], "activeloadid": cells.get("activeloadid") or cells.get("loadid", ""), "dirnumber": numbers,
        "regstatus": cells.get("status", ""), "phoneprotocol": cells.get("protocol", ""),
    }  # fmt: skip
    return tuple(told.get(column, "") for column in HEADER)
