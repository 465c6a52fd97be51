"""Small values of the inventory, of visits and of messages."""

from __future__ import annotations

import pytest

from switchcorr.model.inventory import AlgorithmProfile, JumpHop
from switchcorr.model.message import Message, Severity
from switchcorr.model.snapshot import RawOutput
from switchcorr.model.sweep import VisitAccount, old_algorithms
from switchcorr.model.visit import AnswerStatus, VisitStatus


def _reached(device: str, profile: AlgorithmProfile | None) -> VisitAccount:
    return VisitAccount(device, VisitStatus.ANSWERED, profile=profile)


def test_devices_of_old_algorithms_are_named_the_oldest_profile_first() -> None:
    visits = [
        _reached("acc-3", AlgorithmProfile.SHA1),
        _reached("acc-2", AlgorithmProfile.LEGACY),
        _reached("acc-1", AlgorithmProfile.SHA1),
        _reached("acc-4", AlgorithmProfile.MODERN),
        _reached("acc-5", None),
    ]
    assert list(old_algorithms(visits).items()) == [
        (AlgorithmProfile.LEGACY, ("acc-2",)),
        (AlgorithmProfile.SHA1, ("acc-1", "acc-3")),
    ]


@pytest.mark.parametrize("status", AnswerStatus)
def test_an_answer_that_came_whole_is_not_asked_for_again(status: AnswerStatus) -> None:
    visit = VisitAccount("acc-1", VisitStatus.ANSWERED, commands={"show version": status}, sizes={"show version": 7})
    again = status not in (AnswerStatus.OK, AnswerStatus.DENIED, AnswerStatus.INVALID, AnswerStatus.FEATURE_OFF)
    assert visit.whole == (frozenset() if again else {"show version"})
    assert visit.size == 7


def test_a_permission_holds_for_newer_algorithms() -> None:
    assert AlgorithmProfile.SHA1.allows(AlgorithmProfile.MODERN)
    assert not AlgorithmProfile.SHA1.allows(AlgorithmProfile.LEGACY)


def test_a_jump_host_is_named_with_its_port() -> None:
    assert str(JumpHop("192.0.2.9", 2222)) == "192.0.2.9:2222"


def test_a_message_is_a_warning_unless_it_says_otherwise() -> None:
    assert Message("inc-1/new", "title", "body").severity is Severity.WARNING
    assert Severity.INFO < Severity.WARNING < Severity.CRITICAL


def test_a_line_before_the_lines_that_were_taken_out_stands_where_it_stood() -> None:
    output = RawOutput("show clock", "", "log", first_line=10, gaps=(3, 4))
    assert [output.file_line(number) for number in (1, 2, 3)] == [10, 11, 14]
