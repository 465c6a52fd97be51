"""A calibration comes back from its document as it was; what is no calibration is refused whole, with its reason."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.model.calibration import Calibration, OddsMap
from switchcorr.report.calibration import calibration_document
from switchcorr.report.from_json import calibration_from
from switchcorr.report.to_json import json_text
from tests.report.made_calibration import MADE

Document = dict[str, Any]


def _document(made: Calibration = MADE) -> Document:
    document: Document = json.loads(json_text(calibration_document(made)))
    return document


_STEPS = st.lists(st.floats(0.001, 9), min_size=0, max_size=8)


@given(_STEPS, _STEPS, st.one_of(st.floats(1, 50), st.just(math.inf)))
def test_what_is_written_is_read_again(xs: list[float], ys: list[float], limit: float) -> None:
    knots = tuple(zip((sum(xs[: i + 1]) for i in range(len(xs))), (sum(ys[: i + 1]) for i in range(len(ys))), strict=False))
    made = Calibration(**{name: getattr(MADE, name) for name in Calibration.__dataclass_fields__} | {"answer": OddsMap(knots, limit)})
    assert calibration_from(_document(made)) == made


def test_a_file_of_an_earlier_version_does_not_tell_what_is_alike() -> None:
    document = _document()
    del document["alike"]
    assert calibration_from(document) == replace(MADE, alike=())


def _changed(*path: str | int, to: object) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        place: Any = document
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = to

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_changed("schema", to="switchcorr/calibration/2"), "schema switchcorr/calibration/1 expected"),
        (_changed("program", to=1), "program: text expected"),
        (_changed("made_at", to="yesterday"), "not a moment"),
        (_changed("seeds", to=[1]), "seeds: two expected"),
        (_changed("seeds", to=[1, "2"]), "seeds: a whole number expected"),
        (_changed("fitted", to=-1), "fitted: a count expected"),
        (_changed("alike", to=3), "alike: a list expected"),
        (_changed("alike", 0, "others", 0, "components", to="many"), "components: a whole number expected"),
        (_changed("fitted", to=True), "fitted: a whole number expected"),
        (_changed("topology", "kinds", to="none"), "kinds: a list expected"),
        (_changed("topology", to=None), "phones is missing"),
        (_changed("map", "knots", to=[[1.0]]), "knots: pairs of numbers expected"),
        (_changed("map", "knots", to=["12"]), "knots: pairs of numbers expected"),
        (_changed("map", "knots", to=[[1.0, "x"]]), "knots: a number expected"),
        (_changed("map", "knots", to=[[1.0, 2.0], [2.0, 2.0]]), "knots: a map that rises expected"),
        (_changed("map", "knots", to=[[2.0, 2.0], [1.0, 3.0]]), "knots: a map that rises expected"),
        (_changed("map", "limit", to=math.nan), "limit: a number expected"),
        (_changed("before", "bins", 0, "right", to=None), "right: a number expected"),
        (lambda document: document.pop("after"), "after is missing"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_calibration_is_refused_with_its_reason(change: Callable[[Document], None], said: str) -> None:
    document = _document()
    change(document)
    with pytest.raises(ValueError, match=said):
        calibration_from(document)


@pytest.mark.parametrize("document", [None, [], 3, "x", {}, {"schema": None}])
def test_what_is_no_document_at_all_is_refused(document: object) -> None:
    with pytest.raises(ValueError, match="schema"):
        calibration_from(document)
