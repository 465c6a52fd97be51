"""Platform and name come from the device's own words, not from its neighbors'."""

from __future__ import annotations

import pytest

from switchcorr.captures.detect import find_hostname
from switchcorr.captures.show_tech import find_headers
from switchcorr.platforms.cisco_ios import PLATFORM as IOS
from switchcorr.platforms.cisco_nxos import PLATFORM as NXOS
from switchcorr.platforms.detect import count_votes, find_platform, other_platform

IOS_VERSION = "Cisco IOS Software, C3750E Software, Version 12.2(55)SE\nsw1 uptime is 1 week\n"
NXOS_VERSION = "Cisco Nexus Operating System (NX-OS) Software\n  NXOS: version 9.3(5)\n  Device name: n9k-1\nKernel uptime is 5 day(s)\n"
NEIGHBOR = (
    "-------------------------\nDevice ID: n9k-1\nEntry address(es): \nPlatform: N9K-C9336,  Capabilities: Switch\n"
    "Interface: GigabitEthernet1/0/1,  Port ID (outgoing port): Ethernet1/1\nHoldtime : 150 sec\n\nVersion :\n{version}\n\nadvertisement version: 2\n"
)


def test_the_text_names_the_platform() -> None:
    assert find_platform([count_votes(IOS_VERSION)]) is IOS
    assert find_platform([count_votes(NXOS_VERSION)]) is NXOS
    assert find_platform([count_votes("hello")]) is None
    assert find_platform([]) is None


def test_most_texts_decide_and_among_equals_most_marks() -> None:
    ios, nxos = count_votes(IOS_VERSION), count_votes(NXOS_VERSION)
    assert find_platform([ios, ios, nxos]) is IOS
    assert find_platform([ios, nxos]) is NXOS


@pytest.mark.parametrize("end", ["\n\nadvertisement version: 2\n", ""])
def test_what_a_neighbor_runs_is_no_mark_of_the_device(end: str) -> None:
    text = NEIGHBOR.format(version=NXOS_VERSION).partition("\n\nadv")[0] + end
    assert other_platform(text, IOS) is None
    lldp = f"Chassis id: 0000.5e00.5301\nSystem Name: sw9\nSystem Description: \n{IOS_VERSION}\nTime remaining: 100 seconds\n"
    assert other_platform(lldp, NXOS) is None


def test_a_text_of_another_platform_is_known() -> None:
    assert other_platform(NXOS_VERSION, IOS) is NXOS
    assert other_platform(IOS_VERSION, NXOS) is IOS
    assert other_platform(IOS_VERSION, IOS) is None
    assert other_platform("hello", IOS) is None


def test_only_the_whole_text_is_searched_far_down() -> None:
    text = "hello\n" * 2_000 + IOS_VERSION
    assert (count_votes(text).marks[0], count_votes(text, whole=True).marks[0]) == (0, 1)


@pytest.mark.parametrize(
    ("text", "command", "name"),
    [
        (IOS_VERSION, "", "sw1"),
        (NXOS_VERSION, "", "n9k-1"),
        ("Kernel uptime is 5 day(s)", "", ""),
        ("version 15.2\nhostname sw2\n!", "show running-config", "sw2"),
        ("!\nswitchname n9k-2\n", "show running-config", "n9k-2"),
        (" description hostname sw3\n", "show running-config", ""),
        ("n9k-3\n", "show switchname", "n9k-3"),
        ("n9k-3.example.org \n", "sh hostname", "n9k-3.example.org"),
        ("% Invalid\n  ^", "show switchname", ""),
        ("n9k-3\n", "show clock", ""),
    ],
)
def test_a_device_names_itself(text: str, command: str, name: str) -> None:
    assert find_hostname(text, command) == name


def test_headers_of_the_platform_with_most_of_them_win() -> None:
    lines = ["`show clock`", "`show version`", "----- show x -----", "`show module`"]
    headers = find_headers(lines)
    assert headers is not None
    assert (headers.platform, headers.found) == (NXOS, ((0, "show clock"), (1, "show version"), (3, "show module")))
    assert find_headers(["----- show x -----", "show -"]) is None
    assert find_headers(["----- show x -----"]) is None
