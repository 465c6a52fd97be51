"""One file per operating system of switches: what it is asked, how its answers become values of the model."""

from switchcorr.platforms.cisco_catos import PLATFORM as CISCO_CATOS
from switchcorr.platforms.cisco_ios import PLATFORM as CISCO_IOS
from switchcorr.platforms.cisco_nxos import PLATFORM as CISCO_NXOS
from switchcorr.platforms.declaration import Command, Platform, Row, RowReader
from switchcorr.platforms.napalm_getters import PLATFORM as NAPALM

PLATFORMS: tuple[Platform, ...] = (CISCO_IOS, CISCO_NXOS, CISCO_CATOS, NAPALM)
"""The registry: adding a platform is adding its line here."""

__all__ = ["PLATFORMS", "Command", "Platform", "Row", "RowReader", "platform_named"]


def platform_named(name: str) -> Platform | None:
    """The platform with this name; ``cisco_xe`` and ``cisco_ios_xe`` are ``cisco_ios``, ``catos`` is ``cisco_catos``."""
    name = {
        "cisco_xe": "cisco_ios",
        "cisco_iosxe": "cisco_ios",
        "ios": "cisco_ios",
        "iosxe": "cisco_ios",
        "nxos": "cisco_nxos",
        "catos": "cisco_catos",
    }.get(name, name)
    return next((platform for platform in PLATFORMS if platform.name == name), None)
