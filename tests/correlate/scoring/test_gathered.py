"""Several parts of one kind that hang on one that no location names."""

from __future__ import annotations

import math
import random

import pytest

from switchcorr.correlate.scoring.gathered import Gathered
from switchcorr.correlate.scoring.hypotheses import Item, ItemKind, gathered_in, item_above
from switchcorr.correlate.scoring.search import search
from switchcorr.correlate.telling.unlocated import find_unlocated
from switchcorr.model.campus import Component, HashedComponent
from switchcorr.model.incident import Verdict
from tests.correlate.scenes import Rows, below, burst, campus_of, explain, likelihood_of, noise, number_of, rows_of

_ROWS = {name: {"module": row["module"], "switch": row["switch"], "node": row["node"]} for name, row in rows_of(16, 2, 20, nodes=3).items()}
_FIVE = [f"acc-{number}" for number in (2, 3, 5, 8, 13)]


def _below(switches: list[str], share: float = 1.0, rows: Rows = _ROWS) -> list[str]:
    random_, phones = random.Random(3), [below(rows, "switch", switch) for switch in switches]
    return [name for one in phones for name in random_.sample(one, round(share * len(one)))]


def _found(dropped: list[str], rows: Rows = _ROWS) -> list[str]:
    likelihood = likelihood_of(rows, dropped)
    posterior = search(likelihood)
    return [component.id for component in find_unlocated(likelihood, posterior).above] if posterior.unseen > 0.9 else []


@pytest.mark.parametrize("share", [1.0, 0.5, 0.2])
def test_five_switches_that_drop_together_share_what_no_table_names(share: float) -> None:
    assert sorted(_found(_below(_FIVE, share))) == sorted(_FIVE)


def test_a_named_part_above_them_is_the_cause() -> None:
    rows = {name: row | {"distribution": "dist-a" if row["switch"] in _FIVE else "dist-b"} for name, row in _ROWS.items()}
    likelihood = likelihood_of(rows, _below(_FIVE, 0.5))
    posterior = search(likelihood)
    assert gathered_in(posterior.scores) is None  # its phones are those of the distribution switch
    assert posterior.fault[number_of(likelihood.exposure, "distribution", "dist-a")] > 0.95


def test_two_and_three_parts_are_faults_of_their_own() -> None:
    for count in (2, 3):
        likelihood = likelihood_of(_ROWS, _below(_FIVE[:count]))
        assert likelihood.gather() is None  # four modules and six are two switches and three
        assert search(likelihood).unseen < 0.01


def test_parts_with_nearly_the_phones_of_one_named_part_are_that_part_and_others_are_not() -> None:
    for missing, is_named in ((10, True), (60, False)):
        wide = {name: row | {"power": "ups-1"} for name, row in list(_ROWS.items())[:missing]}
        rows = _ROWS | {name: row | {"power": "ups-1"} for name, row in _ROWS.items() if row["switch"] in _FIVE} | wide
        assert (likelihood_of(rows, _below(_FIVE)).gather() is None) == is_named


def test_nearly_all_are_all_of_them() -> None:
    assert likelihood_of(_ROWS, _below([f"acc-{number}" for number in range(1, 13)])).gather() is not None
    assert likelihood_of(_ROWS, _below([f"acc-{number}" for number in range(1, 16)])).gather() is None


def test_members_of_a_bundle_are_no_further_parts() -> None:
    links = {name: row | {"uplink_bundle": f"{row['switch']}:Po1"} for name, row in _ROWS.items() if row["switch"] == "acc-1"}
    rows = {name: {"uplink": f"{row['switch']}:Te1/1"} for name, row in _ROWS.items() if row["switch"] in [*_FIVE, "acc-1"]} | links
    member = [
        HashedComponent(Component("uplink", f"acc-1:Te1/{number}"), Component("uplink_bundle", "acc-1:Po1"), 12) for number in range(2, 14)
    ]
    likelihood = likelihood_of(
        campus_of(rows, hashed=member),
        [name for name, row in rows.items() if row.get("uplink", "")[:5] in ("acc-2", "acc-3", "acc-5", "acc-8", "acc-1")],
    )
    found = likelihood.gather()
    assert found is None or len(found.components) < 4


def test_of_switches_and_what_has_their_phones_the_switches_are_told() -> None:
    rows = {name: row | {"uplink": f"{row['switch']}:Te1/1", "subnet": f"10.1.{row['switch'][4:]}.0/24"} for name, row in _ROWS.items()}
    found = likelihood_of(rows, _below(_FIVE, 0.5)).gather()
    assert found is not None
    assert likelihood_of(rows, _below(_FIVE)).exposure.kinds[found.kind] == "switch"


def test_drops_everywhere_and_single_drops_gather_nothing() -> None:
    random_ = random.Random(5)
    everywhere = likelihood_of(_ROWS, random_.sample(sorted(_ROWS), len(_ROWS) // 2))
    assert search(everywhere).unseen < 0.5
    single = [random_.choice(below(_ROWS, "switch", switch)) for switch in _FIVE]
    assert likelihood_of(_ROWS, single).gather() is None
    assert likelihood_of(_ROWS, []).gather() is None


def test_sites_share_a_way_too() -> None:
    rows = {name: {"site": f"s-{i // 40:02}"} for i, name in enumerate(sorted(_ROWS))}
    found = likelihood_of(rows, [name for name, row in rows.items() if row["site"] in ("s-03", "s-04", "s-07", "s-09")]).gather()
    assert found is not None
    assert len(found.components) == 4


def test_where_all_drop_those_with_most_of_it_share_nothing() -> None:
    random_ = random.Random(7)
    uneven = [name for name, row in _ROWS.items() if random_.random() < (0.5 if row["switch"] in _FIVE else 0.15)]
    assert likelihood_of(_ROWS, uneven).gather() is None


def test_beside_a_server_that_stalls_they_are_found_in_what_it_leaves_and_told() -> None:
    stalled = random.Random(4).sample(below(_ROWS, "node", "node-2"), 150)
    (incident,) = explain(_ROWS, [*noise(_ROWS, a_day=0.05), *burst({*stalled, *_below(_FIVE)})]).incidents
    assert incident.causes[0].component == Component("node", "node-2")
    assert incident.summary.endswith(
        "With more than 99.9 % a part of the network shared by 5 switches (acc-13, acc-2, acc-3 and 2 more) that no location names has failed beside it."
    )


def test_the_prior_is_that_of_so_many_of_all() -> None:
    found = likelihood_of(_ROWS, _below(_FIVE)).gather()
    assert isinstance(found, Gathered)
    choices = 17 * 16 * 15 * 14 * 13 * 12 / (5 * 4 * 3 * 2)
    holders = 0.02 + 0.05 + 0.01 + 0.02 + 0.05 + 0.05 + 0.05
    assert found.prior == pytest.approx(math.log(holders / choices))


def test_each_knows_its_own_parts_whatever_else_was_scored() -> None:
    likelihood, switches = likelihood_of(_ROWS, _below(_FIVE, 0.5)), [f"acc-{number}" for number in range(1, 9)]
    numbers = [number_of(likelihood.exposure, "switch", switch) for switch in switches]
    kind = likelihood.exposure.kinds.index("switch")
    node = Item(number_of(likelihood.exposure, "node", "node-2"), ItemKind.FAULT)
    for some in (numbers[:4], numbers[4:]):
        item = item_above(Gathered(tuple(some), kind, -5.0))
        for hypothesis in ((item,), (node, item)):
            alone = likelihood_of(_ROWS, _below(_FIVE, 0.5))
            assert likelihood.score(hypothesis) == alone.score(hypothesis)
            assert gathered_in([(), (node,), hypothesis]) == item.gathered


def test_they_are_told_together_with_what_would_name_it() -> None:
    (incident,) = explain(_ROWS, [*noise(_ROWS, a_day=0.05), *burst(_below(_FIVE, 0.5))]).incidents
    assert incident.verdict is Verdict.NOT_PROVEN
    assert (
        "shared by 5 switches (acc-13, acc-2, acc-3 and 2 more) that no location names (100 of their 200 phones dropped, 0 of 440"
        in incident.summary
    )
    assert [component.id for component in incident.unlocated_above] == sorted(_FIVE)
    assert incident.unseen[0].startswith(
        "what 5 switches (acc-13, acc-2, acc-3 and 2 more) share, for with more than 99.9 % it is a part that"
    )
    assert incident.unlocated_within == ()


def test_where_the_devices_above_are_known_they_are_not_asked_for_again() -> None:
    rows = {name: row | {"distribution": f"dist-{int(row['switch'][4:]) % 4}"} for name, row in _ROWS.items()}
    (incident,) = explain(rows, [*noise(rows, a_day=0.05), *burst(_below(_FIVE, 0.5))]).incidents
    asked = "A column for it (power, building) in a table of the devices (--devices) or of locations (--locations) would settle it"
    assert incident.unseen[0].endswith(asked)
