"""When an audit runs next, and the files by which the system runs it. Pure; a clock that nobody can set decides."""

from __future__ import annotations

import math
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from switchcorr.errors import UsageError
from switchcorr.model.moments import DAY_S

_EVERY = re.compile(r"(\d{1,4})\s*(m|min|h|d)")
_SECONDS = {"m": 60, "min": 60, "h": 3600, "d": DAY_S}
_LEAST_S = 60
_MINUTES_OF_HOUR, _HOURS_OF_DAY = 60, 24


@dataclass(frozen=True, slots=True)
class Slot:
    """The next run.

    Attributes:
        wait_s: how long until it begins.
        skipped: runs that should have begun in the meantime and did not, as the last one took so long.
        number: which it is; the first is 0.
    """

    wait_s: float
    skipped: int
    number: int


def next_slot(last: int, every_s: float, elapsed_s: float) -> Slot:
    """The run after the one with a number.

    Args:
        elapsed_s: since the first run began, by a clock that only goes forward: nothing happens when the time of day is set.

    >>> next_slot(0, 900, 300), next_slot(0, 900, 2000)
    (Slot(wait_s=600, skipped=0, number=1), Slot(wait_s=700, skipped=2, number=3))
    """
    number = max(last + 1, math.ceil(elapsed_s / every_s))
    return Slot(max(0, number * every_s - elapsed_s), number - last - 1, number)


def seconds_of(text: str) -> int:
    """``15m``, ``2h``, ``1d`` in seconds.

    Raises:
        UsageError: it is none of these, or under a minute.
    """
    found = _EVERY.fullmatch(text.strip().lower())
    seconds = int(found[1]) * _SECONDS[found[2]] if found else 0
    if seconds < _LEAST_S:
        raise UsageError(f"--every {text!r}: a time such as 15m, 2h or 1d expected, at least 1m.")
    return seconds


def systemd_units(command: Sequence[str], every_s: int, directory: str, *, writes: Sequence[str] = ()) -> str:
    """A service and a timer for systemd; two files in one text, each under its name.

    Args:
        directory: where the command was given: relative paths in it begin there.
        writes: folders, absolute, that the command writes to besides its state; all else is read-only for it. One that is not there is
            left out by systemd (``-``), so that the command itself can say so.
    """
    line = shlex.join(command).replace("%", "%%")
    writable = "".join(f"ReadWritePaths={_unit_word('-' + folder)}\n" for folder in sorted(set(writes)))
    return f"""# /etc/systemd/system/switchcorr-audit.service
[Unit]
Description=switchcorr: sweep, correlate, report, notify
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
User=switchcorr
WorkingDirectory={directory.replace("%", "%%")}
ExecStart={line}
# 3: done in part, 4: there are findings. Both are results, no failures of the service.
SuccessExitStatus=3 4
UMask=0077
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=read-only
{writable}StateDirectory=switchcorr
Environment=SWITCHCORR_STATE_DIR=%S/switchcorr
PrivateTmp=yes

# /etc/systemd/system/switchcorr-audit.timer
[Unit]
Description=switchcorr every {_words(every_s)}

[Timer]
OnBootSec=2min
OnUnitActiveSec={every_s}s
AccuracySec=1s

[Install]
WantedBy=timers.target

# then: systemctl daemon-reload && systemctl enable --now switchcorr-audit.timer
"""


def _unit_word(path: str) -> str:
    """A path as one word of a unit file. Source: systemd.syntax(7), quoting; systemd.unit(5), specifiers."""
    text = path.replace("%", "%%")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' if re.search(r"[\s\"'\\]", text) else text


def cron_line(command: Sequence[str], every_s: int, directory: str) -> str:
    """A line for crontab.

    Args:
        directory: where the command was given: relative paths in it begin there.

    Raises:
        UsageError: cron knows no such interval.
    """
    minutes, rest = divmod(every_s, 60)
    hours = minutes // 60
    if rest == 0 and minutes < _MINUTES_OF_HOUR and _MINUTES_OF_HOUR % minutes == 0:
        when = f"*/{minutes} * * * *"
    elif minutes % 60 == 0 and hours < _HOURS_OF_DAY and _HOURS_OF_DAY % hours == 0:
        when = f"0 */{hours} * * *" if hours > 1 else "0 * * * *"
    elif every_s == _SECONDS["d"]:
        when = "0 3 * * *"
    else:
        hint = "Take 1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30 minutes, 1, 2, 3, 4, 6, 8, 12 hours, or a day; or --print-systemd."
        raise UsageError(f"cron cannot run something every {_words(every_s)}.", hint=hint)
    line = f"cd {shlex.quote(directory)} && {shlex.join(command)}".replace("%", "\\%")
    return f"# one at a time by its own lock; it says nothing unless something is wrong\n{when} {line} --quiet >/dev/null\n"


def _words(seconds: int) -> str:
    for unit, size in (("day", DAY_S), ("hour", 3600), ("minute", 60)):
        if seconds % size == 0:
            count = seconds // size
            return unit if count == 1 else f"{count} {unit}s"
    return f"{seconds} seconds"
