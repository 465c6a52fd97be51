r"""Phones that drop again and again, each by itself: a bad patch cable, a dying port, a broken phone. No incident, for no other phone shares it.

Of :math:`N` phones one is listed that has ``flapping_drops`` of its own drops and :math:`N P(K \ge k) < p` with :math:`p` = ``p_flapping``
and the distribution of ``own_drops``. So phones that flap do not hide each other, and a site whose phones all do lists none.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
from scipy.special import betainc

from switchcorr.correlate.detection.case import Case
from switchcorr.correlate.drops.reasons import ReasonClass, reason_class
from switchcorr.correlate.exposure.groups import occurrences
from switchcorr.correlate.exposure.table import Exposure, Ints
from switchcorr.correlate.own_drops import OwnDrops, usual_of, with_port
from switchcorr.correlate.telling.incidents import Scene, most_told
from switchcorr.correlate.telling.next_steps import phone_step
from switchcorr.model.incident import FlappingPhone
from switchcorr.model.moments import moment_of
from switchcorr.model.wording import component_name

_AGAIN = 2
"""Phones that are several."""
_PARTS = ("asic", "module", "switch")
"""Where several such phones may be together, the smallest first."""


def find_flapping(scene: Scene, case: Case, own: OwnDrops, span: slice) -> tuple[FlappingPhone, ...]:
    """The phones that drop by themselves far more often than those of their site, most drops first.

    Args:
        scene: the log and the network.
        case: with the drops that no move to another desk explains.
        own: drops that phones have by themselves.
        span: of the drops that are asked about.
    """
    exposure, phones = case.exposure, with_port(case.exposure)
    counts = np.bincount(own.row, minlength=len(exposure.phones))
    usual = usual_of(counts[phones], case.drops, span, case.constants)
    rows = np.flatnonzero(phones & (counts > usual.most))
    rows = rows[np.argsort(-counts[rows], kind="stable")]
    shared = _shared(exposure, np.flatnonzero(phones), rows, case.constants.p_flapping)
    down = _still_down(scene, [int(own.of(row)[-1]) for row in rows.tolist()])
    told = (_told(scene, own.of(row), expected=usual.mean) for row in rows.tolist())
    return tuple(
        replace(phone, shared=shared.get(row, ""), still_down=is_down)
        for row, phone, is_down in zip(rows.tolist(), told, down, strict=True)
    )


def _shared(exposure: Exposure, phones: Ints, flapping: Ints, p: float) -> dict[int, str]:
    """By row of a phone that flaps, the part that more of them are on than chance puts there; no entry where there is none."""
    best: dict[int, tuple[float, str]] = {}
    for kind in (exposure.kinds.index(name) for name in _PARTS if name in exposure.kinds):
        at, sizes = exposure.members[flapping, kind], occurrences(exposure.members[phones, kind], len(exposure.components))
        known, total, tested = int((at >= 0).sum()), int(sizes.sum()), len(_PARTS) * int(np.count_nonzero(sizes))
        for number, together in zip(*(found.tolist() for found in np.unique(at[at >= 0], return_counts=True)), strict=True):
            size = int(sizes[number])
            chance = tested * float(betainc(together, known - together + 1, size / total))
            whole = f"All of these {together:,}" if together == len(flapping) else f"{together:,} of these {len(flapping):,}"
            words = f"{whole} phones are on {component_name(exposure.components[number])}, which has {size:,} of the {total:,} phones: look at it before you look at them."
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
    reason, reason_drops = most_told(scene.log, drops.event[own])
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
