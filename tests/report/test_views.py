"""The words of the view that no golden page shows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from switchcorr.model.campus import Component
from switchcorr.model.incident import Correlation, Verdict
from switchcorr.report.views import IncidentView, result_view
from tests.report.results import correlation


def _with_causes(*parts: tuple[str, float], verdict: Verdict = Verdict.CALL_SERVER) -> Correlation:
    result = correlation(phones=4)
    (incident,) = result.incidents
    (cause,) = incident.causes
    causes = tuple(replace(cause, component=Component(kind, "x"), probability=probability) for kind, probability in parts)
    return replace(result, incidents=(replace(incident, verdict=verdict, causes=causes),))


def _view(*parts: tuple[str, float], verdict: Verdict = Verdict.CALL_SERVER) -> IncidentView:
    return result_view(_with_causes(*parts, verdict=verdict)).incidents[0]


@pytest.mark.parametrize(
    ("parts", "verdict", "words"),
    [
        ((("node", 0.99), ("switch", 0.98)), Verdict.CALL_SERVER, "The call server and the network"),
        ((("node", 0.99), ("switch", 0.3)), Verdict.CALL_SERVER, "The call server"),
        ((("module", 0.99), ("switch", 0.98), ("model", 0.6)), Verdict.NETWORK, "The network and the phones themselves"),
        ((("node", 0.6), ("switch", 0.6)), Verdict.NOT_PROVEN, "Not proven"),
    ],
)
def test_a_verdict_names_the_sides_of_all_that_failed_at_once(parts: tuple[tuple[str, float], ...], verdict: Verdict, words: str) -> None:
    assert _view(*parts, verdict=verdict).verdict == words
    assert result_view(_with_causes(*parts, verdict=verdict)).headline.endswith(f": {words.lower()}.")


def test_where_it_is_open_which_part_it_is_none_is_called_sure() -> None:
    view = _view(("distribution", 0.36), ("power", 0.29), verdict=Verdict.NETWORK)
    assert view.sure == "36 % likely"
    assert ("what is suspected most", "36 % likely") in view.numbers
