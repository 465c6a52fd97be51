"""What an SSH server says before anything is encrypted: its banner and the algorithms it offers. Nothing is logged into."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from switchcorr.collect.algorithms import ALGORITHMS
from switchcorr.errors import ConnectError
from switchcorr.model.inventory import AlgorithmProfile
from switchcorr.model.visit import FailureKind

_OUR_BANNER: Final = b"SSH-2.0-switchcorr\r\n"
_MOST_LINES: Final = 50
_LONGEST_LINE: Final = 1_024
_LONGEST_PACKET: Final = 35_000
_KEXINIT: Final = 20
_COOKIE: Final = 16
_LISTS: Final = 10
_NOT_ALGORITHMS: Final = frozenset({"ext-info-s", "kex-strict-s-v00@openssh.com"})


@dataclass(frozen=True, slots=True)
class Offer:
    """What a server offers.

    Attributes:
        banner: its version line: ``SSH-2.0-Cisco-1.25``.
        ciphers, macs: from the server to us.
    """

    banner: str
    kex: tuple[str, ...]
    host_keys: tuple[str, ...]
    ciphers: tuple[str, ...]
    macs: tuple[str, ...]


class Remedy(NamedTuple):
    """What would reach a server.

    Attributes:
        profile: the least profile with an algorithm of each sort in common; None if there is none.
        missing: what the server offers in the sorts in which nothing that is permitted is in common.
    """

    profile: AlgorithmProfile | None
    missing: tuple[str, ...]


class Reading(Protocol):
    """Bytes from a server."""

    async def readexactly(self, n: int, /) -> bytes:
        """So many bytes, or ``asyncio.IncompleteReadError``."""


async def read_banner(reader: Reading) -> str:
    """The version line.

    Raises:
        ConnectError: something else answers, or nothing.
    """
    said = b""
    try:
        for _ in range(_MOST_LINES):
            line = b""
            while not line.endswith(b"\n") and len(line) < _LONGEST_LINE:
                line += await reader.readexactly(1)
            said += line
            if line.startswith(b"SSH-"):
                return _printable(line.strip())
            if len(line) >= _LONGEST_LINE:
                break
    except asyncio.IncompleteReadError as error:
        said += line + error.partial
    first = _printable(said.strip().splitlines()[0]) if said.strip() else ""
    if first:
        raise ConnectError(f"no SSH server: it says {first!r}.", kind=FailureKind.NOT_SSH, hint="Check host and port in the inventory.")
    raise ConnectError("the connection was closed before anything was said.", kind=FailureKind.RESET)


async def read_offer(reader: Reading) -> Offer:
    """Banner and first packet.

    Raises:
        ConnectError: no SSH server, or it left before it said what it offers.
    """
    banner = await read_banner(reader)
    try:
        length = int.from_bytes(await reader.readexactly(4), "big")
        if not 2 <= length <= _LONGEST_PACKET:
            raise ConnectError(f"its first packet claims {length} bytes.", kind=FailureKind.NOT_SSH)
        return parse_offer(banner, await reader.readexactly(length))
    except asyncio.IncompleteReadError as error:
        raise ConnectError(f"{banner}: closed the connection before the key exchange.", kind=FailureKind.RESET) from error


def parse_offer(banner: str, packet: bytes) -> Offer:
    """The lists of a KEXINIT packet, from the byte of its padding length on. Source: RFC 4253, sections 6 and 7.1.

    Raises:
        ConnectError: it is none.
    """
    payload = packet[1 : len(packet) - packet[0]] if packet else b""
    if not payload or payload[0] != _KEXINIT:
        raise ConnectError(f"{banner}: its first packet is no list of algorithms.", kind=FailureKind.NOT_SSH)
    at, lists = 1 + _COOKIE, []
    for _ in range(_LISTS):
        size = int.from_bytes(payload[at : at + 4], "big")
        if at + 4 + size > len(payload):
            raise ConnectError(f"{banner}: its list of algorithms is cut short.", kind=FailureKind.NOT_SSH)
        names = payload[at + 4 : at + 4 + size].split(b",")
        lists.append(tuple(shown for name in names if (shown := _printable(name)) and shown not in _NOT_ALGORITHMS))
        at += 4 + size
    return Offer(banner, kex=lists[0], host_keys=lists[1], ciphers=lists[3], macs=lists[5])


def remedy(offer: Offer, permitted: AlgorithmProfile) -> Remedy:
    """The least profile that reaches a server, and what it offers that is not permitted."""
    missing = tuple(name for offered, ours in _sorts(offer, permitted) if not set(offered) & set(ours) for name in offered)
    profile = next((one for one in AlgorithmProfile if all(set(offered) & set(ours) for offered, ours in _sorts(offer, one))), None)
    return Remedy(profile, missing)


def algorithms_error(name: str, offer: Offer, permitted: AlgorithmProfile) -> ConnectError:
    """Why there is no algorithm in common, with the setting that would help."""
    found = remedy(offer, permitted)
    offers = "; ".join(
        f"{sort} {', '.join(names)}"
        for sort, names in (("key exchange", offer.kex), ("host key", offer.host_keys), ("ciphers", offer.ciphers), ("MACs", offer.macs))
        if set(names) & set(found.missing)
    )
    message = f"{name}: no SSH algorithm in common: {permitted} ones are permitted, and {offer.banner} offers only {offers}."
    if found.profile is None:
        return ConnectError(message, kind=FailureKind.ALGORITHMS, hint="No profile has them: `driver: netmiko` may.")
    hint = (
        f"Once: `switchcorr sweep --limit {name} --algorithms {name}={found.profile}`. For good, in hosts.yaml, in the data of {name} or of"
        f" a group: `switchcorr_algorithms: {found.profile}`"
    )
    return ConnectError(message, kind=FailureKind.ALGORITHMS, hint=hint)


async def probe(host: str, port: int, *, limit_s: float) -> Offer:
    """Ask a server what it offers, over a connection of its own.

    Raises:
        ConnectError: no SSH server.
        OSError: no connection, ``TimeoutError`` when nothing comes in time.
    """
    async with asyncio.timeout(limit_s):
        reader, writer = await asyncio.open_connection(host, port)
        try:
            writer.write(_OUR_BANNER)
            return await read_offer(reader)
        finally:
            writer.transport.abort()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


def _sorts(offer: Offer, profile: AlgorithmProfile) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    ours = ALGORITHMS[profile]
    sorts = [(offer.kex, ours.kex), (offer.host_keys, ours.host_keys), (offer.ciphers, ours.ciphers)]
    authenticated = any("gcm" in name or "poly1305" in name for name in set(offer.ciphers) & set(ours.ciphers))
    return (*sorts, *(() if authenticated else ((offer.macs, ours.macs),)))


def _printable(data: bytes) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in data.decode("ascii", "replace"))[:200]
