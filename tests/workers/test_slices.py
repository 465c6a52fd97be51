"""How a site is dealt out: every device once, an address in one slice, and never more than the site allows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from switchcorr.workers.slices import LANES, SLICE, SPARES, Member, first_slice, shares_of, slices_of

_MEMBERS = st.lists(
    st.builds(Member, st.text("abc123", min_size=1, max_size=5), st.text("xyz", max_size=2), st.sampled_from("pqr")),
    max_size=60,
    unique_by=lambda member: member.name,
)
_MANY = [Member(f"sw-{number:03}", f"10.0.0.{number}", "same") for number in range(45)]


@given(st.integers(1, 500), st.integers(1, 500), st.integers(1, 500))
def test_lanes_share_the_limits_of_a_site_to_the_last_one(concurrency: int, jumps: int, logins: int) -> None:
    shares = shares_of(concurrency, jumps, logins)
    assert 1 <= len(shares) <= LANES
    assert [share.lane for share in shares] == list(range(len(shares)))
    assert sum(share.concurrency for share in shares) == concurrency
    assert sum(share.jumps for share in shares) == jumps
    assert sum(share.logins_a_second for share in shares) == logins
    assert all(min(share.concurrency, share.jumps, share.logins_a_second) >= 1 for share in shares)


@given(_MEMBERS)
def test_every_device_is_in_one_slice_and_an_address_too(members: list[Member]) -> None:
    slices = slices_of(members)
    names = [name for one in slices for name in one]
    assert sorted(names) == sorted(member.name for member in members)
    slice_of = {name: number for number, one in enumerate(slices) for name in one}
    by_address: dict[str, set[int]] = {}
    for member in members:
        by_address.setdefault(member.address, set()).add(slice_of[member.name])
    assert all(len(numbers) == 1 for numbers in by_address.values())
    assert slices_of(list(reversed(members))) == slices, "whatever their order"


@given(_MEMBERS)
def test_the_first_slice_tries_every_login_on_few_devices(members: list[Member]) -> None:
    first = first_slice(members)
    login_of = {member.name: member.login for member in members}
    assert {login_of[name] for name in first} == set(login_of.values())
    assert all(sum(login_of[name] == login for name in first) <= 1 + SPARES for login in set(login_of.values()))
    rest = [name for one in slices_of(members, without=first) for name in one]
    assert sorted((*first, *rest)) == sorted(login_of), "and all others follow"


def test_slices_are_of_a_size_and_more_only_for_one_address() -> None:
    assert [len(one) for one in slices_of(_MANY)] == [SLICE, SLICE, 5]
    crowd = [Member(f"vrf-{number:02}", "192.0.2.1", "same") for number in range(SLICE + 5)]
    assert [len(one) for one in slices_of(crowd)] == [SLICE + 5]
    assert slices_of([]) == ()
