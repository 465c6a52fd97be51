"""The pause of the cyclic collector ends, whatever happens in it."""

from __future__ import annotations

import gc

import pytest

from switchcorr.jobs.building import collector_paused


def test_the_collector_rests_inside_and_goes_on_afterwards() -> None:
    with collector_paused(), collector_paused():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), collector_paused():
        _ = 1 // 0
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with collector_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
