"""The name of an alarm in a syslog line: ``%UC_CALLMANAGER-3-EndPointUnregistered:`` and the older ``%CCM_...-CALLMANAGER-3-...``."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TAG = re.compile(
    r"%(?P<family>UC|CCM)_(?P<facility>[A-Za-z][A-Za-z0-9_ ]{0,40})(?:-[A-Za-z][A-Za-z0-9_]{0,40})?-(?P<severity>\d)-(?P<name>[A-Za-z][\w-]{0,60}) {0,3}:"
)

NAMELESS_ALERT = re.compile(r"(?:^|\s)% ?\[?AlertName=")
"""Where an alert begins that has lost its name; what it quotes may have one."""

_NO_HEADER = re.compile(
    r"^\s*\{|\bCCM\||cisco-alarm:|send alarm\(|<Alarm |\b(?:Device|EndPoint) ?[A-Z][A-Za-z]{2,40} [-\u2013\u2014] "
    r"|\b(?:Error|Warning|Notice|Information|Informational|Alert|Critical) ?: ?[A-Z][A-Za-z]{2,40}(?: [A-Z][A-Za-z]{2,40})? [-\u2013\u2014] "
)
"""What begins a record of another format; an alarm's name behind it is a user's text."""


@dataclass(frozen=True, slots=True)
class Tag:
    """The first alarm name of a line, and the text on both sides of it."""

    family: str
    facility: str
    severity: int
    name: str
    before: str
    behind: str


def find_tag(line: str) -> Tag | None:
    """The first alarm name in a line; None if there is none.

    >>> find_tag("Mar 18 : %UC_CALLMANAGER-3-EndPointUnregistered: %[Reason=13]").name
    'EndPointUnregistered'
    """
    found = _TAG.search(line)
    if found is None or is_body(line[: found.start()]):
        return None
    before, behind = line[: found.start()], line[found.end() :].lstrip(" ")
    return Tag(found["family"], found["facility"], int(found["severity"]), found["name"], before, behind)


def is_body(before: str) -> bool:
    """Whether a text is more than a header, so that what follows it is no alarm's name.

    >>> is_body('{"description": "'), is_body("<187>1 2026-11-20T09:41:08Z CM1 - - - ")
    (True, False)
    """
    return _NO_HEADER.search(before) is not None


def is_alert(tag: Tag) -> bool:
    """Whether the line is an RTMT alert, whose text is not an alarm's."""
    return tag.facility == "RTMT" or NAMELESS_ALERT.search(tag.before) is not None
