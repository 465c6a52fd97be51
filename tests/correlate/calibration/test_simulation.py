"""Simulated incidents are those of the site: its parts, its rates, its wrong locations, and only what would be looked at."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from switchcorr.correlate.calibration.simulation import Simulated, Story, draw_world, simulate
from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.drops.reasons import ReasonClass
from switchcorr.correlate.scoring.search import search
from switchcorr.model.campus import Component, HashedComponent
from tests.correlate.scenes import Rows, campus_of, ground_of, log_of, noise, number_of, rows_of

_ROWS = rows_of(8, 3, 14)


def _same(one: Simulated, other: Simulated) -> bool:
    arrays = zip((one.sample.row, one.sample.reason, one.time), (other.sample.row, other.sample.reason, other.time), strict=True)
    return (one.story, one.faults) == (other.story, other.faults) and all(np.array_equal(a, b) for a, b in arrays)


def test_the_same_seed_gives_the_same_incidents_and_a_larger_count_adds_to_them() -> None:
    few, many, others = (
        list(simulate(ground_of(_ROWS), 25, 3)),
        list(simulate(ground_of(_ROWS), 45, 3)),
        list(simulate(ground_of(_ROWS), 25, 4)),
    )
    assert all(_same(a, b) for a, b in zip(few, many, strict=False))
    assert not any(_same(a, b) for a, b in zip(few, others, strict=True))


@pytest.mark.slow
def test_every_story_is_told_about_as_often_as_its_prior_says() -> None:
    told = Counter(one.story for one in simulate(ground_of(_ROWS), 300, 1))
    assert set(told) == set(Story)
    fault = 0.12 + 5 * 0.05  # module; switch, bundle, VLAN, node, cluster
    administrative = sum(chance for kind, chance in DEFAULT.p_administrative if kind in ("vlan", "node", "switch", "cluster"))
    total = DEFAULT.p_nothing + fault + 0.5 * fault**2 / 2 + administrative
    assert told[Story.FAULT] / 300 == pytest.approx(fault / total, abs=0.08)
    assert told[Story.NOTHING] / 300 == pytest.approx(DEFAULT.p_nothing / total, abs=0.08)


def test_what_has_a_cause_stands_out_and_its_drops_are_of_its_phones() -> None:
    ground = ground_of(_ROWS)
    told = list(simulate(ground, 120, 2))
    caused = [one for one in told if one.story is not Story.NOTHING]
    assert sum(one.stands_out(DEFAULT) for one in caused) >= 0.95 * len(caused)
    for one in told:
        if one.story is Story.NOTHING:
            assert not one.faults
            continue
        assert len(one.faults) == {Story.FAULT: 1, Story.PAIR: 2}.get(one.story, 0)
        cells = ground.exposure.members[one.sample.row]
        assert all(ground.exposure.exposed(cells, fault).any() for fault in one.faults)
        assert len(np.unique(one.sample.row)) == len(one.sample.row) == len(one.time)
        assert (one.time >= 0).all()
        assert (one.time < DEFAULT.window_s).all()


def test_a_quiet_window_holds_innocent_clusters_as_often_as_was_learned() -> None:
    """On a site whose phones hardly ever drop alone, all quiet drops are a few of one module each."""
    constants = replace(
        DEFAULT, p_benign=0.5, benign_phones=len(_ROWS), mean_rate_per_day=1e-6, alarm=1e6, simulated_tries=1, stale_share=0.0
    )
    ground = ground_of(_ROWS, constants)
    module = ground.exposure.kinds.index("module")
    quiet = [one for one in simulate(ground, 300, 3) if one.story is Story.NOTHING]
    groups = [np.unique(ground.exposure.members[one.sample.row, module], return_counts=True)[1] for one in quiet]
    assert np.mean([len(group) for group in groups]) == pytest.approx(0.5, abs=0.15)
    sizes = np.concatenate(groups)
    assert set(sizes.tolist()) <= {2, 3, 4, 5, 6}  # two clusters may meet in one module
    assert (sizes == 2).mean() > (sizes == 3).mean()


@pytest.mark.slow
def test_administrative_incidents_are_resets_and_logins() -> None:
    told = [one for one in simulate(ground_of(_ROWS), 200, 5) if one.story is Story.ADMINISTRATIVE]
    reasons = np.concatenate([one.sample.reason for one in told])
    assert np.isin(reasons, (ReasonClass.RESET, ReasonClass.LOGIN)).mean() > 0.6


@pytest.mark.slow
def test_the_model_is_mostly_right_about_them_and_not_always() -> None:
    """Faults must be neither trivial nor hopeless, or a map fitted on them would say nothing."""
    ground = ground_of(_ROWS)
    right = [
        next(iter(search(ground.likelihood(one.sample)).fault), -1) in {int(ground.exposure.twin[fault]) for fault in one.faults}
        for one in simulate(ground, 400, 6)
        if one.faults
    ]
    assert 0.6 < np.mean(right) < 1.0, f"{sum(right)} of {len(right)}"


@pytest.mark.slow
def test_a_quieter_site_has_quieter_minutes() -> None:
    busy = ground_of(_ROWS, log=log_of(noise(_ROWS, a_day=3.0)))
    quiet = ground_of(_ROWS, log=log_of(noise(_ROWS, a_day=0.05)))
    drops = [sum(len(one.sample.row) for one in simulate(ground, 80, 7) if one.story is Story.NOTHING) for ground in (quiet, busy)]
    assert drops[0] < drops[1] / 2


def test_a_world_moves_a_few_phones_and_places_those_without_a_location() -> None:
    rows = {name: dict(row) for name, row in _ROWS.items()}
    lost = sorted(rows)[::10]
    for name in lost:
        rows[name] = {"vlan": rows[name]["vlan"], "node": rows[name]["node"]}
    ground = ground_of(rows)
    exposure, module = ground.exposure, ground.exposure.kinds.index("module")
    moved = []
    for seed in range(20):
        world = draw_world(ground, np.random.default_rng(seed))
        placed = world.members[[exposure.row_of[name] for name in lost]]
        assert (placed[:, module] >= 0).all()
        assert [exposure.components[i].id for i in placed[:, exposure.kinds.index("vlan")]] == [rows[name]["vlan"] for name in lost]
        moved.append(float((world.members[exposure.located, module] != exposure.members[exposure.located, module]).mean()))
        assert world.size.sum() == pytest.approx((world.members >= 0).sum())
    assert 0 < np.mean(moved) < 0.1


def test_a_phone_without_a_location_is_put_nowhere_its_site_has_no_switch() -> None:
    """Phones behind a NAT are of a site where nothing is located: no block of the campus carries them."""
    rows = {name: dict(row) for name, row in _ROWS.items()}
    home = sorted(rows)[:20]
    for name in home:
        rows[name] = {"site": "nat-1", "node": rows[name]["node"]}
    ground = ground_of(rows)
    world = draw_world(ground, np.random.default_rng(3))
    switch = ground.exposure.kinds.index("switch")
    assert (world.members[[ground.exposure.row_of[name] for name in home], switch] == -1).all()


@pytest.mark.slow
def test_parts_with_truly_the_same_phones_are_one_answer() -> None:
    """A VLAN of one switch: where few of its phones have a place the table parts the two, in truth they are one."""
    rows = {name: dict(row) for name, row in _ROWS.items()}
    for number, name in enumerate(sorted(rows)):
        if number % 3:
            rows[name] = {"vlan": rows[name]["vlan"], "node": rows[name]["node"]}
    ground = ground_of(rows)
    kinds = [component.kind for component in ground.exposure.components]
    answers = [{kinds[i] for i in one.answers} for one in simulate(ground, 150, 4) if kinds[one.faults[0] if one.faults else 0] == "vlan"]
    assert answers
    assert all({"vlan", "switch"} <= each for each in answers)
    assert not any(one.answers for one in simulate(ground, 60, 4) if not one.faults)


def test_without_a_wrong_location_or_node_the_world_is_the_table() -> None:
    ground = ground_of(_ROWS, constants=replace(DEFAULT, stale_share=0.0, node_error=0.0))
    assert np.array_equal(draw_world(ground, np.random.default_rng(1)).members, ground.exposure.members)


@pytest.mark.slow
def test_bunched_faults_spare_some_neighbours_and_take_others() -> None:
    """The worst module of a sick switch, against its mean: far from even where drops are bunched."""
    unevenness = []
    for share in (0.0, 1.0):
        ground = ground_of(rows_of(3, 8, 12), replace(DEFAULT, simulated_bunched_share=share, simulated_scatter=1.0))
        module, ratios = ground.exposure.kinds.index("module"), []
        for one in simulate(ground, 180, 8):
            if one.story is Story.FAULT and ground.exposure.components[one.faults[0]].kind == "switch":
                cells = ground.exposure.members[one.sample.row]
                inside = cells[ground.exposure.exposed(cells, one.faults[0]), module]
                if len(inside) >= 12:
                    counts = np.bincount(inside - inside.min(), minlength=8)
                    ratios.append(counts.var() / counts.mean())
        unevenness.append(np.mean(ratios))
    assert unevenness[1] > 2 * unevenness[0]


@pytest.mark.slow
def test_a_member_with_unknown_hash_takes_its_part_of_the_bundle() -> None:
    hashed = tuple(
        HashedComponent(Component("uplink", f"acc-1:Te1/{i}"), Component("uplink_bundle", "acc-1:Port-channel1"), 2) for i in (1, 2)
    )
    ground = ground_of(campus_of(rows_of(2, 2, 30), hashed=hashed))
    member = number_of(ground.exposure, "uplink", "acc-1:Te1/1")
    world = draw_world(ground, np.random.default_rng(1))
    assert world.size[member] == world.size[ground.exposure.path[member]] / 2
    for one in simulate(ground, 300, 9):
        if one.faults == (member,):
            inside = ground.exposure.exposed(ground.exposure.members[one.sample.row], member)
            assert inside.sum() <= 0.8 * ground.exposure.size[member]


@pytest.mark.parametrize(
    "rows",
    [
        {"SEP00005E000001": {"model": "7960"}},
        {name: {"node": row["node"]} for name, row in _ROWS.items()},
        {name: {"module": "acc-1/1"} for name in list(_ROWS)[:1]},
    ],
    ids=["one phone", "no place", "one module"],
)
def test_odd_sites_have_incidents_too(rows: Rows) -> None:
    """Whatever a site has no room for becomes a quiet window."""
    drawn = list(simulate(ground_of(rows), 60, 10))
    assert len(drawn) == 60
    if len(rows) < 2:
        assert {one.story for one in drawn} <= {Story.NOTHING}


def test_without_hits_or_minutes_that_stand_out_the_nearest_is_taken() -> None:
    """A site where nothing reaches the alarm still has its busiest windows."""
    ground = ground_of(_ROWS, constants=replace(DEFAULT, alarm=1e6))
    assert not any(one.stands_out(ground.constants) for one in simulate(ground, 20, 11))
