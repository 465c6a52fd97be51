"""What can be claimed of a window: up to three items, each a component and the way it explains drops. No item is "nothing shared"."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace

import numpy as np

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.exposure import Exposure, Floats
from switchcorr.model.campus import RISK_KINDS, Domain, risk_kind


class ItemKind(enum.IntEnum):
    """How an item explains drops."""

    FAULT = 0
    ADMINISTRATIVE = 1
    BENIGN = 2
    """An innocent cluster of a few phones: a desk move."""
    UNSEEN = 3
    """A part of the network that the drops' phones share and that the locations do not show."""


UNSEEN_COMPONENT = -1


@dataclass(frozen=True, slots=True, order=True)
class Item:
    """A component (a number in the exposure; -1 for the unseen one) and how it explains."""

    component: int
    kind: ItemKind


Hypothesis = tuple[Item, ...]
NOTHING: Hypothesis = ()


@dataclass(frozen=True, slots=True, eq=False)
class Priors:
    """Log prior odds per component, before the data.

    Attributes:
        fault: of each component.
        odds: of each component, what switches and servers say of it.
        administrative: of each component; -inf where its kind has none.
        benign: of an innocent cluster of one module.
        unseen: of a shared part of the network without any location.
        nothing: of the empty hypothesis.
        further: added for each item but the first.
    """

    fault: Floats
    odds: Floats
    administrative: Floats
    benign: float
    unseen: float
    nothing: float
    further: float

    def with_odds(self, odds: Floats) -> Priors:
        """With what speaks for and against each component apart from the phones; it enters here, so that it can rescue a component."""
        return replace(self, odds=odds)


def priors(exposure: Exposure, constants: Constants) -> Priors:
    """Prior of each item, before any evidence."""
    count = np.diff(exposure.first_of)
    spread = np.log(np.maximum(count, 1))
    chance = [risk_kind(kind).prior for kind in exposure.kinds]
    administrative = dict(constants.p_administrative)
    with np.errstate(divide="ignore"):
        managed = np.log([administrative.get(kind, 0.0) for kind in exposure.kinds])
    fault = np.log(chance)
    modules = count[exposure.kinds.index("module")] if "module" in exposure.kinds else 0
    network = sum(
        kind.prior for kind in RISK_KINDS if kind.domain in (Domain.NETWORK, Domain.WAN_OR_NAT) and kind.name not in exposure.kinds
    )
    return Priors(
        fault=np.repeat(fault - spread, count),
        odds=np.zeros(len(exposure.components)),
        administrative=np.repeat(managed - spread, count),
        benign=float(np.log(constants.p_benign / max(1, modules))),
        unseen=float(np.log(max(network, 1e-3))),
        nothing=float(np.log(constants.p_nothing)),
        further=float(np.log(constants.further_item)),
    )
