"""The result as the page and the terminal show it: every number a word, every sentence ready, nothing left to compute."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

from switchcorr.model.campus import Component, risk_kind
from switchcorr.model.incident import AffectedPhone, Cause, Correlation, Coverage, Evidence, Incident, Suspect, Verdict
from switchcorr.model.snapshot import OutputAccount, OutputState
from switchcorr.report.geometry import Histogram, histogram, percent_width

PHONES_SHOWN = 500
FILES_SHOWN = 200

VERDICT_WORDS: dict[Verdict, str] = {
    Verdict.NETWORK: "The network",
    Verdict.CALL_SERVER: "The call server",
    Verdict.WAN_OR_NAT: "A WAN or NAT edge",
    Verdict.ADMINISTRATIVE: "An administrative action",
    Verdict.ENDPOINT: "The phones themselves",
    Verdict.NOT_PROVEN: "Not proven",
}


@dataclass(frozen=True, slots=True)
class SuspectView:
    """One line of the ranking."""

    name: str
    kind: str
    probability: str
    width: float
    counts: str
    also: str


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """One argument; ``strength`` says its weight in words."""

    text: str
    strength: str
    weight: str


@dataclass(frozen=True, slots=True)
class CauseView:
    """One named cause."""

    number: int
    name: str
    kind: str
    also: tuple[str, ...]
    probability: str
    width: float
    affected: int
    exposed: int
    share_width: float
    share: str
    first: str
    last: str
    evidence_for: tuple[EvidenceView, ...]
    evidence_against: tuple[EvidenceView, ...]
    next_step: str


@dataclass(frozen=True, slots=True)
class PhoneView:
    """One affected phone."""

    name: str
    time: str
    reason: str
    place: str
    node: str
    back: str
    cause: str


@dataclass(frozen=True, slots=True)
class IncidentView:
    """One incident."""

    anchor: str
    id: str
    verdict: str
    verdict_css: str
    summary: str
    when: str
    duration: str
    events: int
    endpoints: int
    still_down: int
    nothing_shared: str
    causes: tuple[CauseView, ...]
    suspects: tuple[SuspectView, ...]
    unseen: tuple[str, ...]
    timeline: Histogram
    phones: tuple[PhoneView, ...]
    phones_left_out: int


@dataclass(frozen=True, slots=True)
class RecurringView:
    """A component that explains several bursts together."""

    name: str
    kind: str
    bursts: int
    probability: str
    counts: str


@dataclass(frozen=True, slots=True)
class CoverageView:
    """What the answer rests on: rows of a table, then what could not be used."""

    numbers: tuple[tuple[str, str], ...]
    assumptions: tuple[str, ...]
    unread: tuple[str, ...]
    problems: tuple[tuple[str, str, str], ...]
    """File, what became of it, why."""
    problems_left_out: int
    event_files: tuple[tuple[str, str, str, str], ...]
    """File, formats, events of lines, what was left over."""


@dataclass(frozen=True, slots=True)
class ResultView:
    """Everything a page shows."""

    title: str
    headline: str
    window: str
    generated: str
    incidents: tuple[IncidentView, ...]
    recurring: tuple[RecurringView, ...]
    coverage: CoverageView


def result_view(result: Correlation) -> ResultView:
    """The whole answer, ready to be shown."""
    return ResultView(
        title="switchcorr: why the phones dropped",
        headline=_headline(result),
        window=_window(result.start, result.end),
        generated=_moment(result.generated_at),
        incidents=tuple(_incident(number, incident) for number, incident in enumerate(result.incidents, start=1)),
        recurring=tuple(
            RecurringView(
                component_name(item.component),
                risk_kind(item.component.kind).noun,
                item.bursts,
                percent(item.probability),
                f"{item.affected_phones} of {item.exposed} phones",
            )
            for item in result.recurring
        ),
        coverage=_coverage(result.coverage),
    )


def component_name(component: Component) -> str:
    """A component for people: its label, else its kind and id."""
    return component.label or f"{risk_kind(component.kind).noun} {component.id}"


def percent(probability: float) -> str:
    """A probability for people; never rounded to certainty.

    >>> percent(0.973), percent(0.99999), percent(0.0001), percent(0.0)
    ('97 %', '> 99.9 %', '< 0.1 %', '0 %')
    """
    if probability <= 0:
        return "0 %"
    if probability < 0.001:
        return "< 0.1 %"
    if probability > 0.999:
        return "> 99.9 %"
    return f"{probability * 100:.1f} %" if probability > 0.99 or probability < 0.01 else f"{probability * 100:.0f} %"


def strength(weight: float) -> str:
    """A natural-log likelihood ratio in words. Source: the bands of Kass and Raftery (1995) on 2 ln B: 2, 6, 10."""
    twice = 2 * abs(weight)
    if twice < 0.5:
        return "for information"
    if twice < 2:
        return "weak"
    if twice < 6:
        return "positive"
    return "strong" if twice < 10 else "very strong"


def _headline(result: Correlation) -> str:
    if not result.incidents:
        if result.coverage.events_read == 0:
            return "No event was read, so there is nothing to explain."
        return "No incident: the phones that dropped did so one by one, as on any day."
    count = len(result.incidents)
    dropped = sum(incident.endpoints for incident in result.incidents)
    kinds = Counter(incident.verdict for incident in result.incidents)
    parts = ", ".join(f"{n} × {VERDICT_WORDS[verdict].lower()}" for verdict, n in kinds.most_common())
    return f"{count} incident{'s' if count > 1 else ''}, {dropped:,} drops of phones: {parts}."


def _incident(number: int, incident: Incident) -> IncidentView:
    moments = [(phone.time, f"cause-{min(phone.cause + 1, 4)}" if phone.cause is not None else "cause-0") for phone in incident.phones]
    return IncidentView(
        anchor=f"incident-{number}",
        id=incident.id,
        verdict=VERDICT_WORDS[incident.verdict],
        verdict_css=incident.verdict.value.replace("_", "-"),
        summary=incident.summary,
        when=_moment(incident.start),
        duration=_duration((incident.end - incident.start).total_seconds()),
        events=incident.events,
        endpoints=incident.endpoints,
        still_down=incident.still_down,
        nothing_shared=percent(incident.p_nothing_shared),
        causes=tuple(_cause(index, cause) for index, cause in enumerate(incident.causes, start=1)),
        suspects=tuple(_suspect(suspect) for suspect in incident.suspects[:8]),
        unseen=incident.unseen,
        timeline=histogram(moments),
        phones=tuple(_phone(phone) for phone in incident.phones[:PHONES_SHOWN]),
        phones_left_out=max(0, len(incident.phones) - PHONES_SHOWN),
    )


def _cause(number: int, cause: Cause) -> CauseView:
    share = cause.affected / cause.exposed if cause.exposed else 0.0
    return CauseView(
        number=number,
        name=component_name(cause.component),
        kind=risk_kind(cause.component.kind).noun,
        also=tuple(component_name(component) for component in cause.equivalent),
        probability=percent(cause.probability),
        width=percent_width(cause.probability),
        affected=cause.affected,
        exposed=cause.exposed,
        share_width=percent_width(share),
        share=f"{share * 100:.0f} %",
        first=_moment(cause.first),
        last=_moment(cause.last),
        evidence_for=tuple(_evidence(item) for item in cause.evidence_for),
        evidence_against=tuple(_evidence(item) for item in cause.evidence_against),
        next_step=cause.next_step,
    )


def _evidence(evidence: Evidence) -> EvidenceView:
    return EvidenceView(evidence.text, strength(evidence.weight), f"{abs(evidence.weight):.1f}")


def _suspect(suspect: Suspect) -> SuspectView:
    return SuspectView(
        name=component_name(suspect.component),
        kind=risk_kind(suspect.component.kind).noun,
        probability=percent(suspect.probability),
        width=percent_width(suspect.probability),
        counts=f"{suspect.affected} of {suspect.exposed}" if suspect.exposed else "",
        also=", ".join(component_name(component) for component in suspect.equivalent),
    )


def _phone(phone: AffectedPhone) -> PhoneView:
    back = "still down" if phone.back_at is None else f"{phone.back_at.astimezone(UTC):%H:%M:%S}"
    return PhoneView(
        name=phone.phone,
        time=f"{phone.time.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
        reason="" if phone.reason is None else str(phone.reason),
        place=" ".join(filter(None, (phone.device, phone.interface))),
        node=phone.node,
        back=f"{back} at {phone.back_node}" if phone.back_at is not None and phone.back_node else back,
        cause="" if phone.cause is None else str(phone.cause + 1),
    )


def _coverage(coverage: Coverage) -> CoverageView:
    states = Counter(output.state for output in coverage.outputs)
    numbers = [
        ("Phones known", f"{coverage.phones_known:,}"),
        ("placed at a port", f"{coverage.placed:,}"),
        ("not placed", f"{coverage.unplaced:,}"),
        ("Devices read", f"{coverage.devices_read:,} of {coverage.devices_expected:,} named"),
        ("Command outputs parsed", f"{states[OutputState.PARSED]:,} of {len(coverage.outputs):,}"),
        ("quarantined", f"{coverage.outputs_quarantined:,}"),
        ("Events read", f"{coverage.events_read:,}"),
        ("Lines not recognised", f"{coverage.lines_unrecognised:,}"),
    ]
    problems = [_problem(output) for output in coverage.outputs if _is_problem(output)]
    return CoverageView(
        numbers=tuple(numbers),
        assumptions=coverage.assumptions,
        unread=coverage.devices_unread,
        problems=tuple(problems[:FILES_SHOWN]),
        problems_left_out=max(0, len(problems) - FILES_SHOWN),
        event_files=tuple(
            (
                file.file,
                ", ".join(file.formats),
                f"{file.events:,} of {file.lines:,} lines",
                "; ".join(
                    filter(
                        None,
                        (
                            f"{file.unrecognised:,} not recognised",
                            f"{file.duplicates:,} told twice" if file.duplicates else "",
                            *file.warnings,
                        ),
                    )
                ),
            )
            for file in coverage.event_files
        ),
    )


def _is_problem(output: OutputAccount) -> bool:
    return output.state not in (OutputState.PARSED, OutputState.EMPTY, OutputState.NOT_NEEDED) or output.bad_line_count > 0


def _problem(output: OutputAccount) -> tuple[str, str, str]:
    lines = f"{output.bad_line_count} lines not used" if output.bad_line_count else ""
    first = f"first: line {output.bad_lines[0].line}: {output.bad_lines[0].text}" if output.bad_lines else ""
    return output.file, output.state.value, "; ".join(filter(None, (output.reason, lines, first)))


def _window(start: datetime | None, end: datetime | None) -> str:
    return "no events with a time" if start is None or end is None else f"{_moment(start)} to {_moment(end)}"


def _moment(time: datetime) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
