"""From the tracker to a web hook: each piece of news once, though the target is away for a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from switchcorr.audit.tracking import News, Told
from switchcorr.jobs.live.notify import LiveNotifier, live_message
from switchcorr.jobs.store.place import StorePlace
from switchcorr.model.campus import Component
from switchcorr.model.incident import Cause, Incident, Verdict
from switchcorr.settings import Settings
from switchcorr.store.url import parse_url
from tests.notify.receivers import web_hook

_AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


def _incident(endpoints: int) -> Incident:
    causes = (Cause(Component("module", "acc-001/1"), 0.98, endpoints, 40, _AT, _AT),)
    return Incident("inc-1", _AT, _AT + timedelta(seconds=9), endpoints, endpoints, 0, Verdict.NETWORK, 0.01, causes, (), (), "A module.")


_TOLD = (
    Told(News.NEW, _incident(5), 1),
    Told(News.GROWN, _incident(20), 2),
    Told(News.GROWN, _incident(40), 3),
    Told(News.ENDED, _incident(40), 4),
)


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_every_piece_of_news_is_a_message_of_its_own() -> None:
    assert [live_message(told).id for told in _TOLD] == ["inc-1/new", "inc-1/grown-20-network", "inc-1/grown-40-network", "inc-1/ended"]


def test_news_reaches_its_target_once_and_a_repeated_one_does_not(tmp_path: Path) -> None:
    place = StorePlace(parse_url(str(tmp_path / "x.db")), tmp_path / "raw")
    with web_hook() as hook:
        settings = Settings(notify={"to": {"hook": hook.url}})
        notifier = LiveNotifier(place, settings, {})
        notifier.tell(_TOLD[0])
        _until(lambda: len(hook.bodies) == 1)
        notifier.tell(_TOLD[0])
        notifier.tell(_TOLD[1])
        _until(lambda: len(hook.bodies) == 2)
        notifier.close()
    assert [body["title"].partition(":")[0] for body in hook.bodies] == ["5 phones dropped", "Grown"]


def test_what_a_target_does_not_take_waits_for_the_next_start(tmp_path: Path) -> None:
    place = StorePlace(parse_url(str(tmp_path / "x.db")), tmp_path / "raw")
    moments = [_AT]
    with web_hook() as hook:
        hook.status = 500
        settings = Settings(notify={"to": {"hook": hook.url}})
        notifier = LiveNotifier(place, settings, {}, now=lambda: moments[0])
        notifier.tell(_TOLD[0])
        _until(lambda: len(hook.bodies) >= 1)
        notifier.close()
        hook.status = 200
        hook.bodies.clear()
        moments[0] += timedelta(hours=2)
        LiveNotifier(place, settings, {}, now=lambda: moments[0]).close()
        assert len(hook.bodies) == 1
