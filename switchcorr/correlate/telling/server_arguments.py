"""What the call servers, and devices that hang on them alone, say for or against a component."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from switchcorr.correlate.evidence.circumstances import Circumstances
from switchcorr.correlate.evidence.failover import Failover, says_something_of
from switchcorr.correlate.evidence.servers import AlertFact, ServerEvidence
from switchcorr.correlate.exposure.table import Bools, Exposure, Ints
from switchcorr.correlate.scoring.leaks import ALMOST_ALL
from switchcorr.correlate.scoring.likelihood import Likelihood
from switchcorr.correlate.telling.sentences import how_far, in_time, listed, percent
from switchcorr.model.campus import Domain
from switchcorr.model.incident import Evidence, EvidenceKind
from switchcorr.text import counted

_SELDOM = 0.05
"""Alerts a day below which there are as good as none."""


def server_arguments(likelihood: Likelihood, component: int, known: Circumstances, others: Sequence[int] = ()) -> Iterator[Evidence]:
    """Alerts or their absence, devices without a switch port, and how sudden the burst was.

    Where a part of the call server is among the others that failed at once, its alerts are its own and say nothing of a part of the network.
    """
    yield from _alerts(likelihood, component, known, _sign(likelihood.exposure, component, others))
    yield from _other_devices(likelihood, component)
    yield from _sudden(likelihood, component, known)


def _sign(exposure: Exposure, component: int, others: Sequence[int]) -> float:
    """What the weight of something said of servers counts for a component."""
    if exposure.domain_of(component) is Domain.CALL_SERVER:
        return 1.0
    return 0.0 if any(exposure.domain_of(other) is Domain.CALL_SERVER for other in others) else -1.0


def components_hit(likelihood: Likelihood, kind: str, chosen: Bools) -> list[int]:
    """Components of a kind that any of the chosen drops is on."""
    if kind not in likelihood.exposure.kinds:
        return []
    at = likelihood.covariates.cells[chosen, likelihood.exposure.kinds.index(kind)]
    return [int(number) for number in np.unique(at[at >= 0])]


def _alerts(likelihood: Likelihood, component: int, known: Circumstances, sign: float) -> Iterator[Evidence]:
    server = known.server
    if not server.facts:
        if server.told:
            text = "no alert of a call server is near the drops, though the log tells of others"
            yield Evidence(EvidenceKind.NO_SERVER_ALERT, text, sign * server.absent)
        return
    own = likelihood.exposure.components[component]
    node = own.id if own.kind == "node" else ""
    weighed = server.weighed(node)
    for fact, weight in weighed:
        text = f"{_words(fact, known.first)}; {_base_rate(fact)}{_told_with(fact, server, node)}"
        yield Evidence(EvidenceKind.SERVER_ALERT, text, sign * weight)
    if not weighed:
        yield Evidence(EvidenceKind.SERVER_ALERT, f"{_words(server.facts[0], known.first)}: another node than {node}")


def _words(fact: AlertFact, first: float) -> str:
    alert = fact.alert
    words = f" ({alert.words})" if alert.words else ""
    at = f" on {alert.node}" if alert.node else ""
    if alert.pasted:
        return f"{alert.name}{words}{at} at a time that was given by hand"
    when = "before" if alert.time <= first else "after"
    return f"{alert.name}{words}{at} {how_far(abs(first - alert.time))} {when} the first drop"


def _base_rate(fact: AlertFact) -> str:
    if fact.a_day < _SELDOM:
        return "no other such alert is in the log"
    return f"such alerts come {fact.a_day:.1f} times a day: by chance one is this near in {percent(fact.chance)} of such windows"


def _told_with(fact: AlertFact, server: ServerEvidence, node: str) -> str:
    """Other alerts that tell the same fact."""
    alike = [one for one in server.facts if one is not fact and one.alert.family is fact.alert.family and one.alert.concerns(node)]
    names = sorted({one.alert.name for one in alike})
    return f"; {listed(names)} near it {'is' if len(names) == 1 else 'are'} the same fact, counted once" if names else ""


def failover_arguments(exposure: Exposure, component: int, failover: Failover, others: Sequence[int] = ()) -> Iterator[Evidence]:
    """Where the phones of a component came back; of a part of the network it says the contrary of what it says of their node.

    Args:
        exposure: of all phones.
        component: its number.
        failover: of the window.
        others: causes that have failed at once with it.
    """
    own = failover.of(exposure, component)
    if not len(own.row) or exposure.domain_of(component) is Domain.ENDPOINT:
        return
    weight = failover.odds_of(exposure, component)
    if not says_something_of(exposure.components[component].kind):
        node = _node_of_most(exposure, own.row)
        weight = _sign(exposure, component, others) * failover.odds_of(exposure, node) if node >= 0 else 0.0
    yield Evidence(EvidenceKind.FAILOVER, _where_back(own), weight)


def _node_of_most(exposure: Exposure, rows: Ints) -> int:
    """The node of nearly all of some endpoints; -1 where there is none."""
    at = exposure.members[rows, exposure.kinds.index("node")] if "node" in exposure.kinds else rows[:0]
    most = int(np.bincount(at[at >= 0]).argmax()) if (at >= 0).any() else -1
    return most if most >= 0 and np.mean(at == most) >= ALMOST_ALL else -1


def _where_back(own: Failover) -> str:
    many, moved = len(own.row), int(own.moved.sum())
    whole = (
        f"none of {counted(many, 'phone')}"
        if not moved
        else f"all {many:,} phones"
        if moved == many > 1
        else f"{moved:,} of {counted(many, 'phone')}"
    )
    if not moved:
        return f"{whole} came back at another node within {how_far(own.constants.failover_after_s)}"
    which, count = np.unique(own.node[own.moved], return_counts=True)
    nodes = [own.names[host] for host in which[np.argsort(-count, kind="stable")].tolist()]
    usual = float(np.median(own.seconds[own.moved]))
    opened = ": their way to the call manager was open" if 2 * moved > many else ""
    when = f"half of them {in_time(usual)}" if np.isfinite(usual) else "which they left for their own one later"
    return f"{whole} came back at another node ({listed(nodes)}), {when}{opened}"


def _other_devices(likelihood: Likelihood, component: int) -> Iterator[Evidence]:
    exposure = likelihood.exposure
    other = [exposure.phones[row] for row in likelihood.covariates.rows.tolist() if not exposure.is_phone[row]]
    known = int((~exposure.is_phone).sum())
    if not known:
        return
    devices = f"{counted(known, 'device')} without a switch port of {'its' if known == 1 else 'their'} own"
    if not other:
        yield Evidence(EvidenceKind.OTHER_DEVICES, f"none of {devices} (CTI ports, gateways) dropped")
        return
    sign = 1.0 if exposure.domain_of(component) is Domain.CALL_SERVER else -1.0
    text = f"{len(other):,} of {devices} dropped too: {listed(other)}"
    yield Evidence(EvidenceKind.OTHER_DEVICES, text, sign * likelihood.constants.non_phone_odds)


def _sudden(likelihood: Likelihood, component: int, known: Circumstances) -> Iterator[Evidence]:
    if component not in known.sudden:
        return
    switches = components_hit(likelihood, "switch", likelihood.exposure.exposed(likelihood.covariates.cells, component))
    text = f"its phones on {len(switches):,} switches dropped {in_time(known.sudden[component])}: a silent loss spreads over minutes"
    yield Evidence(EvidenceKind.TIGHTNESS, text, likelihood.constants.tight_odds)
