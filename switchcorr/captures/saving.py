"""Writes what a sweep brings as a captures folder: the text of each answer, ``capture.json`` and a line in the journal.

Text is kept as received, save for what the platform's scrub rules (of a platform without any: all there are, for many copy the
command line of Cisco) and the device's own secrets take out, which is looked for in the whole answer. Safe for several threads; of one device only one at a time.

``capture.json`` is there from the first answer on and names every command that was to be asked, so that a process that is killed leaves no
folder that looks whole.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from switchcorr.captures.commands import file_stem
from switchcorr.captures.manifest import CAPTURE_JSON, MANIFEST, NOT_ASKED, OF_THE_SWEEP, VISITS
from switchcorr.captures.sweep_folder import SweepManifest, manifest_text, stamp, visit_line
from switchcorr.files import OwnFolder, ReadLimits, read_bytes, safe_name
from switchcorr.model.sweep import VisitAccount
from switchcorr.model.tables import Table
from switchcorr.model.visit import Answer, AnswerStatus
from switchcorr.platforms import Platform
from switchcorr.platforms.scrubbing import ALL_RULES, scrub
from switchcorr.text import clean

CAPTURE_SCHEMA = "switchcorr/capture/1"
Mask = Callable[[bytes], bytes]
_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}[A-Za-z0-9_-]|[A-Za-z0-9]")
_NO_NAME = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_STEM_LIMIT = 100
_LIMITS = ReadLimits(bytes_out=16 * 1024**2)


@dataclass(frozen=True, slots=True)
class _Written:
    """The entry of one command in ``capture.json``."""

    file: str
    status: AnswerStatus
    started_at: str
    seconds: float
    size: int
    sha256: str

    def document(self) -> dict[str, object]:
        return {
            "file": self.file,
            "status": self.status.value,
            "started_at": self.started_at,
            "seconds": self.seconds,
            "bytes": self.size,
            "sha256": self.sha256,
        }


def folder_names(devices: Iterable[str]) -> dict[str, str]:
    """The folder of each device: its name, or a safe one where the name is no plain one or differs from another by case only.

    >>> folder_names(["acc-12", "../x"])["acc-12"]
    'acc-12'
    """
    names = sorted(set(devices))
    spellings = Counter(name.casefold() for name in names)
    return {name: name if _is_plain(name) and spellings[name.casefold()] == 1 else safe_name(name) for name in names}


def _is_plain(name: str) -> bool:
    return bool(_PLAIN_NAME.fullmatch(name)) and not _NO_NAME.fullmatch(name) and name not in OF_THE_SWEEP


class FolderSaving:
    """Keeps the answers and visits of one sweep in its folder.

    Args:
        root: the sweep's folder, open as long as this is used.
        sweep: its name.
        folders: of each device.
        masks: what takes a device's own secrets out of its text, by device.
    """

    def __init__(self, root: OwnFolder, *, sweep: str, folders: Mapping[str, str], masks: Mapping[str, Mask]) -> None:
        self._root = root
        self._sweep = sweep
        self._folders = folders
        self._masks = masks
        self._journal = Lock()
        self._commands: dict[str, dict[str, _Written]] = {}
        self._clocks: dict[str, str] = {}
        self._begun: dict[str, VisitAccount] = {}

    def begin(self, account: VisitAccount) -> None:
        """Note which commands a visit is to ask (``missing``); ``capture.json`` says so before the first of them has a file."""
        self._begun[account.device] = account

    def answer(self, device: str, platform: Platform, answer: Answer) -> None:
        """Write the text of an answer, whole or not at all.

        Raises:
            InputFileError: it cannot be written.
        """
        text = self._masked(device, scrub(answer.raw, platform.scrub or ALL_RULES))
        with self._root.folder(self._folders[device]) as folder:
            written = self._commands_of(device, folder.path)
            if (begun := self._begun.pop(device, None)) is not None:
                folder.write(CAPTURE_JSON, self._masked(device, self._notes(begun).encode()))
            name = _file_name(answer.command, written)
            folder.write(name, text)
        written[answer.command] = _Written(
            file=name,
            status=answer.status,
            started_at=stamp(answer.started_at),
            seconds=round(answer.seconds, 3),
            size=len(text),
            sha256=hashlib.sha256(text).hexdigest(),
        )
        if answer.status is AnswerStatus.OK and answer.command in _clock_commands(platform):
            self._clocks[device] = clean(text.strip(), limit=100)

    def visit(self, account: VisitAccount) -> None:
        """Write ``capture.json`` and the line in the journal, and have both on the disk.

        Raises:
            InputFileError: something cannot be written.
        """
        device = account.device
        if self._commands.get(device):
            with self._root.folder(self._folders[device]) as folder:
                folder.write(CAPTURE_JSON, self._masked(device, self._notes(account).encode()))
                folder.sync()
        line = self._masked(device, visit_line(account).encode())
        with self._journal:
            self._root.append(VISITS, line)
        self._commands.pop(device, None)
        self._begun.pop(device, None)
        self._clocks.pop(device, None)

    def manifest(self, manifest: SweepManifest) -> None:
        """Write the manifest.

        Raises:
            InputFileError: it cannot be written.
        """
        self._root.write(MANIFEST, manifest_text(manifest).encode())
        self._root.sync()

    def _masked(self, device: str, data: bytes) -> bytes:
        mask = self._masks.get(device)
        return mask(data) if mask is not None else data

    def _commands_of(self, device: str, folder: Path) -> dict[str, _Written]:
        """The entries of a device: those of the sweep that is resumed, at first."""
        if device not in self._commands:
            self._commands[device] = _read_entries(folder / CAPTURE_JSON)
        return self._commands[device]

    def _notes(self, account: VisitAccount) -> str:
        """A line for each fact, and one for each command: to be read by people, and written much faster than in indented form."""
        facts = {
            "schema": CAPTURE_SCHEMA,
            "device": account.device,
            "platform": account.platform,
            "host": account.host,
            "taken_at": stamp(account.started_at) if account.started_at else None,
            "sweep": self._sweep,
            "device_clock": self._clocks.get(account.device),
            "profile": account.profile.value if account.profile else None,
            "driver": account.driver.value,
            "attempts": account.attempts,
            "hostname": account.hostname,
        }
        written = self._commands[account.device]
        entries = {command: one.document() for command, one in written.items()}
        entries |= {command: {"status": NOT_ASKED} for command in account.missing if command not in written}
        commands = [f"  {json.dumps(command)}: {json.dumps(entry)}" for command, entry in entries.items()]
        lines = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in facts.items()]
        lines.append(' "commands": {\n' + ",\n".join(commands) + "\n }")
        return "{\n" + ",\n".join(lines) + "\n}\n"


def remove_parts(root: OwnFolder, folders: Iterable[str]) -> int:
    """Take away what a killed sweep left half-written in its folder, and say how many files that were.

    Raises:
        InputFileError: a device's folder cannot be opened.
    """
    count = root.remove_parts()
    for name in folders:
        if (root.path / name).is_dir():
            with root.folder(name) as folder:
                count += folder.remove_parts()
    return count


def _file_name(command: str, written: Mapping[str, _Written]) -> str:
    """The file of a command: its words with "_" between, or a safe name where that is too long or taken by another command."""
    if command in written:
        return written[command].file
    stem = file_stem(command)
    name = f"{stem}.txt"
    taken = any(other.file == name for other in written.values())
    return f"{safe_name(command)}.txt" if taken or not stem or len(stem) > _STEM_LIMIT else name


def _read_entries(path: Path) -> dict[str, _Written]:
    """The entries of an earlier ``capture.json``; none if it is damaged.

    Raises:
        InputFileError: it is there and cannot be read: its entries must not get lost.
    """
    if not path.is_file() or path.stat().st_size == 0:
        return {}
    raw = read_bytes(path, limits=_LIMITS)
    try:
        document = json.loads(raw)
        commands = document["commands"]
        return {
            str(command): _Written(
                file=str(entry["file"]),
                status=AnswerStatus(entry["status"]),
                started_at=str(entry["started_at"]),
                seconds=float(entry["seconds"]),
                size=int(entry["bytes"]),
                sha256=str(entry["sha256"]),
            )
            for command, entry in commands.items()
            if entry.get("status") != NOT_ASKED and "/" not in entry["file"] and not entry["file"].startswith(".")
        }
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}


def _clock_commands(platform: Platform) -> frozenset[str]:
    return frozenset(command.text for command in platform.commands if command.table is Table.CLOCK)
