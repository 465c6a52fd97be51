"""Secrets that cannot be shown, pickled or compared by accident, and the masking of texts in which they may stand all the same."""

from __future__ import annotations

import base64
import html
import json
import logging
import re
import shlex
from collections.abc import Iterable, Iterator
from typing import AnyStr, NoReturn, final
from urllib.parse import quote, quote_plus

MASK = "***"
SHORTEST_MASKED = 6
"""Shorter values are masked only behind a word such as ``password``: elsewhere ``cisco`` is more often a maker than a secret."""
PIECE = 8
"""Characters of a secret that are masked even when the rest is missing."""

_BEFORE_A_VALUE = r"(?i:pass(?:word|wd|phrase)?|secret|community|key|token)[\"']?(?:\s*[:=]\s*|\s+(?:[0-9]\s+)?)[\"']?"
_STANDARD_ATTRIBUTES = frozenset(vars(logging.LogRecord("", 0, "", 0, "", None, None)))


@final
class Secret:
    """A password or token; ``reveal`` is called only where it is used.

    >>> print(Secret("hunter2"), repr(Secret("hunter2")), f"{Secret('hunter2'):>5}")
    *** Secret(***) ***
    """

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        """The secret itself."""
        return self.__value

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, specification: str) -> str:
        return MASK

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written anywhere")

    def __getstate__(self) -> NoReturn:
        raise TypeError("a secret is not written anywhere")

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Secret:
        return self


class Masker:
    """Replaces secrets in texts, as they are and in the encodings in which they usually travel.

    Encodings: base64 (alone or inside a longer text, both alphabets), URL quoting, hexadecimal, quoted for JSON, HTML, Python and
    shells, and each of these backwards.

    Args:
        secrets: empty ones do not count.
        pieces: also mask any eight characters in a row; for logs, too slow for whole captures.

    >>> Masker([Secret("s3cret-word")]).text("login s3cret-word and czNjcmV0LXdvcmQ=")
    'login *** and ***'
    """

    def __init__(self, secrets: Iterable[Secret], *, pieces: bool = False) -> None:
        values = {secret.reveal() for secret in secrets} - {""}
        long = {value for value in values if len(value) >= SHORTEST_MASKED}
        forms = {form for value in long for form in _forms(value)}
        if pieces:
            forms |= {form[start : start + PIECE] for form in forms for start in range(len(form) - PIECE + 1)}
        self._forms = sorted(forms, key=lambda form: (-len(form), form))
        self._raw_forms = [form.encode("utf-8", "surrogateescape") for form in self._forms]
        self._short = _behind_a_word(values - long)
        self._raw_short = re.compile(self._short.pattern.encode("utf-8", "surrogateescape")) if self._short else None

    def text(self, text: str) -> str:
        """The text without the secrets."""
        found = [span for form in self._forms if form in text for span in _spans(text, form)]
        parts = [text[start:end] for start, end in _gaps(found, len(text))]
        masked = MASK.join(parts)
        return self._short.sub(rf"\1{MASK}", masked) if self._short else masked

    def data(self, data: bytes) -> bytes:
        """The bytes without the secrets; what is no secret stays as it is, byte for byte."""
        found = [span for form in self._raw_forms if form in data for span in _spans(data, form)]
        masked = MASK.encode().join(data[start:end] for start, end in _gaps(found, len(data)))
        return self._raw_short.sub(rb"\1" + MASK.encode(), masked) if self._raw_short else masked


class MaskingFilter(logging.Filter):
    """Masks whole log records: message, arguments, exception, stack and what ``extra`` added."""

    def __init__(self, masker: Masker) -> None:
        super().__init__()
        self._masker = masker

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask the record in place; it always passes."""
        try:
            message = record.getMessage()
        except (TypeError, ValueError, KeyError):
            message = f"{record.msg} {record.args!r}"  # wrong placeholders: the logging module would print both
        record.msg, record.args = self._masker.text(message), None
        if record.exc_info:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
            record.exc_info = None  # no formatter behind us formats it again
        if record.exc_text:
            record.exc_text = self._masker.text(record.exc_text)
        if record.stack_info:
            record.stack_info = self._masker.text(record.stack_info)
        for name, value in list(vars(record).items()):
            if name not in _STANDARD_ATTRIBUTES and not isinstance(value, int | float | None):
                setattr(record, name, self._masker.text(str(value)))
        return True


def _forms(value: str) -> Iterator[str]:
    raw = value.encode("utf-8", "surrogateescape")
    forms = {
        value,
        quote(raw, safe=""),
        quote(raw),
        quote_plus(raw),
        re.sub("%..", lambda found: found[0].lower(), quote(raw, safe="")),
        raw.hex(),
        raw.hex().upper(),
        json.dumps(value)[1:-1],
        html.escape(value),
        html.escape(value, quote=False),
        repr(value)[1:-1],
        value.replace("\\", "\\\\").replace('"', '\\"'),
        shlex.quote(value),
        *_base64_forms(raw),
    }
    for form in forms:
        yield form
        yield form[::-1]


def _base64_forms(raw: bytes) -> Iterator[str]:
    """The value alone, and that part of it which is the same inside any longer text, at each of the three offsets."""
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        whole = encode(raw).decode()
        yield whole
        yield whole.rstrip("=")
        for offset in range(3):
            first = 0 if offset == 0 else offset + 1  # these characters also hold bits of what stands before
            inner = encode(bytes(offset) + raw).decode().rstrip("=")
            last = len(inner) if (offset + len(raw)) % 3 == 0 else len(inner) - 1  # the last one holds bits of what follows
            if last - first >= SHORTEST_MASKED:
                yield inner[first:last]


def _behind_a_word(values: Iterable[str]) -> re.Pattern[str] | None:
    choices = "|".join(re.escape(value) for value in sorted(values, key=lambda value: (-len(value), value)))
    return re.compile(rf"({_BEFORE_A_VALUE})(?:{choices})(?![A-Za-z0-9])") if choices else None


def _spans(text: AnyStr, form: AnyStr) -> Iterator[tuple[int, int]]:
    start = text.find(form)
    while start >= 0:
        yield start, start + len(form)
        start = text.find(form, start + 1)


def _gaps(spans: list[tuple[int, int]], length: int) -> Iterator[tuple[int, int]]:
    """What lies between the spans; spans that overlap or touch count as one."""
    position, first = 0, True
    for start, end in sorted(spans):
        if first or start > position:
            yield (0 if first else position), start
            first = False
        position = max(position, end)
    yield position, length
