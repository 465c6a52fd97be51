"""Makes the pictures of ``docs/report.md`` from the page of a demo: ``python docs/pictures.py switchcorr-demo/report.html``.

Needs Debian's ``chromium`` and, for the printed page, ``pdftoppm`` of ``poppler-utils``; the driver is a test dependency.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

_PICTURES = Path(__file__).resolve().parent / "pictures"
_READY = "performance.getEntriesByName('all-ready').length > 0"
_DPI = "88"
_PATIENCE_S = 60


def main(page: Path) -> None:
    """Write all five pictures."""
    chromium, pdftoppm = shutil.which("chromium"), shutil.which("pdftoppm")
    if chromium is None or pdftoppm is None:
        sys.exit("chromium and pdftoppm are needed")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name, size, scheme in (("light", (1000, 560), "light"), ("dark", (1000, 560), "dark"), ("narrow", (390, 844), "light")):
            _opened(browser, page, size, scheme).screenshot(path=_PICTURES / f"report-{name}.png")
        tab = _opened(browser, page, (1240, 900), "light")
        tab.evaluate("document.getElementById('where').scrollIntoView()")
        tab.screenshot(path=_PICTURES / "report-map.png")
        _print(_opened(browser, page, (1000, 560), "light"), pdftoppm)
        browser.close()


def _opened(browser: Browser, page: Path, size: tuple[int, int], scheme: str) -> Page:
    """The page, when its script has read all that it shows."""
    width, height = size
    tab = browser.new_page(viewport={"width": width, "height": height}, color_scheme="dark" if scheme == "dark" else "light")
    tab.goto(page.resolve().as_uri())
    end = time.monotonic() + _PATIENCE_S
    while not tab.evaluate(_READY):
        if time.monotonic() > end:
            sys.exit(f"{page}: did not get ready")
        time.sleep(0.1)
    return tab


def _print(tab: Page, pdftoppm: str) -> None:
    """The second sheet: that of the first cause."""
    with tempfile.TemporaryDirectory() as folder:
        tab.pdf(path=Path(folder) / "page.pdf", prefer_css_page_size=True)
        target = _PICTURES / "report-print"
        command = [pdftoppm, "-r", _DPI, "-f", "2", "-l", "2", "-singlefile", "-png", f"{folder}/page.pdf", str(target)]
        subprocess.run(command, check=True)  # noqa: S603  # words of our own, without a shell


if __name__ == "__main__":
    main(Path(sys.argv[1]))
