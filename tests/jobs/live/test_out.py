"""What a live watch leaves behind: a line for each message, and never an end of the watch because a disk is full."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from pathlib import Path

import pytest

from switchcorr.audit.tracking import News, Told
from switchcorr.jobs.live.out import FILE, keep_told, sentence
from switchcorr.model.series import Series
from tests.report.results import correlation


def test_each_message_is_a_line_with_its_incident(tmp_path: Path) -> None:
    result = correlation()
    first = result.incidents[0]
    for number, news in enumerate((News.NEW, News.ENDED), start=1):
        keep_told(tmp_path / "told", Told(news, first, number), result)
    lines = [json.loads(line) for line in (tmp_path / "told" / FILE).read_text().splitlines()]
    assert [(line["schema"], line["news"], line["number"]) for line in lines] == [
        ("switchcorr/live/1", "new", 1),
        ("switchcorr/live/1", "ended", 2),
    ]
    assert {line["incident"]["id"] for line in lines} == {first.id}
    assert sentence(Told(News.NEW, first, 1)) == f"new {first.id}: {first.summary}"


def test_a_line_tells_the_series_of_its_incident(tmp_path: Path) -> None:
    result = correlation()
    first = result.incidents[0]
    starts = tuple(first.start - timedelta(minutes=11 * number) for number in (2, 1, 0))
    told = Told(News.AGAIN, first, 7, Series("inc-first", starts[0], starts, 3, 31))
    keep_told(tmp_path, told, result)
    series = json.loads((tmp_path / FILE).read_text())["series"]
    assert {name: series[name] for name in ("id", "count", "every_s", "most_phones")} == {
        "id": "inc-first",
        "count": 3,
        "every_s": 660.0,
        "most_phones": 31,
    }
    assert (series["since"], len(series["starts"])) == (series["starts"][0], 3)
    assert sentence(told).startswith("again (3rd time since ")


def test_a_folder_that_cannot_be_written_costs_the_line_and_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "told").touch()
    result = correlation()
    with caplog.at_level(logging.ERROR):
        keep_told(tmp_path / "told", Told(News.NEW, result.incidents[0], 1), result)
    assert "cannot be written" in caplog.text
