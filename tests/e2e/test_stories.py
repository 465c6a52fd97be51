"""Troubleshooting stories as engineers told them, each with the verdict and the reasons that are right, or openly undecided.

The stories are public; their campuses and logs are made here (``stories.py``), in the formats of real logs, and read through
the same door as a user's files. No public story with a confirmed failing line card was found: those cases are invented.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from switchcorr.correlate.constants import DEFAULT
from switchcorr.model.campus import Domain, risk_kind
from switchcorr.model.incident import Correlation, Evidence, EvidenceKind, Incident, Verdict
from tests.conftest import call_main
from tests.e2e.stories import (
    CLUSTER,
    MONDAY,
    NOON,
    NOW,
    Drop,
    Rows,
    alarm,
    answer,
    below,
    burst,
    campus,
    lone_drops,
    phone,
    returns,
    rtmt,
    some,
    uc_syslog,
)

_ROWS = campus()
_ANY_DAY = uc_syslog(lone_drops(_ROWS))
_VLAN = "103@dist-a+dist-b"


def _one(result: Correlation) -> Incident:
    """The incident of noon: elsewhere in the week chance may have made one, at most ``false_alarms_per_day``."""
    (incident,) = [one for one in result.incidents if one.start < NOON + timedelta(minutes=5) and one.end >= NOON]
    return incident


def _named(incident: Incident) -> set[tuple[str, str]]:
    """The leading cause with what phones cannot tell it from."""
    cause = incident.causes[0]
    return {(component.kind, component.id) for component in (cause.component, *cause.equivalent)}


def _for(incident: Incident, kind: EvidenceKind) -> list[Evidence]:
    return [item for item in incident.causes[0].evidence_for if item.kind is kind]


def _accused(result: Correlation) -> Iterator[Domain]:
    return (risk_kind(cause.component.kind).domain for incident in result.incidents for cause in incident.causes)


def _dropped(names: Sequence[str], rows: Rows = _ROWS, **how: Any) -> list[tuple[datetime, str]]:
    return uc_syslog(burst(rows, names, **how))


# S1, the founding thread, stands in test_founding_case.py.
# S2: a heartbeat below its threshold on CCM 4.2; the heart beats inside the process, so no network can slow it.


def test_a_stalled_node_is_named_with_its_heartbeat(tmp_path: Path) -> None:
    alert = rtmt("LowCallManagerHeartbeatRate", NOON - timedelta(minutes=2), "sub1", Rate="19")
    incident = _one(answer(tmp_path, _ROWS, _ANY_DAY, _dropped(some(below(_ROWS, node="sub1"), 0.12)), [alert]))
    assert incident.verdict is Verdict.CALL_SERVER
    assert _named(incident) == {("node", "sub1")}
    (heartbeat,) = _for(incident, EvidenceKind.SERVER_ALERT)
    assert heartbeat.text.startswith("LowCallManagerHeartbeatRate (Rate 19) on sub1 2 min before the first drop")
    assert heartbeat.weight > 4
    groups = [item.text for item in _for(incident, EvidenceKind.CONTROL_GROUP)]
    assert any("phones on the same 6 switches" in text and "but another CallManager node dropped" in text for text in groups)


# S3: an ASA answered ARP for the call manager: phones of one VLAN, on all switches, for days; not one module.


def test_one_vlan_over_all_switches_is_the_vlan(tmp_path: Path) -> None:
    rows = {name: row | ({"vlan": "150@campus"} if "vlan" in row and i % 3 == 0 else {}) for i, (name, row) in enumerate(_ROWS.items())}
    bursts = [_dropped(some(below(rows, vlan="150@campus"), 0.2, seed=day), at=NOON + timedelta(days=day - 2)) for day in range(4)]
    result = answer(tmp_path, rows, _ANY_DAY, *bursts)
    assert [incident.verdict for incident in result.incidents] == [Verdict.NETWORK] * 4
    assert all(_named(incident) == {("vlan", "150@campus")} for incident in result.incidents)
    (again,) = result.recurring
    assert (again.component.id, again.bursts) == ("150@campus", 4)
    assert any("if switch" in item.text for item in _for(result.incidents[0], EvidenceKind.COUNTERFACTUAL))


def test_a_vlan_that_is_one_switch_cannot_be_told_from_it(tmp_path: Path) -> None:
    incident = _one(answer(tmp_path, _ROWS, _ANY_DAY, _dropped(some(below(_ROWS, vlan=_VLAN), 0.3))))
    assert incident.verdict is Verdict.NETWORK
    assert _named(incident) == {("vlan", _VLAN), ("switch", "acc-3"), ("uplink_bundle", "acc-3:Port-channel1")}


# S4: port security forgot the phones' addresses after a minute: every phone every 16 minutes, each at its own moment.


def _every(names: Sequence[str], seconds: float, *, reason: int, days: float, jitter: float = 2.0) -> list[Drop]:
    random_ = random.Random(5)
    phase = {name: random_.uniform(0, seconds) for name in names}
    count = int(days * 86_400 / seconds)
    return [
        Drop(name, MONDAY + timedelta(seconds=phase[name] + seconds * i + random_.uniform(-jitter, jitter)), reason, _ROWS[name]["node"])
        for name in names
        for i in range(count)
    ]


def test_sixteen_minutes_for_each_phone_of_a_switch_is_the_switch(tmp_path: Path) -> None:
    timed = _every(below(_ROWS, switch="acc-3"), 960, reason=13, days=0.2)
    result = answer(tmp_path, _ROWS, _ANY_DAY, uc_syslog(timed))
    assert result.incidents
    for incident in result.incidents:
        assert incident.verdict is Verdict.NETWORK
        assert ("switch", "acc-3") in _named(incident)
        (timer,) = _for(incident, EvidenceKind.PERIODICITY)
        assert re.search(r"phones of it that drop often do so every (15\.9|16\.0|16\.1) min, each at its own moment", timer.text)
    assert Domain.CALL_SERVER not in set(_accused(result))


# S5: the host of a subscriber crashed: every phone of the node, on all switches, no link event.


def test_a_node_that_is_down_takes_all_its_phones_on_all_switches(tmp_path: Path) -> None:
    incident = _one(answer(tmp_path, _ROWS, _ANY_DAY, _dropped(below(_ROWS, node="sub1"))))
    assert incident.verdict is Verdict.CALL_SERVER
    assert _named(incident) == {("node", "sub1")}
    assert (incident.causes[0].affected, incident.causes[0].exposed) == (390, 390)
    (on_its_switches, *_) = _for(incident, EvidenceKind.CONTROL_GROUP)
    assert re.match(
        r"control group: [0-4] of 324 phones on the same 6 switches .* but another CallManager node dropped", on_its_switches.text
    )


@pytest.mark.parametrize("seed", range(3, 6))
def test_that_the_other_node_misses_it_does_not_accuse_the_other_node(tmp_path: Path, seed: int) -> None:
    """A lost link is told by the end that lives: of both ends the phones tell which is down."""
    lost = alarm("SDLLinkOOS", NOON, "sub2", severity=1, RemoteIPAddress="192.0.2.10")
    incident = _one(answer(tmp_path, _ROWS, uc_syslog(lone_drops(_ROWS, seed=seed)), _dropped(below(_ROWS, node="sub1")), [lost]))
    assert incident.verdict is Verdict.CALL_SERVER
    assert [_named(incident), len(incident.causes)] == [{("node", "sub1")}, 1]
    (link,) = _for(incident, EvidenceKind.SERVER_ALERT)
    assert link.weight == pytest.approx(dict(DEFAULT.alert_odds)["link"])


def _say(names: Sequence[str], reason: int, *, after: timedelta = timedelta(minutes=4)) -> list[tuple[datetime, str]]:
    """What phones tell of themselves when they are back."""
    return [
        alarm("LastOutOfServiceInformation", NOON + after, "sub2", severity=6, DeviceName=name, ReasonForOutOfService=str(reason))
        for name in names
    ]


def test_phones_that_tell_of_time_outs_fit_the_node_that_is_down(tmp_path: Path) -> None:
    phones = below(_ROWS, node="sub1")
    incident = _one(answer(tmp_path, _ROWS, _ANY_DAY, _dropped(phones), _say(phones, 10)))
    assert _named(incident) == {("node", "sub1")}
    (said,) = _for(incident, EvidenceKind.PHONE_SIDE)
    assert said.text.startswith("390 of the 390 phones that say why they went tell of a time-out with the power kept")


@pytest.mark.parametrize(("reason", "leads"), [(25, "switch"), (10, "uplink_bundle"), (26, "vlan")])
def test_what_phones_say_orders_the_switch_its_bundle_and_its_vlan(tmp_path: Path, reason: int, leads: str) -> None:
    phones = below(_ROWS, switch="acc-6")
    incident = _one(answer(tmp_path, _ROWS, _ANY_DAY, _dropped(phones), _say(phones, reason)))
    assert incident.causes[0].component.kind == leads
    assert {kind for kind, _ in _named(incident)} == {"switch", "uplink_bundle", "vlan"}


# S6: an unpowered phone behind another one looped frames: one closet first, a week later the building.


def test_a_loop_is_first_the_closet_and_then_the_block(tmp_path: Path) -> None:
    closet = _dropped(some(below(_ROWS, module="acc-2/2"), 0.5), at=NOON - timedelta(days=2))
    result = answer(tmp_path, _ROWS, _ANY_DAY, closet, _dropped(some(below(_ROWS, block="dist-a+dist-b"), 0.4)))
    first, second = result.incidents
    assert (first.verdict, second.verdict) == (Verdict.NETWORK, Verdict.NETWORK)
    assert _named(first) == {("module", "acc-2/2")}
    assert _named(second) == {("block", "dist-a+dist-b")}
    assert "spanning tree" in second.causes[0].next_step


# S7: the DHCP server refused renewals: each phone every 36 hours, all at their own times. No burst, so there is no incident;
# that these phones drop more often than others is told, with what they share.


def test_a_lease_that_is_refused_now_and_then_makes_no_incident_and_is_told(tmp_path: Path) -> None:
    result = answer(tmp_path, _ROWS, _ANY_DAY, uc_syslog(_every(below(_ROWS, switch="acc-5"), 36 * 3600, reason=10, days=7)))
    assert result.incidents == ()
    (part,) = result.chronic
    assert "acc-5" in {one.id for one in (part.component, *part.equivalent)}
    assert part.ratio > 3
    assert part.dropped == part.exposed


# S8: one phone that sends 2,000 events in five seconds is throttled with reason 12; the alarm is about the phone.


def test_a_throttled_phone_is_no_fault_of_the_network_or_the_server(tmp_path: Path) -> None:
    throttled = [alarm("DeviceCloseMaxEventsExceeded", NOON, "sub1", DeviceName=phone(5))]
    assert answer(tmp_path, _ROWS, _ANY_DAY, uc_syslog([Drop(phone(5), NOON, 12)]), throttled).incidents == ()


# S9: phones behind one Expressway or NAT have one address in common, which is no switch.


@pytest.mark.parametrize("reason", [13, 23, 24])
def test_a_branch_behind_one_address_is_the_edge(tmp_path: Path, reason: int) -> None:
    incident = _one(answer(tmp_path, _ROWS, _ANY_DAY, _dropped(some(below(_ROWS, site="branch"), 0.5), reason=reason)))
    assert incident.verdict is Verdict.WAN_OR_NAT
    assert _named(incident) == {("site", "branch")}
    assert "NAT and firewall time-outs" in incident.causes[0].next_step


def test_phones_behind_one_address_that_stand_in_no_table_are_the_edge_too(tmp_path: Path) -> None:
    branch = below(_ROWS, site="branch")
    known = {name: row for name, row in _ROWS.items() if name not in branch}
    own = {name: f"10.1.{number // 200}.{number % 200 + 1}" for number, name in enumerate(known)} | dict.fromkeys(branch, "203.0.113.9")
    week, lost = lone_drops(_ROWS), burst(_ROWS, some(branch, 0.5), reason=24)
    incident = _one(answer(tmp_path, known, uc_syslog([*week, *lost], own)))
    assert incident.verdict is Verdict.WAN_OR_NAT
    assert _named(incident) == {("site", "behind 203.0.113.9")}


# Nothing but a log: the addresses in it tell in which part of the address plan to look.


def test_a_bare_log_tells_the_subnet_of_a_card_and_does_not_prove_it(tmp_path: Path) -> None:
    floor = {
        name: f"10.1.{int(row['switch'][-1])}.{number % 250 + 1}" for number, (name, row) in enumerate(_ROWS.items()) if "switch" in row
    }
    week = [drop for drop in lone_drops(_ROWS) if drop.phone in floor]
    incident = _one(answer(tmp_path, None, uc_syslog([*week, *burst(_ROWS, some(below(_ROWS, module="acc-4/2"), 0.4))], floor)))
    assert incident.verdict is Verdict.NOT_PROVEN
    assert (
        "within subnet 10.1.4.0/24 that no location names. Of what is named the leading suspect is subnet 10.1.4.0/24" in incident.summary
    )


# Everything drops, and only the log is known: the call server, or what all phones cross. The log of the incident alone says even less.


def test_a_bare_log_in_which_all_phones_drop_accuses_neither_side(tmp_path: Path) -> None:
    nodes = {name: {"node": row["node"]} for name, row in _ROWS.items()}
    lost = burst(nodes, some(sorted(nodes), 0.97), seconds=110.0)
    incident = _one(answer(tmp_path, None, _ANY_DAY, uc_syslog(lost)))
    assert incident.verdict is Verdict.NOT_PROVEN
    assert incident.p_unlocated < 0.5
    assert "nothing is known but what the log tells. The leading suspect is CallManager cluster" in incident.summary
    alone = _one(answer(tmp_path, None, uc_syslog(lost)))
    assert alone.verdict is Verdict.NOT_PROVEN
    assert alone.p_unlocated > 0.5


def test_the_log_of_one_incident_tells_the_subnet_of_its_phones(tmp_path: Path) -> None:
    lost = below(_ROWS, module="acc-4/2")
    own = {name: f"10.1.4.{number + 1}" for number, name in enumerate(lost)}
    incident = _one(answer(tmp_path, None, uc_syslog(burst(_ROWS, lost), own)))
    assert incident.verdict is Verdict.NOT_PROVEN
    assert "it is a part of the network that no location names; all have addresses in 10.1.4.0/24." in incident.summary


# Phones of one model load new software one after the other and start anew: the log alone has the type of each phone.


@pytest.mark.parametrize("table", [None, "switch"])
def test_a_wave_of_new_software_is_the_model_that_the_log_names(tmp_path: Path, table: str | None) -> None:
    phones = [name for name, row in _ROWS.items() if "switch" in row]
    types = {name: (684, 622, 683)[number % 3] for number, name in enumerate(phones)}
    week = [drop for drop in lone_drops(_ROWS, a_day=0.4) if drop.phone in types]
    loaded = burst(_ROWS, [name for name, type_ in types.items() if type_ == 684], reason=8, seconds=1800.0)
    rows = {name: {table: _ROWS[name][table]} for name in phones} if table else None
    incident = _one(answer(tmp_path, rows, uc_syslog([*week, *loaded], types=types)))
    assert incident.suspects[0].component.id == "IP Phone 8851"
    assert incident.suspects[0].probability > 0.9
    assert incident.verdict is (Verdict.ENDPOINT if table else Verdict.NOT_PROVEN)


# Phones of one model run two firmwares, and those of the older one start anew and load a newer: the log alone has what each registered with.


def _loading(phones: Sequence[str], loads: Mapping[str, str], new: str) -> list[tuple[datetime, str]]:
    """The lines of a week in which half of the phones of the older firmware load a new one."""
    week = [drop for drop in lone_drops(_ROWS, a_day=0.6) if drop.phone in loads]
    loaded = burst(_ROWS, [name for name in phones if loads[name] == "sip78xx.12-1"][::2], reason=8, seconds=600.0)
    started = {drop.phone for drop in loaded}
    later = {name: new if name in started else load for name, load in loads.items()}
    before, after = [drop for drop in week if drop.at < NOON], [drop for drop in week if drop.at >= NOON]
    types = dict.fromkeys(phones, 622)
    return [*uc_syslog([*week, *loaded], types=types), *returns(before, loads), *returns([*loaded, *after], later)]


def test_a_wave_of_new_software_is_the_firmware_that_phones_had_before(tmp_path: Path) -> None:
    phones = [name for name, row in _ROWS.items() if "switch" in row]
    loads = {name: ("sip78xx.12-1", "sip78xx.12-8", "sip78xx.12-8")[number % 3] for number, name in enumerate(phones)}
    lines = _loading(phones, loads, "sip78xx.14-2")
    incident = _one(answer(tmp_path, None, lines))
    (suspect, *_) = incident.suspects
    assert (suspect.component.kind, suspect.component.id) == ("firmware", "sip78xx.12-1")
    assert suspect.probability > 0.9
    assert suspect.affected / suspect.exposed == pytest.approx(0.5, abs=0.1)
    store = tmp_path / "site.db"
    assert call_main("ingest", tmp_path / "syslog.txt", "--store", store, "--timezone", "UTC", "--now", NOW.isoformat(), "-q").code == 0
    asked = ("--since", (NOON - timedelta(hours=1)).isoformat(), "--until", (NOON + timedelta(hours=1)).isoformat())
    told = json.loads(call_main("correlate", "--store", store, "--now", NOW.isoformat(), "--format", "json", "-q", *asked).out)
    (stored,) = told["incidents"]
    assert (stored["suspects"][0]["component"]["kind"], stored["suspects"][0]["component"]["id"]) == ("firmware", "sip78xx.12-1")
    assert stored["suspects"][0]["exposed"] == pytest.approx(suspect.exposed, rel=0.1)  # fewer phones are named until then


# A card dies, and the table of locations names sites alone: nothing below could be tested, so its phones accuse no WAN.


def test_a_card_is_no_site_where_only_sites_are_known(tmp_path: Path) -> None:
    coarse = {name: {"site": row["site"]} for name, row in _ROWS.items()}
    incident = _one(answer(tmp_path, coarse, _ANY_DAY, _dropped(below(_ROWS, module="acc-4/2"))))
    assert (incident.verdict, incident.causes) == (Verdict.NOT_PROVEN, ())
    assert (
        "it is a part of the network within site head office that no location names. Of what is named the leading suspect is site head office"
        in (incident.summary)
    )
    assert "A table of locations (--locations) or captures of the access switches (--captures)" in incident.unseen[0]


# A distribution switch dies of which the table tells nothing: five switches are not five faults.


def test_switches_below_one_that_no_table_names_are_told_together(tmp_path: Path) -> None:
    rows = {f"SEP00005F{number:06X}": {"switch": f"acc-{number // 30}"} for number in range(600)}
    lost = [name for name, row in rows.items() if row["switch"] in ("acc-3", "acc-4", "acc-5", "acc-6", "acc-7")]
    incident = _one(answer(tmp_path, rows, uc_syslog([*lone_drops(rows), *burst(rows, some(lost, 0.7))])))
    assert incident.verdict is Verdict.NOT_PROVEN
    assert "a part of the network shared by 5 switches (acc-3, acc-4, acc-5 and 2 more) that no location names (105 of" in incident.summary
    assert [component.id for component in incident.unlocated_above] == ["acc-3", "acc-4", "acc-5", "acc-6", "acc-7"]
    assert "A column for it (distribution, block, power) in the table of locations" in incident.unseen[0]


# S10: the call manager's ARP table was full: a dozen newly booted phones anywhere cannot register. Too little to decide.


def test_a_dozen_phones_that_cannot_register_accuse_no_part_of_the_network(tmp_path: Path) -> None:
    random_ = random.Random(10)
    booted = [
        alarm("EndPointTransientConnection", NOON + timedelta(seconds=random_.uniform(0, 7200)), "sub1", DeviceName=name, Reason="27")
        for name in some(sorted(_ROWS), 0.015)
        for _ in range(3)
    ]
    assert Domain.NETWORK not in set(_accused(answer(tmp_path, _ROWS, _ANY_DAY, booted)))


# S11: Code Yellow with an expected delay of eight seconds, then a core dump, then the phones.


def test_code_yellow_seconds_before_the_burst_is_the_server(tmp_path: Path) -> None:
    yellow = alarm("CodeYellowEntry", NOON - timedelta(seconds=20), "sub2", severity=2, AverageDelay="7906", EntryLatency="20")
    dump = rtmt("CoreDumpFileFound", NOON + timedelta(seconds=50), "sub2", TotalCoresFound="1")
    incident = _one(answer(tmp_path, _ROWS, _ANY_DAY, _dropped(some(below(_ROWS, node="sub2"), 0.2), reason=6), [yellow, dump]))
    assert incident.verdict is Verdict.CALL_SERVER
    assert _named(incident) == {("node", "sub2")}
    weights = {item.text.partition(" ")[0]: item.weight for item in _for(incident, EvidenceKind.SERVER_ALERT)}
    assert set(weights) == {"CodeYellowEntry", "CoreDumpFileFound"}
    assert min(weights.values()) == pytest.approx(max(weights.values()) / 2)


# S12: one phone with the wrong load registers and unregisters all day.


def test_one_phone_with_a_wrong_load_is_no_incident(tmp_path: Path) -> None:
    loop = [Drop(phone(5), NOON + timedelta(minutes=4 * i), 8) for i in range(60)]
    result = answer(tmp_path, _ROWS, _ANY_DAY, uc_syslog(loop))
    assert result.incidents == ()
    (found,) = result.flapping
    assert (found.phone, found.drops, found.median_gap, found.still_down) == (phone(5), 60, timedelta(minutes=4), None)
    assert "The phone resets itself: look at its firmware" in found.next_step


# S13: 200 phones of several sites at random over one large layer-2 network; the cause was not told. Server and core share all phones.


def test_phones_of_everywhere_over_one_core_stay_undecided(tmp_path: Path) -> None:
    rows = {name: row | {"core": "core-1"} for name, row in _ROWS.items()}
    incident = _one(answer(tmp_path, rows, _ANY_DAY, _dropped(some(sorted(rows), 0.25), rows, reason=6)))
    assert incident.verdict is Verdict.NOT_PROVEN
    assert _named(incident) == {("cluster", CLUSTER), ("core", "core-1")}
    assert incident.causes[0].probability > 0.9
    assert "or core core-1. These have the same phones" in incident.summary
    assert incident.unseen[0].startswith(f"which it is, CallManager cluster {CLUSTER} or core core-1: they have the same phones")


def test_without_a_core_in_the_table_what_all_phones_cross_is_not_known(tmp_path: Path) -> None:
    incident = _one(answer(tmp_path, _ROWS, _ANY_DAY, _dropped(some(sorted(_ROWS), 0.25), _ROWS, reason=6)))
    assert any(sentence.startswith("what all phones cross (core, firewall)") for sentence in incident.unseen)


def test_the_log_alone_leaves_it_undecided_and_suspects_the_server(tmp_path: Path) -> None:
    incident = _one(answer(tmp_path, None, _ANY_DAY, _dropped(some(sorted(_ROWS), 0.25), reason=6)))
    assert incident.verdict is Verdict.NOT_PROVEN
    assert incident.suspects[0].component.kind == "cluster"
    assert any("--locations" in sentence for sentence in incident.unseen)


# S14: half-open connections without a name from one address: one host, nobody's infrastructure.


def test_nameless_connections_of_one_host_are_no_incident(tmp_path: Path) -> None:
    tries = [
        alarm("EndPointTransientConnection", NOON + timedelta(seconds=5 * i), "sub1", severity=3, IPAddress="198.51.100.9", Reason="6")
        for i in range(40)
    ]
    assert answer(tmp_path, _ROWS, _ANY_DAY, tries).incidents == ()


# S15: the backup starves a node at the same minute of every night.


def test_a_backup_every_night_is_the_node_and_a_schedule(tmp_path: Path) -> None:
    nights = [MONDAY + timedelta(days=day, hours=2) for day in range(5)]
    node = below(_ROWS, node="sub1")
    bursts = [_dropped(some(node, 0.08, seed=day), at=at + timedelta(minutes=1)) for day, at in enumerate(nights)]
    pegged = [rtmt("CallProcessingNodeCpuPegging", at, "sub1", ProcessName="gzip") for at in nights]
    result = answer(tmp_path, _ROWS, _ANY_DAY, *bursts, pegged)
    assert [incident.verdict for incident in result.incidents] == [Verdict.CALL_SERVER] * 5
    assert all(_named(incident) == {("node", "sub1")} for incident in result.incidents)
    assert all("ProcessName gzip" in _for(incident, EvidenceKind.SERVER_ALERT)[0].text for incident in result.incidents)
    assert [(again.component.id, again.bursts) for again in result.recurring] == [("sub1", 5)]
    (schedule,) = _for(result.incidents[2], EvidenceKind.PERIODICITY)
    assert schedule.text.startswith("it dropped at about 02:01 UTC on 4 other days too, with no burst at other times: a schedule")


# Invented: what nobody has told of in public, or what must stay quiet.

_PARTS = [
    ("a line card", {"module": "acc-4/3"}, 0.4, 13, {("module", "acc-4/3")}),
    ("a line card that loses few", {"module": "acc-4/3"}, 0.2, 6, {("module", "acc-4/3")}),
    ("a switch, which is its bundle and its VLAN", {"switch": "acc-4"}, 0.4, 13, {
        ("switch", "acc-4"), ("uplink_bundle", "acc-4:Port-channel1"), ("vlan", "104@dist-c+dist-d"),
    }),
    ("a power domain of two blocks", {"power": "ups-2"}, 1.0, 8, {("power", "ups-2")}),
    ("a distribution block", {"block": "dist-c+dist-d"}, 0.3, 13, {("block", "dist-c+dist-d")}),
]  # fmt: skip


@pytest.mark.parametrize(("what", "part", "share", "reason", "named"), _PARTS, ids=[what for what, *_ in _PARTS])
def test_a_part_of_the_network_is_named(
    tmp_path: Path, what: str, part: dict[str, str], share: float, reason: int, named: set[tuple[str, str]]
) -> None:
    incident = _one(answer(tmp_path, _ROWS, _ANY_DAY, _dropped(some(below(_ROWS, **part), share), reason=reason)))
    assert incident.verdict is Verdict.NETWORK, what
    assert _named(incident) == named
    assert incident.causes[0].probability > 0.8
    by_node = [item.text for item in _for(incident, EvidenceKind.CONTROL_GROUP) if item.text.startswith("its phones by")]
    assert "with sub1" in by_node[0]
    assert "with sub2" in by_node[0]


def test_one_of_two_uplinks_without_a_bundle_is_told_from_its_switch(tmp_path: Path) -> None:
    rows = {
        name: row | ({"uplink": f"{row['switch']}:GigabitEthernet1/{i % 2 + 1}"} if "switch" in row else {})
        for i, (name, row) in enumerate(sorted(_ROWS.items()), start=1)
    }
    incident = _one(answer(tmp_path, rows, _ANY_DAY, _dropped(some(below(rows, uplink="acc-6:GigabitEthernet1/2"), 0.5), rows)))
    assert incident.verdict is Verdict.NETWORK
    assert ("uplink", "acc-6:GigabitEthernet1/2") in _named(incident)
    assert ("switch", "acc-6") not in _named(incident)


def test_a_stack_member_is_told_from_its_stack(tmp_path: Path) -> None:
    rows = {
        name: row | ({"module": f"{row['switch']}/{int(row['module'][-1]) - 1}"} if "switch" in row else {}) for name, row in _ROWS.items()
    }
    incident = _one(answer(tmp_path, rows, _ANY_DAY, _dropped(below(rows, module="acc-2/3"), rows)))
    assert _named(incident) == {("module", "acc-2/3")}
    assert "swap the card with acc-2/" in incident.causes[0].next_step


@pytest.mark.parametrize("part", [{"switch": "acc-5"}, {"cluster": CLUSTER}, {"node": "sub2"}], ids=str)
def test_an_administrators_reset_is_no_fault(tmp_path: Path, part: dict[str, str]) -> None:
    incident = _one(answer(tmp_path, _ROWS, _ANY_DAY, _dropped(below(_ROWS, **part), reason=9)))
    assert incident.verdict is Verdict.ADMINISTRATIVE
    assert incident.causes == ()


def test_a_reset_told_as_such_makes_the_drops_behind_it_administrative(tmp_path: Path) -> None:
    names = below(_ROWS, module="acc-4/3")
    resets = [alarm("EndPointResetInitiated", NOON - timedelta(seconds=20), "sub1", severity=6, DeviceName=name) for name in names]
    result = answer(tmp_path, _ROWS, _ANY_DAY, resets, _dropped(names, reason=8))
    assert Verdict.NETWORK not in {incident.verdict for incident in result.incidents}


def test_logins_in_the_morning_are_no_fault(tmp_path: Path) -> None:
    incident = _one(answer(tmp_path, _ROWS, _ANY_DAY, _dropped(some(sorted(_ROWS), 0.05), reason=19, seconds=200)))
    assert incident.verdict is Verdict.ADMINISTRATIVE


def test_weeks_of_nothing_have_no_more_incidents_than_were_allowed(tmp_path: Path) -> None:
    weeks = [answer(tmp_path, _ROWS, uc_syslog(lone_drops(_ROWS, seed=100 + seed))) for seed in range(4)]
    assert sum(len(week.incidents) for week in weeks) <= 4 * 7 * DEFAULT.false_alarms_per_day
    assert all(week.recurring == () for week in weeks)


@pytest.mark.parametrize("seed", range(4))
def test_who_wants_no_false_alarm_sets_it_and_has_a_quiet_week(tmp_path: Path, seed: int) -> None:
    week = uc_syslog(lone_drops(_ROWS, seed=100 + seed))
    assert answer(tmp_path, _ROWS, week, constants={"false_alarms_per_day": 0.001}).incidents == ()
    burst_ = _dropped(some(below(_ROWS, module="acc-4/3"), 0.4))
    named = _one(answer(tmp_path, _ROWS, week, burst_, constants={"false_alarms_per_day": 0.001}))
    assert _named(named) == {("module", "acc-4/3")}
