"""The job ``diff``: two looks at the network (folders of captures, or moments of the store), and what changed between them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from switchcorr.audit.compare import compare_looks
from switchcorr.audit.look import COMPARED, Look
from switchcorr.errors import InputFileError, UsageError
from switchcorr.jobs.building import collector_paused
from switchcorr.jobs.correlate import coverage_of
from switchcorr.jobs.inputs.expected import find_unread
from switchcorr.jobs.inputs.network import Network, accounts_of, read_snapshot
from switchcorr.jobs.inputs.readings import EventsRead
from switchcorr.jobs.inputs.request import CampusRequest, Progress, Times, say_nothing
from switchcorr.jobs.store.place import StorePlace
from switchcorr.model.campus import Observation
from switchcorr.model.changes import Comparison
from switchcorr.model.event import EventLog
from switchcorr.model.incident import Correlation
from switchcorr.model.moments import parse_moment
from switchcorr.model.snapshot import Snapshot
from switchcorr.model.tables import Table
from switchcorr.parse.whole import whole_tables
from switchcorr.report.estate_build import make_estate
from switchcorr.report.to_html import render_changes
from switchcorr.settings import Settings
from switchcorr.store.answers import StoredVisit
from switchcorr.store.open import Store
from switchcorr.store.questions import visits_between
from switchcorr.store.snapshots import OLDEST_VISIT, rounds_between, snapshots_at, source_of, visits_of
from switchcorr.text import counted
from switchcorr.topology import CampusOptions, build_campus
from switchcorr.topology.facts.ports import port_facts
from switchcorr.topology.fexes import find_shared

_LAST = re.compile(r"last(?:-(\d{1,4}))?")
_ROUND = timedelta(days=1)
"""A device that was read this much earlier than the newest one of a look was not read in that sweep. Assumed."""


@dataclass(frozen=True, slots=True)
class DiffRequest:
    """Two operands: folders of captures, times, ``last`` or ``last-N``; ``place`` is the store of the latter."""

    before: str
    after: str
    times: Times
    place: StorePlace | None = None
    campus: CampusRequest = field(default_factory=CampusRequest)
    settings: Settings = field(default_factory=Settings)


def looks(request: DiffRequest, progress: Progress = say_nothing) -> tuple[Look, Look]:
    """The two looks, the earlier one first.

    Raises:
        UsageError: an operand is no look.
        InputFileError: a folder cannot be used, or the store knows nothing of that time.
        StoreError: the store cannot be read.
    """
    before, after = _with_same_extenders([_look(request, operand, progress) for operand in (request.before, request.after)], request.campus)
    if before.at is not None and after.at is not None and before.at > after.at:
        return after, before
    return before, after


def _with_same_extenders(looks: Sequence[Look], campus: CampusRequest) -> Sequence[Look]:
    """Looks that agree on which extenders have two parents: where one reached one parent only, the phones there did not move."""
    snapshots = [look.snapshot for look in looks]
    options = replace(_options(campus), beside=snapshots)
    shared = find_shared(snapshots)
    return [
        look if find_shared([look.snapshot]) == shared else replace(look, campus=build_campus([look.snapshot], options)) for look in looks
    ]


def changes_page(found: Comparison, after: Look, now: datetime) -> str:
    """The page of a comparison, with the network of the later look.

    Raises:
        ReportError: a template is missing or wrong.
    """
    result = Correlation(now, None, None, coverage_of(EventsRead(EventLog(), (), (), ()), _network_of(after)), ())
    return render_changes(found, result, estate=make_estate(result, campus=after.campus, ports=port_facts([after.snapshot])))


def _network_of(look: Look) -> Network:
    """What a look rests on; a device of which only older things are known counts as not read."""
    seen, snapshot = look.seen(), look.snapshot
    campus = replace(look.campus, devices=tuple(replace(device, read=device.name in seen) for device in look.campus.devices))
    return Network(campus, tuple(accounts_of(snapshot)), snapshot.warnings, unread=tuple(look.unread))


def compare(before: Look, after: Look, campus: CampusRequest) -> Comparison:
    """Compare two looks, the earlier one first."""
    return compare_looks(before, after, growth_between(before, after, campus))


@collector_paused()
def growth_between(before: Look, after: Look, campus: CampusRequest) -> tuple[Observation, ...]:
    """What two looks together tell of parts. It depends on what devices told and when, and not on the moments of the looks."""
    return build_campus([before.snapshot, after.snapshot], _options(campus)).observations


def _options(campus: CampusRequest) -> CampusOptions:
    return CampusOptions(cores=campus.cores, call_servers=campus.call_servers)


def _look(request: DiffRequest, operand: str, progress: Progress) -> Look:
    folder = Path(operand)
    if folder.is_dir():
        snapshot = read_snapshot(folder, request.settings, progress)
        if not snapshot.devices:
            raise InputFileError(f"{folder}: nothing in it could be used.", hint="Is it a folder of captures?")
        whole = {name: whole_tables(facts) for name, facts in snapshot.devices.items()}
        return look_of(snapshot, str(folder), request.campus, find_unread([folder], list(snapshot.devices)), whole)
    if request.place is None:
        raise UsageError(f"{operand!r} is no folder, and there is no store.", hint="Give two folders of captures, or times with --store.")
    with request.place.open(write=False) as store:
        return stored_look(store, _moment(store, operand, request.times), request.campus)


def _moment(store: Store, operand: str, times: Times) -> datetime:
    ago = _LAST.fullmatch(operand)
    if ago:
        rounds = rounds_between(store, datetime(2000, 1, 1, tzinfo=UTC), times.now)
        back = int(ago[1] or 0)
        if back >= len(rounds):
            raise UsageError(f"{operand}: the store has {counted(len(rounds), 'sweep')} up to {times.now:%Y-%m-%dT%H:%M:%SZ}.")
        return rounds[-1 - back]
    try:
        return parse_moment(operand, zone=times.zone, now=times.now)
    except ValueError as error:
        hint = "Give a folder of captures, a time such as 2026-11-22T06:00 or 7d (ago), or last, last-1..."
        raise UsageError(f"{operand!r}: neither a folder nor a time ({error}).", hint=hint) from error


def stored_look(store: Store, at: datetime, campus: CampusRequest, known: Iterable[Look] = ()) -> Look:
    """The network as it was known at a moment.

    Args:
        known: looks of other moments with the same request. What devices had told by then is made from the store once only.

    Raises:
        InputFileError: nothing was visited up to then.
    """
    visited = visits_of(store, at)
    same = next((look for look in known if visited == {name: facts.taken_at for name, facts in look.snapshot.devices.items()}), None)
    snapshot = (
        replace(same.snapshot, source=source_of(at), taken_at=at) if same is not None else next(iter(snapshots_at(store, [at])), None)
    )
    if snapshot is None:
        raise InputFileError(f"the store knows no visit up to {at:%Y-%m-%dT%H:%M:%SZ}.", hint="`switchcorr store check` tells its span.")
    recent = at - min(OLDEST_VISIT, _ROUND)
    visits = visits_between(store, recent, at)
    whole = {visit.device: visit.whole for visit in (*_older_visits(store, snapshot, recent), *visits) if visit.used and not visit.late}
    name, unread = f"the network of {at:%Y-%m-%d %H:%M:%S} UTC", _unread(visits, snapshot, at)
    if same is not None:
        return Look(name, same.campus, snapshot, unread, _lacking(whole), is_stored=True)
    return replace(look_of(snapshot, name, campus, unread, whole), is_stored=True)


def _older_visits(store: Store, snapshot: Snapshot, recent: datetime) -> Iterator[StoredVisit]:
    """The visits of a snapshot that are older than a moment: what they told whole is not forgotten with the day."""
    for name, facts in snapshot.devices.items():
        if facts.taken_at is not None and facts.taken_at < recent:
            yield from visits_between(store, facts.taken_at, facts.taken_at, switch=name)


def _unread(visits: Sequence[StoredVisit], snapshot: Snapshot, at: datetime) -> dict[str, str]:
    """Devices whose last visit failed, or was not made in the last sweep at all."""
    latest = {name: facts.taken_at for name, facts in snapshot.devices.items() if facts.taken_at is not None}
    newest = max(latest.values(), default=at)
    found = {
        name: f"last read {taken:%Y-%m-%d %H:%M} UTC" for name, taken in latest.items() if newest - taken > _ROUND
    }  # fmt: skip
    for visit in visits:
        if visit.used or visit.late:
            found.pop(visit.device, None)
        else:
            found[visit.device] = visit.failure.removeprefix(f"{visit.device}: ").rstrip(".") or visit.status.value
    return dict(sorted(found.items()))


def look_of(snapshot: Snapshot, name: str, campus: CampusRequest, unread: Mapping[str, str], whole: Mapping[str, frozenset[Table]]) -> Look:
    """A look from what one sweep saw.

    Args:
        whole: tables that each device answered to the end; a device without an entry was not read lately.
    """
    return Look(name, build_campus([snapshot], _options(campus)), snapshot, unread, _lacking(whole))


def _lacking(whole: Mapping[str, frozenset[Table]]) -> dict[str, frozenset[Table]]:
    return {device: COMPARED - tables for device, tables in sorted(whole.items())}


def comparison_document(found: Comparison) -> dict[str, object]:
    """The comparison as ``switchcorr/diff/1``."""
    return {
        "schema": "switchcorr/diff/1",
        "before": found.before, "before_at": _iso(found.before_at), "after": found.after, "after_at": _iso(found.after_at),
        "partial": bool(found.unseen), "unseen": list(found.unseen),
        "changes": change_documents(found),
    }  # fmt: skip


def change_documents(found: Comparison) -> Sequence[dict[str, object]]:
    """Each change as plain values."""
    return [
        {
            "id": one.id, "kind": one.kind.value, "state": one.state.value, "subject": one.subject, "words": one.words,
            "when": _iso(one.when), "before": one.before, "after": one.after, "device": one.device, "phone": one.phone, "note": one.note,
        }
        for one in found.changes
    ]  # fmt: skip


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}"
