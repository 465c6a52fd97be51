"""Cisco CatOS: Catalyst 4000, 5000 and 6500 with the set-based operating system.

Real captures stood behind the templates of ``show version``, ``show module``, ``show vlan`` and ``show spantree`` of a 5000 and a
5500. The other templates were written from public descriptions of the outputs and are tolerant where releases differ; what they
do not know is reported as a bad line.
"""

from __future__ import annotations

import re

from switchcorr.platforms import catos_hardware, catos_health, catos_layer2, catos_neighbors, catos_ports
from switchcorr.platforms.declaration import Dialogue, Platform
from switchcorr.platforms.scrubbing import CATOS_RULES

PLATFORM = Platform(
    name="cisco_catos",
    title="Cisco CatOS",
    notes=(
        "Real captures stood behind `show version`, `show module`, `show vlan` and `show spantree`. The other outputs are read from"
        " public descriptions; lines that differ are reported as bad lines.",
        "A module is called by its number, which port names begin with (`3/11`): routing cards are 15 and 16 in slots 1 and 2.",
        "`show spantree` alone tells of VLAN 1: capture it for the voice VLAN too (`show spantree 120`). Nothing says what a VLAN that"
        " was not asked for blocks.",
        "A channel has a number only; it is called `Port-channel` and that number.",
        "`show counters` cannot be used: its text does not say of which port it is. Not read for lack of a sample:"
        " `show environment temperature`, channels without numbers (before release 5), and show-tech.",
    ),
    netmiko="generic",
    dialogue=Dialogue(paging_off=(), privileged=re.compile(r"\(enable\)")),
    commands=(
        *catos_hardware.COMMANDS,
        *catos_neighbors.COMMANDS,
        *catos_ports.COMMANDS,
        *catos_layer2.COMMANDS,
        *catos_health.COMMANDS,
    ),
    prompt=re.compile(r"(?P<host>[A-Za-z0-9][A-Za-z0-9_.:-]{0,62}) ?>[ ]?(?:\(enable\)[ ]?)?(?P<command>[^#>]*)"),
    fingerprints=tuple(
        re.compile(pattern, re.MULTILINE)
        for pattern in (
            r"^\S{1,63} ?> \(enable\)",
            r"^[ \t]*Mod\s+Slot\s+Ports\s+Module-Type\s+Model",
            r"^[ \t]*Mod\s+Module-Name\s",
            r"^[ \t]*Mod\s+Port\s+Model\s+Serial #\s+Versions",
            r"^[ \t]*Port \(Our Port\):",
            r"^[ \t]*Port-ID \(Port on [^)\n]{0,30}Device\):",
            r"^[ \t]*Device-ID: ",
            r"^[ \t]*Port\s+Device-ID\s+Port-ID\s+Platform",
            r"^[ \t]*VLAN\s+Dest MAC/Route Des",
            r"^[ \t]*Total Matching CAM Entries",
            r"^[ \t]*Port\s+Name\s+Status\s+Vlan\s+(?:Level\s+)?Duplex\s+Speed\s+Type\s*\n[- ]*\n\s*\d{1,2}/\d",
            r"^[ \t]*Port\s+Align-Err\s+FCS-Err\s+Xmit-Err\s+Rcv-Err\s+UnderSize\s*\n[- ]*\n\s*\d{1,2}/\d",
            r"^[ \t]*Port\s+Single-Col\s+Multi-Coll\s",
            r"^[ \t]*Port\s+Last-Time-Cleared",
            r"^[ \t]*Port\s+AuxiliaryVlan|^[ \t]*AuxiliaryVlan\s+AuxVlanStatus",
            r"^[ \t]*Port\s+InlinePowered\s",
            r"^[ \t]*VLAN\s+Name\s+Status\s+IfIndex",
            r"^[ \t]*Designated Root Port\s|^[ \t]*Bridge ID MAC ADDR\s|^[ \t]*Port\s+Vlan\s+Port-State\s",
            r"^[ \t]*Channel Id\s+Ports|^[ \t]*Chan\s+Port\s+Status\s|^[ \t]*Port\s+Status\s+Channel\s+Admin Ch",
            r"^[ \t]*Port\s+Mode\s+Encapsulation\s+Status\s+Native vlan\s*\n[- ]*\n\s*\d{1,2}/\d",
            r"^[ \t]*PS1-Status\s+PS2-Status|^[ \t]*Line Card (?:Diag )?Status for Module \d",
            r"^[ \t]*Environmental Status \(\. = Pass",
            r"^\d{4} [A-Z][a-z]{2} +\d{1,2} \d{2}:\d{2}:\d{2}(?: \S{1,6} [+-]\d{2}:\d{2})? %[A-Z]",
            r"^[A-Z][a-z]{2} [A-Z][a-z]{2} +\d{1,2} \d{4}, \d{2}:\d{2}:\d{2}(?: [A-Z]{1,5})?\s*$",
        )
    ),
    invalid=re.compile(
        r"^\s*(?:Unknown|Ambiguous|Incomplete) command|^\s*Usage: |^\s*Invalid |^\s*Bad (?:port|module|vlan)|^\s*Module \d{1,2} (?:is )?not"
    ),
    denied=re.compile(r"^\s*(?:Command )?[Aa]uthorization failed|^\s*(?:Permission|Access) denied|^\s*Enter password"),
    feature_off=re.compile(
        r"^\s*(?:CDP|PAgP|Spanning tree|Inline power) (?:is )?(?:globally )?(?:not enabled|disabled)"
        r"|^\s*(?:Feature|Command) (?:is )?not (?:supported|available)|not supported (?:on|by) (?:this |)module",
        re.IGNORECASE,
    ),
    empty=re.compile(r"^\s*No (?:ports?|neighbors?|entries|channels?|matching|messages?|log|inline)\b", re.IGNORECASE),
    pager=re.compile(r" ?-{2,}[ ]?[Mm]ore[ ]?-{2,}(?:\x08+ *\x08*)*|Do you wish to continue y/n \[n\]\?[ ]?(?:y(?:es)?)?"),
    pager_marks=("ore--", "ore --", "continue y/n"),
    scrub=CATOS_RULES,
    not_needed=(
        re.compile(
            r"show (?:config|running-config|startup-config|boot|flash|log|logging|users?|proc|snmp|ntp|ip|interface|vtp|span|trace"
            r"|arp|netstat|counters|mac|mls|qos|security|summertime|timezone|tacacs|radius|authentication|alias|banner|history|help|igmp|rgmp|gvrp"
            r"|gmrp|multicast|pvlan|rspan|top|udld|errdisable-timeout|errordetection|environment \S+|cdp|cdp port|spantree [a-z]\S*"
            r"|port (?:capabilities|security|broadcast|flowcontrol|negotiation|trap|spantree|cdp|dot1x|ifindex|mac|protocol|qos|voice|vtp|debounce)"
            r"|channel (?:group|mac|traffic|hash)|crypto|tech-support|default|dot1x|garp|kerberos|lacp-channel|msmautostate|reset|rmon|rate-limit"
            r"|vlan counters|imagemib|microcode|cam (?:agingtime|count|msfc|notification|monitor|system))\b.*"
        ),
        re.compile(
            r"(?:set|enable|disable|exit|quit|logout|clear|session|ping|traceroute|dir|copy|delete|reset|switch|write|history|help|wait|telnet)\b.*"
        ),
    ),
)
