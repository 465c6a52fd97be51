"""Small campuses and logs as plain data, for the tests of the correlation."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from switchcorr.correlate import Constants, CorrelateOptions, correlate
from switchcorr.correlate.calibration.simulation import Ground
from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.detection.case import Case
from switchcorr.correlate.drops.background import learn_background
from switchcorr.correlate.drops.table import find_drops
from switchcorr.correlate.evidence.circumstances import Circumstances, component_odds
from switchcorr.correlate.evidence.servers import ServerEvidence
from switchcorr.correlate.evidence.switches import index_facts
from switchcorr.correlate.exposure.table import Exposure, expose
from switchcorr.correlate.scoring.covariates import Sample
from switchcorr.correlate.scoring.hypotheses import Hypothesis, priors
from switchcorr.correlate.scoring.leaks import Leaks
from switchcorr.correlate.scoring.likelihood import Likelihood
from switchcorr.correlate.scoring.search import Posterior
from switchcorr.model.addresses import PhoneName
from switchcorr.model.campus import Campus, HashedComponent, Observation, RiskTable, risk_table
from switchcorr.model.event import Event, EventDetail, EventKind, EventLog
from switchcorr.model.incident import Correlation, Coverage
from switchcorr.model.placement import Placement, PlacementState
from switchcorr.model.reason import Reason, ReasonEnum

START = datetime(2026, 11, 16, tzinfo=UTC)
NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)
NOW = datetime(2026, 11, 24, tzinfo=UTC)
SILENT = ServerEvidence((), 0.0, 0, 0.0)
Rows = dict[str, dict[str, str]]


def phone(number: int) -> str:
    """Name of a phone with a documentation address."""
    return f"SEP00005E{number:06X}"


def rows_of(switches: int = 6, modules: int = 2, phones: int = 20, nodes: int = 2, **same: str) -> Rows:
    """A campus: per phone its module, switch, uplink bundle, VLAN and node; phones of all nodes are on every module."""
    rows: Rows = {}
    for switch in range(1, switches + 1):
        for module in range(1, modules + 1):
            for _ in range(phones):
                name = f"acc-{switch}"
                place = {
                    "module": f"{name}/{module}",
                    "switch": name,
                    "uplink_bundle": f"{name}:Port-channel1",
                    "vlan": f"{100 + switch}@b",
                }
                rows[phone(len(rows))] = place | {"node": f"node-{len(rows) % nodes + 1}", "cluster": "one"} | same
    return rows


def campus_of(
    rows: Mapping[str, Mapping[str, str]], *, hashed: Sequence[HashedComponent] = (), observations: Sequence[Observation] = ()
) -> Campus:
    """A network of which only the exposures are known."""
    placements = tuple(
        Placement(
            phone=PhoneName.parse_or_none(name) or name,
            state=PlacementState.PLACED if row.get("switch") else PlacementState.UNPLACED,
            device=row.get("switch", ""),
            module=row.get("module", ""),
        )
        for name, row in sorted(rows.items())
    )
    table = risk_table(rows)
    risk = RiskTable(table.phones, table.components, table.columns, tuple(hashed))
    return Campus((), (), placements, risk, observations=tuple(observations))


def drop(name: str, at: datetime, reason: int | None = 13, *, kind: EventKind = EventKind.UNREGISTERED, node: str = "") -> Event:
    """One phone that drops."""
    code = None if reason is None else Reason(ReasonEnum.END_POINT_UNREGISTERED, reason)
    return Event(at, kind, name, reason=code, node=node)


def alert(at: datetime | None, name: str = "LowCallManagerHeartbeatRate", node: str = "") -> Event:
    """One alert of a call server."""
    return Event(at, EventKind.SERVER_ALERT, node=node, detail=EventDetail(alert=name, values={"rate": "19", "threshold": "24"}))


def burst(names: Iterable[str], at: datetime = NOON, *, reason: int | None = 13, seconds: float = 90.0, seed: int = 1) -> list[Event]:
    """Phones that drop one after another within some seconds."""
    random_ = random.Random(seed)
    return [drop(name, at + timedelta(seconds=random_.uniform(0, seconds)), reason) for name in names]


def noise(rows: Mapping[str, object], *, days: float = 7, a_day: float = 0.25, seed: int = 2) -> list[Event]:
    """Phones that drop each for itself, for mixed reasons."""
    random_ = random.Random(seed)
    names, count = sorted(rows), round(len(rows) * days * a_day)
    reasons = (8, 8, 10, 9, 6, 13, 16, 18)
    return [drop(random_.choice(names), START + timedelta(days=random_.uniform(0, days)), random_.choice(reasons)) for _ in range(count)]


def below(rows: Mapping[str, Mapping[str, str]], kind: str, id_: str) -> list[str]:
    """Phones of a component, in order."""
    return [name for name, row in sorted(rows.items()) if row.get(kind) == id_]


def log_of(events: Iterable[Event], *, ordered: bool = True) -> EventLog:
    """A log; in order of time unless the order given is meant."""
    log = EventLog()
    given = list(events)
    for event in sorted(given, key=lambda event: (event.time is None, event.time or START)) if ordered else given:
        log.append(event)
    return log


def explain(rows: Mapping[str, Mapping[str, str]] | Campus, events: Iterable[Event] | EventLog, **asked: object) -> Correlation:
    """The whole correlation; ``asked`` are fields of ``CorrelateOptions``."""
    campus = rows if isinstance(rows, Campus) else campus_of(rows)
    log = events if isinstance(events, EventLog) else log_of(events)
    options = CorrelateOptions(now=NOW, **asked)  # type: ignore[arg-type]
    return correlate(log, campus, options=options, coverage=Coverage(phones_known=len(campus.placements)))


def case_of(rows: Mapping[str, Mapping[str, str]] | Campus, events: Iterable[Event], constants: Constants | None = None) -> Case:
    """What all windows of a log share; the background is learned from all of its drops."""
    constants = constants or Constants()
    log = log_of(events)
    exposure = expose(log, rows if isinstance(rows, Campus) else campus_of(rows))
    drops = find_drops(log, exposure, constants)
    background = learn_background(drops, exposure, np.ones(len(drops.time), dtype=bool), constants)
    return Case(exposure, Leaks(exposure), drops, background, (), index_facts(exposure, ()), constants, priors(exposure, constants))


def likelihood_of(
    rows: Mapping[str, Mapping[str, str]] | Campus,
    dropped: Iterable[str],
    *,
    reason: int = 13,
    known: Circumstances | None = None,
    bursts: int = 1,
    constants: Constants | None = None,
) -> Likelihood:
    """One window in which some phones drop, the same in each of several bursts."""
    constants = constants or Constants()
    campus = rows if isinstance(rows, Campus) else campus_of(rows)
    names = sorted(dropped)
    log = log_of(drop(name, NOON + timedelta(days=number, seconds=i), reason) for number in range(bursts) for i, name in enumerate(names))
    exposure = expose(log, campus)
    drops = find_drops(log, exposure, constants)
    background = learn_background(drops, exposure, drops.time < 0, constants)
    number = ((drops.time - drops.time[:1].sum()) // 86_400).astype(int) if len(drops.time) else drops.row
    sample = Sample(drops.row, drops.reason, number, np.full(bursts, float(background.weighted_seconds(0.0, 240.0))))
    odds = component_odds(exposure, known or Circumstances(SILENT), constants)
    return Likelihood(exposure, background, priors(exposure, constants).with_odds(odds), sample, Leaks(exposure), constants)


def ground_of(rows: Rows | Campus, constants: Constants = DEFAULT, log: EventLog | None = None) -> Ground:
    """What incidents are simulated over; without a log with the rates of the constants."""
    campus = rows if isinstance(rows, Campus) else campus_of(rows)
    log = log or EventLog()
    exposure = expose(log, campus)
    drops = find_drops(log, exposure, constants)
    background = learn_background(drops, exposure, drops.time > 0, constants)
    return Ground(exposure, background, priors(exposure, constants), Leaks(exposure), constants)


def best_of(posterior: Posterior) -> Hypothesis:
    """The best hypothesis of all that were scored."""
    return max(posterior.scores, key=lambda hypothesis: (posterior.scores[hypothesis], hypothesis))


def number_of(exposure: Exposure, kind: str, id_: str) -> int:
    """Number of a component that is there."""
    return next(i for i, known in enumerate(exposure.components) if (known.kind, known.id) == (kind, id_))
