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
from switchcorr.correlate.search import Posterior
from switchcorr.correlate.sentences import counted, listed, percent
from switchcorr.correlate.verdict import Named, decide, equivalent, leader, named_causes, next_step, summarise, suspects
from switchcorr.model.campus import Component
from switchcorr.model.event import EventKind, EventLog
from switchcorr.model.incident import AffectedPhone, Cause, Coverage, Incident, Verdict
from switchcorr.model.placement import Placement
from switchcorr.model.reason import Reason, ReasonEnum

FEW_PHONES = 6
LEAST_UNSEEN = 0.05


@dataclass(frozen=True, slots=True)
class Return:
    """When and where an endpoint came back."""

    time: float
    node: str


@dataclass(frozen=True, slots=True, eq=False)
class Returns:
    """All registrations of a log in order of the endpoint (number of its name) and the time."""

    name: Ints
    time: Floats
    event: Ints

    def after(self, log: EventLog, event: int) -> Return | None:
        """The first registration of an event's endpoint later than the event."""
        first, last = np.searchsorted(self.name, [log.name[event], log.name[event] + 1])
        place = int(first + np.searchsorted(self.time[first:last], log.time[event], side="right"))
        if place == last:
            return None
        return Return(float(self.time[place]), log.pools.nodes.get(log.node[int(self.event[place])]))


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
        causes=tuple(_cause(scene, likelihood, posterior, cause, span, known) for cause in causes),
        suspects=suspects(likelihood, posterior),
        phones=phones,
        summary=summarise(verdict, components, [contrast(likelihood, number) for number in counts], len(phones), last - first),
        unseen=_unseen(scene, likelihood, posterior, verdict),
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


def _cause(scene: Scene, likelihood: Likelihood, posterior: Posterior, named: Named, span: slice, known: Circumstances) -> Cause:
    exposure, number = likelihood.exposure, named.component
    found = contrast(likelihood, number)
    times = scene.drops.time[span][exposure.exposed(exposure.members[scene.drops.row[span]], number)]
    speaks_for, against = arguments(likelihood, posterior, number, known)
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
        next_step=next_step(exposure.components[number]),
    )


def _phones(scene: Scene, likelihood: Likelihood, causes: Sequence[Named], span: slice) -> tuple[AffectedPhone, ...]:
    exposure, seen, phones = likelihood.exposure, set[int](), []
    rows = scene.drops.row[span]
    inside = [exposure.exposed(exposure.members[rows], cause.component) for cause in causes]
    for place, (row, event) in enumerate(zip(rows.tolist(), scene.drops.event[span].tolist(), strict=True)):
        if row in seen:
            continue
        seen.add(row)
        index = next((i for i, mine in enumerate(inside) if mine[place]), None)
        phones.append(_phone(scene, exposure.phones[row], event, index))
    return tuple(phones)


def _phone(scene: Scene, name: str, event: int, cause: int | None) -> AffectedPhone:
    log, placement = scene.log, scene.placements.get(name)
    back = scene.returns.after(log, event)
    return AffectedPhone(
        phone=name,
        time=_moment(log.time[event]),
        reason=Reason(ReasonEnum(log.reason_enum[event]), log.reason[event]) if log.reason[event] >= 0 else None,
        node=log.pools.nodes.get(log.node[event]),
        device=placement.device if placement else "",
        interface=str(placement.interface or "") if placement else "",
        module=placement.module if placement else "",
        back_at=_moment(back.time) if back else None,
        back_node=back.node if back else "",
        cause=cause,
        description=log.pools.descriptions.get(log.description[event]),
        ip=log.pools.ips.get(log.ip[event]),
    )


def _unseen(scene: Scene, likelihood: Likelihood, posterior: Posterior, verdict: Verdict) -> tuple[str, ...]:
    """What would settle it and could not be seen."""
    exposure, rows = likelihood.exposure, np.unique(likelihood.sample.row)
    phones = rows[exposure.is_phone[rows]]
    unlocated = int((~exposure.located[phones]).sum())
    sentences = []
    if unlocated and unlocated == len(phones):
        sentences.append(
            "where the phones are: no switch, module or uplink could be tested. Captures of the access switches (--captures) or a table of locations "
            "(--locations) would settle whether they share a part of the network"
        )
    elif unlocated:
        sentences.append(f"the location of {unlocated:,} of the {counted(len(phones), 'phone')} that dropped")
    unread = scene.coverage.devices_unread
    if unread:
        sentences.append(f"{counted(len(unread), 'device')} that neighbors name and nothing was read of: {listed(list(unread), 5)}")
    if EventKind.SERVER_ALERT not in scene.log.kind:
        sentences.append("alerts of the call servers (heartbeat, CPU): none are in the log, so a stalled server leaves no trace here")
    if EventKind.REGISTERED not in scene.log.kind:
        sentences.append("when the phones came back: the log holds no registrations (alarm level Informational would show them)")
    if verdict is Verdict.NOT_PROVEN and len(rows) < FEW_PHONES:
        too_few = "1 endpoint is" if len(rows) == 1 else f"{len(rows)} endpoints are"
        sentences.append(f"more drops: {too_few} too few to tell a shared part from chance")
    if posterior.unseen > LEAST_UNSEEN:
        sentences.append(
            f"a part of the network that these phones share and that stands in no location: {percent(posterior.unseen)} probable"
        )
    return tuple(sentences)


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
