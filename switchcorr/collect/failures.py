"""Why visits failed, in words, and what to do next: one sentence a kind, with the exact command where there is one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from switchcorr.model.sweep import VisitAccount
from switchcorr.model.visit import FailureKind, VisitStatus

_MOST_HINTS = 3


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do about the visits of a sweep that are not whole for one reason.

    Attributes:
        title: the reason in a few words: ``Login refused``.
        advice: one sentence, with the exact command where there is one.
        devices: sorted.
        details: what drivers said of single devices beyond that: ``acc-12: ...``, at most three.
    """

    kind: FailureKind
    title: str
    advice: str
    devices: tuple[str, ...]
    details: tuple[str, ...] = ()


TITLES: Mapping[FailureKind, str] = MappingProxyType(
    {
        FailureKind.NAME_RESOLUTION: "Name not found",
        FailureKind.REFUSED: "Connection refused",
        FailureKind.UNREACHABLE: "Not reachable",
        FailureKind.CONNECT_TIMEOUT: "No answer to the connection",
        FailureKind.RESET: "Connection reset",
        FailureKind.NOT_SSH: "No SSH server",
        FailureKind.ALGORITHMS: "No common SSH algorithms",
        FailureKind.HOST_KEY_UNKNOWN: "Unknown host key",
        FailureKind.HOST_KEY_CHANGED: "Changed host key",
        FailureKind.AUTHENTICATION: "Login refused",
        FailureKind.PASSWORD_EXPIRED: "Password expired",
        FailureKind.CREDENTIALS: "Credentials not found",
        FailureKind.ENABLE: "Enable refused",
        FailureKind.PRIVILEGE: "Commands refused",
        FailureKind.NO_PROMPT: "No prompt recognised",
        FailureKind.PLATFORM: "Platform unknown",
        FailureKind.SESSION_CLOSED: "Session closed by the device",
        FailureKind.TIMEOUT: "Answers stopped",
        FailureKind.DEADLINE: "Visit took too long",
        FailureKind.SAVE: "Could not be saved",
        FailureKind.STOPPED: "Not tried after refused logins",
        FailureKind.INTERRUPTED: "Interrupted",
        FailureKind.DRIVER: "Fault of switchcorr",
    }
)

_ADVICE: Mapping[FailureKind, str] = MappingProxyType(
    {
        FailureKind.NAME_RESOLUTION: "Correct the name in the inventory (`host`), or give the address; `switchcorr doctor {device}` shows what was looked up.",
        FailureKind.REFUSED: "Is SSH switched on there (`ip ssh version 2`, `transport input ssh`), and is a vty line free? Then `switchcorr sweep --resume`; a device with Telnet only needs `driver: telnet`.",
        FailureKind.UNREACHABLE: "The network said that there is no way: check the route, the access lists and the address; `switchcorr doctor {device}` tests from here.",
        FailureKind.CONNECT_TIMEOUT: "Is the device up, and does a firewall drop the packets? `switchcorr doctor {device}`; a slow line may need a higher `connect_s`.",
        FailureKind.RESET: "It happened twice in a row: too many sessions on the device, or an access class on its vty lines. `switchcorr sweep --resume` tries again.",
        FailureKind.NOT_SSH: "Something else answers at this port: check `host` and `port` in the inventory; `switchcorr doctor {device}` shows what it says.",
        FailureKind.ALGORITHMS: "The device is older than what is permitted: `switchcorr doctor {device}` names the setting that reaches it, `algorithms: sha1` or `algorithms: legacy` for the device or its group.",
        FailureKind.HOST_KEY_UNKNOWN: "Compare the fingerprint with the device's own and record it: `switchcorr trust {device}`; then `switchcorr sweep --resume`.",
        FailureKind.HOST_KEY_CHANGED: "Was the device replaced? If so: `switchcorr trust {device}`. If not, somebody may stand in between: do not log in.",
        FailureKind.AUTHENTICATION: "Check user name and password where the inventory says they are; try one device by hand, then `switchcorr sweep --limit {device}`. A refused password is not tried again by `--resume`.",
        FailureKind.PASSWORD_EXPIRED: "Log in by hand and set the new password, then begin a new sweep: `switchcorr sweep --limit {device}`.",
        FailureKind.CREDENTIALS: "Nothing was sent to these devices: set what the message names, then `switchcorr sweep --resume`.",
        FailureKind.ENABLE: "Correct the `enable` reference in the inventory, or leave it out if the commands work without privileges.",
        FailureKind.PRIVILEGE: "The login works and may not ask: give the account the privilege level (`enable` in the inventory) or permit its commands at the AAA server, and check `platform`; `switchcorr doctor {device}` shows each answer. `switchcorr sweep --resume` asks for what was refused.",
        FailureKind.NO_PROMPT: "`switchcorr doctor {device}` shows what it sent after the login: a menu, a banner that waits for a key, or a prompt that the platform does not declare.",
        FailureKind.PLATFORM: "Name the platform in the inventory (`platform: cisco_ios`); docs/platforms.md lists those that are known.",
        FailureKind.SESSION_CLOSED: "The device ended the session twice: look at its log; an `exec-timeout` or a memory problem is usual. `switchcorr sweep --resume` asks for what is missing.",
        FailureKind.TIMEOUT: "Its answers stopped in the middle: `switchcorr doctor {device}` finds the command; a busy device may need a higher `idle_s`. `switchcorr sweep --resume` asks for what is missing.",
        FailureKind.DEADLINE: "Raise `visit_s`, or look why it is so slow: `switchcorr doctor {device}`. `switchcorr sweep --resume` asks for what is missing.",
        FailureKind.SAVE: "Make room or permit writing where the captures go, then `switchcorr sweep --resume`: what was saved is whole.",
        FailureKind.STOPPED: "They were left alone so that no account gets locked: correct the password, try one device by hand, then `switchcorr sweep --resume`.",
        FailureKind.INTERRUPTED: "`switchcorr sweep --resume` goes on where it ended.",
        FailureKind.DRIVER: "Please report it with the message below and the output of `switchcorr doctor {device}`; `driver: netmiko` for this device may help meanwhile.",
    }
)
"""``{device}`` becomes the name of the first device concerned."""


def advice_for(kind: FailureKind, device: str) -> str:
    """What to do about a kind of failure, with a device of that kind as the example."""
    return _ADVICE[kind].replace("{device}", device)


def next_steps(visits: Iterable[VisitAccount]) -> tuple[NextStep, ...]:
    """What to do about everything that is not whole: one step a kind, the kind with most devices first."""
    groups: dict[FailureKind, list[VisitAccount]] = {}
    for visit in sorted(visits, key=lambda visit: visit.device):
        if visit.failure is not None and visit.status is not VisitStatus.ANSWERED:
            groups.setdefault(visit.failure.kind, []).append(visit)
    steps = [_step(kind, found) for kind, found in groups.items()]
    return tuple(sorted(steps, key=lambda step: (-len(step.devices), step.kind)))


def _step(kind: FailureKind, visits: list[VisitAccount]) -> NextStep:
    devices = tuple(visit.device for visit in visits)
    said: dict[str, str] = {}
    for visit in visits:
        if visit.failure is not None and kind is not FailureKind.INTERRUPTED:  # of which the title says everything
            hint = "" if kind is FailureKind.STOPPED else visit.failure.hint  # the advice is its hint, and stands above
            said.setdefault(" ".join(part for part in (visit.failure.message, hint) if part), visit.device)
    details = tuple(text if text.startswith(f"{device}:") else f"{device}: {text}" for text, device in said.items() if text)[:_MOST_HINTS]
    return NextStep(kind, TITLES[kind], advice_for(kind, devices[0]), devices, details)
