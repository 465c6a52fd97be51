r"""A part of the network that no location names and that several named ones hang on: a distribution switch over five switches of a table of switches.

A hypothesis has three items, and five switches that lost their phones in one minute are not five faults. Of the components of a kind each is on
such a part with the same unknown probability, which is integrated out evenly: that :math:`m` of :math:`M` are has the probability

.. math:: \int_0^1 \phi^m (1 - \phi)^{M - m}\, d\phi = \frac{1}{(M + 1) \binom{M}{m}}.

Which they are is decided by what each says alone; the phones of all of them are one cell then, with one hit rate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.exposure.table import Exposure, Floats, Ints
from switchcorr.correlate.scoring.leaks import ALMOST_ALL
from switchcorr.model.campus import RISK_KINDS, Domain, risk_kind

LEAST = 4
"""Components from which they may hang on something unnamed; three can be three faults."""
OUTSIDE = 0.1
"""Share of their rate of drops that others of the kind have at most. Assumed: where all drop, those with most of it are chosen by chance."""
LEAST_HITS = 2
"""Drops that each must have. Assumed: single drops are on different components whatever made them."""
_LOOKED_AT = 64
HOLDERS = frozenset(("chain", "distribution", "block", "core", "power", "vlan", "subnet"))
"""Kinds of which one holds phones of several parts."""
_LEAST_PRIOR = 1e-3
"""Where locations name all of these: something else that several parts hang on."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """Components of one kind.

    Attributes:
        components: the one first that most speaks for.
        kind: number of their kind.
        prior: log probability of a part that these and no others hang on.
    """

    components: tuple[int, ...]
    kind: int
    prior: float


def gathered(components: Ints, hits: Floats, gains: Floats, exposure: Exposure, constants: Constants) -> Gathered | None:
    """The components of one kind that most speaks for as hanging on one part; None where less than nothing does.

    Args:
        components: those with a drop, rising.
        hits: drops of each.
        gains: log odds of each as the one fault, without its prior.
        exposure: of all phones.
        constants: of the model.
    """
    holders = sum(constants.prior_of(kind.name) for kind in RISK_KINDS if kind.name in HOLDERS and kind.name not in exposure.kinds)
    able = (hits >= LEAST_HITS) & (gains > 0) & (exposure.ways[components] == 1)
    found: list[tuple[float, Gathered]] = []
    for kind, name in enumerate(exposure.kinds):
        if risk_kind(name).domain in (Domain.NETWORK, Domain.WAN_OR_NAT) and not risk_kind(name).common:
            chosen = np.flatnonzero(able & (exposure.kind_of[components] == kind))
            chosen = chosen[np.argsort(-gains[chosen], kind="stable")]
            value, shares = _values(components[chosen], gains[chosen], exposure, kind)
            if len(value) and value.max() > 0 and _stand_out(chosen[: int(value.argmax()) + 1], components, hits, exposure, kind):
                many = int(value.argmax()) + 1
                prior = float(np.log(max(holders, _LEAST_PRIOR)) + shares[many - 1])
                found.append((float(value.max()), Gathered(tuple(components[chosen[:many]].tolist()), kind, prior)))
    found.sort(key=lambda one: -one[0])
    best = next((one for _, one in found if not _is_few(one, exposure)), None)
    alike = (
        one
        for _, one in found
        if best is not None and exposure.kinds[one.kind] == "switch" and np.array_equal(phones_of(one, exposure), phones_of(best, exposure))
    )
    return next(alike, best)  # of switches and their uplinks, which have the same phones, the switches


def phones_of(found: Gathered, exposure: Exposure) -> Ints:
    """Rows of the phones of all of them, in order."""
    rows: Ints = np.flatnonzero(exposure.on_any(slice(None), found.components))
    return rows


def _stand_out(chosen: Ints, components: Ints, hits: Floats, exposure: Exposure, kind: int) -> bool:
    """Whether the others of a kind have far fewer drops for their phones than some of its components."""
    of_kind = exposure.kind_of[components] == kind
    inside, size = float(hits[chosen].sum()), float(exposure.size[components[chosen]].sum())
    outside, others = float(hits[of_kind].sum()) - inside, float(_sizes(exposure, kind).sum()) - size
    return outside * size <= OUTSIDE * inside * others


def _values(components: Ints, gains: Floats, exposure: Exposure, kind: int) -> tuple[Floats, Floats]:
    """What speaks for the first one, two, three... of some components, and the log probability that it is so many; -inf of too few, and of all if they are nearly all."""
    own = _sizes(exposure, kind)
    count, many = float((own > 0).sum()), np.arange(1.0, len(components) + 1)
    shares = -np.log(count + 1) - (gammaln(count + 1) - gammaln(many + 1) - gammaln(count - many + 1))
    value = np.where(many >= LEAST, np.cumsum(gains) + shares, -np.inf)
    if len(value) and exposure.size[components[: int(value.argmax()) + 1]].sum() > ALMOST_ALL * own.sum():
        value[:] = -np.inf  # nearly all are, which is no part of several
    return value, shares


def _sizes(exposure: Exposure, kind: int) -> Floats:
    """Phones of each component of a kind; members of a bundle with unknown hash have none of their own."""
    own = exposure.range_of(kind)
    return np.where(exposure.ways[own] == 1, exposure.size[own], 0.0)


def _is_few(found: Gathered, exposure: Exposure) -> bool:
    """Whether their phones are, but for a few, those of a few components of another kind: four modules that are two switches."""
    phones = phones_of(found, exposure)
    of_all = float(len(phones))
    for kind in range(len(exposure.kinds)):
        for rows in (phones[:: max(1, len(phones) // _LOOKED_AT)], phones):  # a few of them show most kinds to have many
            others = np.unique(exposure.members[rows, kind])
            others = others[others >= 0]
            if len(others) >= LEAST:
                break
        if 0 < len(others) < LEAST and exposure.size[others].sum() * ALMOST_ALL <= of_all:
            return True
    return False
