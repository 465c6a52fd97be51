"""Alerts of the call servers around a window, weighed against how often such alerts come anyway."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.drops import Drops
from switchcorr.correlate.windows import Window
from switchcorr.model.event import EventKind, EventLog

_OUTAGE_ALERTS_END = frozenset(("SDLLinkISV", "CodeYellowExit", "CallManagerOnline", "SignalCongestionExit"))
_MOST_CHANCE = 0.99


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
        near: alerts around the window, in order of time.
        chance: probability of at least one by chance, from the alerts of all other times.
        told: alerts in the whole log; with none, absence says nothing.
        odds: log likelihood ratio for a fault of the call server.
    """

    near: tuple[ServerAlert, ...]
    chance: float
    told: int
    odds: float

    def concerns(self, node: str) -> bool:
        """Whether the alerts are about this node; alerts that name no node, or the absence of any, concern every node."""
        nodes = {alert.node for alert in self.near if alert.node}
        return not nodes or node in nodes


def server_alerts(log: EventLog) -> tuple[ServerAlert, ...]:
    """All alerts with a time that tell of trouble, each once, in order of time."""
    found = set()
    for i in np.flatnonzero(np.frombuffer(log.kind, dtype=np.int8) == EventKind.SERVER_ALERT).tolist():
        detail = log.details.get(i)
        name = detail.alert if detail else log.pools.descriptions.get(log.description[i])
        if np.isfinite(log.time[i]) and name not in _OUTAGE_ALERTS_END:
            words = ", ".join(f"{key} {value}" for key, value in detail.values.items()) if detail else ""
            found.add((log.time[i], log.pools.nodes.get(log.node[i]), name or "alert", words))
    return tuple(ServerAlert(*alert) for alert in sorted(found))


def server_evidence(alerts: Sequence[ServerAlert], window: Window, drops: Drops, constants: Constants) -> ServerEvidence:
    """Weigh the alerts around a window against their own base rate: alerts several times a day prove little."""
    start, end = window.start - constants.alert_before_s, window.end + constants.alert_after_s
    if not alerts:
        return ServerEvidence((), 0.0, 0, 0.0)
    near = tuple(alert for alert in alerts if start <= alert.time <= end)
    times = [alert.time for alert in alerts] + ([float(drops.time[0]), float(drops.time[-1])] if len(drops.time) else [])
    elsewhere = len({int(alert.time // constants.alert_before_s) for alert in alerts if not start <= alert.time <= end})
    rate = elsewhere / max(max(times) - min(times), end - start)
    chance = float(-np.expm1(-rate * (end - start)))
    floor = min(max(chance, constants.p_alert_chance), _MOST_CHANCE)
    fault = constants.p_alert_fault
    odds = np.log(fault / floor) if near else np.log((1 - fault) / (1 - floor))
    return ServerEvidence(near, chance, len(alerts), float(odds))
