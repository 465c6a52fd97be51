"""Runs a worker, and prints the state of the shared work; loaded only when the command runs."""

from __future__ import annotations

import os
from types import ModuleType
from typing import Any

from switchcorr.cli.logs import set_up_logging
from switchcorr.cli.options import Format
from switchcorr.cli.output import table_or_json, tell, write_out
from switchcorr.cli.store_context import meant_store
from switchcorr.errors import ConfigurationError, UsageError
from switchcorr.jobs.stopping import Stop
from switchcorr.jobs.sweep.request import SweepRequest
from switchcorr.report.to_json import json_text
from switchcorr.report.to_text import table_text
from switchcorr.settings import Settings, state_directory
from switchcorr.workers.quiet_logs import quiet_queue_logs

SCHEMA = "switchcorr/sweeps/1"
_COLUMNS = ("site", "sweep", "state", "devices", "visited", "answered", "refused", "workers", "overruns", "begun", "ended")


def _job() -> ModuleType:
    """The job, which needs an extra.

    Raises:
        ConfigurationError: it is not installed.
    """
    try:
        from switchcorr.jobs import worker
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"Workers need {error.name}, which is not installed.", hint="Install it: pip install 'switchcorr[workers]'"
        ) from error
    return worker


def work(settings: Settings, *, site: str, store: str, every: str, once: bool, lease_s: float, verbose: int, quiet: bool) -> None:
    """Run a worker until it is ended."""
    hide = set_up_logging(verbose=verbose, quiet=quiet).learn
    if verbose < 2:
        quiet_queue_logs()
    job = _job()
    options = job.WorkerOptions(every, once=once, lease_s=lease_s, tell=(lambda _: None) if quiet else tell)
    bench = job.Bench(
        SweepRequest(state_directory(settings, os.environ), site=site, environment=os.environ, hide=hide),
        meant_store(store, settings),
        settings,
        Stop(),
    )
    job.run_worker(bench, options)


def queue_one(settings: Settings, *, site: str, store: str, verbose: int, quiet: bool) -> None:
    """Queue a sweep of a site."""
    set_up_logging(verbose=verbose, quiet=quiet)
    queued = _job().queue_sweep(meant_store(store, settings), site)
    if not quiet:
        tell(f"a sweep of {site} {'is queued' if queued else 'waits already'}; its workers begin it (`switchcorr work show`)")


def release_one(settings: Settings, *, site: str, store: str, verbose: int, quiet: bool) -> None:
    """Let a site go on."""
    set_up_logging(verbose=verbose, quiet=quiet)
    if not _job().release_site(meant_store(store, settings), site):
        raise UsageError(f"--site {site}: no sweep of it was stopped by refused logins.", hint="`switchcorr work show` lists all sites.")
    if not quiet:
        tell(f"{site}: the next sweep begins again; it tries each login on a few devices first")


def show_work(settings: Settings, *, site: str, store: str, format_: Format | None, verbose: int, quiet: bool) -> None:
    """Print the newest sweeps and what waits."""
    set_up_logging(verbose=verbose, quiet=quiet)
    chosen = table_or_json(format_, "the state of work gives")
    state = _job().work_state(meant_store(store, settings), site)
    sweeps = [_sweep(row) for row in state.sweeps]
    jobs = [dict(row) for row in state.jobs]
    if chosen is Format.JSON:
        write_out(json_text({"schema": SCHEMA, "sweeps": sweeps, "jobs": jobs}))
        return
    if not sweeps:
        write_out("no sweep yet\n")
    else:
        write_out(table_text(_COLUMNS, [["" if row[key] is None else str(row[key]) for key in _COLUMNS] for row in sweeps]))
    for row in jobs:
        write_out(f"{row['queue']}: {row['jobs']} {_JOB_WORDS[row['status']]}\n")
    for row in sweeps:
        if row["state"] == "stopped" and not row["released"]:
            tell(f"{row['sweep']}: stopped by refused logins. Correct the password, then `switchcorr work release --site {row['site']}`.")


_JOB_WORDS = {"todo": "waiting", "doing": "running", "failed": "failed for good (see the log of the workers)"}


def _sweep(row: Any) -> dict[str, Any]:
    stamp = {key: row[of].strftime("%Y-%m-%dT%H:%M:%SZ") if row[of] else None for key, of in (("begun", "begun_at"), ("ended", "ended_at"))}
    counts = ("site", "state", "devices", "visited", "answered", "refused", "workers", "overruns", "released")
    return {"sweep": row["name"], **{key: row[key] for key in counts}, **stamp}
