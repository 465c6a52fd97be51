"""Selection keeps what is meant, and says what matches nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.errors import UsageError
from switchcorr.inventory.selection import select
from switchcorr.model.inventory import Inventory, InventoryDevice

_FLEET = Inventory(
    (
        InventoryDevice("acc-1", "192.0.2.1", site="oslo", groups=("access", "legacy")),
        InventoryDevice("acc-2", "192.0.2.2", site="bergen", groups=("access",), collector="bergen-1"),
        InventoryDevice("acc-10", "2001:db8::10", site="oslo", groups=("access",)),
        InventoryDevice("core-[1]", "core-1.example.net", groups=("core",)),
    ),
    warnings=("one before",),
)


def _names(**options: object) -> list[str]:
    return [device.name for device in select(_FLEET, **options).devices]  # type: ignore[arg-type]  # options of select


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (["acc-1"], ["acc-1"]),
        (["ACC-1,core-[1]"], ["acc-1", "core-[1]"]),
        (["acc-*"], ["acc-1", "acc-2", "acc-10"]),
        (["acc-?"], ["acc-1", "acc-2"]),
        (["192.0.2.0/24", "core-1.example.net"], ["acc-1", "acc-2", "core-[1]"]),
        (["2001:db8::/32"], ["acc-10"]),
        (["192.0.2.2"], ["acc-2"]),
        (["acc-*", "!acc-2", " ! acc-10 "], ["acc-1"]),
        (["!acc-*"], ["core-[1]"]),
        ([" , "], ["acc-1", "acc-2", "acc-10", "core-[1]"]),
    ],
)
def test_limit(limit: list[str], expected: list[str]) -> None:
    assert _names(limit=limit) == expected


def test_options_narrow_each_other() -> None:
    assert _names(groups=["access"], sites=["oslo"]) == ["acc-1", "acc-10"]
    assert _names(groups=["access,core"], sites=["!oslo"], limit=["core*"]) == ["core-[1]"]
    assert _names(groups=["leg*"]) == ["acc-1"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"limit": ["acc-3"]}, "--limit acc-3: no device of the inventory matches. Did you mean acc-2, acc-1, acc-10?"),
        ({"limit": ["acc-1", "!acc-3"]}, "--limit !acc-3: no device"),
        ({"groups": ["acess"]}, "--group acess: no device of the inventory matches. Did you mean access?"),
        ({"sites": ["x"]}, "--site x: no device of the inventory matches. There are: bergen, oslo."),
        ({"limit": ["acc-1"], "sites": ["bergen"]}, "No device is left: each of --limit, --group and --site must let it pass."),
        ({"limit": ["acc-*", "!acc-*"]}, "No device is left"),
        ({"limit": ["acc-2"], "collector": "oslo-1"}, "No device is left for the collector 'oslo-1': acc-2 belong to bergen-1."),
    ],
)
def test_what_matches_nothing_is_told(options: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        _names(**options)
    assert str(caught.value).startswith(message)


def test_other_collectors_devices_are_left_out_with_a_warning() -> None:
    chosen = select(_FLEET, collector="oslo-1")
    assert [device.name for device in chosen.devices] == ["acc-1", "acc-10", "core-[1]"]
    assert chosen.warnings == ("one before", "1 device left out, visited by bergen-1: acc-2")
    assert len(select(_FLEET).devices) == 4


_NAMES = st.lists(
    st.text(alphabet="abcAB-*?[]!1", min_size=1, max_size=5).filter(lambda name: not name.startswith("!")),
    min_size=1,
    unique_by=str.casefold,
)


@given(_NAMES, st.data())
def test_laws_of_selection(names: list[str], data: st.DataObject) -> None:
    inventory = Inventory(tuple(InventoryDevice(name, "192.0.2.1") for name in sorted(names)))
    some = data.draw(st.lists(st.sampled_from(names), min_size=1))
    chosen = select(inventory, limit=some)
    assert select(inventory, limit=names).devices == inventory.devices
    assert select(inventory).devices == inventory.devices
    assert set(some) <= {device.name for device in chosen.devices}
    assert select(chosen, limit=some) == chosen
    assert select(inventory, limit=list(reversed(some))) == chosen
    assert select(inventory, limit=[",".join(some)]) == chosen
    rest = [device for device in inventory.devices if device not in chosen.devices]
    if rest:
        assert list(select(inventory, limit=[f"!{name}" for name in some]).devices) == rest
    else:
        with pytest.raises(UsageError):
            select(inventory, limit=[f"!{name}" for name in some])


@given(st.text(max_size=12))
def test_any_pattern_selects_or_is_refused(pattern: str) -> None:
    try:
        chosen = select(_FLEET, limit=[pattern], groups=[pattern])
    except UsageError:
        return
    assert all(device in _FLEET.devices for device in chosen.devices)
