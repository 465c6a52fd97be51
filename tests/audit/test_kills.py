"""Audits that are killed: the next one comes to its end, and no incident, finding or message is lost or told twice."""

from __future__ import annotations

import random
import shutil
import signal
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from switchcorr.jobs.audit.request import AuditOutcome
from switchcorr.jobs.audit.run import run_audit
from switchcorr.lab.demo import START
from switchcorr.store.audits import runs
from switchcorr.store.findings import findings
from switchcorr.store.incidents import incidents_between
from switchcorr.store.schema import message
from tests.audit.one_run import DEADLINE_S, FAILING, NEXT, Audits, Ended, Prepared, request_of
from tests.audit.test_audit import hook
from tests.notify.receivers import Hook

__all__ = ["hook"]  # a fixture


@dataclass(frozen=True)
class Told:
    """What is known after two audits."""

    incidents: tuple[str, ...]
    findings: tuple[str, ...]
    laid: dict[str, int]
    """How often each new thing was laid into the outbox."""


@dataclass
class Ground:
    """A store before the audit that is killed, and what is to come of it."""

    base: Path
    log: Path
    hook: Hook
    audits: Audits
    expected: Told | None = None
    seconds: float = 1.0

    def copy(self, directory: Path) -> Path:
        shutil.copytree(self.base, directory)
        return directory

    def audit(self, directory: Path, kill_after_s: float = DEADLINE_S) -> Ended:
        """In a process of its own."""
        return self.audits.run(directory, self.hook.url, self.log, kill_after_s=kill_after_s)

    def run_next(self, directory: Path) -> AuditOutcome:
        return run_audit(request_of(directory, self.hook.url, self.log, NEXT))


@pytest.fixture
def ground(tmp_path: Path, prepared: Prepared, audits: Audits, hook: Hook) -> Ground:
    made = Ground(prepared.base, prepared.log, hook, audits)
    whole = made.copy(tmp_path / "whole")
    ended = made.audit(whole)
    assert ended.code == 0, ended.said
    made.seconds = ended.seconds
    made.run_next(whole)
    made.expected = told(whole, made)
    assert len(made.expected.incidents) >= 1
    assert len(made.expected.findings) >= 1
    return made


def told(directory: Path, ground: Ground) -> Told:
    with request_of(directory, "json://127.0.0.1:1/", ground.log, NEXT).place.open(write=False) as store:
        known = tuple(one.id for one in incidents_between(store, START, NEXT))
        found = tuple(sorted(one.change.id for one in findings(store)))
        with store.reading() as connection:
            texts = connection.execute(select(message.c.document).where(message.c.sent_at.is_not(None))).scalars().all()
            assert connection.execute(select(message.c.id).where(message.c.sent_at.is_(None))).all() == [], "a message waits"
    return Told(known, found, {id_: sum(id_ in text for text in texts) for id_ in (*known, *found)})


def kill_and_go_on(ground: Ground, directory: Path, chance: random.Random) -> str:
    """Kill one audit at a random point and have the next one done; how far the killed one came."""
    ground.copy(directory)
    ground.hook.bodies.clear()
    ended = ground.audit(directory, chance.random() * ground.seconds * 1.05)
    assert ended.code in (0, -signal.SIGKILL), ended.said
    if ended.code == 0:
        ground.seconds = min(ground.seconds, ended.seconds)  # a machine that was busy is not any more
    request = request_of(directory, ground.hook.url, ground.log, NEXT)
    with request.place.open(write=False) as store:
        came_far = any(at == FAILING for at, _ in runs(store))
        with store.reading() as connection:
            open_ = connection.execute(select(message.c.document).where(message.c.sent_at.is_(None))).scalars().all()
    heard = [body["message"] for body in ground.hook.bodies]
    on_the_way = sum(any(text.splitlines()[-1] in document for document in open_) for text in heard)
    outcome = ground.run_next(directory)
    assert outcome.problems == ()
    assert outcome.page is not None
    assert told(directory, ground) == ground.expected
    texts = Counter(body["message"].splitlines()[-1] for body in ground.hook.bodies)
    assert sum(texts.values()) - len(texts) <= on_the_way, "told twice, and not because it was killed while it was sent"
    assert ground.expected is not None
    for id_, count in ground.expected.laid.items():
        assert count == 0 or any(id_ in body["message"] for body in ground.hook.bodies), f"{id_} was told to nobody"
    return "told" if came_far else "killed before" if ended.code else "done"


def test_an_audit_that_is_killed_is_made_good_by_the_next(ground: Ground, tmp_path: Path) -> None:
    chance = random.Random(3)
    for number in range(3):
        kill_and_go_on(ground, tmp_path / str(number), chance)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_many_audits_that_are_killed(ground: Ground, tmp_path: Path) -> None:
    chance = random.Random(4)
    ends = Counter(kill_and_go_on(ground, tmp_path / str(number), chance) for number in range(60))
    assert ends["told"] >= 2, "the places of the kills are spread over the run"
    assert ends["killed before"] >= 10
