"""Whether the same phones drop again and again, as those of one member of a bundle."""

from __future__ import annotations

import numpy as np
import pytest

from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.scoring.bundle_members import member_against_bundle
from switchcorr.correlate.scoring.hits import log_hits, log_hits_shared

_RATES = DEFAULT.hit_rates
_TEN = float(np.log(10))


def _told(phones: int, rate: float, bursts: int, *, member: bool, scatter: float = 0.0, tries: int = 300) -> list[float]:
    """The log ratio in simulated repeats of a member's fault, or of a bundle's that takes as many phones."""
    random = np.random.default_rng(phones + bursts)
    found = []
    for _ in range(tries):
        crossing = random.integers(2, size=phones) == 0 if member else np.full(phones, 0.5)
        own = random.gamma(1 / scatter, scatter, phones) if scatter else np.ones(phones)
        times = random.binomial(bursts, np.minimum(rate * crossing * own, 0.98))
        found.append(member_against_bundle(times[times > 0], phones, bursts, 2, DEFAULT))
    return found


@pytest.mark.parametrize(("hits", "ways"), [(0, 2), (1, 2), (7, 3), (30, 4), (48, 2)])
def test_one_burst_tells_of_the_number_of_phones_only(hits: int, ways: int) -> None:
    told = member_against_bundle(np.ones(hits, dtype=np.int64), 48.0, 1, ways, DEFAULT)
    assert told == pytest.approx(float(log_hits_shared(hits, 48, ways, _RATES) - log_hits(hits, 48, _RATES)), abs=0.05)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("phones", "rate", "bursts", "least"), [(48, 0.3, 6, 0.7), (48, 0.1, 12, 0.35), (150, 0.3, 3, 0.5), (150, 0.1, 12, 0.8)]
)
def test_repeats_of_a_member_are_told_from_those_of_its_bundle(phones: int, rate: float, bursts: int, least: float) -> None:
    member, bundle = _told(phones, rate, bursts, member=True), _told(phones, rate, bursts, member=False)
    assert np.mean(np.array(member) > _TEN) >= least
    assert np.mean(np.array(bundle) > _TEN) <= 0.02
    assert np.mean(np.array(bundle) < -_TEN) >= least


@pytest.mark.parametrize(("phones", "rate", "bursts"), [(48, 0.3, 6), (150, 0.1, 12)])
def test_phones_that_are_not_hit_alike_are_not_taken_for_those_of_a_member(phones: int, rate: float, bursts: int) -> None:
    assert np.mean(np.array(_told(phones, rate, bursts, member=False, scatter=0.5)) > np.log(100)) <= 0.03


def test_more_phones_than_the_bundle_is_said_to_have_are_its_phones() -> None:
    assert member_against_bundle(np.ones(5, dtype=np.int64), 3.0, 2, 2, DEFAULT) == member_against_bundle(
        np.ones(5, dtype=np.int64), 5.0, 2, 2, DEFAULT
    )
