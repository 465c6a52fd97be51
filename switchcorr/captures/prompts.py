"""Lines that are prompts: whose, and what was typed at them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from switchcorr.platforms import PLATFORMS, Platform

_DO = re.compile(r"do\s+", re.IGNORECASE)
_SHOW = re.compile(r"sh(?:o|ow)?\s+\S.*", re.IGNORECASE)
_TECH = re.compile(r"sh(?:o|ow)?\s+tech.*", re.IGNORECASE)
_RENAME = re.compile(r"(?:hostname|switchname|set system name)\s+\"?([A-Za-z0-9][A-Za-z0-9_.-]{0,62})\"?", re.IGNORECASE)
_SHOW_MARKS = ("#sh", "# sh", ">sh", "> sh", "#Sh", "# Sh", ">Sh", "> Sh", "#SH", "# SH", ">SH", "> SH", ") sh", "#do sh", "# do sh")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt and what was typed at it; ``command`` is empty if nothing was.

    Attributes:
        in_mode: whether a mode stands behind the name: ``sw1(config)#``.
    """

    host: str
    command: str
    in_mode: bool = False

    @property
    def is_show(self) -> bool:
        """Whether the command is one that only shows."""
        return bool(_SHOW.fullmatch(self.command))

    @property
    def is_tech(self) -> bool:
        """Whether the command is show-tech, whose answer has sections of its own."""
        return bool(_TECH.fullmatch(self.command))

    @property
    def new_name(self) -> str:
        """The name that the command gives to the device; empty for every other command."""
        found = _RENAME.fullmatch(self.command) if self.in_mode or self.command.startswith("set") else None
        return found[1] if found else ""


def find_prompt(line: str, platforms: tuple[Platform, ...] = PLATFORMS) -> Prompt | None:
    """The prompt that a whole line is; None for any other line.

    Where the prompts of several platforms fit, the one that explains most of the line wins: ``sw1> (enable) show mod`` is the
    prompt of CatOS with ``show mod``, not that of IOS with ``(enable) show mod``.
    """
    if ">" not in line and "#" not in line:
        return None
    line = line.strip()
    fits = [found for platform in platforms if (found := platform.prompt.fullmatch(line))]
    if not fits:
        return None
    best = min(fits, key=lambda found: len(found["command"]))
    host = best["host"]
    prompt = Prompt(host, _DO.sub("", best["command"].strip(), count=1), in_mode=line[len(host) : len(host) + 1] == "(")
    # The table of "show switch" has a header line "Switch#   Role   Mac Address ...", and "Switch" is a real name too.
    return None if best["command"][:1].isspace() and prompt.command and not prompt.is_show else prompt


def find_glued_prompt(line: str, host: str) -> tuple[str, Prompt] | None:
    """A prompt of a known host behind text on the same line: the text before it, and the prompt.

    Only an empty prompt or one with a show command counts, so that a host's name in a table is no prompt.
    """
    at = line.rfind(f"{host}#")
    at = at if at > 0 else line.rfind(f"{host}>")
    if at <= 0:
        return None
    found = find_prompt(line[at:])
    return (line[:at], found) if found is not None and (found.is_show or not found.command) else None


def may_hold_prompts(text: str) -> bool:
    """Whether a text may hold a prompt with a show command: a quick look that is never wrong about no."""
    return ("#" in text or ">" in text) and any(mark in text for mark in _SHOW_MARKS)
