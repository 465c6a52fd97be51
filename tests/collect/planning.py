"""Planned devices for tests."""

from __future__ import annotations

from switchcorr.collect.limits import Planned
from switchcorr.collect.session import Target
from switchcorr.model.inventory import Driver, Hop, InventoryDevice, Login
from switchcorr.model.sweep import VisitAccount
from switchcorr.platforms import Platform, platform_named

IOS = platform_named("cisco_ios")


def planned(
    name: str,
    *,
    site: str = "",
    credential: str = "ops",
    host: str = "",
    jump: str = "",
    platform: Platform | None = IOS,
    added: tuple[str, ...] = (),
    before: VisitAccount | None = None,
    driver: Driver = Driver.DIALOGUE,
) -> Planned:
    host = host or f"{name}.example.org"
    device = InventoryDevice(name, host, site=site, commands=added, platform=platform.name if platform else "")
    hops = (Hop(jump, 22, Login()),) if jump else ()
    return Planned(device, Target(name, host, 22, Login("ops"), platform, driver=driver, hops=hops), credential, before)
