"""What is sent now: quiet hours, the limit of an hour, digests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from switchcorr.errors import ConfigurationError
from switchcorr.model.message import Message, Severity
from switchcorr.notify.policy import deliveries, is_quiet, read_rules

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


def message(number: int, severity: Severity = Severity.WARNING, attachment: str = "") -> Message:
    return Message(f"m{number}", f"title {number}", f"body {number}", severity, attachment=attachment)


def test_few_messages_go_one_by_one_and_many_as_one_digest() -> None:
    rules = read_rules({"to": {"a": "json://x"}})
    assert [piece.ids for piece in deliveries([message(1), message(2)], rules, now=NOW, sent_last_hour=0)] == [("m1",), ("m2",)]
    urgent = deliveries([message(1), message(2, Severity.CRITICAL)], rules, now=NOW, sent_last_hour=0)
    assert [piece.ids for piece in urgent] == [("m2",), ("m1",)]
    many = [message(number, Severity.CRITICAL if number == 3 else Severity.INFO, f"r{number}.html") for number in range(5)]
    (digest,) = deliveries(many, rules, now=NOW, sent_last_hour=0)
    assert digest.ids == ("m0", "m1", "m2", "m3", "m4")
    assert digest.title == "5 messages, 1 critical: title 3"
    assert digest.body.index("body 3") < digest.body.index("body 0")
    assert digest.severity is Severity.CRITICAL
    assert len(digest.attachments) == 1


def test_a_storm_is_one_bounded_digest_that_still_counts_all() -> None:
    storm = [message(number) for number in range(5000)]
    (digest,) = deliveries(storm, read_rules({}), now=NOW, sent_last_hour=0)
    assert len(digest.ids) == 5000
    assert len(digest.body) < 21_000
    assert digest.body.endswith("lists all.")


def test_over_the_limit_of_an_hour_nothing_is_sent_and_the_last_slot_takes_a_digest() -> None:
    rules = read_rules({"most_an_hour": 2})
    assert deliveries([message(1)], rules, now=NOW, sent_last_hour=2) == ()
    assert [piece.ids for piece in deliveries([message(1), message(2)], rules, now=NOW, sent_last_hour=1)] == [("m1", "m2")]
    every = read_rules({"digest_from": 1})
    assert deliveries([message(1)], every, now=NOW, sent_last_hour=0)[0].title == "title 1"


@pytest.mark.parametrize(
    ("span", "clock", "quiet"),
    [
        ("22:00-06:30", "23:00", True), ("22:00-06:30", "06:29", True), ("22:00-06:30", "06:30", False), ("22:00-06:30", "21:59", False),
        ("09:00-10:00", "09:00", True), ("09:00-10:00", "10:00", False), ("", "03:00", False),
    ],
)  # fmt: skip
def test_quiet_hours_go_over_midnight(span: str, clock: str, quiet: bool) -> None:
    hour, minute = map(int, clock.split(":"))
    rules = read_rules({"quiet_hours": span}, ZoneInfo("Europe/Oslo"))
    moment = datetime(2026, 11, 28, hour, minute, tzinfo=ZoneInfo("Europe/Oslo")).astimezone(UTC)
    assert is_quiet(rules, moment) is quiet


def test_in_quiet_hours_only_critical_messages_are_sent() -> None:
    rules = read_rules({"quiet_hours": "11:00-13:00"})
    found = deliveries([message(1), message(2, Severity.CRITICAL)], rules, now=NOW, sent_last_hour=0)
    assert [piece.ids for piece in found] == [("m2",)]
    assert len(deliveries([message(1), message(2)], rules, now=NOW + timedelta(hours=2), sent_last_hour=0)) == 2


def test_every_problem_of_the_table_is_named_and_no_url() -> None:
    table = {"too": 1, "to": ["json://secret-token"], "quiet_hours": "25:00-26:00", "most_an_hour": 0, "digest_from": True}
    with pytest.raises(ConfigurationError) as caught:
        read_rules(table)
    for word in ("'too'", "notify.to:", "quiet_hours", "most_an_hour", "digest_from"):
        assert word in caught.value.message
    assert "secret-token" not in str(caught.value)
    for bad in (5, "22:00", "08:00-08:00"):
        with pytest.raises(ConfigurationError, match="quiet_hours"):
            read_rules({"quiet_hours": bad})
