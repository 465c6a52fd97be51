"""What ``doctor`` makes of a device's answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from switchcorr.jobs.doctor.answers import check_answer, check_clock, clock_command
from switchcorr.jobs.doctor.checks import CheckState
from switchcorr.model.visit import Answer, AnswerStatus
from switchcorr.platforms import PLATFORMS
from switchcorr.platforms.cisco_catos import PLATFORM as CISCO_CATOS
from switchcorr.platforms.cisco_ios import PLATFORM as CISCO_IOS

_NOW = datetime(2026, 11, 22, 9, 41, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "state", "found"),
    [
        ("09:41:07.123 UTC Sun Nov 22 2026", CheckState.OK, "0 s behind ours"),
        ("09:41:10.123 GMT Sun Nov 22 2026", CheckState.OK, "3 s ahead of ours"),
        ("09:40:01.000 UTC Sun Nov 22 2026", CheckState.WARNING, "66 s behind ours"),
        ("10:41:09.000 CET Sun Nov 22 2026", CheckState.OK, "2 s ahead of ours, if its zone CET is UTC+01:00"),
        ("15:11:07.000 IST Sun Nov 22 2026", CheckState.OK, "0 s behind ours, if its zone IST is UTC+05:30"),
        ("23:41:07.000 NST Sat Nov 21 2026", CheckState.OK, "0 s behind ours, if its zone NST is UTC-10:00"),
        ("*00:05:11.000 UTC Mon Mar 1 1993", CheckState.WARNING, "12,319 days behind ours; the device itself does not trust its clock (*)"),
        (".09:41:07.123 UTC Sun Nov 22 2026", CheckState.OK, "0 s behind ours"),
        ("*09:41:07.123 UTC Sun Nov 22 2026", CheckState.WARNING, "0 s behind ours; the device itself does not trust its clock (*)"),
        ("04:41:07.000 EST Sun Nov 22 2026", CheckState.OK, "0 s behind ours, if its zone EST is UTC-05:00"),
        ("20:41:07.000 EST Sun Nov 22 2026", CheckState.OK, "0 s behind ours, if its zone EST is UTC+11:00"),
        ("10:26:07.000 CET Sun Nov 22 2026", CheckState.WARNING, "900 s behind ours, if its zone CET is UTC+01:00"),
        ("09:56:07.000 Sun Nov 22 2026", CheckState.WARNING, "900 s ahead of ours, if its zone, which it does not name, is UTC+00:00"),
        ("13:11:07.000 +0330 Sun Nov 22 2026", CheckState.OK, "0 s behind ours"),
        ("14:11:07.000 +0330 Sun Nov 22 2026", CheckState.WARNING, "3,600 s ahead of ours"),
        ("08:41:07.000 UTC Sun Nov 22 2026", CheckState.WARNING, "3,600 s behind ours"),
        ("Sun Nov 22 2026, 10:41:07 CET", CheckState.OK, "0 s behind ours, if its zone CET is UTC+01:00"),
        ("Sun Nov 22 2026, 09:41:08", CheckState.OK, "1 s ahead of ours, if its zone, which it does not name, is UTC+00:00"),
        ("09:41:07 AM UTC Sun Nov 22 2026", CheckState.OK, "0 s behind ours"),
        ("12:41:07 AM UTC Sun Nov 22 2026", CheckState.WARNING, "32,400 s behind ours"),
        ("99:41:07 UTC Sun Nov 22 2026", CheckState.WARNING, "no time in the answer: '99:41:07 UTC Sun Nov 22 2026'"),
        ("Time source is NTP\n09:41:07.123 UTC Sun Nov 22 2026", CheckState.OK, "0 s behind ours"),
    ],
)
def test_a_clock_is_compared_and_its_zone_is_no_error(text: str, state: CheckState, found: str) -> None:
    platform = CISCO_CATOS if text.startswith("Sun") else CISCO_IOS
    check = check_clock(platform, text, _NOW - timedelta(seconds=2), timedelta(seconds=2))
    assert (check.state, check.found) == (state, found)


def test_a_clock_that_is_asked_of_nobody_is_told() -> None:
    check = check_clock(replace(CISCO_IOS, commands=()), "09:41:07.123 UTC Sun Nov 22 2026", _NOW, timedelta())
    assert (check.state, check.found) == (CheckState.WARNING, "no time in the answer: '09:41:07.123 UTC Sun Nov 22 2026'")


def test_every_platform_with_a_clock_asks_for_it() -> None:
    assert {platform.name: getattr(clock_command(platform), "text", "") for platform in PLATFORMS if platform.dialogue} == {
        "cisco_ios": "show clock",
        "cisco_nxos": "show clock",
        "cisco_catos": "show time",
    }


def _answer(command: str, text: str, status: AnswerStatus = AnswerStatus.OK) -> Answer:
    return Answer(command, text.encode(), status, _NOW, 0.44)


def test_an_answer_is_told_with_its_rows() -> None:
    check = check_answer(CISCO_IOS, _answer("show clock", "09:41:07.123 UTC Sun Nov 22 2026\r\n"))
    assert (check.name, check.state, check.found) == ("show clock", CheckState.OK, "0.0 kB in 0.4 s, 1 row")


def test_lines_that_no_template_knows_are_findings_that_can_be_reported() -> None:
    check = check_answer(CISCO_IOS, _answer("show clock", "09:41:07.123 UTC Sun Nov 22 2026\r\nwhat is this\x1b[2J\r\n"))
    assert check.state is CheckState.WARNING
    assert "1 line not understood, the first: 'what is this'" in check.found
    assert check.remedy.endswith('\n  switchcorr parse --platform cisco_ios --command "show clock" FILE')
    useless = check_answer(CISCO_IOS, _answer("show clock", "\r\n".join(f"line {number} of nothing" for number in range(9))))
    assert (useless.state, "cannot be used" in useless.found) == (CheckState.FAILED, True)


def test_messages_of_a_log_are_counted_though_most_lines_are_its_head() -> None:
    head = "\r\n".join(f"    Kind {number} logging: level debugging, 0 messages logged" for number in range(9))
    message = "*Nov 22 09:41:07.250: %LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet1/0/7, changed state to down"
    assert ", 1 row" in check_answer(CISCO_IOS, _answer("show logging", f"{head}\r\n\r\n{message}\r\n")).found


@pytest.mark.parametrize("status", list(AnswerStatus))
def test_every_way_to_answer_has_its_words(status: AnswerStatus) -> None:
    check = check_answer(CISCO_IOS, _answer("show clock", "09:41:07.123 UTC Sun Nov 22 2026", status))
    bad = {AnswerStatus.TIMEOUT, AnswerStatus.PARTIAL, AnswerStatus.NO_PROMPT, AnswerStatus.TRUNCATED}
    expected = CheckState.FAILED if status in bad else CheckState.WARNING if status is AnswerStatus.DENIED else CheckState.OK
    assert check.state is expected
    assert bool(check.remedy) is check.is_finding


def test_a_command_of_the_user_needs_no_table() -> None:
    assert check_answer(CISCO_IOS, _answer("show my own thing", "text")).found == "0.0 kB in 0.4 s, kept as text"
