"""From the outbox to real receivers: once, again after a failure, never lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from switchcorr.cli.app import app
from switchcorr.cli.logs import set_up_logging
from switchcorr.cli.outcome import outcome_of
from switchcorr.errors import ConfigurationError, ExitCode
from switchcorr.jobs.notify import deliver, notify_rules, queue_messages, urls_of
from switchcorr.model.message import Message, Severity
from switchcorr.notify import sending
from switchcorr.notify.policy import Delivery, is_quiet, read_rules
from switchcorr.secret import Secret
from switchcorr.settings import Settings
from switchcorr.store.open import Store, open_store
from switchcorr.store.outbox import LEASE, lease, waiting_messages
from switchcorr.store.url import parse_url
from tests.notify.receivers import mail_server, web_hook

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Store]:
    with open_store(parse_url(str(tmp_path / "x.db"))) as store:
        yield store


def test_each_message_reaches_each_target_once(box: Store, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    report.write_text("<p>all of it</p>")
    with web_hook() as hook, mail_server() as mailbox:
        rules = read_rules({"to": {"hook": "env:HOOK", "mail": "env:MAIL"}})
        mail = f"mailto://127.0.0.1:{mailbox.port}/?mode=insecure&from=audit@example.org&to=voice@example.org"
        urls = urls_of(rules, {"HOOK": hook.url, "MAIL": mail})
        message = Message("inc-1/new", "31 phones dropped", "module 3 of acc-12", Severity.CRITICAL, attachment=str(report))
        for step in range(3):
            queue_messages(box, [message, message], rules, now=NOW + timedelta(minutes=step))
            deliver(box, rules, urls, now=NOW + timedelta(minutes=step))
        assert [body["title"] for body in hook.bodies] == ["31 phones dropped"]
        assert hook.bodies[0]["message"] == "module 3 of acc-12"
        assert len(mailbox.mails) == 1
        assert "report.html" in mailbox.mails[0]
    assert waiting_messages(box) == ()


def test_what_is_not_taken_is_tried_again_later_and_the_other_target_hears_it_once(box: Store) -> None:
    with web_hook() as good, web_hook() as bad:
        bad.status = 503
        rules = read_rules({"to": {"bad": bad.url, "good": good.url}})
        urls = urls_of(rules, {})
        assert queue_messages(box, [Message("a/new", "t", "b")], rules, now=NOW) == 2
        outcome = deliver(box, rules, urls, now=NOW)
        assert (outcome.sent, outcome.waiting) == (1, 1)
        assert "bad did not take" in outcome.failed[0]
        assert "127.0.0.1" not in outcome.failed[0]
        tried = len(bad.bodies)
        deliver(box, rules, urls, now=NOW + timedelta(seconds=59))
        assert len(bad.bodies) == tried
        deliver(box, rules, urls, now=NOW + timedelta(minutes=1))
        assert len(bad.bodies) > tried
        (left,) = waiting_messages(box)
        assert left.attempts == 2
        assert left.due_at == NOW + timedelta(minutes=3)
        bad.status = 200
        assert deliver(box, rules, urls, now=NOW + timedelta(hours=2)).sent == 1
        assert len(good.bodies) == 1
    assert waiting_messages(box) == ()


def test_a_target_that_is_away_loses_nothing(box: Store) -> None:
    with web_hook() as hook:
        away = hook.url
    rules = read_rules({"to": {"gone": away}})
    queue_messages(box, [Message("a/new", "t", "b")], rules, now=NOW)
    moment = NOW
    for _ in range(12):
        assert deliver(box, rules, urls_of(rules, {}), now=moment).waiting == 1
        moment += timedelta(hours=1)
    assert waiting_messages(box)[0].attempts == 12


def test_a_target_that_is_back_hears_everything_in_its_order(box: Store) -> None:
    rules = read_rules({"to": {"hook": "json://127.0.0.1/"}})
    urls = urls_of(rules, {})
    heard: list[str] = []

    def take(piece: Delivery, name: str, url: Secret) -> str:
        heard.extend(piece.ids)
        return ""

    for minute, id_ in ((0, "a/new"), (1, "a/grown-13-network"), (2, "a/grown-20-network")):
        queue_messages(box, [Message(id_, "t", "b")], rules, now=NOW + timedelta(minutes=minute))
        outcome = deliver(box, rules, urls, now=NOW + timedelta(minutes=minute), send=lambda piece, name, url: "away")
        assert (outcome.sent, outcome.failed[-1:]) == (0, ("away",))
    deliver(box, rules, urls, now=NOW + timedelta(minutes=2, seconds=30), send=take)
    assert heard == [], "all of them pause"
    deliver(box, rules, urls, now=NOW + timedelta(minutes=3), send=take)
    assert heard == ["a/new", "a/grown-13-network", "a/grown-20-network"], "the newest was due first"
    assert waiting_messages(box) == ()


def test_messages_of_one_moment_are_told_in_the_order_in_which_they_were_laid_in(box: Store) -> None:
    rules = read_rules({"to": {"hook": "json://127.0.0.1/"}})
    queue_messages(box, [Message(f"a/{state}", "t", "b") for state in ("new", "grown-13-network", "ended")], rules, now=NOW)
    assert [one.message.id for one in waiting_messages(box)] == ["a/new", "a/grown-13-network", "a/ended"]


def test_an_incident_that_goes_on_after_its_end_is_told_to_its_second_end(box: Store) -> None:
    rules = read_rules({"to": {"hook": "json://127.0.0.1/", "mail": "json://127.0.0.1/"}})
    laid = []
    for minute, states in enumerate(
        (("new",), ("ended",), ("ended",), ("grown-20-network",), ("ended",), ("ended",), ("grown-40-network", "ended"))
    ):
        messages = [Message(f"a/{state}", "t", "b") for state in states]
        laid.append(queue_messages(box, messages, rules, now=NOW + timedelta(minutes=minute)))
    assert laid == [2, 2, 0, 2, 2, 0, 4]
    told = [one.message.id for one in waiting_messages(box) if one.target == "hook"]
    assert told == ["a/new", "a/ended", "a/grown-20-network", "a/ended-2", "a/grown-40-network", "a/ended-3"]


def test_a_message_that_is_always_refused_keeps_no_other_waiting(box: Store) -> None:
    rules = read_rules({"to": {"hook": "json://127.0.0.1/"}})
    urls = urls_of(rules, {})
    heard: list[str] = []

    def picky(piece: Delivery, name: str, url: Secret) -> str:
        heard.extend(piece.ids)
        return "too long" if "a/new" in piece.ids else ""

    for minutes, id_ in ((0, "a/new"), (10, "b/new"), (20, "c/new"), (30, "d/new"), (31, "")):
        moment = NOW + timedelta(minutes=minutes)
        queue_messages(box, [Message(id_, "t", "b")] if id_ else [], rules, now=moment)
        deliver(box, rules, urls, now=moment, send=picky)
        assert id_ in ("", *heard)
    assert [one.message.id for one in waiting_messages(box)] == ["a/new"]


def test_two_senders_do_not_send_the_same_message_and_a_dead_one_gives_it_back(box: Store) -> None:
    rules = read_rules({"to": {"hook": "json://127.0.0.1/"}})
    queue_messages(box, [Message("a/new", "t", "b")], rules, now=NOW)
    waiting = waiting_messages(box)
    assert len(lease(box, waiting, now=NOW)) == 1
    assert lease(box, waiting, now=NOW) == ()
    sent: list[Delivery] = []

    def take(piece: Delivery, name: str, url: Secret) -> str:
        sent.append(piece)
        return ""

    urls = urls_of(rules, {})
    deliver(box, rules, urls, now=NOW + timedelta(minutes=1), send=take)
    assert sent == []
    deliver(box, rules, urls, now=NOW + LEASE, send=take)
    assert [piece.ids for piece in sent] == [("a/new",)]


@pytest.mark.parametrize("state", ["laid in", "leased", "failed", "as many as an hour allows"])
def test_a_clock_that_ran_ahead_and_was_set_back_keeps_no_message_waiting(box: Store, state: str) -> None:
    rules = read_rules({"to": {"hook": "json://127.0.0.1/"}, "most_an_hour": 1})
    urls, ahead = urls_of(rules, {}), NOW + timedelta(days=400)
    sent: list[str] = []

    def take(piece: Delivery, name: str, url: Secret) -> str:
        sent.extend(piece.ids)
        return ""

    queue_messages(box, [Message("a/new", "t", "b")], rules, now=ahead)
    if state == "leased":
        assert lease(box, waiting_messages(box), now=ahead)
    elif state == "failed":
        deliver(box, rules, urls, now=ahead, send=lambda piece, name, url: "no")
    elif state == "as many as an hour allows":
        deliver(box, rules, urls, now=ahead, send=take)
        queue_messages(box, [Message("b/new", "t", "b")], rules, now=NOW)
    deliver(box, rules, urls, now=NOW, send=take)
    assert sent[-1:] == ["b/new" if state == "as many as an hour allows" else "a/new"]
    assert waiting_messages(box) == ()


def test_a_sender_whose_clock_is_minutes_ahead_keeps_its_lease(box: Store) -> None:
    rules = read_rules({"to": {"hook": "json://127.0.0.1/"}})
    queue_messages(box, [Message("a/new", "t", "b")], rules, now=NOW)
    assert lease(box, waiting_messages(box), now=NOW + timedelta(minutes=45))
    assert deliver(box, rules, urls_of(rules, {}), now=NOW, send=lambda piece, name, url: "").sent == 0


def test_a_hundred_incidents_are_no_storm(box: Store) -> None:
    with web_hook() as hook:
        rules = read_rules({"to": {"hook": hook.url}, "most_an_hour": 3})
        urls = urls_of(rules, {})
        for number in range(100):
            moment = NOW + timedelta(seconds=number)
            queue_messages(box, [Message(f"inc-{number}/new", f"title {number}", "b")], rules, now=moment)
            deliver(box, rules, urls, now=moment)
        assert len(hook.bodies) == 3
        outcome = deliver(box, rules, urls, now=NOW + timedelta(hours=1, minutes=2))
        assert (outcome.sent, outcome.waiting) == (97, 0)
        assert hook.bodies[-1]["title"].startswith("97 messages")


def test_a_file_that_is_gone_is_named(box: Store) -> None:
    with web_hook() as hook:
        piece = Delivery(("a",), "t", "b", Severity.INFO, ("/nowhere/report.html",))
        assert sending.send(piece, "hook", Secret(hook.url)) == ""
        assert "/nowhere/report.html is no longer there" in hook.bodies[0]["message"]


def test_what_cannot_be_a_target_is_refused_without_its_url(monkeypatch: pytest.MonkeyPatch) -> None:
    for told, words in (("nonsense-token-77", "no URL"), ("env:NOT_THERE", "not set"), ("envv:X", "did you mean")):
        with pytest.raises(ConfigurationError, match=words) as caught:
            urls_of(read_rules({"to": {"x": told}}), {})
        assert "token-77" not in str(caught.value)
        assert "notify.to.x" in caught.value.message
    monkeypatch.setattr(sending, "apprise", None)
    with pytest.raises(ConfigurationError, match="not installed"):
        urls_of(read_rules({"to": {"x": "json://127.0.0.1/"}}), {})


def test_quiet_hours_are_in_the_zone_of_the_settings() -> None:
    assert str(notify_rules(Settings(timezone="Europe/Oslo")).zone) == "Europe/Oslo"
    offset = notify_rules(Settings(timezone="+01:00", notify={"quiet_hours": "22:00-06:30"}))
    assert is_quiet(offset, datetime(2026, 11, 23, 21, 30, tzinfo=UTC))
    assert not is_quiet(offset, datetime(2026, 11, 23, 6, tzinfo=UTC))
    with pytest.raises(ConfigurationError, match="no such time zone: 'Europe/Olso'"):
        notify_rules(Settings(timezone="Europe/Olso"))


def test_the_command_sends_a_test_message_and_what_waits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.db"
    config = tmp_path / "s.toml"
    config.write_text("")
    arguments = ["notify", "--config", str(config), "--store", str(path)]
    assert outcome_of(lambda: app(arguments, standalone_mode=False)) is ExitCode.USAGE
    with web_hook() as hook:
        config.write_text(f'[notify.to]\nhook = "{hook.url}"\n')
        assert outcome_of(lambda: app([*arguments, "--test"], standalone_mode=False)) is ExitCode.DONE
        assert hook.bodies[0]["title"] == "switchcorr: test message"
        with open_store(parse_url(str(path))) as store:
            queue_messages(store, [Message("a/new", "told", "b")], read_rules({"to": {"hook": hook.url}}), now=NOW)
        app(arguments, standalone_mode=False)
        assert hook.bodies[1]["title"] == "told"
    assert "1 sent, 0 waiting" in capsys.readouterr().err


def test_however_much_is_asked_to_be_said_nothing_says_the_url(box: Store, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(verbose=2, quiet=False)
    with web_hook() as hook:
        rules = read_rules({"to": {"hook": f"json://127.0.0.1:{hook.port}/services/S3CR3T"}})
        queue_messages(box, [Message("a/new", "t", "b")], rules, now=NOW)
        assert deliver(box, rules, urls_of(rules, {}), now=NOW).sent == 1
    told = capsys.readouterr()
    assert "hook took t" in told.err
    assert "S3CR3T" not in told.err + told.out
    assert str(hook.port) not in told.err
