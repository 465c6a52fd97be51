"""Servers of silent phones, where only the log tells the server of those that dropped."""

from __future__ import annotations

import random
from datetime import timedelta

import numpy as np
import pytest

from switchcorr.correlate.exposure.silent import spread_silent
from switchcorr.correlate.exposure.table import expose
from switchcorr.model.event import Event, EventKind
from switchcorr.model.incident import Correlation, Verdict
from tests.correlate.scenes import (
    NOON,
    START,
    Rows,
    alert,
    below,
    burst,
    campus_of,
    drop,
    explain,
    log_of,
    noise,
    number_of,
    phone,
    rows_of,
)

BLOCKS = 6
_NEVER = np.nan


def _site(node_of: dict[str, str]) -> Rows:
    """Six blocks of four switches; ``node_of`` is filled with servers that no table tells: by the half of a switch that nobody knows of."""
    rows = rows_of(switches=4 * BLOCKS, nodes=3)
    for name, row in rows.items():
        block = f"b{(int(row['switch'][4:]) - 1) // 4}"
        row |= {"block": block, "distribution": f"{block}-a"}
        node_of[name] = row.pop("node")
        del row["cluster"]
    return rows


def _told(events: list[Event], node_of: dict[str, str]) -> list[Event]:
    """What the nodes log: each tells of its own phones."""
    return [drop(event.name, event.time or NOON, event.reason.code if event.reason else None, node=node_of[event.name]) for event in events]


def _first_day(rows: Rows, node_of: dict[str, str], hit: list[str], *, reason: int) -> Correlation:
    """The first day of a log, in which one phone of fifty has dropped before the burst."""
    events = noise(rows, days=1, a_day=0.02) + burst(hit, START + timedelta(hours=20), reason=reason)
    return explain(rows, _told(events, node_of))


@pytest.mark.parametrize("share", [0.1, 0.3, 0.8])
def test_on_the_first_day_of_a_log_a_block_that_has_one_server_is_not_taken_for_the_server(share: float) -> None:
    node_of: dict[str, str] = {}
    rows = _site(node_of)
    for name, row in rows.items():
        node_of[name] = f"node-{int(row['block'][1:]) % 3}"  # two buildings each
    hit = [name for name in below(rows, "block", "b1") if random.Random(name).random() < share]
    (incident,) = _first_day(rows, node_of, hit, reason=13).incidents
    assert incident.verdict is Verdict.NETWORK
    assert incident.causes[0].component.id == "b1-a"


@pytest.mark.parametrize("share", [0.1, 0.3, 0.8])
def test_on_the_first_day_of_a_log_a_stalled_server_is_found_all_the_same(share: float) -> None:
    node_of: dict[str, str] = {}
    rows = _site(node_of)
    hit = [name for name in sorted(rows) if node_of[name] == "node-2" and random.Random(name).random() < share]
    (incident,) = _first_day(rows, node_of, hit, reason=6).incidents
    assert incident.verdict is Verdict.CALL_SERVER
    assert [cause.component.id for cause in incident.causes] == ["node-2"]


def test_a_block_with_a_server_of_its_own_stays_one_with_it() -> None:
    """Where building and server are one, phones tell neither from the other, and a log of a day must not seem to."""
    node_of: dict[str, str] = {}
    rows = _site(node_of)
    for name, row in rows.items():
        node_of[name] = f"node-{row['block']}"
    events = noise(rows, days=1, a_day=0.1) + burst(below(rows, "block", "b1")[::4], START + timedelta(hours=20))
    (incident,) = explain(rows, _told(events, node_of)).incidents
    assert incident.verdict is Verdict.NOT_PROVEN
    assert {other.id for other in incident.causes[0].equivalent} == {"b1", "node-b1"}


def test_what_is_taken_of_silent_phones_is_said() -> None:
    node_of: dict[str, str] = {}
    rows = _site(node_of)
    names = sorted(rows)
    result = explain(rows, _told(noise(rows, days=1, a_day=0.1), node_of))
    sentences = [sentence for sentence in result.coverage.assumptions if "that the log does not name" in sentence]
    assert len(sentences) == 1
    assert sentences[0].endswith("are taken to be spread over CallManager node as those that it names around them")
    everyone_but_one = [drop(name, NOON, node=node_of[name]) for name in names[1:]]
    assert any(text.startswith("1 endpoint that the log does not name is") for text in explain(rows, everyone_but_one).coverage.assumptions)
    everyone = [*everyone_but_one, drop(names[0], NOON, node=node_of[names[0]])]
    assert not any("does not name" in text for text in explain(rows, everyone).coverage.assumptions)


def test_the_log_of_one_incident_does_not_tell_the_server_of_blocks_that_it_does_not_name() -> None:
    """All phones of a block that dropped were at one node, and came back at another one: those of other blocks may be at either."""
    rows = _site({})
    hit = below(rows, "block", "b1")[::2]
    gone = [drop(name, NOON + timedelta(seconds=at), 13, node="node-1") for at, name in enumerate(hit)]
    back = [Event(NOON + timedelta(seconds=60 + at), EventKind.REGISTERED, name, node="node-2") for at, name in enumerate(hit)]
    for events in (gone, [*gone, alert(NOON, node="node-2")]):
        (alone,) = explain(rows, events).incidents
        assert alone.verdict is Verdict.NETWORK  # the log knows of no other node that has phones
    found = explain(rows, gone + back)
    (incident,) = found.incidents
    assert incident.verdict is not Verdict.NETWORK
    exposure = expose(log_of(gone + back), campus_of(rows))
    assert exposure.size[number_of(exposure, "node", "node-1")] == len(below(rows, "block", "b1"))
    others = len(rows) - len(below(rows, "block", "b1"))
    why = "left without a known CallManager node: the log names none around them, and more than one elsewhere"
    assert f"{others} endpoints that the log does not name are {why}" in found.coverage.assumptions


def test_phones_in_no_group_are_taken_for_those_of_the_one_server_that_is_known() -> None:
    group, server, heard = np.repeat([0, 1, -1], 10), np.full(30, -1), np.full(30, _NEVER)
    server[:4], heard[:4] = 0, NOON.timestamp()
    assert spread_silent(server, heard, [group], others=True).tolist() == [0] * 10 + [-1] * 10 + [0] * 10
    assert spread_silent(server, heard, [group]).tolist() == [0] * 30
    assert spread_silent(server, heard, [], others=True).tolist() == [0] * 30
    server[4:6], heard[4:6] = 1, NOON.timestamp()
    assert spread_silent(server, heard, [group], others=True).min() == 0


def test_a_phone_that_the_log_names_without_a_node_is_given_none() -> None:
    rows = {name: {"switch": row["switch"]} for name, row in rows_of(switches=1).items()}
    log = log_of([drop(phone(0), NOON, node="pub"), drop(phone(1), NOON, node="sub"), drop(phone(2), NOON), drop(phone(3), NOON)])
    exposure = expose(log, campus_of(rows))
    members = exposure.members[:, exposure.kinds.index("node")]
    assert [members[exposure.row_of[phone(i)]] for i in (2, 3)] == [-1, -1]
    assert sum(exposure.size[number_of(exposure, "node", node)] for node in ("pub", "sub")) == len(rows) - 2


def test_silent_phones_follow_their_group_where_groups_have_one_server_each() -> None:
    group = np.repeat(np.arange(4), 25)
    server, heard = np.full(100, -1), np.full(100, _NEVER)
    named = np.arange(0, 100, 5)
    server[named], heard[named] = group[named] % 2, named * 1000.0
    assert spread_silent(server, heard, [group]).tolist() == (group % 2).tolist()


def test_silent_phones_are_spread_evenly_where_servers_are_mixed() -> None:
    random_ = np.random.default_rng(3)
    group, truth = np.repeat(np.arange(10), 100), random_.integers(0, 2, 1000)
    server, heard = np.full(1000, -1), np.full(1000, _NEVER)
    named = random_.choice(1000, 200, replace=False)
    server[named], heard[named] = truth[named], named * 1000.0
    whole = spread_silent(server, heard, [group])
    assert whole[named].tolist() == truth[named].tolist()
    share = [float((whole[group == number] == 1).mean()) for number in range(10)]
    assert 0.3 < min(share) <= max(share) < 0.7


def test_a_crowded_window_does_not_tell_how_many_phones_a_server_has() -> None:
    server, heard = np.full(1000, -1), np.full(1000, _NEVER)
    server[:40], heard[:40] = np.arange(40) % 2, np.arange(40) * 1000.0
    server[40:300], heard[40:300] = 1, 500_000.0  # a stall
    silent = spread_silent(server, heard, [])[300:]
    assert 0.4 < float((silent == 0).mean()) <= 0.5


def test_phones_without_a_group_follow_the_whole() -> None:
    group = np.repeat([0, -1], 50)
    server, heard = np.full(100, -1), np.full(100, _NEVER)
    named = np.arange(0, 100, 5)
    server[named], heard[named] = np.where(group[named] == 0, 0, named % 2), named * 1000.0
    whole = spread_silent(server, heard, [group])
    assert (whole[:50] == 0).all()
    assert 0.2 < float((whole[50:] == 1).mean()) < 0.4  # of all known phones a quarter


@pytest.mark.parametrize("column", ["building", "vlan"])
def test_a_building_or_vlan_with_a_server_of_its_own_has_no_silent_phones_of_another_one(column: str) -> None:
    rows: Rows = {phone(at): {column: f"{at // 50}", "floor": f"{at % 2}"} for at in range(200)}
    random_ = random.Random(2)
    heard = random_.sample(sorted(rows), 20)
    events = [drop(name, START + timedelta(hours=at), node=f"cm{rows[name][column]}") for at, name in enumerate(heard)]
    exposure = expose(log_of(events), campus_of(rows))
    for at in range(4):
        node = number_of(exposure, "node", f"cm{at}")
        assert {exposure.phones[row] for row in exposure.phones_of(node)} == set(below(rows, column, f"{at}"))
