"""Alerts of the call servers around a window, weighed against how often such alerts come anyway.

Alerts that tell one physical fact are one *family*: a heart that beats slowly, Code Yellow and a pegged CPU are all one stall.
Of a family the heaviest alert counts. A second family adds a share of its own weight, because a dying server shows in several.
"""

from __future__ import annotations

import enum
from collections.abc import Container, Sequence
from dataclasses import dataclass

import numpy as np

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.drops.table import Drops, Window
from switchcorr.correlate.exposure.node_names import is_address
from switchcorr.model.event import Assumed, EventKind, EventLog
from switchcorr.model.moments import DAY_S


class Family(enum.Enum):
    """What an alert is a sign of. Source: alarm and alert catalogues of Cisco Unified Communications Manager."""

    STALL = "stall"
    """The process does not get on: heartbeat, queues, processor, memory, disk."""
    DOWN = "down"
    """A service or a node ended or could not be reached by the others."""
    LINK = "link"
    """The signalling link between two nodes is lost: a server, or the network between servers."""
    OTHER = "other"
    """Any other alert: seldom about registrations."""


_FAMILIES = {
    Family.STALL: (
        "LowCallManagerHeartbeatRate", "CodeYellow", "CodeYellowEntry", "CodeRedEntry", "TimerThreadSlowed",
        "SignalCongestionEntry", "CallProcessingNodeCpuPegging", "NonCallProcessingNodeCpuPegging", "MemoryThrottlingEntry",
        "LowAvailableVirtualMemory", "LowSwapPartitionAvailableDiskSpace", "alert",
    ),
    Family.DOWN: ("CallManagerFailure", "CriticalServiceDown", "CoreDumpFound", "CoreDumpFileFound", "ServerDown", "HardwareFailure"),
    Family.LINK: ("SDLLinkOOS", "SDLLinkOutOfService"),
}  # fmt: skip
_FAMILY_OF = {name.lower(): family for family, names in _FAMILIES.items() for name in names}
_NO_TROUBLE = frozenset(("SDLLinkISV", "CodeYellowExit", "CallManagerOnline", "SignalCongestionExit", "MemoryThrottlingExit"))
_CONSEQUENCES = frozenset((
    "NumberOfRegisteredPhonesDropped", "NumberOfRegisteredGatewaysDecreased", "NumberOfRegisteredMediaDevicesDecreased",
    "DeviceCloseMaxEventsExceeded", "SyslogSeverityMatchFound", "SyslogStringMatchFound",
))  # fmt: skip
"""What only says that devices dropped, that one device floods, or repeats a line of the log: no sign of a server's fault."""
_MOST_CHANCE = 0.99
_WORDS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class ServerAlert:
    """One alert of a call server; ``pasted`` if its time was given from outside, so that nothing shows that it was near the drops."""

    time: float
    node: str
    name: str
    words: str
    pasted: bool = False

    @property
    def family(self) -> Family:
        """What it is a sign of; an alert whose catalogue name is not known is ``OTHER``."""
        return _FAMILY_OF.get(self.name.lower(), Family.OTHER)

    def concerns(self, node: str) -> bool:
        """Whether it is about a node; the empty name is the whole cluster. A lost link has two ends, one of them told."""
        return not node or not self.node or self.node == node or self.family is Family.LINK


@dataclass(frozen=True, slots=True)
class AlertFact:
    """An alert near a window, against the base rate of its kind on its node.

    Attributes:
        chance: probability of one by chance in such a window.
        a_day: how many come a day at other times, runs counted once.
        odds: its log likelihood ratio for a fault of the call server, were it the only one.
    """

    alert: ServerAlert
    chance: float
    a_day: float
    odds: float


@dataclass(frozen=True, slots=True)
class ServerEvidence:
    """Alerts around a window, and how often such alerts come anyway.

    Attributes:
        facts: per kind and node of the alerts near the window the one closest to its begin; empty if none is near.
        chance: probability of at least one of any kind by chance, from the alerts of all other times.
        told: alerts in the whole log; with none, absence says nothing.
        absent: log likelihood ratio of the absence for a fault of the call server; 0 if an alert is near or none is told.
        further_share: share of the weight of a second family.
    """

    facts: tuple[AlertFact, ...]
    chance: float
    told: int
    absent: float
    further_share: float = 0.0

    def odds_of(self, node: str) -> float:
        """Log likelihood ratio for a fault of a node; the empty name is the cluster. Alerts of another node say nothing of it."""
        return sum(weight for _, weight in self.weighed(node)) if self.facts else self.absent

    def weighed(self, node: str) -> list[tuple[AlertFact, float]]:
        """Per family the heaviest fact about a node with what it adds, heaviest first; a third family adds nothing."""
        best: dict[Family, AlertFact] = {}
        for fact in self.facts:
            family = fact.alert.family
            if fact.alert.concerns(node) and (family not in best or fact.odds > best[family].odds):
                best[family] = fact
        ordered = sorted(best.values(), key=lambda fact: -fact.odds)
        shares = (1.0, self.further_share, 0.0, 0.0)
        return [(fact, share * (max(fact.odds, 0.0) if share < 1 else fact.odds)) for fact, share in zip(ordered, shares, strict=False)]


def server_alerts(log: EventLog) -> tuple[ServerAlert, ...]:
    """All alerts with a time that tell of trouble of a server, each once, in order of time."""
    found = set()
    is_alert = np.frombuffer(log.kind, dtype=np.int8) == EventKind.SERVER_ALERT
    told = _nodes_of_phones(log, ~is_alert)
    for i in np.flatnonzero(is_alert).tolist():
        detail = log.details.get(i)
        name = (detail.alert if detail else log.pools.descriptions.get(log.description[i])) or "alert"
        if np.isfinite(log.time[i]) and name not in _NO_TROUBLE and name not in _CONSEQUENCES:
            words = ", ".join(f"{key} {value}" for key, value in list(detail.values.items())[:_WORDS_SHOWN]) if detail else ""
            pasted = bool(log.assumed[i] & Assumed.TIME)
            found.add((log.time[i], _known_node(log.pools.nodes.get(log.node[i]), told), name, words, pasted))
    return tuple(ServerAlert(*alert) for alert in sorted(found))


def _nodes_of_phones(log: EventLog, chosen: np.ndarray) -> frozenset[str]:
    numbers = np.unique(np.frombuffer(log.node, dtype=np.int32)[chosen])
    return frozenset(log.pools.nodes.get(int(number)) for number in numbers if number >= 0)


def _known_node(name: str, told: Container[str]) -> str:
    """A node that an alert names. An address that no event of a phone names could be any node's, so it is none's."""
    return "" if name not in told and is_address(name) else name


def server_evidence(alerts: Sequence[ServerAlert], window: Window, drops: Drops, constants: Constants) -> ServerEvidence:
    """Weigh the alerts around a window against their own base rate: alerts several times a day prove little."""
    start, end = window.start - constants.alert_before_s, window.end + constants.alert_after_s
    if not alerts:
        return ServerEvidence((), 0.0, 0, 0.0)
    near = [alert for alert in alerts if start <= alert.time <= end]
    times = [alert.time for alert in alerts] + ([float(drops.time[0]), float(drops.time[-1])] if len(drops.time) else [])
    seconds = max(max(times) - min(times), end - start)
    elsewhere = [alert for alert in alerts if not start <= alert.time <= end]
    chance = _chance(elsewhere, seconds, end - start, constants)
    if not near:
        floor = min(max(chance, constants.p_alert_chance), _MOST_CHANCE)
        return ServerEvidence((), chance, len(alerts), float(np.log((1 - constants.p_alert_fault) / (1 - floor))))
    facts = []
    for node, name in sorted({(alert.node, alert.name) for alert in near}):
        one = min((a for a in near if (a.node, a.name) == (node, name)), key=lambda a: abs(a.time - window.start))
        alike = [alert for alert in elsewhere if alert.name == name and (not node or alert.node == node)]
        facts.append(_fact(one, alike, seconds, end - start, constants))
    return ServerEvidence(tuple(facts), chance, len(alerts), 0.0, constants.further_alert_share)


def _fact(alert: ServerAlert, alike: Sequence[ServerAlert], seconds: float, length: float, constants: Constants) -> AlertFact:
    chance = _chance(alike, seconds, length, constants)
    odds = np.log(constants.p_alert_fault / min(max(chance, constants.p_alert_chance), _MOST_CHANCE))
    most = dict(constants.alert_odds)[Family.OTHER.value if alert.pasted else alert.family.value]
    return AlertFact(alert, chance, _runs(alike, constants) * DAY_S / seconds, float(min(odds, most)))


def _chance(elsewhere: Sequence[ServerAlert], seconds: float, length: float, constants: Constants) -> float:
    """Probability of at least one by chance in a stretch of a length; a run of alerts counts once."""
    return float(-np.expm1(-_runs(elsewhere, constants) / seconds * length))


def _runs(alerts: Sequence[ServerAlert], constants: Constants) -> int:
    return len({int(alert.time // constants.alert_before_s) for alert in alerts})
