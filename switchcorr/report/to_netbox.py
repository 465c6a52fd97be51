"""Cables between switches as the rows that NetBox's bulk import of cables takes. Pure.

Columns and values: NetBox's model ``dcim.cable`` and its import form (``side_a_device``, ``side_a_type``...), the same from version 3.3 on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from switchcorr.model.campus import Link, LinkEvidence

CABLE_COLUMNS = ("side_a_device", "side_a_type", "side_a_name", "side_b_device", "side_b_type", "side_b_name", "status")
_INTERFACE = "dcim.interface"


def cable_rows(links: Iterable[Link]) -> tuple[Sequence[tuple[str, ...]], int]:
    """A row for each cable that is certain, sorted, and how many links were left out.

    Certain is a link that both ends name, at two physical interfaces that are the ends of no other link: NetBox refuses a second cable.
    """
    known = list(links)
    ends = Counter(end for link in known for end in ((link.a, link.a_interface), (link.b, link.b_interface)))
    rows = []
    for link in known:
        a, b = link.a_interface, link.b_interface
        if a is None or b is None or link.evidence is not LinkEvidence.MUTUAL_NEIGHBORS or not (a.is_physical and b.is_physical):
            continue
        if ends[link.a, a] == ends[link.b, b] == 1:
            rows.append((link.a, _INTERFACE, str(a), link.b, _INTERFACE, str(b), "connected"))
    return sorted(rows), len(known) - len(rows)
