"""Whether a device answered with data or said no: its own words decide, in an answer so short that it can be nothing else."""

from __future__ import annotations

from typing import Final

from switchcorr.model.visit import AnswerStatus
from switchcorr.platforms import Platform

_SHORT: Final = 2_000
_MOST_LINES: Final = 6
_LONGEST_LINE: Final = 300


def status_of(platform: Platform, raw: bytes) -> AnswerStatus:
    """The status of an answer that came whole.

    A longer text that holds such a sentence somewhere is data with a remark in it, and "No entries" is an answer like any other.
    """
    if len(raw) > _SHORT:
        return AnswerStatus.OK
    lines = [line for line in raw.decode("latin-1").splitlines() if line.strip()]
    if len(lines) > _MOST_LINES:
        return AnswerStatus.OK
    for line in (line[:_LONGEST_LINE] for line in lines):
        for pattern, status in (
            (platform.denied, AnswerStatus.DENIED),
            (platform.invalid, AnswerStatus.INVALID),
            (platform.feature_off, AnswerStatus.FEATURE_OFF),
        ):
            if pattern.search(line):
                return status
    return AnswerStatus.OK
