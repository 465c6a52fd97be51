"""Results of diagnostic tests, as IOS, IOS-XE and NX-OS print them."""

from __future__ import annotations

from collections.abc import Iterator

from switchcorr.model.tables import DiagnosticResult
from switchcorr.platforms.declaration import Row
from switchcorr.platforms.rows import list_of, number_of, text_of
from switchcorr.text import counted

_RESULTS = {".": "pass", "F": "fail", "E": "fail", "U": "untested", "I": "untested", "A": "untested"}


def read_diagnostic(row: Row) -> Iterator[DiagnosticResult]:
    """One test of one module; the result of a test by port is that of its worst port.

    Source: the legend of the output: ``.`` pass, ``F`` fail, ``E`` error disabled, ``U`` untested, ``I`` incomplete, ``A`` abort.

    Raises:
        ValueError: ports and letters are not as many, or there is no letter at all.
    """
    ports = " ".join(list_of(row, "ports")).split()
    letters = " ".join(list_of(row, "results")).split()
    own = text_of(row, "result")
    if len(ports) != len(letters) or not (letters or own):
        raise ValueError(f"{text_of(row, 'test')}: {counted(len(ports), 'port')} and {counted(len(letters), 'result')}")
    results = [_RESULTS[letter] for letter in (*letters, *own)]
    yield DiagnosticResult(
        switch=number_of(row, "switch"),
        slot=number_of(row, "module"),
        test=text_of(row, "test"),
        result=next((result for result in ("fail", "pass") if result in results), "untested"),
        failed_ports=tuple(int(port) for port, result in zip(ports, results, strict=False) if result == "fail"),
        failures=number_of(row, "failures"),
    )
