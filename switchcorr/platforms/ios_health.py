"""IOS and IOS-XE: power over Ethernet, log, clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.tables import Clock, LogMessage, PowerPort, Table
from switchcorr.platforms.declaration import Command, Row
from switchcorr.platforms.rows import list_of, reject_two_columns, required_number, text_of

_UTC_NAMES = frozenset(("UTC", "GMT", "Z"))


def _power(row: Row) -> Iterator[PowerPort]:
    if len(list_of(row, "admin")) > 1:
        raise ValueError(f"{text_of(row, 'name')}: lines of two interfaces under one name, the header of the second is damaged")
    watts, device = text_of(row, "watts"), text_of(row, "device")
    reject_two_columns(device, "device")
    yield PowerPort(
        name=InterfaceName.parse(text_of(row, "name")),
        admin=text_of(row, "admin").lower(),
        oper=text_of(row, "oper").lower(),
        watts=float(watts) if watts else None,
        device="" if device == "n/a" else device,
    )


def log_messages(row: Row) -> Iterator[LogMessage]:
    """One message of the log buffer."""
    yield LogMessage(
        stamp=text_of(row, "stamp"),
        facility=text_of(row, "facility"),
        severity=required_number(row, "severity"),
        mnemonic=text_of(row, "mnemonic"),
        text=text_of(row, "text"),
    )


def clocks(row: Row) -> Iterator[Clock]:
    """The device's time; aware only if its zone is UTC by name, because other names mean different things in different places."""
    date, time, half, zone = text_of(row, "date"), text_of(row, "time"), text_of(row, "half"), text_of(row, "zone")
    text = " ".join(filter(None, (time, half, zone, date)))
    if zone.upper() not in _UTC_NAMES:
        yield Clock(text)
        return
    shown, form = f"{date} {time.partition('.')[0]}", "%a %b %d %Y %H:%M:%S"
    moment = (datetime.strptime(f"{shown} {half}", "%a %b %d %Y %I:%M:%S %p") if half else datetime.strptime(shown, form)).replace(
        tzinfo=UTC
    )
    yield Clock(text, moment)


COMMANDS: tuple[Command, ...] = (
    Command(
        "show power inline", Table.POWER, "cisco_ios_show_power_inline.textfsm", _power, sweep=True,
        aliases=("show power inline module",), pattern=re.compile(r"show power inline (?:module \d{1,2}|[A-Za-z]{2,20}[\d/]{1,12})"),
    ),
    Command(
        "show power inline detail", Table.POWER, "cisco_ios_show_power_inline_detail.textfsm", _power,
        pattern=re.compile(r"show power inline [A-Za-z]{2,20}[\d/]{1,12} detail"),
    ),
    Command("show logging", Table.LOGGING, "cisco_ios_show_logging.textfsm", log_messages, sweep=True),
    Command("show clock", Table.CLOCK, "cisco_ios_show_clock.textfsm", clocks, sweep=True),
)  # fmt: skip
