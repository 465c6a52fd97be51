"""CSV files, and plain lists of one address or name per line.

Columns stand in any order and under any of their usual names; a column of unknown name is ``data``: a risk group of the device's
phones.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence

from switchcorr.inventory.devices import Draft
from switchcorr.inventory.places import Entry, Problems, Setting, SourceFile
from switchcorr.text import counted

SYNONYMS = {
    "name": ("device", "device_name", "switch", "switch_name", "sysname", "node", "inventory_hostname"),
    "host": ("ip", "ip_address", "address", "mgmt_ip", "mgmt_address", "management_ip", "management_address", "primary_ip", "ipv4", "fqdn", "dns_name", "ansible_host"),
    "port": ("ssh_port", "tcp_port"),
    "platform": ("device_type", "os", "network_os", "nos", "operating_system", "ansible_network_os"),
    "site": ("location", "site_name"),
    "site_concurrency": (),
    "collector": (),
    "username": ("user", "login", "user_name"),
    "password": ("pass", "passwd"),
    "enable": ("secret", "enable_secret", "enable_password"),
    "keys": ("key_file", "key", "private_key", "ssh_key"),
    "agent": ("ssh_agent",),
    "driver": (),
    "algorithms": ("algorithm_profile", "ssh_profile"),
    "jump": ("jump_host", "jumphost", "proxy_jump", "proxyjump", "bastion"),
    "jump_password": (),
    "commands": (),
    "groups": ("group",),
}  # fmt: skip
_FIELD_OF = {synonym: name for name, synonyms in SYNONYMS.items() for synonym in (name, *synonyms)}
_DELIMITERS = ",;\t|"
_COMMENT = re.compile(r"\s*#")
_LINE = re.compile(
    r"(?:\[(?P<v6>[^\]\s]+)\]|(?P<host>[^\s:]+))(?::(?P<port>\d+))?|(?P<bare_v6>[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.%\w]*)"
)


def columns_of(line: str) -> list[str] | None:
    """The columns of a line, by our names where they are known, if it is the header of a list of devices; else None."""
    cells = [re.sub(r"[^a-z0-9]+", "_", cell.strip().strip("\"'").lower()).strip("_") for cell in line.split(_delimiter(line))]
    columns = [_FIELD_OF.get(cell, cell) for cell in cells]
    if "hostname" in columns:
        columns[columns.index("hostname")] = "host" if "name" in columns else "name"
    return columns if "name" in columns or "host" in columns else None


def read_csv(file: SourceFile, problems: Problems, *, fields: Mapping[str, Setting], data: Mapping[str, Setting]) -> list[Draft]:
    """The devices of a table with a header.

    Args:
        fields: what counts where a row says nothing.
        data: likewise.
    """
    lines = file.text.splitlines()
    skipped = next((number for number, line in enumerate(lines) if line.strip() and not _COMMENT.match(line)), len(lines))
    if skipped == len(lines):
        return []
    columns = columns_of(lines[skipped]) or []
    for column in sorted({column for column in columns if columns.count(column) > 1 and column}):
        problems.add(file, f"two columns for {column}", line=skipped + 1)
    reader = csv.reader(lines[skipped + 1 :], delimiter=_delimiter(lines[skipped]), strict=True)
    drafts = []
    try:
        for cells in reader:
            line = skipped + 1 + reader.line_num
            if any(cell.strip() for cell in cells) and not cells[0].lstrip().startswith("#"):
                drafts.append(_row(file, line, columns, cells, problems, fields=fields, data=data))
    except csv.Error as error:
        problems.add(file, f"not CSV: {str(error).partition(chr(39))[0].strip()}", line=skipped + 1 + reader.line_num)
    return [draft for draft in drafts if draft is not None]


def read_list(file: SourceFile, problems: Problems, *, fields: Mapping[str, Setting], data: Mapping[str, Setting]) -> list[Draft]:
    """The devices of a list: an address or a name on each line, with ``:port`` where it is not 22."""
    drafts = []
    for number, line in enumerate(file.text.splitlines(), start=1):
        text = line.partition("#")[0].strip() if not line.lstrip().startswith("#") else ""
        if not text:
            continue
        found = _LINE.fullmatch(text)
        if found is None:
            place = Setting(file, "", Entry(text, number))
            problems.add(place, f"{place.shown()}: one address or name on a line expected")
            continue
        place = Setting(file, text, Entry(text, number))
        own = {"host": place.child("host", Entry(found["v6"] or found["host"] or found["bare_v6"], number))}
        if found["port"]:
            own["port"] = place.child("port", Entry(found["port"], number))
        drafts.append(Draft(text, place, {**fields, **own}, data))
    return drafts


def _row(
    file: SourceFile,
    line: int,
    columns: Sequence[str],
    cells: Sequence[str],
    problems: Problems,
    *,
    fields: Mapping[str, Setting],
    data: Mapping[str, Setting],
) -> Draft | None:
    texts = {column: cell.strip() for column, cell in zip(columns, cells, strict=False) if column and cell.strip()}
    name = texts.get("name") or texts.get("host") or ""
    place = Setting(file, name, Entry(name, line))
    if len(cells) > len(columns):
        problems.add(place, f"{counted(len(cells), 'cell')} in a table of {counted(len(columns), 'column')}")
        return None
    texts.setdefault("host", name)
    own = {column: place.child(column, Entry(text, line)) for column, text in texts.items()}
    groups = tuple(part for part in re.split(r"[\s;,|]+", texts.get("groups", "")) if part)
    known = {column: setting for column, setting in own.items() if column in SYNONYMS and column not in ("name", "groups")}
    other = {column: setting for column, setting in own.items() if column not in SYNONYMS}
    return Draft(name, place, {**fields, **known}, {**data, **other}, groups)


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=line.count)
