"""The page in a real browser: no script runs, nothing is requested, nothing is cut off at any width."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, sync_playwright
from results import correlation
from test_to_html import HOSTILE

from switchcorr.report.to_html import write_html

pytestmark = pytest.mark.browser
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium on this machine: install the package chromium to run the browser tests")
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=chromium, args=_FLAGS)
        yield running
        running.close()


class _Watch:
    """What a page did: requests other than for itself, console messages, errors, dialogs."""

    def __init__(self, page: Page) -> None:
        self.told: list[str] = []
        page.on("request", lambda request: self.told.append(f"request {request.url}") if not request.url.endswith("report.html") else None)
        page.on("console", lambda message: self.told.append(f"console {message.text}"))
        page.on("pageerror", lambda error: self.told.append(f"error {error}"))
        page.on("dialog", self._dismiss)

    def _dismiss(self, dialog: Dialog) -> None:
        self.told.append(f"dialog {dialog.message}")
        dialog.dismiss()


def _open(browser: Browser, path: Path, *, width: int = 1240, dark: bool = False) -> tuple[Page, _Watch]:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light")
    watch = _Watch(page)
    page.goto(path.as_uri())
    return page, watch


def test_hostile_text_runs_nothing_and_loads_nothing(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    for text in HOSTILE:
        write_html(correlation(text, phones=5), path)
        page, watch = _open(browser, path)
        assert page.locator("h1").inner_text().startswith("1 incident")
        assert watch.told == []
        page.close()


@pytest.mark.parametrize("width", [1240, 800, 390])
@pytest.mark.parametrize("dark", [False, True])
def test_nothing_sticks_out_of_the_window(browser: Browser, tmp_path: Path, width: int, dark: bool) -> None:
    path = tmp_path / "report.html"
    write_html(correlation(), path)
    page, watch = _open(browser, path, width=width, dark=dark)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "15px"  # the style's hash is right
    assert watch.told == []
    page.close()


def test_the_page_prints(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_html(correlation(phones=120), path)
    page, _ = _open(browser, path)
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    page.close()
