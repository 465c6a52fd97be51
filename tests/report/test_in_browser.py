"""The page in a real browser: no script but its own runs, nothing is requested, nothing is cut off, everything can be read."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from switchcorr.model.campus import Component
from switchcorr.report.to_html import render_html, write_html
from tests.report.driven import Chromium, Driven, opened
from tests.report.results import CASES, chronic, chronic_part, correlation, estate, flapping

pytestmark = pytest.mark.browser
_CONTRASTS = """() => {
  const parse = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = node => {
    for (; node; node = node.parentElement) {
      const colour = parse(getComputedStyle(node).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || parent.tagName === "title") continue;
    const style = getComputedStyle(parent);
    const ink = light(parse(parent instanceof SVGElement ? style.fill : style.color)), paper = light(behind(parent));
    found.push([(Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05), walker.currentNode.textContent.trim()]);
  }
  return found;
}"""


def _open(browser: Chromium, path: Path, **options: Any) -> tuple[Page, Driven]:
    """A page as it is loaded, before its script has done all it does."""
    driven = opened(browser, path, ready="true", **options)
    return driven.page, driven


def test_the_policy_stops_a_script_and_a_picture_that_got_in_all_the_same(browser: Chromium, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    planted = "<script>document.title = 'taken'; alert(1)</script><img src='http://127.0.0.1:9/x.png' onerror='alert(2)'><p style='color:red'>x</p></body>"
    path.write_text(render_html(correlation(phones=5)).replace("</body>", planted))
    page = browser.page()
    watch, failed = Driven(page), list[str | None]()
    page.on("requestfailed", lambda request: failed.append(request.failure))
    page.goto(path.as_uri())
    assert page.title() != "taken"
    assert [line for line in watch.told if line.startswith(("error", "dialog"))] == []
    for what in ("inline script", "inline event handler", "inline style", "Loading the image"):
        assert [line for line in watch.told if what in line and "Content Security Policy" in line], what
    assert failed == ["csp"]  # the browser tells of the picture it did not ask for
    page.close()


@pytest.mark.parametrize("name", sorted(CASES))
def test_nothing_sticks_out_of_the_window(tab: Driven, tmp_path: Path, name: str) -> None:
    path = tmp_path / "report.html"
    write_html(CASES[name](), path)
    tab.page.set_viewport_size({"width": 1240, "height": 900})
    tab.open(path, ready="true")
    assert tab.ask("getComputedStyle(document.body).fontSize") == "15px"  # the style's hash is right
    outside = "[...document.querySelectorAll('h1, h2, h3, p, li, dd')].filter(n => n.getBoundingClientRect().right > innerWidth + 1).length"
    for width in (1240, 800, 390):
        tab.page.set_viewport_size({"width": width, "height": 900})
        assert tab.ask("document.documentElement.scrollWidth") <= width
        assert tab.ask(outside) == 0
    assert tab.told == []


@pytest.mark.parametrize("width", [1240, 390])
def test_text_without_any_blank_sticks_out_nowhere(tab: Driven, tmp_path: Path, width: int) -> None:
    path = tmp_path / "report.html"
    write_html(correlation("x" * 400, phones=5), path)
    tab.page.set_viewport_size({"width": width, "height": 900})
    tab.open(path, ready="true")
    assert tab.ask("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", ["network", "not_proven", "everybody"])
def test_the_first_screen_says_what_when_how_sure_and_what_next(tab: Driven, tmp_path: Path, name: str) -> None:
    path = tmp_path / "report.html"
    write_html(CASES[name](), path)
    tab.page.set_viewport_size({"width": 1240, "height": 900})
    tab.open(path, ready="true")
    shown = "selector => document.querySelector(selector).getBoundingClientRect().bottom <= innerHeight"
    for selector in ("h1", ".word", ".next, .step", ".numbers, .count"):
        assert tab.ask(shown, selector), selector


@pytest.mark.parametrize("name", sorted(CASES))
def test_all_text_stands_out_from_its_ground(tab: Driven, tmp_path: Path, name: str) -> None:
    """Source of the bound: WCAG 2.2, 1.4.3, level AA."""
    path = tmp_path / "report.html"
    write_html(CASES[name](), path)
    tab.page.set_viewport_size({"width": 1240, "height": 900})
    tab.open(path, ready="true")
    for scheme in ("light", "dark"):
        tab.page.emulate_media(color_scheme=scheme)
        contrasts = tab.ask(_CONTRASTS)
        assert len(contrasts) > 10
        assert [text for ratio, text in contrasts if ratio < 4.5] == []


@pytest.mark.parametrize("forced", ["none", "active"])
def test_a_bar_is_as_long_as_its_share_in_a_narrow_window_and_seen_in_forced_colours(tab: Driven, campus_page: Path, forced: str) -> None:
    tab.page.emulate_media(forced_colors=forced)  # type: ignore[arg-type]  # one of two words
    tab.page.set_viewport_size({"width": 390, "height": 900})
    tab.open(campus_page, ready="true")
    for details in tab.page.locator("details.ranking").all():
        details.evaluate("one => { one.open = true; }")
    bars = tab.ask(
        """[...document.querySelectorAll('.meter')].map(meter => {
          const rect = meter.querySelector('rect'), style = getComputedStyle(meter), cell = meter.closest('td').nextElementSibling.textContent;
          return [rect.getBoundingClientRect().width / meter.getBoundingClientRect().width * 100, cell.match(/([\\d.]+)\\s%/)?.[1],
            getComputedStyle(rect).fill !== style.backgroundColor, style.outlineStyle];
        })"""
    )
    told = [(width, float(share)) for width, share, _, _ in bars if share]
    assert len(told) >= 4
    assert all(abs(width - share) < 1.5 for width, share in told), told
    assert all(seen for _, _, seen, _ in bars)
    assert forced == "none" or all(outline == "solid" for *_, outline in bars)
    tab.page.emulate_media(forced_colors="none")


def test_the_verdict_says_the_first_step_and_the_incident_all_with_each_command_in_its_line(tab: Driven, campus_page: Path) -> None:
    tab.page.set_viewport_size({"width": 1240, "height": 900})
    tab.open(campus_page, ready="true")
    first = tab.page.locator(".overview li", has_text="Incident 1").locator(".step")
    assert first.inner_text() == "Next: Look at s01-acc01/2. 1 more"
    steps = tab.page.locator("#incident-1 .next li")
    assert steps.all_inner_texts() == [
        "Look at s01-acc01/2.",
        "After the next drop, read its counters:\nshow interfaces counters errors",
    ]
    first.locator("a").click()
    assert tab.link() == "#incident-1"


@pytest.mark.parametrize("tail", ["", "-closet-of-the-third-floor"])
def test_pictures_leave_out_the_domain_that_all_switches_share_and_no_name_sticks_out_of_its_box(
    tab: Driven, tmp_path: Path, tail: str
) -> None:
    path = tmp_path / "report.html"
    result, shown = estate(Component("module", "s01-acc01/2"))
    full = tuple(replace(switch, name=f"{switch.name}{tail}.net.corp.example.com") for switch in shown.switches)
    write_html(result, path, estate=replace(shown, switches=full, switch_index={one.name: place for place, one in enumerate(full)}))
    tab.page.set_viewport_size({"width": 1240, "height": 900})
    tab.open(path)
    names = tab.page.locator("#cause-1 svg .tb")
    words = "[...document.querySelectorAll('svg text')].flatMap(one => [...one.childNodes].filter(part => part.nodeName !== 'title').map(part => part.textContent))"
    assert [text for text in tab.ask(words) if "example.com" in text] == []
    assert "s01-acc01.net.corp.example.com" in names.locator("title").all_text_contents() or tail
    assert "The names of the switches end in .net.corp.example.com" in tab.page.locator("#coverage").inner_text()
    cell = tab.page.locator("#rows [role=cell]:nth-child(3)").first
    assert (cell.inner_text(), cell.get_attribute("title")) == (f"s01-acc01{tail}", f"s01-acc01{tail}.net.corp.example.com")
    widths = tab.ask("""[...document.querySelectorAll('#cause-1 svg text.tb')].map(one => one.getBBox().width)""")
    assert len(widths) >= 4
    assert max(widths) <= 240
    shown_names = tab.ask("[...document.querySelectorAll('#cause-1 svg text.tb')].map(one => one.firstChild.data).slice(-3)")
    assert len(set(shown_names)) == 3


def test_a_verdict_is_in_ink_beside_the_colour_of_its_cause_and_an_unknown_link_is_answered_in_the_bar(
    browser: Chromium, campus_page: Path
) -> None:
    driven = opened(browser, campus_page, "#phone=SEP000000000000")
    ink = driven.ask("getComputedStyle(document.body).color")
    assert set(driven.ask("[...document.querySelectorAll('.word')].map(one => getComputedStyle(one).color)")) == {ink}
    dots = driven.ask("[...document.querySelectorAll('.overview .dot')].map(one => one.className)")
    assert dots == ["dot c-link", "dot c-hw"]
    assert driven.page.locator("#bar #live").inner_text() == "Not in this report: phone SEP000000000000."
    assert driven.page.locator("#bar #live").evaluate("one => one.getBoundingClientRect().bottom <= innerHeight")
    driven.page.close()


def test_each_line_of_the_overview_leads_to_its_incident(browser: Chromium, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_html(CASES["undecided"](), path)
    page, _ = _open(browser, path)
    page.locator(".overview a").nth(1).click()
    top, bar = page.evaluate("[document.querySelector(location.hash), document.querySelector('#bar')].map(n => n.getBoundingClientRect())")
    assert bar["bottom"] <= top["top"] < bar["bottom"] + 40
    page.close()


def _sheets(page: Page) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True, print_background=True)))


def test_the_page_prints_light_and_whole(browser: Chromium, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    (incident,) = correlation(phones=120).incidents
    phones = tuple(
        replace(phone, device="acc-12", interface="GigabitEthernet3/7", node="cm-1", back_node="cm-1") for phone in incident.phones
    )
    result = replace(correlation(), incidents=(replace(incident, phones=phones),))
    write_html(replace(result, chronic=()), path)
    page, _ = _open(browser, path, width=1017, media={"color_scheme": "dark"})  # A4 landscape less the margins, at 96 pixels an inch
    sheets = _sheets(page)
    assert 3 <= sheets <= 8
    page.close()
    write_html(result, path)
    page, _ = _open(browser, path, width=1017, media={"color_scheme": "dark"})
    assert _sheets(page) <= sheets + 1, "a part whose phones drop one by one takes less than a sheet"
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("[...document.querySelectorAll('.scroll')].filter(box => box.scrollWidth > box.clientWidth + 1).length") == 0
    assert page.locator("details tbody tr").last.is_visible()
    page.close()


def test_evidence_prints_in_two_columns_and_a_key_beside_its_picture(browser: Chromium, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    result, shown = estate(Component("module", "s01-acc01/2"))
    (incident,) = result.incidents
    evidence = tuple(
        replace(incident.causes[0].evidence_for[0], text=f"{number} {'of the phones on it dropped ' * 5}") for number in range(8)
    )
    causes = (replace(incident.causes[0], evidence_for=evidence), *incident.causes[1:])
    write_html(replace(result, incidents=(replace(incident, causes=causes),)), path, estate=shown)
    page, _ = _open(browser, path, width=1017)
    page.emulate_media(media="print")
    lines = page.evaluate(
        "[...document.querySelectorAll('#cause-1 .arguments ul:first-of-type li')].slice(0, 8).map(n => [n.getBoundingClientRect().left, n.getBoundingClientRect().right])"
    )
    (box,) = page.evaluate(
        "[document.querySelector('#cause-1 .arguments')].map(n => [n.getBoundingClientRect().left, n.getBoundingClientRect().right])"
    )
    assert len({left for left, _ in lines}) == 2
    assert all(box[0] <= left < right <= box[1] for left, right in lines)
    keys = page.evaluate(
        "[...document.querySelectorAll('.cause > .key')].map(n => [getComputedStyle(n).breakBefore, getComputedStyle(n).breakAfter])"
    )
    assert keys
    assert all(one == ["avoid", "auto"] for one in keys)
    page.close()


def test_phones_that_flap_open_at_a_click_and_print_whole(browser: Chromium, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    result, shown = estate(Component("module", "s01-acc01/2"))
    known = shown.phones.name[3]
    phones = (replace(flapping().flapping[0], phone=known), *flapping().flapping[1:])
    write_html(replace(result, flapping=phones), path, estate=shown)
    page, _ = _open(browser, path, width=1017)
    page.locator("#flapping a").click()
    page.wait_for_function("name => document.getElementById('port-card').textContent.includes(name)", arg=known)
    assert page.url.endswith(f"#phone={known}")
    page.emulate_media(media="print")
    assert (
        page.evaluate("[...document.querySelectorAll('#flapping .scroll')].filter(box => box.scrollWidth > box.clientWidth + 1).length")
        == 0
    )
    page.close()


def test_a_part_whose_phones_drop_one_by_one_is_reached_from_the_top_fits_a_narrow_window_and_prints_whole(
    browser: Chromium, tmp_path: Path
) -> None:
    path = tmp_path / "report.html"
    result, shown = estate()
    card = replace(chronic_part("s01-acc01/2"), component=Component("module", "s01-acc01/2"))
    write_html(replace(result, chronic=(card, *chronic().chronic)), path, estate=shown)
    page, _ = _open(browser, path, width=390)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert page.evaluate("[...document.querySelectorAll('.overview li, .overview p')].every(one => one.scrollWidth <= one.clientWidth + 1)")
    page.locator("#verdict a[href='#chronic-2']").click()
    assert 0 <= page.locator("#chronic-2").evaluate("one => one.getBoundingClientRect().top") < 300
    page.locator("#chronic-1 a").click()
    page.wait_for_function("!document.getElementById('switch').hidden")
    assert page.url.endswith("#switch=s01-acc01")
    page.emulate_media(media="print")
    assert page.locator("#chronic h4").count() == 3
    assert page.evaluate(
        "[...document.querySelectorAll('#chronic *')].every(one => one.scrollWidth <= one.clientWidth + 1 || !one.clientWidth)"
    )
    page.close()


def test_every_mark_of_a_picture_prints(browser: Chromium, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    result, shown = estate(Component("module", "s01-acc01/2"))
    write_html(result, path, estate=shown)
    page, _ = _open(browser, path, width=1017)
    hidden = """[...document.querySelectorAll('main figure:not([hidden]) svg :not(title):not(.shade)')]
        .filter(mark => !mark.closest('details') && getComputedStyle(mark).display === 'none').map(mark => mark.outerHTML)"""
    assert page.evaluate("document.querySelectorAll('#path .bar').length") > 0
    page.emulate_media(media="print")
    assert page.evaluate(hidden) == []
    page.close()
