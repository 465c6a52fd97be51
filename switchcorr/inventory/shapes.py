"""The kind of an inventory, found by the shape of its text."""

from __future__ import annotations

import enum
import re

from switchcorr.inventory.ansible import has_ansible_shape
from switchcorr.inventory.ansible_ini import has_ini_shape
from switchcorr.inventory.netmiko_file import has_netmiko_shape
from switchcorr.inventory.places import Problems, Setting, SourceFile
from switchcorr.inventory.table import columns_of
from switchcorr.inventory.yaml_text import parse_yaml

_YAML_SUFFIXES = (".yaml", ".yml", ".json")
_YAML_LINE = re.compile(r"---|\{|[^\s#,;=\[][^,;=]*:(\s|$)")
_ANSIBLE_TAGS = frozenset(("!vault", "!unsafe"))


class Kind(enum.Enum):
    """What a file is."""

    NORNIR_HOSTS = enum.auto()
    NORNIR_CONFIG = enum.auto()
    ANSIBLE_YAML = enum.auto()
    ANSIBLE_INI = enum.auto()
    ANSIBLE_PLUGIN = enum.auto()
    """The settings of an Ansible inventory plugin: the hosts are elsewhere."""
    NETMIKO = enum.auto()
    TABLE = enum.auto()
    LIST = enum.auto()


def shape_of(file: SourceFile, problems: Problems) -> tuple[Kind, Setting | None]:
    """The kind of a file, with its document if it is YAML and can be used."""
    first = next((line.strip() for line in file.text.splitlines() if line.strip() and not line.lstrip().startswith("#")), "")
    is_yaml = file.name.lower().endswith(_YAML_SUFFIXES)
    if not is_yaml and has_ini_shape(file.text):
        return Kind.ANSIBLE_INI, None
    if not is_yaml and columns_of(first) is not None and not _YAML_LINE.match(first):
        return Kind.TABLE, None
    if not is_yaml and not _YAML_LINE.match(first):
        return Kind.LIST, None
    document = parse_yaml(file, problems, tags=_ANSIBLE_TAGS)
    kind = _kind_of(document) if document else Kind.NORNIR_HOSTS
    if document and kind is not Kind.ANSIBLE_YAML and any(tag in file.text for tag in _ANSIBLE_TAGS):
        document = parse_yaml(file, problems)
    return kind, document


def parse_variables(file: SourceFile, problems: Problems) -> Setting | None:
    """A document of Ansible's variables."""
    return parse_yaml(file, problems, tags=_ANSIBLE_TAGS)


def _kind_of(document: Setting) -> Kind:
    members = document.children()
    if has_ansible_shape(document):
        return Kind.ANSIBLE_YAML
    if "plugin" in members and isinstance(members["plugin"].entry.value, str):
        return Kind.ANSIBLE_PLUGIN
    if {"plugin", "options"} & set(members["inventory"].children() if "inventory" in members else ()):
        return Kind.NORNIR_CONFIG
    return Kind.NETMIKO if has_netmiko_shape(document) else Kind.NORNIR_HOSTS
