"""One window, with all that is known of it: its likelihood, its circumstances, and what is believed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scipy.special import logsumexp

from switchcorr.correlate.detection.case import Case
from switchcorr.correlate.drops.table import Window
from switchcorr.correlate.elsewhere import Elsewhere
from switchcorr.correlate.evidence.circumstances import Circumstances, component_odds, facts_in, sudden_bursts
from switchcorr.correlate.evidence.failover import failover_in
from switchcorr.correlate.evidence.phones import phone_side
from switchcorr.correlate.evidence.servers import server_evidence
from switchcorr.correlate.evidence.switches import touched
from switchcorr.correlate.scoring.hypotheses import NOTHING, ItemKind
from switchcorr.correlate.scoring.likelihood import Likelihood
from switchcorr.correlate.scoring.search import Posterior, search

_LEAST_ODDS = -690.0
"""Log odds of what has no hypothesis."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A window that holds a drop.

    Attributes:
        window: itself.
        likelihood: of its drops.
        known: apart from them.
        posterior: what is believed.
    """

    window: Window
    likelihood: Likelihood
    known: Circumstances
    posterior: Posterior


def odds_of_anything(posterior: Posterior) -> float:
    """Log odds of anything that can be named against "nothing shared"; what nothing names is neither, as it explains every busy minute."""
    nothing = posterior.scores[NOTHING]
    named = (score for items, score in posterior.scores.items() if any(item.kind is not ItemKind.UNNAMED for item in items))
    return float(logsumexp([nothing + _LEAST_ODDS, *named]) - nothing)


def judge(case: Case, windows: Iterable[Window], others: Elsewhere | None = None) -> Iterator[Judged]:
    """Those of some windows that hold a drop, one after the other: what belongs to hundreds of them would not fit into memory.

    Args:
        case: the log and the components.
        windows: in the order of the answer.
        others: what the other windows of the log say of each.
    """
    for window in windows:
        span = case.drops.between(window.start, window.end)
        if span.stop > span.start:
            yield _judged(case.at(window.start), window, span, others)


def _judged(case: Case, window: Window, span: slice, others: Elsewhere | None) -> Judged:
    facts = case.facts.about(touched(case.exposure, case.drops.row[span]), case.exposure)
    known = Circumstances(
        server=server_evidence(case.alerts, window, case.drops, case.constants),
        facts=facts_in(facts, window, case.constants),
        sudden=sudden_bursts(case.drops, span, case.exposure, case.constants),
        first=float(case.drops.time[span.start]),
        recurring=others.bursts_beside(window) if others else {},
        again=others.odds_at(window, case.priors) if others else {},
        phones=phone_side(case.words, case.drops, span, case.constants),
        failover=failover_in(case.comings, case.drops, span, case.constants),
    )
    likelihood = case.likelihood([window], component_odds(case.exposure, known, case.constants))
    return Judged(window, likelihood, known, search(likelihood))
