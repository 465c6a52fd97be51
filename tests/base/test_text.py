"""The door to text: any bytes become a str that is safe to show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.text import clean, clean_text, decode, looks_binary, one_newline


@given(st.binary(max_size=400))
def test_any_bytes_become_safe_text(raw: bytes) -> None:
    value = clean(raw)
    assert not any(ord(character) < 32 or 0x7F <= ord(character) < 0xA0 for character in value)
    value.encode("utf-8")


@given(st.text(max_size=200))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert clean_text(clean_text(text)) == clean_text(text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_of_windows_and_unix_are_read(encoding: str) -> None:
    text = "Device name.: SEP00005E005301 – dropped"
    assert decode(text.encode(encoding)) == text


def test_a_hole_of_nuls_makes_no_utf_16_of_plain_text() -> None:
    assert decode(bytes(300) + b"Switch uptime is 3 weeks").strip("\0") == "Switch uptime is 3 weeks"


def test_windows_1252_is_the_last_resort() -> None:
    assert decode(b"Stra\xdfe") == "Straße"


def test_terminal_escapes_and_bidi_marks_are_shown_not_obeyed() -> None:
    assert clean("a\x1b[2Jb\u202ec\x9b") == "a\\x1b[2Jb\\u202ec\\x9b"


def test_lines_and_tabs_stay_in_texts_only() -> None:
    assert clean_text("a\tb\r\nc\rd") == "a\tb\nc\nd"
    assert clean("a\tb\nc") == "a\\x09b\\x0ac"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("a\r\nb", "a\nb"),
        ("a\r\r\nb", "a\nb"),
        ("a\r\r\r\nb\r\r\r\nc", "a\nb\nc"),
        ("a\rb\r\rc", "a\nb\n\nc"),
        ("\r\n\r\r\n\r", "\n\n\n"),
        ("\r" * 1_000_000 + "x", "\n" * 1_000_000 + "x"),
    ],
    ids=["windows", "twice", "thrice", "alone", "mixed", "many"],
)
def test_every_kind_of_newline_is_one(text: str, read: str) -> None:
    assert one_newline(text) == read


def test_a_long_value_is_cut_visibly() -> None:
    assert clean("x" * 50, limit=10) == "x" * 9 + "…"


def test_binary_is_told_from_text() -> None:
    assert looks_binary(bytes(range(256)) * 4)
    assert not looks_binary("plain text\nwith lines\n".encode("utf-16"))
    assert not looks_binary(b"")
