"""A card that drops its phones again and again is one story for those who are told, also over a new start of the watch."""

from __future__ import annotations

import os
from datetime import timedelta

from switchcorr.audit.tracking import PAUSE_S, QUIET_S, News
from switchcorr.jobs.live.out import sentence
from tests.listen.test_live import _NOW, Site, line, module_phones, site

__all__ = ["site"]  # a fixture
EVERY_S = 660
PHONES = module_phones(20)


def bursts(site: Site, numbers: range) -> None:
    """Let bursts of one module come and go, with looks while they do and one behind each of them."""
    for number in numbers:
        _jump(site, number * EVERY_S)
        lines = {second: [line(name, site.now() + timedelta(seconds=second), node)] for second, (name, node) in enumerate(PHONES)}
        site.run(len(PHONES), lines)
        _jump(site, site.seconds + PAUSE_S)
        _jump(site, site.seconds + QUIET_S)


def _jump(site: Site, second: float) -> None:
    site.seconds = second
    for segment in site.folder.glob("*.log"):
        os.utime(segment, (site.now().timestamp(),) * 2)
    site.live.look()


def test_a_card_that_drops_its_phones_every_eleven_minutes_is_one_story(site: Site) -> None:
    bursts(site, range(3))
    told = [news for _, news in site.told]
    site = Site(site.folder, site.request, site.seconds)
    bursts(site, range(3, 6))
    _jump(site, site.seconds + 2 * EVERY_S - QUIET_S - 60)
    before = len(site.told)
    _jump(site, site.seconds + 60)
    assert [news.news for _, news in site.told[before:]] == [News.ENDED], "after two pauses of its own rhythm"
    told += [news for _, news in site.told]
    assert [(news.news, news.series.count) for news in told if news.series is not None] == [
        (News.NEW, 1),
        (News.GROWN, 1),
        (News.ENDED, 1),
        (News.AGAIN, 2),
        (News.AGAIN, 4),
        (News.ENDED, 6),
    ]
    assert [news.number for news in told] == list(range(1, 7))
    assert {news.series.id for news in told if news.series is not None} == {told[0].incident.id}
    assert sentence(told[-2]).startswith(f"again (4th time since {_NOW:%H:%M} UTC, every ~11 min) inc-")
