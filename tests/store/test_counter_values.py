"""What counters were at earlier visits, worked out from the last values and what changed: the same as if every value had been kept."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from switchcorr.store.counter_values import StoredChange, values_before
from switchcorr.store.counters import CounterFlag, PortCounters, PortState, Since, compare

_NAMES = ("interfaces.crc", "interfaces.runts")


def test_growth_is_taken_off_and_a_wrap_put_back() -> None:
    state = {"Gi1": PortState("", frozenset(_NAMES), {"interfaces.crc": 12})}
    changes = [
        StoredChange(30, "Gi1", "interfaces.crc", 12, 22, CounterFlag.WRAPPED),
        StoredChange(20, "Gi1", "interfaces.crc", 2**32 - 10, 6, CounterFlag.NOTHING),
    ]
    found = list(values_before(state, changes, [30, 25, 10]))
    assert [one["Gi1"]["interfaces.crc"] for one in found] == [12, 2**32 - 10, 2**32 - 16]
    assert [one["Gi1"]["interfaces.runts"] for one in found] == [0, 0, 0]


def test_before_its_first_sight_a_counter_is_unknown() -> None:
    state = {"Gi1": PortState("", frozenset(_NAMES), {"interfaces.crc": 7})}
    change = StoredChange(20, "Gi1", "interfaces.crc", 7, 0, CounterFlag.FIRST)
    assert list(values_before(state, [change], [10])) == [{"Gi1": {"interfaces.runts": 0}}]


def test_what_stood_before_a_reset_is_told_by_the_change_before_or_not_at_all() -> None:
    state = {"Gi1": PortState("", frozenset(_NAMES[:1]), {"interfaces.crc": 3})}
    reset = StoredChange(30, "Gi1", "interfaces.crc", 3, 3, CounterFlag.RESET)
    grown = StoredChange(20, "Gi1", "interfaces.crc", 500, 40, CounterFlag.NOTHING)
    assert list(values_before(state, [grown, reset], [25, 10])) == [{"Gi1": {"interfaces.crc": 500}}, {"Gi1": {"interfaces.crc": 460}}]
    assert list(values_before(state, [reset], [25])) == [{"Gi1": {}}]


_VISIT = st.dictionaries(
    st.sampled_from(["Gi1", "Gi2"]), st.fixed_dictionaries({name: st.integers(0, 2**32 - 1) for name in _NAMES}), min_size=1
)


@given(st.lists(st.tuples(_VISIT, st.booleans()), min_size=2, max_size=8))
def test_whatever_was_stored_the_known_values_are_those_that_were_seen(visits: list[tuple[dict[str, dict[str, int]], bool]]) -> None:
    state: dict[str, PortState] = {}
    changes: list[StoredChange] = []
    seen: list[dict[str, dict[str, int]]] = []
    shown: dict[str, dict[str, int]] = {}
    for at, (ports, restarted) in enumerate(visits):
        found, state = compare(state, {port: PortCounters(values) for port, values in ports.items()}, Since(restarted=restarted))
        changes += [StoredChange(at, one.port, one.counter, one.value, one.delta, one.flags) for one in found]
        shown = {**shown, **ports}
        seen.append(shown)
    moments = list(reversed(range(len(visits))))
    for values, truth in zip(values_before(state, changes, moments), reversed(seen), strict=True):
        for port, counters in values.items():
            for name, value in counters.items():
                assert value == truth.get(port, {}).get(name, 0)
