"""Where the phones of an incident come back."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.drops.returns import returns_of
from switchcorr.correlate.drops.table import find_drops
from switchcorr.correlate.evidence.failover import Failover, comings_of, failover_in, failover_odds
from switchcorr.correlate.exposure.node_names import with_one_name
from switchcorr.correlate.exposure.table import Exposure, expose
from switchcorr.correlate.telling.server_arguments import failover_arguments
from switchcorr.model.event import Assumed, Event, EventKind
from switchcorr.model.incident import Evidence, EvidenceKind, Incident, Verdict
from switchcorr.model.reason import Reason, ReasonEnum
from tests.correlate.scenes import NOON, START, Rows, alert, campus_of, drop, explain, log_of, phone, rows_of

_ROWS = rows_of(2, 1, 10)
_NAMES = [name for name, row in sorted(_ROWS.items()) if row["node"] == "node-1"]
_OTHERS = [name for name in sorted(_ROWS) if name not in _NAMES]


def _came(name: str, seconds: float, node: str) -> Event:
    return Event(NOON + timedelta(seconds=seconds), EventKind.REGISTERED, name, node=node)


def _ends(*nodes: str, days: float = 1.0) -> list[Event]:
    """That the logs of some nodes reach from the day before to the day after."""
    return [_came(phone(900 + at), day * days * 86400, node) for at, node in enumerate(nodes) for day in (-1, 1)]


def _gone(names: Iterable[str] = _NAMES, node: str = "node-1", reason: int | None = 13) -> list[Event]:
    return [drop(name, NOON + timedelta(seconds=place), reason, node=node) for place, name in enumerate(names)]


def _told(*events: Event, rows: Rows = _ROWS) -> tuple[Failover, Exposure]:
    log, campus, _ = with_one_name(log_of(events), campus_of(rows))
    exposure = expose(log, campus)
    drops = find_drops(log, exposure, DEFAULT)
    span = drops.between(NOON.timestamp(), NOON.timestamp() + 100)
    return failover_in(comings_of(log, returns_of(log), exposure), drops, span, DEFAULT), exposure


def _counts(*events: Event) -> tuple[int, int]:
    found, _ = _told(*events)
    return int(found.moved.sum()), len(found.row)


def test_the_first_registration_after_a_drop_counts() -> None:
    back = [*(_came(name, 60, "node-2") for name in _NAMES[:6]), *(_came(name, 60, "node-1") for name in _NAMES[6:])]
    later = [_came(name, 200, "node-1") for name in _NAMES[:6]] + [_came(name, 200, "node-2") for name in _NAMES[6:]]
    found, _ = _told(*_gone(), *back, *later)
    assert (int(found.moved.sum()), len(found.row)) == (6, 10)
    assert [found.names[node] for node in found.node[found.moved]] == ["node-2"] * 6
    assert found.seconds[found.moved].tolist() == [60.0 - place for place in range(6)]


def test_an_old_node_that_misses_a_phone_late_is_left_all_the_same() -> None:
    assert _counts(*_gone(), *(_came(name, -60, "node-2") for name in _NAMES)) == (10, 10)
    found, _ = _told(*_gone(), *(_came(name, -60, "node-2") for name in _NAMES))
    assert not found.seconds.any()
    assert _counts(*_gone(), *_ends("node-2"), *(_came(name, -60, "node-1") for name in _NAMES)) == (0, 10)  # that is what was lost


def test_who_stays_away_counts_where_another_node_would_have_told() -> None:
    assert _counts(*_gone(), *_ends("node-1", "node-2")) == (0, 10)
    assert _counts(*_gone(), *_ends("node-1"), _came(_OTHERS[0], -3600, "node-2")) == (0, 0)  # its log ends before
    assert _counts(*_gone(), *_ends("node-1"), _came(_OTHERS[0], 3600, "node-2")) == (0, 0)  # and here begins behind
    late = [_came(name, 420, "node-2") for name in _NAMES]
    assert _counts(*_gone(), *_ends("node-1", "node-2"), *late) == (0, 10)


def test_a_node_that_logs_no_registrations_would_not_tell_who_came() -> None:
    around = [drop(_OTHERS[0], NOON + timedelta(days=day), node="node-2") for day in (-1, 1)]
    assert _counts(*_gone(), *_ends("node-1"), *around) == (0, 0)
    assert _counts(*_gone(), *_ends("node-1"), *around, _came(_OTHERS[0], -3600, "node-2")) == (0, 10)


def _went_home(names: Iterable[str] = _NAMES, after: float = 3600.0, node: str = "node-2") -> list[Event]:
    return [drop(name, NOON + timedelta(seconds=after), 28, node=node) for name in names]


def test_who_leaves_another_node_for_its_own_one_had_come_there_though_nothing_logged_it() -> None:
    found, exposure = _told(*_gone(), *_went_home(_NAMES[:8]))
    assert (int(found.moved.sum()), len(found.row)) == (8, 10)
    assert {found.names[node] for node in found.node[found.moved]} == {"node-2"}
    assert np.isinf(found.seconds[found.moved]).all()
    assert failover_odds(found, exposure)[exposure.number_of["node", "node-1"]] > 2
    told = next(failover_arguments(exposure, exposure.number_of["node", "node-1"], found)).text
    assert (
        told
        == "8 of 10 phones came back at another node (node-2), which they left for their own one later: their way to the call manager was open"
    )


@pytest.mark.parametrize(
    "events",
    [
        _went_home(after=-60),
        _went_home(after=86400 + 60),
        _went_home(node="node-1"),
        _went_home(node="192.0.2.9"),
        _went_home(node=""),
        [replace(event, reason=Reason(ReasonEnum.END_POINT_UNREGISTERED, 9)) for event in _went_home()],
        [*_went_home(), *(_came(name, 600, "node-1") for name in _NAMES)],  # it was home again, and went away later for another reason
    ],
)
def test_what_tells_of_no_stay_at_another_node(events: Sequence[Event]) -> None:
    assert _counts(*_gone(), *events, drop(_OTHERS[0], NOON - timedelta(hours=1), node="node-2")) == (0, 0)


@pytest.mark.parametrize(
    "events",
    [
        [*_gone(), *(_came(name, 60, "node-1") for name in _NAMES)],  # no other node is told of
        [*_gone(node=""), *_ends("node-1", "node-2")],  # which node missed them is not told
        [*_gone(), *(_came(name, 60, "") for name in _NAMES), *(_came(name, 3600, "node-2") for name in _OTHERS)],
        [*_gone(reason=9), *(_came(name, 60, "node-2") for name in _NAMES)],  # somebody's purpose
        [*_gone(reason=28), *(_came(name, 60, "node-2") for name in _NAMES)],  # the way back
        [*(replace(event, kind=EventKind.TRANSIENT) for event in _gone()), *_ends("node-1", "node-2")],  # no node had them
        [*(replace(event, assumed=Assumed.TIME) for event in _gone()), *_ends("node-1", "node-2")],  # nothing is known of the times
        [*_gone(), *(_came(name, 60, "192.0.2.9") for name in _NAMES)],  # may be the address of any node
    ],
)
def test_what_tells_nothing(events: Sequence[Event]) -> None:
    found, exposure = _told(*events)
    assert len(found.row) == 0
    assert failover_odds(found, exposure) == {}
    assert found.odds_of(exposure, exposure.number_of["node", "node-1"]) == 0.0


def test_names_with_and_without_a_domain_are_one_node() -> None:
    back = [_came(name, 60, "NODE-1.example.org") for name in _NAMES]
    assert _counts(*_gone(), *back, *_ends("node-2")) == (0, 10)


def test_a_phone_that_flaps_is_looked_at_some_times_only() -> None:
    flaps = [_came(_NAMES[0], second, "node-1") for second in range(-90, -80)]
    assert _counts(*_gone(_NAMES[:1]), *flaps, _came(_NAMES[0], 10, "node-2")) == (0, 0)


def _odds(moved: int, stayed: int, kind: str, id_: str, **same: str) -> float:
    rows = {name: {**row, **same} for name, row in _ROWS.items()}
    back = [
        *(_came(name, 60, "node-2") for name in _NAMES[:moved]),
        *(_came(name, 60, "node-1") for name in _NAMES[moved : moved + stayed]),
    ]
    found, exposure = _told(*_gone(_NAMES[: moved + stayed]), *back, _came(_OTHERS[0], 50, "node-2"), rows=rows)
    return failover_odds(found, exposure).get(exposure.number_of[kind, id_], 0.0)


def test_a_node_whose_phones_are_taken_by_another_has_failed_and_the_cluster_has_not() -> None:
    node = [_odds(moved, 10 - moved, "node", "node-1") for moved in range(11)]
    cluster = [_odds(moved, 10 - moved, "cluster", "one") for moved in range(11)]
    assert node[1:] == sorted(node[1:])
    assert node[1] < node[0] < 0  # nobody at all may mean that they have no second one
    assert cluster == sorted(cluster, reverse=True)
    assert 4 < node[10] <= DEFAULT.failover_odds
    assert cluster[10] < -1
    assert _odds(1, 0, "node", "node-1") < 2  # one phone is no proof


def test_the_way_to_one_node_may_be_lost_at_a_wan_or_core_alone() -> None:
    node, site, core = (
        _odds(10, 0, kind, id_, site="west", core="c1") for kind, id_ in (("node", "node-1"), ("site", "west"), ("core", "c1"))
    )
    assert 0 < site == core < node
    assert _odds(10, 0, "switch", "acc-1") == 0.0


def test_nobody_that_moves_says_more_where_phones_are_known_to_have_a_second_node() -> None:
    bare, exposure = _told(*_gone(), *_ends("node-1", "node-2"))
    roamed = [_came(name, -86400 + hours, node) for name in _NAMES[:3] for hours, node in ((0, "node-2"), (3600, "node-1"))]
    known, _ = _told(*_gone(), *_ends("node-1", "node-2"), *roamed)
    number = exposure.number_of["node", "node-1"]
    assert (bare.has_second(exposure, number), known.has_second(exposure, number)) == (False, True)
    assert known.odds_of(exposure, number) < bare.odds_of(exposure, number) - 1
    assert not Failover().has_second(exposure, number)


def test_the_odds_are_those_of_the_integral() -> None:
    """Against a sum over many shares of the very mixtures."""
    share = (np.arange(200_000) + 0.5) / 200_000

    def likelihood(rates: Sequence[tuple[float, float, float]], moved: int, told: int) -> float:
        density = sum(
            w * share ** (a - 1) * (1 - share) ** (b - 1) / (share ** (a - 1) * (1 - share) ** (b - 1)).sum() for w, a, b in rates
        )
        return float((density * share**moved * (1 - share) ** (told - moved)).sum())

    expected = np.log(likelihood(DEFAULT.failover_rates, 4, 10) / likelihood(DEFAULT.failover_rates_path, 4, 10))
    assert _odds(4, 6, "node", "node-1") == pytest.approx(expected, abs=0.02)


# The whole: phones of a site at one node, all of them drop, and only where they come back tells what it was.

_SITE = rows_of(4, 2, 20, nodes=1)


def _week(rows: Rows, seed: int = 7) -> list[Event]:
    random_ = random.Random(seed)
    found = _ends("node-2", days=3.5)
    for name, row in sorted(rows.items()):
        for _ in range(2):
            at = START + timedelta(days=random_.uniform(0, 7))
            found.append(drop(name, at, random_.choice((8, 10, 9, 13, 18)), node=row["node"]))
            found.append(Event(at + timedelta(seconds=random_.uniform(30, 200)), EventKind.REGISTERED, name, node=row["node"]))
    return found


def _all_drop(rows: Rows, names: Sequence[str], node: str | None, *, after: float = 130) -> Incident:
    random_ = random.Random(1)
    gone = [drop(name, NOON + timedelta(seconds=random_.uniform(0, 90)), 13, node="node-1") for name in names]
    back = [_came(name, after + random_.uniform(0, 60), node) for name in names] if node else []
    (incident,) = explain(rows, [*_week(rows), *gone, *back]).incidents
    return incident


def _words(incident: Incident) -> list[Evidence]:
    return [
        replace(item, weight=sign * item.weight)
        for sign, items in ((1, incident.causes[0].evidence_for), (-1, incident.causes[0].evidence_against))
        for item in items
        if item.kind is EvidenceKind.FAILOVER
    ]


def test_a_site_whose_phones_fail_over_has_lost_its_node_and_no_core() -> None:
    incident = _all_drop(_SITE, sorted(_SITE), "node-2")
    assert incident.verdict is Verdict.CALL_SERVER
    assert str(incident.causes[0].component.id) == "node-1"
    (told,) = _words(incident)
    assert told.weight > 4
    assert told.text.startswith("159 of 160 phones came back at another node (node-2), half of them within ")
    assert told.text.endswith(" s: their way to the call manager was open")


@pytest.mark.parametrize(("node", "after"), [(None, 0.0), ("node-1", 130.0), ("node-1", 1000.0), ("node-2", 1000.0)])
def test_a_site_whose_phones_do_not_may_have_lost_all_that_they_cross(node: str | None, after: float) -> None:
    incident = _all_drop(_SITE, sorted(_SITE), node, after=after)
    assert incident.verdict is Verdict.NOT_PROVEN
    (told,) = _words(incident)
    assert told.text == "none of 160 phones came back at another node within 5 min"
    assert abs(told.weight) < 1


def test_a_vlan_with_the_phones_of_a_node_is_told_from_it_by_where_they_come_back() -> None:
    rows = {
        name: {
            **row,
            "node": "node-1" if row["switch"] in ("acc-1", "acc-2") else "node-2",
            "vlan": (row["switch"] in ("acc-1", "acc-2") and "10") or "20",
        }
        for name, row in rows_of(6, 2, 20).items()
    }
    names = [name for name, row in sorted(rows.items()) if row["node"] == "node-1"]
    moved = _all_drop(rows, names, "node-2")
    assert (moved.verdict, moved.causes[0].component.kind) == (Verdict.CALL_SERVER, "node")
    assert [item.kind for item in moved.causes[0].less_likely] == ["vlan"]
    stayed = _all_drop(rows, names, None)
    assert (stayed.verdict, stayed.causes[0].component.kind) == (Verdict.NOT_PROVEN, "vlan")


def test_of_a_part_of_the_network_it_says_the_contrary() -> None:
    rows = rows_of(6, 2, 20)
    names = [name for name, row in sorted(rows.items()) if row["switch"] == "acc-1" and row["node"] == "node-1"]
    few = _all_drop(rows, names, "node-2")
    assert few.verdict is Verdict.NETWORK
    assert _words(few)[0].weight < -2
    both = [name for name, row in sorted(rows.items()) if row["switch"] == "acc-1"]
    (told,) = _words(_all_drop(rows, both, None))  # phones of two nodes
    assert (told.text, told.weight) == ("none of 40 phones came back at another node within 5 min", 0.0)


def test_of_two_causes_at_once_each_is_told_where_its_phones_came_back() -> None:
    rows = rows_of(6, 2, 20)
    names = [[name for name, row in sorted(rows.items()) if row["module"] == module] for module in ("acc-1/1", "acc-5/2")]
    gone = [drop(name, NOON + timedelta(seconds=place), 13, node=rows[name]["node"]) for own in names for place, name in enumerate(own)]
    (incident,) = explain(rows, [*_week(rows), *gone, *(_came(name, 200, rows[name]["node"]) for own in names for name in own)]).incidents
    assert {cause.component.id for cause in incident.causes} == {"acc-1/1", "acc-5/2"}
    assert [item.text for item in _words(incident)] == ["none of 20 phones came back at another node within 5 min"]


@pytest.mark.parametrize(
    ("part", "back", "verdict"),
    [(1.0, "node-2", Verdict.CALL_SERVER), (0.5, "node-2", Verdict.NOT_PROVEN), (1.0, "node-1", Verdict.NOT_PROVEN)],
)
def test_a_log_alone_names_a_node_of_which_all_phones_came_back_elsewhere(part: float, back: str, verdict: Verdict) -> None:
    homes = {phone(number): f"node-{number % 2 + 1}" for number in range(200)}
    lost = [name for name, node in homes.items() if node == "node-1"]
    week = [_came(name, -86400.0 * (2 + number % 5) - number, node) for number, (name, node) in enumerate(homes.items())]
    events = [
        *_gone(lost[: round(part * len(lost))]),
        *(_came(name, 160, back) for name in lost[: round(part * len(lost))]),
        *_ends("node-1", "node-2"),
    ]
    (incident,) = explain({}, [*week, *events]).incidents
    assert (incident.verdict, incident.suspects[0].component.id) == (verdict, "node-1")
    assert incident.unseen[0].startswith("where the phones are: ")


def test_a_log_alone_names_a_node_that_raised_alerts() -> None:
    homes = {phone(number): f"node-{number % 2 + 1}" for number in range(200)}
    lost = [name for name, node in homes.items() if node == "node-1"]
    week = [_came(name, -86400.0 * (2 + number % 5) - number, node) for number, (name, node) in enumerate(homes.items())]
    stalled = [
        alert(NOON - timedelta(seconds=second), name, node="node-1")
        for second, name in ((20, "LowCallManagerHeartbeatRate"), (15, "CodeYellow"))
    ]
    (without,) = explain({}, [*week, *_gone(lost)]).incidents
    (incident,) = explain({}, [*week, *_gone(lost), *stalled]).incidents
    assert (without.verdict, incident.verdict) == (Verdict.NOT_PROVEN, Verdict.CALL_SERVER)
