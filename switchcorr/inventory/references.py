"""Credential references as text: ``env:NAME``, ``file:PATH``, ``keyring:SERVICE/USER``, ``cmd:PROGRAM``, ``netrc``, ``ask``, or the secret itself."""

from __future__ import annotations

import difflib
import re
import shlex
from pathlib import Path

from switchcorr.errors import InventoryError
from switchcorr.model.inventory import CredentialReference, Scheme
from switchcorr.secret import Secret
from switchcorr.settings import PREFIX

_SCHEME = re.compile(r"([A-Za-z]{2,10}):")
_WITHOUT_PLACE = {"ask": Scheme.ASK, "netrc": Scheme.NETRC}
_LITERAL_HINT = "write literal:VALUE if it is a secret itself"


def parse_reference(text: str, directory: Path | None) -> CredentialReference:
    """A reference from its text.

    Args:
        directory: what a relative ``file:`` path is relative to.

    Raises:
        InventoryError: it cannot be followed; the message does not hold the text, which may be a secret.

    >>> parse_reference("env:SWITCH_PASSWORD", None).where
    'SWITCH_PASSWORD'
    """
    if text in _WITHOUT_PLACE:
        return CredentialReference(_WITHOUT_PLACE[text])
    found = _SCHEME.match(text)
    name = found[1].lower() if found else ""
    if name not in list(Scheme):
        if near := difflib.get_close_matches(name, list(Scheme), n=1, cutoff=0.65):
            raise InventoryError(f"begins like a reference of an unknown kind, did you mean {near[0]}:? {_LITERAL_HINT}")
        return _literal(text)
    scheme, where = Scheme(name), text.partition(":")[2].strip()
    if scheme is Scheme.LITERAL:
        return _literal(text.partition(":")[2])
    if scheme is Scheme.ASK:
        raise InventoryError(f"ask takes nothing behind it; {_LITERAL_HINT}")
    if why := _why_not(scheme, where):
        raise InventoryError(f"{scheme}: {why}")
    return CredentialReference(scheme, where, directory=directory if scheme is Scheme.FILE else None)


def describe(reference: CredentialReference) -> str:
    """A reference as messages name it: never a secret, and of a program only its name.

    >>> describe(parse_reference("cmd:vault read -field=password secret/switches", None))
    'cmd:vault ...'
    """
    if reference.scheme is Scheme.CMD:
        words = reference.where.split()
        return f"cmd:{words[0]}{' ...' if len(words) > 1 else ''}"
    return f"{reference.scheme}:{reference.where}" if reference.where else str(reference.scheme)


def unusable(secret: str) -> str:
    """Why a text cannot be typed at a device as a secret; empty if it can."""
    if not secret:
        return "is empty"
    if not secret.isprintable():
        return "holds control characters or line ends, which are never sent to a device"
    return ""


def _literal(text: str) -> CredentialReference:
    if why := unusable(text):
        raise InventoryError(f"the secret {why}")
    return CredentialReference(Scheme.LITERAL, literal=Secret(text))


def _why_not(scheme: Scheme, where: str) -> str:
    if scheme is Scheme.ENV and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", where):
        return "the name of an environment variable is expected behind it"
    if scheme is Scheme.ENV and where.startswith(PREFIX):
        return f"variables that begin with {PREFIX} are settings: take another name"
    if scheme is Scheme.KEYRING and not all(where.rpartition("/")[::2]):
        return "SERVICE/USER is expected behind it"
    if scheme is Scheme.FILE and (not where or not where.isprintable()):
        return "the path of a file is expected behind it"
    return _why_no_program(where) if scheme is Scheme.CMD else ""


def _why_no_program(where: str) -> str:
    try:
        words = shlex.split(where)
    except ValueError:
        return "quotes do not end"
    return "" if words and "\0" not in where else "a program with its arguments is expected behind it"
