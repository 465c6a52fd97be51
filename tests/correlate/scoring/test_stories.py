"""What the reasons of drops say of their cause."""

from __future__ import annotations

import numpy as np
import pytest

from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.drops.reasons import ReasonClass, administrative_profile, background_profile, fault_profile
from switchcorr.correlate.scoring.stories import stories

_KINDS = ("module", "vlan", "node", "cluster", "model")
_PATHS = 4
"""The last is a kind of phone."""
_INNOCENT = background_profile(DEFAULT.profile_mix)
_TOLD = stories(_KINDS, _INNOCENT, DEFAULT)
_LIMIT = DEFAULT.reasons_count


def test_both_parts_together_are_the_profile_of_a_kind_against_innocent_drops() -> None:
    for row, kind in enumerate(_KINDS):
        assert _TOLD.caused[row] + _TOLD.kind[row] == pytest.approx(fault_profile(kind, DEFAULT.profile_mix) - _INNOCENT)
    whole = _TOLD.caused[_TOLD.action] + _TOLD.kind[_TOLD.action]
    assert whole == pytest.approx(administrative_profile(DEFAULT.profile_mix) - _INNOCENT)
    assert (_TOLD.action, _TOLD.unseen, _TOLD.unnamed) == (len(_KINDS), len(_KINDS) + 1, len(_KINDS) + 2)
    assert not _TOLD.kind[_TOLD.unnamed].any()  # it can be any kind of thing


def test_that_something_made_a_phone_drop_is_told_alike_by_all_faults() -> None:
    assert (_TOLD.caused[:_PATHS] == _TOLD.caused[0]).all()
    assert not _TOLD.kind[_TOLD.action].any()
    assert _TOLD.kind[2, ReasonClass.SERVER_RESTART] > _TOLD.kind[0, ReasonClass.SERVER_RESTART]
    assert _TOLD.kind[:, ReasonClass.UNKNOWN] == pytest.approx(0.0)


def test_many_phones_that_start_anew_by_themselves_speak_for_their_software_and_for_no_path() -> None:
    own, path = _KINDS.index("model"), _KINDS.index("vlan")
    assert _TOLD.caused[own, ReasonClass.INITIATED] > 0 > _TOLD.caused[path, ReasonClass.INITIATED]
    assert _TOLD.kind[own, ReasonClass.INITIATED] > 0 > _TOLD.kind[path, ReasonClass.INITIATED]
    assert _TOLD.kind[path, ReasonClass.KEEPALIVE] > _TOLD.kind[own, ReasonClass.KEEPALIVE]


def test_a_large_burst_tells_its_kind_no_louder_than_a_bounded_number_of_drops() -> None:
    assert _TOLD.share(1.0) == _TOLD.share(_LIMIT) == 1.0
    assert [float(_TOLD.share(count)) * count for count in (2 * _LIMIT, 50 * _LIMIT)] == pytest.approx([_LIMIT, _LIMIT])
    assert _TOLD.share(np.array([0.0, 4 * _LIMIT])) == pytest.approx([1.0, 0.25])


def _says(kind: str, **drops: int) -> float:
    """What so many drops of some reasons say of a kind."""
    count = np.zeros((1, _TOLD.reasons), dtype=np.int64)
    for name, many in drops.items():
        count[0, ReasonClass[name]] = many
    return float(_TOLD.told(np.array([_KINDS.index(kind)]), count, np.array([float(count.sum())]))[0])


def test_one_drop_says_what_its_profile_does_and_the_twentieth_hardly_anything() -> None:
    for row, kind in enumerate(_KINDS):
        assert _says(kind, INITIATED=1) == pytest.approx(float(_TOLD.kind[row, ReasonClass.INITIATED]))
    first = [_says("module", INITIATED=many) for many in (1, 2, 20)]
    assert first[0] < first[1] < 2 * first[0] < first[2] < 5 * first[0]
    assert _says("vlan", INITIATED=13, KEEPALIVE=7) > _says("module", INITIATED=13, KEEPALIVE=7) - 5


def test_the_restart_of_a_server_is_in_the_mix_of_servers_alone() -> None:
    """However odd a fault's mix is, a switch makes no server say that it started anew."""
    apart = [_says("node", SERVER_RESTART=many) - _says("module", SERVER_RESTART=many) for many in (1, 3, 10)]
    assert apart[0] > 2.5
    assert apart[1] > 3 * apart[0]
    assert apart[2] > 10 * apart[0]


def test_many_drops_are_told_by_a_formula_as_few_are_by_the_table() -> None:
    mixed = {"CONNECTIVITY": 5, "KEEPALIVE": 11, "SERVER_RESTART": 3, "RESET": 1}
    table = [_says(kind, **mixed) for kind in _KINDS]
    count = {name: 100 * many for name, many in mixed.items()}
    assert [_says(kind, **count) for kind in _KINDS] == pytest.approx(table)


def _told(hits: list[float], *joined: tuple[int, int]) -> list[float]:
    """How many drops of each cause count for its kind."""
    both = np.zeros((1, len(hits), len(hits)), dtype=bool)
    for one, other in joined:
        both[0, [one, other], [other, one]] = True
    drops = _TOLD.drops_told(np.array([hits]), both)
    counted: list[float] = (np.array(hits) * _TOLD.share(drops[0])).tolist()
    return counted


def test_several_causes_have_one_story_together_and_few_drops_leave_theirs() -> None:
    assert sum(_told([300.0, 300.0])) == pytest.approx(_LIMIT)
    assert _told([4.0, 300.0]) == pytest.approx([4.0, _LIMIT - 4.0])
    assert sum(_told([300.0, 2.0, 300.0])) == pytest.approx(_LIMIT)
    assert _told([300.0, 0.0, 5.0]) == pytest.approx([_LIMIT - 5.0, 0.0, 5.0])


def test_a_part_does_not_tell_the_story_of_the_whole_once_more() -> None:
    inner, outer = _told([60.0, 140.0], (0, 1))
    assert inner == pytest.approx(_LIMIT * 60 / 200)
    assert _LIMIT / 2 <= outer <= _LIMIT - inner
