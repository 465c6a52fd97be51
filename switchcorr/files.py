"""The one door to files: safe names, whole-or-nothing writes, folders of our own, bounded reading of plain, gzip and zstd files."""

from __future__ import annotations

import contextlib
import errno
import gzip
import hashlib
import io
import os
import re
import stat
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self, cast, final

import zstandard

from switchcorr.errors import InputFileError

_UNSAFE_NAME = re.compile(r"[^A-Za-z0-9._-]+")
_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_SKIPPABLE = b"\x2a\x4d\x18"
_LONGEST_FRAME_HEADER = 18
_RLE_BLOCK = 1
_SAVE_AS_CSV = "Save its sheet as CSV and give that file."
_UNPACK = "Unpack it and give the files in it."
_CAPTURE = re.compile(rb"\xd4\xc3\xb2\xa1|\xa1\xb2\xc3\xd4|\x4d\x3c\xb2\xa1|\xa1\xb2\x3c\x4d|\x0a\x0d\x0d\x0a")
"""How pcap (in both byte orders, with micro- or nanoseconds) and pcapng begin."""
_NOT_READ: tuple[tuple[re.Pattern[bytes], str, str], ...] = (
    (re.compile(rb"PK\x03\x04(?s:.){0,4000}opendocument\.spreadsheet"), "is a spreadsheet (.ods)", _SAVE_AS_CSV),
    (re.compile(rb"PK\x03\x04(?s:.){0,4000}word/"), "is a Word document (.docx)", "Save it as plain text and give that file."),
    (re.compile(rb"PK\x03\x04(?s:.){0,4000}xl/"), "is a spreadsheet (.xlsx)", _SAVE_AS_CSV),
    (re.compile(rb"PK\x03\x04(?s:.){0,4000}(?:\[Content_Types\]\.xml|docProps/|_rels/)"), "is an Office file (.xlsx, .docx)", _SAVE_AS_CSV),
    (re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "is an old Office file (.xls)", _SAVE_AS_CSV),
    (re.compile(rb"PK\x03\x04"), "is a ZIP archive", _UNPACK),
    (re.compile(rb"7z\xbc\xaf\x27\x1c"), "is a 7z archive", _UNPACK),
    (re.compile(rb"Rar!\x1a\x07"), "is a RAR archive", _UNPACK),
    (re.compile(rb"BZh[1-9]1AY&SY"), "is packed with bzip2", "Unpack it, or pack it with gzip or zstd."),
    (re.compile(rb"\xfd7zXZ\x00"), "is packed with xz", "Unpack it, or pack it with gzip or zstd."),
    (re.compile(rb"%PDF-"), "is a PDF document", "Give the text or the table that it was made from."),
    (_CAPTURE, "is a packet capture", "switchcorr keepalives reads it; its registrations and drops are taken with --events."),
)
"""Files that people give for text and that are none, by their first bytes: what each is and what to do with it."""
_LOOKED_AT = 4096
_READ_ERRORS = (OSError, EOFError, zlib.error, zstandard.ZstdError)


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """Bounds on what one file may become when it is read.

    Attributes:
        bytes_out: most bytes after unpacking.
        ratio: most unpacked bytes per packed byte, checked above 16 MiB.
    """

    bytes_out: int = 8 * 1024**3
    ratio: int = 200


DEFAULT_LIMITS = ReadLimits()
_PART = ".part"
_RATIO_FROM = 16 * 1024**2


def safe_name(text: str) -> str:
    """A file name for any text: up to 64 plain characters and eight hex digits of its SHA-256, so that none collide.

    >>> safe_name("../../etc/passwd")
    'etc_passwd-3754d6cb'
    """
    plain = _UNSAFE_NAME.sub("_", text).strip("._")[:64].rstrip("._") or "x"
    return f"{plain}-{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def write_whole(path: Path, data: str | bytes, *, mode: int | None = None) -> None:
    """Write a file whole or not at all: temporary name in the same directory, fsync, rename; readable by its owner only.

    Args:
        mode: who else may read it, whatever the umask is; a file that is there keeps who may read it then. For what holds no names only.

    Raises:
        InputFileError: the directory is missing, the file cannot be written, or what has its name is no file.
    """
    raw = data.encode("utf-8") if isinstance(data, str) else data
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):  # root would put a file in the place of /dev/null
            raise InputFileError(f"{path}: cannot be written: it is no regular file.", hint="Give the name of a file.")
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
    except OSError as error:
        raise InputFileError(f"{path}: cannot be written: {error.strerror}.", hint="Does its directory exist?") from error
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(raw)
            if mode is not None:
                os.fchmod(stream.fileno(), stat.S_IMODE(path.stat().st_mode) & 0o666 if path.is_file() else mode)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(path)
    except OSError as error:
        with contextlib.suppress(FileNotFoundError):
            Path(temporary).unlink()
        raise InputFileError(f"{path}: cannot be written: {error.strerror}.") from error


@final
class OwnFolder:
    """A folder that only its owner can read, in which files are written whole or not at all. Links in it are never followed.

    While a file is written it is called ``.name.part``; after a crash ``remove_parts`` takes such leftovers away. One process writes, unless ``write`` is told of others.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place, OwnFolder.at(Path(place) / "captures") as captures:
    ...     with captures.folder("acc-1") as device:
    ...         device.write("show_version.txt", b"IOS")
    ...     (Path(place) / "captures" / "acc-1" / "show_version.txt").read_bytes()
    b'IOS'
    """

    def __init__(self, path: Path, handle: int) -> None:
        self.path = path
        self._handle = handle

    @classmethod
    def at(cls, path: Path) -> OwnFolder:
        """Open a folder, and make it with those above it if it is not there. The path itself may lead over links.

        Raises:
            InputFileError: it cannot be made or opened.
        """
        try:
            for missing in reversed([folder for folder in (path, *path.parents) if not folder.exists()]):
                missing.mkdir(mode=0o700, exist_ok=True)  # another process may make it just now
            return cls(path, os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
        except OSError as error:
            raise _cannot_write(path, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._handle)

    def folder(self, name: str) -> OwnFolder:
        """A folder in this one, made if it is not there.

        Raises:
            InputFileError: it cannot be made or opened, or is a link.
        """
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            with contextlib.suppress(FileNotFoundError):
                return OwnFolder(self.path / name, os.open(name, flags, dir_fd=self._handle))
            with contextlib.suppress(FileExistsError):  # another process has made it meanwhile
                os.mkdir(name, 0o700, dir_fd=self._handle)
            return OwnFolder(self.path / name, os.open(name, flags, dir_fd=self._handle))
        except OSError as error:
            raise _cannot_write(self.path / name, error) from error

    def write(self, name: str, data: bytes, *, shared: bool = False) -> None:
        """Write a file whole or not at all: temporary name, fsync, rename.

        Args:
            shared: whether several processes may write it at the same time; the last one counts.

        Raises:
            InputFileError: it cannot be written, or something that is no regular file has its name.
        """
        part = f".{name}.{os.getpid()}{_PART}" if shared else f".{name}{_PART}"
        try:
            self._refuse_unless_regular(name)
            self._write_part(part, data)
            os.rename(part, name, src_dir_fd=self._handle, dst_dir_fd=self._handle)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.unlink(part, dir_fd=self._handle)
            raise _cannot_write(self.path / name, error) from error

    def append(self, name: str, line: bytes) -> None:
        """Add a line to a file and have it on the disk, whole or not at all. After a crash the last line may be torn; the next one does not join it.

        Raises:
            InputFileError: it cannot be written, or is a link.
        """
        try:
            with os.fdopen(self._open(name, os.O_CREAT | os.O_APPEND, read=True), "rb+", buffering=0) as stream:
                size = os.fstat(stream.fileno()).st_size
                torn = size > 0 and os.pread(stream.fileno(), 1, size - 1) != b"\n"
                rest = b"\n" * torn + line
                try:
                    while rest:
                        rest = rest[stream.write(rest) :]
                    os.fsync(stream.fileno())
                except OSError:  # a full disk: no half line is left for those who read the file
                    with contextlib.suppress(OSError):
                        os.ftruncate(stream.fileno(), size)
                    raise
        except OSError as error:
            raise _cannot_write(self.path / name, error) from error

    def sync(self) -> None:
        """Have the names of what was written on the disk."""
        try:
            os.fsync(self._handle)
        except OSError as error:
            raise _cannot_write(self.path, error) from error

    def remove_parts(self) -> int:
        """Take away half-written files that a killed process left, and say how many there were."""
        with os.scandir(self._handle) as entries:
            parts = [entry.name for entry in entries if entry.name.startswith(".") and entry.name.endswith(_PART)]
        for name in parts:
            os.unlink(name, dir_fd=self._handle)
        return len(parts)

    def _write_part(self, part: str, data: bytes) -> None:
        try:
            handle = self._open(part, os.O_CREAT | os.O_EXCL)
        except FileExistsError:  # a killed process left it, or somebody put a link there
            os.unlink(part, dir_fd=self._handle)
            handle = self._open(part, os.O_CREAT | os.O_EXCL)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(handle, rest) :]
            os.fsync(handle)
        finally:
            os.close(handle)

    def _open(self, name: str, flags: int, *, read: bool = False) -> int:
        return os.open(name, (os.O_RDWR if read else os.O_WRONLY) | os.O_NOFOLLOW | os.O_CLOEXEC | flags, 0o600, dir_fd=self._handle)

    def _refuse_unless_regular(self, name: str) -> None:
        """A link that somebody planted would be replaced by the rename; it is refused, so that it is noticed."""
        try:
            mode = os.stat(name, dir_fd=self._handle, follow_symlinks=False).st_mode
        except FileNotFoundError:
            return
        if not stat.S_ISREG(mode):
            raise OSError(errno.ELOOP if stat.S_ISLNK(mode) else errno.EEXIST, "something else has this name")


def _cannot_write(path: Path, error: OSError) -> InputFileError:
    """What went wrong, and the way on."""
    hints = {
        errno.ENOSPC: "Make room on the disk.",
        errno.EDQUOT: "Make room: the quota is used up.",
        errno.EACCES: "May this user write there?",
        errno.EROFS: "The file system is read-only.",
        errno.ELOOP: "A link stands where a file of ours belongs, and is not followed: remove it.",
        errno.ENOTDIR: "A file or a link stands where a folder of ours belongs: remove it.",
    }
    return InputFileError(
        f"{path}: cannot be written: {error.strerror}.", hint=hints.get(error.errno or 0, ""), context={"file": str(path)}
    )


def pack(data: bytes, *, level: int = 3) -> bytes:
    """Data as one zstd frame with its length and a checksum; ``read_bytes`` of a file of it gives the data back."""
    return zstandard.ZstdCompressor(level=level, write_checksum=True).compress(data)


def open_input(path: Path, *, limits: ReadLimits = DEFAULT_LIMITS, binary: bool = False) -> io.BufferedReader:
    """A regular file opened for reading, unpacked if it is gzip or zstd by its first bytes; the caller closes it.

    Args:
        path: the file.
        limits: what it may become when it is unpacked.
        binary: whether it is meant to be no text, so that no kind of file is refused.

    Raises:
        InputFileError: missing, not a regular file, empty, a spreadsheet or another kind of file that is never read; while reading: damaged, or larger than ``limits`` allow.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        piped = " Standard input is not read; save it into a file first." if str(path) == "-" else ""
        raise InputFileError(f"{path}: cannot be opened: {error.strerror}.{piped}", context={"file": str(path)}) from error
    facts = os.fstat(handle)
    if not stat.S_ISREG(facts.st_mode) or facts.st_size == 0:
        os.close(handle)
        raise InputFileError(f"{path}: {_no_content(facts.st_mode)}.", context={"file": str(path)})
    plain = os.fdopen(handle, "rb")
    if not binary:
        _refuse_not_read(path, plain)
    return io.BufferedReader(_Bounded(plain, path, limits, facts.st_size), min(1 << 20, max(facts.st_size + 1, 1 << 16)))


def is_packet_capture(path: Path) -> bool:
    """Whether a file begins as a packet capture, plain or packed; False where it cannot be read."""
    try:
        with open_input(path, binary=True) as stream:
            return begins_as_capture(stream.peek(4))
    except InputFileError:
        return False


def begins_as_capture(head: bytes) -> bool:
    """Whether these are the first bytes of a packet capture."""
    return _CAPTURE.match(head) is not None


def bytes_read(stream: io.BufferedReader) -> tuple[int, int]:
    """How many bytes of a file that ``open_input`` opened were read so far, and of how many; of a packed file those that are packed."""
    return cast("_Bounded", stream.raw).position


def _refuse_not_read(path: Path, plain: io.BufferedReader) -> None:
    head = plain.peek(_LOOKED_AT)[:_LOOKED_AT]
    for pattern, what, hint in _NOT_READ:
        if pattern.match(head):
            plain.close()
            raise InputFileError(f"{path}: {what}, not text.", hint=hint, context={"file": str(path)})


def _no_content(mode: int) -> str:
    """Why nothing can be read from what is no file with content."""
    if stat.S_ISREG(mode):
        return "is empty"
    if stat.S_ISDIR(mode):
        return "is a directory; name the files in it, one by one"
    return "is no regular file; save what a pipe gives into a file first"


def read_bytes(path: Path, *, limits: ReadLimits = DEFAULT_LIMITS) -> bytes:
    """The whole content of a file, unpacked.

    Raises:
        InputFileError: as ``open_input``.
    """
    data, error = read_available(path, limits=limits)
    if error is not None:
        raise error
    return data


def read_available(path: Path, *, limits: ReadLimits = DEFAULT_LIMITS) -> tuple[bytes, InputFileError | None]:
    """What can be read of a file, and why the rest cannot: for a file that was cut short.

    Raises:
        InputFileError: the file cannot be opened at all.
    """
    parts: list[bytes] = []
    with open_input(path, limits=limits) as stream:
        try:
            while part := stream.read1():  # as much as fits the file: asking for a megabyte costs more than reading a small file
                parts.append(part)
        except InputFileError as error:
            return b"".join(parts), error
    return b"".join(parts), None


def read_blocks(stream: io.BufferedIOBase, *, size: int = 1 << 20, longest_line: int = 1 << 20) -> Iterator[bytes]:
    """Blocks of about ``size`` bytes that end at a line's end; a longer line than ``longest_line`` is cut there.

    A file that was cut short gives what it holds before its error is raised.
    """
    rest = b""
    while True:
        try:
            block = stream.read1(size)
        except InputFileError:
            if rest:
                yield rest
            raise
        if not block:
            break
        block = rest + block
        cut = block.rfind(b"\n") + 1
        if cut == 0 and len(block) > longest_line:
            cut = len(block)
        rest = block[cut:]
        if cut:
            yield block[:cut]
    if rest:
        yield rest


class _Bounded(io.RawIOBase):
    """Unpacks, counts what comes out, and maps every library's error to ours."""

    def __init__(self, plain: io.BufferedReader, path: Path, limits: ReadLimits, packed_size: int) -> None:
        self._plain, self._path, self._limits, self._packed_size = plain, path, limits, packed_size
        self._count = 0
        magic = plain.read(4)
        plain.seek(0)
        self._packed = magic.startswith((_GZIP_MAGIC, _ZSTD_MAGIC))
        self._is_zstd = magic == _ZSTD_MAGIC
        self._source: io.BufferedIOBase = plain
        if magic.startswith(_GZIP_MAGIC):
            self._source = gzip.GzipFile(fileobj=plain)
        elif self._is_zstd:
            self._source = cast(
                "io.BufferedIOBase", zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(plain, read_across_frames=True)
            )

    def readable(self) -> bool:
        return True

    @property
    def position(self) -> tuple[int, int]:
        """Bytes of the file that were read, and all of them."""
        return self._plain.tell(), self._packed_size

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # RawIOBase types the buffer loosely
        try:
            data = self._source.read1(len(buffer))
            if not data and self._is_zstd and not _ends_whole(self._plain):
                raise EOFError("the last frame is not whole")
        except _READ_ERRORS as error:
            raise InputFileError(f"{self._path}: damaged, or cut short: {error}.", context={"file": str(self._path)}) from error
        self._count += len(data)
        self._check_limits()
        buffer[: len(data)] = data
        return len(data)

    def _check_limits(self) -> None:
        too_dense = self._packed and self._count > max(_RATIO_FROM, self._packed_size * self._limits.ratio)
        if too_dense or self._count > self._limits.bytes_out:
            raise InputFileError(
                f"{self._path}: more than {self._count} bytes when unpacked ({self._packed_size} packed).",
                hint="Unpack it by hand and give the parts that are needed.",
                context={"file": str(self._path)},
            )

    def close(self) -> None:
        if not self.closed:
            self._source.close()
            self._plain.close()
        super().close()


def _ends_whole(stream: io.BufferedReader) -> bool:
    """Whether a zstd file ends where a frame does, by the sizes of its blocks: the library takes every end for the right one.

    Source: RFC 8878, 3.1.1 (frames and blocks) and 3.1.2 (skippable frames).
    """
    size, at = stream.seek(0, io.SEEK_END), 0
    while at < size:
        stream.seek(at)
        head = stream.read(_LONGEST_FRAME_HEADER)
        if head[1:4] == _SKIPPABLE and head[0] >> 4 == 5:
            at += 8 + int.from_bytes(head[4:8], "little")
            continue
        try:
            checksum = zstandard.get_frame_parameters(head).has_checksum
            at = _end_of_blocks(stream, at + zstandard.frame_header_size(head)) + 4 * checksum
        except zstandard.ZstdError:  # cut off within the header
            return False
    stream.seek(size)
    return at == size


def _end_of_blocks(stream: io.BufferedReader, at: int) -> int:
    """Where the blocks of a zstd frame end, which may be behind the end of the file."""
    while True:
        stream.seek(at)
        block = int.from_bytes(stream.read(3).ljust(3, b"\xff"), "little")
        is_last, kind = block & 1, block >> 1 & 3
        at += 3 + (1 if kind == _RLE_BLOCK else block >> 3)
        if is_last:
            return at
