"""The drivers of sessions, wired to the recorded host keys."""

from __future__ import annotations

from switchcorr.collect.getters import NapalmOpener
from switchcorr.collect.host_keys import HostKeys
from switchcorr.collect.netmiko_driver import NetmikoOpener
from switchcorr.collect.session import OpenSession
from switchcorr.collect.ssh_session import SshOpener
from switchcorr.model.inventory import Driver


def open_drivers(keys: HostKeys) -> dict[Driver, OpenSession]:
    """Every driver there is; one set for a whole sweep, so that targets behind a jump host share its connection."""
    netmiko = NetmikoOpener(keys)
    return {Driver.DIALOGUE: SshOpener(keys), Driver.NETMIKO: netmiko, Driver.TELNET: netmiko, Driver.NAPALM: NapalmOpener(keys)}
