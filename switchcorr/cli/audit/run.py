"""Runs the audit, once or again and again, and prints what it came to; loaded only when the command runs."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from switchcorr.audit.schedule import cron_line, next_slot, seconds_of, systemd_units
from switchcorr.cli.again import as_given
from switchcorr.cli.audit.diff_show import comparison_lines, wrapped_line
from switchcorr.cli.context import calibration_place
from switchcorr.cli.logs import set_up_logging
from switchcorr.cli.options import Format
from switchcorr.cli.output import chosen_format, tell, tell_error, write_out
from switchcorr.cli.progress import ProgressView
from switchcorr.cli.store_context import meant_store
from switchcorr.cli.sweep.context import sweep_request
from switchcorr.errors import ExitCode, SwitchcorrError, UsageError
from switchcorr.files import write_whole
from switchcorr.jobs.audit.request import AuditOutcome, AuditRequest
from switchcorr.jobs.audit.run import run_audit, summary_of
from switchcorr.jobs.diff import change_documents
from switchcorr.jobs.inputs.request import CampusRequest, Times
from switchcorr.jobs.live.out import FILE as TOLD_LIVE
from switchcorr.jobs.stopping import ending_signals
from switchcorr.listen.losses import STATUS as LISTENER_STATE
from switchcorr.report.to_json import iso, json_text
from switchcorr.report.to_monitoring import UNKNOWN, AuditNumbers, audit_metrics, nagios, ticket_records
from switchcorr.settings import Settings, state_directory
from switchcorr.text import counted

AUDIT_SCHEMA = "switchcorr/audit/1"
_BESIDE_SEGMENTS = (LISTENER_STATE, TOLD_LIVE)
"""What a listener keeps in the folder of its segments: its state, and what it told of incidents."""
_FOR_ALL = 0o644
"""Of the file of numbers: the exporter that reads it has a user of its own."""


@dataclass(frozen=True, slots=True)
class AuditShow:
    """How a run is shown, and which files it writes besides."""

    format_: Format | None = None
    nagios: bool = False
    textfile: Path | None = None
    tickets: Path | None = None
    verbose: int = 0
    quiet: bool = False


def audit_request(
    settings: Settings,
    times: Times,
    *,
    store: str,
    sweep: bool,
    limits: tuple[str, str, str],
    events: list[Path] | None,
    reports: Path | None,
    campus: CampusRequest,
) -> AuditRequest:
    """What is to be done, from options and settings."""
    state = state_directory(settings, os.environ)
    limit, group, site = limits
    asked = replace(sweep_request(settings, limit=limit, group=group, site=site), ask=None) if sweep else None
    return AuditRequest(
        place=meant_store(store, settings), state_dir=state, reports=reports or state / "reports", times=times, settings=settings, sweep=asked,
        events=tuple(events or ()), campus=campus, learned=calibration_place(settings), environment=os.environ,
    )  # fmt: skip


def event_files(request: AuditRequest) -> tuple[Path, ...]:
    """The event files of now: those of the options, of the settings, and what ``listen`` received; patterns grow with the files."""
    patterns = [one.strip() for one in request.settings.audit_events.split(",") if one.strip()]
    found = [path for pattern in patterns for path in _matching(pattern)]
    received = sorted(path for path in (request.state_dir / "events").glob("*") if path.is_file() and _may_be_events(path))
    return tuple(dict.fromkeys((*request.events, *found, *received)))


def _matching(pattern: str) -> list[Path]:
    """The files of a pattern; a plain path is itself, whether it is there or not."""
    path = Path(pattern).expanduser()
    if not any(mark in pattern for mark in "*?["):
        return [path]
    found = Path(path.anchor or ".").glob(str(path.relative_to(path.anchor)))
    return sorted(one for one in found if _may_be_events(one))


def _may_be_events(path: Path) -> bool:
    return not path.name.startswith(".") and path.name not in _BESIDE_SEGMENTS


def folders_written(store: str, files: Sequence[Path | None], folders: Sequence[Path | None], settings: Settings) -> tuple[str, ...]:
    """The folders, absolute, that an audit with such options writes to besides its state directory.

    Args:
        store: as given; else the one of the settings, unless that lies in the state directory.
        files: what it writes whole; a temporary file is made beside each.
    """
    file = meant_store(store, settings).url.file if store or settings.store else None
    found = (*(one.parent for one in (file, *files) if one is not None), *(one for one in folders if one is not None))
    return tuple(sorted({str(one.absolute()) for one in found}))


def print_units(every: str, *, systemd: bool, writes: Sequence[str] = ()) -> None:
    """Print what makes the system run the audit: this command without what prints.

    Args:
        writes: folders it writes to besides its state.
    """
    given = [word for word in sys.argv[1:] if word not in ("--print-systemd", "--print-cron")]
    words = [word for number, word in enumerate(given) if word != "--every" and (number == 0 or given[number - 1] != "--every")]
    command = [*_program(Path(sys.argv[0])), *(word for word in words if not word.startswith("--every="))]
    seconds, here = seconds_of(every), str(Path.cwd())
    write_out(systemd_units(command, seconds, here, writes=writes) if systemd else cron_line(command, seconds, here))


def _program(begun: Path) -> tuple[str, ...]:
    """What begins this program from anywhere: its script, or the interpreter where it was begun as a module."""
    if begun.name == "__main__.py":
        return sys.executable, "-m", "switchcorr"
    return (str(begun.resolve()) if begun.exists() else "switchcorr",)


def show_audit(request: AuditRequest, shown: AuditShow) -> int:
    """Run once and print; the exit code.

    Raises:
        UsageError: the answer cannot be shown as is asked for; nothing is run then.
    """
    if shown.format_ is Format.CSV:
        raise UsageError("--format csv: an audit is no table.", hint="Take json, or switchcorr diff --format csv.")
    if shown.nagios and shown.format_ is not None:
        raise UsageError("--nagios and --format: one or the other.", hint="--nagios prints one line and ends with the plugin's exit code.")
    hide = set_up_logging(verbose=shown.verbose, quiet=shown.quiet).learn
    if request.sweep is not None:
        request = replace(request, sweep=replace(request.sweep, hide=hide))
    request = replace(request, events=event_files(request))
    try:
        with ProgressView(quiet=shown.quiet or shown.nagios) as progress:
            outcome = run_audit(request, progress)
    except SwitchcorrError as error:
        if not shown.nagios:
            raise
        write_out(f"SWITCHCORR UNKNOWN: {error.message.replace('|', '/')}\n")
        return UNKNOWN
    return _print(outcome, request, shown)


def _print(outcome: AuditOutcome, request: AuditRequest, shown: AuditShow) -> int:
    answer = outcome.conclusions.answer
    result = answer.result if answer is not None else None
    numbers = AuditNumbers(
        outcome.at, outcome.seconds, outcome.devices, outcome.devices_read, outcome.conclusions.new_incidents, outcome.conclusions.open,
        outcome.problems, outcome.notified.waiting, outcome.skipped,
        frozenset(outcome.conclusions.standings.planned),
    )  # fmt: skip
    code, text = nagios(numbers, result) if shown.nagios else (outcome.exit_code, _answer(outcome, shown))
    try:
        if shown.textfile is not None:
            write_whole(shown.textfile, audit_metrics(numbers, result), mode=_FOR_ALL)
        if shown.tickets is not None:
            new = [one for one in (result.incidents if result is not None else ()) if one.id in numbers.new_incidents]
            url = request.settings.report_url.rstrip("/")
            link = f"{url}/{outcome.page.name}" if url and outcome.page is not None else ""
            write_whole(
                shown.tickets,
                json_text(
                    {
                        "schema": "switchcorr/tickets/1",
                        "records": ticket_records(new, link=link, series=outcome.conclusions.standings.series),
                    }
                ),
            )
    finally:  # a file that cannot be written takes no answer away
        write_out(text)
    return code


def _answer(outcome: AuditOutcome, shown: AuditShow) -> str:
    if chosen_format(shown.format_) is Format.JSON:
        return json_text(_document(outcome))
    return "".join(f"{line}\n" for line in _lines(outcome))


def _document(outcome: AuditOutcome) -> dict[str, object]:
    changes = outcome.conclusions.changes
    return {
        "schema": AUDIT_SCHEMA, "at": iso(outcome.at), "partial": bool(outcome.problems), **summary_of(outcome),
        "problems": list(map(as_given, outcome.problems)),
        "compared_with": iso(changes.before_at) if changes.before_at is not None else None,
        "changes": list(change_documents(changes)), "open_findings": [one.id for one in outcome.conclusions.open],
        "sent": outcome.notified.sent, "waiting": outcome.notified.waiting, "assumptions": list(outcome.assumptions),
    }  # fmt: skip


def _lines(outcome: AuditOutcome) -> Iterator[str]:
    conclusions = outcome.conclusions
    read = f"{outcome.devices_read} of {counted(outcome.devices, 'switch')} read, " if outcome.devices else ""
    yield (
        f"Audit of {outcome.at:%Y-%m-%d %H:%M:%S} UTC: {read}{counted(len(conclusions.new_incidents), 'new incident')}, "
        f"{counted(len(conclusions.open), 'open finding')}"
    )
    if outcome.problems:
        yield "This run is partial: what could not be seen may hide something."
        yield from (line for problem in outcome.problems for line in wrapped_line(f"  ! {as_given(problem)}", "    "))
    yield ""
    changes = conclusions.changes
    first = changes.before_at is None or changes.before_at == changes.after_at
    if first:
        yield "The first audit: the next one says what changed since."
    if changes.changes or not first:
        yield from comparison_lines(changes, headed=not first)
    yield ""
    if outcome.notified.sent or outcome.notified.waiting:
        yield f"messages: {outcome.notified.sent} sent, {outcome.notified.waiting} waiting"
    if outcome.page is not None:
        yield f"report: {outcome.page}"
    if conclusions.open:
        yield "acknowledge: switchcorr findings --ack ID (switchcorr findings lists the ids)"


def repeat_audit(request: AuditRequest, shown: AuditShow, every: str, *, most: int | None = None) -> int:
    """Run again and again until a signal comes; one that takes too long costs the runs it overlaps, which are counted.

    Args:
        most: how many runs at most; None is no limit.
    """
    seconds = seconds_of(every)
    ended = threading.Event()
    began, number, code, skipped = time.monotonic(), 0, 0, 0
    with _ended_by_signals(ended.set):
        for count in range(most if most is not None else sys.maxsize):
            code = _one_of_many(replace(request, skipped=skipped), shown)
            if code == ExitCode.INTERRUPTED or count + 1 == most:
                return code
            slot = next_slot(number, seconds, time.monotonic() - began)
            number, skipped = slot.number, slot.skipped
            if skipped and not shown.quiet:
                tell(f"{counted(skipped, 'run')} left out: the last one took longer than {every}")
            if ended.wait(slot.wait_s):
                return code
    return code


def _one_of_many(request: AuditRequest, shown: AuditShow) -> int:
    """A run whose failure is told and does not end the others."""
    try:
        return show_audit(replace(request, times=replace(request.times, now=request.clock())), shown)
    except SwitchcorrError as error:
        tell_error(error)
        return error.exit_code


class _ended_by_signals:  # noqa: N801  # used as a function
    """SIGINT, SIGTERM and SIGHUP call a function inside."""

    def __init__(self, end: Callable[[], None]) -> None:
        self._end = end
        self._before: dict[signal.Signals, object] = {}

    def __enter__(self) -> None:
        if threading.current_thread() is threading.main_thread():
            for number in ending_signals():
                self._before[number] = signal.signal(number, lambda *_: self._end())

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # what signal gave
