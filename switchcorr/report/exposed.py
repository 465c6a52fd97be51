"""Which phones of an estate a component carries, as far as their places tell it."""

from __future__ import annotations

from switchcorr.model.campus import Component
from switchcorr.report.estate import Estate


def exposed_phones(estate: Estate, component: Component) -> frozenset[int]:
    """Indices of the phones on a component; empty for kinds that no place tells.

    Modules and their ASICs, switches, uplinks (all phones of their switch), distribution switches and blocks (all phones below, over
    links that carry traffic), cores (all phones at any depth), call servers, models and firmware.
    """
    kind, id_ = component.kind, component.id
    phones = estate.phones
    if kind in ("module", "asic"):
        number = estate.module_index.get(id_ if kind == "module" else id_.rpartition("/")[0], -2)
        return frozenset(phone for phone, module in enumerate(phones.module) if module == number)
    if kind in ("switch", "chassis", "chain", "uplink", "uplink_bundle"):
        number = estate.switch_index.get(id_.partition(":")[0], -2)
        return frozenset(phone for phone, switch in enumerate(phones.switch) if switch == number)
    if kind in ("distribution", "block", "core"):
        above = {estate.switch_index[name] for name in (id_, *id_.split("+")) if name in estate.switch_index}
        return _below(estate, above if kind != "core" else _all_below(estate, above))
    columns = {"node": phones.node, "model": phones.model, "firmware": phones.firmware}
    return frozenset(phone for phone, text in enumerate(columns.get(kind, ())) if text == id_)


def _all_below(estate: Estate, above: set[int]) -> set[int]:
    """Some switches, and all that hang from them at any depth."""
    found, size = set(above), 0
    while len(found) > size:
        size = len(found)
        found |= {number for number, one in enumerate(estate.switches) if any(up.active and up.above in found for up in one.uplinks)}
    return found


def _below(estate: Estate, above: set[int]) -> frozenset[int]:
    """Phones on the switches directly below."""
    below = {
        number for number, switch in enumerate(estate.switches) if any(uplink.active and uplink.above in above for uplink in switch.uplinks)
    }
    return frozenset(phone for phone, switch in enumerate(estate.phones.switch) if switch in below)
