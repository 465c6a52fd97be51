"""Moments as the store keeps them: whole milliseconds since 1970, UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from switchcorr.store.schema import OPEN

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def to_ms(moment: datetime) -> int:
    """Milliseconds; what is finer is cut.

    >>> to_ms(datetime(1970, 1, 1, 0, 0, 1, 999, tzinfo=UTC))
    1000
    """
    return (moment - _EPOCH) // _MS


def to_moment(ms: int) -> datetime:
    """The moment of a number of milliseconds."""
    return _EPOCH + ms * _MS


def until_moment(ms: int) -> datetime | None:
    """The end of an interval; None if it has none yet."""
    return None if ms == OPEN else to_moment(ms)
