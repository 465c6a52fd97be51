"""Every number of the model is explained, here and on the page."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from switchcorr.correlate.constants import DEFAULT, Constants
from switchcorr.model.campus import RISK_KINDS, ObservationKind, RiskKind

_PAGE = (Path(__file__).parents[2] / "docs" / "correlation.md").read_text()


@pytest.mark.parametrize("name", [field.name for field in fields(Constants)])
def test_every_constant_stands_on_the_page_with_value_and_origin(name: str) -> None:
    row = re.search(rf"^\| `{name}` \| (.+) \| (.+) \|$", _PAGE, re.MULTILINE)
    assert row is not None
    assert any(word in row[2] for word in ("benchmark", "assumed", "protocol", "vendor"))
    value = getattr(DEFAULT, name)
    assert isinstance(value, tuple) or row[1].startswith(f"{value:g}: ")


@pytest.mark.parametrize("kind", RISK_KINDS, ids=lambda kind: kind.name)
def test_every_prior_stands_on_the_page(kind: RiskKind) -> None:
    assert f"`{kind.name}` {kind.prior:g}" in _PAGE


def test_mixtures_and_shares_are_distributions() -> None:
    for field in fields(Constants):
        if field.name.endswith("_rates") or field.name.startswith("failover_rates"):
            assert sum(weight for weight, _, _ in getattr(DEFAULT, field.name)) == pytest.approx(1.0)
    assert all(
        0 < share < 1 for share in (DEFAULT.p_nothing, DEFAULT.p_benign, DEFAULT.profile_mix, DEFAULT.stale_share, DEFAULT.located_share)
    )


def test_every_kind_of_observation_has_its_odds() -> None:
    assert {name for name, _ in DEFAULT.observation_odds} == {kind.value for kind in ObservationKind}
