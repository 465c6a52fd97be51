"""Cisco NX-OS, with fabric extenders."""

from __future__ import annotations

import re

from switchcorr.platforms import nxos_hardware, nxos_health, nxos_interfaces, nxos_layer2, nxos_neighbors
from switchcorr.platforms.declaration import Dialogue, Platform
from switchcorr.platforms.scrubbing import CISCO_RULES

PLATFORM = Platform(
    name="cisco_nxos",
    title="Cisco NX-OS",
    netmiko="cisco_nxos",
    napalm="nxos_ssh",
    dialogue=Dialogue(paging_off=("terminal length 0", "terminal width 511"), privileged=re.compile(r"#")),
    commands=(
        *nxos_hardware.COMMANDS,
        *nxos_neighbors.COMMANDS,
        *nxos_interfaces.COMMANDS,
        *nxos_layer2.COMMANDS,
        *nxos_health.COMMANDS,
    ),
    prompt=re.compile(r"(?P<host>[A-Za-z0-9][A-Za-z0-9_.:-]{0,62})(?:\([^()]{1,40}\))?[>#][ ]?(?P<command>[^#>]*)"),
    fingerprints=tuple(
        re.compile(pattern, re.MULTILINE)
        for pattern in (
            r"^Cisco Nexus Operating System \(NX-OS\) Software\s*$",
            r"^\s*(?:NXOS|kickstart|system):\s+version \S",
            r'^NAME: "[^"\n]{1,60}",\s+DESCR: "(?:Nexus|N2K|N5K|N7K|N9K)',
            r"^\s*`show [^`\n]{1,200}`\s*$",
            r"^\s*[A-Za-z][A-Za-z-]{0,20}\d[\d/.]{0,16} is (?:up|down)(?: \([^\n]{1,120}\))?\s*$",
            r"^\s*admin state is (?:up|down)",
            r"^\s+\d+ input error  \d+ short frame",
            r"^\s*Mod\s+Ports\s+Module-Type\s+Model",
            r"^\s*FEX\s+FEX\s+FEX\s+FEX|^\s*(?:[Pp]inning-mode:|Fabric port for control traffic: Eth)",
            r"^\s*s - Supports-STP-Dispute",
            r"^\s*Device ID:\S",
            r"^\s*Mgmt address\(es\):|^\s*Interface address\(es\):",
            r"^\s*Local Port id: ",
            r"^\s*Management Address IPV6: |^\s*Vlan ID: not adv",
            r"^\s*\* - primary entry, G - Gateway MAC",
            r"^\s*Group\s+Port-\s+Type\s+Protocol\s+Member Ports",
            r"^\s*IP ARP Table for ",
            r"^\s*-{60,}\s*\n\s*Port\s+(?:Name\s+Status|Align-Err|Type\s+Speed\s+Description)",
            r"^\s+Switchport Monitor: ",
            r"^\s*VLAN Type\s+Vlan-mode",
            r"^\s*(?:Module|Fan)\s+(?:Sensor\s+MajorThresh|Model\s+Hw\s)|^This supervisor \(sup-",
            r"^\d{4} [A-Z][a-z]{2} +\d{1,2} \d{2}:\d{2}:\d{2}(?:\.\d{1,6})? \S+ %",
        )
    ),
    invalid=re.compile(
        r"^\s*% ?(?:Invalid|Incomplete|Ambiguous|Unknown|Unrecognized) |^Syntax error while parsing|^\s+\^\s*$|^Cmd exec error|^ERROR: Invalid"
    ),
    denied=re.compile(
        r"^\s*% ?(?:Permission denied|Authorization failed|Access denied)|^\s*(?:Error: )?AAA (?:authorization|authentication) (?:failed|error)"
    ),
    feature_off=re.compile(
        r"^(?:% ?|ERROR: ?|Note: ?)?(?:CDP|LLDP|FEX|LACP|Feature \S{1,30}|Service) (?:is )?(?:not (?:enabled|running|available)|disabled)",
        re.IGNORECASE,
    ),
    empty=re.compile(r"^\s*(?:% ?)?No (?:entries|neighbors?|spanning[ -]tree|fex|such|records?|matching)\b", re.IGNORECASE),
    pager=re.compile(r" ?-{2,}[ ]?[Mm]ore[ ]?-{2,}(?:\x08+ *\x08*)*"),
    tech_section=re.compile(r"\s*`(?P<command>show [^`]{1,200}?)\s*`\s*"),
    scrub=CISCO_RULES,
    not_needed=(
        re.compile(
            r"show (?:running-config|startup-config|users?|processes?|memory|system resources|boot|ip route|ip ospf|ip interface|license|snmp|ntp"
            r"|tech-support|vpc|hsrp|feature|vrf|hardware|policy-map|queuing|cdp|lldp|accounting|hostname|switchname|install|cores?|vdc|role"
            r"|diagnostic (?:content|status|events)|mac address-table (?:limit|local|aging-time|count)|switching-mode|vlan internal"
            r"|spanning-tree (?:root|issu-impact|active|blockedports|interface)|vlan id \S+ vn-segment|lacp"
            r"|interface (?:brief|transceiver|trunk|capabilities|counters|snmp-ifindex|priority-flow-control|flowcontrol)|spanning-tree summary)\b.*"
        ),
        re.compile(r"(?:terminal|enable|exit|disable|logout|quit|end|conf|ping|traceroute|dir|clear|undebug|no|attach|switchto|where)\b.*"),
    ),
)
