"""Incidents into the store and found again, by time and by component."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from switchcorr.model.campus import Component
from switchcorr.model.incident import Correlation, Recurring
from switchcorr.store.codec import from_json, to_json
from switchcorr.store.incidents import (
    chronic_between,
    flapping_between,
    incidents_between,
    incidents_of,
    recurring_between,
    write_correlation,
)
from switchcorr.store.open import Store
from switchcorr.store.raw import RawFiles
from switchcorr.store.retention import retire
from tests.report.results import correlation, not_proven

LONG_AGO, LATER = datetime(2000, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("made", [correlation, not_proven])
def test_an_incident_comes_back_as_it_was(store: Store, made: Callable[[], Correlation]) -> None:
    result = made()
    assert write_correlation(store, result) == len(result.incidents)
    assert incidents_between(store, LONG_AGO, LATER) == tuple(sorted(result.incidents, key=lambda one: (one.start, one.id)))


def test_an_incident_told_again_takes_the_place_of_the_first(store: Store) -> None:
    result = correlation()
    write_correlation(store, result)
    grown = replace(result, incidents=(replace(result.incidents[0], events=999),))
    assert write_correlation(store, grown) == 0
    (found,) = incidents_between(store, LONG_AGO, LATER)
    assert found.events == 999


def test_incidents_of_a_component_are_found(store: Store) -> None:
    result = correlation()
    write_correlation(store, result)
    incident = result.incidents[0]
    cause = incident.causes[0]
    span = incident.start - timedelta(days=90), incident.end
    for component in (cause.component, *cause.equivalent):
        assert incidents_of(store, component, *span) == (incident,)
    assert incidents_of(store, Component("module", "nothing/9"), *span) == ()
    assert incidents_of(store, cause.component, LONG_AGO, LONG_AGO) == ()
    named = {(one.component.kind, one.component.id) for one in incident.causes}
    for suspect in incident.suspects:
        if (suspect.component.kind, suspect.component.id) not in named:
            assert incidents_of(store, suspect.component, *span) == ()
            assert incidents_of(store, suspect.component, *span, causes_only=False) == (incident,)


def test_a_recurring_component_is_kept_by_its_span(store: Store) -> None:
    again = Recurring(Component("module", "acc-1/3"), 4, 0.99, 30, 40, (Component("asic", "acc-1/3/0"),))
    result = replace(correlation(), start=LONG_AGO, end=LATER, recurring=(again,))
    for _ in range(2):
        write_correlation(store, result)
    assert recurring_between(store, LONG_AGO, LATER) == (again,)
    assert recurring_between(store, LONG_AGO, LONG_AGO) == ()


def test_a_phone_that_drops_by_itself_is_one_row_for_each_day_on_which_it_does(store: Store) -> None:
    result = correlation()
    phone = replace(result.flapping[0], last=datetime(2026, 11, 20, 9, tzinfo=UTC))
    later = replace(phone, drops=213, last=datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC))
    next_day = replace(phone, drops=7, last=datetime(2026, 11, 21, tzinfo=UTC))
    for told in (phone, later, next_day):
        write_correlation(store, replace(result, flapping=(told,)))
    assert flapping_between(store, LONG_AGO, LATER) == (next_day, later)
    assert flapping_between(store, LONG_AGO, later.last) == (later,)
    assert flapping_between(store, next_day.last, LATER) == (next_day,)


def test_a_part_whose_phones_drop_one_by_one_is_one_row_for_each_day_whichever_of_its_equals_leads(store: Store) -> None:
    result = correlation("acc-12")
    part = replace(result.chronic[0], last=datetime(2026, 11, 20, 9, tzinfo=UTC))
    later = replace(part, component=part.equivalent[0], equivalent=(part.component,), last=datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC))
    next_day = replace(part, drops=7, last=datetime(2026, 11, 21, tzinfo=UTC))
    for told in (part, later, next_day):
        write_correlation(store, replace(result, chronic=(told,)))
    assert chronic_between(store, LONG_AGO, LATER) == (next_day, later)
    over = replace(next_day, until=next_day.last, last=datetime(2026, 11, 23, tzinfo=UTC))
    write_correlation(store, replace(result, chronic=(over,)))
    assert chronic_between(store, next_day.last, LATER) == (over,), "it was so up to that day and no longer"


def test_old_incidents_go_with_their_components(store: Store, tmp_path: Path) -> None:
    write_correlation(store, correlation())
    retire(store, RawFiles(tmp_path), raw_before=LATER, facts_before=LATER)
    assert incidents_between(store, LONG_AGO, LATER) == ()
    assert flapping_between(store, LONG_AGO, LATER) == ()
    assert chronic_between(store, LONG_AGO, LATER) == ()
    assert incidents_of(store, correlation().incidents[0].causes[0].component, LONG_AGO, LATER, causes_only=False) == ()


def test_json_is_the_same_for_equal_values_and_unknown_fields_are_passed_over() -> None:
    component = Component("module", "acc-1/3", "label")
    assert to_json(component) == '{"id":"acc-1/3","kind":"module","label":"label"}'
    assert from_json(Component, '{"id":"a","kind":"b","later":1}') == Component("b", "a")
    with pytest.raises(ValueError, match="no Component"):
        from_json(Component, '{"id":"a"}')
