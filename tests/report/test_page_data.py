"""What the script works on: every phone, switch, port and event of the estate can be read back from the blocks."""

from __future__ import annotations

import itertools
import json
import math
from array import array
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.model.campus import Component
from switchcorr.report import page_data
from switchcorr.report.blocks import Block
from switchcorr.report.estate import Estate, LogColumns, LogKind, PhoneColumns
from switchcorr.report.estate_build import make_estate
from switchcorr.report.page import page_view
from switchcorr.report.page_data import CauseTag, page_blocks, span_note
from switchcorr.report.redact import redacted
from tests.report.campuses import made_campus, made_result
from tests.report.results import correlation, estate
from tests.report.unpacked import descriptions, unpacked, words


def _read(shown: Estate) -> dict[str, dict[str, Any]]:
    return {name: unpacked(block) for name, block in page_blocks(shown).items()}


@given(st.lists(st.integers(0, 2**32 - 1)), st.lists(st.integers(0, 2**31 - 1)), st.lists(st.text()))
def test_columns_come_back_as_they_went_in(plain: list[int], near: list[int], texts: list[str]) -> None:
    block = Block()
    block.numbers("plain", plain)
    block.differences("near", near)
    block.words("words", texts)
    block.texts("texts", texts)
    read = unpacked(block.packed())
    assert (read["plain"], read["near"]) == (plain, near)
    assert len(words(read, "words")) == len(texts)
    assert all(text.isprintable() or not {*text} & {*"\0\n\x1b\u202e"} for text in words(read, "words"))
    assert len(read["texts"].split("\n")) == max(len(texts), 1)


@pytest.mark.parametrize("number", [-1, 2**32])
def test_a_number_that_fits_no_column_is_an_error_that_names_it(number: int) -> None:
    with pytest.raises(ValueError, match="column place"):
        Block().numbers("place", [1, number])


def test_the_same_estate_gives_the_same_blocks_and_gzip_holds_no_clock() -> None:
    _, shown = estate(Component("module", "s01-acc01/2"))
    assert page_blocks(shown) == page_blocks(shown)
    assert page_blocks(shown)["core"].startswith("H4sIAAAAAA")  # magic, method, no flags, four bytes of time 0


def test_every_phone_can_be_read_back() -> None:
    _, shown = estate(Component("module", "s01-acc01/2"))
    read = _read(shown)
    core, ids, txt = read["core"], read["ids"], read["txt"]
    pieces = zip(words(ids, "prefix"), words(ids, "vendor"), ids["mac"], strict=True)
    names = [f"{prefix[1:]}{vendor}{low:06X}" if prefix else ids["odd"][low] for prefix, vendor, low in pieces]
    assert sorted(names) == list(shown.phones.name)
    order = [shown.phone_index[name] for name in names]
    columns, last = shown.phones, len(shown.modules)
    assert core["module"] == [columns.module[phone] % (last + 1) for phone in order] == sorted(core["module"])
    assert core["position"] == [columns.position[phone] for phone in order]
    addresses = [net if host == 256 else f"{net}.{host}" for net, host in zip(words(ids, "net"), ids["host"], strict=True)]
    assert addresses == [columns.ip[phone] for phone in order]
    interfaces = [f"{word[1:]}{at if word[0] == '+' else ''}" for word, at in zip(words(ids, "interface"), core["position"], strict=True)]
    assert interfaces == [columns.interface[phone] for phone in order]
    assert words(ids, "node") == [columns.node[phone] for phone in order]
    assert descriptions(txt) == [columns.description[phone] for phone in order]


def test_every_loss_can_be_read_back() -> None:
    module = Component("module", "s01-acc01/2")
    _, shown = estate(module, Component("switch", "s01-acc01"), module)
    read = _read(shown)
    core, ids, losses = read["core"], read["ids"], shown.losses
    assert core["lossPhone"] == sorted(core["lossPhone"])
    moments = [core["base"] + since for since in ids["lostAt"]]
    backs = [core["base"] + since - 1 if since else 0 for since in ids["backAt"]]
    names = [
        f"{prefix[1:]}{vendor}{low:06X}" for prefix, vendor, low in zip(words(ids, "prefix"), words(ids, "vendor"), ids["mac"], strict=True)
    ]
    rows = zip(
        core["lossPhone"], core["lossIncident"], core["lossCause"], core["lossState"], moments, backs, words(ids, "reason"), strict=True
    )
    made = [
        (
            shown.phones.name[phone],
            losses.incident[row],
            losses.cause[row],
            losses.state[row],
            int(losses.lost_at[row]),
            0 if math.isnan(losses.back_at[row]) else int(losses.back_at[row]),
            losses.reason[row],
        )
        for row, phone in enumerate(losses.phone)
    ]
    assert sorted((names[place], *row) for place, *row in rows) == sorted(made)
    assert max(losses.cause) == 3
    again = [row for row, (one, other) in enumerate(itertools.pairwise(core["lossPhone"])) if one == other]
    assert len(again) > 3
    assert all(moments[row] <= moments[row + 1] for row in again)


def test_every_event_and_port_can_be_read_back() -> None:
    _, shown = estate(Component("switch", "s01-acc02"))
    read = _read(shown)
    core, ev, ports = read["core"], read["ev"], read["ports"]
    assert [core["base"] + since for since in ev["time"]] == [int(time) for time in shown.log.time]
    assert ev["kind"] == list(shown.log.kind)
    assert [core["module"][phone] for phone in ev["phone"]] == [
        shown.phones.module[phone] % (len(shown.modules) + 1) for phone in shown.log.phone
    ]
    flat = [(module, port) for module in sorted(shown.ports) for port in shown.ports[module]]
    assert ports["portModule"] == [module for module, _ in flat]
    assert [errors - 1 for errors in ports["portErrors"]] == [port.errors for _, port in flat]
    assert words(ports, "portCounter") == [port.counter for _, port in flat]
    assert ports["portGrown"] == [port.grown for _, port in flat]
    assert {words(ports, "portInterface")[row] for row, up in enumerate(ports["portUp"]) if up} == {
        "+TenGigabitEthernet1/1/",
        "+TenGigabitEthernet2/1/",
    }


def test_switches_stand_where_the_map_has_them_and_those_above_nowhere() -> None:
    _, shown = estate(Component("switch", "s01-acc02"))
    core = unpacked(page_blocks(shown, [CauseTag("switch s01-acc02", "c-hw")], [2])["core"])
    off = {name for name, x in zip(core["switchName"].split("\n"), core["switchX"], strict=True) if not x}
    assert off == {"core-1", "s01-dista", "s01-distb", "s02-dista", "s02-distb"}
    assert (core["causes"], core["framed"]) == ([["switch s01-acc02", "c-hw"]], [2])


def test_odd_names_and_addresses_stand_whole() -> None:
    names = ("", "An-Analog\u202e", "CSF_ada", "SEP00005e0053aa", "SEP00005E0053AA", "x1_2_3_4_5_6_7")
    addresses = ("", "192.0.2.007", "2001:db8::1", "192.0.2.1", "192.0.2.300", "1.\u0663")
    count = len(names)
    zeros = array("i", [0] * count)
    phones = PhoneColumns(
        name=names, switch=array("i", [-1] * count), module=array("i", [-1] * count), position=zeros, vlan=array("i", [-1] * count), interface=("",) * count,
        ip=addresses, node=("",) * count, description=("a\nb", "Ada 12345", "007", "x", "9" * 30, "x0"), extension=("", "4711", "0815", "+49 30 123-45", "8.4711", "x"), model=("",) * count, firmware=("",) * count, why_unplaced=("gone",) * count,
    )  # fmt: skip
    read = _read(Estate(whole=False, phones=phones))
    assert read["ids"]["odd"] == ["", "An-Analog\\u202e", "CSF_ada", "SEP00005e0053aa", "x1_2_3_4_5_6_7"]
    assert read["ids"]["host"] == [256, 256, 256, 1, 256, 256]
    assert words(read["ids"], "net")[1:3] == ["192.0.2.007", "2001:db8::1"]
    assert descriptions(read["txt"]) == ["a\\x0ab", "Ada 12345", "007", "x", "9" * 30, "x0"]
    assert words(read["txt"], "headFirst") == ["a\\x0ab", "Ada ", "00", "x", "9" * 30, "x0"]
    assert descriptions(read["txt"], "line", "lineTail") == ["", "4711", "0815", "+49 30 123-45", "8.4711", "x"]
    assert read["txt"]["lineTail"][:2] == [0, 4712]
    assert words(read["txt"], "why") == ["gone"] * count
    assert read["core"]["base"] == 0


def test_very_many_events_become_counts_and_the_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    result, shown = estate(Component("module", "s01-acc01/2"))
    assert span_note(shown) == ""
    assert not any("counted by module" in note for note in page_view(result, shown).notes)
    monkeypatch.setattr(page_data, "MOST_EVENTS", 20)
    ev = _read(shown)["ev"]
    assert ev["bin"] == page_data.BIN_SECONDS
    assert sum(ev["count"]) == sum(kind == LogKind.LOST for kind in shown.log.kind) > 0
    assert all(time % page_data.BIN_SECONDS == 0 for time in ev["time"])
    assert "counted by module in steps of 10 s" in span_note(shown)
    assert span_note(shown) in page_view(result, shown).notes


def test_an_answer_alone_has_blocks_too() -> None:
    read = _read(make_estate(correlation()))
    assert len(read["core"]["position"]) == len(make_estate(correlation()).phones)
    assert read["ports"]["portModule"] == []


def test_events_of_phones_that_are_not_known_are_left_out() -> None:
    _, shown = estate()
    odd = replace(shown, log=LogColumns(array("d", [shown.start]), array("i", [-1]), array("b", [LogKind.LOST])))
    assert _read(odd)["ev"]["time"] == []


def test_nothing_of_the_originals_is_in_the_blocks_of_a_redacted_report() -> None:
    made = made_campus(sites=2, switches=3, modules=2, phones=6)
    result = made_result(made, Component("module", "s01-acc01/2"))
    hidden = redacted(result, campus=made.campus, log=made.log)
    read = _read(make_estate(hidden.result, campus=hidden.campus, log=hidden.log, ports=made.ports))
    assert read["ids"]["vendorWords"] == [""]  # no name ends in a MAC
    pools = made.log.pools
    texts = json.dumps(list(read.values()))
    alerts = {detail.alert for detail in made.log.details.values()}
    originals = [*pools.names.texts, *pools.ips.texts, *(text for text in pools.descriptions.texts if text not in alerts)]
    assert len(originals) > 100
    assert [original for original in originals if original in texts] == []


def test_a_place_costs_few_bytes() -> None:
    made = made_campus(sites=4, switches=10, modules=2, phones=24)
    shown = make_estate(made_result(made, Component("module", "s01-acc01/2")), campus=made.campus, log=made.log, ports=made.ports)
    sizes = {name: len(block) for name, block in page_blocks(shown).items()}
    assert len(shown.phones) > 1900
    assert sizes["core"] + sizes["ports"] < 8 * len(shown.phones), sizes
    assert json.dumps(sorted(sizes)) == '["core", "ev", "ids", "ports", "txt"]'
