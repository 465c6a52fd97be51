"""Makes stdout and stderr able to take whatever is written: an encoding that has no boxes and umlauts, a stream that was closed."""

from __future__ import annotations

import codecs
import io
import os
import sys

_LOOK_ALIKES = {"─": "-", "█": "#", "·": ".", "…": "..."}
"""What we draw with, and what stands for it where an encoding does not have it."""
_ERRORS = "switchcorr.look_alike"


def look_alike(error: UnicodeError) -> tuple[str, int]:
    r"""What is shown in place of characters that an encoding does not have: a look-alike, else an escape as JSON writes it.

    So a JSON document says the same in every encoding.

    >>> codecs.register_error("doctest", look_alike)
    >>> "── Zürich 🙂".encode("ascii", errors="doctest")
    b'-- Z\\u00fcrich \\ud83d\\ude42'
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    found = error.object[error.start : error.end]
    return "".join(_LOOK_ALIKES.get(letter) or _escape(letter) for letter in found), error.end


def _escape(letter: str) -> str:
    units = letter.encode("utf-16-be", errors="surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def prepare_streams() -> None:
    """Have both streams take every text; one that whoever began us has closed is as if it led to nowhere."""
    codecs.register_error(_ERRORS, look_alike)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123  # open until the process ends
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_ERRORS)
