"""Prints the incidents of the store; loaded only when the command runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from switchcorr.cli.logs import set_up_logging
from switchcorr.cli.options import Format
from switchcorr.cli.output import chosen_format, csv_text, tell, write_out
from switchcorr.jobs.store.incidents import IncidentsFound, IncidentsRequest, find_incidents
from switchcorr.model.campus import Component
from switchcorr.model.incident import Incident
from switchcorr.report.chronic_view import TITLE as CHRONIC
from switchcorr.report.chronic_view import chronic_views
from switchcorr.report.flapping_view import TITLE, flapping_view
from switchcorr.report.to_json import chronic_json, flapping_json, iso, json_text
from switchcorr.report.to_text import WIDTH, chronic_rows, flapping_rows, table_text
from switchcorr.text import counted, percent

_COLUMNS = ("id", "start", "end", "verdict", "component", "probability", "affected", "exposed", "endpoints", "still_down", "summary")


def show_incidents(request: IncidentsRequest, *, format_: Format | None, verbose: int, quiet: bool) -> None:
    """Print what was found before."""
    set_up_logging(verbose=verbose, quiet=quiet)
    found = find_incidents(request)
    if found.unknown:
        tell(found.unknown)
    rows = [_row(one) for one in found.incidents]
    chosen = chosen_format(format_)
    if chosen is Format.JSON:
        write_out(json_text(_document(request, found, rows)))
        return
    if chosen is Format.CSV:
        write_out(csv_text(_COLUMNS, [["" if row[name] is None else str(row[name]) for name in _COLUMNS] for row in rows]))
        return
    write_out("".join(f"{line}\n" for line in _lines(request, found)))


def _document(request: IncidentsRequest, found: IncidentsFound, rows: list[dict[str, object]]) -> dict[str, object]:
    wanted = request.component
    return {
        "schema": "switchcorr/incidents/1",
        "store": request.place.url.shown,
        "since": iso(found.since),
        "until": iso(found.until),
        "component": None if wanted is None else {"kind": wanted.kind, "id": wanted.id},
        "unknown": found.unknown,
        "incidents": rows,
        "recurring": [
            {
                "component": _name(one.component),
                "bursts": one.bursts,
                "probability": round(one.probability, 4),
                "affected_phones": one.affected_phones,
                "exposed": one.exposed,
            }
            for one in found.recurring
        ],
        "chronic": [{**chronic_json(one.part), "days": one.days} for one in found.chronic],
        "flapping": [{**flapping_json(one.phone), "days": one.days} for one in found.flapping],
    }


def _name(component: Component) -> str:
    return f"{component.kind}:{component.id}"


def _row(incident: Incident) -> dict[str, object]:
    cause = incident.causes[0] if incident.causes else None
    return {
        "id": incident.id,
        "start": iso(incident.start),
        "end": iso(incident.end),
        "verdict": incident.verdict.value,
        "component": _name(cause.component) if cause else None,
        "probability": round(cause.probability, 4) if cause else None,
        "affected": cause.affected if cause else None,
        "exposed": cause.exposed if cause else None,
        "endpoints": incident.endpoints,
        "still_down": incident.still_down,
        "summary": incident.summary,
    }


def _lines(request: IncidentsRequest, found: IncidentsFound) -> list[str]:
    of = f" of {_name(request.component)}" if request.component else ""
    lines = [f"{counted(len(found.incidents), 'incident')}{of} in {counted(request.days, 'day')}"]
    if found.incidents:
        rows = [_cells(one) for one in found.incidents]
        causes = ["cause", *map(_cause, found.incidents)]
        table = table_text(("from (UTC)", "phones", "verdict", "how sure"), rows).rstrip("\n").split("\n")
        lines += ["", *_with_causes(table, causes)]
    if found.recurring:
        lines += ["", "again and again:"]
        for one in found.recurring:
            counts = f"{counted(one.bursts, 'burst')}, {one.affected_phones:,} of its {counted(one.exposed, 'phone')}"
            lines += [f"  {_name(one.component)}", f"      {counts}, {percent(one.probability)} sure"]
    if found.chronic:
        days = [f"on {counted(one.days, 'day')} of these {request.days:,}" for one in found.chronic]
        views = chronic_views([one.part for one in found.chronic])
        lines += ["", f"{CHRONIC}:", *chronic_rows(list(zip(views, days, strict=True)))]
    if view := flapping_view([one.phone for one in found.flapping]):
        days = [f"on {counted(one.days, 'day')} of these {request.days:,}" for one in found.flapping]
        lines += ["", f"{TITLE}:", *flapping_rows(list(zip(view.rows, days, strict=True)))]
    if not (found.unknown or found.incidents or found.recurring or found.chronic or found.flapping):
        tell("`switchcorr correlate --store` and `switchcorr audit` keep what they find.")
    return lines


def _with_causes(table: Sequence[str], causes: Sequence[str]) -> Iterator[str]:
    """Behind each line its cause, or below it where that would be too wide; it is whole, for ``--component`` takes it."""
    width = max(map(len, table))
    for line, cause in zip(table, causes, strict=True):
        joined = f"{line:<{width}}  {cause}"
        yield from (joined,) if len(joined) <= WIDTH else (line, f"    {cause}")


def _cause(incident: Incident) -> str:
    return _name(incident.causes[0].component) if incident.causes else "-"


def _cells(incident: Incident) -> tuple[str, ...]:
    sure = percent(incident.causes[0].probability) if incident.causes else ""
    return f"{incident.start:%Y-%m-%d %H:%M}", f"{incident.endpoints:,}", incident.verdict.value.replace("_", " "), sure
