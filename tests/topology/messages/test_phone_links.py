"""Links of phones' ports, as data for whoever compares them with the phones' drops."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from switchcorr.model.campus import Campus, LinkDown, risk_table
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.placement import Placement, PlacementState
from switchcorr.model.tables import Interface, LogMessage
from switchcorr.topology import CampusOptions, Known, SwitchMessage, build_campus, observe_messages
from tests.topology.device_rows import MORNING, cdp_phone, facts, phone, port, snapshot


def _down(name: str, device: str = "acc-1", seconds: int = 0) -> SwitchMessage:
    return SwitchMessage(device, MORNING + timedelta(seconds=seconds), "LINK", "UPDOWN", f"Interface {port(name)}, changed state to down")


def test_a_link_is_that_of_each_phone_at_its_port() -> None:
    row = LogMessage("Nov 22 07:30:00", "LINK", 3, "UPDOWN", f"Interface {port('Gi1/0/2')}, changed state to down")
    device = facts("acc-1", model="C9300-48P", neighbors=(cdp_phone("Gi1/0/1", 1), cdp_phone("Gi1/0/2", 2)), logging=(row,))
    sent = (_down("Gi1/0/1"), _down("Gi1/0/1"), _down("Gi1/0/7"), _down("Gi1/0/1", "acc-9"))
    campus = build_campus([snapshot(device)], CampusOptions(cores=("acc-1",), known=Known(messages=sent)))
    assert campus.link_downs == (
        LinkDown("acc-1", phone(1), MORNING),
        LinkDown("acc-1", phone(2), MORNING - timedelta(minutes=30)),
    )


def test_what_is_counted_from_the_capture_is_not_by_the_clock_of_the_switch() -> None:
    interface = replace(Interface(port("Gi1/0/1")), last_flapped="00:05:00")
    device = facts("acc-1", model="C9300-48P", neighbors=(cdp_phone("Gi1/0/1", 1),), interfaces=(interface,))
    assert build_campus([snapshot(device)], CampusOptions(cores=("acc-1",))).link_downs == ()


def test_without_captures_the_locations_tell_whose_port_it_is() -> None:
    rows = {"SEP00005E005301": {"switch": "acc-1"}, "SEP00005E005302": {"switch": "acc-1"}}
    places = {name: InterfaceName.parse(f"Gi1/0/{number}") for number, name in enumerate(rows, start=1)}
    placements = tuple(Placement(name, PlacementState.PLACED, "acc-1", interface) for name, interface in places.items())
    campus = Campus((), (), placements, risk_table(rows))
    found = observe_messages(campus, [_down("Gi1/0/2", "acc-1.example.org"), _down("Gi1/0/3")])
    assert found.link_downs == (LinkDown("acc-1", "SEP00005E005302", MORNING),)
