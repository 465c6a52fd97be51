"""Two captures of the same conversations, one near the phones and one near the call server: what left one side and never came to the other.

Connections are matched by what no NAT changes: the sequence numbers of TCP, Call-ID and CSeq of SIP. Where a firewall changes the sequence
numbers too, the same addresses and the SYN of both captures give the difference. Clocks are compared by the fastest packets of both
directions: half the difference of the two shortest delays is the offset, half their sum what it may be off (RFC 5905).
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Iterator, Sequence, Set
from dataclasses import dataclass

from switchcorr.model.keepalive import CaptureSide, ClockOffset, KeepaliveFate, OtherSide
from switchcorr.packets.byte_stream import ahead
from switchcorr.packets.connections import Connection, End
from switchcorr.packets.describing import endpoint
from switchcorr.packets.exchanges import Exchange
from switchcorr.packets.tracking import Tracker

_TOKENS = 64
"""Pieces of data of a connection by which it is looked for on the other side."""
_ENOUGH = 2
"""Sequence numbers that two connections must share: one may be chance among thousands of connections."""
_EDGE_NS = 10**9
"""So near to the beginning and the end of a capture nothing is told of what it lacks."""
_DELAYED_NS = 10**9
"""A keepalive that took longer was lost first and came when it was sent again."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A connection as both sides saw it.

    Attributes:
        shift: by how much the sequence numbers of the phone are higher at the server's side.
    """

    at_phone: Connection
    at_server: Connection
    shift: int

    def there(self, key: Hashable) -> Hashable:
        """The key of a keepalive at the server's side."""
        return (key + self.shift) & 0xFFFFFFFF if isinstance(key, int) else key


@dataclass(frozen=True, slots=True)
class TwoSides:
    """Two captures put side by side.

    Attributes:
        pairs: by the connection at the phones' side.
        offset_ns: how far the clock at the server's side is ahead; an estimate also where ``clock`` is None.
        unmatched: connections that only one side has: the phones', the server's.
        matched_servers: addresses of servers of which both captures have connections.
    """

    phones: Tracker
    servers: Tracker
    pairs: dict[Connection, Pair]
    offset_ns: int
    clock: ClockOffset | None
    unmatched: tuple[int, int]
    matched_servers: frozenset[bytes]


def phone_side_first(one: Tracker, other: Tracker) -> bool | None:
    """Whether the first of two captures is nearer to the phones: their packets have the larger TTL there; None if it is even."""
    votes = 0
    for pair in match(one, other):
        first, second = pair.at_phone.phone.ttl, pair.at_server.phone.ttl
        back, forth = pair.at_phone.server.ttl, pair.at_server.server.ttl
        if first is not None and second is not None:
            votes += (first > second) - (second > first)
        if back is not None and forth is not None:
            votes += (forth > back) - (back > forth)
    return None if votes == 0 else votes > 0


def compare(phones: Tracker, servers: Tracker) -> TwoSides:
    """Put two captures side by side; both have to be finished."""
    pairs = list(match(phones, servers))
    there, back = _delays(pairs)
    clock = None
    if there and back:
        spread = abs(min(there) + min(back)) / 2e9
        clock = ClockOffset((min(there) - min(back)) / 2e9, spread, len(there) + len(back))
    offset_ns = round(clock.offset_s * 1e9) if clock else min(there) if there else -min(back) if back else 0
    unmatched = len(phones.connections) - len(pairs), len(servers.connections) - len(pairs)
    matched_servers = frozenset(pair.at_phone.key[2] for pair in pairs)
    return TwoSides(phones, servers, {pair.at_phone: pair for pair in pairs}, offset_ns, clock, unmatched, matched_servers)


def match(one: Tracker, other: Tracker) -> Iterator[Pair]:
    """The connections that both captures have, each once."""
    owners: dict[Hashable, Connection] = {}
    by_ends: dict[tuple[bytes, int, bytes, int], deque[Connection]] = defaultdict(deque)
    for connection in other.connections:
        by_ends[connection.key].append(connection)
        for token in _tokens(connection):
            owners.setdefault(token, connection)
    taken: set[Connection] = set()
    for connection in one.connections:
        votes = Counter(owner for token in _tokens(connection) if (owner := owners.get(token)) is not None and owner not in taken)
        found, number = votes.most_common(1)[0] if votes else (None, 0)
        same_syn = found is not None and found.first_syn is not None and found.first_syn == connection.first_syn
        if found is not None and (same_syn or number >= _ENOUGH or found.key == connection.key):
            taken.add(found)
            yield Pair(connection, found, _shift(connection, found))
            continue
        candidate = _next_opened(by_ends[connection.key], taken) if connection.first_syn is not None else None
        if candidate is not None:
            taken.add(candidate)
            yield Pair(connection, candidate, _shift(connection, candidate))


def _next_opened(candidates: deque[Connection], taken: Set[Connection]) -> Connection | None:
    """The first of some connections that is not taken and whose beginning was seen; those before it are left."""
    while candidates:
        candidate = candidates.popleft()
        if candidate not in taken and candidate.first_syn is not None:
            return candidate
    return None


def _shift(one: Connection, other: Connection) -> int:
    return 0 if one.first_syn is None or other.first_syn is None else (other.first_syn - one.first_syn) & 0xFFFFFFFF


def _tokens(connection: Connection) -> Iterator[Hashable]:
    """What a connection is found by on the other side: each is the same there, and hardly ever that of another connection."""
    port = connection.key[3]
    if connection.first_syn is not None:
        yield port, "syn", connection.first_syn
    for end_seq in list(connection.phone.marks)[:_TOKENS]:
        yield port, "phone", end_seq
    for end_seq in list(connection.server.marks)[:_TOKENS]:
        yield port, "server", end_seq
    for exchange in list(connection.talk.exchanges.kept)[:_TOKENS]:
        if not isinstance(exchange.key, int):
            yield exchange.key


def _delays(pairs: Sequence[Pair]) -> tuple[list[int], list[int]]:
    """Times of packets at the receiver's side less those at the sender's, each once: from the phones to the server, and back."""
    there: set[tuple[int, int, int]] = set()
    back: set[tuple[int, int, int]] = set()
    for number, pair in enumerate(pairs):
        known = {exchange.key: exchange for exchange in pair.at_server.talk.exchanges.kept}
        for exchange in pair.at_phone.talk.exchanges.kept:
            same = known.get(pair.there(exchange.key))
            if same is None or exchange.copies > 1:
                continue
            there.add((number, exchange.sent_ns, same.sent_ns - exchange.sent_ns))
            if exchange.answered_ns and same.answered_ns:
                back.add((number, same.answered_ns, exchange.answered_ns - same.answered_ns))
        there |= {(number, *one) for one in _mark_delays(pair.at_phone.phone, pair.at_server.phone, pair.shift)}
        back |= {(number, *one) for one in _mark_delays(pair.at_server.server, pair.at_phone.server, 0)}
    return [delay for _, _, delay in there], [delay for _, _, delay in back]


def _mark_delays(sender: End, receiver: End, shift: int) -> list[tuple[int, int]]:
    """When each packet was sent, and how much later it came."""
    shifted = {(end_seq + shift) & 0xFFFFFFFF: sent_ns for end_seq, sent_ns in sender.marks.items()}
    return [(sent_ns, receiver.marks[end_seq] - sent_ns) for end_seq, sent_ns in shifted.items() if end_seq in receiver.marks]


def fates(sides: TwoSides, pair: Pair) -> list[tuple[Exchange, KeepaliveFate]]:
    """What became of each keepalive that left the phone."""
    known = {exchange.key: exchange for exchange in pair.at_server.talk.exchanges.kept}
    return [(one, _fate(sides, pair, one, known.get(pair.there(one.key)))) for one in pair.at_phone.talk.exchanges.kept]


def _fate(sides: TwoSides, pair: Pair, sent: Exchange, arrived: Exchange | None) -> KeepaliveFate:
    if sent.answered_ns and not sent.is_late:
        return KeepaliveFate.ANSWERED
    if arrived is None:
        is_seen = _covers(sides.servers, sent.sent_ns + sides.offset_ns) and not pair.at_server.phone.stream.missing_bytes
        return KeepaliveFate.LOST_TO_SERVER if is_seen else KeepaliveFate.NOT_COVERED
    if arrived.sent_ns - sent.sent_ns - sides.offset_ns > _DELAYED_NS:
        return KeepaliveFate.LOST_TO_SERVER
    if arrived.answered_ns and not arrived.is_late:
        due_ns = arrived.answered_ns - sides.offset_ns
        is_seen = (
            _covers(sides.phones, due_ns)
            and pair.at_phone.server.packets > 0
            and not (pair.at_phone.server.stream.missing_bytes and sent.is_open)
        )
        return KeepaliveFate.ANSWER_LOST if is_seen else KeepaliveFate.NOT_COVERED
    is_one_way = pair.at_server.server.packets == 0 < pair.at_phone.server.packets  # the capture at the server's side has one direction
    if is_one_way or (arrived.is_open and not sent.answered_ns):
        return KeepaliveFate.NOT_COVERED
    return KeepaliveFate.NOT_ANSWERED


def _covers(tracker: Tracker, time_ns: int) -> bool:
    return tracker.start_ns + _EDGE_NS <= time_ns <= tracker.end_ns - _EDGE_NS


def other_side(sides: TwoSides, pair: Pair, given: CaptureSide) -> OtherSide:
    """What the second capture adds to a connection.

    Args:
        sides: the captures.
        pair: the connection.
        given: which side the first capture is; the addresses of the other one are told where they differ.
    """
    counts = Counter(fate for _, fate in fates(sides, pair))
    known = {exchange.key: exchange for exchange in pair.at_server.talk.exchanges.kept}
    twins = [(one, known.get(pair.there(one.key))) for one in pair.at_phone.talk.exchanges.kept]
    lost = sum(max(0, one.copies - (twin.copies if twin else 0)) for one, twin in twins if twin or counts[KeepaliveFate.LOST_TO_SERVER])
    mine, other = (pair.at_phone, pair.at_server) if given is CaptureSide.PHONE else (pair.at_server, pair.at_phone)
    ends = (endpoint(*other.key[:2]), endpoint(*other.key[2:]))
    same = (endpoint(*mine.key[:2]), endpoint(*mine.key[2:]))
    return OtherSide(
        phone=ends[0] if ends[0] != same[0] else "",
        server=ends[1] if ends[1] != same[1] else "",
        matched=sum(twin is not None for _, twin in twins),
        lost_to_server=counts[KeepaliveFate.LOST_TO_SERVER],
        answers_lost=counts[KeepaliveFate.ANSWER_LOST],
        not_answered=counts[KeepaliveFate.NOT_ANSWERED],
        not_covered=counts[KeepaliveFate.NOT_COVERED],
        undelivered=_undelivered(sides, pair),
        copies_lost=lost,
        hops_between=_hops_between(pair),
        forged=_is_forged(sides, pair),
    )


def _undelivered(sides: TwoSides, pair: Pair) -> tuple[int, int]:
    """Bytes that left one side and never came to the other, though its capture went on; of the phone, of the server."""
    there = _ahead(pair.at_phone.phone.stream.next_seq, pair.at_server.phone.stream.next_seq, pair.shift)
    back = _ahead(pair.at_server.server.stream.next_seq, pair.at_phone.server.stream.next_seq, 0) if pair.shift == 0 else 0
    return (
        there if _covers(sides.servers, pair.at_phone.phone.unacked_ns + sides.offset_ns) else 0,
        back if _covers(sides.phones, pair.at_server.server.unacked_ns - sides.offset_ns) else 0,
    )


def _ahead(sent: int | None, came: int | None, shift: int) -> int:
    return 0 if sent is None or came is None else max(0, ahead(sent + shift, came))


def never_came(sides: TwoSides, connection: Connection) -> bool:
    """Whether a connection that got no answer at the phone's side is missing in the capture of the server's side, which has others of that server."""
    if connection.server.packets or connection.server.rst or not connection.syns or connection in sides.pairs:
        return False
    return connection.key[2] in sides.matched_servers and _covers(sides.servers, connection.first_ns + sides.offset_ns)


def server_noticed_s(sides: TwoSides, pair: Pair) -> float | None:
    """Seconds from the first missed keepalive until the server ended the connection, by the capture on its side; None if it did not."""
    missed = pair.at_phone.talk.exchanges.missed
    ends = [packet.time_ns - sides.offset_ns for packet in (pair.at_server.server.fin, pair.at_server.server.rst) if packet]
    later = [time_ns for time_ns in ends if missed and time_ns > missed[0].sent_ns]
    return (min(later) - missed[0].sent_ns) / 1e9 if later else None


def _hops_between(pair: Pair) -> int | None:
    here, there = pair.at_phone.phone.ttl, pair.at_server.phone.ttl
    return None if here is None or there is None or here < there else here - there


def _is_forged(sides: TwoSides, pair: Pair) -> bool | None:
    """Whether a reset arrived at one side that never left the other; None if none arrived, or the other capture had ended."""
    by_server, by_phone = pair.at_phone.server.rst, pair.at_server.phone.rst
    if by_server is not None and _covers(sides.servers, by_server.time_ns + sides.offset_ns):
        return pair.at_server.server.rst is None
    if by_phone is not None and _covers(sides.phones, by_phone.time_ns - sides.offset_ns):
        return pair.at_phone.phone.rst is None
    return None
