"""Keeps a wrong password from being tried on the whole fleet: canaries first, and a breaker that stops the sweep.

Pure: the caller says what happens and when. The states of a credential:

- *unproven*: no login with it has succeeded in this sweep. Only canaries may try it. The first device is the canary; while it is
  undecided, another one may join it after ``PATIENCE_S`` (a dead canary must not hold up the rest), but failures in a row and
  undecided canaries together are never more than the limit, so that a fleet with an expired password sees at most so many.
- *proven*: a login with it has succeeded, and no refusal since has made it doubtful. Every device may try.

Failures in a row are counted over the whole fleet, and a success makes them 0. At the limit the breaker opens, for good.

A *cautious* breaker, after a sweep that was stopped by refused logins, has a limit of 1 and lets one canary at a time try, of all
credentials together, until a login succeeds.
"""

from __future__ import annotations

from dataclasses import dataclass, field

FAILURES_TO_STOP = 3
"""Refused logins in a row after which the sweep stops. AAA servers usually lock an account after five."""
PATIENCE_S = 2.0
"""Seconds a canary may be undecided before another one joins it."""


@dataclass(slots=True)
class _Credential:
    proven: bool = False
    trying: dict[str, float] = field(default_factory=dict)
    """Devices whose login is undecided, and since when."""


class Breaker:
    """Says which logins may begin, and when the sweep must stop.

    Args:
        limit: refused logins in a row that open it.
        cautious: whether the last sweep was stopped by refused logins.
    """

    def __init__(self, *, limit: int = FAILURES_TO_STOP, cautious: bool = False) -> None:
        self._usual_limit = limit
        self._cautious = cautious
        self._credentials: dict[str, _Credential] = {}
        self._in_a_row: list[str] = []

    @property
    def refused(self) -> tuple[str, ...]:
        """Devices that refused a login since the last success, in order."""
        return tuple(self._in_a_row)

    @property
    def is_open(self) -> bool:
        """Whether no further login may begin."""
        return len(self._in_a_row) >= self._limit

    @property
    def _limit(self) -> int:
        return 1 if self._cautious else self._usual_limit

    def may_begin(self, credential: str, now: float) -> bool:
        """Whether a login with the credential may begin now."""
        known = self._credentials.get(credential, _Credential())
        if self.is_open:
            return False
        if self._cautious:
            return not any(other.trying for other in self._credentials.values())
        if known.proven or not known.trying:
            return True
        patient = now - max(known.trying.values()) < PATIENCE_S
        return not patient and len(self._in_a_row) + len(known.trying) < self._limit

    def wait_s(self, now: float) -> float | None:
        """Seconds until another canary may join one that is undecided; None if waiting alone changes nothing."""
        if self.is_open or self._cautious:
            return None
        left = [
            max(known.trying.values()) + PATIENCE_S - now
            for known in self._credentials.values()
            if not known.proven and known.trying and len(self._in_a_row) + len(known.trying) < self._limit
        ]
        return max(0.0, min(left)) if left else None

    def begin(self, credential: str, device: str, now: float) -> None:
        """A login begins."""
        self._credentials.setdefault(credential, _Credential()).trying[device] = now

    def accept(self, credential: str, device: str) -> None:
        """The device let us in."""
        known = self._credentials.setdefault(credential, _Credential())
        known.trying.pop(device, None)
        known.proven = True
        self._cautious = False
        self._in_a_row.clear()

    def refuse(self, credential: str, device: str) -> None:
        """The device refused the credential."""
        known = self._credentials.setdefault(credential, _Credential())
        known.trying.pop(device, None)
        known.proven = False
        self._in_a_row.append(device)

    def leave_undecided(self, credential: str, device: str) -> None:
        """The attempt ended before the device said yes or no: its role as canary goes to another one."""
        self._credentials.setdefault(credential, _Credential()).trying.pop(device, None)
