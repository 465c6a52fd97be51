"""Where phones are, from elsewhere: what a column is, what a cell means, and what is wrong with a row."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from switchcorr.errors import InputFileError
from switchcorr.model.campus import Component
from switchcorr.model.placement import PlacementEvidence, PlacementState
from switchcorr.topology.placement.locations import Locations, campus_from_locations, parse_locations, read_locations, with_device_groups

A, B, C = "SEP00005E005301", "SEP00005E005302", "SEP00005E005303"


def _parsed(text: str, **more: object) -> Locations:
    return parse_locations(text, source="where.csv", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("glue", [",", ";", "\t"])
def test_any_usual_separator_and_notation_of_a_phone(glue: str) -> None:
    text = "\ufeffPhone,Switch\n00:00:5e:00:53:01,acc-1\nsep00005e005302,acc-2\r\nCTI-1,\n".replace(",", glue)
    assert _parsed(text).rows == {A: {"switch": "acc-1"}, B: {"switch": "acc-2"}, "CTI-1": {}}


@pytest.mark.parametrize("cell", ["0:0:5e:0:53:1", "0x00005E005301", "SEP 00005E005301", "SEP-0000.5E00.5301", "SEP00005E005301 (Lobby)"])
def test_what_people_make_of_a_name_is_that_phone(cell: str) -> None:
    found = _parsed(f"phone,switch\n{cell},acc-1\n")
    assert (found.rows, found.problems) == ({A: {"switch": "acc-1"}}, ())


@pytest.mark.parametrize("cell", ["SEP00005E0053", "SEP0000ZZ005301"])
def test_a_name_with_wrong_digits_is_told(cell: str) -> None:
    found = _parsed(f"phone,switch\n{cell},acc-1\n")
    assert found.rows == {cell: {"switch": "acc-1"}}
    assert found.problems == (
        f"where.csv: line 2: {cell} has not the twelve hexadecimal digits of a phone's name; it is taken as it stands",
    )


def test_other_devices_and_odd_brackets_are_names() -> None:
    assert sorted(_parsed("phone,switch\nlobby (east),a\n((,a\nSIP Trunk (HQ),a\n").rows) == ["((", "SIP Trunk (HQ)", "lobby (east)"]


def test_a_row_that_ends_before_the_phone_and_a_column_without_a_name_cost_themselves_only() -> None:
    found = _parsed(f"switch,,phone\nacc-1,x\nacc-2,x,{A}\n")
    assert (found.rows, found.labels) == ({A: {"switch": "acc-2"}}, {A: {}})
    assert found.problems == ("where.csv: line 2: no phone",)
    assert found.assumptions == ("where.csv: things phones share: switch",)


def test_known_names_are_kinds_and_labels_are_labels() -> None:
    found = _parsed(f"phone,ip,node,User,description,uplink bundle\n{A},192.0.2.1,cm-1,Ann,reception,po-7\n")
    assert found.rows[A] == {"node": "cm-1", "uplink_bundle": "po-7"}
    assert found.labels[A] == {"ip": "192.0.2.1", "user": "Ann", "description": "reception"}
    assert found.assumptions == (
        "where.csv: things phones share: node, uplink_bundle",
        "where.csv: labels, not used to explain: ip, user, description",
    )


def test_extension_and_description_of_a_phone_are_kept_with_its_place() -> None:
    table = f"phone,switch,extension,user,description\n{A},acc-1,4711,Ann,reception\n{B},acc-1,,Ben,\n{C},acc-1,,,\n"
    told = [(one.extension, one.description) for one in campus_from_locations(_parsed(table)).placements]
    assert told == [("4711", "Ann, reception"), ("", "Ben"), ("", "")]


def test_whose_phone_it_is_explains_nothing_unless_it_is_asked_for() -> None:
    table = f"phone,switch,Owner,Department\n{A},acc-1,Ann,sales\n{B},acc-1,Ann,sales\n{C},acc-2,Ben,sales\n"
    found = _parsed(table)
    assert found.rows[A] == {"switch": "acc-1"}
    assert found.assumptions[-1] == "where.csv: labels, not used to explain: owner, department"
    asked = parse_locations(table, source="where.csv", kinds=("owner", "switch"))
    assert asked.rows[A] == {"switch": "acc-1", "owner": "Ann"}
    assert not any("no known meaning" in told for told in asked.assumptions)


def test_columns_of_no_known_meaning_are_told_with_what_is_made_of_them() -> None:
    found = _parsed(f"phone,switch,floor,region\n{A},acc-1,1,north\n{B},acc-1,1,north\n{C},acc-2,2,north\n")
    assert found.rows[A] == {"switch": "acc-1", "floor": "1", "region": "north"}
    (told,) = [words for words in found.assumptions if "no known meaning" in words]
    assert told == (
        "where.csv: of no known meaning: floor, region; each of their values is taken for a part of the network that can fail by itself, with all "
        "phones that have it. Where they are none (people, settings), name the columns that count with --kinds"
    )


def test_an_unknown_column_is_a_kind_unless_almost_all_cells_differ() -> None:
    cells = ["a", "b", "c", "d", "d"]
    rows = "".join(f"SEP00005E0053{n:02d},{cell},{n},\n" for n, cell in enumerate(cells))
    found = _parsed(f"phone,wing,desk,empty\n{rows}")
    assert found.rows["SEP00005E005300"] == {"wing": "a"}
    assert found.labels["SEP00005E005300"] == {"desk": "0"}


def test_the_user_may_decide_what_is_a_kind() -> None:
    found = _parsed(f"phone,switch,desk\n{A},acc-1,7\n", kinds=("desk",))
    assert found.rows[A] == {"desk": "7"}
    with pytest.raises(InputFileError, match="--kinds names no column of the file: floor; found phone, switch, desk"):
        _parsed(f"phone,switch,desk\n{A},acc-1,7\n", kinds=("floor",))


@pytest.mark.parametrize(
    ("column", "cell", "id_"),
    [
        ("module", "3", "acc-12/3"), ("asic", "0", "acc-12/0"), ("module", "B", "acc-12/B"), ("port", "Gi1/0/3", "acc-12:Gi1/0/3"),
        ("port", "3/12", "acc-12:3/12"), ("port", "2:17", "acc-12:2:17"), ("port", "1/A1", "acc-12:1/A1"), ("port", "port1.0.5", "acc-12:port1.0.5"), ("uplink", "Te1/1/1", "acc-12:Te1/1/1"), ("uplink_bundle", "Po1", "acc-12/Po1"), ("module", "acc-12/3", "acc-12/3"),
        ("module", "line card 3", "line card 3"), ("vlan", "110", "110"), ("distribution", "2", "2"), ("power", "3", "3"),
    ],
)  # fmt: skip
def test_a_cell_that_means_nothing_without_its_switch_is_qualified(column: str, cell: str, id_: str) -> None:
    found = _parsed(f"phone,switch,{column}\n{A},acc-12,{cell}\n")
    assert found.rows[A][column] == id_
    assert any("qualified with the row's switch in 1 row" in sentence for sentence in found.assumptions) is (id_ != cell)


def test_a_cell_without_a_switch_stays_as_it_is() -> None:
    assert _parsed(f"phone,module\n{A},3\n").rows[A] == {"module": "3"}


def test_a_phone_that_stands_twice_is_named_with_both_lines() -> None:
    found = _parsed(f"phone,switch,vlan\n{A},acc-1,110\n{B},acc-1,110\n{A},acc-2,110\n{B},acc-1,\n")
    assert found.problems == (
        f"where.csv: line 4: {A} stands in line 2 too with another switch; the later row counts",
        f"where.csv: line 5: {B} stands in line 3 too, saying the same",
    )
    assert found.rows[A] == {"switch": "acc-2", "vlan": "110"}
    assert found.rows[B] == {"switch": "acc-1", "vlan": "110"}


def test_a_bad_row_costs_that_row_and_is_named() -> None:
    found = _parsed(f"phone,switch\n{A},acc-1\n,acc-2\n\n{B},acc-2,x,y\n")
    assert found.problems == (
        "where.csv: line 3: no phone",
        "where.csv: line 5: 4 cells, 2 columns; the cells behind the last column are not used",
    )
    assert found.rows[B] == {"switch": "acc-2"}


def test_a_cell_beyond_all_bounds_costs_its_row() -> None:
    found = _parsed(f"phone,switch\n{A},acc-1\n{B},{'x' * 200_000}\n{C},acc-3\n")
    assert list(found.rows) == [A, C]
    assert "field larger than field limit" in found.problems[0]


def test_many_problems_are_counted_and_some_are_shown() -> None:
    found = _parsed("phone,switch\n" + ",acc-1\n" * 25)
    assert len(found.problems) == 21
    assert found.problems[-1] == "where.csv: 5 more rows with problems"


def test_a_table_of_events_is_refused_unless_somebody_names_its_kinds() -> None:
    events = "time,phone,event,node\n2026-11-19T12:00:00Z,SEP00005E005301,unregistered,cm-1\n"
    with pytest.raises(InputFileError, match="columns event and time are those of an event table") as refused:
        _parsed(events)
    assert "--events" in refused.value.hint
    assert parse_locations(events, source="where.csv", kinds=["node"]).rows == {"SEP00005E005301": {"node": "cm-1"}}


@pytest.mark.parametrize(("text", "found"), [("", "nothing"), ("switch,port\n", "switch, port")])
def test_a_table_without_phones_is_refused(text: str, found: str) -> None:
    with pytest.raises(InputFileError, match=f"line 1: no column 'phone'; found {found}"):
        _parsed(text)


def test_what_a_spreadsheet_made_of_names_and_ports_is_told_and_not_used() -> None:
    found = _parsed(
        f"MAC Address;switch;module;port\n1,58E+09;acc-1;5,0;1\n1,58E+09;acc-1;5,0;2\n'{A};acc-1;5,0;05. Feb\n{B};acc-1;6.00;2/5\n"
    )
    assert found.rows == {
        A: {"switch": "acc-1", "module": "acc-1/5"},
        B: {"switch": "acc-1", "module": "acc-1/6", "port": "acc-1:2/5"},
    }
    assert found.problems == (
        "where.csv: line 2: '1,58E+09': a spreadsheet made a number of it; 2 cells of the column mac_address not used: format the column as text",
        "where.csv: line 4: '05. Feb': a spreadsheet made a date of it; 1 cell of the column port not used: format the column as text",
    )


def test_what_is_known_of_switches_fills_the_rows_of_their_phones() -> None:
    table = _parsed(f"phone,switch,site\n{A},ACC-1.example.org,\n{B},acc-1,east\n{C},,\n")
    rows = with_device_groups(table, {"acc-1": {"site": "north", "power": "p1"}, "acc-2": {"site": "x"}}).rows
    assert rows[A] == {"switch": "ACC-1.example.org", "site": "north", "power": "p1"}
    assert (rows[B]["site"], rows[C]) == ("east", {})


def test_files_that_are_no_tables_or_break_off_are_told(tmp_path: Path) -> None:
    workbook = tmp_path / "where.xlsx"
    workbook.write_bytes(b"PK\x03\x04\x00\x00xl/workbook.xml" * 4)
    with pytest.raises(InputFileError, match=r"is a spreadsheet \(\.xlsx\), not text\. Save its sheet as CSV"):
        read_locations(workbook)
    binary = tmp_path / "where.dat"
    binary.write_bytes(bytes(range(32)) * 40)
    with pytest.raises(InputFileError, match="is binary, not a table"):
        read_locations(binary)
    good = tmp_path / "where.csv"
    good.write_text(f"phone,switch\n{A},acc-1\n")
    assert read_locations(good).rows == {A: {"switch": "acc-1"}}

    whole = gzip.compress(("phone,switch\n" + "".join(f"SEP{n:012X},acc-{n % 7}\n" for n in range(20_000))).encode())
    cut = tmp_path / "where.csv.gz"
    cut.write_bytes(whole[: len(whole) // 2])
    broken = read_locations(cut)
    assert 1_000 < len(broken.rows) < 20_000
    assert "where.csv.gz" in broken.problems[-1]


@pytest.mark.parametrize(
    ("cell", "interface"),
    [("17", "17"), ("1/1/17", "1/1/17"), ("2:17", "2:17"), ("A17", "A17"), ("port1.0.5", "port1.0.5"), ("acc-12:Gi1/0/3", "GigabitEthernet1/0/3"),
     ("ACC-12.example.org:Gi1/0/3", "GigabitEthernet1/0/3"), ("wall socket 4.17", "")],
)  # fmt: skip
def test_a_port_is_called_as_on_its_switch(cell: str, interface: str) -> None:
    (found,) = campus_from_locations(_parsed(f"phone,switch,port\n{A},acc-12,{cell}\n")).placements
    assert str(found.interface or "") == interface


def test_a_campus_of_locations_alone() -> None:
    campus = campus_from_locations(
        _parsed(f"phone,switch,port,module,vlan,mac,ip,node\n{A},acc-1,acc-1:Gi1/0/3,1,110,,192.0.2.1,cm-1\nCTI-1,,,,x,00005e005309,,cm-1\n{B},acc-1,,,,,,\nCTI-2,,,,,nothing,,\n")
    )  # fmt: skip
    first, second = (next(item for item in campus.placements if item.phone == name) for name in (A, "CTI-1"))
    assert (first.device, first.interface, first.module, first.vlan, first.ip) == (
        "acc-1",
        "GigabitEthernet1/0/3",
        "acc-1/1",
        110,
        "192.0.2.1",
    )
    assert [item.evidence for item in first.sightings] == [PlacementEvidence.LOCATIONS]
    assert (second.state, second.vlan, second.mac) == (PlacementState.UNPLACED, None, "00005e005309")
    assert second.reason == "the locations file names no part of the network for it"
    assert next(item for item in campus.placements if item.phone == B).sightings == ()
    assert campus.risk.components["node"] == (Component("node", "cm-1"),)
