"""How far a probability can be believed here: a monotone map, fitted on incidents simulated over the site's own topology.

Sources: isotonic calibration (Zadrozny and Elkan 2002), sigmoid calibration (Platt 1999).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from scipy.optimize import isotonic_regression
from scipy.special import expit, logit

from switchcorr import __version__
from switchcorr.correlate.calibration.applying import NOTHING_SHARED, calibrated, constants_hash, leading_answer, shape_of
from switchcorr.correlate.calibration.simulation import Ground, simulate
from switchcorr.correlate.exposure.identifiability import alike_parts
from switchcorr.correlate.exposure.table import Bools, Floats
from switchcorr.correlate.scoring.search import Posterior, search
from switchcorr.model.calibration import MOST_LOG_ODDS, UNCHANGED, Calibration, OddsMap, Reliability, ReliabilityBin

LEAST_ISOTONIC = 300
"""Incidents from which the map may take any increasing form; with fewer it is Platt's line in log odds."""
POOLED = 25
"""Incidents that are taken together before the form is looked for: single right and wrong answers are noise."""
SHRUNK = 10.0
"""Incidents that Platt's line weighs in each pool: a pool leaves it only for what the pool itself shows."""
_RIDGE = 2.0
"""Weight of "no change" against a Platt map: in incidents of log odds 1."""
_BINS = 10

Watch = Callable[[int], None]
"""Called with the number of incidents that are done."""


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """The leading answers of some incidents: their log odds in increasing order, and whether each is right."""

    log_odds: Floats
    right: Bools


def fit_map(answers: Answers) -> tuple[str, OddsMap]:
    """The map that makes stated probabilities agree with how often they are right, and the name of its form.

    No value beyond what so many incidents can show is ever given out: of n right answers in a row the next one may be wrong.
    """
    count = len(answers.right)
    if not count:
        return "none", UNCHANGED
    limit = float(np.log(2.0 * (count + 1)))
    log_odds = np.clip(answers.log_odds, -limit, limit)
    line = _platt(log_odds, answers.right)
    if count < LEAST_ISOTONIC:
        return "platt", OddsMap(tuple((x, float(line[0] + line[1] * x)) for x in (-limit, limit)), limit)
    return "isotonic", OddsMap(_isotonic(log_odds, answers.right, line), limit)


def _platt(log_odds: Floats, right: Bools) -> Floats:
    """Height and slope of a line in log odds, by penalised likelihood (Newton's method); few incidents leave it near the diagonal."""
    design = np.stack([np.ones(len(right)), log_odds], axis=1)
    line, penalty = np.array([0.0, 1.0]), _RIDGE * np.array([1.0, 4.0])
    for _ in range(50):
        stated = expit(design @ line)
        slope = design.T @ (right - stated) - penalty * (line - np.array([0.0, 1.0]))
        bend = (design * (stated * (1 - stated))[:, np.newaxis]).T @ design + np.diag(penalty)
        line = line + np.linalg.solve(bend, slope)
        line[1] = max(line[1], 0.05)  # a map must rise
    return line


def _isotonic(log_odds: Floats, right: Bools, line: Floats) -> tuple[tuple[float, float], ...]:
    """Knots of an increasing line through pools of incidents, each pool drawn towards a straight line in log odds."""
    order = np.argsort(log_odds, kind="stable")
    x, hit = log_odds[order], right[order].astype(float)
    _, pool = np.unique(np.searchsorted(x, x, "left") // POOLED, return_inverse=True)  # equal values stay together
    size = np.bincount(pool).astype(float)
    middle = np.bincount(pool, weights=x) / size
    share = (np.bincount(pool, weights=hit) + SHRUNK * expit(line[0] + line[1] * middle)) / (size + SHRUNK)
    risen = isotonic_regression(share, weights=size)
    level = np.repeat(np.arange(len(risen.blocks) - 1), np.diff(risen.blocks))
    at = np.bincount(level, weights=size * middle) / np.bincount(level, weights=size)
    height = logit(risen.x[risen.blocks[:-1]])
    return tuple(zip(at.tolist(), height.tolist(), strict=True))


def reliability(answers: Answers) -> Reliability:
    """How stated probabilities and what is right agree; 0 everywhere without an answer."""
    stated, right = expit(answers.log_odds), answers.right.astype(float)
    place = np.minimum((stated * _BINS).astype(int), _BINS - 1)
    bins = []
    for number in np.unique(place).tolist():
        mine = place == number
        bins.append(
            ReliabilityBin(number / _BINS, (number + 1) / _BINS, int(mine.sum()), float(stated[mine].mean()), float(right[mine].mean()))
        )
    count = max(len(stated), 1)
    ece = sum(one.answers * abs(one.stated - one.right) for one in bins) / count
    return Reliability(len(stated), ece, float(((stated - right) ** 2).sum()) / count, tuple(bins))


@dataclass(frozen=True, slots=True)
class CalibrateOptions:
    """What a calibration is made with.

    Attributes:
        now: time of the calibration; nothing is read from the clock.
        fitted, tested: simulated incidents for the map, and others to test it on.
        seed: of the former; the latter have the next one.
    """

    now: datetime
    fitted: int
    tested: int
    seed: int = 1


def calibrate(ground: Ground, options: CalibrateOptions, watch: Watch) -> Calibration:
    """Fit a map on simulated incidents and test it on others; one that does not make their Brier score smaller is not kept."""
    seeds = (options.seed, options.seed + 1)
    exposure = ground.exposure
    learned = _Record()
    for done, (posterior, answers) in enumerate(_judged(ground, options.fitted, seeds[0]), start=1):
        learned.note(posterior, answers)
        watch(done)
    method, answer = fit_map(learned.answers())
    before, after = _Record(), _Record()
    for done, (posterior, answers) in enumerate(_judged(ground, options.tested, seeds[1]), start=options.fitted + 1):
        before.note(posterior, answers)
        after.note(calibrated(posterior, exposure, answer), answers)
        watch(done)
    stated, mapped = reliability(before.answers()), reliability(after.answers())
    if mapped.brier >= stated.brier:  # where the model is right about itself already, a map fitted on chance would only harm
        method, answer, mapped = "none", UNCHANGED, stated
    return Calibration(
        made_at=options.now,
        program=__version__,
        constants=constants_hash(ground.constants),
        shape=shape_of(exposure),
        method=method,
        fitted=options.fitted,
        tested=options.tested,
        seeds=seeds,
        answer=answer,
        before=stated,
        after=mapped,
        alike=alike_parts(exposure),
    )


def _judged(ground: Ground, count: int, seed: int) -> Iterator[tuple[Posterior, frozenset[int]]]:
    """Simulated incidents, judged as real ones are, with the sets that are right."""
    for one in simulate(ground, count, seed):
        yield search(ground.likelihood(one.sample)), one.answers


class _Record:
    """Collects leading answers."""

    def __init__(self) -> None:
        self._log_odds: list[float] = []
        self._right: list[bool] = []

    def note(self, posterior: Posterior, right: frozenset[int]) -> None:
        """Add what leads; something unseen is no answer that could be right or wrong."""
        leading = leading_answer(posterior)
        if leading is None:
            return
        p = posterior.nothing + posterior.managed if leading == NOTHING_SHARED else posterior.fault[leading]
        self._log_odds.append(float(np.clip(logit(min(p, 1.0)), -MOST_LOG_ODDS, MOST_LOG_ODDS)))
        self._right.append(leading in right if leading != NOTHING_SHARED else not right)

    def answers(self) -> Answers:
        """What was collected."""
        return Answers(np.array(self._log_odds), np.array(self._right, dtype=bool))
