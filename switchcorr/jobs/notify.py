"""The job ``notify``: messages into the outbox, and from it to the targets of the settings."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchcorr.errors import ConfigurationError, InventoryError
from switchcorr.inventory.credentials import Credentials
from switchcorr.inventory.references import parse_reference
from switchcorr.model.message import Message, Severity
from switchcorr.model.moments import zone_named
from switchcorr.notify.policy import Delivery, Rules, deliveries, read_rules
from switchcorr.notify.sending import check_url, send
from switchcorr.secret import Secret
from switchcorr.settings import Settings
from switchcorr.store.open import Store
from switchcorr.store.outbox import Waiting, last_sent, lease, mark_failed, mark_sent, put_messages, sent_since, waiting_messages

_log = logging.getLogger(__name__)
_HOUR = timedelta(hours=1)
_REFUSED = 3
"""So many refusals in a row, and a target is away. Assumed: one may refuse a single message for what is in it."""
Send = Callable[[Delivery, str, Secret], str]


@dataclass(frozen=True, slots=True)
class NotifyOutcome:
    """What became of the outbox.

    Attributes:
        sent: messages that a target has taken, each target counted.
        failed: why targets did not take theirs, one sentence each; they are tried again.
        waiting: messages that are still there: failed, kept back in quiet hours, or over the limit of an hour.
    """

    sent: int = 0
    failed: tuple[str, ...] = ()
    waiting: int = 0


def notify_rules(settings: Settings) -> Rules:
    """How this site is notified; without targets nobody is.

    Raises:
        ConfigurationError: the table ``[notify]`` holds what cannot be, or there is no such time zone.
    """
    try:
        zone = zone_named(settings.timezone)
    except ValueError as error:
        raise ConfigurationError(f"timezone: {error}.") from error
    return read_rules(settings.notify, zone)


def urls_of(rules: Rules, environment: Mapping[str, str]) -> dict[str, Secret]:
    """The URL of every target.

    Raises:
        ConfigurationError: a reference leads nowhere, a URL is none, or Apprise is not installed; nothing of a URL is in the message.
    """
    credentials = Credentials(environment)
    found: dict[str, Secret] = {}
    for name, told in sorted(rules.targets.items()):
        try:
            found[name] = credentials.secret(parse_reference(told, None))
        except InventoryError as error:
            raise ConfigurationError(f"notify.to.{name}: {error.message}.", hint="See docs/notifications.md.") from None
        except ConfigurationError as error:
            raise ConfigurationError(f"notify.to.{name}: {error.message}", hint=error.hint) from None
        check_url(name, found[name])
    return found


def queue_messages(store: Store, messages: Sequence[Message], rules: Rules, *, now: datetime) -> int:
    """Lay messages into the outbox for every target; one that was told before is not told again. How many are new."""
    return put_messages(store, messages, sorted(rules.targets), now=now)


def deliver(store: Store, rules: Rules, urls: Mapping[str, Secret], *, now: datetime, send: Send = send) -> NotifyOutcome:
    """Send what is due; what a target does not take stays, and is tried again after a pause.

    Raises:
        StoreError: the store cannot be written.
    """
    waiting = waiting_messages(store)
    sent, failed = 0, []
    for name, url in sorted(urls.items()):
        target = _Target(name, url, send)
        for group in _groups(store, [one for one in waiting if one.target == name], name, now):
            taken, problem = _deliver_group(store, group, target, rules, now=now)
            sent += taken
            failed += [problem] if problem else []
    left = len(waiting) - sent
    _log.info("notify: %d sent, %d waiting, %d targets failed", sent, left, len(failed))
    return NotifyOutcome(sent, tuple(dict.fromkeys(failed)), left)


@dataclass(frozen=True, slots=True)
class _Target:
    """Where messages go, and how."""

    name: str
    url: Secret
    send: Send


def _groups(store: Store, waiting: Sequence[Waiting], target: str, now: datetime) -> tuple[Sequence[Waiting], ...]:
    """What is tried at a target, if anything is due there: what it did not take before, and then what is new, each oldest first.

    What still pauses goes along, so that a target that is back hears everything in its order; but not what it refused before it took
    something else: it may refuse that one for what it is. A group of its own for what is new lets nothing of the other keep it waiting.
    """
    due = [one for one in waiting if one.is_due(now)]
    if not due:
        return ()
    taken_at = last_sent(store, target, now=now)
    again = [
        one for one in waiting if one.attempts and (one.is_due(now) or (one.problem and (taken_at is None or taken_at <= one.tried_at)))
    ]
    return again, [one for one in due if not one.attempts]


def _deliver_group(store: Store, group: Sequence[Waiting], target: _Target, rules: Rules, *, now: datetime) -> tuple[int, str]:
    """Send a group; how many of it were taken, and why others were not."""
    sent, refused, problem = 0, 0, ""
    last_hour = sent_since(store, target.name, now - _HOUR, now=now)
    for step, piece in enumerate(deliveries([one.message for one in group], rules, now=now, sent_last_hour=last_hour)):
        taken = lease(store, [one for one in group if one.message.id in piece.ids], now=now)
        if len(taken) != len(piece.ids):
            mark_again(store, taken, now=now)  # another process sends a part of it; the rest is due at once
            continue
        said = target.send(piece, target.name, target.url)
        if said:
            mark_failed(store, taken, said, now=now)
            refused, problem = refused + 1, said
            if refused == _REFUSED:
                break  # what else is due there would fail too
            continue
        mark_sent(store, taken, now=now + timedelta(milliseconds=last_hour + step))
        sent, refused = sent + len(taken), 0
    return sent, problem


def mark_again(store: Store, messages: Sequence[Waiting], *, now: datetime) -> None:
    """Give messages back that were leased and not sent: they are due again after the shortest pause."""
    mark_failed(store, messages, "", now=now)


def check_message(now: datetime) -> Message:
    """A message that shows that the way works."""
    text = "This is a test of switchcorr's notifications. Nothing is wrong; nothing is to be done."
    return Message(f"test/{now:%Y%m%dT%H%M%S.%fZ}", "switchcorr: test message", text, Severity.CRITICAL)
