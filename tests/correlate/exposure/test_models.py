"""Models of phones that the types in a log tell, and when they tell nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from switchcorr.correlate.exposure.apart import is_told_apart
from switchcorr.correlate.exposure.table import Exposure, expose
from switchcorr.model.campus import Campus, empty_campus
from switchcorr.model.event import Event, EventKind
from tests.correlate.scenes import NOON, alert, campus_of, drop, log_of, phone

_TYPES = {phone(number): (684, 622, 622)[number % 3] for number in range(60)}
_8851, _7841 = "IP Phone 8851", "IP Phone 7841"


def _told(types: Mapping[str, int], *, apart: timedelta = timedelta(minutes=10)) -> list[Event]:
    """Phones that drop one after the other."""
    return [replace(drop(name, NOON + place * apart), device_type=type_) for place, (name, type_) in enumerate(types.items())]


def _models(events: Iterable[Event], campus: Campus | None = None) -> dict[str, str]:
    return _of(expose(log_of(events), campus or empty_campus()))


def _of(exposure: Exposure) -> dict[str, str]:
    if "model" not in exposure.kinds:
        return {}
    column = exposure.members[:, exposure.kinds.index("model")].tolist()
    return {name: exposure.components[number].id for name, number in zip(exposure.phones, column, strict=True) if number >= 0}


def test_the_log_tells_the_model_of_each_phone_that_it_names() -> None:
    found = _models([*_told(_TYPES), alert(NOON), drop(phone(90), NOON)])
    assert found == {name: _8851 if type_ == 684 else _7841 for name, type_ in _TYPES.items()}


def test_it_is_said_and_tests_no_part_of_the_network() -> None:
    exposure = expose(log_of(_told(_TYPES)), empty_campus())
    assert "the models of 60 phones are those of their device types in the log" in exposure.assumptions
    assert exposure.from_log == {"node", "cluster", "model", "firmware"}
    assert not exposure.located.any()
    named = campus_of({name: {"model": "x"} for name in _TYPES})
    assert expose(log_of(_told(_TYPES)), named).from_log == {"node", "cluster", "firmware"}


def test_what_has_no_port_and_unknown_types_have_no_model() -> None:
    further = {"CTI-1": 72, phone(91): 255}
    assert set(_models(_told(_TYPES | further))) == set(_TYPES)
    assert _models(_told(_TYPES | {phone(92): 36999}))[phone(92)] == "device type 36999"


def test_the_last_event_of_a_phone_tells_its_model() -> None:
    replaced = replace(drop(phone(0), NOON + timedelta(days=2), kind=EventKind.REGISTERED), device_type=622)
    assert _models([replaced, *_told(_TYPES)])[phone(0)] == _7841


def test_nearly_one_model_and_the_log_of_one_incident_tell_nothing() -> None:
    assert _models(_told({name: 684 if place < 55 else 622 for place, name in enumerate(_TYPES)})) == {}
    assert len(_models(_told({name: 684 if place < 53 else 622 for place, name in enumerate(_TYPES)}))) == 60
    assert _models(_told(_TYPES, apart=timedelta(seconds=1))) == {}
    assert _models([drop(name, NOON + timedelta(hours=place)) for place, name in enumerate(_TYPES)]) == {}


def test_silent_phones_are_of_the_models_around_them() -> None:
    rows = {phone(number): {"switch": f"acc-{number % 3}"} for number in range(90)}
    exposure = expose(log_of(_told(_TYPES)), campus_of(rows))
    found = _of(exposure)
    assert len(found) == 90
    assert {found[phone(number)] for number in range(60, 90, 3)} == {_8851}
    said = "30 endpoints that the log does not name are taken to be spread over phone model as those that it names around them"
    assert said in exposure.assumptions
    with_port = expose(log_of(_told(_TYPES)), campus_of(rows | {"CTI-1": {"switch": "acc-0"}}))
    assert "CTI-1" not in _of(with_port)


def test_beside_models_of_the_locations_only_these_are_entered() -> None:
    rows = {name: {"model": _8851} for name in list(_TYPES)[:3]} | {phone(95): {"switch": "acc-1"}}
    found = _models(_told(_TYPES), campus_of(rows))
    assert set(found.values()) == {_8851}
    assert found[phone(1)] == _8851  # as the locations say
    assert set(found) == {phone(number) for number in range(60) if number < 3 or number % 3 == 0}


@pytest.mark.parametrize(
    ("rows", "times", "drops", "apart"),
    [
        ([], [], [], False),
        ([1, 2], [0, 0], [0, 0], True),
        ([1, 2, 3, 4], [0, 1, 2, 3], [1, 1, 1, 1], False),
        ([1, 2, 3, 4], [0, 3700, 5900, 10], [1, 1, 1, 1], False),
        ([1, 2, 3, 4], [0, 10, 9000, 19000], [1, 1, 1, 1], True),
        ([1, 2, 3, 4, 1, 2], [0, 1, 2, 3, 9000, 90000], [1, 1, 1, 1, 1, 1], True),
        ([1, 2, 3, 4, 1, 2], [0, 1, 2, 3, 9000, 90000], [1, 1, 1, 1, 0, 0], False),
        ([1, 2, 3, 4], [0, 1, 9000, 90000], [1, 1, 0, 0], True),
        ([1, 2, 3], [-np.inf, -np.inf, -np.inf], [1, 1, 1], False),
    ],
)
def test_a_log_tells_of_phones_apart_from_its_busiest_minutes(rows: list[int], times: list[float], drops: list[int], apart: bool) -> None:
    assert is_told_apart(np.array(rows, dtype=np.int64), np.array(times, dtype=float), np.array(drops, dtype=bool)) is apart
