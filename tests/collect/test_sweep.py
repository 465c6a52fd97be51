"""The sweep on scripted switches: every device gets what it should, whatever the others do."""

from __future__ import annotations

import asyncio
import errno
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import reduce

import pytest

from switchcorr.collect.limits import Planned, SweepLimits
from switchcorr.collect.progress import (
    CommandAnswered,
    SweepEvent,
    SweepProgress,
    SweepStopping,
    VisitBegun,
    VisitEnded,
    VisitPaused,
    advance,
)
from switchcorr.collect.session import Deadline, Session, Target
from switchcorr.collect.sweep import SweepResult, sweep
from switchcorr.collect.visiting import SweepClock
from switchcorr.errors import InputFileError
from switchcorr.model.inventory import AlgorithmProfile, Driver
from switchcorr.model.sweep import SweepState, VisitAccount
from switchcorr.model.visit import Answer, AnswerStatus, FailureKind, VisitStatus
from switchcorr.platforms import Platform
from tests.collect.fleet import COMMANDS, IOS, Fleet, Script
from tests.collect.planning import planned

FIRST, SECOND, LAST = COMMANDS[0], COMMANDS[1], COMMANDS[-1]


@dataclass(slots=True)
class Kept:
    """Saving that keeps answers in memory; ``full_after`` answers the disk is full."""

    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    visits: list[VisitAccount] = field(default_factory=list)
    begun: list[VisitAccount] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)
    full_after: float = float("inf")
    lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, account: VisitAccount) -> None:
        self.begun.append(account)

    def answer(self, device: str, platform: Platform, answer: Answer) -> None:
        with self.lock:
            self.threads.add(threading.get_ident())
            if len(self.answers) >= self.full_after:
                raise InputFileError("x: cannot be written: No space left on device.", hint="Make room.")
            self.answers[device, answer.command] = answer

    def visit(self, account: VisitAccount) -> None:
        with self.lock:
            if len(self.answers) >= self.full_after:
                raise OSError(errno.ENOSPC, "No space left on device")
            self.visits.append(account)


@dataclass(slots=True)
class Run:
    """A sweep over a fleet, and everything it told."""

    fleet: Fleet
    kept: Kept = field(default_factory=Kept)
    events: list[SweepEvent] = field(default_factory=list)
    stop_when: Callable[[SweepEvent], bool] = lambda event: False
    stop_at_hang: bool = False
    driver: Driver = Driver.DIALOGUE
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def over(self, devices: Sequence[Planned], limits: SweepLimits | None = None) -> SweepResult:
        return asyncio.run(self._over(devices, limits or SweepLimits(retry_pause_s=(0.01, 0.02), logins_a_second=1e6)))

    async def _over(self, devices: Sequence[Planned], limits: SweepLimits) -> SweepResult:
        stop = asyncio.Event()
        began = time.monotonic()
        if self.stop_at_hang:
            self.fleet.at_hang = stop.set

        def watch(event: SweepEvent) -> None:
            self.events.append(event)
            if self.stop_when(event):
                stop.set()

        result = await sweep(
            devices,
            open_session={self.driver: self.fleet},
            limits=limits,
            saving=self.kept,
            watch=watch,
            clock=SweepClock(self.now, lambda: time.monotonic() - began),
            stop=stop,
        )
        assert len(asyncio.all_tasks()) == 1, "no task stays behind"
        assert self.fleet.open_sessions == 0, "no session stays open"
        return result

    def progress(self) -> SweepProgress:
        return reduce(advance, self.events, SweepProgress())


def by_name(result: SweepResult) -> dict[str, VisitAccount]:
    return {visit.device: visit for visit in result.visits}


def test_every_command_of_every_device_is_asked_in_turn_and_kept() -> None:
    run = Run(Fleet())
    result = run.over([planned(f"sw{number}") for number in range(120)])
    assert result.state is SweepState.DONE
    assert [visit.status for visit in result.visits] == [VisitStatus.ANSWERED] * 120
    assert run.fleet.asked_of("sw7") == list(COMMANDS)
    assert len(run.kept.answers) == 120 * len(COMMANDS)
    assert sorted(visit.device for visit in run.kept.visits) == [visit.device for visit in result.visits]
    assert run.fleet.most_sessions <= 50
    visit = by_name(result)["sw7"]
    assert (visit.platform, visit.hostname, visit.profile, visit.attempts) == ("cisco_ios", "sw7", AlgorithmProfile.MODERN, 1)
    assert list(visit.commands) == list(COMMANDS)
    assert visit.missing == ()
    assert visit.size == sum(len(answer.raw) for (device, _), answer in run.kept.answers.items() if device == "sw7")


def test_visits_and_answers_have_their_times_from_one_clock() -> None:
    at = datetime(2026, 11, 15, tzinfo=UTC)
    run = Run(Fleet(), now=lambda: at)
    (visit,) = run.over([planned("a")]).visits
    assert {visit.started_at, *(answer.started_at for answer in run.kept.answers.values())} == {at}


def test_saving_happens_in_other_threads() -> None:
    run = Run(Fleet())
    run.over([planned("a")])
    assert threading.get_ident() not in run.kept.threads


def test_what_is_told_adds_up() -> None:
    run = Run(Fleet(b=Script(refuses=FailureKind.REFUSED), c=[Script(refuses=FailureKind.RESET), Script()]))
    run.over([planned(name) for name in "abc"])
    progress = run.progress()
    assert (progress.running, progress.answered, progress.failed) == (0, 2, {FailureKind.REFUSED: 1})
    assert sum(isinstance(event, CommandAnswered) for event in run.events) == 2 * len(COMMANDS)
    assert [event.attempt for event in run.events if isinstance(event, VisitBegun) and event.device == "c"] == [1, 2]
    assert [event.device for event in run.events if isinstance(event, VisitPaused)] == ["c"]


def test_added_commands_are_asked_after_the_declared_ones() -> None:
    run = Run(Fleet())
    run.over([planned("a", added=("show clock detail",))])
    assert run.fleet.asked_of("a") == [*COMMANDS, "show clock detail"]


def test_a_clear_no_is_a_whole_answer() -> None:
    says = {FIRST: (AnswerStatus.DENIED, b"% denied"), SECOND: (AnswerStatus.INVALID, b"% Invalid"), LAST: (AnswerStatus.FEATURE_OFF, b"")}
    run = Run(Fleet(a=Script(says=says)))
    (visit,) = run.over([planned("a")]).visits
    assert (visit.status, visit.failure) == (VisitStatus.ANSWERED, None)
    assert visit.commands[FIRST] is AnswerStatus.DENIED


@pytest.mark.parametrize("status", [AnswerStatus.DENIED, AnswerStatus.INVALID])
def test_a_device_that_refuses_every_command_has_failed_and_its_words_are_kept(status: AnswerStatus) -> None:
    words = b"       ^\r\n% Invalid input detected at '^' marker.\r\n\r\n"
    run = Run(Fleet(a=Script(says=dict.fromkeys(COMMANDS, (status, words)))))
    (visit,) = run.over([planned("a")]).visits
    assert visit.failure is not None
    assert (visit.status, visit.failure.kind, visit.whole) == (VisitStatus.FAILED, FailureKind.PRIVILEGE, frozenset())
    count = len(COMMANDS)
    assert visit.failure.message == (
        f"a: it let us log in and refused {count} of {count} commands (% Invalid input detected at '^' marker)."
    )
    assert run.kept.answers["a", FIRST].raw == words


def test_a_device_that_refuses_most_commands_is_partial_and_resuming_asks_for_what_was_refused() -> None:
    says = dict.fromkeys(COMMANDS[1:], (AnswerStatus.INVALID, b"% Invalid input"))
    (visit,) = Run(Fleet(a=Script(says=says))).over([planned("a")]).visits
    assert (visit.status, visit.whole) == (VisitStatus.PARTIAL, frozenset({FIRST}))
    again = Run(Fleet())
    (after,) = again.over([planned("a", before=visit)]).visits
    assert again.fleet.asked_of("a") == list(COMMANDS[1:])
    assert (after.status, after.failure) == (VisitStatus.ANSWERED, None)


def test_most_is_more_than_half() -> None:
    half = len(COMMANDS) // 2
    for refused, status in ((half, VisitStatus.ANSWERED), (half + 1, VisitStatus.PARTIAL)):
        says = dict.fromkeys(COMMANDS[-refused:], (AnswerStatus.INVALID, b"% Invalid input"))
        (visit,) = Run(Fleet(a=Script(says=says))).over([planned("a")]).visits
        assert visit.status is status, f"{refused} of {len(COMMANDS)} refused"


def test_getters_that_napalm_lacks_for_a_platform_are_no_refusal() -> None:
    says = dict.fromkeys(COMMANDS[1:], (AnswerStatus.INVALID, b"not implemented"))
    (visit,) = Run(Fleet(a=Script(says=says)), driver=Driver.NAPALM).over([planned("a", driver=Driver.NAPALM)]).visits
    assert visit.status is VisitStatus.ANSWERED


def test_a_few_denied_commands_are_named() -> None:
    run = Run(Fleet(a=Script(says=dict.fromkeys(COMMANDS[:4], (AnswerStatus.DENIED, b"% denied")))))
    (visit,) = run.over([planned("a")]).visits
    first = ", ".join(f"'{command}'" for command in COMMANDS[:3])
    assert visit.status is VisitStatus.ANSWERED
    assert visit.warnings == (f"4 commands of {len(COMMANDS)} denied to this account: {first} and 1 more.",)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (AnswerStatus.TIMEOUT, FailureKind.TIMEOUT),
        (AnswerStatus.NO_PROMPT, FailureKind.NO_PROMPT),
        (AnswerStatus.PARTIAL, FailureKind.SESSION_CLOSED),
        (AnswerStatus.TRUNCATED, None),
    ],
)
def test_one_command_that_goes_wrong_does_not_end_the_visit(status: AnswerStatus, kind: FailureKind | None) -> None:
    run = Run(Fleet(a=Script(says={SECOND: (status, b"some text")})))
    (visit,) = run.over([planned("a")]).visits
    assert visit.status is VisitStatus.PARTIAL
    assert run.fleet.asked_of("a") == list(COMMANDS), "asked once each: the session lived"
    assert (visit.failure.kind if visit.failure else None) is kind
    assert run.kept.answers["a", SECOND].raw == b"some text"
    assert visit.commands[SECOND] is status
    assert bool(visit.warnings) == (status is AnswerStatus.TRUNCATED)


@pytest.mark.parametrize("kind", FailureKind)
def test_a_device_that_fails_costs_itself_only(kind: FailureKind) -> None:
    run = Run(Fleet(b=Script(refuses=kind)))
    visits = by_name(run.over([planned(name) for name in "abc"]))
    assert [visits[name].status for name in "abc"] == [VisitStatus.ANSWERED, VisitStatus.FAILED, VisitStatus.ANSWERED]
    failure = visits["b"].failure
    assert failure is not None
    assert (failure.kind, failure.hint) == (kind, "Look.")
    assert visits["b"].missing == COMMANDS
    retried = kind in (FailureKind.RESET, FailureKind.CONNECT_TIMEOUT, FailureKind.TIMEOUT, FailureKind.SESSION_CLOSED)
    assert visits["b"].attempts == run.fleet.logins.count("b") == (2 if retried else 1)


def test_a_driver_that_breaks_costs_its_device_only() -> None:
    run = Run(Fleet(b=Script(raises_at=SECOND)))
    visits = by_name(run.over([planned(name) for name in "abc"]))
    failure = visits["b"].failure
    assert failure is not None
    assert (failure.kind, failure.message) == (FailureKind.DRIVER, "b: the driver failed: RuntimeError: nobody foresaw this")
    assert visits["b"].status is VisitStatus.PARTIAL, "the first answer is kept"
    assert visits["c"].status is VisitStatus.ANSWERED
    assert "b" in run.fleet.closed


def test_a_driver_that_is_not_there_is_a_failure_of_the_device() -> None:
    (visit,) = Run(Fleet()).over([planned("a", driver=Driver.NAPALM)]).visits
    assert visit.failure is not None
    assert visit.failure.kind is FailureKind.DRIVER


def test_a_retry_asks_only_for_what_is_not_whole() -> None:
    run = Run(Fleet(a=[Script(closes_at=SECOND), Script()]))
    (visit,) = run.over([planned("a")]).visits
    assert (visit.status, visit.failure, visit.attempts) == (VisitStatus.ANSWERED, None, 2)
    assert run.fleet.asked_of("a") == [FIRST, SECOND, *COMMANDS[1:]]
    assert run.kept.answers["a", SECOND].status is AnswerStatus.OK
    assert "it hung up" in visit.warnings[0]


def test_the_better_answer_is_kept_when_both_attempts_are_cut() -> None:
    run = Run(Fleet(a=[Script(closes_at=SECOND, cut=b"long half of an answer"), Script(closes_at=SECOND, cut=b"short")]))
    (visit,) = run.over([planned("a")]).visits
    assert (visit.status, visit.attempts) == (VisitStatus.PARTIAL, 2)
    assert visit.failure is not None
    assert visit.failure.kind is FailureKind.SESSION_CLOSED
    assert run.kept.answers["a", SECOND].raw == b"long half of an answer"
    assert visit.sizes[SECOND] == len(b"long half of an answer")
    assert visit.missing == COMMANDS[2:]


def test_there_is_one_retry_and_no_more() -> None:
    run = Run(Fleet(a=Script(refuses=FailureKind.RESET)))
    run.over([planned("a")])
    assert run.fleet.logins == ["a", "a"]


def test_no_retry_when_the_visit_has_no_time_left_for_it() -> None:
    run = Run(Fleet(a=Script(refuses=FailureKind.RESET)))
    run.over([planned("a")], SweepLimits(visit_s=5, retry_pause_s=(60, 60)))
    assert run.fleet.logins == ["a"]


def test_a_resumed_device_is_asked_for_what_is_missing() -> None:
    before = VisitAccount(
        "a", VisitStatus.PARTIAL, commands={FIRST: AnswerStatus.OK, SECOND: AnswerStatus.PARTIAL}, sizes={FIRST: 9, SECOND: 4}
    )
    run = Run(Fleet())
    (visit,) = run.over([planned("a", before=before)]).visits
    assert run.fleet.asked_of("a") == list(COMMANDS[1:])
    assert visit.status is VisitStatus.ANSWERED
    assert visit.sizes[FIRST] == 9


def test_an_interrupted_answer_of_a_resumed_device_is_not_made_worse() -> None:
    before = VisitAccount("a", VisitStatus.PARTIAL, commands={FIRST: AnswerStatus.PARTIAL}, sizes={FIRST: 5000})
    run = Run(Fleet(a=Script(says={FIRST: (AnswerStatus.PARTIAL, b"less")})))
    (visit,) = run.over([planned("a", before=before)]).visits
    assert ("a", FIRST) not in run.kept.answers
    assert visit.sizes[FIRST] == 5000


def test_the_platform_that_was_found_out_decides_what_is_asked() -> None:
    nxos = next(platform for platform in (IOS,) if platform is not None)
    run = Run(Fleet(a=Script(platform=nxos)))
    (visit,) = run.over([planned("a", platform=None)]).visits
    assert visit.platform == "cisco_ios"
    assert visit.status is VisitStatus.ANSWERED


def test_a_device_without_platform_that_cannot_be_reached_has_nothing_missing_by_name() -> None:
    run = Run(Fleet(a=Script(refuses=FailureKind.UNREACHABLE)))
    (visit,) = run.over([planned("a", platform=None)]).visits
    assert (visit.status, visit.missing) == (VisitStatus.FAILED, ())


def test_an_expired_password_reaches_three_devices_of_a_hundred() -> None:
    fleet = Fleet()
    fleet.usual = lambda: Script(refuses=FailureKind.AUTHENTICATION, silent_s=0.001)
    run = Run(fleet)
    result = run.over([planned(f"sw{number:03}") for number in range(100)])
    assert len(fleet.logins) == len(set(fleet.logins)) == 3
    assert result.state is SweepState.STOPPED
    visits = list(result.visits)
    assert [visit.status for visit in visits].count(VisitStatus.SKIPPED) == 97
    skipped = next(visit for visit in visits if visit.status is VisitStatus.SKIPPED)
    assert skipped.failure is not None
    assert skipped.failure.kind is FailureKind.STOPPED
    assert "refused logins in a row (sw000, sw001, sw002)" in skipped.failure.message
    assert "`switchcorr sweep --resume`" in skipped.failure.hint
    assert [event.why for event in run.events if isinstance(event, SweepStopping)] == [result.why]


@pytest.mark.parametrize("kind", [FailureKind.PASSWORD_EXPIRED, FailureKind.ENABLE])
def test_other_refused_secrets_count_too(kind: FailureKind) -> None:
    fleet = Fleet()
    fleet.usual = lambda: Script(refuses=kind)
    assert Run(fleet).over([planned(f"sw{number}") for number in range(20)]).state is SweepState.STOPPED
    assert len(fleet.logins) == 3


@pytest.mark.parametrize("kind", [FailureKind.HOST_KEY_CHANGED, FailureKind.CONNECT_TIMEOUT, FailureKind.REFUSED, FailureKind.ALGORITHMS])
def test_what_is_no_refused_secret_does_not_count(kind: FailureKind) -> None:
    fleet = Fleet()
    fleet.usual = lambda: Script(refuses=kind)
    result = Run(fleet).over([planned(f"sw{number}") for number in range(20)])
    assert result.state is SweepState.DONE
    assert set(fleet.logins) == {f"sw{number}" for number in range(20)}


def test_after_a_stop_one_refusal_is_enough() -> None:
    fleet = Fleet()
    fleet.usual = lambda: Script(refuses=FailureKind.AUTHENTICATION)
    result = Run(fleet).over([planned(f"sw{number}", credential=str(number)) for number in range(20)], SweepLimits(cautious=True))
    assert len(fleet.logins) == 1
    assert result.state is SweepState.STOPPED
    assert "1 refused login in a row" in result.why


def test_visits_that_run_when_the_breaker_opens_come_to_their_end() -> None:
    wrong = {f"w{number}": Script(refuses=FailureKind.AUTHENTICATION, silent_s=0.05) for number in range(3)}
    fleet = Fleet(good=Script(paced=None), **wrong)
    devices = [planned("good", credential="good"), *(planned(name, credential=name) for name in wrong)]
    result = Run(fleet).over(devices)
    assert by_name(result)["good"].status is VisitStatus.ANSWERED


def test_a_silent_canary_does_not_hold_up_the_fleet() -> None:
    run = Run(Fleet(a=Script(silent_s=60)), stop_when=lambda event: isinstance(event, VisitEnded))
    result = run.over([planned("a"), planned("b")])
    assert by_name(result)["b"].status is VisitStatus.ANSWERED


def test_a_visit_is_ended_at_its_deadline_even_if_its_driver_does_not_notice() -> None:
    run = Run(Fleet(a=Script(hangs_at=SECOND), b=Script(deaf=True)))
    visits = by_name(run.over([planned("a", credential="a"), planned("b", credential="b")], SweepLimits(visit_s=0.2)))
    for name in "ab":
        failure = visits[name].failure
        assert failure is not None
        assert failure.kind is FailureKind.DEADLINE
    assert visits["a"].status is VisitStatus.PARTIAL
    assert run.kept.answers["a", SECOND].raw == b"half an ans", "what had arrived is kept"
    assert visits["b"].status is VisitStatus.FAILED


def test_a_session_that_does_not_hear_is_cancelled() -> None:
    run = Run(Fleet(a=Script(hangs_at=SECOND, ignores_interrupt=True)))
    (visit,) = run.over([planned("a")], SweepLimits(visit_s=0.1)).visits
    assert visit.status is VisitStatus.PARTIAL
    assert visit.commands == {FIRST: AnswerStatus.OK}
    assert run.fleet.closed == ["a"]


def test_a_stop_keeps_what_is_there_and_begins_nothing_more() -> None:
    run = Run(Fleet(a=Script(hangs_at=LAST), b=Script(deaf=True)), stop_at_hang=True)
    devices = [planned("a", credential="a"), planned("b", credential="b"), *(planned(f"c{number}", credential="a") for number in range(3))]
    result = run.over(devices, SweepLimits(concurrency=2, logins_a_second=1e6))
    visits = by_name(result)
    assert result.state is SweepState.INTERRUPTED
    assert [visits[name].status for name in ("a", "b")] == [VisitStatus.CANCELLED] * 2
    assert [visits[f"c{number}"].status for number in range(3)] == [VisitStatus.SKIPPED] * 3
    assert run.kept.answers["a", LAST].raw == b"half an ans"
    assert {visit.failure.kind for visit in result.visits if visit.failure} == {FailureKind.INTERRUPTED}
    assert "a" in run.fleet.closed
    assert sorted(visit.device for visit in run.kept.visits) == ["a", "b"], "the journal holds what was visited"


def test_a_stop_before_the_beginning_visits_nobody() -> None:
    run = Run(Fleet(a=Script(deaf=True)), stop_when=lambda event: True)
    result = run.over([planned("a"), planned("b")])
    assert {visit.status for visit in result.visits} == {VisitStatus.CANCELLED, VisitStatus.SKIPPED}


def test_a_deaf_session_does_not_make_the_stop_longer_than_permitted() -> None:
    run = Run(Fleet(a=Script(hangs_at=SECOND, ignores_interrupt=True)), stop_at_hang=True)
    began = time.monotonic()
    (visit,) = run.over([planned("a")]).visits
    assert visit.status is VisitStatus.CANCELLED
    assert time.monotonic() - began < 10


def test_a_full_disk_ends_the_sweep_and_is_told_with_its_way_out() -> None:
    run = Run(Fleet(), Kept(full_after=3 * len(COMMANDS)))
    result = run.over([planned(f"sw{number}") for number in range(20)], SweepLimits(concurrency=2, logins_a_second=1e6))
    assert result.state is SweepState.INTERRUPTED
    kinds = {visit.failure.kind for visit in result.visits if visit.failure}
    assert kinds == {FailureKind.SAVE}
    assert "No space left on device" in result.why
    assert len(run.fleet.logins) <= 7
    lost = next(visit for visit in result.visits if visit.status in (VisitStatus.FAILED, VisitStatus.PARTIAL))
    assert lost.failure is not None
    for visit in result.visits:
        for command in visit.commands:
            assert (visit.device, command) in run.kept.answers, "only what is kept is counted"


class CloseBreaks(Fleet):
    """A driver whose sessions break when they are closed."""

    async def __call__(self, target: Target, deadline: Deadline) -> Session:
        session = await super().__call__(target, deadline)
        leave = session.close

        async def close() -> None:
            await leave()
            raise ConnectionResetError("gone")

        session.close = close  # type: ignore[method-assign]  # a driver that breaks its promise
        return session


def test_a_session_that_breaks_when_closed_costs_itself_only() -> None:
    result = Run(CloseBreaks()).over([planned(name) for name in "abc"])
    assert result.state is SweepState.DONE
    assert {visit.status for visit in result.visits} == {VisitStatus.ANSWERED}


def test_a_sweep_over_nothing_ends() -> None:
    assert Run(Fleet()).over([]) == SweepResult(SweepState.DONE, ())
