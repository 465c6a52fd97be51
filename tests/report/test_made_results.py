"""Page, text and Markdown of each made result, letter for letter; ``--update-golden`` writes them, and the difference is read like code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from switchcorr import __version__
from switchcorr.report.to_html import render_html
from switchcorr.report.to_markdown import render_markdown
from switchcorr.report.to_text import render_text
from tests.report.results import CASES, DRAWN

_GOLDEN = Path(__file__).parent / "golden"


def _page(page: str) -> str:
    """Without the style and the script, which have their own hash test, the packed data, which are read back elsewhere, and the version."""
    page = re.sub(r"(<script[^>]*>).*?</script>", r"\1</script>", page, flags=re.DOTALL)
    page = re.sub(r"<style>.*?</style>", "<style></style>", page, flags=re.DOTALL)
    return re.sub(r"sha256-[^']+", "sha256-", page).replace(f"switchcorr {__version__}", "switchcorr VERSION")


@pytest.mark.parametrize("name", sorted(CASES))
def test_page_text_and_markdown_are_as_reviewed(name: str, request: pytest.FixtureRequest) -> None:
    for path, made in (
        (_GOLDEN / f"{name}.html", _page(render_html(CASES[name]()))),
        (_GOLDEN / f"{name}.txt", render_text(CASES[name]())),
        (_GOLDEN / f"{name}.md", render_markdown(CASES[name]())),
    ):
        if request.config.getoption("--update-golden"):
            _GOLDEN.mkdir(exist_ok=True)
            path.write_text(made, encoding="utf-8")
        assert made == path.read_text(encoding="utf-8"), f"{path.name}: run with --update-golden and read the difference"


@pytest.mark.parametrize("name", sorted(DRAWN))
def test_pages_with_a_network_are_as_reviewed(name: str, request: pytest.FixtureRequest) -> None:
    result, estate = DRAWN[name]()
    path, made = _GOLDEN / f"{name}.html", _page(render_html(result, estate=estate))
    if request.config.getoption("--update-golden"):
        path.write_text(made, encoding="utf-8")
    assert made == path.read_text(encoding="utf-8"), f"{path.name}: run with --update-golden and read the difference"
