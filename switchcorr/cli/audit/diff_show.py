"""Prints what changed between two looks; loaded only when a command runs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from switchcorr.cli.logs import set_up_logging
from switchcorr.cli.options import Format
from switchcorr.cli.output import chosen_format, csv_text, tell, write_out
from switchcorr.cli.progress import ProgressView
from switchcorr.errors import ExitCode
from switchcorr.jobs.diff import DiffRequest, change_documents, changes_page, compare, comparison_document, looks
from switchcorr.jobs.report import write_page
from switchcorr.model.changes import Change, ChangeKind, ChangeState, Comparison
from switchcorr.report.to_json import json_text

_MOST_OF_A_KIND = 12
_MARKS = {ChangeState.NEW: "+", ChangeState.ONGOING: "=", ChangeState.GONE: "-"}
_HEADINGS = {
    ChangeKind.DEVICE_UNREACHED: "Switches that were not read", ChangeKind.MODULE_STATUS: "Modules that are not well",
    ChangeKind.UPLINK: "Links between switches", ChangeKind.ERRORS: "Errors", ChangeKind.POWER: "Power", ChangeKind.ENVIRONMENT: "Environment",
    ChangeKind.RESTART: "Restarts", ChangeKind.PHONE_LOST: "Phones that are gone", ChangeKind.PHONE_MOVED: "Phones that moved",
    ChangeKind.PHONE_NEW: "New phones", ChangeKind.PHONE_UNPLACED: "Phones without a place", ChangeKind.DEVICE: "Switches",
    ChangeKind.MODULE: "Modules put in, taken out, exchanged", ChangeKind.SOFTWARE: "Software", ChangeKind.PHONE_FIRMWARE: "Firmware of phones",
    ChangeKind.COVERAGE: "What could be read", ChangeKind.INCIDENT: "Incidents", ChangeKind.RECURRING: "Again and again",
    ChangeKind.PHONE_FLAPPING: "Phones that drop again and again, each by itself",
    ChangeKind.PART_CHRONIC: "Parts whose phones drop one by one",
}  # fmt: skip


def show_diff(request: DiffRequest, *, report: Path | None, format_: Format | None, verbose: int, quiet: bool) -> ExitCode:
    """Print what changed; the exit code says whether anything did."""
    set_up_logging(verbose=verbose, quiet=quiet)
    with ProgressView(quiet=quiet) as progress:
        before, after = looks(request, progress)
    found = compare(before, after, request.campus)
    if report is not None:
        write_page(changes_page(found, after, request.times.now), report)
        if not quiet:
            tell(f"report: {report}")
    chosen = chosen_format(format_)
    if chosen is Format.JSON:
        write_out(json_text(comparison_document(found)))
    elif chosen is Format.CSV:
        rows = change_documents(found)
        columns = ("id", "kind", "state", "subject", "words", "when", "before", "after", "device", "phone", "note")
        write_out(csv_text(columns, [[str(row[name] or "") for name in columns] for row in rows]))
    else:
        write_out("".join(f"{line}\n" for line in comparison_lines(found)))
    if found.changes:
        return ExitCode.FINDINGS
    return ExitCode.PARTIAL if found.unseen else ExitCode.DONE


def comparison_lines(found: Comparison, *, headed: bool = True) -> Iterator[str]:
    """The comparison for people, by kind; of many of a kind the first ones and how many more.

    Args:
        headed: whether the two looks are told; those of a first audit are one.
    """
    if headed:
        yield from wrapped_line(f"From {found.before} to {found.after}: {_count(len(found.changes))}.", "")
    for kind, group in groupby(found.changes, key=lambda change: (change.is_known, change.kind)):
        changes = list(group)
        yield ""
        yield f"{_HEADINGS[kind[1]]}{' (known)' if kind[0] else ''}: {len(changes)}"
        for change in changes[:_MOST_OF_A_KIND]:
            yield from _change(change)
        if len(changes) > _MOST_OF_A_KIND:
            yield f"    ... and {len(changes) - _MOST_OF_A_KIND} more; --format json lists all"
    for sentence in found.unseen:
        yield ""
        yield from wrapped_line(f"Not seen: {sentence}", "  ")
    if found.changes:
        yield ""
        yield "+ new   = as before   - over"


def _count(changes: int) -> str:
    return "nothing changed" if not changes else f"{changes} change{'' if changes == 1 else 's'}"


def _change(change: Change) -> Iterator[str]:
    at = f"{change.when:%Y-%m-%d %H:%M} UTC: " if change.kind is ChangeKind.INCIDENT and change.when is not None else ""
    yield from wrapped_line(f"  {_MARKS[change.state]} {at}{change.words}{f' [{change.note}]' if change.note else ''}", "    ")


def wrapped_line(text: str, indent: str) -> list[str]:
    """A text of at most 80 columns; what follows its first line is indented."""
    return textwrap.wrap(text, 80, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
