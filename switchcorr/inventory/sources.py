"""The files of an inventory, read with their limits; what cannot be read is noted and not raised."""

from __future__ import annotations

from pathlib import Path

from switchcorr.errors import InputFileError
from switchcorr.files import ReadLimits, read_bytes
from switchcorr.inventory.ansible import VariableFiles
from switchcorr.inventory.places import Problems, Setting, SourceFile
from switchcorr.inventory.shapes import parse_variables
from switchcorr.text import decode, looks_binary

MOST_BYTES = 32 * 1024**2
_VARIABLE_SUFFIXES = ("", ".yml", ".yaml", ".json")
_NO_INVENTORY = (".cfg", ".retry", ".pyc", ".pyo", ".bak", ".orig", ".swp", ".md", ".rst", ".j2", ".py", ".sh", "~")
_VAULT = "$ANSIBLE_VAULT"


def read_source(path: Path, name: str, problems: Problems) -> SourceFile | None:
    """The text of a file; None if it cannot be used.

    Args:
        name: as messages call it.
    """
    try:
        if path.is_file() and path.stat().st_size == 0:
            return SourceFile(name, "", path)
        raw = read_bytes(path, limits=ReadLimits(bytes_out=MOST_BYTES))
        mode = path.stat().st_mode
    except InputFileError as error:
        problems.add(SourceFile("", "", path), error.message.rstrip("."))
        return None
    except (OSError, ValueError) as error:
        problems.add(SourceFile(name, "", path), f"cannot be read: {getattr(error, 'strerror', None) or 'no path'}")
        return None
    if looks_binary(raw):
        problems.add(SourceFile(name, "", path), "is no text")
        return None
    return SourceFile(name, decode(raw), path, private=mode & 0o077 == 0)


def is_there(path: Path) -> bool:
    """Whether a path leads to something; one that cannot be a path does not."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def beside(directory: Path, *names: str) -> Path | None:
    """The first of the files that is there."""
    return next((directory / name for name in names if (directory / name).is_file()), None)


def inventory_files(directory: Path) -> list[Path]:
    """The files of a directory that Ansible would read as inventories, in its order."""
    return [
        path
        for path in sorted(directory.iterdir())
        if path.is_file() and not path.name.startswith(".") and not path.name.endswith(_NO_INVENTORY)
    ]


def read_variable_files(directory: Path, problems: Problems) -> VariableFiles:
    """``group_vars`` and ``host_vars`` of a directory."""
    return VariableFiles(_variables(directory / "group_vars", problems), _variables(directory / "host_vars", problems))


def _variables(directory: Path, problems: Problems) -> dict[str, list[Setting]]:
    found: dict[str, list[Setting]] = {}
    for path in sorted(directory.iterdir()) if directory.is_dir() else ():
        is_directory = path.is_dir()
        files = sorted(path.rglob("*")) if is_directory else [path]
        for file in files:
            if not file.is_file() or file.suffix not in _VARIABLE_SUFFIXES or file.name.startswith(".") or file.name.endswith("~"):
                continue
            name = path.name if is_directory or path.suffix not in _VARIABLE_SUFFIXES else path.name.removesuffix(path.suffix)
            source = read_source(file, file.relative_to(directory.parent).as_posix(), problems)
            if source is None:
                continue
            if source.text.startswith(_VAULT):
                problems.warn(source, "is encrypted: its variables do not count")
            elif (document := parse_variables(source, problems)) is not None:
                found.setdefault(name, []).append(document)
    return found
