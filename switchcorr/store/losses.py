"""When messages to the listener were lost: events of that time may be missing, and whoever asks for them is told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, insert, select

from switchcorr.store.moments import to_moment, to_ms
from switchcorr.store.open import Store
from switchcorr.store.schema import event_loss

Span = tuple[datetime, datetime, int]
"""Since when, until when, and how many messages."""


def write_losses(store: Store, spans: Iterable[Span]) -> None:
    """Write spans down; one that has grown since takes its own place.

    Raises:
        StoreError: the database says no.
    """
    rows = {to_ms(since): {"since": to_ms(since), "until": to_ms(until), "dropped": dropped} for since, until, dropped in spans}
    with store.reading() as connection:
        known = {row.since: dict(row._mapping) for row in connection.execute(select(event_loss))}
    news = [row for since, row in sorted(rows.items()) if known.get(since) != row]
    if not news:
        return
    with store.writing() as connection:
        connection.execute(delete(event_loss).where(event_loss.c.since.in_([row["since"] for row in news])))
        connection.execute(insert(event_loss), news)


def losses_between(store: Store, since: datetime, until: datetime) -> tuple[Span, ...]:
    """Spans that overlap a time, in order."""
    query = select(event_loss).where(event_loss.c.since <= to_ms(until), event_loss.c.until >= to_ms(since)).order_by(event_loss.c.since)
    with store.reading() as connection:
        return tuple((to_moment(row.since), to_moment(row.until), row.dropped) for row in connection.execute(query))
