"""The file of host keys: what lets a host through, what never does, and that it is written safely."""

from __future__ import annotations

import base64
import concurrent.futures
import fcntl
import hashlib
import hmac
import os
import stat
import threading
from pathlib import Path

import asyncssh
import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.collect.host_keys import HostKey, HostKeys
from switchcorr.errors import HostKeyError
from switchcorr.model.visit import FailureKind


def _key(kind: str = "ssh-ed25519") -> HostKey:
    return HostKey.parse(asyncssh.generate_private_key(kind).export_public_key("openssh").decode())


ONE, OTHER, ECDSA = _key(), _key(), _key("ecdsa-sha2-nistp256")


def _kind(keys: HostKeys, key: HostKey, host: str = "192.0.2.1", port: int = 22) -> FailureKind | None:
    try:
        keys.check(host, port, key, name="sw-1")
    except HostKeyError as error:
        return FailureKind(error.kind)
    return None


def test_a_fingerprint_is_that_of_ssh_keygen() -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    assert HostKey.parse(key.export_public_key("openssh").decode()).fingerprint == key.get_fingerprint()


@pytest.mark.parametrize(
    "text", ["", "ssh-ed25519", "ssh-ed25519 !!!", "ssh-rsa " + ONE.blob, "ssh-ed25519 QUJD", "é " + ONE.blob], ids=range(6)
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="key"):
        HostKey.parse(text)


def test_an_unknown_key_is_refused_with_its_fingerprint_and_the_way_on(tmp_path: Path) -> None:
    keys = HostKeys(tmp_path / "known_hosts")
    with pytest.raises(HostKeyError) as caught:
        keys.check("192.0.2.1", 22, ONE, name="sw-1")
    assert caught.value.kind == FailureKind.HOST_KEY_UNKNOWN
    assert ONE.fingerprint in caught.value.message
    assert caught.value.hint.endswith("switchcorr trust sw-1")
    assert list(tmp_path.iterdir()) == []


def test_a_recorded_key_lets_its_host_and_port_through_and_no_other(tmp_path: Path) -> None:
    keys = HostKeys(tmp_path / "state" / "known_hosts")
    keys.record("192.0.2.1", 2222, ONE)
    assert _kind(keys, ONE, port=2222) is None
    assert _kind(keys, ONE) is FailureKind.HOST_KEY_UNKNOWN
    assert _kind(keys, ONE, host="192.0.2.10", port=2222) is FailureKind.HOST_KEY_UNKNOWN


@pytest.mark.parametrize("policy", ["strict", "accept-new"])
@pytest.mark.parametrize("key", [OTHER, ECDSA], ids=["changed", "other type"])
def test_another_key_is_refused_with_both_fingerprints_and_never_written(tmp_path: Path, policy: str, key: HostKey) -> None:
    path = tmp_path / "known_hosts"
    keys = HostKeys(path, policy)
    keys.record("192.0.2.1", 22, ONE)
    before = path.read_bytes()
    with pytest.raises(HostKeyError) as caught:
        keys.check("192.0.2.1", 22, key, name="sw-1")
    assert caught.value.kind == FailureKind.HOST_KEY_CHANGED
    assert ONE.fingerprint in caught.value.message
    assert key.fingerprint in caught.value.message
    with pytest.raises(HostKeyError):
        keys.record("192.0.2.1", 22, key)
    assert path.read_bytes() == before


def test_accept_new_records_the_first_key_only(tmp_path: Path) -> None:
    keys = HostKeys(tmp_path / "known_hosts", "accept-new")
    assert _kind(keys, ONE) is None
    assert _kind(keys, OTHER) is FailureKind.HOST_KEY_CHANGED
    assert (tmp_path / "known_hosts").read_text() == f"192.0.2.1 {ONE}\n"


def test_any_other_policy_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="policy"):
        HostKeys(tmp_path / "known_hosts", "off")


def test_the_file_is_the_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        keys = HostKeys(tmp_path / "state" / "known_hosts")
        keys.record("192.0.2.1", 22, ONE)
        modes = [stat.S_IMODE(path.stat().st_mode) for path in sorted((tmp_path / "state").iterdir())]
        keys.replace("192.0.2.1", 22, OTHER)
        modes += [stat.S_IMODE(path.stat().st_mode) for path in sorted((tmp_path / "state").iterdir())]
    finally:
        os.umask(old)
    assert set(modes) == {0o600}
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


def test_hashed_revoked_and_listed_entries_are_understood(tmp_path: Path) -> None:
    salt = b"0123456789abcdefghij"
    digest = hmac.new(salt, b"[sw-2.example.net]:2222", hashlib.sha1).digest()
    hashed = f"|1|{base64.b64encode(salt).decode()}|{base64.b64encode(digest).decode()}"
    path = tmp_path / "known_hosts"
    path.write_text(
        f"# a remark\n\nnonsense\n{hashed} {OTHER} comment\nsw-1.example.net,192.0.2.1 {ONE}\n"
        f"@cert-authority * {ECDSA}\n@revoked * {ECDSA}\n* {OTHER}\nsw-3 ssh-ed25519 broken!\n"
    )
    keys = HostKeys(path)
    assert _kind(keys, ONE) is None
    assert _kind(keys, ONE, host="SW-1.example.net") is None
    assert _kind(keys, OTHER, host="sw-2.example.net", port=2222) is None
    assert _kind(keys, ONE, host="sw-2.example.net", port=2222) is FailureKind.HOST_KEY_CHANGED
    assert _kind(keys, OTHER, host="sw-3") is FailureKind.HOST_KEY_UNKNOWN
    assert _kind(keys, ECDSA, host="sw-9") is FailureKind.HOST_KEY_CHANGED


def test_a_line_without_its_end_is_not_glued_to_the_next(tmp_path: Path) -> None:
    path = tmp_path / "known_hosts"
    path.write_text(f"sw-9 {ONE}")
    keys = HostKeys(path)
    keys.record("192.0.2.1", 22, OTHER)
    assert path.read_text() == f"sw-9 {ONE}\n192.0.2.1 {OTHER}\n"


def test_a_change_by_somebody_else_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "known_hosts"
    mine, theirs = HostKeys(path), HostKeys(path)
    assert mine.known("192.0.2.1", 22) == ()
    theirs.record("192.0.2.1", 22, ONE)
    assert mine.known("192.0.2.1", 22) == (ONE,)
    theirs.replace("192.0.2.1", 22, OTHER)
    assert mine.known("192.0.2.1", 22) == (OTHER,)


def test_replacing_leaves_everything_else_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "known_hosts"
    path.write_text(f"# kept\nsw-1,192.0.2.1 {ONE} by hand\n192.0.2.1 {ECDSA}\nsw-2 {ONE}\n")
    HostKeys(path).replace("192.0.2.1", 22, OTHER)
    assert path.read_text() == f"# kept\nsw-1 {ONE} by hand\nsw-2 {ONE}\n192.0.2.1 {OTHER}\n"


def test_many_writers_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "known_hosts"

    def record(number: int) -> None:
        HostKeys(path, "accept-new").check(f"192.0.2.{number % 50}", 22, ONE, name="sw")

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(record, range(200)))
    assert sorted(path.read_text().splitlines()) == sorted(f"192.0.2.{number} {ONE}" for number in range(50))


def test_a_writer_waits_for_the_one_before_it(tmp_path: Path) -> None:
    path = tmp_path / "known_hosts"
    with Path(f"{path}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second = threading.Thread(target=HostKeys(path).record, args=("192.0.2.1", 22, ONE), daemon=True)
        second.start()
        second.join(0.2)
        assert second.is_alive()
        assert not path.exists()
    second.join(10)
    assert path.exists()


def test_a_symlink_in_place_of_the_file_is_not_followed_when_writing(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("")
    (tmp_path / "known_hosts").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(HostKeyError):
        HostKeys(tmp_path / "known_hosts").record("192.0.2.1", 22, ONE)
    assert (tmp_path / "elsewhere").read_text() == ""


def test_a_file_that_cannot_be_used_stops_everything(tmp_path: Path) -> None:
    (tmp_path / "known_hosts").mkdir()
    keys = HostKeys(tmp_path / "known_hosts")
    with pytest.raises(HostKeyError, match="known_hosts"):
        keys.check("192.0.2.1", 22, ONE, name="sw")
    with pytest.raises(HostKeyError, match="known_hosts"):
        keys.replace("192.0.2.1", 22, ONE)


@given(st.text(min_size=1, max_size=30))
def test_no_host_name_can_write_a_line_of_its_own(tmp_path_factory: pytest.TempPathFactory, host: str) -> None:
    path = tmp_path_factory.mktemp("keys") / "known_hosts"
    try:
        HostKeys(path).record(host, 22, ONE)
    except HostKeyError:
        assert not path.exists()
    else:
        assert len(path.read_text().splitlines()) == 1
        assert HostKeys(path).known(host, 22) == (ONE,)


@given(st.binary(max_size=200))
def test_no_file_raises_anything_unforeseen(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("keys") / "known_hosts"
    path.write_bytes(data + b"\nsw-1 " + str(ONE).encode() + b"\n")
    assert HostKeys(path).known("sw-1", 22) == (ONE,)
