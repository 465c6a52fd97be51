"""What a server offers before anything is encrypted, and which setting would reach it."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.collect.algorithms import ALGORITHMS, host_key_order
from switchcorr.collect.probe import Offer, algorithms_error, parse_offer, probe, read_offer, remedy
from switchcorr.errors import ConnectError
from switchcorr.lab.faults import Fault
from switchcorr.lab.ssh_server import LabServer
from switchcorr.model.inventory import AlgorithmProfile
from switchcorr.model.visit import FailureKind
from tests.collect.ssh_visits import switch, with_lab

MODERN, SHA1, LEGACY = AlgorithmProfile
OLD = Offer("SSH-1.99-Cisco-1.25", ("diffie-hellman-group1-sha1",), ("ssh-rsa",), ("aes128-cbc", "3des-cbc"), ("hmac-sha1", "hmac-md5"))
NEW = Offer("SSH-2.0-x", ("curve25519-sha256",), ("ssh-ed25519",), ("aes128-gcm@openssh.com",), ("hmac-sha1",))


def _packet(lists: list[str]) -> bytes:
    """A key exchange, padded by four bytes."""
    payload = bytes((20,)) + bytes(16) + b"".join(len(text).to_bytes(4, "big") + text.encode() for text in lists) + bytes(5)
    return bytes((4,)) + payload + bytes(4)


def _read(data: bytes) -> Offer:
    async def read() -> Offer:
        reader = asyncio.StreamReader()
        reader.feed_data(data)
        reader.feed_eof()
        return await read_offer(reader)

    return asyncio.run(read())


@pytest.mark.parametrize(
    ("profile", "kex"), [(MODERN, "curve25519-sha256"), (SHA1, "diffie-hellman-group14-sha1"), (LEGACY, "diffie-hellman-group1-sha1")]
)
def test_a_server_says_what_it_offers_and_the_least_profile_reaches_it(profile: AlgorithmProfile, kex: str) -> None:
    async def visit(lab: LabServer) -> None:
        offer = await probe(*lab.address("acc-001"), limit_s=60)
        assert kex in offer.kex
        assert offer.banner == "SSH-2.0-Cisco-1.25"
        assert offer.host_keys
        assert offer.ciphers
        assert offer.macs
        for permitted in AlgorithmProfile:
            needed, missing = remedy(offer, permitted)
            assert needed is profile
            assert bool(missing) is not permitted.allows(profile)

    assert with_lab(switch(algorithms=profile), visit).journal.auth_attempts() == 0


@pytest.mark.parametrize(("fault", "kind"), [(Fault.NOT_SSH, FailureKind.NOT_SSH), (Fault.FIRST_CONNECTION_RESET, None)])
def test_a_probe_of_something_else_says_so(fault: Fault, kind: FailureKind | None) -> None:
    async def visit(lab: LabServer) -> None:
        with pytest.raises((ConnectError, OSError)) as caught:
            await probe(*lab.address("acc-001"), limit_s=60)
        if kind is not None:
            assert isinstance(caught.value, ConnectError)
            assert caught.value.kind == kind
            assert "HTTP/1.1 400" in caught.value.message

    with_lab(switch(fault), visit)


def test_a_silent_server_costs_the_limit() -> None:
    async def visit(lab: LabServer) -> None:
        with pytest.raises(TimeoutError):
            await probe(*lab.address("acc-001"), limit_s=0.3)

    with_lab(switch(Fault.SILENT), visit)


def test_lines_before_the_version_are_skipped() -> None:
    packet = _packet(["a,b", "c", "d", "e", "f", "g", "none", "none", "", ""])
    offer = _read(b"welcome\r\nto this\r\nSSH-2.0-x\r\n" + (len(packet)).to_bytes(4, "big") + packet)
    assert offer == Offer("SSH-2.0-x", ("a", "b"), ("c",), ("e",), ("g",))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", FailureKind.RESET),
        (b"SSH-2.0-x", FailureKind.NOT_SSH),
        (b"SSH-2.0-x\r\n", FailureKind.RESET),
        (b"SSH-2.0-x\r\n\xff\xff\xff\xff", FailureKind.NOT_SSH),
        (b"SSH-2.0-x\r\n\x00\x00\x00\x02\x00\x15", FailureKind.NOT_SSH),
        (b"SSH-2.0-x\r\n\x00\x00\x00\x04\xff\x14\x00\x00", FailureKind.NOT_SSH),
        (b"x" * 5000, FailureKind.NOT_SSH),
        (b"no\n" * 100, FailureKind.NOT_SSH),
        (b"\x1b]0;evil\x07\r\n", FailureKind.NOT_SSH),
    ],
)
def test_broken_greetings_are_told_apart(data: bytes, kind: FailureKind) -> None:
    with pytest.raises(ConnectError) as caught:
        _read(data)
    assert caught.value.kind == kind
    assert caught.value.message.isprintable()


@given(st.binary(max_size=300))
def test_no_packet_raises_anything_else(data: bytes) -> None:
    with contextlib.suppress(ConnectError):
        assert isinstance(parse_offer("SSH-2.0-x", data), Offer)


def test_the_remedy_is_the_setting_that_helps_and_no_more() -> None:
    assert remedy(NEW, MODERN) == (MODERN, ())
    needed, missing = remedy(OLD, SHA1)
    assert (needed, missing) == (LEGACY, ("diffie-hellman-group1-sha1", "aes128-cbc", "3des-cbc"))
    unknown = Offer("SSH-2.0-x", ("new-kex",), ("ssh-rsa",), ("aes128-ctr",), ("hmac-sha1",))
    assert remedy(unknown, LEGACY) == (None, ("new-kex",))


def test_the_message_names_the_offer_and_the_hint_can_be_pasted() -> None:
    error = algorithms_error("acc-12", OLD, MODERN)
    assert "modern ones are permitted" in error.message
    assert "diffie-hellman-group1-sha1" in error.message
    assert "`switchcorr sweep --limit acc-12 --algorithms acc-12=legacy`" in error.hint
    assert "`switchcorr_algorithms: legacy`" in error.hint
    assert "driver: netmiko" in algorithms_error("acc-12", Offer("SSH-2.0-x", ("y",), (), (), ()), LEGACY).hint


def test_each_profile_adds_to_the_one_before() -> None:
    for younger, older in ((MODERN, SHA1), (SHA1, LEGACY)):
        mine, theirs = ALGORITHMS[younger], ALGORITHMS[older]
        for kind in ("kex", "host_keys", "ciphers", "macs", "signatures"):
            assert getattr(theirs, kind)[: len(getattr(mine, kind))] == getattr(mine, kind)
    weak = {"ssh-rsa", "ssh-dss", "hmac-sha1", "hmac-md5", "3des-cbc"}
    assert not weak & {*ALGORITHMS[MODERN].host_keys, *ALGORITHMS[MODERN].macs, *ALGORITHMS[MODERN].ciphers}
    assert not [name for name in ALGORITHMS[MODERN].kex if name.endswith("sha1")]


def test_the_recorded_key_type_is_asked_for_first_and_only_if_permitted() -> None:
    assert host_key_order(SHA1, ["ssh-rsa"])[:3] == ("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa")
    assert "ssh-rsa" not in host_key_order(MODERN, ["ssh-rsa"])
    assert host_key_order(MODERN, []) == ALGORITHMS[MODERN].host_keys
    assert sorted(host_key_order(LEGACY, ["ssh-dss", "nonsense"])) == sorted(ALGORITHMS[LEGACY].host_keys)
