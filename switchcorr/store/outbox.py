"""The outbox: messages that wait, each once for each target, until the target has taken them.

A message is leased before it is sent and marked afterwards, so it is never lost; if the process ends in between, it is sent again when
the lease is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, update

from switchcorr.model.message import IncidentState, Message
from switchcorr.store.codec import from_json, to_json
from switchcorr.store.moments import to_moment, to_ms
from switchcorr.store.names import insert_new
from switchcorr.store.open import Store
from switchcorr.store.schema import message

LEASE = timedelta(minutes=10)
"""How long a message belongs to the process that sends it. Assumed: longer than any target lets one wait."""
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
"""Pauses after failures: each twice the one before, up to the longest. Assumed."""
_ENDED = f"/{IncidentState.ENDED.value}"
_BELIEVED = max(LEASE, LONGEST_PAUSE)
"""A moment further in the future was written by a clock that ran ahead and was set back since: nothing here waits that long."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that one target has not taken yet.

    Attributes:
        attempts: how often it was tried.
        problem: why the last attempt failed; empty while it was not tried, and while somebody sends it.
    """

    message: Message
    target: str
    created_at: datetime
    due_at: datetime
    attempts: int = 0
    problem: str = ""

    @property
    def tried_at(self) -> datetime:
        """Of one that was not taken and pauses: when it was tried last."""
        return self.due_at - pause_after(self.attempts)

    def is_due(self, now: datetime) -> bool:
        """Whether it may be sent: its moment has come, or lies further ahead than any lease or pause reaches."""
        return self.due_at <= now or self.due_at > now + _BELIEVED


def put_messages(store: Store, messages: Iterable[Message], targets: Sequence[str], *, now: datetime) -> int:
    """Lay messages into the outbox; one whose id is there for a target already is left as it is.

    Returns:
        How many were laid in, each target counted.

    Raises:
        StoreError: the database says no.
    """
    with store.writing() as connection:
        return lay_messages(connection, messages, targets, now=now)


def lay_messages(connection: Connection, messages: Iterable[Message], targets: Sequence[str], *, now: datetime) -> int:
    """``put_messages`` as a part of a transaction, so that what is told and the mark that it was told are written together."""
    moment = to_ms(now)
    messages = _with_later_ends(connection, messages)
    rows = [
        {
            "id": one.id, "target": target, "created_at": moment + step, "due_at": moment, "attempts": 0,
            "severity": int(one.severity), "document": to_json(one),
        }
        for step, one in enumerate({one.id: one for one in messages}.values()) for target in dict.fromkeys(targets)
    ]  # fmt: skip
    if not rows:
        return 0
    before = connection.execute(select(func.count()).select_from(message)).scalar_one()
    insert_new(connection, message, rows)
    return connection.execute(select(func.count()).select_from(message)).scalar_one() - before


def _with_later_ends(connection: Connection, messages: Iterable[Message]) -> list[Message]:
    """The messages, in which the end of an incident that was over before, and of which more was told since, is another message."""
    found: list[Message] = []
    for one in messages:
        number = _number_of_end(connection, one, found) if one.id.endswith(_ENDED) else 1
        found.append(one if number == 1 else replace(one, id=f"{one.id}-{number}"))
    return found


def _number_of_end(connection: Connection, end: Message, laid_with: Sequence[Message]) -> int:
    """1 for an incident's first end, and for one that was told already; else which end it is."""
    incident = f"{end.id.removesuffix(_ENDED)}/"
    query = select(message.c.id).where(message.c.id.startswith(incident, autoescape=True)).order_by(message.c.created_at)
    told = list(connection.execute(query).scalars())
    told += [one.id for one in laid_with if one.id.startswith(incident) and one.id not in told]
    ends = {id_ for id_ in told if id_.startswith(end.id)}
    return len(ends) + 1 if ends and told[-1] not in ends else 1


def told_phones(store: Store, incidents: Iterable[str]) -> dict[str, int]:
    """Of those incidents of which somebody was told: the most phones they were told with, whoever told it."""
    found: dict[str, int] = {}
    with store.reading() as connection:
        for id_ in incidents:
            query = select(message.c.document).where(message.c.id.startswith(f"{id_}/", autoescape=True))
            told = [from_json(Message, document).endpoints for document in connection.execute(query).scalars()]
            if told:
                found[id_] = max(told)
    return found


def waiting_messages(store: Store) -> tuple[Waiting, ...]:
    """Everything that is not sent, the oldest first."""
    query = select(message).where(message.c.sent_at.is_(None)).order_by(message.c.created_at, message.c.id, message.c.target)
    with store.reading() as connection:
        return tuple(_waiting(row) for row in connection.execute(query))


def sent_since(store: Store, target: str, since: datetime, *, now: datetime) -> int:
    """How many deliveries a target has taken since a moment; a digest is one. Those that a clock far ahead has written do not count."""
    sent = func.count(func.distinct(message.c.sent_at))
    query = select(sent).where(message.c.target == target, message.c.sent_at > to_ms(since), message.c.sent_at <= to_ms(now + _BELIEVED))
    with store.reading() as connection:
        return connection.execute(query).scalar_one()


def last_sent(store: Store, target: str, *, now: datetime) -> datetime | None:
    """When a target last took anything; what a clock far ahead has written does not count."""
    query = select(func.max(message.c.sent_at)).where(message.c.target == target, message.c.sent_at <= to_ms(now + _BELIEVED))
    with store.reading() as connection:
        last = connection.execute(query).scalar_one()
    return None if last is None else to_moment(last)


def lease(store: Store, messages: Sequence[Waiting], *, now: datetime) -> tuple[Waiting, ...]:
    """Take messages for sending; those that another process has taken in the meantime are not among the answer."""
    taken = []
    with store.writing() as connection:
        for one in messages:
            where = (*_key(one), message.c.sent_at.is_(None), message.c.due_at == to_ms(one.due_at))
            if connection.execute(update(message).where(*where).values(due_at=to_ms(now + LEASE), problem="")).rowcount:
                taken.append(one)
    return tuple(taken)


def mark_sent(store: Store, messages: Sequence[Waiting], *, now: datetime) -> None:
    """The target has taken these, together."""
    with store.writing() as connection:
        for one in messages:
            connection.execute(
                update(message).where(*_key(one)).values(sent_at=to_ms(now), attempts=one.attempts + 1, problem="")
            )  # fmt: skip


def mark_failed(store: Store, messages: Sequence[Waiting], problem: str, *, now: datetime) -> None:
    """The target did not take these: they are due again after a pause that grows with every failure."""
    with store.writing() as connection:
        for one in messages:
            due = to_ms(now + pause_after(one.attempts + 1))
            connection.execute(update(message).where(*_key(one)).values(due_at=due, attempts=one.attempts + 1, problem=problem))


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many failures.

    >>> [pause_after(number).total_seconds() for number in (1, 2, 3, 9)]
    [60.0, 120.0, 240.0, 3600.0]
    """
    return min(FIRST_PAUSE * (1 << min(attempts - 1, 16)), LONGEST_PAUSE)


def _key(one: Waiting) -> tuple[Any, Any]:
    return message.c.id == one.message.id, message.c.target == one.target


def _waiting(row: Any) -> Waiting:  # a row of SQLAlchemy
    made = from_json(Message, row.document)
    return Waiting(made, row.target, to_moment(row.created_at), to_moment(row.due_at), row.attempts, row.problem)
