"""Logging in by paramiko, which netmiko and NAPALM use: what is offered, whose host key is right, and each credential once.

The host key is checked before any credential leaves, by the same records and with the same words as in the asyncssh driver.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import paramiko  # type: ignore[import-untyped]

from switchcorr.collect.algorithms import ALGORITHMS, host_key_order
from switchcorr.collect.host_keys import HostKey, HostKeys
from switchcorr.collect.paramiko_transport import LoginTransport
from switchcorr.errors import AuthenticationError
from switchcorr.model.inventory import AlgorithmProfile, Login
from switchcorr.model.visit import FailureKind

_PASSWORD_QUESTION: Final = re.compile(r"(?:[\w.@\\()'-]{1,80} )?password(?: for [\w.@\\-]{1,80})?\s?:?\s*", re.IGNORECASE)
_ASKS_OTHERWISE: Final = re.compile(
    r"\b(?:new|old|current|re-?(?:enter|type)|verify|confirm|again|chang\w*|expired?|token|one-time|otp|passcode)\b", re.IGNORECASE
)
_ASKED_FOR_ANOTHER: Final = "Illegal info request"
"""What paramiko says when a host answers a password by asking for a new one."""


_JOIN_S: Final = 5.0


class CheckedClient(paramiko.SSHClient):  # type: ignore[misc]  # paramiko has no types
    """An SSH client for one host, whose key is checked against our records before any credential leaves.

    Args:
        name: of the device, for messages.
        host, port: as recorded; what a jump host makes of them does not count.
        profile: the oldest algorithms that are offered.
    """

    def __init__(self, name: str, host: str, port: int, *, host_keys: HostKeys, profile: AlgorithmProfile) -> None:
        super().__init__()
        self._made: list[LoginTransport] = []
        self._profile = profile
        self._recorded = [key.kind for key in host_keys.known(host, port)]
        self.set_missing_host_key_policy(_Check(name, host, port, host_keys))

    def transport(self, carrier: Any, **options: Any) -> paramiko.Transport:  # what paramiko gives and takes
        """Make a transport that offers what the profile permits and nothing else; of host keys the recorded types first."""
        permitted = ALGORITHMS[self._profile]
        made = LoginTransport(carrier, **options)
        self._made.append(made)
        made.disabled_algorithms = {"pubkeys": [name for name in made.preferred_pubkeys if name not in permitted.signatures]}
        offer = made.get_security_options()
        offer.kex = _known(permitted.kex, offer.kex)
        offer.ciphers = _known(permitted.ciphers, offer.ciphers)
        offer.digests = _known(permitted.macs, offer.digests)
        offer.key_types = _known(host_key_order(self._profile, self._recorded), offer.key_types)
        return made

    def close(self) -> None:
        """As paramiko, which leaves the transport's thread to end by itself: here it is waited for."""
        super().close()
        for transport in self._made:
            transport.close()
            if transport.is_alive():
                transport.join(_JOIN_S)


def _known(wanted: Sequence[str], available: Sequence[str]) -> tuple[str, ...]:
    """What is wanted and available, in the order wanted."""
    return tuple(name for name in wanted if name in available)


class _Check(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]  # paramiko has no types
    """paramiko is told of no recorded keys, so that it asks here about each host, before it sends any credential."""

    def __init__(self, name: str, host: str, port: int, host_keys: HostKeys) -> None:
        self._name, self._host, self._port = name, host, port
        self._host_keys = host_keys

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        """Let only the recorded key pass."""
        del client, hostname
        self._host_keys.check(self._host, self._port, HostKey(key.get_name(), key.get_base64()), name=self._name)


class EachOnce:
    """Tries keys, then the password, each once; the agent only where there is no password. paramiko calls ``authenticate``.

    Questions other than the one for the password are not answered: no new password is ever set.
    """

    def __init__(self, name: str, place: str, login: Login) -> None:
        self._name = name
        self._place = place
        self._login = login
        self._asked_for_new = False
        self._answered = False

    def authenticate(self, transport: paramiko.Transport) -> None:
        """Log in.

        Raises:
            AuthenticationError: refused, a new password is wanted, or there is nothing to log in with.
            paramiko.SSHException: the connection ended or took too long.
        """
        if not self._login.username:
            raise AuthenticationError(
                f"{self._name}: no user name.", kind=FailureKind.CREDENTIALS, hint="Set `username` for the device or its group."
            )
        methods = self._methods(transport)
        if methods is None or ("publickey" in methods and any(self._let_in_by(transport, key) for key in self._keys())):
            return
        if self._login.password is None:
            raise self._refused()
        try:
            self._send_password(transport, methods, self._login.password.reveal())
        except paramiko.SSHException as error:
            if "timeout" in str(error).lower():
                raise
            raise self._password_error(error) from error
        if not transport.is_authenticated():
            raise self._refused()

    def _methods(self, transport: paramiko.Transport) -> Sequence[str] | None:
        """What the host takes; None if it takes everybody."""
        try:
            transport.auth_none(self._login.username)
        except paramiko.BadAuthenticationType as error:
            methods: Sequence[str] = error.allowed_types
            return methods
        return None

    def _send_password(self, transport: paramiko.Transport, methods: Sequence[str], password: str) -> None:
        if "password" in methods or "keyboard-interactive" not in methods:
            transport.auth_password(self._login.username, password, fallback=False)
        else:
            transport.auth_interactive(self._login.username, lambda _title, about, asked: self._answers(about, asked, password))

    def _answers(self, about: str, asked: Sequence[tuple[str, bool]], password: str) -> list[str]:
        if not asked:
            return []
        question = " ".join(text for text, _ in asked)
        if self._answered and _ASKS_OTHERWISE.search(f"{question} {about}"):
            self._asked_for_new = True
        if len(asked) > 1 or self._answered or _ASKS_OTHERWISE.search(question) or not _PASSWORD_QUESTION.fullmatch(question):
            raise paramiko.SSHException("a question that is not answered")
        self._answered = True
        return [password]

    def _password_error(self, error: paramiko.SSHException) -> AuthenticationError:
        if self._asked_for_new or _ASKED_FOR_ANOTHER in str(error):
            return AuthenticationError(
                f"{self._name}: {self._place} asks for a new password; it was not answered.",
                kind=FailureKind.PASSWORD_EXPIRED,
                hint="Log in by hand and set one.",
            )
        return self._refused()

    def _refused(self) -> AuthenticationError:
        return AuthenticationError(
            f"{self._name}: the login was refused by {self._place}.",
            kind=FailureKind.AUTHENTICATION,
            hint="Check the user name, and the password where the inventory says it is. It is not tried again in this sweep.",
        )

    def _let_in_by(self, transport: paramiko.Transport, key: paramiko.PKey) -> bool:
        try:
            transport.auth_publickey(self._login.username, key)
        except paramiko.AuthenticationException as error:
            if not transport.is_active():
                raise self._refused() from error
            return False
        return bool(transport.is_authenticated())

    def _keys(self) -> Iterator[Any]:
        for path in self._login.keys:
            yield self._key(path)
        if self._login.agent and self._login.password is None:
            agent = paramiko.Agent()
            try:
                yield from agent.get_keys()
            finally:
                agent.close()

    def _key(self, path: Path) -> Any:  # paramiko has no types
        try:
            return paramiko.PKey.from_path(path.expanduser())
        except (OSError, ValueError, TypeError, paramiko.SSHException, paramiko.UnknownKeyType) as error:
            raise AuthenticationError(
                f"{self._name}: a key file cannot be used: {path}: {error}.",
                kind=FailureKind.CREDENTIALS,
                hint="Encrypted keys are used through the SSH agent.",
            ) from error
