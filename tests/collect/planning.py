"""Planned devices for tests."""

from __future__ import annotations

from switchcorr.collect.limits import Planned
from switchcorr.collect.session import Target
from switchcorr.model.inventory import Hop, InventoryDevice, Login
from switchcorr.platforms import CISCO_IOS, Platform


def planned(
    name: str,
    *,
    site: str = "",
    credential: str = "ops",
    host: str = "",
    jump: str = "",
    platform: Platform | None = CISCO_IOS,
    added: tuple[str, ...] = (),
    answered: frozenset[str] = frozenset(),
) -> Planned:
    host = host or f"{name}.example.org"
    device = InventoryDevice(name, host, site=site, commands=added, platform=platform.name if platform else "")
    hops = (Hop(jump, 22, Login()),) if jump else ()
    return Planned(device, Target(name, host, 22, Login("ops"), platform, hops=hops), credential, answered)
