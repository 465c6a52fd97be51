"""The correlation from end to end: plain data in, incidents out; no clock, no files, no graph."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from switchcorr.correlate.calibration.applying import applied, calibrated, told
from switchcorr.correlate.calibration.simulation import Ground
from switchcorr.correlate.chronic import find_chronic
from switchcorr.correlate.constants import DEFAULT, Constants
from switchcorr.correlate.detection.case import Case
from switchcorr.correlate.detection.clock_offsets import ClockOffsets, estimate_offsets
from switchcorr.correlate.detection.crowds import find_crowds
from switchcorr.correlate.detection.levels import learn_caution
from switchcorr.correlate.detection.looks import Looks, find_bursts, find_looks, without
from switchcorr.correlate.drops.background import learn_background
from switchcorr.correlate.drops.fallbacks import told_fallbacks, with_fallbacks
from switchcorr.correlate.drops.moves import told_moves, without_moves
from switchcorr.correlate.drops.returns import returns_of
from switchcorr.correlate.drops.table import Drops, Window, find_drops, nameless_drops
from switchcorr.correlate.elsewhere import elsewhere_of
from switchcorr.correlate.evidence.failover import comings_of
from switchcorr.correlate.evidence.phones import phone_words
from switchcorr.correlate.evidence.servers import server_alerts
from switchcorr.correlate.evidence.switch_clocks import estimate_switch_clocks
from switchcorr.correlate.evidence.switches import index_facts
from switchcorr.correlate.exposure.node_names import with_one_name
from switchcorr.correlate.exposure.registered import find_registered, told_registered
from switchcorr.correlate.exposure.table import Exposure, expose
from switchcorr.correlate.flapping import find_flapping
from switchcorr.correlate.judging import Judged, judge, odds_of_anything
from switchcorr.correlate.own_drops import find_own
from switchcorr.correlate.recurrence import find_repeats, given_repeat
from switchcorr.correlate.scoring.hypotheses import priors
from switchcorr.correlate.scoring.leaks import Leaks
from switchcorr.correlate.scoring.search import Posterior
from switchcorr.correlate.telling.fallback import with_their_fallbacks
from switchcorr.correlate.telling.incidents import Scene, build_incident
from switchcorr.correlate.telling.unseen import recorded_in
from switchcorr.correlate.together import find_together, is_sharing_known
from switchcorr.model.calibration import Calibration
from switchcorr.model.campus import Campus, Observation, at_shifted_times
from switchcorr.model.event import EventKind, EventLog
from switchcorr.model.incident import NAMED_FROM, Correlation, Coverage, Incident, Recurring
from switchcorr.model.moments import moment_of


@dataclass(frozen=True, slots=True)
class _Found:
    """What an answer tells of bursts.

    Attributes:
        beside: bursts outside of the time that is asked about.
    """

    incidents: tuple[Incident, ...]
    recurring: tuple[Recurring, ...]
    beside: tuple[Window, ...] = ()


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


def correlate(log: EventLog, campus: Campus, *, options: CorrelateOptions, coverage: Coverage) -> Correlation:
    """Explain the drops of a log by what its endpoints share.

    Args:
        log: events in order of time.
        campus: placements and exposures; may be empty.
        options: what is asked.
        coverage: what the answer rests on; the assumptions made here are added to it.
    """
    log, campus, joined = with_one_name(log, campus)
    exposure = expose(log, campus)
    case = _case(log, campus, exposure, options)
    clocks = ClockOffsets() if options.windows else estimate_offsets(log, case, find_bursts(case))
    use, answer = applied(options.calibration, exposure, options.constants)
    case = replace(clocks.applied(case, log), answer=answer)
    switches = estimate_switch_clocks(campus.link_downs, exposure, case.drops, options.constants)
    if switches.known:
        case = replace(case, facts=index_facts(exposure, at_shifted_times(_observations(campus, options), switches.shifts)))
    assumed = (*joined, *_taken_for(case), *told(use), *clocks.sentences(), *switches.sentences())
    coverage = replace(coverage, assumptions=(*coverage.assumptions, *assumed))
    placements = {str(placement.phone): placement for placement in campus.placements}
    scene, drops = Scene(log, case.drops, placements, case.comings.returns, recorded_in(log), coverage, campus), case.drops
    asked = tuple(Window(start.timestamp(), end.timestamp()) for start, end in options.windows)
    found = _judge_given(scene, case, asked) if asked else _search(scene, case, options)
    incidents = found.incidents if asked else with_their_fallbacks(found.incidents)
    moments = [incident.start.timestamp() for incident in incidents]
    coverage = replace(coverage, assumptions=(*coverage.assumptions, *told_registered(case.registered, exposure, moments)))
    start, end = _looked_at(drops, options)
    span = _span(drops, start, end)
    long_span = _span(drops, _long_before(start, end, case.constants), end)
    own, long_own = (
        find_own(drops, exposure, found.incidents, found.beside, slice(0, 0) if asked else one, case.constants) for one in (span, long_span)
    )
    log_start, log_end = _ends(log)
    together, is_several = (None, False) if found.incidents or asked else find_together(drops, exposure, span, case.constants)
    count = span.stop - span.start
    if asked and not found.incidents:
        count = sum(one.stop - one.start for one in (drops.between(window.start, window.end) for window in asked))
    return Correlation(
        generated_at=options.now,
        start=start,
        end=end,
        log_start=log_start,
        log_end=log_end,
        drops=count,
        coverage=coverage,
        incidents=incidents,
        recurring=found.recurring,
        calibration=use,
        log_shifts=switches.shifts,
        flapping=find_flapping(scene, case, own, span),
        chronic=find_chronic(scene, case, long_own, long_span),
        together=together,
        is_only_group=not is_several,
        is_sharing_known=is_sharing_known(drops, exposure, span),
        nameless_drops=nameless_drops(log),
    )


def _taken_for(case: Case) -> tuple[str, ...]:
    """What was assumed of phones and drops, in sentences."""
    return (*case.exposure.assumptions, *told_moves(case.moved), *told_fallbacks(case.fell_back))


def ground_of(log: EventLog, campus: Campus, options: CorrelateOptions) -> Ground:
    """The site as a correlation of this log sees it: what incidents are simulated over, in windows that somebody points at."""
    log, campus, _ = with_one_name(log, campus)
    case = _case(log, campus, expose(log, campus), options)
    looks = find_looks(case)
    case = without(case, looks.windows + looks.pasted)
    return Ground(case.exposure, case.background, priors(case.exposure, case.constants), case.leaks, case.constants)


def _case(log: EventLog, campus: Campus, exposure: Exposure, options: CorrelateOptions) -> Case:
    constants = options.constants
    all_drops = find_drops(log, exposure, constants)
    stayed, returns = without_moves(all_drops, exposure, campus.placements, constants), returns_of(log)
    drops, fell_back = with_fallbacks(stayed, log, returns, exposure)
    background = learn_background(drops, exposure, np.ones(len(drops.time), dtype=bool), constants)
    facts = index_facts(exposure, _observations(campus, options))
    registered = find_registered(log, exposure, constants.node_error)
    known = priors(registered.latest(exposure), constants)
    known = known if options.windows else known.searched()
    words, moved = phone_words(log, exposure), len(all_drops.time) - len(stayed.time)
    return Case(
        exposure,
        Leaks(exposure),
        drops,
        background,
        server_alerts(log),
        facts,
        constants,
        known,
        words=words,
        comings=comings_of(log, returns, exposure),
        moved=moved,
        fell_back=fell_back,
        registered=registered,
    )


def _observations(campus: Campus, options: CorrelateOptions) -> tuple[Observation, ...]:
    return (*campus.observations, *options.observations)


def _judge_given(scene: Scene, case: Case, windows: tuple[Window, ...]) -> _Found:
    """Explain exactly these windows."""
    case = without(case, windows)
    others = elsewhere_of(case, [given_repeat(windows)], windows)
    return _Found(tuple(_incident(scene, case, one) for one in judge(case, windows, others)), others.recurring)


def _search(scene: Scene, case: Case, options: CorrelateOptions) -> _Found:
    """Look for windows, see how loud chance gets in them, and explain those that are louder."""
    rough = find_looks(case)
    crowds = find_crowds(case.drops, case.exposure, case.constants)
    case = without(case, rough.windows + rough.pasted + crowds)
    looks = find_looks(case)
    judged = _looked(case, looks)
    managed = tuple(window for window, found in judged.items() if found.managed >= NAMED_FROM)
    if managed:
        looks = find_looks(case, managed)
        judged = _looked(case, looks)
    odds = {window: odds_of_anything(found) for window, found in judged.items()}
    caution = learn_caution(np.array(list(odds.values())), case.days, case.constants)
    heard = [window for window, own in odds.items() if own > caution]
    others = elsewhere_of(case, find_repeats(looks.scanned, case, looks.rare), (*looks.pasted, *heard))
    cautious = replace(case, priors=case.priors.with_caution(caution))
    again = [window for window, own in odds.items() if own <= caution and others.concerns(window)]
    again += others.windows((*looks.windows, *looks.pasted))
    searched = (*looks.pasted, *heard, *again)
    alone = (crowd for crowd in crowds if not any(crowd.overlaps(other) for other in searched))
    sure = tuple(sorted((*looks.pasted, *alone), key=lambda window: window.start))
    given = [_incident(scene, case, one) for one in judge(case, _between(sure, options), others)]
    found = judge(cautious, _between((*heard, *again), options), others)
    incidents = (*given, *(_incident(scene, cautious, one) for one in found if odds_of_anything(one.posterior) > 0))
    beside = tuple(window for window in (*sure, *heard, *again) if not _is_between(window, options))
    return _Found(tuple(sorted(incidents, key=lambda incident: incident.start)), others.recurring, beside)


def _looked(case: Case, looks: Looks) -> dict[Window, Posterior]:
    """What is believed of each window that is looked at."""
    return {one.window: one.posterior for one in judge(case, looks.windows)}


def _incident(scene: Scene, case: Case, found: Judged) -> Incident:
    caution = case.priors.nothing - float(np.log(case.constants.p_nothing))
    posterior = calibrated(found.posterior, found.likelihood.exposure, case.answer, caution)
    span = case.drops.between(found.window.start, found.window.end)
    return build_incident(scene, found.likelihood, posterior, span=span, known=found.known)


def _between(windows: Iterable[Window], options: CorrelateOptions) -> list[Window]:
    return [window for window in windows if _is_between(window, options)]


def _is_between(window: Window, options: CorrelateOptions) -> bool:
    since = options.since.timestamp() if options.since else -np.inf
    until = options.until.timestamp() if options.until else np.inf
    return window.end >= since and window.start <= until


def _looked_at(drops: Drops, options: CorrelateOptions) -> tuple[datetime | None, datetime | None]:
    """What was asked for, else from the first to the last drop; where no drop is in it, no time at all behind or before what was asked for."""
    first, last = (moment_of(drops.time[0]), moment_of(drops.time[-1])) if len(drops.time) else (options.until, options.since)
    start, end = options.since or first, options.until or last
    if start is not None and end is not None and start > end:
        start = end = options.since or options.until
    return start, end


def _long_before(start: datetime | None, end: datetime | None, constants: Constants) -> datetime | None:
    """From when on it is counted how often parts drop one by one: a day or an hour that is asked about shows too few drops."""
    return None if start is None or end is None else min(start, end - timedelta(days=constants.chronic_days))


def _ends(log: EventLog) -> tuple[datetime | None, datetime | None]:
    """The first and the last event with a time; what switches say of themselves may be much older than any event."""
    times, kinds = np.frombuffer(log.time), np.frombuffer(log.kind, np.int8)
    times = times[np.isfinite(times) & (kinds != EventKind.SWITCH_MESSAGE)]
    return (moment_of(times.min()), moment_of(times.max())) if times.size else (None, None)


def _span(drops: Drops, start: datetime | None, end: datetime | None) -> slice:
    """The drops of a time, its end with it."""
    if start is None or end is None:
        return slice(0, 0)
    return drops.between(start.timestamp(), np.nextafter(end.timestamp(), np.inf))
