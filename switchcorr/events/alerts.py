"""The body of an RTMT alert: ``At <time> on node <node>, the following <name> events generated:`` and ``Key : value`` pairs.

Lines end with a newline in mails and with ``#012`` in syslog. An alert may quote a whole log line as ``MatchedEvent``; its
event is told as nested.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from switchcorr.events.declaration import Found
from switchcorr.events.stamps import Stamp, first_stamp
from switchcorr.model.event import Event, EventDetail, EventKind
from switchcorr.text import clean

SENTENCE = re.compile(
    r"\b(?:At|on) (?:[A-Z][a-z]{2} )?(?P<time>[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d(?: \S{1,9})? \d{4}) on node (?P<node>[^\s,\]]{1,100})"
    r"(?:, ?the following (?P<name>\w{1,60}) events? generated)?"
)
"""Time and node of an alert, and its name where the sentence tells it."""
HEARTBEAT = re.compile(r"heartbeat rate (?:is )?below (\d{1,4})", re.IGNORECASE)
_RATE = re.compile(r"current (?:call ?manager )?heartbeat rate (?:is )?(\d{1,4})", re.IGNORECASE)
_LINE_END = re.compile(r"(?:#015)?(?:# ?012|\n)")
_PAIR = re.compile(r"\s*([A-Za-z][A-Za-z0-9_ /()-]{0,40}?) ?: ?(.*)", re.DOTALL)
_LOW_HEARTBEAT = "LowCallManagerHeartbeatRate"


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the carrier of an alert tells of it; the body's time and node win.

    Attributes:
        name: the alert's; its body may speak of the alarm behind it.
        node: who raised it.
        line: where it begins in its record.
    """

    name: str = ""
    node: str = ""
    cluster: str = ""
    severity: int | None = None
    stamp: Stamp | float | None = None
    line: int = 0


def alert_in(body: str, envelope: Envelope) -> Found | None:
    """The alert of a body; None if neither body nor envelope name it.

    >>> found = alert_in("Call Manager heartbeat rate below 24 beats per minute.", Envelope())
    >>> found.event.detail.alert, dict(found.event.detail.values)
    ('LowCallManagerHeartbeatRate', {'threshold': '24'})
    """
    sentence = SENTENCE.search(body)
    heartbeat = HEARTBEAT.search(body)
    name = envelope.name or (sentence["name"] or "" if sentence else "") or (_LOW_HEARTBEAT if heartbeat else "")
    if not name:
        return None
    rest = body[sentence.end() :] if sentence else body
    values = _pairs(rest)
    rate = _RATE.search(body)
    values |= {key: found[1] for key, found in (("rate", rate), ("threshold", heartbeat)) if found}
    event = Event(
        time=None,
        kind=EventKind.SERVER_ALERT,
        node=clean(sentence["node"].rstrip(".")) if sentence else envelope.node,
        cluster=envelope.cluster,
        severity=envelope.severity,
        detail=EventDetail(alert=clean(name, limit=100), values=values, text=_flat(body)),
    )
    stamp = first_stamp(sentence["time"]) if sentence else None
    return Found(event, stamp or envelope.stamp, line=envelope.line)


def quoted_line(body: str) -> str:
    """The log line that an alert quotes; empty if none."""
    for line in _LINE_END.split(body):
        key, _, value = line.strip().partition(" : ")
        if key == "MatchedEvent":
            return value
    return ""


def nested(found: tuple[Found, ...], line: int) -> tuple[Found, ...]:
    """Events told inside another one, placed at its line."""
    return tuple(replace(one, nested=True, line=line) for one in found)


def _pairs(text: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for line in _LINE_END.split(text.lstrip(" :"))[:50]:
        pair = _PAIR.fullmatch(line)
        if pair is not None and pair[1] != "MatchedEvent" and (value := clean(pair[2], limit=300)):
            values.setdefault(pair[1], value)
    return values


def _flat(body: str) -> str:
    return clean(" ".join(_LINE_END.sub(" ", body[:2_000]).split()), limit=500)
