"""Every kind of failure has a title and one next step, with the commands that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from switchcorr.collect.failures import TITLES, advice_for, next_steps
from switchcorr.model.sweep import VisitAccount
from switchcorr.model.visit import Failure, FailureKind, VisitStatus


@pytest.mark.parametrize("kind", FailureKind)
def test_every_kind_has_a_title_and_a_next_step(kind: FailureKind) -> None:
    advice = advice_for(kind, "acc-12")
    assert TITLES[kind][0].isupper()
    assert advice.endswith((".", "`"))
    assert "{" not in advice
    assert "\n" not in advice
    for command in re.findall(r"`(switchcorr [^`]*)`", advice):
        assert re.fullmatch(r"switchcorr (doctor acc-12|trust acc-12|sweep( --resume| --limit acc-12)?)", command), command


@pytest.mark.parametrize("kind", FailureKind)
def test_the_page_of_the_sweep_has_every_kind_with_its_next_step(kind: FailureKind) -> None:
    page = (Path(__file__).parents[2] / "docs" / "sweep.md").read_text()
    assert f"| `{kind.value}` | {TITLES[kind]} | {advice_for(kind, 'DEVICE')} |" in page


def test_titles_tell_the_kinds_apart() -> None:
    assert len(set(TITLES.values())) == len(FailureKind)


def visit(
    device: str, kind: FailureKind | None, message: str = "", hint: str = "", status: VisitStatus = VisitStatus.FAILED
) -> VisitAccount:
    return VisitAccount(device, status, failure=Failure(kind, message, hint) if kind else None)


def test_failed_devices_are_grouped_by_kind_the_largest_group_first() -> None:
    steps = next_steps(
        [
            visit("c", FailureKind.RESET, "c: reset"),
            visit("b", FailureKind.REFUSED, "refused"),
            visit("a", FailureKind.REFUSED, "refused"),
            visit("d", None, status=VisitStatus.ANSWERED),
            visit("e", FailureKind.REFUSED, "port 2222 refused", "Look."),
            visit("f", FailureKind.INTERRUPTED, status=VisitStatus.SKIPPED),
        ]
    )
    assert [(step.kind, step.devices) for step in steps] == [
        (FailureKind.REFUSED, ("a", "b", "e")),
        (FailureKind.INTERRUPTED, ("f",)),
        (FailureKind.RESET, ("c",)),
    ]
    assert steps[0].details == ("a: refused", "e: port 2222 refused Look.")
    assert steps[1].details == ()
    assert steps[2].details == ("c: reset",)


def test_a_hundred_different_messages_stay_short() -> None:
    (step,) = next_steps(visit(f"sw{number}", FailureKind.DRIVER, f"odd {number}") for number in range(100))
    assert len(step.devices) == 100
    assert len(step.details) == 3
