"""The answer: from one capture or two to phones, connections and verdicts."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from switchcorr.model.keepalive import (
    CaptureFacts,
    CaptureSide,
    CloseKind,
    Closing,
    ConnectionRole,
    KeepaliveConnection,
    KeepalivePhone,
    KeepaliveReport,
    KeepaliveVerdict,
    OtherSide,
    Party,
)
from switchcorr.packets.connections import Connection
from switchcorr.packets.describing import (
    address,
    closing_of,
    endpoint,
    hops,
    interval_of,
    missed_answer,
    moment,
    notables_of,
    noticed_s,
    refusal_of,
    role_of,
    tcp_facts,
)
from switchcorr.packets.judging import Case, judge
from switchcorr.packets.phones import PhoneGroup, phones_of, side_of
from switchcorr.packets.tracking import Tracker
from switchcorr.packets.two_sides import Pair, TwoSides, compare, fates, never_came, other_side, phone_side_first, server_noticed_s
from switchcorr.text import counted

_ORDER = list(KeepaliveVerdict)


@dataclass(frozen=True, slots=True)
class ReadCapture:
    """A capture that was read to its end.

    Attributes:
        file: its name, as it is shown.
        problem: why its rest could not be read; empty if it was read whole.
    """

    file: str
    tracker: Tracker
    problem: str


def report_on(capture: ReadCapture, other: ReadCapture | None, *, taken_at: CaptureSide | None) -> KeepaliveReport:
    """What the captures tell of every phone.

    Args:
        capture: the given one, finished.
        other: that of the other side, or None.
        taken_at: where the given one was taken, if that was said.
    """
    if other is None:
        side = taken_at or side_of(capture.tracker)
        return _report((_facts(capture, side),), capture.tracker, side, None)
    first = phone_side_first(capture.tracker, other.tracker)
    is_phone_side = taken_at is CaptureSide.PHONE if taken_at else first is not False
    near, far = (capture, other) if is_phone_side else (other, capture)
    here, there = (CaptureSide.PHONE, CaptureSide.SERVER) if is_phone_side else (CaptureSide.SERVER, CaptureSide.PHONE)
    sides = compare(near.tracker, far.tracker)
    report = _report((_facts(capture, here), _facts(other, there)), near.tracker, here, sides)
    if not sides.pairs:
        return replace(report, why=(*report.why, "no connection is in both captures: were they taken at the same time, on one way?"))
    if taken_at is None and first is None:
        doubt = f"nothing tells which capture is nearer to the phones; {capture.file} is taken for it: say it with --taken-at"
        report = replace(report, why=(*report.why, doubt))
    return report


def _facts(capture: ReadCapture, side: CaptureSide) -> CaptureFacts:
    tracker = capture.tracker
    return CaptureFacts(
        file=capture.file,
        start=moment(tracker.start_ns) if tracker.packets else None,
        end=moment(tracker.end_ns) if tracker.packets else None,
        packets=tracker.packets,
        counts=tuple(sorted(tracker.counts.items())),
        problem=capture.problem,
        side=side,
    )


def _report(captures: tuple[CaptureFacts, ...], tracker: Tracker, given: CaptureSide, sides: TwoSides | None) -> KeepaliveReport:
    """The report over the connections of one capture, that of the phones' side if there are two."""
    view = _View(tracker, given, sides)
    phones = tuple(sorted((view.phone(group) for group in phones_of(tracker)), key=lambda one: (_ORDER.index(one.verdict), one.name)))
    verdict, why = _overall(phones, sides)
    return KeepaliveReport(captures, verdict, why, phones, sides.clock if sides else None, sides.unmatched if sides else None)


def _overall(phones: Sequence[KeepalivePhone], sides: TwoSides | None) -> tuple[KeepaliveVerdict, tuple[str, ...]]:
    """The verdict that stands for all: that of most phones with a problem, if it is that of at least half of them."""
    counts = Counter(phone.verdict for phone in phones)
    bad = sorted(((number, -_ORDER.index(verdict), verdict) for verdict, number in counts.items() if verdict.is_problem), reverse=True)
    if bad:
        number, _, verdict = bad[0]
        total = sum(one for one, _, _ in bad)
        if number * 2 >= total:
            return verdict, (f"{number} of {counted(len(phones), 'phone')}",)
        kinds = ", ".join(f"{one} {kind.value}" for one, _, kind in bad)
        return KeepaliveVerdict.NOT_PROVEN, (f"several things at once: {kinds}",)
    for verdict in (KeepaliveVerdict.HEALTHY, KeepaliveVerdict.ENCRYPTED):
        if counts[verdict]:
            return verdict, (f"{counts[verdict]} of {counted(len(phones), 'phone')}",)
    if sides is not None and not phones and sides.servers.connections:
        return KeepaliveVerdict.NOT_PROVEN, ("no connection of a phone in the capture of the phones' side",)
    return KeepaliveVerdict.NOT_COVERED, ("no keepalive whose answer was due",)


class _View:
    """One capture, with what the other side adds."""

    def __init__(self, tracker: Tracker, given: CaptureSide, sides: TwoSides | None) -> None:
        self._tracker, self._given, self._sides = tracker, given, sides
        self._side = CaptureSide.PHONE if sides else given
        self._server_hops = _server_hops(tracker)
        self._answered = _last_answers(tracker)
        self._answer_times = defaultdict(list, {server: sorted(times.values()) for server, times in self._answered.items()})

    def phone(self, group: PhoneGroup) -> KeepalivePhone:
        """A phone and its connections; the worst of these is the phone's verdict."""
        answering = sum(one.talk.answers_seen > 0 for one in group.connections)
        opened = sorted(one.first_ns for one in group.connections if one.syns)
        connections = tuple(self._connection(one, answering - (one.talk.answers_seen > 0), opened) for one in group.connections)
        worst = min(connections, key=lambda one: _ORDER.index(one.verdict))
        addresses = sorted({address(connection.key[0]) for connection in group.connections})
        return KeepalivePhone(group.name, group.mac, tuple(addresses), worst.verdict, worst.why, connections)

    def _connection(self, connection: Connection, answering_others: int, opened_ns: Sequence[int]) -> KeepaliveConnection:
        """A connection, beside the others of its phone: how many of them are answered, and when the phone opened connections."""
        role = role_of(connection, answered_elsewhere=answering_others > 0)
        case = Case(
            connection, role, self._tracker.end_ns, self._side, self._server_hops.get(connection.key[2]), self._answered_others(connection)
        )
        verdict, why = judge(case)
        one = _described(case, verdict, why, noticed=noticed_s(connection, opened_ns))
        pair = self._sides.pairs.get(connection) if self._sides else None
        if self._sides is None:
            return one
        if pair is None:
            if never_came(self._sides, connection):
                sentence = f"{counted(connection.syns, 'attempt')} to connect left the phone and did not arrive at the server's side"
                return replace(one, verdict=KeepaliveVerdict.NETWORK, why=(sentence, *one.why[1:]))
            return one
        added = other_side(self._sides, pair, self._given)
        told = {exchange.sent_ns: fate for exchange, fate in fates(self._sides, pair)}
        missed = tuple(
            replace(one, fate=told.get(exchange.sent_ns))
            for one, exchange in zip(one.missed, connection.talk.exchanges.missed, strict=True)
        )
        closing = _closing_by_both(one.closing, pair, added)
        noticed = one.noticed_s[0], server_noticed_s(self._sides, pair)
        verdict, why = _judged_by_both(replace(one, closing=closing), added)
        return replace(one, verdict=verdict, why=why, missed=missed, closing=closing, noticed_s=noticed, other_side=added)

    def _answered_others(self, connection: Connection) -> int:
        """How many other phones the same server answered after the first keepalive that this one missed."""
        missed = connection.talk.exchanges.missed
        if not missed:
            return 0
        answered = self._answered[connection.key[2]]
        own = answered.get(connection.key[0], 0) > missed[0].sent_ns
        times = self._answer_times[connection.key[2]]
        return len(times) - bisect_right(times, missed[0].sent_ns) - own


def _server_hops(tracker: Tracker) -> dict[bytes, int]:
    """By server, how many routers its packets have passed: the most of all connections."""
    found: dict[bytes, int] = {}
    for connection in tracker.connections:
        passed = hops(connection.server.ttl)
        if passed is not None:
            found[connection.key[2]] = max(passed, found.get(connection.key[2], 0))
    return found


def _last_answers(tracker: Tracker) -> dict[bytes, dict[bytes, int]]:
    """By server and phone, when a keepalive was answered last; phones without any answer are left out."""
    answered: dict[bytes, dict[bytes, int]] = defaultdict(dict)
    for connection in tracker.connections:
        phone, _, server, _ = connection.key
        if last_ns := connection.talk.exchanges.last_answered_ns:
            answered[server][phone] = max(last_ns, answered[server].get(phone, 0))
    return answered


def _closing_by_both(closing: Closing | None, pair: Pair, added: OtherSide) -> Closing | None:
    """Who closed: a reset that left one side is that side's whatever its TTL, and one that never did is nobody's of the two."""
    if closing is None or closing.kind is not CloseKind.RST or added.forged is None:
        return closing
    sender = Party.SERVER if pair.at_phone.server.rst else Party.PHONE
    return replace(closing, by=Party.MIDDLEBOX if added.forged else sender)


def _judged_by_both(one: KeepaliveConnection, added: OtherSide) -> tuple[KeepaliveVerdict, tuple[str, ...]]:
    """The verdict where both captures have the connection."""
    lost = added.lost_to_server + added.answers_lost
    if max(lost, added.not_answered) > 0 and one.role is not ConnectionRole.STANDBY:
        parts = [
            f"{counted(number, 'keepalive')} {what}"
            for number, what in (
                (added.lost_to_server, "left the phone and did not arrive at the server's side, or only when sent again"),
                (added.answers_lost, "arrived and got an answer that did not come back to the phone"),
                (added.not_answered, "arrived at the server's side and got no answer in time there"),
            )
            if number
        ]
        verdict = KeepaliveVerdict.NETWORK if lost >= added.not_answered else KeepaliveVerdict.CALL_SERVER
        return verdict, ("; ".join(parts), *one.why[1:])
    if any(added.undelivered) and one.verdict in (KeepaliveVerdict.NOT_PROVEN, KeepaliveVerdict.PHONE_SILENT, KeepaliveVerdict.ENCRYPTED):
        of_phone, of_server = added.undelivered
        told = f"{counted(of_phone, 'byte')} of the phone" if of_phone else f"{counted(of_server, 'byte')} of the server"
        return KeepaliveVerdict.NETWORK, (f"{told} never came to the other side", *one.why[1:])
    if one.protocol.is_encrypted and one.tcp is not None and one.tcp.unacknowledged[0] and one.verdict is KeepaliveVerdict.NOT_PROVEN:
        return KeepaliveVerdict.CALL_SERVER, ("data of the phone arrived at the server's side and was never acknowledged", *one.why[1:])
    if added.forged:
        return KeepaliveVerdict.CLOSED_BY_MIDDLEBOX, (
            "reset by a packet that arrived at one side and never left the other: made by a firewall or the like",
            *one.why,
        )
    if added.forged is False and one.closing is not None and one.verdict is KeepaliveVerdict.CLOSED_BY_MIDDLEBOX:
        verdict = KeepaliveVerdict.CLOSED_BY_SERVER if one.closing.by is Party.SERVER else KeepaliveVerdict.CLOSED_BY_PHONE
        return verdict, (f"reset (RST) by the {one.closing.by.value}: it left that side, though its TTL is odd", *one.why[1:])
    return one.verdict, one.why


def _described(
    case: Case, verdict: KeepaliveVerdict, why: tuple[str, ...], *, noticed: tuple[float | None, float | None]
) -> KeepaliveConnection:
    connection, exchanges = case.connection, case.connection.talk.exchanges
    interval_s, source = interval_of(connection)
    answered, unanswered = exchanges.answered, exchanges.unanswered
    if case.role is ConnectionRole.STANDBY:  # what TCP acknowledged is all that a standby says
        answered, unanswered = answered + exchanges.unanswered_but_acked, unanswered - exchanges.unanswered_but_acked
    return KeepaliveConnection(
        phone=endpoint(*connection.key[:2]),
        server=endpoint(*connection.key[2:]),
        protocol=connection.protocol,
        role=case.role,
        first=moment(connection.first_ns),
        last=moment(connection.last_ns),
        sent=exchanges.sent,
        answered=answered,
        unanswered=unanswered,
        open=exchanges.open,
        late=exchanges.late,
        retransmitted=exchanges.retransmitted,
        missed=tuple(missed_answer(exchange) for exchange in exchanges.missed),
        interval_s=interval_s,
        interval_source=source,
        round_trip_median_s=exchanges.median_round_trip_s,
        round_trip_worst_s=exchanges.worst_ns / 1e9 if exchanges.answered else None,
        longest_silence_s=exchanges.longest_silence_ns / 1e9 if exchanges.longest_silence_ns else None,
        silent_for_s=(case.end_ns - exchanges.last_sent_ns) / 1e9 if exchanges.last_sent_ns else None,
        noticed_s=noticed,
        tcp=None if connection.protocol.value == "sip_udp" else tcp_facts(connection, case.end_ns),
        closing=closing_of(connection),
        refusal=refusal_of(connection),
        notables=notables_of(connection),
        verdict=verdict,
        why=why,
    )
