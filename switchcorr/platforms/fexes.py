"""Fabric extenders, as Nexus and the Instant Access of 6500 and 6800 print them."""

from __future__ import annotations

from collections.abc import Iterator

from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.tables import Fex
from switchcorr.platforms.declaration import Row
from switchcorr.platforms.rows import list_of, required_number, text_of

_ENDS_OF_STATES = frozenset(("Sequence", "Download", "Mismatch", "Upg", "Idle"))
"""Last words of states of several words: the words before are damaged, and passed for the description."""


def read_fex(row: Row) -> Iterator[Fex]:
    """One fabric extender; its uplinks are the bundle and its members.

    Raises:
        ValueError: lines of two extenders under one number.
    """
    if len(list_of(row, "serial")) > 1:
        raise ValueError(f"FEX {text_of(row, 'number')}: lines of two under one number, the header of the second is damaged")
    state = text_of(row, "state")
    if state in _ENDS_OF_STATES:
        raise ValueError(f"FEX {text_of(row, 'number')}: the state {state!r} is the end of one, the line is damaged")
    uplinks = [InterfaceName.parse(name) for name in list_of(row, "uplinks")]
    yield Fex(
        number=required_number(row, "number"),
        model=text_of(row, "model").strip("-"),
        serial=text_of(row, "serial").strip("-"),
        state=state,
        uplinks=tuple(uplinks),
    )
