"""What audits found, as long as it lasts; acknowledgements, and masks for planned work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from switchcorr.model.changes import NOT_LOOKED, Change, ChangeState
from switchcorr.model.mask import Mask
from switchcorr.store.codec import from_json, to_json
from switchcorr.store.moments import to_moment, to_ms
from switchcorr.store.open import Store
from switchcorr.store.schema import OPEN, finding, mask


@dataclass(frozen=True, slots=True)
class StoredFinding:
    """A finding and how long it has lasted; ``gone_at`` is None while it does."""

    change: Change
    first_at: datetime
    last_at: datetime
    gone_at: datetime | None = None
    acknowledged_at: datetime | None = None


def settle_findings(
    store: Store,
    found: Sequence[Change],
    *,
    at: datetime,
    seen: frozenset[str],
    is_old: Callable[[Change], bool] = lambda _: False,
    untold_since: datetime | None = None,
) -> tuple[Change, ...]:
    """Write down what an audit found, and say what of it is new, goes on, or is over.

    Args:
        found: everything that is so now.
        at: when.
        seen: devices that were read: what is no longer found of others is not over, it was not looked at.
        is_old: whether what is known of a finding is what was known when it was found last: then it is not over either.
        untold_since: what was written down after this moment was told to nobody, as the run did not come to its end; None is nothing.

    Raises:
        StoreError: the database says no.
    """
    moment = to_ms(at)
    now = {change.id: change for change in found}
    with store.writing() as connection:
        open_ = {row.id: row for row in connection.execute(select(finding).where(finding.c.gone_at.is_(None)))}
        masks = _masks(connection)
        untold = moment if untold_since is None else to_ms(untold_since)
        ended = connection.execute(select(finding).where(finding.c.gone_at > untold)).all()
        told = [_found(connection, change, open_.get(id_), moment, untold) for id_, change in now.items()]
        told += [_missing(connection, open_[id_], moment, seen, is_old) for id_ in sorted(open_.keys() - now.keys())]
        told += [_over(row) for row in ended if row.id not in now]
    return tuple(_masked(change, masks, at) for change in told)


def _found(connection: Connection, change: Change, row: Any, moment: int, untold: int) -> Change:
    if row is None:
        connection.execute(delete(finding).where(finding.c.id == change.id))  # one that was over, and is again
        values = {"first_at": moment, "last_at": moment, "note": "", "document": to_json(replace(change, state=ChangeState.NEW))}
        connection.execute(insert(finding).values(id=change.id, **values))
        return replace(change, state=ChangeState.NEW)
    connection.execute(update(finding).where(finding.c.id == change.id).values(last_at=moment, document=to_json(change)))
    state = ChangeState.NEW if row.first_at > untold else ChangeState.ONGOING
    return replace(change, state=state, when=to_moment(row.first_at), note=_note(row))


def _missing(connection: Connection, row: Any, moment: int, seen: frozenset[str], is_old: Callable[[Change], bool]) -> Change:
    change = from_json(Change, row.document)
    if change.device and (change.device not in seen or is_old(change)):
        return replace(change, state=ChangeState.ONGOING, when=to_moment(row.first_at), note=_note(row) or NOT_LOOKED)
    connection.execute(update(finding).where(finding.c.id == row.id).values(gone_at=max(moment, row.last_at)))
    return _over(row)


def _over(row: Any) -> Change:
    change = from_json(Change, row.document)
    return replace(change, state=ChangeState.GONE, when=to_moment(row.first_at), words=f"no longer so: {change.words}", note=_note(row))


def _note(row: Any) -> str:
    return f"acknowledged{f': {row.note}' if row.note else ''}" if row.acknowledged_at is not None else ""


def _masked(change: Change, masks: Iterable[Mask], at: datetime) -> Change:
    names = [one.name for one in masks if one.covers(change.device, at)]
    return replace(change, note=f"planned: {', '.join(names)}") if names and not change.is_known else change


def findings(store: Store, *, all_: bool = False) -> tuple[StoredFinding, ...]:
    """Findings that last, or also those that are over; the newest first."""
    query = select(finding).order_by(finding.c.first_at.desc(), finding.c.id)
    with store.reading() as connection:
        rows = connection.execute(query if all_ else query.where(finding.c.gone_at.is_(None))).all()
    return tuple(
        StoredFinding(
            replace(from_json(Change, row.document), note=_note(row)), to_moment(row.first_at), to_moment(row.last_at),
            None if row.gone_at is None else to_moment(row.gone_at),
            None if row.acknowledged_at is None else to_moment(row.acknowledged_at),
        )
        for row in rows
    )  # fmt: skip


def acknowledge(store: Store, ids: Iterable[str], note: str, *, now: datetime) -> tuple[str, ...]:
    """Somebody knows of these: they are told under "known" until they are over. The ids that are no lasting finding's."""
    unknown = []
    with store.writing() as connection:
        for id_ in ids:
            where = finding.c.id == id_, finding.c.gone_at.is_(None)
            if not connection.execute(update(finding).where(*where).values(acknowledged_at=to_ms(now), note=note)).rowcount:
                unknown.append(id_)
    return tuple(unknown)


def put_mask(store: Store, planned: Mask) -> None:
    """Write a mask down; one with the same name takes its place."""
    with store.writing() as connection:
        connection.execute(delete(mask).where(mask.c.name == planned.name))
        start, end = to_ms(planned.start), to_ms(planned.end)
        time = {"start": start, "end": OPEN, "lasts_ms": end - start} if planned.zone else {"start": start, "end": end}
        connection.execute(insert(mask).values(name=planned.name, devices=planned.devices, note=planned.note, zone=planned.zone, **time))


def masks_of(store: Store) -> tuple[Mask, ...]:
    """All masks, by their beginning."""
    with store.reading() as connection:
        return _masks(connection)


def _masks(connection: Connection) -> tuple[Mask, ...]:
    rows = connection.execute(select(mask).order_by(mask.c.start, mask.c.name))
    return tuple(_mask(row) for row in rows)


def _mask(row: Any) -> Mask:
    end = row.end if row.lasts_ms is None else row.start + row.lasts_ms
    return Mask(row.name, to_moment(row.start), to_moment(end), row.devices, row.note, row.zone)
