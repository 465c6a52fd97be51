"""Rules of axe-core on every kind of page, in light and dark: no violation. The rules come with the test library, nothing is loaded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it has no types

from switchcorr.model.campus import Component
from switchcorr.model.incident import Correlation, Verdict
from switchcorr.report.estate import Estate
from switchcorr.report.estate_build import make_estate
from switchcorr.report.past import PastAudit
from switchcorr.report.to_html import render_changes, render_html, render_inventory, render_past
from tests.report.campuses import made_campus, made_result
from tests.report.driven import READY, Chromium, Driven, campus_answer
from tests.report.results import chronic, flapping
from tests.report.test_changes_view import COMPARISON

pytestmark = pytest.mark.browser


def _outage() -> tuple[Correlation, Estate]:
    made = made_campus(sites=2, switches=3, modules=2, phones=26)
    result = made_result(made, Component("cluster", "headquarters"), share=1.0, verdict=Verdict.CALL_SERVER)
    return result, make_estate(result, campus=made.campus, log=made.log, ports=made.ports)


def _quiet() -> tuple[Correlation, Estate]:
    """Few phones: in an inventory each is a line of links and words, and one rule takes the square of them."""
    made = made_campus(sites=2, switches=3, modules=2, phones=8)
    known = str(made.campus.placements[0].phone)
    flaps = flapping().flapping
    result = replace(made_result(made), flapping=(replace(flaps[0], phone=known), *flaps[1:]), chronic=chronic().chronic)
    return result, make_estate(result, campus=made.campus, log=made.log, ports=made.ports)


def _pages() -> dict[str, str]:
    (incident, campus), (outage, everybody), (quiet, calm) = campus_answer(), _outage(), _quiet()
    return {
        "incident": render_html(incident, estate=campus),
        "outage": render_html(outage, estate=everybody),
        "quiet": render_html(quiet, estate=calm),
        "inventory": render_inventory(quiet, calm),
        "changes": render_changes(COMPARISON, quiet, estate=calm),
        "incident and changes": render_html(incident, estate=campus, changes=COMPARISON),
        "past audits": render_past([PastAudit("2026-11-22 08:00:00", "audit.html", 1, 2, 3, "6 of 6 switches read")]),
    }


@pytest.fixture(scope="module")
def page(browser: Chromium) -> Driven:
    """The page's policy forbids what is not its own; the rules are given to the page by the driver, past the policy."""
    return Driven(browser.page(bypass_csp=True))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    found = {}
    for name, page in _pages().items():
        found[name] = tmp_path_factory.mktemp(name.partition(" ")[0]) / "report.html"
        found[name].write_text(page, encoding="utf-8", newline="\n")
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["incident", "outage", "quiet", "inventory", "changes", "incident and changes", "past audits"])
def test_no_rule_is_violated(page: Driven, files: dict[str, Path], name: str, scheme: Literal["light", "dark"]) -> None:
    page.told.clear()
    page.page.emulate_media(color_scheme=scheme)
    scripted = name != "past audits"
    page.open(files[name], "#switch=s01-acc01", ready=READY if scripted else "true")
    page.ask("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    if scripted:
        page.page.fill("#search-text", "acc0")
    results = Axe().run(page.page).response
    assert results["violations"] == [], [(one["id"], [node["html"][:200] for node in one["nodes"][:4]]) for one in results["violations"]]
    assert page.told == []


def test_the_rules_find_what_is_wrong(page: Driven, files: dict[str, Path]) -> None:
    page.open(files["quiet"])
    page.ask("document.querySelector('h1').replaceWith(document.createElement('button'))")
    assert {one["id"] for one in Axe().run(page.page).response["violations"]} >= {"button-name"}
