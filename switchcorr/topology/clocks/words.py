"""What is assumed of the clocks of switches, in sentences: each clock that was corrected, or many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from switchcorr.text import counted

SINGLY = 5
"""So many clocks are told each by itself; more of them in one sentence."""
_SHOWN = 3
_UNITS = (
    (timedelta(days=365), "year"),
    (timedelta(days=1), "day"),
    (timedelta(hours=1), "h"),
    (timedelta(minutes=1), "min"),
    (timedelta(seconds=1), "s"),
)


@dataclass(frozen=True, slots=True)
class Correction:
    """How the times in the log of one switch were corrected.

    Attributes:
        ahead: by how much the clock was ahead when it was asked; negative if behind, zero if it was right then.
        zone: in which its time was compared.
        was_set: messages from before the clock was set were read by the old clock, and it was this much ahead of the time; zero if none was.
        from_start: messages of a clock that had not been set yet were counted from the start of the switch.
    """

    ahead: timedelta = timedelta()
    zone: timedelta = timedelta()
    was_set: timedelta = timedelta()
    from_start: bool = False

    @property
    def is_any(self) -> bool:
        """Whether anything was corrected."""
        return bool(self.ahead or self.was_set or self.from_start)


def told_clocks(corrections: Mapping[str, Correction]) -> tuple[str, ...]:
    """What is assumed, for people, by device.

    >>> told_clocks({"acc-12": Correction(timedelta(minutes=-7, seconds=-10), timedelta(hours=1))})[0].partition(";")[0]
    'the clock of switch acc-12 is taken to be 7 min 10 s behind (show clock, beside the time of its capture, in UTC+1)'
    """
    off = {device: one.ahead for device, one in sorted(corrections.items()) if one.ahead}
    old = {device: one.was_set for device, one in sorted(corrections.items()) if one.was_set}
    unset = [device for device, one in sorted(corrections.items()) if one.from_start]
    return (
        *_off(off, corrections),
        *_old(old),
        *(
            (
                f"the {_clocks(unset)} began at the first of March until it was set; the times of what its log holds from then are counted from its start",
            )
            if unset
            else ()
        ),
    )


def _off(off: Mapping[str, timedelta], corrections: Mapping[str, Correction]) -> list[str]:
    if len(off) > SINGLY:
        return [
            f"the {_clocks(list(off))} are taken to be off, {_range(off)} (show clock, beside the times of their captures); times in their logs are corrected by that"
        ]
    return [
        f"the clock of switch {device} is taken to be {told_span(ahead)} (show clock, beside the time of its capture"
        f"{_zone(corrections[device].zone)}); times in its log are corrected by that"
        for device, ahead in off.items()
    ]


def _old(old: Mapping[str, timedelta]) -> list[str]:
    if len(old) > SINGLY:
        return [
            f"the {_clocks(list(old))} were set while their logs were written, and were off before, {_range(old)}; times from before are corrected by that"
        ]
    return [
        f"the clock of switch {device} was set while its log was written, and was {told_span(ahead)} before; times from before are corrected by that"
        for device, ahead in old.items()
    ]


def told_span(ahead: timedelta) -> str:
    """How far a clock is off, in its two largest units.

    >>> told_span(timedelta(minutes=40)), told_span(timedelta(days=-12_000, seconds=-3))
    ('40 min ahead', '32 years 320 days behind')
    """
    left = abs(ahead)
    parts: list[str] = []
    for unit, name in _UNITS:
        count, left = divmod(left, unit)
        if count or parts:
            parts.append(f"{count} {name}{'s' if unit >= timedelta(days=1) and count != 1 else ''}" if count else "")
    return f"{' '.join(filter(None, parts[:2])) or '0 s'} {'ahead' if ahead > timedelta() else 'behind'}"


def _clocks(devices: Sequence[str]) -> str:
    if len(devices) == 1:
        return f"clock of switch {devices[0]}"
    more = f" and {len(devices) - _SHOWN:,} more" if len(devices) > _SHOWN else ""
    return f"clocks of {counted(len(devices), 'switch')} ({', '.join(devices[:_SHOWN])}{more})"


def _range(off: Mapping[str, timedelta]) -> str:
    first, *_, last = sorted(off, key=lambda device: (off[device], device))
    return f"from {told_span(off[first])} ({first}) to {told_span(off[last])} ({last})"


def _zone(zone: timedelta) -> str:
    if not zone:
        return ""
    hours, minutes = divmod(round(abs(zone) / timedelta(minutes=1)), 60)
    return f", in UTC{'-' if zone < timedelta() else '+'}{hours}" + (f":{minutes:02d}" if minutes else "")
