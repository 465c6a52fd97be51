"""Captured text to typed rows: switchcorr against ntc-templates on the same generated texts, in one process.

    python benchmarks/parsing.py [--switches 10] [--rounds 3]

For each of the eight commands of a sweep: megabytes a second of processor time (median of the rounds, each over other devices, so that no
text is read twice) and rows, of
``switchcorr.parse``, of ``ntc_templates.parse.parse_output`` as most scripts call it, and of the same ntc template compiled once and
run by TextFSM directly. Ours also classifies the text, accounts for every line, and makes typed values of the rows.

At last the milliseconds of processor time that a switch costs: its folder of captures read from the disk and parsed, as a worker of
a sweep does it, beside ``parse_output`` of the same eight texts from memory. Each switch is read once; least and median of groups of four.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import ntc_templates
import textfsm
from ntc_templates.parse import parse_output as ntc_parse

from switchcorr import __version__
from switchcorr.captures.commands import find_command
from switchcorr.jobs.sweep.parse import ParseJob, count_rows
from switchcorr.lab.campus import LabDevice, build_lab_campus
from switchcorr.lab.outputs import EIGHT_COMMANDS, outputs_of
from switchcorr.parse.tables import parse_output
from switchcorr.platforms import platform_named

NTC_TEMPLATES = Path(ntc_templates.__file__).parent / "templates"
Reader = Callable[[str], int]
WHOLE = 24
"""Devices that are read as a whole, and are none of those whose texts are read command by command."""
WARM_UP = 4
"""Devices whose texts are read before the first measured one: templates are compiled then, for both sides."""


def ours(command: str) -> Reader:
    """Text to the number of typed rows."""
    ios = platform_named("cisco_ios")
    assert ios is not None
    declared = find_command(ios, command)
    assert declared is not None
    return lambda text: len(parse_output(ios, declared, text).rows)


def ntc(command: str) -> Reader:
    """Text to the number of rows, by the library's own call."""

    def read(text: str) -> int:
        try:
            return len(ntc_parse(platform="cisco_ios", command=command, data=text))
        except Exception:  # noqa: BLE001  # its templates raise for one line they do not know
            return -1

    return read


def ntc_compiled(command: str) -> Reader:
    """Text to the number of rows, by the library's template of that name, compiled once; an error where it has none."""
    name = "cisco_ios_" + command.replace(" ", "_").replace("mac_address", "mac-address") + ".textfsm"
    if not (NTC_TEMPLATES / name).exists():
        return lambda text: -1 - len(text)
    with (NTC_TEMPLATES / name).open(encoding="utf-8") as stream:
        fsm = textfsm.TextFSM(stream)

    def read(text: str) -> int:
        fsm.Reset()
        try:
            return len(fsm.ParseText(text))
        except textfsm.TextFSMError:
            return -1

    return read


def measure(reader: Reader, texts: list[str]) -> tuple[float, int]:
    """Megabytes a second of processor time, and rows; -1 rows if any text gave an error."""
    began = time.process_time()
    rows = [reader(text) for text in texts]
    seconds = time.process_time() - began
    return sum(map(len, texts)) / seconds / 1e6, -1 if min(rows) < 0 else sum(rows)


def switch_costs(costs: Callable[[LabDevice], object], devices: Sequence[LabDevice]) -> str:
    """Milliseconds of processor time a switch: least and median of groups of four."""
    groups = []
    for first in range(0, len(devices) - 3, 4):
        began = time.process_time()
        for device in devices[first : first + 4]:
            costs(device)
        groups.append((time.process_time() - began) / 4 * 1000)
    return f"{min(groups):.1f} to {statistics.median(groups):.1f} ms"


def compare_switches(directory: Path, warm: Sequence[LabDevice], measured: Sequence[LabDevice]) -> None:
    """Print what a whole switch costs on both sides."""
    devices = [*warm, *measured]
    texts = {device.name: {command: outputs_of(device, 1)[command] for command in EIGHT_COMMANDS} for device in devices}
    for device in devices:
        folder = directory / device.name
        folder.mkdir()
        (folder / "capture.json").write_text(json.dumps({"device": device.name, "platform": "cisco_ios"}))
        for command, text in texts[device.name].items():
            (folder / f"{command.replace(' ', '_')}.txt").write_text(text, newline="\r\n")
    readers = {command: ntc(command) for command in EIGHT_COMMANDS}

    def theirs(device: LabDevice) -> None:
        for command, text in texts[device.name].items():
            readers[command](text)

    sides = {
        "switchcorr, read from files and parsed": lambda device: count_rows(ParseJob(device.name, directory / device.name)),
        "ntc parse_output, from memory": theirs,
    }
    for name, costs in sides.items():
        switch_costs(costs, warm)
        print(f"a switch, {name}: {switch_costs(costs, measured)}")


def _cell(rates: list[float], rows: list[int]) -> str:
    return f"{statistics.median(rates):6.2f} MB/s {sum(rows):>7,} rows" if min(rows) >= 0 else "error"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--switches", type=int, default=10)
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    today = f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}"
    print(f"switchcorr {__version__}, Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors, {today}")
    devices = [device for device in build_lab_campus(switches=given.switches * given.rounds + WARM_UP + WHOLE).devices if device.phones]
    warm, measured, whole = devices[:WARM_UP], devices[WARM_UP:-WHOLE], devices[-WHOLE:]
    print(f"{'command':34}{'kB each':>8}{'switchcorr':>24}{'ntc parse_output':>24}{'ntc compiled once':>24}")
    for command in EIGHT_COMMANDS:
        texts = [outputs_of(device, 1)[command] for device in measured]
        readers = (ours(command), ntc(command), ntc_compiled(command))
        for reader in readers:
            measure(reader, [outputs_of(device, 1)[command] for device in warm])
        rounds = [[measure(reader, texts[first :: given.rounds]) for reader in readers] for first in range(given.rounds)]
        columns = list(zip(*rounds, strict=True))
        cells = [_cell([rate for rate, _ in column], [rows for _, rows in column]) for column in columns]
        print(f"{command:34}{sum(map(len, texts)) / len(texts) / 1000:8.1f}" + "".join(f"{cell:>24}" for cell in cells))
    with tempfile.TemporaryDirectory() as name:
        compare_switches(Path(name), warm, whole)


if __name__ == "__main__":
    main()
