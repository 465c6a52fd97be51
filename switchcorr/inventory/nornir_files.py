"""Nornir's SimpleInventory: hosts, groups and defaults, with Nornir's own rules of inheritance.

A plain setting comes from the host, else from its groups depth first in their order, else from the defaults. ``data`` is inherited
key by key. Of ``connection_options`` each connection is inherited by its own attributes (hostname, port, username, password,
platform, extras; ``extras`` as a whole), and there each group also brings the defaults before the next group is asked: that is how
Nornir does it, and ``tests/inventory/test_nornir_files.py`` compares. Our own settings stand in the extras of the connection
``switchcorr``, or as ``switchcorr_*`` in ``data``, where each is inherited by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from switchcorr.inventory.devices import Draft
from switchcorr.inventory.fields import FIELDS
from switchcorr.inventory.places import Entry, Problems, Setting, SourceFile, listed, nearest
from switchcorr.text import clean

ATTRIBUTES = ("hostname", "port", "username", "password", "platform")
CONNECTION_KEYS = (*ATTRIBUTES, "extras")
_ELEMENT_KEYS = (*ATTRIBUTES, "groups", "data", "connection_options")
_EXTRAS = tuple(name for name in FIELDS if name not in ("host", "port", "platform", "username", "password"))
_OF_DATA = ("site", "site_concurrency", "collector")
_OURS = "switchcorr_"
_MOST_DEPTH = 100
_FIELD_OF_ATTRIBUTE = {"hostname": "host"}

_NO_FILE = SourceFile("", "")

Settings = Mapping[str, Setting]


@dataclass(slots=True)
class Element:
    """A host, a group or the defaults, as written."""

    name: str
    place: Setting
    attributes: Settings = field(default_factory=dict)
    data: Settings = field(default_factory=dict)
    connections: Mapping[str, Settings] = field(default_factory=dict)
    parents: tuple[Element, ...] = ()
    extended: tuple[Element, ...] = ()
    """All groups that it belongs to, depth first, each once."""


@dataclass(slots=True)
class NornirTree:
    """Hosts whose groups are known, and the defaults."""

    hosts: list[Element]
    defaults: Element
    resolved: dict[tuple[int, str], Settings] = field(default_factory=dict)

    def attributes(self, host: Element) -> Settings:
        """The plain settings with what is inherited."""
        return _first_of((element.attributes for element in self._line(host)), only_set=True)

    def data(self, host: Element) -> Settings:
        """``data`` with what is inherited; a key without a value hides those behind it, as in Nornir."""
        return _first_of((element.data for element in self._line(host)), only_set=False)

    def connection(self, element: Element, name: str) -> Settings:
        """The attributes of one connection with what is inherited, without those of the host itself."""
        key = (id(element), name)
        if key not in self.resolved:
            lines = [element.connections.get(name, {}), *(self.connection(group, name) for group in element.parents)]
            self.resolved[key] = _first_of([*lines, self.defaults.connections.get(name, {})], only_set=True)
        return self.resolved[key]

    def _line(self, host: Element) -> Iterable[Element]:
        return (host, *host.extended, self.defaults)


def read_tree(hosts: Setting | None, groups: Setting | None, defaults: Setting | None, problems: Problems) -> NornirTree:
    """The three documents as a tree; those that are None are empty."""
    group_elements = {name: _element(name, place, problems) for name, place in _members(groups, problems).items()}
    host_elements = {name: _element(name, place, problems) for name, place in _members(hosts, problems).items()}
    for element in (*group_elements.values(), *host_elements.values()):
        element.parents = _parents(element, group_elements, problems)
    _break_loops(group_elements.values(), problems)
    for element in (*group_elements.values(), *host_elements.values()):
        element.extended = _extended(element)
    return NornirTree(list(host_elements.values()), _defaults(defaults, problems))


def drafts_of(tree: NornirTree, problems: Problems) -> list[Draft]:
    """What each host is, with everything inherited."""
    _warn_of_hidden_extras(tree, problems)
    return [_draft(host, tree, problems) for host in tree.hosts]


def fields_of_defaults(defaults: Setting, problems: Problems) -> tuple[dict[str, Setting], Settings]:
    """Fields and data of a defaults file, for lists that have no place for them."""
    tree = NornirTree([], _defaults(defaults, problems))
    draft = _draft(Element("", defaults), tree, problems)
    return dict(draft.fields), draft.data


def _members(document: Setting | None, problems: Problems) -> dict[str, Setting]:
    if document is None:
        return {}
    if not isinstance(document.entry.value, Mapping):
        problems.add(document, f"{document.entry.kind}: a mapping of names expected", line=document.entry.line)
    return document.children()


def _element(name: str, place: Setting, problems: Problems, *, known: Sequence[str] = _ELEMENT_KEYS) -> Element:
    if place.is_set and not isinstance(place.entry.value, Mapping):
        problems.add(place, f"{place.entry.kind}: a mapping expected")
    parts = place.children()
    for key in parts.keys() - set(known):
        _unknown(parts[key], key, known, problems)
    options = _mapping(parts, "connection_options", problems)
    return Element(
        name,
        place,
        {key: parts[key] for key in ATTRIBUTES if key in parts},
        _mapping(parts, "data", problems),
        {connection: _connection(option, problems) for connection, option in options.items()},
    )


def _defaults(document: Setting | None, problems: Problems) -> Element:
    if document is None:
        return Element("", Setting(_NO_FILE, "", Entry(None)))
    return _element("", document, problems, known=[key for key in _ELEMENT_KEYS if key != "groups"])


def _mapping(parts: Settings, key: str, problems: Problems) -> dict[str, Setting]:
    setting = parts.get(key)
    if setting is None:
        return {}
    if setting.is_set and not isinstance(setting.entry.value, Mapping):
        problems.add(setting, f"{setting.entry.kind}: a mapping expected")
    return setting.children()


def _connection(option: Setting, problems: Problems) -> Settings:
    if option.is_set and not isinstance(option.entry.value, Mapping):
        problems.add(option, f"{option.entry.kind}: a mapping expected")
    parts = option.children()
    for key in parts.keys() - set(CONNECTION_KEYS):
        _unknown(parts[key], key, CONNECTION_KEYS, problems)
    return {key: parts[key] for key in CONNECTION_KEYS if key in parts}


def _unknown(setting: Setting, key: str, known: Iterable[str], problems: Problems) -> None:
    """A key that is nearly a known one is a slip of the pen; Nornir passes over any other, and so do we."""
    near = nearest(key, known)
    if near:
        problems.add(setting, f"unknown key{near}")
    else:
        problems.warn(setting, "is not used")


def _parents(element: Element, groups: Mapping[str, Element], problems: Problems) -> tuple[Element, ...]:
    setting = element.place.children().get("groups")
    if setting is None:
        return ()
    if setting.is_set and not isinstance(setting.entry.value, tuple):
        problems.add(setting, f"{setting.entry.kind}: a list of groups expected")
        return ()
    parents = []
    for part in setting.elements():
        name = part.entry.value
        if isinstance(name, str) and name in groups:
            parents.append(groups[name])
        else:
            problems.add(part, f"{part.shown()}: no group of the groups file{problems.nearest(name, groups)}")
    return tuple(parents)


def _break_loops(groups: Iterable[Element], problems: Problems) -> None:
    """Groups that belong to each other, or too deep in one another, are a problem; the last of them loses its groups, so that
    all ways through the groups end.
    """
    heights: dict[int, int] = {}
    for start in groups:
        trail = [(start, list(start.parents))]
        passing = {id(start)}
        while trail:
            element, left = trail[-1]
            if id(element) in heights or not left:
                height = 1 + max((heights[id(parent)] for parent in element.parents), default=0)
                if height > _MOST_DEPTH:
                    _cut(element, f"groups in groups, more than {_MOST_DEPTH} deep", problems)
                heights[id(element)] = height if element.parents else 1
                trail.pop()
                passing.discard(id(element))
                continue
            parent = left.pop(0)
            if id(parent) in passing:
                names = [passed.name for passed, _ in trail]
                _cut(element, f"groups that belong to each other: {listed([*names[names.index(parent.name) :], parent.name])}", problems)
                left.clear()
            else:
                trail.append((parent, list(parent.parents)))
                passing.add(id(parent))


def _cut(element: Element, why: str, problems: Problems) -> None:
    problems.add(element.place, why)
    element.parents = ()


def _extended(element: Element) -> tuple[Element, ...]:
    found: dict[int, Element] = {}
    left = list(reversed(element.parents))
    while left:
        group = left.pop()
        if id(group) not in found:
            found[id(group)] = group
            left += reversed(group.parents)
    return tuple(found.values())


def _first_of(lines: Iterable[Settings], *, only_set: bool) -> dict[str, Setting]:
    found: dict[str, Setting] = {}
    for line in lines:
        for key, setting in line.items():
            if not only_set or setting.is_set:
                found.setdefault(key, setting)
    return found


def _draft(host: Element, tree: NornirTree, problems: Problems) -> Draft:
    data = tree.data(host)
    ours, netmiko, napalm = (tree.connection(host, name) for name in ("switchcorr", "netmiko", "napalm"))
    fields: dict[str, Setting] = {key: data[key] for key in _OF_DATA if key in data}
    for attributes in (tree.attributes(host), netmiko, ours):
        fields |= {_FIELD_OF_ATTRIBUTE.get(key, key): setting for key, setting in attributes.items() if key != "extras"}
    fields |= _napalm_fields(napalm) | _netmiko_fields(netmiko) | _fields_of_data(data, problems) | _our_fields(ours, problems)
    rest = {key: setting for key, setting in data.items() if key not in _OF_DATA and not key.startswith(_OURS)}
    return Draft(host.name, host.place, fields, rest, tuple(group.name for group in host.extended))


def _our_fields(connection: Settings, problems: Problems) -> dict[str, Setting]:
    extras = connection.get("extras")
    if extras is None:
        return {}
    if not isinstance(extras.entry.value, Mapping):
        problems.add(extras, f"{extras.entry.kind}: a mapping expected")
    parts = extras.children()
    for key in parts.keys() - set(_EXTRAS):
        problems.add(parts[key], f"unknown key{nearest(key, _EXTRAS) or ': one of ' + ', '.join(_EXTRAS)}")
    return {key: setting for key, setting in parts.items() if key in _EXTRAS and setting.is_set}


def _fields_of_data(data: Settings, problems: Problems) -> dict[str, Setting]:
    fields = {}
    for key, setting in data.items():
        name = key.removeprefix(_OURS)
        if not key.startswith(_OURS) or not setting.is_set:
            continue
        if name in _EXTRAS:
            fields[name] = setting
        else:
            problems.add(setting, f"unknown key{nearest(name, _EXTRAS) or ': one of ' + ', '.join(_OURS + known for known in _EXTRAS)}")
    return fields


def _netmiko_fields(connection: Settings) -> dict[str, Setting]:
    extras = connection["extras"].children() if "extras" in connection else {}
    fields = {ours: extras[theirs] for theirs, ours in (("secret", "enable"), ("allow_agent", "agent")) if theirs in extras}
    if "key_file" in extras and ("use_keys" not in extras or str(extras["use_keys"].entry.value).lower() == "true"):
        fields["keys"] = extras["key_file"]
    return {key: setting for key, setting in fields.items() if setting.is_set}


def _napalm_fields(connection: Settings) -> dict[str, Setting]:
    extras = connection["extras"].children() if "extras" in connection else {}
    optional = extras["optional_args"].children() if "optional_args" in extras else {}
    return {"enable": optional["secret"]} if "secret" in optional and optional["secret"].is_set else {}


def _warn_of_hidden_extras(tree: NornirTree, problems: Problems) -> None:
    """``extras`` is inherited as a whole: an element that sets its own loses what its groups say, which is easily overlooked."""
    elements = {id(element): element for host in tree.hosts for element in (host, *host.extended)}
    for element in elements.values():
        own = element.connections.get("switchcorr", {}).get("extras")
        if own is None or not own.is_set:
            continue
        for other in (*element.extended, tree.defaults):
            hidden = other.connections.get("switchcorr", {}).get("extras")
            lost = sorted(hidden.children().keys() - own.children().keys()) if hidden else []
            if hidden and lost:
                whose = f"the group {other.name}" if other.name else "the defaults"
                problems.warn(
                    own,
                    f"takes the place of those of {clean(whose, limit=80)}, so {listed(lost)} of there does not count: repeat it here, or write {_OURS}{lost[0]} in its data",
                )
