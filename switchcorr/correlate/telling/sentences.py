"""How components, counts and times read in a sentence."""

from __future__ import annotations


def with_article(noun: str) -> str:
    """A noun with its indefinite article.

    >>> with_article("uplink"), with_article("module")
    ('an uplink', 'a module')
    """
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def listed(words: list[str], most: int = 3) -> str:
    """The first few of some words.

    >>> listed(["a", "b", "c", "d", "e"])
    'a, b, c and 2 more'
    """
    more = len(words) - most
    return ", ".join(words[:most]) + (f" and {more:,} more" if more > 0 else "")


def in_time(seconds: float) -> str:
    """How long something took.

    >>> in_time(0.2), in_time(80.4), in_time(600)
    ('at the same moment', 'within 80 s', 'within 10 min')
    """
    if seconds < 1:
        return "at the same moment"
    return f"within {seconds:.0f} s" if seconds < 300 else f"within {seconds / 60:.0f} min"


def how_far(seconds: float) -> str:
    """A distance in time.

    >>> how_far(30), how_far(180)
    ('30 s', '3 min')
    """
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def how_long(seconds: float) -> str:
    """A period.

    >>> how_long(30), how_long(962), how_long(36 * 3600)
    ('30 s', '16.0 min', '36.0 h')
    """
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def percent(probability: float) -> str:
    """A probability without a false 0 or 100.

    >>> percent(0.0001), percent(0.064), percent(0.9999)
    ('less than 0.1 %', '6 %', 'more than 99.9 %')
    """
    if probability < 0.001:
        return "less than 0.1 %"
    if probability > 0.999:
        return "more than 99.9 %"
    return f"{probability * 100:.0f} %" if 0.02 <= probability <= 0.98 else f"{probability * 100:.1f} %"
