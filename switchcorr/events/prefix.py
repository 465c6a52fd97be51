"""What stands before an alarm in a syslog file: the relay's header, the node's header, the node's own time.

All parts are optional::

    <187>2026-11-22T09:41:08+01:00 relay  Nov 22 09:41:07 cm1 local7 3 : 62: cm1.example.org: Nov 22 2026 09:41:07.476 UTC :
    ^PRI ^relay's time             ^host  ^syslogd's time ^host      ^sequence ^full name     ^the alarm's time    ^zone

The last time is the alarm's own and wins; the ones before give it a missing year or offset only. One time is not believed: a switch
without a battery that just started counts from the 1st of March 1993 or so and marks it with an asterisk (``*Mar  1 00:00:31.123``), as it does
every time that no server has set. Where that is days off the relay's time, the relay's counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from switchcorr.events.stamps import Stamp, complete, days_apart, stamps_in

_HOST = re.compile(r"(?:^|\s)([A-Za-z0-9][A-Za-z0-9_.-]{0,63}) local\d \d ?:")
_FULL_NAME = re.compile(r"\d+ ?: ([A-Za-z0-9][A-Za-z0-9_.-]{0,100}) ?:? ?$")
LONGEST_PREFIX = 400
"""How much text before an alarm is looked at."""
_UNSET_DAYS = 2
"""From how many days on a clock that nobody set is wrong; less may be its zone. Assumed."""


@dataclass(frozen=True, slots=True)
class Prefix:
    """The time of a line and the node that wrote it, as far as its header tells."""

    stamp: Stamp | None = None
    node: str = ""


def read_prefix(text: str) -> Prefix:
    """Take a header apart.

    >>> read_prefix("Mar 18 16:40:52 cm1 local7 6 : 92: Mar 18 11:10:52.630 UTC : ").node
    'cm1'
    """
    text = text[-LONGEST_PREFIX:]
    stamps = list(stamps_in(text))
    if not stamps:
        return Prefix()
    _, start, _ = stamps[-1]
    inner, *outers = reversed([stamp for stamp, _, _ in stamps])
    if outers and text[start - 1] == "*" and days_apart(inner, outers[0]) >= _UNSET_DAYS:
        inner, *outers = outers
    for outer in outers:
        inner = complete(inner, outer)
    return Prefix(inner, _node(text[:start], text))


def _node(before: str, text: str) -> str:
    host = _HOST.search(text)
    if host is not None:
        return host[1]
    full = _FULL_NAME.search(before)
    return full[1].split(".", 1)[0] if full is not None and not full[1].isdigit() else ""
