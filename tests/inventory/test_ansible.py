"""Ansible's inventories: groups, ranges, precedence and connection variables."""

from __future__ import annotations

from pathlib import Path

import pytest

from switchcorr.inventory.ansible import expand_ranges
from switchcorr.inventory.jumps import jumps_of_ssh_options
from switchcorr.model.inventory import AlgorithmProfile, CredentialReference, Driver, JumpHop, Scheme
from tests.inventory.files import HOME, device, problems, read, write

_INI = """
# switches
core-1 ansible_host=192.0.2.1   ; not a comment for a host line in Ansible either
[access]
sw[01:03] ansible_network_os=cisco.ios.ios switchcorr_building="house A"
other:2222 ansible_host=192.0.2.99 # comment

[old:children]
access

[old:vars]
switchcorr_algorithms = legacy
ansible_user = "netops"   # quoted
ansible_password = "{{ lookup('env', 'SW_PW') }}"

[all:vars]
ansible_user=everybody
switchcorr_site=oslo
switchcorr_site_concurrency=3
"""


def test_ini(tmp_path: Path) -> None:
    text = _INI.replace("   ; not a comment for a host line in Ansible either", "")
    inventory = read(write(tmp_path, {"hosts": text}, mode=0o644))
    assert [found.name for found in inventory.devices] == ["core-1", "other", "sw01", "sw02", "sw03"]
    switch = device(inventory, "sw02")
    assert (switch.host, switch.platform, switch.username, switch.site) == ("sw02", "cisco_ios", "netops", "oslo")
    assert (switch.password, switch.algorithms) == (CredentialReference(Scheme.ENV, "SW_PW"), AlgorithmProfile.LEGACY)
    assert switch.groups == ("access", "old")
    assert switch.data == {"building": "house A"}
    assert (device(inventory, "other").port, device(inventory, "other").host) == (2222, "192.0.2.99")
    assert device(inventory, "core-1").username == "everybody"
    assert inventory.site_concurrency == {"oslo": 3}
    assert switch.source == "hosts: sw02"


_YAML = """
all:
  vars: {ansible_user: all-user, switchcorr_site: from-all, switchcorr_power: all}
  hosts:
    localhost: {ansible_connection: local}
  children:
    parent:
      vars: {switchcorr_site: from-parent, switchcorr_power: parent, ansible_user: parent-user}
      children:
        child_b:
          vars: {switchcorr_site: from-b, switchcorr_role: b}
          hosts: {sw1: }
        child_a:
          vars: {switchcorr_site: from-a, switchcorr_role: a, ansible_group_priority: 5}
          hosts:
            sw1: {ansible_host: 192.0.2.1, ansible_password: !vault "x", switchcorr_password: "keyring:switches/netops"}
            "sw[2:3]": {ansible_host: 192.0.2.2}
    child_b: {vars: {switchcorr_building: B}}
"""


def test_yaml_with_the_precedence_of_ansible(tmp_path: Path) -> None:
    inventory = read(write(tmp_path, {"inventory.yml": _YAML}))
    assert [found.name for found in inventory.devices] == ["sw1", "sw2", "sw3"]
    first = device(inventory, "sw1")
    assert (first.site, first.username, first.host) == ("from-a", "parent-user", "192.0.2.1")
    assert first.data == {"power": "parent", "role": "a", "building": "B"}
    assert first.groups == ("child_a", "child_b", "parent")
    assert first.password == CredentialReference(Scheme.KEYRING, "switches/netops")
    assert inventory.warnings == (
        "inventory.yml: left out, because ansible_connection is local: localhost (line 5)",
        "192.0.2.2:22: one address of several devices: sw2, sw3",
    )


def test_files_of_variables_count_more_and_the_host_most(tmp_path: Path) -> None:
    files = {
        "hosts.ini": "[access]\nsw1 switchcorr_role=host-line switchcorr_power=host-line\n[access:vars]\nswitchcorr_site=section\nansible_port=22\n",
        "group_vars/all.yml": "ansible_user: from-all\nswitchcorr_site: all-file\nswitchcorr_building: all-file\n",
        "group_vars/access/a.yml": "switchcorr_site: access-file\nswitchcorr_role: access-file\n",
        "group_vars/access/b": "ansible_ssh_common_args: '-o ProxyCommand=\"ssh -W %h:%p -q -p 2200 netops@bastion\" -o StrictHostKeyChecking=no'\n",
        "group_vars/unused.yml": "$ANSIBLE_VAULT;1.1;AES256\n6162\n",
        "group_vars/.hidden": "[",
        "host_vars/sw1.yaml": (
            "switchcorr_power: host-file\nansible_ssh_private_key_file: ~/.ssh/id\n"
            "ansible_become_password: \"{{ lookup('ansible.builtin.env', 'EN') }}\"\n"
        ),
    }
    inventory = read(write(tmp_path, files))
    switch = device(inventory, "sw1")
    assert (switch.site, switch.username) == ("access-file", "from-all")
    assert switch.data == {"building": "all-file", "role": "host-line", "power": "host-file"}
    assert switch.jumps == (JumpHop("bastion", 2200, "netops"),)
    assert switch.keys == (HOME / ".ssh/id",)
    assert switch.enable == CredentialReference(Scheme.ENV, "EN")
    assert sorted(inventory.warnings) == [
        "group_vars/access/b: ansible_ssh_common_args: not used: StrictHostKeyChecking; old algorithms are permitted by"
        " switchcorr_algorithms, host keys are always checked (line 1)",
        "group_vars/unused.yml: is encrypted: its variables do not count",
    ]


def test_what_is_not_read_is_a_problem_with_its_key_path(tmp_path: Path) -> None:
    files = {
        "hosts.yml": (
            "access:\n  hosts:\n    sw1:\n      ansible_password: '{{ vaulted }}'\n      ansible_user: '{{ x }}'\n"
            "    sw2: {ansible_become_password: !vault abc, ansible_port: 0, switchcorr_algoritms: sha1, ansible_host: '{{ ip }}'}\n"
            "    sw3: {ansible_ssh_common_args: '-o ProxyCommand=\"nc -X 5 proxy %h %p\"', switchcorr_driver: telnett}\n"
            "    'sw[9:1]': {}\n"
            "  chidren: {}\n"
        ),
        "host_vars/sw1.yml": "switchcorr_jump: 'a b'\n",
    }
    write(tmp_path, files)
    expected = [
        "hosts.yml: access.hosts.sw1.ansible_password: a template is not read: write a reference (env:, keyring:, cmd:), or {{ lookup('env', 'NAME') }} (line 4)",
        "hosts.yml: access.hosts.sw1.ansible_user: a template is not read: write the value itself (line 5)",
        "hosts.yml: access.hosts.sw2.ansible_become_password: a value with the tag !vault is not read: write a reference (env:, keyring:, cmd:) (line 6)",
        "hosts.yml: access.hosts.sw2.ansible_port: 0: 1 to 65535 expected (line 6)",
        "hosts.yml: access.hosts.sw2.switchcorr_algoritms: unknown variable, did you mean 'switchcorr_algorithms'? Other knowledge stands in switchcorr_data (line 6)",
        "hosts.yml: access.hosts.sw2.ansible_host: a template is not read: write the value itself (line 6)",
        "hosts.yml: access.hosts.sw3.ansible_ssh_common_args: a ProxyCommand that is not plainly `ssh -W %h:%p user@host`: set switchcorr_jump to user@host:port (line 7)",
        "hosts.yml: access.hosts.sw3.switchcorr_driver: 'telnett': one of auto, dialogue, netmiko, telnet, napalm expected, did you mean 'telnet'? (line 7)",
        "hosts.yml: access.hosts.sw[9:1]: a range that cannot be read, or that makes more than 100000 hosts (line 8)",
        "hosts.yml: access.chidren: unknown key, did you mean 'children'? (line 9)",
        "host_vars/sw1.yml: switchcorr_jump: 'a b': user@host:port expected, several with commas between them, the nearest first (line 1)",
    ]  # fmt: skip
    assert sorted(problems(tmp_path)) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a:children]\nnothing\n", "hosts.ini: a.nothing: no group of this name (line 2)"),
        ("[a:vars]\nnothing\n", "hosts.ini: a:vars: name=value expected (line 2)"),
        ("[a:child]\nx\n", "hosts.ini: a: a section of unknown kind, did you mean 'children'? (line 1)"),
        ("[a]\nsw1 'x\n", "hosts.ini: a: quotes that do not end (line 2)"),
        ("[a]\nsw1 x\n", "hosts.ini: sw1: name=value expected behind the host (line 2)"),
        (
            "[a:children]\nb\n[b:children]\na\n[a]\nx\n",
            "hosts.ini: b: groups that hold each other, or too many of them in one another: a, b, a (line 3)",
        ),
    ],
)
def test_problems_of_ini(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in problems(write(tmp_path, {"hosts.ini": text}))


def test_an_inventory_plugin_is_refused_with_the_way_out(tmp_path: Path) -> None:
    write(tmp_path, {"netbox.yml": "plugin: netbox.netbox.nb_inventory\n"})
    assert "ansible-inventory --list --yaml" in problems(tmp_path)[0]


def test_several_files_of_a_directory_are_one_inventory(tmp_path: Path) -> None:
    files = {
        "01-a.yml": "access: {hosts: {sw1: }}",
        "02-b": "[access]\nsw2\n",
        "group_vars/access.yml": "ansible_network_os: cisco_ios_telnet",
        "x.retry": "sw9",
        "notes.csv": "name,ip\nx,y\n",
        "site.yml": "- hosts: all\n",
    }
    inventory = read(write(tmp_path, files))
    assert inventory.warnings == ("notes.csv: is no inventory of Ansible: it is not used",)
    assert [(found.name, found.driver, found.port) for found in inventory.devices] == [
        ("sw1", Driver.TELNET, 23),
        ("sw2", Driver.TELNET, 23),
    ]


def test_the_ways_out_that_messages_name_lead_out(tmp_path: Path) -> None:
    text = (
        "access:\n  hosts: {sw1: }\n  vars:\n    ansible_user: n\n    ansible_password: !vault x\n    ansible_become_password: '{{ x }}'\n"
        "    ansible_ssh_common_args: -o ProxyCommand='nc proxy %h %p'\n"
        "    switchcorr_password: env:A\n    switchcorr_enable: env:B\n    switchcorr_jump: n@bastion:22\n"
    )
    found = read(write(tmp_path, {"inventory.yml": text})).devices[0]
    assert (found.password, found.enable) == (CredentialReference(Scheme.ENV, "A"), CredentialReference(Scheme.ENV, "B"))
    assert found.jumps == (JumpHop("bastion", 22, "n"),)


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("sw", ["sw"]),
        ("sw[8:10]", ["sw8", "sw9", "sw10"]),
        ("sw[08:10].x", ["sw08.x", "sw09.x", "sw10.x"]),
        ("sw[1:9:4]", ["sw1", "sw5", "sw9"]),
        ("[a:c]1", ["a1", "b1", "c1"]),
        ("sw[:2]", ["sw0", "sw1", "sw2"]),
        ("sw[1:2:0]", []),
        ("sw[01:100]", []),
        ("sw[1:99999][1:99999]", []),
        ("sw[1:999999999]", []),
    ],
)
def test_ranges(pattern: str, names: list[str]) -> None:
    assert expand_ranges(pattern) == names


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("-J a,b", ("a,b", [])),
        ("-Jb@a:22", ("b@a:22", [])),
        ("-o ProxyJump=a -o ProxyJump=none", ("a", [])),
        ("-oProxyJump=b", ("b", [])),
        ("-o 'ProxyCommand ssh -l me -W %h:%p host'", ("me@host", [])),
        ("-o ProxyCommand='ssh -i key -W %h:%p host'", ("", ["ProxyCommand"])),
        ("-o KexAlgorithms=+x -C", ("", ["KexAlgorithms", "-C"])),
        ("'", ("", ["quotes that do not end"])),
        ("-o", ("", [""])),
    ],
)
def test_ways_of_ssh_options(options: str, expected: tuple[str, list[str]]) -> None:
    assert jumps_of_ssh_options(options) == expected
