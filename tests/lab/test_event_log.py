"""The simulated call managers' log is read to the last line."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import switchcorr as sc
from switchcorr.events import ReadOptions, read_event_files
from switchcorr.lab.campus import build_lab_campus
from switchcorr.lab.demo import END, START, write_demo
from switchcorr.lab.event_log import Alert, Drop, background_drops, write_event_log
from switchcorr.model.event import EventKind

_AT = datetime(2026, 11, 17, 9, 41, 7, 250_000, tzinfo=UTC)


def test_every_line_is_the_event_it_was_written_from(tmp_path: Path) -> None:
    drops = [
        Drop(_AT, "SEP00005E005301", "cm-1", 13, "198.51.100.7"),
        Drop(_AT + timedelta(seconds=9), "CTI-IVR-01", "cm-2", 6, back_after=None),
        Drop(_AT + timedelta(seconds=10), "SEP00005E005302", "cm-2", 13, back_after=timedelta(minutes=4), back_node="cm-1"),
    ]
    write_event_log(tmp_path / "log", drops, [Alert(_AT - timedelta(minutes=2), "cm-2", 19)])
    log = sc.read_events(tmp_path / "log", now=END)
    seen = [(event.kind, event.name, event.node) for event in log]
    assert seen == [
        (EventKind.SERVER_ALERT, "", "cm-2"),
        (EventKind.UNREGISTERED, "SEP00005E005301", "cm-1"),
        (EventKind.UNREGISTERED, "CTI-IVR-01", "cm-2"),
        (EventKind.UNREGISTERED, "SEP00005E005302", "cm-2"),
        (EventKind.REGISTERED, "SEP00005E005301", "cm-1"),
        (EventKind.REGISTERED, "SEP00005E005302", "cm-1"),
    ]
    assert log[1].time == _AT
    assert log[1].reason is not None
    assert log[1].reason.code == 13


def test_a_week_of_the_demo_is_read_without_a_line_left(tmp_path: Path) -> None:
    site = write_demo(tmp_path, switches=6)
    reading = read_event_files([site.log], options=ReadOptions(now=END))
    (account,) = reading.files
    assert (account.unrecognised, account.ignored, account.duplicates) == (0, 0, 0)
    assert account.events == account.lines == len(site.log.read_text().splitlines())


def test_the_same_seed_writes_the_same_files(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
    sites = [write_demo(tmp_path / name, switches=6, seed=seed) for name, seed in (("a", 3), ("b", 3), ("c", 4))]
    first, same, other = ({path.relative_to(site.log.parent): path.read_bytes() for path in site.log.parent.rglob("*.*")} for site in sites)
    assert first == same
    assert sites[0].log.read_bytes() == sites[1].log.read_bytes() != sites[2].log.read_bytes()
    assert first.keys() == other.keys()


def test_background_is_as_frequent_as_asked() -> None:
    campus = build_lab_campus(switches=6)
    drops = background_drops(campus, start=START, days=50, per_phone_a_day=0.1, random_=random.Random(1))
    assert abs(len(drops) / len(campus.phones) / 50 - 0.1) < 0.01
    assert all(START <= drop.at < START + timedelta(days=50) for drop in drops)
