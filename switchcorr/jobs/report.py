"""The report page of a correlation: the answer with the network and the log it was made from."""

from __future__ import annotations

from pathlib import Path

from switchcorr.jobs.correlate import CorrelationOutcome
from switchcorr.report.estate import Estate
from switchcorr.report.estate_build import make_estate
from switchcorr.report.to_html import write_html


def estate_of(outcome: CorrelationOutcome) -> Estate:
    """What the page draws of a correlation besides its answer."""
    return make_estate(outcome.result, campus=outcome.campus, log=outcome.log, ports=outcome.ports)


def write_report(outcome: CorrelationOutcome, path: Path) -> None:
    """Write the page, whole or not at all.

    Raises:
        InputFileError: the file cannot be written.
        ReportError: a template is missing or wrong.
    """
    write_html(outcome.result, path, estate=estate_of(outcome))
