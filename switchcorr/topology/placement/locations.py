"""Where phones are, from elsewhere: a CSV with one row per phone, and what is decided about its columns.

Each column but ``phone`` is a kind of risk group and each cell a component, unless the column is a label. A column is a
label if it has a label's name, or that of something of people (``owner``), or an unknown name and filled cells that are distinct in more than
80 % of the rows. Other unknown names are told: nobody knows whether what they name can fail.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path

from switchcorr.errors import InputFileError
from switchcorr.files import read_available
from switchcorr.model.addresses import MacAddress, PhoneName, device_key, looks_like_phone, phone_from_any, spoilt_name
from switchcorr.model.campus import RISK_KINDS, Campus, risk_kind, risk_table
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.placement import Placement, PlacementEvidence, PlacementState, Sighting
from switchcorr.text import clean, counted, decode, first_few, looks_binary
from switchcorr.topology.facts.sheet import column_name, read_sheet, spoilt_port, whole_number
from switchcorr.topology.placement.phone_lists import PhoneList, phone_list
from switchcorr.topology.placement.risport import devices_of, is_answer
from switchcorr.topology.placement.switch_sites import switches_by_site

LABEL_COLUMNS = frozenset(("ip", "mac", "extension", "user", "description", "comment", "last_seen"))
_OF_PEOPLE = frozenset((
    "owner", "owner_user_id", "owner_name", "user_id", "userid", "username", "user_name", "name", "full_name", "first_name", "last_name", "display_name",
    "email", "e_mail", "mail", "contact", "department", "dept", "team", "cost_center", "cost_centre", "title", "label", "line_label", "alerting_name",
    "note", "notes", "remark", "remarks", "comments", "status", "serial", "serial_number", "asset", "asset_tag",
))  # fmt: skip
"""Columns that many phones may share and that fail nothing: whose phone it is, and what somebody wrote of it."""
PHONE_COLUMNS = ("phone", "device_name", "devicename", "name", "mac", "mac_address")
"""Columns that may name the phone, the best first."""
DISTINCT_SHARE = 0.8
LOCATED_BY = frozenset(("port", "asic", "module", "chassis", "switch", "uplink", "uplink_bundle", "distribution", "block"))
"""Kinds whose component says where in the network a phone is."""
_KNOWN = frozenset(kind.name for kind in RISK_KINDS)
_SHORT_ID = re.compile(r"\d{1,4}|[A-Za-z]|\d{1,3}(?:/\d{1,3}){1,3}|\d{1,2}/[A-Za-z]\d{1,2}")
_EVENT_COLUMNS = frozenset({"time", "event"})
"""Columns that every table of events has. Where and with whom a phone is does not change with each line."""
_CONFIDENCE = 0.9
_PROBLEMS_KEPT = 20
_STRANGE = (
    "of no known meaning: {columns}; each of their values is taken for a part of the network that can fail by itself, with all phones that have it. "
    "Where they are none (people, settings), name the columns that count with --kinds"
)
_COLUMNS_TOLD = 12
"""Columns that are named; an export of the call manager has hundreds."""


@dataclass(frozen=True, slots=True)
class Locations:
    """A table of locations, understood.

    Attributes:
        rows: per phone, component id by kind; only filled cells.
        labels: per phone, the label columns.
        assumptions: what was decided of the columns.
        problems: rows that could not be used and rows that contradict each other, naming the line.
    """

    rows: Mapping[str, Mapping[str, str]]
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    assumptions: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def read_locations(path: Path, *, kinds: Sequence[str] = ()) -> Locations:
    """Read a locations file; see ``parse_locations``.

    Raises:
        InputFileError: the file cannot be read, is no table, or has no column with phones.
    """
    raw, error = read_available(path)
    if looks_binary(raw):
        raise InputFileError(f"{path}: is binary, not a table.", hint="Export it as CSV.", context={"file": str(path)})
    found = parse_locations(decode(raw), source=str(path), kinds=kinds)
    return found if error is None else Locations(found.rows, found.labels, found.assumptions, (*found.problems, str(error)))


def parse_locations(text: str, *, source: str, kinds: Sequence[str] = ()) -> Locations:
    """A table of locations from text.

    Args:
        text: CSV with comma, semicolon or tab; the first line names the columns. Or an answer of the call manager's RISPort.
        source: name of the file, for messages.
        kinds: columns that are risk groups; empty lets names and contents decide.

    Raises:
        InputFileError: no header, no column with phones, columns of an event table, or a kind that is no column.
    """
    sheet = devices_of(text, source=source) if is_answer(text) else read_sheet(text, source=source, wanted=PHONE_COLUMNS)
    listed = None if kinds else phone_list(sheet.header)
    header = listed.header if listed else sheet.header
    phone_column = next((header.index(name) for name in PHONE_COLUMNS if name in header), None)
    if phone_column is None:
        raise InputFileError(
            f"{source}: line 1: no column 'phone'; found {', '.join(filter(None, header)) or 'nothing'}.",
            hint="Give a header line whose column phone holds names such as SEP00005E005301, or MAC addresses.",
            context={"file": source, "line": 1},
        )
    if not kinds and set(header) >= _EVENT_COLUMNS:
        raise InputFileError(
            f"{source}: line 1: columns {' and '.join(sorted(_EVENT_COLUMNS))} are those of an event table, not of locations.",
            hint="Give it with --events; or name the columns that phones share with --kinds.",
            context={"file": source, "line": 1},
        )
    unknown = [kind for kind in kinds if kind not in header]
    if unknown:
        raise InputFileError(f"{source}: --kinds names no column of the file: {', '.join(unknown)}; found {', '.join(header)}.")
    table = _Table(source, header, phone_column)
    table.problems += sheet.problems
    for line, row in _rows_of(listed, sheet.rows) if listed else sheet.rows:
        table.add(row, line)
    found = _understood(table, listed.kinds if listed else kinds)
    if listed is None or not listed.unused:
        return found
    told = f"{source}: a list of the call manager; columns not used: {first_few(listed.unused, _COLUMNS_TOLD)}"
    return replace(found, assumptions=(told, *found.assumptions))


def _rows_of(listed: PhoneList, rows: Iterable[tuple[int, Sequence[str]]]) -> Iterator[tuple[int, list[str]]]:
    """The rows of lists of the call manager that stand one after the other, all with the columns of the first."""
    own = listed
    for line, row in rows:
        header = phone_list([column_name(cell) for cell in row])
        own = header or own
        if header is None and (cells := own.row(row)):
            beyond = () if "description" in own.header else filter(None, row[len(own.header) :])
            yield line, [*(cells.get(meaning, "") for meaning in listed.header), *beyond]


class _Table:
    """Rows as they are read: cells by phone, conflicts and unusable rows counted."""

    def __init__(self, source: str, header: Sequence[str], phone_column: int) -> None:
        self.source, self.header, self.phone_column = source, header, phone_column
        self.cells: dict[str, dict[str, str]] = {}
        self.line_of: dict[str, int] = {}
        self.problems: list[str] = []
        self.more_problems = 0
        self.spoilt: dict[tuple[str, str], tuple[str, int]] = {}
        self.ports = _of_a_switch(header)

    def problem(self, text: str, line: int) -> None:
        if len(self.problems) < _PROBLEMS_KEPT:
            self.problems.append(f"{self.source}: line {line}: {text}")
        else:
            self.more_problems += 1

    def spoil(self, column: str, made: str, cell: str, line: int) -> None:
        """Count a cell of which a spreadsheet made something else."""
        first, count = self.spoilt.get((column, made), (f"line {line}: {cell!r}", 0))
        self.spoilt[column, made] = first, count + 1

    def spoilt_words(self) -> Iterator[str]:
        for (column, made), (first, count) in self.spoilt.items():
            yield f"{self.source}: {first}: a spreadsheet made {made} of it; {counted(count, 'cell')} of the column {column} not used: format the column as text"

    def add(self, row: Sequence[str], line: int) -> None:
        name = row[self.phone_column] if len(row) > self.phone_column else ""
        if not name:
            self.problem("no phone", line)
            return
        if spoilt_name(name):
            self.spoil(self.header[self.phone_column], "a number", name, line)
            return
        if len(row) > len(self.header):
            self.problem(
                f"{counted(len(row), 'cell')}, {counted(len(self.header), 'column')}; the cells behind the last column are not used", line
            )
        phone = str(phone_from_any(name) or name)
        if looks_like_phone(phone) and PhoneName.parse_or_none(phone) is None:
            self.problem(f"{clean(name, limit=60)} has not the twelve hexadecimal digits of a phone's name; it is taken as it stands", line)
        filled = {column: cell for column, cell in zip(self.header, row, strict=False) if column and cell}
        del filled[self.header[self.phone_column]]
        for column in [column for column in self.ports if column in filled and spoilt_port(filled[column])]:
            self.spoil(column, "a date", filled.pop(column), line)
        known = self.cells.setdefault(phone, {})
        if phone in self.line_of:
            differing = sorted(column for column, cell in filled.items() if known.get(column, cell) != cell)
            how = f" with another {', '.join(differing)}; the later row counts" if differing else ", saying the same"
            self.problem(f"{phone} stands in line {self.line_of[phone]} too{how}", line)
        self.line_of[phone] = line
        known.update(filled)


def _understood(table: _Table, kinds: Sequence[str]) -> Locations:
    columns = [name for name in dict.fromkeys(table.header) if name and name != table.header[table.phone_column]]
    chosen = [name for name in columns if (name in kinds if kinds else _is_kind(name, table.cells))]
    labels = [name for name in columns if name not in chosen]
    assumptions: list[str] = []
    if chosen:
        assumptions.append(f"{table.source}: things phones share: {', '.join(chosen)}")
    if strange := [name for name in chosen if name not in _KNOWN and name not in kinds]:
        assumptions.append(f"{table.source}: {_STRANGE.format(columns=first_few(strange, _COLUMNS_TOLD))}")
    if labels:
        assumptions.append(f"{table.source}: labels, not used to explain: {', '.join(labels)}")
    qualified: Counter[str] = Counter()
    ports = frozenset(_of_a_switch(chosen))
    cells_of, of_sites = switches_by_site(table.cells) if {"switch", "site"} <= set(chosen) else (table.cells, ())
    assumptions += [f"{table.source}: {told}" for told in of_sites]
    rows = {phone: _components(cells, chosen, ports, qualified) for phone, cells in cells_of.items()}
    assumptions += [
        f"{table.source}: {column} qualified with the row's switch in {counted(count, 'row')}"
        for column, count in sorted(qualified.items())
    ]
    table.problems[:0] = table.spoilt_words()
    if table.more_problems:
        table.problems.append(f"{table.source}: {counted(table.more_problems, 'more row')} with problems")
    return Locations(
        rows=rows,
        labels={phone: {name: cells[name] for name in labels if name in cells} for phone, cells in table.cells.items()},
        assumptions=tuple(assumptions),
        problems=tuple(table.problems),
    )


def _of_a_switch(columns: Sequence[str]) -> tuple[str, ...]:
    """Columns whose cells mean nothing without their switch, if they are only a number or the name of an interface."""
    return tuple(column for column in columns if column and risk_kind(column).needs_switch)


def _is_kind(name: str, cells: Mapping[str, Mapping[str, str]]) -> bool:
    if name in LABEL_COLUMNS or name in _OF_PEOPLE:
        return False
    if name in _KNOWN:
        return True
    filled = [row[name] for row in cells.values() if name in row]
    return bool(filled) and len(set(filled)) <= DISTINCT_SHARE * len(filled)


def _components(cells: Mapping[str, str], chosen: Sequence[str], ports: Set[str], qualified: Counter[str]) -> dict[str, str]:
    row: dict[str, str] = {}
    switch = cells.get("switch", "")
    for column in chosen:
        cell = cells.get(column, "")
        if not cell:
            continue
        if column in ports:
            cell = whole_number(cell)
            if switch and not cell.startswith(switch) and _is_partial(cell):
                glue = ":" if column in ("port", "uplink", "uplink_bundle") and not cell.isalnum() else "/"
                cell = f"{switch}{glue}{cell}"
                qualified[column] += 1
        row[column] = cell
    return row


def _is_partial(cell: str) -> bool:
    """Whether a cell means nothing without its switch: a number, a letter, an interface name."""
    return bool(_SHORT_ID.fullmatch(cell)) or InterfaceName.as_told(cell) is not None


def campus_from_locations(locations: Locations) -> Campus:
    """A campus of which only the exposures are known."""
    placements = tuple(placement_from_row(phone, row, locations.labels.get(phone, {})) for phone, row in sorted(locations.rows.items()))
    return Campus(
        devices=(),
        links=(),
        placements=placements,
        risk=risk_table(locations.rows),
        assumptions=(*locations.assumptions, *locations.problems),
    )


def with_device_groups(locations: Locations, groups: Mapping[str, Mapping[str, str]]) -> Locations:
    """The table with what is known of each row's switch (site, power...) where the row itself does not tell it.

    Args:
        groups: further groups of a device's phones, by device name.
    """
    of_device = {device_key(name): cells for name, cells in groups.items()}
    rows = {phone: {**of_device.get(device_key(row.get("switch", "")), {}), **row} for phone, row in locations.rows.items()}
    return replace(locations, rows=rows)


def placement_from_row(phone: str, row: Mapping[str, str], labels: Mapping[str, str]) -> Placement:
    """Where a row of the table puts a phone."""
    name = PhoneName.parse_or_none(phone)
    located = any(column in LOCATED_BY for column in row)
    device = row.get("switch", "")
    port = row.get("port", "").removeprefix(f"{device}:").removeprefix(f"{device}/")
    interface = InterfaceName.as_told(port) or InterfaceName.as_told(re.split(r":|(?<=\D)/", port)[-1].removeprefix(device))
    return Placement(
        phone=name or phone,
        state=PlacementState.PLACED if located else PlacementState.UNPLACED,
        device=device,
        interface=interface,
        module=row.get("module", ""),
        vlan=int(row["vlan"]) if row.get("vlan", "").isascii() and row.get("vlan", "").isdigit() else None,
        mac=name.mac if name else _mac(labels.get("mac", "")),
        ip=labels.get("ip", ""),
        confidence=_CONFIDENCE if located else 0.0,
        reason="" if located else "the locations file names no part of the network for it",
        sightings=(Sighting(device, interface, PlacementEvidence.LOCATIONS),) if located and interface else (),
        extension=labels.get("extension", ""),
        description=", ".join(dict.fromkeys(filter(None, (labels.get("user", ""), labels.get("description", ""))))),
    )


def _mac(text: str) -> MacAddress | None:
    try:
        return MacAddress.parse(text)
    except ValueError:
        return None
