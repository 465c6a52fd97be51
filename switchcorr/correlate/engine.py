"""The correlation from end to end: plain data in, incidents out; no clock, no files, no graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from switchcorr.correlate.background import Background, learn_background
from switchcorr.correlate.calibration import applied, calibrated, told
from switchcorr.correlate.circumstances import Circumstances, component_odds, facts_in, sudden_bursts
from switchcorr.correlate.constants import DEFAULT, Constants
from switchcorr.correlate.drops import Drops, find_drops
from switchcorr.correlate.exposure import Exposure, Floats, expose
from switchcorr.correlate.hypotheses import Priors, priors
from switchcorr.correlate.incidents import Scene, build_incident, returns_of
from switchcorr.correlate.leaks import Leaks
from switchcorr.correlate.likelihood import Likelihood, Sample
from switchcorr.correlate.search import Posterior, search
from switchcorr.correlate.servers import ServerAlert, server_alerts, server_evidence
from switchcorr.correlate.simulation import Ground
from switchcorr.correlate.switch_evidence import Facts, index_facts, touched
from switchcorr.correlate.verdict import NAMED_FROM, equivalent, leader
from switchcorr.correlate.windows import Scan, Window, find_windows, pasted_windows, recurring_windows, scan
from switchcorr.model.calibration import UNCHANGED, Calibration, OddsMap
from switchcorr.model.campus import Campus, Component, Observation
from switchcorr.model.event import EventLog
from switchcorr.model.incident import Correlation, Coverage, Incident, Recurring


@dataclass(frozen=True, slots=True)
class CorrelateOptions:
    """What is asked.

    Attributes:
        now: time of the answer; nothing is read from the clock.
        since, until: bounds of where incidents are looked for; all other events are background.
        windows: exactly these are judged, instead of a search; pooled for what recurs.
        observations: facts about components from elsewhere, beside those of the campus.
        constants: of the model.
        calibration: of this site; used if it was made for this network and these constants.
    """

    now: datetime
    since: datetime | None = None
    until: datetime | None = None
    windows: tuple[tuple[datetime, datetime], ...] = ()
    observations: tuple[Observation, ...] = ()
    constants: Constants = DEFAULT
    calibration: Calibration | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    """Everything that all windows of one correlation share."""

    exposure: Exposure
    leaks: Leaks
    drops: Drops
    background: Background
    alerts: Sequence[ServerAlert]
    facts: Facts
    constants: Constants
    priors: Priors
    answer: OddsMap = UNCHANGED


def correlate(log: EventLog, campus: Campus, *, options: CorrelateOptions, coverage: Coverage) -> Correlation:
    """Explain the drops of a log by what its endpoints share.

    Args:
        log: events in order of time.
        campus: placements and exposures; may be empty.
        options: what is asked.
        coverage: what the answer rests on; the assumptions made here are added to it.
    """
    exposure = expose(log, campus)
    windows, scanned, case = _windows(log, campus, exposure, options)
    drops = case.drops
    use, answer = applied(options.calibration, exposure, options.constants)
    case = replace(case, answer=answer)
    coverage = replace(coverage, assumptions=(*coverage.assumptions, *exposure.assumptions, *told(use)))
    scene = Scene(log, drops, {str(placement.phone): placement for placement in campus.placements}, returns_of(log), coverage, campus)
    recurring = _recurring(case, scanned, options)
    bursts = {item.component: item.bursts for item in recurring}
    found = (_judge(scene, case, window, bursts, forced=_is_forced(window, options, drops)) for window in windows)
    start, end = (_moment(drops.time[0]), _moment(drops.time[-1])) if len(drops.time) else (None, None)
    return Correlation(
        generated_at=options.now,
        start=options.since or start,
        end=options.until or end,
        coverage=coverage,
        incidents=tuple(incident for incident in found if incident is not None),
        recurring=recurring,
        calibration=use,
    )


def ground_of(log: EventLog, campus: Campus, options: CorrelateOptions) -> Ground:
    """The site as a correlation of this log sees it: what incidents are simulated over."""
    _, _, case = _windows(log, campus, expose(log, campus), options)
    return Ground(case.exposure, case.background, case.priors, case.leaks, case.constants)


def _windows(log: EventLog, campus: Campus, exposure: Exposure, options: CorrelateOptions) -> tuple[list[Window], Scan, _Case]:
    """The windows to be explained, and the background learned without them."""
    constants = options.constants
    drops = find_drops(log, exposure, constants)
    observations = (*campus.observations, *options.observations)
    everything = np.ones(len(drops.time), dtype=bool)
    rough = learn_background(drops, exposure, everything, constants)
    known = priors(exposure, constants)
    if not options.windows:
        known = known.searched(constants)
    case = _Case(exposure, Leaks(exposure), drops, rough, server_alerts(log), index_facts(exposure, observations), constants, known)
    windows = _asked(options) or _found(case, _scan(case), options)
    innocent = everything.copy()
    for window in windows:
        innocent[drops.between(window.start, window.end)] = False
    refined = replace(case, background=learn_background(drops, exposure, innocent, constants))
    scanned = _scan(refined)
    return windows if options.windows else _found(refined, scanned, options), scanned, refined


def _scan(case: _Case) -> Scan:
    return scan(case.drops, case.exposure, case.background, case.constants)


def _asked(options: CorrelateOptions) -> list[Window]:
    return [Window(start.timestamp(), end.timestamp()) for start, end in options.windows]


def _found(case: _Case, scanned: Scan, options: CorrelateOptions) -> list[Window]:
    constants, drops = case.constants, case.drops
    pasted = pasted_windows(drops, constants)
    found = find_windows(scanned, drops, case.exposure, case.priors, constants)
    windows = pasted + [window for window in found if not any(window.overlaps(other) for other in pasted)]
    since = options.since.timestamp() if options.since else -np.inf
    until = options.until.timestamp() if options.until else np.inf
    return sorted((w for w in windows if w.end >= since and w.start <= until), key=lambda window: window.start)


def _is_forced(window: Window, options: CorrelateOptions, drops: Drops) -> bool:
    return bool(options.windows) or window in pasted_windows(drops, options.constants)


def _judge(scene: Scene, case: _Case, window: Window, recurring: Mapping[Component, int], *, forced: bool) -> Incident | None:
    """The incident of a window; None if it was only suspected and looks like chance."""
    span = case.drops.between(window.start, window.end)
    if span.stop <= span.start:
        return None
    facts = case.facts.about(touched(case.exposure, case.drops.row[span]), case.exposure)
    known = Circumstances(
        server=server_evidence(case.alerts, window, case.drops, case.constants),
        facts=facts_in(facts, window, case.constants),
        sudden=sudden_bursts(case.drops, span, case.exposure, case.constants),
        first=float(case.drops.time[span.start]),
        recurring=recurring,
    )
    likelihood = _likelihood(case, [window], component_odds(case.exposure, known, case.constants))
    posterior = calibrated(search(likelihood), case.exposure, case.answer)
    if not forced and posterior.nothing > NAMED_FROM:
        return None
    return build_incident(scene, likelihood, posterior, span=span, known=known)


def _likelihood(case: _Case, windows: Sequence[Window], odds: Floats) -> Likelihood:
    rows, reasons, bursts, seconds, given = [], [], [], [], False
    for number, window in enumerate(windows):
        span = case.drops.between(window.start, window.end)
        row, first = np.unique(case.drops.row[span], return_index=True)
        given |= bool(case.drops.pasted[span].any())
        rows.append(row)
        reasons.append(case.drops.reason[span][first])
        bursts.append(np.full(len(row), number))
        seconds.append(float(case.background.weighted_seconds(window.start, window.end)))
    sample = Sample(np.concatenate(rows), np.concatenate(reasons), np.concatenate(bursts), np.array(seconds), given)
    return Likelihood(case.exposure, case.background, case.priors.with_odds(odds), sample, case.leaks, case.constants)


def _recurring(case: _Case, scanned: Scan, options: CorrelateOptions) -> tuple[Recurring, ...]:
    """Components that explain several windows together, scored once over all of them."""
    if options.windows:
        groups = [_asked(options)] if len(options.windows) > 1 else []
    else:
        groups = [windows for _, windows in recurring_windows(scanned, case.priors, case.constants)]
    found: dict[int, Recurring] = {}
    for windows in groups:
        likelihood = _likelihood(case, windows, np.zeros(len(case.exposure.components)))
        if len(likelihood.sample.row) == 0:
            continue
        posterior = search(likelihood)
        for twin, probability in posterior.fault.items():
            known = found.get(twin)
            if probability >= NAMED_FROM and (known is None or known.probability < probability):
                found[twin] = _recurrence(likelihood, posterior, twin, probability)
    repeated = [item for item in found.values() if item.bursts >= 2]
    return tuple(sorted(repeated, key=lambda item: (-item.probability, item.component)))


def _recurrence(likelihood: Likelihood, posterior: Posterior, twin: int, probability: float) -> Recurring:
    exposure, number = likelihood.exposure, leader(likelihood, posterior, twin)
    mine = exposure.exposed(likelihood.cells, number)
    return Recurring(
        component=exposure.components[number],
        bursts=len(np.unique(likelihood.sample.burst[mine])),
        probability=probability,
        affected_phones=len(np.unique(likelihood.sample.row[mine])),
        exposed=int(exposure.size[number]),
        equivalent=equivalent(likelihood, posterior, number),
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(float(seconds), UTC)
