"""Which captured text tells of a moment: of each device that of its last visit up to then that answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select

from switchcorr.model.visit import VisitStatus
from switchcorr.store import schema
from switchcorr.store.moments import to_moment, to_ms
from switchcorr.store.open import Store
from switchcorr.store.raw import RawPlace
from switchcorr.store.schema import STATUSES

_ANSWERED = (STATUSES[VisitStatus.ANSWERED], STATUSES[VisitStatus.PARTIAL])


@dataclass(frozen=True, slots=True)
class KeptText:
    """The text of one device at a moment.

    Attributes:
        visited_at: when it was last visited and answered.
        place: where the text of that visit is; None if it is kept no longer.
    """

    device: str
    visited_at: datetime
    place: RawPlace | None


def texts_at(store: Store, at: datetime, *, within: timedelta) -> tuple[KeptText, ...]:
    """The text of every device that was visited in the span before a moment and answered, sorted by device."""
    visit, raw, device = schema.visit, schema.raw, schema.device
    last = (
        select(visit.c.device_id, func.max(visit.c.at).label("at"))
        .where(visit.c.at > to_ms(at - within), visit.c.at <= to_ms(at), schema.visit_status.in_(_ANSWERED))
        .group_by(visit.c.device_id)
        .subquery()
    )
    query = (
        select(device.c.name, last.c.at, raw.c.digest, raw.c.size, raw.c.bundle, raw.c.start)
        .join_from(last, device, device.c.id == last.c.device_id)
        .outerjoin(raw, and_(raw.c.device_id == last.c.device_id, raw.c.at == last.c.at))
        .order_by(device.c.name)
    )
    with store.reading() as connection:
        return tuple(
            KeptText(
                row.name,
                to_moment(row.at),
                None if row.digest is None else RawPlace(row.digest, row.size, row.bundle or "", row.start or 0),
            )
            for row in connection.execute(query)
        )
