"""What stands for a platform that is not declared here."""

from __future__ import annotations

import re
from typing import Final

from switchcorr.platforms import Platform
from switchcorr.platforms.declaration import Dialogue

_NEVER: Final = re.compile(r"(?!)")


def undeclared(device_type: str) -> Platform:
    """A platform that netmiko knows: no commands but those that a user adds, and prompts and complaints of the usual look."""
    return Platform(
        name=device_type,
        title=f"{device_type}, as netmiko knows it",
        netmiko=device_type,
        dialogue=Dialogue(paging_off=(), privileged=re.compile("")),
        commands=(),
        prompt=re.compile(r"[\[<(]?(?P<host>[A-Za-z0-9][A-Za-z0-9_.:/@~-]{0,62})[^#>$%\n]{0,30}[\])]?[#>$%][ ]?(?P<command>[^#>$%]*)"),
        fingerprints=(),
        invalid=re.compile(r"^%? ?(?:Invalid|Incomplete|Ambiguous|Unknown|Unrecognized|syntax error)\b|^\s+\^$", re.IGNORECASE),
        denied=re.compile(r"(?:authorization|permission|access) (?:failed|denied)|not authorized", re.IGNORECASE),
        feature_off=_NEVER,
        empty=_NEVER,
        pager=re.compile(r"[ <(-]{0,8}-{2,} ?[Mm]ore ?-{2,}[^\n]{0,60}"),
    )
