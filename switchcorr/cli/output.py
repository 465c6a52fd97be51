"""Results to stdout, talk to stderr; colour only on a terminal, and never where NO_COLOR is set."""

from __future__ import annotations

import csv
import io
import os
import re
import sys
import textwrap
from collections.abc import Iterable, Sequence
from typing import TextIO

from switchcorr.cli.again import as_given
from switchcorr.cli.options import Format
from switchcorr.errors import InputFileError, SwitchcorrError, UsageError

WIDTH = 80
"""Columns of text for the eye."""
_COMMAND = re.compile(r"`[^`\n]{1,200}`")
_HELD = "\x00"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def chosen_format(given: Format | None) -> Format:
    """The format asked for, else a table on a terminal and JSON in a pipe."""
    return given or (Format.TABLE if sys.stdout.isatty() else Format.JSON)


def table_or_json(given: Format | None, what: str) -> Format:
    """As ``chosen_format``, for what is no table of one kind of rows; to be asked before anything is done.

    Raises:
        UsageError: CSV was asked for.
    """
    if given is Format.CSV:
        raise UsageError(f"--format csv: {what} no CSV.", hint="Take table or json.")
    return chosen_format(given)


def write_out(text: str) -> None:
    """Data to stdout; a reader that went away (``| head``) is no error.

    Raises:
        InputFileError: it cannot be written, as to a file on a full disk.
    """
    _write(sys.stdout, text)


def tell(text: str) -> None:
    """A sentence to stderr; a command in it has what this one was given."""
    _write(sys.stderr, f"{as_given(text)}\n")


def tell_missing(missing: Sequence[str]) -> bool:
    """A sentence for each input that could not be used at all; whether there is one."""
    for sentence in missing:
        tell(f"missing: {sentence}")
    return bool(missing)


def _write(stream: TextIO, text: str) -> None:
    """Write at once; from a reader that went away on, or a disk that is full, into nothing."""
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if stream is sys.stdout and not isinstance(error, BrokenPipeError):
            raise InputFileError(f"the output cannot be written: {error.strerror}.", hint="What was given is not whole.") from error


def tell_error(error: SwitchcorrError) -> None:
    """An error with what to do next."""
    tell(f"switchcorr: {error.message}")
    if error.hint:
        tell(f"  {error.hint}")
    tell(f"  (docs/messages.md#{error.slug})")


def wrapped(text: str, *, indent: str = "  ", first: str | None = None) -> list[str]:
    """A paragraph as lines of at most 80 columns; what stands in backquotes is a command, has what this one was given, and stays in one piece.

    Args:
        first: what the first line begins with, instead of the indentation.
    """
    held = _COMMAND.sub(lambda found: found[0].replace(" ", _HELD), as_given(text))
    head = indent if first is None else first
    lines = textwrap.wrap(held, WIDTH, initial_indent=head, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return [line.replace(_HELD, " ") for line in lines]


def csv_text(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """CSV in which no cell can be taken for a formula: a cell that begins like one gets a quote in front."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(headers)
    writer.writerows([f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell for cell in row] for row in rows)
    return stream.getvalue()
