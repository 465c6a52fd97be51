"""Laws of the correlation: probabilities sum to one; order, copies, names and strangers change nothing."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from switchcorr.correlate.scoring.hypotheses import NOTHING, Item, ItemKind
from switchcorr.correlate.scoring.likelihood import Likelihood
from switchcorr.correlate.scoring.search import search
from switchcorr.model.campus import Component
from switchcorr.model.event import Event, EventKind
from switchcorr.model.incident import Correlation
from switchcorr.report.to_json import correlation_json, json_text
from tests.correlate.scenes import (
    NOON,
    START,
    Rows,
    burst,
    campus_of,
    drop,
    explain,
    likelihood_of,
    log_of,
    noise,
    number_of,
    phone,
    rows_of,
)

_ROWS = rows_of(5, 2, 12)
_KINDS = ("module", "switch", "vlan", "node", "cluster")
_EXPLORING = settings.get_current_profile_name() == "explore"
_LAW = settings(max_examples=40 if _EXPLORING else 8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_QUICK_LAW = settings(_LAW, max_examples=400 if _EXPLORING else 25)  # one window, no week of events


@st.composite
def _drops(draw: st.DrawFn) -> list[str]:
    """Some phones of one component, and some of any."""
    kind = draw(st.sampled_from(_KINDS))
    parts = sorted({row[kind] for row in _ROWS.values()})
    inside = [name for name, row in sorted(_ROWS.items()) if row[kind] == draw(st.shared(st.sampled_from(parts), key=kind))]
    chosen = set(draw(st.lists(st.sampled_from(inside), min_size=2, max_size=20)))
    return sorted(chosen | set(draw(st.lists(st.sampled_from(sorted(_ROWS)), max_size=4))))


@st.composite
def _weeks(draw: st.DrawFn) -> list[Event]:
    """A week with a burst in it."""
    seed = draw(st.integers(0, 10_000))
    reason = draw(st.sampled_from((13, 6, 8, 19, None)))
    return [*noise(_ROWS, a_day=0.1, seed=seed), *burst(draw(_drops()), NOON, reason=reason, seed=seed)]


@st.composite
def _told_weeks(draw: st.DrawFn) -> list[Event]:
    """A week in which phones come back with their firmware, at any moment, some with another one."""
    events, seed = draw(_weeks()), draw(st.integers(0, 10_000))
    random_, loads = random.Random(seed), draw(st.sampled_from((2, 3, 7)))
    changed = draw(st.sampled_from((0.0, 0.1, 1.0)))
    back = [
        Event(
            (event.time or NOON) + timedelta(seconds=random_.choice((0, 60, 90, 4000))),
            EventKind.REGISTERED,
            event.name,
            load="new" if random_.random() < changed and event.time and event.time > NOON else f"load {int(event.name[-4:], 16) % loads}",
            device_type=random_.choice((622, 684)),
        )
        for event in events
    ]
    known = [Event(START, EventKind.REGISTERED, name, load=f"load {number % loads}") for number, name in enumerate(sorted(_ROWS))]
    return [*events, *back, *(known if draw(st.booleans()) else ())]


def _text(result: Correlation) -> str:
    return json_text(correlation_json(result))


def _ranking(result: Correlation) -> list[list[tuple[Component, float]]]:
    return [[(suspect.component, suspect.probability) for suspect in incident.suspects] for incident in result.incidents]


@_LAW
@given(_drops())
def test_hypotheses_sum_to_one(dropped: list[str]) -> None:
    posterior = search(likelihood_of(_ROWS, dropped))
    with_a_fault = 1.0 - posterior.nothing - posterior.managed - posterior.unseen - posterior.unnamed
    assert -1e-9 <= with_a_fault <= 1 + 1e-9
    assert all(0.0 <= probability <= with_a_fault + 1e-9 for probability in posterior.fault.values())
    assert sum(posterior.fault.values()) >= with_a_fault - 1e-9


@_LAW
@given(_weeks(), st.integers(0, 1000))
def test_the_order_of_events_does_not_matter(events: list[Event], seed: int) -> None:
    shuffled = list(events)
    random.Random(seed).shuffle(shuffled)
    assert _text(explain(_ROWS, log_of(shuffled, ordered=False))) == _text(explain(_ROWS, log_of(events)))


@_LAW
@given(_told_weeks(), st.integers(0, 1000), st.booleans())
def test_order_and_copies_of_registrations_do_not_matter(events: list[Event], seed: int, bare: bool) -> None:
    random_, rows = random.Random(seed), {} if bare else {name: {"switch": row["switch"]} for name, row in _ROWS.items()}
    mixed = [*random_.sample(events, len(events)), *random_.choices(events, k=len(events) // 2)]
    assert _text(explain(rows, log_of(mixed, ordered=False))) == _text(explain(rows, events))


@_LAW
@given(_weeks(), st.integers(0, 1000))
def test_copies_of_events_do_not_matter(events: list[Event], seed: int) -> None:
    copies = random.Random(seed).choices(events, k=len(events) // 2)
    assert _text(explain(_ROWS, [*events, *copies])) == _text(explain(_ROWS, events))


@_LAW
@given(_weeks(), st.integers(0, 1000))
def test_the_order_of_phones_devices_and_columns_does_not_matter(events: list[Event], seed: int) -> None:
    random_ = random.Random(seed)
    items = [(name, dict(random_.sample(list(row.items()), len(row)))) for name, row in _ROWS.items()]
    random_.shuffle(items)
    assert _text(explain(dict(items), events)) == _text(explain(_ROWS, events))


@_LAW
@given(_weeks())
def test_the_same_input_gives_the_same_bytes(events: list[Event]) -> None:
    assert _text(explain(_ROWS, events)) == _text(explain(_ROWS, events))


@_LAW
@given(_weeks(), st.integers(0, 1000))
def test_other_names_change_only_names(events: list[Event], seed: int) -> None:
    """New ids, in another order."""
    random_ = random.Random(seed)
    names: dict[str, dict[str, str]] = {}
    for kind in _KINDS:
        ids = sorted({row[kind] for row in _ROWS.values()})
        names[kind] = dict(zip(ids, random_.sample(ids, len(ids)), strict=True))
    renamed = {
        name: {kind: names[kind].get(id_, id_) if kind in names else id_ for kind, id_ in row.items()} for name, row in _ROWS.items()
    }
    before, after = explain(_ROWS, events), explain(renamed, events)
    for one, other in zip(before.incidents, after.incidents, strict=True):
        assert (other.start, other.verdict) == (one.start, one.verdict)
        told = {
            (s.component.kind, names.get(s.component.kind, {}).get(s.component.id, s.component.id)): s.probability for s in one.suspects
        }
        again = {(s.component.kind, s.component.id): s.probability for s in other.suspects}
        for key in told.keys() & again.keys():
            assert again[key] == pytest.approx(told[key], abs=1e-6)
        assert max(again.values(), default=0.0) == pytest.approx(max(told.values(), default=0.0), abs=1e-6)


def _with_a_stranger(dropped: list[str], phones: int) -> tuple[Likelihood, Likelihood]:
    """The same window without and with a switch more, whose phones stay up."""
    stranger = {phone(9000 + i): {"module": "zzz/1", "switch": "zzz", "vlan": "999@z"} for i in range(phones)}
    return likelihood_of(_ROWS, dropped), likelihood_of(_ROWS | stranger, dropped)


def _singles(likelihood: Likelihood) -> dict[Component, float]:
    """Log odds of each component alone against "nothing shared"; only those with a drop of theirs."""
    nothing = likelihood.score(NOTHING)
    return {
        component: likelihood.score((Item(number, ItemKind.FAULT),)) - nothing
        for number, component in enumerate(likelihood.exposure.components)
        if likelihood.exposure.exposed(likelihood.covariates.cells, number).any()
    }


def _most_change(component: Component, before: Likelihood, after: Likelihood) -> float:
    """What changed counts, rates and numbers of phones can do to the log odds of a component.

    Its prior and what an innocent fault of its kind is noticed by; the chance of each drop; the drops that were to be expected of its phones; the
    rate of innocent clusters, for each group of drops twice (under the component and under nothing); and of a node the phones that may be its own.
    """
    one, two = (number_of(likelihood.exposure, component.kind, component.id) for likelihood in (before, after))
    prior = [float(k.priors.fault[i] + k.priors.noticed[i]) for k, i in ((before, one), (after, two))]
    expected = [float(k.covariates.expected[i]) for k, i in ((before, one), (after, two))]
    groups = 2 * len({*before.covariates.cells[before.crowd.drops, before.background.clusters.kind].tolist()})
    rates = np.abs(np.log(after.background.clusters.per_second / before.background.clusters.per_second)).max()
    lost = 0.0
    if component.kind == "node":
        others = [len(likelihood.exposure.phones) - float(likelihood.exposure.size[i]) for likelihood, i in ((before, one), (after, two))]
        lost = len(before.sample.row) * abs(float(np.log(others[1] / others[0])))
    nobody = [likelihood.covariates.chance + likelihood.covariates.innocent for likelihood in (before, after)]
    chance = float(np.abs(nobody[1] - nobody[0]).sum())
    return abs(prior[1] - prior[0]) + abs(expected[1] - expected[0]) + chance + groups * float(rates) + lost


@_QUICK_LAW
@given(_drops(), st.integers(1, 30))
def test_a_switch_whose_phones_stay_up_moves_log_odds_by_no_more_than_its_counts_explain(dropped: list[str], phones: int) -> None:
    before, after = _with_a_stranger(dropped, phones)
    odds, still = _singles(before), _singles(after)
    assert odds.keys() == still.keys()
    for component in odds:
        assert abs(still[component] - odds[component]) <= _most_change(component, before, after) + 1e-6


@_QUICK_LAW
@given(_drops(), st.integers(1, 30))
def test_a_switch_whose_phones_stay_up_changes_no_ranking(dropped: list[str], phones: int) -> None:
    """Components of a kind keep their order; a leader keeps its place if it leads by more than the changed counts can move both."""
    before, after = _with_a_stranger(dropped, phones)
    odds, still = _singles(before), _singles(after)
    for one in odds:
        for other in odds:
            both = _most_change(one, before, after) + _most_change(other, before, after) if one.kind != other.kind else 1e-6
            if odds[one] > odds[other] + both:
                assert still[one] > still[other] - 1e-6
    posterior = search(after)
    assert Component("switch", "zzz") not in {after.exposure.components[number] for number in posterior.fault}


def _mass(likelihood: Likelihood, component: int) -> float:
    """Probability of a fault of a component or of what it contains, or of an action on it."""
    inside = set(likelihood.exposure.phones_of(component).tolist())
    within = {i for i in range(len(likelihood.exposure.components)) if inside.issuperset(likelihood.exposure.phones_of(i).tolist())}
    scores = search(likelihood).scores
    weight = {h: np.exp(score - max(scores.values())) for h, score in scores.items()}
    told = sum(w for h, w in weight.items() if any(i.component in within for i in h))
    return float(told / sum(weight.values()))


@_QUICK_LAW
@given(st.sampled_from(_KINDS[:3]), st.integers(1, 19), st.integers(0, 3), st.sampled_from((13, 99)), st.integers(0, 10_000))
def test_one_more_hit_never_lowers_the_mass_on_a_component_and_what_it_contains(
    kind: str, hits: int, strays: int, reason: int, seed: int
) -> None:
    """All drops have one reason, which speaks no more for a server or an administrator than for the component: a time-out or an unknown one.

    Those elsewhere are single phones of other switches, so that nothing larger is hit as often as the component. The new one is on the module
    that is hit most, for two hits on each of two modules look more like two desks that were moved than two and one do.
    """
    random_ = random.Random(seed)
    id_ = random_.choice(sorted({row[kind] for row in _ROWS.values()}))
    inside = [name for name, row in sorted(_ROWS.items()) if row[kind] == id_]
    elsewhere = {
        row["switch"]: name
        for name, row in sorted(_ROWS.items(), key=lambda _: random_.random())
        if row["switch"] != _ROWS[inside[0]]["switch"]
    }
    random_.shuffle(inside)
    hit, silent = inside[: min(hits, len(inside) - 1)], inside[min(hits, len(inside) - 1) :]
    most = Counter(_ROWS[name]["module"] for name in hit)
    dropped = [*hit, *sorted(elsewhere.values())[:strays]]
    more = [*dropped, max(silent, key=lambda name: most[_ROWS[name]["module"]])]
    before, after = likelihood_of(_ROWS, dropped, reason=reason), likelihood_of(_ROWS, more, reason=reason)
    number = number_of(before.exposure, kind, id_)
    assert _mass(after, number) >= _mass(before, number) - 1e-6


@_LAW
@given(st.integers(4, 12), st.integers(0, 1000))
def test_equal_exposure_gives_equal_answers_and_is_reported(count: int, seed: int) -> None:
    """Two columns with the same phones: whichever is named, the other stands beside it, with the same probability."""
    rows: Rows = {name: row | {"closet": f"c-{row['switch']}"} for name, row in _ROWS.items()}
    dropped = random.Random(seed).sample([name for name, row in rows.items() if row["switch"] == "acc-3"], count)
    (incident,) = explain(rows, [*noise(rows, a_day=0.1), *burst(dropped, reason=6)]).incidents
    for suspect in incident.suspects:
        together = {suspect.component, *suspect.equivalent}
        for number in range(1, 6):
            assert (Component("switch", f"acc-{number}") in together) is (Component("closet", f"c-acc-{number}") in together)
    shown = [component for suspect in incident.suspects for component in (suspect.component, *suspect.equivalent)]
    assert len(shown) == len(set(shown))


@_QUICK_LAW
@given(_drops())
def test_components_with_the_same_phones_score_the_same_but_for_their_priors(dropped: list[str]) -> None:
    """Between kinds with the same profile of reasons."""
    likelihood = likelihood_of({name: row | {"uplink": f"{row['switch']}:Te1/1"} for name, row in _ROWS.items()}, dropped)
    priors = likelihood.priors
    for number in range(1, 6):
        parts = [
            number_of(likelihood.exposure, *part)
            for part in (("uplink", f"acc-{number}:Te1/1"), ("uplink_bundle", f"acc-{number}:Port-channel1"))
        ]
        bare = [likelihood.score((Item(i, ItemKind.FAULT),)) - float(priors.fault[i] + priors.noticed[i]) for i in parts]
        assert bare[0] == pytest.approx(bare[1], abs=1e-9)


@_LAW
@given(_weeks())
def test_a_kind_that_says_the_same_of_everybody_changes_no_ranking_of_the_others(events: list[Event]) -> None:
    """It is one more reason to suspect what all phones share, as the cluster is; between the parts of the network nothing changes.

    Reasons must tell of it what they tell of the cluster: one firmware explains phones that reset themselves, and then changes which part is its second.
    """
    same = {name: row | {"device_pool": "one"} for name, row in _ROWS.items()}
    for before, after in zip(explain(_ROWS, events).incidents, explain(same, events).incidents, strict=False):
        first, still = ([one for one in incident.suspects if one.exposed < len(_ROWS)] for incident in (before, after))
        if before.suspects and before.suspects[0] in first and before.suspects[0].probability > 0.6:
            assert still[0].component == first[0].component


@pytest.mark.parametrize("hours", [1, 25])
def test_moving_the_whole_log_in_time_moves_the_answer_and_nothing_else(hours: int) -> None:
    events = [drop(name, START + timedelta(hours=30, seconds=i)) for i, name in enumerate(sorted(_ROWS)[:10])]
    later = [replace(event, time=(event.time or START) + timedelta(hours=hours)) for event in events]
    (before,), (after,) = explain(_ROWS, events).incidents, explain(_ROWS, later).incidents
    assert after.start - before.start == timedelta(hours=hours)
    assert after.suspects == before.suspects


def test_the_campus_may_be_built_from_rows_in_any_order() -> None:
    assert campus_of(dict(reversed(_ROWS.items()))) == campus_of(_ROWS)
