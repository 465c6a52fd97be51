"""A log that has fallen silent: told by every run until something comes, and never because of a night or of logs that come once a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from switchcorr.audit.silence import Heard, from_summary, heard_by, silence, to_summary
from switchcorr.errors import ExitCode
from switchcorr.jobs.audit.request import AuditRequest
from switchcorr.lab.demo import END, DemoSite
from switchcorr.store.audits import runs, write_run
from tests.audit.test_audit import audit, hook, request_, take

__all__ = ["hook", "request_"]  # fixtures
NOW = datetime(2026, 11, 2, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def told_by_runs(newest: list[datetime], every: timedelta) -> list[bool]:
    """Whether each run of a row told of silence, by the newest event there was at each."""
    heard: Heard | None = None
    told, before_at = [], None
    for number, last in enumerate(newest):
        at = NOW + number * every
        heard = heard_by(last, at, from_summary({"heard": to_summary(heard)}), before_at)
        told.append(bool(silence(heard, at)))
        before_at = at
    return told


def test_a_log_that_stops_is_told_by_each_run_until_something_comes() -> None:
    stops = 240
    newest = [NOW + min(number, stops) * HOUR for number in range(stops + 60)] + [NOW + (stops + 60) * HOUR]
    told = told_by_runs(newest, HOUR)
    assert not any(told[: stops + 2])
    assert all(told[stops + 2 : -1])
    assert not told[-1]


def test_nights_and_logs_that_come_once_a_day_are_no_silence() -> None:
    nights = [NOW + HOUR * (number - number % 24 + min(number % 24, 12)) for number in range(720)]
    assert not any(told_by_runs(nights, HOUR))
    daily = [NOW + DAY * (number // 24) - HOUR for number in range(720)]
    assert not any(told_by_runs(daily, HOUR))


def test_where_it_is_not_known_what_is_usual_nothing_is_told() -> None:
    early = [NOW + min(number, 48) * HOUR for number in range(150)]
    assert not any(told_by_runs(early, HOUR))
    by_hand = [NOW + timedelta(days=7) * (number // 168) for number in range(1680)]
    assert not any(told_by_runs(by_hand, HOUR))
    assert heard_by(None, NOW, None, None) is None
    assert silence(None, NOW) == ""
    assert from_summary({"heard": None}) is from_summary({}) is None


def test_one_long_outage_does_not_hide_the_next_for_ever() -> None:
    heard = Heard(NOW, HOUR, NOW - 30 * DAY, 500)
    after = heard_by(NOW + 10 * DAY, NOW + 10 * DAY, heard, NOW + 10 * DAY - HOUR)
    assert after is not None
    assert after.usual > 9 * DAY
    later = heard_by(NOW + 100 * DAY, NOW + 100 * DAY, after, NOW + 10 * DAY)
    assert later is not None
    assert later.usual < 2 * DAY


def test_an_audit_tells_of_silence_and_is_partial(request_: AuditRequest, small_site: DemoSite) -> None:
    take(request_, small_site.captures[0])
    asked = replace(request_, events=(small_site.log,))
    end = END + HOUR
    last = audit(asked, end).heard
    assert last is not None
    with request_.place.open(write=True) as store:
        ((_, summary),) = runs(store)
        write_run(store, end, {**summary, "heard": to_summary(replace(last, usual=3 * HOUR, since=end - 20 * DAY, ended=99))})
    told = audit(asked, end + 2 * DAY)
    (problem,) = told.problems
    assert problem.startswith(f"events: no event of a phone has come since {last.last:%Y-%m-%d %H:%M} UTC, for ")
    assert "where 3 h is the longest that is usual" in problem
    assert told.exit_code is ExitCode.PARTIAL
    assert told.heard is not None, "the next run tells it again"
    assert told.heard.last == last.last
