"""Whether the log has fallen silent: no event of a phone for far longer than any run before has found. Pure.

What is usual is learned from run to run, for it depends on how large the site is, on its nights and weekends, and on how logs come: one that is
copied every night is a day old at the last run before. So each run that finds something new remembers how old the newest event was at the run
before; the longest counts, and fades by half in a month, so that one long outage does not hide the next for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

LEAST = timedelta(hours=1)
"""Less is no silence. Assumed."""
TIMES = 2.0
"""How many times as long as usual is silence. Assumed."""
KNOWN_AFTER = timedelta(days=8)
"""From then on it is known what is usual: a week holds each kind of day once. Assumed, with a day to spare for a weekend that is a holiday longer."""
LEAST_ENDED = 20
"""How often something new must have come between two runs: where logs are taken in by hand now and then, nothing is usual. Assumed."""
_HALVED_IN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Heard:
    """What a run knows of the log.

    Attributes:
        last: when the newest event of a phone was.
        usual: for how long nothing came at most, as runs found it.
        since: when it was first asked.
        ended: how often something new had come since the run before.
    """

    last: datetime
    usual: timedelta
    since: datetime
    ended: int = 0


def heard_by(last: datetime | None, at: datetime, before: Heard | None, before_at: datetime | None) -> Heard | None:
    """What this run knows; None if there never was an event.

    Args:
        last: when the newest event was, at most ``at``.
        before: what the run before knew.
        before_at: when that was.
    """
    if last is None or before is None or before_at is None:
        return before if last is None else Heard(last, timedelta(), at)
    if last <= before.last:
        return before
    faded = before.usual * 0.5 ** (max(at - before_at, timedelta()) / _HALVED_IN)
    return replace(before, last=last, usual=max(faded, before_at - before.last), ended=before.ended + 1)


def silence(heard: Heard | None, at: datetime) -> str:
    """A sentence if the log has fallen silent; empty if not, or if it is not known yet what is usual."""
    if heard is None or heard.ended < LEAST_ENDED or at - heard.since < KNOWN_AFTER:
        return ""
    quiet = at - heard.last
    if quiet <= max(LEAST, heard.usual * TIMES):
        return ""
    return (
        f"no event of a phone has come since {heard.last:%Y-%m-%d %H:%M} UTC, for {_words(quiet)}, where {_words(heard.usual)} is the longest"
        " that is usual: incidents since then are not seen. See that the call servers still log and send, and that what receives it runs"
    )


def _words(span: timedelta) -> str:
    minutes = span / timedelta(minutes=1)
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.0f} h" if minutes < 2880 else f"{minutes / 1440:.0f} days"


def to_summary(heard: Heard | None) -> Mapping[str, object] | None:
    """What is known, as a run keeps it."""
    if heard is None:
        return None
    return {"last": heard.last.isoformat(), "usual_s": heard.usual.total_seconds(), "since": heard.since.isoformat(), "ended": heard.ended}


def from_summary(summary: Mapping[str, object]) -> Heard | None:
    """What a run knew; None if it did not keep it."""
    match summary.get("heard"):
        case {"last": str() as last, "usual_s": int() | float() as usual, "since": str() as since, "ended": int() as ended}:
            return Heard(_moment(last), timedelta(seconds=usual), _moment(since), ended)
        case _:
            return None


def _moment(told: str) -> datetime:
    return datetime.fromisoformat(told).astimezone(UTC)
