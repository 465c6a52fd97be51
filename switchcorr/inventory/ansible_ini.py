"""Ansible's INI inventory: groups in brackets, hosts with ranges and ``key=value`` pairs, ``[group:vars]`` and ``[group:children]``."""

from __future__ import annotations

import re
import shlex

from switchcorr.inventory.ansible import UNGROUPED, AnsibleTree, Group
from switchcorr.inventory.places import Entry, Setting, SourceFile, nearest

_SECTION = re.compile(r"\[(?P<group>[^:\]\s]+)(?::(?P<kind>\w+))?\]\s*(?:#.*)?")
_HOST_WITH_VARIABLES = re.compile(r"[^\s=\[]\S*\s+\w+\s*=\S*")
_KINDS = ("hosts", "vars", "children")


def has_ini_shape(text: str) -> bool:
    """Whether a text is an INI inventory: a section, or a host with variables."""
    lines = [line.strip() for line in text.splitlines()]
    return any(_SECTION.fullmatch(line) or _HOST_WITH_VARIABLES.match(line) for line in lines if line and line[0] not in "#;")


def add_ini(tree: AnsibleTree, file: SourceFile) -> None:
    """Take the groups and hosts of a file."""
    place = Setting(file, "", Entry(None))
    group, kind = tree.group(UNGROUPED, place), "hosts"
    for number, raw in enumerate(file.text.splitlines(), start=1):
        line = raw.strip()
        if not line or line[0] in "#;":
            continue
        section = _SECTION.fullmatch(line)
        if section is None:
            _line(tree, group, kind, Setting(file, group.name, Entry(line, number)))
            continue
        kind = section["kind"] or "hosts"
        place = Setting(file, section["group"], Entry(None, number))
        group = tree.group(section["group"], place)
        if kind not in _KINDS:
            tree.problems.add(place, f"a section of unknown kind{nearest(kind, _KINDS) or ': vars or children expected'}")
    _refuse_unknown_children(tree, file)


def _line(tree: AnsibleTree, group: Group, kind: str, place: Setting) -> None:
    line = str(place.entry.value)
    if kind == "vars":
        _variable(tree, group, line, place)
    elif kind == "children":
        name = line.partition("#")[0].strip()
        group.children[name] = place.child(name, Entry(None, place.entry.line))
    elif kind == "hosts":
        _host(tree, group, line, place)


def _variable(tree: AnsibleTree, group: Group, line: str, place: Setting) -> None:
    name, equals, value = (part.strip() for part in line.partition("="))
    if not equals:
        tree.problems.add(Setting(place.file, f"{group.name}:vars", Entry(None, place.entry.line)), "name=value expected")
        return
    group.variables[name] = place.child(name, Entry(_unquoted(value), place.entry.line))


def _host(tree: AnsibleTree, group: Group, line: str, place: Setting) -> None:
    here = Setting(place.file, group.name, Entry(None, place.entry.line))
    try:
        pattern, *pairs = shlex.split(line, comments=True) or [""]
    except ValueError:
        tree.problems.add(here, "quotes that do not end")
        return
    variables = {}
    own = Setting(place.file, pattern, Entry(None, place.entry.line))
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            tree.problems.add(own, "name=value expected behind the host")
            return
        variables[name] = own.child(name, Entry(value, place.entry.line))
    if pattern:
        for host in tree.add_hosts(group, pattern, own):
            host.variables |= variables


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] in "\"'":
        end = value.find(value[0], 1)
        rest = value[end + 1 :].strip()
        if end > 0 and (not rest or rest.startswith("#")):
            return value[1:end]
    return value


def _refuse_unknown_children(tree: AnsibleTree, file: SourceFile) -> None:
    for group in list(tree.groups.values()):
        for name, place in group.children.items():
            if name not in tree.groups and place.file is file:
                tree.problems.add(place, f"no group of this name{tree.problems.nearest(name, tree.groups)}")
