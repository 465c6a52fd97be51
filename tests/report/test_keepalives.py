"""Keepalives as text of 80 columns, as JSON and as rows."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from switchcorr.model.keepalive import (
    CaptureSide,
    ConnectionRole,
    IntervalSource,
    KeepaliveFate,
    KeepaliveProtocol,
    KeepaliveReport,
    KeepaliveVerdict,
    Party,
)
from switchcorr.packets.keepalives import ReadCapture, report_on
from switchcorr.report.keepalives import KEEPALIVE_COLUMNS, keepalive_rows, keepalives_document, keepalives_text
from switchcorr.report.to_json import json_text
from switchcorr.report.to_text import table_text
from tests.packets.wire import ACK, FIN, RST, START, SYN, Frames, Talk, capture, ethernet, idle, ipv4, sccp, sip_answer, sip_register, tcp

_GOLDEN = Path(__file__).parent / "golden"
_PAGE = Path(__file__).parents[2] / "docs" / "keepalives.md"


def _stalled() -> KeepaliveReport:
    frames = (
        Talk(phone="198.51.100.22", port=53000, seq=500)
        .open()
        .register(name="SEP00005E005302")
        .healthy([31.0 + at for at in range(0, 300, 30)])
        .seen()
    )
    talk = Talk().open().register().healthy([30]).answer(31, payload=sccp(0x9F, b"\x1b[2J\x01\0\0\0"))
    talk.add(31.1, by_phone=True)
    for at in range(60, 300, 30):
        talk.ask(at).add(at + 0.1, by_phone=False)
    talk.add(320, by_phone=True, flags=RST | ACK)
    return report_on(capture([*frames, *talk.seen(), *idle(130)]), None, taken_at=None)


def _both() -> KeepaliveReport:
    talk = Talk(server_port=5060).open()
    for number, at in enumerate((1, 116)):
        talk.ask(at, payload=sip_register(101 + number)).answer(at + 0.01, payload=sip_answer(101 + number)).add(at + 0.05, by_phone=True)
    talk.ask(231, payload=sip_register(103), lost=True).again(231.4)
    alone = Talk(phone="198.51.100.30", seq=1).open().register(name="SEP00005E005309").healthy([30])
    near = capture([*talk.seen(), *alone.seen(), *idle(300, -20)], keep=True)
    far = capture([*talk.seen("server", nat=("203.0.113.9", 31000), offset=-4), *idle(300, -30)], keep=True, name="b.pcap")
    return report_on(near, far, taken_at=None)


@pytest.mark.parametrize(("name", "report"), [("stalled", _stalled()), ("both", _both())], ids=["stalled", "both"])
def test_text_json_and_rows_are_as_reviewed(name: str, report: KeepaliveReport, request: pytest.FixtureRequest) -> None:
    for kind, made in (
        ("txt", keepalives_text(report)),
        ("json", json_text(keepalives_document(report))),
        ("rows.txt", table_text(KEEPALIVE_COLUMNS, keepalive_rows(report))),
    ):
        path = _GOLDEN / f"keepalives_{name}.{kind}"
        if request.config.getoption("--update-golden"):
            path.write_text(made, encoding="utf-8")
        assert made == path.read_text(encoding="utf-8"), f"{path.name}: run with --update-golden and read the difference"


def test_the_text_tells_the_verdict_first_and_problems_before_healthy_phones() -> None:
    text = keepalives_text(_stalled())
    lines = text.splitlines()
    assert lines[0] == "call_server: the call server did not answer (1 of 2 phones)."
    assert max(map(len, lines)) <= 80
    assert text.index("SEP00005E005301") < text.index("1 phone: nothing wrong.")
    assert "SEP00005E005302" not in text
    assert "gave up: the phone after 260 s." in text
    assert "missed: 09:34:20Z, 09:34:50Z, 09:35:20Z, 09:35:50Z, 09:36:20Z, 09:36:50Z and" in text
    assert "interval 30 s by RegisterAck; round trip 6.0 ms (median)" in text
    assert "--other-side" in text
    assert text.isascii()
    assert "\x1b" not in text


def test_the_text_of_both_sides() -> None:
    text = keepalives_text(_both())
    for words in (
        "network: the network lost keepalives",
        "is 4.000 s behind",
        "In one capture only: 1 connection near the phones, 0 near the call server",
        "(lost_to_server)",
        "there 203.0.113.9:31000 (NAT)",
        "2 transmissions lost on the way to the server",
        "by the granted Expires",
    ):
        assert words in re.sub(r"\s+", " ", text), words


def test_what_could_not_be_read_is_told() -> None:
    frames = [(START, ethernet(ipv4("198.51.100.21", "192.0.2.10", 6, tcp(1, 2000, 1, 1, ACK), fragment=1))), *_busy_frames()]
    twice = [*frames, *((at + 0.0001, frame) for at, frame in frames)]
    read = capture(twice)
    text = keepalives_text(report_on(ReadCapture("cut.pcap", read.tracker, "cut short within its last packet"), None, taken_at=None))
    assert "NOT READ TO ITS END: cut short within its last packet." in text
    assert "2 later fragments of IP" in text
    assert "there twice" in re.sub(r"\s+", " ", text)
    empty = keepalives_text(report_on(capture([]), None, taken_at=None))
    assert "a.pcap: no packet." in empty
    assert "No phone: nothing in the capture is SCCP or SIP" in empty


def _busy_frames() -> Frames:
    return Talk().healthy([30, 60, 90]).seen() + idle(95)


def test_many_phones_with_a_problem_are_counted() -> None:
    frames = idle(60)
    for number in range(25):
        talk = Talk(phone=f"198.51.100.{number + 1}", seq=number * 10_000).open().register(name=f"SEP00005E0053{number:02X}").ask(30)
        frames += talk.answer(30.01).add(30.02, by_phone=True).add(40, by_phone=False, flags=FIN | ACK).seen()
    text = keepalives_text(report_on(capture(frames), None, taken_at=None))
    assert "5 more phones with a problem: --format json or csv has them all." in text
    assert text.count("closed_by_server: closed (FIN)") == 20


def test_odd_connections_have_words_for_everything() -> None:
    stand_by = Talk().open().ask(60).add(60.1, by_phone=False).add(70, by_phone=False, flags=RST | ACK)
    text = keepalives_text(report_on(capture(stand_by.seen() + idle(80)), None, taken_at=None))
    assert "sccp (standby)" in text
    assert "interval not known" in text
    late = Talk().open().register().ask(30).add(30.1, by_phone=False).ask(60).answer(70).answer(70.1).add(70.2, by_phone=True).healthy([90])
    told = re.sub(r"\s+", " ", keepalives_text(report_on(capture(late.seen() + idle(100)), None, taken_at=None)))
    assert "3 answered (2 late), 0 unanswered" in told
    measured = Talk().healthy([30, 60, 90])
    assert "as measured" in keepalives_text(report_on(capture(measured.seen() + idle(200)), None, taken_at=None))


def test_the_json_has_the_keys_of_the_page_and_closed_words() -> None:
    page = _PAGE.read_text()
    for report in (_stalled(), _both()):
        document = json.loads(json.dumps(keepalives_document(report)))
        assert document["schema"] == "switchcorr/keepalives/1"
        for name in _keys(document):
            assert f"`{name}`" in page or name in {verdict.value for verdict in KeepaliveVerdict}, name
    for enum in (KeepaliveVerdict, KeepaliveFate, KeepaliveProtocol, ConnectionRole, CaptureSide, IntervalSource, Party):
        assert [word.value for word in enum if f"`{word.value}`" not in page] == []
    assert keepalives_document(_stalled())["clock"] is None


def _keys(value: object) -> set[str]:
    if isinstance(value, dict):
        inner = {key for held in value.values() for key in _keys(held)}
        return {*value, *inner} - {"schema"}
    return {key for held in value for key in _keys(held)} if isinstance(value, list) else set()


@pytest.mark.parametrize("report", [_stalled(), _both()], ids=["one", "both"])
def test_rows_have_a_cell_for_each_column(report: KeepaliveReport) -> None:
    rows = keepalive_rows(report)
    assert {len(row) for row in rows} == {len(KEEPALIVE_COLUMNS)}
    assert len(rows) == sum(len(phone.connections) for phone in report.phones)
    first = dict(zip(KEEPALIVE_COLUMNS, rows[0], strict=True))
    assert first["phone"] == "SEP00005E005301"
    assert int(first["sent"]) == int(first["answered"]) + int(first["unanswered"]) + int(first["open"])


def test_refusals_stand_in_the_json() -> None:
    inner = ipv4("198.51.100.21", "192.0.2.10", 6, tcp(52000, 2000, 1, 1, ACK))[:28]
    icmp = ethernet(ipv4("203.0.113.1", "198.51.100.21", 1, bytes((3, 1)) + bytes(6) + inner))
    talk = Talk().open().ask(1)
    document = keepalives_document(report_on(capture([*talk.seen(), (START + 2, icmp), *idle(30)]), None, taken_at=None))
    assert '"refusal": {"at": "2026-11-22T09:33:22Z", "by": "middlebox", "text": "203.0.113.1: host unreachable"}' in json.dumps(document)
    report = _both()
    alone = replace(report, unmatched=(0, 0), clock=replace(report.clock, offset_s=1.0) if report.clock else None)
    assert "1.000 s ahead (give or take 2.0 ms," in re.sub(r"\s+", " ", keepalives_text(alone))


def test_what_the_other_side_does_not_tell_is_left_out() -> None:
    report = _both()
    phone = next(one for one in report.phones if one.verdict.is_problem)
    (one,) = phone.connections
    assert one.other_side is not None
    bare = replace(one.other_side, copies_lost=0, not_covered=2, phone="", hops_between=None)
    quiet = replace(one, other_side=bare, silent_for_s=None)
    text = keepalives_text(replace(report, phones=(replace(phone, connections=(quiet,)),)))
    told = re.sub(r"\s+", " ", text)
    assert "2 keepalives in both captures; 2 not covered by both." in told
    assert "from the last one" not in told
    lonely = keepalives_text(report_on(capture(Talk().add(1, by_phone=True, flags=SYN).seen() + idle(30)), None, taken_at=None))
    assert "keepalives:" not in lonely
