r"""What a terminal says, read without any input or output: bytes in, the next move out.

A ``CommandLine`` is told what was sent and fed with what comes; it says when an answer is whole. Its rules:

* The prompt is learned once: the last line that looks like a prompt of the platform, after which an empty line brings the same
  line again and nothing else. Greetings that look like prompts do not pass that.
* Afterwards only this prompt counts, at the start of a line and at the very end of everything received, once the command's echo
  was seen. Nothing waits on that way. Only what is odd waits a moment (``Want.SETTLE``): an answer with a prompt inside, another
  host name, a device that does not echo.
* Only the end of the text is looked at for each packet, so that the work is linear in what arrives.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence
from typing import Final

from switchcorr.text import clean

SETTLE_S: Final = 0.25
"""How long something odd must be the last word."""
ECHO_S: Final = 1.5
"""How long an echo may be on its way, once something else has come: longer than a round trip over a satellite."""
_LOGIN_TEXT = 65_536
_MOST_EMPTY_LINES = 5
_LONGEST_PROMPT = 200
_ECHO_WITHIN = 65_536
_OVERHEARD = 1 << 20
_LINE_STARTS = b"\n\r\x08"
_PAGER_ENDS = b"- mK"
_ESCAPES = re.compile(rb"\x1b\[[0-9;?]{0,16}[A-Za-z]|[\x00\x07]")
_QUESTION = re.compile(rb"(?:\[confirm\]|\[[^\[\]\r\n]{1,20}\] ?:?|\(?y(?:es)?/n(?:o)?\)?|[?:])\s*$", re.IGNORECASE)


class Want(enum.Enum):
    """What a command line needs next."""

    MORE = enum.auto()
    """Read on."""
    DONE = enum.auto()
    """The answer is whole; the prompt is learned."""
    EMPTY_LINE = enum.auto()
    """Send an empty line."""
    PAGE = enum.auto()
    """Answer the pager."""
    SETTLE = enum.auto()
    """Call ``settled`` if nothing arrives for ``settle_s``."""
    SECRET = enum.auto()
    """The device asks for a password."""
    NEW_SECRET = enum.auto()
    """It asks for a new one: leave."""
    FULL = enum.auto()
    """The most that one answer may have has arrived."""


class _Doubt(enum.Enum):
    NONE = enum.auto()
    PROMPT_INSIDE = enum.auto()
    NO_ECHO = enum.auto()
    RENAMED = enum.auto()
    PAGER = enum.auto()
    TALKATIVE = enum.auto()
    """Something else comes with each prompt."""


class CommandLine:
    """The command line of one device.

    Args:
        prompts: patterns of whole lines that are prompts, with groups ``host`` and ``command``; the first that fits counts.
        pager: what paging leaves in a text.
        most_bytes: of one answer.
        most_pages: of one answer.

    Attributes:
        prompt: as learned, without a blank behind; empty before.
        hostname: in the prompt.
        paging: whether the pager is to be expected.
        pages: answered in the running exchange.
        settle_s: how long to wait at ``Want.SETTLE``.
        warnings: sentences on what was odd.
    """

    def __init__(self, prompts: Sequence[re.Pattern[str]], pager: re.Pattern[str], *, most_bytes: int, most_pages: int) -> None:
        self._prompts = tuple(prompts)
        self._pager = pager
        self._most_bytes = most_bytes
        self._most_pages = most_pages
        self.prompt = b""
        self.hostname = ""
        self.paging = True
        self.pages = 0
        self.settle_s = SETTLE_S
        self.warnings: list[str] = []
        self._endings: tuple[bytes, ...] = ()
        self._echoes: bool | None = None
        self._wary = False
        self._learning = False
        self._secret: tuple[re.Pattern[str], re.Pattern[str]] | None = None
        self._buffer = bytearray()
        self._candidate = b""
        self._empty_lines = 0
        self._command = b""
        self._last_command = b""
        self._from = 0
        self._body = -1
        self._end = -1
        self._paged_at = 0
        self._silent_at = -1
        self._doubt = _Doubt.NONE

    def narrow(self, prompts: Sequence[re.Pattern[str]], pager: re.Pattern[str]) -> None:
        """Say which platform it is, once that is known."""
        self._prompts, self._pager = tuple(prompts), pager

    # what was sent

    def learn(self, secret: tuple[re.Pattern[str], re.Pattern[str]] | None = None) -> None:
        """From now on a prompt is to be learned.

        Args:
            secret: the questions for a password and for a new one, if the first may come.
        """
        self._learning, self._secret = True, secret
        self._candidate, self._empty_lines = b"", 0
        self._buffer.clear()

    def begin(self, command: str) -> None:
        """A command was sent."""
        self._learning = False
        self._last_command, self._command = self._command, command.encode()
        if bytes(self._buffer).replace(self.prompt, b"").strip():
            self._say_late(len(self._buffer))
        else:
            self._buffer.clear()
        self._from = self._paged_at = len(self._buffer)
        self._body, self._end, self._silent_at, self.pages = -1, -1, -1, 0
        self._candidate, self._empty_lines, self._doubt = b"", 0, _Doubt.NONE

    def nudge(self) -> bool:
        """Whether an empty line may be sent to get the prompt back; False if the device waits for the answer to a question."""
        if self.last_line and _QUESTION.search(self.last_line):
            return False
        self._silent_at = len(self._buffer)
        return True

    # what arrives

    def receive(self, data: bytes) -> Want:
        """Bytes have arrived."""
        buffer = self._buffer
        buffer += data
        if self._learning:
            return self._look_for_prompt()
        if self._end >= 0 and data:  # whole a moment ago, and now there is more
            self._end, self._wary = -1, self._wary or not data.isspace()
        if len(buffer) > self._most_bytes:
            return Want.FULL
        self._doubt = _Doubt.NONE
        if buffer.endswith(self._endings):
            return self._look_at_end()
        if buffer and buffer[-1] in _PAGER_ENDS and self._ends_with_pager():
            return self._paged()
        return Want.MORE

    def settled(self) -> Want:
        """Nothing has arrived since ``Want.SETTLE``."""
        doubt, self._doubt = self._doubt, _Doubt.NONE
        if doubt is _Doubt.TALKATIVE:
            return self._learned()
        if doubt is _Doubt.PAGER:
            return self._next_page()
        if doubt is _Doubt.RENAMED:
            self._silent_at = len(self._buffer)
            self._empty_lines += 1
            return Want.EMPTY_LINE if self._empty_lines <= _MOST_EMPTY_LINES else Want.MORE
        if doubt is _Doubt.NO_ECHO:
            if self._echoes is None:
                self._echoes = False
            self._body = self._from
        return self._whole() if doubt is not _Doubt.NONE else Want.MORE

    # what there is

    @property
    def text(self) -> bytes:
        """The answer, as far as it is there: without the echo, without the prompt behind, at most as much as one may have."""
        if self._body < 0:
            self._find_echo(len(self._buffer))
        start = max(self._body, self._from)
        end = self._end if self._end >= 0 else len(self._buffer)
        with memoryview(self._buffer) as view:
            return bytes(view[start : min(end, start + self._most_bytes)])

    @property
    def last_line(self) -> bytes:
        """What stands behind the last end of line; at most its last 200 bytes."""
        tail = bytes(self._buffer[-_LONGEST_PROMPT:])
        return tail[max(tail.rfind(b"\n"), tail.rfind(b"\r")) + 1 :]

    def drop(self) -> None:
        """Forget the text of the last answer; it was taken."""
        self._buffer = bytearray()
        self._body = self._end = 0

    def overhear(self, data: bytes) -> None:
        """Bytes have arrived while nothing was asked."""
        if len(self._buffer) < _OVERHEARD:
            self._buffer += data

    # learning the prompt

    def _look_for_prompt(self) -> Want:
        buffer = self._buffer
        if len(buffer) > 2 * _LOGIN_TEXT:
            del buffer[:-_LOGIN_TEXT]
        line = self.last_line
        if self._candidate and buffer.endswith(self._candidate) and not bytes(buffer[: -len(self._candidate)]).strip():
            return self._learned()
        if self._secret is not None and (asked := self._asked_for_secret(line)) is not None:
            return asked
        if not self._host_in(line):
            return Want.MORE
        if self._empty_lines >= _MOST_EMPTY_LINES:
            return self._settle(_Doubt.TALKATIVE) if line == self._candidate else Want.MORE
        self._candidate = line
        self._empty_lines += 1
        buffer.clear()
        return Want.EMPTY_LINE

    def _learned(self) -> Want:
        if len(self._buffer) == len(self._candidate):
            self._echoes = False  # not even the empty line came back
        self._take_prompt(self._candidate)
        self._learning = False
        self.drop()
        return Want.DONE

    def _take_prompt(self, prompt: bytes) -> None:
        self.hostname = self._host_in(prompt)
        self.prompt = prompt.rstrip(b" ")
        ending = self.prompt[self.prompt.find(self.hostname.encode("latin-1")) + len(self.hostname) :]
        self._endings = (ending, ending + b" ")

    def _asked_for_secret(self, line: bytes) -> Want | None:
        if self._secret is None:
            return None
        question, new = self._secret
        shown = line.decode("latin-1")
        if new.search(shown):
            return Want.NEW_SECRET
        if question.search(shown):
            self._buffer.clear()
            return Want.SECRET
        return None

    def _host_in(self, line: bytes) -> str:
        """The host name in a line that is a prompt with nothing typed behind it; empty if it is none."""
        shown = _ESCAPES.sub(b"", line).decode("latin-1")
        for pattern in self._prompts:
            found = pattern.fullmatch(shown)
            if found and not found["command"]:
                return found["host"]
        return ""

    # the end of an answer

    def _look_at_end(self) -> Want:
        start = self._start_of(self.prompt)
        if start >= 0:
            return self._prompt_seen(start)
        if self._silent_at >= 0 and self._candidate and (start := self._start_of(self._candidate)) >= 0:
            return self._renamed(start)
        line = self.last_line
        if self._host_in(line):
            self._candidate = line.rstrip(b" ")
            return self._settle(_Doubt.RENAMED)
        if self._buffer[-1] in _PAGER_ENDS and self._ends_with_pager():
            return self._paged()
        return Want.MORE

    def _start_of(self, prompt: bytes) -> int:
        """Where the prompt begins that everything ends with; -1 if there is none at the start of a line."""
        buffer = self._buffer
        start = len(buffer) - len(prompt) - (0 if buffer.endswith(prompt) else 1)
        if start < 0 or not buffer.startswith(prompt, start):
            return -1
        return start if start in (self._from, 0) or buffer[start - 1] in _LINE_STARTS else -1

    def _prompt_seen(self, start: int) -> Want:
        if self._body < 0 and not self._find_echo(start):
            if self._echoes is False:
                self._body = self._from
            elif self._echoes and self._is_left_over(start):
                return Want.MORE
            else:
                return self._settle(_Doubt.NO_ECHO)
        if self._wary or self._buffer.find(b"\n" + self.prompt, self._body, start) >= 0:
            self._wary = True
            return self._settle(_Doubt.PROMPT_INSIDE)
        return self._whole()

    def _is_left_over(self, start: int) -> bool:
        """Whether there is nothing but prompts of before the command."""
        return start - self._from < _LONGEST_PROMPT and not bytes(self._buffer[self._from :]).replace(self.prompt, b"").strip()

    def _whole(self) -> Want:
        end = self._start_of(self.prompt)
        if self._silent_at >= 0 and not bytes(self._buffer[self._silent_at : end]).strip():
            end = self._silent_at  # behind it there is nothing but our empty line
        self._end = max(end, self._body)
        return Want.DONE

    def _renamed(self, start: int) -> Want:
        """An empty line brought the new prompt again: that is the prompt from now on."""
        if bytes(self._buffer[self._silent_at : start]).strip():
            return self._settle(_Doubt.RENAMED)
        old, end = self.prompt, self._silent_at
        self._find_echo(end)
        self._take_prompt(self._candidate)
        first = bytes(self._buffer[max(0, end - _LONGEST_PROMPT) : end]).rstrip(b" ")
        self._body = max(self._body, self._from)
        self._end = max(end - (len(self.prompt) if first.endswith(self.prompt) else 0), self._body)
        self.warnings.append(f"The prompt changed from {_shown(old)} to {_shown(self.prompt)} during the visit.")
        return Want.DONE

    def _settle(self, doubt: _Doubt) -> Want:
        self._doubt = doubt
        self.settle_s = ECHO_S if doubt is _Doubt.NO_ECHO else SETTLE_S
        return Want.SETTLE

    def _find_echo(self, end: int) -> bool:
        """Find the command in what came back and note where the answer begins behind it."""
        command, buffer = self._command, self._buffer
        end = min(end, self._from + _ECHO_WITHIN)
        if not command or self._echoes is False:
            return False
        at = buffer.find(command, self._from, end)
        while at >= 0 and not self._stands_alone(at):
            at = buffer.find(command, at + 1, end)
        if at < 0:
            return False
        self._echoes = True
        if bytes(buffer[self._from : at]).replace(self.prompt, b"").strip():
            self._say_late(at - self._from)
        behind = at + len(command)
        newline = buffer.find(b"\n", behind, behind + 8)
        self._body = newline + 1 if newline >= 0 and not bytes(buffer[behind:newline]).strip() else behind
        return True

    def _stands_alone(self, at: int) -> bool:
        buffer, behind = self._buffer, at + len(self._command)
        if not (behind >= len(buffer) or buffer[behind] in b"\r\n \x08\x1b"):
            return False
        before = bytes(buffer[max(self._from, at - len(self.prompt) - 1) : at]).rstrip(b" ")
        return at == self._from or buffer[at - 1] in _LINE_STARTS or before.endswith(self.prompt)

    # what comes between the answers

    def _say_late(self, size: int) -> None:
        self._wary = True
        last = self._last_command.decode("latin-1")
        self.warnings.append(f"{size} bytes came behind the answer to '{last}': that answer may lack its end.")

    # the pager

    def _ends_with_pager(self) -> bool:
        line = self.last_line
        if b"ore" not in line or self._buffer.find(b"\n", self._paged_at) < 0:
            return False
        shown = _ESCAPES.sub(b"", line).decode("latin-1").strip()
        return self._pager.fullmatch(shown) is not None

    def _paged(self) -> Want:
        return self._next_page() if self.paging else self._settle(_Doubt.PAGER)

    def _next_page(self) -> Want:
        if self.pages >= self._most_pages:
            return Want.FULL
        self.pages += 1
        self._paged_at = len(self._buffer)
        return Want.PAGE


def _shown(prompt: bytes) -> str:
    return clean(_ESCAPES.sub(b"", prompt))
