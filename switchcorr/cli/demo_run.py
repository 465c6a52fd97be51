"""Runs the demonstration and prints its verdicts; apart from ``correlate/run.py``, for it loads all that a sweep needs."""

from __future__ import annotations

from pathlib import Path

from switchcorr.cli.logs import set_up_logging
from switchcorr.cli.output import tell, write_out
from switchcorr.cli.progress import ProgressView
from switchcorr.cli.sweep.summary import short_lines
from switchcorr.jobs.demo import run_demo
from switchcorr.jobs.report import write_report
from switchcorr.report.to_text import render_text
from switchcorr.settings import Settings


def show_demo(directory: Path, *, settings: Settings, verbose: int, quiet: bool) -> bool:
    """Run the demonstration, print its verdicts and write its page; whether it found what was planted."""
    set_up_logging(verbose=verbose, quiet=quiet)
    with ProgressView(quiet=quiet) as progress:
        demo = run_demo(directory, settings=settings, progress=progress)
    for number, sweep in enumerate(() if quiet else demo.sweeps, start=1):
        first, *others = short_lines(sweep)
        tell("\n".join((f"sweep {number}: {first}", *others)))
    write_out(render_text(demo.outcome.result))
    write_report(demo.outcome, directory / "report.html")
    if not quiet:
        tell(f"made from {', '.join(map(str, demo.files))}")
        tell(f"report: {directory / 'report.html'}")
        tell(f"planted and not named: {', '.join(demo.not_named)}" if demo.not_named else "named all three planted causes")
    return not demo.not_named
