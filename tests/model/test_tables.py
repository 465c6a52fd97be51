"""Tables have one name each, and a bundle's member carries traffic unless its flag says otherwise."""

from __future__ import annotations

import dataclasses

import pytest

from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.tables import COUNTER_NAMES, DeviceTables, LagMember, Table, TableRow, table_of


def test_every_table_has_its_field() -> None:
    assert {table.value for table in Table} == {field.name for field in dataclasses.fields(DeviceTables)}


@pytest.mark.parametrize("kind", TableRow.__args__)
def test_every_kind_of_row_belongs_to_the_table_that_holds_it(kind: type[TableRow]) -> None:
    table = table_of(object.__new__(kind))
    assert kind.__name__ in str(DeviceTables.__annotations__[table.value])


def test_counter_names_are_unique() -> None:
    assert len(set(COUNTER_NAMES)) == len(COUNTER_NAMES)


def test_members_out_of_a_bundle_carry_nothing() -> None:
    port = InterfaceName.parse("Gi1/1/1")
    assert LagMember(port, "P").bundled
    assert LagMember(port).bundled
    assert not LagMember(port, "D").bundled
