"""Hosts on the way: ``user@host:port``, several with commas between them, the nearest to us first."""

from __future__ import annotations

import ipaddress
import re
import shlex

from switchcorr.model.inventory import JumpHop

_HOP = re.compile(
    r"(?:ssh://)?(?:(?P<user>[^@\s,:]{1,64})@)?(?:\[(?P<v6>[0-9A-Fa-f]*:[0-9A-Fa-f:.%\w]+)\]|(?P<host>[^\s,:@\[\]]+))(?::(?P<port>\d{1,5}))?"
)
_DNS_NAME = re.compile(r"(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62}(?<!-))?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62}(?<!-))?)*\.?")


def is_host(text: str) -> bool:
    """Whether a text is an address, with or without a zone, or a DNS name.

    >>> is_host("192.0.2.1"), is_host("fe80::1%eth0"), is_host("acc-12.example.net"), is_host("-oProxyCommand"), is_host("1.2.3.400")
    (True, True, True, False, False)
    """
    try:
        return bool(ipaddress.ip_address(text))
    except ValueError:
        return bool(_DNS_NAME.fullmatch(text)) and not re.fullmatch(r"[\d.]+", text)


def parse_jumps(text: str) -> tuple[JumpHop, ...] | None:
    """The hops of a text, nearest first; None if it cannot be understood.

    >>> [str(hop) for hop in parse_jumps("netops@bastion.example.net,[2001:db8::1]:2222") or ()]
    ['bastion.example.net:22', '2001:db8::1:2222']
    """
    hops = []
    for part in text.split(","):
        found = _HOP.fullmatch(part.strip())
        host = (found["v6"] or found["host"]) if found else ""
        port = int(found["port"] or 22) if found else 0
        if found is None or not is_host(host) or not 1 <= port <= 65535:
            return None
        hops.append(JumpHop(host, port, found["user"] or ""))
    return tuple(hops)


def jumps_of_ssh_options(text: str) -> tuple[str, list[str]]:
    """The way in OpenSSH's options, as a text for ``parse_jumps``, and the options that were not used.

    Understood are ``-J``, ``-o ProxyJump=`` and ``-o ProxyCommand="ssh -W %h:%p ..."``. A way that cannot be understood is given
    back as an unused option.

    >>> jumps_of_ssh_options('-o ProxyCommand="ssh -q -W %h:%p netops@bastion"')
    ('netops@bastion', [])
    """
    try:
        words = shlex.split(text)
    except ValueError:
        return "", ["quotes that do not end"]
    way, unused = "", []
    while words:
        word = words.pop(0)
        if word in ("-o", "-J") and words:
            word += words.pop(0)
        if word.startswith("-J") and len(word) > 2:
            way = word[2:]
            continue
        name, _, value = word.removeprefix("-o").strip().partition("=" if "=" in word else " ")
        found = _way(name.lower(), value)
        way = found or way
        if not found and value.lower() != "none":
            unused.append(name if word.startswith("-o") else word)
    return way, unused


def _way(option: str, value: str) -> str:
    if option == "proxyjump" and value.lower() != "none":
        return value
    return _target_of_command(value) if option == "proxycommand" else ""


def _target_of_command(command: str) -> str:
    """``user@host:port`` of a command that is nothing but an SSH client's; empty for any other."""
    try:
        words = shlex.split(command)
    except ValueError:
        return ""
    options: dict[str, str] = {}
    target = ""
    if not words or words.pop(0).rpartition("/")[2] != "ssh":
        return ""
    while words:
        word = words.pop(0)
        if word[:2] in ("-W", "-p", "-l"):
            options[word[:2]] = word[2:] or (words.pop(0) if words else "")
        elif word == "-q":
            continue
        elif word.startswith("-") or target:
            return ""
        else:
            target = word
    if options.get("-W") != "%h:%p" or not target:
        return ""
    user = f"{options['-l']}@" if "-l" in options and "@" not in target else ""
    return f"{user}{target}:{options['-p']}" if "-p" in options else user + target
