"""What is sent now, and in how many pieces: quiet hours, a limit an hour, and one digest where there would be many messages. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, tzinfo

from switchcorr.errors import ConfigurationError
from switchcorr.model.message import Message, Severity

_KEYS = ("to", "quiet_hours", "most_an_hour", "digest_from")
_SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
_TITLES = 30
"""Messages a digest tells in full; of the others it gives the titles, up to ten times as many."""
_TEXT_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class Rules:
    """How messages are sent.

    Attributes:
        targets: URL, or a reference to one, by the target's name.
        quiet: from when to when only critical messages are sent, in ``zone``; None is never.
        most_an_hour: deliveries to one target in an hour; a digest is one.
        digest_from: from so many waiting messages on they are sent as one.
    """

    targets: Mapping[str, str] = field(default_factory=dict)
    quiet: tuple[time, time] | None = None
    zone: tzinfo = UTC
    most_an_hour: int = 12
    digest_from: int = 4


@dataclass(frozen=True, slots=True)
class Delivery:
    """What goes out as one piece; ``ids`` are the messages in it."""

    ids: tuple[str, ...]
    title: str
    body: str
    severity: Severity
    attachments: tuple[str, ...] = ()


def read_rules(table: Mapping[str, object], zone: tzinfo = UTC) -> Rules:
    """The rules of the settings' table ``[notify]``.

    Raises:
        ConfigurationError: it holds what cannot be; all problems are named together. No message holds a URL.
    """
    problems = [f"notify: unknown key {key!r}, known: {', '.join(_KEYS)}." for key in sorted(table.keys() - set(_KEYS))]
    targets = table.get("to", {})
    if not isinstance(targets, dict) or not all(isinstance(url, str) and url for url in targets.values()):
        problems.append("notify.to: a table expected: name = URL, or a reference such as env:TEAMS_URL.")
        targets = {}
    quiet = _quiet(table.get("quiet_hours", ""), problems)
    numbers = {key: _number(table, key, problems) for key in ("most_an_hour", "digest_from")}
    if problems:
        raise ConfigurationError(" ".join(problems), hint="See docs/notifications.md.")
    return Rules(targets=targets, quiet=quiet, zone=zone, **{key: number for key, number in numbers.items() if number is not None})


def _quiet(told: object, problems: list[str]) -> tuple[time, time] | None:
    if told == "":
        return None
    found = _SPAN.fullmatch(told) if isinstance(told, str) else None
    numbers = [int(part) for part in found.groups()] if found else [99] * 4
    if max(numbers[0], numbers[2]) > 23 or max(numbers[1], numbers[3]) > 59 or numbers[:2] == numbers[2:]:
        problems.append(f"notify.quiet_hours = {told!r}: a span such as '22:00-06:30' expected.")
        return None
    return time(numbers[0], numbers[1]), time(numbers[2], numbers[3])


def _number(table: Mapping[str, object], key: str, problems: list[str]) -> int | None:
    value = table.get(key)
    if value is None:
        return None
    if type(value) is not int or not 1 <= value <= 1000:
        problems.append(f"notify.{key} = {value!r}: a whole number from 1 to 1000 expected.")
        return None
    return value


def is_quiet(rules: Rules, now: datetime) -> bool:
    """Whether a moment is in the quiet hours, which may go over midnight."""
    if rules.quiet is None:
        return False
    start, end = rules.quiet
    clock = now.astimezone(rules.zone).time()
    return start <= clock < end if start < end else clock >= start or clock < end


def deliveries(due: Sequence[Message], rules: Rules, *, now: datetime, sent_last_hour: int) -> tuple[Delivery, ...]:
    """What one target gets now of the messages that are due; the rest waits.

    Args:
        due: the oldest first.
        sent_last_hour: deliveries it has taken in the hour before.
    """
    wanted = [one for one in due if one.severity is Severity.CRITICAL] if is_quiet(rules, now) else list(due)
    room = rules.most_an_hour - sent_last_hour
    if not wanted or room <= 0:
        return ()
    if len(wanted) >= rules.digest_from or len(wanted) > room:
        return (_digest(wanted),) if len(wanted) > 1 else (_single(wanted[0]),)
    return tuple(map(_single, sorted(wanted, key=lambda one: -one.severity)))


def _single(message: Message) -> Delivery:
    return Delivery((message.id,), message.title, message.body, message.severity, tuple(filter(None, (message.attachment,))))


def _digest(messages: Sequence[Message]) -> Delivery:
    """Many messages as one, the most urgent first; each is named in it."""
    ordered = sorted(messages, key=lambda one: -one.severity)
    urgent = sum(one.severity is Severity.CRITICAL for one in messages)
    parts = [f"{one.title}\n{one.body}" for one in ordered[:_TITLES]]
    rest = ordered[_TITLES : 11 * _TITLES]
    parts += ["\n".join(f"- {one.title}" for one in rest)] if rest else []
    body = "\n\n".join(parts)
    if len(body) > _TEXT_LIMIT or len(ordered) > 11 * _TITLES:
        body = f"{body[:_TEXT_LIMIT]}\n... cut off here; `switchcorr incidents` lists all."
    attachments = tuple(dict.fromkeys(one.attachment for one in ordered if one.attachment))
    title = f"{len(messages)} messages, {urgent} critical: {ordered[0].title}"
    return Delivery(tuple(one.id for one in messages), title[:200], body, ordered[0].severity, attachments[-1:])
