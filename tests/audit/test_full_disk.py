"""Audits on a disk that is full, or fails at the n-th operation: a clean error or a told problem, earlier data whole, nothing lost afterwards."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from switchcorr.errors import SwitchcorrError
from switchcorr.jobs.audit.request import AuditOutcome
from switchcorr.jobs.audit.run import run_audit
from switchcorr.jobs.store.upkeep import check_store
from switchcorr.store.audits import runs
from switchcorr.store.schema import message
from tests.audit.one_run import FAILING, FIRST, NEXT, Audits, Prepared, request_of
from tests.audit.test_audit import hook
from tests.notify.receivers import Hook

__all__ = ["hook"]  # a fixture
KEPT_PAGE = f"audit-{FIRST:%Y%m%dT%H%M%SZ}.html"


@dataclass(frozen=True)
class Ground:
    """A store after a quiet audit; since then a card has failed and a cable was pulled."""

    base: Path
    log: Path
    hook: Hook

    def copy(self, directory: Path, *, without: str = "") -> Path:
        shutil.copytree(self.base, directory)
        if without:
            shutil.rmtree(directory / without)
        self.hook.bodies.clear()
        return directory

    def audit(self, directory: Path, *, is_next: bool = False) -> AuditOutcome:
        return run_audit(request_of(directory, self.hook.url, self.log, NEXT if is_next else FAILING))


@pytest.fixture
def ground(prepared: Prepared, hook: Hook) -> Ground:
    return Ground(prepared.base, prepared.log, hook)


def _failing(monkeypatch: pytest.MonkeyPatch, call: str, number: int, error: int) -> Callable[[], bool]:
    """Make the n-th call of an operation of the system fail, and all after it, as on a disk that stays full."""
    real = getattr(os, call)
    calls = iter(range(1_000_000))
    failed: list[bool] = []

    def faulty(*arguments: object, **more: object) -> object:
        if next(calls) >= number:
            failed.append(True)
            raise OSError(error, os.strerror(error))
        return real(*arguments, **more)

    monkeypatch.setattr(os, call, faulty)
    return lambda: bool(failed)


def on_the_way(ground: Ground, directory: Path) -> int:
    """How many messages the target has taken of which the store does not know it: where that could not be written, they are sent again."""
    place = request_of(directory, ground.hook.url, ground.log, NEXT).place
    with place.open(write=False) as store, store.reading() as connection:
        open_ = connection.execute(select(message.c.document).where(message.c.sent_at.is_(None))).scalars().all()
    return sum(any(body["message"].splitlines()[-1] in document for document in open_) for body in ground.hook.bodies)


def check_made_good(ground: Ground, directory: Path) -> None:
    """The next audit tells everything, once; what was there before is whole."""
    again = on_the_way(ground, directory)
    outcome = ground.audit(directory, is_next=True)
    assert outcome.problems == ()
    assert outcome.page is not None
    assert outcome.page.name in (directory / "reports" / "index.html").read_text()
    place = request_of(directory, ground.hook.url, ground.log, NEXT).place
    assert check_store(place, now=NEXT).problems == ()
    assert (directory / "reports" / KEPT_PAGE).read_bytes() == (ground.base / "reports" / KEPT_PAGE).read_bytes()
    assert not [path for path in (directory / "reports").iterdir() if path.suffix != ".html"], "half a page is left"
    heard = [body["message"] for body in ground.hook.bodies]
    assert any("phones dropped" in body["title"] for body in ground.hook.bodies), "the incident is told"
    assert any("uplink" in text.lower() or "link" in text.lower() for text in heard if "Acknowledge" in text), "so is the cable"
    assert len(heard) == 2 + again, "each once, and again only what was sent when the disk failed"
    assert again <= 1, "one is on its way at a time"
    with place.open(write=False) as store, store.reading() as connection:
        assert connection.execute(select(message.c.id).where(message.c.sent_at.is_(None))).all() == [], "a message waits"


def fail_and_go_on(ground: Ground, directory: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int) -> bool:
    """One audit whose disk fails from the n-th operation on, then another one; whether it has failed."""
    ground.copy(directory, without="state" if call == "mkdir" else "")
    failed = _failing(monkeypatch, call, number, errno.ENOSPC)
    try:
        problems = ground.audit(directory).problems
    except SwitchcorrError as error:
        problems = (error.message,)
    finally:
        monkeypatch.undo()
    assert bool(problems) == failed(), "no success is told of what failed"
    assert not problems or any("No space left" in problem or "full" in problem for problem in problems), problems
    check_made_good(ground, directory)
    return failed()


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_page_that_cannot_be_written_is_told_and_the_run_counts(
    ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """The report, then the index."""
    failures = [fail_and_go_on(ground, tmp_path / f"{call}-{number}", monkeypatch, call, number) for number in range(3)]
    assert failures == [True, True, False]


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("call", ["open", "mkdir", "unlink"])
def test_whatever_operation_fails_the_next_audit_makes_it_good(
    ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    number = 0
    while fail_and_go_on(ground, tmp_path / f"{call}-{number}", monkeypatch, call, number):
        number += 1
    assert number >= (0 if call == "unlink" else 1)


@pytest.mark.parametrize("limit", [4_096, 40_000, 60_000])
def test_a_database_that_cannot_grow_is_told_and_loses_nothing(ground: Ground, audits: Audits, tmp_path: Path, limit: int) -> None:
    """Index, outbox and findings too: the transaction that does not fit is undone, and counts for nothing."""
    directory = ground.copy(tmp_path / "limited")
    ended = audits.run(directory, ground.hook.url, ground.log, limit=limit)
    assert "Traceback" not in ended.said
    assert ended.code >= 0, "it comes to its end"
    assert ended.code != 0 or ended.said.strip(), "it is told"
    place = request_of(directory, ground.hook.url, ground.log, FAILING).place
    with place.open(write=False) as store:
        is_there = any(at == FAILING for at, _ in runs(store))
    assert is_there or not [body for body in ground.hook.bodies if "phones dropped" in body["title"]], "what does not count is not sent"
    check_made_good(ground, directory)
