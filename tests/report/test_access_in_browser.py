"""What a reader with keys or a screen reader meets once the script has run: names, roles, order, contrast. Own checks after WCAG 2.2 and ARIA 1.2."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.report.driven import Chromium, Driven, opened

pytestmark = pytest.mark.browser
_SEEN = "const seen = one => one.checkVisibility({ visibilityProperty: true });"
_FAULTS = (
    "() => {"
    + _SEEN
    + """
  const faults = [], all = [...document.body.querySelectorAll("*")].filter(seen);
  const ids = [...document.querySelectorAll("[id]")].map(one => one.id);
  ids.filter((id, at) => ids.indexOf(id) !== at).forEach(id => faults.push("id twice: " + id));
  for (const one of all) {
    const tell = text => faults.push(text + ": " + one.outerHTML.slice(0, 160)), role = one.getAttribute("role");
    const named = one.getAttribute("aria-label") || one.labels?.length || one.textContent.trim() || document.getElementById(one.getAttribute("aria-labelledby"))?.textContent;
    if (one.matches("a, button, input, summary, [role=button], [role=img], [role=group], [role=table], [role=application], [role=option]") && !named) tell("no name");
    if (Number(one.getAttribute("tabindex")) > 0) tell("tabindex above 0");
    if (one.closest("[aria-hidden=true]") && (one.tabIndex >= 0 && one.matches("a, button, input, [tabindex]"))) tell("focus in what is hidden");
    for (const name of ["aria-labelledby", "aria-controls", "aria-activedescendant", "for"]) {
      for (const id of (one.getAttribute(name) || "").split(" ").filter(Boolean)) if (!document.getElementById(id)) tell(name + " leads nowhere");
    }
    const within = { option: "[role=listbox]", cell: "[role=row]", columnheader: "[role=row]", row: "[role=rowgroup], [role=table]" }[role];
    if (within && !one.parentElement.closest(within)) tell("outside its " + within);
    if (one.tagName === "LI" && !one.parentElement.matches("ul, ol")) tell("no list");
    if (one.matches("dt, dd") && !one.closest("dl")) tell("no dl");
    if (one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX === "auto" && one.tabIndex < 0 && !one.querySelector("a, button, [tabindex]")) tell("cannot be scrolled by keys");
  }
  let level = 0;
  for (const head of all.filter(one => /^H[1-6]$/.test(one.tagName))) {
    const own = Number(head.tagName[1]);
    if (own > level + 1) faults.push("h" + level + " to h" + own + ": " + head.textContent);
    level = own;
  }
  if (document.querySelectorAll("h1").length !== 1) faults.push("not one h1");
  if (document.querySelectorAll("main").length !== 1) faults.push("not one main");
  return faults;
}"""
)
_FAINT = (
    "() => {"
    + _SEEN
    + """
  const parse = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = node => { for (; node; node = node.parentElement) { const colour = parse(getComputedStyle(node).backgroundColor); if (colour.length < 4 || colour[3] > 0) return colour; } return [255, 255, 255]; };
  return [...document.querySelectorAll("button, input, label, .chips, .tools span, .card *, .row div, #hits bdi, #switch-body p, .tip")].filter(one => seen(one) && one.textContent.trim()).map(one => {
    const ink = light(parse(getComputedStyle(one).color)), paper = light(behind(one));
    return [(Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05), one.textContent.trim().slice(0, 40)];
  });
}"""
)


@pytest.fixture(params=["light", "dark"])
def page(browser: Chromium, campus_page: Path, request: pytest.FixtureRequest) -> Iterator[Driven]:
    driven = opened(browser, campus_page, "#phone=SEP00005E000020&t=0930-0935&cause=1", media={"color_scheme": request.param})
    driven.page.fill("#search-text", "acc0")
    yield driven
    assert driven.told == []
    driven.page.close()


def test_every_part_has_its_name_its_role_and_its_place(page: Driven) -> None:
    assert page.ask(_FAULTS) == []


def test_everything_that_the_script_writes_stands_out_from_its_ground(page: Driven) -> None:
    contrasts = page.ask(_FAINT)
    assert len(contrasts) > 60
    assert [text for ratio, text in contrasts if ratio < 4.5] == []


def test_every_control_can_be_reached_by_keys_and_shows_the_focus(page: Driven) -> None:
    page.page.keyboard.press("Escape")
    page.page.keyboard.press("Tab")
    page.page.keyboard.press("Shift+Tab")
    reached = {page.ask("document.activeElement.id")}
    for _ in range(120):
        page.page.keyboard.press("Tab")
        reached.add(
            page.ask(
                "document.activeElement.id || document.activeElement.dataset.do || document.activeElement.getAttribute('role') || document.activeElement.tagName"
            )
        )
        assert page.ask("document.activeElement === document.body || getComputedStyle(document.activeElement).outlineStyle !== 'none'")
    assert {
        "search-text",
        "time-from",
        "time-to",
        "whole",
        "only",
        "fit",
        "in",
        "out",
        "map-canvas",
        "button",
        "lost",
        "down",
        "all",
        "save",
        "sight",
    } <= reached


def test_forced_colours_draw_the_map_in_the_reader_s_own(browser: Chromium, campus_page: Path) -> None:
    page = opened(browser, campus_page, media={"forced_colors": "active"})
    shot = page.page.locator("#map-canvas").screenshot()
    page.page.emulate_media(forced_colors="none")
    page.ask("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.page.locator("#map-canvas").screenshot() != shot
    assert page.told == []
    page.page.close()


def test_forced_colours_leave_the_words_of_a_chosen_button_and_a_lost_phone_of_the_map_to_be_seen(
    browser: Chromium, campus_page: Path
) -> None:
    page = opened(browser, campus_page, media={"forced_colors": "active"})
    styles = "[...document.querySelectorAll('[aria-pressed=true]')].map(one => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor, getComputedStyle(one).forcedColorAdjust])"
    chosen = page.ask(styles)
    assert len(chosen) > 1
    assert all(text != ground and adjust == "none" for text, ground, adjust in chosen), chosen
    filled = "name => [...document.querySelectorAll(`#cause-1 path.${name}, .key rect.${name}`)].map(one => [getComputedStyle(one).fill, getComputedStyle(one).stroke])"
    registered, empty = (page.ask(filled, name) for name in ("p-reg", "p-up"))
    assert registered
    assert all(fill != stroke for fill, stroke in registered)
    assert not {tuple(one) for one in registered} & {tuple(one) for one in empty}
    colours = page.ask("['--down', '--back', '--reg'].map(name => getComputedStyle(document.documentElement).getPropertyValue(name))")
    assert colours == ["CanvasText", "CanvasText", "GrayText"]
    page.page.close()


def test_forced_colours_fill_the_map_as_its_keys_say(browser: Chromium, campus_page: Path) -> None:
    page = opened(browser, campus_page, media={"forced_colors": "active"})
    key = "css => getComputedStyle(document.querySelector(css)).fill"
    inked = """name => {
      const pen = document.createElement("canvas").getContext("2d");
      pen.fillStyle = getComputedStyle(document.querySelector("#map")).getPropertyValue("--" + name);
      pen.fillRect(0, 0, 1, 1);
      return [...pen.getImageData(0, 0, 1, 1).data];
    }"""
    drawn = [tuple(page.ask(inked, f"r{step}")) for step in range(5)]
    assert len(set(drawn)) == 5
    assert sorted(drawn, reverse=drawn[0] > drawn[4]) == drawn
    said = "css => { const pen = document.createElement('canvas').getContext('2d'); pen.fillStyle = getComputedStyle(document.querySelector(css)).fill; pen.fillRect(0, 0, 1, 1); return [...pen.getImageData(0, 0, 1, 1).data]; }"
    assert [tuple(page.ask(said, f".key rect.r{step}")) for step in range(5)] == drawn
    assert page.ask(said, ".map .p-reg") == page.ask(inked, "reg")
    assert page.ask(key, ".map .p-reg") != page.ask(key, "#cause-1 .p-reg")
    page.page.close()
