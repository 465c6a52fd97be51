"""CatOS: how it writes ports and addresses: ``3/11`` is port 11 of module 3, ``3/1-24,4/7`` a list."""

from __future__ import annotations

import re

from switchcorr.model.interfaces import InterfaceName

_RANGE = re.compile(r"(\d{1,2})/(\d{1,3})(?:-(?:(\d{1,2})/)?(\d{1,3}))?")


def port_list(text: str) -> tuple[InterfaceName, ...]:
    """The ports of a list, in its order.

    >>> port_list("1/1-2,3/11")
    ('1/1', '1/2', '3/11')

    Raises:
        ValueError: not a list of ports, or a range that runs backwards or from one module into another.
    """
    ports: list[InterfaceName] = []
    for item in filter(None, re.split(r"[,\s]+", text)):
        found = _RANGE.fullmatch(item)
        if found is None:
            raise ValueError(f"not a port or range of ports: {item[:40]!r}")
        module, first, other, last = found[1], int(found[2]), found[3], int(found[4] or found[2])
        if last < first or other not in (None, module):
            raise ValueError(f"not a range of ports: {item!r}")
        ports += (InterfaceName(f"{module}/{port}") for port in range(first, last + 1))
    return tuple(ports)


def one_port(text: str) -> InterfaceName:
    """A single port.

    Raises:
        ValueError: none or several.
    """
    ports = port_list(text)
    if len(ports) != 1:
        raise ValueError(f"{len(ports)} ports where one is expected: {text[:40]!r}")
    return ports[0]
