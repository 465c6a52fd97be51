"""The drivers of sessions, wired to the recorded host keys."""

from __future__ import annotations

import importlib

from switchcorr.collect.host_keys import HostKeys
from switchcorr.collect.session import Deadline, OpenSession, Session, Target
from switchcorr.collect.ssh_session import SshOpener
from switchcorr.model.inventory import Driver


def open_drivers(keys: HostKeys) -> dict[Driver, OpenSession]:
    """Every driver there is; one set for a whole sweep, so that targets behind a jump host share its connection."""
    netmiko = _LoadedWhenUsed("switchcorr.collect.netmiko_driver", "NetmikoOpener", keys)
    napalm = _LoadedWhenUsed("switchcorr.collect.getters", "NapalmOpener", keys)
    return {Driver.DIALOGUE: SshOpener(keys), Driver.NETMIKO: netmiko, Driver.TELNET: netmiko, Driver.NAPALM: napalm}


class _LoadedWhenUsed:
    """A driver whose libraries are loaded with its first device: they take as long as all the rest of a command's start, and most sweeps use neither.

    Args:
        module: where the driver is.
        name: of its class, which takes the host keys.
        keys: those.
    """

    def __init__(self, module: str, name: str, keys: HostKeys) -> None:
        self._place = (module, name)
        self._keys = keys
        self._opener: OpenSession | None = None

    async def __call__(self, target: Target, deadline: Deadline) -> Session:
        """Open a session; see ``OpenSession``."""
        if self._opener is None:
            module, name = self._place
            made: OpenSession = getattr(importlib.import_module(module), name)(self._keys)
            self._opener = made
        return await self._opener(target, deadline)
