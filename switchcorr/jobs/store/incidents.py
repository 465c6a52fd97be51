"""The job ``incidents``: what was found before, of a time or of one component."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches

from switchcorr.errors import UsageError
from switchcorr.jobs.store.place import StorePlace
from switchcorr.model.campus import RISK_KINDS, Component
from switchcorr.model.incident import Chronic, FlappingPhone, Incident, Recurring
from switchcorr.store.incidents import (
    chronic_between,
    flapping_between,
    incidents_between,
    incidents_of,
    known_components,
    recurring_between,
)
from switchcorr.text import counted, first_few

_NEAR = 3
_OF_A_SWITCH = frozenset(kind.name for kind in RISK_KINDS if kind.needs_switch)
"""Kinds whose ids begin with that of their switch."""


@dataclass(frozen=True, slots=True)
class IncidentsRequest:
    """What is asked.

    Attributes:
        component: only incidents that name it as a cause, and phones that are on it; None is all.
        suspects: also those in which it was only suspected.
    """

    place: StorePlace
    until: datetime
    days: int = 90
    component: Component | None = None
    suspects: bool = False


@dataclass(frozen=True, slots=True)
class FlappingFound:
    """A phone that drops again and again by itself, as it was told last, and on how many days (UTC) it did so."""

    phone: FlappingPhone
    days: int


@dataclass(frozen=True, slots=True)
class ChronicFound:
    """A part whose phones drop one by one, as it was told last, and on how many days (UTC)."""

    part: Chronic
    days: int


@dataclass(frozen=True, slots=True)
class IncidentsFound:
    """Incidents in order of time, and what recurs as it was told last, each once.

    Attributes:
        recurring: components that explain several bursts.
        chronic: parts whose phones drop one by one; those that were told of on most days first.
        flapping: phones that drop again and again by themselves; those that did so on most days first.
        unknown: a sentence if the store holds nothing of the name of the component that is asked for.
    """

    since: datetime
    until: datetime
    incidents: tuple[Incident, ...]
    recurring: tuple[Recurring, ...]
    chronic: tuple[ChronicFound, ...]
    flapping: tuple[FlappingFound, ...]
    unknown: str = ""


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
        UsageError: there is no such kind of component.
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
        chronic = _chronic(chronic_between(store, since, request.until), wanted, suspects=request.suspects)
        flapping = _flapping(flapping_between(store, since, request.until), wanted)
        known = known_components(store) if wanted is not None else frozenset()
    newest: dict[Component, Recurring] = {}
    for one in told:
        if wanted is None or wanted in (one.component, *one.equivalent):
            newest.setdefault(one.component, one)
    is_found = bool(incidents or newest or chronic or flapping)
    unknown = "" if wanted is None or is_found else _unknown(wanted, known)
    return IncidentsFound(
        since, request.until, incidents, tuple(newest[component] for component in sorted(newest)), chronic, flapping, unknown
    )


def _unknown(wanted: Component, known: frozenset[Component]) -> str:
    """What to say of a component that nothing was found of: nothing if it is known, or may be a part of a switch that is.

    Raises:
        UsageError: neither the program nor the store knows such a kind.
    """
    kinds = list(dict.fromkeys((*(kind.name for kind in RISK_KINDS), *sorted(one.kind for one in known))))
    if wanted.kind not in kinds:
        near = get_close_matches(wanted.kind.lower().replace("-", "_").replace(" ", "_"), kinds, n=1)
        meant = f" Is {near[0]}:{wanted.id} meant?" if near else ""
        raise UsageError(f"--component: there is no kind {wanted.kind!r}.{meant}", hint=f"Kinds are {', '.join(kinds)}.")
    switches = {one.id for one in known if one.kind == "switch"}
    if wanted in known or (wanted.kind in _OF_A_SWITCH and re.split("[/:]", wanted.id, maxsplit=1)[0] in switches):
        return ""
    names = sorted({one.id for one in known if one.kind == wanted.kind})
    near = get_close_matches(wanted.id, names, n=_NEAR, cutoff=0.5)
    told = f"--component {wanted.kind}:{wanted.id}: nothing in the store has that name."
    if near:
        return f"{told} Near names are {', '.join(f'{wanted.kind}:{name}' for name in near)}."
    return f"{told} It holds {counted(len(names), 'name')} of that kind{f': {first_few(names, _NEAR)}' if names else ''}."


def _chronic(told: Iterable[Chronic], wanted: Component | None, *, suspects: bool) -> tuple[ChronicFound, ...]:
    """Each part once.

    Args:
        told: a part for each day, the newest first.
        wanted: only what may be it; None is all.
        suspects: also what is rather another part.
    """
    newest: dict[Component, Chronic] = {}
    days: Counter[Component] = Counter()
    for part in told:
        others = tuple(one for suspect in part.suspects for one in (suspect.component, *suspect.equivalent)) if suspects else ()
        if wanted is None or wanted in (part.component, *part.equivalent, *others):
            newest.setdefault(part.first_of, part)
            days[part.first_of] += 1
    found = [ChronicFound(part, days[name]) for name, part in newest.items()]
    return tuple(sorted(found, key=lambda one: (-one.days, -one.part.ratio, one.part.first_of)))


def _flapping(told: Iterable[FlappingPhone], wanted: Component | None) -> tuple[FlappingFound, ...]:
    """Each phone once, by the place where it was told of.

    Args:
        told: a phone for each day, the newest first.
        wanted: only phones that are on it; None is all.
    """
    newest: dict[str, FlappingPhone] = {}
    days: Counter[str] = Counter()
    for phone in told:
        if wanted is None or wanted in _places(phone):
            newest.setdefault(phone.phone, phone)
            days[phone.phone] += 1
    found = [FlappingFound(phone, days[name]) for name, phone in newest.items()]
    return tuple(sorted(found, key=lambda one: (-one.days, -one.phone.drops, one.phone.phone)))


def _places(phone: FlappingPhone) -> tuple[Component, ...]:
    """What a phone is on, as an answer tells it."""
    port = f"{phone.device}:{phone.interface}" if phone.interface else ""
    return tuple(Component(kind, name) for kind, name in (("switch", phone.device), ("module", phone.module), ("port", port)) if name)
