"""Shows host keys, asks about them and has them recorded; loaded only when the command runs."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

from switchcorr.cli.logs import set_up_logging
from switchcorr.cli.options import Format
from switchcorr.cli.output import table_or_json, tell, write_out
from switchcorr.cli.progress import ProgressView
from switchcorr.cli.trust.text import seen_table, seen_text, trust_document
from switchcorr.errors import ExitCode, UsageError
from switchcorr.inventory.credentials import terminal_prompt
from switchcorr.jobs.trust import Place, Seen, Standing, Trusted, TrustRequest, trust, why_not_unasked
from switchcorr.report.to_json import json_text
from switchcorr.settings import Settings, state_directory
from switchcorr.text import clean

_ONE_BY_ONE = 5
"""Up to so many devices are shown and asked about one by one."""
_NOBODY = "nobody could be asked: --yes records new keys without asking"
_DECLINED = "not wanted"


def trust_request(settings: Settings, *, devices: list[str] | None, every: bool, fingerprint: str) -> TrustRequest:
    """Whose keys are meant.

    Raises:
        UsageError: no device and not ``--all``, or both, or one fingerprint for many.
    """
    if every == bool(devices):
        raise UsageError("give either devices or --all.", hint="Example: switchcorr trust acc-12")
    if fingerprint and (every or len(devices or ()) > 1):
        raise UsageError("--fingerprint is that of one device.", hint="Example: switchcorr trust acc-12 --fingerprint SHA256:...")
    if fingerprint and not fingerprint.startswith("SHA256:"):
        raise UsageError(f"--fingerprint {fingerprint!r} does not begin with SHA256:.", hint="Copy it from what trust DEVICE shows.")
    return TrustRequest(
        state_dir=state_directory(settings, os.environ),
        devices=tuple(devices or ()),
        environment=os.environ,
        ask=terminal_prompt(),
    )


def show_trust(
    request: TrustRequest, settings: Settings, *, yes: bool, fingerprint: str, format_: Format | None, verbose: int, quiet: bool
) -> ExitCode:
    """Fetch, show, ask, record; how it came out."""
    chosen = table_or_json(format_, "host keys give")
    request = replace(request, hide=set_up_logging(verbose=verbose, quiet=quiet).learn)
    show = tell if chosen is Format.JSON else write_out

    def decide(found: Sequence[Seen]) -> dict[Place, str]:
        many = not request.devices or len(found) > _ONE_BY_ONE
        if yes or fingerprint:
            show(seen_table(found, width=_columns()) if many else "\n".join(map(seen_text, found)))
            return {seen.place: _unasked(seen, yes=yes, fingerprint=fingerprint) for seen in found}
        return _asked_once(found, show) if many else {seen.place: _asked(seen, show) for seen in found}

    trusted = trust(request, settings, decide=decide, watching=lambda: ProgressView(quiet=quiet))
    if chosen is Format.JSON:
        write_out(json_text(trust_document(trusted)))
    _tell_end(trusted, quiet=quiet)
    return exit_code_of(trusted)


def _columns() -> int:
    """How wide a table may be: as the terminal; in a pipe there is no limit."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 10_000


def _asked(seen: Seen, show: Callable[[str], None]) -> str:
    """Show one key and ask about it; why it may not be recorded, empty if it may."""
    show(seen_text(seen))
    match seen.standing:
        case Standing.UNREACHED | Standing.SAME:
            return why_not_unasked(seen)
        case Standing.CHANGED:
            return _answer("Replace what is recorded? Type yes in full: ", ("yes",))
        case Standing.NEW:
            return _answer("Record it? [y/N] ", ("y", "yes"))


def _asked_once(found: Sequence[Seen], show: Callable[[str], None]) -> dict[Place, str]:
    """Show all keys as a table and ask once about the new ones; changed ones are looked at alone."""
    show(seen_table(found, width=_columns()))
    new = sum(seen.standing is Standing.NEW for seen in found)
    answer = _answer(f"Record the {new:,} new key{'' if new == 1 else 's'}? [y/N] ", ("y", "yes")) if new else ""
    return {seen.place: answer if seen.standing is Standing.NEW else _of_many(seen) for seen in found}


def _unasked(seen: Seen, *, yes: bool, fingerprint: str) -> str:
    """Why a key may not be recorded without asking: a fingerprint is that of a device, not of a host on the way to it."""
    if not seen.place.is_on_the_way:
        return why_not_unasked(seen, fingerprint=fingerprint)
    if seen.standing is Standing.NEW and not yes:
        return "it is a host on the way, and the fingerprint given is that of a device: look at it first, or give --yes too"
    return why_not_unasked(seen)


def _of_many(seen: Seen) -> str:
    if seen.standing is Standing.CHANGED:
        return f"its key has changed; look at it alone: switchcorr trust {clean(seen.place.device)}"
    return why_not_unasked(seen)


def _answer(question: str, agreeing: Sequence[str]) -> str:
    """Ask on the terminal; why not, empty if the answer agrees."""
    if not sys.stdin.isatty():
        return _NOBODY
    sys.stderr.write(question)
    sys.stderr.flush()
    return "" if sys.stdin.readline().strip().lower() in agreeing else _DECLINED


def _tell_end(trusted: Sequence[Trusted], *, quiet: bool) -> None:
    """How many keys are on record now, and why the others are not, each reason once a device."""
    missing = [one for one in trusted if not one.recorded]
    for one in missing:
        name = f"{clean(one.seen.place.device)}: "
        tell(f"not recorded: {name}{clean(one.why_not).removeprefix(name)}")
    if not quiet:
        new = sum(one.recorded and one.seen.standing is not Standing.SAME for one in trusted)
        tell(f"{new:,} recorded, {len(trusted) - new - len(missing):,} were recorded already, {len(missing):,} not recorded")


def exit_code_of(trusted: Sequence[Trusted]) -> ExitCode:
    """0 every key is on record, 3 some are, 1 none is."""
    on_record = sum(one.recorded for one in trusted)
    if on_record == len(trusted):
        return ExitCode.DONE
    return ExitCode.PARTIAL if on_record else ExitCode.FAILED
