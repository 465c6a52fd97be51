"""The example beside the package teaches nothing wrong: we and Nornir itself read it, and so are the examples of the documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from nornir.plugins.inventory.simple import SimpleInventory

from switchcorr.inventory.fields import FIELDS
from switchcorr.inventory.read import read_inventory
from switchcorr.inventory.table import SYNONYMS
from switchcorr.model.inventory import AlgorithmProfile, CredentialReference, Driver, JumpHop, Scheme
from tests.inventory.files import ENVIRONMENT, device, read, write

_ROOT = Path(__file__).parents[2]
_EXAMPLE = _ROOT / "inventory"
_PAGE = (_ROOT / "docs" / "inventory.md").read_text()
_BLOCK = re.compile(r"^`(?P<file>[\w./-]+)`[^\n]*\n\n```\w*\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_example_is_read_without_problems() -> None:
    inventory = read(_EXAMPLE)
    assert inventory.warnings == ()
    assert len(inventory.devices) == 7
    assert inventory.site_concurrency == {"bergen": 4, "oslo": 20}
    assert {found.site for found in inventory.devices} == {"oslo", "bergen"}
    assert all(found.host.startswith("192.0.2.") and found.username == "netops" for found in inventory.devices)
    legacy = device(inventory, "acc-13")
    assert (legacy.algorithms, legacy.enable, legacy.data["building"]) == (
        AlgorithmProfile.LEGACY,
        CredentialReference(Scheme.ENV, "LEGACY_ENABLE"),
        "B",
    )
    hop = JumpHop("192.0.2.250", 22, "netops", CredentialReference(Scheme.KEYRING, "jump-bergen/netops"))
    assert device(inventory, "acc-52").jumps == (hop,)
    assert device(inventory, "core-5").platform == "cisco_nxos"
    assert device(inventory, "core-1").commands == ("show standby brief",)
    assert [found.name for found in inventory.devices if found.algorithms is not AlgorithmProfile.MODERN] == ["acc-13"]


def test_nornir_reads_the_example_too() -> None:
    theirs = SimpleInventory(*(str(_EXAMPLE / f"{stem}.yaml") for stem in ("hosts", "groups", "defaults"))).load()
    for found in read(_EXAMPLE).devices:
        host = theirs.hosts[found.name]
        assert (host.hostname, host.username, host["site"], host.port or 22) == (found.host, found.username, found.site, found.port)
        assert {key: str(value) for key, value in host.items() if key in found.data} == found.data


_EXAMPLES = {found["file"]: found["text"] for found in _BLOCK.finditer(_PAGE)}


@pytest.mark.parametrize("name", [name for name in _EXAMPLES if "/" not in name and name not in ("groups.yaml", "defaults.yaml")])
def test_every_example_of_the_page_is_read(name: str, tmp_path: Path) -> None:
    beside = {other: text for other, text in _EXAMPLES.items() if "/" in other or other in ("groups.yaml", "defaults.yaml")}
    write(tmp_path, {**beside, name: _EXAMPLES[name]}, mode=0o644)
    inventory = read_inventory(str(tmp_path / name), environment=ENVIRONMENT)
    assert inventory.warnings == ()
    assert len(inventory.devices) > 1


def test_the_page_has_an_example_of_every_kind() -> None:
    assert {
        "hosts.yaml",
        "groups.yaml",
        "defaults.yaml",
        "hosts.ini",
        "inventory.yml",
        ".netmiko.yml",
        "switches.csv",
        "switches.txt",
    } <= set(_EXAMPLES)


def test_every_key_choice_and_reference_stands_on_the_page() -> None:
    missing = [name for name in FIELDS if f"| `{name}` |" not in _PAGE]
    missing += [word for kind in (Driver, AlgorithmProfile) for word in kind if f"`{word}`" not in _PAGE]
    missing += [scheme for scheme in Scheme if f"`{scheme}" not in _PAGE]
    missing += [synonym for synonyms in SYNONYMS.values() for synonym in synonyms if f"`{synonym}`" not in _PAGE]
    assert missing == []
