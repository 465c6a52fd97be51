"""Nornir's files: the same hosts and the same inherited values as the nornir package finds."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from nornir.core.inventory import Host
from nornir.plugins.inventory.simple import SimpleInventory

from switchcorr.inventory.nornir_files import ATTRIBUTES, Element, NornirTree, read_tree
from switchcorr.inventory.places import Entry, Problems, Setting, SourceFile
from switchcorr.inventory.yaml_text import parse_yaml
from switchcorr.model.inventory import AlgorithmProfile, CredentialReference, Driver, JumpHop, Scheme
from tests.inventory.files import HOME, device, problems, read, write

_CONNECTIONS = ("switchcorr", "netmiko", "napalm")
_VALUE = st.sampled_from(["a", "b", "c", "yes", "007", ""])
_NONE_OR_VALUE = st.none() | _VALUE


def _options() -> st.SearchStrategy[object]:
    extras = st.none() | st.dictionaries(st.sampled_from(["secret", "driver", "jump"]), _VALUE, max_size=2)
    attributes = dict.fromkeys(("hostname", "username", "platform"), _NONE_OR_VALUE)
    return st.dictionaries(st.sampled_from(_CONNECTIONS), st.fixed_dictionaries({}, optional={**attributes, "extras": extras}), max_size=3)


def _element(groups: st.SearchStrategy[list[str]] | None) -> st.SearchStrategy[object]:
    optional: dict[str, st.SearchStrategy[object]] = dict.fromkeys(("hostname", "username", "password", "platform"), _NONE_OR_VALUE)
    optional["data"] = st.dictionaries(st.sampled_from(["site", "power", "role"]), _NONE_OR_VALUE, max_size=3)
    optional["connection_options"] = _options()
    if groups is not None:
        optional["groups"] = groups
    return st.fixed_dictionaries({}, optional=optional)


@st.composite
def _inventories(draw: st.DrawFn) -> dict[str, object]:
    names = [f"g{number}" for number in range(draw(st.integers(0, 6)))]
    groups: dict[str, object] = {}
    for number, name in enumerate(names):  # a group belongs to later ones only: nornir would not come to an end otherwise
        groups[name] = draw(_element(st.lists(st.sampled_from(names[number + 1 :]), max_size=3) if names[number + 1 :] else None))
    some = st.lists(st.sampled_from(names), max_size=4) if names else None
    hosts = {f"sw{number}": draw(_element(some)) for number in range(draw(st.integers(1, 4)))}
    return {"hosts": hosts, "groups": groups, "defaults": draw(_element(None))}


def _plain(setting: Setting) -> object:
    value = setting.entry.value
    if isinstance(value, tuple):
        return [_plain(element) for element in setting.elements()]
    return {key: _plain(child) for key, child in setting.children().items()} if isinstance(value, dict) else value


def _texts(value: object) -> object:
    """Nornir's values as written: text."""
    if isinstance(value, dict):
        return {key: _texts(member) for key, member in value.items()}
    return value


def _ours(tree: NornirTree, host: Element) -> dict[str, object]:
    attributes = tree.attributes(host)
    found: dict[str, object] = {name: _plain(attributes[name]) if name in attributes else None for name in ATTRIBUTES}
    found["data"] = {key: _plain(setting) for key, setting in tree.data(host).items()}
    found["groups"] = [group.name for group in host.extended]
    for connection in _CONNECTIONS:
        merged = {**attributes, **tree.connection(host, connection)}
        found[connection] = {name: _plain(merged[name]) if name in merged else None for name in ATTRIBUTES}
        found[f"{connection} extras"] = _plain(merged["extras"]) if "extras" in merged else {}
    return found


def _theirs(host: Host) -> dict[str, object]:
    found: dict[str, object] = {name: getattr(host, name) for name in ATTRIBUTES}
    found["data"] = _texts(host.extended_data())
    found["groups"] = [group.name for group in host.extended_groups()]
    for connection in _CONNECTIONS:
        parameters = host.get_connection_parameters(connection)
        found[connection] = {name: getattr(parameters, name) for name in ATTRIBUTES}
        found[f"{connection} extras"] = _texts(parameters.extras)
    return found


@given(_inventories())
def test_every_host_inherits_what_nornir_says(written: dict[str, object]) -> None:
    problems_found = Problems()
    with tempfile.TemporaryDirectory() as name:
        paths = {stem: Path(name) / f"{stem}.yaml" for stem in written}
        for stem, content in written.items():
            paths[stem].write_text(json.dumps(content))
        theirs = SimpleInventory(*(str(paths[stem]) for stem in ("hosts", "groups", "defaults"))).load()
        documents = [parse_yaml(SourceFile(stem, paths[stem].read_text()), problems_found) for stem in ("hosts", "groups", "defaults")]
    tree = read_tree(documents[0], documents[1], documents[2], problems_found)
    assert problems_found.count == 0
    assert {host.name: _ours(tree, host) for host in tree.hosts} == {name: _theirs(host) for name, host in theirs.hosts.items()}


_HOSTS = """
acc-12:
  hostname: 192.0.2.12
  port: 2222
  groups: [access, oslo]
  data: {power: A1, role: access}
acc-13: {hostname: 192.0.2.13, groups: [legacy, oslo], platform: cisco_ios}
core-1:
  hostname: core-1.example.net
  connection_options:
    netmiko: {platform: cisco_ios_telnet, extras: {secret: "env:ENABLE", use_keys: true, key_file: ~/.ssh/id_rsa}}
"""
_GROUPS = """
oslo:
  data: {site: oslo, site_concurrency: 4, power: ignored, snmp_community: hidden, nested: {a: b}, collector: oslo-1}
access: {platform: ios}
legacy:
  groups: [access]
  connection_options:
    switchcorr:
      extras:
        driver: dialogue
        algorithms: legacy
        jump: netops@192.0.2.1:2200, bastion
        jump_password: keyring:bastion/netops
        enable: cmd:pass show enable
        keys: [keys/old_rsa, /etc/keys/b]
        agent: no
        commands: ["show clock", "show users | include vty"]
"""
_DEFAULTS = """
username: netops
password: env:SWITCH_PASSWORD
"""


def test_hosts_become_devices(tmp_path: Path) -> None:
    write(tmp_path, {"hosts.yaml": _HOSTS, "groups.yaml": _GROUPS, "defaults.yaml": _DEFAULTS}, mode=0o644)
    inventory = read(tmp_path)
    assert [found.name for found in inventory.devices] == ["acc-12", "acc-13", "core-1"]
    assert inventory.site_concurrency == {"oslo": 4}
    first, second, third = inventory.devices
    assert (first.host, first.port, first.platform, first.site, first.collector) == ("192.0.2.12", 2222, "cisco_ios", "oslo", "oslo-1")
    assert first.data == {"power": "A1", "role": "access"}
    assert first.groups == ("access", "oslo")
    assert (first.username, first.password) == ("netops", CredentialReference(Scheme.ENV, "SWITCH_PASSWORD"))
    assert first.source == "hosts.yaml: acc-12"
    assert second.groups == ("legacy", "access", "oslo")
    assert (second.driver, second.algorithms, second.agent) == (Driver.DIALOGUE, AlgorithmProfile.LEGACY, False)
    hop_password = CredentialReference(Scheme.KEYRING, "bastion/netops")
    assert second.jumps == (JumpHop("192.0.2.1", 2200, "netops", hop_password), JumpHop("bastion", 22, "", hop_password))
    assert second.enable == CredentialReference(Scheme.CMD, "pass show enable")
    assert second.keys == (tmp_path / "keys/old_rsa", Path("/etc/keys/b"))
    assert second.commands == ("show clock", "show users | include vty")
    assert (third.driver, third.port, third.platform) == (Driver.TELNET, 23, "cisco_ios")
    assert (third.enable, third.keys) == (CredentialReference(Scheme.ENV, "ENABLE"), (HOME / ".ssh/id_rsa",))


def test_the_hosts_file_and_nornirs_configuration_lead_to_the_same(tmp_path: Path) -> None:
    write(tmp_path, {"hosts.yaml": _HOSTS, "groups.yaml": _GROUPS, "defaults.yaml": _DEFAULTS})
    expected = read(tmp_path).devices
    assert read(tmp_path / "hosts.yaml").devices == expected
    other = write(
        tmp_path / "other",
        {
            "config.yaml": "inventory:\n  plugin: SimpleInventory\n  options: {host_file: inv/h.yaml, group_file: inv/g.yaml, defaults_file: inv/d.yaml}\n",
            "inv/h.yaml": _HOSTS,
            "inv/g.yaml": _GROUPS,
            "inv/d.yaml": _DEFAULTS,
        },
    )
    for place in (other, other / "config.yaml"):
        assert [found.host for found in read(place).devices] == [found.host for found in expected]
    write(other, {"config.yaml": "inventory: {plugin: NetBoxInventory2, options: {}}"})
    assert problems(other) == [
        "config.yaml: inventory.plugin: 'NetBoxInventory2': of Nornir's inventories SimpleInventory is read (line 1)"
    ]


def test_all_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    hosts = """
acc-12: {hostname: 192.0.2.12, port: 99999, groups: [acces]}
acc-13: {hostnam: 192.0.2.13}
Acc-12: {hostname: "bad host", platform: "a b!"}
../x: {hostname: 192.0.2.1}
acc-14:
  hostname: 192.0.2.14
  hostname: 192.0.2.15
  password: env:X
acc-15:
  hostname: 192.0.2.15
  username: netops
  connection_options:
    switchcorr: {extras: {algoritms: sha1, driver: netmico, algorithms: modren, commands: [reload], jump: "a b", agent: maybe}}
"""
    groups = "access: {platform: ios, groups: [loop]}\nloop: {groups: [access], data: {site_concurrency: 0, site: x}}\n"
    write(tmp_path, {"hosts.yaml": hosts, "groups.yaml": groups, "defaults.yaml": "password: evn:SWITCH_PASSWORD\nport: 1: 2\n"})
    found = problems(tmp_path)
    expected = [
        "hosts.yaml: acc-14.hostname: stands twice, first in line 7 (line 8)",
        "defaults.yaml: not YAML: mapping values are not allowed in this context; quote values that begin with !, &, * or % (line 2)",
        "hosts.yaml: acc-12.groups[0]: 'acces': no group of the groups file, did you mean 'access'? (line 2)",
        "hosts.yaml: acc-13.hostnam: unknown key, did you mean 'hostname'? (line 3)",
        "groups.yaml: loop: groups that belong to each other: access, loop, access (line 2)",
        "hosts.yaml: acc-12.port: 99999: 1 to 65535 expected (line 2)",
        "hosts.yaml: Acc-12.hostname: 'bad host': an address or a DNS name expected (line 4)",
        "hosts.yaml: Acc-12.platform: 'a b!': the name of a platform expected, as in netmiko: cisco_ios, cisco_nxos (line 4)",
        "hosts.yaml: ../x: a name that begins with a dot, a hyphen or a blank, or ends with a blank (line 5)",
        "hosts.yaml: acc-14.password: a password, but no user name for acc-14 (line 9)",
        "hosts.yaml: acc-15.connection_options.switchcorr.extras.algoritms: unknown key, did you mean 'algorithms'? (line 14)",
        "hosts.yaml: acc-15.connection_options.switchcorr.extras.driver: 'netmico': one of auto, dialogue, netmiko, telnet, napalm expected,"
        " did you mean 'netmiko'? (line 14)",
        "hosts.yaml: acc-15.connection_options.switchcorr.extras.algorithms: 'modren': one of modern, sha1, legacy expected,"
        " did you mean 'modern'? (line 14)",
        "hosts.yaml: Acc-12: the name 'Acc-12' differs only in case from 'acc-12', first in hosts.yaml, line 2 (line 4)",
    ]
    assert [line for line in expected if line not in found] == []
    for key in ("commands", "jump", "agent"):
        assert any(f"extras.{key}: " in line for line in found), key


def test_extras_that_hide_those_of_a_group_are_told(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "hosts.yaml": "a: {hostname: 192.0.2.1, groups: [g], connection_options: {switchcorr: {extras: {algorithms: sha1}}}}",
            "groups.yaml": "g: {connection_options: {switchcorr: {extras: {jump: bastion, algorithms: legacy}}}}",
        },
    )
    inventory = read(tmp_path)
    assert device(inventory, "a").jumps == ()
    assert inventory.warnings == (
        "hosts.yaml: a.connection_options.switchcorr.extras: takes the place of those of the group g, so jump of there does not count:"
        " repeat it here, or write switchcorr_jump in its data (line 1)",
    )


def test_our_settings_in_data_are_inherited_one_by_one(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "hosts.yaml": "a: {hostname: 192.0.2.1, groups: [old, site], data: {switchcorr_agent: no}}\nb: {hostname: 192.0.2.2, groups: [site]}",
            "groups.yaml": "old: {data: {switchcorr_algorithms: legacy}}\nsite: {data: {site: oslo, switchcorr_jump: bastion, switchcorr_algorithms: sha1}}",
        },
    )
    first, second = read(tmp_path).devices
    assert (first.algorithms, first.jumps, first.agent, first.data) == (AlgorithmProfile.LEGACY, (JumpHop("bastion"),), False, {})
    assert (second.algorithms, second.jumps, second.agent) == (AlgorithmProfile.SHA1, (JumpHop("bastion"),), True)
    write(tmp_path, {"groups.yaml": "old: {data: {switchcorr_algoritms: legacy}}\nsite: {}"})
    assert problems(tmp_path) == ["groups.yaml: old.data.switchcorr_algoritms: unknown key, did you mean 'algorithms'? (line 1)"]


def test_deep_groups_end(tmp_path: Path) -> None:
    groups = "".join(f"g{number}: {{groups: [g{number + 1}]}}\n" for number in range(3000)) + "g3000: {}\n"
    write(tmp_path, {"hosts.yaml": "a: {hostname: 192.0.2.1, groups: [g0]}", "groups.yaml": groups})
    assert any("more than 100 deep" in line for line in problems(tmp_path))


def test_a_setting_knows_nothing_of_missing_files() -> None:
    tree = read_tree(None, None, None, Problems())
    assert tree.hosts == []
    assert not tree.attributes(Element("a", Setting(SourceFile("", ""), "", Entry(None))))
