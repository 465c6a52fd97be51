"""The registries are whole: every command and format has a case, every template a user, every command only reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from switchcorr.captures.commands import file_stem, find_command
from switchcorr.events import FORMATS
from switchcorr.model.tables import Table
from switchcorr.platforms import PLATFORMS, Platform

_ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
def test_every_command_has_a_case(platform: Platform) -> None:
    cases = _ROOT / "tests" / "platforms" / platform.name
    assert [command.text for command in platform.commands if not list((cases / file_stem(command.text)).glob("*.txt"))] == []


def test_every_template_is_used_and_there() -> None:
    used = {command.template for platform in PLATFORMS for command in platform.commands if command.entries is None}
    assert used == {path.name for path in (_ROOT / "templates" / "textfsm").glob("*.textfsm")}


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
def test_commands_only_read_and_are_spelled_once(platform: Platform) -> None:
    spellings = [spelling for command in platform.commands for spelling in (command.text, *command.aliases)]
    assert len(set(spellings)) == len(spellings)
    verb = "get_" if platform.name == "napalm" else "show "
    assert [spelling for spelling in spellings if not spelling.startswith(verb) or set(spelling) & set("|;\n<>")] == []
    assert all(find_command(platform, spelling) for spelling in spellings)


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
def test_a_sweep_asks_for_no_table_that_nothing_reads(platform: Platform) -> None:
    unread = {Table.DESCRIPTIONS}
    assert [command.text for command in platform.commands if command.sweep and unread.issuperset((command.table, *command.also))] == []


@pytest.mark.parametrize("name", [format_.name for format_ in FORMATS])
def test_every_event_format_has_a_case(name: str) -> None:
    assert list((_ROOT / "tests" / "events" / name).glob("*.json"))
