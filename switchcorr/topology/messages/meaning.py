"""What a message of a switch tells of its parts: a link that went down, a duplex mismatch, spanning tree, power, a module or its tests, a restart.

One rule a line, by facility and mnemonic; the text gives the part. A port that the switch itself took down is a link that went down. What an operator did (``administratively down``) is no fact, and
a link that comes up is told by its going down. Source: system message guides of IOS, IOS-XE, NX-OS and CatOS.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from switchcorr.model.interfaces import InterfaceName


class Happening(enum.Enum):
    """What a message may tell."""

    LINK_DOWN = "link down"
    DUPLEX = "duplex mismatch"
    TREE = "spanning tree"
    STATIONS_MOVE = "stations flap between ports"
    POWER = "inline power"
    MODULE = "module"
    DIAGNOSTIC = "diagnostics"
    SUPPLY = "supply or fan"
    RESTART = "restart"


@dataclass(frozen=True, slots=True)
class SwitchMessage:
    """One message: ``%FACILITY-severity-MNEMONIC: text`` of a device at a time."""

    device: str
    time: datetime
    facility: str
    mnemonic: str
    text: str


@dataclass(frozen=True, slots=True)
class Happened:
    """What one message tells.

    Attributes:
        interface: the port or bundle it names.
        vlan: the VLAN or instance it names.
        module: the number of the card or stack member it names, of a fabric extender ``fex101``.
        stamped: whether the time is by the clock of the device; else it is counted from a capture or from the start.
        told_by: the device whose message it is, if that is another one.
    """

    kind: Happening
    device: str
    time: datetime
    name: str
    text: str
    interface: InterfaceName | None = None
    vlan: int | None = None
    module: str = ""
    stamped: bool = True
    told_by: str = ""

    @property
    def clock(self) -> str:
        """The device whose clock stamped the time; empty for none."""
        return (self.told_by or self.device) if self.stamped else ""


@dataclass(frozen=True, slots=True)
class _Rule:
    tag: re.Pattern[str]
    text: re.Pattern[str]
    kind: Happening


def _rule(tag: str, text: str, kind: Happening) -> _Rule:
    return _Rule(re.compile(tag), re.compile(text), kind)


_LOOKED_AT = 400
"""How much of a text is looked at: what a message is about stands at its beginning."""
_PORT = r"(?P<port>[A-Za-z][A-Za-z-]{0,29} ?\d[\d/.:]{0,16}|\d{1,2}/\d{1,3})"
_VLAN = r"(?:vlan|VLAN|instance|MST) ?0*(?P<vlan>\d{1,4})"
_MODULE = r"(?:[Mm]odule|[Ss]lot|[Ss]witch)[ :]?(?P<module>\d{1,3})\b"
_REPORTER = r"(?:(?:(?:Switch|Chassis) \d{1,2} )?[A-Z]{1,2}\d{1,2}/\d{1,2}: |\d{1,2} )[\w-]{1,30}: +"
"""Who tells it, on IOS-XE: ``Switch 1 R0/0: stack_mgr: ``, ``R0/0: cmand: ``, of older ones ``1 stack-mgr:  ``."""
_FEX = r"FEX-?(?P<fex>\d{3})\b"
_ABOUT = rf"(?:{_REPORTER})?.*?{_MODULE}"
"""The part that a message names behind who tells it; where it names none there, the one that tells it: ``Switch 2 R0/0: stack_mgr: Reloading``."""

_RULES = (
    _rule(r"LINK-UPDOWN", rf"Interface {_PORT}, changed state to down", Happening.LINK_DOWN),
    _rule(r"LINEPROTO-UPDOWN", rf"Line protocol on Interface {_PORT}, changed state to down", Happening.LINK_DOWN),
    _rule(r"ETHPORT-IF_DOWN_(?!ADMIN|CFG|NONE|PARENT_ADMIN)[A-Z_]+", rf"Interface {_PORT} is down", Happening.LINK_DOWN),
    _rule(r"ETH_PORT_CHANNEL-PORT_DOWN", rf"\S+: {_PORT} is down", Happening.LINK_DOWN),
    _rule(r"EC-UNBUNDLE", rf"Interface {_PORT} left the port-channel", Happening.LINK_DOWN),
    _rule(r"(?:PAGP|ETHC|DTP)-PORTFROMSTP", rf"Port {_PORT} left bridge port", Happening.LINK_DOWN),
    _rule(r"PM-ERR_DISABLE", rf"\S+ error detected on (?:.*?[Pp]utting )?{_PORT}", Happening.LINK_DOWN),
    _rule(r"UDLD-UDLD_PORT_DISABLED", rf"UDLD disabled interface {_PORT}", Happening.LINK_DOWN),
    _rule(r"ILPOWER-IEEE_DISCONNECT", rf"Interface {_PORT}: PD removed", Happening.LINK_DOWN),
    _rule(r"CDP-DUPLEX_?MISMATCH", rf".*?[Dd]uplex mismatch (?:discovered on|detected on(?: port)?) {_PORT}", Happening.DUPLEX),
    _rule(
        r"(?:SPANTREE|STP)-\w*(?:ROOTCHANGE|TOPOTRAP|LOOPGUARD|ROOTGUARD|BLOCK_PVID|BRIDGE_ASSURANCE|DISPUTE|INCONSISTENT)\w*",
        rf".*?\b{_VLAN}",
        Happening.TREE,
    ),
    _rule(r"(?:SPANTREE|STP)-PORT_?STATE", rf".*?\b{_VLAN} moving from forwarding to (?:blocking|disabled)", Happening.TREE),
    _rule(
        r"(?:SW_MATM-MACFLAP_NOTIF|MAC_MOVE-NOTIF)", rf"Host \S+ in {_VLAN} is flapping between port {_PORT}", Happening.STATIONS_MOVE
    ),
    _rule(r"L2FM-L2FM_MAC_(?:MOVE|FLAP)\w*", rf".*?\b{_VLAN} .*?{_PORT}", Happening.STATIONS_MOVE),
    _rule(r"SYS-P2_WARN", rf".*?Host \S+ is flapping between port {_PORT}", Happening.STATIONS_MOVE),
    _rule(
        r"ILPOWER-\w*(?:ERR|DENY|DENIED|FAULT|OVERDRAW|SHUT|TSTAT|CLR_OVRLD|INVALID)\w*",
        rf".*?(?:[Ii]nterface|[Pp]ort|error,) {_PORT}",
        Happening.POWER,
    ),
    _rule(r"C6K_POWER-PD_HW_FAULTY", rf"The device connected to {_PORT}", Happening.POWER),
    _rule(r"ILPOWER-CONTROLLER_ERR", r"Controller error", Happening.SUPPLY),  # by its number: nothing tells which ports hang from it
    _rule(
        r"(?:PLATFORM|MODULE)-MOD_(?:PWRDN|FAIL|REMOVE|PWRFAIL|MAJORSWFAIL|MINORSWFAIL|SOMEPORTS_FAILED)\w*", _ABOUT, Happening.MODULE
    ),
    _rule(r"NOHMS-NOHMS_ENV_FEX_OFFLINE", rf".*?{_FEX}", Happening.MODULE),
    _rule(r"(?:IOSXE_)?OIR-(?:REMCARD|OFFLINECARD|PWRCYCLE|PWRFAILURE|CRASH|MODULE_?DOWN)", _ABOUT, Happening.MODULE),
    _rule(r"C6KPWR-(?:DISABLED|POWE?RDENIED)", _ABOUT, Happening.MODULE),
    _rule(r"PM_SCP-LCP_FW_ERR|CONST_DIAG-HM_MOD_RESET", _ABOUT, Happening.MODULE),
    _rule(r"C4K_IOSMODPORTMAN-MODULE(?:OFFLINE|REMOVED)", _ABOUT, Happening.MODULE),
    _rule(r"(?:PLATFORM|MODULE)-MOD_DIAG_FAIL|PM_SCP-LCP_FW_ERR_INFORM|NOHMS-NOHMS_DIAG_ERROR", _ABOUT, Happening.DIAGNOSTIC),
    _rule(r"(?:CONST_)?DIAG-(?:MAJOR|MINOR|TEST_FAIL|HM_TEST_FAIL|BOOTUP_TEST_FAIL)|DIAG_PORT_LB-\w*TEST_FAIL", _ABOUT, Happening.DIAGNOSTIC),
    _rule(r"SATCTRL-SOHMS_DIAG_ERROR", rf".*?{_FEX}", Happening.DIAGNOSTIC),
    _rule(r"C4K_LINECARDMGMTPROTOCOL-ONGOINGTIMEOUTWARNING", r"[A-Z]\w+ (?P<module>\d{1,2})-\d", Happening.DIAGNOSTIC),
    _rule(r"DIAG-RUN_(?:MINIMUM|COMPLETE)", _ABOUT, Happening.RESTART),  # a card is tested when it starts
    _rule(r"(?:STACKMGR|PLATFORM_STACKPOWER|STACKMGR_?\w*)-SWITCH_REMOVED", _ABOUT, Happening.MODULE),
    _rule(r"STACKMGR-RELOAD_REQUEST", r".*?for all switches", Happening.RESTART),
    _rule(r"STACKMGR-RELOAD(?:_REQUEST)?", _ABOUT, Happening.RESTART),
    _rule(r"SYS-MOD_(?:FAIL|MINORFAIL|REMOVE|RESET|PWRDN|NO\w+RESPONSE)\w*", _ABOUT, Happening.MODULE),
    _rule(
        r"\w+-\w*(?:PS_?FAIL|PEMFAIL|POWERSUPPLY(?:FAIL|BAD)|PS_SIGNAL_FAULT|PS_ACCESS|PSOUTPUTDROP|FANTRAY_?(?:FAIL|BAD|PARTIALFAILURE)|FAN_FAIL|FANFAIL"
        r"|TEMPMAJALRM|TEMPMAJORFAIL|MAJORTEMPALARM|OVERTEMP)\w*|PLATFORM_ENV-(?:FAN|PWR|TEMP)",
        r".",
        Happening.SUPPLY,
    ),
    _rule(r"SYS-(?:RESTART|RELOAD)|REDUNDANCY-SWITCHOVERS?|SYSMGR-SWITCHOVER_OVER", r".", Happening.RESTART),
)  # fmt: skip


@lru_cache(maxsize=4096)
def rules_for(tag: str) -> tuple[_Rule, ...]:
    """The rules of ``FACILITY-MNEMONIC``, the facility without its part behind a hyphen; most messages have none."""
    return tuple(rule for rule in _RULES if rule.tag.fullmatch(tag))


def read_message(message: SwitchMessage) -> Happened | None:
    """What a message tells; None if nothing of a part.

    >>> from datetime import UTC
    >>> at = datetime(2026, 11, 22, tzinfo=UTC)
    >>> read_message(SwitchMessage("acc-1", at, "LINK", "UPDOWN", "Interface Gi1/0/7, changed state to down")).interface
    'GigabitEthernet1/0/7'
    """
    tag = f"{message.facility.partition('-')[0]}-{message.mnemonic}"
    for rule in rules_for(tag):
        found = rule.text.match(message.text[:_LOOKED_AT])
        if found is not None:
            parts = found.groupdict()
            interface = InterfaceName.parse_or_none(parts["port"].rstrip(".:")) if parts.get("port") else None
            vlan = int(parts["vlan"]) if parts.get("vlan") else None
            module = f"fex{parts['fex']}" if parts.get("fex") else parts.get("module") or ""
            return Happened(rule.kind, message.device, message.time, tag, message.text, interface, vlan, module)
    return None
