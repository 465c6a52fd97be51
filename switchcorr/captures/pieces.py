"""One file to the answers in it, each with what the file tells of its device and command."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from switchcorr.captures.cleaning import clean_capture
from switchcorr.captures.commands import read_stem, read_typed
from switchcorr.captures.detect import find_hostname
from switchcorr.captures.folders import file_name
from switchcorr.captures.terminal_log import Log, Section, split_log, split_single
from switchcorr.errors import InputFileError
from switchcorr.files import ReadLimits, read_available
from switchcorr.platforms import PLATFORMS, Platform
from switchcorr.text import looks_binary

LIMITS = ReadLimits(bytes_out=256 * 1024**2)
"""The text of a file is held in memory while it is read; show-tech of a large chassis has some 50 MB."""

_TAR_MARK = slice(257, 262)
_SHOW = re.compile(r"sho?w?\s+\S", re.IGNORECASE)
_HEAD_OF_TEXT = re.compile(r"(?:[^\n]*\n){2}")


@dataclass(frozen=True, slots=True)
class Piece:
    """The answer to one command in a file.

    Attributes:
        host: the device's name for itself: of the prompt, else of the text; empty if neither tells.
        typed: the command as the prompt, the echo or the section header has it; empty if none of them is there.
        stem: the command as the file's name has it; empty if the name is none.
        closed: whether something shows that the answer was over.
        cut: why the file could not be read to its end; only on its last piece.
        torn: whether the file ends in the middle of its last line, as far as can be seen: no end of line is behind it.
    """

    path: Path
    host: str
    typed: str
    stem: str
    text: str
    first_line: int
    closed: bool = True
    cut: str = ""
    torn: bool = False


@dataclass(frozen=True, slots=True)
class FileContent:
    """What a file gave.

    Attributes:
        problem: why it gave nothing; empty if it gave pieces.
        tech: the platform whose show-tech is in it; None without.
    """

    path: Path
    pieces: tuple[Piece, ...] = ()
    problem: str = ""
    tech: Platform | None = None
    warnings: tuple[str, ...] = ()


def read_file(path: Path, *, in_directory: bool, command: str = "", limits: ReadLimits = LIMITS) -> FileContent:
    """Read a file and find the answers in it; never raises for anything in it.

    Args:
        path: plain, gzip or zstd.
        in_directory: whether it lies in a device's directory, where a file's name may tell its command.
        command: what the file answers, where that was written down; else its name is asked.
        limits: what may be read of it; what lies behind them is left out, which is told.
    """
    try:
        raw, error = read_available(path, limits=limits)
    except InputFileError as problem:
        return FileContent(path, problem=_without_path(problem, path))
    if raw[_TAR_MARK] == b"ustar":
        return FileContent(path, problem="tar archive: unpack it")
    if looks_binary(raw):
        return FileContent(path, problem="binary, no text")
    text = clean_capture(raw)
    del raw  # of a large file a fifth of all that is held while it is split
    if not text.strip():
        return FileContent(path, problem=_without_path(error, path) if error else "no text")
    log = split_log(text)
    stem = (command or _stem(path)) if in_directory else ""
    pieces = _pieces_of_log(path, log, stem) if log.sections else _single(path, text, stem) if in_directory else []
    if not pieces:
        return FileContent(path, problem=_no_log(in_directory=in_directory))
    if error is not None:
        last = pieces[-1]
        pieces[-1] = replace(
            last, text=last.text[: last.text.rfind("\n") + 1] if text[-1:] != "\n" else last.text, cut=_without_path(error, path)
        )
    elif _last_line(text) and _last_line(text) == _last_line(pieces[-1].text):
        pieces[-1] = replace(pieces[-1], torn=True)
    renamed = tuple(f"{path}: {old} was renamed to {new} on the way; all of it is kept as {new}" for old, new in log.renamed)
    return FileContent(path, tuple(pieces), tech=log.tech, warnings=renamed)


def _last_line(text: str) -> str:
    """What stands behind the last end of line."""
    return text[text.rfind("\n") + 1 :]


def _pieces_of_log(path: Path, log: Log, stem: str) -> list[Piece]:
    sections = log.sections
    if stem and len(sections) == 1:
        return [_piece(path, replace(sections[0], closed=True), stem)]
    pieces = [_piece(path, section, "") for section in sections]
    if stem and _HEAD_OF_TEXT.match(log.preamble) and not any(_same_command(stem, section.command) for section in sections):
        pieces.insert(0, _piece(path, Section("", "", log.preamble, 1), stem))
    if log.tech is not None:
        name = next((name for piece in pieces if (name := piece.host or find_hostname(piece.text, piece.typed))), "")
        pieces = [replace(piece, host=piece.host or name) for piece in pieces]
    return pieces


def _single(path: Path, text: str, stem: str) -> list[Piece]:
    """The answer in a file without any prompt at which a show command was typed."""
    section = split_single(text)
    return [_piece(path, section, stem)] if stem or section.command else []


def _piece(path: Path, section: Section, stem: str) -> Piece:
    host = section.host or find_hostname(section.text, section.command or stem)
    return Piece(path, host, section.command, stem, section.text, section.first_line, section.closed)


def _stem(path: Path) -> str:
    """The command in a file's name as words; empty if it is none."""
    words = " ".join(file_name(path).replace("_", " ").split())
    known = _SHOW.match(words) is not None or any(read_stem(platform, words).commands for platform in PLATFORMS)
    return words if known else ""


def _same_command(one: str, other: str) -> bool:
    """Whether both mean one command on some platform."""
    meant = [(read_stem(platform, one).command, read_typed(platform, other).command) for platform in PLATFORMS]
    return any(command is not None and command is same for command, same in meant)


def _no_log(*, in_directory: bool) -> str:
    if in_directory:
        return "the name is no command, and the text holds no prompt with a show command"
    return (
        "neither a terminal log (no prompt with a show command) nor show-tech; a single answer belongs into a folder named after its device"
    )


def _without_path(error: InputFileError, path: Path) -> str:
    """What an error says and what to do, without the name that the account has already."""
    return str(error).removeprefix(f"{path}: ").rstrip(".")
