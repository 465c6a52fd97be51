"""A typed text means one declared command, or none, or it says which ones it might mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.captures.commands import Scope, file_stem, find_command, find_file_command, is_not_needed, read_stem, read_typed
from switchcorr.platforms import PLATFORMS, platform_named
from switchcorr.platforms.cisco_ios import PLATFORM as IOS
from switchcorr.platforms.cisco_nxos import PLATFORM as NXOS

_SPELLINGS = [
    (platform.name, spelling, command.text)
    for platform in PLATFORMS
    for command in platform.commands
    for spelling in (command.text, *command.aliases)
]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("show cdp neighbors detail", "show cdp neighbors detail"),
        ("sh cdp nei det", "show cdp neighbors detail"),
        ("SH  CDP   Nei  DET", "show cdp neighbors detail"),
        ("sho cdp neighbor det", "show cdp neighbors detail"),
        ("sh cdp nei", "show cdp neighbors"),
        ("sh int stat", "show interfaces status"),
        ("sh int stat err", "show interfaces status err-disabled"),
        ("sh int count err", "show interfaces counters errors"),
        ("sh int", "show interfaces"),
        ("sh mac add", "show mac address-table"),
        ("sh ver", "show version"),
        ("show interface status module 3", "show interfaces status"),
        ("sh int stat mod 3", "show interfaces status"),
        ("sh mac add int gi1/0/1", "show mac address-table"),
        ("sh mac add vl 10", "show mac address-table"),
        ("sh mac add add 0000.5e00.5301", "show mac address-table"),
        ("sh cdp nei gi1/0/1", "show cdp neighbors"),
        ("sh cdp neighbors GigabitEthernet1/0/1 det", "show cdp neighbors detail"),
        ("sh cdp entry SEP00005E005301", "show cdp neighbors detail"),
        ("sh cdp entry *", "show cdp neighbors detail"),
        ("sh lldp nei te 1/1/1", "show lldp neighbors"),
        ("sh lldp nei gi1/0/1 det", "show lldp neighbors detail"),
        ("sh lldp entry dist-1", "show lldp neighbors detail"),
        ("show cdp neighbors detail | no-more", "show cdp neighbors detail"),
        ("sh clo ", "show clock"),
    ],
)
def test_ios_commands_are_known_by_their_beginnings(typed: str, meant: str) -> None:
    command = find_command(IOS, typed)
    assert command is not None
    assert command.text == meant


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("sh int s", ["show interfaces status", "show interfaces switchport"]),
        ("sh v", ["show version", "show vlan"]),
        ("sh int c", ["show interfaces capabilities"]),
    ],
)
def test_what_fits_several_commands_is_not_guessed(typed: str, names: list[str]) -> None:
    found = read_typed(IOS, typed)
    assert sorted(command.text for command in found.commands) == names
    assert (found.command is None) == (len(names) > 1)


@pytest.mark.parametrize(
    "typed", ["", "   ", "| include x", "show", "show int ?", "sh int stat?", "show tech-support", "show me", "conf t", "show cdp"]
)
def test_what_is_no_declared_command_is_none(typed: str) -> None:
    assert read_typed(IOS, typed).commands == ()


@pytest.mark.parametrize(
    ("typed", "scope", "pipe"),
    [
        ("show interfaces", Scope.WHOLE, ""),
        ("show interface", Scope.WHOLE, ""),
        ("sh int gi1/0/1", Scope.PART, ""),
        ("sh mac add int gi1/0/1", Scope.PART, ""),
        ("sh cdp nei gi1/0/1 det", Scope.PART, ""),
        ("sh cdp entry SEP00005E005301", Scope.PART, ""),
        ("sh cdp entry *", Scope.WHOLE, ""),
        ("sh lldp entry *", Scope.WHOLE, ""),
        ("show interfaces | include CRC", Scope.FILTERED, "include CRC"),
        ("sh int|i CRC", Scope.FILTERED, "i CRC"),
        ("show interfaces | no-more", Scope.WHOLE, "no-more"),
        ("show interfaces gi1/0/1 | begin input", Scope.FILTERED, "begin input"),
    ],
)
def test_how_much_of_a_table_is_asked_for(typed: str, scope: Scope, pipe: str) -> None:
    found = read_typed(IOS, typed)
    assert found.command is not None
    assert (found.scope, found.pipe) == (scope, pipe)


@pytest.mark.parametrize(
    ("stem", "meant"),
    [
        ("show_cdp_neighbors_detail", "show cdp neighbors detail"),
        ("sh_cdp_nei_det", "show cdp neighbors detail"),
        ("Show_Version", "show version"),
        ("show_interfaces_status_err-disabled", "show interfaces status err-disabled"),
        ("show_interfaces_gi1_0_1", "show interfaces"),
        ("show_cdp_entry", "show cdp neighbors detail"),
        ("show cdp entry *", "show cdp neighbors detail"),
        ("sh_int_s", None),
        ("notes", None),
    ],
)
def test_a_files_name_is_a_command(stem: str, meant: str | None) -> None:
    command = find_file_command(IOS, stem)
    assert (command.text if command else None) == meant


@pytest.mark.parametrize(("platform", "spelling", "meant"), _SPELLINGS)
def test_every_spelling_and_its_file_are_that_command(platform: str, spelling: str, meant: str) -> None:
    declared = platform_named(platform)
    assert declared is not None
    assert [
        found.text if found else "" for found in (find_command(declared, spelling), find_file_command(declared, file_stem(spelling)))
    ] == [
        meant,
        meant,
    ]


@given(st.sampled_from(_SPELLINGS), st.data())
def test_an_abbreviation_never_means_another_command_alone(spelled: tuple[str, str, str], data: st.DataObject) -> None:
    platform, spelling, meant = spelled
    declared = platform_named(platform)
    assert declared is not None
    words = [word[: data.draw(st.integers(min_value=1, max_value=len(word)))] for word in spelling.split()]
    found = read_typed(declared, " ".join(words))
    assert (
        meant in [command.text for command in found.commands]
        or found.scope is Scope.PART
        or " ".join(words) in [s for _, s, _ in _SPELLINGS]
    )


def test_the_part_that_a_files_name_asks_for_is_kept() -> None:
    assert read_stem(IOS, "show_interfaces_gi1_0_1").text == "show interfaces gi1/0/1"
    assert read_stem(IOS, "show_interfaces_gi1_0_1").scope is Scope.PART


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("show running-config", True),
        ("sh run", True),
        ("show processes cpu | exclude 0.00", True),
        ("terminal length 0", True),
        ("sh tech", True),
        ("show clock", False),
        ("show frobnication", False),
        ("", False),
    ],
)
def test_commands_of_no_use_are_known(typed: str, known: bool) -> None:
    assert is_not_needed(PLATFORMS, typed) is known


def test_a_word_more_is_no_abbreviation() -> None:
    assert find_command(NXOS, "show version detail again") is None
    assert find_command(NXOS, "show mac address-table vlan") is None
