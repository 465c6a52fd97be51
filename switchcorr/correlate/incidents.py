"""One window to one incident: its phones, causes, evidence, and what could not be seen."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from switchcorr.correlate.drops import Drops
from switchcorr.correlate.evidence import ServerEvidence, arguments, contrast
from switchcorr.correlate.likelihood import Likelihood
from switchcorr.correlate.search import Posterior
from switchcorr.correlate.verdict import Named, decide, named_causes, next_step, summarise, suspects
from switchcorr.model.campus import Campus, Component, Observation
from switchcorr.model.event import EventKind, EventLog
from switchcorr.model.incident import AffectedPhone, Cause, Coverage, Incident, Verdict
from switchcorr.model.placement import Placement
from switchcorr.model.reason import Reason, ReasonEnum

FEW_PHONES = 6


@dataclass(frozen=True, slots=True)
class Return:
    """When and where an endpoint came back."""

    time: float
    node: str


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What all incidents of a correlation share."""

    log: EventLog
    campus: Campus
    drops: Drops
    placements: Mapping[str, Placement]
    returns: Mapping[int, tuple[Sequence[float], Sequence[str]]]
    observations: Sequence[Observation]
    coverage: Coverage


def returns_of(log: EventLog) -> dict[int, tuple[list[float], list[str]]]:
    """Per endpoint (number of its name) the times and nodes of its registrations, in order of time."""
    found: dict[int, tuple[list[float], list[str]]] = {}
    rows = [i for i, kind in enumerate(log.kind) if kind == EventKind.REGISTERED and log.name[i] >= 0 and np.isfinite(log.time[i])]
    for i in sorted(rows, key=lambda i: log.time[i]):
        times, nodes = found.setdefault(log.name[i], ([], []))
        times.append(log.time[i])
        nodes.append(log.pools.nodes.get(log.node[i]))
    return found


def build_incident(scene: Scene, likelihood: Likelihood, posterior: Posterior, *, span: slice, server: ServerEvidence) -> Incident:
    """The incident of one window.

    Args:
        scene: the log and the network.
        likelihood: of the window.
        posterior: what was found.
        span: the window's drops.
        server: alerts around it.
    """
    causes = named_causes(likelihood, posterior)
    verdict = decide(likelihood, posterior, causes)
    first, last = float(scene.drops.time[span][0]), float(scene.drops.time[span][-1])
    phones = _phones(scene, likelihood, causes, span)
    ranking = suspects(likelihood, posterior)
    components, counts = _spoken(likelihood, posterior, verdict, causes)
    return Incident(
        id=_identity(first, ranking[0].component if ranking else None),
        start=_moment(first),
        end=_moment(last),
        events=span.stop - span.start,
        endpoints=len(phones),
        still_down=sum(phone.back_at is None for phone in phones),
        verdict=verdict,
        p_nothing_shared=posterior.nothing + posterior.managed,
        causes=tuple(_cause(scene, likelihood, posterior, cause, span, server) for cause in causes),
        suspects=ranking,
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
        numbers = list(posterior.fault)[:1]
    return [likelihood.exposure.components[number] for number in numbers], numbers


def _cause(scene: Scene, likelihood: Likelihood, posterior: Posterior, named: Named, span: slice, server: ServerEvidence) -> Cause:
    exposure, number = likelihood.exposure, named.component
    found = contrast(likelihood, number)
    mine = exposure.members[scene.drops.row[span], exposure.kind_of[number]] == number
    times = scene.drops.time[span][mine]
    seconds = float(times[-1] - times[0])
    speaks_for, against = arguments(likelihood, posterior, number, scene.observations, server, seconds)
    return Cause(
        component=exposure.components[number],
        probability=named.probability,
        affected=found.affected,
        exposed=found.exposed,
        first=_moment(float(times[0])),
        last=_moment(float(times[-1])),
        equivalent=tuple(exposure.components[twin] for twin in exposure.twins_of(number)),
        evidence_for=tuple(speaks_for),
        evidence_against=tuple(against),
        next_step=next_step(exposure.components[number]),
    )


def _phones(scene: Scene, likelihood: Likelihood, causes: Sequence[Named], span: slice) -> tuple[AffectedPhone, ...]:
    exposure, seen, phones = likelihood.exposure, set[int](), []
    sets = [(int(exposure.kind_of[cause.component]), cause.component) for cause in causes]
    for row, event in zip(scene.drops.row[span].tolist(), scene.drops.event[span].tolist(), strict=True):
        if row in seen:
            continue
        seen.add(row)
        index = next((i for i, (kind, number) in enumerate(sets) if exposure.members[row, kind] == number), None)
        phones.append(_phone(scene, exposure.phones[row], event, index))
    return tuple(phones)


def _phone(scene: Scene, name: str, event: int, cause: int | None) -> AffectedPhone:
    log, placement = scene.log, scene.placements.get(name)
    back = _return_after(scene, log.name[event], log.time[event])
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


def _return_after(scene: Scene, name: int, time: float) -> Return | None:
    times, nodes = scene.returns.get(name, ((), ()))
    place = bisect_right(times, time)
    return Return(times[place], nodes[place]) if place < len(times) else None


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
        sentences.append(f"the location of {unlocated} of the {len(phones)} phones that dropped")
    if scene.coverage.devices_unread:
        sentences.append(
            f"{len(scene.coverage.devices_unread)} devices that neighbors name were not read: {', '.join(scene.coverage.devices_unread[:5])}"
        )
    if not any(kind == EventKind.SERVER_ALERT for kind in scene.log.kind):
        sentences.append("alerts of the call servers (heartbeat, CPU): none are in the log, so a stalled server leaves no trace here")
    if not any(kind == EventKind.REGISTERED for kind in scene.log.kind):
        sentences.append("when the phones came back: the log holds no registrations (alarm level Informational would show them)")
    if verdict is Verdict.NOT_PROVEN and len(rows) < FEW_PHONES:
        sentences.append(f"more drops: {len(rows)} endpoints are too few to tell a shared part from chance")
    if posterior.unseen > 0.05:
        sentences.append(
            f"with {posterior.unseen * 100:.0f} % a part of the network that these phones share and that is in no location known here"
        )
    return tuple(sentences)


def _identity(first: float, leading: Component | None) -> str:
    key = f"{leading.kind}:{leading.id}" if leading else "nothing"
    return f"inc-{_moment(first):%Y%m%dT%H%M%SZ}-{hashlib.sha256(key.encode()).hexdigest()[:6]}"


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
