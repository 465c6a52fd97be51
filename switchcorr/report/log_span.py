"""Of what time a log tells, in words, beside the time that was asked about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from switchcorr.model.incident import Correlation

_LITTLE = timedelta(hours=1)
"""Time that was asked about and that the log does not cover, up to which nothing is said. Assumed: a quiet log has no line for so long."""


def log_span(result: Correlation) -> str:
    """What of the log was looked at: of the time that was asked about what it covers; of a log that has nothing of it, the log's own time."""
    start, end, first, last = result.start, result.end, result.log_start, result.log_end
    if first is not None and last is not None and (start is None or end is None or last < start or first > end):
        return f"{moment_words(first)} to {moment_words(last)}"
    if start is None or end is None:
        return "no events with a time"
    if first is not None and last is not None:
        start, end = max(start, first), min(end, last)
    return f"{moment_words(start)} to {moment_words(end)}" if start != end else moment_words(start)


def not_covered(result: Correlation) -> str:
    """Of how much of the time that was asked about the log tells nothing, as it ends before or begins later; empty for little."""
    first, last, start, end = result.log_start, result.log_end, result.start, result.end
    if first is None or last is None or start is None or end is None:
        return ""
    ends = f"ends at {moment_words(last)}" if end - last > _LITTLE else ""
    begins = f"begins at {moment_words(first)}" if first - start > _LITTLE else ""
    return f"; the log {' and '.join(filter(None, (begins, ends)))}, and tells nothing of the rest" if ends or begins else ""


def moment_words(time: datetime) -> str:
    """A moment to the second, UTC."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
