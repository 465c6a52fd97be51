"""One SSH connection, from the TCP handshake to the login: the host key is checked before anything else, and nothing is forwarded."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import asyncssh

from switchcorr.collect.algorithms import ALGORITHMS, host_key_order, quiet_old_exchanges
from switchcorr.collect.errors import LIBRARY_ERRORS, collect_error
from switchcorr.collect.host_keys import HostKey, HostKeys
from switchcorr.errors import AuthenticationError, CollectError, ConnectError, HostKeyError
from switchcorr.model.inventory import AlgorithmProfile, Login
from switchcorr.model.visit import FailureKind
from switchcorr.ssh_ignore import spare_empty_packets
from switchcorr.text import clean

_ASKS_PASSWORD = re.compile(r"(?:[\w.@\\()'-]{1,80} )?password(?: for [\w.@\\-]{1,80})?\s?:?\s*", re.IGNORECASE)
_ASKS_OTHERWISE = re.compile(
    r"\b(?:new|old|current|re-?(?:enter|type)|verify|confirm|again|chang\w*|expired?|token|one-time|otp|passcode)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server to log in to.

    Attributes:
        name: of the device, or what a jump host is called in messages.
        trusted_as: the device whose ``trust`` records the key of a jump host; empty is the device itself.
    """

    name: str
    host: str
    port: int
    login: Login
    trusted_as: str = ""

    @property
    def place(self) -> str:
        """Host and port for messages."""
        return f"{self.host}:{self.port}"


class Gatekeeper(asyncssh.SSHClient):
    """What the SSH library asks during a connection: whether the host key is right, and for the credentials.

    Args:
        verified: called when the host key was found right.

    Attributes:
        error: why this connection must not go on, in our words; None if the library's exception says it.
        verified_key: the host key was found right.
        keys: the user's own, to be offered.
    """

    def __init__(self, endpoint: Endpoint, host_keys: HostKeys, verified: Callable[[], None]) -> None:
        self._endpoint = endpoint
        self._agent: asyncssh.SSHAgentClient | None = None
        self._keys_offered = False
        self._host_keys = host_keys
        self._verified = verified
        self._password_sent = False
        self.error: CollectError | None = None
        self.verified_key = False
        self.keys: Sequence[asyncssh.SSHKey] = ()

    def connection_made(self, conn: asyncssh.SSHClientConnection) -> None:
        """The connection stands; nothing is agreed on yet."""
        spare_empty_packets(conn)

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        """Let only the recorded key pass; called before any credential is asked for."""
        del host, addr, port  # ours, not what the library or a jump host makes of them
        endpoint = self._endpoint
        try:
            self._host_keys.check(endpoint.host, endpoint.port, host_key_of(key), name=endpoint.name, trusted_as=endpoint.trusted_as)
        except HostKeyError as error:
            self.error = error
            return False
        self.verified_key = True
        self._verified()
        return True

    async def public_key_auth_requested(self) -> Sequence[asyncssh.SSHKeyPair] | None:
        """The keys of the inventory, or those of the agent where there is no password: a key that is not known counts as a failure."""
        if self._keys_offered:
            return None
        self._keys_offered = True
        pairs = list(asyncssh.load_keypairs(self.keys)) if self.keys else []
        if self._endpoint.login.agent and self._endpoint.login.password is None:
            with contextlib.suppress(OSError, ValueError):  # there is none, or it gives no keys
                self._agent = await asyncssh.connect_agent()
                pairs += await self._agent.get_keys()
        return pairs or None

    async def finish(self) -> None:
        """Say that the login is over, for better or worse."""
        agent, self._agent = self._agent, None
        if agent is not None:
            agent.close()
            await agent.wait_closed()

    def password_auth_requested(self) -> str | None:
        """The password, once."""
        return self._password()

    def password_change_requested(self, prompt: str, lang: str) -> tuple[str, str]:
        """The device wants a new password: it gets none."""
        del prompt, lang
        self._expired()
        return NotImplemented  # type: ignore[no-any-return]  # the library's word for "not supported"

    def kbdint_auth_requested(self) -> str | None:
        """Whether to take part in a dialogue."""
        return "" if self._has_password else None

    def kbdint_challenge_received(
        self, name: str, instructions: str, lang: str, prompts: Sequence[tuple[str, bool]]
    ) -> Sequence[str] | None:
        """Answer the one question for the password, and no other."""
        del name, lang
        if not prompts:
            return []
        asked = " ".join(text for text, _ in prompts)
        if _ASKS_OTHERWISE.search(f"{asked} {instructions}") and re.search("password", asked, re.IGNORECASE) and self._password_sent:
            self._expired()
            return None
        if len(prompts) != 1 or _ASKS_OTHERWISE.search(asked) or not _ASKS_PASSWORD.fullmatch(asked):
            return None
        password = self._password()
        return None if password is None else [password]

    @property
    def _has_password(self) -> bool:
        return self._endpoint.login.password is not None and not self._password_sent

    def _password(self) -> str | None:
        """The password the first time it is asked for: one that was refused is not sent again."""
        secret = self._endpoint.login.password
        if secret is None or self._password_sent:
            return None
        self._password_sent = True
        return secret.reveal()

    def _expired(self) -> None:
        self.error = AuthenticationError(
            f"{self._endpoint.name}: {self._endpoint.place} asks for a new password; it was not answered.",
            kind=FailureKind.PASSWORD_EXPIRED,
            hint="Log in by hand and set one.",
        )


class KeyFiles:
    """The user's private keys, each file read once."""

    def __init__(self) -> None:
        self._keys: dict[tuple[Path, ...], Sequence[asyncssh.SSHKey]] = {}

    def of(self, endpoint: Endpoint) -> Sequence[asyncssh.SSHKey]:
        """The keys of a login.

        Raises:
            AuthenticationError: a file cannot be read, is no key, or is encrypted.
        """
        paths = endpoint.login.keys
        if paths not in self._keys:
            try:
                self._keys[paths] = [asyncssh.read_private_key(str(path.expanduser())) for path in paths]
            except (OSError, ValueError) as error:
                raise AuthenticationError(
                    f"{endpoint.name}: a key file cannot be used: {', '.join(map(str, paths))}: {error}.",
                    kind=FailureKind.CREDENTIALS,
                    hint="Encrypted keys are used through the SSH agent.",
                ) from error
        return self._keys[paths]


def host_key_of(key: asyncssh.SSHKey) -> HostKey:
    """A key of the library as one of ours."""
    return HostKey.parse(key.export_public_key("openssh").decode())


async def connect(
    endpoint: Endpoint,
    gatekeeper: Gatekeeper,
    keys: KeyFiles,
    *,
    profile: AlgorithmProfile,
    recorded: Sequence[HostKey],
    via: asyncssh.SSHClientConnection | None = None,
) -> asyncssh.SSHClientConnection:
    """Connect and log in.

    Args:
        recorded: the keys that are known of this host.
        via: the connection to the jump host before it.

    Raises:
        CollectError: no connection or no login; then nothing is left open.
    """
    try:
        gatekeeper.keys = keys.of(endpoint)
        options = _options(endpoint, profile=profile, recorded=recorded)
        connection, _ = await asyncssh.create_connection(lambda: gatekeeper, endpoint.host, endpoint.port, tunnel=via, **options)
    except LIBRARY_ERRORS as error:
        if gatekeeper.error is not None:
            raise gatekeeper.error from error
        if via is not None and isinstance(error, asyncssh.ChannelOpenError):
            raise no_way(endpoint, error) from error
        raise collect_error(error, name=endpoint.name, place=endpoint.place) from error
    finally:
        await gatekeeper.finish()
    return connection


async def fetch_key(endpoint: Endpoint, profile: AlgorithmProfile, via: asyncssh.SSHClientConnection | None) -> HostKey:
    """The key that a server shows in the key exchange, after which the connection ends.

    Raises:
        CollectError: no connection, or no algorithm in common.
    """
    quiet_old_exchanges()
    algorithms = ALGORITHMS[profile]
    options = asyncssh.SSHClientConnectionOptions(
        config=None,
        username="nobody",
        client_keys=None,
        agent_path=None,
        kex_algs=algorithms.kex,
        encryption_algs=algorithms.ciphers,
        mac_algs=algorithms.macs,
        compression_algs=None,
    )
    try:
        key = await asyncssh.get_server_host_key(
            endpoint.host,
            endpoint.port,
            tunnel=via or (),
            config=None,
            kex_algs=algorithms.kex,
            server_host_key_algs=algorithms.host_keys,
            options=options,
        )
    except LIBRARY_ERRORS as error:
        if via is not None and isinstance(error, asyncssh.ChannelOpenError):
            raise no_way(endpoint, error) from error
        raise collect_error(error, name=endpoint.name, place=endpoint.place) from error
    if key is None:
        raise ConnectError(f"{endpoint.name}: {endpoint.place} shows no host key.", kind=FailureKind.NOT_SSH)
    return host_key_of(key)


def no_way(endpoint: Endpoint, error: asyncssh.ChannelOpenError) -> ConnectError:
    """The jump host stands, and does not get us any further."""
    reason = clean(error.reason, limit=200)
    kind = FailureKind.REFUSED if "refused" in reason.lower() else FailureKind.UNREACHABLE
    return ConnectError(f"{endpoint.name}: the jump host opened no connection to {endpoint.place}: {reason}.", kind=kind)


def _options(endpoint: Endpoint, *, profile: AlgorithmProfile, recorded: Sequence[HostKey]) -> dict[str, Any]:
    """Everything said explicitly: neither the user's SSH configuration nor default keys nor the agent come in by themselves."""
    quiet_old_exchanges()
    if not endpoint.login.username:
        raise AuthenticationError(
            f"{endpoint.name}: no user name.", kind=FailureKind.CREDENTIALS, hint="Set `username` for the device or its group."
        )
    algorithms = ALGORITHMS[profile]
    return dict(  # noqa: C408  # reads as the call that it becomes
        config=None,
        username=endpoint.login.username,
        known_hosts=_NOTHING_KNOWN,
        x509_trusted_certs=None,
        x509_trusted_cert_paths=[],
        client_keys=None,
        agent_path=None,
        agent_forwarding=False,
        x11_forwarding=False,
        pkcs11_provider=None,
        gss_host=None,
        gss_kex=False,
        gss_auth=False,
        host_based_auth=False,
        preferred_auth="publickey,password,keyboard-interactive",
        kex_algs=algorithms.kex,
        encryption_algs=algorithms.ciphers,
        mac_algs=algorithms.macs,
        compression_algs=None,
        server_host_key_algs=host_key_order(profile, [key.kind for key in recorded]),
        signature_algs=algorithms.signatures,
        connect_timeout=None,
        login_timeout=0,
        keepalive_interval=0,
        utf8_decode_errors="replace",
    )


_NOTHING_KNOWN: Final = ([], [], [])  # type: ignore[var-annotated]
"""So that every host key comes to ``Gatekeeper.validate_host_public_key``."""
