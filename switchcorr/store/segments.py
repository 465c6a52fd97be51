"""Which file of events is which, whatever its name: a file that grew, was renamed, rotated or packed goes on where reading it ended.

A file is known by its first line (one of which not even that is whole, by what there is of it), then by a hash of its first bytes, then
by one of the last bytes that were read. A file that was emptied and
filled again, or whose read part was changed, is another one: its events are read from its beginning, and those that an older file had
told too are found when events are asked for. A packet capture has no lines: all of it counts as whole, and its first line is what precedes a newline.
"""

from __future__ import annotations

import hashlib
import io
from collections import deque
from collections.abc import Sequence, Set
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, insert, select, update

from switchcorr.errors import InputFileError
from switchcorr.files import begins_as_capture, open_input
from switchcorr.store import schema
from switchcorr.store.locking import take_turns
from switchcorr.text import clean

HEAD_BYTES = 64 * 1024
TAIL_BYTES = 4 * 1024
_UNFINISHED = ""
"""First line of a file that ends within it: the line may grow, and its hash would be another one then."""
_STEP = 1 << 20


@dataclass(frozen=True, slots=True)
class Segment:
    """What is known of a file.

    Attributes:
        read_lines: lines whose events are settled.
        read_bytes: length of its whole lines when it was last read, unpacked.
    """

    id: int
    first_line: str
    head_bytes: int
    head: str
    read_bytes: int
    tail: str
    read_lines: int


@dataclass(frozen=True, slots=True)
class FileMark:
    """What a file is known by now.

    Attributes:
        whole_bytes: up to the end of its last whole line, unpacked.
        ends_whole: whether nothing comes behind that.
    """

    first_line: str
    head_bytes: int
    head: str
    whole_bytes: int
    tail: str
    ends_whole: bool


@dataclass(frozen=True, slots=True)
class FileAtPath:
    """Which file stands under a path, whatever is in it.

    Attributes:
        size: in bytes, packed if it is.
    """

    volume: int
    inode: int
    size: int

    def is_same(self, other: FileAtPath) -> bool:
        """Whether both are one file, which may have grown or been emptied."""
        return (self.volume, self.inode) == (other.volume, other.inode)


def file_at(path: Path) -> FileAtPath | None:
    """The file under a path; None if there is none."""
    try:
        facts = path.stat()
    except OSError:
        return None
    return FileAtPath(facts.st_dev, facts.st_ino, facts.st_size)


def is_unharmed(path: Path, before: FileAtPath, mark: FileMark) -> bool:
    """Whether under a path there is still what was marked, at most longer: not another file, nor the same one emptied and filled again."""
    now = file_at(path)
    if now is None or not now.is_same(before) or now.size < before.size:
        return False
    try:
        with closing(open_input(path, binary=True)) as stream:
            return _hash(stream.read(mark.head_bytes)) == mark.head
    except InputFileError:
        return False


def mark_of(path: Path, known: Sequence[Segment] = ()) -> tuple[FileMark, Segment | None]:
    """What a file is known by, and which of the known ones it is; reads it once.

    Args:
        known: those that ``known_segments`` gives.

    Raises:
        InputFileError: it cannot be opened.
    """
    with closing(open_input(path, binary=True)) as stream:
        return _mark(stream, known)


def first_line_of(path: Path) -> str:
    """The hash of a file's first line.

    Raises:
        InputFileError: it cannot be read.
    """
    with closing(open_input(path, binary=True)) as stream:
        return _hash(stream.readline(HEAD_BYTES))


def _mark(stream: io.BufferedReader, known: Sequence[Segment]) -> tuple[FileMark, Segment | None]:
    head = b""
    has_lines = not begins_as_capture(stream.peek(4))
    recent: deque[bytes] = deque()
    size = whole = 0
    fitting = list(known)
    checks = sorted({one.read_bytes for one in known})
    last = b""
    damaged = False
    while not damaged:
        data, damaged = _read(stream)
        if not data:
            break
        if len(head) < HEAD_BYTES:
            head += data[: HEAD_BYTES - len(head)]
        window = last + data
        while checks and checks[0] <= size + len(data):
            at = checks.pop(0)
            end = at - size + len(last)
            tail = _hash(window[max(0, end - TAIL_BYTES) : end])
            fitting = [one for one in fitting if one.read_bytes != at or one.tail == tail]
        cut = data.rfind(b"\n") + 1 if has_lines else len(data)
        if cut:
            whole = size + cut
            end = cut + len(last)
            recent = deque([window[max(0, end - TAIL_BYTES) : end]], maxlen=1)
        size += len(data)
        last = window[-TAIL_BYTES:]
    fitting = [one for one in fitting if one.read_bytes <= size and _hash(head[: one.head_bytes]) == one.head]
    is_unfinished = b"\n" not in head and size < HEAD_BYTES
    head_bytes = size if is_unfinished else min(whole, HEAD_BYTES)
    first_line = _UNFINISHED if is_unfinished else _hash(head[: head.find(b"\n") + 1] if b"\n" in head else head)
    mark = FileMark(
        first_line, head_bytes, _hash(head[:head_bytes]), whole, _hash(recent[0] if recent else b""), whole == size and not damaged
    )
    return mark, max(fitting, key=lambda one: one.read_bytes, default=None)


def _read(stream: io.BufferedReader) -> tuple[bytes, bool]:
    """The next bytes, and whether the file is damaged or cut short behind them."""
    parts: list[bytes] = []
    size = 0
    try:
        while size < _STEP and (part := stream.read1(_STEP - size)):
            parts.append(part)
            size += len(part)
    except InputFileError:
        return b"".join(parts), True
    return b"".join(parts), False


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]


def known_segments(connection: Connection, first_line: str) -> tuple[Segment, ...]:
    """The stored files with a first line, and those that ended within theirs."""
    table = schema.segment
    columns = (table.c.id, table.c.first_line, table.c.head_bytes, table.c.head, table.c.read_bytes, table.c.tail, table.c.read_lines)
    return tuple(Segment(*row) for row in connection.execute(select(*columns).where(table.c.first_line.in_((first_line, _UNFINISHED)))))


def begin_segment(connection: Connection, mark: FileMark, name: str) -> int:
    """Store a file of which nothing was read; its number. Its head tells it from others with the same first line, should this end early."""
    row = {
        "first_line": mark.first_line,
        "head_bytes": mark.head_bytes,
        "head": mark.head,
        "read_bytes": 0,
        "tail": _hash(b""),
        "read_lines": 0,
    }
    found = connection.execute(insert(schema.segment).values(**row, name=clean(name)).returning(schema.segment.c.id))
    return int(found.scalar_one())


def claim_segment(connection: Connection, segment_id: int, mark: FileMark, *, read_lines: int, name: str, others: Set[int]) -> int | None:
    """Have nobody else write events of a stored file until the transaction ends, and begin one that is new (0).

    Args:
        read_lines: how many of its lines are settled, as far as the caller knows.
        others: the stored files with that first line, as far as the caller knows.

    Returns:
        Its number; None if another process has begun it, or read on in it.
    """
    if segment_id:
        settled = select(schema.segment.c.read_lines).where(schema.segment.c.id == segment_id).with_for_update()
        return segment_id if connection.execute(settled).scalar() == read_lines else None
    take_turns(connection)
    if any(one.id not in others for one in known_segments(connection, mark.first_line)):
        return None
    return begin_segment(connection, mark, name)


def settle_segment(connection: Connection, segment_id: int, mark: FileMark, *, read_lines: int, name: str) -> None:
    """Note how far a file was read, and what it is known by now."""
    row = {
        "first_line": mark.first_line,
        "head_bytes": mark.head_bytes,
        "head": mark.head,
        "read_bytes": mark.whole_bytes,
        "tail": mark.tail,
        "read_lines": read_lines,
    }
    connection.execute(update(schema.segment).where(schema.segment.c.id == segment_id).values(**row, name=clean(name)))


def note_progress(connection: Connection, segment_id: int, read_lines: int) -> None:
    """Note in the middle of a file how many of its lines are settled; what it is known by stays as it was."""
    connection.execute(update(schema.segment).where(schema.segment.c.id == segment_id).values(read_lines=read_lines))
