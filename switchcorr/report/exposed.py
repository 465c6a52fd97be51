"""Which phones of an estate a component carries, as far as their places tell it."""

from __future__ import annotations

from switchcorr.model.campus import Component
from switchcorr.report.estate import Estate


def exposed_phones(estate: Estate, component: Component) -> frozenset[int]:
    """Indices of the phones on a component; empty for kinds that no place tells.

    Modules and their ASICs, switches, uplinks (all phones of their switch), distribution switches and blocks (all phones below, over
    links that carry traffic), call servers, models and firmware.
    """
    kind, id_ = component.kind, component.id
    phones = estate.phones
    if kind in ("module", "asic"):
        number = estate.module_index.get(id_ if kind == "module" else id_.rpartition("/")[0], -2)
        return frozenset(phone for phone, module in enumerate(phones.module) if module == number)
    if kind in ("switch", "chassis", "chain", "uplink", "uplink_bundle"):
        number = estate.switch_index.get(id_.partition(":")[0], -2)
        return frozenset(phone for phone, switch in enumerate(phones.switch) if switch == number)
    if kind in ("distribution", "block"):
        return _below(estate, {estate.switch_index[name] for name in (id_, *id_.split("+")) if name in estate.switch_index})
    columns = {"node": phones.node, "model": phones.model, "firmware": phones.firmware}
    return frozenset(phone for phone, text in enumerate(columns.get(kind, ())) if text == id_)


def _below(estate: Estate, above: set[int]) -> frozenset[int]:
    """Phones on the switches directly below."""
    below = {
        number for number, switch in enumerate(estate.switches) if any(uplink.active and uplink.above in above for uplink in switch.uplinks)
    }
    return frozenset(phone for phone, switch in enumerate(estate.phones.switch) if switch in below)
