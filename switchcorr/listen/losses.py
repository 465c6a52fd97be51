"""What a listener could not receive: how many datagrams the kernel dropped, and when; kept beside the segments from run to run.

Nobody knows what was in them. So whoever reads the events of such a time is told that some may be missing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from switchcorr.errors import InputFileError
from switchcorr.files import read_bytes
from switchcorr.text import counted

STATUS = "listen.json"
"""How a listener stands, beside its segments."""
_ONE_SPAN = timedelta(seconds=60)
"""Losses nearer than this are one span. Assumed: a flood comes in waves."""
_MOST = 1000
"""Spans that are remembered, the newest."""


@dataclass(frozen=True, slots=True, order=True)
class Loss:
    """Datagrams dropped within a span: after ``since``, up to ``until``."""

    since: datetime
    until: datetime
    dropped: int


def with_loss(known: Sequence[Loss], new: Loss) -> tuple[Loss, ...]:
    """The losses with one that is later than all of them; it goes on the last one if that ended just before."""
    last = known[-1] if known else None
    if last is not None and new.since - last.until < _ONE_SPAN:
        return (*known[:-1], Loss(last.since, max(last.until, new.until), last.dropped + new.dropped))
    return (*known, new)[-_MOST:]


def losses_in(document: Mapping[str, Any]) -> tuple[Loss, ...]:
    """The losses that a listener's state tells, in order of time; what is none is passed over."""
    told = document.get("losses")
    found = [_loss(one) for one in told] if isinstance(told, list) else []
    return tuple(sorted(one for one in found if one is not None))[-_MOST:]


def _loss(told: object) -> Loss | None:
    if not isinstance(told, dict):
        return None
    try:
        since, until, dropped = datetime.fromisoformat(told["since"]), datetime.fromisoformat(told["until"]), int(told["dropped"])
    except (KeyError, TypeError, ValueError):
        return None
    is_sound = since.tzinfo is not None and until.tzinfo is not None and since <= until and 0 < dropped < 2**63
    return Loss(since, until, dropped) if is_sound else None


def read_losses(folder: Path) -> tuple[Loss, ...]:
    """The losses of the listener that writes to a folder; none if no state is there, or it cannot be read."""
    path = folder / STATUS
    if not path.is_file():
        return ()
    try:
        document = json.loads(read_bytes(path))
    except (InputFileError, ValueError):
        return ()
    return losses_in(document) if isinstance(document, dict) else ()


def losses_beside(files: Iterable[Path]) -> tuple[Loss, ...]:
    """The losses of the listeners that wrote these files, in order of time."""
    return tuple(sorted({loss for folder in {path.parent for path in files} for loss in read_losses(folder)}))


def told_losses(losses: Iterable[Loss], since: datetime, until: datetime) -> tuple[str, ...]:
    """A sentence on what was lost within a span; none if nothing was."""
    within = [one for one in losses if one.since <= until and one.until >= since]
    if not within:
        return ()
    times = "" if len(within) == 1 else f" in {len(within)} spans"
    first, last = (f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in (min(within).since, max(one.until for one in within)))
    total = sum(one.dropped for one in within)
    return (
        f"the kernel dropped {counted(total, 'message')} to the listener{times} from {first} to {last}: events of that time may be missing",
    )
