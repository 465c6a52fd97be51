"""Phones that go home together: how many, from where to where, and the incident that had sent them away.

A node is lost, its phones come back at another one, and hours later all of them leave that for their own. These are two moments of one story: the
second is told with the first, and by itself only where the first is not in the answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from switchcorr.correlate.drops.reasons import ReasonClass, is_fallback
from switchcorr.correlate.drops.table import Drops
from switchcorr.correlate.exposure.table import Ints
from switchcorr.correlate.scoring.leaks import ALMOST_ALL
from switchcorr.model.campus import Component
from switchcorr.model.incident import AffectedPhone, Fallback, Incident, Verdict
from switchcorr.model.reason import Reason
from switchcorr.model.wording import component_name

_AWAY = timedelta(days=1)
"""How long phones are away at most. Assumed, as in ``drops.fallbacks``."""
_LEAST = 0.5
"""Share of the phones that dropped that must have gone home, for all of it to be told so. Assumed."""
_USUAL = 0.1
"""Share of those that went home from which a node that they left, or went to, is named. Assumed."""


def find_fallback(drops: Drops, firsts: Ints, phones: Sequence[AffectedPhone]) -> Fallback | None:
    """Those of some phones that went back to their own node; None where they are less than half.

    Args:
        drops: of the log.
        firsts: the first drop of each of the phones.
        phones: in the same order.
    """
    planned = (drops.reason[firsts] == ReasonClass.SCHEDULED).tolist()
    went = [phone for phone, is_planned in zip(phones, planned, strict=True) if is_planned and _goes_home(phone.reason)]
    if not went or len(went) < _LEAST * len(phones):
        return None
    own = [phone.back_node for phone in went if phone.back_node != phone.node]
    times = [phone.time for phone in went]
    return Fallback(len(went), min(times), max(times), _most([phone.node for phone in went]), _most(own))


def _goes_home(reason: Reason | None) -> bool:
    """Whether a planned drop is that of a phone that goes home: its reason says so, or tells of no plan at all and the registrations showed it."""
    return reason is None or is_fallback(reason.enum, reason.code)


def _most(nodes: Sequence[str]) -> tuple[str, ...]:
    """The nodes of a good part of some phones, that of most first."""
    found = Counter(node for node in nodes if node)
    return tuple(node for node, count in sorted(found.items(), key=lambda one: (-one[1], one[0])) if count >= _USUAL * len(nodes))


def told_fallback(home: Fallback, endpoints: int) -> str:
    """What all of it was, for a summary."""
    who = "All" if home.phones == endpoints else f"{home.phones:,}"
    left = f" from {_named(home.left)}" if home.left else ""
    own = f" to {_named(home.own)}, where they are usually" if home.own else " to their own node"
    return f"{who} of them went back{left}{own}: planned, and no fault"


def _named(nodes: Sequence[str]) -> str:
    return " and ".join(component_name(Component("node", node)) for node in nodes)


def with_their_fallbacks(incidents: Iterable[Incident]) -> tuple[Incident, ...]:
    """The incidents in order of time, without those that were nothing but the phones of an earlier one that went home: that one tells it."""
    told: list[Incident] = []
    for incident in sorted(incidents, key=lambda one: one.start):
        sent = _sent_away(incident, told)
        if sent is None or incident.fallback is None:
            told.append(incident)
        else:
            told[sent] = _with(told[sent], incident.fallback)
    return tuple(_told_of(incident) for incident in told)


def _sent_away(incident: Incident, earlier: Sequence[Incident]) -> int | None:
    """Place of the last earlier incident that had nearly all phones of one that is phones going home and nothing else; None of others."""
    home = incident.fallback
    if home is None or not incident.is_fallback or incident.is_down or home.phones < ALMOST_ALL * incident.endpoints:
        return None
    names = {phone.phone for phone in incident.phones}
    for place in reversed(range(len(earlier))):
        one = earlier[place]
        if one.verdict is Verdict.ADMINISTRATIVE or incident.start - one.start > _AWAY:
            continue
        if len(names.intersection(phone.phone for phone in one.phones)) >= ALMOST_ALL * len(names):
            return place
    return None


def _with(incident: Incident, home: Fallback) -> Incident:
    """An incident with phones that went home after it, perhaps after others that did."""
    before = incident.fallback
    if before is None:
        return replace(incident, fallback=home)
    left, own = (tuple(dict.fromkeys((*one, *other))) for one, other in ((before.left, home.left), (before.own, home.own)))
    return replace(incident, fallback=Fallback(before.phones + home.phones, before.first, max(before.last, home.last), left, own))


def _told_of(incident: Incident) -> Incident:
    """An incident whose summary says that its phones went home."""
    home = incident.fallback
    if home is None or incident.verdict is Verdict.ADMINISTRATIVE:
        return incident
    until = f"{home.last:%Y-%m-%d %H:%M:%S}" if home.last.date() != home.first.date() else f"{home.last:%H:%M:%S}"
    who = "All of them" if home.phones >= incident.endpoints else f"{home.phones:,} of them"
    sentence = f"{who} went back to their own node from {home.first:%Y-%m-%d %H:%M:%S} to {until} UTC: planned, and no fault."
    return replace(incident, summary=f"{incident.summary} {sentence}")
