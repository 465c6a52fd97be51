"""The one or two sentences that say what an incident came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from switchcorr.correlate.telling.arguments import Contrast
from switchcorr.correlate.telling.fallback import told_fallback
from switchcorr.correlate.telling.onset import Common
from switchcorr.correlate.telling.sentences import in_time, percent
from switchcorr.correlate.telling.unlocated import ANYWHERE, Unlocated
from switchcorr.correlate.telling.verdict import CROSSED
from switchcorr.model.campus import Component
from switchcorr.model.incident import NAMED_FROM, Fallback, Verdict
from switchcorr.model.wording import component_name, either, unlocated_part
from switchcorr.text import counted

_SIDES = {
    Verdict.NETWORK: "a part of the network",
    Verdict.CALL_SERVER: "a part of the call server",
    Verdict.WAN_OR_NAT: "a site or the way to it",
    Verdict.ENDPOINT: "something of the phones themselves",
}
_TOLD = 3
"""Components that the summary names; the causes tell of all."""
_NEARLY_ALL = 0.99
"""Probability of a part that several share from which nothing named is told as leading. Assumed."""


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
        held_by: then what holds all of them, if it is one part of a switch.
        common: else what lies before all of them, if they began in the same seconds.
        alike: where nothing is proven: components that have the same phones as the first one, which is as good as sure with them.
        nearly: whether one of them has but nearly the same.
        together: whether it has them of all components together, of which none has those of the others.
        only_at: where nearly all drops of the call server's node are that leads, though its phones elsewhere stayed.
        side: where it is one of the components and not proven which, the probability that it is one of the verdict's side.
        twins: of each component those of its side with the same phones that are about as likely.
        less_likely: the others with the same phones, and their probability together.
        unseen: the probability of a part of the network that no location names.
        unlocated: where that part is.
        near: what the addresses of these phones have in common, if nothing else tells where they are.
        unnamed: the same of something that nothing known of the phones names.
        managed: the probability of an action on purpose of which the reasons do not tell.
        planned: where it was on purpose, whether by a plan and no person: most of the reasons tell of a fallback or a schedule.
        home: then the phones that went back to their own node, if that is what it was.
        loaded: that its phones came back with new software.
        untested: where too little is known of the phones that dropped: of how many of them nothing is known, and how many they are.
    """

    verdict: Verdict
    components: Sequence[Component]
    found: Sequence[Contrast]
    endpoints: int
    seconds: float
    rest: tuple[int, int] | None = None
    held_by: Component | None = None
    common: Common | None = None
    alike: Sequence[Component] = ()
    nearly: bool = False
    together: bool = False
    only_at: Component | None = None
    side: float | None = None
    twins: Sequence[Sequence[Component]] = ()
    less_likely: Sequence[tuple[Sequence[Component], float]] = ()
    unseen: float = 0.0
    unlocated: Unlocated = ANYWHERE
    near: str = ""
    unnamed: float = 0.0
    managed: float = 0.0
    planned: bool = False
    home: Fallback | None = None
    loaded: str = ""
    untested: tuple[int, int] | None = None


def summarise(outcome: Outcome) -> str:
    """One or two sentences for people, with the counted contrast of what leads, and what the phones came back with."""
    return f"{_said(outcome)}{f' {outcome.loaded[:1].upper()}{outcome.loaded[1:]}.' if outcome.loaded else ''}"


def _said(outcome: Outcome) -> str:
    verdict, components = outcome.verdict, outcome.components
    dropped = (
        f"{counted(outcome.endpoints, 'endpoint')} dropped {in_time(outcome.seconds)}" if outcome.endpoints > 1 else "1 endpoint dropped"
    )
    told = _told(outcome)
    if verdict is Verdict.NOT_PROVEN and outcome.alike:
        shown, same = outcome.alike[:2], "nearly the same" if outcome.nearly else "the same"
        others = " or ".join(component_name(component) for component in shown)
        if len(components) > 1 and CROSSED not in shown:
            has = "has" if len(shown) == 1 else "have"
            whose = "all of these together" if outcome.together else component_name(components[0])
            which = f"{others} {has} {same} phones as {whose}, and which of these it is is not proven"
            return f"{dropped}. What they share: {told}. But {which}."
        return f"{dropped}. What they share: {told}, or {others}. These have {same} phones, and which of them it is is not proven."
    if verdict is Verdict.NOT_PROVEN or not components:
        return f"{dropped}. What they share is not proven{_why(outcome)}.{_leading(outcome, told) if components else ''}"
    if outcome.side is not None:
        return f"{dropped}. What they share is {_SIDES[verdict]} ({percent(outcome.side)}), but which is not proven: {told}."
    if verdict is Verdict.ADMINISTRATIVE:
        return f"{dropped}. {_on_purpose(outcome, told)}."
    return f"{dropped}. What they share: {told}.{_held(outcome)}{_beside(outcome)}"


def _on_purpose(outcome: Outcome, told: str) -> str:
    """What was no fault."""
    if outcome.home is not None:
        return told_fallback(outcome.home, outcome.endpoints)
    return f"{'Planned (a schedule)' if outcome.planned else 'Reset, or logged in or out,'} and no fault: {told}"


def _leading(outcome: Outcome, told: str) -> str:
    """What leads though it is not proven; beside parts that as good as surely share another one nothing does, and nobody need look there."""
    besides = outcome.unseen + outcome.unnamed
    if outcome.unlocated.above and outcome.unseen > _NEARLY_ALL:
        return " Nothing that is named is likely."
    which = "Of what is named the leading suspect" if besides >= NAMED_FROM else "The leading suspect"
    return f" {which}{'s are' if outcome.side is not None and len(outcome.components) > 1 else ' is'} {told}."


def _beside(outcome: Outcome) -> str:
    """What no location names and took others in the same minutes."""
    part = outcome.unlocated
    if part.beside < NAMED_FROM:
        return ""
    them = "it" if len(outcome.components) == 1 else "them"
    return f" With {percent(part.beside)} {unlocated_part((), part.above_beside)} has failed beside {them}."


def _held(outcome: Outcome) -> str:
    """Several parts of one switch seldom fail by chance in the same minute, nor others in the same seconds."""
    if outcome.common is not None:
        return f" {outcome.common.began}: look at {outcome.common.place} before you believe in several faults at once."
    if outcome.held_by is None:
        return ""
    all_ = "Both" if len(outcome.components) == 2 else f"All {len(outcome.components)}"
    return f" {all_} are on {component_name(outcome.held_by)}: look at what they have in common there (power, supervisor, software) before you believe in several faults at once."


def _why(outcome: Outcome) -> str:
    """Why nothing is proven where that does not show in the ranking."""
    place, trait = unlocated_part(outcome.unlocated.within, outcome.unlocated.above), "nothing that is known of these phones"
    if outcome.unseen >= NAMED_FROM:
        found = outcome.unlocated.found
        counts = (
            f" ({found.affected:,} of their {counted(found.exposed, 'phone')} dropped, {found.outside(outcome.unlocated.above[0].kind)})"
            if found
            else ""
        )
        near = f"; {outcome.near}" if outcome.near and not outcome.unlocated.within else ""
        return f": with {percent(outcome.unseen)} it is {place}{counts}{near}"
    if outcome.unnamed >= NAMED_FROM:
        return f": with {percent(outcome.unnamed)} it is {trait}, which are spread over all parts of the site"
    if (neither := outcome.unseen + outcome.unnamed) >= NAMED_FROM:
        return f": with {percent(neither)} it is {place} ({percent(outcome.unseen)}) or {trait} ({percent(outcome.unnamed)})"
    if outcome.managed >= NAMED_FROM:
        return f": with {percent(outcome.managed)} it is a reset or a login on purpose, of which the reasons of the drops do not tell"
    return _elsewhere(outcome)


def _elsewhere(outcome: Outcome) -> str:
    """What is known of where the phones of the one cause are that leads."""
    if outcome.only_at is not None:
        place, node = component_name(outcome.only_at), component_name(outcome.components[0])
        return f": nearly all of which the place is known are at {place}, and phones of {node} elsewhere stayed, so it may be the way between the two"
    if outcome.untested:
        unknown, phones = outcome.untested
        return f": of {unknown:,} of the {counted(phones, 'phone')} nothing is known but what the log tells"
    return ""


def _told(outcome: Outcome) -> str:
    """Components with their counts; of several that failed at once "elsewhere" is outside of all of them."""
    none: Sequence[Sequence[Component]] = [()] * len(outcome.components)
    alike, less = outcome.twins or none, [_less(*one) for one in outcome.less_likely] or [""] * len(none)
    names = [
        _one(component, found, likely, unlikely, with_others=outcome.rest is None)
        for component, found, likely, unlikely in zip(outcome.components[:_TOLD], outcome.found, alike, less, strict=False)
    ]
    told = (" and " if outcome.side is None else " or ").join(names)
    if outcome.rest is None:
        return told
    lost, others = outcome.rest
    return f"{told}; {lost:,} of {others:,} elsewhere" if others else f"{told}; no known phone is outside of them"


def _one(component: Component, found: Contrast, twins: Sequence[Component], less: str, *, with_others: bool) -> str:
    """A component, or those of which it is one, with the counts."""
    counts = f"{found.affected:,} of {'their' if twins else 'its'} {counted(found.exposed, 'phone')} dropped"
    if with_others:
        counts += f"{', ' if found.others else '; '}{found.outside(component.kind)}"
    if twins:
        counts += "; phones cannot tell which"
    return f"{either([component, *twins])} ({counts}{less})"


def _less(components: Sequence[Component], probability: float) -> str:
    """What is less likely and has the same phones, with its probability."""
    return f"; less likely, with the same phones: {either(components)} ({percent(probability)})" if components else ""
