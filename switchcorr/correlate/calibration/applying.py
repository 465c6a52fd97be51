"""A map of probabilities applied to what a search found, and whether it belongs to this site.

An answer is what leads: one equal-exposure set at fault, or nothing shared. The map moves the log odds of the leading answer; the
hypotheses with it and those without it keep their weights among themselves. So everything stays one distribution over hypotheses:
what excluded each other still does, sums stay at most 1, and named causes and verdicts follow from the calibrated weights. A map
that would dethrone the leader stops where it is level with the runner-up, so the first suspect is the same with and without.
Source: updating by Jeffrey's rule.
"""

from __future__ import annotations

import hashlib
from dataclasses import astuple

import numpy as np
from scipy.special import logit, logsumexp

from switchcorr import __version__
from switchcorr.correlate.constants import Constants
from switchcorr.correlate.exposure.table import Exposure
from switchcorr.correlate.scoring.hypotheses import Hypothesis, ItemKind
from switchcorr.correlate.scoring.search import Posterior, weigh
from switchcorr.model.calibration import UNCHANGED, Calibration, CalibrationUse, OddsMap, Shape
from switchcorr.model.campus import RISK_KINDS

MOST_CHANGED = 0.2
"""Relative change of any count of the topology up to which a map is still used. Assumed."""
NOTHING_SHARED = -1
"""The answer "nothing shared", among the numbers of sets."""


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
    leading = leading_answer(posterior)
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


def leading_answer(posterior: Posterior) -> int | None:
    """Number of the set that leads, or ``NOTHING_SHARED``; None if something leads that nobody could name."""
    number, probability = next(iter(posterior.fault.items()), (NOTHING_SHARED, 0.0))
    quiet = posterior.nothing + posterior.managed
    if max(posterior.unseen, posterior.unnamed) > max(probability, quiet):
        return None
    return number if probability >= quiet else NOTHING_SHARED


def _says(hypothesis: Hypothesis, answer: int, exposure: Exposure) -> bool:
    faults = {int(exposure.twin[item.component]) for item in hypothesis if item.kind is ItemKind.FAULT}
    if answer != NOTHING_SHARED:
        return answer in faults
    return not faults and all(item.kind not in (ItemKind.UNSEEN, ItemKind.UNNAMED) for item in hypothesis)


def _level(inside: Posterior, outside: Posterior, leading: int) -> float:
    """Log odds of the leading answer at which the strongest other one is as probable."""
    least = 0.0
    rivals = [(inside.fault.get(number, 0.0), p) for number, p in outside.fault.items() if number != leading]
    rivals += [(inside.nothing + inside.managed, outside.nothing + outside.managed)] if leading != NOTHING_SHARED else []
    for with_it, without_it in (*rivals, (inside.unseen, outside.unseen), (inside.unnamed, outside.unnamed)):
        # level where g = g * with_it + (1 - g) * without_it
        least = max(least, without_it / max(1.0 - with_it + without_it, 1e-300))
    return float(logit(min(least, 1.0)))


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
