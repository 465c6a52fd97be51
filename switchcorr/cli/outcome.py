"""How every outcome of a run becomes an exit code, and what is told of an error."""

from __future__ import annotations

import errno
from collections.abc import Callable

from switchcorr.errors import ExitCode, InputFileError, SwitchcorrError


def outcome_of(run: Callable[[], object]) -> ExitCode:
    """The exit code of a run: every error of ours is told with what to do next, and nothing ends in a traceback."""
    try:
        run()
    except SwitchcorrError as error:
        _tell(error)
        return error.exit_code
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001  # the last line: no traceback on the user's screen
        told = _full(error) or _unexpected(error)
        _tell(told)
        return told.exit_code
    return ExitCode.DONE


def _tell(error: SwitchcorrError) -> None:
    from switchcorr.cli.output import tell_error

    tell_error(error)


def _full(error: Exception) -> SwitchcorrError | None:
    """Where a help or anything else could not be written for want of space: nothing of ours is wrong."""
    if not isinstance(error, OSError) or error.errno not in (errno.ENOSPC, errno.EDQUOT):
        return None
    return InputFileError(f"nothing more can be written: {error.strerror}.", hint="What was given is not whole.")


def _unexpected(error: Exception) -> SwitchcorrError:
    import logging

    logging.getLogger("switchcorr").debug("unexpected error", exc_info=error)
    kind = type(error).__name__
    return SwitchcorrError(
        f"unexpected {kind}: {error}.", hint="This is a fault of switchcorr. Run again with -vv and report what it says."
    )
