"""What terminals leave in a text goes, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.captures.cleaning import clean_capture, split_console

_ROWS = "Gi1/0/1   up\n  5 minute input rate\nGi1/0/3   up\n"
_BACK = "\b" * 9


@pytest.mark.parametrize(
    ("pager", "why"),
    [
        (f" --More-- {_BACK}        {_BACK}", "IOS: written over with blanks"),
        (f"--More--{_BACK}        {_BACK}", "NX-OS"),
        (" --More-- \r          \r", "return and blanks"),
        ("\x1b[7m--More--\x1b[27m\b\b\b\b\b\b\b\b        \b\b\b\b\b\b\b\b", "inverse video"),
        ("\x1b[7m--More--\x1b[m\r\x1b[K", "erased to the end of the line"),
        ("<--- More --->\r              \r", "firewalls"),
        ("<--- More --->", "nothing behind it"),
        ("-- More --\b\b\b\b\b\b\b\b\b\b          \b\b\b\b\b\b\b\b\b\b", "blanks inside"),
        ("---- More ----", "four dashes"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_paging_goes_and_the_indentation_of_the_next_line_stays(pager: str, why: str, newline: str) -> None:
    raw = f"Gi1/0/1   up\n{pager}  5 minute input rate\n{pager}Gi1/0/3   up\n".replace("\n", newline)
    assert clean_capture(raw.encode()) == _ROWS, why


def test_paging_copied_from_a_screen_leaves_its_blanks_behind() -> None:
    assert clean_capture(b"Gi1/0/1   up\n --More--          Gi1/0/2   up\n") == "Gi1/0/1   up\nGi1/0/2   up\n"


def test_the_word_more_in_a_description_stays() -> None:
    text = "Gi1/0/1   --more-- or less\nno more -- here\n"
    assert clean_capture(text.encode()) == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_encoding_gives_the_same_text(encoding: str) -> None:
    text = "sw1#show clock\r\nMensa Süd, Gebäude 7 and the rest of a line that is long enough\r\n"
    assert clean_capture(text.encode(encoding)) == text.replace("\r\n", "\n")


def test_utf_16_with_a_mark_of_the_other_order_is_read() -> None:
    assert clean_capture("\ufeffshow clock\r\n".encode("utf-16-be")) == "show clock\n"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r\r\n", "\r"])
def test_every_newline_is_one(newline: str) -> None:
    assert clean_capture(f"one{newline}two{newline}".encode()) == "one\ntwo\n"


def test_corrected_typing_is_the_line_as_the_screen_showed_it() -> None:
    assert clean_capture(b"sw1#sho\b\b\bshow cdpx\b \b neighbors\r\n") == "sw1#show cdp neighbors\n"
    assert clean_capture(b"\b\b\babc\b\b\b\r\n") == "abc\n"


def test_colours_titles_nuls_and_bells_go_and_other_controls_are_shown() -> None:
    assert clean_capture(b"\x1b]0;sw1\x07\x1b[1;32msw1#\x1b[0m\x00\x07 ok\x1b(B\x01\n") == "sw1# ok\\x01\n"


@pytest.mark.parametrize(
    "stamp",
    [
        "[2026-11-22 08:00:01.123] ",
        "[Sun Nov 22 08:00:01.123 2026] ",
        "[08:00:01] ",
        "2026-11-22 08:00:01,123 ",
        "2026-11-22T08:00:01.123+01:00\t",
        "[08:00:01]: ",
    ],
)
def test_a_time_before_every_line_goes(stamp: str) -> None:
    lines = [
        "sw1#show mac address-table",
        " 110    0000.5e00.5301    DYNAMIC     Gi1/0/1",
        "",
        "sw1#show clock",
        "08:00:00.1 UTC Sun Nov 22 2026",
    ]
    raw = "\n".join(stamp + line if line else line for line in lines)
    assert clean_capture(raw.encode()) == "\n".join(lines)


def test_a_time_before_some_lines_stays() -> None:
    text = "[08:00:01] one\ntwo\nthree\n[08:00:04] four\n[08:00:04] five\n"
    assert clean_capture(text.encode()) == text
    log = "2026 Nov 22 08:00:00 sw1 %LINK-3-UPDOWN: a\n" * 6
    assert clean_capture(log.encode()) == log


def test_a_text_of_two_stamped_lines_is_not_taken_for_a_stamped_log() -> None:
    assert clean_capture(b"[08:00:01] one\n[08:00:01] two\n") == "[08:00:01] one\n[08:00:01] two\n"


def test_split_console_gives_text_and_messages() -> None:
    text = "one\n*Mar  1 00:00:00: %LINK-3-UPDOWN: down\ntwo\nthree"
    assert split_console(text) == ("one\ntwo\nthree", ("*Mar  1 00:00:00: %LINK-3-UPDOWN: down",))


@given(st.binary(max_size=300))
def test_any_bytes_become_safe_text_with_as_many_lines(raw: bytes) -> None:
    text = clean_capture(raw)
    assert not {character for character in text if character < " " and character not in "\n\t"}


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="-"), max_size=80).map(str.rstrip))
def test_plain_lines_come_back_as_they_are(line: str) -> None:
    text = f"sw1\n{line}\nend\n"
    assert clean_capture(text.encode()) == text


def test_many_backspaces_and_pagers_take_no_long_time() -> None:
    assert clean_capture(b"x" * 20_000 + b"\b" * 20_000 + b"\n") == "x" * 20_000 + "\n"
    assert len(clean_capture((b"--More--" + b" " * 200) * 2_000)) > 0
