"""The one or two sentences that say what an incident came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from switchcorr.correlate.telling.arguments import Contrast
from switchcorr.correlate.telling.sentences import in_time, name_of, percent
from switchcorr.model.campus import Component
from switchcorr.model.incident import Verdict
from switchcorr.text import counted

_SIDES = {
    Verdict.NETWORK: "a part of the network",
    Verdict.CALL_SERVER: "a part of the call server",
    Verdict.WAN_OR_NAT: "a site or the way to it",
    Verdict.ENDPOINT: "something of the phones themselves",
}
_TOLD = 3
"""Components that the summary names; the causes tell of all."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the summary of an incident is made of.

    Attributes:
        verdict: of the incident.
        components: what is named or leads.
        found: the contrast of each.
        endpoints: how many dropped.
        seconds: within which time.
        rest: where several have failed at once: how many endpoints on none of them dropped, and how many there are.
        alike: where nothing is proven: components that have the same phones as the first one, which is as good as sure with them.
        is_open: whether it is one of the components and not proven which.
        side: then the probability that it is one of the verdict's side.
    """

    verdict: Verdict
    components: Sequence[Component]
    found: Sequence[Contrast]
    endpoints: int
    seconds: float
    rest: tuple[int, int] | None = None
    alike: Sequence[Component] = ()
    is_open: bool = False
    side: float = 0.0


def summarise(outcome: Outcome) -> str:
    """One or two sentences for people, with the counted contrast of what leads."""
    verdict, components = outcome.verdict, outcome.components
    dropped = (
        f"{counted(outcome.endpoints, 'endpoint')} dropped {in_time(outcome.seconds)}" if outcome.endpoints > 1 else "1 endpoint dropped"
    )
    told = _told(outcome)
    if verdict is Verdict.NOT_PROVEN and outcome.alike:
        others = " or ".join(name_of(component) for component in outcome.alike[:2])
        return f"{dropped}. What they share: {told}, or {others}. These have the same phones, and which of them it is is not proven."
    if verdict is Verdict.NOT_PROVEN or not components:
        leading = f" The leading suspect{'s are' if outcome.is_open and len(components) > 1 else ' is'} {told}." if components else ""
        return f"{dropped}. What they share is not proven.{leading}"
    if outcome.is_open:
        return f"{dropped}. What they share is {_SIDES[verdict]} ({percent(outcome.side)}), but which is not proven: {told}."
    if verdict is Verdict.ADMINISTRATIVE:
        return f"{dropped} for resets or logins, not for a fault. What they share: {told}."
    return f"{dropped}. What they share: {told}."


def _told(outcome: Outcome) -> str:
    """Components with their counts; of several that failed at once "elsewhere" is outside of all of them."""
    counts = [_counts(one) if outcome.rest is None else _here(one) for one in outcome.found]
    names = [f"{name_of(component)} ({count})" for component, count in zip(outcome.components, counts, strict=True)]
    told = (" or " if outcome.is_open else " and ").join(names[:_TOLD])
    return told if outcome.rest is None else f"{told}; {outcome.rest[0]:,} of {outcome.rest[1]:,} elsewhere"


def _counts(found: Contrast) -> str:
    here = _here(found)
    return f"{here}, {found.elsewhere:,} of {found.others:,} elsewhere" if found.others else f"{here}; no known phone is outside of it"


def _here(found: Contrast) -> str:
    return f"{found.affected:,} of its {counted(found.exposed, 'phone')} dropped"
