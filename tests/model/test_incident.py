"""How large an incident is: what its causes explain, and never more than it has; and the name of a part that may be another one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from switchcorr.model.campus import Component
from switchcorr.model.incident import Cause, Chronic, Incident, Verdict

_AT = datetime(2026, 11, 22, 9, 41, 7, tzinfo=UTC)


def _incident(*affected: int) -> Incident:
    """Of 50 phones, with a cause for each number."""
    causes = tuple(Cause(Component("module", f"acc-{number}/1"), 0.9, size, 60, _AT, _AT) for number, size in enumerate(affected))
    return Incident("inc-1", _AT, _AT, 50, 50, 0, Verdict.NETWORK, 0.0, causes, (), ())


@pytest.mark.parametrize(("affected", "explained"), [((), 50), ((31,), 31), ((12, 20), 32), ((31, 30), 50)])
def test_an_incident_is_as_large_as_what_its_causes_explain(affected: tuple[int, ...], explained: int) -> None:
    assert _incident(*affected).explained == explained


def test_which_of_several_parts_with_the_same_phones_leads_changes_no_name() -> None:
    switch, vlan = Component("switch", "acc-1"), Component("vlan", "101@b")
    one, other = (Chronic(leads, (beside,), 0.9, 40, 10.0, 18, 20, _AT, _AT) for leads, beside in ((switch, vlan), (vlan, switch)))
    assert one.first_of == other.first_of == switch
    assert one.ratio == 4.0
