"""What lies in a captures folder: which files belong together.

A folder directly in it is a device, or holds folders of devices (``site/device/...``), to any depth up to ``DEPTH``. Files
directly in a folder that has subfolders too belong to that folder. Hidden files and folders (their names begin with a dot),
``manifest.json``, ``visits.jsonl`` and what is neither file nor folder are handled as the docstring of ``find_devices`` says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from switchcorr.captures.manifest import CAPTURE_JSON, OF_THE_SWEEP
from switchcorr.errors import InputFileError

DEPTH = 8
_COMMAND_NAME = re.compile(r"sho?w?[_ ][a-z]", re.IGNORECASE)
_SUFFIXES = re.compile(r"(\.(txt|log|out|cap|text))?(\.(gz|zst))?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DeviceSource:
    """Files that belong together: of one device, or one file that holds one or several.

    Attributes:
        name: of the directory, or of the file without its endings.
        path: the directory, or the file.
        problem: why there is nothing to read; empty if there is.
    """

    name: str
    path: Path
    files: tuple[Path, ...]
    is_directory: bool
    problem: str = ""


def find_devices(directory: Path) -> tuple[DeviceSource, ...]:
    """What lies in a captures directory, sorted by path.

    Files of single commands (``show_...``) directly in the directory are of one device, which the directory is named after.
    Hidden files and folders are left alone without a word, ``manifest.json`` and ``visits.jsonl`` are the sweep's own. Everything else ends in a
    source: an empty folder, one that cannot be listed and one that lies too deep in a source with a problem.

    Raises:
        InputFileError: no such directory, it cannot be listed, or nothing in it.
    """
    hint = "--captures wants the folder that holds the outputs: a folder a device, terminal logs, show-tech files."
    if not directory.exists():
        raise InputFileError(f"{directory}: is no directory; nothing has this name.", hint=hint)
    if not directory.is_dir():
        hint = f"Give its folder, {directory.parent}, or put the file into a folder of its own." if directory.is_file() else hint
        raise InputFileError(f"{directory}: is no directory.", hint=hint)
    folders, files, problem = _listed(directory)
    if problem:
        raise InputFileError(f"{directory}: {problem}.", hint=hint)
    if not folders and not files:
        raise InputFileError(f"{directory}: holds no files.", hint=hint)
    loose, alone = _split(files, lambda path: path.name == CAPTURE_JSON or _COMMAND_NAME.match(path.name) is not None)
    sources = [DeviceSource(file_name(path), path, (path,), is_directory=False) for path in alone]
    if loose:
        sources.append(DeviceSource(directory.resolve().name, directory, loose, is_directory=True))
    seen = {directory.resolve()}
    for folder in folders:
        sources += _sources(folder, seen, depth=1)
    return tuple(sorted(sources, key=lambda source: source.path))


def device_folder(name: str, directory: Path) -> DeviceSource:
    """The folder of one device as a source; folders in it do not count."""
    _, files, problem = _listed(directory)
    return DeviceSource(name, directory, files, is_directory=True, problem=problem or ("" if files else "holds no files"))


def file_name(path: Path) -> str:
    """A file's name without the endings of captures.

    >>> file_name(Path("show_version.txt.gz")), file_name(Path("acc-1.example.org"))
    ('show_version', 'acc-1.example.org')
    """
    return _SUFFIXES.sub("", path.name) or path.name


def _sources(directory: Path, seen: set[Path], *, depth: int) -> Iterator[DeviceSource]:
    """The sources in a folder; a folder that several links lead to is read once."""
    real = directory.resolve()
    why = "is a link to a folder that is read already" if real in seen else ""
    why = why or (f"lies more than {DEPTH} folders deep and is not read" if depth > DEPTH else "")
    if why:
        yield DeviceSource(directory.name, directory, (), is_directory=True, problem=why)
        return
    seen.add(real)
    folders, files, problem = _listed(directory)
    if problem or not (folders or files):
        yield DeviceSource(directory.name, directory, (), is_directory=True, problem=problem or "holds no files")
    if files:
        yield DeviceSource(directory.name, directory, files, is_directory=True)
    for folder in folders:
        yield from _sources(folder, seen, depth=depth + 1)


def _listed(directory: Path) -> tuple[tuple[Path, ...], tuple[Path, ...], str]:
    """Folders and files of a directory, sorted, and why it cannot be listed."""
    try:
        entries = sorted(entry for entry in directory.iterdir() if not entry.name.startswith(".") and entry.name not in OF_THE_SWEEP)
    except OSError as error:
        return (), (), f"cannot be listed: {error.strerror}"
    folders, files = _split(entries, Path.is_dir)
    return folders, files, ""


def _split(paths: Iterable[Path], test: Callable[[Path], bool]) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """The paths that pass a test, and the others, each in order; each is tested once."""
    passed: list[Path] = []
    others: list[Path] = []
    for path in paths:
        (passed if test(path) else others).append(path)
    return tuple(passed), tuple(others)
