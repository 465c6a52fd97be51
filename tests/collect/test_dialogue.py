"""The reader of a terminal, without any wire: what is sent is told to it, what comes is fed to it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.collect.dialogue import ECHO_S, CommandLine, Want
from switchcorr.platforms import Platform
from switchcorr.platforms.cisco_catos import PLATFORM as CISCO_CATOS
from switchcorr.platforms.cisco_ios import PLATFORM as CISCO_IOS
from switchcorr.platforms.cisco_nxos import PLATFORM as CISCO_NXOS

_PASSWORDS = (re.compile(r"[Pp]assword: ?$"), re.compile(r"New password: ?$"))


def _line(platform: Platform = CISCO_IOS, *, most_bytes: int = 1 << 20, most_pages: int = 100) -> CommandLine:
    line = CommandLine([platform.prompt], platform.pager, most_bytes=most_bytes, most_pages=most_pages)
    line.learn()
    return line


def _learned(prompt: bytes = b"sw1#", platform: Platform = CISCO_IOS, **limits: int) -> CommandLine:
    line = _line(platform, **limits)
    assert line.receive(b"\r\nWelcome\r\n" + prompt) is Want.EMPTY_LINE
    assert line.receive(b"\r\n" + prompt) is Want.DONE
    line.paging = False
    return line


def _asked(line: CommandLine, command: str = "show clock") -> CommandLine:
    line.begin(command)
    return line


@pytest.mark.parametrize(
    ("platform", "prompt", "hostname"),
    [
        (CISCO_IOS, b"sw1#", "sw1"),
        (CISCO_IOS, b"sw1>", "sw1"),
        (CISCO_NXOS, b"core-1# ", "core-1"),
        (CISCO_CATOS, b"cat1> (enable) ", "cat1"),
    ],
)
def test_the_prompt_is_learned_with_one_empty_line(platform: Platform, prompt: bytes, hostname: str) -> None:
    line = _learned(prompt, platform)
    assert (line.prompt, line.hostname, line.warnings) == (prompt.rstrip(b" "), hostname, [])


def test_a_greeting_that_looks_like_the_prompt_is_not_taken_for_it() -> None:
    line = _line()
    assert line.receive(b"#### go away ###\r\nother#") is Want.EMPTY_LINE
    assert line.receive(b"\r\n>>> other# <<<\r\n") is Want.MORE
    assert line.receive(b"\r\nsw1#") is Want.EMPTY_LINE
    assert line.receive(b"\r\nsw1#") is Want.DONE
    assert line.hostname == "sw1"


def test_a_greeting_full_of_prompts_costs_only_some_empty_lines() -> None:
    line = _line()
    wants = [line.receive(f"\r\nname{number}#".encode()) for number in range(100)]
    assert wants.count(Want.EMPTY_LINE) == 5
    assert wants.count(Want.DONE) == 0


def test_a_device_that_says_more_with_each_prompt_is_believed_when_it_is_silent() -> None:
    line = _line()
    greeting = b"\r\n5 messages waiting\r\nsw1#"
    wants = [line.receive(greeting) for _ in range(6)]
    assert wants == [*[Want.EMPTY_LINE] * 5, Want.SETTLE]
    assert line.settled() is Want.DONE
    assert line.prompt == b"sw1#"


def test_an_answer_is_what_stands_between_echo_and_prompt() -> None:
    line = _asked(_learned())
    assert line.receive(b"show clock\r\n") is Want.MORE
    assert line.receive(b"12:00:00.1 UTC\r\n\r\n") is Want.MORE
    assert line.receive(b"sw1#") is Want.DONE
    assert line.text == b"12:00:00.1 UTC\r\n\r\n"


@given(st.binary(max_size=300), st.data())
def test_every_cut_of_the_same_bytes_gives_the_same_answer(body: bytes, data: st.DataObject) -> None:
    body = body.replace(b"sw1", b"") + b"\r\n"
    wire = b"show clock\r\n" + body + b"sw1#"
    line, at = _asked(_learned()), 0
    want = Want.MORE
    while at < len(wire):
        size = data.draw(st.integers(1, len(wire) - at))
        want = line.receive(wire[at : at + size])
        at += size
    if want is Want.SETTLE:
        want = line.settled()
    assert want is Want.DONE
    assert line.text == body


@pytest.mark.parametrize("between", [b"  Description: sw1#", b"x sw1#", b"sw1#x", b"!sw1# "])
def test_a_prompt_that_is_not_a_line_of_its_own_does_not_end_an_answer(between: bytes) -> None:
    line = _asked(_learned())
    assert line.receive(b"show clock\r\n" + between) is Want.MORE
    assert line.receive(b"\r\nrest\r\nsw1#") is Want.DONE
    assert line.text == between + b"\r\nrest\r\n"


def test_a_prompt_with_more_behind_it_is_read_on_and_the_next_one_has_to_last() -> None:
    line = _asked(_learned())
    assert line.receive(b"show clock\r\nfirst\r\nsw1#\r\nsecond\r\n") is Want.MORE
    assert line.receive(b"sw1#") is Want.SETTLE
    assert line.receive(b"\r\nthird\r\nsw1#") is Want.SETTLE
    assert line.settled() is Want.DONE
    assert line.text == b"first\r\nsw1#\r\nsecond\r\nsw1#\r\nthird\r\n"


def test_what_comes_behind_the_end_of_an_answer_takes_the_end_back() -> None:
    line = _asked(_learned())
    assert line.receive(b"show clock\r\nfirst\r\nsw1#") is Want.DONE
    assert line.receive(b"\r\nsecond\r\n") is Want.MORE
    assert line.receive(b"sw1#") is Want.SETTLE
    assert line.settled() is Want.DONE
    assert line.text == b"first\r\nsw1#\r\nsecond\r\n"


def test_what_comes_after_an_answer_was_taken_is_no_part_of_the_next_one_and_is_told() -> None:
    line = _asked(_learned(), "show version")
    assert line.receive(b"show version\r\nfirst\r\nsw1#") is Want.DONE
    line.drop()
    line.overhear(b"\r\nsecond\r\nsw1#")
    line.begin("show clock")
    assert line.receive(b"show clock\r\n12:00\r\nsw1#") is Want.SETTLE
    assert line.settled() is Want.DONE
    assert line.text == b"12:00\r\n"
    assert len(line.warnings) == 1
    assert "'show version'" in line.warnings[0]


def test_prompts_left_over_from_the_login_are_no_answer() -> None:
    line = _asked(_learned())
    assert line.receive(b"\r\nsw1#") is Want.SETTLE
    assert line.receive(b"show clock\r\n12:00\r\nsw1#") is Want.DONE
    line.drop()
    line.begin("show version")
    assert line.receive(b"\r\nsw1#") is Want.MORE
    assert line.receive(b"show version\r\nx\r\nsw1#") is Want.DONE
    assert (line.text, line.warnings) == (b"x\r\n", [])


def test_a_device_that_does_not_echo_is_found_out_by_the_empty_line() -> None:
    line = _line()
    assert line.receive(b"\r\nsw1#") is Want.EMPTY_LINE
    assert line.receive(b"sw1#") is Want.DONE
    line.begin("show clock")
    assert line.receive(b"show clock is what it says\r\nsw1#") is Want.DONE
    assert line.text == b"show clock is what it says\r\n"


def test_a_device_that_echoes_only_the_end_of_line_waits_once() -> None:
    line = _asked(_learned())
    assert line.receive(b"\r\n12:00\r\nsw1#") is Want.SETTLE
    assert line.settle_s == ECHO_S  # an echo may still be on its way over a long line
    assert line.settled() is Want.DONE
    assert line.text == b"\r\n12:00\r\n"
    line.drop()
    line.begin("show version")
    assert line.receive(b"\r\nVersion 1\r\nsw1#") is Want.DONE


def test_a_console_line_before_the_echo_is_left_out_and_told() -> None:
    line = _asked(_learned())
    console = b"\r\n*Nov 28 09:41:07.250: %SYS-5-CONFIG_I: Configured from console\r\nsw1#"
    assert line.receive(console) is Want.SETTLE
    assert line.receive(b"show clock\r\n12:00\r\nsw1#") is Want.SETTLE
    assert line.settled() is Want.DONE
    assert line.text == b"12:00\r\n"
    assert len(line.warnings) == 1


def test_another_host_name_is_verified_by_an_empty_line() -> None:
    line = _asked(_learned())
    assert line.receive(b"show clock\r\n12:00\r\nnew-name#") is Want.SETTLE
    assert line.settled() is Want.EMPTY_LINE
    assert line.receive(b"\r\nnew-name#") is Want.DONE
    assert (line.text, line.hostname) == (b"12:00\r\n", "new-name")
    assert line.warnings == ["The prompt changed from sw1# to new-name# during the visit."]
    line.drop()
    line.begin("show version")
    assert line.receive(b"show version\r\nx\r\nnew-name#") is Want.DONE


def test_another_prompt_that_never_comes_alone_is_asked_about_a_few_times_only() -> None:
    line = _asked(_learned())
    line.receive(b"show clock\r\n12:00\r\n")
    wants = []
    for _ in range(8):
        assert line.receive(b"\r\nmessages\r\nother#") is Want.SETTLE
        wants.append(line.settled())
    assert wants == [*[Want.EMPTY_LINE] * 5, *[Want.MORE] * 3]
    assert line.hostname == "sw1"


def test_a_line_of_the_answer_that_looks_like_another_prompt_changes_nothing() -> None:
    line = _asked(_learned())
    assert line.receive(b"show clock\r\nother#") is Want.SETTLE
    assert line.receive(b"\r\nmore\r\nother#") is Want.SETTLE
    assert line.settled() is Want.EMPTY_LINE
    assert line.receive(b"\r\nstill more\r\nsw1#") is Want.DONE
    assert line.hostname == "sw1"
    assert line.text == b"other#\r\nmore\r\nother#\r\nstill more\r\n"


@pytest.mark.parametrize("pager", [b" --More-- ", b"--More--", b"\x1b[7m--More--\x1b[m", b"-- More --"])
def test_the_pager_is_answered_and_its_marks_stay(pager: bytes) -> None:
    line = _learned()
    line.paging = True
    line.begin("show clock")
    assert line.receive(b"show clock\r\none\r\n" + pager) is Want.PAGE
    assert line.receive(b"\x08" * 9 + b" " * 4) is Want.MORE  # no second page is asked for while the first mark is wiped out
    assert line.receive(b" " * 4 + b"\x08" * 9 + b"two\r\n" + pager) is Want.PAGE
    assert line.receive(b"\x08" * 9 + b" " * 8 + b"\x08" * 9 + b"sw1#") is Want.DONE
    assert line.pages == 2
    assert line.text.count(b"ore") == 2


def test_a_pager_inside_a_line_is_text() -> None:
    line = _learned()
    line.paging = True
    line.begin("show clock")
    assert line.receive(b"show clock\r\nDescription: --More--") is Want.MORE


def test_a_pager_that_was_turned_off_must_last_to_be_answered() -> None:
    line = _asked(_learned())
    assert line.receive(b"show clock\r\none\r\n --More-- ") is Want.SETTLE
    assert line.receive(b"\r\ntwo\r\n --More-- ") is Want.SETTLE
    assert line.settled() is Want.PAGE


def test_pages_and_bytes_have_an_end() -> None:
    line = _learned(most_pages=2)
    line.paging = True
    line.begin("show clock")
    wants = [line.receive(b"x\r\n--More--") for _ in range(3)]
    assert wants == [Want.PAGE, Want.PAGE, Want.FULL]
    line = _asked(_learned(most_bytes=100))
    assert line.receive(b"x" * 101) is Want.FULL
    assert len(line.text) == 100


@pytest.mark.parametrize(
    ("tail", "may"),
    [
        (b"\r\nsome text", True),
        (b"\r\nProceed with reload? [confirm]", False),
        (b"\r\nOverwrite [startup-config]?", False),
        (b"\r\nDestination filename [x]", False),
        (b"\r\nContinue (y/n)", False),
        (b"\r\nDo you wish to continue y/n [n]? ", False),
        (b"\r\nPassword: ", False),
        (b"\r\n", True),
    ],
)
def test_a_question_is_never_answered_by_an_empty_line(tail: bytes, may: bool) -> None:
    line = _asked(_learned())
    line.receive(b"show clock\r\nhalf" + tail)
    assert line.nudge() is may


def test_the_empty_line_that_brought_the_prompt_back_is_no_part_of_the_answer() -> None:
    line = _asked(_learned())
    line.receive(b"show clock\r\nhalf")
    assert line.nudge()
    assert line.receive(b"\r\nsw1#") is Want.DONE
    assert line.text == b"half"


def test_an_answer_that_goes_on_after_the_empty_line_is_whole() -> None:
    line = _asked(_learned())
    line.receive(b"show clock\r\nhalf")
    assert line.nudge()
    assert line.receive(b" and half\r\nsw1#") is Want.DONE
    assert line.text == b"half and half\r\n"


def test_enable_asks_for_its_secret_and_changes_the_prompt() -> None:
    line = _learned(b"sw1>")
    line.learn(_PASSWORDS)
    assert line.receive(b"enable\r\nPassword: ") is Want.SECRET
    line.learn(_PASSWORDS)
    assert line.receive(b"\r\nsw1#") is Want.EMPTY_LINE
    assert line.receive(b"\r\nsw1#") is Want.DONE
    assert line.prompt == b"sw1#"


def test_a_question_for_a_new_secret_is_told_apart() -> None:
    line = _learned(b"sw1>")
    line.learn(_PASSWORDS)
    assert line.receive(b"\r\nNew password: ") is Want.NEW_SECRET


def test_what_has_come_so_far_is_kept_without_its_echo() -> None:
    line = _asked(_learned())
    line.receive(b"show clock\r\nhalf of i")
    assert line.text == b"half of i"
    line = _asked(_learned())
    line.receive(b"show cl")
    assert line.text == b"show cl"


def test_one_endless_line_is_looked_at_in_linear_time() -> None:
    """A search of everything at each packet would take minutes here."""
    line = _asked(_learned(most_bytes=64 << 20))
    packet = b"0123456789abcde#" * 2048
    for _ in range(1000):
        assert line.receive(packet) is Want.MORE
    assert len(line.text) > 32_000_000


def test_a_flood_of_prompts_is_read_in_linear_time() -> None:
    line = _asked(_learned(most_bytes=8 << 20))
    wants = {line.receive(b"\nsw1#" * 1000) for _ in range(1500)}
    assert wants == {Want.SETTLE}


@given(st.binary(max_size=400), st.lists(st.integers(1, 50), max_size=20))
def test_no_bytes_raise_anything(data: bytes, cuts: list[int]) -> None:
    for line in (_line(), _asked(_learned()), _asked(_learned(b"cat1> (enable) ", CISCO_CATOS))):
        at = 0
        for cut in cuts:
            if line.receive(data[at : at + cut]) is Want.SETTLE:
                line.settled()
            at += cut
        assert isinstance(line.text, bytes)
