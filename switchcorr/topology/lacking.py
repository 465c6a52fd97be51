"""What of a device's outputs was not read whole: from what a table does not show nothing follows then.

Facts without any account of outputs (those that a store keeps) are complete: whoever kept them has seen to that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from switchcorr.model.snapshot import DeviceFacts, OutputAccount, OutputState
from switchcorr.model.tables import (
    DeviceTables,
    ErrorCounters,
    Interface,
    InterfaceDescription,
    InterfaceStatus,
    InventoryItem,
    Lag,
    Module,
    Neighbor,
    PowerPort,
    SpanningTreePort,
    Switchport,
    TableRow,
)

NEIGHBOR_WORDS = frozenset({"cdp", "lldp"})
MAC_WORDS = frozenset({"mac", "cam"})
PHONE_WORDS = NEIGHBOR_WORDS | MAC_WORDS
"""Words of the commands that show phones; NAPALM's getters hold them as well."""
MODULE_WORDS = frozenset({"module", "inventory", "switch", "fex", "platform"})
"""Words of the commands that show modules, stack members and extenders."""
_LOST = frozenset({OutputState.QUARANTINED, OutputState.DENIED, OutputState.TRUNCATED})
_READ = frozenset({OutputState.PARSED, OutputState.EMPTY})


def lacks(facts: DeviceFacts, words: AbstractSet[str]) -> bool:
    """Whether something is missing in the answers to some commands: one was cut, refused or never asked, or lines of it were lost."""
    return any(_is_lost(output) for output in _about(facts.outputs, words))


def proves_absence(facts: DeviceFacts, words: AbstractSet[str], *, besides: AbstractSet[str] = frozenset()) -> bool:
    """Whether what these answers do not show is not there: a whole table was read, and nothing is missing in any.

    Args:
        facts: of one visit.
        words: of the commands that have to be there.
        besides: of those that need not, but must not lack anything if they are.
    """
    if not facts.outputs:
        return True
    is_read = any(output.state in _READ and not output.is_part for output in _about(facts.outputs, words))
    return is_read and not lacks(facts, words | besides)


def tells_parts(facts: DeviceFacts, words: AbstractSet[str]) -> bool:
    """Whether a table may consist of answers about parts: one that counts says that there is none about the whole."""
    return any(output.state in _READ and output.is_part for output in _about(facts.outputs, words))


def completed(facts: DeviceFacts, other: DeviceFacts | None) -> DeviceFacts:
    """The facts of a visit with the tables that it did not read, and another visit of the device did; with the accounts of their outputs.

    A table of which it asked for parts only is the other's, but for the ports, cards and items that the parts tell of.
    """
    if other is None or not facts.outputs:
        return facts
    answered = {output.command for output in facts.outputs if output.state not in _LOST}
    others = tuple(output for output in other.outputs if output.rows and output.command not in answered)
    lacking = [name for name in DeviceTables.__slots__ if name in facts.partial or not getattr(facts.tables, name)] if others else []
    found = {name: _laid_over(rows, getattr(facts.tables, name)) for name in lacking if (rows := getattr(other.tables, name))}
    if not found:
        return facts
    partial = frozenset(name for name in facts.partial if name not in found or name in other.partial)
    tables = replace(facts.tables, **found)  # type: ignore[arg-type]  # rows of a table are put into that table
    return replace(facts, tables=tables, outputs=(*facts.outputs, *others), partial=partial)


def _laid_over(rows: Sequence[TableRow], newer: Sequence[TableRow]) -> tuple[TableRow, ...]:
    """Rows of a table without those about what newer ones tell of, and these."""
    if not newer:
        return tuple(rows)
    told = {_subject(row) for row in newer}
    return (*(row for row in rows if _subject(row) not in told), *newer)


def _subject(row: TableRow) -> object:
    """What a row is about: a port, a card or an item; itself where a port may have several."""
    match row:
        case Neighbor():
            return row.local
        case Module():
            return row.switch, row.slot, row.submodule, row.model if row.submodule else ""
        case SpanningTreePort():
            return row.instance, row.name
        case (
            Interface()
            | InterfaceStatus()
            | InterfaceDescription()
            | Switchport()
            | PowerPort()
            | ErrorCounters()
            | Lag()
            | InventoryItem()
        ):
            return row.name
    return row


def _about(outputs: Iterable[OutputAccount], words: AbstractSet[str]) -> Iterator[OutputAccount]:
    return (output for output in outputs if not words.isdisjoint(output.command.replace("-", " ").replace("_", " ").split()))


def _is_lost(output: OutputAccount) -> bool:
    """An answer with rows that has a reason claims another number of entries than were read."""
    return output.state in _LOST or (output.state is OutputState.PARSED and bool(output.reason or output.bad_line_count))
