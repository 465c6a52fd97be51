"""The job ``audit``: sweep, ingest, correlate, compare, report, notify, retention. One at a time; a step that fails is told, and the others go on."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from switchcorr.audit.compare import compare_looks
from switchcorr.audit.conclude import (
    ORDINARY,
    alarms,
    correlated_changes,
    findings_message,
    incident_changes,
    lasting,
    needs_a_look,
    open_findings,
    pausing_changes,
    resting_errors,
)
from switchcorr.audit.look import Look
from switchcorr.audit.silence import Heard, heard_by, silence
from switchcorr.audit.silence import from_summary as heard_from
from switchcorr.audit.silence import to_summary as heard_to
from switchcorr.audit.standing import Standing, from_summary, stand, to_summary
from switchcorr.collect.failures import NextStep
from switchcorr.errors import ExitCode, InputFileError, SwitchcorrError
from switchcorr.files import OwnFolder
from switchcorr.jobs.audit.lock import only_audit
from switchcorr.jobs.audit.pages import tidy, write_index, write_page_of
from switchcorr.jobs.audit.request import AuditOutcome, AuditRequest, Conclusions
from switchcorr.jobs.audit.segments import remove_taken
from switchcorr.jobs.correlate import CorrelationOutcome, correlate
from switchcorr.jobs.diff import growth_between, stored_look
from switchcorr.jobs.inputs.request import CorrelateRequest, Progress, say_nothing
from switchcorr.jobs.notify import NotifyOutcome, deliver, notify_rules, urls_of
from switchcorr.jobs.store.importing import ImportRequest, import_sweep
from switchcorr.jobs.store.ingest import ingest
from switchcorr.jobs.store.network import StoredSource
from switchcorr.jobs.store.upkeep import compact_store
from switchcorr.jobs.sweep.run import run_sweep
from switchcorr.model.changes import Change, ChangeKind, ChangeState, Comparison, in_order
from switchcorr.model.incident import Incident
from switchcorr.model.visit import FailureKind, VisitStatus
from switchcorr.notify.incident_text import incident_message
from switchcorr.store.audits import complete_run, runs, write_run
from switchcorr.store.events import last_of_phones
from switchcorr.store.findings import findings, masks_of, settle_findings
from switchcorr.store.incidents import incidents_between
from switchcorr.store.open import Store
from switchcorr.store.outbox import told_phones
from switchcorr.store.snapshots import rounds_between
from switchcorr.text import first_few

_log = logging.getLogger(__name__)
T = TypeVar("T")
LOOK_BACK = timedelta(days=1)
"""How far back incidents are looked for at least: events come late, and what was told before keeps its id."""
LONGEST_BACK = timedelta(days=14)
"""How far back after a long pause."""
_NAMED = 3
"""Switches that a problem names for each reason."""
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class _Run:
    """One run, and what went wrong so far."""

    request: AuditRequest
    progress: Progress
    problems: list[str] = field(default_factory=list)
    assumptions: tuple[str, ...] = ()
    devices: int = 0
    devices_read: int = 0

    def tried(self, what: str, step: Callable[[], T]) -> T | None:
        """The outcome of a step; None, and a problem, if it fails."""
        try:
            return step()
        except SwitchcorrError as error:
            self.problems.append(f"{what}: {error.message}")
            _log.info("audit: %s: %s", what, error)
            return None


def run_audit(request: AuditRequest, progress: Progress = say_nothing) -> AuditOutcome:
    """Do everything once.

    Raises:
        SweepError: another audit runs.
        StoreError: the store cannot be used at all.
        ConfigurationError: the settings hold what cannot be.
    """
    began = time.monotonic()
    notify_rules(request.settings)  # a mistake there is told before an hour of work
    with OwnFolder.at(request.state_dir) as state, only_audit(state, request.clock()):
        run = _Run(request, progress)
        _collect(run)
        at = request.clock()
        with request.place.open(write=True) as store:
            last, kept = next(((moment, kept) for moment, kept in runs(store) if moment < at), (None, {}))
        outcome = AuditOutcome(
            at,
            0.0,
            _concluded(run, at, last, from_summary(kept)),
            devices=run.devices,
            devices_read=run.devices_read,
            skipped=request.skipped,
            assumptions=run.assumptions,
            heard=run.tried("events", lambda: _heard(run, at, last, heard_from(kept))),
        )
        outcome = replace(outcome, page=run.tried("report", lambda: write_page_of(request, outcome)))
        is_told = run.tried("notify", lambda: _laid_out(run, outcome)) is not None
        outcome = replace(outcome, notified=(run.tried("notify", lambda: _delivered(run, at)) if is_told else None) or NotifyOutcome())
        if last is None or last.date() != at.date():
            upkeep = run.tried("retention", lambda: compact_store(request.place, request.settings, now=at))
            run.problems += [f"retention: {problem}" for problem in (upkeep.problems if upkeep is not None else ())]
            run.tried("retention", lambda: tidy(request, at))
            run.tried("retention", lambda: remove_taken(request, at))
        outcome = replace(outcome, problems=tuple(run.problems), seconds=time.monotonic() - began)
        with request.place.open(write=True) as store:
            complete_run(store, at, _kept(outcome))  # one that could not tell anything was not written down, and does not count
            told = runs(store)
        if run.tried("index", lambda: write_index(request, told)) is None:
            outcome = replace(outcome, problems=tuple(run.problems))
    _log.info(
        "audit: %d of %d devices, %d new incidents, %d open findings, %d problems in %.1f s", outcome.devices_read, outcome.devices,
        len(outcome.conclusions.new_incidents), len(outcome.conclusions.open), len(outcome.problems), outcome.seconds,
    )  # fmt: skip
    return outcome


def _collect(run: _Run) -> None:
    """Sweep and event files into the store.

    Raises:
        KeyboardInterrupt: the sweep was interrupted; what is whole of it is stored.
    """
    request, asked = run.request, run.request.sweep
    swept = run.tried("sweep", lambda: run_sweep(asked, settings=request.settings)) if asked is not None else None
    if swept is not None:
        run.devices = len(swept.visits)
        run.devices_read = sum(visit.status in (VisitStatus.ANSWERED, VisitStatus.PARTIAL) for visit in swept.visits)
        if run.devices_read < run.devices:
            run.problems.append(f"sweep: {run.devices - run.devices_read} of {run.devices} devices were not read{_unread(swept.steps)}")
        asking = ImportRequest(swept.folder, request.place, request.clock(), request.settings)
        run.tried("store", lambda: import_sweep(asking, run.progress))
        if swept.exit_code is ExitCode.INTERRUPTED and not any(step.kind is FailureKind.SAVE for step in swept.steps):
            raise KeyboardInterrupt  # the sweep has answered it, and it was meant for all of the audit
    gone = [str(path) for path in request.events if not path.is_file()]
    if gone:
        run.problems.append(f"events: no such file: {', '.join(gone)}")
    files = [path for path in request.events if path.is_file()]
    read = run.tried("events", lambda: ingest(files, request.place, request.times, run.progress)) if files else None
    if read is not None:
        run.problems += [f"events: {file.file}: {file.problem}" for file in read.files if file.problem]
        run.assumptions = read.assumptions


def _unread(steps: Sequence[NextStep]) -> str:
    """Which switches were not read and why, and what shows more."""
    whys = [f"{first_few(step.devices, _NAMED)} ({step.title[0].lower()}{step.title[1:]})" for step in steps]
    return f": {'; '.join(whys)}. `switchcorr doctor {steps[0].devices[0]}` shows what to do" if steps else ""


def _heard(run: _Run, at: datetime, last: datetime | None, before: Heard | None) -> Heard | None:
    """How old the log is; a problem if it has fallen silent."""
    with run.request.place.open(write=False) as store:
        heard = heard_by(last_of_phones(store, at), at, before, last)
    told = silence(heard, at)
    run.problems += [f"events: {told}."] if told else []
    return heard


def _concluded(run: _Run, at: datetime, last: datetime | None, stood: Mapping[str, Standing] | None) -> Conclusions:
    request = run.request
    since = max(min(last or at, at - LOOK_BACK), at - LONGEST_BACK)
    with request.place.open(write=False) as store:
        known = {one.id: Standing(one.explained, over=True) for one in incidents_between(store, since - LOOK_BACK, at)}
        masks = masks_of(store)
    answer = run.tried("correlate", lambda: _correlated(request, since, at, run.progress))
    answer = _assuming(answer, run.assumptions) if answer is not None else None
    incidents = answer.result.incidents if answer is not None else ()
    with request.place.open(write=False) as store:
        told = told_phones(store, [one.id for one in incidents])
    compared = run.tried("compare", lambda: _compared(run, at, last, answer))
    changes = compared if compared is not None else Comparison("the last run", "this run", last)
    before = stood if stood is not None else known if last is not None else {}
    standings = stand(incidents, before, masks, at, told)
    if answer is None:
        standings = replace(standings, now=before)
    changes = replace(changes, changes=in_order((*incident_changes(incidents, before, standings.planned), *changes.changes)))
    return Conclusions(answer, standings, changes, open_findings(changes.changes))


def _correlated(request: AuditRequest, since: datetime, at: datetime, progress: Progress) -> CorrelationOutcome:
    """The incidents since a moment, in the store: what is told must be known to the next run.

    Raises:
        SwitchcorrError: something cannot be read, or the answer cannot be kept.
    """
    campus = replace(request.campus, stored=StoredSource(request.place, since, at))
    times = replace(request.times, now=at)
    asked = CorrelateRequest(
        times, campus, since=since, until=at, ports=True, settings=request.settings, learned=request.learned, keep=True
    )  # fmt: skip
    outcome = correlate(asked, progress)
    if outcome.unkept is not None:
        raise outcome.unkept
    return outcome


def _assuming(answer: CorrelationOutcome, sentences: Sequence[str]) -> CorrelationOutcome:
    """An answer that also tells what was assumed when its events were read: the store does not know that."""
    coverage = answer.result.coverage
    told = tuple(dict.fromkeys((*coverage.assumptions, *sentences)))
    return replace(answer, result=replace(answer.result, coverage=replace(coverage, assumptions=told)))


def _compared(run: _Run, at: datetime, last: datetime | None, answer: CorrelationOutcome | None) -> Comparison:
    """What is otherwise than in the last run and than the baseline; written down as findings."""
    request = run.request
    with request.place.open(write=False) as store:
        now = stored_look(store, at, request.campus)
        baseline = _look_before(run, store, at - timedelta(days=request.settings.audit_baseline_days), (now,))
        before = _look_before(run, store, last, (now, baseline)) if last is not None else now
    growth = growth_between(before, now, request.campus)
    against_last = compare_looks(before, now, growth)
    run.problems += [f"compare: {sentence}" for sentence in against_last.unseen]
    correlated = correlated_changes(answer.result) if answer is not None else ()
    is_same = baseline.campus is before.campus  # nothing was visited between the two
    against_baseline = compare_looks(baseline, now, growth if is_same else growth_between(baseline, now, request.campus))
    with request.place.open(write=True) as store:
        known, fresh = [one.change for one in findings(store)], now.read_since(before)
        found = lasting(against_baseline, against_last, (*correlated, *pausing_changes(known, correlated, at)))
        found = in_order((*found, *resting_errors(known, found, against_last, fresh, at)))
        untold = next((moment for moment, _ in runs(store, most=1)), _LONG_AGO)  # the newest, though the clock has gone back since
        settled = settle_findings(
            store, found, at=at, seen=now.seen(), untold_since=untold, is_old=lambda one: needs_a_look(one) and one.device not in fresh
        )
    told = (one for one in settled if not (one.state is ChangeState.GONE and one.kind in ORDINARY))
    return replace(against_last, changes=in_order(told))


def _look_before(run: _Run, store: Store, at: datetime, known: Sequence[Look]) -> Look:
    """The look of a moment, or the first one there is.

    Args:
        known: other looks, that of now first.
    """
    now = known[0]
    try:
        return stored_look(store, at, run.request.campus, known)
    except InputFileError:
        first = rounds_between(store, _LONG_AGO, now.at or at)
        return stored_look(store, first[0], run.request.campus, known) if first else now


def _laid_out(run: _Run, outcome: AuditOutcome) -> int:
    """Messages of what is new, into the outbox, together with the run: from then on it counts, and what was found before it is told.

    A run that is killed before, or whose disk is full, has told nothing, and the next one tells it all; one that is killed later leaves
    its messages in the outbox. How many messages there are.
    """
    request, conclusions = run.request, outcome.conclusions
    url = request.settings.report_url.rstrip("/")
    link = f"{url}/{outcome.page.name}" if url and outcome.page is not None else ""
    attachment = str(outcome.page) if outcome.page is not None and not url else ""
    incidents: tuple[Incident, ...] = conclusions.answer.result.incidents if conclusions.answer is not None else ()
    states, series = conclusions.standings.states, conclusions.standings.series
    messages = [
        incident_message(one, states[one.id], link=link, attachment=attachment, series=series.get(one.id))
        for one in incidents if one.id in states
    ]  # fmt: skip
    told: list[Change] = [one for one in alarms(conclusions.changes.changes) if one.kind is not ChangeKind.INCIDENT]
    message = findings_message(told, outcome.at, link=link, attachment=attachment)
    messages += [message] if message is not None else []
    with request.place.open(write=True) as store:
        write_run(store, outcome.at, _kept(outcome), messages, sorted(notify_rules(request.settings).targets))
    return len(messages)


def _delivered(run: _Run, at: datetime) -> NotifyOutcome:
    """Everything that is due goes out."""
    request, rules = run.request, notify_rules(run.request.settings)
    if not rules.targets:
        return NotifyOutcome()
    with request.place.open(write=True) as store:
        done = deliver(store, rules, urls_of(rules, request.environment), now=at)
    run.problems += [f"notify: {problem}; it is tried again" for problem in done.failed]
    return done


def summary_of(outcome: AuditOutcome) -> dict[str, object]:
    """A run in a few values, for people and programs."""
    conclusions = outcome.conclusions
    return {
        "seconds": round(outcome.seconds, 1), "devices": outcome.devices, "devices_read": outcome.devices_read,
        "new_incidents": list(conclusions.new_incidents), "new": len(alarms(conclusions.changes.changes)), "open": len(conclusions.open),
        "problems": list(outcome.problems), "page": outcome.page.name if outcome.page else "", "skipped": outcome.skipped,
    }  # fmt: skip


def _kept(outcome: AuditOutcome) -> dict[str, object]:
    """What is kept of a run: its summary, and how its incidents stood, for the next one."""
    return {**summary_of(outcome), "incidents": to_summary(outcome.conclusions.standings.now), "heard": heard_to(outcome.heard)}
