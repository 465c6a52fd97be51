"""Syslog files of switches among the event files become facts about parts, with captures and without."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from switchcorr.jobs.correlate import CorrelationOutcome, correlate, end_of
from switchcorr.jobs.inputs.events import switch_messages
from switchcorr.jobs.inputs.request import CampusRequest, CorrelateRequest, Times
from switchcorr.model.event import Event, EventDetail, EventKind, EventLog
from switchcorr.model.incident import EvidenceKind

_NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
_NOW = datetime(2026, 11, 22, tzinfo=UTC)


def _phones(switch: int, slot: int) -> list[str]:
    return [f"SEP00005E{switch:02X}{slot:02X}{n:02X}" for n in range(20)]


def _locations(path: Path) -> Path:
    rows = [
        f"{phone},acc-{switch},acc-{switch}/{slot},acc-{switch}:TenGigabitEthernet1/1/1,cm1"
        for switch in range(1, 6)
        for slot in (3, 4)
        for phone in _phones(switch, slot)
    ]
    path.write_text("\n".join(("phone,switch,module,uplink,node", *rows)) + "\n")
    return path


def _events(path: Path, phones: list[str]) -> Path:
    rows = [f"{_NOON + timedelta(seconds=9 * n):%Y-%m-%dT%H:%M:%SZ},{phone},unregistered,13,cm1" for n, phone in enumerate(phones)]
    path.write_text("\n".join(("time,phone,event,reason,node", *rows)) + "\n")
    return path


def _judged(tmp_path: Path, phones: list[str], syslog: list[str]) -> CorrelationOutcome:
    logs = [_events(tmp_path / "drops.csv", phones)]
    if syslog:
        (tmp_path / "syslog").write_text("\n".join(syslog) + "\n")
        logs.append(tmp_path / "syslog")
    windows = ((_NOON - timedelta(seconds=60), _NOON + timedelta(seconds=180)),)
    campus = CampusRequest(locations=_locations(tmp_path / "locations.csv"))
    return correlate(CorrelateRequest(times=Times(now=_NOW), campus=campus, events=tuple(logs), windows=windows))


def _down(host: str, port: str, at: datetime = _NOON - timedelta(seconds=20)) -> str:
    return f"<189>{at:%b %d %H:%M:%S} {host} 12: {at:%b %d %H:%M:%S} UTC: %LINK-3-UPDOWN: Interface {port}, changed state to down"


@pytest.mark.parametrize("host", ["acc-2", "acc-2.example.org"])
def test_ports_that_went_down_together_speak_for_their_module(tmp_path: Path, host: str) -> None:
    phones = [*_phones(2, 3)[:3], _phones(4, 4)[0]]
    bare = _judged(tmp_path, phones, [])
    told = _judged(tmp_path, phones, [_down(host, f"GigabitEthernet3/{n}") for n in range(1, 7)])
    before, after = (
        next(suspect.probability for suspect in outcome.result.incidents[0].suspects if suspect.component.id == "acc-2/3")
        for outcome in (bare, told)
    )
    assert after > before
    (cause,) = told.result.incidents[0].causes
    flap = next(item for item in cause.evidence_for if "went down together" in item.text)
    assert (cause.component.id, flap.kind) == ("acc-2/3", EvidenceKind.DEVICE_STATE)
    assert 2.5 < flap.weight <= 3.0
    assert not told.missing


def test_an_uplink_that_went_down_is_the_uplinks(tmp_path: Path) -> None:
    told = _judged(tmp_path, [*_phones(2, 3)[:6], *_phones(2, 4)[:6]], [_down("acc-2", "TenGigabitEthernet1/1/1")])
    suspects = {suspect.component.kind: suspect.probability for suspect in told.result.incidents[0].suspects}
    assert suspects["uplink"] > suspects.get("switch", 0.0)


def test_a_flap_of_another_hour_says_nothing(tmp_path: Path) -> None:
    phones = _phones(2, 3)[:6]
    late = [_down("acc-2", f"GigabitEthernet3/{n}", _NOON + timedelta(hours=5)) for n in range(1, 7)]
    (bare,), (told,) = (_judged(tmp_path, phones, syslog).result.incidents for syslog in ([], late))
    assert told.suspects == bare.suspects


def test_a_log_ends_with_its_endpoints_and_not_with_its_switches() -> None:
    log = EventLog()
    assert end_of(log) is None
    log.append(Event(_NOON, EventKind.UNREGISTERED, "SEP00005E005301"))
    log.append(Event(_NOW, EventKind.SWITCH_MESSAGE, detail=EventDetail(alert="LINK-3-UPDOWN", neighbor_device="acc-1")))
    log.append(Event(None, EventKind.UNREGISTERED, "SEP00005E005302"))
    assert end_of(log) == _NOON


def test_rows_that_name_no_switch_or_no_message_are_left_out() -> None:
    log = EventLog()
    for detail in (EventDetail(alert="LINK-3-UPDOWN"), EventDetail(alert="odd", neighbor_device="acc-1"), EventDetail(neighbor_device="a")):
        log.append(Event(_NOON, EventKind.SWITCH_MESSAGE, detail=detail))
    whole = EventDetail(alert="LINK-SP-3-UPDOWN", neighbor_device="acc-1", text="Interface Gi3/1, changed state to down")
    log.append(Event(_NOON, EventKind.SWITCH_MESSAGE, detail=whole))
    log.append(Event(None, EventKind.SWITCH_MESSAGE, detail=whole))
    log.append(Event(_NOON, EventKind.SERVER_ALERT, detail=EventDetail(alert="LINK-3-UPDOWN", neighbor_device="acc-1")))
    (found,) = switch_messages(log)
    assert (found.device, found.facility, found.mnemonic) == ("acc-1", "LINK-SP", "UPDOWN")
