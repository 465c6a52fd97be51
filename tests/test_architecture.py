"""The rules of the code base that a tool can check: sizes, forbidden calls, one door each."""

from __future__ import annotations

import ast
import graphlib
import re
from collections.abc import Container, Iterator
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_SOURCES = sorted((_ROOT / "switchcorr").rglob("*.py"))
_MOST_LINES_A_FUNCTION = 60
_MOST_LINES_A_FILE = 500
_EXCEPT_EXCEPTION_ALLOWED = {"parse/pool.py", "cli/outcome.py", "collect/sweep.py", "collect/writing.py"}
_FORBIDDEN = {
    "eval(": "text is never code",
    "exec(": "text is never code",
    "shell=True": "no shell",
    "os.system": "no shell",
    "pickle.load": "no pickles from files",
    "yaml.load(": "safe_load only",
    "import_module(": "only the package's lazy door, drivers that most sweeps do without, and the reader of captures, of which most runs have none",
    "|safe": "autoescape decides",
    "flock(": "locks.py says what is wrong where a file system has no locks",
}


def _name(path: Path) -> str:
    return path.relative_to(_ROOT / "switchcorr").as_posix()


def _functions() -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in _SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield path, node


def test_files_and_functions_stay_small() -> None:
    assert [_name(path) for path in _SOURCES if path.read_text().count("\n") > _MOST_LINES_A_FILE] == []
    lines = {(_name(path), node.name, node.lineno): (node.end_lineno or 0) - node.lineno for path, node in _functions()}
    assert len(lines) > 1000
    assert [where for where, count in lines.items() if not 0 <= count < _MOST_LINES_A_FUNCTION] == []


def test_what_must_not_be_written_is_not() -> None:
    allowed = {
        "__init__.py": {"import_module("},
        "jobs/inputs/captured.py": {"import_module("},
        "jobs/sweep/drivers.py": {"import_module("},
        "locks.py": {"flock("},
    }
    texts = {_name(path): path.read_text() for path in _SOURCES}
    found = ((name, call) for name, text in texts.items() for call in _FORBIDDEN if call in text)
    assert [f"{name}: {call} {_FORBIDDEN[call]}" for name, call in found if call not in allowed.get(name, set())] == []
    caught = {name for name, text in texts.items() if re.search(r"except (Base)?Exception\b", text)}
    assert caught - _EXCEPT_EXCEPTION_ALLOWED == set()
    assert [name for name, text in texts.items() if re.search(r"^\s*(TODO|FIXME|XXX)|# *(TODO|FIXME|XXX)", text, re.MULTILINE)] == []


def test_imports_stand_at_the_top() -> None:
    """But for those of commands, which load their job when they run, so that --help stays fast."""
    within = (
        f"{_name(path)}: {function.name}"
        for path, function in _functions()
        if not _name(path).startswith("cli/") and any(isinstance(inner, ast.Import | ast.ImportFrom) for inner in ast.walk(function))
    )
    assert list(within) == []


def _module(path: Path) -> str:
    return ".".join(path.relative_to(_ROOT).with_suffix("").parts).removesuffix(".__init__")


def _needed(tree: ast.AST, modules: Container[str]) -> Iterator[str]:
    """The modules that a source names: in imports, wherever they stand, and as strings, for some are loaded by their names."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names if alias.name in modules)
            case ast.ImportFrom(module=str(package), names=names):
                inner = [f"{package}.{alias.name}" for alias in names]
                yield from (name if name in modules else package for name in inner if name in modules or package in modules)
            case ast.Constant(value=str(text)) if text in modules:
                yield text
            case _:
                pass


def test_no_module_needs_itself_not_even_when_it_runs() -> None:
    """The door of the package is left out: it holds the version for everybody, and loads its interface when somebody asks for it."""
    modules = {_module(path): path for path in _SOURCES if path != _ROOT / "switchcorr" / "__init__.py"}
    needs = {name: set(_needed(ast.parse(path.read_text()), modules)) for name, path in modules.items()}
    assert "switchcorr.cli.listen.live" in needs["switchcorr.cli.listen.command"], "imported inside a function"
    assert "switchcorr.collect.getters" in needs["switchcorr.jobs.sweep.drivers"], "named as a string"
    graphlib.TopologicalSorter(needs).prepare()


def test_templates_never_throw_a_table_away() -> None:
    templates = sorted((_ROOT / "templates" / "textfsm").glob("*.textfsm"))
    assert templates
    assert [path.name for path in templates if re.search(r"->\s*(\w+\.)?(\w+\s+)?Error", path.read_text())] == []


def test_html_templates_hold_no_inline_style_or_script() -> None:
    for path in (_ROOT / "templates" / "report").glob("*.j2"):
        text = path.read_text()
        if path.name == "_script.html.j2":  # the one script of the page and its data, whose hash stands in the policy
            assert re.findall(r"<script.*", text) == [
                '<script type="text/plain" id="d-{{ name }}">{{ text }}</script>',
                "<script>{{ script }}</script>",
            ]
            continue
        assert not re.search(r"\sstyle=|\son\w+=|<script|javascript:|https?://", text), path.name


def test_lock_files_name_no_index() -> None:
    for path in _ROOT.glob("requirements*.lock"):
        assert not re.search(r"https?://|--index|--find-links|file:", path.read_text()), path.name
