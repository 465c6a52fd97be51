"""A prompt is known on every platform, and nothing else is one."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from switchcorr.captures.prompts import Prompt, find_glued_prompt, find_prompt, may_hold_prompts
from switchcorr.platforms.cisco_catos import PLATFORM as CATOS
from switchcorr.platforms.cisco_ios import PLATFORM as IOS
from switchcorr.platforms.cisco_nxos import PLATFORM as NXOS


@pytest.mark.parametrize(
    ("line", "prompt"),
    [
        ("sw1#show clock", Prompt("sw1", "show clock")),
        ("sw1> sh clo", Prompt("sw1", "sh clo")),
        ("sw1#", Prompt("sw1", "")),
        ("sw1# ", Prompt("sw1", "")),
        ("  sw1#show clock  ", Prompt("sw1", "show clock")),
        ("acc-1.example.org#show version", Prompt("acc-1.example.org", "show version")),
        ("sw1(config)#hostname sw2", Prompt("sw1", "hostname sw2", in_mode=True)),
        ("sw1(config-if)#do sh clock", Prompt("sw1", "sh clock", in_mode=True)),
        ("n9k(config-if)# show clock", Prompt("n9k", "show clock", in_mode=True)),
        ("sw1#  show clock", Prompt("sw1", "show clock")),
        ("sw1#show int | i CRC", Prompt("sw1", "show int | i CRC")),
    ],
)
def test_prompts_and_what_was_typed(line: str, prompt: Prompt) -> None:
    assert find_prompt(line) == prompt


@pytest.mark.parametrize(
    "line",
    [
        "",
        "no sign in it",
        "Switch#   Role    Mac Address     Priority Version  State",
        " description ### uplink ###",
        "Last clearing of > counters #",
        "!Command: show running-config > x",
    ],
)
def test_other_lines_are_none(line: str) -> None:
    assert find_prompt(line) is None


def test_the_platform_whose_prompt_explains_most_of_the_line_wins() -> None:
    catos = replace(CATOS, prompt=re.compile(r"(?P<host>[A-Za-z0-9._-]{1,60})>(?: \(enable\))?[ ]?(?P<command>[^#>]*)"))
    for platforms in ((IOS, NXOS, catos), (catos, NXOS, IOS)):
        assert find_prompt("sw5500> (enable) show mod", platforms) == Prompt("sw5500", "show mod")
        assert find_prompt("sw5500> (enable) ", platforms) == Prompt("sw5500", "")
        assert find_prompt("sw5500> show mod", platforms) == Prompt("sw5500", "show mod")


def test_a_prompt_behind_text_is_seen_for_a_known_host_only() -> None:
    assert find_glued_prompt("endsw1#show clock", "sw1") == ("end", Prompt("sw1", "show clock"))
    assert find_glued_prompt("endsw1>", "sw1") == ("end", Prompt("sw1", ""))
    assert find_glued_prompt("neighbor sw1#3 is up", "sw1") is None
    assert find_glued_prompt("endsw1#show clock", "sw2") is None
    assert find_glued_prompt("sw1#show clock", "sw1") is None


@pytest.mark.parametrize(
    ("prompt", "is_show", "is_tech", "new_name"),
    [
        (Prompt("a", "sh ver"), True, False, ""),
        (Prompt("a", "show tech-support"), True, True, ""),
        (Prompt("a", "shutdown"), False, False, ""),
        (Prompt("a", "show"), False, False, ""),
        (Prompt("a", "hostname b", in_mode=True), False, False, "b"),
        (Prompt("a", "switchname b", in_mode=True), False, False, "b"),
        (Prompt("a", "hostname b"), False, False, ""),
        (Prompt("a", "set system name b"), False, False, "b"),
    ],
)
def test_what_a_command_is(prompt: Prompt, is_show: bool, is_tech: bool, new_name: str) -> None:
    assert (prompt.is_show, prompt.is_tech, prompt.new_name) == (is_show, is_tech, new_name)


@pytest.mark.parametrize(
    ("text", "may"),
    [("sw1#show clock", True), ("x\nsw1> sh clo", True), ("sw1(config)#do sh clo", True), ("sw1#exit", False), ("show clock", False)],
)
def test_the_quick_look_is_never_wrong_about_no(text: str, may: bool) -> None:
    assert may_hold_prompts(text) is may
