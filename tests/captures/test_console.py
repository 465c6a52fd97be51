"""Console messages leave an output, and the output is as if they had never come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.captures.console import take_console
from switchcorr.model.snapshot import RawOutput

_LINES = [
    "Port      Name    Status       Vlan",
    "Gi1/0/1   desk    connected    10",
    "Gi1/0/2   desk    notconnect   10",
    "Gi1/0/3   desk    connected    10",
]
_STAMPS = [
    "*Mar  1 00:00:00.123: ",
    "Mar  1 00:00:00: ",
    ".Nov 22 08:00:00.123 CET: ",
    "000123: Nov 22 08:00:00: ",
    "Nov 22 2026 08:00:00 UTC: ",
    "1d02h: ",
    "00:01:02: ",
    "2026 Nov 22 08:00:00 sw1 ",
    "2026 Nov 22 08:00:00 ",
    "2026 Nov 22 08:00:00 EST -05:00 ",
    "2026 Nov 22 08:00:00.123 sw1 %$ VDC-1 %$ ",
]


@pytest.mark.parametrize("stamp", [*_STAMPS, ""])
def test_a_line_that_is_a_message_goes_whole(stamp: str) -> None:
    message = f"{stamp}%LINK-3-UPDOWN: Interface GigabitEthernet1/0/9, changed state to up"
    found = take_console("\n".join([*_LINES[:2], message, *_LINES[2:]]))
    assert found.text == "\n".join(_LINES)
    assert (found.messages, found.gaps) == (((3, message),), (3,))


@pytest.mark.parametrize("stamp", _STAMPS)
def test_a_message_inside_a_line_goes_and_the_line_is_whole_again(stamp: str) -> None:
    message = f"{stamp}%SW_MATM-4-MACFLAP_NOTIF: Host 0000.5e00.5301 is flapping"
    torn = [_LINES[0], _LINES[1][:21] + message, _LINES[1][21:], *_LINES[2:]]
    found = take_console("\n".join(torn))
    assert found.text == "\n".join(_LINES)
    assert (found.messages, found.gaps) == (((2, message),), (3,))


def test_several_messages_tear_one_line() -> None:
    messages = ["*Mar  1 00:00:00: %LINK-3-UPDOWN: one", "*Mar  1 00:00:01: %LINEPROTO-5-UPDOWN: two"]
    torn = [_LINES[0], _LINES[1][:12] + messages[0], messages[1], _LINES[1][12:20] + messages[1], _LINES[1][20:], *_LINES[2:], "total 3"]
    found = take_console("\n".join(torn))
    assert found.text == "\n".join([*_LINES, "total 3"])
    assert [line for line, _ in found.messages] == [2, 3, 4]


def test_bad_lines_are_told_with_the_number_they_have_in_the_file() -> None:
    message = "*Mar  1 00:00:00: %LINK-3-UPDOWN: x"
    torn = [message, _LINES[0], _LINES[1][:21] + message, _LINES[1][21:], _LINES[2], _LINES[3]]
    found = take_console("\n".join(torn))
    output = RawOutput("show interfaces status", found.text, "log", first_line=11, gaps=found.gaps)
    assert [output.file_line(number) for number in (1, 2, 3, 4)] == [12, 13, 15, 16]


def test_a_log_stays_as_it_is() -> None:
    log = "\n".join(f"*Mar  1 00:00:0{second}: %LINK-3-UPDOWN: x" for second in range(5))
    assert take_console(log).text == log


@pytest.mark.parametrize(
    "text",
    ["0% of 5 lines", "  5 minute output rate 0%, load 1%", "CPU utilization: 12%/0%; %SYS", "% Invalid input detected at '^' marker."],
)
def test_percent_signs_are_no_messages(text: str) -> None:
    assert take_console(f"{text}\n{text}").messages == ()


def test_a_sign_without_a_stamp_inside_a_line_is_text() -> None:
    text = "Description: see %LINK-3-UPDOWN: in the log\nnext\nnext"
    assert take_console(text).text == text


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 30)), max_size=1), st.integers(0, 4))
def test_wherever_a_message_falls_the_rows_are_the_same(tears: list[tuple[int, int]], at: int) -> None:
    message = "*Mar  1 00:00:00: %LINK-3-UPDOWN: Interface GigabitEthernet1/0/9, changed state to up"
    lines = list(_LINES)
    for row, column in tears:
        lines[row : row + 1] = [lines[row][:column] + message, lines[row][column:]]
    lines.insert(len(lines) if at == 4 else 0, message)
    assert take_console("\n".join(lines)).text.split("\n") == _LINES
