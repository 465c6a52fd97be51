"""One simulated switch as its server needs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from switchcorr.lab.faults import Fault
from switchcorr.model.inventory import AlgorithmProfile

Answers = Callable[[str, int], str | None]
"""A command as the platform declares it, and the number of the visit, to its text; None if the switch does not know it."""

LAB_ENABLE = "lab-enable"
"""The enable secret of a switch that needs one and was given none."""


@dataclass(frozen=True, slots=True)
class LabSwitch:
    """A switch: who it is, what it answers, how fast, and what is wrong with it.

    Attributes:
        answers: text of a command at a visit.
        platform: ``cisco_ios``, ``cisco_nxos`` or ``cisco_catos``.
        password: of the login; what begins with it and is longer is refused too.
        enable: if set, the login leads to ``>``, and this secret to ``#``.
        algorithms: what the server offers: only modern ones, only those of the SHA-1 age, or only the oldest.
        telnet: by Telnet instead of SSH.
        think_s: before each answer; a setting of the session itself (``terminal length 0``) gathers nothing and takes no time.
        round_trip_s: of every packet, from the TCP connection on.
        bytes_a_second: 0 is as fast as it goes.
        fault_at: the command at which a fault of one answer plays; empty is the first one of a session that has an
            answer and is not ``show version``.
    """

    name: str
    answers: Answers
    platform: str = "cisco_ios"
    username: str = "lab"
    password: str = "lab-password"  # noqa: S105  # of a simulated switch
    enable: str = ""
    algorithms: AlgorithmProfile = AlgorithmProfile.MODERN
    fault: Fault = Fault.NONE
    think_s: float = 0.0
    round_trip_s: float = 0.0
    bytes_a_second: int = 0
    fault_at: str = ""
    telnet: bool = False

    @property
    def enable_secret(self) -> str:
        """What leads to ``#``; empty if the login does already."""
        if self.fault in {Fault.NEEDS_ENABLE, Fault.ENABLE_REFUSED}:
            return self.enable or LAB_ENABLE
        return self.enable
