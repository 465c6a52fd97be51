"""What else is unusable where the events end a run; loaded only when a command runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from switchcorr.cli.output import tell_missing
from switchcorr.errors import EventFormatError, InputFileError, UsageError
from switchcorr.jobs.inputs.network import plainly_unusable
from switchcorr.jobs.inputs.request import CampusRequest


@contextmanager
def all_unusable_told(campus: CampusRequest) -> Iterator[None]:
    """Of a run that unusable files end, tell also the captures and locations that cannot be used: so all is put right at once."""
    try:
        yield
    except (EventFormatError, InputFileError, UsageError) as error:
        tell_missing([sentence for sentence in plainly_unusable(campus) if sentence not in str(error)])
        raise
