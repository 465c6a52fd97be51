"""Which sources may send: a list of networks, and a memory of answers that a million sources cannot fill."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import final

from switchcorr.errors import UsageError

LOOPBACK = ("127.0.0.0/8", "::1/128")
_REMEMBERED = 4096
_NAMED = 10


@final
class AllowedSources:
    """The allow-list of a listener.

    >>> allowed = AllowedSources(["192.0.2.0/24"])
    >>> allowed.permits("192.0.2.7"), allowed.permits("198.51.100.1"), allowed.permits("fe80::1%eth0")
    (True, False, False)
    """

    def __init__(self, networks: Iterable[str]) -> None:
        """Take the networks.

        Raises:
            UsageError: one is none.
        """
        self._networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = []
        for text in networks:
            try:
                self._networks.append(ipaddress.ip_network(text.strip(), strict=False))
            except ValueError:
                raise UsageError(f"--allow {text!r} is no network.", hint="Write 192.0.2.0/24, 192.0.2.7 or 2001:db8::/32.") from None
        self._known: dict[str, bool] = {}
        self._named: set[str] = set()

    def permits(self, source: str) -> bool:
        """Whether a source may send."""
        known = self._known.get(source)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[source] = self._looked_up(source)
        return known

    def is_news(self, source: str) -> bool:
        """Whether a refused source is worth a sentence: the first few are, each once."""
        if source in self._named or len(self._named) >= _NAMED:
            return False
        self._named.add(source)
        return True

    def _looked_up(self, source: str) -> bool:
        try:
            address = ipaddress.ip_address(source.partition("%")[0])
        except ValueError:
            return False
        return any(address.version == network.version and address in network for network in self._networks)


def is_loopback(host: str) -> bool:
    """Whether an address to listen on is reached from this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
