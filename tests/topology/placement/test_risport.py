"""Answers of the call manager's RISPort, given as locations."""

from __future__ import annotations

from pathlib import Path

import pytest

from switchcorr.errors import InputFileError
from switchcorr.topology.placement.locations import campus_from_locations, parse_locations, read_locations
from switchcorr.topology.placement.risport import is_answer

A, B, C = (f"SEP00005E00530{number}" for number in (1, 2, 3))


def _device(
    name: str, ip: str = "192.0.2.11", *, model: int = 684, load: str = "sip88xx.12-8-1", status: str = "Registered", **more: object
) -> str:
    told = "".join(f"<{field}>{value}</{field}>" for field, value in more.items())
    return (
        f"<item><Name>{name}</Name><IPAddress><item><IP>{ip}</IP><IPAddrType>ipv4</IPAddrType></item><item><IP>2001:db8::1</IP></item></IPAddress>"
        f"<Class>Phone</Class><Model>{model}</Model><Product>504</Product><Status>{status}</Status><Description>Lobby &amp; door, 1</Description>"
        f"<DirNumber>4001-Registered,4002-UnRegistered</DirNumber><Protocol>SIP</Protocol><ActiveLoadID>{load}</ActiveLoadID>{told}</item>\n"
    )


def _answer(*devices: str, node: str = "cm-1", total: int = 0, prefix: str = "ns1:") -> str:
    return f"""<?xml version="1.0" encoding="utf-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>
<{prefix}selectCmDeviceResponse xmlns:ns1="http://schemas.cisco.com/ast/soap"><{prefix}selectCmDeviceReturn><{prefix}SelectCmDeviceResult>
<{prefix}TotalDevicesFound>{total or len(devices)}</{prefix}TotalDevicesFound><{prefix}CmNodes><{prefix}item>
<ReturnCode>Ok</ReturnCode><Name>{node}</Name><{prefix}CmDevices>
{"".join(devices)}</{prefix}CmDevices></{prefix}item></{prefix}CmNodes></{prefix}SelectCmDeviceResult></{prefix}selectCmDeviceReturn>
</{prefix}selectCmDeviceResponse></soapenv:Body></soapenv:Envelope>
"""


@pytest.mark.parametrize("prefix", ["", "ns1:"])
def test_an_answer_tells_models_loads_and_addresses(prefix: str) -> None:
    found = parse_locations(_answer(_device(A), _device(B, "192.0.2.12", model=434, load=""), prefix=prefix), source="ris.xml")
    assert found.rows == {A: {"model": "IP Phone 8851", "firmware": "sip88xx.12-8-1"}, B: {"model": "IP Phone 7942"}}
    assert found.labels[A] == {"ip": "192.0.2.11", "description": "Lobby & door, 1", "extension": "4001,4002"}
    assert found.problems == ()
    assert found.assumptions[0] == "ris.xml: a list of the call manager; columns not used: regstatus, phoneprotocol"
    (place, _) = campus_from_locations(found).placements
    assert (str(place.phone), place.ip, place.extension, place.device) == (A, "192.0.2.11", "4001,4002", "")


def test_what_it_registered_with_stands_in_for_the_active_load() -> None:
    found = parse_locations(_answer(_device(A, load="", LoadID="sip88xx.11-0", InactiveLoadID="sip88xx.10-1")), source="ris.xml")
    assert found.rows[A]["firmware"] == "sip88xx.11-0"


def test_of_a_phone_at_two_nodes_the_newest_entry_counts() -> None:
    gone = _device(A, "192.0.2.11", status="UnRegistered", TimeStamp=1_700_000_000)
    here = _device(A, "192.0.2.77", load="sip88xx.14-2", TimeStamp=1_700_000_900)
    for answers in (_answer(here) + _answer(gone, node="cm-2"), _answer(gone) + _answer(here, node="cm-2")):
        found = parse_locations(answers, source="ris.xml")
        assert (found.rows[A]["firmware"], found.labels[A]["ip"]) == ("sip88xx.14-2", "192.0.2.77")
    untimed = _answer(_device(A, "192.0.2.77"), _device(A, "192.0.2.11", status="UnRegistered", TimeStamp="soon"))
    assert parse_locations(untimed, source="ris.xml").labels[A]["ip"] == "192.0.2.77"


def test_answers_may_stand_one_after_the_other_and_behind_what_a_program_printed() -> None:
    text = "HTTP/1.1 200 OK\nContent-Type: text/xml\n\n" + _answer(_device(A)) + "\n" + _answer(_device(B), total=2)
    found = parse_locations(text, source="ris.xml")
    assert set(found.rows) == {A, B}
    assert found.problems == ()
    part = "<CmDevices>" + _device(C) + "</CmDevices>"
    assert set(parse_locations(part, source="ris.xml").rows) == {C}


def test_the_status_of_a_line_is_not_that_of_its_phone() -> None:
    lines = "<item><DirectoryNumber>4001</DirectoryNumber><Status>Registered</Status><Name>x</Name></item>"
    left = _device(A, "192.0.2.11", status="UnRegistered", LinesStatus=lines)
    assert parse_locations(_answer(_device(A, "192.0.2.9"), left), source="ris.xml").labels[A]["ip"] == "192.0.2.9"


def test_what_is_no_phone_and_what_is_missing_is_told() -> None:
    trunk = _device("trunk-1").replace("<Class>Phone</Class>", "<Class>SIP Trunk</Class>")
    found = parse_locations(_answer(_device(A), trunk, _device(""), total=1_204), source="ris.xml")
    assert set(found.rows) == {A}
    assert found.problems == (
        "ris.xml: line 8: a device without a name",
        "ris.xml: 1 device of other classes than Phone not used",
        "ris.xml: holds 2 of the 1,204 devices that were found: ask for the next ones and append the answers",
    )


def test_what_stands_before_a_damaged_place_is_used() -> None:
    whole = _answer(_device(A), _device(B, "192.0.2.12"), _device(C))
    cut = whole[: whole.index(C) + 40]
    found = parse_locations(cut, source="ris.xml")
    assert set(found.rows) == {A, B}
    assert found.problems == ("ris.xml: line 8: the XML is damaged or breaks off (unclosed token); what stands before it is used",)
    torn = parse_locations(cut + whole.replace(A, "SEP00005E005309"), source="ris.xml")
    assert set(torn.rows) == {A, B, C, "SEP00005E005309"}
    assert "damaged or breaks off" in torn.problems[0]


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "http://192.0.2.1/">]>',
    ],
)
def test_declarations_are_refused(declared: str) -> None:
    text = _answer(_device(A)).replace("<soapenv:Envelope", f"{declared}\n<soapenv:Envelope", 1)
    with pytest.raises(InputFileError, match="declares a document type"):
        parse_locations(text, source="ris.xml")
    with pytest.raises(InputFileError, match="declares a document type"):
        parse_locations(f"{declared}<CmDevices>{_device(A)}</CmDevices>", source="ris.xml")


def test_an_answer_that_is_cut_anywhere_gives_its_whole_devices_or_is_refused() -> None:
    whole, names = _answer(_device(A), _device(B)), {A, B}
    for end in range(len(whole)):
        try:
            assert set(parse_locations(whole[:end], source="ris.xml").rows) <= names
        except InputFileError:
            assert whole[:end].count("</item>\n") == 0


def test_a_file_of_nothing_but_damage_is_told_of_in_a_few_lines() -> None:
    found = parse_locations(_answer(_device(A)) + "<Envelope><x>\n" * 3_000, source="ris.xml")
    assert set(found.rows) == {A}
    assert len(found.problems) == 20


def test_a_refusal_and_an_answer_without_devices_are_told(tmp_path: Path) -> None:
    envelope = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>{}</s:Body></s:Envelope>'
    fault = envelope.format(
        "<s:Fault><faultcode>s:Server</faultcode><faultstring>Exceeded allowed rate for Reatime information</faultstring></s:Fault>"
    )
    with pytest.raises(InputFileError, match=r"ris\.xml: the call manager refused the question: Exceeded allowed rate"):
        parse_locations(fault, source="ris.xml")
    with pytest.raises(InputFileError, match="a SOAP answer without any device of selectCmDevice"):
        parse_locations(envelope.format(""), source="ris.xml")
    path = tmp_path / "page.html"
    path.write_text("<html><body>Login</body></html>")
    with pytest.raises(InputFileError, match="is HTML or XML, not CSV"):
        read_locations(path)
    assert not is_answer("phone,switch\n")
