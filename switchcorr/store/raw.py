"""Captured text beside the database: one packed file a visit, named by what is in it, and a bundle a device and day later.

A visit's folder is packed as a tar archive without times or owners, so equal text is an equal file: its name is the SHA-256 of the archive. It
is on the disk, whole, before the row that names it is written; a file nobody names is left over from a crash and does no harm, or its row is
on the way: nothing that was kept within a day is taken for left over. ``compact``
joins the archives of a closed day and device, which pack together four times better (similar text close together), and remembers where each
begins in the bundle.

Who parses text again needs it as plain files for a while. They lie here as well, for their owner only: were the process killed, they would
outlive in the system's temporary directory whatever the store forgets.
"""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from switchcorr.errors import InputFileError, StoreError
from switchcorr.files import OwnFolder, ReadLimits, open_input, pack
from switchcorr.locks import folder_for_now, remove_left_folders
from switchcorr.store.records import RawText

SUFFIX = ".tar.zst"
FILES, BUNDLES = "files", "bundles"
UNPACKED = "unpacked"
LEVEL_NOW, LEVEL_LATER = 3, 10
"""How hard text is packed at once (1,022 MB/s measured), and when a day is closed (59 MB/s)."""
UNSETTLED = timedelta(days=1)
"""How long after a file was kept its row may still be on the way. Assumed: no import takes so long."""
_LIMITS = ReadLimits(bytes_out=4 * 1024**3, ratio=1 << 30)
"""No bound on how hard text was packed: a row tells how much of a file is wanted, and a line that repeats for ever packs without measure."""
_STEP = 1 << 20
_MEMBER_LIMIT = 512 * 1024**2


@dataclass(frozen=True, slots=True)
class RawPlace:
    """Where the text of a visit is: a file of its own, or ``size`` bytes from ``start`` of a bundle."""

    digest: str
    size: int
    bundle: str = ""
    start: int = 0


class RawFiles:
    """The folder of a store's captured text.

    Args:
        path: made when something is written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def keep(self, files: Mapping[str, bytes]) -> RawText:
        """Keep the files of one visit, by their names; what is there already is not written again.

        Raises:
            InputFileError: they cannot be written; then nothing half-written is left.
        """
        archive = archive_of(files)
        digest = hashlib.sha256(archive).hexdigest()
        if self._is_there(FILES, digest, len(archive)):
            self._renew(FILES, digest)
        else:
            self._write(FILES, digest, pack(archive, level=LEVEL_NOW))
        return RawText(digest, len(archive))

    def bundle(self, archives: Iterable[bytes]) -> str:
        """Keep several archives as one bundle, and see that it can be read again; its name.

        Raises:
            InputFileError: it cannot be written.
            StoreError: it is not on the disk as it was written.
        """
        joined = b"".join(archives)
        digest = hashlib.sha256(joined).hexdigest()
        self._write(BUNDLES, digest, pack(joined, level=LEVEL_LATER))
        _read_part(self.path_of(BUNDLES, digest), RawPlace(digest, len(joined)))
        return digest

    def read(self, place: RawPlace) -> dict[str, bytes]:
        """The files of one visit, by name.

        Raises:
            StoreError: they are not there, or are not what they were.
        """
        return files_of(self.archive(place))

    def archive(self, place: RawPlace) -> bytes:
        """The archive of one visit, checked against its name.

        Raises:
            StoreError: it is not there, or is not what it was.
        """
        return _read_part(self.path_at(place), place)

    def path_at(self, place: RawPlace) -> Path:
        """The file that the text of a visit is in."""
        return self.path_of(BUNDLES, place.bundle) if place.bundle else self.path_of(FILES, place.digest)

    def is_there(self, place: RawPlace) -> bool:
        """Whether the file of a visit's text is there, whatever is in it."""
        return self.path_at(place).is_file()

    def path_of(self, kind: str, digest: str) -> Path:
        """Where a file is."""
        return self.path / kind / digest[:2] / f"{digest}{SUFFIX}"

    def names(self, kind: str) -> Iterator[str]:
        """Digests of all files of a kind, sorted."""
        yield from sorted(path.name.removesuffix(SUFFIX) for path in (self.path / kind).glob(f"??/*{SUFFIX}"))

    def remove(self, kind: str, digest: str) -> int:
        """Remove a file; the bytes that are free now."""
        path = self.path_of(kind, digest)
        try:
            size = path.stat().st_size
            path.unlink()
        except FileNotFoundError:
            return 0
        return size

    def settled_names(self, kind: str, now: datetime) -> Iterator[str]:
        """Digests of the files of a kind that were kept so long ago that their rows are written, if they ever will be; sorted."""
        yield from (digest for digest in self.names(kind) if _is_settled(self.path_of(kind, digest), now))

    def remove_parts(self, now: datetime) -> int:
        """Take away what killed processes left half-written; how many files. Another process may be writing the newest ones."""
        parts = [path for path in self.path.glob("*/??/.*.part") if _is_settled(path, now)]
        for path in parts:
            path.unlink(missing_ok=True)
        return len(parts)

    @contextmanager
    def unpacked(self, texts: Iterable[tuple[str, Mapping[str, bytes]]]) -> Iterator[Path]:
        """A folder with text as plain files, a folder a device, which is removed at the end. What killed processes left of theirs goes first.

        Args:
            texts: names of folders, each with its files by name; taken one by one.

        Raises:
            InputFileError: they cannot be written.
        """
        with OwnFolder.at(self.path) as root, root.folder(UNPACKED) as home, folder_for_now(home) as own:
            for device, files in texts:
                _write_plain(own.path / device, files)
            yield own.path

    def remove_unpacked(self) -> int:
        """Take away the plain files that killed processes left; how many.

        Raises:
            InputFileError: they cannot be removed.
        """
        return remove_left_folders(self.path / UNPACKED)

    def size(self) -> int:
        """Bytes of all files."""
        return sum(path.stat().st_size for path in self.path.glob(f"*/??/*{SUFFIX}"))

    def _is_there(self, kind: str, digest: str, size: int) -> bool:
        """Whether a file is there and whole: one that was damaged is written again."""
        if not self.path_of(kind, digest).is_file():
            return False
        try:
            return len(self.archive(RawPlace(digest, size))) == size
        except StoreError:
            return False

    def _renew(self, kind: str, digest: str) -> None:
        """Have a file that is there count as kept now."""
        path = self.path_of(kind, digest)
        try:
            os.utime(path)
        except OSError as error:
            raise InputFileError(f"{path}: cannot be written: {error.strerror}.", hint="May this user write there?") from error

    def _write(self, kind: str, digest: str, data: bytes) -> None:
        with OwnFolder.at(self.path) as root, root.folder(kind) as folder, folder.folder(digest[:2]) as place:
            place.write(f"{digest}{SUFFIX}", data, shared=True)
            place.sync()
            folder.sync()


def _write_plain(folder: Path, files: Mapping[str, bytes]) -> None:
    try:
        folder.mkdir(mode=0o700)
        for name, data in files.items():
            with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as stream:
                stream.write(data)
    except OSError as error:
        raise InputFileError(f"{folder}: cannot be written: {error.strerror}.", hint="Is the disk full?") from error


def _read_part(path: Path, place: RawPlace) -> bytes:
    """What a row names of a file, or all of it, and no more; checked against its name.

    Raises:
        StoreError: it is not there, or is not what it was.
    """
    try:
        with closing(open_input(path, limits=_LIMITS)) as stream:
            before = place.start
            while before and (passed := stream.read(min(before, _STEP))):
                before -= len(passed)
            data = stream.read(place.size if place.bundle else place.size + 1)  # a file of its own ends there
    except InputFileError as error:
        hint = "What was made of it is in the store still; `switchcorr store check` lists all that is missing."
        raise StoreError(f"captured text is missing or damaged: {error.message}", hint=hint, context={"file": str(path)}) from error
    if hashlib.sha256(data).hexdigest() != place.digest:
        raise StoreError(f"{path}: is damaged: it does not hold what its name says.", hint="Restore it from a backup.")
    return data


def _is_settled(path: Path, now: datetime) -> bool:
    try:
        return path.stat().st_mtime < (now - UNSETTLED).timestamp()
    except FileNotFoundError:  # whoever wrote it has given it its name
        return False


def archive_of(files: Mapping[str, bytes]) -> bytes:
    """Files as a tar archive; equal files give equal bytes."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in sorted(files):
            member = tarfile.TarInfo(name)
            member.size = len(files[name])
            archive.addfile(member, io.BytesIO(files[name]))
    return stream.getvalue()


def files_of(archive: bytes) -> dict[str, bytes]:
    """The files of an archive by name; what is no plain file in one folder is left out.

    Raises:
        StoreError: it is no archive.
    """
    found: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:") as opened:
            for member in opened:
                stream = opened.extractfile(member) if member.isfile() and member.size <= _MEMBER_LIMIT else None
                if stream is not None and "/" not in member.name and member.name not in ("", ".", ".."):
                    found[member.name] = stream.read()
    except tarfile.TarError as error:
        raise StoreError(f"captured text is damaged: {error}.", hint="Restore it from a backup.") from error
    return found
