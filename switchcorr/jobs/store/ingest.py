"""The job ``ingest``: event files into the store, each event exactly once, however often and under whatever name a file is given.

A file that grew is read from where reading ended, if its lines stand alone; else from its beginning, since times without a year and tables
need what stands before, and only what is new is written (``events/growth.py``). The last lines may be a part of something that goes on: their events are written, and written anew the next time.

A log may be rotated at any moment, and its name is asked for several times. Nothing is written before it is seen that all of them met the
file that was marked; else it is begun again. A file that was only renamed meanwhile is read to its end all the same.

Events without a time are not stored, as no question finds them. A file that holds no others is left as if it had never been given, so that it
can be given again with ``--at``.
"""

from __future__ import annotations

import logging
import math
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path

from switchcorr.errors import InputFileError
from switchcorr.events import ReadOptions
from switchcorr.jobs.inputs.captured import read_batches
from switchcorr.jobs.inputs.mistaken import meant_for_ingest
from switchcorr.jobs.inputs.request import Progress, Times, say_nothing
from switchcorr.jobs.store.place import StorePlace
from switchcorr.listen.losses import losses_beside
from switchcorr.model.event import EventFileAccount, EventLog, EventPools
from switchcorr.store.events import forget_after, write_events
from switchcorr.store.losses import write_losses
from switchcorr.store.open import Store
from switchcorr.store.segments import (
    FileAtPath,
    FileMark,
    Segment,
    claim_segment,
    file_at,
    first_line_of,
    is_unharmed,
    known_segments,
    mark_of,
    note_progress,
    settle_segment,
)

_log = logging.getLogger(__name__)
_UNSETTLED = 100
"""Lines at the end of a file whose events may still change when it grows: a line or a record of several lines may be cut off there. They
are written, and written again the next time. No format's record has more than 80."""
_AT_ONCE = 20_000
"""Events in one transaction: a third of a second."""
_TRIES = 5
"""How often a file is begun again that was rotated meanwhile. Assumed: no log is rotated twice while its mark is taken."""


@dataclass(frozen=True, slots=True)
class IngestedFile:
    """What became of one file.

    Attributes:
        new: events that were written and had not been there before.
        known: events that had been written before.
        timeless: events that carry no time and were not written.
        is_known: whether nothing of it was new, so that it was not read at all.
        account: what became of its lines; None if it was not read.
        problem: why it could not be read, or not to its end.
        from_line: the first line that was read; more than 1 if reading went on where it had ended.
    """

    file: str
    new: int = 0
    known: int = 0
    timeless: int = 0
    is_known: bool = False
    account: EventFileAccount | None = None
    problem: str = ""
    from_line: int = 1


@dataclass(frozen=True, slots=True)
class IngestOutcome:
    """What became of all files."""

    files: tuple[IngestedFile, ...]
    assumptions: tuple[str, ...] = ()

    @property
    def new(self) -> int:
        """Events that were written."""
        return sum(file.new for file in self.files)

    @property
    def is_partial(self) -> bool:
        """Whether some file could not be read, or holds nothing that is an event."""
        return any(file.problem or (file.account is not None and not file.account.events and file.from_line == 1) for file in self.files)


def ingest(paths: Sequence[Path], place: StorePlace, times: Times, progress: Progress = say_nothing) -> IngestOutcome:
    """Take event files into the store.

    Raises:
        InputFileError: none of them can be read.
        StoreError: the store cannot be written.
    """
    options = ReadOptions(now=times.now, zone=times.log_zone, zones=dict(times.log_zones), year=times.year, at=times.at)
    done: list[IngestedFile] = []
    assumptions: dict[str, None] = {}
    with place.open(write=True) as store:
        for number, path in enumerate(paths, start=1):
            done.append(_ingest_file(store, path, options, assumptions))
            progress("event files", number, len(paths))
        write_losses(store, [(one.since, one.until, one.dropped) for one in losses_beside(paths)])
    outcome = IngestOutcome(tuple(done), tuple(assumptions))
    if all(file.problem and not file.account for file in done):
        raise InputFileError(f"no event file can be used: {' | '.join(file.problem for file in done)}", hint="Are the paths right?")
    _log.info("ingest: %d files, %d new events", len(done), outcome.new)
    return outcome


class _BeginAgainError(Exception):
    """The file is to be begun again. What was written of it stays.

    Attributes:
        segment_id: the stored file that was written to; 0 if none was.
        new: events that were written to it.
    """

    def __init__(self, segment_id: int = 0, new: int = 0) -> None:
        super().__init__()
        self.segment_id = segment_id
        self.new = new


class _RotatedError(_BeginAgainError):
    """Under the path there is no longer the file that was marked; what was read since may be of another one."""


class _TakenElsewhereError(_BeginAgainError):
    """Another process takes the same file, and has got further."""


def _ingest_file(store: Store, path: Path, options: ReadOptions, assumptions: dict[str, None]) -> IngestedFile:
    """Take in one file, and begin it again as often as it must be: each time that another process has got further, or so often as it is rotated."""
    written: Counter[int] = Counter()
    rotated = 0
    while rotated < _TRIES:
        try:
            done = _ingest_once(store, path, options, assumptions, written)
        except InputFileError as error:
            done = IngestedFile(str(path), problem=(meant_for_ingest(path) if path.is_dir() else "") or str(error))
        except _BeginAgainError as again:
            written[again.segment_id] += again.new
            rotated += isinstance(again, _RotatedError)
            _log.info("ingest: %s: was rotated or taken elsewhere while it was read, and is begun again", path)
            continue
        before = written.total()
        return replace(done, new=done.new + before, is_known=done.is_known and not before)
    problem = f"{path}: another file took its place while it was read, {_TRIES} times. Give it once more."
    return IngestedFile(str(path), written.total(), problem=problem)


def _ingest_once(store: Store, path: Path, options: ReadOptions, assumptions: dict[str, None], written: Mapping[int, int]) -> IngestedFile:
    """Take in what is new of a file.

    Args:
        written: how many events were written to which stored file when it was begun before.

    Raises:
        _BeginAgainError: it is to be begun again.
        InputFileError: it cannot be read.
    """
    before = file_at(path)
    first_line = first_line_of(path)
    with store.reading() as connection:
        known = known_segments(connection, first_line)
    mark, segment = mark_of(path, known)
    if segment is not None and segment.read_bytes >= mark.whole_bytes and mark.ends_whole:
        return IngestedFile(str(path), is_known=True)
    if before is None:
        raise _RotatedError
    reading = _Reading(store, path, before, mark, segment, others=frozenset(one.id for one in known))
    return reading.run(options, assumptions, written)


def _settled(account: EventFileAccount) -> int:
    """How many lines of a file tell what they tell, whatever comes behind them: of a capture none, where a phone may say its name at the end."""
    return 0 if account.unit == "packet" else account.lines - _UNSETTLED


def _no_time(path: Path, events: int) -> str:
    """Why nothing was stored of a file whose events all lack a time."""
    said = "its event carries no time and was" if events == 1 else f"its {events:,} events carry no time and were"
    return f"{path}: {said} not stored: give --at TIME."


class _Reading:
    """Reads one file, and writes what is new of it."""

    def __init__(self, store: Store, path: Path, before: FileAtPath, mark: FileMark, segment: Segment | None, *, others: Set[int]) -> None:
        self._store = store
        self._path = path
        self._before = before
        self._mark = mark
        self._others = others
        self._begin = self._noted = segment.read_lines if segment is not None else 0
        self._segment_id = segment.id if segment is not None else 0
        self._waiting: EventLog | None = None
        self._new = self._read = self._timeless = 0
        self._forgotten: set[tuple[int, int]] | None = None
        self._is_opened = False

    def run(self, options: ReadOptions, assumptions: dict[str, None], written: Mapping[int, int]) -> IngestedFile:
        """Read the file to its end.

        Raises:
            _BeginAgainError: it is to be begun again; what is written by then is of the file that was marked.
        """
        pools = EventPools()
        account: EventFileAccount | None = None
        passed = 0
        assumed: tuple[str, ...] = ()
        for batch in read_batches(self._path, options=options, pools=pools, known=self._begin):
            if not self._is_opened:
                self._verify()
            self._take(batch.log)
            if batch.account is not None:
                account, passed, assumed = batch.account, batch.passed, batch.assumptions
        if account is None or not account.lines:
            return IngestedFile(str(self._path), problem=account.problem if account is not None else "")
        if self._timeless and not self._read and not self._begin:
            return IngestedFile(str(self._path), timeless=self._timeless, account=account, problem=_no_time(self._path, self._timeless))
        self._flush(settled=_settled(account))
        assumptions.update(dict.fromkeys(assumed))
        known = self._read - self._new - written.get(self._segment_id, 0)
        problem = account.problem or ("" if account.events or account.ignored or passed else meant_for_ingest(self._path))
        return IngestedFile(
            str(self._path), self._new, max(0, known), self._timeless, account=account, problem=problem, from_line=passed + 1
        )

    def _verify(self) -> None:
        """See that what was read is of the file that was marked.

        Once the file is open, it may be renamed and another may stand there: the open one is read on. It may not be emptied.
        """
        if not is_unharmed(self._path, self._before, self._mark) and not (self._is_opened and self._is_renamed()):
            raise _RotatedError(self._segment_id, self._new)
        self._is_opened = True

    def _is_renamed(self) -> bool:
        now = file_at(self._path)
        return now is None or not now.is_same(self._before)

    def _take(self, log: EventLog) -> None:
        timed = [row for row, time in enumerate(log.time) if not math.isnan(time)]
        self._timeless += len(log) - len(timed)
        log = log if len(timed) == len(log) else log.select(timed)
        self._read += len(log)
        if self._waiting is None:
            self._waiting = log
        else:
            self._waiting.extend(log)
        if len(self._waiting) >= _AT_ONCE:
            self._flush(settled=None)

    def _flush(self, *, settled: int | None) -> None:
        """Write what waits; at the end of the file, also how far it is settled."""
        self._verify()
        log = self._waiting
        self._waiting = None
        learned = {name: dict(numbers) for name, numbers in self._store.ids.items()}
        new, noted, name = 0, self._noted, str(self._path)
        with self._store.writing() as connection:
            segment_id = claim_segment(connection, self._segment_id, self._mark, read_lines=noted, name=name, others=self._others)
            if segment_id is None:
                raise _TakenElsewhereError(self._segment_id, self._new)
            forgotten = forget_after(connection, segment_id, self._begin) if self._forgotten is None else self._forgotten
            if log is not None:
                new = write_events(connection, segment_id, log, after_line=self._begin, known=learned, forgotten=forgotten)
            if settled is not None:
                noted = max(settled, 0)
                settle_segment(connection, segment_id, self._mark, read_lines=noted, name=name)
            elif log is not None and len(log):
                noted = max(self._begin, log.line[-1] - 1)
                note_progress(connection, segment_id, noted)
        self._segment_id, self._forgotten, self._noted = segment_id, forgotten, noted
        self._new += new
        self._store.ids.update(learned)
