"""The network of a live watch: read at the start, and again whenever a sweep has landed in the store.

Reading a large site takes minutes of a processor, so it is done in a thread while the watch goes on with the network it has. A sweep has landed
when nothing of it came for some time; one that does not end is read as far as it is.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import final

from switchcorr.errors import SwitchcorrError
from switchcorr.jobs.inputs.network import Network, read_network
from switchcorr.jobs.inputs.request import CampusRequest, say_nothing
from switchcorr.jobs.store.network import StoredSource
from switchcorr.model.event import EventLog
from switchcorr.settings import Settings
from switchcorr.store.questions import last_applied

_log = logging.getLogger(__name__)
ASK_S = 30.0
"""Between two questions to the store whether something came. Assumed; the question takes milliseconds."""
SETTLED_S = 60.0
"""So long nothing more came of a sweep that has landed. Assumed: longer than any visit's parts are apart."""
LONGEST_S = 600.0
"""A sweep that goes on longer is read as far as it is. Assumed: two thirds of the 15 minutes between sweeps."""
_REST = 4.0
"""Times the length of a reading that pass before the next one: it takes a fifth of a processor at most."""


@dataclass(slots=True)
class _News:
    """What came into the store since the network was read: the newest visit, since when it is known, and since when there is any."""

    newest: datetime
    since: float
    first: float


@final
class LiveNetwork:
    """Keeps a network up to date; ``network`` is the newest that was read.

    Args:
        log: of the past: phones and what they say of their switch. It is copied before it is read in the thread.
        monotonic: the clock for pauses.
    """

    def __init__(
        self, request: CampusRequest, settings: Settings, log: EventLog, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._request, self._settings, self._monotonic = request, settings, monotonic
        self._source = request.stored if isinstance(request.stored, StoredSource) else None
        self._known: datetime | None = None
        self._known = self._newest()
        self._news: _News | None = None
        self._asked_at = monotonic()
        self._not_before = self._asked_at
        self._thread: threading.Thread | None = None
        self._read: Network | None = None
        self.network = read_network(request, settings, log, say_nothing)

    def renewed(self, log: EventLog, now: datetime) -> bool:
        """Look after it, at each look of the watch; True if ``network`` is another now."""
        if self._source is None:
            return False
        if self._thread is not None:
            return self._taken_over()
        moment = self._monotonic()
        if moment - self._asked_at >= ASK_S:
            self._asked_at = moment
            self._ask(moment)
        if self._news is not None and moment >= self._not_before and self._has_landed(self._news, moment):
            self._known, self._news = self._news.newest, None
            copy = log.select(list(range(len(log))))
            source = replace(self._source, since=now - (self._source.until - self._source.since), until=now)
            self._thread = threading.Thread(target=self._read_again, args=(source, copy, moment), name="network", daemon=True)
            self._thread.start()
        return False

    def wait(self) -> None:
        """Until a reading that is under way has ended."""
        if self._thread is not None:
            self._thread.join()

    def _taken_over(self) -> bool:
        if self._thread is not None and self._thread.is_alive():
            return False
        self._thread = None
        read, self._read = self._read, None
        if read is None:
            return False
        self.network = read
        return True

    def _ask(self, moment: float) -> None:
        newest = self._newest()
        if newest is None or newest == self._known:
            return
        if self._news is None:
            self._news = _News(newest, moment, moment)
        elif newest != self._news.newest:
            self._news.newest, self._news.since = newest, moment

    def _has_landed(self, news: _News, moment: float) -> bool:
        return moment - news.since >= SETTLED_S or moment - news.first >= LONGEST_S

    def _newest(self) -> datetime | None:
        """The last visit whose facts the store has; the known one if it cannot be asked now."""
        if self._source is None:
            return None
        try:
            with self._source.place.open(write=False) as store:
                return last_applied(store)
        except SwitchcorrError as error:
            _log.warning("live: the store cannot be asked for new sweeps: %s", error.message)
            return self._known

    def _read_again(self, source: StoredSource, log: EventLog, begun: float) -> None:
        try:
            self._read = read_network(replace(self._request, stored=source), self._settings, log, say_nothing)
        except SwitchcorrError as error:
            _log.warning("live: the new sweep cannot be read, phones stay where they were known to be: %s", error.message)
        else:
            _log.info("live: the network was read again, with %d phones", len(self._read.campus.placements))
        self._not_before = self._monotonic() + _REST * (self._monotonic() - begun)
