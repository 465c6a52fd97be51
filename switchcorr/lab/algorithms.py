"""Which SSH algorithms a simulated switch offers, by its age, and the host keys that go with them."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import asyncssh

from switchcorr.lab.faults import Fault
from switchcorr.lab.switch import LabSwitch
from switchcorr.model.inventory import AlgorithmProfile


@dataclass(frozen=True, slots=True)
class Offer:
    """What a server offers in its key exchange."""

    kex: tuple[str, ...]
    encryption: tuple[str, ...]
    mac: tuple[str, ...]
    key: str
    key_bits: int = 0


OFFERS = {
    AlgorithmProfile.MODERN: Offer(
        ("curve25519-sha256", "ecdh-sha2-nistp256", "diffie-hellman-group14-sha256"),
        ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes128-ctr", "aes256-ctr"),
        ("hmac-sha2-256-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512"),
        "ssh-ed25519",
    ),
    AlgorithmProfile.SHA1: Offer(
        ("diffie-hellman-group-exchange-sha1", "diffie-hellman-group14-sha1"),
        ("aes128-ctr", "aes192-ctr", "aes256-ctr", "aes128-cbc", "3des-cbc", "aes192-cbc", "aes256-cbc"),
        ("hmac-sha1", "hmac-sha1-96"),
        "ssh-rsa",
        2048,
    ),
    AlgorithmProfile.LEGACY: Offer(
        ("diffie-hellman-group1-sha1",),
        ("aes128-cbc", "3des-cbc"),
        ("hmac-sha1", "hmac-sha1-96", "hmac-md5", "hmac-md5-96"),
        "ssh-rsa",
        1024,
    ),
}
"""By age. The old ones are what IOS 15 and IOS 12.2 offer."""
_POOL = 4


class HostKeys:
    """The host keys of a server's switches, made when they are first needed.

    Modern switches have a key each. Old ones share a few, for RSA keys take long to make.
    """

    def __init__(self) -> None:
        self._keys: dict[str, asyncssh.SSHKey] = {}

    def of(self, switch: LabSwitch, number: int) -> asyncssh.SSHKey:
        """The key that a switch is known by."""
        return self._key(switch, f"{number % _POOL}" if OFFERS[switch.algorithms].key_bits else switch.name)

    def shown_by(self, switch: LabSwitch, number: int) -> asyncssh.SSHKey:
        """The key that a switch shows: another one if that is its fault."""
        return self._key(switch, "changed") if switch.fault is Fault.CHANGED_HOST_KEY else self.of(switch, number)

    def _key(self, switch: LabSwitch, place: str) -> asyncssh.SSHKey:
        offer = OFFERS[switch.algorithms]
        place = f"{switch.algorithms} {place}"
        if place not in self._keys:
            if offer.key_bits:
                key = asyncssh.generate_private_key(offer.key, key_size=offer.key_bits)
                key.sig_algorithms = (b"ssh-rsa",)  # nothing newer: rsa-sha2-256 came years after these switches
            else:
                key = asyncssh.generate_private_key(offer.key)
            self._keys[place] = key
        return self._keys[place]


def permit_old_key_exchange(profile: AlgorithmProfile) -> None:
    """Keep cryptography from warning, at each old key exchange, that one day it will drop them: that they are old is the point."""
    if profile is not AlgorithmProfile.MODERN:
        warnings.filterwarnings("ignore", message="Diffie-Hellman over finite fields")
