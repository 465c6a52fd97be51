"""Bundles, as IOS and NX-OS print them: some members on a bundle's line, and the rest below it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.tables import Lag, LagMember
from switchcorr.platforms.declaration import Row
from switchcorr.platforms.rows import list_of, text_of

_MEMBER = re.compile(r"([A-Za-z][A-Za-z-]*\d[\d/.]*)\(([A-Za-z*-]*)\)")
_ROOM = 44
"""Characters for members, behind the other columns of a line of 80."""


def read_bundle(row: Row) -> Iterator[Lag]:
    """One bundle with all its members, whatever their flag; the keys are ``name flags protocol members``.

    Raises:
        ValueError: members go on below a line that had room for more: the line of the next bundle is lost, and nobody knows whose they are.
            Or a word is no member; the bundle is given without it.
    """
    name, lines = text_of(row, "name"), list_of(row, "members")
    if any(map(_has_room, lines[:-1])):
        raise ValueError(f"{name}: members go on below a line that had room for them: lines between two bundles are lost")
    words = [(word, _MEMBER.fullmatch(word)) for word in " ".join(lines).replace(",", " ").split()]
    protocol = text_of(row, "protocol").lower()
    yield Lag(
        name=InterfaceName.parse(name),
        members=tuple(LagMember(InterfaceName.parse(member[1]), member[2]) for _, member in words if member),
        protocol="" if protocol in ("-", "none") else protocol,
        flags=text_of(row, "flags"),
    )
    odd = next((word for word, member in words if not member), "")
    if odd:
        raise ValueError(f"{name}: no member: {odd!r}; the others are kept")


def _has_room(line: str) -> bool:
    """Whether another member would have fitted: members stand in columns of one width."""
    starts = [word.start() for word in re.finditer(r"\S+", line)]
    width = starts[1] if len(starts) > 1 else len(line) + 2
    return (len(starts) + 1) * width <= _ROOM
