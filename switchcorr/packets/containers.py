"""Capture files to packets: pcap and pcapng through scapy's raw readers, the only module that knows it.

scapy reads the file formats; its dissection is not used, for it takes many times as long as reading the few headers that matter here
(``frames``). What its readers pass over in silence is noticed by the stream that they are given: a file that ends within a record,
a packed file that is damaged, a block of a size that no packet has.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import NamedTuple

from switchcorr.errors import ConfigurationError, InputFileError
from switchcorr.files import bytes_read, open_input
from switchcorr.text import clean

try:
    import scapy.main

    scapy.main.SCAPY_CACHE_FOLDER = None  # it would keep pickles in the user's home, and load them at the next import
    from scapy.data import MTU
    from scapy.error import Scapy_Exception
    from scapy.utils import RawPcapNgReader, RawPcapReader
except ImportError:  # pragma: no cover  # the extra is not installed; the tests need it
    RawPcapReader = None  # type: ignore[assignment,misc]

logging.getLogger("scapy").setLevel(logging.CRITICAL)  # what its readers complain of is counted here

_INSTALL = "pip install 'switchcorr[pcap]'"
_LARGEST_READ = 1 << 24
"""A block of a capture file that claims more than 16 MiB is damage: the largest packet that capture programs keep has 256 KiB."""
_LARGEST_PACKET = 1 << 18
_LATEST_NS = 4_102_444_800 * 10**9
"""1 January 2100: a packet later than that has a damaged header."""
_PCAPNG = b"\x0a\x0d\x0d\x0a"
_PCAPS = (b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d")


class Packet(NamedTuple):
    """One captured packet.

    Attributes:
        time_ns: since 1970, by the clock of whoever captured.
        link: the link type, a number of the registry of link types.
        data: as much of the packet as was kept.
        wire_length: its length on the wire.
    """

    time_ns: int
    link: int
    data: bytes
    wire_length: int


class CaptureFile:
    """A capture that is read once, from its beginning to where it can be read.

    Attributes:
        problem: why the rest could not be read, told after the last packet; empty if the file ended whole.
    """

    def __init__(self, path: Path, *, reader: type[RawPcapReader] | None = RawPcapReader) -> None:
        """Open the file; ``packets`` reads it.

        Args:
            path: the file, plain or packed.
            reader: what reads pcap; None where scapy is not installed.

        Raises:
            ConfigurationError: scapy is not installed.
            InputFileError: the file cannot be read, or is no capture.
        """
        if reader is None:
            raise ConfigurationError("packet captures need scapy, which is not installed.", hint=f"Install it: {_INSTALL}")
        self.problem = ""
        self._stream = _Watched(open_input(path, binary=True))
        try:
            self._reader = _Sections(self._stream) if self._stream.magic() == _PCAPNG else _plain(reader, self._stream)
        except (Scapy_Exception, EOFError) as error:
            self._stream.close()
            raise InputFileError(
                f"{path}: is no packet capture that can be read.",
                hint="pcap and pcapng are read, plain or packed with gzip or zstd.",
                context={"file": str(path)},
            ) from error

    @property
    def position(self) -> tuple[int, int]:
        """Bytes of the file that were read so far, and all of them."""
        return self._stream.position

    def packets(self) -> Iterator[Packet]:
        """The packets, in the order of the file; ``problem`` is set when they end early. Closes the file."""
        try:
            yield from _ng_packets(self._reader) if isinstance(self._reader, _Sections) else _pcap_packets(self._reader, self._stream)
        except _DamagedError as error:
            self.problem = f"damaged: {error}"
        except Scapy_Exception as error:
            self.problem = self._stream.why or f"damaged: {clean(str(error))}"
        finally:
            self._stream.close()
        self.problem = self.problem or self._stream.problem(is_ng=isinstance(self._reader, _Sections))


class _DamagedError(Exception):
    """From here on the file makes no sense."""


class _Sections(RawPcapNgReader if RawPcapReader else object):  # type: ignore[misc]
    """pcapng whose sections each have interfaces of their own: scapy numbers those of a second section on."""

    def _read_block_shb(self) -> None:
        super()._read_block_shb()
        self.interfaces.clear()


def _plain(reader: type[RawPcapReader], stream: _Watched) -> RawPcapReader:
    """The reader of pcap. What is packed twice is refused: scapy would unpack it by itself, without a bound."""
    if stream.magic() not in _PCAPS:
        raise Scapy_Exception("no magic number of a capture")
    return reader(stream)  # type: ignore[arg-type]  # it takes a stream as well as a name


def _pcap_packets(reader: RawPcapReader, stream: _Watched) -> Iterator[Packet]:
    link, fraction = reader.linktype & 0xFFFF, 1 if reader.nano else 1000
    for data, about in reader:
        if about.caplen > _LARGEST_PACKET:
            raise _DamagedError(f"a packet that claims {about.caplen:,} bytes")
        if len(data) < min(about.caplen, MTU):  # the file ends within this packet
            stream.is_torn = True
            return
        yield _sound(Packet(about.sec * 10**9 + about.usec * fraction, link, data, about.wirelen))


def _ng_packets(reader: _Sections) -> Iterator[Packet]:
    for data, about in reader:
        time_ns = ((about.tshigh or 0) << 32 | (about.tslow or 0)) * 10**9 // about.tsresol
        yield _sound(Packet(time_ns, about.linktype, data, about.wirelen))


def _sound(packet: Packet) -> Packet:
    if packet.time_ns > _LATEST_NS:
        raise _DamagedError("a packet of a time after 2100")
    return packet


class _Watched:
    """The stream that scapy reads from: remembers whether it ended where a record does, and gives no more at once than a packet has."""

    def __init__(self, source: BufferedReader) -> None:
        self._source = source
        self.why = ""
        self._size = 0
        self.is_torn = False
        self._ended = False

    @property
    def position(self) -> tuple[int, int]:
        """Bytes of the file that were read, and all of them."""
        return bytes_read(self._source)

    def magic(self) -> bytes:
        """The first four bytes, which stay where they are."""
        return self._source.peek(4)[:4]

    def read(self, size: int) -> bytes:
        """As a file's: fewer bytes only at its end, or where it is damaged."""
        if size > _LARGEST_READ:
            self.why = f"damaged: a block that claims {size:,} bytes"
            return b""
        try:
            data = self._source.read(size)
        except InputFileError as error:
            self.why, self.is_torn = error.message, True
            return b""
        if len(data) < size:
            self._ended = True
            self.is_torn = self.is_torn or bool(data)
        else:
            self._size = size
        return data

    def problem(self, *, is_ng: bool) -> str:
        """Why the file cannot be read on, empty if it ended where a block of pcapng (its last field has four bytes) or a record of pcap does."""
        if self.why:
            return self.why
        if not self._ended:
            return "damaged: a block that is none"
        if self.is_torn or (is_ng and self._size != 4):
            return "cut short within its last packet"
        return ""

    def close(self) -> None:
        """Close the file."""
        self._source.close()
