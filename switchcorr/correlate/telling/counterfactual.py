r"""What would have been seen if another suspect were the cause, counted, with what that says against it.

With :math:`c` the cause, :math:`a` another component, :math:`L(S)` the likelihood of the drops of the phones :math:`S` as one
cell and :math:`B(S)` as background, the drops alone favour :math:`c` by

.. math:: [\ln L(c) + \ln B(a \setminus c)] - [\ln L(a) + \ln B(c \setminus a)]

The hit rate that :math:`a` would have is taken from the phones of both; with it so many of its other phones were to be expected.
Reasons, leaks and facts apart from phones are left out: they are told on their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import betaln

from switchcorr.correlate.exposure.table import Bools, Exposure
from switchcorr.correlate.scoring.hits import log_hits, log_hits_shared
from switchcorr.correlate.scoring.likelihood import Likelihood
from switchcorr.correlate.scoring.search import Posterior
from switchcorr.model.campus import Domain
from switchcorr.model.incident import Evidence, EvidenceKind
from switchcorr.model.wording import component_name
from switchcorr.text import counted

SHOWN = 3
_LEAST_COMMON = 2
"""That a phone's own port or any other part with one drop is not the cause of many needs no words."""
_USUAL = (("node", "cluster"), ("switch",), ("module",), ("vlan",))
"""Kinds whose most hit component is asked about, whether it is suspected or not; of a group the first that there is."""


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """Another component against the cause.

    Attributes:
        expected: drops that were to be expected among its phones that the cause does not have.
        others, seen: how many such phones there are, and how many of them dropped.
        left, left_seen: the cause's phones that it does not have, and how many of them dropped.
        log_ratio: of the drops under the cause and under it.
    """

    expected: float
    others: int
    seen: int
    left: int
    left_seen: int
    log_ratio: float


def counterfactuals(likelihood: Likelihood, posterior: Posterior, component: int) -> Iterator[Evidence]:
    """A sentence for each of the next suspects and usual alternatives of other kinds that have phones of the cause that dropped."""
    kinds: set[str] = set()
    for other in _alternatives(likelihood, posterior, component):
        kind = likelihood.exposure.components[other].kind
        if kind in kinds or len(kinds) == SHOWN:
            continue
        found = against(likelihood, component, other)
        if found is not None and (text := _sentence(likelihood, component, other, found)):
            kinds.add(kind)
            yield Evidence(EvidenceKind.COUNTERFACTUAL, text, found.log_ratio)


def against(likelihood: Likelihood, component: int, other: int) -> Counterfactual | None:
    """The counts and the log ratio of another component against a cause; None if not two of the cause's dropped phones are on it."""
    exposure = likelihood.exposure
    mine = _dropped(likelihood, component)
    theirs = exposure.exposed(likelihood.covariates.row_cells, other)
    both = mine & theirs
    if both.sum() < _LEAST_COMMON:
        return None
    smaller, larger = sorted((component, other), key=lambda number: float(exposure.size[number]))
    members = exposure.phones_of(smaller)
    members = members[exposure.exposed(exposure.members[members], larger)]
    common, expected_common = len(members), float(likelihood.background.per_second[members].sum()) * likelihood.covariates.seconds
    sizes = [float(exposure.size[number]) for number in (component, other)]
    rates, hits = likelihood.constants.hit_rates, [int(mine.sum()), int(theirs.sum())]
    ways = int(exposure.ways[component])
    own = log_hits_shared(hits[0], sizes[0], ways, rates) if ways > 1 else log_hits(hits[0], sizes[0], rates)
    of_cause = float(own) + _alone(likelihood, theirs & ~mine, other, expected_common)
    of_other = float(log_hits(hits[1], sizes[1], rates)) + _alone(likelihood, mine & ~theirs, component, expected_common)
    others, left = int(sizes[1]) - common, int(sizes[0]) - common
    k = int(both.sum())
    rate = hit_rate_after(k, common, rates)
    return Counterfactual(rate * others, others, hits[1] - k, left, hits[0] - k, of_cause - of_other)


def hit_rate_after(hits: int, phones: int, rates: tuple[tuple[float, float, float], ...]) -> float:
    """Mean of a fault's hit rate after so many drops of so many phones.

    >>> round(hit_rate_after(31, 46, ((1.0, 1.0, 1.0),)), 3)
    0.667
    """
    weight, a, b = (np.array(column) for column in zip(*rates, strict=True))
    log_share = np.log(weight) + betaln(a + hits, b + phones - hits) - betaln(a, b)
    share = np.exp(log_share - np.logaddexp.reduce(log_share))
    return float((share * (a + hits) / (a + b + phones)).sum())


def _alternatives(likelihood: Likelihood, posterior: Posterior, component: int) -> list[int]:
    """The first suspect, the most hit component of each usual kind, then the other suspects; without the cause and its twins."""
    exposure = likelihood.exposure
    mine = _dropped(likelihood, component)
    cells = likelihood.covariates.row_cells[mine]
    usual = []
    for group in _USUAL:
        columns = [cells[:, exposure.kinds.index(kind)] for kind in group if kind in exposure.kinds]
        at = columns[0][columns[0] >= 0] if columns else np.zeros(0, dtype=np.int64)
        usual += [int(np.bincount(at).argmax())] if len(at) else []
    server = exposure.domain_of(component) is Domain.CALL_SERVER
    usual.sort(key=lambda number: (exposure.domain_of(number) is Domain.CALL_SERVER) is server)  # the other side first
    own = int(exposure.twin[component])
    suspects = [number for number in posterior.fault if posterior.fault[number] > 0 and number != own]
    return _of_other_phones(exposure, own, [*suspects[:1], *usual, *suspects])


def _of_other_phones(exposure: Exposure, own: int, numbers: Sequence[int]) -> list[int]:
    return [n for n in dict.fromkeys(numbers) if exposure.ways[n] == 1 and exposure.twin[n] != own and exposure.size[n] > 0]


def _dropped(likelihood: Likelihood, component: int) -> Bools:
    """Which of the rows that dropped a component has."""
    return likelihood.exposure.exposed(likelihood.covariates.row_cells, component)


def _alone(likelihood: Likelihood, chosen: Bools, component: int, expected_common: float) -> float:
    """Log likelihood, as background, of the chosen drops among a component's phones without the common ones."""
    first = np.unique(likelihood.sample.row, return_index=True)[1]
    expected = float(likelihood.covariates.expected[likelihood.exposure.path[component]]) - expected_common
    return float(likelihood.covariates.chance[first][chosen].sum()) - max(expected, 0.0)


def _sentence(likelihood: Likelihood, component: int, other: int, found: Counterfactual) -> str:
    """Either what would have dropped and did not, or what dropped and would not have; empty if neither is much."""
    cause, suspect = (component_name(likelihood.exposure.components[number]) for number in (component, other))
    if found.log_ratio < 0 and found.left:
        stayed = f"{found.left_seen:,} of the other {counted(found.left, 'phone')} of {cause} dropped"
        return f"{suspect} would explain the drops as well or better: {stayed}"
    if found.left_seen > max(found.expected - found.seen, 0):
        dropped = f"{found.left_seen:,} of the other {counted(found.left, 'phone')} of {cause} dropped too"
        return f"if {suspect} were the cause, only its own phones would have dropped; {dropped}"
    if found.expected >= 1:
        would = f"about {round(found.expected):,} of its {found.others:,} other phones would have dropped too"
        return f"if {suspect} were the cause, {would}; {found.seen:,} did"
    return ""
