"""Changes of counters together with their first sights, and with the names behind their numbers: what undoes them needs both."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, literal, select, true, union_all

from switchcorr.store import schema


def named_changes(wanted: ColumnElement[bool] | None = None, *, after: int = 0) -> CompoundSelect[Any]:
    """Rows of ``device_id``, ``port``, ``counter``, ``at``, ``value``, ``delta`` (0 at first sight) and ``flags``, in no order.

    Args:
        wanted: a condition on ``port``.
        after: only those later than this moment, in milliseconds.
    """
    condition = true() if wanted is None else wanted
    return union_all(*(_named(table).where(table.c.at > after, condition) for table in (schema.counter_change, schema.counter_first)))


def _named(table: Any) -> Select[Any]:
    """The columns of both tables that tell the same."""
    port, counter = schema.port, schema.counter
    delta = table.c.delta if table is schema.counter_change else literal(0)
    return (
        select(
            port.c.device_id,
            port.c.name.label("port"),
            counter.c.name.label("counter"),
            table.c.at,
            table.c.value,
            delta.label("delta"),
            table.c.flags,
        )
        .join_from(table, port, port.c.id == table.c.port_id)
        .join(counter, counter.c.id == table.c.counter_id)
    )
