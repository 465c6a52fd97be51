"""The losses of an answer: one for each phone and incident, so that a phone that drops again counts for each cause that lost it."""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from switchcorr.model.incident import AffectedPhone, Correlation
from switchcorr.report.estate import LossColumns, PhoneState


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss of a phone, with the numbers (from 1) of its incident and, over all incidents, of its cause; 0 for no named cause.

    Attributes:
        state: what became of the phone after it.
    """

    phone: AffectedPhone
    incident: int
    cause: int
    state: PhoneState


def losses_of(result: Correlation) -> list[Loss]:
    """All losses, by the name of the phone, those of one in order of time; those of one moment in order of the incidents."""
    found: list[Loss] = []
    causes = 0
    for number, incident in enumerate(result.incidents, start=1):
        gone = PhoneState.DOWN if incident.returns_logged else PhoneState.NOT_LOGGED
        for phone in incident.phones:
            cause = 0 if phone.cause is None else causes + phone.cause + 1
            found.append(Loss(phone, number, cause, gone if phone.back_at is None else PhoneState.BACK))
        causes += len(incident.causes)
    return sorted(found, key=lambda loss: (loss.phone.phone, loss.phone.time, loss.incident))


def loss_columns(losses: Sequence[Loss], index: Mapping[str, int]) -> LossColumns:
    """The losses as columns.

    Args:
        losses: in the order of their phones, as ``losses_of`` gives them.
        index: of each phone by name, in the order of the names.
    """
    phones = [loss.phone for loss in losses]
    return LossColumns(
        phone=array("i", [index[one.phone] for one in phones]),
        incident=array("i", [loss.incident for loss in losses]),
        cause=array("i", [loss.cause for loss in losses]),
        state=array("b", [loss.state for loss in losses]),
        lost_at=array("d", [one.time.timestamp() for one in phones]),
        back_at=array("d", [math.nan if one.back_at is None else one.back_at.timestamp() for one in phones]),
        reason=tuple("" if one.reason is None else str(one.reason) for one in phones),
    )
