"""The phones that dropped as people send them: lines that hold names of phones and nothing else, from a mail or a spreadsheet's column.

Only whole lines of names count: a name inside of a sentence, a trace or a show output tells of no drop. A list tells no time.
"""

from __future__ import annotations

import re

from switchcorr.events.alarms import device_name
from switchcorr.events.declaration import EventFormat, Found, Record
from switchcorr.model.event import Event, EventKind

_NAME = re.compile(r"(?:SEP|ATA)[0-9A-F]{12}(?![0-9A-Z])", re.IGNORECASE)
_BETWEEN = r"[ \t,;|>*\"'\u2022\u00b7-]"
_LINE = re.compile(rf"{_BETWEEN}{{0,20}}(?:{_NAME.pattern}{_BETWEEN}{{0,20}})+", re.IGNORECASE)
_LONGEST = 20_000


def _looks_like(line: str) -> bool:
    return len(line) <= _LONGEST and _LINE.fullmatch(line) is not None


def _parse(record: Record) -> tuple[Found, ...] | None:
    names = _NAME.findall(record.lines[0])
    return tuple(Found(Event(time=None, kind=EventKind.UNREGISTERED, name=device_name(name))) for name in names)


FORMAT = EventFormat(
    name="phone_list",
    title="A list of nothing but phones that dropped, pasted",
    marks=(b"SEP", b"ATA", b"sep", b"ata"),
    looks_like=_looks_like,
    parse=_parse,
)
