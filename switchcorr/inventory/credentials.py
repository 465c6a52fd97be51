"""References to secrets, followed: once each, before the first device is visited, and without a word that could betray them."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from switchcorr.errors import ConfigurationError
from switchcorr.inventory import secret_sources
from switchcorr.inventory.fields import expand
from switchcorr.inventory.references import describe, parse_reference, unusable
from switchcorr.model.inventory import CredentialReference, Driver, Hop, InventoryDevice, Login, Scheme
from switchcorr.secret import Secret
from switchcorr.text import clean

__all__ = ["Ask", "Credentials", "FleetLogins", "fleet_logins", "parse_reference", "terminal_prompt"]

Ask = Callable[[str], str]
"""Shows a prompt and gives what was typed; like ``getpass.getpass``."""


@dataclass(frozen=True, slots=True)
class FleetLogins:
    """The logins of many devices.

    Attributes:
        hops: hosts on the way, for every device that has a login.
        refused: why a device has none, in one sentence with what to do.
    """

    logins: Mapping[str, Login]
    hops: Mapping[str, tuple[Hop, ...]]
    refused: Mapping[str, str]

    def secrets(self) -> list[Secret]:
        """All secrets, for masking."""
        logins = [*self.logins.values(), *(hop.login for hops in self.hops.values() for hop in hops)]
        found = [secret for login in logins for secret in (login.password, login.enable) if secret is not None]
        return list({secret.reveal(): secret for secret in found}.values())


class Credentials:
    """Follows references; what each one gave, or why it gave nothing, is kept, so that each is followed once.

    Args:
        environment: for ``env:``, ``~``, ``NETRC``, and of the programs of ``cmd:``.
        ask: for ``ask``; None where nobody can answer.
        program_s: seconds a program has.
    """

    def __init__(self, environment: Mapping[str, str], *, ask: Ask | None = None, program_s: float = secret_sources.PROGRAM_S) -> None:
        self._environment, self._ask, self._program_s = environment, ask, program_s
        self._home = Path(environment.get("HOME") or "/")
        self._found: dict[tuple[str, ...], tuple[str, Secret] | ConfigurationError] = {}

    def secret(self, reference: CredentialReference, *, prompt: str = "Password: ", machines: tuple[str, ...] = ()) -> Secret:
        """The secret of a reference.

        Args:
            prompt: for ``ask``; asked once for each text.
            machines: for ``netrc`` without a machine: names under which the device may stand there.

        Raises:
            ConfigurationError: the reference leads nowhere; it is named, its secret never.
        """
        return self._follow(reference, prompt, machines)[1]

    def resolve(self, device: InventoryDevice) -> Login:
        """The login of a device.

        Raises:
            ConfigurationError: a reference leads nowhere, or a user name is missing.
        """
        username, password = device.username, None
        if device.password is not None:
            known, password = self._follow(device.password, f"Password of {username or 'the switches'}: ", (device.host, device.name))
            username = username or known
        if not username and device.driver is not Driver.TELNET:
            raise ConfigurationError("no user name.", hint="Set username for the device, one of its groups or in defaults.yaml.")
        enable = None
        if device.enable is not None:
            enable = self.secret(
                device.enable, prompt=f"Enable secret of {username or 'the switches'}: ", machines=(device.host, device.name)
            )
        for key in device.keys:
            secret_sources.check_key_file(key)
        return Login(username, password, enable, device.keys, device.agent)

    def resolve_hops(self, device: InventoryDevice, login: Login) -> tuple[Hop, ...]:
        """The hosts on the way to a device with their logins, the nearest first.

        Raises:
            ConfigurationError: a reference leads nowhere.
        """
        hops = []
        for jump in device.jumps:
            username, password = jump.username or login.username, None
            if jump.password is not None:
                known, password = self._follow(jump.password, f"Password of {username} on {jump.host}: ", (jump.host,))
                username = jump.username or known or login.username
            hops.append(Hop(jump.host, jump.port, Login(username, password, None, device.keys, device.agent)))
        return tuple(hops)

    def _follow(self, reference: CredentialReference, prompt: str, machines: tuple[str, ...]) -> tuple[str, Secret]:
        if reference.literal is not None:
            return "", reference.literal
        own = {Scheme.ASK: (prompt,), Scheme.NETRC: () if reference.where else machines}.get(reference.scheme, ())
        key = (str(reference.scheme), reference.where, str(reference.directory), *own)
        if key not in self._found:
            self._found[key] = self._outcome(reference, prompt, machines)
        found = self._found[key]
        if isinstance(found, ConfigurationError):
            raise found.with_traceback(None)
        return found

    def _outcome(self, reference: CredentialReference, prompt: str, machines: tuple[str, ...]) -> tuple[str, Secret] | ConfigurationError:
        name = clean(describe(reference))
        try:
            username, text = self._text(reference, prompt, machines)
        except ConfigurationError as error:
            return ConfigurationError(f"{name}: {error.message}", hint=error.hint, context={"reference": name})
        if why := unusable(text):
            return ConfigurationError(f"{name}: what it gives {why}.", context={"reference": name})
        return username, Secret(text)

    def _text(self, reference: CredentialReference, prompt: str, machines: tuple[str, ...]) -> tuple[str, str]:
        where = reference.where
        match reference.scheme:
            case Scheme.ENV:
                return "", secret_sources.of_environment(where, self._environment)
            case Scheme.FILE:
                return "", secret_sources.of_file((reference.directory or Path()) / expand(where, self._home))
            case Scheme.KEYRING:
                return "", secret_sources.of_keyring(where)
            case Scheme.CMD:
                return "", secret_sources.of_program(where, self._environment, seconds=self._program_s)
            case Scheme.NETRC:
                path = Path(self._environment.get("NETRC") or self._home / ".netrc")
                return secret_sources.of_netrc((where,) if where else machines or ("default",), path)
            case Scheme.ASK | Scheme.LITERAL:
                return "", self._typed(prompt)

    def _typed(self, prompt: str) -> str:
        if self._ask is None:
            raise ConfigurationError(
                "nobody can be asked: this is no terminal.", hint="Use env:, keyring:, cmd: or file: for unattended runs."
            )
        try:
            return self._ask(prompt)
        except EOFError:
            raise ConfigurationError("nothing was typed.") from None


def fleet_logins(devices: Iterable[InventoryDevice], credentials: Credentials) -> FleetLogins:
    """The logins of all devices; a reference that leads nowhere costs only the devices that use it."""
    logins: dict[str, Login] = {}
    hops: dict[str, tuple[Hop, ...]] = {}
    refused: dict[str, str] = {}
    for device in devices:
        try:
            login = credentials.resolve(device)
            hops[device.name] = credentials.resolve_hops(device, login)
        except ConfigurationError as error:
            refused[device.name] = str(error)
        else:
            logins[device.name] = login
    return FleetLogins(logins, hops, refused)


def terminal_prompt() -> Ask | None:
    """Asks on the terminal without showing what is typed; None where there is no terminal."""
    return getpass.getpass if sys.stdin is not None and sys.stdin.isatty() else None
