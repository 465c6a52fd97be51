"""A page driven in Debian's Chromium: opened from a file, asked until it is ready, and watched for what it must not do."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Request, sync_playwright

from switchcorr.model.campus import Component
from switchcorr.model.incident import Correlation
from switchcorr.report.estate import Estate
from switchcorr.report.estate_build import make_estate
from tests.report.campuses import made_campus, made_result

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip
READY = "performance.getEntriesByName('all-ready').length > 0"


class Chromium:
    """A running browser whose windows stay open: a page in one costs half the work of a page that opens a window and closes it again."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._windows: dict[str, BrowserContext] = {}

    def page(self, *, width: int = 1240, height: int = 900, media: dict[str, Any] | None = None, **options: Any) -> Page:
        """A page that nobody has used, in the window of those that have the same options.

        Args:
            width: of the view, in pixels.
            height: of the view, in pixels.
            media: what the page is told of its reader: colour scheme, forced colours.
            options: of the window: whether scripts run, whether the policy of a page holds.
        """
        kind = repr(sorted(options.items()))
        if kind not in self._windows:
            self._windows[kind] = self._browser.new_context(**options)
            self._windows[kind].new_page()  # keeps the window open
        page = self._windows[kind].new_page()
        page.set_viewport_size({"width": width, "height": height})
        if media:
            page.emulate_media(**media)
        return page


@contextmanager
def chromium() -> Iterator[Chromium]:
    """A browser, or a skipped test that says what is missing."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no chromium on this machine: install the package chromium to run the browser tests")
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=path, args=_FLAGS)
        yield Chromium(running)
        running.close()


class Driven:
    """A page and what it did besides: requests for anything but itself, console lines, errors, dialogs."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.told: list[str] = []
        page.on("request", self._requested)
        page.on("console", lambda message: self.told.append(f"console {message.text}"))
        page.on("pageerror", lambda error: self.told.append(f"error {error}"))
        page.on("dialog", self._dismiss)

    def _requested(self, request: Request) -> None:
        if not request.url.partition("#")[0].endswith("report.html"):
            self.told.append(f"request {request.url}")

    def _dismiss(self, dialog: Dialog) -> None:
        self.told.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def open(self, path: Path, link: str = "", *, ready: str = READY) -> None:
        """Load a page from its file, anew also where it is the one that is open, and wait until it is ready."""
        if link:
            self.page.goto("about:blank")  # from a page to a link of its own nothing would be loaded
        self.page.goto(path.as_uri() + link)
        self.wait(ready)

    def wait(self, expression: str, seconds: float = 60) -> None:
        """Ask again and again until an expression is true: the page's policy forbids the driver's own way of waiting."""
        end = time.monotonic() + seconds
        while not self.page.evaluate(expression):
            assert time.monotonic() < end, f"still not true: {expression}; the page said {self.told}"
            self.page.evaluate("new Promise(done => setTimeout(done, 20))")

    def ask(self, expression: str, value: object = None) -> Any:
        """What an expression gives."""
        return self.page.evaluate(expression, value)

    def link(self) -> str:
        """What stands behind the address."""
        return str(self.ask("location.hash"))


def opened(browser: Chromium, path: Path, link: str = "", *, ready: str = READY, **options: Any) -> Driven:
    """A page, when it is ready; ``options`` are those of ``Chromium.page``."""
    driven = Driven(browser.page(**options))
    driven.open(path, link, ready=ready)
    return driven


def campus_answer() -> tuple[Correlation, Estate]:
    """Two sites with three stacks each, a module and an uplink that failed, single losses and ports with errors."""
    made = made_campus(sites=2, switches=3, modules=2, phones=26, extensions=True)
    result = made_result(made, Component("module", "s01-acc01/2"), Component("uplink", "s02-acc02:TenGigabitEthernet1/1/1"))
    return result, make_estate(result, campus=made.campus, log=made.log, ports=made.ports)
