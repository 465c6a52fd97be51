"""``.netmiko.yml`` of netmiko's command line tools: devices as mappings of connection arguments, groups as lists of their names."""

from __future__ import annotations

from collections.abc import Mapping

from switchcorr.inventory.devices import Draft
from switchcorr.inventory.places import Entry, Problems, Setting, listed

_META = "__meta__"
_ENCRYPTED = "__encrypt__"
_FIELD_OF = {
    "host": "host",
    "ip": "host",
    "device_type": "platform",
    "port": "port",
    "username": "username",
    "password": "password",
    "secret": "enable",
    "key_file": "keys",
    "allow_agent": "agent",
}
_ABOUT_THE_TOOL = frozenset(
    ("use_keys", "fast_cli", "session_log", "global_delay_factor", "verbose", "conn_timeout", "auth_timeout", "banner_timeout", "keepalive")
)
"""Arguments that say nothing of the device and need no warning."""


def has_netmiko_shape(document: Setting) -> bool:
    """Whether a document is a ``.netmiko.yml``."""
    members = document.children()
    return _META in members or any("device_type" in member.children() for member in members.values())


def read_netmiko(document: Setting, problems: Problems) -> list[Draft]:
    """The devices of a document."""
    members = document.children()
    devices = {name: place for name, place in members.items() if isinstance(place.entry.value, Mapping) and name != _META}
    groups = {name: place for name, place in members.items() if isinstance(place.entry.value, tuple)}
    for name, place in members.items():
        if name not in devices and name not in groups and name != _META:
            problems.add(place, f"{place.entry.kind}: a device (a mapping) or a group (a list of names) expected")
    groups_of: dict[str, list[str]] = {}
    for name, place in groups.items():
        for element in place.elements():
            device = element.entry.value
            if isinstance(device, str) and device in devices:
                groups_of.setdefault(device, []).append(name)
            else:
                problems.add(element, f"{element.shown()}: no device of this file{problems.nearest(device, devices)}")
    drafts = [Draft(name, place, _fields(place, problems), {}, tuple(groups_of.get(name, ()))) for name, place in devices.items()]
    _warn_of_encryption(document, devices, problems)
    return drafts


def _fields(place: Setting, problems: Problems) -> dict[str, Setting]:
    fields: dict[str, Setting] = {}
    arguments = place.children()
    for key, setting in arguments.items():
        name = _FIELD_OF.get(key)
        if name is None:
            if key not in _ABOUT_THE_TOOL:
                problems.warn(Setting(place.file, key, Entry(None)), "arguments of this name are not used")
        elif not _is_encrypted(setting) and setting.is_set:
            fields.setdefault(name, setting)
    if "use_keys" in arguments and str(arguments["use_keys"].entry.value).lower() == "false":
        fields.pop("keys", None)
    return fields


def _is_encrypted(setting: Setting) -> bool:
    value = setting.entry.value
    return isinstance(value, str) and value.startswith(_ENCRYPTED)


def _warn_of_encryption(document: Setting, devices: Mapping[str, Setting], problems: Problems) -> None:
    names = [name for name, place in devices.items() if any(map(_is_encrypted, place.children().values()))]
    meta = document.children().get(_META)
    switched_on = meta.children().get("encryption") if meta else None
    if names:
        problems.warn(
            document, f"encrypted values are not read, so these devices lack them: {listed(names)}; write references (env:, keyring:, cmd:)"
        )
    elif switched_on and str(switched_on.entry.value).lower() == "true":
        problems.warn(switched_on, "encryption is switched on, and no value is encrypted")
