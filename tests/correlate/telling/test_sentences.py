"""Words for counts, times and probabilities."""

from __future__ import annotations

import pytest

from switchcorr.correlate.telling.sentences import how_far, how_long, in_time, listed, percent, with_article
from switchcorr.model.campus import RISK_KINDS, Component, RiskKind
from switchcorr.model.wording import component_name
from switchcorr.text import counted


@pytest.mark.parametrize("kind", RISK_KINDS, ids=lambda kind: kind.name)
def test_every_kind_has_its_article(kind: RiskKind) -> None:
    noun = kind.noun
    assert with_article(noun) == f"{'an' if noun in ('uplink', 'uplink bundle') else 'a'} {noun}"


@pytest.mark.parametrize(("number", "text"), [(0, "0 phones"), (1, "1 phone"), (2, "2 phones"), (1438, "1,438 phones")])
def test_one_phone_is_no_plural(number: int, text: str) -> None:
    assert counted(number, "phone") == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "at the same moment"), (0.9, "at the same moment"), (1, "within 1 s"), (80.4, "within 80 s"), (600, "within 10 min")],
)
def test_nothing_happens_within_zero_seconds(seconds: float, text: str) -> None:
    assert in_time(seconds) == text


@pytest.mark.parametrize(("seconds", "far", "long"), [(45, "45 s", "45 s"), (960, "16 min", "16.0 min"), (129_600, "2160 min", "36.0 h")])
def test_distances_and_periods_have_their_unit(seconds: float, far: str, long: str) -> None:
    assert (how_far(seconds), how_long(seconds)) == (far, long)


def test_a_noun_of_a_hissing_end_has_its_plural() -> None:
    assert counted(6, "switch") == "6 switches"


@pytest.mark.parametrize(
    ("probability", "text"),
    [(0.0, "less than 0.1 %"), (0.004, "0.4 %"), (0.02, "2 %"), (0.5, "50 %"), (0.985, "98.5 %"), (1.0, "more than 99.9 %")],
)
def test_no_probability_is_0_or_100(probability: float, text: str) -> None:
    assert percent(probability) == text


def test_long_lists_are_cut_and_say_so() -> None:
    assert listed(["a", "b", "c"]) == "a, b, c"
    assert listed(["a", "b", "c", "d"]) == "a, b, c and 1 more"


def test_a_component_is_called_by_its_label_or_its_kind() -> None:
    assert component_name(Component("module", "acc-1/3", "acc-1 module 3 (WS-X4548)")) == "acc-1 module 3 (WS-X4548)"
    assert component_name(Component("user_group", "sales")) == "user group sales"
