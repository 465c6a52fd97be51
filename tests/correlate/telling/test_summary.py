"""What the summary of an incident says."""

from __future__ import annotations

import pytest

from switchcorr.correlate.telling.arguments import Contrast
from switchcorr.correlate.telling.summary import Outcome, summarise
from switchcorr.model.campus import Component
from switchcorr.model.incident import Verdict

_A, _B = Component("module", "acc-1/3"), Component("module", "acc-2/1")


@pytest.mark.parametrize(
    ("verdict", "found", "text"),
    [
        (
            Verdict.NETWORK,
            [(_A, Contrast(31, 46, 2, 8310))],
            "33 endpoints dropped within 93 s. What they share: module acc-1/3 (31 of its 46 phones dropped, 2 of 8,310 elsewhere).",
        ),
        (
            Verdict.CALL_SERVER,
            [(Component("cluster", "c"), Contrast(33, 900, 0, 0))],
            "33 endpoints dropped within 93 s. What they share: CallManager cluster c (33 of its 900 phones dropped; no known phone is outside of it).",
        ),
        (
            Verdict.NETWORK,
            [(_A, Contrast(20, 46, 13, 99)), (_B, Contrast(13, 40, 20, 105))],
            "33 endpoints dropped within 93 s. What they share: module acc-1/3 (20 of its 46 phones dropped, 13 of 99 elsewhere) "
            "and module acc-2/1 (13 of its 40 phones dropped, 20 of 105 elsewhere).",
        ),
        (
            Verdict.ADMINISTRATIVE,
            [(_A, Contrast(33, 46, 0, 9))],
            "33 endpoints dropped within 93 s for resets or logins, not for a fault. "
            "What they share: module acc-1/3 (33 of its 46 phones dropped, 0 of 9 elsewhere).",
        ),
        (
            Verdict.NOT_PROVEN,
            [(_A, Contrast(1, 1, 0, 9))],
            "33 endpoints dropped within 93 s. What they share is not proven. "
            "The leading suspect is module acc-1/3 (1 of its 1 phone dropped, 0 of 9 elsewhere).",
        ),
        (Verdict.NOT_PROVEN, [], "33 endpoints dropped within 93 s. What they share is not proven."),
    ],
)
def test_one_sentence_says_what_happened(verdict: Verdict, found: list[tuple[Component, Contrast]], text: str) -> None:
    assert summarise(Outcome(verdict, [component for component, _ in found], [counts for _, counts in found], 33, 93.2)) == text


@pytest.mark.parametrize(
    ("verdict", "begin", "end"),
    [
        (Verdict.NETWORK, "What they share is a part of the network (67 %), but which is not proven: module", "."),
        (Verdict.NOT_PROVEN, "What they share is not proven. The leading suspects are module", "."),
    ],
)
def test_open_suspects_are_told_as_one_or_the_other(verdict: Verdict, begin: str, end: str) -> None:
    told = summarise(Outcome(verdict, [_A, _B], [Contrast(20, 46, 13, 99), Contrast(13, 40, 20, 105)], 33, 93.2, is_open=True, side=0.67))
    assert begin in told
    assert "elsewhere) or module acc-2/1 (13 of its 40 phones dropped, 20 of 105 elsewhere)" + end in told


def test_one_open_suspect_is_no_several() -> None:
    told = summarise(Outcome(Verdict.NOT_PROVEN, [_A], [Contrast(20, 46, 13, 99)], 33, 93.2, is_open=True))
    assert "What they share is not proven. The leading suspect is module" in told


def test_what_has_the_same_phones_on_the_other_side_is_named_with_the_leader() -> None:
    core = Component("core", "core-1")
    text = summarise(Outcome(Verdict.NOT_PROVEN, [Component("cluster", "c")], [Contrast(33, 900, 0, 0)], 33, 93.2, alike=(core,)))
    assert text == (
        "33 endpoints dropped within 93 s. What they share: CallManager cluster c (33 of its 900 phones dropped; no known phone is outside of it), "
        "or core core-1. These have the same phones, and which of them it is is not proven."
    )


def test_one_endpoint_drops_without_a_time() -> None:
    assert summarise(Outcome(Verdict.NOT_PROVEN, [], [], 1, 0.0)).startswith("1 endpoint dropped. ")
