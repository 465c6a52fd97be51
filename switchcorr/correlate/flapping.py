r"""Phones that drop again and again, each by itself: a bad patch cable, a dying port, a broken phone. No incident, for no other phone shares it.

Of :math:`N` phones, phone :math:`i` has :math:`k_i` drops of its own. The phones of a site do not all drop at one rate, so a number of drops is
negative binomial with a mean :math:`m` and a shape :math:`a`, and a phone is listed that has ``flapping_drops`` of them and

.. math:: N \cdot P(K \ge k_i) < p, \qquad P(K \ge k) = I_{m/(m+a)}(k, a),

with the regularised incomplete beta function :math:`I` and :math:`p` = ``p_flapping``. Mean and variance :math:`s^2` are those of the
phones that are not listed: the half of the phones that drop least begins, and whoever is not improbable beside those
(``p_flapping_usual``) is taken in, until nobody is. So phones that flap do not hide each other, and a site whose phones all do lists none.
The shape holds how unlike the phones are, :math:`v = \max((s^2 - m)/m^2, v_0)` with :math:`v_0` = ``flapping_scatter``, and how little is known
of the mean from :math:`n` phones with :math:`d` drops, one phone more with the rate before any data among them:

.. math:: 1/a = v (1 + 1/n) + 1/d.

Source: Gamma-Poisson mixtures, Greenwood and Yule (1920); outliers that hide each other, Hadi (1992), who grows a clean half likewise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
from scipy.special import betainc

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.detection.case import Case
from switchcorr.correlate.drops.reasons import ON_PURPOSE, ReasonClass, reason_class
from switchcorr.correlate.drops.table import Drops
from switchcorr.correlate.exposure.groups import grouped
from switchcorr.correlate.exposure.table import Bools, Exposure, Ints
from switchcorr.correlate.telling.incidents import Scene
from switchcorr.correlate.telling.next_steps import phone_step
from switchcorr.correlate.telling.sentences import name_of
from switchcorr.model.event import EventLog
from switchcorr.model.incident import FlappingPhone, Incident
from switchcorr.model.moments import moment_of
from switchcorr.model.reason import Reason, ReasonEnum

_AGAIN = 2
"""Drops that it takes to do anything again, whatever a site sets."""
_LEAST = 1e-9
_ROUNDED_S = 1e-3
"""By how much the times of an incident may be off those of its drops."""
_PARTS = ("asic", "module", "switch")
"""Where several such phones may be together, the smallest first."""


@dataclass(frozen=True, slots=True, eq=False)
class _Own:
    """Drops of phones by themselves, those of one phone after those of another, each in order of time.

    Attributes:
        place: in the table of all drops.
        row: of the phone.
    """

    place: Ints
    row: Ints

    def of(self, row: int) -> Ints:
        """Places of one phone's drops."""
        first, last = np.searchsorted(self.row, [row, row + 1])
        own: Ints = self.place[first:last]
        return own


@dataclass(frozen=True, slots=True)
class Usual:
    """How often a phone of a site drops: the mean, and the most that is not far more often."""

    mean: float
    most: int


def find_flapping(scene: Scene, case: Case, incidents: Sequence[Incident], span: slice) -> tuple[FlappingPhone, ...]:
    """The phones that drop by themselves far more often than those of their site, most drops first.

    Args:
        scene: the log and the network.
        case: with the drops that no move to another desk explains.
        incidents: whose drops are not the phones' own, see ``own_drops``.
        span: of the drops that are asked about.
    """
    exposure, constants = case.exposure, case.constants
    phones = exposure.is_phone | exposure.located
    own = _apart(
        case.drops, np.flatnonzero(own_drops(case.drops, exposure, incidents, span, constants) & phones[case.drops.row]), constants
    )
    counts = np.bincount(own.row, minlength=len(exposure.phones))
    value, having = np.unique(counts[phones], return_counts=True)
    usual = usual_drops(value, having, constants.mean_rate_per_day * case.drops.only(_chosen(case.drops, span)).days, constants)
    rows = np.flatnonzero(phones & (counts > usual.most))
    rows = rows[np.argsort(-counts[rows], kind="stable")]
    shared = _shared(exposure, np.flatnonzero(phones), rows, constants.p_flapping)
    down = _still_down(scene, [int(own.of(row)[-1]) for row in rows.tolist()])
    told = (_told(scene, own.of(row), expected=usual.mean) for row in rows.tolist())
    return tuple(
        replace(phone, shared=shared.get(row, ""), still_down=is_down)
        for row, phone, is_down in zip(rows.tolist(), told, down, strict=True)
    )


def _chosen(drops: Drops, span: slice) -> Bools:
    chosen = np.zeros(len(drops.time), dtype=bool)
    chosen[span] = True
    return chosen


def own_drops(drops: Drops, exposure: Exposure, incidents: Sequence[Incident], span: slice, constants: Constants) -> Bools:
    """Which of some drops a phone has by itself: not on purpose, and not together with the phones of an incident.

    Of an incident with a cause the phones are left out that are on it, or may be; of one without, all of them. Where nothing is known that
    phones share there is no incident to be found, so drops of different phones within ``window_s`` count as together.
    """
    own = _chosen(drops, span) & ~np.isin(drops.reason, ON_PURPOSE)
    if not exposure.components:
        near = (np.diff(drops.row) != 0) & (np.diff(drops.time) < constants.window_s)
        own[1:] &= ~near
        own[:-1] &= ~near
    for incident in incidents:
        within = drops.between(incident.start.timestamp() - _ROUNDED_S, incident.end.timestamp() + _ROUNDED_S)
        members = exposure.members[drops.row[within]]
        together = np.full(len(members), not incident.causes)
        for cause in incident.causes:
            path = int(exposure.path[exposure.number(cause.component)])
            known = members[:, exposure.kind_of[path]]
            together |= (known == path) | (known < 0)
        own[within] &= ~together
    return own


def _apart(drops: Drops, places: Ints, constants: Constants) -> _Own:
    """Some drops, by phone; of a run of drops each within ``flapping_apart_s`` of the one before, one for each such time that it lasts."""
    places = places[grouped(drops.row[places], int(drops.row.max(initial=-1)) + 1).order]
    row, time = drops.row[places], drops.time[places]
    first = np.ones(len(places), dtype=bool)
    first[1:] = (np.diff(row) != 0) | (np.diff(time) >= constants.flapping_apart_s)
    turn = np.floor((time - time[first][np.cumsum(first) - 1]) / constants.flapping_apart_s)
    kept = first.copy()
    kept[1:] |= np.diff(turn) != 0
    return _Own(places[kept], row[kept])


def usual_drops(value: Ints, phones: Ints, before: float, constants: Constants) -> Usual:
    """How often a phone drops that is like most of its site.

    Args:
        value: the different numbers of drops, in order.
        phones: how many phones have each.
        before: drops of a phone before any data, which count as those of one phone more.
        constants: of the model.
    """
    total = int(phones.sum())
    half = int(np.searchsorted(np.cumsum(phones), (total + 1) // 2))
    most = int(value[half]) if total > 1 else -1
    few = value < max(constants.flapping_drops, _AGAIN)
    while True:
        mean, shape = _fitted(value[value <= most], phones[value <= most], before, constants)
        chance = betainc(np.maximum(value, 1), shape, mean / (mean + shape))
        usual = few | (value <= most) | (chance >= constants.p_flapping_usual)
        reached = int(value[usual].max(initial=most))
        if reached == most:
            return Usual(mean, int(value[usual | (total * chance >= constants.p_flapping)].max(initial=most)))
        most = reached


def _fitted(value: Ints, phones: Ints, before: float, constants: Constants) -> tuple[float, float]:
    """Mean and shape of the drops of one phone more, by the moments of some phones."""
    count, drops = int(phones.sum()), max(float((value * phones).sum()) + before, _LEAST)
    mean = drops / (count + 1)
    variance = float((phones * (value - mean) ** 2).sum()) / max(count, 1)
    scatter = max((variance - mean) / mean**2, constants.flapping_scatter)
    return mean, 1 / (scatter * (1 + 1 / (count + 1)) + 1 / drops)


def _shared(exposure: Exposure, phones: Ints, flapping: Ints, p: float) -> dict[int, str]:
    """By row of a phone that flaps, the part that more of them are on than chance puts there; no entry where there is none."""
    best: dict[int, tuple[float, str]] = {}
    for kind in (exposure.kinds.index(name) for name in _PARTS if name in exposure.kinds):
        at, sizes = (
            exposure.members[flapping, kind],
            np.bincount(exposure.members[phones, kind] + 1, minlength=len(exposure.components) + 1)[1:],
        )
        known, total, tested = int((at >= 0).sum()), int(sizes.sum()), len(_PARTS) * int(np.count_nonzero(sizes))
        for number, together in zip(*(found.tolist() for found in np.unique(at[at >= 0], return_counts=True)), strict=True):
            size = int(sizes[number])
            chance = tested * float(betainc(together, known - together + 1, size / total))
            whole = f"All of these {together:,}" if together == len(flapping) else f"{together:,} of these {len(flapping):,}"
            words = f"{whole} phones are on {name_of(exposure.components[number])}, which has {size:,} of the {total:,} phones: look at it before you look at them."
            for row in flapping[at == number].tolist() if together >= _AGAIN and chance < p else ():
                best[row] = min(best.get(row, (1.0, "")), (chance, words))
    return {row: words for row, (_, words) in best.items()}


def _still_down(scene: Scene, last: list[int]) -> list[bool | None]:
    """Per drop whether its phone is not seen to come back; None if the log never tells of its return."""
    events = scene.drops.event[np.array(last, dtype=np.int64)]
    names = np.frombuffer(scene.log.name, dtype=np.int32)[events]
    returns = np.searchsorted(scene.returns.name, names, "right") - np.searchsorted(scene.returns.name, names, "left")
    back = scene.returns.after(scene.log, events)
    return [bool(after < 0) if times else None for after, times in zip(back.tolist(), returns.tolist(), strict=True)]


def _told(scene: Scene, own: Ints, *, expected: float) -> FlappingPhone:
    """One phone by its drops."""
    drops = scene.drops
    name, times = scene.log.pools.names.get(scene.log.name[int(drops.event[own[0]])]), drops.time[own]
    reason, reason_drops = _most_told(scene.log, drops.event[own])
    placement = scene.placements.get(name)
    interface = str(placement.interface or "") if placement else ""
    return FlappingPhone(
        phone=name,
        drops=len(own),
        expected=expected,
        first=moment_of(times[0]),
        last=moment_of(times[-1]),
        median_gap=timedelta(seconds=round(float(np.median(np.diff(times))), 3)),
        reason=reason,
        reason_drops=reason_drops,
        device=placement.device if placement else "",
        interface=interface,
        module=placement.module if placement else "",
        next_step=phone_step(reason_class(reason.enum, reason.code) if reason else ReasonClass.UNKNOWN, placed=bool(interface)),
    )


def _most_told(log: EventLog, events: Ints) -> tuple[Reason | None, int]:
    """The reason of most of some events, and of how many; of those as common the one with the lowest number."""
    told = Counter((log.reason_enum[event], log.reason[event]) for event in events.tolist() if log.reason[event] >= 0)
    if not told:
        return None, 0
    (enum_, code), times = min(told.items(), key=lambda item: (-item[1], item[0]))
    return Reason(ReasonEnum(enum_), code), times
