"""Real outputs from the reference material, damaged as captures are: nothing raises, and no row is wrong without a word.

Harmless damage (newlines, paging, console messages) changes no row. Of all other damage a row is one of the undamaged text, or says less
than one of them, or the account says that something was lost. What no parser can see stays out: lines lost so that the rest is a
well-formed text, such as the end of one inventory item and the beginning of the next. A clone without the material skips these tests.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from switchcorr.captures.cleaning import clean_capture, split_console
from switchcorr.captures.commands import find_command
from switchcorr.captures.layout import strip_echo
from switchcorr.model.snapshot import OutputState
from switchcorr.model.tables import Table, TableRow
from switchcorr.parse.tables import ParsedOutput, parse_output
from switchcorr.platforms import PLATFORMS, Command, Platform

pytestmark = pytest.mark.shared
_CORPUS = Path(__file__).parents[2].resolve().parent / "shared" / "corpus"
_DIRECTORIES = {"cisco_ios": "cisco_ios", "cisco_xe": "cisco_ios", "cisco_nxos": "cisco_nxos", "catos": "cisco_catos"}
_LARGEST = 12_000
"""Bytes of a text: larger ones are more of the same."""
_FREE_TEXT = frozenset(("software", "platform", "reload_reason", "text", "what", "value", "description"))
"""Cells of running text: of damaged lines of theirs nothing can be told."""
_ONE_ROW = frozenset((Table.VERSION, Table.REDUNDANCY, Table.CLOCK, Table.ENVIRONMENT))
"""Tables without entries that could be mixed, and without anything that places a phone."""
_LOOKED_AT = {
    "cisco_ios/show_switch_virtual/": "a paragraph without entries: of a lost line the role goes to the other switch of the pair",
    "cisco_nxos/show_cdp_neighbors_detail/genie_ShowCdpNeighborsDetail_golden_output_3.txt": "the rest of a wrapped list of capabilities",
    "cisco_nxos/show_interface_switchport/ntc_monitor.txt": "a wrapped list of VLANs goes on in the middle of a number",
    "cisco_nxos/show_spanning-tree_detail/genie_ShowSpanningTreeDetail_golden_output_1.txt": "a wrapped line that comes twice",
    "cisco_ios/show_module/": "columns of running text: what stands in the last one passes for the one before",
    "cisco_xe/show_cdp_neighbors/genie_ShowCdpNeighbors_device_output_1.txt": "the port of the neighbor stuck to its platform",
    "cisco_xe/show_platform_software_fed": "columns by their place, which two more characters move",
    "cisco_xe/show_interfaces_description/genie_ShowInterfacesDescription_golden_interface_output3.txt": "admin down with something behind",
}
"""Beginnings of the names of texts that may give a wrong cell without a word, looked at one by one; none of these cells places a phone."""
_MESSAGE = "*Nov 22 09:41:07.123: %LINK-3-UPDOWN: Interface GigabitEthernet1/0/7, changed state to down"


@dataclasses.dataclass(frozen=True, slots=True)
class Text:
    """An undamaged text and what it gives."""

    file: str
    platform: Platform
    command: Command
    lines: tuple[str, ...]
    whole: ParsedOutput


def _read(platform: Platform, command: Command, raw: bytes) -> ParsedOutput:
    text = clean_capture(raw)
    text = text if command.table is Table.LOGGING else split_console(text)[0]
    return parse_output(platform, command, strip_echo(text)[0])


def _texts() -> Iterator[Text]:
    for directory, name in _DIRECTORIES.items():
        platform = next(one for one in PLATFORMS if one.name == name)
        for path in sorted((_CORPUS / directory).glob("*/*.txt")):
            command = find_command(platform, path.parent.name.replace("_", " "))
            if command is None or path.stat().st_size > _LARGEST:
                continue
            text = strip_echo(clean_capture(path.read_bytes()))[0]
            text = text if command.table is Table.LOGGING else split_console(text)[0]
            whole = parse_output(platform, command, text)
            if whole.state is OutputState.PARSED and whole.rows:
                yield Text(path.relative_to(_CORPUS).as_posix(), platform, command, tuple(text.split("\n")), whole)


@pytest.fixture(scope="module")
def texts() -> Sequence[Text]:
    found = tuple(_texts())
    if not found:
        pytest.skip("no reference material beside the checkout")
    return found


def _paged(lines: Sequence[str], rng: random.Random) -> bytes:
    """As a terminal keeps it: the pager's word, and what erased it, before a line of each page."""
    at = {rng.randrange(len(lines)) for _ in range(3)}
    erased = "\x08" * 9 + " " * 8 + "\x08" * 9
    return "\r\n".join(f" --More-- {erased}{line}" if number in at and line else line for number, line in enumerate(lines)).encode()


def _with_messages(lines: Sequence[str], rng: random.Random) -> bytes:
    return "\n".join(rng.choice((f"{_MESSAGE}\n", "", "", "", "")) * (number > 0) + line for number, line in enumerate(lines)).encode()


_HARMLESS: Mapping[str, Callable[[Sequence[str], random.Random], bytes]] = {
    "carriage returns and newlines": lambda lines, _: "\r\n".join(lines).encode(),
    "carriage returns alone": lambda lines, _: "\r".join(lines).encode(),
    "two carriage returns": lambda lines, _: "\r\r\n".join(lines).encode(),
    "paging": _paged,
    "console messages": _with_messages,
}


@pytest.mark.parametrize("kind", _HARMLESS)
def test_what_a_terminal_leaves_changes_no_row(kind: str, texts: Sequence[Text]) -> None:
    wrong = []
    for text in texts:
        if kind == "console messages" and (text.command.table is Table.LOGGING or len(text.lines) < 8):
            continue
        found = _read(text.platform, text.command, _HARMLESS[kind](text.lines, random.Random(text.file)))
        if found.rows != text.whole.rows or found.bad_line_count != text.whole.bad_line_count:
            wrong.append(text.file)
    assert wrong == []


def _cut(lines: Sequence[str], rng: random.Random) -> Sequence[str]:
    """What is left of an answer that ends in the middle of a line, once that line is left out."""
    return lines[: rng.randrange(1, len(lines) + 1)]


def _dropped(lines: Sequence[str], rng: random.Random) -> Sequence[str]:
    at = rng.randrange(len(lines))
    return [*lines[:at], *lines[at + 1 :]]


def _doubled(lines: Sequence[str], rng: random.Random) -> Sequence[str]:
    at = rng.randrange(len(lines))
    return [*lines[: at + 1], *lines[at:]]


def _garbled(lines: Sequence[str], rng: random.Random) -> Sequence[str]:
    """Bytes that are no UTF-8 in the middle of a line, as they are decoded."""
    at = rng.randrange(len(lines))
    place = rng.randrange(len(lines[at]) + 1)
    return [*lines[:at], f"{lines[at][:place]}\udcff\ufffd{lines[at][place:]}".replace("\udcff", "ÿ"), *lines[at + 1 :]]


def _overlong(lines: Sequence[str], rng: random.Random) -> Sequence[str]:
    at = rng.randrange(len(lines))
    return [*lines[:at], lines[at] + "A1/0 " * 20_000, *lines[at + 1 :]]


_DAMAGE: Mapping[str, tuple[Callable[[Sequence[str], random.Random], Sequence[str]], int]] = {
    "cut": (_cut, 3),
    "a line lost": (_dropped, 6),
    "a line doubled": (_doubled, 6),
    "bytes that are no text": (_garbled, 3),
    "a very long line": (_overlong, 1),
}


def _is_told(found: ParsedOutput, whole: ParsedOutput) -> bool:
    return found.bad_line_count > whole.bad_line_count or found.state is not OutputState.PARSED or found.reason != whole.reason


def _says_less(one: TableRow, than: TableRow) -> bool:
    """Whether each cell of a row is that of another one, or empty, or a part of its members."""
    if type(one) is not type(than):
        return False
    for field in dataclasses.fields(one):
        mine, its = getattr(one, field.name), getattr(than, field.name)
        if not mine or mine == its or field.name in _FREE_TEXT or _shows_damage(mine):
            continue
        if isinstance(mine, tuple) and isinstance(its, tuple) and set(mine) <= set(its):
            continue
        if isinstance(mine, Mapping) and isinstance(its, Mapping) and mine.items() <= its.items():
            continue
        return False
    return True


def _shows_damage(cell: object) -> bool:
    """Whether whoever sees a cell sees that something is wrong with it."""
    return any(mark in str(cell) for mark in ("\ufffd", "A1/0", "a1/0"))


def _wrong_rows(text: Text, found: ParsedOutput) -> list[TableRow]:
    return [row for row in found.rows if row not in text.whole.rows and not any(_says_less(row, one) for one in text.whole.rows)]


@pytest.mark.parametrize("kind", _DAMAGE)
def test_no_row_is_wrong_without_a_word(kind: str, texts: Sequence[Text]) -> None:
    damage, times = _DAMAGE[kind]
    wrong = []
    for text in texts:
        rng = random.Random(f"{kind} {text.file}")
        for _ in range(times):
            found = parse_output(text.platform, text.command, "\n".join(damage(text.lines, rng)))
            if text.command.table not in _ONE_ROW and not _is_told(found, text.whole) and (rows := _wrong_rows(text, found)):
                wrong.append(f"{text.file}: {rows[0]}")
    wrong = [one for one in wrong if not one.startswith(tuple(_LOOKED_AT))]
    assert wrong == []
