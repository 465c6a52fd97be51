"""What would have been seen if another suspect were the cause."""

from __future__ import annotations

import numpy as np
import pytest

from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.scoring.hypotheses import Item, ItemKind
from switchcorr.correlate.scoring.search import search
from switchcorr.correlate.telling.counterfactual import SHOWN, against, counterfactuals, hit_rate_after
from switchcorr.model.campus import Component, HashedComponent
from tests.correlate.scenes import Rows, below, campus_of, likelihood_of, number_of, rows_of

_ROWS = rows_of(6, 2, 20)


def _told(kind: str, id_: str, dropped: list[str], *, rows: Rows = _ROWS) -> dict[str, float]:
    likelihood = likelihood_of(rows, dropped)
    found = counterfactuals(likelihood, search(likelihood), number_of(likelihood.exposure, kind, id_))
    return {item.text: item.weight for item in found}


def test_a_larger_part_would_have_taken_others_with_it() -> None:
    told = _told("module", "acc-1/1", below(_ROWS, "module", "acc-1/1")[:12])
    sentence = "if switch acc-1 were the cause, about 12 of its 20 other phones would have dropped too; 0 did"
    assert told[sentence] > 3
    assert any(text.startswith("if CallManager node node-1 were the cause, about ") for text in told)
    assert len(told) <= SHOWN


def test_a_smaller_part_would_have_left_the_others_alone() -> None:
    told = _told("switch", "acc-1", [*below(_ROWS, "switch", "acc-1")[::2], below(_ROWS, "module", "acc-1/1")[1]])
    text = "if module acc-1/1 were the cause, only its own phones would have dropped; 10 of the other 20 phones of switch acc-1 dropped too"
    assert told[text] > 10


def test_for_a_server_the_worst_hit_parts_of_the_network_are_asked() -> None:
    told = _told("cluster", "one", sorted(_ROWS)[::5])
    assert any(text.startswith("if switch acc-") and "only its own phones" in text for text in told)


def test_what_explains_better_speaks_against() -> None:
    told = _told("switch", "acc-1", below(_ROWS, "module", "acc-1/1")[:12])
    text = "module acc-1/1 would explain the drops as well or better: 0 of the other 20 phones of switch acc-1 dropped"
    assert told[text] < -3


def test_the_log_ratio_is_that_of_the_model() -> None:
    """Without reasons, leaks and priors the scores of the two single hypotheses differ by exactly this."""
    rows = {name: {kind: id_ for kind, id_ in row.items() if kind in ("model", "firmware")} for name, row in _ROWS.items()}
    for i, name in enumerate(sorted(rows)):
        rows[name] = {"model": f"m{i % 6}", "firmware": f"f{i % 4}"}
    likelihood = likelihood_of(rows, {*below(rows, "model", "m1")[:14], *below(rows, "firmware", "f3")[:5]}, reason=13)
    cause, other = number_of(likelihood.exposure, "model", "m1"), number_of(likelihood.exposure, "firmware", "f3")
    found = against(likelihood, cause, other)
    assert found is not None
    scores = []
    for number in (cause, other):
        gain = likelihood.told_by_reasons(Item(number, ItemKind.FAULT))
        scores.append(
            likelihood.score((Item(number, ItemKind.FAULT),))
            - float(likelihood.priors.fault[number] + likelihood.priors.noticed[number])
            - gain
        )
    assert found.log_ratio == pytest.approx(scores[0] - scores[1])


def test_counts_of_a_part_that_crosses_the_cause() -> None:
    likelihood = likelihood_of(_ROWS, below(_ROWS, "module", "acc-1/1")[:12])
    found = against(likelihood, number_of(likelihood.exposure, "module", "acc-1/1"), number_of(likelihood.exposure, "node", "node-1"))
    assert found is not None
    assert (found.others, found.seen, found.left, found.left_seen) == (110, 0, 10, 6)
    assert found.expected == pytest.approx(110 * hit_rate_after(6, 10, DEFAULT.hit_rates))


def test_a_part_with_one_of_the_drops_needs_no_words() -> None:
    likelihood = likelihood_of(_ROWS, [*below(_ROWS, "module", "acc-1/1")[:12], below(_ROWS, "module", "acc-2/1")[0]])
    exposure = likelihood.exposure
    assert against(likelihood, number_of(exposure, "cluster", "one"), number_of(exposure, "module", "acc-2/1")) is None
    assert against(likelihood, number_of(exposure, "module", "acc-1/1"), number_of(exposure, "module", "acc-5/1")) is None


def test_members_of_a_bundle_are_not_asked() -> None:
    bundle = Component("uplink_bundle", "acc-1:Port-channel1")
    members = [HashedComponent(Component("uplink", f"acc-1:Gi{i}"), bundle, 2) for i in (1, 2)]
    likelihood = likelihood_of(campus_of(_ROWS, hashed=members), below(_ROWS, "switch", "acc-1")[::4])
    found = counterfactuals(likelihood, search(likelihood), number_of(likelihood.exposure, "switch", "acc-1"))
    assert not any("uplink" in item.text for item in found)


def test_a_member_that_can_carry_half_of_the_phones_is_weighed_as_such() -> None:
    bundle = Component("uplink_bundle", "acc-1:Port-channel1")
    members = [HashedComponent(Component("uplink", f"acc-1:Gi{i}"), bundle, 2) for i in (1, 2)]
    ratios = []
    for share in (3, 1):  # a third of the phones, then all of them: more than half is no member's loss
        likelihood = likelihood_of(campus_of(_ROWS, hashed=members), below(_ROWS, "switch", "acc-1")[::share])
        numbers = [number_of(likelihood.exposure, *part) for part in (("uplink", "acc-1:Gi1"), ("switch", "acc-1"))]
        found = [against(likelihood, number, number_of(likelihood.exposure, "node", "node-1")) for number in numbers]
        assert found[0] is not None
        assert found[1] is not None
        ratios.append(found[0].log_ratio - found[1].log_ratio)
    assert ratios[0] > -1
    assert ratios[1] < -10


def test_few_drops_give_no_sentence_on_what_was_hardly_to_be_expected() -> None:
    rows = {name: {"module": row["module"], "power": row["module"]} for name, row in _ROWS.items()}
    first = below(rows, "module", "acc-1/1")
    rows[below(rows, "module", "acc-2/1")[0]]["power"] = "acc-1/1"  # one phone more has its power from there
    assert _told("module", "acc-1/1", first[:2], rows=rows) == {}


@pytest.mark.parametrize(("hits", "phones"), [(0, 10), (5, 10), (10, 10)])
def test_a_hit_rate_lies_between_none_and_all(hits: int, phones: int) -> None:
    rates = [hit_rate_after(k, phones, DEFAULT.hit_rates) for k in range(phones + 1)]
    assert 0 < rates[hits] < 1
    assert list(np.argsort(rates)) == list(range(phones + 1))
