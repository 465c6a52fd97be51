"""The job ``export captures``: the captured text of a moment out of the store, as a folder that every command reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from switchcorr.captures.saving import folder_names
from switchcorr.errors import StoreError, UsageError
from switchcorr.files import OwnFolder
from switchcorr.jobs.inputs.request import Progress, say_nothing
from switchcorr.jobs.store.place import StorePlace
from switchcorr.store.kept_text import KeptText, texts_at
from switchcorr.store.raw import RawFiles
from switchcorr.store.snapshots import OLDEST_VISIT

GONE = "its text is kept no longer (raw_days)"


@dataclass(frozen=True, slots=True)
class Lacking:
    """A device that was visited, and whose text is not in the folder."""

    device: str
    visited_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class ExportedCaptures:
    """What was written.

    Attributes:
        folders: devices in the folder, each with the time of its visit.
        files: written.
        lacking: devices that were visited, and are not in it.
    """

    directory: Path
    folders: tuple[tuple[str, datetime], ...]
    files: int
    lacking: tuple[Lacking, ...]


def export_captures(place: StorePlace, at: datetime, directory: Path, progress: Progress = say_nothing) -> ExportedCaptures:
    """Write the text of the last visit of each device up to a moment into a new folder.

    Raises:
        UsageError: the folder is there and not empty; nothing was visited by then.
        StoreError: the store cannot be read.
        InputFileError: the folder cannot be written.
    """
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise UsageError(f"{directory}: is there already.", hint="Give the name of a new folder.")
    with place.open(write=False) as store:
        texts = texts_at(store, at, within=OLDEST_VISIT)
    if not texts:
        raise UsageError(
            f"{place.url.shown}: no device was visited in the {OLDEST_VISIT.days} days before {at:%Y-%m-%dT%H:%M:%SZ}.",
            hint="`switchcorr store check` says from when to when there are visits.",
        )
    lacking: list[Lacking] = []
    folders: list[tuple[str, datetime]] = []
    files = 0
    names = folder_names(one.device for one in texts)
    with OwnFolder.at(directory) as root:
        for number, one in enumerate(texts, start=1):
            found = _read(place.files(), one)
            if isinstance(found, str):
                lacking.append(Lacking(one.device, one.visited_at, found))
            else:
                _write(root, names[one.device], found)
                folders.append((one.device, one.visited_at))
                files += len(found)
            progress("captured text", number, len(texts))
    return ExportedCaptures(directory, tuple(folders), files, tuple(lacking))


def _read(files: RawFiles, one: KeptText) -> dict[str, bytes] | str:
    """The text of a visit, or why it cannot be had."""
    if one.place is None:
        return GONE
    try:
        return files.read(one.place)
    except StoreError as error:
        return error.message


def _write(root: OwnFolder, name: str, texts: dict[str, bytes]) -> None:
    with root.folder(name) as folder:
        for file, data in sorted(texts.items()):
            folder.write(file, data)
        folder.sync()
