"""Fingerprints: one search for all of a platform says the same as one for each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from switchcorr.platforms import PLATFORMS, Platform
from switchcorr.platforms.detect import _ANY_MARK, count_votes, other_platform

_TEXTS = [path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("*/*/*.txt"))]


@pytest.mark.parametrize(
    ("platform", "any_mark"), list(zip(PLATFORMS, _ANY_MARK, strict=True)), ids=lambda value: getattr(value, "name", "")
)
def test_one_pattern_finds_what_any_fingerprint_finds(platform: Platform, any_mark: re.Pattern[str]) -> None:
    assert {mark.flags for mark in platform.fingerprints} <= {any_mark.flags}
    found = [any_mark.search(text) is not None for text in _TEXTS]

    assert found == [any(mark.search(text) for mark in platform.fingerprints) for text in _TEXTS]
    assert any(found) == bool(platform.fingerprints)


def test_votes_are_the_number_of_fingerprints() -> None:
    text = "Cisco IOS Software, C3750E Software\n  Mac Address Table\n----------------------\n"

    assert count_votes(text).marks == (2, 0, 0, 0)
    assert other_platform(text, PLATFORMS[0]) is None
    assert other_platform(text, PLATFORMS[1]) is PLATFORMS[0]
