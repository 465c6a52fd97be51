"""A reason is a number and the list it comes from."""

from __future__ import annotations

import pytest

from switchcorr.model.reason import Reason, ReasonEnum, reason_enum


def test_the_same_number_means_different_things() -> None:
    names = {Reason(enum, 6).name for enum in ReasonEnum}
    assert {"ConnectivityError", "RegistrationSequenceError", "Unknown(6)"} == names
    assert Reason(ReasonEnum.TRANSIENT_CONNECTION, 28).name == "SecurityMismatch"
    assert Reason(ReasonEnum.END_POINT_UNREGISTERED, 28).name == "FallbackInitiated"


def test_labels_round_trip_and_unknown_ones_are_refused() -> None:
    for enum in ReasonEnum:
        assert reason_enum(enum.label.upper()) is enum
    with pytest.raises(ValueError, match="no such list"):
        reason_enum("Reason")
