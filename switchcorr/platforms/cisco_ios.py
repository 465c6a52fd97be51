"""Cisco IOS and IOS-XE: 2960 to 9600, stacks, chassis, virtual pairs and Instant Access."""

from __future__ import annotations

import re

from switchcorr.platforms import ios_hardware, ios_health, ios_interfaces, ios_layer2, ios_neighbors, ios_state
from switchcorr.platforms.declaration import Dialogue, Platform
from switchcorr.platforms.scrubbing import CISCO_RULES

_SHORT_NAME = r"(?:Fa|Gi|Te|Tw|Twe|Fo|Hu|Po)\d{1,3}(?:/\d{1,3}){1,2}"
_OF_ONE_COMMAND = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        r"^Device ID: [^\n]{1,200}\n(?:Entry address\(es\):|Platform: )",
        r"^\S{1,80}[ \n]{1,80}(?:Gig|Fas|Ten|Two|Twe|For|Hun|Eth) \d{1,3}(?:/\d{1,3}){1,2} {2,20}\d{1,3} ",
        r"^-{20,80}[ ]*\n(?:Local Intf: \S{1,60}[ ]*\n)?Chassis id: [^\n]{1,200}\nPort id: [^\n]{1,200}\nPort Description(?::| - not)",
        r"^Local Intf: \S",
        r"^Device ID {11}Local Intf {5}Hold-time {2}Capability {6}Port ID",
        r"^Port +Name +Status +Vlan +Duplex +Speed +Type[ ]*\n(?:[- ]{0,200}\n)?" + _SHORT_NAME + " ",
        r"^ {0,20}vlan {1,20}mac address {1,20}type {1,20}(?:learn|protocols) ",
        r"^Interface +Admin +Oper +Power +Device +Class +Max",
        r"^Name: " + _SHORT_NAME + r"[ ]*\nSwitchport: (?:Enabled|Disabled)",
        r"^Protocol +Address +Age \(min\) +Hardware Addr +Type +Interface",
    )
)
"""What only IOS prints so, for captures that hold a single command: older versions end their CDP neighbors without a total."""

PLATFORM = Platform(
    name="cisco_ios",
    title="Cisco IOS and IOS-XE",
    netmiko="cisco_ios",
    napalm="ios",
    dialogue=Dialogue(paging_off=("terminal length 0", "terminal width 511"), privileged=re.compile(r"#")),
    commands=(
        *ios_hardware.COMMANDS,
        *ios_neighbors.COMMANDS,
        *ios_interfaces.COMMANDS,
        *ios_layer2.COMMANDS,
        *ios_health.COMMANDS,
        *ios_state.COMMANDS,
    ),
    prompt=re.compile(r"(?P<host>[A-Za-z0-9][A-Za-z0-9_.:/-]{0,62})[>#][ ]?(?P<command>[^#>]*)"),
    fingerprints=(
        re.compile(r"Cisco (IOS|Internetwork Operating System) Software|^IOS \(tm\)|Cisco IOS[ -]XE [Ss]oftware", re.MULTILINE),
        re.compile(
            r"^(?:Two|Five|Ten|Twenty|Forty|Hundred|Four|Fast)?(?:Gigabit)?Ethernet\d+/\d+(?:/\d+)? is (?:up|down|administratively down), line protocol",
            re.MULTILINE,
        ),
        re.compile(r"^Total cdp entries displayed : \d+", re.MULTILINE),
        re.compile(r"^\s+Mac Address Table\n-{20,}", re.MULTILINE),
        *_OF_ONE_COMMAND,
    ),
    invalid=re.compile(r"^% ?(?:Invalid|Incomplete|Ambiguous|Unknown|Unrecognized) |^Translating \"|% Bad IP address|^\s+\^$"),
    denied=re.compile(
        r"[Cc]ommand authorization failed|^% ?(?:Authorization|Permission|Access) (?:failed|denied)|^% This command is not authorized"
    ),
    feature_off=re.compile(
        r"^% ?(?:CDP|LLDP) is not enabled|^% ?\S[^%]{0,60} (?:is|are) not (?:enabled|running|configured|supported)|not running in Instant Access|not supported on this",
        re.IGNORECASE,
    ),
    empty=re.compile(r"^% ?No |^No (?:inline power|spanning|neighbors|entries|fex)|^%No inline power", re.IGNORECASE),
    pager=re.compile(r" ?-{2,}[ ]?[Mm]ore[ ]?-{2,}(?:\x08+ *\x08*)*"),
    tech_section=re.compile(r"-{5,} ?(?P<command>show \S.*?) ?-{5,}"),
    scrub=CISCO_RULES,
    not_needed=(
        re.compile(
            r"show (?:running-config|startup-config|users?|processes.*|memory.*|file systems|boot.*|flash:?.*|ip route.*|ip ospf.*|buffers.*|controllers?.*|license.*|snmp.*|ntp.*|tech-support.*|cdp|lldp|vtp.*|stacks?|privilege|history|terminal|line.*)"
        ),
        re.compile(
            r"show (?:access-session|authentication|port-security|dot1x|mab|aaa|alert|idprom|hw-module|stack-power|logging onboard|vlans)\b.*"
            r"|show lacp (?:neighbors?|counters|internal)\b.*"
            r"|show diagnostic (?:content|post|status|events|schedule|bootup|ondemand|description|cns)\b.*"
            r"|show (?:platform diag|power (?:available|supplies)|arp summary|redundancy switchover history|environment alarm-contact)\b.*"
            r"|show platform software fed .*ifm mappings (?:gpn|gid|l3if-le|port-le)\b.*"
            r"|show stackwise-virtual (?:bandwidth|dual-active-detection|neighbors)\b.*|show stackwise-virtual"
            r"|show switch (?:stack-mode|stack-ports|stack-ring|stack-bandwidth|neighbors)\b.*"
            r"|show power inline (?:meter|police|priority|upoe-plus)\b.*"
            r"|show mac[ -]address-table (?:aging-time|count|learning|notification|move)\b.*"
            r"|show spanning-tree (?:summary|instances|interface|inconsistentports|root|bridge|blockedports)\b.*"
            r"|show interfaces? (?:\S*\d\S* )?(?:link|transceiver|trunk|summary|stats?|accounting|mtu|vlan|etherchannel|debounce|flowcontrol|private-vlan|pruning)\b.*"
            r"|show interfaces? (?:\S*\d\S* )?counters?(?: (?:etherchannel|protocol|trunk|module|storm-control)\b.*)?"
            r"|show etherchannel (?:load-balance|port|port-channel|protocol|detail|swport)\b.*"
            r"|show version (?:rp|running|provisioned|installed)\b.*|show vlan (?:internal|summary|all|private-vlan|filter)\b.*"
        ),
        re.compile(r"(?:terminal|enable|exit|disable|logout|quit|end|conf|ping|traceroute|dir|clear|undebug|no)\b.*"),
    ),
)
