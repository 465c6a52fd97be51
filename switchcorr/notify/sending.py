"""The sending, through Apprise: the only module that knows it."""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path

from switchcorr.errors import ConfigurationError
from switchcorr.model.message import Severity
from switchcorr.notify.policy import Delivery
from switchcorr.secret import Secret

try:
    import apprise
except ImportError:
    apprise = None  # type: ignore[assignment]  # the extra is not installed

_log = logging.getLogger(__name__)
_TALKATIVE = ("apprise", "smtplib", "urllib3", "requests")
"""Loggers whose messages hold the URLs, tokens and passwords among them."""

_INSTALL = "pip install 'switchcorr[notify]'"


def check_url(name: str, url: Secret) -> None:
    """See that a target can be sent to; nothing is sent.

    Raises:
        ConfigurationError: Apprise is not installed, or knows no such URL; the URL is not in the message.
    """
    if apprise is None:
        raise ConfigurationError("notifications need Apprise, which is not installed.", hint=f"Install it: {_INSTALL}")
    if not _sender(url):
        hint = (
            "It must be a URL of Apprise: mailto://, msteams://, slack://, jsons://, syslog://, pagerduty://... See docs/notifications.md."
        )
        raise ConfigurationError(f"notify.to.{name}: is no URL that messages can be sent to.", hint=hint)


def send(delivery: Delivery, name: str, url: Secret) -> str:
    """Send to one target; why it did not take it, or nothing. What is told never holds the URL.

    Raises:
        ConfigurationError: as ``check_url``.
    """
    check_url(name, url)
    sender = _sender(url)
    kind = {Severity.INFO: apprise.NotifyType.INFO, Severity.WARNING: apprise.NotifyType.WARNING}.get(
        delivery.severity, apprise.NotifyType.FAILURE
    )
    there = [path for path in delivery.attachments if Path(path).is_file()]
    gone = [path for path in delivery.attachments if path not in there]
    body = "\n".join((delivery.body, *(f"The file {path} is no longer there." for path in gone)))
    try:
        with _silenced():
            taken = sender.notify(body=body, title=delivery.title, notify_type=kind, attach=there or None)
    except (TypeError, OSError, ValueError) as error:
        return f"{name}: {type(error).__name__}"
    if taken:
        _log.info("notify: %s took %s", name, delivery.title)
        return ""
    return f"{name} did not take the message: it cannot be reached, or refused it"


@contextlib.contextmanager
def _silenced() -> Iterator[None]:
    """Without a word of those who send, however much is asked to be said."""
    loggers = [(logger, logger.level) for logger in map(logging.getLogger, _TALKATIVE)]
    for logger, _ in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in loggers:
            logger.setLevel(level)


def _sender(url: Secret) -> apprise.Apprise:
    """What sends to a URL; it has no target (and is false) if the URL is none."""
    with _silenced(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the first URL loads all that Apprise can send to, with what libraries think of their imports
        sender = apprise.Apprise()
        sender.add(url.reveal())
    return sender
