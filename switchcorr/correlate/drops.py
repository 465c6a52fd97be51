"""The events that are to be explained: endpoints that dropped, as arrays in order of time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.exposure import Bools, Exposure, Floats, Ints
from switchcorr.correlate.reasons import ReasonClass, reason_class
from switchcorr.model.event import Assumed, EventKind, EventLog
from switchcorr.model.reason import ReasonEnum


@dataclass(frozen=True, slots=True, eq=False)
class Drops:
    """Drops in order of time.

    Attributes:
        time: seconds since 1970.
        row: of the endpoint in the exposure.
        reason: a ``ReasonClass``.
        event: row of the event in the log.
        pasted: whether the time was given from outside: a block that somebody pasted because it is the incident.
    """

    time: Floats
    row: Ints
    reason: Ints
    event: Ints
    pasted: Bools

    def between(self, start: float, end: float) -> slice:
        """Drops from ``start`` up to but without ``end``."""
        first, last = np.searchsorted(self.time, [start, end])
        return slice(int(first), int(last))


def find_drops(log: EventLog, exposure: Exposure, constants: Constants) -> Drops:
    """Unregistrations and broken registrations of named endpoints with a time; what follows a reset of the same device is a reset."""
    kind = np.frombuffer(log.kind, dtype=np.int8)
    time = np.frombuffer(log.time, dtype=np.float64)
    name = np.frombuffer(log.name, dtype=np.int32)
    wanted = np.flatnonzero(np.isin(kind, (EventKind.UNREGISTERED, EventKind.TRANSIENT)) & np.isfinite(time) & (name >= 0))
    wanted = wanted[np.argsort(time[wanted], kind="stable")]
    rows = np.array([exposure.row_of.get(text, -1) for text in log.pools.names.texts], dtype=np.int64)
    reason = _reason_classes(log)[wanted]
    reason[_after_reset(log, wanted, constants.admin_before_s)] = ReasonClass.RESET
    pasted = (np.frombuffer(log.assumed, dtype=np.int8)[wanted] & int(Assumed.TIME)) != 0
    return Drops(time[wanted].copy(), rows[name[wanted]], reason, wanted, pasted)


def _reason_classes(log: EventLog) -> Ints:
    code = np.frombuffer(log.reason, dtype=np.int16).astype(np.int64)
    enum_ = np.frombuffer(log.reason_enum, dtype=np.int8).astype(np.int64)
    pairs, inverse = np.unique(enum_ * 4096 + code + 1, return_inverse=True)
    classes = [reason_class(ReasonEnum(int(pair) // 4096), int(pair) % 4096 - 1) for pair in pairs]
    return np.array(classes, dtype=np.int64)[inverse]


def _after_reset(log: EventLog, wanted: Ints, seconds: float) -> Bools:
    """Which of the wanted events come soon after a reset or restart of the same device."""
    resets: dict[int, list[float]] = {}
    for kind, name, time in zip(log.kind, log.name, log.time, strict=True):
        if kind in (EventKind.RESET, EventKind.RESTART) and name >= 0:
            resets.setdefault(name, []).append(time)
    if not resets:
        return np.zeros(len(wanted), dtype=bool)
    return np.array([any(0 <= log.time[i] - at <= seconds for at in resets.get(log.name[i], ())) for i in wanted.tolist()], dtype=bool)
