"""The report page: of a correlation or of the network alone, redacted and packed as asked for."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from switchcorr.errors import UsageError
from switchcorr.files import write_whole
from switchcorr.jobs.correlate import CorrelationOutcome, correlate, coverage_of
from switchcorr.jobs.inputs.events import read_events
from switchcorr.jobs.inputs.network import read_network
from switchcorr.jobs.inputs.readings import EventsRead
from switchcorr.jobs.inputs.request import CorrelateRequest, Progress, say_nothing
from switchcorr.model.event import EventLog
from switchcorr.model.incident import Correlation
from switchcorr.report.estate import Estate
from switchcorr.report.estate_build import make_estate
from switchcorr.report.redact import redacted
from switchcorr.report.to_html import render_html, render_inventory

_NO_DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest a ZIP file can tell: the same page gives the same bytes whenever it is packed."""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What page is wanted.

    Attributes:
        source: what it is made from.
        inventory: the network alone, without any incident.
        redact: whether phones, addresses and descriptions get pseudonyms.
        window: the only time that is judged and drawn; None is the whole log.
    """

    source: CorrelateRequest
    inventory: bool = False
    redact: bool = False
    window: tuple[datetime, datetime] | None = None


@dataclass(frozen=True, slots=True)
class PageOutcome:
    """The page, its answer, what was asked for and could not be used at all, and which time was looked at (``CorrelationOutcome.looked``)."""

    page: str
    result: Correlation
    missing: tuple[str, ...]
    looked: str = ""


def make_page(request: PageRequest, progress: Progress = say_nothing) -> PageOutcome:
    """Read everything and make the page.

    Raises:
        UsageError: nothing was given that such a page is made from.
        InputFileError: nothing of what was given can be used.
        ReportError: a template is missing or wrong.
    """
    if request.inventory:
        outcome = network_alone(request.source, progress)
    else:
        since, until = request.window or (request.source.since, request.source.until)
        outcome = correlate(replace(request.source, since=since, until=until, ports=True, time_option="--window"), progress)
    if request.redact:
        hidden = redacted(outcome.result, campus=outcome.campus, log=outcome.log)
        outcome = replace(outcome, result=hidden.result, campus=hidden.campus, log=hidden.log)
    estate = estate_of(outcome, window=request.window)
    page = render_inventory(outcome.result, estate) if request.inventory else _page(outcome, estate)
    return PageOutcome(page, outcome.result, outcome.missing, outcome.looked)


def _page(outcome: CorrelationOutcome, estate: Estate) -> str:
    return render_html(outcome.result, estate=estate, looked=outcome.looked)


def estate_of(outcome: CorrelationOutcome, *, window: tuple[datetime, datetime] | None = None) -> Estate:
    """What the page draws of a correlation besides its answer; of the log only what is in the window."""
    log = outcome.log if outcome.log is None or window is None else _within(outcome.log, *window)
    return make_estate(outcome.result, campus=outcome.campus, log=log, ports=outcome.ports)


def write_report(outcome: CorrelationOutcome, path: Path) -> None:
    """Write the page of a correlation, whole or not at all.

    Raises:
        InputFileError: the file cannot be written.
        ReportError: a template is missing or wrong.
    """
    write_page(_page(outcome, estate_of(outcome)), path)


def write_page(page: str, path: Path, *, packed: bool = False) -> Path:
    """Write a page, or a ZIP file with the page in it for mail that takes no HTML; the path written to.

    Raises:
        InputFileError: the file cannot be written.
    """
    if not packed:
        write_whole(path, page)
        return path
    path = path if path.suffix == ".zip" else path.with_suffix(".zip")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        member = zipfile.ZipInfo(f"{path.stem}.html", _NO_DATE)
        member.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(member, page.encode())
    write_whole(path, stream.getvalue())
    return path


def _within(log: EventLog, start: datetime, end: datetime) -> EventLog:
    return log.select([row for row, time in enumerate(log.time) if start.timestamp() <= time <= end.timestamp()])


def network_alone(source: CorrelateRequest, progress: Progress) -> CorrelationOutcome:
    """The network with what the log says of phones, and no question about incidents."""
    if not source.campus.is_given and not source.events:
        raise UsageError("nothing to read.", hint="Give --captures DIR, --locations FILE.csv, or a --store that has sweeps.")
    events = read_events(source.events, source.times, progress) if source.events else EventsRead(EventLog(), (), (), ())
    network = read_network(source.campus, source.settings, events.log, progress, ports=True)
    result = Correlation(source.times.now, None, None, coverage_of(events, network), ())
    return CorrelationOutcome(result, (*events.missing, *network.missing), network.campus, events.log, network.ports)
