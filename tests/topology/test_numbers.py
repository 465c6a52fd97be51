"""Every number that makes a fact of what switches say stands on the page, with its value."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from switchcorr.topology import observations
from switchcorr.topology.facts import counters, device_growth, duplex, healthy
from switchcorr.topology.messages import facts

_PAGE = (Path(__file__).parents[2] / "docs" / "correlation.md").read_text()
_NUMBERS = {
    name: value
    for module in (counters, device_growth, duplex, healthy, facts, observations)
    for name, value in vars(module).items()
    if name.isupper() and not name.startswith("_") and isinstance(value, int | float | timedelta)
}


def test_the_numbers_are_found() -> None:
    assert {"P_ANY", "LEAST_PORTS", "NEAR", "SAME_RELOAD"} <= _NUMBERS.keys()


@pytest.mark.parametrize("name", sorted(_NUMBERS))
def test_a_number_stands_on_the_page(name: str) -> None:
    row = re.search(rf"^\| `{name}` \| (\S+)(?: (day|minutes?))?: .+ \| .+ \|$", _PAGE, re.MULTILINE)
    assert row is not None
    unit: Any = {None: 1, "day": timedelta(days=1), "minute": timedelta(minutes=1), "minutes": timedelta(minutes=1)}[row[2]]
    assert float(row[1]) * unit == _NUMBERS[name]
