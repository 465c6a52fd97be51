"""Which declared command a typed text is: ``sh cdp nei det`` is ``show cdp neighbors detail``.

Words are compared one by one: each typed word must be a prefix of the declared word. A text with fewer words than a command
is never that command, so ``show interfaces counters errors`` and ``show interfaces`` cannot be mixed up. A text that several
commands fit is none of them: it is not guessed.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from switchcorr.platforms import Command, Platform

_FILE_UNSAFE = re.compile(r"[^a-z0-9.-]+")
_PIPE = re.compile(r"\s*\|\s*(.*)$", re.DOTALL)
_HARMLESS_PIPE = re.compile(r"no-m\S*", re.IGNORECASE)
_PARAMETERS = ("interface", "vlan", "dynamic", "module", "detail", "address", "fex")
_OF_NO_USE = ("running-config", "startup-config", "tech-support", "processes", "memory", "license", "users", "history", "privilege")
_SHOW = re.compile(r"sho?w?")
_INTERFACE_PARTS = re.compile(r"(?<=\d) (?=\d)")


class Scope(enum.Enum):
    """How much of a table a command asks for."""

    WHOLE = "whole"
    PART = "part"
    """A parameter names what is wanted: ``show interfaces gi1/0/1``."""
    FILTERED = "filtered"
    """A pipe took lines out: ``show interfaces | include CRC``."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What a typed text means.

    Attributes:
        text: in one spelling: lower case, single blanks, without the pipe.
        pipe: what stands behind the pipe.
        commands: the declared commands that fit; one if it is clear, none if there is no such command.
    """

    text: str
    scope: Scope
    pipe: str
    commands: tuple[Command, ...]

    @property
    def command(self) -> Command | None:
        """The command, if exactly one fits."""
        return self.commands[0] if len(self.commands) == 1 else None


def read_typed(platform: Platform, typed: str) -> Typed:
    """What a typed text means on a platform; an exact spelling wins over an abbreviation.

    A text that ends in ``?`` asks for help and is no command.
    """
    found = _PIPE.search(typed)
    pipe = found[1].strip() if found else ""
    words = (typed[: found.start()] if found else typed).lower().split()
    text = " ".join(words)
    filtered = bool(found) and not _HARMLESS_PIPE.fullmatch(pipe)
    if not words or text.endswith("?"):
        return Typed(text, Scope.WHOLE, pipe, ())
    commands, whole = _meant(platform, words)
    scope = Scope.FILTERED if filtered else Scope.WHOLE if whole else Scope.PART
    return Typed(text, scope, pipe, commands)


def _meant(platform: Platform, words: list[str]) -> tuple[tuple[Command, ...], bool]:
    """The commands that fit, and whether they are asked for as a whole."""
    text = " ".join(words)
    spellings = [(spelling, command) for command in platform.commands for spelling in (command.text, *command.aliases)]
    exact = next((command for spelling, command in spellings if spelling == text), None)
    if exact is not None:
        return (exact,), True
    matched = next((command for command in platform.commands if command.pattern is not None and command.pattern.fullmatch(text)), None)
    if matched is not None:
        return (matched,), False
    fitting = {command.text: command for spelling, command in spellings if _abbreviates(words, spelling.split())}
    if fitting:
        return tuple(fitting.values()), True
    return tuple({command.text: command for spelling, command in spellings if _asks_part(words, spelling, command)}.values()), False


def _asks_part(words: list[str], spelling: str, command: Command) -> bool:
    """Whether the words are an abbreviated command with parameters behind it."""
    declared = spelling.split()
    if command.pattern is None or not _abbreviates(words[: len(declared)], declared):
        return False
    rest = [next((full for full in _PARAMETERS if full.startswith(word)), word) for word in words[len(declared) :]]
    return command.pattern.fullmatch(" ".join((spelling, *rest))) is not None


def find_command(platform: Platform, typed: str) -> Command | None:
    """The command that a typed text means; None if none or several are meant."""
    return read_typed(platform, typed).command


def read_stem(platform: Platform, stem: str) -> Typed:
    """What a file's stem means: ``show_cdp_neighbors_detail``, the same abbreviated, or with an interface's name behind it."""
    wanted = file_stem(stem)
    for command in platform.commands:
        if wanted in [file_stem(spelling) for spelling in (command.text, *command.aliases)]:
            return Typed(command.text, Scope.WHOLE, "", (command,))
    words = " ".join(stem.replace("_", " ").split())
    typed = read_typed(platform, words)
    return typed if typed.commands else read_typed(platform, _INTERFACE_PARTS.sub("/", words))


def find_file_command(platform: Platform, stem: str) -> Command | None:
    """The command whose output a file of this stem holds; None if none or several are meant."""
    return read_stem(platform, stem).command


@lru_cache(maxsize=4096)
def file_stem(text: str) -> str:
    """The stem of the file that holds a command's output.

    >>> file_stem("show interfaces Gi1/0/1")
    'show_interfaces_gi1_0_1'
    """
    return _FILE_UNSAFE.sub("_", text.lower()).strip("_")


def is_not_needed(platforms: Iterable[Platform], typed: str) -> bool:
    """Whether a command is known and of no use."""
    words = _PIPE.sub("", typed).lower().split()
    spelled = [text for text in (" ".join(words), " ".join(_spelled_out(words))) if text]
    return any(pattern.fullmatch(text) for text in spelled for platform in platforms for pattern in platform.not_needed)


def _spelled_out(words: list[str]) -> list[str]:
    """The words of a show command with the second one whole, if it begins one of the usual ones."""
    if len(words) < 2 or not _SHOW.fullmatch(words[0]):
        return words
    return ["show", next((full for full in _OF_NO_USE if full.startswith(words[1])), words[1]), *words[2:]]


def _abbreviates(typed: list[str], declared: list[str]) -> bool:
    return len(typed) == len(declared) and all(full.startswith(word) for word, full in zip(typed, declared, strict=True))
