"""Texts of devices, phones and logs that want to be more than text, through the script: search, panels, cards, list, map and file."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from switchcorr.model.calibration import CalibrationUse
from switchcorr.model.campus import Component, Observation, ObservationKind
from switchcorr.model.changes import Change, ChangeKind, ChangeState, Comparison
from switchcorr.model.event import EventFileAccount, UnusedLine
from switchcorr.model.incident import Correlation
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.snapshot import BadLine, OutputAccount, OutputState
from switchcorr.report.estate import Estate, ServerReading
from switchcorr.report.past import PastAudit
from switchcorr.report.to_html import render_changes, render_html, render_inventory, render_past, write_html
from tests.report.driven import READY, Chromium, Driven, campus_answer, opened
from tests.report.poison import Poison
from tests.report.results import correlation
from tests.report.test_to_html import HOSTILE

pytestmark = pytest.mark.browser
_FORMULAS = ["=HYPERLINK(\"http://192.0.2.1\",\"x\")", "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "＝1+1", " =cmd|' /C calc'!A0", '"=1+1', "=1\r\n=2", "x" * 2000]  # fmt: skip
_TEXTS = [*HOSTILE, *_FORMULAS]


def _poisoned(shown: Estate) -> Estate:
    """The estate with a hostile text in every field that a device, a phone or a log fills."""

    def texts(count: int, shift: int, *, own: bool = False) -> list[str]:
        return [_TEXTS[(place + shift) % len(_TEXTS)] + (f" {place}" if own else "") for place in range(count)]

    phones, count = shown.phones, len(shown.phones)
    names = texts(count, 0, own=True)
    columns = replace(
        phones, name=names, ip=texts(count, 1), node=texts(count, 2), description=texts(count, 3), model=texts(count, 4), firmware=texts(count, 5), extension=texts(count, 10),
        why_unplaced=texts(count, 6), interface=[InterfaceName(text) for text in texts(count, 8)],
    )  # fmt: skip
    switches = tuple(
        replace(switch, name=f"{_TEXTS[place % len(_TEXTS)]} s{place}", model=_TEXTS[place % len(_TEXTS)], address=_TEXTS[-place % len(_TEXTS)], software=_TEXTS[place % 7], site=_TEXTS[place % 3])
        for place, switch in enumerate(shown.switches)
    )  # fmt: skip
    modules = tuple(
        replace(module, id=f"{switches[module.switch].name}/{text}", label=text, model=text, status=text)
        for module, text in zip(shown.modules, texts(len(shown.modules), 9), strict=True)
    )
    ports = {
        module: tuple(
            replace(port, interface=InterfaceName(text), counter=text) for port, text in zip(found, texts(len(found), module), strict=True)
        )
        for module, found in shown.ports.items()
    }
    return replace(
        shown, phones=columns, losses=replace(shown.losses, reason=texts(len(shown.losses), 7)), switches=switches, modules=modules, ports=ports,
        switch_index={switch.name: place for place, switch in enumerate(switches)}, module_index={module.id: place for place, module in enumerate(modules)},
        phone_index=dict(zip(names, range(count), strict=True)) | shown.phone_index,
    )  # fmt: skip


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("page") / "report.html"
    result, shown = campus_answer()
    write_html(result, file, estate=_poisoned(shown))
    return file


_COUNTS = """() => {
  const all = [...document.querySelectorAll("*")], count = kind => all.filter(kind).length;
  return {
    tags: count(one => one.matches("img, iframe, base, link, form, object, embed, style:not(head style), meta[http-equiv=refresh]")),
    scripts: count(one => one.tagName.toLowerCase() === "script" && one.type !== "text/plain"),
    handlers: count(one => [...one.attributes].some(two => two.name.startsWith("on"))),
    links: count(one => one.localName === "a" && one.protocol !== "file:"),
  };
}"""


def _nothing_happened(page: Driven, about: str = "", *, scripts: int = 1) -> None:
    assert page.told == [], about
    assert page.ask(_COUNTS) == {"tags": 0, "scripts": scripts, "handlers": 0, "links": 0}, about


def test_there_are_at_least_forty_of_them() -> None:
    assert len(set(_TEXTS)) >= 40


def test_search_panels_cards_and_list_show_text_as_text(browser: Chromium, path: Path) -> None:
    page = opened(browser, path)
    assert page.ask("d.hit.length") > 300
    for text in ("<script>", "onerror", "javascript:", "alert", "{{7*7}}", "x" * 50):
        page.page.fill("#search-text", text)
        assert text in page.page.locator("#hits").inner_text()
        assert page.page.locator("#hits *:not(li):not(bdi)").count() == 0
    for place in range(6):
        page.ask(f"choose(-1, [...d.switchX.keys()].filter(s => d.switchX[s])[{place}])")
        page.wait(
            f"document.querySelectorAll('#switch-body g').length > 90 && now.owner === [...d.switchX.keys()].filter(s => d.switchX[s])[{place}]"
        )
    for phone in range(50):
        page.ask(f"tell({phone})")
        _nothing_happened(page)
    page.page.locator("#phone-tools button", has_text="All").click()
    page.page.mouse.move(300, 300)
    for share in range(4):
        page.ask(f"document.querySelector('#sight').scrollTop = document.querySelector('#rows').clientHeight * {share} / 4")
        page.wait("document.querySelectorAll('#rows .row').length > 10")
        _nothing_happened(page)
    shown = page.page.locator("#rows").inner_text()
    assert not {*shown} & {*"\u202e\x00\x1b\u2028"}
    assert page.ask("document.documentElement.scrollWidth") <= 1240
    page.page.close()


def test_a_link_to_a_hostile_name_opens_it_and_nothing_else(tab: Driven, path: Path) -> None:
    for link in (
        "#phone=%3Cscript%3Ealert(1)%3C/script%3E%20287",
        "#switch=%3Cimg%20src=x%20onerror=alert(1)%3E",
        "#phone=javascript:alert(1)",
        "#javascript:alert(1)",
    ):
        tab.open(path, link)
        _nothing_happened(tab)


def test_no_cell_of_the_file_is_a_formula(browser: Chromium, path: Path) -> None:
    page = opened(browser, path)
    page.page.locator("#phone-tools button", has_text="All").click()
    with page.page.expect_download() as waiting:
        page.page.locator("#phone-tools button", has_text="CSV").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))[1:]
    cells = [cell for row in rows for cell in row]
    assert len(rows) > 300
    assert sum(cell.startswith("'") for cell in cells) > 200
    assert [cell for cell in cells if cell.lstrip('"\u0020').startswith(tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20"))] == []
    page.page.close()


def _everything() -> tuple[Correlation, Estate, Comparison]:
    """An answer, a network and changes with something in every field that can hold a text."""
    result, shown = campus_answer()
    rich = correlation()  # words for and against, ranking, assumptions
    output = OutputAccount("acc", "show", "f", OutputState.PARSED, 1, "why", (BadLine(1, "line", "reason"),))
    coverage = replace(
        rich.coverage, assumptions=("a",), outputs=(output, replace(output, state=OutputState.QUARANTINED)), devices_unread=("d",),
        event_files=(EventFileAccount("f", ("g",), 3, 1, 1, samples=(UnusedLine(1, "u"),), problem="p"),),
    )  # fmt: skip
    cause, told = result.incidents[0].causes[0], rich.incidents[0].causes[0]
    cause = replace(
        cause,
        equivalent=told.equivalent or (Component("switch", "e"),),
        evidence_for=told.evidence_for,
        evidence_against=told.evidence_against or told.evidence_for,
    )
    incident = replace(result.incidents[0], causes=(cause,), unseen=("u",), summary="s")
    calibration = CalibrationUse(datetime(2026, 11, 1, tzinfo=UTC), 9, "why")
    result = replace(result, coverage=coverage, incidents=(incident, *result.incidents[1:]), calibration=calibration)
    findings = (Observation(Component("module", "s01-acc01/2"), ObservationKind.MODULE_STATUS, 1.0, "faulty"),)
    shown = replace(shown, findings=findings, signs=(*shown.signs, ServerReading(shown.start + 60, "cm-sub1", "CpuPegging", "rate 19")))
    changes = [Change(kind, state, "s", "w", None, "b", "a", "s01-acc01", "p", "n", "i") for kind in ChangeKind for state in ChangeState]
    return result, shown, Comparison("before", "after", changes=tuple(changes), unseen=("u",))


@pytest.mark.parametrize("kinds", [False, True])
@pytest.mark.parametrize("first", range(0, len(_TEXTS), 10))
def test_no_field_of_any_page_becomes_more_than_text(browser: Chromium, tmp_path: Path, first: int, kinds: bool) -> None:
    poison = Poison([*_TEXTS[first:], *_TEXTS[:first]], kinds)
    result, shown, changes = poison.all(_everything())
    past = [PastAudit(*poison.all((text, text)), 1, 2, 3, poison.text(text)) for text in map(str, range(len(_TEXTS)))]
    pages = {
        "incident": render_html(result, estate=shown, changes=changes),
        "alone": render_html(result, changes=changes),
        "inventory": render_inventory(replace(result, incidents=()), shown),
        "changes": render_changes(changes, result, estate=shown),
        "past": render_past(past),
    }
    assert set(_TEXTS) <= {text.rpartition(" ")[0] for text in poison.given.values()}
    file, driven = tmp_path / "report.html", Driven(browser.page())
    for name, page in pages.items():
        file.write_text(page, encoding="utf-8", newline="\n")
        driven.open(file, ready="document.readyState === 'complete'" if name == "past" else READY)
        driven.page.mouse.move(0, 0)
        driven.page.mouse.move(300, 300)
        _nothing_happened(driven, name, scripts=name != "past")
        assert driven.page.locator("h1").is_visible(), name
        if name != "past":
            driven.page.fill("#search-text", "alert")
            assert driven.page.locator("#hits *:not(li):not(bdi)").count() == 0
            driven.ask(
                "[...document.querySelectorAll('[data-cause] button, [data-ticket] button, #phone-tools button')].filter(one => one.dataset.do !== 'save').forEach(one => one.click())"
            )
            driven.ask("[...d.hit.keys()].slice(0, 30).forEach(p => tell(p))")
            assert driven.told == [], name
        assert driven.ask("document.documentElement.scrollWidth") <= 1240, name
    driven.page.close()
