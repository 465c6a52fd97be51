"""One window to one incident: its phones, causes, evidence, and what could not be seen."""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime

import numpy as np

from switchcorr.correlate.drops.returns import Returns
from switchcorr.correlate.drops.table import Drops
from switchcorr.correlate.evidence.circumstances import Circumstances
from switchcorr.correlate.exposure.table import Floats, Ints
from switchcorr.correlate.scoring.likelihood import Likelihood
from switchcorr.correlate.scoring.search import Posterior
from switchcorr.correlate.telling.apart import at_once, on_any, part_of_all
from switchcorr.correlate.telling.arguments import arguments, contrast
from switchcorr.correlate.telling.fallback import find_fallback
from switchcorr.correlate.telling.next_steps import next_steps, step_facts
from switchcorr.correlate.telling.onset import Common, common_before, moved
from switchcorr.correlate.telling.rhythm import rhythms
from switchcorr.correlate.telling.summary import Outcome, summarise
from switchcorr.correlate.telling.unlocated import Unlocated, find_unlocated, near_each_other
from switchcorr.correlate.telling.unseen import Answered, Recorded, unseen
from switchcorr.correlate.telling.verdict import (
    Named,
    as_likely,
    crossed_by,
    decide,
    equivalent,
    holder_of,
    is_planned,
    leader,
    less_likely,
    named_causes,
    nearly_alike,
    p_less_likely,
    place_of_all,
    reset_most,
    side_probability,
    suspects,
    undecided,
    untested,
)
from switchcorr.model.campus import Campus, Component, Domain
from switchcorr.model.event import EventLog, Pool
from switchcorr.model.incident import NAMED_FROM, AffectedPhone, Cause, Coverage, Incident, Verdict
from switchcorr.model.moments import moment_of
from switchcorr.model.placement import Placement
from switchcorr.model.reason import Reason, ReasonEnum

_OF_PARTS = frozenset((Verdict.NETWORK, Verdict.NOT_PROVEN))
"""Verdicts that what was not read of a part of the network could change."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What all incidents of a correlation share."""

    log: EventLog
    drops: Drops
    placements: Mapping[str, Placement]
    returns: Returns
    recorded: Recorded
    coverage: Coverage
    campus: Campus


@dataclass(frozen=True, slots=True)
class _Told:
    """What all causes of one window share: its drops, what else is known of it, and its phones with their rows."""

    span: slice
    known: Circumstances
    phones: tuple[AffectedPhone, ...]
    rows: Ints


@dataclass(frozen=True, slots=True)
class _Found:
    """What a window came to.

    Attributes:
        components, numbers: what the summary is about.
        beside: of each cause those that failed at once with it.
        alike: components of the other side that keep the verdict open.
        held_by: the part of one switch that holds all that failed at once.
        unlocated: what is told of a part that no location names.
    """

    verdict: Verdict
    causes: Sequence[Named]
    components: Sequence[Component]
    numbers: Sequence[int]
    beside: Sequence[tuple[int, ...]]
    alike: tuple[Component, ...]
    held_by: Component | None
    unlocated: Unlocated


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
    found = _found(likelihood, posterior, causes)
    first, last = float(scene.drops.time[span][0]), float(scene.drops.time[span][-1])
    firsts = _first_drops(scene.drops, span)
    phones = _phones(scene, likelihood, causes, firsts)
    common = _common(scene, likelihood, span, found) if found.held_by is None else None
    told = _Told(span, known, phones, scene.drops.row[firsts])
    near = near_each_other([phone.ip for phone in phones])
    home = find_fallback(scene.drops, firsts, phones) if found.verdict is Verdict.ADMINISTRATIVE else None
    outcome = replace(
        _outcome(likelihood, posterior, found),
        endpoints=len(phones),
        seconds=last - first,
        common=common,
        near=near,
        home=home,
        loaded=known.phones.loads.words(),
    )
    return Incident(
        id=_identity(first, _leading_by_phones(likelihood)),
        start=moment_of(first),
        end=moment_of(last),
        events=span.stop - span.start,
        endpoints=len(phones),
        still_down=sum(phone.back_at is None for phone in phones),
        verdict=found.verdict,
        p_nothing_shared=posterior.nothing + posterior.managed,
        p_unlocated=posterior.unseen,
        unlocated_within=found.unlocated.within,
        unlocated_above=found.unlocated.above,
        p_unnamed=posterior.unnamed,
        fallback=home,
        causes=_after(common, [_cause(scene, likelihood, posterior, *one, told=told) for one in zip(causes, found.beside, strict=True)]),
        suspects=suspects(likelihood, posterior),
        phones=phones,
        summary=summarise(outcome),
        unseen=_unseen(scene, likelihood, posterior, found, told),
    )


def _found(likelihood: Likelihood, posterior: Posterior, causes: Sequence[Named]) -> _Found:
    verdict = decide(likelihood, posterior, list(causes))
    components, numbers = _spoken(likelihood, posterior, verdict, causes)
    beside = _at_once(likelihood, posterior, causes)
    return _Found(
        verdict,
        causes,
        components,
        numbers,
        beside,
        undecided(likelihood, posterior, list(causes), verdict),
        _held_by(likelihood, numbers) if any(beside) else None,
        find_unlocated(likelihood, posterior),
    )


def _outcome(likelihood: Likelihood, posterior: Posterior, found: _Found) -> Outcome:
    """What the summary is made of, without counts of endpoints and times."""
    on_purpose, alike, numbers = found.verdict is Verdict.ADMINISTRATIVE, found.alike, found.numbers
    nearly = bool(alike) and bool(nearly_alike(likelihood, found.causes))
    return Outcome(
        found.verdict,
        found.components,
        [contrast(likelihood, number) for number in numbers],
        endpoints=0,
        seconds=0.0,
        rest=_rest(likelihood, numbers) if any(found.beside) else None,
        held_by=found.held_by,
        alike=alike,
        planned=on_purpose and is_planned(likelihood, posterior),
        nearly=nearly,
        together=nearly and holder_of(likelihood.exposure, numbers) < 0,
        only_at=_only_at(likelihood, found),
        side=_side_if_open(likelihood, posterior, found.verdict, found.causes),
        twins=() if alike else [as_likely(likelihood, posterior, number, on_purpose=on_purpose) for number in numbers],
        less_likely=[]
        if alike or on_purpose
        else [(less_likely(likelihood, posterior, number), p_less_likely(likelihood, posterior, number)) for number in numbers],
        unseen=posterior.unseen,
        unlocated=found.unlocated,
        unnamed=posterior.unnamed,
        managed=posterior.managed,
        untested=untested(likelihood),
    )


def _unseen(scene: Scene, likelihood: Likelihood, posterior: Posterior, found: _Found, told: _Told) -> tuple[str, ...]:
    """What could not be seen; first of a part whose phones went one by one that they may have been moved."""
    leading = found.numbers if found.verdict in _OF_PARTS else ()
    answer = Answered(found.verdict, leading, found.alike, found.unlocated.above)
    sentences = unseen(scene.recorded, scene.coverage, likelihood, posterior, told.known, answer)
    gone = (
        sentence
        for number in leading[:1]
        for sentence in moved(likelihood.exposure.components[number], _times(scene, likelihood, told.span, number), likelihood.constants)
    )
    return (*gone, *sentences)


def _only_at(likelihood: Likelihood, found: _Found) -> Component | None:
    """Where the drops of the node are that leads and is not proven for that."""
    exposure, numbers = likelihood.exposure, found.numbers
    if found.verdict is not Verdict.NOT_PROVEN or not found.causes or exposure.domain_of(numbers[0]) is not Domain.CALL_SERVER:
        return None
    place = place_of_all(likelihood, numbers[0])
    return exposure.components[place] if place >= 0 else None


def _side_if_open(likelihood: Likelihood, posterior: Posterior, verdict: Verdict, causes: Sequence[Named]) -> float | None:
    """Where it is proven on which side the fault is and not which part it is, the probability of the side."""
    is_open = verdict is not Verdict.ADMINISTRATIVE and bool(causes) and causes[0].probability < NAMED_FROM
    return side_probability(likelihood, posterior, causes[0].component) if is_open else None


def _spoken(likelihood: Likelihood, posterior: Posterior, verdict: Verdict, causes: Sequence[Named]) -> tuple[list[Component], list[int]]:
    """The components that the summary is about, with their numbers."""
    if verdict is Verdict.ADMINISTRATIVE:
        numbers = [reset_most(posterior)]
    elif causes:
        numbers = [cause.component for cause in causes]
    else:
        numbers = [leader(likelihood, posterior, twin) for twin in list(posterior.fault)[:1]]
    return [likelihood.exposure.components[number] for number in numbers], numbers


def _at_once(likelihood: Likelihood, posterior: Posterior, causes: Sequence[Named]) -> list[tuple[int, ...]]:
    """Of each cause those that have failed at once with it."""
    numbers = [cause.component for cause in causes]
    return [at_once(likelihood, posterior, numbers, number) for number in numbers]


def _rest(likelihood: Likelihood, numbers: Sequence[int]) -> tuple[int, int]:
    """How many of the endpoints that are on none of some components dropped, and how many there are."""
    rest = ~on_any(likelihood.exposure, numbers)
    return int(rest[likelihood.covariates.rows].sum()), int(rest.sum())


def _held_by(likelihood: Likelihood, numbers: Sequence[int]) -> Component | None:
    number = part_of_all(likelihood.exposure, numbers)
    return likelihood.exposure.components[number] if number >= 0 else None


def _common(scene: Scene, likelihood: Likelihood, span: slice, found: _Found) -> Common | None:
    """What lies before the first cause and all that failed at once with it."""
    numbers = [found.causes[0].component, *found.beside[0]] if found.causes else []
    times = [_times(scene, likelihood, span, number) for number in numbers]
    return common_before(likelihood.exposure, scene.campus, numbers, times, likelihood.constants)


def _after(common: Common | None, causes: Sequence[Cause]) -> tuple[Cause, ...]:
    """The causes; what lies before all of them is looked at first."""
    if common is None:
        return tuple(causes)
    first, *others = causes
    return (replace(first, next_steps=(common.step, *first.next_steps)), *others)


def _times(scene: Scene, likelihood: Likelihood, span: slice, component: int) -> Floats:
    """When the phones of a component dropped, in order."""
    exposure = likelihood.exposure
    times: Floats = scene.drops.time[span][exposure.exposed(exposure.members[scene.drops.row[span]], component)]
    return times


def _cause(scene: Scene, likelihood: Likelihood, posterior: Posterior, named: Named, others: Sequence[int], *, told: _Told) -> Cause:
    exposure, number = likelihood.exposure, named.component
    found, likely, less = contrast(likelihood, number), as_likely(likelihood, posterior, number), less_likely(likelihood, posterior, number)
    times = _times(scene, likelihood, told.span, number)
    beside = rhythms(scene.drops, told.span, exposure, number, likelihood.constants)
    loads, crossed = told.known.phones.loads.on(exposure, number), None if others else crossed_by(likelihood, [named])
    speaks_for, against = arguments(likelihood, posterior, number, told.known, others=others, beside=beside)
    return Cause(
        component=exposure.components[number],
        probability=named.probability,
        affected=found.affected,
        exposed=found.exposed,
        first=moment_of(times[0]),
        last=moment_of(times[-1]),
        equivalent=(*equivalent(likelihood, posterior, number), *([crossed] if crossed else [])),
        evidence_for=tuple(speaks_for),
        evidence_against=tuple(against),
        next_steps=next_steps(
            exposure.components[number],
            replace(step_facts(likelihood, scene.campus, number, told.phones, told.rows, others=others), loaded=loads.is_change),
            likely,
            less,
        ),
        as_likely=likely,
        less_likely=less,
        p_less_likely=p_less_likely(likelihood, posterior, number),
    )


def _first_drops(drops: Drops, span: slice) -> Ints:
    """The first drop of each endpoint of a window, in order of time."""
    firsts: Ints = span.start + np.sort(np.unique(drops.row[span], return_index=True)[1])
    return firsts


def _phones(scene: Scene, likelihood: Likelihood, causes: Sequence[Named], firsts: Ints) -> tuple[AffectedPhone, ...]:
    """The endpoints of some drops, in their order."""
    exposure, drops, log = likelihood.exposure, scene.drops, scene.log
    rows, events = drops.row[firsts], drops.event[firsts]
    members, cause = exposure.members[rows], np.full(len(rows), -1)
    for index in reversed(range(len(causes))):  # of the causes that have the phone, the first
        cause[exposure.exposed(members, causes[index].component)] = index
    back = scene.returns.after(log, events)
    names = [exposure.phones[row] for row in rows.tolist()]
    placed = [scene.placements.get(name) for name in names]
    return _lines(
        phone=names,
        time=_moments(log, events),
        reason=_reasons(log, events),
        node=_texts(log.pools.nodes, log.node, events),
        device=[placement.device if placement else "" for placement in placed],
        interface=[str(placement.interface or "") if placement else "" for placement in placed],
        module=[placement.module if placement else "" for placement in placed],
        back_at=_moments(log, back),
        back_node=_texts(log.pools.nodes, log.node, back),
        cause=[None if index < 0 else index for index in cause.tolist()],
        description=_texts(log.pools.descriptions, log.description, events),
        ip=_texts(log.pools.ips, log.ip, events),
    )


def _lines(**columns: Sequence[object]) -> tuple[AffectedPhone, ...]:
    """Lines of the table from its columns.

    A large incident has tens of thousands. The constructor of a frozen class sets each field by a call of its own, which takes six times
    as long as this: the columns are put in whole, before anybody sees a line.
    """
    lines = [object.__new__(AffectedPhone) for _ in columns["phone"]]
    for field in fields(AffectedPhone):
        deque(map(getattr(AffectedPhone, field.name).__set__, lines, columns[field.name]), maxlen=0)
    return tuple(lines)


def _moments(log: EventLog, events: Ints) -> list[datetime | None]:
    """Times of events; none of -1."""
    times = np.frombuffer(log.time, dtype=np.float64)[events].tolist()
    return [datetime.fromtimestamp(time, UTC) if event >= 0 else None for event, time in zip(events.tolist(), times, strict=True)]


def _texts(pool: Pool, column: array[int], events: Ints) -> list[str]:
    """Texts of events by their numbers in a column of the log; empty of the event -1."""
    numbers = _column(column, events, -1)
    known = {number: pool.get(number) for number in set(numbers)}
    return [known[number] for number in numbers]


def _reasons(log: EventLog, events: Ints) -> list[Reason | None]:
    """Reasons of events; thousands share a few."""
    pairs = list(zip(_column(log.reason_enum, events, 0), _column(log.reason, events, -1), strict=True))
    known = {(enum_, code): Reason(ReasonEnum(enum_), code) if code >= 0 else None for enum_, code in set(pairs)}
    return [known[pair] for pair in pairs]


def most_told(log: EventLog, events: Ints) -> tuple[Reason | None, int]:
    """The reason of most of some events, and of how many; of those as common the one with the lowest number."""
    told = Counter((log.reason_enum[event], log.reason[event]) for event in events.tolist() if log.reason[event] >= 0)
    if not told:
        return None, 0
    (enum_, code), times = min(told.items(), key=lambda item: (-item[1], item[0]))
    return Reason(ReasonEnum(enum_), code), times


def _column(column: array[int], events: Ints, blank: int) -> list[int]:
    """Of each event its entry in a column of the log; of the event -1 a blank."""
    entries: list[int] = np.where(events >= 0, np.frombuffer(column, dtype=column.typecode)[events], blank).tolist()
    return entries


def _leading_by_phones(likelihood: Likelihood) -> Component | None:
    """The component that leads by drops alone, so that an incident keeps its name when alerts or counters are added."""
    alone = likelihood.alone()
    if not len(alone.components):
        return None
    leading = alone.components[(alone.fault - likelihood.priors.odds[alone.components]).argmax()]
    return likelihood.exposure.components[int(likelihood.exposure.twin[leading])]


def _identity(first: float, leading: Component | None) -> str:
    key = f"{leading.kind}:{leading.id}" if leading else "nothing"
    return f"inc-{moment_of(first):%Y%m%dT%H%M%SZ}-{hashlib.sha256(key.encode()).hexdigest()[:6]}"
