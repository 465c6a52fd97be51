"""What ``doctor`` finds of the inventory and of the references in it."""

from __future__ import annotations

from pathlib import Path

from switchcorr.jobs.doctor.checks import CheckState
from switchcorr.jobs.doctor.fleet import check_credentials, check_inventory, named, read_checked
from switchcorr.jobs.doctor.local import Here
from switchcorr.model.inventory import AlgorithmProfile, CredentialReference, Driver, Inventory, InventoryDevice, JumpHop, Scheme
from switchcorr.settings import Settings

_ENV = CredentialReference(Scheme.ENV, "SW_PASSWORD")
_SECRET = "a-secret-word-1"


def _devices(count: int, **about: object) -> tuple[InventoryDevice, ...]:
    return tuple(
        InventoryDevice(f"acc-{number}", f"192.0.2.{number}", platform="cisco_ios", username="u", **about)  # type: ignore[arg-type]
        for number in range(1, count + 1)
    )


def test_the_inventory_is_counted() -> None:
    old = _devices(1, site="north", algorithms=AlgorithmProfile.LEGACY)
    check = check_inventory(Inventory((*old, InventoryDevice("x", "192.0.2.9")), source="inventory"))
    assert check.state is CheckState.OK
    assert check.found == (
        "2 devices in inventory: 1 cisco_ios, 1 found at the first visit; 1 site; old SSH algorithms permitted for acc-1"
    )


def test_what_somebody_should_know_of_the_inventory_is_a_warning() -> None:
    assert check_inventory(Inventory(())).state is CheckState.FAILED
    told = check_inventory(Inventory(_devices(1), warnings=("hosts.yaml: acc-1.foo is not used",)))
    assert (told.state, "foo is not used" in told.found) == (CheckState.WARNING, True)
    assert "Telnet" in check_inventory(Inventory(_devices(2, driver=Driver.TELNET))).found


def test_an_inventory_that_cannot_be_read_is_a_failed_check(tmp_path: Path) -> None:
    here = Here(Settings(inventory=str(tmp_path / "none")), None, tmp_path, {})
    inventory, check = read_checked(here)
    assert inventory is None
    assert (check.state, "no such file" in check.found, "--inventory" in check.remedy) == (CheckState.FAILED, True, True)


def test_a_reference_that_leads_nowhere_is_named_once_with_its_devices() -> None:
    check = check_credentials(_devices(7, password=_ENV), {})
    assert check.state is CheckState.FAILED
    assert check.found.count("env:SW_PASSWORD: ") == 1
    assert "acc-1, acc-2, acc-3, acc-4, acc-5 and 2 more" in check.found


def test_references_that_lead_to_a_secret_are_counted_and_the_secret_is_not_told() -> None:
    check = check_credentials(_devices(2, password=_ENV, enable=_ENV), {"SW_PASSWORD": _SECRET})
    assert (check.state, check.found) == (CheckState.OK, "every reference leads to a secret: 4 env")
    assert _SECRET not in repr(check)


def test_nobody_is_asked() -> None:
    ask = CredentialReference(Scheme.ASK)
    devices = (*_devices(1, password=ask, enable=ask), *_devices(1, password=_ENV, jumps=(JumpHop("192.0.2.200", password=ask),)))
    check = check_credentials(devices, {"SW_PASSWORD": _SECRET})
    assert (check.state, check.found) == (
        CheckState.OK,
        "every reference leads to a secret: 3 ask, 1 env; typed at the start for acc-1, acc-1",
    )


def test_many_names_are_the_first_few() -> None:
    assert named(["a"]) == "a"
    assert named(list("abcdefg")) == "a, b, c, d, e and 2 more"
