"""Outputs, damaged as they are on their way to a file: nothing raises, what is harmless changes nothing, and no row is wrong without a word.

A row of a damaged output is fine if it is within one of the undamaged output: each of its values is the same there, or missing here. Everything
else has to be told: by a bad line, a reason, or another state. The texts are the platforms' cases, which are made by hand, and real ones of
the reference material beside the checkout, which a clone without it skips. The same text has the same damage each time.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from switchcorr.captures.cleaning import clean_capture, split_console
from switchcorr.captures.commands import find_command, find_file_command
from switchcorr.captures.layout import strip_echo
from switchcorr.model.snapshot import OutputState
from switchcorr.model.tables import EnvironmentReading, Neighbor, SpanningTreePort, Table, TableRow, Version
from switchcorr.parse.tables import ParsedOutput, parse_output
from switchcorr.platforms import Command, Platform, platform_named

_CASES = Path(__file__).parents[1] / "platforms"
_CORPUS = Path(__file__).parents[2].resolve().parent / "shared" / "corpus"
_DIRECTORIES = {"cisco_ios": "cisco_ios", "cisco_xe": "cisco_ios", "cisco_nxos": "cisco_nxos", "catos": "cisco_catos"}
_CONSOLE = (
    b"*Nov 17 09:41:07.123: %LINK-3-UPDOWN: Interface GigabitEthernet5/3, changed state to down",
    b"Nov 17 09:41:07 CET: %SYS-5-CONFIG_I: Configured from console by vty0 (192.0.2.7)",
    b"2026 Nov 17 09:41:07 n9k-1 %ETHPORT-5-IF_UP: Interface Ethernet1/1 is up in mode access",
)
_PAGER = (
    b" --More-- \x08\x08\x08\x08\x08\x08\x08\x08\x08        \x08\x08\x08\x08\x08\x08\x08\x08\x08",
    b"--More--\r        \r",
    b"<--- More --->\r              \r",
)
_ODD = (b"\xff", b"\xe4", b"\x00", b"\xfe\xff", b"\xc3(", b"\x1b[2J", b"\x07")
_LONG = (b"x", b" ", b"1", b"a-", b"Gi1/0/1 ", b"0000.5e00.5301 ", b": ")
_MOST_PLACES = 4
_MOST_UNSEEN = 0.005
_WORDS_OF_PROSE = 4
"""Texts of several lines, one of which may be lost."""
_SEVERAL: Mapping[type, frozenset[str]] = {
    Version: frozenset({"reload_reason", "software", "version"}),
    Neighbor: frozenset({"software"}),
    SpanningTreePort: frozenset({"root"}),
    EnvironmentReading: frozenset({"what", "value"}),
}
"""What several lines of an output tell: without the best of them, the next counts."""


def _cut(text: bytes, random_: random.Random) -> bytes:
    """At the end of a line: a torn one is taken away where it is known that a text was cut."""
    return text[: text.rfind(b"\n", 0, random_.randrange(len(text) // 3, len(text))) + 1]


def _lose(text: bytes, random_: random.Random) -> bytes:
    lines = text.split(b"\n")
    start = random_.randrange(len(lines))
    return b"\n".join(lines[:start] + lines[start + random_.choice((1, 1, 1, 2, 5)) :])


def _double(text: bytes, random_: random.Random) -> bytes:
    lines = text.split(b"\n")
    start = random_.randrange(len(lines))
    end = start + random_.choice((1, 1, 1, 2, 12))
    return b"\n".join(lines[:end] + lines[start:])


def _odd_bytes(text: bytes, random_: random.Random) -> bytes:
    for _ in range(random_.randint(1, _MOST_PLACES)):
        place = random_.randrange(len(text))
        text = text[:place] + random_.choice(_ODD) + text[place:]
    return text


def _long_line(text: bytes, random_: random.Random) -> bytes:
    lines = text.split(b"\n")
    lines.insert(random_.randrange(len(lines)), random_.choice(_LONG) * 1_000)
    return b"\n".join(lines)


def _console(text: bytes, random_: random.Random) -> bytes:
    lines = text.split(b"\n")
    for _ in range(min(3, len(lines) // 8)):
        lines.insert(random_.randrange(len(lines)), random_.choice(_CONSOLE))
    return b"\n".join(lines)


def _paging(text: bytes, random_: random.Random) -> bytes:
    lines, mark = text.split(b"\n"), random_.choice(_PAGER)
    return b"\n".join(mark + line if number % 24 == 23 and line.strip() else line for number, line in enumerate(lines))


def _line_ends(text: bytes, random_: random.Random) -> bytes:
    return text.replace(b"\r", b"").replace(b"\n", random_.choice((b"\r\n", b"\r", b"\r\r\n", b"\n\r")))


_NOT_SEEN = {
    ("lose", "cisco_ios/show_interfaces/header_damaged.txt"): "that text has lines of two ports under one name as it is",
    ("lose", "corpus/cisco_nxos/show_inventory/ntc_3.txt"): "the end of an item and the beginning of the next, which are one item now",
    (
        "double",
        "corpus/cisco_nxos/show_cdp_neighbors_detail/genie_ShowCdpNeighborsDetail_golden_output_8.txt",
    ): "the end of a neighbor, with its address, below the beginning of another",
}
"""Damage after which a text looks like a healthy one, by its kind and the text. ``_MOST_UNSEEN`` says how much there is of it."""
Damage = Callable[[bytes, random.Random], bytes]
_LOSSY: Sequence[Damage] = (_cut, _lose, _double, _long_line)
_HARMLESS: Sequence[Damage] = (_console, _paging, _line_ends)


Output = tuple[Platform, Command, bytes]
Outputs = Mapping[str, Output]


@cache
def _cases() -> Outputs:
    """The texts beside the checkout's own tests, by their path within it."""
    found = {}
    for path in sorted(_CASES.glob("*/*/*.txt")):
        platform = platform_named(path.parents[1].name)
        assert platform is not None
        command = find_file_command(platform, path.parent.name)
        assert command is not None
        found[path.relative_to(_CASES).as_posix()] = platform, command, path.read_bytes()
    return found


@cache
def _corpus() -> Outputs:
    found = {}
    for directory, name in _DIRECTORIES.items():
        platform = platform_named(name)
        assert platform is not None
        for path in sorted((_CORPUS / directory).glob("*/*.txt")):
            command = find_command(platform, path.parent.name.replace("_", " "))
            if command is not None:
                found[f"corpus/{path.relative_to(_CORPUS).as_posix()}"] = platform, command, path.read_bytes()
    return found


@pytest.fixture(params=[pytest.param(_cases, id="cases"), pytest.param(_corpus, id="corpus", marks=pytest.mark.shared)])
def texts(request: pytest.FixtureRequest) -> Outputs:
    found: Outputs = request.param()
    if not found:
        pytest.skip("no reference material beside the checkout")
    return found


def _read(platform: Platform, command: Command, raw: bytes) -> ParsedOutput:
    text = clean_capture(raw)
    if command.table is not Table.LOGGING:  # the messages are its rows
        text = split_console(text)[0]
    return parse_output(platform, command, strip_echo(text)[0])


@cache
def _sane(file: str) -> ParsedOutput:
    return _read(*({**_cases(), **_corpus()})[file])


def _told(damaged: ParsedOutput, sane: ParsedOutput) -> bool:
    return (damaged.state, damaged.reason) != (sane.state, sane.reason) or damaged.bad_line_count != sane.bad_line_count


def _wrong(damaged: ParsedOutput, sane: ParsedOutput) -> list[TableRow]:
    """Rows that are not within any of the undamaged output."""
    known = set(map(repr, sane.rows))
    return [row for row in damaged.rows if repr(row) not in known and not any(_within(row, whole) for whole in sane.rows)]


def _within(value: Any, whole: Any) -> bool:
    """Whether a value is the same as that of the undamaged output, or less of it."""
    if dataclasses.is_dataclass(value):
        if type(value) is not type(whole):
            return False
        names = [field.name for field in dataclasses.fields(value) if field.name not in _SEVERAL.get(type(value), ())]
        if isinstance(value, Neighbor) and value.detail:
            names.remove("platform")  # lines behind a description of the system, whose end is lost, go on with it
        return all(_within(getattr(value, name), getattr(whole, name)) for name in names)
    if value == whole or value is None or value is False or value in ("", (), {}):
        return True
    if isinstance(value, str) and isinstance(whole, str) and whole.partition("(")[0] == value:
        return True  # of a neighbor's name without its serial number
    if isinstance(value, str) and isinstance(whole, str) and value.count(" ") >= _WORDS_OF_PROSE:
        words = iter(whole.split())
        return all(word in words for word in value.split())
    if isinstance(value, Mapping):
        return isinstance(whole, Mapping) and all(key in whole and whole[key] == one for key, one in value.items())
    if isinstance(value, tuple | frozenset):
        return isinstance(whole, tuple | frozenset) and all(any(_within(one, other) for other in whole) for one in value)
    return False


@pytest.mark.parametrize("damage", _LOSSY, ids=lambda damage: damage.__name__.strip("_"))
def test_no_row_of_a_damaged_output_is_wrong_without_a_word(damage: Damage, texts: Outputs) -> None:
    silent = {}
    for file, (platform, command, raw) in texts.items():
        damaged = _read(platform, command, damage(raw, random.Random(file)))
        wrong = [] if _told(damaged, _sane(file)) else _wrong(damaged, _sane(file))
        if wrong and (damage.__name__.strip("_"), file) not in _NOT_SEEN:
            silent[file] = wrong
    assert silent == {}


def test_odd_bytes_change_no_more_than_the_rows_in_which_they_fell(texts: Outputs) -> None:
    spread = {}
    for file, (platform, command, raw) in texts.items():
        damaged = _read(platform, command, _odd_bytes(raw, random.Random(file)))
        wrong = [] if _told(damaged, _sane(file)) else _wrong(damaged, _sane(file))
        if len(wrong) > _MOST_PLACES:
            spread[file] = wrong
    assert spread == {}


@pytest.mark.soak
@pytest.mark.parametrize("damage", _LOSSY, ids=lambda damage: damage.__name__.strip("_"))
def test_hardly_any_damage_makes_a_row_that_is_wrong_without_a_word(damage: Damage, texts: Outputs) -> None:
    """Where the lines from one place in an entry to the same place in another are lost, nothing shows it."""
    rounds, silent = 20, 0
    for seed in range(1, rounds + 1):
        for file, (platform, command, raw) in texts.items():
            damaged = _read(platform, command, damage(raw, random.Random(f"{file} {seed}")))
            silent += not _told(damaged, _sane(file)) and bool(_wrong(damaged, _sane(file)))
    assert silent <= _MOST_UNSEEN * rounds * len(texts)


@pytest.mark.parametrize("damage", _HARMLESS, ids=lambda damage: damage.__name__.strip("_"))
def test_what_a_terminal_leaves_changes_nothing(damage: Damage, texts: Outputs) -> None:
    changed = {}
    for file, (platform, command, raw) in texts.items():
        if command.table is Table.LOGGING and damage is _console:
            continue
        damaged, sane = _read(platform, command, damage(raw, random.Random(file))), _sane(file)
        if damaged.rows != sane.rows or _told(damaged, sane):
            changed[file] = damaged
    assert sorted(changed) == []


@pytest.mark.parametrize("size", [100_000, pytest.param(1_000_000, marks=pytest.mark.soak)])
@pytest.mark.parametrize("unit", _LONG, ids=repr)
def test_a_very_long_line_costs_itself_only(unit: bytes, size: int, texts: Outputs) -> None:
    """That this ends is the point: a pattern that tried again at each place of the line would take hours."""
    by_length = sorted(texts.items(), key=lambda item: -len(item[1][2]))
    shortest = {(platform.name, command.text): file for file, (platform, command, _) in by_length}
    for file in shortest.values():
        platform, command, raw = texts[file]
        damaged = _read(platform, command, raw + b"\n" + unit * (size // len(unit)) + b"\n")
        assert damaged.state is not OutputState.PARSED or len(damaged.rows) >= len(_sane(file).rows)
