"""Everything that a simulated switch can do wrong; each member says what a client must do about it."""

from __future__ import annotations

import enum


class Fault(enum.StrEnum):
    """A fault of a simulated switch. Those "of one answer" play once a session, at ``LabSwitch.fault_at``."""

    NONE = "none"
    """A healthy switch."""

    # before the login
    CONNECTION_REFUSED = "connection_refused"
    """The port is closed: say that it was refused, at once, and not that something timed out."""
    SYN_DROPPED = "syn_dropped"
    """Packets vanish: give up at the limit for connecting."""
    SILENT = "silent"
    """The connection is accepted and nothing is ever sent: give up at the limit for connecting."""
    NOT_SSH = "not_ssh"
    """A web server answers: say that it is no SSH server."""
    FIRST_CONNECTION_RESET = "first_connection_reset"
    """The first connection is reset, later ones are fine: try once more."""
    CHANGED_HOST_KEY = "changed_host_key"
    """Another key than ``LabServer.host_key`` tells: leave before any credential is sent."""
    WRONG_PASSWORD = "wrong_password"  # noqa: S105  # the name of a fault, not a password
    """Every login is refused: never try the same password again in this sweep."""
    PASSWORD_EXPIRED = "password_expired"  # noqa: S105  # the name of a fault, not a password
    """The password is taken, then a new one is asked for: never answer that."""

    # the prompt
    NO_PROMPT = "no_prompt"
    """A greeting and no prompt, ever: give up at the limit for logging in."""
    ODD_PROMPT = "odd_prompt"
    """A prompt as no platform has it (``[name] $``): say what was seen instead of a prompt."""
    BANNER_PROMPTS = "banner_prompts"
    """A greeting with ``#`` and ``>`` in it and lines that look exactly like the prompt: find the real one."""
    NO_ECHO = "no_echo"
    """Nothing that is typed is shown: do not wait for the echo."""
    HOSTNAME_CHANGES = "hostname_changes"
    """Another host name in the prompt from ``fault_at`` on: learn the new prompt, go on, and warn."""
    NEEDS_ENABLE = "needs_enable"
    """Every show command is invalid until ``enable``: become privileged if there is a secret, else report the answers as invalid."""
    ENABLE_REFUSED = "enable_refused"
    """The enable secret is refused: report it, and ask what may be asked without."""
    AUTHORIZATION_FAILED = "authorization_failed"
    """No command is authorised: report each as denied; this is no data."""
    COMMAND_DENIED = "command_denied"
    """The command at ``fault_at`` is not authorised: report this one as denied and go on with the next."""

    # the pager
    PAGING_STAYS_ON = "paging_stays_on"
    """``terminal length 0`` is refused: answer the pager."""
    ENDLESS_PAGER = "endless_pager"
    """Paging cannot be turned off, and the answer at ``fault_at`` never ends: stop at the limit of pages."""

    # one answer
    HANG_MID_OUTPUT = "hang_mid_output"
    """Half of the answer at ``fault_at``, then nothing, the connection stays: keep the half, give up at the idle limit."""
    RESET_MID_OUTPUT = "reset_mid_output"
    """Half of the answer, then the connection is reset: notice at once, keep the half."""
    CLOSED_MID_OUTPUT = "closed_mid_output"
    """Half of the answer, then the connection ends without a word of SSH: notice at once, keep the half."""
    SESSION_CLOSED = "session_closed"
    """After the answer at ``fault_at`` the switch ends the session cleanly: notice at once, keep what is there."""
    DRIP = "drip"
    """The answer comes a byte a second, for ever: the deadline of the visit ends it."""
    SLOW_VTY = "slow_vty"
    """Everything comes with 4 kB a second: wait, for the switch is healthy."""
    GARBAGE = "garbage"
    """Bytes in the answer that are no UTF-8, and NULs: keep them as received."""
    CONSOLE_LINE = "console_line"
    """A line of the console log in the middle of the answer: keep it, and let no parser take it for a row."""
    PROMPT_IN_DESCRIPTION = "prompt_in_description"
    """The prompt inside a line, at the end of a packet: read on, for it does not stand at the start of its line."""
    PROMPT_LINE_IN_OUTPUT = "prompt_line_in_output"
    """A whole line that is the prompt, with more text behind it in the same packet: read on."""
    FLOOD = "flood"
    """The answer has 1 GB: stop at the most that an answer may have."""
    LONG_LINE = "long_line"
    """The answer is one line of 50 MB: stop at the most that an answer may have, without ever searching all of it."""
    SECRETS_IN_OUTPUT = "secrets_in_output"
    """The answer holds the login's password, ``username x password 7 ...`` and communities: mask them before anything is stored."""
    OPENS_CHANNEL = "opens_channel"
    """The switch asks the client for channels of its own (a forwarded port, X11, the agent): refuse each of them."""
