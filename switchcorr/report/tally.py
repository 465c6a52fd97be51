"""Who was lost: the lost phones of an incident or of the whole time, counted by module, switch and node."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from switchcorr.model.incident import AffectedPhone, Incident
from switchcorr.report.estate import Estate, PhoneState

LEAST_SHARE = 0.10
LEAST_PHONES = 3
"""Below either, a module is drawn as if nothing had happened: single losses are everywhere on any day. Source: trial on 217,446 phones,
where "any loss" painted 697 of 2,000 switches."""
RAMP = (LEAST_SHARE, 0.25, 0.50, 0.80)
"""Shares at which the next darker step begins."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Lost phones by index in the estate, and how many on each part.

    Attributes:
        lost_at: seconds since 1970 in UTC, by phone.
        down: those not seen to come back.
        returns: whether the log tells when phones came back; without, none is in ``down``.
    """

    lost_at: Mapping[int, float]
    down: frozenset[int]
    by_module: Counter[int]
    by_switch: Counter[int]
    by_node: Counter[str]
    returns: bool = True

    def state(self, phone: int) -> PhoneState:
        """What became of a phone."""
        if phone not in self.lost_at:
            return PhoneState.REGISTERED
        if not self.returns:
            return PhoneState.NOT_LOGGED
        return PhoneState.DOWN if phone in self.down else PhoneState.BACK


def tally_of_incident(estate: Estate, incident: Incident) -> Tally:
    """The lost phones of one incident."""
    return _tally(estate, {estate.phone_index[phone.phone]: phone for phone in incident.phones})


def tally_of_cause(estate: Estate, incident: Incident, cause: int) -> Tally:
    """The lost phones of one named cause of an incident, by its place among them."""
    return _tally(estate, {estate.phone_index[phone.phone]: phone for phone in incident.phones if phone.cause == cause})


def tally_of_all(estate: Estate) -> Tally:
    """All phones lost in any incident, as their last loss left them."""
    losses, last = estate.losses, estate.losses.last()
    down = frozenset(phone for phone, row in last.items() if losses.state[row] == PhoneState.DOWN)
    return _counted(estate, {phone: losses.lost_at[row] for phone, row in last.items()}, down)


def _tally(estate: Estate, lost: Mapping[int, AffectedPhone]) -> Tally:
    down = frozenset(number for number, phone in lost.items() if phone.back_at is None and estate.returns)
    nodes = Counter(filter(None, (phone.node or estate.phones.node[number] for number, phone in lost.items())))
    return replace(_counted(estate, {number: phone.time.timestamp() for number, phone in lost.items()}, down), by_node=nodes)


def _counted(estate: Estate, lost_at: Mapping[int, float], down: frozenset[int]) -> Tally:
    columns = estate.phones
    return Tally(
        lost_at=lost_at,
        down=down,
        by_module=_counts(columns.module[phone] for phone in lost_at),
        by_switch=_counts(columns.switch[phone] for phone in lost_at),
        by_node=Counter(node for node in (columns.node[phone] for phone in lost_at) if node),
        returns=estate.returns,
    )


def _counts(numbers: Iterable[int]) -> Counter[int]:
    counts = Counter(numbers)
    del counts[-1]
    return counts


def step(lost: int, phones: int) -> int:
    """Step 0 to 4 of the ramp for a share of lost phones; a part with few phones needs all the same at least three lost, or all of them.

    >>> step(2, 40), step(4, 40), step(39, 40), step(2, 2)
    (0, 1, 4, 4)
    """
    if not lost or not phones or (lost < min(LEAST_PHONES, phones)):
        return 0
    share = lost / phones
    return sum(share >= bound for bound in RAMP)
