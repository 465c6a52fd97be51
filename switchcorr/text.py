"""The one door from hostile bytes and text to a ``str`` that is safe to show, log and store.

Text from switches, phones and logs may hold terminal escapes, bidirectional marks, NULs or bytes of any encoding.
``decode`` gives a ``str`` from bytes, ``clean_text`` keeps its lines and tabs, ``clean`` makes one safe value of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

VALUE_LIMIT = 1_000
"""Longest value that is kept, in characters; longer ones end in an ellipsis."""

_BOMS = (("utf-8-sig", b"\xef\xbb\xbf"), ("utf-16", b"\xff\xfe"), ("utf-16", b"\xfe\xff"))
_UNSAFE_CLASS = "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"
_UNSAFE_IN_TEXT = re.compile(f"[{_UNSAFE_CLASS}]")
_UNSAFE_IN_VALUE = re.compile(f"[{_UNSAFE_CLASS}\t\n]")
_ODD = re.compile("[\x00-\x06\x0b\x0e-\x1a\x1c-\x1f]")
"""Control characters that no terminal log holds."""
_NEWLINES = re.compile(r"(?<!\r)\r+\n|\r")
"""Of a run of carriage returns only the first looks for its end: if each did, a file of nothing else would take hours."""


def decode(raw: bytes) -> str:
    """Bytes as text: by byte order mark, UTF-16 without one by its NULs, else UTF-8, else Windows-1252.

    Never raises; what has no meaning becomes U+FFFD. Control characters are kept: see ``clean_text``.
    """
    for encoding, mark in _BOMS:
        if raw.startswith(mark):
            return raw.decode(encoding, errors="replace")
    if encoding := utf16_by_nuls(raw):
        return raw.decode(encoding, errors="replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def utf16_by_nuls(raw: bytes) -> str:
    """The byte order of UTF-16 without a mark, by the NULs of plain text; empty for everything else.

    Three NULs in a row are no text in it: they are a hole that a crash, or a file cut while it was written, has left.
    """
    head = raw[:400]
    if len(head) < 2 or head.count(0) * 3 <= len(head) or b"\0\0\0" in head:
        return ""
    return "utf-16-le" if head[1] == 0 else "utf-16-be"


def looks_binary(raw: bytes) -> bool:
    """Whether the first bytes are no text in any encoding ``decode`` knows.

    >>> looks_binary(b"Switch uptime is 3 weeks"), looks_binary(bytes(range(64)) * 4)
    (False, True)
    """
    sample = decode(raw[:2048])
    return len(_ODD.findall(sample)) * 20 > len(sample)


def clean_text(text: str) -> str:
    r"""Text of many lines: one kind of newline, control and bidirectional characters shown as ``\x1b``; tabs stay.

    >>> clean_text("a\r\nb\x1b[2J")
    'a\nb\\x1b[2J'
    """
    return _UNSAFE_IN_TEXT.sub(_escaped, one_newline(text))


def one_newline(text: str) -> str:
    r"""Text with ``\n`` for every kind of newline, also ``\r\r\n``; the usual kind costs no pattern."""
    text = text.replace("\r\n", "\n")
    return _NEWLINES.sub("\n", text) if "\r" in text else text


def clean(value: str | bytes, *, limit: int = VALUE_LIMIT) -> str:
    r"""One value: control and bidirectional characters escaped, blanks at the ends cut, at most ``limit`` characters.

    >>> clean("  sw1\nx\x07 ")
    'sw1\\x0ax\\x07'
    """
    text = decode(value) if isinstance(value, bytes) else value
    text = text.strip()
    if len(text) <= limit and text.isprintable():
        return text  # nothing unsafe is printable; nearly all values of a switch end here
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    return _UNSAFE_IN_VALUE.sub(_escaped, text)


def first_few(words: Sequence[str], most: int) -> str:
    """The first of some words, and how many more there are.

    >>> first_few(["a", "b", "c", "d"], 2), first_few(["a", "b"], 2)
    ('a, b and 2 more', 'a, b')
    """
    more = f" and {len(words) - most:,} more" if len(words) > most else ""
    return f"{', '.join(words[:most])}{more}"


def counted(number: int, noun: str) -> str:
    """A number of things; the last word of the noun is the one that takes the plural.

    >>> counted(1, "line"), counted(1438, "phone"), counted(6, "switch"), counted(0, "MAC entry"), counted(2, "day")
    ('1 line', '1,438 phones', '6 switches', '0 MAC entries', '2 days')
    """
    return f"{number:,} {noun if number == 1 else plural(noun)}"


def plural(noun: str) -> str:
    """Several of a thing, without their number."""
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}{'es' if noun.endswith(('ch', 's', 'sh', 'x')) else 's'}"


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def percent(probability: float) -> str:
    """A probability for people; never rounded to certainty.

    >>> percent(0.973), percent(0.99999), percent(0.0001), percent(0.0)
    ('97 %', '> 99.9 %', '< 0.1 %', '< 0.1 %')
    """
    if probability < 0.001:
        return "< 0.1 %"
    if probability > 0.999:
        return "> 99.9 %"
    return f"{probability * 100:.1f} %" if probability > 0.99 or probability < 0.01 else f"{probability * 100:.0f} %"


def mean_count(mean: float) -> str:
    """A mean number of things for people: as many digits as say something, and of hardly any thing not that there is none.

    >>> mean_count(1234.5), mean_count(3.14), mean_count(0.01)
    ('1,234', '3.1', 'less than 0.1')
    """
    if mean < 0.1:
        return "less than 0.1"
    return f"{mean:,.0f}" if mean >= 10 else f"{mean:.1f}"
