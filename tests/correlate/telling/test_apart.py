"""Two causes at once: what is told of one of them is counted without the phones of the other."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from switchcorr.correlate.scoring.search import search
from switchcorr.correlate.telling.apart import at_once, on_any, part_of_all, without_others
from switchcorr.correlate.telling.arguments import contrast
from switchcorr.model.campus import Component, HashedComponent
from switchcorr.model.event import Event
from switchcorr.model.incident import EvidenceKind, Incident, Verdict
from tests.correlate.scenes import NOON, Rows, alert, below, burst, campus_of, explain, likelihood_of, noise, number_of, rows_of

_ROWS = rows_of(6, 3, 20)
_CARDS = ("acc-1/1", "acc-1/3")


def _incident(events: list[Event], rows: Rows = _ROWS) -> Incident:
    (found,) = explain(rows, [*noise(rows, a_day=0.1), *events]).incidents
    return found


def _two_cards() -> Incident:
    return _incident([event for card in _CARDS for event in burst(below(_ROWS, "module", card)[:18], seed=len(card))])


def test_two_cards_of_one_switch_are_told_without_each_other() -> None:
    incident = _two_cards()
    assert [cause.component.id for cause in incident.causes] == list(_CARDS)
    assert (
        "What they share: module acc-1/1 (18 of its 20 phones dropped) and module acc-1/3 (18 of its 20 phones dropped); 0 of 320 elsewhere. "
        "Both are on switch acc-1: look at what they have in common there"
    ) in incident.summary
    for cause, other in zip(incident.causes, reversed(_CARDS), strict=True):
        told = {item.kind: item for item in cause.evidence_for}
        dropped = f"18 of 20 phones on module {cause.component.id} dropped, 0 of 320 elsewhere"
        expected = f"{dropped}; the phones of module {other}, which failed too, are left out of all counts here"
        assert told[EvidenceKind.CONTRAST].text == expected
        texts = [item.text for item in cause.evidence_for]
        assert "if switch acc-1 were the cause, about 17 of its 20 other phones would have dropped too; 0 did" in texts
        assert "control group: 0 of 20 phones on the same switch acc-1 but another module dropped" in texts
        assert sum(item.weight for item in cause.evidence_against) < 1
        assert EvidenceKind.LOCATION_QUALITY not in told, "the other card's drops are at known places"


def test_an_alert_is_that_of_the_server_that_failed_beside_a_part_of_the_network() -> None:
    node = burst(below(_ROWS, "node", "node-1"), reason=15)
    bundle = burst(below(_ROWS, "switch", "acc-4"), NOON + timedelta(seconds=20), seed=5)
    incident = _incident([*node, *bundle, alert(NOON - timedelta(seconds=10), node="node-1")])
    network, server = sorted(incident.causes, key=lambda cause: cause.component.id)
    assert (server.component.id, network.component.id) == ("node-1", "acc-4:Port-channel1")
    assert {item.kind for item in server.evidence_for if item.weight > 3} >= {EvidenceKind.SERVER_ALERT}
    assert [item.weight for item in network.evidence_for if item.kind is EvidenceKind.SERVER_ALERT] == [0.0]
    assert not network.evidence_against


def test_causes_of_which_only_one_has_failed_are_not_left_out() -> None:
    likelihood = likelihood_of(_ROWS, below(_ROWS, "switch", "acc-1")[::9])
    posterior = search(likelihood)
    numbers = [number_of(likelihood.exposure, *part) for part in (("switch", "acc-1"), ("vlan", "101@b"), ("module", "acc-1/1"))]
    assert at_once(likelihood, posterior, numbers, numbers[0]) == ()
    assert at_once(likelihood, posterior, numbers[:1], numbers[0]) == ()


@pytest.mark.parametrize("bursts", [1, 2])
def test_the_window_without_others_holds_the_rest_and_counts_it_as_before(bursts: int) -> None:
    bundle = Component("uplink_bundle", "acc-1:Port-channel1")
    campus = campus_of(_ROWS, hashed=[HashedComponent(Component("uplink", f"acc-1:Gi{i}"), bundle, 2) for i in (1, 2)])
    dropped = [*below(_ROWS, "node", "node-1"), *below(_ROWS, "module", "acc-1/1")]
    whole = likelihood_of(campus, dropped, bursts=bursts)
    exposure = whole.exposure
    node, module = number_of(exposure, "node", "node-1"), number_of(exposure, "module", "acc-1/1")
    left = without_others(whole, module, [node])
    assert without_others(whole, module, []) is whole
    assert len(left.exposure.phones) == int((~on_any(exposure, [node])).sum()) + 10
    assert list(left.exposure.row_of) == list(left.exposure.phones)
    found = contrast(left, module)
    assert (found.affected, found.exposed, found.elsewhere, found.others) == (20, 20, 0, 170)
    assert left.exposure.size[number_of(exposure, "uplink", "acc-1:Gi1")] == 40
    np.testing.assert_allclose(left.background.total, left.background.per_second.sum())
    np.testing.assert_allclose(left.background.of_component[module], whole.background.of_component[module])
    assert sorted({left.exposure.phones[row] for row in left.sample.row.tolist()}) == sorted(below(_ROWS, "module", "acc-1/1"))


def test_a_single_cause_is_told_over_all_phones() -> None:
    incident = _incident(burst(below(_ROWS, "module", "acc-1/1")))
    assert incident.verdict is Verdict.NETWORK
    assert "0 of 340 elsewhere" in incident.summary
    assert not any("without the phones of" in item.text for item in incident.causes[0].evidence_for)


def test_what_holds_several_parts_is_found_where_it_is_none_of_them() -> None:
    exposure = likelihood_of(_ROWS, below(_ROWS, "switch", "acc-1")).exposure

    def number(kind: str, id_: str) -> int:
        return number_of(exposure, kind, id_)

    assert part_of_all(exposure, [number("module", card) for card in _CARDS]) == number("switch", "acc-1")
    assert part_of_all(exposure, [number("module", "acc-1/1"), number("module", "acc-2/1")]) == -1
    assert part_of_all(exposure, [number("module", "acc-1/1"), number("vlan", "101@b")]) == -1
