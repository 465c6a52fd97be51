"""What becomes of old segments of a listener: those that the store holds to their last line go, all others stay.

A segment is removed when nothing was written to it for ``raw_days``, and for longer than a live watch reads back. The newest one stays in any
case, for somebody may have it open, and so does every file of another name. Each file goes by itself: a run that is killed leaves the rest
to the next one.
"""

from __future__ import annotations

import logging
import re
from datetime import datetime, timedelta
from pathlib import Path

from switchcorr.errors import InputFileError
from switchcorr.jobs.audit.request import AuditRequest
from switchcorr.jobs.live.watch import HISTORY
from switchcorr.listen.segments import SUFFIX
from switchcorr.store.open import Store
from switchcorr.store.segments import first_line_of, known_segments, mark_of

_log = logging.getLogger(__name__)
_SEGMENT = re.compile(rf"\d{{8}}T\d{{6}}Z-\d{{4}}{re.escape(SUFFIX)}")
_LEAST = HISTORY + timedelta(days=2)
"""A live watch reads segments of the last eight days when it starts; a day more is for those that are started meanwhile."""


def remove_taken(request: AuditRequest, now: datetime) -> int:
    """Remove old segments of the state directory that the store holds; how many.

    Raises:
        InputFileError: some could not be removed.
        StoreError: the store cannot be read.
    """
    folder = request.state_dir / "events"
    limit = (now - max(timedelta(days=request.settings.raw_days), _LEAST)).timestamp()
    segments = sorted(
        path for path in folder.glob(f"*{SUFFIX}") if _SEGMENT.fullmatch(path.name) and path.is_file() and not path.is_symlink()
    )
    old = [path for path in segments[:-1] if path.stat().st_mtime < limit]
    removed, left = 0, []
    with request.place.open(write=False) as store:
        for path in (path for path in old if _is_taken(store, path)):
            try:
                path.unlink(missing_ok=True)
            except OSError:  # told for all together
                left.append(path)
            else:
                removed += 1
    if left:
        raise InputFileError(f"{left[0]}: cannot be removed.", hint=f"{len(left)} old segments are left. Who owns them?")
    _log.info("retention: %d old segments removed", removed)
    return removed


def _is_taken(store: Store, path: Path) -> bool:
    """Whether the store holds all whole lines of a file; one that cannot be read is not."""
    try:
        with store.reading() as connection:
            known = known_segments(connection, first_line_of(path))
        mark, segment = mark_of(path, known)
    except InputFileError:
        return False
    return segment is not None and segment.read_bytes >= mark.whole_bytes > 0
