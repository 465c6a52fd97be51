"""Runs the jobs of the store and prints what came of it; loaded only when a command runs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from switchcorr.cli.logs import set_up_logging
from switchcorr.cli.options import Format
from switchcorr.cli.output import chosen_format, table_or_json, tell, write_out
from switchcorr.cli.placement_rows import write_placement_documents
from switchcorr.cli.progress import ProgressView
from switchcorr.errors import ExitCode
from switchcorr.jobs.inputs.events import refuse_strange_zones
from switchcorr.jobs.inputs.request import Times
from switchcorr.jobs.store.captures import export_captures
from switchcorr.jobs.store.importing import ImportOutcome, ImportRequest, import_folder, import_sweep
from switchcorr.jobs.store.ingest import IngestedFile, IngestOutcome, ingest
from switchcorr.jobs.store.locate import StoredQuestion, locate_in_store, stored_placements
from switchcorr.jobs.store.place import StorePlace, store_place
from switchcorr.jobs.store.upkeep import back_up_store, check_store, compact_store, reparse_store
from switchcorr.model.event import EventFileAccount
from switchcorr.report.placements import placement_document, placement_lines
from switchcorr.report.to_json import iso, json_text
from switchcorr.report.to_text import table_text
from switchcorr.settings import Settings
from switchcorr.store.answers import StoredPlace
from switchcorr.store.checking import CheckOutcome
from switchcorr.text import clean, counted, first_few

_TIMES = ("since", "until")
_SHOWN = 5
_MB = 1e6


def show_stored_location(question: StoredQuestion, *, format_: Format | None, verbose: int, quiet: bool) -> None:
    """Print where a phone was, or which phones a part carried."""
    set_up_logging(verbose=verbose, quiet=quiet)
    answer = locate_in_store(question)
    chosen = chosen_format(format_)
    if chosen is Format.TABLE and question.phone:
        lines = [line for one in answer.places for line in _lines(one)]
        lines += [line for one in answer.unplaced for line in placement_lines(one)]
        write_out("".join(f"{line}\n" for line in lines))
    else:
        documents = [_document(one) for one in answer.places]
        documents += [{**placement_document(one), "since": "", "until": ""} for one in answer.unplaced]
        write_placement_documents(documents, chosen, more=_TIMES, shown=_TIMES)
    if answer.asked and not quiet:
        tell(answer.asked)


def show_stored_placements(place: StorePlace, at: datetime, *, format_: Format | None, verbose: int, quiet: bool) -> None:
    """Print where every phone was."""
    set_up_logging(verbose=verbose, quiet=quiet)
    documents = [_document(one) for one in stored_placements(place, at)]
    write_placement_documents(documents, chosen_format(format_), more=_TIMES, shown=_TIMES)


def _document(one: StoredPlace) -> dict[str, str | int | float | None]:
    return {
        **placement_document(one.placement),
        "since": iso(one.since),
        "until": iso(one.until) if one.until else "",
        "last_seen": iso(one.confirmed_at) if one.confirmed_at else "",
    }


def _lines(one: StoredPlace) -> list[str]:
    """A place for people, with the times it holds for."""
    first, *rest = placement_lines(one.placement)
    until = f", until {iso(one.until)}" if one.until else ""
    seen = f", last seen {iso(one.confirmed_at)}" if one.confirmed_at else ""
    gone = [] if one.holds else ["  gone       it was nowhere at that moment; this is its last place before"]
    return [first, f"  since      {iso(one.since)}{until}{seen}", *gone, *(line for line in rest if not line.startswith("  last seen"))]


def show_exported_captures(place: StorePlace, at: datetime, directory: Path, *, format_: Format | None, verbose: int, quiet: bool) -> bool:
    """Write the captured text of a moment into a folder and say so; whether that of some device is missing."""
    set_up_logging(verbose=verbose, quiet=quiet)
    chosen = table_or_json(format_, "what was written gives")
    with ProgressView(quiet=quiet) as progress:
        written = export_captures(place, at, directory, progress)
    if chosen is Format.JSON:
        document = {
            "schema": "switchcorr/exported-captures/1",
            "store": place.url.shown,
            "at": iso(at),
            "directory": str(directory),
            "files": written.files,
            "devices": [{"device": name, "visited_at": iso(visited)} for name, visited in written.folders],
            "missing": [{"device": one.device, "visited_at": iso(one.visited_at), "reason": one.reason} for one in written.lacking],
        }
        write_out(json_text(document))
    else:
        write_out(f"{directory}: {counted(len(written.folders), 'device')}, {counted(written.files, 'file')}, as of {iso(at)}\n")
    for one in written.lacking[:_SHOWN]:
        tell(f"missing: {one.device}, visited {iso(one.visited_at)}: {one.reason}")
    if len(written.lacking) > _SHOWN:
        tell(f"missing: and {counted(len(written.lacking) - _SHOWN, 'more device')}")
    return bool(written.lacking)


def show_import(request: ImportRequest, *, format_: Format | None, verbose: int, quiet: bool) -> bool:
    """Take a folder into the store and print what became of it; whether something of it is missing."""
    set_up_logging(verbose=verbose, quiet=quiet)
    chosen = table_or_json(format_, "what was taken in gives")
    with ProgressView(quiet=quiet) as progress:
        outcome = import_folder(request, progress)
    if chosen is Format.JSON:
        write_out(json_text(_import_document(outcome, request.place)))
    else:
        counts = ", ".join(f"{count} {kind.value}" for kind, count in sorted(outcome.visits.items(), key=lambda one: one[0].value))
        write_out(f"{outcome.sweep}: {counts} visits; {outcome.raw_bytes / _MB:.1f} MB of text; {request.place.url.shown}\n")
    for label, names in (("nothing of", outcome.failed), ("older than what is known of", outcome.late)):
        if names:
            tell(f"missing: {label} {first_few(names, _SHOWN)}")
    for account in outcome.quarantined[:_SHOWN]:
        tell(f"missing: {account.file}: {account.reason}")
    if len(outcome.quarantined) > _SHOWN:
        tell(f"missing: and {counted(len(outcome.quarantined) - _SHOWN, 'more file')}")
    for sentence in () if quiet else outcome.warnings:
        tell(f"note: {sentence}")
    return outcome.is_partial


def keep_sweep(folder: Path, given: str, settings: Settings, code: ExitCode, *, quiet: bool) -> ExitCode:
    """Take the captures of a sweep into the store and say so on stderr; the exit code of both together."""
    place = store_place(given, settings, os.environ)
    with ProgressView(quiet=quiet) as progress:
        outcome = import_sweep(ImportRequest(folder, place, datetime.now(UTC), settings), progress)
    if not quiet:
        counts = ", ".join(f"{count} {kind.value}" for kind, count in sorted(outcome.visits.items(), key=lambda one: one[0].value))
        tell(f"store: {counts}; {place.url.shown}")
    return ExitCode.PARTIAL if code is ExitCode.DONE and outcome.is_partial else code


def _import_document(outcome: ImportOutcome, place: StorePlace) -> dict[str, object]:
    return {
        "schema": "switchcorr/store-import/1",
        "store": place.url.shown,
        "sweep": outcome.sweep,
        "visits": {kind.name.lower(): count for kind, count in sorted(outcome.visits.items(), key=lambda one: one[0].name)},
        "failed": list(outcome.failed),
        "late": list(outcome.late),
        "quarantined": [{"device": one.device, "file": one.file, "reason": one.reason} for one in outcome.quarantined],
        "raw_bytes": outcome.raw_bytes,
    }


def show_ingest(paths: Sequence[Path], place: StorePlace, times: Times, *, format_: Format | None, verbose: int, quiet: bool) -> bool:
    """Take event files into the store and print what became of them; whether one could not be used."""
    set_up_logging(verbose=verbose, quiet=quiet)
    chosen = table_or_json(format_, "what was taken in gives")
    refuse_strange_zones(paths, times)
    with ProgressView(quiet=quiet) as progress:
        outcome = ingest(paths, place, times, progress)
    if chosen is Format.JSON:
        write_out(json_text(_ingest_document(outcome, place)))
    else:
        rows = [[file.file, str(file.new), str(file.known), _said(file)] for file in outcome.files]
        write_out(table_text(("file", "new", "known", "note"), rows))
    for file in outcome.files:
        if file.problem:
            tell(f"missing: {file.problem}")
        elif file.account is not None and not file.account.events:
            tell(f"missing: {file.account.no_event}")
    for sentence in () if quiet else outcome.assumptions:
        tell(f"assumed: {sentence}")
    for file in () if quiet else outcome.files:
        if file.account is not None and file.account.events and file.account.unrecognised:
            tell(f"note: {_not_understood(file.account)}")
    for sentence in () if quiet else (warning for file in outcome.files if file.account is not None for warning in file.account.warnings):
        tell(f"note: {sentence}")
    return outcome.is_partial


def _not_understood(account: EventFileAccount) -> str:
    """How many lines of a file no format knows, with the first as an example."""
    count = account.unrecognised
    first = f", the first, line {account.samples[0].line:,}: {clean(account.samples[0].text, limit=120)!r}" if account.samples else ""
    were = "was" if count == 1 else "were"
    return f"{account.file}: {count:,} of {counted(account.lines, 'line')} {were} not understood{first}"


def _said(file: IngestedFile) -> str:
    if file.problem:
        return "no times" if file.timeless and not file.new + file.known else "could not be read"
    return "nothing new" if file.is_known else f"{file.timeless} without a time not stored" if file.timeless else ""


def _ingest_document(outcome: IngestOutcome, place: StorePlace) -> dict[str, object]:
    return {
        "schema": "switchcorr/ingest/1",
        "store": place.url.shown,
        "new": outcome.new,
        "files": [
            {
                "file": one.file,
                "new": one.new,
                "known": one.known,
                "without_time": one.timeless,
                "nothing_new": one.is_known,
                "from_line": one.from_line,
                "lines": one.account.lines if one.account is not None else None,
                "unrecognised": one.account.unrecognised if one.account is not None else None,
                "samples": [{"line": line.line, "text": line.text} for line in one.account.samples] if one.account is not None else [],
                "problem": one.problem or None,
            }
            for one in outcome.files
        ],
        "assumptions": list(outcome.assumptions),
    }


def show_compact(place: StorePlace, settings: Settings, now: datetime, *, verbose: int, quiet: bool) -> bool:
    """Bundle and retire; whether some text could not be read."""
    set_up_logging(verbose=verbose, quiet=quiet)
    done = compact_store(place, settings, now=now)
    document = {
        "schema": "switchcorr/store-compact/1",
        "store": place.url.shown,
        "bundles": done.bundled.bundles,
        "visits_bundled": done.bundled.visits,
        "rows_removed": done.retired.rows,
        "files_removed": done.retired.files + done.orphans.files,
        "bytes_freed": done.bundled.freed_bytes + done.retired.freed_bytes + done.orphans.freed_bytes,
        "damaged": list(done.bundled.damaged),
        "files_left": done.orphans.left,
        "visits_waiting": done.retired.waiting,
    }
    write_out(json_text(document))
    for sentence in done.bundled.damaged[:_SHOWN]:
        tell(f"missing: {sentence}")
    for problem in done.problems:
        tell(f"note: {problem}")
    return bool(done.bundled.damaged or done.problems)


def show_reparse(place: StorePlace, settings: Settings, *, verbose: int, quiet: bool) -> bool:
    """Read kept text again; whether some could not be read."""
    set_up_logging(verbose=verbose, quiet=quiet)
    with ProgressView(quiet=quiet) as progress:
        done = reparse_store(place, settings, progress, now=datetime.now(UTC))
    document = {
        "schema": "switchcorr/store-reparse/1",
        "store": place.url.shown,
        "sweeps": done.sweeps,
        "visits": {kind.name.lower(): count for kind, count in sorted(done.visits.items(), key=lambda one: one[0].name)},
        "unreadable": list(done.unreadable),
    }
    write_out(json_text(document))
    for sentence in done.unreadable[:_SHOWN]:
        tell(f"missing: {sentence}")
    return bool(done.unreadable)


def show_backup(place: StorePlace, target: Path, *, verbose: int, quiet: bool) -> bool:
    """Copy the store; whether the copy is not whole, as the store itself is not."""
    set_up_logging(verbose=verbose, quiet=quiet)
    done = back_up_store(place, target)
    document = {
        "schema": "switchcorr/store-backup/1",
        "store": place.url.shown,
        "database": str(done.database),
        "files": done.files,
        "problems": list(done.problems),
    }
    write_out(json_text(document))
    for problem in done.problems[:_SHOWN]:
        tell(f"problem: {problem}")
    if done.problems:
        tell("this copy is not whole, and neither is the store: keep the older backups (`switchcorr store check`, docs/store.md)")
    return bool(done.problems)


def show_check(place: StorePlace, *, deep: bool, format_: Format | None, verbose: int, quiet: bool) -> bool:
    """Look the store through; whether something is wrong."""
    set_up_logging(verbose=verbose, quiet=quiet)
    chosen = table_or_json(format_, "what was looked through gives")
    found = check_store(place, now=datetime.now(UTC), deep=deep)
    if chosen is Format.JSON:
        write_out(json_text(_check_document(found, place)))
    else:
        write_out("".join(f"{line}\n" for line in _check_lines(found, place)))
    for sentence in () if quiet else found.notes:
        tell(f"note: {sentence}")
    return bool(found.problems)


def _check_document(found: CheckOutcome, place: StorePlace) -> dict[str, object]:
    return {
        "schema": "switchcorr/store-check/1",
        "store": place.url.shown,
        "problems": list(found.problems),
        "rows": found.rows,
        "first_visit": iso(found.first) if found.first else None,
        "last_visit": iso(found.last) if found.last else None,
        "database_bytes": found.database_bytes,
        "raw_bytes": found.raw_bytes,
        "pending_visits": found.pending,
        "files_left_over": found.orphans,
        "notes": list(found.notes),
    }


def _check_lines(found: CheckOutcome, place: StorePlace) -> list[str]:
    span = f"visits from {iso(found.first)} to {iso(found.last)}" if found.first and found.last else "no visits yet"
    lines = [
        f"{place.url.shown}: {span}",
        f"  database {found.database_bytes / _MB:.1f} MB, captured text {found.raw_bytes / _MB:.1f} MB",
        *(f"  {count:>11,} {name}" for name, count in sorted(found.rows.items()) if count),
    ]
    if found.pending:
        lines.append(f"  {counted(found.pending, 'visit')} to be read again: run `switchcorr store reparse` once more")
    if found.orphans:
        lines.append(
            f"  {counted(found.orphans, 'file')} of captured text that no visit names: `switchcorr store compact` removes what was kept more than a day ago"
        )
    return lines + ([f"problem: {problem}" for problem in found.problems] or ["ok"])
