"""What changed between two looks, as the page shows it: the headline, the counts, and each kind with its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from switchcorr.model.changes import Change, ChangeKind, ChangeState, Comparison, in_order
from switchcorr.report.clock import full_time

ROWS_SHOWN = 300
"""Of one kind."""
KIND_WORDS: dict[ChangeKind, str] = {
    ChangeKind.INCIDENT: "Incidents",
    ChangeKind.RECURRING: "Again and again",
    ChangeKind.PART_CHRONIC: "Parts whose phones drop one by one",
    ChangeKind.DEVICE_UNREACHED: "Switches that could not be read",
    ChangeKind.MODULE_STATUS: "Status of modules",
    ChangeKind.UPLINK: "Uplinks",
    ChangeKind.ERRORS: "Error counters",
    ChangeKind.POWER: "Power",
    ChangeKind.ENVIRONMENT: "Fans, temperatures, power supplies",
    ChangeKind.RESTART: "Restarts",
    ChangeKind.PHONE_FLAPPING: "Phones that drop again and again, each by itself",
    ChangeKind.PHONE_LOST: "Phones that are gone",
    ChangeKind.PHONE_MOVED: "Phones that moved",
    ChangeKind.PHONE_NEW: "New phones",
    ChangeKind.PHONE_UNPLACED: "Phones whose port is not known",
    ChangeKind.DEVICE: "Switches that came or went",
    ChangeKind.MODULE: "Modules put in, taken out or exchanged",
    ChangeKind.SOFTWARE: "Software of switches",
    ChangeKind.PHONE_FIRMWARE: "Firmware of phones",
    ChangeKind.COVERAGE: "What could be read",
}
STATE_WORDS: dict[ChangeState, str] = {ChangeState.NEW: "new", ChangeState.ONGOING: "goes on", ChangeState.GONE: "ended"}


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change; ``link`` opens its switch or its phone on this page, empty where the page has neither."""

    state: str
    css: str
    subject: str
    link: str
    words: str
    values: str
    when: str
    note: str


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """The changes of one kind, those that nobody knows of first."""

    anchor: str
    title: str
    counts: str
    rows: tuple[ChangeRow, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class ChangesView:
    """All changes.

    Attributes:
        span: what is compared, with its times.
        numbers: label and value.
    """

    headline: str
    span: str
    numbers: tuple[tuple[str, str], ...]
    groups: tuple[ChangeGroup, ...]
    unseen: tuple[str, ...]


def changes_view(comparison: Comparison, *, switches: Container[str] = (), phones: Container[str] = ()) -> ChangesView:
    """The changes of a comparison.

    Args:
        comparison: the changes, in any order.
        switches: names of the switches that the page can open.
        phones: names of the phones that it can open.
    """
    changes = in_order(comparison.changes)
    by_kind: dict[ChangeKind, list[Change]] = {kind: [] for kind in ChangeKind}
    for change in changes:
        by_kind[change.kind].append(change)
    states = Counter(change.state for change in changes if not change.is_known)
    known = sum(change.is_known for change in changes)
    return ChangesView(
        headline=_headline(comparison, states, known),
        span=f"{_look(comparison.before, comparison.before_at)} against {_look(comparison.after, comparison.after_at)}",
        numbers=(
            *((STATE_WORDS[state], f"{states[state]:,}") for state in ChangeState),
            ("known to somebody", f"{known:,}"),
            ("could not be compared", f"{len(comparison.unseen):,}"),
        ),
        groups=tuple(_group(kind, found, switches, phones) for kind, found in by_kind.items() if found),
        unseen=comparison.unseen,
    )


def _headline(comparison: Comparison, states: Counter[ChangeState], known: int) -> str:
    parts = [f"{states[state]:,} {STATE_WORDS[state]}" for state in ChangeState if states[state]]
    if known:
        parts.append(f"{known:,} known to somebody")
    if parts:
        return f"Since {comparison.before}: {', '.join(parts)}."
    if comparison.unseen:
        return f"Nothing changed since {comparison.before} in what could be compared."
    return f"Nothing changed since {comparison.before}."


def _look(name: str, at: datetime | None) -> str:
    moment = f"{full_time(at.timestamp())} UTC" if at is not None else ""
    return name if moment in name else f"{name} ({moment})"


def _group(kind: ChangeKind, changes: Sequence[Change], switches: Container[str], phones: Container[str]) -> ChangeGroup:
    states = Counter(change.state for change in changes)
    return ChangeGroup(
        anchor=f"changes-{kind.value.replace('_', '-')}",
        title=KIND_WORDS[kind],
        counts=", ".join(f"{states[state]:,} {STATE_WORDS[state]}" for state in ChangeState if states[state]),
        rows=tuple(_row(change, switches, phones) for change in changes[:ROWS_SHOWN]),
        left_out=max(0, len(changes) - ROWS_SHOWN),
    )


def _values(change: Change) -> str:
    """What was there before and after; empty where the words of the change are that."""
    told = {change.before, change.after} - {""}
    return f"{change.before or 'nothing'} → {change.after or 'nothing'}" if told - {change.words} else ""


def _row(change: Change, switches: Container[str], phones: Container[str]) -> ChangeRow:
    if change.phone in phones:
        link = f"phone={quote(change.phone, safe='')}"
    else:
        link = f"switch={quote(change.device, safe='')}" if change.device in switches else ""
    return ChangeRow(
        state=STATE_WORDS[change.state],
        css=f"state-{change.state.value}",
        subject=change.subject,
        link=link,
        words=change.words,
        values=_values(change),
        when=full_time(change.when.timestamp()) if change.when else "",
        note=change.note,
    )
