"""The process that recognises incidents beside the one that receives: how it is started, watched and ended.

Reception must not wait for a judgement, so the two share nothing but the folder of segments.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import final

from switchcorr.audit.tracking import Told
from switchcorr.cli.context import read_times
from switchcorr.cli.logs import set_up_logging
from switchcorr.cli.outcome import outcome_of
from switchcorr.cli.output import tell, tell_missing
from switchcorr.cli.store_context import meant_store
from switchcorr.errors import InputFileError, UsageError
from switchcorr.jobs.inputs.network import plainly_unusable
from switchcorr.jobs.inputs.request import CampusRequest
from switchcorr.jobs.live.notify import LiveNotifier
from switchcorr.jobs.live.out import ToldFile, sentence
from switchcorr.jobs.live.watch import LiveRequest, watch_live
from switchcorr.jobs.notify import notify_rules, urls_of
from switchcorr.jobs.stopping import ending_signals
from switchcorr.jobs.store.network import SOUGHT, StoredSource
from switchcorr.listen.segments import SUFFIX
from switchcorr.model.incident import Correlation
from switchcorr.settings import Settings
from switchcorr.text import counted

_LAST_LOOK_S = 30.0
_AGAIN_S = 60.0


@dataclass(frozen=True, slots=True)
class LiveTalk:
    """How much is said."""

    verbose: int
    quiet: bool


def watch_here(request: LiveRequest, talk: LiveTalk, stop: threading.Event, *, parent: int = 0) -> None:
    """Watch in this process until told to stop, or until the process that started it is gone."""
    set_up_logging(verbose=talk.verbose, quiet=talk.quiet)

    kept = ToldFile(request.folder, request.settings.fact_days)
    wanted = request.store is not None and bool(request.settings.notify.get("to"))
    notifier = LiveNotifier(request.store, request.settings, os.environ) if wanted and request.store is not None else None

    def told(news: Told, result: Correlation) -> None:
        if notifier is not None:
            notifier.tell(news)
        kept.keep(news, result)
        tell(f"live: {sentence(news)}")

    def begun(phones: int, unusable: Sequence[str]) -> None:
        tell_missing(unusable)
        if not talk.quiet:
            tell(f"live: watching {counted(phones, 'phone')}")

    try:
        watch_live(request, told, stop=stop, is_orphan=lambda: bool(parent) and os.getppid() != parent, begun=begun)
    finally:
        kept.flush()
        if notifier is not None:
            notifier.close()


def _child(request: LiveRequest, talk: LiveTalk, parent: int) -> None:
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # Ctrl-C and a closed terminal reach both; the parent ends this one when all is stored
    raise SystemExit(int(outcome_of(lambda: watch_here(request, talk, stop, parent=parent))))


def follow_only(request: LiveRequest, talk: LiveTalk) -> None:
    """Watch segments that somebody else writes, until SIGINT, SIGTERM or SIGHUP."""
    stop = threading.Event()
    for number in ending_signals():
        signal.signal(number, lambda *_: stop.set())
    if not talk.quiet:
        tell(f"watching the segments in {request.folder}; Ctrl-C or SIGTERM ends it")
    watch_here(request, talk, stop)


@final
class LiveProcess:
    """The watching process of a listener; one that failed, or could not be started, is started again after a minute.

    Args:
        monotonic: the clock for that minute.
    """

    def __init__(self, request: LiveRequest, talk: LiveTalk, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._request, self._talk, self._monotonic = request, talk, monotonic
        self._process: BaseProcess | None = None
        self._started: float | None = None
        self._is_told = False

    @property
    def process(self) -> BaseProcess | None:
        """The process; None before it was started, and while it cannot be."""
        return self._process

    def start(self) -> None:
        """Start it; a machine that has no room for a process now (no memory, too many processes or files) is told, and asked again."""
        process = multiprocessing.get_context("spawn").Process(
            target=_child, args=(self._request, self._talk, os.getpid()), name="switchcorr-live"
        )
        self._started = self._monotonic()
        try:
            process.start()
        except OSError as error:  # reception does not end for that
            if not self._is_told:
                why = error.strerror or str(error)
                tell(f"live: incidents are not recognised at the moment (no process can be started: {why}); it is tried again")
            self._process, self._is_told = None, True
        else:
            self._process, self._is_told = process, False

    def check(self) -> None:
        """Start it again if it was started once and is not there."""
        if self._started is None or (self._process is not None and self._process.is_alive()):
            return
        if not self._is_told and self._process is not None:
            self._is_told = True
            tell(f"live: incidents are not recognised at the moment (process ended with {self._process.exitcode}); it is started again")
        if self._monotonic() - self._started >= _AGAIN_S:
            self.start()

    def end(self) -> None:
        """Let it take a last look, then wait for it."""
        if self._process is None or not self._process.is_alive():
            return
        self._process.terminate()
        self._process.join(_LAST_LOOK_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def begin_live(
    folder: Path, campus: CampusRequest, events: tuple[Path, ...], store: str, settings: Settings, *, follow: bool, talk: LiveTalk
) -> LiveProcess | None:
    """The process to run beside a listener; with ``follow`` the work is done here, until it is ended.

    Raises:
        UsageError: nothing tells where phones are.
        InputFileError: captures, locations or device tables cannot be used, or there is no such folder, and nothing is received.
        ConfigurationError: somebody is to be notified in a way that is none.
    """
    request = live_request(folder, campus, events, store, settings)
    if not follow:
        return LiveProcess(request, talk)  # which tells what cannot be used: reception does not wait for it
    refuse_unusable(request.campus)
    if not folder.is_dir():
        raise InputFileError(
            f"{folder}: is no directory.", hint="--follow watches segments that another program writes: --out names their folder."
        )
    if not any(folder.glob(f"*{SUFFIX}")):
        tell(f"no segment (*{SUFFIX}) is in {folder} yet: see that what writes them runs, and writes there")
    follow_only(request, talk)
    return None


def refuse_unusable(campus: CampusRequest) -> None:
    """See that phones can be known from what was given: who only watches, and receives nothing, loses nothing by being told at the start.

    Raises:
        InputFileError: some of it cannot be used.
    """
    unusable = plainly_unusable(campus)
    if unusable:
        raise InputFileError(" ".join(unusable), hint="--follow needs to know where phones are.")


def live_request(folder: Path, campus: CampusRequest, events: tuple[Path, ...], store: str, settings: Settings) -> LiveRequest:
    """What is watched, and what tells where phones are: files, else the store, which is also told what is found.

    Raises:
        UsageError: nothing tells where phones are.
        ConfigurationError: somebody is to be notified in a way that is none.
    """
    times = read_times(settings, timezone=None)
    is_notified = bool(settings.notify.get("to"))
    if is_notified:
        urls_of(notify_rules(settings), os.environ)  # what is wrong with them is said before anything begins
    place = meant_store(store, settings) if store or settings.store or is_notified or not campus.is_given else None
    if place is not None and not campus.is_given:
        if place.url.file is not None and not place.url.file.exists():
            raise UsageError("--live needs to know where phones are.", hint="Give --captures DIR, --locations FILE.csv or --store URL.")
        campus = replace(campus, stored=StoredSource(place, times.now - SOUGHT, times.now))
    return LiveRequest(folder, times, campus, events, place, settings)
