"""What a phone and its call server say of a registration: its keepalives, its interval, its beginning and its end."""

from __future__ import annotations

import re

from switchcorr.model.keepalive import Party
from switchcorr.packets.exchanges import Exchanges
from switchcorr.packets.sccp import Message, SccpPdu, alarm_text, device_name, keepalive_intervals, xml_alarm
from switchcorr.packets.sip import SipMessage, device_of_call_id
from switchcorr.packets.turns import Turn, Turns
from switchcorr.text import clean

_MOST_NOTABLES = 40
_XML_FIELD = re.compile(rb'name="(ReasonForOutOfService|NeighborDeviceID|NeighborPortID)"[^<>]{0,10}>([^<>]{1,100})<')
"""Why the phone left before, and the switch and port at which it hangs."""
_RESETS = {1: Turn.RESET, 2: Turn.RESTART}
_MOST_OPEN = 200
_CHALLENGES = frozenset((401, 407))


class Conversation:
    """What was said in one connection.

    Attributes:
        name: of the phone, by its own words; empty if it has not said it.
        exchanges: the keepalives.
        registrations: RegisterAcks and, in SIP, granted REGISTERs; ``registered_ns`` the time of the last one, ``rejected_ns`` of the last refusal.
        standby_keepalives: those that say of themselves that they are for a standby.
        interval_s: between keepalives as RegisterAck has it; ``granted_s`` what a REGISTER is granted for.
        notables: what was said of the registration: time, by whom, text.
        answers_seen: answers to keepalives.
        turns: what became of the registration.
    """

    def __init__(self, *, keep: bool) -> None:
        self.name = ""
        self.exchanges = Exchanges(keep=keep)
        self.registrations = self.standby_keepalives = self.answers_seen = 0
        self.registered_ns = self.rejected_ns = 0
        self.interval_s: int | None = None
        self.granted_s: int | None = None
        self.notables: list[tuple[int, Party, str]] = []
        self.turns = Turns()
        self._no_registrations: dict[tuple[str, int], None] = {}

    def take_sccp(self, pdu: SccpPdu, now_ns: int, *, by_phone: bool, acked_ns: int) -> None:
        """Take a message of SCCP.

        Args:
            pdu: the message.
            now_ns: when its last byte was seen.
            by_phone: whether the phone sent it.
            acked_ns: when the other side had acknowledged it already, which a mirrored port may give first; else 0.
        """
        if by_phone:
            self._take_phone_sccp(pdu, now_ns, acked_ns)
        else:
            self._take_server_sccp(pdu, now_ns)

    def _take_phone_sccp(self, pdu: SccpPdu, now_ns: int, acked_ns: int) -> None:
        match pdu.number:
            case Message.KEEP_ALIVE:
                self.exchanges.send(pdu.end_seq, now_ns, pdu.end_seq, acked_ns=acked_ns)
                self.turns.ask(now_ns)
            case Message.REGISTER:
                self.name = device_name(pdu.body) or self.name
                self.turns.note(Turn.ASKED, now_ns)
                self._note(now_ns, Party.PHONE, "Register")
            case Message.REGISTER_TOKEN_REQ:
                self.name = device_name(pdu.body) or self.name
                self._note(now_ns, Party.PHONE, "RegisterTokenReq: may I come back?")
            case Message.UNREGISTER:
                self.turns.note(Turn.LEFT, now_ns)
                self._note(now_ns, Party.PHONE, "Unregister")
            case Message.ALARM:
                self.turns.say(alarm_text(pdu.body), now_ns)
                self._note(now_ns, Party.PHONE, f"Alarm: {alarm_text(pdu.body)}")
            case Message.XML_ALARM:
                self.turns.say(xml_alarm(pdu.body), now_ns)
                fields = ", ".join(f"{name.decode()} {clean(value)}" for name, value in _XML_FIELD.findall(pdu.body))
                self._note(now_ns, Party.PHONE, f"XMLAlarm: {fields}" if fields else "XMLAlarm")
            case _:
                pass

    def _take_server_sccp(self, pdu: SccpPdu, now_ns: int) -> None:
        match pdu.number:
            case Message.KEEP_ALIVE_ACK:
                self.answers_seen += 1
                self.exchanges.answer_some(now_ns)
                self.turns.answer(now_ns)
                self.turns.hold(now_ns)
            case Message.REGISTER_ACK:
                self.registrations, self.registered_ns = self.registrations + 1, now_ns
                intervals = keepalive_intervals(pdu.body)
                self.interval_s = intervals[0] if intervals else self.interval_s
                self.turns.note(Turn.REGISTERED, now_ns)
                self.turns.every(self.interval_s or 0)
                self._note(now_ns, Party.SERVER, f"RegisterAck: keepalives every {intervals[0]} s" if intervals else "RegisterAck")
            case Message.REGISTER_REJECT:
                self.rejected_ns = now_ns
                self._note(now_ns, Party.SERVER, f"RegisterReject: {clean(pdu.body[:33].partition(bytes(1))[0])}".rstrip(": "))
            case Message.RESET:
                turn = _RESETS.get(int.from_bytes(pdu.body[:4], "little"), Turn.RESET)
                self.turns.note(turn, now_ns)
                self._note(now_ns, Party.SERVER, turn.name.capitalize())
            case Message.REGISTER_TOKEN_REJECT:
                self._note(now_ns, Party.SERVER, "RegisterTokenReject: not yet")
            case Message.REGISTER_TOKEN_ACK:
                self.turns.note(Turn.TOKEN, now_ns)
                self._note(now_ns, Party.SERVER, "RegisterTokenAck")
            case Message.UNREGISTER_ACK:
                if any(pdu.body[:4]):  # the status: 0 is yes
                    self.turns.note(Turn.STAYED, now_ns)
                self._note(now_ns, Party.SERVER, "UnregisterAck")
            case _:
                pass

    def take_sip(self, message: SipMessage, now_ns: int, *, by_phone: bool, acked_ns: int) -> None:
        """Take a message of SIP; as ``take_sccp``."""
        if by_phone and message.alarm:
            self.turns.say(message.alarm, now_ns)
        if message.method != "REGISTER" or by_phone != (message.status == 0):
            return
        key = (message.call_id, message.cseq)
        self.name = self.name or message.device or device_of_call_id(message.call_id)
        if not by_phone:
            self._take_answer(message, key, now_ns)
            return
        if message.reason:
            self.turns.say(f"Reason: {message.reason}", now_ns)
            self._note(now_ns, Party.PHONE, f"Reason: {message.reason}")
        if message.expires == 0 and len(self._no_registrations) < _MOST_OPEN:
            self._no_registrations[key] = None
        if message.expires == 0 and not message.keeps_standby:
            self.turns.leave_sip(now_ns)
            self._note(now_ns, Party.PHONE, "REGISTER with Expires 0: unregisters")
            return
        self.standby_keepalives += message.keeps_standby
        if not message.keeps_standby:
            self.turns.ask(now_ns)
            self.turns.ask_sip(*key, now_ns)
        self.exchanges.send(key, now_ns, message.end_seq, acked_ns=acked_ns)

    def _take_answer(self, message: SipMessage, key: tuple[str, int], now_ns: int) -> None:
        if message.status < 200:
            self.exchanges.try_(key, now_ns)
            return
        self.answers_seen += 1
        self.exchanges.answer(key, now_ns)
        is_registration = key not in self._no_registrations and message.expires != 0
        self._no_registrations.pop(key, None)
        if is_registration:
            self.turns.answer(now_ns)
        if message.status < 300 and is_registration:
            self.turns.grant_sip(*key, message.expires, now_ns)
        if message.status < 300:
            self.registrations, self.registered_ns = self.registrations + 1, now_ns
            self.granted_s = message.expires or self.granted_s
        elif message.status not in _CHALLENGES:
            self.rejected_ns = now_ns
            self._note(now_ns, Party.SERVER, f"REGISTER answered {message.status}")

    def _note(self, now_ns: int, by: Party, text: str) -> None:
        if len(self.notables) < _MOST_NOTABLES:
            self.notables.append((now_ns, by, text))
