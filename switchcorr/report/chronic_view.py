"""Parts whose phones drop one by one, far more often than others, as the page, the terminal and a ticket show them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from switchcorr.model.campus import risk_kind
from switchcorr.model.incident import NAMED_FROM, Chronic, Suspect
from switchcorr.model.wording import component_name, either
from switchcorr.report.clock import full_time
from switchcorr.report.words import EvidenceView, evidence_view
from switchcorr.text import counted, mean_count, percent

TITLE = "Parts whose phones drop one by one"
LEAD = (
    "Here phones drop far more often than elsewhere, each by itself and never together: no incident, but more than chance. "
    "Drops that an incident explains, and those on purpose, are not counted."
)
_NAMES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class ChronicView:
    """One part.

    Attributes:
        anchor: of its place on a page.
        shared: it, and where it is open which part it is, what else it may be.
        sure: its probability, ready to be read.
        times: how many times as often as others its phones drop.
        since: when that began, and ended.
        told: how often they drop, what the drops cannot tell from it, what else may be behind them, and the reason; a sentence each.
    """

    number: int
    anchor: str
    name: str
    kind: str
    shared: str
    sure: str
    times: str
    since: str
    told: tuple[str, ...]
    evidence_for: tuple[EvidenceView, ...]
    evidence_against: tuple[EvidenceView, ...]
    next_steps: tuple[str, ...]


def chronic_views(parts: Sequence[Chronic]) -> tuple[ChronicView, ...]:
    """Each part, in the order given."""
    return tuple(_view(number, part) for number, part in enumerate(parts, start=1))


def those_of(parts: Sequence[Chronic]) -> str:
    """Whose phones drop how often, for a headline; empty without any part."""
    if not parts:
        return ""
    if len(parts) > 1:
        return f"those of {len(parts)} parts did so far more often than others"
    (part,) = parts
    return f"those of {_shared(part)} did so {_times(part.ratio)} as often as others"


def _view(number: int, part: Chronic) -> ChronicView:
    return ChronicView(
        number=number,
        anchor=f"chronic-{number}",
        name=component_name(part.component),
        kind=risk_kind(part.component.kind).noun,
        shared=_shared(part),
        sure=f"{percent(part.probability)} {'likely' if _is_open(part) else 'sure'}",
        times=_times(part.ratio),
        since=_since(part),
        told=tuple(_told(part)),
        evidence_for=tuple(map(evidence_view, part.evidence_for)),
        evidence_against=tuple(map(evidence_view, part.evidence_against)),
        next_steps=part.next_steps,
    )


def _is_open(part: Chronic) -> bool:
    """Whether it is more likely that it is another one."""
    return part.probability < NAMED_FROM


def _shared(part: Chronic) -> str:
    if not _is_open(part):
        return either((part.component, *part.equivalent))
    suspects = part.suspects[: _NAMES_SHOWN - 1]
    return " or ".join(map(component_name, (part.component, *(suspect.component for suspect in suspects))))


def _told(part: Chronic) -> Iterator[str]:
    yield (
        f"Its phones drop {_times(part.ratio)} as often as others: {part.drops:,} drops where {mean_count(part.expected)} were to be expected. "
        f"{part.dropped:,} of its {counted(part.exposed, 'phone')} dropped. "
        f"{'It has been so' if part.until is None else 'It was so'} {_since(part)}; the last drop was {full_time(part.last.timestamp())} UTC."
    )
    if part.equivalent:
        yield f"Drops cannot tell it from {', '.join(map(component_name, part.equivalent))}: the same phones are exposed to each."
    others = "; ".join(map(_other, part.suspects))
    if _is_open(part):
        open_ = f"Which part it is, is open: {component_name(part.component)} has {percent(part.probability)}"
        yield f"{open_}, but it may as well be {others}." if others else f"{open_}."
    elif others:
        yield f"Less likely, it is {others}."
    if part.reason is not None:
        yield f"Reason told most: {part.reason} ({part.reason_drops:,} of {part.drops:,})."


def _since(part: Chronic) -> str:
    since = f"{full_time(part.since.timestamp())} UTC" if part.since else ""
    if part.until is not None:
        return f"from {since or 'the start'} to {full_time(part.until.timestamp())} UTC, and not since then"
    if since:
        return f"since {since}"
    looked_from = f", from {full_time(part.start.timestamp())} UTC" if part.start else ""
    return f"all the time looked at{looked_from}"


def _other(suspect: Suspect) -> str:
    names = " or ".join(map(component_name, (suspect.component, *suspect.equivalent[: _NAMES_SHOWN - 1])))
    return f"{names} ({percent(suspect.probability)}; {suspect.affected:,} of its {counted(suspect.exposed, 'phone')} dropped)"


def _times(ratio: float) -> str:
    return f"{ratio:.1f} times" if ratio < 10 else f"{ratio:,.0f} times"
