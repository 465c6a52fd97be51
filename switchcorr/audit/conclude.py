"""From comparisons and incidents to findings, and from findings to what is said of them. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from switchcorr.audit.compare import device_of, with_id
from switchcorr.model.campus import Component
from switchcorr.model.changes import Change, ChangeKind, ChangeState, Comparison, in_order
from switchcorr.model.incident import NAMED_FROM, Correlation, Incident
from switchcorr.model.message import Message, Severity
from switchcorr.text import counted, percent

_RESOLVABLE = frozenset(
    {ChangeKind.DEVICE_UNREACHED, ChangeKind.MODULE_STATUS, ChangeKind.POWER, ChangeKind.ENVIRONMENT, ChangeKind.ERRORS}
)
"""Kinds of which GONE means that all is well again; of the others it means that something is missing."""
_OF_BASELINE = frozenset({ChangeKind.UPLINK, ChangeKind.PHONE_LOST, ChangeKind.DEVICE, ChangeKind.MODULE})
"""Kinds that are found against the baseline: what was lost a day ago is still lost. All others are against the last run."""
ALARMING = frozenset(
    {ChangeKind.RECURRING, ChangeKind.PART_CHRONIC, ChangeKind.DEVICE_UNREACHED, ChangeKind.MODULE_STATUS, ChangeKind.UPLINK,
     ChangeKind.ERRORS, ChangeKind.POWER, ChangeKind.ENVIRONMENT, ChangeKind.RESTART, ChangeKind.PHONE_FLAPPING, ChangeKind.MODULE}
)  # fmt: skip
"""Kinds that somebody is told of. Phones that move and firmware that spreads are ordinary; they stand in the report."""
ORDINARY = frozenset({ChangeKind.PHONE_MOVED, ChangeKind.PHONE_NEW, ChangeKind.SOFTWARE, ChangeKind.PHONE_FIRMWARE, ChangeKind.RESTART})
"""Kinds that happen once: with the next run they are over, and nobody is told of that."""
_SHOWN = 20
PAUSES: Mapping[ChangeKind, timedelta] = {
    ChangeKind.RECURRING: timedelta(days=7),
    ChangeKind.PART_CHRONIC: timedelta(days=1),
    ChangeKind.PHONE_FLAPPING: timedelta(days=1),
}
"""For so long what a correlation told stays so when a run no longer tells it. Assumed: a week holds each kind of day once, so what recurs
pauses no longer; a run looks a day back, and a phone or a part with just enough drops would come and go from run to run."""
_GROWTH_PAUSES = timedelta(days=1)
"""For so long errors that grew stay a finding when they do not grow. Assumed: a bad cable spoils frames while people work, and sweeps come
every quarter of an hour: it would be told anew, and acknowledged in vain, many times a day."""
_AT_DEVICE = frozenset({"port", "asic", "module", "chassis", "switch", "uplink"})
"""Kinds of parts of one switch."""


def lasting(against_baseline: Comparison, against_last: Comparison, correlated: Iterable[Change]) -> tuple[Change, ...]:
    """What is so now, by the looks and by what a correlation tells (``correlated_changes``)."""
    chosen = [change for change in against_baseline.changes if change.kind in _OF_BASELINE]
    chosen += [change for change in against_last.changes if change.kind not in _OF_BASELINE]
    chosen = [change for change in chosen if not (change.kind in _RESOLVABLE and change.state is ChangeState.GONE)]
    return in_order((*chosen, *correlated))


def correlated_changes(result: Correlation) -> tuple[Change, ...]:
    """What a correlation tells of more than one incident: components that explain several bursts, parts whose phones drop one by one, phones that drop again and again."""
    return (*_recurring(result), *_chronic(result), *_flapping(result))


def _flapping(result: Correlation) -> Iterator[Change]:
    for one in result.flapping:
        place = f" ({' '.join(filter(None, (one.device, one.interface)))})" if one.device else ""
        words = (
            f"{one.phone}{place} dropped {one.drops:,} times by itself since {one.first:%Y-%m-%d %H:%M} UTC,"
            f" where other phones do so {one.expected:.1f} times"
        )
        change = Change(ChangeKind.PHONE_FLAPPING, ChangeState.NEW, one.phone, words, result.end, device=one.device, phone=one.phone)
        yield with_id(change)


def _chronic(result: Correlation) -> Iterator[Change]:
    for one in (part for part in result.chronic if part.until is None):
        is_open = one.probability < NAMED_FROM
        others = one.equivalent + (tuple(suspect.component for suspect in one.suspects) if is_open else ())
        also = f", or {_said(others[0])}," if len(others) == 1 else f", or one of {len(others)} others," if others else ""
        since = f" since {one.since:%Y-%m-%d %H:%M} UTC" if one.since is not None else ""
        words = (
            f"phones of {_said(one.component)}{also} drop one by one{since}, {one.ratio:.1f} times as often as others"
            f" ({one.drops:,} drops of {one.dropped:,} of its {counted(one.exposed, 'phone')},"
            f" {percent(one.probability)} {'likely' if is_open else 'sure'})"
        )
        yield _of_part(
            Change(ChangeKind.PART_CHRONIC, ChangeState.NEW, _said(one.component), words, result.end), one.component, one.first_of
        )


def _said(component: Component) -> str:
    return component.label or f"{component.kind.replace('_', ' ')} {component.id}"


def _of_part(change: Change, component: Component, first: Component) -> Change:
    """A change of a part, with its switch and the id of the first of those with the same phones: which leads may change from run to run."""
    device = device_of(component) if component.kind in _AT_DEVICE else ""
    return replace(change, device=device, id=with_id(replace(change, subject=f"{first.kind} {first.id}")).id)


def _recurring(result: Correlation) -> Iterator[Change]:
    for one in result.recurring:
        subject = _said(one.component)
        also = f", or {_said(one.equivalent[0])}," if len(one.equivalent) == 1 else ""
        words = f"{subject}{also} explains {counted(one.bursts, 'burst')} together ({percent(one.probability)} sure, {one.affected_phones} of its {counted(one.exposed, 'phone')})"
        yield _of_part(
            Change(ChangeKind.RECURRING, ChangeState.NEW, subject, words, result.end), one.component, min((one.component, *one.equivalent))
        )


def pausing_changes(known: Iterable[Change], found: Iterable[Change], at: datetime) -> Iterator[Change]:
    """What correlations told lately, though this run's does not: what happens again and again pauses in between (``PAUSES``).

    Args:
        known: findings that last, each with the moment it was found last.
        found: what this run's correlation tells.
    """
    now = {one.id for one in found}
    for one in known:
        if one.kind in PAUSES and one.id not in now and one.when is not None and at - one.when < PAUSES[one.kind]:
            yield replace(one, note="")


def resting_errors(
    known: Iterable[Change], found: Iterable[Change], against_last: Comparison, fresh: Container[str], at: datetime
) -> Iterator[Change]:
    """Errors that grew within the last day, of switches that were read again and showed no more of them (``_GROWTH_PAUSES``).

    Args:
        known: findings that last, each with the moment it was found last.
        found: what is so now.
        against_last: what it says is well again rests no more: two ends that agree about duplex.
        fresh: switches that were read since the last run.
    """
    told = {one.id for one in (*found, *against_last.changes)}
    for one in known:
        if one.kind is not ChangeKind.ERRORS or one.id in told or one.device not in fresh or one.when is None:
            continue
        if at - one.when < _GROWTH_PAUSES:
            yield replace(one, words=f"{one.after or one.words} (not since {one.when:%Y-%m-%d %H:%M} UTC)", note="")


def needs_a_look(change: Change) -> bool:
    """Whether a finding is over only when its switch was read again: not what happens once, nor what a correlation tells."""
    return change.kind not in ORDINARY and change.kind not in PAUSES


def incident_changes(incidents: Sequence[Incident], known: Container[str], planned: Mapping[str, str] | None = None) -> Iterator[Change]:
    """Incidents of a run: new, or told before; with the names of the planned work they belong to."""
    for one in incidents:
        cause = one.causes[0].component if one.causes else None
        state = ChangeState.ONGOING if one.id in known else ChangeState.NEW
        subject = _said(cause) if cause else one.verdict.value.replace("_", " ")
        device = device_of(cause) if cause is not None and one.verdict.value == "network" else ""
        words, names = one.summary or f"{counted(one.endpoints, 'phone')} dropped", (planned or {}).get(one.id, "")
        note = f"planned: {names}" if names else ""
        yield Change(ChangeKind.INCIDENT, state, subject, words, one.start, device=device, note=note, id=one.id)


def alarms(changes: Iterable[Change]) -> tuple[Change, ...]:
    """New findings that nobody knows of yet and that somebody is to be told of."""
    return tuple(one for one in changes if one.state is ChangeState.NEW and not one.note and one.kind in ALARMING)


def open_findings(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Everything alarming that lasts and that nobody has acknowledged or planned."""
    return tuple(one for one in changes if one.state is not ChangeState.GONE and not one.is_known and one.kind in ALARMING)


def findings_message(changes: Sequence[Change], at: datetime, *, link: str = "", attachment: str = "") -> Message | None:
    """One message for all new findings of a run; None if there is nothing to tell."""
    told = alarms(changes)
    if not told:
        return None
    count = f"{len(told)} new finding{'' if len(told) == 1 else 's'}"
    lines = [f"- {one.words}" for one in told[:_SHOWN]]
    lines += [f"... and {len(told) - _SHOWN} more"] if len(told) > _SHOWN else []
    lines += [f"More: {link}"] if link else []
    lines += ["Acknowledge with: switchcorr findings --ack ID", *(f"  {one.id}" for one in told[:_SHOWN])]
    title = f"switchcorr: {count}: {told[0].words}"
    return Message(f"findings/{at:%Y%m%dT%H%M%S%fZ}", title[:140], "\n".join(lines), Severity.WARNING, link, attachment)
