"""What else speaks for and against a component: switches, servers, control groups. Bounded, and never one fact twice.

Facts about a component enter as log likelihood ratios before the search (``component_odds``); counted contrasts are already
in the likelihood and are shown with their weight, not added again (``arguments``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.drops import Drops
from switchcorr.correlate.exposure import Exposure, Floats
from switchcorr.correlate.likelihood import Likelihood
from switchcorr.correlate.search import Posterior
from switchcorr.correlate.windows import Window
from switchcorr.model.campus import Component, Domain, Observation, ObservationKind, risk_kind
from switchcorr.model.event import EventKind, EventLog
from switchcorr.model.incident import Evidence, EvidenceKind

_WORDS_PER_STATE = {ObservationKind.MODULE_STATUS, ObservationKind.DIAGNOSTIC_FAILURE}
_COUNTERS = {ObservationKind.COUNTER_GROWTH, ObservationKind.COUNTER_TOTAL, ObservationKind.COUNTER_QUIET}
NO_WEIGHT = 0.1
_OUTAGE_ALERTS_END = ("SDLLinkISV", "CodeYellowExit", "CallManagerOnline", "SignalCongestionExit")


@dataclass(frozen=True, slots=True)
class ServerAlert:
    """One alert of a call server."""

    time: float
    node: str
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class ServerEvidence:
    """Alerts around a window, and how often such alerts come anyway.

    Attributes:
        near: alerts around the window.
        chance: probability of at least one by chance, from the alerts of all other times.
        told: alerts in the whole log; with none, absence says nothing.
        odds: log likelihood ratio for a fault of the call server.
    """

    near: tuple[ServerAlert, ...]
    chance: float
    told: int
    odds: float


def server_alerts(log: EventLog) -> list[ServerAlert]:
    """All alerts with a time that tell of trouble, in order of time."""
    alerts = []
    for i, kind in enumerate(log.kind):
        detail = log.details.get(i)
        name = detail.alert if detail else log.pools.descriptions.get(log.description[i])
        if kind != EventKind.SERVER_ALERT or not np.isfinite(log.time[i]) or name in _OUTAGE_ALERTS_END:
            continue
        words = ", ".join(f"{key} {value}" for key, value in detail.values.items()) if detail else ""
        alerts.append(ServerAlert(log.time[i], log.pools.nodes.get(log.node[i]), name or "alert", words))
    return sorted(alerts, key=lambda alert: alert.time)


def server_evidence(alerts: Sequence[ServerAlert], window: Window, drops: Drops, constants: Constants) -> ServerEvidence:
    """Weigh the alerts around a window against their own base rate: alerts several times a day prove little."""
    start, end = window.start - constants.alert_before_s, window.end + constants.alert_after_s
    near = tuple(alert for alert in alerts if start <= alert.time <= end)
    if not alerts:
        return ServerEvidence((), 0.0, 0, 0.0)
    times = [alert.time for alert in alerts]
    span = max(float(drops.time[-1]), times[-1]) - min(float(drops.time[0]), times[0]) if len(drops.time) else times[-1] - times[0]
    bursts = len({int(alert.time // constants.alert_before_s) for alert in alerts if alert not in near})
    rate = bursts / max(span, end - start)
    chance = float(1 - np.exp(-rate * (end - start)))
    fault = constants.p_alert_fault
    floor = max(chance, constants.p_alert_chance)
    odds = np.log(fault / min(floor, 0.99)) if near else np.log((1 - fault) / (1 - floor))
    return ServerEvidence(near, chance, len(alerts), float(odds))


def component_odds(
    exposure: Exposure, observations: Sequence[Observation], server: ServerEvidence, window: Window, constants: Constants
) -> Floats:
    """Log likelihood ratio per component of everything but the phones: of several observations of one component the largest counts."""
    odds = np.zeros(len(exposure.components))
    weights = dict(constants.observation_odds)
    best: dict[int, float] = {}
    for observation in observations:
        number = exposure.number(observation.component)
        if number >= 0 and _in_time(observation, window, constants):
            value = weights.get(observation.kind.value, 0.0)
            best[number] = max(best.get(number, value), value)
    for number, value in best.items():
        odds[number] += value
    for number, component in enumerate(exposure.components):
        if component.kind == "cluster" or (component.kind == "node" and _about_node(component, server)):
            odds[number] += server.odds
    return odds


def _in_time(observation: Observation, window: Window, constants: Constants) -> bool:
    if observation.at is None:
        return True
    return window.start - constants.alert_before_s <= observation.at.timestamp() <= window.end + constants.alert_before_s


def _about_node(component: Component, server: ServerEvidence) -> bool:
    """Whether the alerts are about this node; alerts that name no node, or the absence of any, concern every node."""
    nodes = {alert.node for alert in server.near if alert.node}
    return not nodes or component.id in nodes


@dataclass(frozen=True, slots=True)
class Contrast:
    """Drops of a component's phones against all others."""

    affected: int
    exposed: int
    elsewhere: int
    others: int


def contrast(likelihood: Likelihood, component: int) -> Contrast:
    """Counted contrast of a component in the sample; each endpoint counts once."""
    exposure = likelihood.exposure
    rows = np.unique(likelihood.sample.row)
    affected = int((exposure.members[rows, exposure.kind_of[component]] == component).sum())
    exposed = int(exposure.size[component])
    return Contrast(affected, exposed, len(rows) - affected, len(exposure.phones) - exposed)


def arguments(
    likelihood: Likelihood,
    posterior: Posterior,
    component: int,
    observations: Sequence[Observation],
    server: ServerEvidence,
    drops_s: float,
) -> tuple[list[Evidence], list[Evidence]]:
    """All that speaks for and against a component, heaviest first."""
    found: list[Evidence] = [
        *_counted(likelihood, component),
        *_reasons(likelihood, component),
        *_observed(likelihood, component, observations),
        *_server_side(likelihood, posterior, component, server, drops_s),
        *_spread(likelihood, posterior, component),
    ]
    speaks_for = sorted((item for item in found if item.weight >= 0), key=lambda item: -item.weight)
    against = sorted((item for item in found if item.weight < 0), key=lambda item: item.weight)
    return speaks_for, [Evidence(item.kind, item.text, -item.weight) for item in against]


def _counted(likelihood: Likelihood, component: int) -> Iterator[Evidence]:
    found = contrast(likelihood, component)
    name = name_of(likelihood.exposure.components[component])
    live = np.ones(len(likelihood.sample.row), dtype=bool)
    odds = float(likelihood.singles(live, likelihood.exposure.size)[0][component]) - float(likelihood.priors.fault[component])
    elsewhere = f"{found.elsewhere:,} of {found.others:,} elsewhere" if found.others else "and every known endpoint is exposed to it"
    text = f"{found.affected:,} of {found.exposed:,} phones on {name} dropped, {elsewhere}"
    yield Evidence(EvidenceKind.CONTRAST, text, odds)
    yield from _control_groups(likelihood, component)


def _control_groups(likelihood: Likelihood, component: int) -> Iterator[Evidence]:
    """Phones that share the server but not the component, and phones that share the component but not the server."""
    exposure, rows = likelihood.exposure, np.unique(likelihood.sample.row)
    kind = int(exposure.kind_of[component])
    domain = risk_kind(exposure.kinds[kind]).domain
    other_kind = _control_kind(exposure, domain)
    if other_kind < 0:
        return
    inside = rows[exposure.members[rows, kind] == component]
    shared = exposure.members[inside, other_kind]
    shared = shared[shared >= 0]
    if len(shared) == 0:
        return
    common = int(np.bincount(shared).argmax())
    group = (exposure.members[:, other_kind] == common) & (exposure.members[:, kind] != component) & (exposure.members[:, kind] >= 0)
    if not group.any():
        return
    dropped = int(group[rows].sum())
    share_here, share_there = len(inside) / max(exposure.size[component], 1), dropped / group.sum()
    text = f"control group: {dropped:,} of {int(group.sum()):,} phones with the same {name_of(exposure.components[common])} but not on it dropped"
    yield Evidence(EvidenceKind.CONTROL_GROUP, text, 0.0 if share_there < share_here / 3 else -0.1)


def _control_kind(exposure: Exposure, domain: Domain) -> int:
    for name in ("switch", "module", "block") if domain is Domain.CALL_SERVER else ("node", "cluster"):
        if name in exposure.kinds:
            return exposure.kinds.index(name)
    return -1


def _reasons(likelihood: Likelihood, component: int) -> Iterator[Evidence]:
    kind = int(likelihood.exposure.kind_of[component])
    inside = likelihood.cells[:, kind] == component
    if not inside.any():
        return
    gain = float((likelihood.reasons_under(kind) - (likelihood.nobody - likelihood.chance))[inside].sum())
    if abs(gain) < NO_WEIGHT:
        return
    fits = "fit" if gain >= 0 else "do not fit"
    yield Evidence(EvidenceKind.REASONS, f"the reason codes {fits} a fault of a {risk_kind(likelihood.exposure.kinds[kind]).noun}", gain)


def _observed(likelihood: Likelihood, component: int, observations: Sequence[Observation]) -> Iterator[Evidence]:
    weights = dict(likelihood.constants.observation_odds)
    mine = likelihood.exposure.components[component]
    for observation in observations:
        if observation.component == mine:
            kind = (
                EvidenceKind.COUNTERS if observation.kind in _COUNTERS
                else EvidenceKind.MODULE_STATE if observation.kind in _WORDS_PER_STATE
                else EvidenceKind.DEVICE_STATE
            )  # fmt: skip
            yield Evidence(kind, observation.text, weights.get(observation.kind.value, 0.0))


def _server_side(
    likelihood: Likelihood, posterior: Posterior, component: int, server: ServerEvidence, drops_s: float
) -> Iterator[Evidence]:
    domain = risk_kind(likelihood.exposure.components[component].kind).domain
    sign = 1.0 if domain is Domain.CALL_SERVER else -1.0
    if server.near:
        latest = server.near[-1]
        words = f" ({latest.words})" if latest.words else ""
        at = f" on {latest.node}" if latest.node else ""
        text = f"{latest.name}{words}{at} near the drops; an alert as near as this comes by chance in {server.chance * 100:.0f} % of such windows"
        yield Evidence(EvidenceKind.SERVER_ALERT, text, sign * server.odds)
    elif server.told:
        yield Evidence(
            EvidenceKind.NO_SERVER_ALERT, "no alert of a call server near the drops, though the log tells of others", sign * server.odds
        )
    other = [likelihood.exposure.phones[row] for row in np.unique(likelihood.sample.row) if not likelihood.exposure.is_phone[row]]
    if other:
        named = ", ".join(other[:3]) + ("…" if len(other) > 3 else "")
        text = f"{len(other)} devices without a switch port of their own dropped too ({named})"
        yield Evidence(EvidenceKind.OTHER_DEVICES, text, sign * likelihood.constants.non_phone_odds)
    switches = _count_of(likelihood, "switch")
    if switches >= 3 and drops_s <= likelihood.constants.tight_s and len(likelihood.sample.row) >= 5:
        yield Evidence(
            EvidenceKind.TIGHTNESS, f"all within {drops_s:.1f} s over {switches} switches", sign * likelihood.constants.tight_odds
        )
    del posterior


def _spread(likelihood: Likelihood, posterior: Posterior, component: int) -> Iterator[Evidence]:
    domain = risk_kind(likelihood.exposure.components[component].kind).domain
    if domain is not Domain.CALL_SERVER or "module" not in likelihood.exposure.kinds:
        return
    kind = likelihood.exposure.kinds.index("module")
    at = likelihood.cells[:, kind]
    modules, hits = np.unique(at[at >= 0], return_counts=True)
    if len(modules) == 0:
        return
    most = float((hits / likelihood.exposure.size[modules]).max())
    weight = max(0.0, min(8.0, float(np.log(len(modules)))))
    yield Evidence(
        EvidenceKind.SPREAD, f"the dropped phones are spread over {len(modules)} modules, at most {most * 100:.0f} % of any of them", weight
    )
    tested = [posterior.fault.get(int(likelihood.exposure.twin[module]), 0.0) for module in modules]
    if max(tested) < 0.05:
        text = f"{len(modules)} modules were tested as causes and acquitted; the most suspect one has {max(tested) * 100:.1f} %"
        yield Evidence(EvidenceKind.TESTED_MODULES, text, 0.0)


def _count_of(likelihood: Likelihood, kind: str) -> int:
    if kind not in likelihood.exposure.kinds:
        return 0
    at = likelihood.cells[:, likelihood.exposure.kinds.index(kind)]
    return len(np.unique(at[at >= 0]))


def name_of(component: Component) -> str:
    """A component in a sentence."""
    return component.label or f"{risk_kind(component.kind).noun} {component.id}"
