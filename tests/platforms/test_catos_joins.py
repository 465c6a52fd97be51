"""What joins the rows of a table: rows of other tables are none of its business, and a state nobody knows is no result."""

from __future__ import annotations

import pytest

from switchcorr.model.tables import DiagnosticResult, Table, Vlan
from switchcorr.platforms import Command, Row
from switchcorr.platforms.cisco_catos import PLATFORM

_FOREIGN = Vlan(7, "voice")
_OF_ONE_TABLE = (Table.MODULES, Table.DIAGNOSTICS, Table.LAGS, Table.SWITCHPORTS)
_JOINED = [command for command in PLATFORM.commands if command.join is not None and command.table in _OF_ONE_TABLE]


@pytest.mark.parametrize("command", _JOINED, ids=lambda command: command.text)
def test_a_row_of_another_table_is_left_out(command: Command) -> None:
    assert command.join is not None
    assert list(command.join([_FOREIGN])) == []


def test_a_line_card_of_which_only_the_whole_is_told_is_one_result() -> None:
    command = next(command for command in PLATFORM.commands if command.table is Table.DIAGNOSTICS)
    rows = list(command.rows({"unknown": "", "module": "3", "readings": "", "card": "F", "letters": "", "ports": [], "test": ""}))
    assert next(row for row in rows if isinstance(row, DiagnosticResult)).test == "Line Card"


def test_columns_of_an_error_table_that_nobody_knows_are_an_error_with_their_names() -> None:
    command = next(command for command in PLATFORM.commands if command.table is Table.ERROR_COUNTERS)
    with pytest.raises(ValueError, match="unknown columns: odd-err"):
        list(command.rows({"port": "3/1", "columns": "Align-Err Odd-Err", "numbers": "1 2", "unknown": ""}))


def test_words_on_a_line_of_results_that_are_none_are_an_error_with_them() -> None:
    command = next(command for command in PLATFORM.commands if command.table is Table.DIAGNOSTICS)
    row: Row = {"unknown": "", "module": "3", "readings": "CPU: . odd words", "card": "", "letters": "", "ports": [], "test": ""}
    with pytest.raises(ValueError, match="not a result: 'odd words'"):
        list(command.rows(row))
