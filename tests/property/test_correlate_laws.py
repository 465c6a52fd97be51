"""Laws of the correlation: probabilities sum to one; order, copies, names and strangers change nothing."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from switchcorr.correlate.search import search
from switchcorr.model.campus import Component
from switchcorr.model.event import Event
from switchcorr.model.incident import Correlation
from switchcorr.report.to_json import correlation_json, json_text
from tests.correlate.scenes import NOON, START, Rows, burst, campus_of, drop, explain, likelihood_of, log_of, noise, phone, rows_of

_ROWS = rows_of(5, 2, 12)
_KINDS = ("module", "switch", "vlan", "node", "cluster")
_LAW = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])


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


def _text(result: Correlation) -> str:
    return json_text(correlation_json(result))


def _ranking(result: Correlation) -> list[list[tuple[Component, float]]]:
    return [[(suspect.component, suspect.probability) for suspect in incident.suspects] for incident in result.incidents]


@_LAW
@given(_drops())
def test_hypotheses_sum_to_one(dropped: list[str]) -> None:
    posterior = search(likelihood_of(_ROWS, dropped))
    with_a_fault = 1.0 - posterior.nothing - posterior.managed - posterior.unseen
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
@given(_weeks(), st.integers(0, 1000))
def test_copies_of_events_do_not_matter(events: list[Event], seed: int) -> None:
    copies = random.Random(seed).choices(events, k=len(events) // 2)
    assert _text(explain(_ROWS, [*events, *copies])) == _text(explain(_ROWS, events))


@_LAW
@given(_weeks(), st.integers(0, 1000))
def test_the_order_of_phones_and_devices_does_not_matter(events: list[Event], seed: int) -> None:
    items = list(_ROWS.items())
    random.Random(seed).shuffle(items)
    assert _text(explain(dict(items), events)) == _text(explain(_ROWS, events))


@_LAW
@given(_weeks())
def test_the_same_input_gives_the_same_bytes(events: list[Event]) -> None:
    assert _text(explain(_ROWS, events)) == _text(explain(_ROWS, events))


@_LAW
@given(_weeks())
def test_other_names_change_nothing(events: list[Event]) -> None:
    """New ids in the same order; the number of a twin is a matter of kinds, not of names."""
    renamed = {name: {kind: f"z-{id_}" for kind, id_ in row.items()} for name, row in _ROWS.items()}
    before, after = explain(_ROWS, events), explain(renamed, events)
    assert [[(s.component.id, s.probability) for s in incident.suspects] for incident in after.incidents] == [
        [(f"z-{s.component.id}", s.probability) for s in incident.suspects] for incident in before.incidents
    ]


@_LAW
@given(_drops(), st.integers(1, 30))
def test_a_switch_whose_phones_stay_up_changes_no_ranking(dropped: list[str], phones: int) -> None:
    """Its phones may change how sure the answer is, never which of two other parts leads clearly."""
    stranger = {phone(9000 + i): {"module": "zzz/1", "switch": "zzz", "vlan": "999@z"} for i in range(phones)}
    ranks = []
    for rows in (_ROWS, _ROWS | stranger):
        likelihood = likelihood_of(rows, dropped)
        posterior = search(likelihood)
        ranks.append({likelihood.exposure.components[number]: p for number, p in posterior.fault.items()})
    before, after = ranks
    assert Component("switch", "zzz") not in after
    leader = max(before, key=lambda component: before[component])
    if before[leader] > 0.6:
        assert max(after, key=lambda component: after[component]) == leader


@_LAW
@given(st.integers(4, 12), st.integers(0, 1000))
def test_equal_exposure_gives_equal_answers_and_is_reported(count: int, seed: int) -> None:
    """Two columns with the same phones: whichever is named, the other stands beside it, with the same probability."""
    rows: Rows = {name: row | {"closet": f"c-{row['switch']}"} for name, row in _ROWS.items()}
    dropped = random.Random(seed).sample([name for name, row in rows.items() if row["switch"] == "acc-3"], count)
    (incident,) = explain(rows, [*noise(rows, a_day=0.1), *burst(dropped, reason=6)]).incidents
    first = incident.suspects[0]
    together = {first.component, *first.equivalent}
    if Component("switch", "acc-3") in together:
        assert Component("closet", "c-acc-3") in together


@_LAW
@given(_weeks())
def test_a_kind_that_says_the_same_of_everybody_changes_no_ranking_of_the_others(events: list[Event]) -> None:
    """It is one more reason to suspect what all phones share, as the cluster is; between the parts of the network nothing changes."""
    same = {name: row | {"firmware": "one"} for name, row in _ROWS.items()}
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
