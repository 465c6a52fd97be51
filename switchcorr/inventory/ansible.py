"""Ansible's hosts and groups, and which of their variables counts for a host.

Later counts more, as in Ansible: variables of ``all`` in the inventory, those of its other groups (by depth below ``all``, then
``ansible_group_priority``, then name), then the files of ``group_vars`` in the same order, then those of the host in the inventory,
then ``host_vars``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from switchcorr.inventory.places import Entry, Problems, Setting, listed, nearest

ALL, UNGROUPED = "all", "ungrouped"
MOST_HOSTS = 100_000
GROUP_KEYS = ("hosts", "children", "vars")

_RANGE = re.compile(r"\[(?:(?P<first>\d*):(?P<last>\d+)|(?P<from>[A-Za-z]):(?P<to>[A-Za-z]))(?::(?P<step>\d+))?\]")
_WITH_PORT = re.compile(r"(?P<host>[^:\s]+|\[[^\]\s]+\]):(?P<port>\d{1,5})")
_MOST_DEPTH = 100
_NORNIR_KEYS = {"hostname", "groups", "connection_options"}

Variables = Mapping[str, Setting]


@dataclass(slots=True)
class Group:
    """A group as far as it has been read."""

    name: str
    place: Setting
    variables: dict[str, Setting] = field(default_factory=dict)
    children: dict[str, Setting] = field(default_factory=dict)
    hosts: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True)
class Host:
    """A host as far as it has been read."""

    name: str
    place: Setting
    variables: dict[str, Setting] = field(default_factory=dict)


@dataclass(slots=True)
class VariableFiles:
    """The documents of ``group_vars`` and ``host_vars`` by the name of the group or host, in the order in which they count."""

    groups: dict[str, list[Setting]] = field(default_factory=dict)
    hosts: dict[str, list[Setting]] = field(default_factory=dict)


class AnsibleTree:
    """All groups and hosts of an inventory; filled file by file."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.groups: dict[str, Group] = {}
        self.hosts: dict[str, Host] = {}

    def group(self, name: str, place: Setting) -> Group:
        """A group, new if it has not been met."""
        return self.groups.setdefault(name, Group(name, place))

    def add_hosts(self, group: Group, pattern: str, place: Setting) -> list[Host]:
        """The hosts of a pattern with ranges, now members of the group; none if the pattern cannot be read."""
        ported = _WITH_PORT.fullmatch(pattern) if not _RANGE.fullmatch(pattern) else None
        names = expand_ranges(ported["host"] if ported else pattern, most=MOST_HOSTS - len(self.hosts))
        if not names:
            self.problems.add(place, f"a range that cannot be read, or that makes more than {MOST_HOSTS} hosts")
            return []
        hosts = []
        for name in names:
            host = self.hosts.setdefault(name, Host(name, place))
            group.hosts[name] = None
            if ported:
                host.variables["ansible_port"] = place.child("port", Entry(ported["port"], place.entry.line))
            hosts.append(host)
        return hosts

    def merged(self, files: VariableFiles) -> Iterator[tuple[Host, Variables, tuple[str, ...]]]:
        """Each host with the variables that count for it, and its groups from the nearest to the furthest."""
        depths = self._depths()
        parents: dict[str, list[str]] = {}
        for group in self.groups.values():
            for child in group.children:
                parents.setdefault(child, []).append(group.name)
        direct: dict[str, list[str]] = {}
        for group in self.groups.values():
            for name in group.hosts:
                direct.setdefault(name, []).append(group.name)
        layers: dict[tuple[str, ...], dict[str, Setting]] = {}
        for host in self.hosts.values():
            ordered = sorted(
                _ancestors(direct.get(host.name, []), parents), key=lambda name: (depths.get(name, 1), self._priority(name), name)
            )
            groups = (ALL, *(name for name in ordered if name != ALL))
            if groups not in layers:
                layers[groups] = self._group_variables(groups, files)
            own = _union([host.variables, *(document.children() for document in files.hosts.get(host.name, ()))])
            yield host, {**layers[groups], **own}, tuple(name for name in reversed(groups) if name not in (ALL, UNGROUPED))

    def _group_variables(self, groups: Iterable[str], files: VariableFiles) -> dict[str, Setting]:
        names = list(groups)
        written = [self.groups[name].variables for name in names if name in self.groups]
        return _union([*written, *(document.children() for name in names for document in files.groups.get(name, ()))])

    def _priority(self, name: str) -> int:
        setting = self.groups[name].variables.get("ansible_group_priority")
        text = setting.entry.value if setting else None
        return int(text) if isinstance(text, str) and re.fullmatch(r"[0-9]{1,6}", text) else 1

    def _depths(self) -> dict[str, int]:
        """The longest way from ``all`` to each group; groups that hold themselves are a problem, and their way ends there."""
        depths: dict[str, int] = {}
        trail: list[tuple[str, list[str]]] = []
        for start in self.groups:
            trail.append((start, list(self.groups[start].children)))
            while trail:
                name, left = trail[-1]
                if not left or name in depths:
                    depths[name] = depths.get(name) or 1 + max((depths.get(child, 0) for child in self.groups[name].children), default=0)
                    trail.pop()
                    continue
                child = left.pop()
                names = [passed for passed, _ in trail]
                if child in names or len(trail) > _MOST_DEPTH:
                    self.problems.add(
                        self.groups[name].place,
                        f"groups that hold each other, or too many of them in one another: {listed([*names, child])}",
                    )
                    self.groups[name].children.pop(child, None)
                elif child in self.groups and child not in depths:
                    trail.append((child, list(self.groups[child].children)))
        return _from_above(self.groups, depths)


def add_yaml(tree: AnsibleTree, document: Setting) -> None:
    """Take the groups of a YAML inventory."""
    for name, place in document.children().items():
        _add_group(tree, name, place)


def has_ansible_shape(document: Setting) -> bool:
    """Whether a document is a YAML inventory of Ansible: some group has hosts or children, and nothing is a host of Nornir."""
    keys = [set(member.children()) for member in document.children().values()]
    return any(key & {"hosts", "children"} for key in keys) and not any(key & _NORNIR_KEYS for key in keys)


def expand_ranges(pattern: str, *, most: int = MOST_HOSTS) -> list[str]:
    """All names of a pattern; none if it cannot be read or makes too many.

    >>> expand_ranges("sw[08:10]-[a:b]")
    ['sw08-a', 'sw08-b', 'sw09-a', 'sw09-b', 'sw10-a', 'sw10-b']
    """
    names = [""]
    position = 0
    for found in _RANGE.finditer(pattern):
        values = _range(found, most)
        if not values or len(names) * len(values) > most:
            return []
        before = pattern[position : found.start()]
        names = [f"{name}{before}{value}" for name in names for value in values]
        position = found.end()
    return [f"{name}{pattern[position:]}" for name in names] if len(names) <= most else []


def _range(found: re.Match[str], most: int) -> list[str]:
    step = int(found["step"] or 1)
    if found["last"] is None:
        return [chr(code) for code in range(ord(found["from"]), ord(found["to"]) + 1, step)] if step else []
    first, last = found["first"] or "0", found["last"]
    width = len(first) if first.startswith("0") and len(first) > 1 else 0
    if step == 0 or len(last) > 9 or len(first) > 9 or (width and width != len(last)) or int(last) - int(first) >= most * step:
        return []
    return [str(number).zfill(width) for number in range(int(first), int(last) + 1, step)]


def _add_group(tree: AnsibleTree, name: str, place: Setting) -> Group:
    left = [(name, place)]
    first = tree.group(name, place)
    while left:
        name, place = left.pop()
        group = tree.group(name, place)
        if place.is_set and not isinstance(place.entry.value, Mapping):
            tree.problems.add(place, f"{place.entry.kind}: a group with {', '.join(GROUP_KEYS)} expected")
        parts = {key: part for key, part in place.children().items() if part.is_set}
        for key in parts.keys() - set(GROUP_KEYS):
            near = nearest(key, GROUP_KEYS)
            (tree.problems.add if near else tree.problems.warn)(parts[key], f"unknown key{near}" if near else "is not used")
        for child, below in _members(parts.get("children"), tree.problems).items():
            group.children[child] = below
            left.append((child, below))
        group.variables |= _members(parts.get("vars"), tree.problems)
        for pattern, below in _members(parts.get("hosts"), tree.problems).items():
            variables = _members(below, tree.problems) if below.is_set else {}
            for host in tree.add_hosts(group, pattern, below):
                host.variables |= variables
    return first


def _members(setting: Setting | None, problems: Problems) -> dict[str, Setting]:
    """The members of a mapping; a single name is a mapping of that name to nothing."""
    if setting is None:
        return {}
    value = setting.entry.value
    if isinstance(value, str):
        return {value: setting.child(value, Entry(None, setting.entry.line))}
    if not isinstance(value, Mapping):
        problems.add(setting, f"{setting.entry.kind}: a mapping expected")
    return setting.children()


def _union(layers: Iterable[Variables]) -> dict[str, Setting]:
    return {key: setting for layer in layers for key, setting in layer.items()}


def _ancestors(names: Iterable[str], parents: Mapping[str, list[str]]) -> set[str]:
    found: set[str] = set()
    left = list(names)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += parents.get(name, [])
    return found


def _from_above(groups: Mapping[str, Group], heights: Mapping[str, int]) -> dict[str, int]:
    """Depths below ``all`` when parents are taken before their children; ``heights`` count from the leaves up."""
    depths = {name: 0 if name == ALL else 1 for name in groups}
    for name in sorted(groups, key=lambda name: -heights.get(name, 1)):
        for child in groups[name].children:
            if child in depths:
                depths[child] = max(depths[child], depths[name] + 1)
    return depths
