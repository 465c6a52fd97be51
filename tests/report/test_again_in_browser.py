"""A part that failed again: each incident and each cause has its own phones in counts, list, file, map and links."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from switchcorr.report.estate_build import make_estate
from switchcorr.report.to_html import write_html
from tests.report.again import again
from tests.report.driven import Chromium, Driven, opened
from tests.report.results import correlation

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def again_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    result, estate = again()
    path = tmp_path_factory.mktemp("again") / "report.html"
    write_html(result, path, estate=estate)
    return path


@pytest.fixture
def page(tab: Driven, again_page: Path) -> Iterator[Driven]:
    tab.open(again_page)
    yield tab
    assert [line for line in tab.told if not line.startswith("request blob:")] == []


def _saved(page: Driven) -> list[list[str]]:
    with page.page.expect_download() as waiting:
        page.page.locator("#phone-tools button", has_text="CSV").click()
    return list(csv.reader(io.StringIO(Path(waiting.value.path()).read_text(encoding="utf-8-sig"))))[1:]


def test_each_cause_has_the_phones_of_its_card(page: Driven, again_page: Path) -> None:
    result, _ = again()
    cards = page.page.locator(".cause .bars .number:last-child").all_inner_texts()
    counts = [int(text.split()[0]) for text in cards if " of " in text]
    assert counts == [12, 11, 14]
    for number, (count, incident) in enumerate(zip(counts, result.incidents, strict=True), start=1):
        page.open(again_page, f"#cause={number}")
        assert f"{count} phones lost" in page.page.locator("#chips").inner_text()
        page.wait(f"byId('phone-say').textContent === '{count} phones'")
        assert page.ask("d.lostOn.reduce((sum, one) => sum + one, 0)") == count
        rows = _saved(page)
        wanted = {(phone.phone, f"{phone.time:%H:%M:%S}") for phone in incident.phones if phone.cause is not None}
        assert {(row[0], row[-3]) for row in rows} == wanted


def test_the_whole_list_has_a_row_for_each_loss_and_counts_phones(page: Driven) -> None:
    result, estate = again()
    losses = sum(len(incident.phones) for incident in result.incidents)
    phones = len(estate.losses.last())
    assert (losses, phones) == (39, 20)
    assert page.page.locator("#phone-say").inner_text() == "20 phones, 39 rows: one for each loss"
    assert len(_saved(page)) == losses
    page.page.locator("#phone-tools button", has_text="Still down").click()
    down = sum(estate.losses.state[row] == 2 for row in estate.losses.last().values())
    assert page.page.locator("#phone-say").inner_text() == f"{down} phones"


def test_the_card_of_a_port_tells_every_loss(page: Driven, again_page: Path) -> None:
    result, _ = again()
    often = [phone.phone for phone in result.incidents[0].phones if all(phone.phone in {one.phone for one in other.phones} for other in result.incidents)]  # fmt: skip
    page.open(again_page, f"#phone={often[0]}")
    words = page.page.locator("#port-card dl").inner_text()
    assert len(re.findall(r"^Lost$", words, re.MULTILINE)) == 3
    assert words.count("module s01-acc01/2") >= 2


def _lines(page: Driven) -> list[str]:
    return [str(line) for line in page.ask("[...document.querySelectorAll('.incidents span')].map(one => one.textContent)")]


def _signs(page: Driven) -> int:
    return page.page.locator("#switch-body use").count()


def test_a_switch_that_a_cause_opens_shows_the_losses_of_that_cause(page: Driven) -> None:
    result, _ = again()
    for number, incident in enumerate(result.incidents, start=1):
        page.page.locator(f"#cause-{number} .copy a").click()
        page.wait(f"location.hash === '#switch=s01-acc01&cause={number}' && document.querySelectorAll('#switch-body use').length > 0")
        count = sum(phone.cause is not None for phone in incident.phones)
        page.wait(f"document.querySelectorAll('#switch-body use').length === {count}")
        assert f"{count} of 40 phones lost" in page.page.locator("#switch-body").inner_text()
        assert _lines(page) == [f"Losses of cause {number}, in incident {number}"] * 2


def test_map_and_switch_show_the_incidents_that_are_chosen_and_say_which(page: Driven, again_page: Path) -> None:
    result, estate = again()
    page.open(again_page, "#switch=s01-acc01")
    assert _lines(page) == ["Losses of all 3 incidents"] * 2
    assert _signs(page) == len(estate.losses.last()) == 20
    buttons = page.page.locator("#switch .incidents button")
    assert buttons.all_inner_texts() == ["1", "2", "3", "all"]
    buttons.nth(1).focus()
    page.page.keyboard.press("Enter")
    page.wait(f"document.querySelectorAll('#switch-body use').length === {len(result.incidents[1].phones)}")
    assert page.link() == "#switch=s01-acc01&incident=2"
    assert page.ask("document.activeElement.textContent") == "2"
    assert _lines(page) == ["Losses of incident 2"] * 2
    assert [button.get_attribute("aria-pressed") for button in buttons.all()] == ["false", "true", "false", "false"]
    assert page.ask("d.lostOn.reduce((sum, one) => sum + one, 0)") == len(result.incidents[1].phones)
    buttons.last.click()
    page.wait("location.hash === '#switch=s01-acc01' && document.querySelectorAll('#switch-body use').length === 20")
    page.open(again_page, "#incident=3")
    assert "14 phones lost" in page.page.locator("#chips").inner_text()
    page.open(again_page, "#incident=4")
    assert page.page.locator("#live").inner_text() == "Not in this report: incident 4."


def test_print_and_a_page_without_scripts_say_that_the_map_is_of_all_incidents(browser: Chromium, page: Driven, again_page: Path) -> None:
    words = "Losses of all 3 incidents."
    assert page.page.get_by_text(words, exact=True).is_hidden()
    page.page.emulate_media(media="print")
    assert page.page.get_by_text(words, exact=True).is_visible()
    assert page.page.locator(".incidents").first.is_hidden()
    page.page.emulate_media(media="screen")
    still = opened(browser, again_page, ready="true", java_script_enabled=False)
    assert still.page.get_by_text(words, exact=True).is_visible()
    assert still.page.locator(".incidents").first.is_hidden()
    still.page.close()


def test_of_a_log_that_tells_no_return_nothing_is_called_down(browser: Chromium, tmp_path: Path) -> None:
    result, estate = again(returns=False)
    path = tmp_path / "report.html"
    write_html(result, path, estate=estate)
    page = opened(browser, path, "#switch=s01-acc01&cause=1")
    assert page.page.locator("#verdict .numbers").inner_text().count("not known") == 1
    assert page.page.locator("#incident-1 .small-numbers").inner_text().count("not known") == 1
    assert page.page.locator("#phone-tools button", has_text="Still down").count() == 0
    assert {row[-1] for row in _saved(page)} == {"not known"}
    assert page.page.locator("use[href='#p-down'], use[href='#p-back']").count() == 0
    assert page.page.locator("#switch-body use[href='#p-lost']").count() == 12
    assert page.page.locator("#switch .key").inner_text().startswith("lost; return not logged")
    assert "lost; return not logged" in page.page.locator("#map .key").inner_text()
    assert page.page.locator("#switch-body g[aria-label*='return not logged']").count() == 12
    assert "return not logged" in page.page.locator("#cause-1").inner_text()
    words = str(page.ask("document.body.textContent"))
    assert not re.search("still down|not seen, |lost and back", words.partition("const REGISTERED")[0])
    assert page.told == [line for line in page.told if line.startswith("request blob:")]
    page.page.close()


def test_one_phone_is_one_phone(browser: Chromium, tmp_path: Path) -> None:
    result = correlation(phones=2)
    (incident,) = result.incidents
    path = tmp_path / "report.html"
    alone = replace(result, incidents=(replace(incident, phones=incident.phones[1:]),))
    write_html(alone, path, estate=make_estate(alone))
    page = opened(browser, path, "#cause=1")
    assert page.page.locator("#chips").inner_text().endswith("1 phone lost")
    assert page.page.locator("#phone-say").inner_text() == "1 phone"
    page.page.close()
