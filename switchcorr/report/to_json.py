"""The JSON contract ``switchcorr/correlation/1``: stable keys, times in ISO 8601 UTC with ``Z``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TypedDict

from switchcorr.model.calibration import CalibrationUse
from switchcorr.model.campus import Component
from switchcorr.model.incident import (
    AffectedPhone,
    Cause,
    Chronic,
    Correlation,
    Coverage,
    Evidence,
    Fallback,
    FlappingPhone,
    Incident,
    Recurring,
    Suspect,
)

CORRELATION_SCHEMA = "switchcorr/correlation/1"


class ComponentJson(TypedDict):
    """A component: kind and id are its key, the label is for people."""

    kind: str
    id: str
    label: str


class WindowJson(TypedDict):
    """From the first to the last moment looked at; null where the log has no times."""

    start: str | None
    end: str | None


class LogJson(TypedDict):
    """The first and the last event of the log, and how many drops are in the time looked at; null where nothing tells."""

    start: str | None
    end: str | None
    drops: int | None


class CoverageJson(TypedDict):
    """What the answer rests on."""

    phones_known: int
    placed: int
    unplaced: int
    devices_expected: int
    devices_read: int
    outputs_quarantined: int
    outputs: Mapping[str, int]
    events_read: int
    lines_unrecognised: int
    duplicates: int
    devices_unread: Sequence[str]
    unusable: Sequence[str]
    assumptions: Sequence[str]


class EvidenceJson(TypedDict):
    """One argument for or against a cause; weight is a natural-log likelihood ratio."""

    kind: str
    text: str
    weight: float


class CauseJson(TypedDict):
    """A named cause."""

    component: ComponentJson
    equivalent: Sequence[ComponentJson]
    less_likely: Sequence[ComponentJson]
    probability: float
    p_less_likely: float
    affected: int
    exposed: int
    first: str
    last: str
    evidence_for: Sequence[EvidenceJson]
    evidence_against: Sequence[EvidenceJson]
    next_step: str


class SuspectJson(TypedDict):
    """One line of the ranking."""

    component: ComponentJson
    equivalent: Sequence[ComponentJson]
    probability: float
    affected: int
    exposed: int


class PhoneJson(TypedDict):
    """An endpoint that dropped; ``cause`` is an index into ``causes``."""

    phone: str
    time: str
    reason: int | None
    reason_enum: str
    reason_name: str
    node: str
    device: str
    interface: str
    module: str
    back_at: str | None
    back_node: str
    cause: int | None


class FallbackJson(TypedDict):
    """Phones that went back to their own node."""

    phones: int
    first: str
    last: str
    left: Sequence[str]
    own: Sequence[str]


class IncidentJson(TypedDict, total=False):
    """Events explained together; ``phones`` is left out on request."""

    id: str
    start: str
    end: str
    events: int
    endpoints: int
    still_down: int
    verdict: str
    p_nothing_shared: float
    p_unlocated: float
    unlocated_within: Sequence[ComponentJson]
    unlocated_above: Sequence[ComponentJson]
    p_unnamed: float
    fallback: FallbackJson | None
    summary: str
    causes: Sequence[CauseJson]
    suspects: Sequence[SuspectJson]
    unseen: Sequence[str]
    phones: Sequence[PhoneJson]


class RecurringJson(TypedDict):
    """A component that explains several bursts together."""

    component: ComponentJson
    equivalent: Sequence[ComponentJson]
    bursts: int
    probability: float
    affected_phones: int
    exposed: int
    evidence_for: Sequence[EvidenceJson]
    evidence_against: Sequence[EvidenceJson]


class FlappingJson(TypedDict):
    """A phone that drops again and again by itself; ``still_down`` is null where the log tells of no return of it."""

    phone: str
    drops: int
    expected: float
    first: str
    last: str
    median_gap_s: float
    reason: int | None
    reason_enum: str
    reason_name: str
    reason_drops: int
    device: str
    interface: str
    module: str
    still_down: bool | None
    shared: str
    next_step: str


class ChronicJson(TypedDict):
    """A part whose phones drop far more often than others, each by itself; ``since`` and ``until`` are null where the rate did not clearly rise and fall."""

    component: ComponentJson
    equivalent: Sequence[ComponentJson]
    probability: float
    drops: int
    expected: float
    ratio: float
    dropped: int
    exposed: int
    first: str
    last: str
    start: str | None
    since: str | None
    until: str | None
    reason: int | None
    reason_enum: str
    reason_name: str
    reason_drops: int
    suspects: Sequence[SuspectJson]
    evidence_for: Sequence[EvidenceJson]
    evidence_against: Sequence[EvidenceJson]
    next_step: str


class CalibrationUseJson(TypedDict):
    """Which calibration the probabilities went through; ``why_not`` is empty if it is used."""

    made_at: str
    fitted: int
    used: bool
    why_not: str


class CorrelationJson(TypedDict):
    """The whole document."""

    schema: str
    generated_at: str
    window: WindowJson
    log: LogJson
    coverage: CoverageJson
    calibration: CalibrationUseJson | None
    incidents: Sequence[IncidentJson]
    recurring: Sequence[RecurringJson]
    flapping: Sequence[FlappingJson]
    chronic: Sequence[ChronicJson]


def iso(time: datetime) -> str:
    """ISO 8601 in UTC with ``Z``; milliseconds only where there are any.

    >>> iso(datetime(2026, 11, 22, 9, 41, 7, tzinfo=UTC))
    '2026-11-22T09:41:07Z'
    """
    time = time.astimezone(UTC)
    return time.isoformat(timespec="milliseconds" if time.microsecond else "seconds").replace("+00:00", "Z")


def correlation_json(result: Correlation, *, phones: bool = True) -> CorrelationJson:
    """The document as plain data.

    Args:
        result: the answer.
        phones: whether to list the affected phones.
    """
    return {
        "schema": CORRELATION_SCHEMA,
        "generated_at": iso(result.generated_at),
        "window": {"start": _iso_or_none(result.start), "end": _iso_or_none(result.end)},
        "log": {"start": _iso_or_none(result.log_start), "end": _iso_or_none(result.log_end), "drops": result.drops},
        "coverage": _coverage(result.coverage),
        "calibration": _calibration(result.calibration),
        "incidents": [_incident(incident, phones=phones) for incident in result.incidents],
        "recurring": [_recurring(item) for item in result.recurring],
        "flapping": [flapping_json(phone) for phone in result.flapping],
        "chronic": [chronic_json(part) for part in result.chronic],
    }


def json_text(document: object) -> str:
    """Any document of ours as text: two blanks of indentation, non-ASCII as it is, a newline at the end."""
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _iso_or_none(time: datetime | None) -> str | None:
    return None if time is None else iso(time)


def _component(component: Component) -> ComponentJson:
    return {"kind": component.kind, "id": component.id, "label": component.label}


def _coverage(coverage: Coverage) -> CoverageJson:
    return {
        "phones_known": coverage.phones_known,
        "placed": coverage.placed,
        "unplaced": coverage.unplaced,
        "devices_expected": coverage.devices_expected,
        "devices_read": coverage.devices_read,
        "outputs_quarantined": coverage.outputs_quarantined,
        "outputs": dict(sorted(Counter(output.state.value for output in coverage.outputs).items())),
        "events_read": coverage.events_read,
        "lines_unrecognised": coverage.lines_unrecognised,
        "duplicates": sum(file.duplicates for file in coverage.event_files),
        "devices_unread": list(coverage.devices_unread),
        "unusable": list(coverage.unusable),
        "assumptions": list(coverage.assumptions),
    }


def _calibration(use: CalibrationUse | None) -> CalibrationUseJson | None:
    if use is None:
        return None
    return {"made_at": iso(use.made_at), "fitted": use.fitted, "used": use.used, "why_not": use.why_not}


def _incident(incident: Incident, *, phones: bool) -> IncidentJson:
    document: IncidentJson = {
        "id": incident.id,
        "start": iso(incident.start),
        "end": iso(incident.end),
        "events": incident.events,
        "endpoints": incident.endpoints,
        "still_down": incident.still_down,
        "verdict": incident.verdict.value,
        "p_nothing_shared": _rounded(incident.p_nothing_shared),
        "p_unlocated": _rounded(incident.p_unlocated),
        "unlocated_within": [_component(one) for one in incident.unlocated_within],
        "unlocated_above": [_component(one) for one in incident.unlocated_above],
        "p_unnamed": _rounded(incident.p_unnamed),
        "fallback": _fallback(incident.fallback),
        "summary": incident.summary,
        "causes": [_cause(cause) for cause in incident.causes],
        "suspects": [_suspect(suspect) for suspect in incident.suspects],
        "unseen": list(incident.unseen),
    }
    if phones:
        document["phones"] = [_phone(phone) for phone in incident.phones]
    return document


def _fallback(home: Fallback | None) -> FallbackJson | None:
    if home is None:
        return None
    return {"phones": home.phones, "first": iso(home.first), "last": iso(home.last), "left": list(home.left), "own": list(home.own)}


def _cause(cause: Cause) -> CauseJson:
    return {
        "component": _component(cause.component),
        "equivalent": [_component(component) for component in cause.equivalent],
        "less_likely": [_component(component) for component in cause.less_likely],
        "probability": _rounded(cause.probability),
        "p_less_likely": _rounded(cause.p_less_likely),
        "affected": cause.affected,
        "exposed": cause.exposed,
        "first": iso(cause.first),
        "last": iso(cause.last),
        "evidence_for": [_evidence(item) for item in cause.evidence_for],
        "evidence_against": [_evidence(item) for item in cause.evidence_against],
        "next_step": cause.next_step,
    }


def _suspect(suspect: Suspect) -> SuspectJson:
    return {
        "component": _component(suspect.component),
        "equivalent": [_component(component) for component in suspect.equivalent],
        "probability": _rounded(suspect.probability),
        "affected": suspect.affected,
        "exposed": suspect.exposed,
    }


def _evidence(evidence: Evidence) -> EvidenceJson:
    return {"kind": evidence.kind.value, "text": evidence.text, "weight": round(evidence.weight, 2)}


def _phone(phone: AffectedPhone) -> PhoneJson:
    reason = phone.reason
    return {
        "phone": phone.phone,
        "time": iso(phone.time),
        "reason": None if reason is None else reason.code,
        "reason_enum": "" if reason is None else reason.enum.label,
        "reason_name": "" if reason is None else reason.name,
        "node": phone.node,
        "device": phone.device,
        "interface": phone.interface,
        "module": phone.module,
        "back_at": _iso_or_none(phone.back_at),
        "back_node": phone.back_node,
        "cause": phone.cause,
    }


def _recurring(item: Recurring) -> RecurringJson:
    return {
        "component": _component(item.component),
        "equivalent": [_component(component) for component in item.equivalent],
        "bursts": item.bursts,
        "probability": _rounded(item.probability),
        "affected_phones": item.affected_phones,
        "exposed": item.exposed,
        "evidence_for": [_evidence(evidence) for evidence in item.evidence_for],
        "evidence_against": [_evidence(evidence) for evidence in item.evidence_against],
    }


def flapping_json(phone: FlappingPhone) -> FlappingJson:
    """A phone that drops again and again by itself."""
    reason = phone.reason
    return {
        "phone": phone.phone,
        "drops": phone.drops,
        "expected": round(phone.expected, 2),
        "first": iso(phone.first),
        "last": iso(phone.last),
        "median_gap_s": phone.median_gap.total_seconds(),
        "reason": None if reason is None else reason.code,
        "reason_enum": "" if reason is None else reason.enum.label,
        "reason_name": "" if reason is None else reason.name,
        "reason_drops": phone.reason_drops,
        "device": phone.device,
        "interface": phone.interface,
        "module": phone.module,
        "still_down": phone.still_down,
        "shared": phone.shared,
        "next_step": phone.next_step,
    }


def chronic_json(part: Chronic) -> ChronicJson:
    """One part."""
    reason = part.reason
    return {
        "component": _component(part.component),
        "equivalent": [_component(component) for component in part.equivalent],
        "probability": _rounded(part.probability),
        "drops": part.drops,
        "expected": round(part.expected, 2),
        "ratio": round(part.ratio, 2),
        "dropped": part.dropped,
        "exposed": part.exposed,
        "first": iso(part.first),
        "last": iso(part.last),
        "start": _iso_or_none(part.start),
        "since": _iso_or_none(part.since),
        "until": _iso_or_none(part.until),
        "reason": None if reason is None else reason.code,
        "reason_enum": "" if reason is None else reason.enum.label,
        "reason_name": "" if reason is None else reason.name,
        "reason_drops": part.reason_drops,
        "suspects": [_suspect(suspect) for suspect in part.suspects],
        "evidence_for": [_evidence(evidence) for evidence in part.evidence_for],
        "evidence_against": [_evidence(evidence) for evidence in part.evidence_against],
        "next_step": part.next_step,
    }


def _rounded(probability: float) -> float:
    return round(probability, 4)
