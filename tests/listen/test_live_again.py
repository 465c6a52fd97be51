"""A live watch that ends, or is killed, and is started again later: each incident is told once, whenever it began, and told to its end."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from switchcorr.audit.tracking import QUIET_S, News
from switchcorr.jobs.live.state import FILE
from switchcorr.jobs.live.watch import LiveRequest
from tests.listen.test_live import _NOW, Site, _fault, module_phones, site
from tests.listen.test_live_store import Both, live_request, visited

__all__ = ["live_request", "site", "visited"]  # fixtures
AWAY_S = 600.0
PHONES = module_phones(20)


def written(folder: Path, second: float, lines: dict[int, list[str]]) -> None:
    """What came while no watch ran."""
    segment = folder / "20261123T090000Z-0000.log"
    with segment.open("a") as file:
        file.writelines(text for some in lines.values() for text in some)
    os.utime(segment, ((_NOW + timedelta(seconds=second)).timestamp(),) * 2)


def news_of(site: Site) -> list[News]:
    return [told.news for _, told in site.told]


@pytest.mark.parametrize("with_store", [True, False])
def test_an_incident_that_was_told_is_told_on_after_ten_minutes_away(site: Site, with_store: bool) -> None:
    request = site.request if with_store else replace(site.request, store=None)
    first = Site(site.folder, request)
    first.run(40, _fault(PHONES[:8], 2, 20))
    assert news_of(first) == [News.NEW]
    written(site.folder, 100, {number: lines for number, lines in _fault(PHONES, 2, 60).items() if number > 40})
    again = Site(site.folder, request, first.seconds + AWAY_S)
    again.run(QUIET_S + 10, {})
    assert news_of(again) == [News.GROWN, News.ENDED]
    assert [told.number for _, told in again.told] == [2, 3]
    assert {told.incident.id for _, told in again.told} == {first.told[0][1].incident.id}
    third = Site(site.folder, request, again.seconds)
    third.run(QUIET_S + 10, {})
    assert third.told == [], "what was over stays so"


def test_an_incident_that_begins_and_ends_while_none_runs_is_told(site: Site) -> None:
    written(site.folder, 150, _fault(PHONES, 90, 60))
    again = Site(site.folder, site.request, AWAY_S)
    again.run(QUIET_S + 10, {})
    assert news_of(again) == [News.NEW, News.ENDED]


def test_a_state_that_nobody_can_read_or_write_costs_no_news(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    (site.folder / FILE).write_text("{")
    again = Site(site.folder, site.request, 1.0)
    assert "what the last watch knew cannot be read" in caplog.text
    (site.folder / FILE).unlink()
    (site.folder / FILE).mkdir()
    again.run(60, _fault(PHONES, 5, 20))
    assert news_of(again)[0] is News.NEW
    assert caplog.text.count("will not know what this one has told") == 1


def test_what_never_came_into_the_outbox_is_told_again(live_request: LiveRequest) -> None:
    first = Site(live_request.folder, live_request)  # its messages are lost: it is killed before they are laid out
    first.run(40, _fault(PHONES[:8], 2, 20))
    assert news_of(first) == [News.NEW]
    again = Both(live_request.folder, live_request, first.seconds)
    again.run(40, {})
    assert news_of(again) == [News.NEW]
    third = Both(live_request.folder, live_request, again.seconds)
    third.run(40, {})
    assert third.told == []
