"""``doctor DEVICE``: every step from a name to the rows of its answers, in one visit with at most one login.

Each step is a small function that looks at one thing. Steps that fail end the visit where the next one would make no sense; what
was not looked at says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from switchcorr.collect.door import Door
from switchcorr.collect.host_keys import HostKey, HostKeys
from switchcorr.collect.probe import Offer, remedy
from switchcorr.collect.session import Deadline, OpenSession, Session, Target
from switchcorr.collect.tcp import connect_tcp, look_up
from switchcorr.errors import CollectError, HostKeyError
from switchcorr.jobs.doctor.answers import CLOCK, DENIED, check_answer, check_clock, clock_command, text_of
from switchcorr.jobs.doctor.checks import Check, CheckState, Checkup, failed, not_reached, ok, warning
from switchcorr.jobs.inputs.request import Progress
from switchcorr.model.inventory import AlgorithmProfile, Driver, InventoryDevice
from switchcorr.model.visit import Answer, AnswerStatus, FailureKind
from switchcorr.platforms.scrubbing import ALL_RULES, scrub
from switchcorr.secret import Masker
from switchcorr.text import clean, counted

_BANNER, _ALGORITHMS, _HOST_KEY, _LOGIN = "banner", "algorithms", "host key", "login"
_AFTER_LOGIN: Final = ("prompt", "privilege", "paging", CLOCK, "commands")
_SLOW_CONNECT_S = 1.0


@dataclass(frozen=True, slots=True)
class Tools:
    """What the steps use.

    Attributes:
        probe: asks a server what it offers.
        fetch_key: shakes hands with a device as far as its host key and leaves.
        target: what a driver needs to know of the device; raises ``ConfigurationError`` if a reference leads to no secret.
        open_session: the drivers.
        masker: takes the login's secrets out of whatever the device says.
        visit_s: how long the visit may take.
    """

    probe: Callable[[InventoryDevice], Awaitable[Offer]]
    fetch_key: Callable[[InventoryDevice], Awaitable[HostKey]]
    keys: HostKeys
    target: Target | Check
    open_session: Callable[[Driver], OpenSession]
    masker: Masker
    connect_s: float
    visit_s: float
    progress: Progress


@dataclass(slots=True)
class Findings:
    """What the steps before have found.

    Attributes:
        spoken: whether the device has said anything that only a device says.
    """

    device: InventoryDevice
    tools: Tools
    offer: Offer | None = None
    spoken: bool = False
    session: Session | None = None
    answers: list[Answer] = field(default_factory=list)

    @property
    def first_hop(self) -> tuple[str, int]:
        """Where the TCP connection goes: the device itself, or the host on the way that is nearest to us."""
        return (self.device.jumps[0].host, self.device.jumps[0].port) if self.device.jumps else (self.device.host, self.device.port)


async def check_name(findings: Findings) -> Check:
    """Whether the name leads to an address."""
    host, port = findings.first_hop
    try:
        found = await look_up(host, port)
    except OSError as error:
        return failed(
            "name", f"{host} leads to no address: {error.strerror or error}", "Correct `host` in the inventory, or give the address."
        )
    return ok("name", f"{host} is an address" if found == (host,) else f"{host} is {', '.join(found)}")


async def check_connection(findings: Findings) -> Check:
    """Whether a TCP connection comes about, and how fast."""
    host, port = findings.first_hop
    through = "" if not findings.device.jumps else " (the host on the way)"
    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        (await connect_tcp(host, port, seconds=findings.tools.connect_s)).close()
    except TimeoutError:
        why = f"no answer from {host}:{port}{through} in {findings.tools.connect_s:.0f} s"
        return failed("connection", why, "Is it up? Does a firewall drop the packets? Is the address right?")
    except ConnectionRefusedError:
        why = f"{host}:{port}{through} refused the connection"
        return failed("connection", why, "Is SSH switched on there (`ip ssh version 2`, `transport input ssh`), and is a vty line free?")
    except OSError as error:
        return failed("connection", f"{host}:{port}{through}: {error.strerror or error}", "Check the route and the address.")
    took = loop.time() - began
    found = f"{host}:{port}{through} accepts connections, in {took * 1000:.0f} ms"
    return ok("connection", found) if took < _SLOW_CONNECT_S else warning("connection", f"{found}, which is slow")


async def check_banner(findings: Findings) -> Check:
    """Whether an SSH server answers, and what it calls itself."""
    if findings.device.driver is Driver.TELNET:
        return ok(_BANNER, "not looked at: Telnet has none")
    try:
        findings.offer = await findings.tools.probe(findings.device)
    except CollectError as error:
        return failed(
            _BANNER, error.message, error.hint or "Is this port that of its SSH server? Check `host` and `port` in the inventory."
        )
    findings.spoken = True
    return ok(_BANNER, findings.offer.banner)


async def check_algorithms(findings: Findings) -> Check:
    """Whether what the server offers is permitted, and the setting that would reach it."""
    offer, device = findings.offer, findings.device
    if offer is None:
        return ok(_ALGORITHMS, "not looked at: Telnet has none")
    found = remedy(offer, device.algorithms)
    missing = ", ".join(found.missing[:6])
    if found.profile is None:
        return failed(
            _ALGORITHMS, f"no profile has what it offers: {missing}", "Try another SSH library for this device:\n  driver: netmiko"
        )
    if not device.algorithms.allows(found.profile):
        return failed(_ALGORITHMS, f"it offers {missing}; {device.algorithms} ones are permitted", _permission(device, found.profile))
    if found.profile is not AlgorithmProfile.MODERN:
        return warning(
            _ALGORITHMS,
            f"only {found.profile} ones in common, which the inventory permits",
            "Newer software on the device would do without.",
        )
    return ok(_ALGORITHMS, f"modern ones in common ({offer.kex[0] if offer.kex else '?'} first)")


def _permission(device: InventoryDevice, profile: AlgorithmProfile) -> str:
    """The exact settings that permit a profile: for one call, and for good."""
    lines = ["Permit them, for one call:", f"  switchcorr sweep --limit {device.name} --algorithms {device.name}={profile}"]
    if device.source.startswith("hosts.y"):
        return "\n".join(
            [*lines, f"or for good, in hosts.yaml, in the data of {device.name} or of a group:", f"  switchcorr_algorithms: {profile}"]
        )
    return "\n".join([*lines, f"or for good, in the inventory, for {device.name} or a group:", f"  algorithms: {profile}"])


async def check_host_key(findings: Findings) -> Check:
    """Whether the key that the device shows is the one on record."""
    device = findings.device
    if device.driver is Driver.TELNET:
        return warning(_HOST_KEY, "Telnet has none: nothing tells whether this is the device, and nothing is encrypted")
    try:
        recorded = findings.tools.keys.known(device.host, device.port)
        key = await findings.tools.fetch_key(device)
    except CollectError as error:
        return failed(_HOST_KEY, error.message, error.hint)
    findings.spoken = True
    shown = f"{key.kind} {key.fingerprint}"
    try:
        findings.tools.keys.check(device.host, device.port, key, name=device.name)
    except HostKeyError as error:
        return _bad_key(device, shown, recorded, error)
    if recorded:
        return ok(_HOST_KEY, f"as recorded, {shown}")
    return warning(_HOST_KEY, f"new, and recorded now, for the setting host_keys is accept-new: {shown}")


def _bad_key(device: InventoryDevice, shown: str, recorded: Sequence[HostKey], error: HostKeyError) -> Check:
    compare = f"Compare it at the device's console, then record it:\n  switchcorr trust {device.name}"
    if error.kind == FailureKind.HOST_KEY_UNKNOWN:
        return failed(_HOST_KEY, f"{shown} is not recorded", compare)
    was = ", ".join(f"{one.kind} {one.fingerprint}" for one in recorded)
    if not was:
        return failed(_HOST_KEY, f"{shown} is revoked", "Do not log in: somebody has marked this key as stolen.")
    return failed(
        _HOST_KEY,
        f"CHANGED: recorded is {was}, it shows {shown}",
        f"Was it replaced? {compare}\nIf nobody changed anything, somebody may stand in between: do not log in.",
    )


async def check_login(findings: Findings) -> Check:
    """Whether we are let in; the password is sent once."""
    target = findings.tools.target
    if isinstance(target, Check):
        return target
    try:
        findings.session = await findings.tools.open_session(target.driver)(target, Deadline(findings.tools.visit_s))
    except CollectError as error:
        findings.spoken = findings.spoken or error.kind not in _NEVER_SPOKEN
        return failed(_LOGIN, error.message, error.hint)
    findings.spoken = True
    profile = findings.session.profile
    return ok(_LOGIN, f"as {clean(target.login.username)}, by {target.driver}{f' with {profile} algorithms' if profile else ''}")


_NEVER_SPOKEN = (FailureKind.NAME_RESOLUTION, FailureKind.REFUSED, FailureKind.UNREACHABLE, FailureKind.CONNECT_TIMEOUT)

Step = Callable[[Findings], Awaitable[Check]]
STEPS: tuple[tuple[str, Step], ...] = (
    ("name", check_name),
    ("connection", check_connection),
    (_BANNER, check_banner),
    (_ALGORITHMS, check_algorithms),
    (_HOST_KEY, check_host_key),
    (_LOGIN, check_login),
)
"""From the name to the first prompt; each makes sense only if those before it did not fail."""


async def examine_device(device: InventoryDevice, tools: Tools) -> Checkup:
    """All steps, as far as they make sense; no check holds a secret."""
    checkup = await _all_steps(device, tools)
    text = tools.masker.text
    checks = tuple(replace(check, found=text(check.found), remedy=text(check.remedy)) for check in checkup.checks)
    return replace(checkup, checks=checks)


async def _all_steps(device: InventoryDevice, tools: Tools) -> Checkup:
    findings = Findings(device, tools)
    checks: list[Check] = []
    for place, (name, step) in enumerate(STEPS):
        check = await step(findings)
        checks.append(check)
        if check.state is CheckState.FAILED:
            left = [later for later, _ in STEPS[place + 1 :]]
            checks += not_reached((*left, *_AFTER_LOGIN), f"not looked at, for the check of {name} failed")
            return Checkup(device.name, tuple(checks), reached=findings.spoken)
    return Checkup(device.name, (*checks, *await _look_inside(findings)))


async def _look_inside(findings: Findings) -> tuple[Check, ...]:
    """Ask everything that a sweep asks, and leave; what was found of the session, the clock and every answer."""
    session = findings.session
    if session is None:
        return ()
    try:
        asked = await _ask_all(findings, session)
    finally:
        await session.close()
    answered = {answer.command for answer in findings.answers}
    why = "session ended" if session.failure else "time was over"
    missing = not_reached((command for command in asked if command not in answered), f"not asked, {why}")
    answers = _said_once(check_answer(session.platform, answer) for answer in findings.answers)
    if answers and session.failure is not None:
        why_ended = clean(findings.tools.masker.text(session.failure.message), limit=300)
        answers = (*answers[:-1], replace(answers[-1], found=f"{answers[-1].found}: {why_ended}"))
    return (*about_session(session, findings), _clock(session, findings), *answers, *missing)


def _said_once(checks: Iterable[Check]) -> tuple[Check, ...]:
    """Checks of which only the first that is denied says what to do: where one command is denied, many are."""
    told = False
    kept = []
    for check in checks:
        is_denied = check.found.startswith(DENIED)
        kept.append(replace(check, found=DENIED, remedy="") if is_denied and told else check)
        told = told or is_denied
    return tuple(kept)


async def _ask_all(findings: Findings, session: Session) -> tuple[str, ...]:
    commands = dict.fromkeys((*(one.text for one in session.platform.commands if one.sweep), *findings.device.commands))
    door = Door(session.platform, findings.device.commands)
    deadline = Deadline(findings.tools.visit_s)
    for number, command in enumerate(commands, start=1):
        if session.failure is not None or deadline.remaining_s <= 0:
            break
        answer = await session.ask(door.question(command), deadline)
        findings.answers.append(replace(answer, raw=findings.tools.masker.data(scrub(answer.raw, session.platform.scrub or ALL_RULES))))
        findings.tools.progress(findings.device.name, number, len(commands))
    return tuple(commands)


def about_session(session: Session, findings: Findings) -> tuple[Check, ...]:
    """Prompt, privilege and paging, from what the session says of itself."""
    warnings = [clean(findings.tools.masker.text(sentence), limit=200) for sentence in session.warnings]
    pages = sum(answer.pages for answer in findings.answers)
    privilege = [sentence for sentence in warnings if "enable" in sentence or "privilege" in sentence]
    paging = [sentence for sentence in warnings if "paging" in sentence or "terminal length" in sentence]
    rest = [sentence for sentence in warnings if sentence not in (*privilege, *paging)]
    name = clean(session.hostname) or "no name"
    return (
        warning("prompt", f"{name}; {'; '.join(rest)}") if rest else ok("prompt", f"{name}, {session.platform.name}"),
        _privilege(privilege, findings.answers),
        warning("paging", "; ".join(paging)) if paging else ok("paging", f"answered {counted(pages, 'time')}" if pages else "turned off"),
    )


def _privilege(warnings: Sequence[str], answers: Sequence[Answer]) -> Check:
    """Whether the login may ask what a sweep asks. Where most commands are unknown, it is the login that is too low."""
    unknown = sum(answer.status is AnswerStatus.INVALID for answer in answers)
    refused = sum(answer.status is AnswerStatus.DENIED for answer in answers)
    remedy = "Set `enable` in the inventory to a reference to the right secret, or give the account the privilege."
    if warnings:
        return warning("privilege", "; ".join(warnings), remedy)
    if unknown > len(answers) / 2:
        return warning("privilege", f"too low: {unknown} of {counted(len(answers), 'command')} are not known at it", remedy)
    if refused:
        return warning("privilege", f"{refused} of {counted(len(answers), 'command')} are denied to this account", remedy)
    return ok("privilege", "enough for what a sweep asks")


def _clock(session: Session, findings: Findings) -> Check:
    command = clock_command(session.platform)
    answer = next((answer for answer in findings.answers if command is not None and answer.command == command.text), None)
    if answer is None or answer.status is not AnswerStatus.OK:
        return not_reached((CLOCK,), "the device did not tell its time")[0]
    return check_clock(session.platform, text_of(answer), answer.started_at, timedelta(seconds=answer.seconds))
