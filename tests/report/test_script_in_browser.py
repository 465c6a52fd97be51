"""The page's own script in a real browser: search, links, map, time, switches, list; and the page without it."""

from __future__ import annotations

import csv
import io
import itertools
import random
import re
import string
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from switchcorr.model.campus import Component
from switchcorr.report.estate import Estate, LogKind, PhoneState
from switchcorr.report.estate_build import make_estate
from switchcorr.report.to_html import render_inventory, write_html
from tests.report.campuses import made_campus, made_result
from tests.report.driven import Chromium, Driven, campus_answer, opened
from tests.report.results import CASES, DRAWN, quiet

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def estate() -> Estate:
    return campus_answer()[1]


@pytest.fixture
def page(browser: Chromium, campus_page: Path) -> Iterator[Driven]:
    driven = opened(browser, campus_page)
    yield driven
    assert driven.told == []
    driven.page.close()


def _hits(page: Driven, query: str) -> list[str]:
    page.page.fill("#search-text", query)
    return [text.strip() for text in page.page.locator("#hits bdi.mono").all_inner_texts()]


def _lost(estate: Estate, start: float, end: float) -> set[int]:
    log = estate.log
    return {
        phone for time, phone, kind in zip(log.time, log.phone, log.kind, strict=True) if kind == LogKind.LOST and start <= int(time) < end
    }


def test_a_phone_is_found_by_its_mac_in_any_notation(page: Driven, estate: Estate) -> None:
    name = estate.phones.name[7]
    mac = name[3:].lower()
    pairs = [mac[at : at + 2] for at in range(0, 12, 2)]
    for query in (name, name.lower(), mac, ":".join(pairs), "-".join(pairs).upper(), f"{mac[:4]}.{mac[4:8]}.{mac[8:]}", mac[5:]):
        assert _hits(page, query)[0] == name, query


def test_search_finds_everything_else_by_what_it_is_called(page: Driven, estate: Estate) -> None:
    phone = estate.phone_index[
        next(name for name in estate.phones.name if estate.phones.description[estate.phone_index[name]] == "Ada Example 1.30")
    ]
    assert _hits(page, "example 1.30")[0] == estate.phones.name[phone]
    assert estate.phones.name[phone] in _hits(page, estate.phones.ip[phone])
    assert _hits(page, "s02-acc03")[0] == "s02-acc03"
    assert _hits(page, "acc03/2")[:2] == ["s01-acc03/2", "s02-acc03/2"]
    assert _hits(page, "module s01")[0] == "module s01-acc01/2"
    at = next(
        number
        for number, text in enumerate(estate.phones.interface)
        if text == "GigabitEthernet2/0/17" and estate.phones.module[number] == estate.module_index["s02-acc01/2"]
    )
    assert _hits(page, "acc01 2/0/17")[1] == estate.phones.name[at]
    assert _hits(page, "192.0.2.9")[0] == "s01-acc01"
    assert _hits(page, "no such thing") == []
    assert page.page.locator("#hits").inner_text() == "Not in this report."


@pytest.mark.parametrize(
    ("clipboard", "told"),
    [
        ("undefined", "The browser lets no page copy here. Copy it yourself:"),
        ("{ writeText: () => Promise.reject(new Error('no')) }", "The browser lets no page copy here. Copy it yourself:"),
        ("{ writeText: text => { window.copied = text; return Promise.resolve(); } }", "Copied."),
    ],
)
def test_an_incident_is_copied_and_where_the_browser_lets_no_page_copy_shown_to_be_copied(
    page: Driven, campus_page: Path, clipboard: str, told: str
) -> None:
    page.page.add_init_script(f"Object.defineProperty(navigator, 'clipboard', {{ value: {clipboard} }});")
    page.open(campus_page)
    line = page.page.locator("#incident-2 [data-ticket]")
    for _ in range(2):
        line.locator("button").click()
        page.wait(f"document.querySelector('#incident-2 [role=status]').textContent === '{told}'")
    text = page.ask("window.copied") if told == "Copied." else line.locator("textarea").input_value()
    assert text.startswith("Incident 2: The network: uplink s02-acc02:TenGigabitEthernet1/1/1\n")
    assert text.endswith("#cause=2\n")
    if told != "Copied.":
        assert page.ask("document.activeElement.tagName") == "TEXTAREA"
        assert page.ask("document.activeElement.selectionEnd - document.activeElement.selectionStart") == len(text)
        assert line.locator("textarea").count() == 1


_SEEN = """() => {
  const canvas = document.getElementById('map-canvas'), box = canvas.getBoundingClientRect(), found = {};
  for (let y = 2; y < box.height; y += 6) for (let x = 2; x < box.width; x += 6) {
    canvas.dispatchEvent(new PointerEvent('pointermove', { clientX: box.left + x, clientY: box.top + y }));
    const name = canvas.title.split(':')[0];
    if (name) found[name] = (found[name] || 0) + 1;
  }
  return found;
}"""
"""How many points of the map each switch in sight covers."""


def test_the_map_zooms_to_what_is_in_focus_or_lost_most_and_fits_what_was_hit(page: Driven) -> None:
    before = page.ask(_SEEN)
    assert len(before) == 6
    for _ in range(5):
        page.page.locator("[data-do=in]").click()
    near = page.ask(_SEEN)
    assert max(near.values()) == near["s02-acc02"] > 4 * before["s02-acc02"]
    assert "s01-acc01" not in near
    page.page.locator("[data-do=fit]").click()
    framed = page.ask(_SEEN)
    assert {"s01-acc01", "s02-acc02"} <= framed.keys()
    assert framed["s01-acc01"] >= before["s01-acc01"]
    page.page.locator("[data-do=whole]").click()
    assert page.ask(_SEEN) == before
    page.page.locator("#map-canvas").focus()
    page.page.keyboard.press("ArrowRight")
    page.page.keyboard.press("ArrowRight")
    chosen = page.page.locator("#map-say").inner_text().split(":")[0]
    assert chosen != "s02-acc02"
    for _ in range(5):
        page.page.keyboard.press("+")
    near = page.ask(_SEEN)
    assert max(near.values()) == near[chosen] > 4 * before[chosen]
    page.page.keyboard.press("0")
    assert page.ask(_SEEN) == before


def test_above_two_hundred_switches_the_map_shows_first_those_that_were_hit(browser: Chromium, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    made = made_campus(sites=15, switches=14, modules=1, phones=4)
    result = made_result(made, Component("module", "s02-acc02/1"))
    write_html(result, path, estate=make_estate(result, campus=made.campus, log=made.log))
    driven = opened(browser, path)
    pressed = "[...document.querySelectorAll('#map-tools [aria-pressed=true]')].map(one => one.dataset.do)"
    assert driven.ask(pressed) == ["only"]
    driven.page.locator("[data-do=whole]").click()
    assert driven.ask(pressed) == ["whole"]
    driven.page.close()


def test_in_a_narrow_window_pictures_and_map_begin_at_what_they_are_about(browser: Chromium, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    made = made_campus(sites=2, switches=8, modules=2, phones=26)
    result = made_result(made, Component("module", "s02-acc07/2"))
    write_html(result, path, estate=make_estate(result, campus=made.campus, log=made.log, ports=made.ports))
    driven = opened(browser, path, width=390)
    spots = driven.ask(
        """[...document.querySelectorAll('.cause .scroll')].filter(room => room.scrollWidth > room.clientWidth).map(room => {
          const spot = room.querySelector('.hot-row, use').getBoundingClientRect(), box = room.getBoundingClientRect();
          return [spot.left >= box.left, spot.right <= box.right];
        })"""
    )
    assert len(spots) >= 2
    assert all(one == [True, True] for one in spots)
    height = driven.ask("document.getElementById('map-canvas').clientHeight")
    seen = driven.ask(_SEEN)
    assert "s02-acc07" in seen
    assert height <= driven.ask("Math.max(200, d.height)")
    driven.page.close()


def test_only_the_phones_of_a_cause_says_how_many_and_goes_to_the_list(page: Driven, estate: Estate) -> None:
    page.page.locator("#cause-2 button", has_text="Only its phones").click()
    number = len({phone for phone, cause in zip(estate.losses.phone, estate.losses.cause, strict=True) if cause == 2})
    assert page.page.locator("#cause-2 [role=status]").inner_text() == f"{number} phones: list ↓"
    assert 0 <= page.ask("document.getElementById('phones').getBoundingClientRect().top") < 200
    assert page.page.locator("#phone-say").inner_text() == f"{number} phones"


def _texts(estate: Estate, phone: int) -> tuple[str, str, list[str], list[str]]:
    """Name, digits of the name, what is searched whole, what is not found by its last number alone: too many have the same."""
    columns = estate.phones
    name, switch = columns.name[phone].lower(), columns.switch[phone]
    port = columns.interface[phone].lower().lstrip(string.ascii_lowercase)
    where = estate.switches[switch].name if switch >= 0 else ""
    mac = name[3:] if name.startswith("sep") else ""
    return name, mac, [columns.description[phone].lower(), columns.extension[phone], where], [columns.ip[phone], port]


def _has(texts: tuple[str, str, list[str], list[str]], asked: str) -> bool:
    name, mac, whole, (address, port) = texts
    letters, rest = re.fullmatch(r"([a-z]*)(.*)", asked, re.DOTALL).groups()  # type: ignore[union-attr]  # matches everything
    of_port = rest if "gigabitethernet".startswith(letters) and rest[:1].isdigit() else asked
    before_last_number = ((address, asked), (port, of_port))
    if any(asked in text for text in whole) or any(
        0 <= text.find(part) < len(text.rstrip(string.digits)) for text, part in before_last_number
    ):
        return True
    digits = re.sub("[.:-]", "", asked.replace("sep", ""))
    return re.fullmatch("[0-9a-f]{3,12}", digits) is not None and digits in mac if mac else asked in name


def test_search_finds_every_phone_that_has_a_text_and_no_other(page: Driven, estate: Estate) -> None:
    random_ = random.Random(11)
    place = {name: number for number, name in enumerate(estate.phones.name)}
    order = [_texts(estate, place[name]) for name in page.ask("[...d.hit.keys()].map(nameOf)")]
    several = 0
    for _ in range(250):
        name, mac, whole, counted = random_.choice(order)
        text = random_.choice([one for one in (name, mac, *whole, *counted) if one])
        start = random_.randrange(len(text))
        asked = text[start : start + random_.randrange(1, 12)].strip()
        if asked and " " not in asked:
            wanted = {number for number, texts in enumerate(order) if _has(texts, asked)}
            assert set(page.ask("asked => phonesWith(asked, 1e9)", asked)) == wanted, asked
            several += len(wanted) > 1
    assert several > 100


def test_a_description_and_an_extension_stand_whole_again(page: Driven, estate: Estate) -> None:
    told = page.ask("[...d.hit.keys()].map(p => [nameOf(p), descriptionOf(p), extensionOf(p)])")
    columns = estate.phones
    assert {tuple(one) for one in told} == set(zip(columns.name, columns.description, columns.extension, strict=True))


def test_search_works_by_keys_alone(page: Driven, estate: Estate) -> None:
    page.page.keyboard.press("/")
    assert page.ask("document.activeElement.id") == "search-text"
    page.page.keyboard.type("acc02")
    page.page.keyboard.press("ArrowDown")
    assert page.ask("document.activeElement.getAttribute('aria-activedescendant')") == "hit-1"
    page.page.keyboard.press("Enter")
    page.wait("location.hash === '#switch=s01-acc02'")  # the first is the cause, an uplink of s02-acc02
    page.page.keyboard.press("/")
    page.page.keyboard.press("Escape")
    assert page.ask("document.querySelector('#search-text').getAttribute('aria-expanded')") == "false"


def test_a_link_to_a_phone_opens_its_switch_with_the_port_in_focus(browser: Chromium, campus_page: Path, estate: Estate) -> None:
    phone = next(phone for phone, row in estate.losses.last().items() if estate.losses.state[row] == PhoneState.DOWN)
    name, place = estate.phones.name[phone], estate.phones.position[phone]
    for link in (f"#phone={name}", f"#{name}", f"#phone={name[3:].lower()}"):
        page = opened(browser, campus_page, link)
        assert page.page.locator("#switch-body h3").inner_text() == estate.switches[estate.phones.switch[phone]].name
        assert page.ask("document.activeElement.getAttribute('aria-label')").startswith(
            f"port {place}: phone lost, not seen to come back, {name}"
        )
        card = page.page.locator("#port-card").inner_text()
        for words in (
            name,
            estate.phones.ip[phone],
            estate.phones.description[phone],
            estate.phones.extension[phone],
            estate.phones.interface[phone],
        ):
            assert words in card
        assert page.told == []
        page.page.close()


def test_a_link_to_a_switch_shows_all_its_modules(browser: Chromium, campus_page: Path) -> None:
    page = opened(browser, campus_page, "#switch=s02-acc02")
    assert page.page.locator("#switch-body svg").count() == 2
    assert page.page.locator("#switch-body g[role=button]").count() == 96
    words = page.page.locator("#switch-body").inner_text()
    assert "C9300-48P" in words
    assert "uplink TenGigabitEthernet1/1/1 up" in words
    assert page.told == []
    page.page.close()


def test_a_link_to_a_cause_and_a_time_narrows_everything(browser: Chromium, campus_page: Path, estate: Estate) -> None:
    page = opened(browser, campus_page, "#cause=1&t=0930-0935")
    assert page.page.locator("#chips button").count() == 2
    of_cause = {phone for phone, cause in zip(estate.losses.phone, estate.losses.cause, strict=True) if cause == 1}
    lost = _lost(estate, estate.start + 5400, estate.start + 5700) & of_cause
    assert len(lost) > 10
    assert page.page.locator("#phone-say").inner_text() == f"{len(lost)} phones"
    page.page.locator("#chips button").first.click()
    page.wait("location.hash === '#cause=1'")
    page.page.locator("#chips button").click()
    page.wait("location.hash === '' && !document.querySelector('#chips button')")
    page.page.go_back()
    page.wait("location.hash === '#cause=1' && document.querySelectorAll('#chips button').length === 1")
    assert page.told == []
    page.page.close()


@pytest.mark.parametrize(
    "link",
    ["#phone=SEPFFFFFFFFFFFF", "#switch=nowhere", "#cause=99", "#t=0935-0930", "#SEPFFFFFFFFFFFF", "#cause=-1", "#t=x", "#phone=%E0%A4%A"],
)
def test_a_link_to_what_is_not_there_says_so(tab: Driven, campus_page: Path, link: str) -> None:
    tab.open(campus_page, link)
    assert tab.page.locator("#live").inner_text().startswith("Not in this report: ")
    assert tab.told == []


def test_links_of_the_page_itself_still_lead_where_they_did(page: Driven) -> None:
    page.page.locator(".overview a").first.click()
    assert page.link() == "#incident-2"
    assert page.page.locator("#live").inner_text() == ""


def test_the_map_takes_the_place_of_its_still_picture_and_is_walked_by_keys(page: Driven) -> None:
    assert page.page.locator("#map-static .scroll").is_hidden()
    page.page.locator("#map-canvas").focus()
    page.page.keyboard.press("ArrowRight")
    first = page.page.locator("#map-say").inner_text()
    assert re.fullmatch(r"s01-acc01: \d+ of 52 phones lost", first)
    page.page.keyboard.press("ArrowRight")
    assert page.page.locator("#map-say").inner_text().startswith("s01-acc02: ")
    page.page.keyboard.press("ArrowLeft")
    assert page.page.locator("#map-say").inner_text() == first
    before = page.page.locator("#map-canvas").screenshot()
    page.page.keyboard.press("+")
    page.ask("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.page.locator("#map-canvas").screenshot() != before
    page.page.keyboard.press("0")
    page.page.keyboard.press("Enter")
    page.wait("location.hash === '#switch=s01-acc01'")


@pytest.mark.parametrize("width", [390, 1240])
def test_the_list_shows_ports_whole_and_of_a_long_name_the_end(browser: Chromium, campus_page: Path, width: int) -> None:
    """Names of switches differ at their ends, and a port without its number is none."""
    page = opened(browser, campus_page, width=width)
    cells = (
        "number => [...document.querySelectorAll(`#rows .row > :nth-last-child(${number})`)].map(one => one.scrollWidth <= one.clientWidth)"
    )
    ports = page.ask(cells, 6)
    assert ports
    assert all(ports)
    assert page.ask("getComputedStyle(document.querySelector('#rows .row > :nth-last-child(7)')).direction") == "rtl"
    assert page.page.locator("#rows .row > :nth-last-child(7)").first.inner_text() == "s01-acc01"
    page.page.close()


def test_the_column_that_sorts_the_list_shows_which_way(page: Driven) -> None:
    head = page.page.locator("#phone-list [role=columnheader] button", has_text="Address")
    sign = "getComputedStyle(document.querySelector('[aria-sort]:not([aria-sort=none]) button'), '::before').content"
    for shown in ('"▲ "', '"▼ "'):
        head.click()
        assert page.ask(sign) == shown


def test_modules_of_the_map_have_no_signs_of_single_phones(browser: Chromium, campus_page: Path) -> None:
    """A cross is a phone that is still down: on a module of which many were lost it would be read so, though all are back."""
    page = opened(browser, campus_page, width=390)
    page.ask("void (CanvasRenderingContext2D.prototype.stroke = () => { window.strokes = (window.strokes || 0) + 1; })")
    redrawn = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))).then(() => window.strokes || 0)"
    page.page.locator("#map-canvas").focus()
    page.page.keyboard.press("0")
    assert page.ask(redrawn) == 0
    for _ in range(8):
        page.page.keyboard.press("+")
    assert page.ask(redrawn) > 0
    page.page.close()


def test_affected_only_walks_the_hit_switches_alone(page: Driven) -> None:
    page.page.locator("#map-tools button", has_text="Affected only").click()
    page.page.locator("#map-canvas").focus()
    page.page.keyboard.press("ArrowDown")
    page.page.keyboard.press("ArrowRight")
    page.page.keyboard.press("ArrowDown")
    assert page.page.locator("#map-say").inner_text().startswith("s02-acc02: ")


def test_the_map_says_what_the_pointer_is_on_and_opens_it(page: Driven) -> None:
    canvas = page.page.locator("#map-canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    for x, y in ((x, y) for y in range(20, int(box["height"]), 20) for x in range(20, 400, 20)):
        page.page.mouse.move(box["x"] + x, box["y"] + y)
        if tip := str(page.ask("document.querySelector('#map-canvas').title")):
            break
    assert re.fullmatch(r"s01-acc0\d: \d+ of 52 phones lost", tip)
    page.page.mouse.down()
    page.page.mouse.up()
    page.wait(f"location.hash === '#switch={tip.partition(':')[0]}'")


def test_ports_are_walked_as_they_stand_on_the_panel(browser: Chromium, campus_page: Path) -> None:
    page = opened(browser, campus_page, "#switch=s01-acc01")
    assert page.page.locator("#switch-body g[tabindex='0']").count() == 2  # one stop a module
    page.page.locator("#switch-body g[tabindex='0']").first.focus()
    label = "document.activeElement.getAttribute('aria-label').split(':')[0]"
    for key, port in (("ArrowDown", 2), ("ArrowRight", 4), ("ArrowUp", 3), ("ArrowLeft", 1), ("ArrowLeft", 1), ("End", 48), ("Home", 1)):
        page.page.keyboard.press(key)
        assert page.ask(label) == f"port {port}", key
    page.page.keyboard.press("Enter")
    assert page.page.locator("#port-card h4").count() == 1
    assert page.link().startswith("#phone=SEP")
    assert page.told == []
    page.page.close()


def test_a_drag_over_the_timeline_narrows_counts_map_and_list(page: Driven, estate: Estate) -> None:
    before = page.page.locator("#map-canvas").screenshot()
    picture = page.page.locator("#overview svg")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box is not None
    left, right, start, end = (float(str(picture.get_attribute(f"data-{name}"))) for name in ("left", "right", "start", "end"))
    width = float(str(picture.get_attribute("width")))

    def x(seconds: float) -> float:
        return box["x"] + (left + (estate.start + seconds - start) / (end - start) * (right - left)) * box["width"] / width

    page.page.mouse.move(x(5400), box["y"] + 40)
    page.page.mouse.down()
    page.page.mouse.move(x(5500), box["y"] + 40)
    page.page.mouse.move(x(6000), box["y"] + 50)
    page.page.mouse.up()
    page.wait("location.hash.startsWith('#t=') && document.querySelector('#phone-say').textContent !== ''")
    first, last = (sum(int(text[at : at + 2]) * unit for at, unit in ((0, 3600), (2, 60), (4, 1))) for text in page.link()[3:].split("-"))
    midnight = estate.start // 86400 * 86400
    lost = _lost(estate, midnight + first, midnight + last)
    assert abs(midnight + first - estate.start - 5400) < 60
    page.wait(f"document.querySelector('#phone-say').textContent === '{len(lost)} phones'")
    assert f"{len(lost)} phones lost" in page.page.locator("#chips").inner_text()
    assert page.page.locator("#map-canvas").screenshot() != before
    before_key = page.link()
    page.page.locator("#time-to").focus()
    page.page.keyboard.press("ArrowRight")
    page.wait(f"location.hash > '{before_key}'")


def test_the_list_holds_only_the_rows_in_sight_and_sorts(page: Driven, estate: Estate) -> None:
    page.page.locator("#phone-tools button", has_text="All").click()
    assert page.page.locator("#phone-say").inner_text() == f"{len(estate.phones)} phones"
    page.wait("document.querySelectorAll('#rows .row').length > 10")
    assert page.page.locator("#rows .row").count() < 40
    page.page.locator("#phone-list button", has_text="Endpoint").click()
    page.wait(f"document.querySelector('#rows a').textContent === '{estate.phones.name[0]}'")
    page.page.locator("#phone-list button", has_text="Endpoint").click()
    page.wait(f"document.querySelector('#rows a').textContent === '{estate.phones.name[-1]}'")
    assert page.page.locator("#phone-list [aria-sort=descending]").count() == 1
    page.ask("document.querySelector('#sight').scrollTop = 1e9")
    page.wait(f"[...document.querySelectorAll('#rows a')].some(one => one.textContent === '{estate.phones.name[0]}')")
    page.page.locator("#rows a").last.click()
    page.wait("location.hash.startsWith('#phone=') && document.querySelector('#port-card h4')")


def test_the_sliders_hold_the_whole_log_until_a_time_is_chosen(page: Driven) -> None:
    assert page.ask("[Number(byId('time-from').value), Number(byId('time-to').value)]") == page.ask("d.span")
    assert page.page.locator("#time-say").inner_text() == "the whole log"


def test_the_list_is_saved_as_it_stands(page: Driven, estate: Estate) -> None:
    page.page.locator("#phone-tools button", has_text="Still down").click()
    with page.page.expect_download() as waiting:
        page.page.locator("#phone-tools button", has_text="CSV").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    page.told = [line for line in page.told if not line.startswith("request blob:")]  # the file itself
    head, *rows = csv.reader(io.StringIO(text))
    assert head == ["Endpoint", "Description", "Extension", "Switch", "Port", "Address", "Node", "Lost (UTC)", "Back (UTC)", "State"]
    down = [phone for phone, row in estate.losses.last().items() if estate.losses.state[row] == PhoneState.DOWN]
    assert {row[0] for row in rows} == {estate.phones.name[phone] for phone in down}
    assert {row[9] for row in rows} == {"down"}
    assert {(row[0], row[2]) for row in rows} == {(estate.phones.name[phone], estate.phones.extension[phone]) for phone in down}


def test_without_scripts_the_page_is_whole_and_shows_no_dead_control(browser: Chromium, campus_page: Path) -> None:
    page = opened(browser, campus_page, ready="true", java_script_enabled=False)
    for selector in ("#map-static svg", "#phones-static tr", "#overview svg", "#path svg", ".cause svg"):
        assert page.page.locator(selector).first.is_visible(), selector
    assert [box for box in page.page.locator("button, input, canvas").all() if box.is_visible()] == []
    assert page.told == []
    page.page.close()


def test_print_shows_the_still_parts_and_no_control(page: Driven) -> None:
    page.page.emulate_media(media="print")
    for selector in ("#map-static svg", "#phones-static tr"):
        assert page.page.locator(selector).first.is_visible(), selector
    assert [box.get_attribute("id") for box in page.page.locator("button, input, canvas, #phone-list").all() if box.is_visible()] == []


def test_names_below_a_map_are_for_its_still_picture_only(browser: Chromium, tmp_path: Path) -> None:
    made = made_campus(sites=8, switches=8, modules=1, phones=4, ports=False)
    result = made_result(made, Component("distribution", "s03-dista"), share=1.0)
    path = tmp_path / "report.html"
    write_html(result, path, estate=make_estate(result, campus=made.campus, log=made.log))
    page = opened(browser, path)
    assert page.page.locator(".names").is_hidden()
    page.page.emulate_media(media="print")
    assert page.page.locator(".names li").all_inner_texts() == [f"s03-acc{number:02}: 4 of 4" for number in range(1, 9)]
    assert page.page.locator(".names li").first.is_visible()
    page.page.close()
    page = opened(browser, path, ready="true", java_script_enabled=False)
    assert page.page.locator(".names li").last.is_visible()
    page.page.close()


@pytest.mark.parametrize("width", [390, 800, 1240])
def test_nothing_that_the_script_shows_sticks_out(browser: Chromium, campus_page: Path, width: int) -> None:
    page = opened(browser, campus_page, "#switch=s01-acc01&t=0930-0935", width=width)
    assert page.ask("document.documentElement.scrollWidth") <= width
    assert page.told == []
    page.page.close()


def test_in_a_narrow_window_the_first_loss_of_an_incident_is_in_sight(browser: Chromium, campus_page: Path) -> None:
    page = opened(browser, campus_page, width=360)
    places = page.ask(
        """[...document.querySelectorAll(".clock .scroll:has(.onset)")].map(box => {
            const place = box.getBoundingClientRect(), first = box.querySelector(".onset").getBoundingClientRect();
            return [first.x - place.x, place.width];
        })"""
    )
    assert len(places) == 2
    assert all(0 <= at < width / 2 for at, width in places), places
    page.page.close()


def test_a_long_name_on_the_map_loses_its_middle_and_is_not_squeezed(browser: Chromium, tmp_path: Path) -> None:
    result, estate = campus_answer()
    long = "switch-of-the-telecom-room-on-floor-17-of-the-annex-"
    switches = tuple(replace(one, name=f"{long}{number}") if one.phones else one for number, one in enumerate(estate.switches))
    file = tmp_path / "report.html"
    write_html(result, file, estate=replace(estate, switches=switches))
    page = Driven(browser.page())
    page.page.add_init_script(
        """window.written = [];
        const write = CanvasRenderingContext2D.prototype.fillText;
        CanvasRenderingContext2D.prototype.fillText = function (text, x, y, room) { written.push([text, this.measureText(text).width, room]); write.call(this, text, x, y, room); };"""
    )
    page.open(file)
    page.wait("written.some(([text]) => text.startsWith('switch'))")  # a busy machine draws later
    names = page.ask("written.filter(([text]) => text.startsWith('switch'))")
    assert {text[-3:] for text, _, _ in names} == {f"ex-{number}"[-3:] for number, one in enumerate(switches) if one.phones}
    assert all("…" in text and size <= room for text, size, room in names)
    page.page.close()


def test_long_names_of_blocks_end_before_the_next_block(browser: Chromium, tmp_path: Path) -> None:
    made = made_campus(sites=6, switches=2, modules=1, phones=4, ports=False)
    result = made_result(made, Component("site", "Site 1"))
    estate = make_estate(result, campus=made.campus, log=made.log)
    switches = tuple(
        replace(one, site=f"{one.site} OF THE NORTHERN DISTRICT BUILDING WEST") if one.phones else one for one in estate.switches
    )
    path = tmp_path / "report.html"
    write_html(result, path, estate=replace(estate, switches=switches))
    page = opened(browser, path)
    page.page.emulate_media(media="print")
    names = page.ask(
        "[...document.querySelectorAll('#map-static text.tb')].map(one => [one.firstChild.data, Number(one.getAttribute('x')), one.getComputedTextLength()])"
    )
    assert len(names) == 6
    assert all("…" in text for text, _, _ in names)
    assert all(x + length <= after - 8 for (_, x, length), (_, after, _) in itertools.pairwise(names) if after > x), names
    page.page.close()


def test_the_script_stays_readable_and_uses_nothing_that_writes_markup_or_loads(campus_page: Path) -> None:
    script = campus_page.read_text(encoding="utf-8").rpartition("<script>")[2].partition("</script>")[0]
    assert len(script.encode()) <= 40_000
    assert script.startswith('"use strict";')
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|Function\(|fetch\(|XMLHttp|Worker|import\(|localStorage|WebSocket|sendBeacon|\.cookie",
        script,
    )


def test_the_script_of_every_made_page_starts_and_says_nothing(browser: Chromium, tmp_path: Path) -> None:
    file, page = tmp_path / "report.html", Driven(browser.page())
    for name in (*CASES, *DRAWN):
        result, shown = DRAWN[name]() if name in DRAWN else (CASES[name](), None)
        write_html(result, file, estate=shown)
        page.open(file)
        assert page.told == [], name
    page.page.close()


def test_an_inventory_is_searched_and_opened_too(browser: Chromium, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    made = made_campus(sites=2, switches=3, modules=2, phones=6)
    file.write_text(render_inventory(quiet(), make_estate(quiet(), campus=made.campus, ports=made.ports)), encoding="utf-8")
    page = opened(browser, file, "#switch=s01-acc02")
    assert page.page.locator("#switch-body h3").inner_text() == "s01-acc02"
    assert page.page.locator("#map-canvas").is_visible()
    assert _hits(page, "s02-acc03")[0] == "s02-acc03"
    assert page.told == []
    page.page.close()
    page = opened(browser, file, "#phone=FFFFFFFFFFFF")
    assert page.page.locator("#map-say").inner_text() == "Not in this report: phone FFFFFFFFFFFF."
    page.page.close()
