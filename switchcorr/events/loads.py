"""The firmware of a phone as alarms name it: the load that is active, not the one that waits for the next start."""

from __future__ import annotations

import re
from collections.abc import Mapping

from switchcorr.text import clean

LONGEST = 64
"""Characters of its name that are kept."""
_FILE = re.compile(r"\.loads?$", re.IGNORECASE)
_NONE = frozenset(("none", "null", "-", "n/a"))
_TOLD = re.compile(r"\b(?:Active)?Load=([^\s\"]{1,64})")


def load_name(text: str) -> str:
    """A firmware without the end of its file's name; empty for none.

    >>> load_name(" sip88xx.14-1-1-0001-136.loads "), load_name("None"), load_name("SCCP42.9-4-2SR1-1S")
    ('sip88xx.14-1-1-0001-136', '', 'SCCP42.9-4-2SR1-1S')
    """
    name = _FILE.sub("", clean(text, limit=LONGEST))
    return "" if name.lower() in _NONE else name


def load_of(fields: Mapping[str, str]) -> str:
    """The firmware that the fields of an alarm tell: what runs, else what the phone registered with."""
    return load_name(fields.get("ActiveLoadId", "")) or load_name(fields.get("LoadID", ""))


def load_told(text: str) -> str:
    """The firmware in the words of a phone.

    >>> load_told("Load=AJ.30 Parms=Status"), load_told("ActiveLoad=CIPC-8-6-6-1 InactiveLoad=x"), load_told("InactiveLoad=x")
    ('AJ.30', 'CIPC-8-6-6-1', '')
    """
    found = _TOLD.search(text)
    return load_name(found[1]) if found else ""
