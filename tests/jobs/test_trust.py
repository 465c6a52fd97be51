"""Host keys: what is new, the same, changed; what may be recorded without asking, and what is."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path

import pytest

from switchcorr.collect.host_keys import HostKey, HostKeys
from switchcorr.errors import ConnectError
from switchcorr.jobs.trust import Place, Seen, Standing, record_keys, see_all, stages_of, why_not_unasked
from switchcorr.model.inventory import InventoryDevice, JumpHop
from switchcorr.model.visit import FailureKind


def _key(number: int) -> HostKey:
    name = b"ssh-ed25519"
    data = len(name).to_bytes(4, "big") + name + (32).to_bytes(4, "big") + bytes([number]) * 32
    return HostKey("ssh-ed25519", base64.b64encode(data).decode())


_OLD, _NEW = _key(1), _key(2)
_PLACES = tuple(Place(name, f"192.0.2.{number}", 22) for number, name in enumerate(("fresh", "known", "changed", "dead"), start=1))


@pytest.fixture
def keys(tmp_path: Path) -> HostKeys:
    keys = HostKeys(tmp_path / "known_hosts")
    keys.record("192.0.2.2", 22, _NEW)
    keys.record("192.0.2.3", 22, _OLD)
    return keys


def _see(keys: HostKeys) -> tuple[Seen, ...]:
    async def fetch(place: Place) -> HostKey:
        if place.device == "dead":
            raise ConnectError("dead: refused.", kind=FailureKind.REFUSED, hint="Is SSH on?")
        return _NEW

    return asyncio.run(see_all(_PLACES, fetch=fetch, keys=keys))


def test_every_device_is_seen_in_its_order_and_compared(keys: HostKeys) -> None:
    found = _see(keys)
    assert [(seen.place.device, seen.standing) for seen in found] == [
        ("fresh", Standing.NEW),
        ("known", Standing.SAME),
        ("changed", Standing.CHANGED),
        ("dead", Standing.UNREACHED),
    ]
    assert found[2].recorded == (_OLD,)
    assert found[3].failure is not None
    assert found[3].failure.kind is FailureKind.REFUSED


def test_without_asking_new_keys_are_recorded_and_changed_ones_never(keys: HostKeys) -> None:
    found = _see(keys)
    trusted = record_keys(found, {seen.place: why_not_unasked(seen) for seen in found}, keys)
    assert [one.recorded for one in trusted] == [True, True, False, False]
    assert "--fingerprint" in trusted[2].why_not
    assert trusted[3].why_not == "dead: refused."
    assert keys.known("192.0.2.1", 22) == (_NEW,)
    assert keys.known("192.0.2.3", 22) == (_OLD,)


@pytest.mark.parametrize("device", [0, 1, 2])
def test_a_fingerprint_must_be_that_of_the_key_whatever_is_recorded(device: int, keys: HostKeys) -> None:
    seen = _see(keys)[device]
    assert why_not_unasked(seen, fingerprint=_NEW.fingerprint) == ""
    assert why_not_unasked(seen, fingerprint=f" {_NEW.fingerprint}= ") == ""
    assert "not the one given" in why_not_unasked(seen, fingerprint=_OLD.fingerprint)


def test_a_changed_key_takes_the_place_of_the_old_one_when_there_is_no_reason_not_to(keys: HostKeys) -> None:
    found = _see(keys)
    assert all(one.recorded for one in record_keys(found[:3], {}, keys))
    assert keys.known("192.0.2.3", 22) == (_NEW,)


def test_no_key_is_never_recorded(keys: HostKeys) -> None:
    (dead,) = record_keys(_see(keys)[3:], {}, keys)
    assert (dead.recorded, dead.why_not) == (False, "dead: refused.")


def test_hosts_on_the_way_come_before_what_is_behind_them_and_once() -> None:
    near, far = JumpHop("192.0.2.200"), JumpHop("192.0.2.201", 2222)
    devices = [
        InventoryDevice("a", "192.0.2.1", port=2222, jumps=(near, far)),
        InventoryDevice("b", "192.0.2.2", jumps=(near,)),
        InventoryDevice("c", "192.0.2.3"),
    ]
    assert [[(place.device, place.hops) for place in stage] for stage in stages_of(devices)] == [
        [("192.0.2.200:22", 0)],
        [("192.0.2.201:2222", 1)],
        [("a", 2), ("b", 1), ("c", 0)],
    ]
    assert stages_of(devices[2:]) == ((Place("c", "192.0.2.3", 22),),)
