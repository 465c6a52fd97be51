"""Where secrets come from: environment, files, keyring, programs, netrc. Each function gives the text or says why it cannot.

No message holds what was read: not a line of a file, not what a program printed, not the words of a library.
"""

from __future__ import annotations

import contextlib
import netrc
import os
import selectors
import shlex
import signal
import stat
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import keyring
from keyring.errors import KeyringError

from switchcorr.errors import ConfigurationError

PROGRAM_S = 30
"""Seconds a program has to print a secret."""
_MOST_BYTES = 64 * 1024


def of_environment(name: str, environment: Mapping[str, str]) -> str:
    """An environment variable."""
    if name not in environment:
        raise ConfigurationError("the environment variable is not set.", hint=f"Set it: read -rs {name}; export {name}")
    return environment[name].rstrip("\r\n")


def of_file(path: Path) -> str:
    """The first line of a file that only its owner can read."""
    return _private_text(path).partition("\n")[0].rstrip("\r")


def of_keyring(where: str) -> str:
    """A password of the system's keyring; ``where`` is ``SERVICE/USER``."""
    service, _, user = where.rpartition("/")
    remedy = f"Store it: keyring set {shlex.quote(service)} {shlex.quote(user)}"
    try:
        found = keyring.get_password(service, user)
    except (KeyringError, RuntimeError, OSError, ValueError, LookupError) as error:
        raise ConfigurationError(f"the keyring cannot be asked ({type(error).__name__}).", hint="Is one installed and unlocked?") from None
    if found is None:
        raise ConfigurationError("the keyring holds no such password.", hint=remedy)
    return found


def of_netrc(machines: tuple[str, ...], path: Path) -> tuple[str, str]:
    """User name and password of the first of the machines that a netrc file knows."""
    _private_text(path)
    try:
        entries = netrc.netrc(str(path))
    except netrc.NetrcParseError as error:
        raise ConfigurationError(f"{path}: line {error.lineno} cannot be understood.") from None
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(f"{path}: cannot be read.") from None
    for machine in machines:
        found = entries.authenticators(machine)
        if found and found[2]:
            return found[0] or "", found[2]
    raise ConfigurationError(
        f"{path}: no password for {' or '.join(machines)}.", hint=f"Add: machine {machines[0]} login USER password SECRET"
    )


def of_program(command: str, environment: Mapping[str, str], *, seconds: float = PROGRAM_S) -> str:
    """The first line that a program prints; no shell, no terminal, and its complaints are not shown: they may hold secrets."""
    try:
        process = subprocess.Popen(  # noqa: S603  # the words of the user's own inventory, without a shell
            shlex.split(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(environment),
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"the program cannot be started: {getattr(error, 'strerror', None) or 'bad arguments'}.") from None
    try:
        printed, code = _outcome(process, time.monotonic() + seconds)
    finally:
        _end(process)
    if code is None:
        raise ConfigurationError(f"the program did not end within {seconds:g} seconds.", hint="Run it by hand: does it wait for an answer?")
    if code != 0:
        raise ConfigurationError(f"the program ended with exit code {code}.", hint="Run it by hand to see what it says.")
    return printed.partition(b"\n")[0].rstrip(b"\r").decode("utf-8", errors="replace")


def check_key_file(path: Path) -> None:
    """A private key must be there, and nobody but its owner may read it."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"{path}: no key file: {getattr(error, 'strerror', None) or 'no path'}.", hint="The setting keys names it."
        ) from None
    if not stat.S_ISREG(mode):
        raise ConfigurationError(f"{path}: is no regular file.", hint="The setting keys names it.")
    if mode & 0o077:
        raise ConfigurationError(f"{path}: a private key that others may read.", hint=f"chmod 600 {shlex.quote(str(path))}")


def _private_text(path: Path) -> str:
    """A file that nobody but its owner can read; looked at through its open handle, so that it cannot change in between."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path}: cannot be opened: {getattr(error, 'strerror', None) or 'no path'}.") from None
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        raise ConfigurationError(f"{path}: is no regular file.")
    with os.fdopen(handle, "rb") as stream:
        if mode & 0o077:
            raise ConfigurationError(f"{path}: may be read by others.", hint=f"chmod 600 {shlex.quote(str(path))}")
        return stream.read(_MOST_BYTES).decode("utf-8", errors="replace")


def _outcome(process: subprocess.Popen[bytes], deadline: float) -> tuple[bytes, int | None]:
    """What a program printed, up to a limit, and its exit code; None if time was over first."""
    printed = b""
    pipe = process.stdout
    if pipe is None:
        return printed, None
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            if not selector.select(left):
                return printed, None
            part = os.read(pipe.fileno(), _MOST_BYTES)
            printed = (printed + part)[:_MOST_BYTES]
            if not part:
                break
    try:
        return printed, process.wait(max(0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return printed, None


def _end(process: subprocess.Popen[bytes]) -> None:
    """A program that has not ended is ended, with whatever it started."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    if process.stdout:
        process.stdout.close()
    process.wait()
