"""From probabilities to an answer: which components are named, and what the incident is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln

from switchcorr.correlate.drops.reasons import AMBIGUOUS, ON_PURPOSE, ReasonClass
from switchcorr.correlate.exposure.groups import occurrences
from switchcorr.correlate.exposure.table import Bools, Exposure
from switchcorr.correlate.scoring.hypotheses import NEAR, Item, ItemKind
from switchcorr.correlate.scoring.leaks import ALMOST_ALL
from switchcorr.correlate.scoring.likelihood import Likelihood
from switchcorr.correlate.scoring.search import Posterior
from switchcorr.correlate.scoring.stories import told_between
from switchcorr.correlate.telling.arguments import contrast
from switchcorr.correlate.telling.near_twins import SETTLED, near_twins, told_by_timeouts
from switchcorr.model.campus import PLACE_KINDS, Component, Domain
from switchcorr.model.incident import LEAST_KNOWN, NAMED_FROM, VERDICT_OF, Suspect, Verdict

SET_SHARE = 0.9
SUSPECTS_SHOWN = 12
LEAST_SUSPECTS = 5
"""So many are shown however improbable: what was asked and acquitted."""
LEAST_SUSPECTED = 1e-3
"""Probability from which one is shown beside these."""
_LEAST = float(np.finfo(np.float64).tiny)
"""In the place of a probability too small for a number."""
_EXCLUDED = 0.01
"""Share of the best member's probability below which a bundle's member is told apart from its bundle by the phones."""

CROSSED = Component("core", "not named", "what all phones cross and no location names (core, firewall)")
"""Stands for what may be at fault in the place of a server, where no location tells what is above the switches."""
_CHANCE = 0.001
"""How improbable it must be that the drops of a model are where they are, if its phones were alike. Assumed."""
_CROSSED_TAKEN = 0.2
"""Share of the phones that what all cross takes at least, when it fails. Assumed: a starved server takes any share of its own."""
_CROSSED_BY_BLOCKS = 0.3
"""The same where locations name blocks or distribution switches, as what is above these and takes few of the phones takes those of some of them. Assumed."""
CROSSED_BY_THESE = replace(CROSSED, label="what all these phones cross and no location names (distribution switch, core, firewall)")
"""The same where others are on other switches, and not on theirs."""
_ALIKE = 0.5
"""Times as often as those of a server from which other phones on the same switches dropped as well. Assumed."""
_APART = ("switch", "site")
"""Kinds on which phones of several servers tell these from the way to them."""
UNNAMED_SERVER = Component("cluster", "not named", "the call server, which the log does not name")
"""The same for what is named in the place of a server of which nothing is known."""
_SERVERS = frozenset(("node", "cluster"))
_BELOW_CORE = frozenset(("distribution", "block"))
_PATH = frozenset((Domain.NETWORK, Domain.WAN_OR_NAT))


@dataclass(frozen=True, slots=True)
class Named:
    """A component that is named as a cause, by number, with its probability."""

    component: int
    probability: float


def named_causes(likelihood: Likelihood, posterior: Posterior) -> list[Named]:
    """Sets with at least half of the probability, else the smallest list that holds 90 % of what faults have; empty if nothing leads, nothing was
    tested, or what leads shows in too few phones that are known to be on it.

    Where nothing is known of the phones, a server with nearly all of its phones is named for which something else speaks: where these came back, or its alerts.
    """
    likely = [(number, p) for number, p in posterior.fault.items() if p >= NAMED_FROM]
    if not is_tested(likelihood):
        told = [Named(leader(likelihood, posterior, number), p) for number, p in likely]
        return [one for one in told if _is_told_apart(likelihood, one.component)]
    chosen = [(number, p) for number, p in likely if is_shown(likelihood, number)] if likely else _smallest_list(posterior)
    return [Named(leader(likelihood, posterior, number), p) for number, p in chosen]


def _is_told_apart(likelihood: Likelihood, number: int) -> bool:
    """Whether something apart from drops makes a server ten times as likely, of whose phones nearly all dropped: some may be those of one site, and lost
    the way to it.
    """
    exposure = likelihood.exposure
    dropped = float(exposure.exposed(likelihood.covariates.row_cells, number).sum())
    is_server = exposure.domain_of(number) is Domain.CALL_SERVER
    return is_server and dropped >= ALMOST_ALL * exposure.size[number] and float(likelihood.priors.odds[number]) >= -np.log(SETTLED)


def is_shown(likelihood: Likelihood, number: int) -> bool:
    """Whether enough phones known to be on a component dropped, or something apart from phones speaks for it."""
    inside = likelihood.exposure.exposed(likelihood.covariates.row_cells, number)
    return int(inside.sum()) >= LEAST_KNOWN or float(likelihood.priors.odds[number]) > 0


def _smallest_list(posterior: Posterior) -> list[tuple[int, float]]:
    """The most probable sets until they hold their share of what all faults have; empty if no fault leads."""
    quiet = posterior.nothing + posterior.managed + posterior.unseen + posterior.unnamed
    if not posterior.fault or max(posterior.fault.values()) <= quiet:
        return []
    held = np.cumsum(list(posterior.fault.values()))
    return list(posterior.fault.items())[: int(np.searchsorted(held, SET_SHARE * held[-1])) + 1]


def leader(likelihood: Likelihood, posterior: Posterior, twin: int) -> int:
    """The member of an equal-exposure set that evidence apart from phones favours; with none, the first in the order of kinds.

    A VLAN may have phones without a place beside those of its switch: then those with the same phones stand together against it.
    What time-outs alone put first stands behind one of the other side that is as good as excluded by nothing but them, if all else makes that ten times
    as likely.
    """
    members = [twin, *likelihood.exposure.twins_of(twin)]
    if len(members) == 1:
        return twin
    size = {number: float(likelihood.exposure.size[number]) for number in members}
    together: dict[float, float] = {}
    for number in members:
        together[size[number]] = together.get(size[number], 0.0) + posterior.member.get(number, 0.0)
    first = max(members, key=lambda number: (round(together[size[number]], 9), round(posterior.member.get(number, 0.0), 9), -number))
    return _told_by_more(likelihood, posterior, first, members)


def _told_by_more(likelihood: Likelihood, posterior: Posterior, first: int, members: Sequence[int]) -> int:
    """The likeliest member of the other side that only time-outs put behind the first, and by less than ten times; the first where there is none."""
    exposure, side = likelihood.exposure, _side(likelihood, first)
    least = SETTLED * posterior.member.get(first, 0.0)
    others = [number for number in members if exposure.domain_of(number) not in side and posterior.member.get(number, 0.0) > least]
    if not others:
        return first
    apart = _without_timeouts(likelihood, posterior, [first, *others])
    told = [number for number in others if apart[number] > apart[first] - np.log(SETTLED)]
    return max(told, key=lambda number: (posterior.member[number], -number), default=first)


def _without_timeouts(likelihood: Likelihood, posterior: Posterior, numbers: Sequence[int]) -> dict[int, float]:
    """Log probability of each of some components with the same phones, without what time-outs say of them."""
    drops = np.any([likelihood.parts.of(Item(number, ItemKind.FAULT)).inside for number in numbers], axis=0)
    return {
        number: float(np.log(max(posterior.member.get(number, 0.0), _LEAST))) - told_by_timeouts(likelihood, number, drops)
        for number in numbers
    }


def decide(likelihood: Likelihood, posterior: Posterior, causes: list[Named]) -> Verdict:
    """The verdict of an incident.

    A component that shares all its phones with one of the other side proves neither, nor does a server with what all phones cross; between a part of the network and its site
    the leader decides, as the server is innocent either way. Where no single component has half of the probability, their side is named
    if it has half of it. That phones were reset on purpose is said only where most of the reasons of what was reset tell it.
    """
    if posterior.managed >= NAMED_FROM:
        return Verdict.ADMINISTRATIVE if _is_told_on_purpose(likelihood, reset_most(posterior)) else Verdict.NOT_PROVEN
    if not causes:
        return Verdict.NOT_PROVEN
    if causes[0].probability < NAMED_FROM:
        return _verdict_of_side(likelihood, posterior, causes)
    domains = {likelihood.exposure.domain_of(number) for number in _settled_set(likelihood, posterior, causes[0].component)}
    leading = likelihood.exposure.domain_of(causes[0].component)
    unnamed = crossed_by(likelihood, causes) or unnamed_server(likelihood, causes)
    if unnamed or place_of_causes(likelihood, causes) >= 0 or nearly_alike(likelihood, causes):
        return Verdict.NOT_PROVEN
    return VERDICT_OF[leading] if len(domains) == 1 or domains <= _PATH else Verdict.NOT_PROVEN


def reset_most(posterior: Posterior) -> int:
    """The component that is likeliest to have been reset or changed."""
    return max(posterior.administrative, key=lambda number: (posterior.administrative[number], -number))


def _is_told_on_purpose(likelihood: Likelihood, component: int, reasons: Sequence[ReasonClass] = ON_PURPOSE) -> bool:
    """Whether at least half of a component's drops have a reason that tells of a reset, a login or a planned action."""
    inside = likelihood.exposure.exposed(likelihood.covariates.cells, component)
    told = np.isin(likelihood.sample.reason[inside], reasons)
    return 2 * int(told.sum()) >= len(told)


def is_planned(likelihood: Likelihood, posterior: Posterior) -> bool:
    """Of what was done on purpose, whether at least half of the reasons tell of a plan, such as a fallback to the own node."""
    return bool(posterior.administrative) and _is_told_on_purpose(likelihood, reset_most(posterior), (ReasonClass.SCHEDULED,))


def _verdict_of_side(likelihood: Likelihood, posterior: Posterior, causes: Sequence[Named]) -> Verdict:
    """The verdict of the side that the leader is on; none if it has less than half, or if a suspect on it has the same phones as one of the other side."""
    exposure, side = likelihood.exposure, _side(likelihood, causes[0].component)
    theirs = [
        cause.component
        for cause in causes
        if any(exposure.domain_of(number) in side for number in (cause.component, *exposure.twins_of(cause.component)))
    ]
    alike = {number for component in theirs for number in _settled_set(likelihood, posterior, component)}
    if side_probability(likelihood, posterior, causes[0].component) < NAMED_FROM or any(
        exposure.domain_of(number) not in side for number in alike
    ):
        return Verdict.NOT_PROVEN
    return VERDICT_OF[exposure.domain_of(causes[0].component)]


def side_probability(likelihood: Likelihood, posterior: Posterior, component: int) -> float:
    """Probability that all that failed is on the side of a component: the network with the sites behind it, the call server, or the phones."""
    side = _side(likelihood, component)
    return sum(
        p
        for hypothesis, p in posterior.weights().items()
        if (faults := [item.component for item in hypothesis if item.kind is ItemKind.FAULT])
        and all(likelihood.exposure.domain_of(number) in side for number in faults)
    )


def _side(likelihood: Likelihood, component: int) -> frozenset[Domain]:
    domain = likelihood.exposure.domain_of(component)
    return _PATH if domain in _PATH else frozenset((domain,))


def crossed_by(likelihood: Likelihood, causes: Sequence[Named]) -> Component | None:
    """What may be at fault in the place of the parts of the call server that are named: what their phones cross; none where something tells.

    No location names a core, a good part of the servers' phones dropped, hardly any phone of another server is on the switches
    whose phones dropped, or those dropped as well, and nothing but time-outs makes any of the servers ten times as likely.
    """
    exposure, numbers = likelihood.exposure, [cause.component for cause in causes]
    if "core" in exposure.kinds or not causes or min(cause.probability for cause in causes) < NAMED_FROM:
        return None
    if any(exposure.domain_of(number) is not Domain.CALL_SERVER for number in numbers):
        return None
    on = np.any([exposure.exposed(exposure.members, number) for number in numbers], axis=0)
    dropped = np.zeros(len(on), dtype=bool)
    dropped[likelihood.covariates.rows] = True
    least = _CROSSED_BY_BLOCKS if _BELOW_CORE.intersection(exposure.kinds) else _CROSSED_TAKEN
    if dropped[on].mean() < least:
        return None
    near = _on_their_switches(exposure, on & dropped)
    phones, others = near & exposure.is_phone, near & ~on
    if not phones.any() or on[phones].mean() < ALMOST_ALL or any(_is_told(likelihood, number) for number in numbers):
        return None
    if others.any() and dropped[others].mean() < _ALIKE * dropped[near & on].mean():
        return None  # phones of other servers stayed
    return CROSSED if on[exposure.is_phone].mean() >= ALMOST_ALL else CROSSED_BY_THESE


def _on_their_switches(exposure: Exposure, dropped: Bools) -> Bools:
    """All endpoints on the switches (else at the sites) of some; where neither is known of them, all that there are."""
    for kind in (exposure.kinds.index(name) for name in _APART if name in exposure.kinds):
        found = np.unique(exposure.members[dropped, kind])
        if (found >= 0).any():
            return exposure.on_any(slice(None), found[found >= 0].tolist())
    return np.ones(len(dropped), dtype=bool)


def _is_told(likelihood: Likelihood, server: int) -> bool:
    """Whether something but time-outs makes a server ten times as likely as what its phones cross."""
    reason = likelihood.sample.reason[likelihood.parts.of(Item(server, ItemKind.FAULT)).inside]
    kinds = likelihood.exposure.components[server].kind, "core"
    told = told_between(reason[~np.isin(reason, AMBIGUOUS)], len(reason), kinds, likelihood.constants)
    return bool(told + likelihood.priors.odds[server] >= -np.log(SETTLED))


def place_of_causes(likelihood: Likelihood, causes: Sequence[Named]) -> int:
    """The part of the network that keeps a verdict open because nearly all drops of a cause are at it; -1 if there is none. A node counts where it leads:
    behind a part of the network its drops are mostly that one's, too.
    """
    exposure = likelihood.exposure
    numbers = [cause.component for cause in causes]
    asked = (number for number in numbers if number == numbers[0] or exposure.domain_of(number) is Domain.ENDPOINT)
    return next((place for number in asked if (place := place_of_all(likelihood, number)) >= 0), -1)


def place_of_all(likelihood: Likelihood, component: int) -> int:
    """Where something of the phones themselves or a node is named, the part of the network that nearly all of its drops are at though too many of its
    phones are elsewhere and stayed for that to be chance; -1 if there is none. It may as well be something there that has such phones, or the way from
    there to the node; of a node those count whose place is known, and most of its phones are elsewhere.
    """
    exposure = likelihood.exposure
    is_node = exposure.components[component].kind == "node"
    if exposure.domain_of(component) is not Domain.ENDPOINT and not is_node:
        return -1
    cells = likelihood.covariates.row_cells
    hit = occurrences(cells[exposure.exposed(cells, component)], len(exposure.components))
    all_drops, all_phones = int(hit[component]), int(exposure.size[component])
    for kind in (kind for kind, name in enumerate(exposure.kinds) if name in PLACE_KINDS or name in NEAR):
        own = exposure.range_of(kind)
        most = int(own.start) + int(hit[own].argmax())
        there = len(exposure.phones_of_both(component, most))
        drops, size = all_drops, all_phones
        if is_node:
            drops, size = int(hit[own].sum()), int((exposure.members[exposure.phones_of(component), kind] >= 0).sum())
            if 2 * there > size:
                continue
        if hit[most] >= ALMOST_ALL * drops and _chance_of(int(hit[most]), drops, there, size) < _CHANCE:
            return int(most)
    return -1


def _chance_of(hits: int, drops: int, there: int, size: int) -> float:
    """Probability that so many or more of the drops are at one place, if it has so many of all phones and all are alike.

    Source: tail of the hypergeometric distribution. Written out, as the statistics of scipy take longer to load than most verdicts to find.
    """
    k = np.arange(hits, min(drops, there) + 1)
    ways = _log_ways(there, k) + _log_ways(size - there, drops - k)
    return float(np.exp(ways - _log_ways(size, np.array(drops))).sum())


def _log_ways(of: int, some: NDArray[np.int64]) -> NDArray[np.float64]:
    """Log binomial coefficient."""
    return np.asarray(-np.log1p(of) - betaln(of - some + 1, some + 1))


def undecided(likelihood: Likelihood, posterior: Posterior, causes: list[Named], verdict: Verdict) -> tuple[Component, ...]:
    """The other side of a leading cause that is as good as sure but for them; empty unless this is why nothing is proven."""
    if verdict is not Verdict.NOT_PROVEN or not causes or causes[0].probability < NAMED_FROM:
        return ()
    exposure, number = likelihood.exposure, causes[0].component
    rest = _settled_set(likelihood, posterior, number)
    others = tuple(exposure.components[other] for other in rest if exposure.domain_of(other) is not exposure.domain_of(number))
    unnamed = [one for one in (crossed_by(likelihood, causes), unnamed_server(likelihood, causes)) if one]
    return (*unnamed, *others, *(exposure.components[other] for other in nearly_alike(likelihood, causes)))


def nearly_alike(likelihood: Likelihood, causes: Sequence[Named]) -> list[int]:
    """What keeps the verdict open because it has nearly the phones of a single cause, of one that holds all others that are named, or of all together."""
    if not causes or min(cause.probability for cause in causes) < NAMED_FROM:
        return []
    numbers = [cause.component for cause in causes]
    whole = holder_of(likelihood.exposure, numbers)
    if whole >= 0:
        return near_twins(likelihood, whole)
    return near_twins(likelihood, *numbers) if len({_side(likelihood, number) for number in numbers}) == 1 else []


def holder_of(exposure: Exposure, numbers: Sequence[int]) -> int:
    """Of some components the one that has all phones of the others; -1 if there is none."""
    whole = max(numbers, key=lambda number: (float(exposure.size[number]), -number))
    return whole if all(len(exposure.phones_of_both(whole, number)) == exposure.size[number] for number in numbers) else -1


def unnamed_server(likelihood: Likelihood, causes: Sequence[Named]) -> Component | None:
    """The call server, where nothing names one and the part of the network that is named alone has nearly all phones; none if something else speaks for it."""
    exposure = likelihood.exposure
    if _SERVERS.intersection(exposure.kinds) or len(causes) != 1 or causes[0].probability < NAMED_FROM:
        return None
    number = causes[0].component
    if exposure.domain_of(number) not in _PATH or float(likelihood.priors.odds[number]) >= -np.log(SETTLED):
        return None
    has_all = exposure.exposed(exposure.members, number)[exposure.is_phone].mean() >= ALMOST_ALL
    return UNNAMED_SERVER if has_all else None


def _settled_set(likelihood: Likelihood, posterior: Posterior, component: int) -> list[int]:
    """A component with those of its twins that nothing makes less likely; time-outs come from a dying line card and a starved server alike."""
    twins = likelihood.exposure.twins_of(component)
    if not twins:
        return [component]
    apart = _without_timeouts(likelihood, posterior, [component, *twins])
    return [number for number, score in apart.items() if number == component or score > apart[component] + np.log(SETTLED)]


def equivalent(likelihood: Likelihood, posterior: Posterior, component: int) -> tuple[Component, ...]:
    """The other components that the phones cannot tell from one.

    Of a bundle's members those that its lost phones do not exclude; beside a member nothing that all phones of the bundle cross, if the
    same phones drop again and again.
    """
    exposure = likelihood.exposure
    least = _EXCLUDED * max(posterior.member.get(number, 0.0) for number in (component, *exposure.twins_of(component)))
    whole = likelihood.same_phones(component) < -np.log(_EXCLUDED)
    return tuple(
        exposure.components[twin]
        for twin in exposure.twins_of(component)
        if (whole if exposure.ways[twin] == 1 else posterior.member.get(twin, 0.0) > least)
    )


def as_likely(likelihood: Likelihood, posterior: Posterior, component: int, *, on_purpose: bool = False) -> tuple[Component, ...]:
    """Of the other components that the phones cannot tell from one, those of its own side that nothing but time-outs makes much less likely;
    ``on_purpose`` asks which of them was reset, not which failed. Beside a member of a bundle the other members; the bundle holds its own.
    """
    exposure, side = likelihood.exposure, _side(likelihood, component)
    settled = _reset_alike(posterior, exposure, component) if on_purpose else _settled_set(likelihood, posterior, component)
    numbers = (number for number in settled if number != component and not _is_part(exposure, number, component))
    return tuple(exposure.components[number] for number in numbers if exposure.domain_of(number) in side)


def less_likely(likelihood: Likelihood, posterior: Posterior, component: int) -> tuple[Component, ...]:
    """Of the other components that the phones cannot tell from one, those that something apart from the phones makes less likely."""
    exposure, likely = likelihood.exposure, as_likely(likelihood, posterior, component)
    parts = {exposure.components[twin] for twin in exposure.twins_of(component) if _is_part(exposure, twin, component)}
    return tuple(other for other in equivalent(likelihood, posterior, component) if other not in likely and other not in parts)


def p_less_likely(likelihood: Likelihood, posterior: Posterior, component: int) -> float:
    """Of the probability of a component and of what the phones cannot tell from it, what belongs to those that something makes less likely; by all but
    time-outs, as they are told apart.
    """
    less = {likelihood.exposure.number(other) for other in less_likely(likelihood, posterior, component)}
    if not less:
        return 0.0
    members = [component, *likelihood.exposure.twins_of(component)]
    apart = _without_timeouts(likelihood, posterior, members)
    weight = {number: float(np.exp(score - max(apart.values()))) for number, score in apart.items()}
    whole = sum(posterior.member.get(number, 0.0) for number in members)
    return whole * sum(weight[number] for number in less) / sum(weight.values())


def _is_part(exposure: Exposure, number: int, component: int) -> bool:
    """Whether a twin is a member of the bundle that a component is."""
    return bool(exposure.ways[number] > 1 and exposure.ways[component] == 1)


def _reset_alike(posterior: Posterior, exposure: Exposure, component: int) -> list[int]:
    """The twins of what was reset that are about as likely to have been."""
    least = SETTLED * posterior.administrative[component]
    return [number for number in exposure.twins_of(component) if posterior.administrative.get(number, 0.0) > least]


def is_tested(likelihood: Likelihood) -> bool:
    """Whether enough of the phones that dropped have anything known of them but what the log itself tells."""
    phones = likelihood.exposure.is_phone[likelihood.sample.row]
    return not phones.any() or float(_is_known(likelihood)[phones].mean()) >= likelihood.constants.located_share


def untested(likelihood: Likelihood) -> tuple[int, int] | None:
    """Of how many of the phones that dropped nothing is known but what the log tells, and how many they are; None where enough is known."""
    if is_tested(likelihood):
        return None
    phones = likelihood.exposure.is_phone[likelihood.sample.row]
    rows, known = likelihood.sample.row[phones], _is_known(likelihood)[phones]
    return len(np.unique(rows[~known])), len(np.unique(rows))


def _is_known(likelihood: Likelihood) -> Bools:
    """Of which drops' phones anything is known but what the log tells."""
    elsewhere = [j for j, kind in enumerate(likelihood.exposure.kinds) if kind not in likelihood.exposure.from_log]
    known: Bools = np.any(likelihood.covariates.cells[:, elsewhere] >= 0, axis=1)
    return known


def suspects(likelihood: Likelihood, posterior: Posterior) -> tuple[Suspect, ...]:
    """The ranking: one line per equal-exposure set, the first few and what is not as good as acquitted."""
    exposure = likelihood.exposure
    lines = []
    for place, (twin, probability) in enumerate(list(posterior.fault.items())[:SUSPECTS_SHOWN]):
        if place >= LEAST_SUSPECTS and probability < LEAST_SUSPECTED:
            break
        component = leader(likelihood, posterior, twin)
        found = contrast(likelihood, component)
        others, likely = equivalent(likelihood, posterior, component), as_likely(likelihood, posterior, component)
        lines.append(Suspect(exposure.components[component], probability, found.affected, found.exposed, others, likely))
    return tuple(lines)
