"""Style and script as the page carries them: without what only their authors read.

Names and order of the script stay, so that a reader of the page can still follow it.
"""

from __future__ import annotations

import re

_BLOCK = re.compile(r"^[ \t]*/\*.*?\*/\n", re.DOTALL | re.MULTILINE)
_REMARK = re.compile(r"(?:^[ \t]*|  )//[^\"'`\n]*$", re.MULTILINE)
_INDENT = re.compile(r"\n[ \t\n]+")
_GOES_ON = (";", "{", "}", ",")
"""What a line ends with whose end ends nothing: every statement of the script has its semicolon."""
_AROUND = re.compile(r"\s*([{};,>])\s*")
_BESIDE = re.compile(
    r"""("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\\n])*`|(?:(?<=[(!])|(?<=[(,=:?&|!] ))/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])+/)"""
    r"""|(?:(?<![+-])[ ])?([=+*/%<>?:&|,;{}()\[\]!-])(?:[ ](?![+-]))?"""
)
"""A text or a pattern, which stays as it is; else a sign with a blank before and behind, of which one stays where it parts two signs."""


def shipped_script(source: str) -> str:
    r"""A script without comments, indentation, blanks beside its signs, and ends of lines that end nothing.

    A comment is one that fills whole lines, or one behind two blanks and without a quote. No text of the script spans lines.

    >>> shipped_script('/* What it is. */\nf(a, 1);  // why\n\n\tg("//a + b");\n')
    'f(a,1);g("//a + b");'
    """
    bare = _INDENT.sub("\n", _REMARK.sub("", _BLOCK.sub("", source))).lstrip("\n")
    tight = _BESIDE.sub(lambda found: found[1] or found[2], bare)
    return (
        "".join(line if line.endswith(_GOES_ON) and "//" not in line else f"{line}\n" for line in tight.split("\n"))
        .strip()
        .replace(";}", "}")
    )


def shipped_style(source: str) -> str:
    r"""A style without comments and blanks between its parts.

    >>> shipped_style('a, b > c {\n  color: red; margin: 0 1px;\n}\n')
    'a,b>c{color:red;margin:0 1px}'
    """
    tight = _AROUND.sub(r"\1", _BLOCK.sub("", source))
    return tight.replace(": ", ":").replace(";}", "}").strip()
