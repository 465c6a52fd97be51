"""Cisco NX-OS, with fabric extenders."""

from __future__ import annotations

import re

from switchcorr.platforms import nxos_hardware, nxos_health, nxos_interfaces, nxos_layer2, nxos_neighbors
from switchcorr.platforms.declaration import Platform

PLATFORM = Platform(
    name="cisco_nxos",
    title="Cisco NX-OS",
    netmiko="cisco_nxos",
    napalm="nxos_ssh",
    commands=(
        *nxos_hardware.COMMANDS,
        *nxos_neighbors.COMMANDS,
        *nxos_interfaces.COMMANDS,
        *nxos_layer2.COMMANDS,
        *nxos_health.COMMANDS,
    ),
    prompt=re.compile(r"(?P<host>[A-Za-z0-9][A-Za-z0-9_.:-]{0,62})(?:\([^()]{1,40}\))?[>#][ ]?(?P<command>[^#>]*)"),
    fingerprints=(
        re.compile(r"^Cisco Nexus Operating System \(NX-OS\) Software\s*$", re.MULTILINE),
        re.compile(r"^\s*`show [^`\n]{1,200}`\s*$", re.MULTILINE),
        re.compile(r"^\s*[A-Za-z][A-Za-z-]{0,20}\d[\d/.]{0,16} is (?:up|down)(?: \([^\n]{1,120}\))?\s*\n\s*admin state is", re.MULTILINE),
        re.compile(r"^\s*(?:\* - primary entry, G - Gateway MAC|s - Supports-STP-Dispute)", re.MULTILINE),
        re.compile(r"^\s*(?:Group\s+Port-\s+Type\s+Protocol\s+Member Ports|Mod\s+Ports\s+Module-Type\s+Model\s+Status)\s*$", re.MULTILINE),
        re.compile(r"^\s*(?:FEX\s+FEX\s+FEX\s+FEX|IP ARP Table for |Local Port id: |Fabric interface state:)", re.MULTILINE),
        re.compile(r"^\d{4} [A-Z][a-z]{2} +\d{1,2} \d{2}:\d{2}:\d{2}(?:\.\d{1,6})? \S+ %", re.MULTILINE),
    ),
    invalid=re.compile(
        r"^\s*% ?(?:Invalid|Incomplete|Ambiguous|Unknown|Unrecognized) |^Syntax error while parsing|^\s+\^\s*$|^Cmd exec error|^ERROR: Invalid"
    ),
    denied=re.compile(r"^\s*% ?(?:Permission denied|Authorization failed|Access denied)|AAA authorization failed|^Error: AAA"),
    feature_off=re.compile(
        r"^(?:% ?|ERROR: ?|Note: ?)?(?:CDP|LLDP|FEX|LACP|Feature \S{1,30}|Service) (?:is )?(?:not (?:enabled|running|available)|disabled)",
        re.IGNORECASE,
    ),
    empty=re.compile(r"^\s*(?:% ?)?No (?:entries|neighbors?|spanning[ -]tree|fex|such|records?|matching)\b", re.IGNORECASE),
    pager=re.compile(r" ?-{2,}[ ]?[Mm]ore[ ]?-{2,}(?:\x08+ *\x08*)*"),
    tech_section=re.compile(r"\s*`(?P<command>show [^`]{1,200}?)\s*`\s*"),
    not_needed=(
        re.compile(
            r"show (?:running-config|startup-config|users?|processes?|memory|system resources|boot|ip route|ip ospf|ip interface|license|snmp|ntp"
            r"|tech-support|vpc|hsrp|feature|vrf|hardware|policy-map|queuing|cdp|lldp|accounting|hostname|switchname|install|cores?|vdc|role"
            r"|interface (?:brief|transceiver|trunk|capabilities|counters|snmp-ifindex|priority-flow-control|flowcontrol)|spanning-tree summary)\b.*"
        ),
        re.compile(r"(?:terminal|enable|exit|disable|logout|quit|end|conf|ping|traceroute|dir|clear|undebug|no|attach|switchto|where)\b.*"),
    ),
)
