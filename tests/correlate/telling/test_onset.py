"""What the times of drops say of several causes at once, and of phones that go one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.telling.onset import Common, common_before, moved, one_by_one
from switchcorr.model.campus import CampusDevice, Component, empty_campus
from switchcorr.model.event import Event
from switchcorr.model.incident import Incident
from tests.correlate.scenes import NOON, Rows, below, burst, explain, likelihood_of, noise, number_of, rows_of

_ROWS: Rows = {
    name: row | {"site": "hq" if row["switch"] in ("acc-1", "acc-2", "acc-3") else f"branch-{row['switch']}"}
    for name, row in rows_of(6, 2, 20).items()
}
_CARD = Component("module", "acc-1/2")


def _incident(events: list[Event], rows: Rows = _ROWS) -> Incident:
    (found,) = explain(rows, [*noise(rows, a_day=0.1), *events]).incidents
    return found


def _two_sites(apart_s: float = 0.0) -> Incident:
    late = NOON + timedelta(seconds=apart_s)
    first, second = below(_ROWS, "site", "branch-acc-4"), below(_ROWS, "site", "branch-acc-6")
    return _incident([*burst(first, seconds=1), *burst(second, late, seconds=1, seed=5)])


def test_two_sites_in_the_same_second_are_looked_at_from_what_both_cross() -> None:
    incident = _two_sites()
    assert len(incident.causes) == 2
    assert incident.summary.endswith(
        " Both began at the same moment: look at the firewall, WAN head or core that both cross before you believe in several faults at once."
    )
    first, second = incident.causes
    assert first.next_steps[0] == (
        "Both began at the same moment: read the log of the firewall, WAN head or core that both cross around 2026-11-19 12:00 UTC first."
    )
    assert "Both" not in second.next_step


def test_two_sites_at_different_seconds_have_nothing_before_both() -> None:
    incident = _two_sites(50)
    assert len(incident.causes) == 2
    assert "Both" not in incident.summary + incident.causes[0].next_step


def _common(*parts: tuple[str, str], rows: Rows = _ROWS, cores: tuple[str, ...] = ()) -> Common | None:
    likelihood = likelihood_of(rows, sorted(rows)[::3])
    devices = (*(CampusDevice(name, level=0) for name in cores), CampusDevice("acc-1", level=2))
    numbers = [number_of(likelihood.exposure, *part) for part in parts]
    times = [np.array([1000.0 + at, 1010.0 + at, 1020.0 + at]) for at in range(len(parts))]
    return common_before(likelihood.exposure, replace(empty_campus(), devices=devices), numbers, times, DEFAULT)


def test_what_holds_all_of_them_is_named() -> None:
    found = _common(("switch", "acc-1"), ("switch", "acc-2"), ("switch", "acc-3"), cores=("core-1",))
    assert found is not None
    assert (found.began, found.place) == ("All 3 began within 2 s", "what all are behind, site hq")


def test_where_nothing_holds_them_the_core_is_named() -> None:
    found = _common(("switch", "acc-1"), ("switch", "acc-6"), cores=("core-2", "core-1"))
    assert found is not None
    assert found.place == "the firewall, WAN head or core that both cross (core-1, core-2)"


@pytest.mark.parametrize(
    "parts",
    [
        (("switch", "acc-1"),),
        (("switch", "acc-1"), ("node", "node-1")),
        (("switch", "acc-1"), ("site", "hq")),
    ],
    ids=["one", "a server", "the site of the switch"],
)
def test_one_cause_a_server_and_what_shares_phones_have_nothing_before_them(parts: tuple[tuple[str, str], ...]) -> None:
    assert _common(*parts) is None


def _even(seconds: float, drops: int = 11) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.linspace(0.0, seconds, drops)


def test_phones_that_go_one_by_one_over_minutes_may_have_been_moved() -> None:
    (told,) = moved(_CARD, _even(600), DEFAULT)
    assert told.startswith(
        "whether these phones were moved: they dropped one by one over 10 min, and a part that fails loses its phones within about 150 s."
    )
    assert list(moved(Component("node", "sub-1"), _even(600), DEFAULT)) == []


@pytest.mark.parametrize(
    "times",
    [_even(150), _even(600, 4), np.concatenate([_even(85), _even(85) + 300]), np.concatenate([_even(100), [500.0]])],
    ids=["keepalives", "few", "two bursts", "one late"],
)
def test_a_part_that_fails_loses_its_phones_together(times: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    assert one_by_one(times, DEFAULT) is None


def test_a_card_whose_phones_go_one_by_one_says_so_and_one_that_fails_does_not() -> None:
    card = below(_ROWS, "module", "acc-1/2")[:14]
    spread = [event for i, name in enumerate(card) for event in burst([name], NOON + timedelta(seconds=25 * i), seconds=1)]
    assert "whether these phones were moved" in _incident(spread).unseen[0]
    assert not any("moved" in sentence for sentence in _incident(burst(card)).unseen)
