"""What a listener could not receive is known to whoever reads its segments, also from the store, also after a new start."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from switchcorr.jobs.inputs.events import read_events
from switchcorr.jobs.inputs.request import Times, say_nothing
from switchcorr.jobs.listen import status_document
from switchcorr.jobs.store.ingest import ingest
from switchcorr.jobs.store.network import StoredSource
from switchcorr.jobs.store.place import StorePlace
from switchcorr.listen.counts import ListenCounts
from switchcorr.listen.losses import Loss, losses_in, read_losses, told_losses, with_loss
from switchcorr.listen.server import ListenReport
from switchcorr.store.losses import losses_between
from switchcorr.store.url import parse_url

T0 = datetime(2026, 11, 22, 9, tzinfo=UTC)
NOW = T0 + timedelta(hours=1)


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def wrote(folder: Path, *losses: Loss) -> Path:
    """The folder of a listener with a segment and its state."""
    folder.mkdir(exist_ok=True)
    state = status_document(ListenReport(T0, (), ListenCounts(), losses=losses), running=True)
    (folder / "listen.json").write_text(json.dumps(state))
    segment = folder / "20261122T090000Z-0000.log"
    segment.write_text("time,phone,event\n" + "".join(f"2026-11-22T09:00:{n:02}Z,SEP00005E0000{n:02X},unregistered\n" for n in range(20)))
    return segment


def test_waves_of_one_flood_are_one_span_and_what_comes_later_is_another() -> None:
    losses = with_loss((), Loss(at(0), at(1), 10))
    losses = with_loss(losses, Loss(at(2), at(3), 5))
    losses = with_loss(losses, Loss(at(500), at(501), 7))
    assert losses == (Loss(at(0), at(3), 15), Loss(at(500), at(501), 7))
    for number in range(2000):
        losses = with_loss(losses, Loss(at(1000 + 100 * number), at(1001 + 100 * number), 1))
    assert len(losses) == 1000
    assert losses[-1].until == at(1001 + 100 * 1999)


def test_a_loss_outside_the_time_that_is_asked_about_is_not_told() -> None:
    losses = (Loss(at(0), at(3), 15), Loss(at(500), at(501), 7))
    assert told_losses(losses, at(4), at(400)) == ()
    assert told_losses(losses, at(0), at(400)) == (
        "the kernel dropped 15 messages to the listener from 2026-11-22T09:00:00Z to 2026-11-22T09:00:03Z: events of that time may be missing",
    )
    assert "22 messages to the listener in 2 spans" in told_losses(losses, at(0), at(600))[0]


def test_whoever_reads_the_segments_is_told(tmp_path: Path) -> None:
    segment = wrote(tmp_path / "events", Loss(at(5), at(6), 1234))
    assert "dropped 1,234 messages" in read_events([segment], Times(NOW), say_nothing).missing[0]
    wrote(tmp_path / "events", Loss(at(900), at(901), 1234))
    assert read_events([segment], Times(NOW), say_nothing).missing == ()


def test_the_store_remembers_and_a_span_that_grew_is_one(tmp_path: Path) -> None:
    place = StorePlace(parse_url(str(tmp_path / "x.db")), tmp_path / "raw")
    ingest([wrote(tmp_path / "events", Loss(at(5), at(6), 10))], place, Times(NOW))
    ingest([wrote(tmp_path / "events", Loss(at(5), at(9), 30), Loss(at(900), at(901), 2))], place, Times(NOW))
    ingest([wrote(tmp_path / "events")], place, Times(NOW))
    with place.open(write=False) as store:
        assert losses_between(store, T0, NOW) == ((at(5), at(9), 30), (at(900), at(901), 2))
        assert losses_between(store, at(10), at(20)) == ()
    assert "dropped 30 messages" in StoredSource(place, T0, at(60)).events().missing[0]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"losses": 3}', '{"losses": [3, {}, {"since": "x"}, {"since": "2026-01-01", "until": "2026-01-02", "dropped": 1}]}'],
)
def test_a_state_that_is_none_tells_of_no_loss(tmp_path: Path, text: str) -> None:
    (tmp_path / "listen.json").write_text(text)
    assert read_losses(tmp_path) == ()
    assert losses_in({"losses": [{"since": at(5).isoformat(), "until": at(4).isoformat(), "dropped": 1}]}) == ()
