"""The inventory: which switches there are, how they are reached, and by which references their credentials are found.

One inner model for every kind of file (``inventory/`` makes it, ``collect/`` uses it). A reference names where a secret is;
a ``Login`` holds the secrets themselves and lives only while a sweep runs.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from switchcorr.secret import Secret


class Driver(enum.StrEnum):
    """What talks to a device."""

    AUTO = "auto"
    """SSH by our own dialogue where the platform declares one, else NAPALM where it names a NAPALM driver, else netmiko."""
    DIALOGUE = "dialogue"
    NETMIKO = "netmiko"
    TELNET = "telnet"
    """netmiko over Telnet: nothing is encrypted, so never chosen by itself."""
    NAPALM = "napalm"


class AlgorithmProfile(enum.StrEnum):
    """How old the SSH algorithms may be; each allows those of the profiles before it too.

    ``MODERN`` is what the SSH library offers by itself. ``SHA1``: switches of about 2010 to 2018 (diffie-hellman-group14-sha1 and
    group-exchange-sha1, ssh-rsa host keys, hmac-sha1). ``LEGACY``: older ones (group1-sha1, aes128-cbc, 3des-cbc, hmac-md5).
    """

    MODERN = "modern"
    SHA1 = "sha1"
    LEGACY = "legacy"

    def allows(self, other: AlgorithmProfile) -> bool:
        """Whether a device with this permission may be reached with the other profile.

        >>> AlgorithmProfile.SHA1.allows(AlgorithmProfile.MODERN), AlgorithmProfile.SHA1.allows(AlgorithmProfile.LEGACY)
        (True, False)
        """
        order = list(AlgorithmProfile)
        return order.index(other) <= order.index(self)


class Scheme(enum.StrEnum):
    """Where a secret is kept."""

    ENV = "env"
    """``env:NAME``: an environment variable."""
    FILE = "file"
    """``file:PATH``: the first line of a file that only its owner can read."""
    KEYRING = "keyring"
    """``keyring:SERVICE/USER``: the system's keyring."""
    CMD = "cmd"
    """``cmd:pass show switches``: the first line that a program prints; no shell."""
    NETRC = "netrc"
    """``netrc`` or ``netrc:MACHINE``: the password (and user name) in ``~/.netrc``."""
    ASK = "ask"
    """``ask``: typed once at the start, on the terminal."""
    LITERAL = "literal"
    """The secret itself, in a file that only its owner can read."""


@dataclass(frozen=True, slots=True)
class CredentialReference:
    """Where one secret is.

    Attributes:
        where: what stands behind the scheme; empty for ``ask`` and ``literal``.
        literal: the secret itself, for ``literal`` only.
        directory: what a relative ``file:`` path is relative to: the directory of the inventory file that names it.
    """

    scheme: Scheme
    where: str = ""
    literal: Secret | None = field(default=None, compare=False)
    directory: Path | None = None


@dataclass(frozen=True, slots=True)
class JumpHop:
    """A host on the way; its own key is checked like that of any other.

    Attributes:
        username: empty is that of the device behind it.
        password: None is none: key or agent.
    """

    host: str
    port: int = 22
    username: str = ""
    password: CredentialReference | None = None

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class InventoryDevice:
    """One switch, stack or chassis with one management address, everything inherited already filled in.

    Attributes:
        name: unique in the inventory; the directory of its captures is named after it.
        host: address or DNS name.
        platform: as in netmiko; empty is found out at the first visit.
        site: empty is none.
        collector: name of the machine that visits it; empty is any.
        keys: private key files.
        agent: whether keys of the SSH agent may be used.
        algorithms: the oldest that are permitted.
        jumps: hosts on the way, the first one nearest to us.
        commands: asked besides those of the platform; the read-only door has let them through.
        data: whatever else is known: ``power``, ``building``, ``role``...; each is a risk group of the device's phones.
        source: where it stands: ``hosts.yaml: acc-12``.
    """

    name: str
    host: str
    port: int = 22
    platform: str = ""
    site: str = ""
    groups: tuple[str, ...] = ()
    collector: str = ""
    username: str = ""
    password: CredentialReference | None = None
    enable: CredentialReference | None = None
    keys: tuple[Path, ...] = ()
    agent: bool = True
    driver: Driver = Driver.AUTO
    algorithms: AlgorithmProfile = AlgorithmProfile.MODERN
    jumps: tuple[JumpHop, ...] = ()
    commands: tuple[str, ...] = ()
    data: Mapping[str, str] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True, slots=True)
class Inventory:
    """All devices, sorted by name.

    Attributes:
        site_concurrency: most visits at the same time, by site; a site that is not named has no limit of its own.
        source: the files it was read from, for messages.
        warnings: sentences for the user: settings that switchcorr does not use, devices left out on purpose.
    """

    devices: tuple[InventoryDevice, ...]
    site_concurrency: Mapping[str, int] = field(default_factory=dict)
    source: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Login:
    """What a device is logged into with. Secrets are revealed only inside the login call of a driver."""

    username: str = ""
    password: Secret | None = None
    enable: Secret | None = None
    keys: tuple[Path, ...] = ()
    agent: bool = False


@dataclass(frozen=True, slots=True)
class Hop:
    """A host on the way with its login: a ``JumpHop`` whose reference was followed."""

    host: str
    port: int
    login: Login
