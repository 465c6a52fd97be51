"""What drops at unknown places say for the windows of a scan."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.detection.case import Case
from switchcorr.correlate.detection.tightness import Tightness
from switchcorr.correlate.detection.windows import ONSET_SHARE
from switchcorr.correlate.drops.reasons import fault_profile
from switchcorr.correlate.scoring.hits import log_hits
from switchcorr.model.event import Event
from tests.correlate.scenes import NOON, below, burst, case_of, drop, noise, number_of, phone, rows_of

_LOST = {phone(500 + i): {"vlan": f"{101 + i % 6}@b", "node": "node-1"} for i in range(30)}
_ROWS = rows_of(6, 2, 20) | _LOST
_MODULE = below(_ROWS, "module", "acc-2/1")
_NEAR, _FAR = below(_LOST, "vlan", "102@b"), below(_LOST, "vlan", "105@b")
_START = NOON.timestamp()


def _odds(events: list[Event], hits: int = 2, start: float = _START) -> tuple[float, int]:
    """Log odds of the module in its window of so many known drops, and how many hidden drops are its own."""
    case = case_of(_ROWS, events)
    scanned = case.scanner().scan()
    (row,) = np.flatnonzero((scanned.component == _number(case)) & (scanned.start == start) & (scanned.hits == hits))
    return float(scanned.odds[row]), int(scanned.hidden[row])


def _number(case: Case) -> int:
    return number_of(case.exposure, "module", "acc-2/1")


def _known(*seconds: float) -> list[Event]:
    return [drop(name, NOON + timedelta(seconds=at)) for name, at in zip(_MODULE, seconds, strict=False)]


def _hidden(name: str, seconds: float, reason: int = 13) -> Event:
    return drop(name, NOON + timedelta(seconds=seconds), reason)


def test_a_drop_in_the_vlan_speaks_for_a_part_and_one_of_another_vlan_does_not() -> None:
    alone = _odds(_known(0, 30))
    near, far = _odds([*_known(0, 30), _hidden(_NEAR[0], 15)]), _odds([*_known(0, 30), _hidden(_FAR[0], 15)])
    assert (alone[1], near[1], far[1]) == (0, 1, 0)
    assert near[0] > alone[0] + 1.0 > far[0] + 0.9


def test_the_odds_are_the_hit_rate_times_the_share_of_the_vlan_against_chance_and_those_that_stayed_speak_against() -> None:
    events = [*noise(_ROWS), *_known(0, 30), _hidden(_NEAR[0], 15)]
    case = case_of(_ROWS, events)
    background, number, lost = case.background, _number(case), case.exposure.row_of[_NEAR[0]]
    reach = float(background.weighted_seconds(_START, _START + 192.0))
    profile, reason = fault_profile("module", DEFAULT.profile_mix), case.drops.reason[case.drops.time == _START + 15][0]
    rows = [case.exposure.row_of[name] for name in _MODULE[:2]]
    shape = float(background.hour_factor[12])
    chance = np.log(background.per_second[[*rows, lost]] * 192.0 * shape) + background.reasons[reason]
    known = float(log_hits(2, 20, DEFAULT.hit_rates)) + (profile[reason] - chance[:2]).sum() + background.of_component[number] * reach
    rate, share = 2.5 / 21, 20 / 40
    hidden = np.log1p(rate * share * np.exp(profile[reason] - chance[2])) - rate * share * len(_NEAR)
    together = Tightness(DEFAULT, ONSET_SHARE).gain(2, 30.0, background.of_component[number] * reach)
    assert _odds(events)[0] == pytest.approx(known + together + hidden)


def test_reasons_of_hidden_drops_count() -> None:
    of_a_fault, of_none = (_odds([*_known(0, 30), _hidden(_NEAR[0], 15, reason)])[0] for reason in (13, 16))
    assert of_a_fault > of_none


def test_a_window_ends_with_its_reach_for_hidden_drops_too() -> None:
    assert _odds([*_known(0, 30), _hidden(_NEAR[0], 191)])[1] == 1
    assert _odds([*_known(0, 30), _hidden(_NEAR[0], 193)])[1] == 0
    assert _odds([*_known(0, 30), _hidden(_NEAR[0], -1)])[1] == 0


def test_a_hidden_drop_after_the_next_known_one_is_of_that_ones_window() -> None:
    events = [*_known(0, 30, 60), _hidden(_NEAR[0], 70)]
    assert (_odds(events, 2)[1], _odds(events, 3)[1]) == (0, 1)


def test_call_servers_have_no_hidden_drops() -> None:
    case = case_of(_ROWS, [*_known(0, 30), *burst(_NEAR)])
    scanned = case.scanner().scan()
    assert (
        scanned.hidden[
            np.isin(case.exposure.kind_of[scanned.component], [case.exposure.kinds.index(kind) for kind in ("node", "cluster")])
        ].sum()
        == 0
    )
