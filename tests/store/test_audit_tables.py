"""Messages, findings, masks and runs on both engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from switchcorr.model.changes import NOT_LOOKED, Change, ChangeKind, ChangeState
from switchcorr.model.mask import Mask
from switchcorr.model.message import Message, Severity
from switchcorr.store.audits import complete_run, runs, write_run
from switchcorr.store.findings import acknowledge, findings, masks_of, put_mask, settle_findings
from switchcorr.store.open import Store
from switchcorr.store.outbox import LEASE, lease, mark_failed, mark_sent, put_messages, sent_since, waiting_messages
from switchcorr.store.raw import RawFiles
from switchcorr.store.retention import retire

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
LINK = Change(ChangeKind.UPLINK, ChangeState.GONE, "acc-1 Gi1", "acc-1 Gi1 leads nowhere", NOW, device="acc-1", id="uplink-1")
SEEN = frozenset({"acc-1"})


def test_a_message_waits_is_leased_and_is_sent(store: Store) -> None:
    made = [Message("b/new", "t", "line\n\N{SNOWMAN}", Severity.CRITICAL, attachment="/x"), Message("a/new", "t", "b")]
    assert put_messages(store, made, ["one", "two"], now=NOW) == 4
    assert put_messages(store, made, ["one", "three"], now=NOW + HOUR) == 2
    assert put_messages(store, [], ["one"], now=NOW) == 0
    waiting = waiting_messages(store)
    in_order = [("b/new", "one"), ("b/new", "two"), ("a/new", "one"), ("a/new", "two")]  # as they were laid in
    assert [(one.message.id, one.target) for one in waiting[:4]] == in_order
    assert {one.message for one in waiting} == set(made)
    first = waiting[0]
    assert lease(store, [first], now=NOW) == (first,)
    assert lease(store, [first], now=NOW) == ()
    mark_failed(store, [first], "no answer", now=NOW)
    again = next(one for one in waiting_messages(store) if (one.message.id, one.target) == ("b/new", "one"))
    assert (again.attempts, again.problem, again.due_at) == (1, "no answer", NOW + timedelta(minutes=1))
    assert timedelta(minutes=1) < LEASE
    mark_sent(store, [one for one in waiting_messages(store) if one.target == "one"], now=NOW + HOUR)
    assert sent_since(store, "one", NOW, now=NOW + HOUR) == 1
    later = NOW + HOUR
    assert sent_since(store, "one", later, now=later) == sent_since(store, "two", NOW, now=later) == 0
    assert {one.target for one in waiting_messages(store)} == {"two", "three"}


def test_a_finding_comes_lasts_and_goes(store: Store) -> None:
    assert [one.state for one in settle_findings(store, [LINK], at=NOW, seen=SEEN)] == [ChangeState.NEW]
    (again,) = settle_findings(store, [LINK], at=NOW + HOUR, seen=SEEN)
    assert (again.state, again.when) == (ChangeState.ONGOING, NOW)
    (unseen,) = settle_findings(store, [], at=NOW + 2 * HOUR, seen=frozenset())
    assert (unseen.state, unseen.note) == (ChangeState.ONGOING, NOT_LOOKED)
    assert acknowledge(store, ["uplink-1", "x"], "known", now=NOW) == ("x",)
    put_mask(store, Mask("work", NOW, NOW + 9 * HOUR, "acc-*"))
    (known,) = settle_findings(store, [LINK], at=NOW + 3 * HOUR, seen=SEEN)
    assert known.note == "acknowledged: known"
    (over,) = settle_findings(store, [], at=NOW + 4 * HOUR, seen=SEEN)
    assert (over.state, over.words) == (ChangeState.GONE, f"no longer so: {LINK.words}")
    assert settle_findings(store, [], at=NOW + 5 * HOUR, seen=SEEN) == ()
    (back,) = settle_findings(store, [LINK], at=NOW + 6 * HOUR, seen=SEEN)
    assert (back.state, back.note) == (ChangeState.NEW, "planned: work"), "an acknowledgement ends with its finding"
    assert [one.first_at for one in findings(store)] == [NOW + 6 * HOUR]


def test_a_mask_covers_its_switches_in_its_time(store: Store) -> None:
    mask = Mask("work", NOW, NOW + HOUR, "acc-1*, dist-01", "cards")
    put_mask(store, mask)
    put_mask(store, mask)
    assert masks_of(store) == (mask,)
    assert [mask.covers(device, NOW) for device in ("acc-12", "dist-01", "dist-02", "")] == [True, True, False, False]
    assert [mask.covers("acc-12", NOW + step) for step in (-timedelta(seconds=1), HOUR)] == [False, False]
    assert Mask("all", NOW, NOW + HOUR).covers("", NOW)


def test_a_window_comes_every_week_at_the_hour_of_its_clocks(store: Store) -> None:
    """Oslo puts its clocks back on 25 October 2026: 22:00 there is 20:00 UTC before, and 21:00 after."""
    first = datetime(2026, 10, 14, 20, tzinfo=UTC)
    window = Mask("window", first, first + 4 * HOUR, "acc-*", "", "Europe/Oslo")
    put_mask(store, window)
    assert masks_of(store) == (window,)
    for day, hour in ((14, 20), (21, 20), (28, 21)):
        begin = datetime(2026, 10, day, hour, tzinfo=UTC)
        assert window.time_at(begin) == (begin, begin + 4 * HOUR)
        assert [window.covers("acc-1", begin + step) for step in (-SECOND, timedelta(0), 4 * HOUR - SECOND, 4 * HOUR)] == [
            False,
            True,
            True,
            False,
        ]
    assert not window.covers("acc-1", first - timedelta(weeks=1))
    assert not window.covers("dist-1", first)
    assert window.time_at(first - timedelta(weeks=9))[0] == first
    long = Mask("nearly all", first, first + timedelta(days=6, hours=20), zone="Europe/Oslo")
    assert all(long.covers("x", first + timedelta(weeks=3, hours=hour)) for hour in (1, 2, 100, 160))


def test_runs_are_kept_once_each(store: Store) -> None:
    for at in (NOW, NOW + HOUR, NOW + HOUR):
        write_run(store, at, {"problems": ["x"]})
    assert [at for at, _ in runs(store)] == [NOW + HOUR, NOW]
    assert runs(store, most=1)[0][1] == {"problems": ["x"]}


def test_a_run_is_completed_only_if_it_was_written_down(store: Store) -> None:
    write_run(store, NOW, {"problems": []})
    for at in (NOW, NOW + HOUR):
        complete_run(store, at, {"problems": ["notify: x"]})
    assert runs(store) == ((NOW, {"problems": ["notify: x"]}),)


def test_what_is_old_goes_and_what_lasts_or_waits_stays(store: Store, tmp_path: Path) -> None:
    write_run(store, NOW, {})
    put_mask(store, Mask("work", NOW, NOW + HOUR))
    weekly = Mask("window", NOW, NOW + HOUR, zone="UTC")
    put_mask(store, weekly)
    put_messages(store, [Message("a", "t", "b"), Message("b", "t", "b")], ["one"], now=NOW)
    mark_sent(store, waiting_messages(store)[:1], now=NOW)
    gone = Change(ChangeKind.ERRORS, ChangeState.NEW, "x", "x", id="errors-1")
    settle_findings(store, [LINK, gone], at=NOW, seen=SEEN)
    settle_findings(store, [LINK], at=NOW + HOUR, seen=SEEN)
    later = NOW + timedelta(days=100)
    retire(store, RawFiles(tmp_path / "raw"), raw_before=later, facts_before=later)
    assert (runs(store), masks_of(store)) == ((), (weekly,))
    assert [one.message.id for one in waiting_messages(store)] == ["b"]
    assert [one.change.id for one in findings(store, all_=True)] == ["uplink-1"]
