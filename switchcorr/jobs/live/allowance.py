"""How much time judgements may take: a share of it in the long run, and what was saved up in quiet time at once. Pure."""

from __future__ import annotations

from typing import final


@final
class Allowance:
    """Time that comes in at a steady share and is saved up to a limit; it may be overdrawn once, and is then waited for.

    Args:
        share: seconds that come in each second.
        most: seconds that are saved at most; so many there are at the beginning.
        moment: now, in seconds of a clock that never steps back, as in all calls.
    """

    def __init__(self, share: float, most: float, moment: float) -> None:
        self._share, self._most = share, most
        self._left, self._at = most, moment

    def is_there(self, moment: float) -> bool:
        """Whether anything is left."""
        self._left = min(self._most, self._left + self._share * (moment - self._at))
        self._at = moment
        return self._left > 0

    def spend(self, seconds: float) -> None:
        """Take off what was needed."""
        self._left -= seconds
