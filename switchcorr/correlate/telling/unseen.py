"""What would settle an incident and could not be seen, as sentences, the one that would tell most first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from switchcorr.correlate.evidence.circumstances import Circumstances
from switchcorr.correlate.exposure.table import Floats
from switchcorr.correlate.scoring.leaks import ALMOST_ALL
from switchcorr.correlate.scoring.likelihood import Likelihood
from switchcorr.correlate.scoring.search import Posterior
from switchcorr.correlate.telling.arguments import contrast
from switchcorr.correlate.telling.sentences import how_long, listed, percent
from switchcorr.correlate.telling.verdict import CROSSED, holder_of, is_shown, place_of_all
from switchcorr.model.campus import RISK_KINDS, Component, Domain, ObservationKind, risk_kind
from switchcorr.model.event import EventKind, EventLog
from switchcorr.model.incident import NAMED_FROM, NO_RETURNS, Coverage, Verdict
from switchcorr.model.wording import component_name, several
from switchcorr.text import counted

FEW_PHONES = 6
LEAST_UNSEEN = 0.05
_NEAR_S = 600.0
_LEAST_SILENCE_S = 3600.0
_LEAST_MISSED = 30.0
_UNLIKE = 3.0
"""A hole in the log: so near before the drops, so long, so many events to be expected in it, and so many times as long as any other. Assumed."""
_LIST = "; the call manager's own list of phones (show risdb query phone, given as --locations) tells their subnets and who stayed"
"""Where nothing but a log is known."""
_DEVICES_SHOWN = 5
_PARTS = ("module", "switch", "uplink_bundle", "vlan", "power")
"""Kinds that usually exist, so that a network described without them has a blind spot."""
_READ = (
    (
        frozenset(("asic", "module", "chassis", "switch", "chain", "uplink", "uplink_bundle", "distribution", "core")),
        "error counters, status and log",
    ),
    (frozenset(("vlan",)), "spanning-tree changes"),
)
"""What devices tell of parts of these kinds; a subnet, a power domain or a floor has no counters."""
_BESIDE = ("device_pool", "model", "firmware", "subnet", "site")
"""Kinds that phones all over a site may share."""
_COVERED_BY = {"uplink_bundle": ("uplink",), "vlan": ("subnet",)}
_GIVE = "captures of their switches (--captures) or a table of locations (--locations)"


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """What a log of millions holds at all, looked up once for all its incidents.

    Attributes:
        times: of all events in order, seconds since 1970, without those that have none, and without what switches say of themselves.
        has_seconds: whether any time of the log is between full minutes.
        has_alerts: whether it holds alerts of call servers.
        has_returns: whether it holds registrations.
    """

    times: Floats
    has_seconds: bool
    has_alerts: bool
    has_returns: bool


def recorded_in(log: EventLog) -> Recorded:
    """What a log holds."""
    times, kinds = np.frombuffer(log.time, dtype=np.float64), np.frombuffer(log.kind, dtype=np.int8)
    known = np.isfinite(times)
    has_seconds = bool((times[known] % 60).any())
    times = np.sort(times[known & (kinds != EventKind.SWITCH_MESSAGE)])
    return Recorded(times, has_seconds, bool((kinds == EventKind.SERVER_ALERT).any()), bool((kinds == EventKind.REGISTERED).any()))


@dataclass(frozen=True, slots=True)
class Answered:
    """What is said of a window.

    Attributes:
        verdict: of the incident.
        leading: numbers of what is named, or suspected most.
        alike: components of another side with the phones of the first of these, which keep the verdict open.
        shared: what shares a part that no location names.
    """

    verdict: Verdict
    leading: Sequence[int]
    alike: Sequence[Component] = ()
    shared: Sequence[Component] = ()


def unseen(
    recorded: Recorded,
    coverage: Coverage,
    likelihood: Likelihood,
    posterior: Posterior,
    known: Circumstances,
    answer: Answered,
) -> tuple[str, ...]:
    """All sentences.

    Args:
        recorded: what the log holds at all.
        coverage: what the answer rests on.
        likelihood: of the window.
        posterior: what was found.
        known: what is known of the window apart from drops.
        answer: what is said of it.
    """
    verdict, leading = answer.verdict, answer.leading
    leads = posterior.unseen >= NAMED_FROM
    return (
        *_on_purpose(posterior, verdict),
        *_unnamed(likelihood, posterior),
        *_other_side(likelihood, leading, answer.alike),
        *(
            ()
            if leads or CROSSED in answer.alike
            else _above_all(likelihood, leading or [number for number, own in posterior.fault.items() if own >= NAMED_FROM])
        ),
        *_elsewhere(likelihood, verdict, leading),
        *_guessed(likelihood, posterior, verdict, leading),
        *(_unnamed_part(likelihood, posterior, answer.shared) if leads else _locations(likelihood)),
        *_devices(coverage),
        *_servers(recorded),
        *_returns(recorded),
        *_silence(recorded.times, known.first),
        *_too_few(likelihood, verdict),
        *(() if leads else _shared_part(posterior)),
        *_not_polled(likelihood, leading, known),
        *_blind_spots(likelihood),
        *_coarse_times(likelihood, verdict, recorded),
        *_clocks(likelihood, verdict),
    )


def _on_purpose(posterior: Posterior, verdict: Verdict) -> Iterator[str]:
    if verdict is Verdict.NOT_PROVEN and posterior.managed >= NAMED_FROM:
        yield "whether somebody reset or changed these phones: the reasons do not tell it, and the call manager's audit log of that minute would"


def _unnamed(likelihood: Likelihood, posterior: Posterior) -> Iterator[str]:
    """Where what nothing names is likelier than all that is named, what to name."""
    if posterior.unnamed >= NAMED_FROM:
        unknown = [risk_kind(kind).noun for kind in _BESIDE if kind not in likelihood.exposure.kinds]
        yield (
            f"what these phones share: with {percent(posterior.unnamed)} it is nothing that is known of them. A table of locations (--locations) with "
            f"columns for what else phones share ({', '.join([*unknown, 'DHCP scope, firewall'])}) would test it, and the log of one of these "
            "phones tells what it lost at that minute"
        )


def _other_side(likelihood: Likelihood, leading: Sequence[int], alike: Sequence[Component]) -> Iterator[str]:
    if alike:
        exposure, first = likelihood.exposure, leading[0]
        ours = [first] if holder_of(exposure, leading) >= 0 else leading
        one = " with ".join(component_name(exposure.components[number]) for number in ours)
        names = " or ".join([one, *(component_name(component) for component in alike[:2])])
        numbers = [exposure.number(component) for component in alike[:2]]
        same = "nearly the same" if any(number >= 0 and exposure.twin[number] != exposure.twin[first] for number in numbers) else "the same"
        yield (
            f"which it is, {names}: they have {same} phones. Alerts and CPU of the server at that minute, counters and log of the part of the "
            "network, or captures on both sides of it decide"
        )


def _above_all(likelihood: Likelihood, leading: Sequence[int]) -> Iterator[str]:
    """Where a server, or several parts of the network at once, have all placed phones and no core is named: it may be what all of them cross."""
    exposure = likelihood.exposure
    placed = exposure.located & exposure.is_phone
    servers = any(exposure.domain_of(number) is Domain.CALL_SERVER for number in leading)
    if "core" in exposure.kinds or not placed.any() or not (servers or len(leading) > 1):
        return
    on = np.any([exposure.exposed(exposure.members, number) for number in leading], axis=0)
    if on[placed].mean() >= ALMOST_ALL:
        yield (
            "what all phones cross (core, firewall): nothing names it, and drops cannot tell it from the cluster. A column core in the table of "
            "locations, with the phones that cross it, would test it"
        )


def _elsewhere(likelihood: Likelihood, verdict: Verdict, leading: Sequence[int]) -> Iterator[str]:
    """Of a model or node of which only the phones at one part of the network dropped, that it may be something there, or the way to it."""
    for number in leading[:1] if verdict is Verdict.NOT_PROVEN else ():
        if (place := place_of_all(likelihood, number)) >= 0:
            names = [component_name(likelihood.exposure.components[one]) for one in (number, place)]
            if likelihood.exposure.domain_of(number) is Domain.CALL_SERVER:
                yield (
                    f"whether it is {names[0]} or the way to it from {names[1]}: nearly all of its drops of which the place is known are there, and its phones "
                    "elsewhere stayed. "
                    "Alerts and CPU of the node at that minute, or captures on both sides of that way decide"
                )
                continue
            yield (
                f"whether it is {names[0]} or something at {names[1]} that has these phones: nearly all of its drops are there, and its phones "
                f"elsewhere stayed; {_GIVE} with modules and port groups would settle it"
            )


def _guessed(likelihood: Likelihood, posterior: Posterior, verdict: Verdict, leading: Sequence[int]) -> Iterator[str]:
    """Of a suspect that is not named because only phones at unknown places speak for it, that it is so."""
    for number in leading[:1] if verdict is Verdict.NOT_PROVEN else ():
        if posterior.fault.get(int(likelihood.exposure.twin[number]), 0.0) < NAMED_FROM or is_shown(likelihood, number):
            continue
        found = contrast(likelihood, number).affected
        phones = "1 phone" if found else "no phone"
        name = component_name(likelihood.exposure.components[number])
        yield f"where the other phones are: {phones} known to be on {name} dropped; what else speaks for it are phones whose place is not known, by their VLAN: {_GIVE} tell it"


def _locations(likelihood: Likelihood) -> Iterator[str]:
    exposure, rows = likelihood.exposure, likelihood.covariates.rows
    phones = rows[exposure.is_phone[rows]]
    unlocated = int((~exposure.located[phones]).sum())
    if unlocated and unlocated == len(phones):
        yield (
            "where the phones are: no switch, module or uplink could be tested. Captures of the access switches (--captures) or a table of locations "
            "(--locations) would settle whether they share a part of the network"
        )
    elif unlocated:
        yield f"the location of {unlocated:,} of the {counted(len(phones), 'phone')} that dropped: {_GIVE} tell it"


def _devices(coverage: Coverage) -> Iterator[str]:
    unread = coverage.devices_unread
    if unread:
        yield f"{counted(len(unread), 'device')} that neighbors name and nothing was read of: {listed(list(unread), _DEVICES_SHOWN)}"


def _servers(recorded: Recorded) -> Iterator[str]:
    if not recorded.has_alerts:
        yield "alerts of the call servers (heartbeat, CPU): none are in the log, so a stalled server leaves no trace here"


def _returns(recorded: Recorded) -> Iterator[str]:
    if not recorded.has_returns:
        yield NO_RETURNS


def _silence(times: Floats, first: float) -> Iterator[str]:
    """A hole in the log that ends just before the first drop and is unlike any other: much longer, and events were to be expected in it."""
    low, high = np.searchsorted(times, (first - _NEAR_S, first))
    if low == 0:
        return
    near = np.append(times[low - 1 : high], first)
    widest = int(np.diff(near).argmax())
    begin, end = float(near[widest]), float(near[widest + 1])
    expected = len(times) * (end - begin) / float(times[-1] - times[0])
    if end - begin < _LEAST_SILENCE_S or expected < _LEAST_MISSED:
        return
    if end - begin >= _UNLIKE * np.sort(np.diff(times))[-2]:
        from_, until = (datetime.fromtimestamp(moment, UTC) for moment in (begin, end))
        yield (
            f"what happened from {from_:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M} UTC: the log holds no event of these {how_long(end - begin)}, so "
            "earlier drops, and what led to these, may be missing"
        )


def _too_few(likelihood: Likelihood, verdict: Verdict) -> Iterator[str]:
    count = len(likelihood.covariates.rows)
    if verdict is Verdict.NOT_PROVEN and count < FEW_PHONES:
        too_few = "1 endpoint is" if count == 1 else f"{count} endpoints are"
        yield f"more drops: {too_few} too few to tell a shared part from chance"


def _unnamed_part(likelihood: Likelihood, posterior: Posterior, shared: Sequence[Component]) -> Iterator[str]:
    """Where what no location names is likelier than all that is named, it is what to look for first."""
    rows = likelihood.covariates.rows
    unlocated = int((~likelihood.exposure.located[rows]).sum())
    endpoints = counted(len(rows), "endpoint")
    places = f"the places of {'' if unlocated == len(rows) else f'{unlocated:,} of '}the {endpoints} that dropped"
    if shared:
        above = "(distribution, block, power) in the table of locations (--locations), or captures of the devices above them (--captures),"
        if "distribution" in likelihood.exposure.kinds:
            above = "(power, building) in a table of the devices (--devices) or of locations (--locations)"
        it = f"for with {percent(posterior.unseen)} it is a part that no location names"
        yield f"what {several(shared)} share, {it}. A column for it {above} would settle it"
        return
    yield (
        f"which part of the network these phones share, for with {percent(posterior.unseen)} it is one that no location names. A table of "
        f"locations (--locations) or captures of the access switches (--captures) with {places} would settle it"
        f"{'' if likelihood.exposure.listed.any() else _LIST}"
    )


def _shared_part(posterior: Posterior) -> Iterator[str]:
    if posterior.unseen > LEAST_UNSEEN:
        yield f"a part of the network that these phones share and that stands in no location: {percent(posterior.unseen)} probable"


def _not_polled(likelihood: Likelihood, leading: Sequence[int], known: Circumstances) -> Iterator[str]:
    """Parts of the network that lead, whose devices could tell of them and of which no fact was told, neither sick nor quiet."""
    told = {fact.component for fact in known.facts if fact.kind is not ObservationKind.COUNTER_UNPOLLED}
    silent = [one for number in leading if (one := likelihood.exposure.components[number]) not in told]
    for kinds, facts in _READ:
        if names := [component_name(component) for component in silent if component.kind in kinds]:
            they = "it is" if len(names) == 1 else "they are"
            yield f"{facts} of {listed(names)}: nothing was read that tells whether {they} sick or well (two captures, or --counters)"


def _blind_spots(likelihood: Likelihood) -> Iterator[str]:
    """Usual parts of a network that no location names, if any part is named at all."""
    kinds = set(likelihood.exposure.kinds) - likelihood.exposure.from_log
    network = {kind.name for kind in RISK_KINDS if kind.domain is Domain.NETWORK}
    missing = [kind for kind in _PARTS if not kinds.intersection((kind, *_COVERED_BY.get(kind, ())))]
    if missing and kinds & network:
        yield f"a fault of what no location names: {listed([risk_kind(kind).noun for kind in missing], len(missing))}"


def _coarse_times(likelihood: Likelihood, verdict: Verdict, recorded: Recorded) -> Iterator[str]:
    if verdict is Verdict.NOT_PROVEN and len(likelihood.sample.row) >= FEW_PHONES and not recorded.has_seconds:
        yield "how sudden the drops were: the log's times are by the minute"


def _clocks(likelihood: Likelihood, verdict: Verdict) -> Iterator[str]:
    """Where nothing is proven: drops told by several nodes look less sudden than they were if the nodes' clocks differ."""
    exposure = likelihood.exposure
    if verdict is not Verdict.NOT_PROVEN or "node" not in exposure.kinds or len(likelihood.sample.row) < FEW_PHONES:
        return
    at = likelihood.covariates.cells[:, exposure.kinds.index("node")]
    nodes = [exposure.components[number].id for number in np.unique(at[at >= 0]).tolist()]
    if len(nodes) > 1:
        yield f"by how much the clocks of the {len(nodes):,} nodes that tell of the drops differ: {listed(nodes)}"
