"""What the page carries of its style and script: all that works, nothing that only their authors read."""

from __future__ import annotations

import re

import pytest

from switchcorr.report.assets import shipped_script, shipped_style
from switchcorr.resources import templates_directory

_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"|`[^`\n]*`')
_BLANKS = re.compile(r"(?<!\w) | (?!\w)")


def _source(name: str) -> str:
    return (templates_directory() / "report" / name).read_text(encoding="utf-8")


def test_the_script_loses_comments_blanks_beside_signs_and_ends_of_lines_only() -> None:
    source, shipped = _source("report.js"), shipped_script(_source("report.js"))
    code = [line for line in source.split("\n") if not line.lstrip().startswith(("/*", "*", "//"))]
    bare = [re.sub("  // .*", "", line).strip() for line in code]
    assert _BLANKS.sub("", shipped).replace("\n", "") == _BLANKS.sub("", "".join(bare)).replace(";}", "}")
    plain = "\n".join(line for line in bare if "'\"'" not in line)
    assert len(_STRING.findall(plain)) > 300
    assert all(text in shipped for text in _STRING.findall(plain))
    assert "/*" not in shipped
    assert not re.search("^//|  //", shipped, re.MULTILINE)


def test_no_text_of_the_script_spans_lines_so_that_indentation_is_never_a_part_of_one() -> None:
    assert all(line.count("`") % 2 == 0 for line in _source("report.js").split("\n"))


@pytest.mark.parametrize("line", ['a("//x");', 'g="  //";', "h=`a  // b`;"])
def test_a_comment_that_could_be_a_text_stays(line: str) -> None:
    assert shipped_script(f"{line}\n") == line
    assert shipped_script("f();  // don't;\ng();\n") == "f();//don't;\ng();"


def test_a_line_ends_where_something_ends() -> None:
    assert shipped_script("if (a) {\n\tf(b,\n\t\tc);\n}\nlet d = 1\ng();\n") == "if(a){f(b,c)}let d=1\ng();"


@pytest.mark.parametrize(
    ("line", "shipped"),
    [
        ("a = b + -c;", "a=b+ -c;"),
        ("a = b - -c;", "a=b- -c;"),
        ('f("a, b", `c = ${d + 1}`, \'"\' + e);', 'f("a, b",`c = ${d + 1}`,\'"\'+e);'),
        (
            '(/^[\\s"\']*[=+] x/.test(a) ? "\'" : "") + a.replace(/"/g, "\'\'");',
            '(/^[\\s"\']*[=+] x/.test(a)?"\'":"")+a.replace(/"/g,"\'\'");',
        ),
        ("x = a / 2, y = b / 4; return [...z]; for (const s of [t]) u(s);", "x=a/2,y=b/4;return[...z];for(const s of[t])u(s);"),
    ],
)
def test_blanks_beside_signs_go_and_those_in_texts_and_patterns_and_between_two_signs_stay(line: str, shipped: str) -> None:
    assert shipped_script(f"{line}\n") == shipped


def test_the_style_keeps_every_selector_and_every_declaration() -> None:
    source, shipped = _source("report.css"), shipped_style(_source("report.css"))

    def words(text: str) -> list[str]:
        return re.sub(r"[\s;]+|(?<=\w):(?=\s)", "", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)).split("}")

    assert [part.replace(":", "") for part in words(shipped)] == [part.replace(":", "") for part in words(source)]
    assert len(shipped) < 0.9 * len(source)
