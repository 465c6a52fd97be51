"""A source of captures to the outputs of its devices: every file ends in an output or in an account that says why not.

``find_devices`` (``folders.py``) lists files cheaply, ``read_device`` reads those of one source, so that worker processes can
read and parse side by side. A directory is one device unless its texts name several; then each is its own, under its own name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from switchcorr.captures.cleaning import clean_capture, split_messages
from switchcorr.captures.commands import Scope, Typed, is_not_needed, read_stem, read_typed
from switchcorr.captures.console import take_console
from switchcorr.captures.folders import DeviceSource, file_name
from switchcorr.captures.manifest import CAPTURE_JSON, CUT_OFF, NEVER_ASKED, NOT_ASKED, CaptureNotes, Recorded, read_capture_notes
from switchcorr.captures.pieces import LIMITS, FileContent, Piece, read_file
from switchcorr.captures.terminal_log import split_single
from switchcorr.errors import InputFileError
from switchcorr.files import ReadLimits, read_available
from switchcorr.model.addresses import device_key
from switchcorr.model.inventory import AlgorithmProfile
from switchcorr.model.snapshot import CONSOLE_MESSAGES, DeviceCapture, OutputAccount, OutputState, RawOutput
from switchcorr.model.tables import Table
from switchcorr.platforms import PLATFORMS, Command, Platform, platform_named
from switchcorr.platforms.detect import count_votes, find_platform, other_platform
from switchcorr.text import clean, looks_binary

_VERSION = re.compile(r"sho?w?\s+ver[a-z]*", re.IGNORECASE)
_WEIGHT_OF_VERSION = 3
_NAME_LIMIT = 64
_TORN = "its last line ends in the middle and is left out, for a cut Gi1/0/48 is a Gi1/0/4"
_CUT_NAME_LEAST = 20


@dataclass(frozen=True, slots=True)
class Reading:
    """What a source gave: a capture a device, accounts of files that gave none, and how old the SSH algorithms of a sweep were."""

    captures: tuple[DeviceCapture, ...]
    accounts: tuple[OutputAccount, ...] = ()
    warnings: tuple[str, ...] = ()
    profile: AlgorithmProfile | None = None


def read_device(source: DeviceSource, *, limits: ReadLimits = LIMITS) -> Reading:
    """Read the files of a source; never raises for anything in them."""
    if source.problem:
        return Reading((), (_lost(source.name, source.path, source.problem),))
    notes = next((read_capture_notes(path) for path in source.files if _is_notes(source, path)), CaptureNotes())
    name = clean(notes.device or source.name, limit=_NAME_LIMIT)
    contents = [_content(source, path, notes, limits) for path in source.files if not _is_notes(source, path)]
    accounts = list(_without_file(source, notes, name))
    warnings = [*notes.warnings, *(warning for content in contents for warning in content.warnings)]
    groups = _groups(source, contents, name, warnings)
    captures = [_capture(device, pieces, notes, _tech_of(contents, pieces)) for device, pieces in groups.items()]
    lost = [content for content in contents if content.problem]
    commands = _commands_of(source, [content.path for content in lost], notes, captures)
    accounts = [*(_lost(name, content.path, content.problem, commands.get(content.path, "")) for content in lost), *accounts]
    return Reading(tuple(captures), tuple(accounts), tuple(warnings), notes.profile)


def _content(source: DeviceSource, path: Path, notes: CaptureNotes, limits: ReadLimits) -> FileContent:
    recorded = notes.of_file(path.name)
    return read_file(path, in_directory=source.is_directory, command=recorded.command if recorded else "", limits=limits)


def _is_notes(source: DeviceSource, path: Path) -> bool:
    return source.is_directory and path.name == CAPTURE_JSON


def _lost(device: str, path: Path, why: str, command: str = "") -> OutputAccount:
    return OutputAccount(device, command, str(path), OutputState.QUARANTINED, reason=why)


def _commands_of(source: DeviceSource, paths: Sequence[Path], notes: CaptureNotes, captures: Sequence[DeviceCapture]) -> dict[Path, str]:
    """What files answer of which nothing can be read: as was written down, else by their names; a table is not whole without them."""
    if not source.is_directory or len(captures) != 1:
        return {}
    platform = platform_named(captures[0].platform)
    found: dict[Path, str] = {}
    for path in paths:
        recorded = notes.of_file(path.name)
        if recorded is not None:
            found[path] = recorded.command
        elif platform is not None and (command := read_stem(platform, _words(path)).command) is not None:
            found[path] = command.text
    return found


def _words(path: Path) -> str:
    return " ".join(file_name(path).replace("_", " ").split())


def _without_file(source: DeviceSource, notes: CaptureNotes, name: str) -> Iterable[OutputAccount]:
    """Accounts of commands that were to be asked and of whose answer there is no file."""
    names = {path.name for path in source.files}
    for recorded in notes.commands:
        if recorded.file in names or recorded.own_file in names:
            continue
        if recorded.status == NOT_ASKED:
            yield OutputAccount(name, recorded.command, str(source.path / CAPTURE_JSON), recorded.state, reason=NEVER_ASKED)
            continue
        state = (
            recorded.state
            if recorded.state in (OutputState.DENIED, OutputState.INVALID, OutputState.FEATURE_OFF)
            else OutputState.QUARANTINED
        )
        reason = f"recorded as {recorded.status}; " + (f"its file {recorded.file} is not there" if recorded.file else "no file was kept")
        yield OutputAccount(name, recorded.command, str(source.path / CAPTURE_JSON), state, reason=reason)


def _groups(source: DeviceSource, contents: Sequence[FileContent], name: str, warnings: list[str]) -> dict[str, list[Piece]]:
    """Pieces by device. In a directory, one name in the texts is the device of the directory, whatever the name."""
    pieces = [piece for content in contents for piece in content.pieces]
    hosts: dict[str, str] = {}
    for piece in pieces:
        if piece.host:
            hosts.setdefault(_host_key(piece.host, hosts), piece.host)
    if source.is_directory and len(hosts) <= 1:
        return {_name_of_one(name, hosts, pieces, warnings): pieces} if pieces else {}
    if source.is_directory:
        warnings.append(
            f"{source.path}: holds outputs of several devices ({', '.join(sorted(hosts.values()))}); each is kept under its own name"
        )
    groups: dict[str, list[Piece]] = {}
    for piece in pieces:
        key = _host_key(piece.host, hosts) if piece.host else ""
        device = name if not key or key == device_key(name) else hosts[key]
        groups.setdefault(clean(device, limit=_NAME_LIMIT), []).append(piece)
    return groups


def _name_of_one(name: str, hosts: Mapping[str, str], pieces: Sequence[Piece], warnings: list[str]) -> str:
    """The name of the one device in a directory: the directory's, or its own if a file is named after it (``site/acc-1.log``)."""
    if not hosts or device_key(name) in hosts:
        return name
    own = next(iter(hosts.values()))
    if any(device_key(file_name(piece.path)) in hosts for piece in pieces):
        return clean(own, limit=_NAME_LIMIT)
    warnings.append(f"{name}: the device calls itself {own}; it is kept under the directory's name")
    return name


def _host_key(host: str, known: Iterable[str]) -> str:
    """The key of a device's name; a name cut by a prompt is that of the whole one."""
    key = device_key(host)
    for other in known:
        short, whole = sorted((key, other), key=len)
        if len(short) >= _CUT_NAME_LEAST and whole.startswith(short):
            return other
    return key


def _tech_of(contents: Sequence[FileContent], pieces: Sequence[Piece]) -> Platform | None:
    paths = {piece.path for piece in pieces}
    return next((content.tech for content in contents if content.tech is not None and content.path in paths), None)


def _capture(device: str, pieces: Sequence[Piece], notes: CaptureNotes, tech: Platform | None) -> DeviceCapture:
    platform = notes.platform or tech or _platform_of(pieces)
    outputs: list[RawOutput] = []
    messages: dict[Path, list[tuple[int, str]]] = {}
    for piece in pieces:
        recorded = notes.of_file(piece.path.name)
        output, said = _output(piece, platform, recorded)
        outputs.append(replace(output, asked_at=recorded.started_at, seconds=recorded.seconds) if recorded else output)
        messages.setdefault(piece.path, []).extend(said)
    outputs += [_messages(path, said, platform) for path, said in messages.items() if said and platform is not None]
    return DeviceCapture(device, platform.name if platform else "", tuple(outputs), notes.taken_at, notes.host, notes.is_guessed)


def _platform_of(pieces: Sequence[Piece]) -> Platform | None:
    """The platform of a device whose texts do not agree is that of its ``show version``, unless most others speak against it."""
    weighed = [count_votes(piece.text) for piece in pieces for _ in range(_WEIGHT_OF_VERSION if _tells_version(piece) else 1)]
    return find_platform(weighed) or find_platform([count_votes(piece.text, whole=True) for piece in pieces])


def _tells_version(piece: Piece) -> bool:
    return _VERSION.fullmatch(piece.typed or piece.stem) is not None


def _output(piece: Piece, platform: Platform | None, recorded: Recorded | None) -> tuple[RawOutput, list[tuple[int, str]]]:
    """A piece as an output, and the console messages in it with their lines in the file."""
    shown = clean((recorded.command if recorded else "") or piece.typed or piece.stem, limit=120)
    raw = RawOutput(shown, piece.text, str(piece.path), piece.first_line)
    if platform is None:
        return (replace(raw, state=OutputState.TRUNCATED, reason=piece.cut) if piece.cut else raw), []
    typed = _meaning(piece, platform, recorded)
    state, reason = _judged(piece, platform, typed, recorded)
    if piece.torn and state is OutputState.TRUNCATED and not (piece.closed and recorded is None):
        piece, reason = replace(piece, text=piece.text[: piece.text.rfind("\n") + 1]), f"{reason}; {_TORN}"
    command = typed.command
    if command is None or state not in (OutputState.PARSED, OutputState.TRUNCATED):
        return RawOutput(command.text if command else shown, piece.text, raw.file, raw.first_line, state=state, reason=reason), []
    part = "" if typed.scope is Scope.WHOLE else f"{typed.text} | {typed.pipe}" if typed.pipe else typed.text
    if command.table is Table.LOGGING:
        return RawOutput(command.text, piece.text, raw.file, raw.first_line, part, state, reason), []
    console = take_console(piece.text)
    said = [(number + piece.first_line - 1, message) for number, message in console.messages]
    return RawOutput(command.text, console.text, raw.file, raw.first_line, part, state, reason, console.gaps), said


def _meaning(piece: Piece, platform: Platform, recorded: Recorded | None) -> Typed:
    """What was asked: by whoever recorded it, else by the echo in the text, else by the file's name."""
    typed = read_typed(platform, recorded.command if recorded else piece.typed)
    if typed.command is not None or not piece.stem:
        return typed
    by_name = read_stem(platform, piece.stem)
    return by_name if by_name.commands or not typed.text else typed


def _judged(piece: Piece, platform: Platform, typed: Typed, recorded: Recorded | None) -> tuple[OutputState, str]:
    """What can be said of a piece before it is parsed."""
    if len(typed.commands) > 1:
        names = " or ".join(command.text for command in typed.commands)
        return OutputState.QUARANTINED, f"{typed.text!r} is short for {names}: it is not guessed"
    if typed.command is None:
        return _of_no_use(typed.text or piece.stem)
    other = other_platform(piece.text, platform)
    if other is not None:
        return OutputState.QUARANTINED, f"looks like {other.title}, but this device is {platform.title}"
    if recorded is not None and recorded.status == NOT_ASKED:
        return OutputState.TRUNCATED, CUT_OFF
    if recorded is not None and recorded.state is not OutputState.PARSED:
        return recorded.state, f"recorded as {recorded.status}"
    lacking = _lacking(piece, typed)
    return (OutputState.TRUNCATED, lacking) if lacking else (OutputState.PARSED, "")


def _lacking(piece: Piece, typed: Typed) -> str:
    """Why a piece is not the whole answer, or may not be; empty if nothing speaks for that."""
    if piece.cut:
        return piece.cut
    if typed.scope is Scope.FILTERED:
        return f"only a part of the answer: it was filtered by | {clean(typed.pipe, limit=60)}"
    return "" if piece.closed else "the log ends without a prompt, so the answer may be cut short"


def _of_no_use(typed: str) -> tuple[OutputState, str]:
    if typed.endswith("?"):
        return OutputState.NOT_NEEDED, "help of the command line, no answer"
    known = is_not_needed(PLATFORMS, typed)
    return OutputState.NOT_NEEDED, "switchcorr has no use for this command" if known else "switchcorr does not know this command"


def _messages(path: Path, said: Sequence[tuple[int, str]], platform: Platform) -> RawOutput:
    """Console messages of a file as what they are: a part of the device's log."""
    command: Command | None = next((command for command in platform.commands if command.table is Table.LOGGING), None)
    text = "\n".join(message for _, message in said)
    return RawOutput(command.text if command else CONSOLE_MESSAGES, text, str(path), said[0][0], part=CONSOLE_MESSAGES)


def strip_echo(text: str) -> tuple[str, int]:
    """A text without the prompt and echo before it and the prompt behind it, and the number of its first line."""
    section = split_single(text)
    return section.text, section.first_line


def read_output(path: Path, command: Command | None = None) -> tuple[str, tuple[str, ...]]:
    """The text of one command from a file, without echo, prompt and paging, and the console messages that fell into it.

    Raises:
        InputFileError: the file cannot be read, or is binary.
    """
    raw, error = read_available(path, limits=LIMITS)
    if looks_binary(raw):
        raise InputFileError(f"{path}: is binary, no text.", context={"file": str(path)})
    if error is not None and not raw:
        raise error
    return split_messages(command, strip_echo(clean_capture(raw))[0])
