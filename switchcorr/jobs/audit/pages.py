"""The pages of an audit: its report, the page of all past ones, and what becomes of old ones."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from switchcorr.errors import InputFileError
from switchcorr.files import OwnFolder, write_whole
from switchcorr.jobs.audit.request import AuditOutcome, AuditRequest
from switchcorr.jobs.inputs.request import CorrelateRequest, say_nothing
from switchcorr.jobs.report import estate_of, network_alone, write_page
from switchcorr.jobs.store.network import SOUGHT, StoredSource
from switchcorr.jobs.sweep.state import SWEEPS
from switchcorr.report.past import PastAudit
from switchcorr.report.to_html import render_changes, render_html, render_past

INDEX = "index.html"
_PAGE = re.compile(r"audit-(\d{8}T\d{6}Z)\.html")
_SWEEP = re.compile(r"(\d{8}T\d{6}Z)(?:-\d+)?")
_STAMP = "%Y%m%dT%H%M%SZ"


def write_page_of(request: AuditRequest, outcome: AuditOutcome) -> Path | None:
    """Write the report of a run: its incidents and what changed, or without any events what changed alone; None if nothing is known.

    Raises:
        InputFileError: the file cannot be written.
        ReportError: a template is missing or wrong.
        StoreError: the store cannot be read.
    """
    answer, changes = outcome.conclusions.answer, outcome.conclusions.changes
    if answer is None and changes.after_at is None:
        return None
    path = _folder(request) / f"audit-{outcome.at:{_STAMP}}.html"
    if answer is not None:
        write_page(render_html(answer.result, estate=estate_of(answer), changes=changes), path)
        return path
    stored = StoredSource(request.place, outcome.at - SOUGHT, outcome.at)
    asked = CorrelateRequest(replace(request.times, now=outcome.at), replace(request.campus, stored=stored), settings=request.settings)
    network = network_alone(asked, say_nothing)
    write_page(render_changes(changes, network.result, estate=estate_of(network)), path)
    return path


def _folder(request: AuditRequest) -> Path:
    """The folder of the reports, made if it is not there."""
    with OwnFolder.at(request.reports) as folder:
        return folder.path


def write_index(request: AuditRequest, runs: Sequence[tuple[datetime, Mapping[str, Any]]]) -> Path:
    """Write the page of all past audits, the newest first.

    Raises:
        InputFileError: the file cannot be written.
        ReportError: a template is missing or wrong.
    """
    path = _folder(request) / INDEX
    write_whole(path, render_past([_row(request.reports, at, summary) for at, summary in runs]))
    return path


def _row(reports: Path, at: datetime, summary: Mapping[str, Any]) -> PastAudit:
    page = str(summary["page"])
    problems = summary["problems"]
    words = f"{summary['devices_read']} of {summary['devices']} switches read" if summary["devices"] else "no sweep of its own"
    words += f"; {'; '.join(problems)}" if problems else ""
    there = page if page and (reports / page).is_file() else ""
    return PastAudit(f"{at:%Y-%m-%d %H:%M:%S}", there, len(summary["new_incidents"]), int(summary["new"]), int(summary["open"]), words)


def tidy(request: AuditRequest, now: datetime) -> int:
    """Remove reports that are older than facts are kept, and folders of sweeps older than captured text is: the store has it. How many.

    Raises:
        InputFileError: something could not be removed.
    """
    settings = request.settings
    pages = _older(request.reports, _PAGE, now - timedelta(days=settings.fact_days))
    folders = _older(request.state_dir / SWEEPS, _SWEEP, now - timedelta(days=settings.raw_days))
    left = [page for page in pages if not _removed(page)]
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    left += [folder for folder in folders if folder.exists()]
    if left:
        raise InputFileError(f"{left[0]}: cannot be removed.", hint=f"{len(left)} old files and folders are left. Who owns them?")
    return len(pages) + len(folders)


def _removed(page: Path) -> bool:
    try:
        page.unlink(missing_ok=True)
    except OSError:  # told by the caller, for all pages together
        return False
    return True


def _older(directory: Path, pattern: re.Pattern[str], limit: datetime) -> list[Path]:
    found = []
    for path in sorted(directory.iterdir()) if directory.is_dir() else ():
        named = pattern.fullmatch(path.name)
        if named and not path.is_symlink() and datetime.strptime(named[1], _STAMP).replace(tzinfo=UTC) < limit:
            found.append(path)
    return found
