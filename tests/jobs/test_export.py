"""One cause as a drawing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from switchcorr.errors import UsageError
from switchcorr.jobs.correlate import correlate
from switchcorr.jobs.export import drawing_of
from switchcorr.jobs.inputs.request import CampusRequest, CorrelateRequest, Times
from switchcorr.lab.demo import DemoSite
from switchcorr.settings import Settings

_NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_a_cause_is_drawn_by_its_number_and_others_are_named(small_site: DemoSite) -> None:
    outcome = correlate(
        CorrelateRequest(Times(_NOW), CampusRequest(captures=small_site.captures), (small_site.log,), settings=Settings(parse_workers=1))
    )
    picture, name = drawing_of(outcome, 2)
    assert name == "uplink acc-006:TenGigabitEthernet1/1/1"
    assert "acc-006" in picture.label
    with pytest.raises(UsageError, match="no cause 9") as raised:
        drawing_of(outcome, 9)
    assert "2: uplink acc-006:TenGigabitEthernet1/1/1" in raised.value.hint


def test_without_any_place_there_is_nothing_to_draw(small_site: DemoSite) -> None:
    outcome = correlate(CorrelateRequest(Times(_NOW), events=(small_site.log,)))
    with pytest.raises(UsageError, match=r"no place of its phones|no cause 1"):
        drawing_of(outcome, 1)
