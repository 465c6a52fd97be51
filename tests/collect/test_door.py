"""The one door to the wire: nothing passes but declared commands and harmless questions of the user."""

from __future__ import annotations

import copy
import itertools
import pickle
import random
import unicodedata

import pytest

from switchcorr.collect.door import Door, Question, check_added
from switchcorr.collect.ssh_session import LEAVE
from switchcorr.collect.terminal import ENTER, NEXT_PAGE
from switchcorr.errors import CommandError
from switchcorr.platforms import PLATFORMS, Platform

_VERBS = [
    "configure terminal",
    "conf t",
    "config t",
    "configure",
    "conf",
    "reload",
    "rel",
    "reload in 5",
    "write",
    "wr",
    "write memory",
    "write erase",
    "wr mem",
    "copy run start",
    "copy running-config startup-config",
    "copy",
    "delete flash:x",
    "del",
    "del /force flash:",
    "erase startup-config",
    "erase nvram:",
    "format flash:",
    "clear counters",
    "clear mac address-table",
    "clear line 1",
    "cl",
    "debug all",
    "debug ip packet",
    "deb",
    "undebug all",
    "no shutdown",
    "no",
    "shut",
    "shutdown",
    "interface Gi1/0/1",
    "int gi1/0/1",
    "vlan 1",
    "username x password y",
    "enable",
    "en",
    "enable secret x",
    "disable",
    "exit",
    "end",
    "do reload",
    "do show run",
    "do",
    "tclsh",
    "tcl",
    "guestshell",
    "guestshell run bash",
    "run bash",
    "bash",
    "python",
    "event manager run x",
    "archive download-sw x",
    "archive",
    "request platform software",
    "request",
    "install add file x",
    "install",
    "license boot",
    "boot system flash:x",
    "boot",
    "test cable-diagnostics tdr int gi1/0/1",
    "test",
    "ping 192.0.2.1",
    "traceroute 192.0.2.1",
    "telnet 192.0.2.1",
    "ssh -l x 192.0.2.1",
    "connect",
    "rlogin",
    "login",
    "logout",
    "send *",
    "set port disable 2/1",
    "set",
    "set vlan 1",
    "session 15",
    "remote command switch show version",
    "remote login",
    "redundancy force-switchover",
    "redundancy",
    "hw-module module 1 reset",
    "power",
    "more flash:config.text",
    "dir",
    "cd flash:",
    "pwd",
    "mkdir x",
    "rename a b",
    "verify",
    "setup",
    "terminal length 0",
    "terminal monitor",
    "terminal",
    "term len 0",
    "udld reset",
    "upgrade",
    "monitor",
    "mstat",
    "lock",
    "resume",
    "slip",
    "systat",
    "undelete",
    "unprofile",
    "where",
    "which-route",
    "x3",
    "xconnect",
    "service",
    "switch 1 priority 15",
    "switch",
    "stack-mac",
    "crypto key generate rsa",
    "crypto",
    "key",
    "aaa",
    "radius",
    "tacacs",
    "snmp-server",
    "line vty 0 4",
    "logging",
    "ntp",
    "banner",
    "hostname x",
    "ip",
    "ipv6",
    "router",
    "access-list",
    "route-map",
    "macro",
    "alias",
    "kron",
    "?",
    "show ?",
    "sh",
    "sho",
    "s",
    "display",
    "show",
    "shows version",
    "showversion",
    "xshow version",
    "show-version",
]
_GOOD = (
    "show version",
    "show interfaces",
    "show clock",
    "display version",
    "show cdp neighbors detail",
    "show interfaces status | include notconnect",
)
_TAILS = (
    "| redirect flash:y",
    "|redirect flash:y",
    "| append flash:y",
    "| tee flash:y",
    "| tee /append flash:y",
    "| redirect tftp://192.0.2.9/x",
    "| Redirect flash:y",
    "| redi flash:y",
    "| count | redirect flash:y",
    "| include x | redirect flash:y",
    "| include x | tee y",
    "| file flash:y",
    "| format x",
    "| no-more",
    "| sed s/x/y/",
    "| awk x",
    "| vsh",
    "| egrep x | bash",
    "> flash:y",
    ">> flash:y",
    "> file",
    "< flash:y",
    "; reload",
    ";reload",
    "&& reload",
    "& reload",
    "|| reload",
    "$(reload)",
    "`reload`",
    "\\nreload",
    "! reload",
    "? reload",
    "# reload",
    "| include",
    "|",
    "| include x|y",
    "\x16\nreload",
)
_CONTROLS = [
    chr(code) for code in (*range(0x20), 0x7F, *range(0x80, 0xA0), 0x2028, 0x2029, 0x200B, 0x200E, 0x202E, 0xFEFF, 0xA0, 0x3000, 0xD800)
]
_LOOK_ALIKES = {
    "s": "ѕｓ",
    "h": "һｈ",
    "o": "оｏ",
    "w": "ԝｗ",
    "e": "еｅ",
    "i": "іｉı",
    "c": "сｃ",
    "a": "аａ",
    "n": "ｎո",
    "1": "１١",
    " ": "\u00a0\u2003\t",
}
_DIGITS = "٣３๓²"


def _controlled() -> list[str]:
    found = []
    for good, control in itertools.product(_GOOD, _CONTROLS):
        middle = len(good) // 2
        found += [
            good + control,
            control + good,
            good[:middle] + control + good[middle:],
            f"{good}{control}reload",
            f"{good} {control} reload",
        ]
    return found


def _spelled_otherwise() -> list[str]:
    found = []
    for good in _GOOD:
        for place, sign in enumerate(good):
            found += [good[:place] + other + good[place + 1 :] for other in _LOOK_ALIKES.get(sign, "")]
        found += [
            good.upper(),
            good.title(),
            f" {good}",
            f"{good} ",
            good.replace(" ", "  "),
            unicodedata.normalize("NFKD", good) + "\u0301",
        ]
        found += [f"{good} {digit}" for digit in _DIGITS]
    return found


def _generated(count: int) -> list[str]:
    """Strings that must never pass: each writes, leaves exec mode, pipes into a file, or is no plain text."""
    found = [*_VERBS, *(f"{good} {tail}" for good in _GOOD for tail in _TAILS), *(f"{good}{tail}" for good in _GOOD for tail in _TAILS)]
    found += _controlled() + _spelled_otherwise()
    found += [f"{verb} {good}" for verb, good in itertools.product(_VERBS, _GOOD) if verb not in {"show", "display"}]
    found += [f"{good}\n{verb}" for verb, good in itertools.product(_VERBS, _GOOD)] + [
        f"{good}\r{verb}" for verb, good in itertools.product(_VERBS, _GOOD)
    ]
    found += [
        "show running-config",
        "show run",
        "show startup-config",
        "show tech-support",
        "show tech | redirect tftp:",
        "show flash:",
        "",
        " ",
        "show " + "x" * 5000,
    ]
    chance = random.Random(42)
    while len(found) < count:
        parts = [chance.choice((*_VERBS, *_GOOD, *_TAILS, " ", "|")) for _ in range(chance.randint(1, 5))]
        parts.insert(chance.randint(0, len(parts)), chance.choice(_CONTROLS))
        found.append("".join(parts))
    return found


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
def test_of_5000_strings_none_passes(platform: Platform) -> None:
    door = Door(platform, ["show clock", "show users"])
    allowed = {name for command in platform.commands for name in (command.text, *command.aliases)} | {"show clock", "show users"}
    passed = []
    strings = [text for text in _generated(6000) if text not in allowed and text not in _GOOD]
    assert len(set(strings)) >= 5000
    for text in strings:
        try:
            passed.append(door.question(text))
        except CommandError:
            continue
    assert passed == []


def test_of_the_same_strings_none_may_be_added_by_a_user() -> None:
    passed = [text for text in _generated(6000) if text not in _GOOD and not check_added(text)]
    assert passed == []


@pytest.mark.parametrize("command", _GOOD)
def test_harmless_questions_may_be_added(command: str) -> None:
    assert check_added(command) == ""
    assert Door(PLATFORMS[0], [command]).question(command).text == command


@pytest.mark.parametrize(
    "command",
    [
        "show run",
        "show running",
        "show running-config all",
        "show startup",
        "show start",
        "show conf",
        "show configuration",
        "show tech",
        "show tech-support page",
        "show archive config",
        "show flash:/config.text",
        "show bootflash:x",
        "show file systems flash:",
        "show snmp community",
        "show key chain",
        "show crypto key mypubkey rsa",
        "show logging | redirect flash:x",
        "show version | tee x",
        "show derived-config",
        "show system:running-config",
        "display current-configuration",
        "display this",
        "show interfaces | include x | tee y",
    ],
)
def test_what_may_hold_secrets_or_write_is_refused_at_load(command: str) -> None:
    assert check_added(command) != ""
    with pytest.raises(CommandError, match="read-only door"):
        Door(PLATFORMS[0], [command])


def test_every_declared_command_passes_word_for_word_and_begins_with_a_reading_verb() -> None:
    for platform in PLATFORMS:
        door = Door(platform)
        for command in platform.commands:
            for name in (command.text, *command.aliases):
                assert door.question(name).text == name
                assert name.split()[0] in {"show", "display"} or (platform.dialogue is None and name.startswith("get_")), name
                assert name.isascii()
                assert name.isprintable()
                for changed in (f"{name} ", f" {name}", name.upper(), f"{name}\n", name[:-1]):
                    if changed not in {other for one in platform.commands for other in (one.text, *one.aliases)}:
                        with pytest.raises(CommandError):
                            door.question(changed)


def test_what_a_dialogue_types_by_itself_changes_only_the_session() -> None:
    typed = {text for platform in PLATFORMS if platform.dialogue for text in (*platform.dialogue.paging_off, platform.dialogue.enable)}
    assert typed == {"terminal length 0", "terminal width 511", "enable"}
    assert (LEAVE, NEXT_PAGE, ENTER) == (b"exit", b" ", b"\r")


@pytest.mark.parametrize("name", ["Gi1/0/1; reload", "Gi1/0/1\nreload", "Gi1/0/1\r", "Gi1/0/1 | redirect flash:x", "Gi１/0/1", "$(x)"])
def test_an_interface_name_from_a_device_leads_nowhere(name: str) -> None:
    door = Door(PLATFORMS[0])
    with pytest.raises(CommandError):
        door.question(f"show interfaces {name}")
    assert check_added(f"show interfaces {name}") != ""


def test_a_question_cannot_be_made_forged_or_changed() -> None:
    question = Door(PLATFORMS[0]).question("show version")
    with pytest.raises(TypeError):
        Question("reload", key=object())
    with pytest.raises(AttributeError):
        question.text = "reload"  # type: ignore[misc]  # that it cannot is the point
    with pytest.raises(TypeError):
        copy.copy(question)
    with pytest.raises(TypeError):
        pickle.dumps(question)
    with pytest.raises(TypeError):
        type("Forged", (Question,), {})
