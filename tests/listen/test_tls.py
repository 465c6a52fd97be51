"""Syslog by TLS with certificates made here: the right client is heard, everybody else is not."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from switchcorr.errors import ListenError
from switchcorr.listen.certificates import tls_context
from switchcorr.listen.tcp import Limits
from tests.listen.receiving import connect, listening, options, send_tcp

_MESSAGE = b"<187>Nov 20 10:41:07 cm1 7: %UC_X-3-Y: z"


@dataclass
class Authority:
    """A CA, and its folder."""

    folder: Path
    name: str

    def __post_init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self._signed(self.name, self.key, is_ca=True)
        self.file = self.folder / f"{self.name}.pem"
        self.file.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def _signed(self, name: str, key: ec.EllipticCurvePrivateKey, *, is_ca: bool = False) -> x509.Certificate:
        now = datetime.now(UTC)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)])
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        builder = builder.add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        own = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        return builder.add_extension(own, critical=False).sign(self.key, hashes.SHA256())

    def issue(self, name: str, *, password: bytes = b"") -> tuple[Path, Path]:
        """A certificate and its key, as files."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate, key_file = self.folder / f"{name}.crt", self.folder / f"{name}.key"
        certificate.write_bytes(self._signed(name, key).public_bytes(serialization.Encoding.PEM))
        secrecy = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
        key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, secrecy))
        key_file.chmod(0o600)
        return certificate, key_file


def _client(trusted: Path, own: tuple[Path, Path] | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(trusted))
    context.check_hostname = False
    if own is not None:
        context.load_cert_chain(*own)
    return context


async def test_a_client_with_a_certificate_of_the_ca_is_heard_and_no_other(tmp_path: Path) -> None:
    ours, theirs = Authority(tmp_path, "ours"), Authority(tmp_path, "theirs")
    given = replace(options(tmp_path / "events", "tls"), tls=tls_context(*ours.issue("listener"), ours.file))
    async with listening(given) as running:
        port = running.port("tls")
        await send_tcp(port, b"%d %b" % (len(_MESSAGE), _MESSAGE), tls=_client(ours.file, ours.issue("cm1")))
        for stranger in (_client(ours.file), _client(ours.file, theirs.issue("cm9"))):
            with suppress(OSError):
                await send_tcp(port, _MESSAGE + b"\n", tls=stranger)
        with suppress(OSError):
            await send_tcp(port, _MESSAGE + b"\n")
        await running.until(lambda: running.counts.stored == 1 and running.counts.failed_handshakes == 3)
        await running.end()
    assert running.lines() == [_MESSAGE]
    assert running.counts.tls == 1


async def test_a_slow_handshake_is_ended_and_others_are_heard_meanwhile(tmp_path: Path) -> None:
    ours = Authority(tmp_path, "ours")
    limits = Limits(handshake_s=0.2, per_source=20)
    given = replace(options(tmp_path / "events", "tls"), tls=tls_context(*ours.issue("listener"), None), limits=limits)
    async with listening(given) as running:
        silent = [await connect(running.port("tls")) for _ in range(19)]
        await send_tcp(running.port("tls"), _MESSAGE + b"\n", tls=_client(ours.file))
        await running.until(lambda: running.counts.stored == 1)
        await running.until(lambda: running.counts.failed_handshakes == 19)
        await running.until(lambda: not running.listener._connections._of_source)
        for writer in silent:
            writer.close()


async def test_the_end_comes_though_a_handshake_hangs(tmp_path: Path) -> None:
    ours = Authority(tmp_path, "ours")
    given = replace(options(tmp_path / "events", "tls"), tls=tls_context(*ours.issue("listener"), None))
    async with listening(given) as running:
        writer = await connect(running.port("tls"))
        await running.until(lambda: running.counts.connections == 1)
        async with asyncio.timeout(10):
            await running.end()
        writer.close()


def test_a_key_that_everybody_can_read_is_refused(tmp_path: Path) -> None:
    certificate, key = Authority(tmp_path, "ours").issue("listener")
    key.chmod(0o644)
    with pytest.raises(ListenError, match="everybody on this machine can read the key"):
        tls_context(certificate, key, None)


def test_files_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    ours = Authority(tmp_path, "ours")
    certificate, key = ours.issue("listener")
    with pytest.raises(ListenError, match=r"no-such\.pem.*No such file"):
        tls_context(tmp_path / "no-such.pem", key, None)
    with pytest.raises(ListenError, match="the key has a password"):
        tls_context(*ours.issue("locked", password=b"secret"), None)
    key.write_bytes(b"nonsense")
    with pytest.raises(ListenError, match="TLS cannot be set up"):
        tls_context(certificate, key, None)


async def test_nothing_is_lost_when_a_sender_closes_while_reading_pauses(tmp_path: Path) -> None:
    """And the sender never reads, as senders of syslog do."""
    ours = Authority(tmp_path, "ours")
    given = replace(options(tmp_path / "events", "tls"), tls=tls_context(*ours.issue("listener"), None))
    client = _client(ours.file)

    def connected(port: int) -> ssl.SSLSocket:  # what it sends fits the buffers of both sides, so that it is gone before it is read
        return client.wrap_socket(socket.create_connection(("127.0.0.1", port)))

    def send_and_close(sender: ssl.SSLSocket) -> None:
        with sender:
            sender.sendall(b"".join(b"<1>%06d\n" % number for number in range(60_000)))

    async with listening(given) as running:
        sender = await asyncio.to_thread(connected, running.port("tls"))
        await running.until(lambda: bool(running.listener._connections._open))
        running.listener.pause()
        await asyncio.to_thread(send_and_close, sender)
        running.listener.resume()
        await running.until(lambda: running.counts.stored == 60_000)
