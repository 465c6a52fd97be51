"""Cisco CatOS."""

from __future__ import annotations

import re

from switchcorr.platforms.declaration import Platform

_NOTHING = re.compile(r"(?!)")

PLATFORM = Platform(
    name="cisco_catos",
    title="Cisco CatOS",
    netmiko="generic",
    commands=(),
    prompt=_NOTHING,
    fingerprints=(),
    invalid=_NOTHING,
    denied=_NOTHING,
    feature_off=_NOTHING,
    empty=_NOTHING,
    pager=_NOTHING,
)
