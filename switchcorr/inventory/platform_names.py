"""Spellings of platforms and SSH drivers by other tools, as our own names."""

from __future__ import annotations

import re

from switchcorr.platforms import platform_named

_SPELLINGS = {
    "cisco_xe": "cisco_ios",
    "cisco_iosxe": "cisco_ios",
    "cisco_ios_xe": "cisco_ios",
    "cisco_iosxe_switch": "cisco_ios",
    "ios": "cisco_ios",
    "iosxe": "cisco_ios",
    "ios_xe": "cisco_ios",
    "cat_os": "cisco_catos",
    "catos": "cisco_catos",
    "nxos": "cisco_nxos",
    "nx_os": "cisco_nxos",
    "cisco_nx_os": "cisco_nxos",
    "nexus": "cisco_nxos",
}
"""Of netmiko, NAPALM, Nornir, Ansible and NetBox, in lower case with ``_``."""


def platform_from(text: str) -> tuple[str, bool]:
    """Our name of a platform, and whether its spelling asks for Telnet; a name that no platform declares is kept.

    >>> platform_from("cisco_ios_telnet"), platform_from("nxos_ssh"), platform_from("cisco.ios.ios"), platform_from("eos")
    (('cisco_ios', True), ('cisco_nxos', False), ('cisco_ios', False), ('eos', False))
    """
    name = re.sub(r"[\s-]+", "_", text.strip().lower())
    is_telnet = name.endswith("_telnet")
    name = name.removesuffix("_telnet").removesuffix("_ssh")
    if re.fullmatch(r"\w+\.\w+\.\w+", name):
        name = name.rpartition(".")[2]  # Ansible: namespace.collection.name
    name = _SPELLINGS.get(name, name)
    declared = platform_named(name)
    return (declared.name if declared else name), is_telnet
