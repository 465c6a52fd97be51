"""The settings of a device: what is understood, and what is refused with which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from switchcorr.inventory.jumps import is_host, parse_jumps
from switchcorr.inventory.platform_names import platform_from
from switchcorr.model.inventory import CredentialReference, Driver, InventoryDevice, JumpHop, Scheme
from tests.inventory.files import problems, read, write


def _device(directory: Path, extras: str, *, more: str = "") -> InventoryDevice:
    text = f"a:\n  hostname: 192.0.2.1\n  username: n\n{more}\n  connection_options:\n    switchcorr:\n      extras:\n        {extras}\n"
    return read(write(directory, {"hosts.yaml": text})).devices[0]


def _refusals(directory: Path, extras: str, *, more: str = "") -> list[str]:
    text = f"a:\n  hostname: 192.0.2.1\n  username: n\n{more}\n  connection_options:\n    switchcorr:\n      extras:\n        {extras}\n"
    found = problems(write(directory, {"hosts.yaml": text}))
    return [line.removeprefix("hosts.yaml: a.connection_options.switchcorr.extras.").rpartition(" (line")[0] for line in found]


def test_jump_hosts_one_by_one(tmp_path: Path) -> None:
    extras = "jump: [{host: 192.0.2.250, port: 2222, username: j, password: env:J}, b@bastion, {host: far}]\n        jump_password: ask"
    ask = CredentialReference(Scheme.ASK)
    assert _device(tmp_path, extras).jumps == (
        JumpHop("192.0.2.250", 2222, "j", CredentialReference(Scheme.ENV, "J")),
        JumpHop("bastion", 22, "b", ask),
        JumpHop("far", 22, "", ask),
    )
    assert _device(tmp_path, "jump: none").jumps == ()
    assert _device(tmp_path, "jump: []").jumps == ()
    assert _device(tmp_path, "jump_password: ask").jumps == ()


@pytest.mark.parametrize(
    ("extras", "expected"),
    [
        ("jump: [{port: 22}]", "jump[0]: a jump host without host"),
        ("jump: [{host: a b}]", "jump[0].host: 'a b': an address or a DNS name expected"),
        ("jump: {host: a, port: 0}", "jump.port: 0: 1 to 65535 expected"),
        ("jump: {host: a, user: b}", "jump.user: unknown key, did you mean 'username'?"),
        ("jump: {host: a, colour: b}", "jump.colour: unknown key: one of host, port, username, password"),
        ("jump: {host: a, password: 'evn:X'}", "jump.password: begins like a reference of an unknown kind, did you mean env:? write literal:VALUE if it is a secret itself"),
        ("jump: a:99999", "jump: 'a:99999': user@host:port expected, several with commas between them, the nearest first"),
        ("jump: [[a]]", "jump[0]: a list: user@host:port expected"),
        ("agent: [yes]", "agent: a list: true or false expected"),
        ("agent: maybe", "agent: 'maybe': true or false expected"),
        ("driver: {a: b}", "driver: a mapping: one of auto, dialogue, netmiko, telnet, napalm expected"),
        ("keys: [{a: b}]", "keys[0]: a mapping: the path of a file expected"),
        ('keys: "a\\tb"', "keys: 'a\\\\x09b': control characters or line ends are not permitted"),
        ("commands: show clock; reload", "commands: begins neither with show nor with display: 'reload'"),
        ("enable: [a]", "enable: a list: a reference to a secret expected"),
        ("enable: \"cmd:\"", "enable: cmd: a program with its arguments is expected behind it"),
        ("zzz: blue", "zzz: unknown key: one of site, site_concurrency, collector, enable, keys, agent, driver, algorithms, jump, jump_password, commands"),
        (f"collector: {'x' * 129}", "collector: 129 characters: the name of a collector of at most 128 expected"),
    ],
)  # fmt: skip
def test_what_is_refused_names_its_keys(tmp_path: Path, extras: str, expected: str) -> None:
    assert _refusals(tmp_path, extras) == [expected]


def test_lists_may_be_written_as_texts(tmp_path: Path) -> None:
    found = _device(tmp_path, "commands: show clock ;show users\n        keys: ~/.ssh/a, b")
    assert found.commands == ("show clock", "show users")
    assert found.keys == (Path("/home/netops/.ssh/a"), tmp_path / "b")


def test_telnet_needs_no_user_name_and_its_driver_may_be_overruled(tmp_path: Path) -> None:
    text = "a: {hostname: 192.0.2.1, platform: cisco_ios_telnet, password: env:PW}\n"
    found = read(write(tmp_path, {"hosts.yaml": text})).devices[0]
    assert (found.driver, found.port, found.username) == (Driver.TELNET, 23, "")
    assert _device(tmp_path, "driver: netmiko", more="  platform: cisco_ios_telnet").driver is Driver.NETMIKO


def test_wrong_kinds_are_refused(tmp_path: Path) -> None:
    files = {
        "hosts.yaml": "a: [x]\nb: {hostname: 192.0.2.1, groups: g, data: [x], connection_options: {netmiko: x, switchcorr: {extras: [x], extra: 1}}}\n"
        "c: {hostname: 192.0.2.3, colour: blue, groups: [[x]]}\n",
        "defaults.yaml": "groups: [a]\nport: 22",
    }
    found = problems(write(tmp_path, files))
    for expected in (
        "hosts.yaml: a: a list: a mapping expected (line 1)",
        "hosts.yaml: b.groups: text: a list of groups expected (line 2)",
        "hosts.yaml: b.data: a list: a mapping expected (line 2)",
        "hosts.yaml: b.connection_options.netmiko: text: a mapping expected (line 2)",
        "hosts.yaml: b.connection_options.switchcorr.extras: a list: a mapping expected (line 2)",
        "hosts.yaml: b.connection_options.switchcorr.extra: unknown key, did you mean 'extras'? (line 2)",
        "hosts.yaml: c.groups[0]: a list: no group of the groups file (line 3)",
    ):
        assert expected in found, found


def test_data_that_cannot_be_a_group_of_phones_is_not_taken(tmp_path: Path) -> None:
    text = 'a:\n  hostname: 192.0.2.1\n  colour: blue\n  data: {power: A1, "a\\tb": x, nested: {a: b}, empty: , api_token: x, snmp_community: y, keyboard: z}\n'
    inventory = read(write(tmp_path, {"hosts.yaml": text}))
    assert inventory.devices[0].data == {"power": "A1", "keyboard": "z"}
    assert inventory.warnings == (
        "hosts.yaml: a.colour: is not used (line 3)",
        "hosts.yaml: a.data.a\\x09b: is not used: a plain name and a plain text expected (line 4)",
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cisco_ios", ("cisco_ios", False)),
        ("IOS", ("cisco_ios", False)),
        ("ios-xe", ("cisco_ios", False)),
        ("cisco_xe_telnet", ("cisco_ios", True)),
        ("cisco.nxos.nxos", ("cisco_nxos", False)),
        ("nxos_ssh", ("cisco_nxos", False)),
        ("cisco-nx-os", ("cisco_nxos", False)),
        ("catos", ("cisco_catos", False)),
        ("arista.eos.eos", ("eos", False)),
        ("arista-eos", ("arista_eos", False)),
        ("cisco_s300", ("cisco_s300", False)),
    ],
)
def test_spellings_of_platforms(text: str, expected: tuple[str, bool]) -> None:
    assert platform_from(text) == expected


@pytest.mark.parametrize("text", ["", "a b", "-a", "a_b-", "1.2.3", "1.2.3.4.5", "a..b", "x" * 64, "a/b", "é", "[::1]", "a:1"])
def test_what_is_no_host(text: str) -> None:
    assert not is_host(text)


@pytest.mark.parametrize("text", ["", ",", "a,,b", "a@b@c", "@a", "a:0", "a:65536", "[a]:22", "a b", "ssh://", "-oX"])
def test_what_is_no_way(text: str) -> None:
    assert parse_jumps(text) is None


def test_a_password_without_a_user_name_is_told_once(tmp_path: Path) -> None:
    hosts = "".join(f"a{number}: {{hostname: 192.0.2.{number}}}\n" for number in range(1, 8)) + "b: {hostname: 192.0.2.9, username: n}\n"
    write(tmp_path, {"hosts.yaml": hosts, "defaults.yaml": "password: env:PW\n"})
    assert problems(tmp_path) == ["defaults.yaml: password: a password, but no user name for a1, a2, a3, a4, a5 and 2 more (line 1)"]
    write(tmp_path, {"hosts.yaml": "a1: {hostname: 192.0.2.1, port: 0}\n"})
    assert len(problems(tmp_path)) == 2
    write(tmp_path, {"hosts.yaml": hosts, "defaults.yaml": "password: netrc\n"})
    assert len(read(tmp_path).devices) == 8
