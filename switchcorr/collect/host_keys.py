"""The host keys of devices: a file in the form of OpenSSH's ``known_hosts``, and the check that stands before every login.

Recorded keys are found by host and port, plain or hashed. Patterns with ``*`` and certificate authorities are not followed: a key
that only they would admit is unknown here. A line ``@revoked`` refuses its key everywhere.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import hmac
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from switchcorr.errors import HostKeyError, InputFileError
from switchcorr.files import write_whole
from switchcorr.locks import lock_file
from switchcorr.model.visit import FailureKind

KNOWN_HOSTS: Final = "known_hosts"
"""The file of recorded host keys in the state directory, in OpenSSH's form."""
_HASHED: Final = "|1|"
_SSH_PORT: Final = 22


@dataclass(frozen=True, slots=True)
class HostKey:
    """A public key.

    Attributes:
        kind: ``ssh-ed25519``, ``ssh-rsa``...
        blob: the key itself, in base64.
    """

    kind: str
    blob: str

    @classmethod
    def parse(cls, text: str) -> HostKey:
        """A key in OpenSSH's form: ``ssh-ed25519 AAAA...``, with or without a comment.

        Raises:
            ValueError: it is none.
        """
        words = text.split()
        if len(words) < 2 or not words[0].isascii():
            raise ValueError(f"not a public key: {text[:40]!r}")
        try:
            data = base64.b64decode(words[1], validate=True)
        except binascii.Error as error:
            raise ValueError(f"not a public key: {text[:40]!r}") from error
        name = words[0].encode()
        if data[:4] != len(name).to_bytes(4, "big") or data[4 : 4 + len(name)] != name:
            raise ValueError(f"the key is not of the type it claims: {text[:40]!r}")
        return cls(words[0], words[1])

    @property
    def fingerprint(self) -> str:
        """``SHA256:...`` as ``ssh-keygen -l`` prints it."""
        digest = hashlib.sha256(base64.b64decode(self.blob)).digest()
        return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")

    def __str__(self) -> str:
        return f"{self.kind} {self.blob}"


@dataclass(slots=True)
class _Entries:
    """The file as it was read."""

    stamp: tuple[int, int, int] = (0, 0, 0)
    plain: dict[str, list[HostKey]] = field(default_factory=dict)
    hashed: list[tuple[bytes, bytes, HostKey]] = field(default_factory=list)
    revoked: set[HostKey] = field(default_factory=set)

    def of(self, place: str) -> tuple[HostKey, ...]:
        found = list(self.plain.get(place, ()))
        found += [key for salt, digest, key in self.hashed if hmac.compare_digest(_hash(salt, place), digest)]
        return tuple(dict.fromkeys(found))


class HostKeys:
    """The recorded keys of all hosts.

    Args:
        path: the file; made when the first key is recorded.
        policy: ``strict`` refuses unknown keys; ``accept-new`` records the first key of a host. A changed key is always refused.
    """

    def __init__(self, path: Path, policy: str = "strict") -> None:
        if policy not in {"strict", "accept-new"}:
            raise ValueError(f"no such policy: {policy}")
        self.path = path
        self.policy = policy
        self._read = _Entries()

    def known(self, host: str, port: int) -> tuple[HostKey, ...]:
        """The keys recorded for a host; empty if there are none.

        Raises:
            HostKeyError: the file cannot be read.
        """
        return self._entries().of(_place(host, port))

    def check(self, host: str, port: int, key: HostKey, *, name: str, trusted_as: str = "") -> None:
        """Let a host through only with its recorded key.

        Args:
            name: of the device, for messages.
            trusted_as: what ``switchcorr trust`` is to be called with, if that is not the name.

        Raises:
            HostKeyError: unknown or changed; nothing may be sent to this host.
        """
        entries = self._entries()
        recorded = entries.of(_place(host, port))
        if key in entries.revoked or (recorded and key not in recorded):
            raise _changed(host, port, recorded, key, name=name, trusted_as=trusted_as or name)
        if recorded:
            return
        if self.policy != "accept-new":
            raise HostKeyError(
                f"{name}: the host key of {_place(host, port)} is unknown: {key.kind} {key.fingerprint}. Nothing was sent.",
                kind=FailureKind.HOST_KEY_UNKNOWN,
                hint=f"Compare it with the device's own and record it: switchcorr trust {trusted_as or name}",
            )
        self.record(host, port, key, name=name)

    def record(self, host: str, port: int, key: HostKey, *, name: str = "") -> None:
        """Write down the first key of a host; several processes may do so at the same time.

        Raises:
            HostKeyError: another key is recorded, or the file cannot be written.
        """
        place = _place(host, port)
        with self._locked():
            entries = self._entries()
            recorded = entries.of(place)
            if key in entries.revoked or (recorded and key not in recorded):
                raise _changed(host, port, recorded, key, name=name or host, trusted_as=name or host)
            if not recorded:
                self._append(f"{place} {key}\n")

    def replace(self, host: str, port: int, key: HostKey) -> None:
        """Put a key in the place of whatever is recorded for a host.

        Raises:
            HostKeyError: the file cannot be written.
        """
        place = _place(host, port)
        with self._locked():
            kept = [line for line in (_without(line, place) for line in self._lines()) if line]
            try:
                write_whole(self.path, "".join(f"{line}\n" for line in (*kept, f"{place} {key}")))
            except InputFileError as error:
                raise HostKeyError(error.message, kind=FailureKind.HOST_KEY_UNKNOWN, hint=error.hint) from error

    def _append(self, line: str) -> None:
        """One write, so that a reader never sees half a line."""
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            try:
                size = os.fstat(descriptor).st_size
                cut_off = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
                os.write(descriptor, (f"\n{line}" if cut_off else line).encode())
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise self._unusable(error) from error

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise self._unusable(error) from error
        with lock_file(Path(f"{self.path}.lock"), fails=partial(HostKeyError, kind=FailureKind.HOST_KEY_UNKNOWN)) as lock:
            lock.wait()
            yield

    def _lines(self) -> list[str]:
        try:
            return self.path.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self._unusable(error) from error

    def _entries(self) -> _Entries:
        """The file, read again only if it was changed."""
        try:
            status = self.path.stat()
            stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        except FileNotFoundError:
            stamp = (0, 0, 0)
        except OSError as error:
            raise self._unusable(error) from error
        if stamp != self._read.stamp:
            read = _Entries(stamp)
            for line in self._lines():
                _take(line, read)
            self._read = read
        return self._read

    def _unusable(self, error: OSError) -> HostKeyError:
        return HostKeyError(
            f"The file of host keys {self.path} cannot be used: {error.strerror or error}. Nothing was sent.",
            kind=FailureKind.HOST_KEY_UNKNOWN,
            hint="It stands in the state directory (state_dir) and must be readable and writable for you alone.",
        )


def _place(host: str, port: int) -> str:
    """How ``known_hosts`` calls a host at a port."""
    if not host or not host.isprintable() or any(sign in host for sign in ' ,*?!|@#"'):
        raise HostKeyError(f"not the name of a host: {host!r}.", kind=FailureKind.NAME_RESOLUTION, hint="Correct it in the inventory.")
    host = host.lower()
    return host if port == _SSH_PORT else f"[{host}]:{port}"


def _hash(salt: bytes, place: str) -> bytes:
    return hmac.new(salt, place.encode(), hashlib.sha1).digest()


def _take(line: str, entries: _Entries) -> None:
    """Read a line; what is no entry is left out, so that its host is unknown."""
    words = line.split()
    marker = words.pop(0) if words and words[0].startswith("@") else ""
    if len(words) < 3 or words[0].startswith("#") or marker not in {"", "@revoked"}:
        return
    try:
        key = HostKey.parse(f"{words[1]} {words[2]}")
        if marker:
            entries.revoked.add(key)
        elif words[0].startswith(_HASHED):
            salt, digest = (base64.b64decode(part, validate=True) for part in words[0].removeprefix(_HASHED).split("|"))
            entries.hashed.append((salt, digest, key))
        else:
            for place in words[0].lower().split(","):
                entries.plain.setdefault(place, []).append(key)
    except ValueError:
        return  # also what base64 raises


def _without(line: str, place: str) -> str:
    """A line without a host; empty if it was about that host only."""
    entries = _Entries()
    _take(line, entries)
    if not entries.of(place):
        return line
    names, _, rest = line.strip().partition(" ")
    kept = [] if names.startswith(_HASHED) else [name for name in names.split(",") if name.lower() != place]
    return f"{','.join(kept)} {rest}" if kept else ""


def _changed(host: str, port: int, recorded: tuple[HostKey, ...], key: HostKey, *, name: str, trusted_as: str) -> HostKeyError:
    was = ", ".join(f"{one.kind} {one.fingerprint}" for one in recorded) or "revoked"
    return HostKeyError(
        f"{name}: the host key of {_place(host, port)} has changed: it was {was}, and is now {key.kind} {key.fingerprint}. Nothing was sent.",
        kind=FailureKind.HOST_KEY_CHANGED,
        hint=f"If the device was replaced: switchcorr trust {trusted_as}. If not, somebody may stand in between.",
    )
