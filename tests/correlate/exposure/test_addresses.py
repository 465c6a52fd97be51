"""What the addresses of a log tell: phones behind one, and guessed subnets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from switchcorr.correlate.exposure.table import Exposure, expose
from switchcorr.model.campus import empty_campus
from switchcorr.model.event import Event, EventKind, EventLog
from switchcorr.topology.placement.locations import Locations, campus_from_locations
from tests.correlate.scenes import NOON, alert, campus_of, drop, log_of, phone, rows_of

_ROWS = {name: {"switch": row["switch"]} for name, row in rows_of(3, 2, 10).items()}
_HERE = {phone(number): f"10.1.{number // 20}.{number}" for number in range(60)}


def _at(name: str, ip: str, *, minutes: float = 0.0, moment: datetime | None = NOON) -> Event:
    return replace(drop(name, NOON), ip=ip, time=moment + timedelta(minutes=minutes) if moment else None)


def _log(addresses: Mapping[str, str], *further: Event) -> EventLog:
    """Phones that drop one after the other, ten minutes apart."""
    return log_of([*(_at(name, ip, minutes=10 * place) for place, (name, ip) in enumerate(addresses.items())), *further])


def _of(exposure: Exposure, kind: str) -> dict[str, str]:
    """The component of each phone that has one."""
    if kind not in exposure.kinds:
        return {}
    column = exposure.members[:, exposure.kinds.index(kind)].tolist()
    return {name: exposure.components[number].id for name, number in zip(exposure.phones, column, strict=True) if number >= 0}


def _behind(*events: Event) -> dict[str, str]:
    return _of(expose(_log(_HERE, *events), campus_of(_ROWS)), "site")


def test_phones_without_a_place_that_have_one_address_at_once_are_behind_it() -> None:
    together = [_at(phone(100 + number), "203.0.113.9", minutes=15 * number) for number in range(4)]
    assert _behind(*together) == {phone(100 + number): "behind 203.0.113.9" for number in range(4)}
    exposure = expose(_log(_HERE, *together), campus_of(_ROWS))
    assert (
        "4 phones stand behind 1 address that they have at the same time (NAT or a proxy): that is taken for a site" in exposure.assumptions
    )
    assert not exposure.located[exposure.row_of[phone(100)]]


def test_a_lease_that_goes_from_phone_to_phone_is_no_nat() -> None:
    assert _behind(*(_at(phone(100 + number), "10.9.9.9", minutes=45 * number) for number in range(6))) == {}
    assert _behind(*(_at(phone(100 + number), "10.9.9.9") for number in range(2))) == {}
    assert _behind(*(_at(phone(100), "10.9.9.9", minutes=number) for number in range(6))) == {}
    often = [
        _at(phone(100 + number % 3), "10.9.9.9", minutes=20 * number + 70 * (number > 3) + 70 * (number > 4)) for number in (0, 3, 4, 5)
    ]
    assert _behind(*often) == {}


def test_a_phone_is_where_it_mostly_dropped_and_not_where_it_came_back() -> None:
    together = [_at(phone(100 + number), "203.0.113.9") for number in range(4)]
    moved = [_at(phone(101), "10.1.0.99", minutes=minutes) for minutes in (600, 700)]
    assert set(_behind(*moved, *together)) == {phone(100), phone(102), phone(103)}
    assert set(_behind(moved[0], *together)) == {phone(100 + number) for number in range(4)}  # of two the first
    back = [
        replace(_at(phone(100 + number), "10.1.0.99", minutes=5 + again), kind=EventKind.REGISTERED)
        for number in range(4)
        for again in (0, 1)
    ]
    assert set(_behind(*back, *together)) == {phone(100 + number) for number in range(4)}
    never_dropped = [replace(_at(phone(110 + number), "203.0.113.10"), kind=EventKind.REGISTERED) for number in range(4)]
    assert set(_behind(*never_dropped)) == {phone(110 + number) for number in range(4)}


def test_where_a_phone_is_known_to_be_stands_against_its_address() -> None:
    assert _behind(*(_at(phone(number), "203.0.113.9", minutes=1) for number in range(4))) == {}
    sites = {phone(100 + number): {"site": "branch"} for number in range(4)}
    log = _log(_HERE, *(_at(name, "203.0.113.9") for name in sites))
    assert _of(expose(log, campus_of(_ROWS | sites)), "site") == dict.fromkeys(sites, "branch")


def test_devices_without_a_port_share_the_address_of_their_server() -> None:
    assert _behind(*(_at(f"CTI-{number}", "203.0.113.9") for number in range(9))) == {}


def test_an_address_of_nearly_all_phones_tells_nothing() -> None:
    exposure = expose(log_of(_at(name, "192.0.2.7") for name in _HERE), empty_campus())
    assert _of(exposure, "site") == _of(exposure, "subnet") == {}


def test_several_addresses_are_several_sites_and_times_must_tell_it() -> None:
    behind = {phone(100 + number): f"203.0.113.{number % 2}" for number in range(8)}
    exposure = expose(_log(_HERE, *(_at(name, ip) for name, ip in behind.items())), campus_of(_ROWS))
    assert _of(exposure, "site") == {name: f"behind {ip}" for name, ip in behind.items()}
    assert any(sentence.startswith("8 phones stand behind 2 addresses, each of which") for sentence in exposure.assumptions)
    assert _behind(*(_at(name, ip, moment=None) for name, ip in behind.items())) == {}


def test_subnets_are_guessed_where_nothing_tells_of_places() -> None:
    six = {phone(200 + number): f"2001:db8:0:{number % 2}::{number:x}" for number in range(6)}
    exposure = expose(_log(_HERE | six, alert(NOON)), empty_campus())
    found = _of(exposure, "subnet")
    assert found[phone(0)] == found[phone(19)] == "10.1.0.0/24"
    assert found[phone(20)] == "10.1.1.0/24"
    assert found[phone(201)] == found[phone(203)] == "2001:db8:0:1::/64"
    assert "the subnets of 66 phones are guessed: addresses that agree in 24 bits (64 of IPv6)" in exposure.assumptions
    assert not exposure.located.any()


def test_a_list_of_all_phones_tells_of_those_that_stayed() -> None:
    """With the log of one incident alone no subnet is guessed."""
    phones = {phone(number): f"10.1.{number // 20}.{number}" for number in range(60)}
    campus = campus_from_locations(Locations({name: {} for name in phones}, {name: {"ip": ip} for name, ip in phones.items()}))
    incident = [_at(name, ip, minutes=number / 30) for number, (name, ip) in enumerate(phones.items()) if number < 20]
    found = _of(expose(log_of(incident), campus), "subnet")
    assert found == {name: f"10.1.{number // 20}.0/24" for number, name in enumerate(phones)}
    moved = [_at(phone(0), "10.1.2.77")]
    assert _of(expose(log_of([*incident[1:], *moved]), campus), "subnet")[phone(0)] == "10.1.2.0/24"


def test_a_list_tells_which_phones_stand_behind_one_address_and_wrong_addresses_nothing() -> None:
    phones = {phone(number): f"10.1.{number // 20}.{number}" for number in range(40)}
    behind = {phone(100 + number): "203.0.113.9" for number in range(4)} | {"CTI-1": "203.0.113.9"}
    wrong = {phone(110): "unknown", phone(111): "0xC0000201"} | {phone(112 + number): "0.0.0.0" for number in range(4)}
    rows = phones | behind | wrong
    campus = campus_from_locations(Locations({name: {} for name in rows}, {name: {"ip": ip} for name, ip in rows.items()}))
    exposure = expose(log_of([drop(phone(0), NOON)]), campus)
    assert _of(exposure, "site") == {name: "behind 203.0.113.9" for name in behind if name != "CTI-1"}
    assert set(_of(exposure, "subnet")) == set(phones)


def test_no_subnet_is_guessed_from_the_log_of_one_incident() -> None:
    """All phones of which it tells have dropped, whatever they share."""
    once = [_at(name, ip, minutes=number / 30) for number, (name, ip) in enumerate(_HERE.items())]
    back = [replace(event, kind=EventKind.REGISTERED, time=event.time + timedelta(minutes=20)) for event in once if event.time]
    assert _of(expose(log_of([*once, *back]), empty_campus()), "subnet") == {}
    again = [_at(name, ip, minutes=300 * number) for number, (name, ip) in enumerate(_HERE.items()) if number % 2]
    assert len(_of(expose(log_of([*once, *back, *again]), empty_campus()), "subnet")) == 60
    silent = {phone(300 + number): f"10.1.5.{number}" for number in range(60)}
    stayed = [replace(_at(name, ip), kind=EventKind.REGISTERED) for name, ip in silent.items()]
    assert len(_of(expose(log_of([*once, *stayed]), empty_campus()), "subnet")) == 120
    assert len(_of(expose(log_of([*stayed, replace(_at(phone(0), "10.1.0.0"), kind=EventKind.REGISTERED)]), empty_campus()), "subnet")) == 1


def test_a_phone_that_fled_to_another_subnet_is_of_the_one_it_dropped_in() -> None:
    fled = [replace(_at(name, f"10.99.0.{number}", minutes=5), kind=EventKind.REGISTERED) for number, name in enumerate(sorted(_HERE)[:30])]
    found = _of(expose(_log(_HERE, *fled), empty_campus()), "subnet")
    assert set(found.values()) == {"10.1.0.0/24", "10.1.1.0/24", "10.1.2.0/24"}


def test_addresses_of_a_link_tell_no_subnet() -> None:
    linked = {phone(200 + number): f"fe80::{number:x}" for number in range(10)}
    assert not set(_of(expose(_log(_HERE | linked), empty_campus()), "subnet")) & set(linked)


def test_no_subnet_is_guessed_beside_places_vlans_or_subnets_or_for_phones_behind_one_address() -> None:
    for known in ({"switch": "acc-1"}, {"vlan": "110"}, {"subnet": "core:Vlan110"}):
        rows = {phone(0): known}
        assert _of(expose(_log(_HERE), campus_of(rows)), "subnet") == ({phone(0): known["subnet"]} if "subnet" in known else {})
    behind = {phone(100 + number): "203.0.113.9" for number in range(5)}
    exposure = expose(_log(_HERE | behind), empty_campus())
    assert not set(_of(exposure, "subnet")) & set(behind)
    assert set(_of(exposure, "site")) == set(behind)


def test_one_subnet_of_nearly_all_tells_nothing_and_of_the_others_something() -> None:
    most = {phone(number): f"10.1.0.{number}" for number in range(190)}
    few = {phone(200 + number): f"10.1.7.{number}" for number in range(5)}
    assert _of(expose(_log(most | few), empty_campus()), "subnet") == dict.fromkeys(few, "10.1.7.0/24")
