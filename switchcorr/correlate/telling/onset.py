"""When the phones of a cause dropped, and what that says: causes that began in the same seconds, and phones that went one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.exposure.table import Exposure, Floats
from switchcorr.correlate.telling.apart import held_in
from switchcorr.correlate.telling.sentences import how_far, in_time, listed
from switchcorr.model.campus import Campus, Component, Domain
from switchcorr.model.moments import moment_of
from switchcorr.model.wording import component_name

_BEFORE = ("chain", "distribution", "block", "power", "site")
"""What may lie before several parts of a network, the nearest first; what holds them inside of one switch is told elsewhere."""
_PATH = frozenset((Domain.NETWORK, Domain.WAN_OR_NAT))
_MOVED_FROM = frozenset(("asic", "module", "chassis", "switch", "uplink", "uplink_bundle"))
"""What stands for a place in a building, so that people who move look like its fault."""
_EARLY_SHARE = 10
"""Of ten drops one may have come before the fault, by itself."""
_LEAST_ONE_BY_ONE = 5
_WIDEST_GAP = 0.5
"""Share of the time between drops from which a gap in it parts two bursts. Assumed."""


@dataclass(frozen=True, slots=True)
class Common:
    """What lies before several causes that began in the same seconds.

    Attributes:
        count: of the causes.
        seconds: in which all of them began.
        minute: of the first.
        parts: what is known to hold all of them.
        cores: the devices at the top of the network, where nothing smaller holds all.
    """

    count: int
    seconds: float
    minute: str
    parts: tuple[Component, ...] = ()
    cores: tuple[str, ...] = ()

    @property
    def began(self) -> str:
        """How they began, as the beginning of a sentence."""
        return f"{'Both' if self.count == 2 else f'All {self.count}'} began {in_time(self.seconds)}"

    @property
    def place(self) -> str:
        """What to look at."""
        all_ = "both" if self.count == 2 else "all"
        if self.parts:
            return f"what {all_} are behind, {' and '.join(map(component_name, self.parts))}"
        return f"the firewall, WAN head or core that {all_} cross{f' ({listed(list(self.cores))})' if self.cores else ''}"

    @property
    def step(self) -> str:
        """What to do before anything else."""
        return f"{self.began}: read the log of {self.place} around {self.minute} first."


def common_before(
    exposure: Exposure, campus: Campus, causes: Sequence[int], times: Sequence[Floats], constants: Constants
) -> Common | None:
    """What lies before several causes; None where they began at different times, are not all on the way of the phones, or share phones.

    Args:
        exposure: of all phones.
        campus: the devices, for those at the top.
        causes: numbers of those that failed at once.
        times: of the drops of each, in order.
        constants: of the model.
    """
    if len(causes) < 2 or any(exposure.domain_of(number) not in _PATH for number in causes):
        return None
    begun = [float(own[len(own) // _EARLY_SHARE]) for own in times]
    exposed = sum(exposure.exposed(exposure.members, number).astype(np.int64) for number in causes)
    if max(begun) - min(begun) > constants.clock_blur_s + constants.tight_s or np.max(exposed) > 1:
        return None
    parts = held_in(exposure, causes, _BEFORE)
    return Common(
        len(causes),
        max(begun) - min(begun),
        f"{moment_of(min(begun)):%Y-%m-%d %H:%M} UTC",
        tuple(exposure.components[number] for number in parts),
        () if parts else tuple(sorted(device.name for device in campus.devices if device.level == 0)),
    )


def one_by_one(times: Floats, constants: Constants) -> float | None:
    """In which time phones dropped one by one, in seconds; None where a part that fails takes its phones so.

    The phones of a dead part miss their keepalives within ``link_drop_s``: most drops lie in so short a time, or in bursts with gaps between them.
    """
    if len(times) < _LEAST_ONE_BY_ONE:
        return None
    low, high = np.quantile(times, (0.1, 0.9))
    span = float(times[-1] - times[0])
    is_spread = high - low > constants.link_drop_s and float(np.diff(times).max()) <= _WIDEST_GAP * span
    return span if is_spread else None


def moved(component: Component, times: Floats, constants: Constants) -> Iterator[str]:
    """Of a part of a switch whose phones went one by one, that people who carry them away look the same."""
    seconds = one_by_one(times, constants) if component.kind in _MOVED_FROM else None
    if seconds is not None:
        yield (
            f"whether these phones were moved: they dropped one by one over {how_far(seconds)}, and a part that fails loses its phones within "
            f"about {constants.link_drop_s:.0f} s. Phones that are carried to other desks look the same: where they are now (captures of the "
            "switches from after it, --captures) tells it"
        )
