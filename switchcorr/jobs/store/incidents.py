"""The job ``incidents``: what was found before, of a time or of one component."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from switchcorr.errors import UsageError
from switchcorr.jobs.store.place import StorePlace
from switchcorr.model.campus import Component
from switchcorr.model.incident import Incident, Recurring
from switchcorr.store.incidents import incidents_between, incidents_of, recurring_between


@dataclass(frozen=True, slots=True)
class IncidentsRequest:
    """What is asked.

    Attributes:
        component: only incidents that name it as a cause; None is all.
        suspects: also those in which it was only suspected.
    """

    place: StorePlace
    until: datetime
    days: int = 90
    component: Component | None = None
    suspects: bool = False


@dataclass(frozen=True, slots=True)
class IncidentsFound:
    """Incidents in order of time, and the components that explain several bursts as they were told last, each once."""

    since: datetime
    until: datetime
    incidents: tuple[Incident, ...]
    recurring: tuple[Recurring, ...]


def component_of(text: str) -> Component:
    """A component from ``KIND:ID``.

    Raises:
        UsageError: it is none.

    >>> component_of("uplink:acc-12:GigabitEthernet1/1").id
    'acc-12:GigabitEthernet1/1'
    """
    kind, colon, id_ = text.partition(":")
    if not (kind and colon and id_):
        raise UsageError(f"--component {text!r}: KIND:ID expected.", hint="Such as module:acc-12/3, switch:acc-12, node:cm-sub2.")
    return Component(kind, id_)


def find_incidents(request: IncidentsRequest) -> IncidentsFound:
    """Look them up.

    Raises:
        StoreError: the store cannot be read.
    """
    since = request.until - timedelta(days=request.days)
    wanted = request.component
    with request.place.open(write=False) as store:
        if wanted is None:
            incidents = incidents_between(store, since, request.until)
        else:
            incidents = incidents_of(store, wanted, since, request.until, causes_only=not request.suspects)
        told = recurring_between(store, since, request.until)
    newest: dict[Component, Recurring] = {}
    for one in told:
        if wanted is None or wanted in (one.component, *one.equivalent):
            newest.setdefault(one.component, one)
    return IncidentsFound(since, request.until, incidents, tuple(newest[component] for component in sorted(newest)))
