"""Phones that drop again and again by themselves, as the page, the terminal and a ticket show them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from switchcorr.model.incident import FlappingPhone
from switchcorr.report.clock import full_time, span_words
from switchcorr.report.estate_switches import short_interface
from switchcorr.text import counted, first_few

TITLE = "Phones that drop again and again, each by itself"
_NAMES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class FlappingRow:
    """One phone; ``back`` says whether it came back after its last drop, empty where the log does not tell."""

    phone: str
    drops: str
    place: str
    every: str
    first: str
    last: str
    back: str
    reason: str


@dataclass(frozen=True, slots=True)
class FlappingView:
    """All of them.

    Attributes:
        lead: how many there are, and how often the others drop.
        shared: what several of them are on, a sentence each.
        steps: what to do, a text for each sort of them.
        rows: most drops first.
    """

    lead: str
    shared: tuple[str, ...]
    steps: tuple[str, ...]
    rows: tuple[FlappingRow, ...]


def flapping_view(phones: Sequence[FlappingPhone]) -> FlappingView | None:
    """None without any."""
    if not phones:
        return None
    return FlappingView(
        lead=_lead(phones),
        shared=tuple(dict.fromkeys(phone.shared for phone in phones if phone.shared)),
        steps=tuple(_steps(phones)),
        rows=tuple(map(_row, phones)),
    )


def _lead(phones: Sequence[FlappingPhone]) -> str:
    usual = f"{phones[0].expected:.1f}" if phones[0].expected >= 0.1 else "less than 0.1"
    them = f"{counted(len(phones), 'phone')} {'drops' if len(phones) == 1 else 'drop'}"
    return (
        f"{them} far more often than the others of this site, which have {usual} drops each in the same time. "
        "Drops that an incident explains, and those on purpose, are not counted."
    )


def _steps(phones: Sequence[FlappingPhone]) -> Iterator[str]:
    """Each different step once, with the phones that it is about where there are several."""
    names: dict[str, list[str]] = {}
    for phone in phones:
        names.setdefault(phone.next_step, []).append(phone.phone)
    for step, own in names.items():
        yield step if len(names) == 1 else f"{first_few(own, _NAMES_SHOWN)}: {step}"


def _row(phone: FlappingPhone) -> FlappingRow:
    place = " ".join(filter(None, (phone.device, short_interface(phone.interface)))) if phone.interface else phone.module or phone.device
    return FlappingRow(
        phone=phone.phone,
        drops=f"{phone.drops:,}",
        place=place or "not placed",
        every=span_words(phone.median_gap.total_seconds()),
        first=full_time(phone.first.timestamp()),
        last=full_time(phone.last.timestamp()),
        back={True: "not seen back", False: "came back", None: ""}[phone.still_down],
        reason="" if phone.reason is None else f"{phone.reason} ({phone.reason_drops:,} of {phone.drops:,})",
    )
