"""A store before an audit that has much to tell, made once: tests audit copies of it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from switchcorr.jobs.audit.run import run_audit
from switchcorr.lab.campus import LabCampus, build_lab_campus
from switchcorr.lab.demo import START, silent_loss
from switchcorr.lab.event_log import background_drops, write_event_log
from switchcorr.store.outbox import waiting_messages
from tests.audit.changing import uncabled, write
from tests.audit.one_run import FAILING, FIRST, HOUR, Audits, Prepared, request_of
from tests.audit.test_audit import take


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """After a quiet audit; since then a card has failed and a cable was pulled."""
    folder = tmp_path_factory.mktemp("prepared")
    campus = build_lab_campus(switches=2, phones_a_module=8)
    made = Prepared(folder / "base", _log(campus, folder / "CiscoSyslog"))
    made.base.mkdir()
    asked = request_of(made.base, "json://127.0.0.1:1/", made.log, FIRST)
    take(asked, write(campus, folder / "a", FIRST - HOUR))
    assert run_audit(asked).problems == ()
    with asked.place.open(write=False) as store:
        assert waiting_messages(store) == (), "nothing is told, wherever that would go"
    take(asked, write(uncabled(campus, "acc-002")[0], folder / "b", FAILING - HOUR))
    return made


@pytest.fixture(scope="session")
def audits() -> Iterator[Audits]:
    """Audits in processes of their own."""
    with closing(Audits()) as forking:
        yield forking


def _log(campus: LabCampus, path: Path) -> Path:
    chance = random.Random(3)
    drops = background_drops(campus, start=START, days=2, per_phone_a_day=0.3, random_=chance)
    card = [phone for phone in campus.device("acc-001").phones if phone.interface.startswith("GigabitEthernet2/")]
    write_event_log(path, drops + silent_loss(card, FAILING - 3 * HOUR, share=1.0, random_=chance), ())
    return path
