"""Keepalives of phones as JSON (``switchcorr/keepalives/1``), as rows of a table, and as text of 80 columns."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from switchcorr.model.keepalive import (
    CaptureFacts,
    CaptureSide,
    ConnectionRole,
    IntervalSource,
    KeepaliveConnection,
    KeepalivePhone,
    KeepaliveReport,
    KeepaliveVerdict,
    MissedAnswer,
    OtherSide,
    TcpFacts,
)
from switchcorr.report.to_json import iso
from switchcorr.text import counted

KEEPALIVES_SCHEMA = "switchcorr/keepalives/1"
KEEPALIVE_COLUMNS = (
    "phone", "mac", "address", "server", "protocol", "role", "verdict", "why", "first", "last", "sent", "answered", "unanswered", "open",
    "late", "retransmitted", "interval_s", "interval_source", "round_trip_median_s", "round_trip_worst_s", "longest_silence_s",
    "closed_by", "closed_with", "closed_at", "lost_to_server", "answers_lost", "not_answered",
)  # fmt: skip
"""Columns of ``--format csv``: one row for each connection."""

VERDICT_WORDS = {
    KeepaliveVerdict.NETWORK: "the network lost keepalives or their answers",
    KeepaliveVerdict.CALL_SERVER: "the call server did not answer",
    KeepaliveVerdict.CLOSED_BY_MIDDLEBOX: "a firewall or the like closed the connection",
    KeepaliveVerdict.REFUSED: "the connection or the registration was refused",
    KeepaliveVerdict.CLOSED_BY_SERVER: "the call server closed the connection",
    KeepaliveVerdict.PHONE_SILENT: "the phone stopped sending",
    KeepaliveVerdict.CLOSED_BY_PHONE: "the phone closed the connection",
    KeepaliveVerdict.NOT_PROVEN: "something went wrong, and it is not proven where",
    KeepaliveVerdict.HEALTHY: "nothing wrong",
    KeepaliveVerdict.ENCRYPTED: "encrypted: keepalives cannot be seen, TCP shows nothing wrong",
    KeepaliveVerdict.NOT_COVERED: "the capture does not cover it",
}
_SIDES = {
    CaptureSide.PHONE: "taken near the phones",
    CaptureSide.SERVER: "taken near the call server",
    CaptureSide.UNKNOWN: "nothing tells on which side it was taken",
}
_NOT_USED = {
    "cut": "cut short by the capture program (snap length)",
    "malformed": "not understood",
    "fragments": "later fragments of IP",
    "unknown_link": "of an unknown link layer",
    "not_followed": "of more connections than are followed",
}
_WIDTH = 80
_MOST_PHONES = 20
_MOST_TIMES = 6


def keepalives_document(report: KeepaliveReport) -> dict[str, object]:
    """The document as plain data; times are null where there are none, and so is what nothing tells."""
    counts = Counter(phone.verdict for phone in report.phones)
    return {
        "schema": KEEPALIVES_SCHEMA,
        "verdict": report.verdict.value,
        "why": list(report.why),
        "captures": [_capture_document(capture) for capture in report.captures],
        "clock": None
        if report.clock is None
        else {"offset_s": report.clock.offset_s, "spread_s": report.clock.spread_s, "packets": report.clock.packets},
        "unmatched": None if report.unmatched is None else {"phone": report.unmatched[0], "server": report.unmatched[1]},
        "phones_by_verdict": {verdict.value: counts[verdict] for verdict in KeepaliveVerdict},
        "phones": [
            {
                "phone": phone.name,
                "mac": phone.mac,
                "addresses": list(phone.addresses),
                "verdict": phone.verdict.value,
                "why": list(phone.why),
                "connections": [_connection_document(one) for one in phone.connections],
            }
            for phone in report.phones
        ],
    }


def _capture_document(capture: CaptureFacts) -> dict[str, object]:
    return {
        "file": capture.file,
        "side": capture.side.value,
        "start": _iso(capture.start),
        "end": _iso(capture.end),
        "packets": capture.packets,
        "counts": dict(capture.counts),
        "problem": capture.problem,
    }


def _connection_document(one: KeepaliveConnection) -> dict[str, object]:
    return {
        "phone": one.phone,
        "server": one.server,
        "protocol": one.protocol.value,
        "role": one.role.value,
        "verdict": one.verdict.value,
        "why": list(one.why),
        "first": iso(one.first),
        "last": iso(one.last),
        "sent": one.sent,
        "answered": one.answered,
        "unanswered": one.unanswered,
        "open": one.open,
        "late": one.late,
        "retransmitted": one.retransmitted,
        "missed": [_missed_document(missed) for missed in one.missed],
        "interval_s": one.interval_s,
        "interval_source": one.interval_source.value,
        "round_trip_median_s": one.round_trip_median_s,
        "round_trip_worst_s": one.round_trip_worst_s,
        "longest_silence_s": one.longest_silence_s,
        "silent_for_s": one.silent_for_s,
        "noticed_s": {"phone": one.noticed_s[0], "server": one.noticed_s[1]},
        "tcp": None if one.tcp is None else _tcp_document(one.tcp),
        "closing": None
        if one.closing is None
        else {
            "by": one.closing.by.value,
            "kind": one.closing.kind.value,
            "at": iso(one.closing.at),
            "ttl": one.closing.ttl,
            "usual_ttl": one.closing.usual_ttl,
        },
        "refusal": None if one.refusal is None else {"at": iso(one.refusal.at), "by": one.refusal.by.value, "text": one.refusal.text},
        "said": [{"at": iso(notable.at), "by": notable.by.value, "text": notable.text} for notable in one.notables],
        "other_side": None if one.other_side is None else _other_side_document(one.other_side),
    }


def _missed_document(missed: MissedAnswer) -> dict[str, object]:
    return {
        "sent_at": iso(missed.sent_at),
        "transmissions": missed.transmissions,
        "acknowledged_at": _iso(missed.acknowledged_at),
        "server_sent_nothing": missed.server_sent_nothing,
        "answered_at": _iso(missed.answered_at),
        "fate": None if missed.fate is None else missed.fate.value,
    }


def _tcp_document(tcp: TcpFacts) -> dict[str, object]:
    pairs = {
        "retransmitted": tcp.retransmitted,
        "out_of_order": tcp.out_of_order,
        "missing_bytes": tcp.missing_bytes,
        "not_understood": tcp.not_understood,
        "probes": tcp.probes,
        "window_closed_at": tuple(_iso(at) for at in tcp.window_closed_at),
        "unacknowledged": tcp.unacknowledged,
        "hops": tcp.hops,
    }
    return {
        "handshake": tcp.handshake,
        "unanswered_syns": tcp.unanswered_syns,
        "duplicates": tcp.duplicates,
        **{name: {"phone": pair[0], "server": pair[1]} for name, pair in pairs.items()},
    }


def _other_side_document(other: OtherSide) -> dict[str, object]:
    return {
        "phone": other.phone,
        "server": other.server,
        "matched": other.matched,
        "lost_to_server": other.lost_to_server,
        "answers_lost": other.answers_lost,
        "not_answered": other.not_answered,
        "not_covered": other.not_covered,
        "undelivered": {"phone": other.undelivered[0], "server": other.undelivered[1]},
        "copies_lost": other.copies_lost,
        "hops_between": other.hops_between,
        "forged": other.forged,
    }


def keepalive_rows(report: KeepaliveReport) -> list[list[str]]:
    """A row for each connection; what nothing tells is empty."""
    return [_row(phone, one) for phone in report.phones for one in phone.connections]


def _row(phone: KeepalivePhone, one: KeepaliveConnection) -> list[str]:
    closing, other = one.closing, one.other_side
    return [
        phone.name, phone.mac, one.phone, one.server, one.protocol.value, one.role.value, one.verdict.value, "; ".join(one.why),
        iso(one.first), iso(one.last), str(one.sent), str(one.answered), str(one.unanswered), str(one.open), str(one.late),
        str(one.retransmitted), _number(one.interval_s), one.interval_source.value, _number(one.round_trip_median_s),
        _number(one.round_trip_worst_s), _number(one.longest_silence_s),
        *((closing.by.value, closing.kind.value, iso(closing.at)) if closing else ("", "", "")),
        *((str(other.lost_to_server), str(other.answers_lost), str(other.not_answered)) if other else ("", "", "")),
    ]  # fmt: skip


def keepalives_text(report: KeepaliveReport) -> str:
    """The answer for people: the verdict, the captures, the phones with a problem, and how many have none."""
    return "".join(f"{line}\n" for line in _lines(report))


def _lines(report: KeepaliveReport) -> Iterator[str]:
    yield from _wrapped(f"{report.verdict.value}: {VERDICT_WORDS[report.verdict]} ({'; '.join(report.why)}).")
    for capture in report.captures:
        yield from _capture_lines(capture)
    if report.clock is not None:
        offset, spread = report.clock.offset_s, report.clock.spread_s
        yield from _wrapped(
            f"The clock near the call server is {abs(offset):.3f} s {'ahead' if offset >= 0 else 'behind'}"
            f" (give or take {1000 * spread:.1f} ms, from {counted(report.clock.packets, 'packet')} that both have)."
        )
    if report.unmatched is not None and any(report.unmatched):
        yield from _wrapped(
            f"In one capture only: {counted(report.unmatched[0], 'connection')} near the phones, {report.unmatched[1]:,} near the call server."
        )
    problems = [phone for phone in report.phones if phone.verdict.is_problem]
    for phone in problems[:_MOST_PHONES]:
        yield ""
        yield from _phone_lines(phone)
    yield ""
    if len(problems) > _MOST_PHONES:
        yield f"{counted(len(problems) - _MOST_PHONES, 'more phone')} with a problem: --format json or csv has them all."
    yield from _rest_lines(report)
    if len(report.captures) == 1 and problems:
        yield from _wrapped(
            "One capture tells what passed its own place. Captures of both sides at once (--other-side) tell which way lost what."
        )


def _capture_lines(capture: CaptureFacts) -> Iterator[str]:
    if capture.start is None or capture.end is None:
        yield from _wrapped(f"{capture.file}: no packet.")
    else:
        yield from _wrapped(
            f"{capture.file}: {iso(capture.start)} to {iso(capture.end)}, {counted(capture.packets, 'packet')}, {_SIDES[capture.side]}."
        )
    if capture.problem:
        yield from _wrapped(f"  NOT READ TO ITS END: {capture.problem}.")
    counts = dict(capture.counts)
    odd = [f"{counts[name]:,} {words}" for name, words in _NOT_USED.items() if counts.get(name)]
    if counts.get("duplicates"):
        odd.append(f"{counts['duplicates']:,} there twice (mirrored twice)")
    if odd:
        yield from _wrapped(f"  Packets: {', '.join(odd)}.")


def _phone_lines(phone: KeepalivePhone) -> Iterator[str]:
    about = ", ".join(filter(None, (phone.mac if phone.mac != phone.name else "", *(one for one in phone.addresses if one != phone.name))))
    yield from _wrapped(f"{phone.name}{f' ({about})' if about else ''}: {phone.verdict.value}", indent="    ")
    for one in phone.connections:
        yield from _connection_lines(one)


def _connection_lines(one: KeepaliveConnection) -> Iterator[str]:
    standby = " (standby)" if one.role is ConnectionRole.STANDBY else ""
    yield from _wrapped(f"  {one.phone} -> {one.server}, {one.protocol.value}{standby}, from {iso(one.first)}:", indent="    ")
    yield from _wrapped(f"    {one.verdict.value}: {'; '.join(one.why)}.", indent="      ")
    if one.sent:
        late = f" ({one.late} late)" if one.late else ""
        again = f", {one.retransmitted} sent again" if one.retransmitted else ""
        yield from _wrapped(
            f"    keepalives: {one.sent} sent, {one.answered} answered{late}, {one.unanswered} unanswered, {one.open} open at the end{again}.",
            indent="      ",
        )
        yield from _wrapped(f"    {'; '.join(_times(one))}.", indent="      ")
    if one.missed:
        shown = [f"{missed.sent_at:%H:%M:%S}Z{f' ({missed.fate.value})' if missed.fate else ''}" for missed in one.missed[:_MOST_TIMES]]
        more = one.unanswered + one.late - len(shown)
        yield from _wrapped(f"    missed: {', '.join(shown)}{f' and {more} more' if more > 0 else ''}.", indent="      ")
        noticed = [
            f"the {name} after {after_s:.0f} s"
            for name, after_s in zip(("phone", "server"), one.noticed_s, strict=True)
            if after_s is not None
        ]
        yield from _wrapped(f"    gave up: {', '.join(noticed) or 'neither side'}.", indent="      ")
    for notable in one.notables[-_MOST_TIMES:]:
        yield from _wrapped(f"    {notable.at:%H:%M:%S}Z {notable.by.value}: {notable.text}", indent="      ")
    if one.other_side is not None:
        yield from _wrapped(f"    {_both_sides(one.other_side)}.", indent="      ")


def _times(one: KeepaliveConnection) -> Iterator[str]:
    source = {
        IntervalSource.REGISTER_ACK: " by RegisterAck",
        IntervalSource.EXPIRES: " by the granted Expires",
        IntervalSource.MEASURED: " as measured",
        IntervalSource.UNKNOWN: "",
    }[one.interval_source]
    yield "interval not known" if one.interval_s is None else f"interval {one.interval_s:g} s{source}"
    if one.round_trip_median_s is not None and one.round_trip_worst_s is not None:
        yield f"round trip {one.round_trip_median_s * 1e3:.1f} ms (median), {one.round_trip_worst_s * 1e3:.1f} ms (worst)"
    if one.longest_silence_s is not None:
        yield f"longest silence {one.longest_silence_s:.0f} s"
    if one.silent_for_s is not None:
        yield f"{one.silent_for_s:.0f} s from the last one to the end"


def _both_sides(other: OtherSide) -> str:
    parts = [f"both sides: {counted(other.matched, 'keepalive')} in both captures"]
    if other.copies_lost:
        parts.append(f"{counted(other.copies_lost, 'transmission')} lost on the way to the server")
    if other.not_covered:
        parts.append(f"{other.not_covered} not covered by both")
    if other.phone or other.server:
        parts.append(f"there {' -> '.join(filter(None, (other.phone, other.server)))} (NAT)")
    if other.hops_between is not None:
        parts.append(f"{counted(other.hops_between, 'router')} between the captures")
    return "; ".join(parts)


def _rest_lines(report: KeepaliveReport) -> Iterator[str]:
    counts = Counter(phone.verdict for phone in report.phones if not phone.verdict.is_problem)
    for verdict in KeepaliveVerdict:
        if counts[verdict]:
            yield from _wrapped(f"{counted(counts[verdict], 'phone')}: {VERDICT_WORDS[verdict]}.")
    if not report.phones:
        yield from _wrapped("No phone: nothing in the capture is SCCP or SIP at the known ports (--port names others).")


def _wrapped(text: str, *, indent: str = "  ") -> list[str]:
    return textwrap.wrap(text, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _iso(time: datetime | None) -> str | None:
    return None if time is None else iso(time)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
