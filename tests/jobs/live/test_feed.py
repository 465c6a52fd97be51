"""Segments as they grow: each whole line once, and none of those that are older than what is wanted."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from switchcorr.jobs.live.feed import SegmentFeed
from switchcorr.model.event import EventPools

_NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
_HISTORY = timedelta(days=8)


def _line(number: int, at: datetime) -> str:
    return (
        f"{at:%Y-%m-%dT%H:%M:%S}.900Z 192.0.2.7 <187>1: cm-1.lab.example: {at:%b %d %Y %H:%M:%S}.476 UTC : %UC_CALLMANAGER-3-EndPointUnregistered: "
        f"%[DeviceName=SEP00005E{number:06X}][Protocol=SCCP][DeviceType=7][Reason=13][NodeID=cm-1]: x\n"
    )


def _append(path: Path, text: str, written: datetime) -> None:
    with path.open("a") as file:
        file.write(text)
    os.utime(path, (written.timestamp(),) * 2)


@pytest.fixture
def feed(tmp_path: Path) -> SegmentFeed:
    return SegmentFeed(tmp_path, EventPools(), now=lambda: _NOW, history=_HISTORY)


def _names(feed: SegmentFeed) -> list[str]:
    log = feed.new_events()
    return [log.pools.names.get(name)[-2:] for name in log.name]


def test_lines_come_once_and_whole(feed: SegmentFeed, tmp_path: Path) -> None:
    path, text = tmp_path / "a.log", _line(2, _NOW)
    _append(path, _line(1, _NOW) + text[:50], _NOW)
    assert _names(feed) == ["01"]
    _append(path, text[50:], _NOW)
    assert (_names(feed), _names(feed)) == (["02"], [])


def test_a_segment_that_cannot_be_read_is_told_once_and_read_when_it_can_be(
    feed: SegmentFeed, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path, elsewhere = tmp_path / "a.log", tmp_path / "elsewhere"
    _append(elsewhere, _line(1, _NOW), _NOW)
    for _ in range(2):
        path.symlink_to(elsewhere)
        assert [_names(feed) for _ in range(3)] == [[], [], []]
        path.unlink()
        assert _names(feed) == []
    assert caplog.text.count("cannot be read") == 2
    _append(path, _line(2, _NOW), _NOW)
    assert _names(feed) == ["02"]


def test_a_segment_older_than_what_is_wanted_is_followed_from_its_end(feed: SegmentFeed, tmp_path: Path) -> None:
    old = _NOW - _HISTORY - timedelta(seconds=1)
    path, text = tmp_path / "old.log", _line(250, _NOW)
    _append(path, "".join(_line(number, old) for number in range(1000)) + text[:50], old)  # larger than what is read of its end
    _append(tmp_path / "begun.log", text[:50], old)
    _append(tmp_path / "empty.log", "", old)
    _append(tmp_path / "young.log", _line(1, _NOW), old + timedelta(seconds=2))
    assert _names(feed) == ["01"]
    assert (feed.lines, feed.is_behind) == (1, False)
    _append(path, text[50:] + _line(251, _NOW), _NOW)
    _append(tmp_path / "begun.log", text[50:], _NOW)
    _append(tmp_path / "empty.log", _line(252, _NOW), _NOW)
    assert sorted(_names(feed)) == ["FA", "FA", "FB", "FC"]
    assert _names(feed) == []
