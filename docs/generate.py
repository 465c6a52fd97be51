"""Writes the pages that are made from the code: docs/platforms.md and the reference part of docs/cli.md.

python docs/generate.py            write
python docs/generate.py --check    exit code 1 if a page is not up to date
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import typer.main

from switchcorr.cli.app import app
from switchcorr.platforms import PLATFORMS, Platform

_DOCS = Path(__file__).parent
_MARK = "<!-- from here on written by docs/generate.py -->\n"


def platforms_page() -> str:
    """The platforms and their commands."""
    parts = [
        "# Platforms\n",
        "Written by `docs/generate.py` from the declarations in `switchcorr/platforms/`.",
        "Every command is read in any unambiguous abbreviation. A sweep asks those marked so.\n",
    ]
    parts += [_platform(platform) for platform in PLATFORMS]
    return "\n".join(parts)


def _platform(platform: Platform) -> str:
    lines = [f"## {platform.name}\n", f"{platform.title}.\n", "| command | table | also written | in a sweep |", "|---|---|---|---|"]
    for command in sorted(platform.commands, key=lambda command: command.text):
        also = ", ".join(f"`{alias}`" for alias in command.aliases)
        tables = ", ".join(table.value for table in (command.table, *command.also))
        lines.append(f"| `{command.text}` | {tables} | {also} | {'yes' if command.sweep else ''} |")
    if platform.notes:
        lines += ["", *(f"- {note}" for note in platform.notes)]
    return "\n".join(lines) + "\n"


def cli_reference() -> str:
    """A section for each command."""
    return "\n".join(_sections(typer.main.get_command(app), "switchcorr"))


def _sections(command: Any, name: str) -> list[str]:
    children = getattr(command, "commands", None)
    if children:
        return [section for child_name, child in children.items() for section in _sections(child, f"{name} {child_name}")]
    lines = [f"## {name}\n", (command.help or "").strip() + "\n", "```", (command.epilog or "").partition("Example:")[2].strip(), "```\n"]
    lines += ["| option | meaning |", "|---|---|"]
    for parameter in command.params:
        option = parameter.opts[0].startswith("-")
        shown = " ".join(filter(None, (parameter.opts[0], parameter.metavar))) if option else parameter.metavar or parameter.name
        names = ", ".join(f"`{name}`" for name in (shown, *(parameter.opts[1:] if option else ())))
        text = (getattr(parameter, "help", "") or "").replace("|", "\\|")
        lines.append(f"| {names} | {text} |")
    return ["\n".join(lines) + "\n"]


def main() -> int:
    """Write or check."""
    cli = _DOCS / "cli.md"
    pages = {_DOCS / "platforms.md": platforms_page(), cli: cli.read_text().partition(_MARK)[0] + _MARK + "\n" + cli_reference()}
    stale = [path for path, text in pages.items() if not path.exists() or path.read_text() != text]
    if "--check" not in sys.argv:
        for path, text in pages.items():
            path.write_text(text)
        return 0
    for path in stale:
        print(f"{path.name} is not up to date: run python docs/generate.py")  # noqa: T201
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
