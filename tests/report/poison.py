"""Every text of a value replaced by one that wants to be more than text: whatever field it stands in, also those that are added later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import Enum
from typing import TypeVar

from switchcorr.model.campus import Component
from switchcorr.model.interfaces import InterfaceName

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Poison:
    """The same text always becomes the same one, so that names still lead to what they name.

    Attributes:
        texts: what texts are replaced by, in turn, with a number behind each.
        kinds: whether kinds of components are replaced too, as by a column of a table that is named so.
        given: the hostile text by the original.
    """

    texts: Sequence[str]
    kinds: bool = False
    given: dict[str, str] = field(default_factory=dict)

    def text(self, original: str) -> str:
        """What stands for a text; an empty one is filled too."""
        number = len(self.given)
        return self.given.setdefault(original, f"{self.texts[number % len(self.texts)]} {number}")

    def all(self, value: T) -> T:
        """A value with every text in it replaced; numbers, moments and codes stay."""
        found: object = value
        if isinstance(value, Enum):
            pass
        elif isinstance(value, str):
            found = InterfaceName(self.text(value)) if isinstance(value, InterfaceName) else self.text(value)
        elif isinstance(value, Mapping):
            found = {self.all(key): self.all(item) for key, item in value.items()}
        elif isinstance(value, tuple | list):
            found = type(value)(self.all(item) for item in value)
        elif is_dataclass(value) and not isinstance(value, type):
            kept = {"kind"} if isinstance(value, Component) and not self.kinds else set()
            changed = {one.name: self.all(getattr(value, one.name)) for one in fields(value) if one.init and one.name not in kept}
            found = replace(value, **changed)
        return found  # type: ignore[return-value]  # the same kind of value
