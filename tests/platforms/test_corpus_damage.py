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
_PORT_BELOW = "cisco_nxos/show_cdp_neighbors/genie_ShowCdpNeighbors_golden_output_4.txt"
_NOT_SEEN = {
    (
        "a line lost",
        _PORT_BELOW,
    ): "the port id below a row: the platform's last word stands for it, and both are words of the neighbor's maker",
    ("a line doubled", _PORT_BELOW): "the same, in the first of two rows",
    ("cut", _PORT_BELOW): "the same; an answer that is known to be cut is told as such",
    ("a line lost", "cisco_xe/show_etherchannel_summary/genie_ShowEtherchannelSummary_golden_output_3.txt"): (
        "a bundle below one whose lines are full: the output's own number of bundles would tell, which this edited text lacks"
    ),
    ("a line lost", "cisco_nxos/show_interface/ntc_6.txt"): "the admin state: old releases have no such line",
    ("a very long line", "cisco_ios/show_mac-address-table/ntc_9.txt"): "ports behind that of the switch itself: other releases print both",
}
"""Damage after which a text looks like a healthy one, by its kind and the text."""
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
    "cut": (_cut, 6),
    "a line lost": (_dropped, 12),
    "a line doubled": (_doubled, 12),
    "bytes that are no text": (_garbled, 12),
    "a very long line": (_overlong, 1),
}


def _at_every_line(kind: str, lines: Sequence[str]) -> Iterator[Sequence[str]]:
    """All that one kind of damage makes of a text; of bytes within lines a part of the places."""
    for at, line in enumerate(lines):
        match kind:
            case "cut":
                yield lines[: at + 1]
            case "a line lost":
                yield [*lines[:at], *lines[at + 1 :]]
            case "a line doubled":
                yield [*lines[: at + 1], *lines[at:]]
            case "a very long line":
                yield [*lines[:at], line + "A1/0 " * 200, *lines[at + 1 :]]
            case _:
                for place in sorted({len(line), *range(0, len(line), max(1, len(line) // 12))}):
                    yield [*lines[:at], f"{line[:place]}ÿ\ufffd{line[place:]}", *lines[at + 1 :]]


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


def _made_wrong(text: Text, lines: Sequence[str]) -> Sequence[TableRow]:
    """Wrong rows of a damaged text that says nothing of its damage."""
    if text.command.table in _ONE_ROW:
        return ()
    found = parse_output(text.platform, text.command, "\n".join(lines))
    return () if _is_told(found, text.whole) else _wrong_rows(text, found)


@pytest.mark.parametrize("kind", _DAMAGE)
def test_no_row_is_wrong_without_a_word(kind: str, texts: Sequence[Text]) -> None:
    damage, times = _DAMAGE[kind]
    wrong = []
    for text in texts:
        rng = random.Random(f"{kind} {text.file}")
        for _ in range(times):
            rows = _made_wrong(text, damage(text.lines, rng))
            if rows and (kind, text.file) not in _NOT_SEEN:
                wrong.append(f"{text.file}: {rows[0]}")
    assert wrong == []


@pytest.mark.soak
@pytest.mark.parametrize("kind", _DAMAGE)
def test_damage_at_every_line_makes_no_row_wrong_without_a_word(kind: str, texts: Sequence[Text]) -> None:
    wrong = {text.file: rows[0] for text in texts for lines in _at_every_line(kind, text.lines) if (rows := _made_wrong(text, lines))}
    assert wrong.keys() == {file for told, file in _NOT_SEEN if told == kind}, wrong
