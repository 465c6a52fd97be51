"""RTMT alerts as mails or as the bare text of their body, with the mail's own headers where they were kept.

Source: body of a 4.1 mail (``Call Manager heartbeat rate below 24 beats per minute.``) and the sentence that alerts of every
release since 5 share; see ``alerts.py``.
"""

from __future__ import annotations

import re

from switchcorr.events.alerts import HEARTBEAT, SENTENCE, Envelope, alert_in
from switchcorr.events.declaration import EventFormat, Found, Record
from switchcorr.events.rtmt_syslog import quoted_events
from switchcorr.events.stamps import Stamp, parse_stamp
from switchcorr.events.syslog_tag import find_tag
from switchcorr.text import clean

_HEADER = re.compile(
    r"(Return-Path|Received|From|To|Cc|Date|Sent|Subject|Message-ID|MIME-Version|Importance|Reply-To|X-[\w-]{1,40}|Content-[\w-]{1,40}): (?!<sip:)(.{0,1000})",
    re.IGNORECASE,
)
_FIRST_HEADERS = ("from", "date", "sent", "subject", "return-path", "received")
_SUBJECT = re.compile(r"\bRTMT\b|\balert\b", re.IGNORECASE)
_CLUSTER = re.compile(r"RTMT-ALERT-([^\]\s]{1,60})")
_ALERT_NAME = re.compile(r"\b([A-Z][a-z]+(?:[A-Z][A-Za-z]+){1,8}|CodeYellow)\b")
_BODY = re.compile(
    r"\s*(?:At [A-Z][a-z]{2} .{10,40} on node |current .{0,30}heartbeat rate|.{0,40}heartbeat rate below|.{0,200}\bon [A-Z][a-z]{2} .{10,40} on node |[A-Za-z][\w /()-]{0,40} : )",
    re.IGNORECASE,
)
_MOST_LINES = 80


def _looks_like(line: str) -> bool:
    if find_tag(line) is not None or "AlertName=" in line:
        return False
    header = _HEADER.fullmatch(line)
    if header is not None:
        return header[1].lower() in _FIRST_HEADERS
    sentence = SENTENCE.search(line[:300])
    return HEARTBEAT.search(line[:300]) is not None or (sentence is not None and sentence["name"] is not None)


def _continues(lines: tuple[str, ...], line: str) -> bool:
    if len(lines) >= _MOST_LINES:
        return False
    in_headers = _HEADER.fullmatch(lines[-1]) is not None or lines[-1][:1] in (" ", "\t")
    if _HEADER.fullmatch(line) or (line[:1] in (" ", "\t") and line.strip()):
        return in_headers or _BODY.match(line) is not None
    if not line.strip():
        return len(lines) < 2 or bool(lines[-1].strip() or lines[-2].strip())
    return _BODY.match(line) is not None or (_headers(lines)[1] and _free_text(lines, line))


def _free_text(lines: tuple[str, ...], line: str) -> bool:
    """Sentences of a mail that is known to be an alert, until a sentence names the node or a paragraph ends."""
    body = "\n".join(one for one in lines if not _HEADER.fullmatch(one)).strip()
    return find_tag(line) is None and SENTENCE.search(body) is None and (not body or bool(lines[-1].strip()))


def _parse(record: Record) -> tuple[Found, ...] | None:
    headers, _ = _headers(record.lines)
    first = next((i for i, line in enumerate(record.lines) if line.strip() and not _HEADER.fullmatch(line)), 0)
    body = "\n".join(line for line in record.lines if not _HEADER.fullmatch(line))
    subject = headers.get("subject", "")
    told = SENTENCE.search(body)
    guess = _SUBJECT.search(subject) is not None and not (told and told["name"])
    name = _ALERT_NAME.search(_CLUSTER.sub("", subject)) if guess else None
    cluster = _CLUSTER.search(subject)
    envelope = Envelope(
        name=name[1] if name else "",
        cluster=clean(cluster[1]) if cluster else "",
        stamp=_mail_time(headers),
        line=first,
    )
    alert = alert_in(body, envelope)
    return None if alert is None else (alert, *quoted_events(body, first))


def _headers(lines: tuple[str, ...]) -> tuple[dict[str, str], bool]:
    """The mail's headers by name in lower case, and whether its subject is that of an alert."""
    headers = {found[1].lower(): found[2] for line in lines for found in (_HEADER.fullmatch(line),) if found}
    return headers, _SUBJECT.search(headers.get("subject", "")) is not None


def _mail_time(headers: dict[str, str]) -> Stamp | float | None:
    return parse_stamp(headers.get("date") or headers.get("sent") or "")


FORMAT = EventFormat(
    name="rtmt_mail",
    title="RTMT alerts as mails",
    marks=(b"heartbeat rate", b"generated:", b"From: ", b"Date: ", b"Sent: ", b"Subject: ", b"Return-Path: ", b"Received: "),
    looks_like=_looks_like,
    parse=_parse,
    continues=_continues,
)
