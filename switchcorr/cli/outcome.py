"""How every outcome of a run becomes an exit code, and what is told of an error."""

from __future__ import annotations

from collections.abc import Callable

from switchcorr.errors import ExitCode, SwitchcorrError


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
        _tell(_unexpected(error))
        return ExitCode.FAILED
    return ExitCode.DONE


def _tell(error: SwitchcorrError) -> None:
    from switchcorr.cli.output import tell_error

    tell_error(error)


def _unexpected(error: Exception) -> SwitchcorrError:
    import logging

    logging.getLogger("switchcorr").debug("unexpected error", exc_info=error)
    kind = type(error).__name__
    return SwitchcorrError(
        f"unexpected {kind}: {error}.", hint="This is a fault of switchcorr. Run again with -vv and report what it says."
    )
