"""Live recognition: follow the segments, let the stream say where something is loud, judge that with the engine, tell what is news.

The stream costs microseconds a drop; a judgement reads the log of the last days, so it is made only when the stream heard something or an
incident is open, and takes a fifth of the time in the long run. What quiet time has saved is there when something begins: the judgements
of its first minute follow each other without a pause.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import final

from switchcorr.audit.series import SeriesTracker
from switchcorr.audit.tracking import IncidentTracker, Told
from switchcorr.correlate import CorrelateOptions
from switchcorr.correlate import correlate as explain
from switchcorr.correlate.constants import Constants
from switchcorr.correlate.detection.watching import Watch, watch_of
from switchcorr.correlate.overrides import constants_from
from switchcorr.events.duplicates import distinct_rows
from switchcorr.jobs.correlate import coverage_of
from switchcorr.jobs.inputs.events import named_by_address, read_events
from switchcorr.jobs.inputs.readings import EventsRead
from switchcorr.jobs.inputs.request import CampusRequest, Times, say_nothing
from switchcorr.jobs.live.allowance import Allowance
from switchcorr.jobs.live.feed import SegmentFeed
from switchcorr.jobs.live.network import LiveNetwork
from switchcorr.jobs.live.state import LiveState, LiveStateFile
from switchcorr.jobs.live.store import LiveMemory, Settled
from switchcorr.jobs.store.place import StorePlace
from switchcorr.model.event import EventLog
from switchcorr.model.incident import Correlation, Incident
from switchcorr.model.moments import DAY_S
from switchcorr.settings import Settings
from switchcorr.store.events import events_between

_log = logging.getLogger(__name__)
Tell = Callable[[Told, Correlation], None]
HISTORY = timedelta(days=7)
"""How much of the past a judgement knows. Assumed: a week holds every hour of the week once."""
MOST_EVENTS = 400_000
"""Of the past in memory, the newest: an incident of 200,000 phones with their return."""
SLACK_S = 2.0
"""How late a drop may come behind a later one. Assumed: the clocks of the nodes of a cluster are that near; the judgement sorts all of them."""
LOOK_BACK = timedelta(hours=1)
"""How far back new incidents are looked for; open ones are judged whole."""
_LOOK_S = 0.5
_RELEARN_S = 3600.0
_RELEARN_UNKNOWN_S = 30.0
_SHARE = 0.2
"""Part of the time that judgements may take in the long run. Assumed."""
_SAVED_S = 30.0
"""Time for judgements that quiet time saves at most. Assumed: the first judgements of an incident decide when it is told, and one of a site
with 200,000 phones takes three seconds."""
_ODD_S = DAY_S
"""An event whose time is further from its arrival is not judged: its sender's clock is wrong. Source: fault case 25, times beyond 24 hours."""
_BEFORE_S = 240.0


@dataclass(frozen=True, slots=True)
class LiveRequest:
    """What is watched, and what is known.

    Attributes:
        folder: of the segments.
        history: older logs, which tell what quiet days are like; with a store its events do.
    """

    folder: Path
    times: Times
    campus: CampusRequest = field(default_factory=CampusRequest)
    history: tuple[Path, ...] = ()
    store: StorePlace | None = None
    settings: Settings = field(default_factory=Settings)


def watch_live(
    request: LiveRequest,
    tell: Tell,
    *,
    stop: threading.Event,
    is_orphan: Callable[[], bool] = lambda: False,
    begun: Callable[[int, Sequence[str]], None] = lambda *_: None,
) -> None:
    """Watch until ``stop`` is set; the last look takes what is there by then.

    Args:
        begun: told once, when the network is known: how many phones of it have a place, and what could not be used at all, as sentences.

    Raises:
        InputFileError: what the network is to be known from, or the history, cannot be used at all.
    """
    live = LiveWatch(request, tell)
    begun(live.phones, live.unusable)
    while not stop.is_set() and not is_orphan():
        live.look()
        if not live.is_behind:
            stop.wait(_LOOK_S)
    live.look()


@final
class LiveWatch:
    """Looks once each time it is told; see the module.

    Args:
        now: the clock; a step of it moves the bounds of the past only.
        monotonic: the clock for pauses.
    """

    def __init__(
        self,
        request: LiveRequest,
        tell: Tell,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._request, self._tell, self._now, self._monotonic = request, tell, now, monotonic
        self._constants: Constants = constants_from(request.settings.correlate)
        events = _history(request, now())
        self._events = events
        self._log = events.log
        self._feed = SegmentFeed(request.folder, self._log.pools, now=now, history=HISTORY + timedelta(seconds=_ODD_S))
        self._begun = now() - timedelta(seconds=_BEFORE_S)
        self._state = LiveStateFile(request.folder)
        self.odd_times = 0
        self._take(catching_up=True)
        self._networks = LiveNetwork(request.campus, request.settings, self._log, monotonic=monotonic)
        self._memory = LiveMemory(request.store)
        self._tracker = IncidentTracker(self._memory.is_planned)
        self._series = SeriesTracker()
        self._go_on()
        self._watch: Watch = self._learned()
        self._learned_at = self._newest_at = monotonic()
        self._allowance = Allowance(_SHARE, _SAVED_S, self._learned_at)
        self._is_due = True  # something may have begun in the last minutes

    @property
    def phones(self) -> int:
        """How many phones of the network have a place."""
        return len(self._networks.network.campus.placements)

    @property
    def unusable(self) -> tuple[str, ...]:
        """What was to tell of the network and could not be used at all, as sentences."""
        return self._networks.network.unusable

    def wait_for_network(self) -> None:
        """Until a sweep that is being read has been; the next look uses it."""
        self._networks.wait()

    @property
    def is_behind(self) -> bool:
        """Whether more has come already than one look takes."""
        return self._feed.is_behind

    def _go_on(self) -> None:
        """Begin where the last watch of this folder ended, if there was one."""
        found, now = self._state.read(), self._now()
        if found is None:
            self._state.write(LiveState(now))
            return
        state, looked = found
        self._begun = min(self._begun, max(looked - timedelta(seconds=_BEFORE_S), now - LOOK_BACK))
        is_sent = bool(self._request.settings.notify.get("to"))
        known = self._memory.confirmed(state.known) if is_sent else state.known
        self._tracker.restore(known, self._monotonic(), max(0.0, (now - state.at).total_seconds()))
        self._series = SeriesTracker(state.series)

    def look(self) -> None:
        """Take what came, and tell what is news."""
        self._look()
        self._state.mark(self._now(), self._monotonic())

    def _look(self) -> None:
        moment = self._monotonic()
        if self._networks.renewed(self._log, self._now()):
            self._watch, self._learned_at, self._is_due = self._learned(), moment, True
        new = self._take()
        drops, unknown = self._watch.drops(new)
        self._newest_at = moment if drops else self._newest_at
        loud = self._watch.stream.push(drops)
        if not drops and moment - self._newest_at > SLACK_S:
            loud += self._watch.stream.flush()
        is_stale = moment - self._learned_at > (_RELEARN_UNKNOWN_S if unknown else _RELEARN_S) or unknown >= self._constants.least_endpoints
        self._is_due |= bool(loud or unknown or (len(new) and self._tracker.is_waiting))
        if self._is_due and self._allowance.is_there(moment):
            self._judge(moment)
            if is_stale:
                self._watch, self._learned_at = self._learned(), moment
            self._allowance.spend(self._monotonic() - moment)
        else:
            self._told(self._tracker.passed(moment), None)

    def _take(self, *, catching_up: bool = False) -> EventLog:
        """New events into the log, without those of wrong clocks."""
        new = self._feed.new_events()
        while catching_up and self._feed.is_behind:
            new.extend(self._feed.new_events())
        at = self._now().timestamp()
        oldest = at - (HISTORY.total_seconds() if catching_up else _ODD_S)
        fit = [i for i, seconds in enumerate(new.time) if oldest <= seconds <= at + _ODD_S]
        if len(fit) < len(new):
            self.odd_times += len(new) - len(fit)
            _log.warning("live: %d events are not judged, as their times are more than a day from when they came", len(new) - len(fit))
            new = new.select(fit)
        self._log.extend(new)
        if len(self._log) > MOST_EVENTS * 5 // 4:
            newest = sorted(range(len(self._log)), key=self._log.time.__getitem__)[-MOST_EVENTS:]
            self._log = self._log.select(newest)
        return new

    def _ordered(self) -> EventLog:
        oldest = (self._now() - HISTORY).timestamp()
        rows = distinct_rows(self._log).rows
        return self._log.select([i for i in rows if math.isnan(self._log.time[i]) or self._log.time[i] >= oldest])

    def _learned(self) -> Watch:
        return watch_of(self._ordered(), self._networks.network.campus, self._constants, slack_s=SLACK_S)

    def _judge(self, moment: float) -> None:
        self._is_due = False
        self._memory.look()
        events = named_by_address(replace(self._events, log=self._ordered()), self._networks.network.campus.placements)
        now = self._now()
        since = self._tracker.first(max(self._begun, now - LOOK_BACK))
        options = CorrelateOptions(now=now, since=since, constants=self._constants)
        result = explain(events.log, self._networks.network.campus, options=options, coverage=coverage_of(events, self._networks.network))
        recent = [incident for incident in result.incidents if incident.end >= since]
        self._told(self._tracker.judged(recent, moment), result)

    def _told(self, news: list[Told], result: Correlation | None) -> None:
        at = self._now()
        settled = self._settled(news, result, at) if news else None
        left = self._series.told(settled.news, at) if settled is not None else []
        ends = self._series.passed(at)
        for told in left:
            self._tell(told, settled.result if settled is not None else self._answer((told.incident,), at))
        for told in ends:
            self._tell(told, self._answer((told.incident,), at))
        if news or ends:
            self._state.write(LiveState(at, self._tracker.kept(self._monotonic()), self._series.known))

    def _answer(self, incidents: tuple[Incident, ...], at: datetime) -> Correlation:
        """An answer of some incidents that no judgement has just found."""
        return Correlation(at, None, None, coverage_of(self._events, self._networks.network), incidents)

    def _settled(self, news: Sequence[Told], result: Correlation | None, at: datetime) -> Settled:
        """News with the ids that count, in the store, without what somebody else has told."""
        answer = replace(result, recurring=(), flapping=(), chronic=()) if result is not None else self._answer((), at)
        answer = replace(answer, incidents=tuple(told.incident for told in news))
        settled = self._memory.settled(news, answer, self._tracker.ids - {told.incident.id for told in news})
        self._tracker.rename(settled.ids)
        self._series.noted(settled.told_before)
        return settled


def _history(request: LiveRequest, now: datetime) -> EventsRead:
    if request.store is not None and (request.store.url.file is None or request.store.url.file.exists()):
        with request.store.open(write=False) as store:
            log = events_between(store, now - HISTORY, now)
        if len(log):
            return EventsRead(log, (), (), ())
    if request.history:
        return read_events(request.history, request.times, say_nothing)
    return EventsRead(EventLog(), (), (), ())
