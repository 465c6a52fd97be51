"""What a platform declares of itself; everything else reads this.

A ``Command`` says which exact command gives which table, with which TextFSM template and how one row becomes values of
the model. Templates never hold ``-> Error``: a line that no rule of the current state knows is counted and kept as a bad
line by ``parse/engine.py``, so a template names the lines it skips on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from switchcorr.model.tables import Table, TableRow

Row = Mapping[str, str | list[str]]
"""A TextFSM row: values as ``text.clean`` leaves them; keys are the template's value names in lower case."""

RowReader = Callable[[Row], Iterable[TableRow]]
"""One template row to any number of model rows; ``ValueError`` puts the row into quarantine with its message."""


EntryReader = Callable[[str], Iterable[tuple[int, Row | None]]]
"""A text that is no command's output to its entries, each with its line (1-based); None for a line that cannot be read."""

RowJoiner = Callable[[Sequence[TableRow]], Iterable[TableRow]]
"""All model rows of one output to those that are kept: for outputs that tell of one thing in several tables."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a platform.

    Attributes:
        text: exact and complete: ``show cdp neighbors detail``.
        table: what its rows are, or most of them.
        also: further tables whose rows it gives: CatOS prints status, counters and power of its ports in one answer.
        template: file name in ``templates/textfsm``; empty where ``entries`` reads the text.
        entries: reads a text that is written for programs: JSON.
        rows: makes model rows of one template row.
        total: finds in the text how many entries the output itself claims (group 1); compared with the template's rows.
        sweep: whether a sweep asks it by default.
        aliases: other complete spellings (older releases, section names in show-tech).
        join: makes one row of several that are about the same thing.
        retold: values of the template that an entry may tell several times; a second one of any other says that lines were lost.
        pattern: full match for spellings with parameters: ``show power inline module 1``.
    """

    text: str
    table: Table
    template: str
    rows: RowReader
    total: re.Pattern[str] | None = None
    sweep: bool = False
    aliases: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None
    join: RowJoiner | None = None
    also: tuple[Table, ...] = ()
    entries: EntryReader | None = None
    retold: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dialogue:
    """How a session at the device's command line goes. What is typed here changes nothing but the session itself.

    Attributes:
        paging_off: typed after the login, so that answers come in one piece; empty where that would change the device (CatOS).
        privileged: found in a prompt after ``enable``.
        password: the device asks for a password, at the end of what it sent.
        enable: typed to become privileged.
    """

    paging_off: tuple[str, ...]
    privileged: re.Pattern[str]
    password: re.Pattern[str] = re.compile(r"[Pp]assword: ?$")
    enable: str = "enable"


@dataclass(frozen=True, slots=True)
class Platform:
    """An operating system of switches.

    Attributes:
        name: as in netmiko and ntc-templates.
        prompt: a whole line that is a prompt, with groups ``host`` and ``command`` (empty if nothing was typed).
        fingerprints: found in outputs of this platform only, for text of unknown origin; the first match decides.
        tech_section: a whole line that begins a section of show-tech, group ``command``; None if there is none.
        invalid, denied, feature_off, empty: sentences of a device that answers without data; searched in the first lines.
        pager: what paging leaves in a text.
        pager_marks: a text that holds none of these holds no paging; looking for them costs a hundredth of the pattern.
        notes: what a user of the platform should know, a sentence or two each; for the documentation.
        dialogue: how to talk to it; None is left to netmiko or NAPALM.
        not_needed: commands (full-match patterns) that are known and of no use, so that they are not reported as unknown.
    """

    name: str
    title: str
    netmiko: str
    commands: tuple[Command, ...]
    prompt: re.Pattern[str]
    fingerprints: tuple[re.Pattern[str], ...]
    invalid: re.Pattern[str]
    denied: re.Pattern[str]
    feature_off: re.Pattern[str]
    empty: re.Pattern[str]
    pager: re.Pattern[str]
    pager_marks: tuple[str, ...] = ("ore--", "ore --")
    tech_section: re.Pattern[str] | None = None
    napalm: str = ""
    dialogue: Dialogue | None = None
    notes: tuple[str, ...] = ()
    not_needed: tuple[re.Pattern[str], ...] = ()
    scrub: tuple[tuple[re.Pattern[str], str], ...] = ()
