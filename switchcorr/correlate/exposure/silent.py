r"""To which server silent phones belong, where only the log tells: only those that dropped are known, and a share of these is no share of all.

Of a node that is known by its drops alone nearly every known phone has dropped, so any burst below one node would be that node's fault.
The phones that the log does not name are therefore spread over the nodes as those that it names: within a switch as there, and where that
tells little as in its block, its site, its VLAN, what columns of a table with names of their own tell (building), and everywhere, by

.. math:: s_{gv} = \frac{n_{gv} + c\,\bar s_{gv}}{n_g + c}

with :math:`n_{gv}` the known phones of server :math:`v` in group :math:`g`, :math:`\bar s_{gv}` the share in the groups around it, and :math:`c` for each
kind of group the value that foretells each known phone's server best from the others. Where whole buildings have one server, :math:`c` comes
out small and the building's silent phones all get that server; where servers are mixed, it comes out large. Phones that are first heard in
a crowded window count less: a stalled server's phones drop all at once, and that is no sign of how many there are.
Source: Dirichlet shrinkage, its weight by leave-one-out prediction (Stone 1974).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

AROUND = ("vlan", "site", "block", "switch", "device_pool")
"""Groups whose phones are likely to share a server, each within the one before; of a device pool all do. A VLAN may be that of a whole site."""
TOLD_TOGETHER_S = 300.0
"""Phones first heard within so many seconds may have dropped for one cause. Assumed: a little over a window."""
WEIGHTS = (300.0, 30.0, 3.0, 0.3, 0.03)
"""Phones that the groups around one weigh against its own; the first of equally good ones is taken. Assumed."""
_GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0
"""Step that spreads any run of phones evenly."""


def spread_silent(server: Ints, heard: Floats, groups: Sequence[Ints], *, others: bool = False) -> Ints:
    """The server of each phone: as known, or as silent ones are spread; -1 of those of which nothing tells it.

    Args:
        server: of each phone, -1 where the log does not tell.
        heard: of each phone, when the log first named it, seconds since 1970; NaN if it never did. Only these phones are silent.
        groups: coarse to fine, the group of each phone or -1.
        others: whether there are servers that no known phone has. If all known phones have one, phones of groups in which none is known may have these.
    """
    known, silent = np.flatnonzero(server >= 0), np.flatnonzero((server < 0) & np.isnan(heard))
    votes = _votes(heard[known])
    width = int(server.max()) + 1
    total = np.bincount(server[known], weights=votes, minlength=width)
    share = np.tile(total / total.sum(), (1, 1))
    of = np.zeros(len(server), dtype=np.int64)
    for group in groups:
        share, of = _within(share, of, group, server, known, votes)
    order = np.argsort(-total, kind="stable")
    rank = _ranked(of, silent)
    until = np.cumsum(share[:, order], axis=1)[of[silent]]
    place = (until[:, :-1] < ((0.5 + rank * _GOLDEN) % 1.0)[:, np.newaxis]).sum(axis=1)
    whole = server.copy()
    whole[silent] = order[place]
    if others and width == 1 and groups:
        whole[silent[_apart(groups, known)[silent]]] = -1
    return whole


def _apart(groups: Sequence[Ints], known: Ints) -> Bools:
    """Which phones are in groups, and in none in which the server of a phone is known."""
    grouped = np.any([group >= 0 for group in groups], axis=0)
    unheard = np.all([(group < 0) | ~np.isin(group, group[known]) for group in groups], axis=0)
    return np.asarray(grouped & unheard)


def _votes(heard: Floats) -> Floats:
    """How much each known phone counts: less, if more phones than usual are first heard with it."""
    _, window, count = np.unique(np.nan_to_num(heard, nan=-1.0) // TOLD_TOGETHER_S, return_inverse=True, return_counts=True)
    votes: Floats = np.minimum(1.0, float(np.median(count)) / count[window])
    return votes


def _within(share: Floats, of: Ints, group: Ints, server: Ints, known: Ints, votes: Floats) -> tuple[Floats, Ints]:
    """Shares in finer groups, and of each phone its group among them; phones without a group keep those of the groups around."""
    around = np.where(group >= 0, -1, of)
    keys, fine = np.unique(np.stack([around, group]), axis=1, return_inverse=True)
    fine = fine.reshape(-1)
    count, width = keys.shape[1], share.shape[1]
    phones = np.bincount(fine, minlength=count)
    outer = np.stack([np.bincount(fine, weights=share[of, v], minlength=count) for v in range(width)], axis=1) / phones[:, np.newaxis]
    n = np.bincount(fine[known] * width + server[known], weights=votes, minlength=count * width).reshape(count, width)
    n[keys[1] < 0] = 0.0
    mine = known[group[known] >= 0]
    own, rest = votes[group[known] >= 0], n.sum(axis=1)
    at, which = fine[mine], server[mine]
    best, chosen = -np.inf, WEIGHTS[0]
    for weight in WEIGHTS:
        told = (n[at, which] - own + weight * outer[at, which]) / (rest[at] - own + weight)
        foretold = float((own * np.log(np.maximum(told, 1e-12))).sum())
        if foretold > best + 1e-9:
            best, chosen = foretold, weight
    return (n + chosen * outer) / (rest + chosen)[:, np.newaxis], fine


def _ranked(of: Ints, silent: Ints) -> Ints:
    """Place of each silent phone in one row of all, group by group in the order of their first phones."""
    _, first, inverse = np.unique(of[silent], return_index=True, return_inverse=True)
    order = np.lexsort((silent, first[inverse]))
    rank = np.empty(len(silent), dtype=np.int64)
    rank[order] = np.arange(len(silent))
    return rank
