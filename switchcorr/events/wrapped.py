"""Logs that went through a terminal, a ticket or a mail: lines cut at a width, ``> `` before each line, quoted-printable.

What a file went through is told by its first lines (``disguise``), and ``undisguised`` takes it off again, block by block. A line that goes on
with the one before is joined to it, and an empty line stands in its place: numbers of lines stay what an editor shows.

Lines are joined only where nothing else can be meant:

- the log has *beginnings*: lines that begin as the first line with a time does (its time, with or without a year; ``<187>``; ``31 cm1 local7``),
  and hardly more lines name an alarm than begin so, else whole lines begin in several forms;
- nearly every break between two beginnings was *needed*: the line is as long as the longest (a terminal cuts anywhere), or the next
  word did not fit any more (a mail breaks at blanks);
- a record that is joined has the ``%`` of an alarm's name.

An empty line ends a record, and so does a line with room for the next word: a signature is not joined.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

_MONTH = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}\d{1,2} "
_CLOCK = rb"\d\d:\d\d:\d\d"
_BEGINNINGS = tuple(
    re.compile(pattern)
    for pattern in (
        rb"<\d{1,3}>",
        rb"\d{4}-\d\d-\d\d[T ]" + _CLOCK,
        _MONTH + _CLOCK + rb" [A-Za-z0-9]",
        _MONTH + _CLOCK + rb"[. ]",
        _MONTH + rb"\d{4} " + _CLOCK,
        rb"\d{1,5} [A-Za-z0-9._-]{1,64} local\d \d ?: ",
        rb"[ \t]{0,4}%(?:UC|CCM)_",
    )
)
_QUOTES = re.compile(rb"(?:> ?)+")
_QUOTED_PRINTABLE = re.compile(rb"(?im)^content-transfer-encoding:[ \t]*quoted-printable")
_ENCODING = re.compile(rb"(?i)content-transfer-encoding:[ \t]*([a-z0-9-]+)")
_BOUNDARY = re.compile(rb"(?i)(?:content-type:|[ \t]).*\bboundary=(?:\"([^\"]{1,70})\"|([^\s;\"]{1,70}))")
_ALARM = re.compile(rb"%[A-Z][A-Z0-9_]*(?:-[A-Z0-9_]+){0,3}-[0-7]-[A-Za-z]")
_PART = re.compile(rb"[^A-Za-z0-9]")
_WIDTHS = range(40, 301)
_TRIMMED = 1
"""Blanks at the end of a cut line that a terminal does not copy, at most. Assumed, as are all numbers here."""
_NEARLY_ALL = 0.9
_LEAST_BREAKS = 2
_OTHER_FORMS = 1.5
_MOST_LINES = 60
_MOST_BOUNDARIES = 20


@dataclass(frozen=True, slots=True)
class Disguise:
    """What a log went through.

    Attributes:
        quoted: ``>`` stands before its lines.
        printable: its text is quoted-printable.
        width: of its lines, where they are cut; 0 if they are whole.
        at_blanks: they are cut at blanks, which are lost.
        beginning: how its records begin; an index of ``_BEGINNINGS``.
        sure: whether it can be told how its lines are cut; if not, they stay so.
    """

    quoted: bool = False
    printable: bool = False
    width: int = 0
    at_blanks: bool = False
    beginning: int = 0
    sure: bool = True

    def __bool__(self) -> bool:
        return self.quoted or self.printable or self.width > 0


def disguise(head: bytes) -> Disguise:
    """What a log went through, by its first bytes."""
    printable = _QUOTED_PRINTABLE.search(head) is not None
    lines = [line.rstrip(b"\r") for line in head[: head.rfind(b"\n") + 1 or None].split(b"\n")]
    if printable:
        lines = list(_Printable().decoded(lines))
    filled = [line for line in lines if line.strip()]
    quoted = bool(filled) and 2 * sum(line.startswith(b">") for line in filled) > len(filled)
    if quoted:
        lines = [_without_quotes(line) for line in lines]
    found = _wrapped(lines)
    return Disguise(quoted, printable, *found)


def undisguised(blocks: Iterable[bytes], found: Disguise) -> Iterator[bytes]:
    """Blocks of whole lines as they were, each with as many lines as before."""
    rest: list[bytes] = []
    printable = _Printable() if found.printable else None
    for block in blocks:
        lines = [*rest, *(line.rstrip(b"\r") for line in block.removesuffix(b"\n").split(b"\n"))] if block else rest
        keep = _begin_of_last(lines, found) if block else len(lines)
        rest = lines[keep:]
        yield _joined(lines[:keep], found, printable)
    yield _joined(rest, found, printable)


def told_disguise(found: Disguise) -> str:
    """What is said of a log whose lines are cut; empty if they are whole."""
    if found.width:
        return (
            f"its lines are wrapped at {found.width} columns; those that go on are joined to the ones before. Rather give the log itself."
        )
    return (
        "" if found.sure else "its lines are wrapped, and where words end cannot be told. Give the log itself, or each record on one line."
    )


def _begin_of_last(lines: Sequence[bytes], found: Disguise) -> int:
    """Where the last record begins, which may go on in the next block."""
    least = max(0, len(lines) - _MOST_LINES)
    for place in range(len(lines) - 1, least, -1):
        before, line = lines[place - 1], _without_quotes(lines[place]) if found.quoted else lines[place]
        goes_on = found.printable and before.endswith(b"=")
        if not goes_on and (not found.width or _BEGINNINGS[found.beginning].match(line)):
            return place
    return least


def _joined(lines: Sequence[bytes], found: Disguise, printable: _Printable | None) -> bytes:
    if printable is not None:
        lines = list(printable.decoded(lines))
    if found.quoted:
        lines = [_without_quotes(line) for line in lines]
    if found.width:
        lines = list(_unwrapped(lines, found))
    return b"\n".join(lines) + b"\n" if lines else b""


def _without_quotes(line: bytes) -> bytes:
    quotes = _QUOTES.match(line)
    return line[quotes.end() :] if quotes else line


class _Printable:
    """Decodes the parts of a mail that are quoted-printable, and leaves the others as they are."""

    __slots__ = ("_boundaries", "_is_on")

    def __init__(self) -> None:
        self._is_on = False
        self._boundaries: set[bytes] = set()

    def decoded(self, lines: Sequence[bytes]) -> Iterator[bytes]:
        """Lines as they were, from where the last ones ended: one that ends in ``=`` goes on in the next."""
        parts: list[bytes] = []
        for line in lines:
            if self._turns(line):
                yield from _one_text(parts)
                yield line
                parts = []
                continue
            if not self._is_on:
                yield line
                continue
            parts.append(line)
            if not line.endswith(b"=") or len(parts) == _MOST_LINES:
                yield from _one_text(parts)
                parts = []
        yield from _one_text(parts)

    def _turns(self, line: bytes) -> bool:
        """Whether a line begins a part of a mail, or tells how the one behind it is encoded."""
        if line.startswith(b"--") and not self._boundaries.isdisjoint(((name := line[2:].rstrip()), name.removesuffix(b"--"))):
            self._is_on = False
            return True
        if encoding := _ENCODING.match(line):
            self._is_on = encoding[1].lower() == b"quoted-printable"
            return True
        if not self._is_on and len(self._boundaries) < _MOST_BOUNDARIES and (boundary := _BOUNDARY.match(line)):
            self._boundaries.add(boundary[1] or boundary[2])
        return False


def _one_text(parts: Sequence[bytes]) -> Iterator[bytes]:
    if parts:
        yield from _one_of(quopri.decodestring(b"\n".join(parts)), len(parts))


def _one_of(line: bytes, count: int) -> Iterator[bytes]:
    yield line.replace(b"\r", b" ").replace(b"\n", b" ")
    yield from [b""] * (count - 1)


def _unwrapped(lines: Sequence[bytes], found: Disguise) -> Iterator[bytes]:
    joined, count, before = b"", 0, b""
    for line in lines:
        if count and _goes_on(before, line, found) and count < _MOST_LINES:
            joined, count = _glued(joined, before, line, found), count + 1
        else:
            yield from _one_of(joined, count) if count else ()
            joined, count = line, 1
        before = line
        if not _BEGINNINGS[found.beginning].match(joined):
            yield from _one_of(joined, count)
            joined, count = b"", 0
    yield from _one_of(joined, count) if count else ()


def _goes_on(before: bytes, line: bytes, found: Disguise) -> bool:
    if not line.strip() or _BEGINNINGS[found.beginning].match(line):
        return False
    return _is_needed(before, line, width=found.width, at_blanks=found.at_blanks)


def _is_needed(before: bytes, line: bytes, *, width: int, at_blanks: bool) -> bool:
    """Whether a line of this width had to be broken where it was."""
    if at_blanks:
        fits = len(before) <= width or len(before.split(None, 1)) == 1  # a longer word has a line of its own
        return fits and len(before) + 1 + len(line.split(None, 1)[0]) > width
    return width - _TRIMMED <= len(before) <= width


def _glued(joined: bytes, before: bytes, line: bytes, found: Disguise) -> bytes:
    if not found.at_blanks:
        return joined + b" " * (found.width - len(before)) + line
    line = line.lstrip(b" \t")
    word = joined.rsplit(None, 1)[-1] + line.split(None, 1)[0]
    is_cut = len(before) == found.width and len(word) > found.width  # a word that no line can hold
    return joined + (b"" if is_cut else b" ") + line


def _wrapped(lines: Sequence[bytes]) -> tuple[int, bool, int, bool]:
    """Width, whether lines are cut at blanks, how records begin, and whether the two can be told; width 0 if lines are whole."""
    first, beginning = _first_beginning(lines)
    if first == len(lines):
        return 0, False, beginning, True
    lines = lines[first:]
    begins = [_BEGINNINGS[beginning].match(line) is not None for line in lines]
    breaks = [place for place, line in enumerate(lines[1:], start=1) if not begins[place] and line.strip() and lines[place - 1].strip()]
    continued = sum(begun and not next_begun for begun, next_begun in pairwise(begins))
    if len(breaks) < _LEAST_BREAKS or 2 * continued < sum(begins):
        return 0, False, beginning, True
    longest = max(map(len, lines))
    of_words = max((len(line) for line in lines if len(line.split(None, 2)) > 1), default=0)
    for width, at_blanks in ((longest, False), (of_words, True)):
        needed = sum(_is_needed(lines[place - 1], lines[place], width=width, at_blanks=at_blanks) for place in breaks)
        if width in _WIDTHS and needed >= _NEARLY_ALL * len(breaks):
            records = [line for line in _unwrapped(lines, Disguise(width=width, at_blanks=at_blanks, beginning=beginning)) if line]
            if 2 * sum(b"%" in line for line in records) < len(records):
                return 0, False, beginning, True
            is_sure = at_blanks or _cuts_anywhere([lines[place - 1] for place in breaks])
            return width if is_sure else 0, at_blanks, beginning, is_sure
    return 0, False, beginning, True


def _cuts_anywhere(before: Sequence[bytes]) -> bool:
    """Whether lines of one length were cut without regard to words: those that break at blanks would not have one length, unless all are alike."""
    return len({len(_PART.split(line)[-1]) for line in before}) > _LEAST_BREAKS


def _first_beginning(lines: Sequence[bytes]) -> tuple[int, int]:
    """The first line with a time, and how it begins; behind all lines if no form begins enough of them.

    A record has one alarm. Where far more lines name one than begin in a form, whole lines begin in others too: lines of several
    servers or relays, a line of the relay itself before the log.
    """
    found: dict[int, int] = {}
    for place, line in enumerate(lines):
        form = next((index for index, one in enumerate(_BEGINNINGS) if one.match(line)), None)
        if form is not None:
            found.setdefault(form, place)
    alarms = sum(_ALARM.search(line) is not None for line in lines)
    for form, place in found.items():
        if alarms < _OTHER_FORMS * sum(_BEGINNINGS[form].match(line) is not None for line in lines):
            return place, form
    return len(lines), 0
