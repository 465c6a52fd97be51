"""Style and script as the page carries them: without what only their authors read.

Names, order and line ends of the script stay, so that a reader of the page can still follow it.
"""

from __future__ import annotations

import re

_BLOCK = re.compile(r"^[ \t]*/\*.*?\*/\n", re.DOTALL | re.MULTILINE)
_REMARK = re.compile(r"(?:^[ \t]*|  )//[^\"'`\n]*$", re.MULTILINE)
_INDENT = re.compile(r"\n[ \t\n]+")
_OPERATOR = re.compile(r" ([=!]==|=>|&&|\|\||[<>]=?|\?\?|[=?:*/+]) (?!\+)")
_AROUND = re.compile(r"\s*([{};,>])\s*")


def shipped_script(source: str) -> str:
    r"""A script without comments, indentation, empty lines and the blanks around most operators.

    A comment is one that fills whole lines, or one behind two blanks and without a quote. No text of the script spans lines or holds an
    operator between blanks.

    >>> shipped_script('/* What it is. */\nf();  // why\n\n\ta = b ? "//c" : 1;\n')
    'f();\na=b?"//c":1;\n'
    """
    bare = _INDENT.sub("\n", _REMARK.sub("", _BLOCK.sub("", source))).lstrip("\n")
    return _OPERATOR.sub(r"\1", bare)


def shipped_style(source: str) -> str:
    r"""A style without comments and blanks between its parts.

    >>> shipped_style('a, b > c {\n  color: red; margin: 0 1px;\n}\n')
    'a,b>c{color:red;margin:0 1px}'
    """
    tight = _AROUND.sub(r"\1", _BLOCK.sub("", source))
    return tight.replace(": ", ":").replace(";}", "}").strip()
