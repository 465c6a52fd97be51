"""CSV, plain lists and .netmiko.yml."""

from __future__ import annotations

from pathlib import Path

import pytest

from switchcorr.model.inventory import AlgorithmProfile, CredentialReference, Driver, JumpHop, Scheme
from tests.inventory.files import device, problems, read, write


def test_csv_in_any_order_and_with_any_usual_names(tmp_path: Path) -> None:
    text = (
        "# exported\nLocation;Device Name;IP Address;Device Type;Power;Algorithm profile;Jump Host;Group;User;Password;community\n"
        'oslo;acc-1;192.0.2.1;cisco_ios;"A1; left";sha1;netops@bastion;access old;me;env:PW;public\n'
        "\n# a comment;x\n;acc-2;192.0.2.2;nxos;;;;;;;\n"
    )
    inventory = read(write(tmp_path, {"switches.csv": text}) / "switches.csv")
    first, second = inventory.devices
    assert (first.name, first.host, first.site, first.platform) == ("acc-1", "192.0.2.1", "oslo", "cisco_ios")
    assert first.data == {"power": "A1; left"}
    assert (first.algorithms, first.groups, first.username) == (AlgorithmProfile.SHA1, ("access", "old"), "me")
    assert (first.jumps, first.password) == ((JumpHop("bastion", 22, "netops"),), CredentialReference(Scheme.ENV, "PW"))
    assert (second.platform, second.site, second.data, second.source) == ("cisco_nxos", "", {}, "switches.csv: acc-2")


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        ("name,hostname", "a,192.0.2.1", ("a", "192.0.2.1")),
        ("hostname,ip", "a,192.0.2.1", ("a", "192.0.2.1")),
        ("hostname\tsite", "a\tx", ("a", "a")),
        ("host,site", "192.0.2.1,x", ("192.0.2.1", "192.0.2.1")),
        ("ip|name", "|sw", ("sw", "sw")),
        ("\ufeffname,ip", "a,192.0.2.1", ("a", "192.0.2.1")),
    ],
)
def test_names_and_addresses_of_csv(tmp_path: Path, header: str, row: str, expected: tuple[str, str]) -> None:
    found = read(write(tmp_path, {"a.csv": f"{header}\n{row}\n"}) / "a.csv").devices
    assert [(device.name, device.host) for device in found] == [expected]


def test_defaults_beside_a_list_fill_what_it_leaves_open(tmp_path: Path) -> None:
    defaults = "username: netops\npassword: env:PW\nplatform: ios\ndata: {site: oslo}\nconnection_options: {switchcorr: {extras: {algorithms: legacy}}}\n"
    lines = "# switches\n192.0.2.1\n192.0.2.2:2222  # odd port\nsw.example.net\n[2001:db8::1]:2222\n2001:db8::2\n"
    inventory = read(write(tmp_path, {"switches.txt": lines, "defaults.yaml": defaults}) / "switches.txt")
    assert [(found.name, found.host, found.port) for found in inventory.devices] == [
        ("192.0.2.1", "192.0.2.1", 22),
        ("192.0.2.2:2222", "192.0.2.2", 2222),
        ("2001:db8::2", "2001:db8::2", 22),
        ("[2001:db8::1]:2222", "2001:db8::1", 2222),
        ("sw.example.net", "sw.example.net", 22),
    ]
    assert read(tmp_path).devices == inventory.devices
    for found in inventory.devices:
        assert (found.username, found.password, found.site) == ("netops", CredentialReference(Scheme.ENV, "PW"), "oslo")
        assert (found.platform, found.algorithms) == ("cisco_ios", AlgorithmProfile.LEGACY)


def test_problems_of_tables(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a.csv": "name,ip,address,port,platform\nacc-1,,192.0.2.1,abc,ios\nAcc-1,,192.0.2.1,22,ios,extra\n,,,,ios\nacc-3,,bad host,,ios\n",
            "b.txt": "192.0.2.1\nnot one word\n-oProxyCommand=x\n192.0.2.1\n",
            "c.csv": 'name,ip\na,"192.0.2.1\n',
        },
    )
    assert problems(tmp_path / "a.csv") == [
        "a.csv: two columns for host (line 1)",
        "a.csv: Acc-1: 6 cells in a table of 5 columns (line 3)",
        "a.csv: acc-1.port: abc: 1 to 65535 expected (line 2)",
        "a.csv: a device without a name (line 4)",
        "a.csv: no address: host (in Nornir's files hostname, in Ansible's ansible_host) is missing (line 4)",
        "a.csv: acc-3.host: 'bad host': an address or a DNS name expected (line 5)",
    ]
    assert [line.split(": ", 1)[1] for line in problems(tmp_path / "b.txt")] == [
        "'not one word': one address or name on a line expected (line 2)",
        "-oProxyCommand=x: a name that begins with a dot, a hyphen or a blank, or ends with a blank (line 3)",
        "-oProxyCommand=x.host: '-oProxyCommand=x': an address or a DNS name expected (line 3)",
        "192.0.2.1: the name '192.0.2.1' stands twice, first in b.txt, line 1 (line 4)",
    ]
    assert problems(tmp_path / "c.csv") == ["c.csv: not CSV: unexpected end of data (line 2)"]


_NETMIKO = """
__meta__: {encryption: true, encryption_type: fernet}
rtr1: &base
  device_type: cisco_ios
  host: 192.0.2.1
  username: netops
  password: env:PW
  secret: env:EN
  fast_cli: true
  key_file: keys/id
  ssh_config_file: x
rtr2:
  <<: *base
  host: 192.0.2.2
  device_type: cisco_nxos_ssh
  port: 2222
  password: __encrypt__abc:def
  use_keys: false
old: {device_type: cisco_ios_telnet, ip: 192.0.2.3, session_log: x}
switches: [rtr1, rtr2]
legacy: [old]
"""


@pytest.mark.parametrize("name", [".netmiko.yml", "netmiko.yml", "tools.yml"])
def test_netmikos_own_file(tmp_path: Path, name: str) -> None:
    write(tmp_path, {name: _NETMIKO})
    inventory = read(tmp_path if "netmiko" in name else tmp_path / name)
    first, second = (device(inventory, f"rtr{number}") for number in (1, 2))
    assert (first.host, first.platform, first.username, first.groups) == ("192.0.2.1", "cisco_ios", "netops", ("switches",))
    assert (first.password, first.enable) == (CredentialReference(Scheme.ENV, "PW"), CredentialReference(Scheme.ENV, "EN"))
    assert first.keys == (tmp_path / "keys/id",)
    assert (second.host, second.port, second.platform, second.password, second.keys) == ("192.0.2.2", 2222, "cisco_nxos", None, ())
    old = device(inventory, "old")
    assert (old.driver, old.port, old.platform, old.groups) == (Driver.TELNET, 23, "cisco_ios", ("legacy",))
    assert inventory.warnings == (
        f"{name}: ssh_config_file: arguments of this name are not used",
        f"{name}: encrypted values are not read, so these devices lack them: rtr2; write references (env:, keyring:, cmd:) (line 2)",
    )


def test_problems_of_netmikos_file(tmp_path: Path) -> None:
    write(tmp_path, {".netmiko.yml": "a: {device_type: cisco_ios, host: 192.0.2.1}\ng: [b, a]\nx: 1\n"})
    assert problems(tmp_path) == [
        ".netmiko.yml: x: text: a device (a mapping) or a group (a list of names) expected (line 3)",
        ".netmiko.yml: g[0]: 'b': no device of this file (line 2)",
    ]
