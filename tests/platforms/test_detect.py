"""Fingerprints: one search for all of a platform says the same as one for each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from switchcorr.platforms import PLATFORMS, Platform
from switchcorr.platforms.detect import _ANY_MARK, count_votes, find_platform, other_platform

_TEXTS = [path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("*/*/*.txt"))]


@pytest.mark.parametrize(
    ("platform", "any_mark"), list(zip(PLATFORMS, _ANY_MARK, strict=True)), ids=lambda value: getattr(value, "name", "")
)
def test_one_pattern_finds_what_any_fingerprint_finds(platform: Platform, any_mark: re.Pattern[str]) -> None:
    assert {mark.flags for mark in platform.fingerprints} <= {any_mark.flags}
    found = [any_mark.search(text) is not None for text in _TEXTS]

    assert found == [any(mark.search(text) for mark in platform.fingerprints) for text in _TEXTS]
    assert any(found) == bool(platform.fingerprints)


def test_votes_are_the_number_of_fingerprints() -> None:
    text = "Cisco IOS Software, C3750E Software\n  Mac Address Table\n----------------------\n"

    assert count_votes(text).marks == (2, 0, 0, 0)
    assert other_platform(text, PLATFORMS[0]) is None
    assert other_platform(text, PLATFORMS[1]) is PLATFORMS[0]


_OLD_CDP = """\
-------------------------
Device ID: SEP00005E005301
Entry address(es):
  IP address: 192.0.2.10
Platform: Cisco IP Phone 8841,  Capabilities: Host Phone Two-port Mac Relay
Interface: GigabitEthernet1/0/3,  Port ID (outgoing port): Port 1
"""
_OLD_BRIEF = """\
Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID
SEP00005E005301  Gig 1/0/3         150              H P M IP Phone  Port 1
"""
_LLDP_BRIEF = """\
Device ID           Local Intf     Hold-time  Capability      Port ID
SEP00005E005301     Gi1/0/3        120        B,T             00005E005301:P1
"""
_LLDP = """\
------------------------------------------------
Chassis id: 192.0.2.10
Port id: 00005E005301:P1
Port Description: SW PORT
"""


@pytest.mark.parametrize("text", [_OLD_CDP, _OLD_BRIEF, _LLDP_BRIEF, _LLDP, "Local Intf: Gi1/0/3\n"])
def test_neighbors_alone_tell_ios(text: str) -> None:
    assert find_platform([count_votes(text)]) is PLATFORMS[0]


@pytest.mark.parametrize(
    "text",
    [
        "Device ID:acc-1\nSystem Name: acc-1\n\nInterface address(es):\n    IPv4 Address: 192.0.2.9\n",
        "Chassis id: 0000.5e00.5301\nPort id: 00005E005301:P1\nLocal Port id: Eth1/3\nPort Description: SW PORT\n",
        "Port      Name               Status       Vlan       Duplex Speed  Type\n----- ---- ----\n 3/1  x connected  110  full  100 10/100BaseTX\n",
    ],
    ids=["nxos cdp", "nxos lldp", "catos port"],
)
def test_neighbors_of_others_are_not_taken_for_ios(text: str) -> None:
    found = find_platform([count_votes(text)])
    assert found is not None
    assert found is not PLATFORMS[0]
