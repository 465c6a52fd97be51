"""Where reading of a file that grew may go on: only what stands on lines of their own can be understood without what stood before.

Tables need their header, records of several lines their beginning, times without a year, and those in the hour that
is told twice when summer time ends, all times before them. A file that shows none
of these, neither in its first lines nor in those before the place, is read from there.
"""

from __future__ import annotations

import io
from contextlib import closing
from pathlib import Path

from switchcorr.events.clock import Clock
from switchcorr.events.declaration import never_continues
from switchcorr.events.formats import FORMATS
from switchcorr.events.lines import LineReader
from switchcorr.files import open_input
from switchcorr.model.event import Assumed, EventPools

OVERLAP = 100
"""Lines before the place that are read again: no format's record has more than 80."""
_NO_HEADER_BEHIND = 30
_SINGLE = frozenset(one.name for one in FORMATS if not one.table and one.continues is never_continues)


def lines_to_pass(path: Path, head: bytes, clock: Clock, *, known: int, longest_line: int) -> int:
    """How many lines of a file need not be read again; 0 if it has to be read from its beginning.

    Args:
        head: its first bytes, which are no UTF-16.
        clock: of the file, of its own: it is used up.
        known: lines whose events are known.
        longest_line: longer ones are counted as several, so a file with one is read from its beginning.

    Raises:
        InputFileError: it cannot be opened, or is damaged.
    """
    wanted = known - OVERLAP
    if wanted <= _NO_HEADER_BEHIND or not _stands_alone(head[: head.rfind(b"\n") + 1], clock):
        return 0
    with closing(open_input(path)) as stream:
        if not pass_lines(stream, wanted, longest_line=longest_line):
            return 0
        before = b"".join(stream.readline(longest_line) for _ in range(OVERLAP))
    return wanted if _stands_alone(before, clock) else 0


def _stands_alone(lines: bytes, clock: Clock) -> bool:
    """Whether each of some lines is understood by itself."""
    reader = LineReader("", clock, EventPools())
    reader.read(lines)
    is_whole = not reader.is_inside
    reader.finish()
    return is_whole and reader.counts.formats.keys() <= _SINGLE and not clock.assumed[Assumed.YEAR] and not clock.twice


def pass_lines(stream: io.BufferedReader, count: int, *, longest_line: int) -> bool:
    """Go behind so many lines; False if there are fewer, or one is longer than ``longest_line``."""
    run = 0
    while count:
        data = stream.peek(1)
        if not data:
            return False
        number = data.count(b"\n")
        size = len(data) if number < count else _end_of(data, count)
        longest, run = _longest(data[:size], run, longest_line)
        if longest > longest_line:
            return False
        stream.read(size)
        count -= min(number, count)
    return True


def _end_of(data: bytes, count: int) -> int:
    """Where the line of this number ends."""
    at = 0
    for _ in range(count):
        at = data.index(b"\n", at) + 1
    return at


def _longest(data: bytes, run: int, limit: int) -> tuple[int, int]:
    """A length that is above the limit if a line is, and what is there of the last one; looks at few bytes only."""
    at = -run
    while at + limit < len(data):
        end = data.rfind(b"\n", max(at, 0), at + limit + 1) + 1
        if end == 0:
            return limit + 1, run
        at = end
    last = data.rfind(b"\n") + 1
    return 0, len(data) - last if last else run + len(data)
