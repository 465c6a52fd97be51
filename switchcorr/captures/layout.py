"""Captures as they lie on disk: a directory a device, terminal logs, show-tech files; plain, gzip or zstd.

``find_devices`` lists files cheaply, ``read_device`` reads the files of one device, so that worker processes can read and
parse side by side. Every file ends in a capture or in an account that says why not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from switchcorr.captures.cleaning import clean_capture, find_prompt, split_console
from switchcorr.captures.commands import find_command, find_file_command, is_not_needed
from switchcorr.captures.detect import find_hostname, find_platform
from switchcorr.captures.show_tech import split_show_tech, tech_platform
from switchcorr.captures.terminal_log import Section, is_terminal_log, split_terminal_log
from switchcorr.errors import InputFileError
from switchcorr.files import ReadLimits, read_available
from switchcorr.model.snapshot import DeviceCapture, OutputAccount, OutputState, RawOutput
from switchcorr.platforms import PLATFORMS, Platform, platform_named
from switchcorr.text import clean, looks_binary

LIMITS = ReadLimits(bytes_out=256 * 1024**2)
CAPTURE_JSON = "capture.json"
MANIFEST = "manifest.json"
_ECHO = re.compile(r"\s*sh(?:o|ow)? [a-z][A-Za-z0-9 /._*|-]{1,100}")
_SUFFIXES = re.compile(r"(\.(txt|log|out|cap|text))?(\.(gz|zst))?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DeviceSource:
    """Files that belong together: of one device, or one file that holds one or several.

    Attributes:
        name: of the directory, or of the file without its endings.
    """

    name: str
    files: tuple[Path, ...]
    is_directory: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """What a source gave: a capture a device, and accounts of files that gave none."""

    captures: tuple[DeviceCapture, ...]
    accounts: tuple[OutputAccount, ...] = ()
    warnings: tuple[str, ...] = ()


def find_devices(directory: Path) -> tuple[DeviceSource, ...]:
    """What lies in a captures directory, sorted by name; hidden files and directories are left alone.

    Raises:
        InputFileError: no such directory, or nothing in it.
    """
    if not directory.is_dir():
        raise InputFileError(f"{directory}: is no directory.", hint="--captures wants the folder that holds the outputs.")
    sources = []
    for entry in sorted(directory.iterdir()):
        if entry.name.startswith(".") or entry.name == MANIFEST:
            continue
        if entry.is_dir():
            files = tuple(sorted(path for path in entry.iterdir() if not path.name.startswith(".")))
            sources.append(DeviceSource(entry.name, files, is_directory=True))
        else:
            sources.append(DeviceSource(_SUFFIXES.sub("", entry.name) or entry.name, (entry,), is_directory=False))
    if not sources:
        raise InputFileError(f"{directory}: holds no files.", hint="--captures wants the folder that holds the outputs.")
    return tuple(sources)


def read_device(source: DeviceSource) -> Reading:
    """Read the files of a source; never raises for anything in them."""
    return _read_directory(source) if source.is_directory else _read_file(source)


def _read_text(path: Path, device: str) -> tuple[str, OutputAccount | None]:
    """A file's text, and an account if it, or its end, cannot be used."""
    try:
        raw, error = read_available(path, limits=LIMITS)
    except InputFileError as problem:
        return "", OutputAccount(device, "", str(path), OutputState.QUARANTINED, reason=problem.message)
    if looks_binary(raw):
        return "", OutputAccount(device, "", str(path), OutputState.QUARANTINED, reason="binary, no text")
    account = OutputAccount(device, "", str(path), OutputState.TRUNCATED, reason=error.message) if error else None
    return clean_capture(raw), account


def _read_directory(source: DeviceSource) -> Reading:
    accounts: list[OutputAccount] = []
    warnings: list[str] = []
    facts: dict[str, str] = {}
    texts: list[tuple[Path, str]] = []
    for path in source.files:
        if path.name == CAPTURE_JSON:
            facts = _capture_facts(path, warnings)
            continue
        text, account = _read_text(path, source.name)
        if account is not None:
            accounts.append(account)
        if text.strip():
            texts.append((path, text))
        elif account is None:
            accounts.append(OutputAccount(source.name, "", str(path), OutputState.QUARANTINED, reason="no text"))
    platform = platform_named(facts.get("platform", "")) or find_platform(text for _, text in texts)
    outputs: list[RawOutput] = []
    for path, text in texts:
        found, account = _file_outputs(source.name, path, text, platform)
        outputs += found
        accounts += [account] if account else []
    capture = DeviceCapture(
        source.name, platform.name if platform else "", tuple(outputs), _taken_at(facts, warnings), facts.get("host", "")
    )
    hostname = find_hostname(text for _, text in texts)
    if hostname and hostname.split(".")[0].lower() != source.name.split(".")[0].lower():
        warnings.append(f"{source.name}: the device calls itself {clean(hostname, limit=64)}; it is kept under the directory's name")
    return Reading((capture,), tuple(accounts), tuple(warnings))


def _file_outputs(device: str, path: Path, text: str, platform: Platform | None) -> tuple[list[RawOutput], OutputAccount | None]:
    """The outputs of one file in a device's directory: one command, or a log with several."""
    stem = _SUFFIXES.sub("", path.name)
    command = find_file_command(platform, stem) if platform else None
    if command is not None:
        body, first = strip_echo(text)
        return [RawOutput(command.text, split_console(body)[0], str(path), first)], None
    tech = tech_platform(text)
    sections = split_show_tech(text, tech) if tech else split_terminal_log(text)
    if sections:
        return [_raw(section, path, platform) for section in sections], None
    typed = stem.replace("_", " ")
    if is_not_needed(PLATFORMS, typed) or typed.lower().startswith("sh"):
        return [], OutputAccount(device, typed, str(path), OutputState.NOT_NEEDED, reason="switchcorr has no use for this command")
    return [], OutputAccount(
        device, typed, str(path), OutputState.QUARANTINED, reason="the name is no command, and the text holds no prompt"
    )


def _read_file(source: DeviceSource) -> Reading:
    path = source.files[0]
    text, account = _read_text(path, source.name)
    accounts = [account] if account else []
    if not text.strip():
        return Reading((), tuple(accounts) or (OutputAccount(source.name, "", str(path), OutputState.QUARANTINED, reason="no text"),))
    tech = tech_platform(text)
    if tech is not None:
        sections = split_show_tech(text, tech)
        name = find_hostname([text]) or source.name
        outputs = tuple(_raw(section, path, tech) for section in sections)
        return Reading((DeviceCapture(clean(name, limit=64), tech.name, outputs),), tuple(accounts))
    if not is_terminal_log(text):
        problem = OutputAccount(
            source.name,
            "",
            str(path),
            OutputState.QUARANTINED,
            reason="neither a terminal log (no prompt with a show command) nor show-tech",
        )
        return Reading((), (*accounts, problem))
    return Reading(tuple(_captures_of_log(split_terminal_log(text), path)), tuple(accounts))


def _captures_of_log(sections: Sequence[Section], path: Path) -> list[DeviceCapture]:
    by_host: dict[str, list[Section]] = {}
    for section in sections:
        by_host.setdefault(section.host, []).append(section)
    captures = []
    for host, found in by_host.items():
        platform = find_platform(section.text for section in found)
        captures.append(
            DeviceCapture(
                clean(host, limit=64), platform.name if platform else "", tuple(_raw(section, path, platform) for section in found)
            )
        )
    return captures


def _raw(section: Section, path: Path, platform: Platform | None) -> RawOutput:
    command = find_command(platform, section.command) if platform else None
    return RawOutput(
        command.text if command else clean(section.command, limit=120), split_console(section.text)[0], str(path), section.first_line
    )


def strip_echo(text: str) -> tuple[str, int]:
    """A text without the prompt and echo before it and the prompt behind it, and the number of its first line."""
    lines = text.split("\n")
    start, end = 0, len(lines)
    for number, line in enumerate(lines[:6]):
        found = find_prompt(line)
        if (found and found[1]) or _ECHO.fullmatch(line):
            start = number + 1
    while end > start and (not lines[end - 1].strip() or ((prompt := find_prompt(lines[end - 1])) and not prompt[1])):
        end -= 1
    return "\n".join(lines[start:end]), start + 1


def _capture_facts(path: Path, warnings: list[str]) -> dict[str, str]:
    try:
        raw, _ = read_available(path)
        document = json.loads(raw)
    except (InputFileError, ValueError) as error:
        warnings.append(f"{path}: cannot be read, what it says of the device is not used: {error}")
        return {}
    if not isinstance(document, dict):
        warnings.append(f"{path}: holds no object, what it says of the device is not used")
        return {}
    return {key: clean(str(document[key])) for key in ("platform", "host", "taken_at") if document.get(key)}


def _taken_at(facts: dict[str, str], warnings: list[str]) -> datetime | None:
    text = facts.get("taken_at", "")
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        warnings.append(f"taken_at {text!r} in {CAPTURE_JSON} is no ISO 8601 time and not used")
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def read_output(path: Path) -> str:
    """The text of one command from a file, without echo, prompt, paging and console messages.

    Raises:
        InputFileError: the file cannot be read, or is binary.
    """
    raw, error = read_available(path, limits=LIMITS)
    if looks_binary(raw):
        raise InputFileError(f"{path}: is binary, no text.", context={"file": str(path)})
    if error is not None and not raw:
        raise error
    return split_console(strip_echo(clean_capture(raw))[0])[0]
