"""What a live watch leaves behind: a line for each message, and never an end of the watch because a disk is full."""

from __future__ import annotations

import json
import logging
import resource
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from switchcorr.audit.tracking import News, Told
from switchcorr.jobs.live.out import FILE, MOST_WAITING, ToldFile, forget_old, sentence
from switchcorr.model.moments import DAY_S
from switchcorr.model.series import Series
from tests.report.results import correlation


def test_each_message_is_a_line_with_its_incident(tmp_path: Path) -> None:
    result = correlation()
    first = result.incidents[0]
    for number, news in enumerate((News.NEW, News.ENDED), start=1):
        ToldFile(tmp_path / "told", 90).keep(Told(news, first, number), result)
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
    ToldFile(tmp_path, 90).keep(told, result)
    series = json.loads((tmp_path / FILE).read_text())["series"]
    assert {name: series[name] for name in ("id", "count", "every_s", "most_phones")} == {
        "id": "inc-first",
        "count": 3,
        "every_s": 660.0,
        "most_phones": 31,
    }
    assert (series["since"], len(series["starts"])) == (series["starts"][0], 3)
    assert sentence(told).startswith("again (3rd time since ")


def _line(id_: str, at: str, news: str, series: str = "") -> str:
    told = {"schema": "switchcorr/live/1", "news": news, "at": at, "series": {"id": series} if series else None, "incident": {"id": id_}}
    return json.dumps(told) + "\n"


def test_stories_that_ended_long_ago_go_and_what_is_open_stays(tmp_path: Path) -> None:
    kept = [
        _line("inc-open", "2026-01-01T00:00:00Z", "new"),
        _line("inc-1", "2026-01-03T00:00:00Z", "again", "inc-series"),
        _line("inc-2", "2026-11-03T00:00:00Z", "ended", "inc-series"),
        "half a li\n",
        '["no message"]\n',
        _line("inc-young", "2026-11-20T00:00:00Z", "ended"),
    ]
    old = [_line("inc-old", "2026-01-02T00:00:00Z", "new"), _line("inc-old", "2026-01-02T01:00:00Z", "ended")]
    path = tmp_path / FILE
    path.write_text("".join((old[0], *kept[:2], old[1], *kept[2:])))
    path.chmod(0o640)
    before = datetime(2026, 10, 1, tzinfo=UTC)
    assert forget_old(tmp_path, before) == 2
    assert path.read_text() == "".join(kept)
    assert path.stat().st_mode & 0o777 == 0o640, "who may read it stays so"
    written = path.stat().st_ino
    assert forget_old(tmp_path, before) == 0
    assert path.stat().st_ino == written, "nothing to forget, nothing written"
    assert forget_old(tmp_path / "nowhere", before) == 0


def test_a_file_that_cannot_be_written_anew_stays_as_it_is(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / FILE).write_text(_line("inc-old", "2026-01-02T01:00:00Z", "ended"))
    (tmp_path / f".{FILE}.part").mkdir()
    assert forget_old(tmp_path, datetime(2026, 10, 1, tzinfo=UTC)) == 0
    assert "inc-old" in (tmp_path / FILE).read_text()
    assert "stay, as it cannot be written" in caplog.text


def test_the_old_is_forgotten_once_a_day_when_something_is_told(tmp_path: Path) -> None:
    result, moments = correlation(), [0.0]
    told = Told(News.NEW, result.incidents[0], 1)
    file = ToldFile(tmp_path, 90, monotonic=lambda: moments[0])
    old = _line("inc-old", "2026-01-02T01:00:00Z", "ended")
    for seconds, lines in ((0.0, 1), (DAY_S - 1, 3), (DAY_S, 3)):
        moments[0] = seconds
        with (tmp_path / FILE).open("a") as stream:
            stream.write(old)
        file.keep(told, result)
        assert len((tmp_path / FILE).read_text().splitlines()) == lines


def test_what_a_full_disk_did_not_take_is_written_when_there_is_room(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    result, before = correlation(), resource.getrlimit(resource.RLIMIT_FSIZE)
    file, told = ToldFile(tmp_path, 90), [Told(News.NEW, result.incidents[0], number) for number in range(1, 5)]
    file.keep(told[0], result)
    size = (tmp_path / FILE).stat().st_size
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, before[1]))
        file.keep(told[1], result)
        file.keep(told[2], result)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert (tmp_path / FILE).stat().st_size == size, "no half line"
    assert "2 lines for it in memory until it can" in caplog.text
    file.keep(told[3], result)
    assert [json.loads(line)["number"] for line in (tmp_path / FILE).read_text().splitlines()] == [1, 2, 3, 4]
    assert MOST_WAITING > 2


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "told").touch()
    result = correlation()
    with caplog.at_level(logging.ERROR):
        ToldFile(tmp_path / "told", 90).keep(Told(News.NEW, result.incidents[0], 1), result)
    assert "cannot be written" in caplog.text
