"""What was found before, asked for by component."""

from __future__ import annotations

import pytest

from switchcorr.errors import UsageError
from switchcorr.jobs.store.incidents import component_of
from switchcorr.model.campus import Component


@pytest.mark.parametrize(
    ("text", "component"),
    [("module:acc-12/3", Component("module", "acc-12/3")), ("uplink:acc-12:Gi1/1", Component("uplink", "acc-12:Gi1/1"))],
)
def test_a_component_is_a_kind_and_an_id_that_may_hold_colons(text: str, component: Component) -> None:
    assert component_of(text) == component


@pytest.mark.parametrize("text", ["", "module", ":acc-12", "module:", ":"])
def test_what_is_no_component_is_told_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match="KIND:ID expected") as told:
        component_of(text)
    assert "module:acc-12/3" in told.value.hint
