r"""How often a healthy part shows as many errors as this one: the tail of its healthy distribution, from plain numbers.

Three groups speak, each shrunk to the one before it by one pseudo-observation of weight 1:

.. math::
    t_0 = P_{any} / \sqrt{1 + x / x_0}, \qquad
    t_{net} = \frac{\#\{y \ge x / c\} + t_0}{n + 1}, \qquad
    t_{sib} = \frac{\#\{y \ge x / c\} + t_{net}}{n + 1}

:math:`t_0` is what is believed before any data, :math:`t_{net}` counts the parts of the kind on other devices, :math:`t_{sib}` the siblings on
the same device, over the same time. A part with a history is its own measure as well: :math:`t = \sqrt{t_{sib} \, t_{own}}` with
:math:`t_{own}` from its own earlier and later intervals. So what was always as bad counts half as a logarithm: its history says nothing
new, its siblings still do. All amounts are errors an hour. The tail falls as the amount rises.

Source: empirical-Bayes shrinkage (Robbins 1956); errors of a healthy network are heavy-tailed (CorrOpt, SIGCOMM 2017).
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import timedelta

P_ANY = 0.3
"""Share of healthy parts with any error at all, before any data. Assumed."""
NOISE_PER_HOUR = 1.0
"""Errors an hour from which the belief in a healthy part falls. Assumed."""
ALIKE = 3.0
"""Two parts are as bad as each other when one has at most this many times the errors of the other. Assumed."""

UNKNOWN_SPAN = timedelta(days=1)
"""Over how long errors are taken to have been counted where no time is known. Assumed."""


@dataclass(frozen=True, slots=True)
class Amount:
    """What one part showed over one time.

    Attributes:
        part: which one.
        group: its siblings' common device.
        step: which time; parts are compared over the same one.
        rate: errors an hour.
    """

    part: Hashable
    group: str
    step: int
    rate: float


def healthy_tails(amounts: Sequence[Amount]) -> list[float]:
    """The tail of each amount, in order; of an amount of 0, how often a healthy part has any error.

    Args:
        amounts: of all parts of one kind that were polled, over all times.
    """
    network: dict[int, list[float]] = defaultdict(list)
    device: dict[tuple[int, str], list[float]] = defaultdict(list)
    history: dict[Hashable, list[float]] = defaultdict(list)
    for one in amounts:
        network[one.step].append(one.rate)
        device[one.step, one.group].append(one.rate)
        history[one.part].append(one.rate)
    for rates in (*network.values(), *device.values(), *history.values()):
        rates.sort()
    return [_tail(one.rate, network[one.step], device[one.step, one.group], history[one.part]) for one in amounts]


def tail_among(rate: float, rates: Sequence[float], unlisted: int = 0) -> float:
    """The tail of one amount among parts of which nothing but their amounts is known.

    Args:
        rate: the amount.
        rates: of all parts, sorted; its own is one of them.
        unlisted: how many further parts there are, without errors.
    """
    return (_reaching(rate, rates) - int(rate > 0) + prior_tail(rate)) / (len(rates) + unlisted)


def prior_tail(rate: float) -> float:
    """What is believed before any data.

    >>> prior_tail(0.0), round(prior_tail(1000.0), 4)
    (0.3, 0.0095)
    """
    return P_ANY / math.sqrt(1.0 + rate / NOISE_PER_HOUR)


def _tail(rate: float, network: Sequence[float], device: Sequence[float], history: Sequence[float]) -> float:
    """See the module; each group is sorted and holds the part itself, the network also its siblings."""
    here = _reaching(rate, device)
    elsewhere = (_reaching(rate, network) - here + prior_tail(rate)) / (len(network) - len(device) + 1)
    own = int(rate > 0)  # the part itself is among the reaching ones, unless nothing is asked of it
    siblings = (here - own + elsewhere) / len(device)
    if len(history) == 1:
        return siblings
    return math.sqrt(siblings * (_reaching(rate, history) - own + siblings) / len(history))


def _reaching(rate: float, rates: Sequence[float]) -> int:
    """How many are as bad; for an amount of 0, how many have any."""
    return len(rates) - (bisect_left(rates, rate / ALIKE) if rate > 0 else bisect_right(rates, 0.0))
