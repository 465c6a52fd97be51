"""How components read in a sentence, and how a set of them of which it is one that nothing tells from the others."""

from __future__ import annotations

from collections.abc import Sequence

from switchcorr.model.campus import Component, Domain, risk_kind
from switchcorr.text import counted, first_few, percent

MOST_NAMED = 3
"""So many that may be meant are all named; of more the first."""


def component_name(component: Component) -> str:
    """A component for people: its label, else its kind and id."""
    return component.label or f"{risk_kind(component.kind).noun} {component.id}"


def one_of(names: Sequence[str]) -> str:
    """Names of what has the same phones, joined.

    >>> one_of(["a", "b", "c"]), one_of(["a", "b", "c", "d"])
    ('a, b or c', 'a or one of 3 more with the same phones')
    """
    if len(names) > MOST_NAMED:
        return f"{names[0]} or one of {len(names) - 1:,} more with the same phones"
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else "".join(names)


def all_of(names: Sequence[str]) -> str:
    """Some names, all of them meant.

    >>> all_of(["VLAN 110", "site north", "device pool DP-A"])
    'VLAN 110, site north and device pool DP-A'
    """
    return " and ".join([", ".join(names[:-1]), *names[-1:]]) if len(names) > 1 else "".join(names)


def unlocated_part(within: Sequence[Component], above: Sequence[Component] = ()) -> str:
    """A part of the network that no location names: within components with the same phones, shared by several of one kind, or anywhere.

    >>> unlocated_part([]), unlocated_part([Component("site", "north")])
    ('a part of the network that no location names', 'a part of the network within site north that no location names')
    >>> unlocated_part([Component("node", "cm-sub2")])
    'a part of the network among the phones of CallManager node cm-sub2 that no location names'
    >>> unlocated_part([], [Component("switch", f"acc-{number}") for number in range(1, 6)])
    'a part of the network shared by 5 switches (acc-1, acc-2, acc-3 and 2 more) that no location names'
    """
    near = all(risk_kind(one.kind).domain in (Domain.NETWORK, Domain.WAN_OR_NAT) for one in within)
    names = f" {'within' if near else 'among the phones of'} {all_of([component_name(one) for one in within])}"
    place = names if within else f" shared by {several(above)}" if above else ""
    return f"a part of the network{place} that no location names"


def several(components: Sequence[Component]) -> str:
    """How many components of one kind, and the first of them.

    >>> several([Component("subnet", "10.1.1.0/24"), Component("subnet", "10.1.2.0/24")])
    '2 subnets (10.1.1.0/24, 10.1.2.0/24)'
    """
    return f"{counted(len(components), risk_kind(components[0].kind).noun)} ({first_few([one.id for one in components], MOST_NAMED)})"


def either(components: Sequence[Component]) -> str:
    """One of some components, and not known which; the members of a bundle count as one of them.

    >>> either([Component("switch", "acc-1"), Component("vlan", "101"), Component("site", "north")])
    'switch acc-1, VLAN 101 or site north'
    >>> either([Component("uplink", "acc-1:Te3/1"), Component("uplink", "acc-1:Te3/2")])
    'uplink acc-1:Te3/1 or Te3/2'
    """
    groups: dict[object, list[Component]] = {}
    for component in components:
        is_link = component.kind == "uplink" and not component.label and ":" in component.id
        groups.setdefault(component.id.partition(":")[0] if is_link else component, []).append(component)
    if len(groups) > MOST_NAMED:
        first = next(iter(groups.values()))
        return f"{_group(first)} or one of {len(components) - len(first):,} more with the same phones"
    return one_of([_group(members) for members in groups.values()])


def led_by(component: Component, as_likely: Sequence[Component], less_likely: Sequence[Component] = (), p_less_likely: float = 0.0) -> str:
    """A component with those that have the same phones: what is as likely as it is joined to it, what something speaks against follows.

    >>> led_by(Component("switch", "acc-1"), [], [Component("vlan", "101"), Component("site", "north")], 0.04)
    'switch acc-1 (less likely, 4 %: VLAN 101 or site north)'
    """
    less = f" (less likely, {percent(p_less_likely)}: {either(less_likely)})" if less_likely else ""
    return f"{either([component, *as_likely])}{less}"


def _group(members: Sequence[Component]) -> str:
    """One component, or the members of a bundle with the name of their switch said once."""
    first, *others = members
    return one_of([component_name(first), *(other.id.partition(":")[2] for other in others)])
