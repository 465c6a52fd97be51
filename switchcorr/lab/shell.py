"""The command line of a simulated switch, without any input or output: bytes in, steps out.

A ``Shell`` is fed with what a client types and gives back, lazily, what is to be said and done: so SSH and Telnet servers, and
tests without any server, share it. A client's bytes are handled one after the other; while an answer is played, the next
ones wait in the server.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from switchcorr.lab.dialects import DIALECTS
from switchcorr.lab.faults import Fault
from switchcorr.lab.journal import Kind
from switchcorr.lab.misbehaviour import misbehave
from switchcorr.lab.steps import Close, Hang, Say, Step, Wait
from switchcorr.lab.switch import LabSwitch

Heard = Callable[[Kind, bytes], None]
"""Told of everything that was received."""

PAGE = 24
"""Lines of a terminal until it is told otherwise; the last one is the pager's."""
LONGEST_LINE = 4096
_CR, _LF, _INTERRUPT, _ERASE_LINE, _BACKSPACES = 0x0D, 0x0A, 0x03, 0x15, (0x08, 0x7F)
_PAGING_FAULTS = {Fault.PAGING_STAYS_ON, Fault.ENDLESS_PAGER}


class _State(enum.Enum):
    COMMAND = enum.auto()
    SECRET = enum.auto()
    PAGER = enum.auto()
    GONE = enum.auto()


@dataclass(slots=True)
class _Terminal:
    """What a session may change of itself."""

    length: int = PAGE
    privileged: bool = False
    name: str = ""


class Shell:
    """One session at the command line.

    Args:
        visit: number given to the switch's answers.
        heard: told of every line, key and secret.
    """

    def __init__(self, switch: LabSwitch, *, visit: int, heard: Heard) -> None:
        self._switch = switch
        self._dialect = DIALECTS[switch.platform]
        self._visit = visit
        self._heard = heard
        self._terminal = _Terminal(privileged=not switch.enable_secret, name=switch.name)
        self._state = _State.COMMAND
        self._line = bytearray()
        self._received = bytearray()
        self._unread = (b"", 0)
        self._after_cr = False
        self._rows = 0
        self._playing: Iterator[bytes | Step] = iter(())
        self._held: bytes = b""
        self._fault_played = False
        self._leaves = False

    @property
    def prompt(self) -> str:
        """The prompt as it stands now."""
        if self._switch.fault is Fault.ODD_PROMPT:
            return f"[{self._switch.name}] $ "
        form = self._dialect.privileged if self._terminal.privileged else self._dialect.prompt
        return form.format(name=self._terminal.name)

    def greet(self) -> Iterator[Step]:
        """What is said after the login."""
        if self._switch.fault is Fault.BANNER_PROMPTS:
            yield from _banner(self.prompt)
        yield Say(b"\r\n")
        if self._switch.fault is Fault.NO_PROMPT:
            yield Say(b"Welcome.\r\n")
            yield Hang()
            return
        yield Say(self.prompt.encode())

    def receive(self, data: bytes) -> Iterator[Step]:
        """What is said and done about some bytes."""
        if self._is_over():
            self.late(data)
            return
        for place, byte in enumerate(data, start=1):
            self._unread = (data, place)
            if byte == _LF and self._after_cr:
                self._after_cr = False
                continue
            self._after_cr = byte == _CR
            if self._state is _State.PAGER:
                yield from self._page_key(byte)
            elif byte in (_CR, _LF):
                yield from self._entered()
            else:
                yield from self._typed(byte)
            if self._is_over():
                return
        self._unread = (b"", 0)

    def late(self, data: bytes) -> None:
        """Say that bytes have come which nobody will answer any more; ends of lines alone are no news."""
        if not data.strip(b"\r\n"):
            return
        for secret in filter(None, (self._switch.enable_secret, self._switch.password)):
            data = data.replace(secret.encode(), b"***")
        self._heard(Kind.REST, data)

    def end(self) -> None:
        """Say that no more bytes will come."""
        if self._received and self._state is _State.COMMAND:
            self.late(bytes(self._received))
        data, place = self._unread
        if data[place:]:
            self.late(data[place:])  # the steps of an answer ended the session in the middle of a packet
        self._unread = (b"", 0)
        self._received.clear()
        self._state = _State.GONE

    def _is_over(self) -> bool:
        return self._state is _State.GONE

    def _typed(self, byte: int) -> Iterator[Step]:
        if len(self._received) < LONGEST_LINE:
            self._received.append(byte)
        if byte in _BACKSPACES:
            if self._line:
                self._line.pop()
                yield from self._echo(b"\x08 \x08")
        elif byte in (_INTERRUPT, _ERASE_LINE):
            self._heard(Kind.CONTROL, bytes(self._received) if self._state is _State.COMMAND else bytes((byte,)))
            self._line.clear()
            self._received.clear()
            self._state = _State.COMMAND
            yield Say(b"\r\n" + self.prompt.encode())
        elif len(self._line) < LONGEST_LINE:
            self._line.append(byte)
            yield from self._echo(bytes((byte,)))

    def _echo(self, data: bytes) -> Iterator[Step]:
        if self._state is _State.COMMAND and self._switch.fault is not Fault.NO_ECHO:
            yield Say(data)

    def _entered(self) -> Iterator[Step]:
        line, received = bytes(self._line), bytes(self._received)
        self._line.clear()
        self._received.clear()
        if self._state is _State.SECRET:
            yield from self._secret(line)
            return
        self._heard(Kind.LINE, received)
        if self._switch.fault is not Fault.NO_ECHO:
            yield Say(b"\r\n")
        self._playing = self._answer(line.decode("utf-8", "replace").strip())
        self._rows = 0
        yield from self._play()

    def _secret(self, line: bytes) -> Iterator[Step]:
        self._heard(Kind.SECRET, b"")
        self._state = _State.COMMAND
        yield Say(b"\r\n")
        if self._switch.fault is not Fault.ENABLE_REFUSED and line == self._switch.enable_secret.encode():
            self._terminal.privileged = True
        else:
            yield Say(_on_wire(self._dialect.refused))
        yield Say(self.prompt.encode())

    def _play(self) -> Iterator[Step]:
        """Go on with the answer until a page is full or the answer has ended; behind it the prompt."""
        length = self._terminal.length
        while (item := self._next_item()) is not None:
            if not isinstance(item, bytes):
                yield item
                if isinstance(item, Close):
                    self._state = _State.GONE
                    return
                continue
            if length and self._rows >= length - 1:
                self._held = item
                self._state = _State.PAGER
                yield Say(self._dialect.pager)
                return
            yield Say(item)
            self._rows += 1
        yield from self._prompt_again()

    def _next_item(self) -> bytes | Step | None:
        """The line that the pager holds back, else the next one; None at the end."""
        if self._held:
            held, self._held = self._held, b""
            return held
        return next(self._playing, None)

    def _prompt_again(self) -> Iterator[Step]:
        if self._state is _State.SECRET:
            yield Say(b"Password: ")
            return
        self._state = _State.COMMAND
        yield Say(self.prompt.encode())
        if self._leaves:
            self._state = _State.GONE
            yield Close()

    def _page_key(self, byte: int) -> Iterator[Step]:
        self._heard(Kind.KEY, bytes((byte,)))
        yield Say(self._dialect.erase)
        if byte == 0x20:
            self._rows = 0
        elif byte in (_CR, _LF):
            self._rows = max(0, self._terminal.length - 2)
        else:
            self._playing, self._held = iter(()), b""
        yield from self._play()

    def _answer(self, command: str) -> Iterator[bytes | Step]:
        """The lines of an answer; as one piece where there is no pager."""
        if not command:
            return
        if command in ("exit", "quit", "logout"):
            yield Close()
            return
        if command == "enable":
            yield from self._enable()
            return
        words = command.split()
        if words[0] == "terminal" and self._dialect.sets_paging and self._switch.fault is not Fault.AUTHORIZATION_FAILED:
            yield from self._set_terminal(command, words)
            return
        yield from self._think()
        text = self._text(command)
        if self._denies(command, known=bool(text)):
            yield from self._pieces(self._dialect.denied)
        elif text is None:
            yield from self._pieces(self._dialect.invalid(self.prompt, command))
        elif self._misbehaves(command):
            self._fault_played = True
            yield from self._misbehave(text)
        else:
            yield from self._pieces(text)

    def _think(self) -> Iterator[Step]:
        if self._switch.think_s:
            yield Wait(self._switch.think_s)

    def _enable(self) -> Iterator[bytes | Step]:
        if not self._terminal.privileged:
            if self._switch.enable_secret:
                self._state = _State.SECRET
            else:
                self._terminal.privileged = True
        yield from ()

    def _set_terminal(self, command: str, words: list[str]) -> Iterator[bytes | Step]:
        known = len(words) == 3 and words[1] in ("length", "width") and words[2].isascii() and words[2].isdigit() and len(words[2]) <= 4
        if not known or (words[1] == "length" and self._switch.fault in _PAGING_FAULTS):
            yield from self._pieces(self._dialect.invalid(self.prompt, command))
        elif words[1] == "length":
            self._terminal.length = int(words[2])

    def _text(self, command: str) -> str | None:
        if self._switch.fault is Fault.NEEDS_ENABLE and not self._terminal.privileged:
            return None
        return self._switch.answers(command, self._visit)

    def _denies(self, command: str, *, known: bool) -> bool:
        if self._switch.fault is Fault.COMMAND_DENIED and known:
            denied = command == self._switch.fault_at if self._switch.fault_at else self._misbehaves(command)
            self._fault_played = self._fault_played or denied
            return denied
        return self._switch.fault is Fault.AUTHORIZATION_FAILED

    def _misbehaves(self, command: str) -> bool:
        if self._fault_played:
            return False
        return command == self._switch.fault_at if self._switch.fault_at else command != "show version"

    def _misbehave(self, text: str) -> Iterator[bytes | Step]:
        fault = self._switch.fault
        if fault is Fault.HOSTNAME_CHANGES:
            self._terminal.name = f"{self._switch.name}-new"
        self._leaves = fault is Fault.SESSION_CLOSED
        items = misbehave(self._switch, text, self.prompt)
        yield from self._pieces(text) if items is None else items

    def _pieces(self, text: str) -> Iterator[bytes]:
        """A text as it goes over the wire: in one piece, or line by line for the pager."""
        data = _on_wire(text)
        if self._terminal.length and data:
            yield from data.splitlines(keepends=True)
        elif data:
            yield data


def _on_wire(text: str) -> bytes:
    """Lines as a terminal gets them; the last one ended."""
    if not text:
        return b""
    return (text if text.endswith("\n") else f"{text}\n").replace("\n", "\r\n").encode()


def _banner(prompt: str) -> Iterator[Step]:
    """A greeting in two packets, the first of which ends with what looks exactly like the prompt."""
    yield Say(f"\r\n#### Authorised users only >>> all others leave now ###\r\n{prompt}\r\n> rules: see intranet #7\r\n{prompt}".encode())
    yield Wait(0.05)
    yield Say(f"\r\n>>> {prompt} <<<\r\n".encode())
