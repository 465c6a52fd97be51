"""The browser of a module of tests, and the page that most of them open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from switchcorr.report.to_html import write_html
from tests.report.driven import Chromium, Driven, campus_answer, chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    """Not of the session: while its driver runs, no other test of the process can run an event loop."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def _tab(browser: Chromium) -> Driven:
    return Driven(browser.page())


@pytest.fixture
def tab(_tab: Driven) -> Driven:
    """A page that the tests of a module load anew one after the other, each with what it sets. For those that only look."""
    _tab.told.clear()
    return _tab


@pytest.fixture(scope="session")
def campus_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of ``campus_answer``."""
    file = tmp_path_factory.mktemp("page") / "report.html"
    result, estate = campus_answer()
    write_html(result, file, estate=estate)
    return file
