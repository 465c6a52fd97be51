"""What kind of answer a text is, before anything parses it: an error sentence is no empty table."""

from __future__ import annotations

from io import StringIO
from itertools import islice

from switchcorr.model.snapshot import OutputState
from switchcorr.platforms.declaration import Platform

NO_TEXT = "no text"
"""The reason of an empty answer that does not even say that nothing is there."""
_LONGEST_SENTENCE = 6
"""An answer without data is a sentence; a longer text that holds such a sentence somewhere is data with a remark in it."""


def classify(platform: Platform, text: str) -> tuple[OutputState, str]:
    """State of a text and the line that decides it.

    Returns:
        ``PARSED`` with an empty line if the text looks like data; else the state and the device's own words.
    """
    lines = list(islice((line for line in StringIO(text) if line.strip()), _LONGEST_SENTENCE + 1))
    if not lines:
        return OutputState.EMPTY, NO_TEXT
    if len(lines) > _LONGEST_SENTENCE:
        return OutputState.PARSED, ""
    for line in lines:
        for pattern, state in (
            (platform.invalid, OutputState.INVALID),
            (platform.denied, OutputState.DENIED),
            (platform.feature_off, OutputState.FEATURE_OFF),
            (platform.empty, OutputState.EMPTY),
        ):
            if pattern.search(line):
                return state, line.strip()
    return OutputState.PARSED, ""
