"""A connection to a simulated switch, as the servers of SSH and Telnet get it."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass

from switchcorr.lab.journal import Journal, Kind
from switchcorr.lab.shell import Shell
from switchcorr.lab.switch import LabSwitch


@dataclass(frozen=True, slots=True)
class Guest:
    """A connection: to which switch, and what for.

    Attributes:
        connection: where the server's packets go.
        client_end: the connection that the client has; the same, unless the switch is far off.
        begin_visit: gives the number for the switch's answers, when somebody comes to the command line.
    """

    switch: LabSwitch
    connection: socket.socket
    client_end: socket.socket
    journal: Journal
    begin_visit: Callable[[], int]

    def shell(self) -> Shell:
        """A new session at the command line."""
        return Shell(self.switch, visit=self.begin_visit(), heard=self.heard)

    def heard(self, kind: Kind, data: bytes = b"") -> None:
        """Write something into the journal."""
        self.journal.add(self.switch.name, kind, data)
