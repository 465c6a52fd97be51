"""The documentation names everything a user can type, meet or set; its links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main

from switchcorr.cli.app import app
from switchcorr.errors import ExitCode
from switchcorr.events import FORMATS
from switchcorr.model.incident import EvidenceKind, Verdict
from switchcorr.platforms import PLATFORMS

_ROOT = Path(__file__).parents[1]
_DOCS = _ROOT / "docs"
_PAGES = [_ROOT / "README.md", _ROOT / "CHANGELOG.md", *sorted(_DOCS.rglob("*.md"))]


def _commands(group: Any, prefix: str) -> dict[str, Any]:
    if not hasattr(group, "commands"):
        return {prefix: group}
    return {path: command for name, child in group.commands.items() for path, command in _commands(child, f"{prefix} {name}").items()}


_COMMANDS = _commands(typer.main.get_command(app), "switchcorr")


@pytest.mark.parametrize("name", sorted(_COMMANDS))
def test_every_command_and_option_stands_on_the_page(name: str) -> None:
    page = (_DOCS / "cli.md").read_text()
    section = page.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    assert section, f"docs/cli.md has no section for {name}"
    missing = [
        option
        for parameter in _COMMANDS[name].params
        for option in parameter.opts
        if option.startswith("--") and f"`{option}" not in section
    ]
    assert missing == []


@pytest.mark.parametrize("name", sorted(_COMMANDS))
def test_every_command_has_one_worked_example(name: str) -> None:
    assert f"Example:\n{name} " in (_COMMANDS[name].epilog or "")


def test_every_exit_code_platform_format_verdict_and_evidence_is_explained() -> None:
    cli = (_DOCS / "cli.md").read_text()
    assert [code for code in ExitCode if f"| {code.value} |" not in cli] == []
    platforms = (_DOCS / "platforms.md").read_text()
    assert [command.text for platform in PLATFORMS for command in platform.commands if f"`{command.text}`" not in platforms] == []
    formats = (_DOCS / "event-formats.md").read_text()
    assert [format_.name for format_ in FORMATS if f"`{format_.name}`" not in formats] == []
    correlation = (_DOCS / "correlation.md").read_text()
    assert [kind.value for kind in (*EvidenceKind, *Verdict) if f"`{kind.value}`" not in correlation] == []


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.relative_to(_ROOT).as_posix())
def test_links_lead_to_files_and_headings(page: Path) -> None:
    for target, heading in re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)]*))?\)", page.read_text()):
        meant = page.parent / target if target else page
        assert meant.exists(), target
        assert not heading or heading in _anchors(meant.read_text()), f"{target}#{heading}"


def _anchors(text: str) -> set[str]:
    """What a link to a heading of a page is called: its words in small letters, without signs, with a hyphen for each blank."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in re.findall(r"(?m)^#+ (.+)$", text)}


def test_the_generated_tables_are_up_to_date() -> None:
    ran = subprocess.run([sys.executable, str(_DOCS / "generate.py"), "--check"], capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("package", ["correlate", "packets", "topology"])
def test_the_page_on_the_architecture_names_every_room_and_module_of_a_large_package(package: str) -> None:
    section = (_DOCS / "architecture.md").read_text().partition(f"## Inside `{package}/`")[2].partition("\n## ")[0]
    root = _ROOT / "switchcorr" / package
    modules = [path for path in root.rglob("*.py") if path.name != "__init__.py"]
    rows = {
        room: next((line for line in section.splitlines() if line.startswith(f"| `{room}/`")), "")
        for room in {p.parent.name for p in modules}
    }
    told = {path: section if path.parent == root else rows[path.parent.name] for path in modules}
    assert sorted(str(path.relative_to(root)) for path in modules if f"`{path.stem}`" not in told[path]) == []
