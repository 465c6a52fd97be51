"""Prints findings, acknowledges them, writes planned work down; loaded only when the command runs."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from switchcorr.cli.audit.diff_show import wrapped_line
from switchcorr.cli.options import Format
from switchcorr.cli.output import chosen_format, csv_text, tell, write_out
from switchcorr.errors import UsageError
from switchcorr.jobs.store.place import StorePlace
from switchcorr.model.mask import Mask
from switchcorr.report.to_json import iso, json_text
from switchcorr.store.findings import StoredFinding, acknowledge, findings, masks_of, put_mask

_COLUMNS = ("id", "kind", "subject", "words", "device", "phone", "first_at", "last_at", "gone_at", "note")


def show_findings(place: StorePlace, now: datetime, *, all_: bool, format_: Format | None) -> None:
    """Print what lasts, or everything."""
    with place.open(write=False) as store:
        found, masks = findings(store, all_=all_), masks_of(store)
    rows = [_row(one) for one in found]
    chosen = chosen_format(format_)
    planned = [(one, *one.time_at(now)) for one in masks if one.zone or one.end > now]
    if chosen is Format.JSON:
        told = [
            {"name": one.name, "start": iso(start), "end": iso(end), "devices": one.devices, "note": one.note, "weekly": one.zone}
            for one, start, end in planned
        ]
        write_out(json_text({"schema": "switchcorr/findings/1", "findings": rows, "planned": told}))
    elif chosen is Format.CSV:
        write_out(csv_text(_COLUMNS, [[str(row[name] or "") for name in _COLUMNS] for row in rows]))
    else:
        lines = [f"{len(found)} finding{'' if len(found) == 1 else 's'}"]
        for one in found:
            over = f", over {one.gone_at:%Y-%m-%d %H:%M}" if one.gone_at else ""
            note = f" [{one.change.note}]" if one.change.note else ""
            lines += [one.change.id, *wrapped_line(f"  {one.change.words}{note}", "  "), f"  since {one.first_at:%Y-%m-%d %H:%M} UTC{over}"]
        lines += [f"planned: {_words(one, start, end)} {one.note}".rstrip() for one, start, end in planned]
        write_out("".join(f"{line}\n" for line in lines))


def _words(one: Mask, start: datetime, end: datetime) -> str:
    every = f" and every week ({one.zone})" if one.zone else ""
    return f"{one.name}, {iso(start)} to {iso(end)}{every}, {one.devices or 'all switches'}"


def _row(one: StoredFinding) -> dict[str, object]:
    change = one.change
    return {
        "id": change.id, "kind": change.kind.value, "subject": change.subject, "words": change.words, "device": change.device,
        "phone": change.phone, "first_at": iso(one.first_at), "last_at": iso(one.last_at),
        "gone_at": iso(one.gone_at) if one.gone_at else None, "note": change.note,
    }  # fmt: skip


def acknowledge_findings(place: StorePlace, ids: list[str], note: str, now: datetime) -> None:
    """Write down that somebody knows.

    Raises:
        UsageError: an id is that of no finding that lasts; the others are acknowledged.
    """
    with place.open(write=True) as store:
        unknown = acknowledge(store, ids, note, now=now)
    if unknown:
        raise UsageError(f"no finding that lasts: {', '.join(unknown)}.", hint="`switchcorr findings` lists them with their ids.")
    tell(f"{len(ids)} acknowledged")


def zone_name(zone: tzinfo) -> str:
    """The zone by whose clocks work comes every week; one with a fixed distance from UTC never changes its clocks, as UTC."""
    return zone.key if isinstance(zone, ZoneInfo) else "UTC"


def plan_work(place: StorePlace, planned: Mask) -> None:
    """Write planned work down.

    Raises:
        UsageError: work of every week would last longer than a week.
    """
    if planned.zone and planned.end - planned.start > timedelta(weeks=1):
        raise UsageError("--weekly: the work lasts longer than a week.", hint="Without --weekly it is planned once.")
    with place.open(write=True) as store:
        put_mask(store, planned)
    tell(f"planned: {_words(planned, planned.start, planned.end)}")
