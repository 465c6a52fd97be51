"""What a reason code says of the cause: little, and by a bounded amount.

Codes 6 and 13 come from a dying line card and from a starved server alike, so the profiles of network and server stay close
there. On versions before 8 a phone is told by ``DeviceUnregistered`` and code 8 is what a mass drop is logged with: it says no
more than that nobody pressed a reset button.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from switchcorr.model.campus import RISK_KINDS, Domain, risk_kind
from switchcorr.model.reason import ReasonEnum


class ReasonClass(enum.IntEnum):
    """Reasons that speak for the same kind of cause."""

    UNKNOWN = 0
    CONNECTIVITY = 1
    KEEPALIVE = 2
    INITIATED = 3
    UNREGISTERED = 4
    DUPLICATE = 5
    NO_RESPONSE = 6
    SERVER_RESTART = 7
    RESET = 8
    LOGIN = 9
    SOURCE_CHANGED = 10
    SCHEDULED = 11
    PROTOCOL = 12
    INITIATED_BEFORE_8 = 13
    """Code 8 of versions before 8: logged for mass drops as for single ones, seldom for an administrator's reset (code 9)."""


AMBIGUOUS = (ReasonClass.CONNECTIVITY, ReasonClass.KEEPALIVE)
"""What network and server cause alike. Source: the alarm texts name high CPU of the node beside the network for codes 6 and 13."""
ON_PURPOSE = (ReasonClass.RESET, ReasonClass.LOGIN, ReasonClass.SCHEDULED)
"""What somebody, or a plan, makes a phone do."""
BY_FAULTS = np.array([class_ not in (*ON_PURPOSE, ReasonClass.UNKNOWN, ReasonClass.INITIATED_BEFORE_8) for class_ in ReasonClass])
"""Which reasons faults bring, in a mix that is another one from fault to fault; the others are no question of the kind of fault."""
OF_SERVERS = np.array([class_ is ReasonClass.SERVER_RESTART for class_ in ReasonClass])
"""What a server says of itself: no fault of the network brings it, however odd its mix is."""
_UNREGISTERED: Mapping[int, ReasonClass] = {
    2: ReasonClass.SERVER_RESTART, 3: ReasonClass.SERVER_RESTART, 4: ReasonClass.SERVER_RESTART, 5: ReasonClass.SERVER_RESTART,
    7: ReasonClass.SERVER_RESTART, 6: ReasonClass.CONNECTIVITY, 8: ReasonClass.INITIATED, 9: ReasonClass.RESET, 10: ReasonClass.UNREGISTERED, 11: ReasonClass.PROTOCOL,
    12: ReasonClass.PROTOCOL, 13: ReasonClass.KEEPALIVE, 14: ReasonClass.PROTOCOL, 15: ReasonClass.SERVER_RESTART, 16: ReasonClass.DUPLICATE,
    17: ReasonClass.RESET, 18: ReasonClass.NO_RESPONSE, 19: ReasonClass.LOGIN, 20: ReasonClass.LOGIN, 21: ReasonClass.SCHEDULED,
    22: ReasonClass.CONNECTIVITY, 23: ReasonClass.SOURCE_CHANGED, 24: ReasonClass.SOURCE_CHANGED, 25: ReasonClass.PROTOCOL,
    26: ReasonClass.PROTOCOL, 28: ReasonClass.SCHEDULED, 29: ReasonClass.SCHEDULED, 30: ReasonClass.SCHEDULED, 31: ReasonClass.CONNECTIVITY,
    33: ReasonClass.SCHEDULED, 34: ReasonClass.SCHEDULED,
}  # fmt: skip
_TRANSIENT: Mapping[int, ReasonClass] = {
    6: ReasonClass.CONNECTIVITY, 27: ReasonClass.CONNECTIVITY, 7: ReasonClass.SERVER_RESTART, 23: ReasonClass.SERVER_RESTART,
    30: ReasonClass.SERVER_RESTART, 31: ReasonClass.SERVER_RESTART,
}  # fmt: skip
_STATION: Mapping[int, ReasonClass] = {
    0: ReasonClass.INITIATED, 1: ReasonClass.PROTOCOL, 2: ReasonClass.KEEPALIVE, 3: ReasonClass.RESET, 4: ReasonClass.DUPLICATE,
    5: ReasonClass.SCHEDULED, 6: ReasonClass.PROTOCOL, 7: ReasonClass.PROTOCOL, 8: ReasonClass.CONNECTIVITY,
}  # fmt: skip
_PHONE: Mapping[int, ReasonClass] = {
    10: ReasonClass.KEEPALIVE, 12: ReasonClass.SERVER_RESTART, 13: ReasonClass.CONNECTIVITY, 14: ReasonClass.SERVER_RESTART,
    15: ReasonClass.KEEPALIVE, 17: ReasonClass.KEEPALIVE, 18: ReasonClass.SCHEDULED, 20: ReasonClass.INITIATED, 22: ReasonClass.RESET,
    23: ReasonClass.RESET, 25: ReasonClass.INITIATED, 104: ReasonClass.RESET, 105: ReasonClass.RESET, 107: ReasonClass.RESET,
    109: ReasonClass.SOURCE_CHANGED,
}  # fmt: skip

_CLASSES: Mapping[ReasonEnum, Mapping[int, ReasonClass]] = {
    ReasonEnum.END_POINT_UNREGISTERED: _UNREGISTERED, ReasonEnum.DEVICE_UNREGISTERED: _UNREGISTERED, ReasonEnum.TRANSIENT_CONNECTION: _TRANSIENT,
    ReasonEnum.STATION_CONNECTION_ERROR: _STATION, ReasonEnum.PHONE: _PHONE, ReasonEnum.NONE: {},
}  # fmt: skip

_BACKGROUND = {1: 0.10, 2: 0.12, 3: 0.22, 4: 0.08, 5: 0.03, 6: 0.03, 7: 0.04, 8: 0.24, 9: 0.13, 10: 0.02, 11: 0.02, 12: 0.02, 0: 0.05}
_LOCAL = {1: 0.18, 2: 0.46, 3: 0.24, 4: 0.03, 6: 0.02, 0: 0.06}
_PATH = {1: 0.26, 2: 0.60, 4: 0.03, 3: 0.04, 5: 0.02, 0: 0.05}
_SITE = {1: 0.24, 2: 0.46, 10: 0.18, 3: 0.08, 5: 0.06, 4: 0.04, 0: 0.05}
_NODE = {7: 0.32, 1: 0.26, 2: 0.26, 3: 0.08, 5: 0.05, 0: 0.05}  # a node that is starved looks like a cluster that is
_CLUSTER = {1: 0.36, 2: 0.40, 3: 0.08, 5: 0.08, 7: 0.07, 0: 0.06}  # 3: phones that lose their server reset themselves, behind a WAN too
# Software that crashes starts the phone anew, one that hangs falls silent.
_PHONE_ITSELF = {1: 0.20, 2: 0.28, 3: 0.36, 4: 0.04, 5: 0.03, 12: 0.03, 0: 0.05}
_ADMINISTRATIVE = {8: 0.46, 9: 0.46, 3: 0.02, 4: 0.02, 11: 0.02}
_LOCAL_KINDS = frozenset(("port", "asic", "module", "chassis", "switch", "power"))
_PHONE_KINDS = frozenset(kind.name for kind in RISK_KINDS if kind.domain is Domain.ENDPOINT) - _LOCAL_KINDS
"""Kinds whose fault is one of the phones themselves."""


FALLBACKS = frozenset(((ReasonEnum.END_POINT_UNREGISTERED, 28), (ReasonEnum.DEVICE_UNREGISTERED, 28), (ReasonEnum.PHONE, 18)))
"""Reasons that say that a phone goes back to a node of higher priority."""


def is_fallback(enum_: ReasonEnum, code: int) -> bool:
    """Whether a reason tells, or at least does not deny, that a phone goes back to its own node: no other plan and no action on purpose."""
    return (enum_, code) in FALLBACKS or reason_class(enum_, code) not in ON_PURPOSE


def reason_class(enum_: ReasonEnum, code: int) -> ReasonClass:
    """The class of a reason; no reason and unknown codes are ``UNKNOWN``."""
    if enum_ is ReasonEnum.DEVICE_UNREGISTERED and code == 8:
        return ReasonClass.INITIATED_BEFORE_8
    return _CLASSES[enum_].get(code, ReasonClass.PROTOCOL if enum_ is ReasonEnum.TRANSIENT_CONNECTION else ReasonClass.UNKNOWN)


_WORDS = {
    ReasonClass.UNKNOWN: "none or an unknown one", ReasonClass.CONNECTIVITY: "a lost connection", ReasonClass.KEEPALIVE: "a keepalive time-out",
    ReasonClass.INITIATED: "a reset by the device", ReasonClass.UNREGISTERED: "an orderly unregistration",
    ReasonClass.DUPLICATE: "a second registration", ReasonClass.NO_RESPONSE: "no answer of the device",
    ReasonClass.SERVER_RESTART: "a restart or an error of the server", ReasonClass.RESET: "a reset by the administrator",
    ReasonClass.LOGIN: "a login or logout", ReasonClass.SOURCE_CHANGED: "a changed address", ReasonClass.SCHEDULED: "a planned action",
    ReasonClass.PROTOCOL: "a protocol error", ReasonClass.INITIATED_BEFORE_8: "code 8 of a version before 8",
}  # fmt: skip


def words_of(class_: ReasonClass) -> str:
    """A class of reasons in a sentence."""
    return _WORDS[class_]


@lru_cache
def background_profile(mix: float) -> NDArray[np.float64]:
    """Log probability of each reason class for a drop without a shared cause."""
    return _profile(_BACKGROUND, mix)


@lru_cache
def administrative_profile(mix: float) -> NDArray[np.float64]:
    """Log probability of each reason class for an administrative action."""
    return _profile(_ADMINISTRATIVE, mix)


@lru_cache
def fault_profile(kind: str, mix: float) -> NDArray[np.float64]:
    """Log probability of each reason class for a fault of a component of this kind."""
    if kind == "node":
        return _profile(_NODE, mix)
    if risk_kind(kind).domain is Domain.CALL_SERVER:
        return _profile(_CLUSTER, mix)
    if kind == "site":
        return _profile(_SITE, mix)
    if kind in _PHONE_KINDS:
        return _profile(_PHONE_ITSELF, mix)
    return _profile(_LOCAL if kind in _LOCAL_KINDS else _PATH, mix)


@lru_cache
def caused_profile(kind: str, mix: float) -> NDArray[np.float64]:
    """Log probability of each reason class for a drop that a fault of this kind or another one made.

    Phones that fail by themselves start anew as no phone does whose path is lost: with them it is as likely theirs.
    """
    if kind not in _PHONE_KINDS:
        return common_profile(mix)
    either: NDArray[np.float64] = np.logaddexp(common_profile(mix), fault_profile(kind, mix)) - np.log(2)
    either.flags.writeable = False
    return either


@lru_cache
def common_profile(mix: float) -> NDArray[np.float64]:
    """Log probability of each reason class for a fault of network or server: the mean of the declared profiles."""
    return _mean([_profile(shares, mix) for shares in (_LOCAL, _PATH, _SITE, _NODE, _CLUSTER)])


@lru_cache
def network_profile(mix: float) -> NDArray[np.float64]:
    """Log probability of each reason class for a fault of a part of the network that may be of any kind: a card or what lies on the way."""
    return _mean([_profile(shares, mix) for shares in (_LOCAL, _PATH)])


def _mean(profiles: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    mean: NDArray[np.float64] = np.logaddexp.reduce(profiles, axis=0) - np.log(len(profiles))
    mean.flags.writeable = False
    return mean


def _profile(shares: Mapping[int, float], mix: float) -> NDArray[np.float64]:
    values = np.array([shares.get(int(item), 0.002) for item in ReasonClass])
    values /= values.sum()
    # A reason that is not known says nothing: the same probability in every profile.
    mixed = (1 - mix) * values + mix / len(values)
    mixed[ReasonClass.UNKNOWN] = 0.05
    mixed[ReasonClass.INITIATED_BEFORE_8] = 0.05 if shares is not _ADMINISTRATIVE else 0.02
    profile: NDArray[np.float64] = np.log(mixed)
    profile.flags.writeable = False  # who asks again has the same one
    return profile
