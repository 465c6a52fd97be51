"""Runs of the audit: when they began, and what they came to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from switchcorr.model.message import Message
from switchcorr.store.moments import to_moment, to_ms
from switchcorr.store.open import Store
from switchcorr.store.outbox import lay_messages
from switchcorr.store.schema import audit_run


def write_run(
    store: Store, at: datetime, summary: Mapping[str, object], messages: Sequence[Message] = (), targets: Sequence[str] = ()
) -> None:
    """Write a run down, and what is to be told of it, together or not at all; the same run again takes its place.

    Raises:
        StoreError: the database says no.
    """
    with store.writing() as connection:
        lay_messages(connection, messages, targets, now=at)
        connection.execute(delete(audit_run).where(audit_run.c.at == to_ms(at)))
        connection.execute(insert(audit_run).values(at=to_ms(at), document=json.dumps(summary, sort_keys=True)))


def complete_run(store: Store, at: datetime, summary: Mapping[str, object]) -> None:
    """What came after a run was written down: how its messages were delivered, how long it took. One that is not there stays away.

    Raises:
        StoreError: the database says no.
    """
    with store.writing() as connection:
        connection.execute(update(audit_run).where(audit_run.c.at == to_ms(at)).values(document=json.dumps(summary, sort_keys=True)))


def runs(store: Store, *, most: int = 1000) -> tuple[tuple[datetime, dict[str, object]], ...]:
    """The last runs with their summaries, the newest first."""
    with store.reading() as connection:
        rows = connection.execute(select(audit_run).order_by(audit_run.c.at.desc()).limit(most)).all()
    return tuple((to_moment(row.at), json.loads(row.document)) for row in rows)
