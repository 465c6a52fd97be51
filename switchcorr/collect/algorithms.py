"""Which SSH algorithms each profile permits, by the names that go over the wire; each profile adds to those before it."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from switchcorr.model.inventory import AlgorithmProfile


@dataclass(frozen=True, slots=True)
class Algorithms:
    """Algorithms in the order of preference.

    Attributes:
        signatures: for logging in with a key of the user.
    """

    kex: tuple[str, ...]
    host_keys: tuple[str, ...]
    ciphers: tuple[str, ...]
    macs: tuple[str, ...]
    signatures: tuple[str, ...]

    def __add__(self, older: Algorithms) -> Algorithms:
        return Algorithms(
            self.kex + older.kex,
            self.host_keys + older.host_keys,
            self.ciphers + older.ciphers,
            self.macs + older.macs,
            self.signatures + older.signatures,
        )


_SIGNATURES = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "rsa-sha2-512", "rsa-sha2-256")
_MODERN = Algorithms(
    kex=(
        "curve25519-sha256",
        "curve25519-sha256@libssh.org",
        "ecdh-sha2-nistp256",
        "ecdh-sha2-nistp384",
        "ecdh-sha2-nistp521",
        "diffie-hellman-group14-sha256",
        "diffie-hellman-group16-sha512",
        "diffie-hellman-group18-sha512",
        "diffie-hellman-group-exchange-sha256",
    ),
    host_keys=_SIGNATURES,
    ciphers=(
        "aes128-gcm@openssh.com",
        "aes256-gcm@openssh.com",
        "chacha20-poly1305@openssh.com",
        "aes128-ctr",
        "aes192-ctr",
        "aes256-ctr",
    ),
    macs=("hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512"),
    signatures=_SIGNATURES,
)
_SHA1 = Algorithms(
    kex=("diffie-hellman-group14-sha1", "diffie-hellman-group-exchange-sha1"),
    host_keys=("ssh-rsa",),
    ciphers=(),
    macs=("hmac-sha1-etm@openssh.com", "hmac-sha1"),
    signatures=("ssh-rsa",),
)
_LEGACY = Algorithms(
    kex=("diffie-hellman-group1-sha1",),
    host_keys=("ssh-dss",),
    ciphers=("aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc"),
    macs=("hmac-sha1-96", "hmac-md5", "hmac-md5-96"),
    signatures=(),
)

ALGORITHMS: Final[Mapping[AlgorithmProfile, Algorithms]] = MappingProxyType(
    {
        AlgorithmProfile.MODERN: _MODERN,
        AlgorithmProfile.SHA1: _MODERN + _SHA1,
        AlgorithmProfile.LEGACY: _MODERN + _SHA1 + _LEGACY,
    }
)
"""What each profile permits."""

_SIGNED_BY: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({"ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa")})
_OLD_EXCHANGE = "Diffie-Hellman over finite fields"


def host_key_order(profile: AlgorithmProfile, recorded: Iterable[str]) -> tuple[str, ...]:
    """The host key algorithms of a profile, those of the recorded key types first: a switch with several keys shows the known one.

    >>> host_key_order(AlgorithmProfile.MODERN, ["ssh-rsa"])[:3]
    ('rsa-sha2-512', 'rsa-sha2-256', 'ssh-ed25519')
    """
    permitted = ALGORITHMS[profile].host_keys
    wanted = [name for kind in recorded for name in _SIGNED_BY.get(kind, (kind,))]
    return tuple(dict.fromkeys([*(name for name in wanted if name in permitted), *permitted]))


def quiet_old_exchanges() -> None:
    """Keep the crypto library from announcing at each Diffie-Hellman exchange that it will drop them one day.

    The user has permitted them by name, and the report names the switches; said a thousand times on stderr it helps nobody.
    """
    if not any(entry[0] == "ignore" and getattr(entry[1], "pattern", "") == _OLD_EXCHANGE for entry in warnings.filters):
        warnings.filterwarnings("ignore", message=_OLD_EXCHANGE)
