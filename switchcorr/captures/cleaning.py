"""What terminals and their programs leave in a text and no command printed: paging, typing corrections, colours, time stamps.

``clean_capture`` makes text of bytes. It changes no line numbers: what it removes, it removes within a line.
"""

from __future__ import annotations

import re

from switchcorr.captures.console import take_console
from switchcorr.model.tables import Table
from switchcorr.platforms import Command
from switchcorr.text import clean_text, decode, one_newline

_PLAIN = bytes(range(0x20, 0x7F)) + b"\t\n\r"
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]{0,40}[ -/]{0,4}[@-~]|\][^\x07\x1b\n]{0,400}(?:\x07|\x1b\\)?|[()*+][A-Za-z0-9]|[=>78DEHMNOPVWXZc])")
_PAGER = re.compile(
    r"^[ \t\r]*(?:-{2,} ?more ?-{2,}(?: or \(q\)uit)?|<-{1,3} ?more ?-{1,3}>)(?:[ \x08]*\x08|[ \t]*\r(?!\n)(?:[ ]*\r(?!\n))?| ?[ ]{8,9}(?=\S))?",
    re.IGNORECASE | re.MULTILINE,
)
_STAMP = re.compile(
    r"[ \t]*(?:\[[^\[\]\n]{0,24}\d\d?:\d\d:\d\d(?:[.,:]\d{1,6})?[^\[\]\n]{0,12}\]|\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,6})?(?:Z|[+-]\d\d:?\d\d)?)(?:[ \t]|[:|>] ?)?"
)
_STAMPED_WITHIN = 4
_STAMPED_LEAST = 4
_STAMPED_SHARE = 0.8


def clean_capture(raw: bytes) -> str:
    r"""Bytes of a capture as text: decoded, without paging and corrected typing, one kind of newline, nothing unsafe.

    >>> clean_capture(b"Gi1/0/1 up\r\n --More-- \x08\x08\x08\x08\x08\x08\x08\x08\x08        \x08\x08\x08\x08\x08\x08\x08\x08\x08Gi1/0/2 up\r\n")
    'Gi1/0/1 up\nGi1/0/2 up\n'
    """
    if raw.translate(None, _PLAIN):
        return _without_stamps(_clean_odd(decode(raw)))
    text = _without_paging(raw.decode("ascii"))
    return _without_stamps(one_newline(text))


def split_messages(command: Command | None, text: str) -> tuple[str, tuple[str, ...]]:
    """The text that the parser of a command reads, and the console messages that fell into it; those of a log are what was asked for."""
    return (text, ()) if command is not None and command.table is Table.LOGGING else split_console(text)


def split_console(text: str) -> tuple[str, tuple[str, ...]]:
    """A text without the console messages that fell into it, and these messages."""
    found = take_console(text)
    return found.text, tuple(message for _, message in found.messages)


def _clean_odd(text: str) -> str:
    text = text.replace("\x00", "").replace("\x07", "").replace("\ufeff", "")
    if "\x1b" in text:
        text = _ESCAPE.sub("", text)
    text = _without_paging(text)
    if "\x08" in text:
        text = "\n".join(_typed_over(line) if "\x08" in line else line for line in text.split("\n"))
    return clean_text(text)


def _without_paging(text: str) -> str:
    """A text without the words of the pager and what erased them; quick where there are none."""
    if "--" not in text or not ("ore" in text or "ORE" in text):
        return text
    return _PAGER.sub("", text)


def _typed_over(line: str) -> str:
    """A line as the screen showed it after its backspaces: the cursor goes back, what follows is written over."""
    shown: list[str] = []
    cursor = 0
    for character in line.rstrip("\r"):
        if character == "\x08":
            cursor = max(0, cursor - 1)
        elif cursor < len(shown):
            shown[cursor] = character
            cursor += 1
        else:
            shown.append(character)
            cursor += 1
    return "".join(shown).rstrip(" ")


def _without_stamps(text: str) -> str:
    """A text without the time that a terminal program put before every line; as it is, if only some lines have one."""
    if not any(map(_STAMP.match, text.split("\n", _STAMPED_WITHIN)[:_STAMPED_WITHIN])):
        return text
    lines = text.split("\n")
    written = [line for line in lines if line.strip()]
    stamped = sum(1 for line in written if _STAMP.match(line))
    if stamped < _STAMPED_LEAST or stamped < _STAMPED_SHARE * len(written):
        return text
    return "\n".join(_STAMP.sub("", line, count=1) if _STAMP.match(line) else line for line in lines)
