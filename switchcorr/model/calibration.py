"""What was learned of how far the probabilities of a site can be believed; its JSON form is ``switchcorr/calibration/1``."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime

CALIBRATION_SCHEMA = "switchcorr/calibration/1"
MOST_LOG_ODDS = 50.0


@dataclass(frozen=True, slots=True)
class OddsMap:
    """A strictly increasing map of log odds: straight lines between knots, beyond them parallel to the diagonal up to a limit.

    Attributes:
        knots: pairs of the model's and the calibrated log odds, both strictly increasing; without any the map changes nothing.
        limit: log odds that no calibrated value reaches, by the number of incidents that the map rests on; infinite for none.

    >>> OddsMap(((0.0, 1.0), (2.0, 3.0)))(1.0)
    2.0
    """

    knots: tuple[tuple[float, float], ...] = ()
    limit: float = math.inf

    def __call__(self, log_odds: float) -> float:
        """The calibrated log odds; infinite ones stay, as nothing was set against them."""
        if not self.knots or math.isinf(log_odds):
            return log_odds
        return self._below_limit(self._between_knots(log_odds))

    def _between_knots(self, log_odds: float) -> float:
        after = bisect_right(self.knots, log_odds, key=lambda knot: knot[0])
        if after in (0, len(self.knots)):
            x, y = self.knots[min(after, len(self.knots) - 1)]
            return y + log_odds - x
        (x0, y0), (x1, y1) = self.knots[after - 1], self.knots[after]
        return y0 + (y1 - y0) * (log_odds - x0) / (x1 - x0)

    def _below_limit(self, log_odds: float) -> float:
        """The last unit before the limit is bent, so that no two values become one."""
        bend = self.limit - 1.0
        if math.isinf(bend) or abs(log_odds) <= bend:
            return log_odds
        return math.copysign(bend + 1.0 - 1.0 / (1.0 + abs(log_odds) - bend), log_odds)


UNCHANGED = OddsMap()
"""The map that changes nothing."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The outlines of a topology: enough to see whether it is still the one that something was learned on.

    Attributes:
        kinds: per kind its name, its components, and the phones exposed to any of them.
    """

    phones: int
    located: int
    kinds: tuple[tuple[str, int, int], ...]

    def distance(self, other: Shape) -> float:
        """The largest relative difference of any two counts; 1 if a kind is there on one side only."""
        if [name for name, _, _ in self.kinds] != [name for name, _, _ in other.kinds]:
            return 1.0
        pairs = [(self.phones, other.phones), (self.located, other.located)]
        for mine, theirs in zip(self.kinds, other.kinds, strict=True):
            pairs += zip(mine[1:], theirs[1:], strict=True)
        return max(abs(a - b) / max(a, b, 1) for a, b in pairs)


@dataclass(frozen=True, slots=True)
class Alike:
    """Components of a kind that phones alone cannot tell from others.

    Attributes:
        kind: its name.
        components: those with phones.
        alike: how many of them have the same phones as another component.
        others: of which kinds those mostly are, each with how many of the components have one.
    """

    kind: str
    components: int
    alike: int
    others: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Answers whose probability lies in one stretch: how many, their mean probability, and how many of them are right."""

    low: float
    high: float
    answers: int
    stated: float
    right: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """How stated probabilities and what is right agree over some answers.

    Attributes:
        ece: mean distance of stated probability and share right, over ten stretches of equal width.
        brier: mean squared distance of stated probability and right (1) or wrong (0).
    """

    answers: int
    ece: float
    brier: float
    bins: tuple[ReliabilityBin, ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    """A map for one site, and what it rests on.

    Attributes:
        program: version of the program whose model it belongs to.
        constants: hash of the model's constants.
        shape: of the topology it was learned on.
        method: ``isotonic`` or ``platt``; ``none`` if no map made the incidents for testing better.
        fitted, tested: number of simulated incidents, and
        seeds: of both.
        answer: map of the log odds of the leading answer.
        before, after: reliability on the incidents for testing, without and with the map.
        alike: what phones alone cannot tell apart on this site, by kind; empty in files of earlier versions.
    """

    made_at: datetime
    program: str
    constants: str
    shape: Shape
    method: str
    fitted: int
    tested: int
    seeds: tuple[int, int]
    answer: OddsMap
    before: Reliability
    after: Reliability
    alike: tuple[Alike, ...] = ()


@dataclass(frozen=True, slots=True)
class CalibrationUse:
    """Which calibration an answer went through; ``why_not`` says why one that was found is not used."""

    made_at: datetime
    fitted: int
    why_not: str = ""

    @property
    def used(self) -> bool:
        """Whether the probabilities are calibrated."""
        return not self.why_not
