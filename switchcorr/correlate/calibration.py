"""How far a probability can be believed here: a monotone map, fitted on incidents simulated over the site's own topology.

An answer is what leads: one equal-exposure set at fault, or nothing shared. The map moves the log odds of the leading answer; the
hypotheses with it and those without it keep their weights among themselves. So everything stays one distribution over hypotheses:
what excluded each other still does, sums stay at most 1, and named causes and verdicts follow from the calibrated weights. A map
that would dethrone the leader stops where it is level with the runner-up, so the first suspect is the same with and without.
Sources: isotonic calibration (Zadrozny and Elkan 2002), sigmoid calibration (Platt 1999), updating by Jeffrey's rule.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass
from datetime import datetime

import numpy as np
from scipy.optimize import isotonic_regression
from scipy.special import expit, logit, logsumexp

from switchcorr import __version__
from switchcorr.correlate.constants import Constants
from switchcorr.correlate.exposure import Bools, Exposure, Floats
from switchcorr.correlate.hypotheses import Hypothesis, ItemKind
from switchcorr.correlate.identifiability import alike_parts
from switchcorr.correlate.search import Posterior, search, weigh
from switchcorr.correlate.simulation import Ground, simulate
from switchcorr.model.calibration import MOST_LOG_ODDS, UNCHANGED, Calibration, CalibrationUse, OddsMap, Reliability, ReliabilityBin, Shape
from switchcorr.model.campus import RISK_KINDS

LEAST_ISOTONIC = 300
"""Incidents from which the map may take any increasing form; with fewer it is Platt's line in log odds."""
POOLED = 25
"""Incidents that are taken together before the form is looked for: single right and wrong answers are noise."""
SHRUNK = 10.0
"""Incidents that Platt's line weighs in each pool: a pool leaves it only for what the pool itself shows."""
_RIDGE = 2.0
"""Weight of "no change" against a Platt map: in incidents of log odds 1."""
MOST_CHANGED = 0.2
"""Relative change of any count of the topology up to which a map is still used. Assumed."""
_BINS = 10
_NOTHING = -1
"""The answer "nothing shared", among the numbers of sets."""

Watch = Callable[[int], None]
"""Called with the number of incidents that are done."""


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """The leading answers of some incidents: their log odds in increasing order, and whether each is right."""

    log_odds: Floats
    right: Bools


def calibrated(posterior: Posterior, exposure: Exposure, answer: OddsMap, chosen: float = 0.0) -> Posterior:
    """The posterior with the log odds of its leading answer mapped; the same if nothing leads or nothing was set against it.

    Args:
        posterior: of a search.
        exposure: of the site.
        answer: the map.
        chosen: what the score of "nothing shared" holds because a search has chosen the window. The map is one for windows that
            somebody points at; this is taken off before and put on again after.
    """
    if not answer.knots:
        return posterior
    pointed_at = posterior if not chosen else weigh(_with_nothing(posterior.scores, -chosen), exposure)
    moved = _moved(pointed_at, exposure, answer)
    return posterior if moved is None else weigh(_with_nothing(moved, chosen), exposure)


def _with_nothing(scores: dict[Hypothesis, float], odds: float) -> dict[Hypothesis, float]:
    return {hypothesis: score if hypothesis else score + odds for hypothesis, score in scores.items()}


def _moved(posterior: Posterior, exposure: Exposure, answer: OddsMap) -> dict[Hypothesis, float] | None:
    """The scores with those of the leading answer moved; None if nothing leads or nothing was set against it."""
    leading = _leading(posterior)
    if leading is None:
        return None
    inside = {hypothesis: score for hypothesis, score in posterior.scores.items() if _says(hypothesis, leading, exposure)}
    outside = {hypothesis: score for hypothesis, score in posterior.scores.items() if hypothesis not in inside}
    total = logsumexp(list(outside.values())) if outside else -np.inf
    if not np.isfinite(total):
        return None
    log_odds = float(logsumexp(list(inside.values())) - total)
    least = _level(weigh(inside, exposure), weigh(outside, exposure), leading)
    moved = max(answer(log_odds), min(least, log_odds)) - log_odds
    return {hypothesis: score + moved * (hypothesis in inside) for hypothesis, score in posterior.scores.items()}


def _leading(posterior: Posterior) -> int | None:
    """Number of the set that leads, or ``_NOTHING``; None if something unseen leads."""
    number, probability = next(iter(posterior.fault.items()), (_NOTHING, 0.0))
    quiet = posterior.nothing + posterior.managed
    if posterior.unseen > max(probability, quiet):
        return None
    return number if probability >= quiet else _NOTHING


def _says(hypothesis: Hypothesis, answer: int, exposure: Exposure) -> bool:
    faults = {int(exposure.twin[item.component]) for item in hypothesis if item.kind is ItemKind.FAULT}
    if answer != _NOTHING:
        return answer in faults
    return not faults and all(item.kind is not ItemKind.UNSEEN for item in hypothesis)


def _level(inside: Posterior, outside: Posterior, leading: int) -> float:
    """Log odds of the leading answer at which the strongest other one is as probable."""
    least = 0.0
    rivals = [(inside.fault.get(number, 0.0), p) for number, p in outside.fault.items() if number != leading]
    rivals += [(inside.nothing + inside.managed, outside.nothing + outside.managed)] if leading != _NOTHING else []
    for with_it, without_it in (*rivals, (inside.unseen, outside.unseen)):
        # level where g = g * with_it + (1 - g) * without_it
        least = max(least, without_it / max(1.0 - with_it + without_it, 1e-300))
    return float(logit(min(least, 1.0)))


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
    fitted: int = 600
    tested: int = 300
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
        leading = _leading(posterior)
        if leading is None:
            return
        p = posterior.nothing + posterior.managed if leading == _NOTHING else posterior.fault[leading]
        self._log_odds.append(float(np.clip(logit(min(p, 1.0)), -MOST_LOG_ODDS, MOST_LOG_ODDS)))
        self._right.append(leading in right if leading != _NOTHING else not right)

    def answers(self) -> Answers:
        """What was collected."""
        return Answers(np.array(self._log_odds), np.array(self._right, dtype=bool))


def shape_of(exposure: Exposure) -> Shape:
    """The outlines of a topology."""
    exposed = (exposure.members >= 0).sum(axis=0).tolist()
    counts = np.diff(exposure.first_of).tolist()
    return Shape(len(exposure.phones), int(exposure.located.sum()), tuple(zip(exposure.kinds, counts, exposed, strict=True)))


def constants_hash(constants: Constants) -> str:
    """Sixteen hex digits that change with any constant or prior of the model."""
    return hashlib.sha256(repr((astuple(constants), RISK_KINDS)).encode()).hexdigest()[:16]


def why_not(calibration: Calibration, exposure: Exposure, constants: Constants) -> str:
    """Why a calibration cannot be used here; empty if it can."""
    if calibration.program != __version__:
        return f"it was made by version {calibration.program}"
    if calibration.constants != constants_hash(constants):
        return "the constants of the model are others now"
    if calibration.shape.distance(shape := shape_of(exposure)) > MOST_CHANGED:
        return f"the network it was learned on is another one ({_outline(calibration.shape)}; now {_outline(shape)})"
    return ""


def applied(calibration: Calibration | None, exposure: Exposure, constants: Constants) -> tuple[CalibrationUse | None, OddsMap]:
    """What becomes of a calibration here, and the map that counts: one that changes nothing if it does not belong here."""
    if calibration is None:
        return None, UNCHANGED
    use = CalibrationUse(calibration.made_at, calibration.fitted, why_not(calibration, exposure, constants))
    return use, calibration.answer if use.used else UNCHANGED


def told(use: CalibrationUse | None) -> tuple[str, ...]:
    """A sentence on the calibration for the coverage; none without one."""
    if use is None:
        return ()
    if use.used:
        return (f"probabilities are calibrated: on {use.fitted:,} incidents simulated over this network on {use.made_at:%Y-%m-%d}",)
    return (f"the calibration of {use.made_at:%Y-%m-%d} is not used: {use.why_not}; correlate --calibrate makes a new one",)


def _outline(shape: Shape) -> str:
    return f"{shape.phones:,} endpoints, {sum(count for _, count, _ in shape.kinds):,} components of {len(shape.kinds)} kinds"
