"""The settings of one device, from text to typed values; each reader here notes what is wrong and then gives None."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from switchcorr.errors import InventoryError
from switchcorr.inventory.jumps import is_host, parse_jumps
from switchcorr.inventory.places import Problems, Setting, nearest
from switchcorr.inventory.references import parse_reference
from switchcorr.model.inventory import AlgorithmProfile, CredentialReference, Driver, JumpHop, Scheme
from switchcorr.text import clean

FIELDS = (
    "host",
    "port",
    "platform",
    "site",
    "site_concurrency",
    "collector",
    "username",
    "password",
    "enable",
    "keys",
    "agent",
    "driver",
    "algorithms",
    "jump",
    "jump_password",
    "commands",
)
"""The names of a device's settings, the same in every kind of file that has no names of its own."""

_LONGEST_NAME = 64
_BOOLEANS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
_JUMP_KEYS = ("host", "port", "username", "password")
_ADDED_COMMAND = re.compile(r"(?:show|display) [ -~]+")

Named = TypeVar("Named", Driver, AlgorithmProfile)


def refuse_unless_reading(command: str) -> str:
    """Why an added command may not be asked, by its beginning alone; empty if it may."""
    return "" if _ADDED_COMMAND.fullmatch(command) else f"begins neither with show nor with display: {clean(command, limit=80)!r}"


@dataclass(slots=True)
class Reader:
    """What the readers of values need, and what they find.

    Attributes:
        home: for paths that begin with ``~``.
        check_command: says why an added command may not be asked, empty if it may.
        literals: places of secrets that stand in the file themselves.
    """

    problems: Problems
    home: Path
    check_command: Callable[[str], str] = refuse_unless_reading
    literals: list[Setting] = field(default_factory=list)

    def text(self, setting: Setting, expected: str, *, is_secret: bool = False) -> str | None:
        """One line of text."""
        value = setting.entry.value
        if setting.entry.tag:
            self.problems.add(
                setting, f"a value with the tag {clean(setting.entry.tag)} is not read: write a reference (env:, keyring:, cmd:)"
            )
        elif not isinstance(value, str):
            self.problems.add(setting, f"{setting.entry.kind}: {expected} expected")
        elif value and not value.isprintable():
            shown = "" if is_secret else f"{setting.shown()}: "
            self.problems.add(setting, f"{shown}control characters or line ends are not permitted")
        else:
            return value if is_secret else value.strip()
        return None

    def texts(self, setting: Setting, expected: str, *, separator: str) -> tuple[str, ...] | None:
        """A list of texts, or one text with separators."""
        found = [self.text(element, expected) for element in setting.elements()]
        if any(text is None for text in found):
            return None
        if isinstance(setting.entry.value, tuple):
            return tuple(text for text in found if text)
        return tuple(part.strip() for text in found if text for part in re.split(separator, text) if part.strip())

    def host(self, setting: Setting) -> str | None:
        """An address or a DNS name."""
        text = self.text(setting, "an address or a DNS name")
        if text is None or is_host(text):
            return text
        self.problems.add(setting, f"{setting.shown()}: an address or a DNS name expected")
        return None

    def number(self, setting: Setting, least: int, most: int) -> int | None:
        """A whole number within bounds."""
        text = self.text(setting, f"{least} to {most}")
        if text is None:
            return None
        if re.fullmatch(r"[0-9]{1,9}", text) and least <= int(text) <= most:
            return int(text)
        self.problems.add(setting, f"{clean(text, limit=60)}: {least} to {most} expected")
        return None

    def truth(self, setting: Setting) -> bool | None:
        """Yes or no."""
        text = self.text(setting, "true or false")
        if text is not None and text.lower() not in _BOOLEANS:
            self.problems.add(setting, f"{setting.shown()}: true or false expected")
        return _BOOLEANS.get(text.lower()) if text is not None else None

    def choice(self, setting: Setting, kind: type[Named]) -> Named | None:
        """One of the words of an enumeration."""
        words = ", ".join(kind)
        text = self.text(setting, f"one of {words}")
        if text is None:
            return None
        if text.lower() in list(kind):
            return kind(text.lower())
        self.problems.add(setting, f"{setting.shown()}: one of {words} expected{nearest(text, kind)}")
        return None

    def reference(self, setting: Setting) -> CredentialReference | None:
        """Where a secret is; one that stands in the file itself is noted in ``literals``."""
        text = self.text(setting, "a reference to a secret", is_secret=True)
        if text is None:
            return None
        try:
            reference = parse_reference(text, setting.file.path.parent if setting.file.path else None)
        except InventoryError as error:
            self.problems.add(setting, error.message)
            return None
        if reference.scheme is Scheme.LITERAL:
            self.literals.append(setting)
        return reference

    def paths(self, setting: Setting) -> tuple[Path, ...] | None:
        """Files; a relative one is beside the file that names it."""
        texts = self.texts(setting, "the path of a file", separator=",")
        base = setting.file.path.parent if setting.file.path else Path()
        return None if texts is None else tuple(base / expand(text, self.home) for text in texts)

    def commands(self, setting: Setting) -> tuple[str, ...] | None:
        """Commands that a user adds to those of the platform."""
        texts = self.texts(setting, "a list of show commands", separator=r"[;\n]")
        refused = [why for text in texts or () if (why := self.check_command(text))]
        for why in refused:
            self.problems.add(setting, why)
        return None if refused else texts

    def jumps(self, setting: Setting, password: CredentialReference | None) -> tuple[JumpHop, ...] | None:
        """Hosts on the way, nearest first; ``password`` is that of the hops that say nothing of their own."""
        hops: list[JumpHop] = []
        for element in setting.elements():
            found = self._hop(element) if isinstance(element.entry.value, Mapping) else self._hops(element)
            if found is None:
                return None
            hops += found
        return tuple(replace(hop, password=hop.password or password) for hop in hops)

    def _hops(self, setting: Setting) -> tuple[JumpHop, ...] | None:
        text = self.text(setting, "user@host:port")
        if not text:
            return None if text is None else ()
        if (hops := parse_jumps(text)) is None:
            self.problems.add(setting, f"{setting.shown()}: user@host:port expected, several with commas between them, the nearest first")
        return hops

    def _hop(self, setting: Setting) -> tuple[JumpHop, ...] | None:
        parts = {key: part for key, part in setting.children().items() if part.is_set}
        for key in parts.keys() - set(_JUMP_KEYS):
            self.problems.add(parts[key], f"unknown key{nearest(key, _JUMP_KEYS) or ': one of ' + ', '.join(_JUMP_KEYS)}")
        if "host" not in parts:
            self.problems.add(setting, "a jump host without host")
            return None
        host = self.host(parts["host"])
        port = self.number(parts["port"], 1, 65535) if "port" in parts else 22
        username = self.text(parts["username"], "a user name") if "username" in parts else ""
        password = self.reference(parts["password"]) if "password" in parts else None
        return (JumpHop(host, port, username, password),) if host and port and username is not None else None


def expand(text: str, home: Path) -> Path:
    """A path with ``~`` at its beginning replaced."""
    return home / text[2:] if text.startswith("~/") else Path(text)


def why_no_name(name: str) -> str:
    """Why a name cannot be that of a device, whose captures lie in a directory of this name; empty if it can."""
    if not name:
        return "a device without a name"
    if not name.isprintable():
        return "a name with control characters or line ends"
    if name != name.strip() or name.startswith((".", "-")):
        return "a name that begins with a dot, a hyphen or a blank, or ends with a blank"
    if "/" in name or "\\" in name:
        return "a name with / or \\"
    if len(name) > _LONGEST_NAME or len(name.encode()) > 3 * _LONGEST_NAME:
        return f"a name of more than {_LONGEST_NAME} characters"
    return ""
