"""paramiko's transport with a login that holds to the standard: the login service is asked for once, and every wait has an end.

Of its two transports one asks for the service before each credential, which servers may end the connection for. The other waits
for ever for a server that does not answer, loses an answer that comes at once, and cannot ask which methods there are.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Final

import paramiko  # type: ignore[import-untyped]
from paramiko.auth_handler import AuthOnlyHandler  # type: ignore[import-untyped]
from paramiko.common import cMSG_SERVICE_REQUEST, cMSG_USERAUTH_REQUEST  # type: ignore[import-untyped]

_LOOK_S: Final = 0.01


class LoginTransport(paramiko.ServiceRequestingTransport):  # type: ignore[misc]  # paramiko has no types
    """A transport of an SSH client."""

    def __init__(self, *about: Any, **options: Any) -> None:
        super().__init__(*about, **options)
        self.packetizer.start_handshake = _without_timer

    def ensure_session(self) -> None:
        """Ask for the login service, once.

        Raises:
            paramiko.SSHException: the connection has ended, or there was no answer in time.
        """
        if not self.is_active():
            raise paramiko.SSHException("No existing session")
        if self._service_userauth_accepted:
            return
        request = paramiko.Message()
        request.add_byte(cMSG_SERVICE_REQUEST)
        request.add_string("ssh-userauth")
        self._send_message(request)
        ends_at = time.monotonic() + self.auth_timeout
        while not self._service_userauth_accepted:
            if not self.is_active():
                raise self.get_exception() or EOFError()
            if time.monotonic() > ends_at:
                raise paramiko.AuthenticationException("Authentication timeout.")
            time.sleep(_LOOK_S)
        self.auth_handler = self.get_auth_handler()

    def get_auth_handler(self) -> AuthOnlyHandler:
        """What sends credentials and hears what becomes of them."""
        return _Credentials(self)


def _without_timer(timeout: float) -> None:
    """Instead of paramiko's thread for the time of the handshake, which outlives a failed one: that time is limited elsewhere."""
    del timeout


class _Credentials(AuthOnlyHandler):  # type: ignore[misc]  # paramiko has no types
    """Sends credentials."""

    def send_auth_request(self, username: str, method: str, finish_message: Callable[[Any], None] | None = None) -> Any:
        """Send one, and wait for the answer; it is waited for before anything is sent."""
        self.auth_method, self.username = method, username
        request = paramiko.Message()
        request.add_byte(cMSG_USERAUTH_REQUEST)
        for text in (username, "ssh-connection", method):
            request.add_string(text)
        if finish_message is not None:
            finish_message(request)
        self.auth_event = answered = threading.Event()
        with self.transport.lock:
            self.transport._send_message(request)
        return self.wait_for_response(answered)
