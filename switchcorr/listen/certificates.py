"""Certificates for syslog by TLS: ours, and whose clients we believe."""

from __future__ import annotations

import ssl
import stat
from pathlib import Path

from switchcorr.errors import ListenError

_EVERYBODY = 0o007


def tls_context(certificate: Path, key: Path, client_ca: Path | None) -> ssl.SSLContext:
    """TLS 1.2 or later; with ``client_ca``, only clients with a certificate of it are taken.

    Raises:
        ListenError: a file cannot be used, or everybody can read the key.
    """
    try:
        if stat.S_IMODE(key.stat().st_mode) & _EVERYBODY:
            raise ListenError(f"{key}: everybody on this machine can read the key.", hint=f"chmod 600 {key}")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # Senders of syslog never read: with tickets that nobody takes, closing resets the connection, and what is under way is lost.
        context.num_tickets = 0
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(certificate, key, password=_no_password)
        if client_ca is not None:
            context.load_verify_locations(client_ca)
            context.verify_mode = ssl.CERT_REQUIRED
    except (OSError, ValueError) as error:  # an SSLError is an OSError
        files = ", ".join(str(path) for path in (certificate, key, client_ca) if path is not None)
        hint = "Give certificate, key without a password, and client CA as PEM files."
        raise ListenError(f"TLS cannot be set up from {files}: {getattr(error, 'strerror', None) or error}.", hint=hint) from error
    return context


def _no_password() -> str:
    """Answer OpenSSL, which would ask on the terminal otherwise."""
    raise ValueError("the key has a password")
