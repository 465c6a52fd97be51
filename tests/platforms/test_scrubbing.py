"""Secrets leave a text before it is kept; everything else stays as it is, byte for byte."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.platforms import PLATFORMS, Platform
from switchcorr.platforms.scrubbing import ALL_RULES, MARKS, scrub

_CASES = Path(__file__).parent
_SCRUBBED = [platform for platform in PLATFORMS if platform.scrub]
_SECRETS = (
    "username ops privilege 15 secret 5 CANARY",
    "username ops password 0 CANARY",
    "username ops privilege 15 algorithm-type scrypt secret CANARY",
    "username admin password 5 CANARY  role network-admin",
    "enable secret 9 CANARY",
    "enable password CANARY",
    "enable secret level 7 5 CANARY",
    "snmp-server community CANARY RO 10",
    "snmp-server community CANARY group network-operator",
    "snmp-server host 192.0.2.9 version 2c CANARY",
    "snmp-server host 192.0.2.9 CANARY",
    "snmp-server host 192.0.2.9 informs version 2c CANARY udp-port 162",
    "snmp-server user ops NETOPS v3 auth md5 CANARY priv aes 128 CANARY",
    "snmp-server user ops network-admin auth md5 0xCANARY priv 0xCANARY localizedkey",
    "tacacs-server host 192.0.2.5 key CANARY",
    "tacacs-server key 7 CANARY",
    "radius-server host 192.0.2.5 auth-port 1812 acct-port 1813 key 7 CANARY",
    'radius-server host 192.0.2.5 key 7 "CANARY" authentication accounting',
    " key 7 CANARY",
    " key CANARY",
    "  key-string 7 CANARY",
    " password 7 CANARY",
    "line vty 0 4\r\n password CANARY\r\n login",
    "ip ospf message-digest-key 1 md5 7 CANARY",
    "crypto isakmp key CANARY address 192.0.2.1",
    "ntp authentication-key 1 md5 CANARY 7",
    " standby 1 authentication md5 key-string CANARY",
    "%PARSER-5-CFGLOG_LOGGEDCMD: User:ops  logged command:username x password 0 CANARY",
)
_CATOS_SECRETS = (
    "set password CANARY",
    "set enablepass $2$CANARY",
    "set snmp community read-only      CANARY",
    "set snmp community read-write-all CANARY",
    "set snmp trap 192.0.2.9 CANARY",
    "set tacacs key CANARY",
    "set radius key CANARY",
    "set ntp key 1 trusted md5 CANARY",
    "set localuser user ops password CANARY privilege 15",
)


@pytest.mark.parametrize("platform", _SCRUBBED, ids=lambda platform: platform.name)
@pytest.mark.parametrize("line", _SECRETS)
def test_secrets_in_lines_of_a_configuration_are_masked(platform: Platform, line: str) -> None:
    text = f"interface Gi1/0/1\r\n{line}\r\n description x\r\n"
    kept = scrub(text.encode(), platform.scrub)
    assert b"CANARY" not in kept
    assert b"***" in kept
    assert kept.startswith(b"interface Gi1/0/1\r\n")
    assert kept.endswith(b"\r\n description x\r\n")


@pytest.mark.parametrize("line", _CATOS_SECRETS)
def test_secrets_in_lines_of_catos_are_masked(line: str) -> None:
    platform = next(platform for platform in PLATFORMS if platform.name == "cisco_catos")
    assert b"CANARY" not in scrub(f"begin\n{line}\nend".encode(), platform.scrub)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", [b"", b"x"])
def test_secrets_in_utf16_are_masked_and_the_rest_stays(encoding: str, end: bytes) -> None:
    text = "sw#show run\r\nsnmp-server community {} RO\r\nsw# caf\u00e9 \ud83d\ude00\r\n"
    raw = text.format("CANARY").encode(encoding, "surrogatepass") + end
    assert scrub(raw, ALL_RULES) == text.format("***").encode(encoding, "surrogatepass") + end


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("secret", ["p\u00e0ss", "\u00e0", "\u00e9" * 200, "\u4e2d\u00a0\U0001f600"])
def test_a_secret_may_have_any_letters(encoding: str, secret: str) -> None:
    text = "sw#show run\r\nusername bob password {}\r\nsnmp-server community CANARY RO\r\n"
    masked = scrub(text.format(secret).encode(encoding), ALL_RULES)
    assert masked.decode(encoding) == text.format("***").replace("CANARY", "***")


_SHOWN = "sw#show run\r\nsnmp-server community CANARY RO\r\n"


@pytest.mark.parametrize(
    "parts",
    [
        [b"\xff\xfe", _SHOWN.encode("utf-16-le"), _SHOWN.encode()],
        [b"\xff\xfe", "log\r\n".encode("utf-16-le"), b"odd", _SHOWN.encode("utf-16-le")],
        [b"\xfe\xff", "log\r\n".encode("utf-16-be"), b"odd", _SHOWN.encode("utf-16-be"), _SHOWN.encode()],
        [_SHOWN.encode() * 9, _SHOWN.encode("utf-16-le")],
        [b"\xff\xfe\x01\xff\xfd\x03", _SHOWN.encode()],
        [b"\xff\xfe\x01\0\r\0\n", _SHOWN.encode()],
    ],
    ids=["utf16-plain", "utf16-odd", "big-endian", "plain-utf16", "telnet", "nuls"],
)
def test_secrets_in_logs_of_two_encodings_are_masked(parts: list[bytes]) -> None:
    assert b"CANARY" not in scrub(b"".join(parts), ALL_RULES).replace(b"\0", b"")


@given(
    st.lists(
        st.one_of(
            st.binary(max_size=40), st.sampled_from([t.encode(e) for e in ("utf-16-le", "utf-16-be") for t in ("key 7 0", "\n", "pass")])
        ),
        max_size=12,
    )
)
def test_bytes_that_may_be_utf16_come_through(parts: list[bytes]) -> None:
    data = b"".join(parts).replace(b"*", b"") + b"\0"
    kept = scrub(data, ALL_RULES)
    assert kept == data or b"***" in kept.replace(b"\0", b"")
    assert scrub(data, []) == data


@pytest.mark.parametrize("platform", _SCRUBBED, ids=lambda platform: platform.name)
def test_no_output_of_the_cases_is_changed(platform: Platform) -> None:
    """The rules cost no row of any output that switchcorr reads."""
    changed = [path.name for path in (_CASES / platform.name).rglob("*.txt") if scrub(raw := path.read_bytes(), platform.scrub) != raw]
    assert changed == []


def test_every_cisco_platform_is_scrubbed() -> None:
    assert {platform.name for platform in _SCRUBBED} >= {"cisco_ios", "cisco_nxos", "cisco_catos"}


@given(
    st.lists(st.sampled_from([b"x y", b"key 7 0822", b" password 7 08", b"username a secret b", b"", b"md5 k", b"\xff"]), max_size=12),
    st.data(),
)
def test_line_by_line_is_the_same_as_the_whole_text(lines: list[bytes], data: st.DataObject) -> None:
    """Rules are applied only to lines with a mark; that must not show."""
    text = b"".join(line + data.draw(st.sampled_from([b"\n", b"\r\n", b"\r"])) for line in lines)
    for platform in _SCRUBBED:
        whole = text.decode("latin-1").replace("\r", "\n")
        for pattern, replacement in platform.scrub:
            whole = pattern.sub(replacement, whole)
        assert scrub(text, platform.scrub).replace(b"\r", b"\n") == whole.encode("latin-1")


@given(st.binary(max_size=2000))
def test_bytes_of_any_kind_come_through(data: bytes) -> None:
    text = data.replace(b"*", b"")
    for platform in PLATFORMS:
        kept = scrub(b"key " + text, platform.scrub)
        assert kept == b"key " + text or b"***" in kept


@pytest.mark.parametrize("line", [*_SECRETS, *_CATOS_SECRETS])
def test_every_secret_stands_in_a_text_with_a_mark(line: str) -> None:
    assert any(mark in line.lower().encode() for mark in MARKS)


@pytest.mark.parametrize(
    "piece", ["username x ", "snmp-server host 1 ", "key ", "a", " ", "password\t", "radius-server x ", "ospf key ", "priv 0x"]
)
@pytest.mark.parametrize("platform", _SCRUBBED, ids=lambda platform: platform.name)
def test_hostile_text_takes_time_in_proportion_to_its_length(platform: Platform, piece: str) -> None:
    def took(length: int) -> float:
        data = b"password " + (piece * (length // len(piece))).encode()
        began = time.process_time()
        scrub(data, platform.scrub)
        return time.process_time() - began

    short, long = min(took(20_000) for _ in range(3)), min(took(80_000) for _ in range(3))
    assert long < 0.05 or long < short * 10, "four times the text: 16 times would be quadratic"


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_many_lines_with_a_mark_take_time_in_proportion_to_their_number(end: bytes) -> None:
    line = b"%DOT1X-5-FAIL: Authentication failed for client (0011.2233.4455) on Gi1/0/1" + end

    def took(count: int) -> float:
        data = line * count
        began = time.process_time()
        scrub(data, [])
        return time.process_time() - began

    short, long = min(took(2_000) for _ in range(3)), min(took(20_000) for _ in range(3))
    assert long < short * 30, "ten times the lines: 100 times would be quadratic"
