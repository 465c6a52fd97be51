"""What the libraries of the queue log, as one line each instead of a traceback, and the same line once."""

from __future__ import annotations

import logging

from switchcorr.text import clean

_LIBRARY = "procrastinate"
_POOL = "psycopg.pool"


class OneLine(logging.Filter):
    """Says what is at the bottom of an error, and nothing twice in a row."""

    def __init__(self) -> None:
        super().__init__()
        self._last = ""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record; False if it says what the last one said."""
        if record.levelno < logging.WARNING:
            return True
        error = record.exc_info[1] if record.exc_info else None
        while error is not None and error.__cause__ is not None:
            error = error.__cause__
        said = " ".join(str(error if error is not None else record.getMessage()).split())
        record.msg, record.args = f"queue: {clean(said or type(error).__name__, limit=300)}", ()
        record.exc_info, record.exc_text = None, None
        is_new, self._last = record.msg != self._last, record.msg
        return is_new


def quiet_queue_logs() -> None:
    """Have the libraries log that way; the pool's repeated attempts not at all, as whoever waits for it is told."""
    library = logging.getLogger(_LIBRARY)
    if not library.handlers:
        handler = logging.StreamHandler()
        handler.addFilter(OneLine())
        library.addHandler(handler)
    library.setLevel(logging.WARNING)
    library.propagate = False
    logging.getLogger(_POOL).setLevel(logging.CRITICAL)
