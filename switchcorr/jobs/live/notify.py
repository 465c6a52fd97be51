"""Messages of a live watch to people: into the outbox of the store, and from there to the targets, beside the watch and never in its way."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import final

from switchcorr.audit.tracking import Told
from switchcorr.errors import StoreError
from switchcorr.jobs.notify import deliver, notify_rules, queue_messages, urls_of
from switchcorr.jobs.store.place import StorePlace
from switchcorr.model.message import IncidentState, Message
from switchcorr.notify.incident_text import incident_message
from switchcorr.settings import Settings

_log = logging.getLogger(__name__)
_AGAIN_S = 30.0
_END_S = 10.0


def live_message(told: Told) -> Message:
    """What is sent of one piece of news."""
    return incident_message(told.incident, IncidentState(told.news.value), series=told.series)


@final
class LiveNotifier:
    """Sends in a thread of its own: a target that hangs, or a store that is away, delays no recognition. Close it.

    Raises:
        ConfigurationError: the settings name a target that cannot be one.
    """

    def __init__(
        self,
        place: StorePlace,
        settings: Settings,
        environment: Mapping[str, str],
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._place, self._now = place, now
        self._rules = notify_rules(settings)
        self._urls = urls_of(self._rules, environment)
        self._lock = threading.Lock()
        self._new: list[Message] = []
        self._wake, self._ending = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="live-notify", daemon=True)
        self._thread.start()

    def tell(self, told: Told) -> None:
        """Have one piece of news sent."""
        with self._lock:
            self._new.append(live_message(told))
        self._wake.set()

    def close(self) -> None:
        """Send what can be sent within seconds; the rest waits in the outbox."""
        self._ending.set()
        self._wake.set()
        self._thread.join(_END_S)

    def _run(self) -> None:
        while True:
            is_last = self._ending.is_set()
            self._wake.clear()
            self._send()
            if is_last:
                return
            self._wake.wait(_AGAIN_S)

    def _send(self) -> None:
        with self._lock:
            new = list(self._new)
        try:
            with self._place.open(write=True) as store:
                queue_messages(store, new, self._rules, now=self._now())
                with self._lock:
                    del self._new[: len(new)]
                outcome = deliver(store, self._rules, self._urls, now=self._now())
        except StoreError as error:
            _log.error("live: messages wait, as the store cannot be written: %s", error.message)
            return
        for problem in outcome.failed:
            _log.warning("live: %s; it is tried again", problem)
