"""From the words of ``sweep`` to the plain values of its job; ``doctor`` reads ``--algorithms`` here too."""

from __future__ import annotations

import os
from pathlib import Path

from switchcorr.errors import UsageError
from switchcorr.inventory.credentials import terminal_prompt
from switchcorr.jobs.sweep.request import SweepRequest
from switchcorr.model.inventory import AlgorithmProfile
from switchcorr.settings import Settings, state_directory

PROFILES = tuple(profile.value for profile in AlgorithmProfile)


def sweep_request(
    settings: Settings,
    *,
    out: Path | None = None,
    limit: str = "",
    group: str = "",
    site: str = "",
    algorithms: list[str] | None = None,
    resume: bool = False,
    resume_from: Path | None = None,
) -> SweepRequest:
    """Which devices are to be visited, and where what they answer goes.

    Raises:
        UsageError: a folder without ``--resume``, or an ``--algorithms`` that is no NAME=PROFILE.
    """
    if resume_from is not None and not resume:
        raise UsageError(f"{resume_from}: a folder is given with --resume only.", hint="New captures go where --out says.")
    return SweepRequest(
        state_dir=state_directory(settings, os.environ),
        inventory=settings.inventory,
        out=None if resume else out,
        limit=limit,
        group=group,
        site=site,
        algorithms=algorithms_of(algorithms),
        resume=resume,
        resume_from=(resume_from or out) if resume else None,
        environment=os.environ,
        ask=terminal_prompt(),
    )


def algorithms_of(given: list[str] | None) -> dict[str, AlgorithmProfile]:
    """What ``--algorithms`` permits, by device.

    Raises:
        UsageError: no NAME=PROFILE.
    """
    permitted = {}
    for text in given or ():
        name, _, profile = text.rpartition("=")
        if not name or profile not in PROFILES:
            raise UsageError(
                f"--algorithms {text!r} is no NAME=PROFILE.", hint=f"Profiles: {', '.join(PROFILES)}. Example: --algorithms acc-12=legacy"
            )
        permitted[name] = AlgorithmProfile(profile)
    return permitted
