"""UTF-16 as UTF-8, also where another program went on in plain text: ``>>`` of a shell appends to a file as that shell writes, not as the file is."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator

_PLAIN = re.compile(rb"[\t\r\n -~]{64,}")
"""No text in UTF-16 is of such bytes alone: one of two is a NUL, or a half of a letter that is no ASCII."""
_AHEAD = 128


class Utf16Reader(io.BufferedIOBase):
    """UTF-16 and plain text as UTF-8; what has no meaning becomes U+FFFD."""

    def __init__(self, stream: io.BufferedIOBase, encoding: str) -> None:
        self._stream = stream
        self._little = encoding == "utf-16-le"
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._rest = b""

    def read1(self, size: int = -1, /) -> bytes:
        """The next bytes of the text; none at its end."""
        while raw := self._stream.read1(size):
            if text := b"".join(self._texts(self._rest + raw, ahead=_AHEAD)):
                return text
        rest, self._rest = self._rest, b""
        return b"".join(self._texts(rest, ahead=0)) + self._wide(b"", final=True)

    def _texts(self, data: bytes, *, ahead: int) -> Iterator[bytes]:
        """The text of all but the last bytes, which what follows may change."""
        end, at = max(0, len(data) - ahead), 0
        for found in _PLAIN.finditer(data):
            if found.start() >= end:
                break
            begin, behind = self._own(data, *found.span())
            yield self._wide(data[at:begin], final=begin > at)
            at = behind if behind < len(data) else end
            yield data[begin:at]
        if at < end:
            cut = at + (end - at) // 2 * 2 if ahead else end
            yield self._wide(data[at:cut])
            at = cut
        self._rest = data[at:]

    def _own(self, data: bytes, begin: int, end: int) -> tuple[int, int]:
        """Plain text without the half of a letter in UTF-16 at its end, or its begin."""
        if self._little:
            return begin, end - (data[end : end + 1] == b"\0")
        return begin + (begin > 0 and data[begin - 1] == 0), end

    def _wide(self, data: bytes, *, final: bool = False) -> bytes:
        text = self._decoder.decode(data, final=final)
        if final:
            self._decoder.reset()
        return text.encode("utf-8", "replace")


def utf16_as_utf8(raw: bytes, encoding: str) -> bytes:
    """A piece of such text."""
    reader = Utf16Reader(io.BytesIO(raw), encoding)
    return b"".join(iter(reader.read1, b""))
