"""Links of phones' ports that went down, by the clocks of their switches: plain data for whoever compares them with the phones' drops."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from switchcorr.model.campus import LinkDown
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.placement import Placement
from switchcorr.topology.messages.meaning import Happened, Happening


def phone_link_downs(told: Iterable[Happened], placements: Iterable[Placement]) -> tuple[LinkDown, ...]:
    """Each link that a message tells of, for each phone at its port, sorted; a link whose time is not by the clock of the switch is none."""
    phones: dict[tuple[str, InterfaceName], list[str]] = defaultdict(list)
    for placement in placements:
        if placement.interface is not None:
            phones[placement.device, placement.interface].append(str(placement.phone))
    return tuple(
        sorted(
            {
                LinkDown(one.clock, phone, one.time)
                for one in told
                if one.kind is Happening.LINK_DOWN and one.stamped and one.interface is not None
                for phone in phones.get((one.device, one.interface), ())
            }
        )
    )
