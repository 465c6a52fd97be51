"""The folder of a sweep: what ``manifest.json`` and ``visits.jsonl`` say, written and read.

``visits.jsonl`` is the journal: a line for each visit when it ends, on the disk before the next is told. The last line of a device
counts, and a torn line (the process was killed while it wrote) is none. ``manifest.json`` is written at the start and at the end.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from switchcorr.captures.document import Document
from switchcorr.captures.manifest import CAPTURE_JSON, MANIFEST, VISITS, read_capture_notes
from switchcorr.errors import InputFileError
from switchcorr.files import ReadLimits, read_bytes
from switchcorr.model.inventory import AlgorithmProfile, Driver
from switchcorr.model.sweep import ParseAccount, SweepState, VisitAccount
from switchcorr.model.visit import AnswerStatus, Failure, FailureKind, VisitStatus
from switchcorr.text import clean

MANIFEST_SCHEMA = "switchcorr/sweep/1"
WAITING = "waiting"
"""The status of a device in the manifest of a running sweep that has not been visited yet."""
_LIMITS = ReadLimits(bytes_out=512 * 1024**2)


@dataclass(frozen=True, slots=True)
class SweepManifest:
    """What ``manifest.json`` says.

    Attributes:
        devices: names of all devices that were to be visited, with the account of those that are done with.
        folders: the folder of each device in the sweep's folder.
    """

    sweep: str
    started_at: datetime
    state: SweepState
    devices: Mapping[str, VisitAccount | None]
    folders: Mapping[str, str] = field(default_factory=dict)
    ended_at: datetime | None = None


def manifest_text(manifest: SweepManifest) -> str:
    """The manifest as JSON."""
    devices = {
        name: {**({"status": WAITING} if account is None else account_document(account)), "folder": manifest.folders.get(name, name)}
        for name, account in sorted(manifest.devices.items())
    }
    document = {
        "schema": MANIFEST_SCHEMA,
        "sweep": manifest.sweep,
        "started_at": stamp(manifest.started_at),
        "ended_at": stamp(manifest.ended_at) if manifest.ended_at else None,
        "state": manifest.state.value,
        "devices": devices,
    }
    return json.dumps(document, indent=1) + "\n"


def visit_line(account: VisitAccount) -> str:
    """A line of the journal."""
    return json.dumps({"device": account.device, **account_document(account), "sizes": dict(account.sizes)}) + "\n"


def account_document(account: VisitAccount) -> dict[str, object]:
    """How a visit went, as in the manifest."""
    failure, parse = account.failure, account.parse
    return {
        "status": account.status.value,
        "failure": {"kind": failure.kind.value, "message": failure.message, "hint": failure.hint} if failure else None,
        "host": account.host,
        "site": account.site,
        "platform": account.platform,
        "hostname": account.hostname,
        "driver": account.driver.value,
        "profile": account.profile.value if account.profile else None,
        "attempts": account.attempts,
        "started_at": stamp(account.started_at) if account.started_at else None,
        "seconds": account.seconds,
        "bytes": account.size,
        "commands": {command: status.value for command, status in account.commands.items()},
        "missing": list(account.missing),
        "warnings": list(account.warnings),
        "parse": {"rows": parse.rows, "bad_lines": parse.bad_lines, "quarantined": parse.quarantined, "failure": parse.failure}
        if parse
        else None,
    }


def stamp(moment: datetime) -> str:
    """A moment in ISO 8601, UTC."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def sweeps_in(directory: Path) -> tuple[Path, ...]:
    """The folders of sweeps that a folder holds which is none itself, the oldest sweep first; none if it cannot be listed."""
    try:
        found = [] if (directory / MANIFEST).exists() else [path.parent for path in directory.glob(f"*/{MANIFEST}")]
    except OSError:
        return ()
    told = {folder: manifest for folder in found if (manifest := read_manifest(folder)) is not None}
    return tuple(sorted(told, key=lambda folder: (told[folder].started_at, folder)))


def read_manifest(folder: Path) -> SweepManifest | None:
    """What the manifest of a folder says; None if there is none of a sweep, or it cannot be read."""
    path = folder / MANIFEST
    if not path.is_file():
        return None
    try:
        document = Document.of(json.loads(read_bytes(path, limits=_LIMITS)))
    except (InputFileError, ValueError, RecursionError):
        return None
    if document.text("schema") != MANIFEST_SCHEMA:
        return None
    devices = {name: Document.of(value) for name, value in document.inner("devices").values.items()}
    return SweepManifest(
        sweep=document.text("sweep"),
        started_at=document.moment("started_at") or datetime.fromtimestamp(0, UTC),
        state=document.choice("state", SweepState) or SweepState.RUNNING,
        devices={clean(name): _account(name, value) for name, value in devices.items()},
        folders={name: value.text("folder") or name for name, value in devices.items()},
        ended_at=document.moment("ended_at"),
    )


def read_journal(folder: Path) -> dict[str, VisitAccount]:
    """How the visits of a sweep ended so far, by device; lines that are torn or damaged do not count."""
    try:
        lines = read_bytes(folder / VISITS, limits=_LIMITS).split(b"\n")
    except InputFileError:
        return {}
    found: dict[str, VisitAccount] = {}
    for line in lines:
        try:
            document = Document.of(json.loads(line))
        except (ValueError, RecursionError):
            continue
        name = document.text("device")
        account = _account(name, document) if name else None
        if account is not None:
            found[name] = account
    return found


def only_kept(account: VisitAccount, folder: Path) -> VisitAccount:
    """The account with only those answers whose files are there, as ``capture.json`` names them."""
    notes = folder / CAPTURE_JSON
    recorded = read_capture_notes(notes).commands if notes.is_file() else ()
    kept = {one.command for one in recorded if one.file and (folder / one.file).is_file()}
    return replace(
        account,
        commands={command: status for command, status in account.commands.items() if command in kept},
        sizes={command: size for command, size in account.sizes.items() if command in kept},
    )


def _account(name: str, document: Document) -> VisitAccount | None:
    """An account as it was written; None for a device that waits, and for what is no account."""
    outcome = document.choice("status", VisitStatus) if document.values.get("status") != WAITING else None
    if outcome is None:
        return None
    answers, sizes = document.inner("commands"), document.inner("sizes")
    commands = {command: status for command in answers.values if (status := answers.choice(command, AnswerStatus)) is not None}
    return VisitAccount(
        device=name,
        status=outcome,
        host=document.text("host"),
        site=document.text("site"),
        platform=document.text("platform"),
        hostname=document.text("hostname"),
        driver=document.choice("driver", Driver) or Driver.DIALOGUE,
        profile=document.choice("profile", AlgorithmProfile),
        attempts=document.whole("attempts") or 0,
        started_at=document.moment("started_at"),
        seconds=document.seconds("seconds"),
        commands=commands,
        sizes={command: size for command in commands if (size := sizes.whole(command)) is not None},
        missing=document.texts("missing"),
        failure=_failure(document),
        warnings=document.texts("warnings"),
        parse=_parse(document),
    )


def _failure(document: Document) -> Failure | None:
    inner = document.inner("failure")
    kind = inner.choice("kind", FailureKind)
    return Failure(kind, inner.text("message"), inner.text("hint")) if kind is not None else None


def _parse(document: Document) -> ParseAccount | None:
    inner = document.inner("parse")
    if not inner.values:
        return None
    return ParseAccount(inner.whole("rows") or 0, inner.whole("bad_lines") or 0, inner.whole("quarantined") or 0, inner.text("failure"))
