"""From a capture to events of named phones: registered, gone, reset, and what a phone says of why it left before.

A phone is registered on one connection at a time. That registration ends when its connection is closed, when the phone unregisters, when it
lapses, or when the phone goes elsewhere while a keepalive is overdue; then the phone dropped. It moves, and has not dropped, where it is
registered at another server while nothing is wrong with the old connection, or unregisters shortly before. Nothing is concluded from where
a capture begins or ends: a connection whose registration was not seen holds one only if its keepalives are answered, and silence up
to the end is no drop. What is told up to a packet does not change with what follows, but for names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from switchcorr.model.addresses import MacAddress, PhoneName
from switchcorr.model.event import Assumed, Event, EventDetail, EventKind
from switchcorr.model.keepalive import CloseKind, KeepaliveProtocol, Party
from switchcorr.model.reason import Reason, ReasonEnum
from switchcorr.packets.connections import Connection
from switchcorr.packets.describing import address, closing_of, moment
from switchcorr.packets.phones import PhoneGroup, phones_of
from switchcorr.packets.tracking import Tracker
from switchcorr.packets.turns import Turn
from switchcorr.text import clean

_MOVE_NS = 30 * 10**9
"""A phone that unregisters and is registered at another server within this time moves there. Assumed: it takes a second or two."""
_LEFT = Reason(ReasonEnum.END_POINT_UNREGISTERED, 10)
"""The device has explicitly unregistered: what it says on the wire. Nothing else does."""
_LINES_NS = 10 * 10**9
"""So soon after one another phones register their lines where each has a connection of its own. Assumed."""
_CLOSERS = {Party.PHONE: "the phone", Party.SERVER: "the call server", Party.MIDDLEBOX: "something in between"}
_REGISTERS = (Turn.REGISTERED, Turn.GRANTED, Turn.HELD)


@dataclass(frozen=True, slots=True)
class SeenEvent:
    """An event that packets show; its ``line`` is the number of the packet.

    Attributes:
        said: what the phone says of why it left, as it stands in the packet; empty for all other events.
    """

    event: Event
    said: str = ""


@dataclass(frozen=True, slots=True)
class Registrations:
    """What a capture tells of registrations.

    Attributes:
        events: in the order of the packets that show them.
        nameless: events that are left out because nothing tells whose they are: several phones are behind one address.
        encrypted: connections in which registrations cannot be seen.
        left_out: happenings beyond the number that is kept of a connection.
    """

    events: tuple[SeenEvent, ...]
    nameless: int
    encrypted: int
    left_out: int


class _Step(NamedTuple):
    """A happening in one of the connections of a phone; without a turn its opening, or with ``closed_by`` its end."""

    frame: int
    connection: Connection
    time_ns: int
    turn: Turn | None
    text: str = ""
    closed_by: Party | None = None


def registrations(tracker: Tracker) -> Registrations:
    """The events of a capture that was taken to its end."""
    events: list[SeenEvent] = []
    nameless = 0
    for group in phones_of(tracker):
        name = _name(group)
        found = [one for connections in _together(group, name) for one in _Phone(connections, name, tracker.end_ns).events()]
        if name or group.is_alone:
            events += found
        else:
            nameless += len(found)
    events.sort(key=lambda one: (one.event.line, one.event.name, one.event.ip))
    return Registrations(
        events=tuple(events),
        nameless=nameless,
        encrypted=sum(one.protocol.is_encrypted for one in tracker.connections),
        left_out=sum(one.talk.turns.left_out for one in tracker.connections),
    )


def _name(group: PhoneGroup) -> str:
    """A phone by its own words, else by its MAC; empty where only an address is known."""
    if group.said_name:
        return PhoneName.parse_or_none(group.said_name) or clean(group.said_name, limit=128)
    return PhoneName.of(MacAddress.parse(group.mac)) if group.mac else ""


def _together(group: PhoneGroup, name: str) -> Iterable[tuple[Connection, ...]]:
    """The connections that are of one phone for sure: behind an address alone there may be several phones."""
    return (group.connections,) if name else tuple((one,) for one in group.connections)


class _Phone:
    """Follows one phone through its connections.

    Attributes:
        current: the connection on which it is registered; None if it is not, or nothing tells.
        is_known: whether anything tells if it is.
        leaving: the packet with which it unregistered, as long as it may only be on its way to another server.
    """

    def __init__(self, connections: Iterable[Connection], name: str, end_ns: int) -> None:
        self._name, self._end_ns = name, end_ns
        self._connections = tuple(connections)
        self._steps = sorted((step for one in self._connections for step in _steps(one)), key=lambda step: step.frame)
        self._found: list[SeenEvent] = []
        self._asked_ns: dict[Connection, int] = {}
        self._token_ns = self._since_ns = 0
        self._is_sure = False
        self.current: Connection | None = None
        self.is_known = False
        self.leaving: _Step | None = None

    def events(self) -> list[SeenEvent]:
        """All that happened to it."""
        for step in self._steps:
            self._take(step)
        if self.leaving is not None and self._end_ns - self.leaving.time_ns > _MOVE_NS:
            self._drop_leaving(self.leaving)
        return self._found

    def _take(self, step: _Step) -> None:
        if step.turn is None:
            self._close(step, step.closed_by) if step.closed_by else self._open(step)
        elif step.turn in _REGISTERS:
            self._register(step)
        elif step.turn in (Turn.RESET, Turn.RESTART):
            self._add(EventKind[step.turn.name], step, step.connection)
        elif step.turn is Turn.SAID:
            self._found.append(SeenEvent(self._event(EventKind.PHONE_ALARM, step, None), step.text))
        else:
            self._loosen(step)

    def _loosen(self, step: _Step) -> None:
        """Take what may come before the end of a registration, or is it."""
        match step.turn:
            case Turn.ASKED:
                self._asked_ns[step.connection] = step.time_ns
                self._give_up(step, "asked to be registered anew")
            case Turn.TOKEN:
                self._token_ns = step.time_ns
            case Turn.LEFT if self._is_current(step.connection) or (not self.is_known and _may_hold(step.connection)):
                self.leaving, self.current, self.is_known = step, None, True
            case Turn.STAYED if self.leaving is not None and self.leaving.connection is step.connection:
                self.leaving, self.current = None, step.connection
            case Turn.LAPSED if self.current is step.connection and sum(map(self._is_current, self._connections)) == 1:
                self._drop(step, "the registration was not renewed in time")
            case _:
                pass

    def _register(self, step: _Step) -> None:
        """Take a proof that the phone is registered."""
        is_beginning = step.turn is Turn.REGISTERED or (step.turn is Turn.GRANTED and (step.connection.syns > 0 or self.is_known))
        if not is_beginning and self.is_known:
            self._doubt(step.connection)
            return
        if step.turn is Turn.GRANTED and (self._is_current(step.connection) or self._is_line(step)):
            return
        if self.leaving is not None:
            is_move = _server(self.leaving.connection) != _server(step.connection)
            if not is_move or step.time_ns - self.leaving.time_ns > _MOVE_NS:
                self._drop_leaving(self.leaving)
            self.leaving = None
        self._give_up(step, "was registered elsewhere")
        if self.current not in (None, step.connection) and _server(self.current) == _server(step.connection):
            self._drop(step._replace(time_ns=self._asked_ns.get(step.connection, step.time_ns)), "registered anew at the same server")
        if is_beginning:
            self._add(EventKind.REGISTERED, step, step.connection)
        self.current, self.is_known, self._since_ns = step.connection, True, step.time_ns
        self._is_sure = is_beginning

    def _doubt(self, connection: Connection) -> None:
        """Where two servers answer keepalives and the capture has no registration at either, nothing tells which of them it is."""
        if not self._is_sure and self.current is not connection:
            self.current = None

    def _is_current(self, connection: Connection) -> bool:
        """Whether the phone is registered on a connection: by UDP several of the same two ends are several lines of one registration."""
        if self.current is None or self.current is connection:
            return self.current is not None
        is_udp = self.current.protocol is connection.protocol is KeepaliveProtocol.SIP_UDP
        return is_udp and _server(self.current) == _server(connection)

    def _is_line(self, step: _Step) -> bool:
        """Whether a phone that has just registered does so on a second connection for another of its lines."""
        is_same = self.current is not None and _server(self.current) == _server(step.connection)
        return is_same and step.time_ns - self._since_ns < _LINES_NS

    def _open(self, step: _Step) -> None:
        if self.current is not None and _server(self.current) == _server(step.connection):
            self._give_up(step, "opened another connection to the same server")

    def _give_up(self, step: _Step, what: str) -> None:
        """The phone turns to another connection: a drop if the one on which it is registered is overdue, as early as it opened the other one."""
        current = self.current
        if current is None or self._is_current(step.connection):
            return
        opened_ns = step.connection.first_ns if step.connection.syns else 0
        times = [time_ns for time_ns in (opened_ns, step.time_ns) if time_ns > self._since_ns and current.talk.turns.is_overdue(time_ns)]
        if times:
            self._drop(step._replace(time_ns=times[0]), f"a keepalive was overdue, and the phone {what}")

    def _close(self, step: _Step, by: Party) -> None:
        if self.current is not step.connection:
            return
        if by is Party.PHONE and self._token_ns > 0 and step.time_ns - self._token_ns <= _MOVE_NS:
            self.leaving, self.current = step, None
        else:
            self._drop(step, step.text)

    def _drop(self, step: _Step, how: str) -> None:
        """The registration on the current connection ends with a step, which may be of another connection."""
        self._found.append(SeenEvent(self._event(EventKind.UNREGISTERED, step, self.current, how)))
        self.current = None

    def _drop_leaving(self, step: _Step) -> None:
        how = "unregistered by the phone" if step.turn is Turn.LEFT else step.text
        event = self._event(EventKind.UNREGISTERED, step, step.connection, how)
        self._found.append(SeenEvent(event))
        self.leaving = None

    def _add(self, kind: EventKind, step: _Step, connection: Connection) -> None:
        self._found.append(SeenEvent(self._event(kind, step, connection)))

    def _event(self, kind: EventKind, step: _Step, connection: Connection | None, how: str = "") -> Event:
        """An event at the node of a connection; None for no node."""
        has_left = kind is EventKind.UNREGISTERED and step.turn is Turn.LEFT
        return Event(
            time=moment(step.time_ns),
            kind=kind,
            name=self._name,
            ip=address(step.connection.key[0]),
            reason=_LEFT if has_left else None,
            node=_server(connection) if connection else "",
            detail=EventDetail(text=how) if how else None,
            line=step.frame,
            assumed=Assumed.NODE,
        )


def _steps(connection: Connection) -> Iterator[_Step]:
    """All that happened in a connection up to its end; of one packet its data come before that."""
    if connection.syns:
        yield _Step(connection.first_frame, connection, connection.first_ns, None)
    for one in connection.talk.turns.all:
        if not connection.closed_frame or one.frame <= connection.closed_frame:
            yield _Step(one.frame, connection, one.time_ns, one.turn, one.text)
    closing = closing_of(connection)
    if closing is not None:
        how = "reset (RST)" if closing.kind is CloseKind.RST else "closed (FIN)"
        yield _Step(connection.closed_frame, connection, connection.closed_ns, None, f"{how} by {_CLOSERS[closing.by]}", closing.by)


def _may_hold(connection: Connection) -> bool:
    """Whether a connection may hold a registration that the capture has not seen: it is older than that. By UDP nothing tells."""
    return connection.syns == 0 and connection.protocol is not KeepaliveProtocol.SIP_UDP


def _server(connection: Connection | None) -> str:
    return "" if connection is None else address(connection.key[2])
