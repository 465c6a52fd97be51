"""What a page weighs, in bytes: the goal of the small estate, which the benchmark prints, is held by every change."""

from __future__ import annotations

from benchmarks.report import answer
from switchcorr.report.to_html import render_html


def test_the_page_of_twenty_switches_and_a_thousand_phones_can_be_mailed() -> None:
    result, estate = answer(2, 10, 2, 26)
    assert len(estate.phones) > 1000
    assert len(render_html(result, estate=estate).encode()) <= 120_000
