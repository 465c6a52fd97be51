"""Which device is next: no limit is ever passed, nobody starves, everybody comes to an end."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.collect.breaker import Breaker
from switchcorr.collect.limits import Planned, Schedule, SweepLimits, TokenBucket
from tests.collect.planning import planned

FAST = SweepLimits(logins_a_second=1e6)


def proven(*credentials: str) -> Breaker:
    breaker = Breaker()
    for credential in credentials or ("ops",):
        breaker.accept(credential, "earlier")
    return breaker


def taken(schedule: Schedule, now: float = 0) -> list[str]:
    names = []
    while (device := schedule.take(now)) is not None:
        names.append(device.name)
        now += 1e-3
    return names


def test_sites_take_turns() -> None:
    devices = [planned(f"{site}{number}", site=site) for site in ("north", "south", "west") for number in range(3)]
    schedule = Schedule(devices, FAST, proven())
    assert taken(schedule) == ["north0", "south0", "west0", "north1", "south1", "west1", "north2", "south2", "west2"]
    assert schedule.is_empty


def test_credentials_of_a_site_take_turns() -> None:
    devices = [planned(f"{credential}{number}", site="s", credential=credential) for credential in ("x", "y") for number in range(2)]
    assert taken(Schedule(devices, FAST, proven("x", "y"))) == ["x0", "y0", "x1", "y1"]


def test_no_more_than_allowed_in_all() -> None:
    schedule = Schedule([planned(f"sw{number}") for number in range(9)], SweepLimits(concurrency=4, logins_a_second=1e6), proven())
    assert len(taken(schedule)) == 4
    schedule.release(planned("sw2"))
    assert taken(schedule) == ["sw4"]


def test_no_more_than_allowed_in_a_site() -> None:
    limits = SweepLimits(site_concurrency=2, sites={"wide": 3}, logins_a_second=1e6)
    devices = [planned(f"{site}{number}", site=site) for site in ("narrow", "wide", "") for number in range(5)]
    found = Counter(name.rstrip("0123456789") for name in taken(Schedule(devices, limits, proven())))
    assert found == {"narrow": 2, "wide": 3, "": 5}


def test_no_more_than_allowed_through_a_jump_host() -> None:
    limits = SweepLimits(jump_concurrency=2, logins_a_second=1e6)
    devices = [planned(f"{jump or 'near'}{number}", jump=jump) for jump in ("j", "") for number in range(5)]
    found = Counter(name[:-1] for name in taken(Schedule(devices, limits, proven())))
    assert found == {"j": 2, "near": 5}


def test_one_session_to_an_address_but_the_same_address_behind_two_jump_hosts_is_two() -> None:
    devices = [
        planned("a", host="10.0.0.1"),
        planned("b", host="10.0.0.1"),
        planned("c", host="10.0.0.1", jump="j1"),
        planned("d", host="10.0.0.1", jump="j2"),
        planned("e", host="10.0.0.2"),
    ]
    schedule = Schedule(devices, FAST, proven())
    assert sorted(taken(schedule)) == ["a", "c", "d", "e"]
    schedule.release(devices[0])
    assert taken(schedule) == ["b"]


def test_an_address_that_refused_is_left_alone_for_a_while() -> None:
    devices = [planned("a", host="10.0.0.1"), planned("b", host="10.0.0.1")]
    schedule = Schedule(devices, FAST, proven())
    assert taken(schedule) == ["a"]
    schedule.rest(devices[0], 0)
    schedule.release(devices[0])
    assert taken(schedule, 1) == []
    assert schedule.wait_s(1) == 4
    assert taken(schedule, 5) == ["b"]


def test_a_device_put_back_comes_when_its_pause_is_over_and_before_new_ones() -> None:
    devices = [planned("a"), planned("b"), planned("c")]
    schedule = Schedule(devices, SweepLimits(concurrency=1, logins_a_second=1e6), proven())
    assert taken(schedule) == ["a"]
    schedule.release(devices[0])
    schedule.put_back(devices[0], not_before=2)
    assert taken(schedule, 1) == ["b"]
    schedule.release(devices[1])
    assert taken(schedule, 2) == ["a"]


def test_the_wait_for_a_pause_is_told() -> None:
    schedule = Schedule([], FAST, proven())
    schedule.put_back(planned("a"), not_before=7)
    assert not schedule.is_empty
    assert schedule.wait_s(5) == 2
    assert taken(schedule, 7) == ["a"]


def test_others_wait_for_the_canary() -> None:
    breaker = Breaker()
    schedule = Schedule([planned("a"), planned("b"), planned("x", credential="other")], FAST, breaker)
    assert taken(schedule) == ["a", "x"]
    assert schedule.wait_s(0.5) == pytest.approx(1.5, abs=0.01)
    breaker.accept("ops", "a")
    assert taken(schedule) == ["b"]


def test_what_waits_can_be_taken_out() -> None:
    schedule = Schedule([planned("a"), planned("b")], FAST, proven())
    schedule.put_back(planned("c"), not_before=9)
    paused, never = schedule.take_rest()
    assert ([one.name for one in paused], [one.name for one in never]) == (["c"], ["a", "b"])
    assert schedule.is_empty


@pytest.mark.parametrize("a_second", [0.5, 1, 7, 10, 100, 1000])
def test_logins_are_spread(a_second: float) -> None:
    bucket, now = TokenBucket(a_second), 0.0
    times: list[float] = []
    while len(times) < 50:
        if bucket.take(now):
            times.append(now)
        else:
            now += bucket.wait_s(now)
    for earlier in range(50):
        for later in range(earlier + 1, 50):
            most = (times[later] - times[earlier]) * a_second + max(1, 0.1 * a_second)
            assert later - earlier < most + 1e-6
    assert times[-1] <= 50 / a_second


def test_a_bucket_left_alone_saves_nothing_up() -> None:
    bucket = TokenBucket(10)
    assert bucket.take(0)
    assert [bucket.take(1000) for _ in range(3)] == [True, False, False]


@given(seed=st.integers(0, 10_000))
def test_whatever_happens_no_limit_is_passed_and_every_device_has_its_turn(seed: int) -> None:
    chance = random.Random(seed)  # repeatable by its seed
    limits = SweepLimits(
        concurrency=chance.randint(1, 8),
        site_concurrency=chance.randint(0, 3),
        sites={"s1": chance.randint(1, 3)},
        jump_concurrency=chance.randint(1, 3),
        logins_a_second=50,
    )
    devices = [
        planned(
            f"sw{number}",
            site=chance.choice(["", "s1", "s2"]),
            credential=chance.choice(["x", "y"]),
            jump=chance.choice(["", "", "j"]),
            host=f"10.0.0.{chance.randint(1, 20)}",
        )
        for number in range(30)
    ]
    breaker = Breaker()
    schedule = Schedule(devices, limits, breaker)
    running: dict[str, Planned] = {}
    visits: Counter[str] = Counter()
    now = 0.0
    while not schedule.is_empty or running:
        now += 0.03
        while (device := schedule.take(now)) is not None:
            running[device.name] = device
            visits[device.name] += 1
        assert len(running) <= limits.concurrency
        sites = Counter(one.device.site for one in running.values())
        assert all(sites[site] <= (limits.sites.get(site) or (limits.site_concurrency if site else 0) or 99) for site in sites)
        assert sum(bool(one.hops) for one in running.values()) <= limits.jump_concurrency
        assert len({one.address for one in running.values()}) == len(running)
        if running and chance.random() < 0.7:
            device = running.pop(chance.choice(sorted(running)))
            chance.choice([breaker.accept, breaker.leave_undecided])(device.credential, device.name)
            schedule.release(device)
            if visits[device.name] == 1 and chance.random() < 0.3:
                schedule.put_back(device, not_before=now + chance.random())
    assert set(visits) == {one.name for one in devices}
