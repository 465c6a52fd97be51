"""A server on 127.0.0.1 that answers like the API of NetBox: a list of devices in pages, behind a token."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit


@dataclass
class Served:
    """What is served, and what was asked."""

    devices: Sequence[Mapping[str, object]]
    token: str = ""
    status: int = 200
    raw: bytes | None = None
    url: str = ""
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    authorizations: list[str | None] = field(default_factory=list)


@contextmanager
def serve(served: Served, *, prefix: str = "") -> Iterator[Served]:
    """Serve until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            served.authorizations.append(self.headers.get("authorization"))
            served.asked.append(parse_qs(parts.query))
            if parts.path != f"{prefix}/api/dcim/devices/":
                self._answer(404, {"detail": "Not found."})
            elif served.token and self.headers.get("authorization") != f"Token {served.token}":
                self._answer(403, {"detail": "Invalid token"})
            elif served.status != 200:
                self._answer(served.status, {"site": ["Select a valid choice."]})
            else:
                self._answer(200, self._page(parse_qs(parts.query), parts.path))

        def _page(self, query: dict[str, list[str]], path: str) -> object:
            matching = [device for device in served.devices if _passes(device, query)]
            limit, offset = int(query.get("limit", ["50"])[0]), int(query.get("offset", ["0"])[0])
            following = None
            if offset + limit < len(matching):
                following = (
                    f"{served.url}{path.removeprefix(prefix)}?{urlencode({**query, 'limit': limit, 'offset': offset + limit}, doseq=True)}"
                )
            return {"count": len(matching), "next": following, "previous": None, "results": matching[offset : offset + limit]}

        def _answer(self, status: int, content: object) -> None:
            body = served.raw if served.raw is not None else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  # the base class calls it so
            """Nothing on stderr."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        served.url = f"http://127.0.0.1:{server.server_address[1]}{prefix}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield served
        finally:
            server.shutdown()
            thread.join()


def _passes(device: Mapping[str, object], query: Mapping[str, Sequence[str]]) -> bool:
    for key in ("site", "role", "status"):
        member = device.get(key)
        slug = (member.get("slug") or member.get("value")) if isinstance(member, Mapping) else None
        if key in query and slug not in query[key]:
            return False
    return True


def record(number: int, **changes: object) -> dict[str, object]:
    """A device as NetBox shows it."""
    nested = {"id": 1, "url": "http://127.0.0.1/netbox/api/dcim/sites/1/", "display": "x", "description": ""}
    return {
        "id": number,
        "url": f"http://127.0.0.1/netbox/api/dcim/devices/{number}/",
        "display": f"acc-{number}",
        "name": f"acc-{number}",
        "device_type": {**nested, "model": "WS-C2960X", "slug": "ws-c2960x"},
        "role": {**nested, "name": "Access", "slug": "access"},
        "tenant": None,
        "platform": {**nested, "name": "Cisco IOS-XE", "slug": "ios-xe"},
        "site": {**nested, "name": "Oslo", "slug": "oslo"},
        "location": {**nested, "name": "House A", "slug": "house-a"},
        "rack": None,
        "status": {"value": "active", "label": "Active"},
        "primary_ip": {**nested, "family": {"value": 4, "label": "IPv4"}, "address": f"192.0.2.{number}/24"},
        "tags": [{**nested, "name": "power: UPS 1", "slug": "power-ups-1"}, {**nested, "name": "Old", "slug": "old"}],
        "custom_fields": {"switchcorr_algorithms": "sha1", "ups": None, "battery": True, "class": {"value": "b", "label": "B"}},
        **changes,
    }
