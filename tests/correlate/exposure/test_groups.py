"""Rows found by the number that each has."""

from __future__ import annotations

import numpy as np
import pytest

from switchcorr.correlate.exposure.groups import grouped


@pytest.mark.parametrize("seed", range(20))
def test_rows_of_numbers_are_those_that_a_search_finds(seed: int) -> None:
    random_ = np.random.default_rng(seed)
    count = int(random_.integers(1, 12))
    numbers = random_.integers(-1, count, int(random_.integers(0, 60)))
    groups = grouped(numbers, count)
    for number in range(count):
        assert groups.of(number).tolist() == np.flatnonzero(numbers == number).tolist()
    asked = random_.integers(0, count + 3, int(random_.integers(0, 9)))
    rows, sizes = groups.of_all(asked)
    each = [np.flatnonzero(numbers == number).tolist() for number in asked.tolist()]
    assert rows.tolist() == [row for found in each for row in found]
    assert sizes.tolist() == [len(found) for found in each]
