"""Parts, probabilities, arguments and phones that are down in words, the same wherever a report shows them."""

from __future__ import annotations

from dataclasses import dataclass

from switchcorr.model.campus import risk_kind
from switchcorr.model.incident import Evidence, Incident, Suspect
from switchcorr.model.wording import component_name
from switchcorr.report.geometry import percent_width
from switchcorr.text import counted, percent

DOWN_NAMED = 3


@dataclass(frozen=True, slots=True)
class SuspectView:
    """One line of the ranking.

    Attributes:
        kind: empty for what is no component.
    """

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


def weight(value: float) -> str:
    """A weight for people, in five columns: of those beyond a hundred no decimal means anything.

    >>> weight(-0.42), weight(99.9), weight(3353.8)
    ('0.4', '99.9', '3,354')
    """
    return f"{abs(value):.1f}" if abs(value) < 99.95 else f"{abs(value):,.0f}"


def strength(weight: float) -> str:
    """A natural-log likelihood ratio in words. Source: the bands of Kass and Raftery (1995) on 2 ln B: 2, 6, 10."""
    twice = 2 * abs(weight)
    if twice < 0.1:
        return "for information"
    if twice < 0.5:
        return "slight"
    if twice < 2:
        return "weak"
    if twice < 6:
        return "positive"
    return "strong" if twice < 10 else "very strong"


def evidence_view(evidence: Evidence) -> EvidenceView:
    """One argument."""
    return EvidenceView(evidence.text, strength(evidence.weight), weight(evidence.weight))


def suspect_view(suspect: Suspect) -> SuspectView:
    """One line of the ranking."""
    return SuspectView(
        name=component_name(suspect.component),
        kind=risk_kind(suspect.component.kind).noun,
        probability=percent(suspect.probability),
        width=percent_width(suspect.probability),
        counts=f"{suspect.affected:,} of {suspect.exposed:,}" if suspect.exposed else "",
        also=", ".join(component_name(component) for component in suspect.equivalent),
    )


def still_down(incident: Incident) -> str:
    """Which phones the log does not show registered again; empty where it tells of no registration at all."""
    if not incident.returns_logged:
        return ""
    names = [phone.phone for phone in incident.phones if phone.back_at is None][:DOWN_NAMED]
    more = incident.still_down - len(names)
    listed = ", ".join(names) + (f" and {more:,} more: --format json or the report lists them" if names and more > 0 else "")
    return f"Still down: {counted(incident.still_down, 'phone')}{listed and f' ({listed})'}" if incident.still_down else "Still down: none"
