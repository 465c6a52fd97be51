"""The page in Firefox ESR from a file: the script starts, a link opens its phone. Driven over Marionette, Firefox's own remote control."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from switchcorr.report.to_html import write_html
from tests.report.driven import campus_answer

pytestmark = pytest.mark.browser
_PREFERENCES = {
    "marionette.port": 0,
    "app.update.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.enabled": False,
}


class _Marionette:
    """Commands and answers: a length, a colon, JSON."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._number = 0
        self._answer()

    def _answer(self) -> Any:
        size = b""
        while not size.endswith(b":"):
            size += self._socket.recv(1)
        text = b""
        while len(text) < int(size[:-1]):
            text += self._socket.recv(int(size[:-1]) - len(text))
        return json.loads(text)

    def call(self, command: str, **values: object) -> Any:
        """The result of a command."""
        self._number += 1
        text = json.dumps([0, self._number, command, values]).encode()
        self._socket.sendall(b"%d:%s" % (len(text), text))
        _, _, error, result = self._answer()
        assert error is None, error
        return result

    def ask(self, expression: str) -> Any:
        """What an expression gives in the page."""
        return self.call("WebDriver:ExecuteScript", script=f"return {expression}", args=[])["value"]

    def close(self) -> None:
        """End the conversation."""
        self._socket.close()


@contextmanager
def _firefox(profile: Path) -> Iterator[_Marionette]:
    program = shutil.which("firefox-esr")
    if program is None:
        pytest.skip("no Firefox on this machine: install the package firefox-esr to run this test")
    (profile / "user.js").write_text("".join(f'user_pref("{name}", {json.dumps(value)});\n' for name, value in _PREFERENCES.items()))
    command = [program, "--headless", "--marionette", "--no-remote", "--profile", str(profile)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield _Marionette(_port(profile / "MarionetteActivePort"))
        finally:
            process.terminate()


def _port(file: Path) -> int:
    end = time.monotonic() + 90
    while not (file.exists() and file.read_text().strip()):
        assert time.monotonic() < end, "Firefox did not open its remote control"
    return int(file.read_text())


def test_a_linked_phone_opens_in_firefox_from_a_file(tmp_path: Path) -> None:
    result, estate = campus_answer()
    write_html(result, tmp_path / "report.html", estate=estate)
    profile = tmp_path / "profile"
    profile.mkdir()
    with _firefox(profile) as firefox:
        firefox.call("WebDriver:NewSession", capabilities={})
        firefox.call("WebDriver:Navigate", url=(tmp_path / "report.html").as_uri() + "#phone=SEP00005E000020&t=0930-0935")
        end = time.monotonic() + 60
        while not firefox.ask("performance.getEntriesByName('all-ready').length > 0"):
            assert time.monotonic() < end
        assert firefox.ask("document.activeElement.getAttribute('aria-label')").startswith("port 11: phone lost")
        assert firefox.ask("document.querySelector('#map-canvas').clientHeight") > 100
        assert firefox.ask("document.querySelector('#phone-say').textContent") != "0 phones"
        firefox.close()
