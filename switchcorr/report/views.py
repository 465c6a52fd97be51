"""The result as the page and the terminal show it: every number a word, every sentence ready, nothing left to compute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from switchcorr import __version__
from switchcorr.model.campus import risk_kind
from switchcorr.model.incident import (
    LEAST_KNOWN,
    NAMED_FROM,
    VERDICT_OF,
    AffectedPhone,
    Cause,
    Correlation,
    Incident,
    Recurring,
    Together,
    Verdict,
)
from switchcorr.model.wording import MOST_NAMED, component_name, either, led_by, unlocated_part
from switchcorr.report.chronic_view import ChronicView, chronic_views, those_of
from switchcorr.report.coverage_view import CoverageView, coverage_view
from switchcorr.report.flapping_view import FlappingView, flapping_view
from switchcorr.report.geometry import percent_width
from switchcorr.report.log_span import log_span, moment_words, not_covered
from switchcorr.report.words import EvidenceView, SuspectView, evidence_view, still_down, suspect_view
from switchcorr.text import counted, percent

PHONES_SHOWN = 500
NAMES_SHOWN = 3
SUSPECTS_SHOWN = 8
_AROUND = timedelta(minutes=2)
"""Before and after drops that somebody asks about: what belongs to them misses its keepalives by then."""
LEAST_BESIDES = 0.01
"""What is less probable is not worth a line of the ranking."""

_UNNAMED = "something that nothing known of the phones names"
_NOTHING_SHARED = "no common fault: each phone for itself, or reset on purpose"

VERDICT_WORDS: dict[Verdict, str] = {
    Verdict.NETWORK: "The network",
    Verdict.CALL_SERVER: "The call server",
    Verdict.WAN_OR_NAT: "A WAN or NAT edge",
    Verdict.ADMINISTRATIVE: "An administrative action",
    Verdict.ENDPOINT: "The phones themselves",
    Verdict.NOT_PROVEN: "Not proven",
}


@dataclass(frozen=True, slots=True)
class CauseView:
    """One named cause."""

    number: int
    name: str
    kind: str
    also: tuple[str, ...]
    probability: str
    width: float
    counts: str
    share_width: float
    share: str
    first: str
    last: str
    evidence_for: tuple[EvidenceView, ...]
    evidence_against: tuple[EvidenceView, ...]
    next_steps: tuple[str, ...]


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
    """One incident.

    Attributes:
        shared: what the phones share, or the leading suspect; empty where nothing was found.
        sure: the probability of that, ready to be read.
        numbers: label and value, the most important first.
        down: which phones were not seen to come back; empty where the log does not tell.
        next_steps: what to do, whatever the verdict; the first thing first.
        further_steps: what to do first about each other part, where several failed at once.
        ranking: suspects, and what the rest of the probability is on; the most probable first.
    """

    number: int
    anchor: str
    id: str
    verdict: str
    shared: str
    sure: str
    summary: str
    start: str
    when: str
    duration: str
    endpoints: str
    numbers: tuple[tuple[str, str], ...]
    down: str
    next_steps: tuple[str, ...]
    further_steps: tuple[str, ...]
    causes: tuple[CauseView, ...]
    ranking: tuple[SuspectView, ...]
    unseen: tuple[str, ...]
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
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResultView:
    """Everything a page shows.

    Attributes:
        unusable: what was given and gave nothing: it stands above everything.
    """

    version: str
    headline: str
    unusable: tuple[str, ...]
    window: str
    generated: str
    incidents: tuple[IncidentView, ...]
    recurring: tuple[RecurringView, ...]
    chronic: tuple[ChronicView, ...]
    flapping: FlappingView | None
    coverage: CoverageView


def result_view(result: Correlation) -> ResultView:
    """The whole answer, ready to be shown."""
    return ResultView(
        version=__version__,
        headline=_headline(result),
        unusable=result.coverage.unusable,
        window=log_span(result),
        generated=moment_words(result.generated_at),
        incidents=tuple(_incident(number, incident) for number, incident in enumerate(result.incidents, start=1)),
        recurring=tuple(
            RecurringView(
                either((item.component, *item.equivalent)),
                risk_kind(item.component.kind).noun,
                item.bursts,
                percent(item.probability),
                f"{item.affected_phones:,} of {counted(item.exposed, 'phone')}",
                tuple(_told_of(item)),
            )
            for item in result.recurring
        ),
        chronic=chronic_views(result.chronic),
        flapping=flapping_view(result.flapping),
        coverage=coverage_view(result.coverage),
    )


def _told_of(item: Recurring) -> Iterator[str]:
    """What else is known of what recurs: what has the same phones, and what speaks for and against it."""
    if len(item.equivalent) >= MOST_NAMED:
        names, more = [component_name(other) for other in item.equivalent[:NAMES_SHOWN]], len(item.equivalent) - NAMES_SHOWN
        yield f"The phones cannot tell it from {', '.join(names)}{f' and {more:,} more' if more > 0 else ''}."
    for sign, found in (("For", item.evidence_for), ("Against", item.evidence_against)):
        yield from (f"{sign} it ({one.weight:.1f}): {one.text}." for one in found)


def _headline(result: Correlation) -> str:
    if not result.incidents:
        if result.coverage.events_read == 0:
            return "No event was read, so there is nothing to explain."
        return _nothing_found(result)
    if len(result.incidents) == 1:
        (incident,) = result.incidents
        at = f"{incident.start.astimezone(UTC):%Y-%m-%d at %H:%M:%S UTC}"
        return f"{counted(incident.endpoints, 'endpoint')} dropped on {at}: {_inside(_verdict(incident))}.{_again(result.recurring)}"
    dropped = different_endpoints(result.incidents)
    verdicts = Counter(_inside(_verdict(incident)) for incident in result.incidents)
    parts = ", ".join(f"{verdict} {times_told(n)}" for verdict, n in verdicts.most_common())
    return f"{len(result.incidents)} incidents, {counted(dropped, 'endpoint')} dropped: {parts}.{_again(result.recurring)}"


def _again(recurring: Sequence[Recurring]) -> str:
    """What failed again and again, for a headline: the most probable; empty for nothing."""
    found = sorted((item for item in recurring if item.probability >= NAMED_FROM), key=lambda item: -item.probability)
    if not found:
        return ""
    more = f", and {counted(len(found) - 1, 'other part')}" if len(found) > 1 else ""
    return f" Again and again: {component_name(found[0].component)}, {times_told(found[0].bursts)}{more}."


def _inside(words: str) -> str:
    """Words that begin a sentence, inside of one."""
    return words[:1].lower() + words[1:]


def _verdict(incident: Incident) -> str:
    """The verdict in words; where parts of several sides failed at once, all of them."""
    leading = "A planned fallback" if incident.is_fallback else VERDICT_WORDS[incident.verdict]
    if incident.verdict in (Verdict.NOT_PROVEN, Verdict.ADMINISTRATIVE):
        return leading
    named = [cause for cause in incident.causes[1:] if cause.probability >= NAMED_FROM]
    sides = dict.fromkeys(VERDICT_WORDS[VERDICT_OF[risk_kind(cause.component.kind).domain]] for cause in named)
    return " and ".join([leading, *(_inside(side) for side in sides if side != leading)])


def _nothing_found(result: Correlation) -> str:
    """Why there is no incident: nothing was there to be found, or nothing of note."""
    first, last = result.log_start, result.log_end
    if first is None and result.start is None:
        return "No event tells its time, so it cannot be said which phones dropped together (--at TIME gives one)."
    if last is not None and result.start is not None and last < result.start:
        return f"The log ends at {moment_words(last)}, before the time that was asked about, so there is nothing to explain."
    if first is not None and result.end is not None and first > result.end:
        return f"The log begins at {moment_words(first)}, after the time that was asked about, so there is nothing to explain."
    if result.drops == 0:
        return f"No incident: no phone dropped in this time{not_covered(result)}{_not_understood(result)}."
    if result.drops == 1:
        return "No incident: a single phone dropped, once."
    return f"No incident: {_apart(result)}"


def _not_understood(result: Correlation) -> str:
    """What of the log was not understood, where that may be why nothing was found; empty for little."""
    files = [file for file in result.coverage.event_files if file.unit == "line"]
    lines, unread = sum(file.lines for file in files), sum(file.unrecognised for file in files)
    said = f"{percent(unread / lines)} of the lines were not recognised (see below)" if 2 * unread > lines else ""
    nameless = f"{counted(result.nameless_drops, 'drop')} of the log {'names' if result.nameless_drops == 1 else 'name'} no phone"
    return "".join(f"; {text}" for text in (said, nameless if result.nameless_drops else "") if text)


def _apart(result: Correlation) -> str:
    """That the phones dropped one by one, or so few of them together that it may be chance."""
    again = counted(len(result.flapping), "phone")
    does = f"{again} {'does' if len(result.flapping) == 1 else 'do'} so again and again" if result.flapping else ""
    but = ", and ".join(filter(None, (those_of(result.chronic), does)))
    but = but and f", but {but}"
    if result.together is None and not result.is_sharing_known:
        give = "nothing given tells what these phones share (--locations, --captures or a log with nodes would)"
        return f"{result.drops or 0:,} drops, at no time many more within minutes than usual{but}; {give}."
    if result.together is None:
        return f"the phones that dropped did so one by one{but}."
    rest = (
        ""
        if result.drops == result.together.phones
        else f" The others dropped one by one{'' if result.is_only_group else ', or as few together'}{but}."
    )
    return f"{_few(result.together)}.{rest}"


def _few(found: Together) -> str:
    """Phones that dropped together, too few for an incident, and how to ask about them."""
    first, last = found.first.astimezone(UTC), found.last.astimezone(UTC)
    seconds = (last - first).total_seconds()
    begin, end = first.replace(microsecond=0) - _AROUND, last.replace(microsecond=0) + _AROUND
    return (
        f"{found.phones:,} phones of {component_name(found.component)} dropped {'in the same second' if seconds < 1 else f'within {seconds:.0f} s'} "
        f"({moment_words(first)}), too few to tell a fault from chance; --windows {begin:%Y-%m-%dT%H:%M:%SZ}/{end:%Y-%m-%dT%H:%M:%SZ} asks about them"
    )


def different_endpoints(incidents: Sequence[Incident]) -> int:
    """Different endpoints of all incidents; where an incident does not list its own, they cannot be told apart and are added up."""
    if any(len(incident.phones) != incident.endpoints for incident in incidents):
        return sum(incident.endpoints for incident in incidents)
    return len({phone.phone for incident in incidents for phone in incident.phones})


def _shared(incident: Incident) -> str:
    if incident.verdict is Verdict.ADMINISTRATIVE:
        return ""
    if incident.causes:
        return _named(incident)
    if besides := _leads_besides(incident):
        return f"{besides[0]} is suspected most"
    if not incident.suspects:
        return ""
    but = ""
    if _is_untested(incident):
        but = ", but too few of the phones that dropped have a known place"
    elif _leads_unnamed(incident):
        but = ", but too few of its phones are known to have dropped"
    return f"{either((incident.suspects[0].component, *incident.suspects[0].as_likely))} is suspected most{but}"


def _named(incident: Incident) -> str:
    """The causes, each with all that have the same phones: none of these is picked by chance."""
    causes = incident.causes[:NAMES_SHOWN]
    if incident.verdict is Verdict.NOT_PROVEN and len(incident.causes) == 1:
        return either((causes[0].component, *causes[0].equivalent))
    names = [led_by(cause.component, cause.as_likely, cause.less_likely, cause.p_less_likely) for cause in causes]
    if causes[0].probability < NAMED_FROM:
        return " or ".join(names)
    return (", and " if any(cause.as_likely for cause in causes) else " and ").join(names)


def _besides_components(incident: Incident) -> tuple[tuple[str, float], ...]:
    """What is no component and no chance, with its probability."""
    return (unlocated_part(incident.unlocated_within, incident.unlocated_above), incident.p_unlocated), (_UNNAMED, incident.p_unnamed)


def _leads_besides(incident: Incident) -> tuple[str, float] | None:
    """What is no component, with its probability, if no component is as likely."""
    words, probability = max(_besides_components(incident), key=lambda one: one[1])
    leads = not incident.causes and probability > max((one.probability for one in incident.suspects), default=0.0)
    return (words, probability) if leads else None


def _leads_unnamed(incident: Incident) -> bool:
    """Whether a suspect leads and is no cause, for want of locations."""
    leads = bool(incident.suspects) and incident.suspects[0].probability >= NAMED_FROM
    return incident.verdict is Verdict.NOT_PROVEN and not incident.causes and leads


def _is_untested(incident: Incident) -> bool:
    """Whether it leads only among what the log names, as good as sure, and was compared with nothing else; not one that phones at unknown places make likely."""
    return _leads_unnamed(incident) and incident.suspects[0].affected >= LEAST_KNOWN


def _sure(incident: Incident) -> str:
    """The probability behind the verdict, or of what is suspected most; never called sure where no component is proven, nor likely where nothing was tested."""
    if _is_untested(incident):
        return "not tested"
    if incident.verdict is Verdict.ADMINISTRATIVE:
        return f"{percent(incident.p_nothing_shared)} sure"
    probabilities = [found.probability for found in incident.causes or incident.suspects]
    if besides := _leads_besides(incident):
        probabilities = [besides[1]]
    if not probabilities:
        return ""
    return f"{percent(probabilities[0])} {'likely' if _is_open(incident) else 'sure'}"


def _is_open(incident: Incident) -> bool:
    """Whether no single component is named: nothing is proven, or of some it is not proven which."""
    return incident.verdict is Verdict.NOT_PROVEN or (bool(incident.causes) and incident.causes[0].probability < NAMED_FROM)


def _next_steps(incident: Incident) -> tuple[str, ...]:
    """What to do; a verdict that names nothing says what would settle it."""
    if incident.verdict is not Verdict.NOT_PROVEN and incident.causes and incident.causes[0].next_steps:
        return incident.causes[0].next_steps
    if incident.is_fallback:
        return ("Nothing is broken now: look why these phones had left their own node before.",)
    if incident.verdict is Verdict.ADMINISTRATIVE:
        return ("Look in the call manager's audit log for who reset or changed these phones at that minute.",)
    if incident.unseen:
        return (f"Get what could not be seen: {incident.unseen[0]}.",)
    return ("Capture the switches now and again after the next drop: counters that grow between the two settle it.",)


def _further_steps(incident: Incident) -> tuple[str, ...]:
    """What to do first about each other named cause, where more than one is proven."""
    if _is_open(incident):
        return ()
    named = (cause.next_steps[:1] for cause in incident.causes[1:NAMES_SHOWN] if cause.probability >= NAMED_FROM)
    return tuple(step for steps in named for step in steps)


def _numbers(incident: Incident) -> tuple[tuple[str, str], ...]:
    numbers = [("endpoints dropped", f"{incident.endpoints:,}")]
    if sure := _sure(incident):
        numbers.append(("what is suspected most" if _is_open(incident) else "the verdict", sure))
    if incident.causes:
        mine = sum(phone.cause is not None for phone in incident.phones)
        numbers.append(("of them on what is named", f"{mine:,} of {incident.endpoints:,}"))
    numbers.append(("no common fault", percent(incident.p_nothing_shared)))
    down = f"{incident.still_down:,} of {incident.endpoints:,}" if incident.returns_logged else "not known"
    numbers.append(("not seen to come back", down))
    return tuple(numbers)


def _ranking(incident: Incident) -> tuple[SuspectView, ...]:
    """The first suspects among what the rest of the probability is on."""
    lines = [(suspect.probability, suspect_view(suspect)) for suspect in incident.suspects[:SUSPECTS_SHOWN]]
    lines += [(p, _besides(words, p)) for words, p in _besides_components(incident) if p >= LEAST_BESIDES]
    lines.append((incident.p_nothing_shared, _besides(_NOTHING_SHARED, incident.p_nothing_shared)))
    if _leads_unnamed(incident):  # compared with little else: a full bar would look like a proof
        lines = [(probability, replace(line, width=0.0)) for probability, line in lines]
    return tuple(line for _, line in sorted(lines, key=lambda line: -line[0]))


def _besides(words: str, probability: float) -> SuspectView:
    """A line of the ranking that is about no component."""
    return SuspectView(words, "", percent(probability), percent_width(probability), "", "")


def _incident(number: int, incident: Incident) -> IncidentView:
    return IncidentView(
        number=number,
        anchor=f"incident-{number}",
        id=incident.id,
        verdict=_verdict(incident),
        shared=_shared(incident),
        sure=_sure(incident),
        summary=incident.summary,
        start=f"{incident.start.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
        when=_span(incident.start, incident.end),
        duration=_duration((incident.end - incident.start).total_seconds()),
        endpoints=f"{incident.endpoints:,}",
        numbers=_numbers(incident),
        down=still_down(incident),
        next_steps=_next_steps(incident),
        further_steps=_further_steps(incident),
        causes=tuple(_cause(index, cause) for index, cause in enumerate(incident.causes, start=1)),
        ranking=_ranking(incident),
        unseen=incident.unseen,
        phones=tuple(_phone(phone, incident) for phone in incident.phones[:PHONES_SHOWN]),
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
        counts=f"{cause.affected:,} of {cause.exposed:,}",
        share_width=percent_width(share),
        share=f"{share * 100:.0f} %",
        first=moment_words(cause.first),
        last=moment_words(cause.last),
        evidence_for=tuple(evidence_view(item) for item in cause.evidence_for),
        evidence_against=tuple(evidence_view(item) for item in cause.evidence_against),
        next_steps=cause.next_steps,
    )


def _phone(phone: AffectedPhone, incident: Incident) -> PhoneView:
    gone = "not seen" if incident.returns_logged else "not logged"
    back = gone if phone.back_at is None else f"{phone.back_at.astimezone(UTC):%H:%M:%S}"
    return PhoneView(
        name=phone.phone,
        time=f"{phone.time.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
        reason="" if phone.reason is None else str(phone.reason),
        place=" ".join(filter(None, (phone.device, phone.interface))) if phone.interface else phone.module or phone.device or "not placed",
        node=phone.node,
        back=f"{back} at {phone.back_node}" if phone.back_at is not None and phone.back_node else back,
        cause="" if phone.cause is None else str(phone.cause + 1),
    )


def _span(start: datetime, end: datetime) -> str:
    first, last = start.astimezone(UTC), end.astimezone(UTC)
    until = f"{last:%H:%M:%S}" if first.date() == last.date() else f"{last:%Y-%m-%d %H:%M:%S}"
    return f"{first:%Y-%m-%d %H:%M:%S} to {until} UTC"


def times_told(count: int) -> str:
    """How often, in words."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
