"""What the store answers: values of the model with the times they hold for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.placement import Placement
from switchcorr.model.tables import Table
from switchcorr.model.visit import VisitStatus


@dataclass(frozen=True, slots=True)
class StoredPlace:
    """Where a phone was.

    Attributes:
        since: the first visit that showed it there.
        until: the first good visit that no longer did; None while it holds.
        holds: whether it held at the moment asked for; if not, it is the last place known before.
        confirmed_at: the last good visit of the device up to the moment asked for (up to ``until`` of a place that was left): from
            then on the place is what was last seen.
    """

    placement: Placement
    since: datetime
    until: datetime | None
    holds: bool = True
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredVisit:
    """One attempt.

    Attributes:
        used: whether its facts were taken over.
        late: whether it was older than the last applied visit, and kept only.
        pending: whether its captured text waits to be read again, after a ``reparse`` that was ended.
        whole: tables of which all was read.
    """

    device: str
    at: datetime
    status: VisitStatus
    sweep: str
    seconds: float
    failure: str = ""
    used: bool = True
    late: bool = False
    pending: bool = False
    whole: frozenset[Table] = frozenset()


@dataclass(frozen=True, slots=True)
class Growth:
    """How much one counter of one interface grew.

    Attributes:
        counter: with the table it stands in: ``interfaces.crc``. Counters of one port count the same bad frame several times: never
            add them up.
        growth: a lower bound: what is known to have been added.
        resets: how often it began anew.
        first, last: times of its first and last change.
    """

    device: str
    interface: InterfaceName
    module: str
    counter: str
    growth: int
    resets: int
    first: datetime
    last: datetime
