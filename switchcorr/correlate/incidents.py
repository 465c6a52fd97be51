"""One window to one incident: its phones, causes, evidence, and what could not be seen."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from switchcorr.correlate.circumstances import Circumstances
from switchcorr.correlate.drops import Drops
from switchcorr.correlate.evidence import arguments, contrast
from switchcorr.correlate.exposure import Floats, Ints
from switchcorr.correlate.likelihood import Likelihood
from switchcorr.correlate.next_steps import next_step, step_facts
from switchcorr.correlate.rhythm import rhythms
from switchcorr.correlate.search import Posterior
from switchcorr.correlate.unseen import unseen
from switchcorr.correlate.verdict import Named, decide, equivalent, leader, named_causes, summarise, suspects, undecided
from switchcorr.model.campus import Campus, Component
from switchcorr.model.event import EventKind, EventLog
from switchcorr.model.incident import AffectedPhone, Cause, Coverage, Incident, Verdict
from switchcorr.model.placement import Placement
from switchcorr.model.reason import Reason, ReasonEnum

_OF_PARTS = frozenset((Verdict.NETWORK, Verdict.NOT_PROVEN))
"""Verdicts that what was not read of a part of the network could change."""


@dataclass(frozen=True, slots=True, eq=False)
class Returns:
    """All registrations of a log in order of the endpoint (number of its name) and the time."""

    name: Ints
    time: Floats
    event: Ints

    def after(self, log: EventLog, events: Ints) -> Ints:
        """For each of some events, the registration (number of an event) that came next of the same endpoint; -1 if none did."""
        name, time = np.frombuffer(log.name, dtype=np.int32)[events], np.frombuffer(log.time, dtype=np.float64)[events]
        low, end = np.searchsorted(self.name, name, side="left"), np.searchsorted(self.name, name, side="right")
        high = end.copy()
        while (open_ := np.flatnonzero(low < high)).size:  # one bisection for all
            middle = (low[open_] + high[open_]) // 2
            later = self.time[middle] > time[open_]
            high[open_[later]] = middle[later]
            low[open_[~later]] = middle[~later] + 1
        found = np.full(len(events), -1, dtype=np.int64)
        found[low < end] = self.event[low[low < end]]
        return found


def returns_of(log: EventLog) -> Returns:
    """When endpoints registered."""
    time, name = np.frombuffer(log.time, dtype=np.float64), np.frombuffer(log.name, dtype=np.int32)
    rows = np.flatnonzero((np.frombuffer(log.kind, dtype=np.int8) == EventKind.REGISTERED) & (name >= 0) & np.isfinite(time))
    rows = rows[np.lexsort((time[rows], name[rows]))]
    return Returns(name[rows].astype(np.int64), time[rows], rows)


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What all incidents of a correlation share."""

    log: EventLog
    drops: Drops
    placements: Mapping[str, Placement]
    returns: Returns
    coverage: Coverage
    campus: Campus


@dataclass(frozen=True, slots=True)
class _Told:
    """What all causes of one window share: its drops, what else is known of it, and its phones."""

    span: slice
    known: Circumstances
    phones: tuple[AffectedPhone, ...]


def build_incident(scene: Scene, likelihood: Likelihood, posterior: Posterior, *, span: slice, known: Circumstances) -> Incident:
    """The incident of one window.

    Args:
        scene: the log and the network.
        likelihood: of the window.
        posterior: what was found.
        span: the window's drops.
        known: what else is known of it.
    """
    causes = named_causes(likelihood, posterior)
    verdict = decide(likelihood, posterior, causes)
    first, last = float(scene.drops.time[span][0]), float(scene.drops.time[span][-1])
    phones = _phones(scene, likelihood, causes, span)
    told = _Told(span, known, phones)
    alike = undecided(likelihood, posterior, causes, verdict)
    components, counts = _spoken(likelihood, posterior, verdict, causes)
    return Incident(
        id=_identity(first, _leading_by_phones(likelihood)),
        start=_moment(first),
        end=_moment(last),
        events=span.stop - span.start,
        endpoints=len(phones),
        still_down=sum(phone.back_at is None for phone in phones),
        verdict=verdict,
        p_nothing_shared=posterior.nothing + posterior.managed,
        causes=tuple(_cause(scene, likelihood, posterior, cause, told) for cause in causes),
        suspects=suspects(likelihood, posterior),
        phones=phones,
        summary=summarise(verdict, components, [contrast(likelihood, number) for number in counts], len(phones), last - first, alike=alike),
        unseen=unseen(
            scene.log,
            scene.coverage,
            likelihood,
            posterior,
            verdict=verdict,
            leading=counts if verdict in _OF_PARTS else (),
            known=known,
            alike=alike,
        ),
    )


def _spoken(likelihood: Likelihood, posterior: Posterior, verdict: Verdict, causes: Sequence[Named]) -> tuple[list[Component], list[int]]:
    """The components that the summary is about, with their numbers."""
    if verdict is Verdict.ADMINISTRATIVE:
        numbers = sorted(posterior.administrative, key=lambda number: -posterior.administrative[number])[:1]
    elif causes:
        numbers = [cause.component for cause in causes]
    else:
        numbers = [leader(likelihood, posterior, twin) for twin in list(posterior.fault)[:1]]
    return [likelihood.exposure.components[number] for number in numbers], numbers


def _cause(scene: Scene, likelihood: Likelihood, posterior: Posterior, named: Named, told: _Told) -> Cause:
    exposure, number = likelihood.exposure, named.component
    found = contrast(likelihood, number)
    times = scene.drops.time[told.span][exposure.exposed(exposure.members[scene.drops.row[told.span]], number)]
    beside = rhythms(scene.drops, told.span, exposure, number, likelihood.constants)
    speaks_for, against = arguments(likelihood, posterior, number, told.known, beside=beside)
    return Cause(
        component=exposure.components[number],
        probability=named.probability,
        affected=found.affected,
        exposed=found.exposed,
        first=_moment(float(times[0])),
        last=_moment(float(times[-1])),
        equivalent=equivalent(likelihood, posterior, number),
        evidence_for=tuple(speaks_for),
        evidence_against=tuple(against),
        next_step=next_step(exposure.components[number], step_facts(likelihood, scene.campus, number, told.phones)),
    )


def _phones(scene: Scene, likelihood: Likelihood, causes: Sequence[Named], span: slice) -> tuple[AffectedPhone, ...]:
    """The endpoints of a window, each with its first drop, in order of time."""
    exposure, drops = likelihood.exposure, scene.drops
    first = np.sort(np.unique(drops.row[span], return_index=True)[1])
    rows, events = drops.row[span][first], drops.event[span][first]
    cause_of = np.full(len(rows), -1)  # of the causes that have the phone, the first
    for index in reversed(range(len(causes))):
        cause_of[exposure.exposed(exposure.members[rows], causes[index].component)] = index
    back = scene.returns.after(scene.log, events)
    table = _PhoneTable(scene)
    return tuple(map(table.row, [exposure.phones[row] for row in rows.tolist()], events.tolist(), back.tolist(), cause_of.tolist()))


class _PhoneTable:
    """Makes the lines of one incident's table of endpoints; thousands of them share a few reasons."""

    def __init__(self, scene: Scene) -> None:
        self._log, self._placements = scene.log, scene.placements
        self._reasons: dict[tuple[int, int], Reason] = {}

    def row(self, name: str, event: int, back: int, cause: int) -> AffectedPhone:
        """An endpoint's line: its drop and its return (-1: none), as numbers of events, and its cause (-1: none)."""
        log, pools, placement = self._log, self._log.pools, self._placements.get(name)
        return AffectedPhone(
            phone=name,
            time=_moment(log.time[event]),
            reason=self._reason(log.reason_enum[event], log.reason[event]),
            node=pools.nodes.get(log.node[event]),
            device=placement.device if placement else "",
            interface=str(placement.interface or "") if placement else "",
            module=placement.module if placement else "",
            back_at=_moment(log.time[back]) if back >= 0 else None,
            back_node=pools.nodes.get(log.node[back]) if back >= 0 else "",
            cause=None if cause < 0 else cause,
            description=pools.descriptions.get(log.description[event]),
            ip=pools.ips.get(log.ip[event]),
        )

    def _reason(self, enum_: int, code: int) -> Reason | None:
        if code < 0:
            return None
        if (enum_, code) not in self._reasons:
            self._reasons[enum_, code] = Reason(ReasonEnum(enum_), code)
        return self._reasons[enum_, code]


def _leading_by_phones(likelihood: Likelihood) -> Component | None:
    """The component that leads by drops alone, so that an incident keeps its name when alerts or counters are added."""
    live = np.ones(len(likelihood.sample.row), dtype=bool)
    odds = likelihood.singles(live, likelihood.exposure.size)[0] - likelihood.priors.odds
    if not len(odds):
        return None
    return likelihood.exposure.components[int(likelihood.exposure.twin[int(odds.argmax())])]


def _identity(first: float, leading: Component | None) -> str:
    key = f"{leading.kind}:{leading.id}" if leading else "nothing"
    return f"inc-{_moment(first):%Y%m%dT%H%M%SZ}-{hashlib.sha256(key.encode()).hexdigest()[:6]}"


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
