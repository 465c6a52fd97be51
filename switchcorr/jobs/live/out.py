"""What a live watch leaves behind: a line of JSON for each message, in ``incidents.jsonl`` beside the segments."""

from __future__ import annotations

import json
import logging
import stat
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import final

from switchcorr.audit.tracking import News, Told
from switchcorr.errors import InputFileError
from switchcorr.files import OwnFolder
from switchcorr.model.incident import Correlation
from switchcorr.model.moments import DAY_S
from switchcorr.model.series import Series
from switchcorr.report.to_json import correlation_json, iso
from switchcorr.text import counted

_log = logging.getLogger(__name__)
FILE = "incidents.jsonl"
MOST_WAITING = 200
"""Lines that wait for a disk that is full, the newest: those of a large incident have a megabyte each."""


def line_of(told: Told, result: Correlation) -> bytes:
    """One message as a line."""
    document = correlation_json(result)
    (incident,) = [one for one in document["incidents"] if one["id"] == told.incident.id]
    line = {
        "schema": "switchcorr/live/1",
        "news": told.news.value,
        "number": told.number,
        "at": iso(result.generated_at),
        "series": _series_json(told.series) if told.series is not None else None,
        "incident": incident,
    }
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"


@final
class ToldFile:
    """The file of what was told. A line that cannot be written waits in memory, and is tried again with the next one and at the end.

    Old stories go from it once a day at most, when a line is added, so that it never grows without one.

    Args:
        days: for which what is over is kept.
    """

    def __init__(self, folder: Path, days: int, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._folder, self._days, self._monotonic = folder, timedelta(days=days), monotonic
        self._tidied = float("-inf")
        self._waiting: deque[bytes] = deque(maxlen=MOST_WAITING)

    def keep(self, told: Told, result: Correlation) -> None:
        """Add one message, and have it on the disk."""
        self._waiting.append(line_of(told, result))
        if not self.flush():
            return
        moment = self._monotonic()
        if moment - self._tidied >= DAY_S:
            self._tidied = moment
            forget_old(self._folder, result.generated_at - self._days)

    def flush(self) -> bool:
        """Write what waits; whether nothing does any more."""
        if not self._waiting:
            return True
        try:
            with OwnFolder.at(self._folder) as own:
                while self._waiting:
                    own.append(FILE, self._waiting[0])
                    self._waiting.popleft()
        except InputFileError as error:
            _log.error("live: %s; %s for it in memory until it can", error.message.rstrip("."), counted(len(self._waiting), "line"))
            return False
        return True


def forget_old(folder: Path, before: datetime) -> int:
    """Take stories that ended before a moment out of the file, whole or not at all; how many lines those were.

    A story whose end was not told stays, and so does a line that nobody can read.
    """
    path = folder / FILE
    try:
        lines = path.read_bytes().splitlines(keepends=True) if path.is_file() and not path.is_symlink() else []
        stories = [_story(line) for line in lines]
        last = {story: (at, news) for story, at, news in stories}  # lines stand in the order in which they were told
        old = {story for story, (at, news) in last.items() if story and news == News.ENDED.value and at < iso(before)}
        left = b"".join(line for line, (story, _, _) in zip(lines, stories, strict=True) if story not in old)
        if old:
            mode = stat.S_IMODE(path.stat().st_mode)
            with OwnFolder.at(folder) as own:
                own.write(FILE, left)
            path.chmod(mode)
    except (OSError, InputFileError) as error:
        _log.warning("live: old lines of %s stay, as it cannot be written: %s", path, error)
        return 0
    return sum(story in old for story, _, _ in stories)


def _story(line: bytes) -> tuple[str, str, str]:
    """What a line belongs to, when it was told, and which news it is; empty for one that is none."""
    try:
        told = json.loads(line)
        incident, series = told["incident"]["id"], told.get("series")
        return str(series["id"] if series else incident), str(told["at"]), str(told["news"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return "", "", ""


def sentence(told: Told) -> str:
    """One message for a terminal."""
    incident = told.incident
    series = f" ({told.series.words})" if told.series is not None and told.series.count > 1 else ""
    return f"{told.news.value}{series} {incident.id}: {incident.summary}"


def _series_json(series: Series) -> dict[str, object]:
    every = series.every
    return {
        "id": series.id,
        "count": series.count,
        "since": iso(series.since),
        "every_s": every.total_seconds() if every is not None else None,
        "starts": [iso(start) for start in series.starts],
        "most_phones": series.most,
    }
