"""Lists of ports as CatOS writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.platforms.catos_names import one_port, port_list

_RANGES = st.lists(st.tuples(st.integers(1, 16), st.integers(1, 96), st.integers(0, 40)), max_size=6)


@given(_RANGES)
def test_a_list_gives_every_port_of_its_ranges_in_order(ranges: list[tuple[int, int, int]]) -> None:
    text = ",".join(f"{module}/{first}-{first + more}" if more else f"{module}/{first}" for module, first, more in ranges)
    assert list(port_list(text)) == [f"{module}/{port}" for module, first, more in ranges for port in range(first, first + more + 1)]


def test_a_range_may_repeat_its_module_and_blanks_may_stand_between() -> None:
    assert port_list("3/1-3/3, 4/7") == ("3/1", "3/2", "3/3", "4/7")
    assert port_list("") == ()


@pytest.mark.parametrize("text", ["3/9-2", "3/1-4/2", "3", "3/", "Gi3/1", "3/1;3/2", "3/1-", "1234/1"])
def test_what_is_no_list_of_ports_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        port_list(text)


def test_one_port_is_one_port() -> None:
    assert one_port("15/1") == "15/1"
    with pytest.raises(ValueError, match="2 ports"):
        one_port("3/1-2")
