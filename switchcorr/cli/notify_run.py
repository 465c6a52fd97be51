"""Runs ``notify`` and says what came of it; loaded only when the command runs."""

from __future__ import annotations

import os
from datetime import datetime

from switchcorr.cli.logs import set_up_logging
from switchcorr.cli.output import tell
from switchcorr.errors import UsageError
from switchcorr.jobs.notify import check_message, deliver, notify_rules, urls_of
from switchcorr.jobs.store.place import StorePlace
from switchcorr.notify.policy import Delivery
from switchcorr.notify.sending import send
from switchcorr.settings import Settings


def run_notify(place: StorePlace, settings: Settings, now: datetime, *, test: bool, verbose: int, quiet: bool) -> bool:
    """Send what waits, or one test message; whether some target did not take its messages."""
    set_up_logging(verbose=verbose, quiet=quiet)
    rules = notify_rules(settings)
    if not rules.targets:
        hint = 'Name one in the settings file: [notify.to] with a line such as mail = "env:MAIL_URL". See docs/notifications.md.'
        raise UsageError("nobody is to be notified: the settings name no target.", hint=hint)
    urls = urls_of(rules, os.environ)
    if test:
        message = check_message(now)
        piece = Delivery((message.id,), message.title, message.body, message.severity)
        problems = {name: send(piece, name, url) for name, url in urls.items()}
        for name, problem in problems.items():
            tell(problem or f"{name}: took the test message")
        return any(problems.values())
    with place.open(write=True) as store:
        outcome = deliver(store, rules, urls, now=now)
    for problem in outcome.failed:
        tell(f"failed: {problem}; it is tried again")
    if not quiet:
        tell(f"{outcome.sent} sent, {outcome.waiting} waiting")
    return bool(outcome.failed)
