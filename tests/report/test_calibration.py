"""A calibration as people read it and as it is kept."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from switchcorr.model.calibration import Alike, Calibration, CalibrationUse, OddsMap, Reliability, ReliabilityBin, Shape
from switchcorr.report.calibration import calibration_document, calibration_text
from switchcorr.report.past import PastAudit
from switchcorr.report.to_html import render_past
from switchcorr.report.to_json import correlation_json
from tests.report.results import correlation

_BEFORE = Reliability(40, 0.11, 0.12, (ReliabilityBin(0.9, 1.0, 40, 0.96, 0.85),))
_AFTER = Reliability(40, 0.01, 0.09, (ReliabilityBin(0.8, 0.9, 40, 0.86, 0.85),))


def _made(limit: float) -> Calibration:
    shape = Shape(8_310, 8_000, (("module", 40, 8_000), ("switch", 12, 8_000)))
    answer = OddsMap(((-1.0, -0.5), (5.0, 4.0)), limit)
    return Calibration(datetime(2026, 11, 23, 9, tzinfo=UTC), "0.1.0", "abc", shape, "platt", 400, 200, (5, 6), answer, _BEFORE, _AFTER)


def test_people_read_what_it_rests_on_and_both_tables() -> None:
    lines = calibration_text(_made(8.0)).splitlines()
    assert lines[:2] == [
        "Calibrated on 400 incidents simulated over this network (platt),",
        "tested on 200 others: 8,310 endpoints, 52 components.",
    ]
    assert lines[4].split() == ["calibration", "error", "(ECE)", "0.110", "0.010"]
    assert [line.split() for line in lines if line.startswith("  0")] == [
        ["0.9", "to", "1.0", "40", "0.960", "0.850"],
        ["0.8", "to", "0.9", "40", "0.860", "0.850"],
    ]


def test_the_text_fits_into_80_columns() -> None:
    alike = (Alike("module", 40, 3, (("switch", 3), ("uplink_bundle", 2))), Alike("node", 2, 0, ()))
    assert max(map(len, calibration_text(replace(_made(8.0), alike=alike)).splitlines())) <= 80


def test_people_read_what_phones_cannot_tell_apart_the_worst_kind_first() -> None:
    alike = (Alike("module", 40, 4, (("switch", 4),)), Alike("switch", 12, 9, (("uplink_bundle", 9), ("vlan", 2))), Alike("node", 2, 0, ()))
    lines = calibration_text(replace(_made(8.0), alike=alike)).splitlines()
    assert [line.split() for line in lines[-3:]] == [
        ["switch", "12", "9", "75%", "uplink", "bundle", "(9),", "VLAN", "(2)"],
        ["module", "40", "4", "10%", "switch", "(4)"],
        ["CallManager", "node", "2", "0", "0%"],
    ]


@pytest.mark.parametrize(("limit", "kept"), [(8.0, 8.0), (math.inf, None)])
def test_a_map_without_a_limit_is_kept_as_one_without(limit: float, kept: float | None) -> None:
    document = calibration_document(_made(limit))
    assert document["map"] == {"knots": [[-1.0, -0.5], [5.0, 4.0]], "limit": kept}
    assert document["schema"] == "switchcorr/calibration/1"


def test_an_answer_names_the_calibration_it_went_through() -> None:
    use = CalibrationUse(datetime(2026, 11, 23, 9, tzinfo=UTC), 400, "it was made by version 0.0.7")
    result = replace(correlation(), calibration=use)
    assert correlation_json(result)["calibration"] == {
        "made_at": "2026-11-23T09:00:00Z",
        "fitted": 400,
        "used": False,
        "why_not": "it was made by version 0.0.7",
    }


def test_the_page_of_past_audits_has_a_row_each_in_the_order_given() -> None:
    rows = [PastAudit("2026-11-23 09:00", "b.html", 2, 1, 3, "two"), PastAudit("2026-11-22 09:00", "", 0, 0, 2, "<none>")]
    page = render_past(rows)
    assert page.index("2026-11-23 09:00") < page.index("2026-11-22 09:00")
    assert 'href="b.html"' in page
    assert "&lt;none&gt;" in page
