"""What a reason code says, and by how much at most."""

from __future__ import annotations

import numpy as np
import pytest

from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.drops.reasons import (
    ReasonClass,
    administrative_profile,
    background_profile,
    fault_profile,
    reason_class,
    words_of,
)
from switchcorr.model.campus import RISK_KINDS
from switchcorr.model.reason import ReasonEnum

_MIX = DEFAULT.profile_mix
_PROFILES = {kind.name: fault_profile(kind.name, _MIX) for kind in RISK_KINDS}


@pytest.mark.parametrize(
    ("enum_", "code", "expected"),
    [
        (ReasonEnum.END_POINT_UNREGISTERED, 13, ReasonClass.KEEPALIVE),
        (ReasonEnum.END_POINT_UNREGISTERED, 6, ReasonClass.CONNECTIVITY),
        (ReasonEnum.END_POINT_UNREGISTERED, 8, ReasonClass.INITIATED),
        (ReasonEnum.END_POINT_UNREGISTERED, 28, ReasonClass.SCHEDULED),
        (ReasonEnum.END_POINT_UNREGISTERED, 22, ReasonClass.CONNECTIVITY),
        (ReasonEnum.END_POINT_UNREGISTERED, 7, ReasonClass.SERVER_RESTART),
        (ReasonEnum.END_POINT_UNREGISTERED, 77, ReasonClass.UNKNOWN),
        (ReasonEnum.DEVICE_UNREGISTERED, 8, ReasonClass.INITIATED_BEFORE_8),
        (ReasonEnum.DEVICE_UNREGISTERED, 13, ReasonClass.KEEPALIVE),
        (ReasonEnum.TRANSIENT_CONNECTION, 28, ReasonClass.PROTOCOL),
        (ReasonEnum.TRANSIENT_CONNECTION, 6, ReasonClass.CONNECTIVITY),
        (ReasonEnum.TRANSIENT_CONNECTION, 23, ReasonClass.SERVER_RESTART),
        (ReasonEnum.TRANSIENT_CONNECTION, 30, ReasonClass.SERVER_RESTART),
        (ReasonEnum.TRANSIENT_CONNECTION, 31, ReasonClass.SERVER_RESTART),
        (ReasonEnum.STATION_CONNECTION_ERROR, 8, ReasonClass.CONNECTIVITY),
        (ReasonEnum.STATION_CONNECTION_ERROR, 2, ReasonClass.KEEPALIVE),
        (ReasonEnum.PHONE, 13, ReasonClass.CONNECTIVITY),
        (ReasonEnum.PHONE, 10, ReasonClass.KEEPALIVE),
        (ReasonEnum.NONE, 13, ReasonClass.UNKNOWN),
    ],
)
def test_the_same_number_means_what_its_list_says(enum_: ReasonEnum, code: int, expected: ReasonClass) -> None:
    assert reason_class(enum_, code) is expected


@pytest.mark.parametrize("name", _PROFILES)
def test_one_reason_moves_the_odds_by_a_bounded_amount(name: str) -> None:
    moved = np.abs(_PROFILES[name] - background_profile(_MIX))
    assert moved.max() < np.log(50)


@pytest.mark.parametrize("name", _PROFILES)
def test_an_unknown_reason_and_code_8_of_old_versions_speak_for_no_kind_of_fault(name: str) -> None:
    for class_ in (ReasonClass.UNKNOWN, ReasonClass.INITIATED_BEFORE_8):
        assert _PROFILES[name][class_] == background_profile(_MIX)[class_]


def test_time_outs_alone_do_not_separate_network_and_server() -> None:
    for class_ in (ReasonClass.CONNECTIVITY, ReasonClass.KEEPALIVE):
        assert abs(_PROFILES["module"][class_] - _PROFILES["cluster"][class_]) < 1.0


def test_logins_and_resets_speak_for_an_administrator() -> None:
    profile = administrative_profile(_MIX)
    assert profile[ReasonClass.LOGIN] > max(own[ReasonClass.LOGIN] for own in _PROFILES.values()) + 2
    assert profile[ReasonClass.INITIATED_BEFORE_8] < background_profile(_MIX)[ReasonClass.INITIATED_BEFORE_8]


def test_every_class_has_words() -> None:
    assert len({words_of(class_) for class_ in ReasonClass}) == len(ReasonClass)
