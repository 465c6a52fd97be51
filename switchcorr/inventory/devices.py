"""What was written of each device, everything inherited already filled in, to an ``Inventory``.

Readers of all kinds of files make ``Draft`` values; here their settings become typed, and the devices are compared with each other.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from switchcorr.inventory.fields import Reader, why_no_name
from switchcorr.inventory.places import Problems, Setting, SourceFile, listed
from switchcorr.inventory.platform_names import platform_from
from switchcorr.model.inventory import AlgorithmProfile, CredentialReference, Driver, Inventory, InventoryDevice, JumpHop, Scheme
from switchcorr.text import clean

MOST_CONCURRENCY = 1000
_SSH_PORT, _TELNET_PORT = 22, 23
_SECRET_NAME = re.compile(
    r"pass(word|wd|phrase|$)|secret|token|communit|credential|private|(^|[_-])(key|psk|snmp\w*)($|[_-])", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Draft:
    """What was written of one device.

    Attributes:
        place: of the device, for messages.
        fields: by the names in ``fields.FIELDS``; those without a value do not count.
        data: whatever else is known; only plain texts count.
        groups: from the nearest to the furthest.
    """

    name: str
    place: Setting
    fields: Mapping[str, Setting]
    data: Mapping[str, Setting] = field(default_factory=dict)
    groups: tuple[str, ...] = ()

    def get(self, name: str) -> Setting | None:
        """A setting that has a value."""
        found = self.fields.get(name)
        return found if found is not None and found.is_set and found.entry.value != "" else None


def build_inventory(drafts: Iterable[Draft], reader: Reader, source: str) -> Inventory:
    """All devices with typed settings.

    Raises:
        InventoryError: all problems, those that were noted before too.
    """
    problems = reader.problems
    kept = list(drafts)
    devices = [_device(draft, reader) for draft in kept]
    concurrency = _site_concurrency(kept, devices, reader)
    _refuse_passwords_without_names(kept, devices, problems)
    _refuse_same_names(kept, problems)
    _warn_of_same_addresses(devices, problems)
    _refuse_open_secrets(reader)
    if not kept and not problems.count:
        problems.add(SourceFile("", ""), "holds no device")
    problems.raise_all(source)
    ordered = sorted(devices, key=lambda device: device.name)
    return Inventory(tuple(ordered), concurrency, source, problems.warnings)


def _device(draft: Draft, reader: Reader) -> InventoryDevice:
    """The device; with a problem noted it is not whole, and never used."""
    if why := why_no_name(draft.name):
        reader.problems.add(draft.place, why)
    address = draft.get("host")
    if address is None:
        reader.problems.add(draft.place, "no address: host (in Nornir's files hostname, in Ansible's ansible_host) is missing")
    host = reader.host(address) if address else None
    platform, driver = _platform_and_driver(draft, reader)
    port = draft.get("port")
    usual_port = _TELNET_PORT if driver is Driver.TELNET else _SSH_PORT
    password, enable = (_reference(draft, reader, name) for name in ("password", "enable"))
    username = _text(draft, reader, "username", "a user name")
    algorithms, keys, agent, commands = (draft.get(name) for name in ("algorithms", "keys", "agent", "commands"))
    return InventoryDevice(
        name=draft.name,
        host=host or "",
        port=(reader.number(port, 1, 65535) if port else usual_port) or 0,
        platform=platform,
        site=_text(draft, reader, "site", "the name of a site"),
        groups=draft.groups,
        collector=_text(draft, reader, "collector", "the name of a collector"),
        username=username,
        password=password,
        enable=enable,
        keys=(reader.paths(keys) if keys else None) or (),
        agent=(reader.truth(agent) if agent else True) is not False,
        driver=driver,
        algorithms=(reader.choice(algorithms, AlgorithmProfile) if algorithms else None) or AlgorithmProfile.MODERN,
        jumps=_jumps(draft, reader),
        commands=(reader.commands(commands) if commands else None) or (),
        data=_data(draft, reader),
        source=f"{draft.place.file.name}: {draft.name}",
    )


def _platform_and_driver(draft: Draft, reader: Reader) -> tuple[str, Driver]:
    text = _text(draft, reader, "platform", "the name of a platform")
    platform, is_telnet = platform_from(text) if text else ("", False)
    if text and not re.fullmatch(r"[a-z0-9_.]{1,64}", platform):
        place = draft.get("platform") or draft.place
        reader.problems.add(place, f"{place.shown()}: the name of a platform expected, as in netmiko: cisco_ios, cisco_nxos")
    given = draft.get("driver")
    driver = (reader.choice(given, Driver) if given else None) or (Driver.TELNET if is_telnet else Driver.AUTO)
    return platform, driver


def _text(draft: Draft, reader: Reader, name: str, expected: str) -> str:
    setting = draft.get(name)
    text = reader.text(setting, expected) if setting else None
    if setting and text and len(text) > 128:
        reader.problems.add(setting, f"{len(text)} characters: {expected} of at most 128 expected")
    return text or ""


def _reference(draft: Draft, reader: Reader, name: str) -> CredentialReference | None:
    setting = draft.get(name)
    return reader.reference(setting) if setting else None


def _jumps(draft: Draft, reader: Reader) -> tuple[JumpHop, ...]:
    jump = draft.get("jump")
    password = _reference(draft, reader, "jump_password")
    if jump is None:
        return ()
    if jump.entry.value in ("none", "-"):  # a device in a group with a way, itself reached directly
        return ()
    return reader.jumps(jump, password) or ()


def _data(draft: Draft, reader: Reader) -> dict[str, str]:
    """Plain texts; nested values mean nothing here, and what is named like a secret is never a group of phones."""
    data = {}
    for key, setting in draft.data.items():
        value = setting.entry.value
        if not isinstance(value, str) or not value.strip() or _SECRET_NAME.search(key):
            continue
        if setting.entry.tag or not key.isprintable() or len(key) > 64:
            reader.problems.warn(setting, "is not used: a plain name and a plain text expected")
        else:
            data[key] = clean(value)
    return data


def _site_concurrency(drafts: Iterable[Draft], devices: Iterable[InventoryDevice], reader: Reader) -> dict[str, int]:
    """The limit of each site; two different ones for one site are a problem."""
    sites = {device.name: device.site for device in devices}
    found: dict[str, tuple[int, Setting]] = {}
    read: dict[int, int | None] = {}
    for draft in drafts:
        setting, site = draft.get("site_concurrency"), sites.get(draft.name, "")
        if setting is None:
            continue
        number = read[id(setting.entry)] if id(setting.entry) in read else reader.number(setting, 1, MOST_CONCURRENCY)
        read[id(setting.entry)] = number
        if not site or number is None:
            continue
        known, place = found.setdefault(site, (number, setting))
        if known != number:
            told = f"{place.file.name}: {place.path}"
            reader.problems.add(setting, f"{number} for the site {clean(site, limit=80)}, which has {known} in {clean(told, limit=200)}")
    return {site: found[site][0] for site in sorted(found)}


def _refuse_same_names(drafts: Iterable[Draft], problems: Problems) -> None:
    seen: dict[str, Draft] = {}
    for draft in drafts:
        first = seen.setdefault(draft.name.casefold(), draft)
        if first is draft:
            continue
        where = f"{first.place.file.name}{f', line {first.place.entry.line}' if first.place.entry.line else ''}"
        how = "stands twice" if first.name == draft.name else f"differs only in case from {clean(first.name, limit=80)!r}"
        problems.add(draft.place, f"the name {clean(draft.name, limit=80)!r} {how}, first in {clean(where, limit=200)}")


def _refuse_passwords_without_names(drafts: Iterable[Draft], devices: Iterable[InventoryDevice], problems: Problems) -> None:
    """A user name is never guessed; told once for each password, which may be that of a whole group."""
    nameless = {device.name for device in devices if _lacks_name(device)}
    by_place: dict[int, tuple[Setting, list[str]]] = {}
    for draft in drafts:
        setting = draft.get("password")
        if setting is not None and draft.name in nameless:
            by_place.setdefault(id(setting.entry), (setting, []))[1].append(draft.name)
    for setting, names in by_place.values():
        problems.add(setting, f"a password, but no user name for {listed(sorted(names))}")


def _lacks_name(device: InventoryDevice) -> bool:
    is_needed = device.password is not None and device.password.scheme is not Scheme.NETRC and device.driver is not Driver.TELNET
    return is_needed and not device.username


def _warn_of_same_addresses(devices: Iterable[InventoryDevice], problems: Problems) -> None:
    by_address: dict[tuple[str, int, tuple[str, ...]], list[str]] = {}
    for device in devices:
        by_address.setdefault((device.host.casefold(), device.port, tuple(map(str, device.jumps))), []).append(device.name)
    for (host, port, _), names in by_address.items():
        if len(names) > 1:
            problems.warn(SourceFile(f"{host}:{port}", ""), f"one address of several devices: {listed(sorted(names))}")


def _refuse_open_secrets(reader: Reader) -> None:
    """Files that hold secrets themselves must be readable by their owner only; told once for each file."""
    by_file: dict[str, list[Setting]] = {}
    for setting in reader.literals:
        if not setting.file.private:
            by_file.setdefault(setting.file.name, []).append(setting)
    for settings in by_file.values():
        file = settings[0].file
        paths = list(dict.fromkeys(setting.path for setting in settings))
        remedy = f"chmod 600 {shlex.quote(str(file.path))}, or " if file.path else ""
        reader.problems.add(
            settings[0].file,
            f"holds secrets and may be read by others ({listed(paths, most=3)}): {remedy}write references (env:, keyring:, cmd:)",
            line=settings[0].entry.line,
        )
