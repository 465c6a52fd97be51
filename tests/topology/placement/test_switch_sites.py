"""A switch of one name in two sites of a table of locations."""

from __future__ import annotations

from collections.abc import Sequence

from switchcorr.topology.placement.locations import Locations, parse_locations

_HEAD = "phone,site,switch,port,module"


def _parsed(*rows: str, head: str = _HEAD, kinds: Sequence[str] = ()) -> Locations:
    return parse_locations("\n".join((head, *rows)), source="where.csv", kinds=kinds)


def _rows(site: str, first: int, *, switch: str = "acc-1", port: str = "Gi1/0/{}", module: str = "{}") -> list[str]:
    return [f"SEP00005E00{first + n:04X},{site},{switch},{port.format(n)},{module.format(1)}" for n in range(1, 5)]


def test_ports_with_phones_of_two_sites_are_two_switches() -> None:
    found = _parsed(*_rows("berlin", 0), *_rows("paris", 32), *_rows("paris", 64, switch="acc-2"), "SEP00005E000099,,acc-1,Gi1/0/1,1")

    assert {row["switch"] for row in found.rows.values()} == {"acc-1~berlin", "acc-1~paris", "acc-2", "acc-1"}
    assert found.rows["SEP00005E000001"] == {
        "site": "berlin", "switch": "acc-1~berlin", "port": "acc-1~berlin:Gi1/0/1", "module": "acc-1~berlin/1",
    }  # fmt: skip
    assert (
        "where.csv: acc-1 is the name of 2 switches, for its ports have phones of several sites: acc-1~berlin, acc-1~paris"
        in found.assumptions
    )


def test_ids_that_name_their_switch_themselves_get_its_name_too() -> None:
    whole = {"port": "acc-1:Gi1/0/{}", "module": "acc-1/{}"}
    found = _parsed(*_rows("berlin", 0, **whole), *_rows("paris", 32, **whole))

    assert found.rows["SEP00005E000021"]["port"] == "acc-1~paris:Gi1/0/1"
    assert found.rows["SEP00005E000021"]["module"] == "acc-1~paris/1"


def test_a_name_of_two_sites_that_no_ports_tell_apart_is_one_switch_and_told() -> None:
    different = _parsed(*_rows("berlin", 0), *_rows("paris", 32, port="Gi2/0/{}"))
    moved = _parsed(*_rows("berlin", 0), *_rows("paris", 32)[:2])

    for found in (different, moved):
        assert {row["switch"] for row in found.rows.values()} == {"acc-1"}
        told = "where.csv: acc-1 (berlin, paris): phones of several sites, taken as one switch; if it is the name of several, give each its own"
        assert told in found.assumptions


def test_sites_that_are_no_kind_tell_nothing() -> None:
    found = _parsed(*_rows("berlin", 0), *_rows("paris", 32), kinds=("switch", "port"))

    assert {row["switch"] for row in found.rows.values()} == {"acc-1"}
    assert not any("several" in told for told in found.assumptions)
