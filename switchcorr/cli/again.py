"""Commands that are told to be typed next, with what this call was given: copied, they are about the same switches and the same store."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

_REPEATED: Final = ("--inventory", "--store", "--config")
_TOLD: Final = re.compile(r"\bswitchcorr ((?:store |export |work )?[a-z]+)\b")
_REST: Final = re.compile(r"[^`\n]*")


@dataclass(frozen=True, slots=True)
class Call:
    """The call that runs.

    Attributes:
        given: options that a further command is to have too, with their values.
        takes: whether a command, as it is typed behind ``switchcorr``, has an option with a value; ``report --inventory`` has none.
    """

    given: Mapping[str, str]
    takes: Callable[[str, str], bool]


RUNNING: Final[ContextVar[Call | None]] = ContextVar("running", default=None)
"""Set while a command runs: what is told is told in many places, and none but this needs to know how the command was called."""


def call_of(context: Any) -> Call:  # typer's type of it is no public name
    """What the call of a context was given. A value with a password in it is not repeated."""
    named = {option: context.params.get(parameter.name) for parameter in context.command.params for option in parameter.opts}
    given = {option: str(value) for option in _REPEATED if (value := named.get(option)) and not isinstance(value, bool)}
    root = context.find_root().command

    def takes(words: str, option: str) -> bool:
        command = root
        for word in words.split():
            command = getattr(command, "commands", {}).get(word)
        return any(option in parameter.opts and not parameter.is_flag for parameter in getattr(command, "params", ()))

    return Call({option: value for option, value in given.items() if not _is_secret(option, value)}, takes)


def _is_secret(option: str, value: str) -> bool:
    """Whether a value may hold a password: of a store, what is masked wherever its URL is shown."""
    if option != "--store":
        return "@" in value
    from switchcorr.store.url import has_secret  # it brings SQLAlchemy, which a command without a store need not wait for

    return has_secret(value)


def as_given(text: str) -> str:
    """A text whose commands have the inventory, the store and the settings file that this call was given, where they take them."""
    call = RUNNING.get()
    if call is None or not call.given:
        return text

    def completed(found: re.Match[str]) -> str:
        rest = _REST.match(text, found.end())
        told = rest[0] if rest is not None else ""
        added = [
            f" {option} {shlex.quote(value)}" for option, value in call.given.items() if call.takes(found[1], option) and option not in told
        ]
        return found[0] + "".join(added)

    return _TOLD.sub(completed, text)
