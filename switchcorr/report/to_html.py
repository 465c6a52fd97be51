"""The one door to HTML: packaged templates, autoescape, a policy that allows nothing but the page's own style and script.

The page is one file that loads nothing: the SHA-256 of its style and of its one script stand in the content security policy. The script
gets its data as packed blocks.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup, escape
from rcssmin import cssmin
from rjsmin import jsmin

from switchcorr.errors import ReportError
from switchcorr.files import write_whole
from switchcorr.model.changes import Comparison
from switchcorr.model.incident import Correlation
from switchcorr.report.changes_view import ChangesView, changes_view
from switchcorr.report.estate import Estate
from switchcorr.report.estate_build import make_estate
from switchcorr.report.inventory import inventory_view
from switchcorr.report.page import cause_switches, page_view
from switchcorr.report.page_data import CauseTag, page_blocks
from switchcorr.report.past import PastAudit
from switchcorr.resources import templates_directory

_COMMAND = re.compile(r"`([^`]+)`")


def render_html(
    result: Correlation,
    *,
    estate: Estate | None = None,
    changes: Comparison | None = None,
    looked: str = "",
    templates: Path | None = None,
) -> str:
    """The report page of a correlation; the same result gives the same bytes.

    Args:
        result: the answer.
        estate: the network and the log it was made from; None draws what the answer alone tells.
        changes: what changed since another look, as a section of its own; None for none.
        looked: which time was looked at, where nobody named one.
        templates: directory of the page's templates; None is the one that comes with the program.

    Raises:
        ReportError: a template is missing or wrong.
    """

    def values() -> Mapping[str, object]:
        shown = estate or make_estate(result)
        view = page_view(result, shown)
        causes = [CauseTag(cause.view.name, cause.css) for one in view.incidents for cause in one.causes]
        blocks = page_blocks(shown, causes, cause_switches(result, shown), tickets=[one.ticket for one in view.incidents])
        return {"page": view, "view": view.result, "blocks": blocks, "looked": looked, "changes": changes and _changes(changes, shown)}

    return _rendered("report.html.j2", templates, values)


def render_inventory(result: Correlation, estate: Estate, *, templates: Path | None = None) -> str:
    """The page of a network without any incident: where every phone is, and how well its parts are.

    Args:
        result: an answer without incidents; its coverage is shown.
        estate: the network.
        templates: directory of the page's templates; None is the one that comes with the program.

    Raises:
        ReportError: a template is missing or wrong.
    """
    return _rendered("inventory.html.j2", templates, lambda: {"page": inventory_view(result, estate), "blocks": page_blocks(estate)})


def render_changes(comparison: Comparison, result: Correlation, *, estate: Estate | None = None, templates: Path | None = None) -> str:
    """The page of what changed between two looks, with the network of the later one to search and to open.

    Args:
        comparison: the changes.
        result: an answer of the later look, with or without incidents; its coverage and its time are shown.
        estate: the network of the later look; None shows the changes alone.
        templates: directory of the page's templates; None is the one that comes with the program.

    Raises:
        ReportError: a template is missing or wrong.
    """

    def values() -> Mapping[str, object]:
        shown = estate or make_estate(result)
        return {"page": inventory_view(result, shown), "blocks": page_blocks(shown), "changes": _changes(comparison, shown)}

    return _rendered("changes.html.j2", templates, values)


def _changes(comparison: Comparison, estate: Estate) -> ChangesView:
    return changes_view(comparison, switches=estate.switch_index, phones=estate.phone_index)


def render_past(rows: Sequence[PastAudit], *, templates: Path | None = None) -> str:
    """The page of past audits, in the order given.

    Raises:
        ReportError: a template is missing or wrong.
    """
    return _rendered("past.html.j2", templates, lambda: {"rows": rows})


def _rendered(name: str, templates: Path | None, values: Callable[[], Mapping[str, object]]) -> str:
    directory = templates or templates_directory() / "report"
    try:
        page = _environment(directory).get_template(name)
        style = cssmin((directory / "report.css").read_text(encoding="utf-8"))
        script = jsmin((directory / "report.js").read_text(encoding="utf-8"))
        own = {"style": Markup(style), "style_hash": _hash(style), "script": Markup(script), "script_hash": _hash(script)}  # noqa: S704  # our own files
        return page.render(**own, **values()) + "\n"
    except (jinja2.TemplateError, OSError) as error:
        raise ReportError(f"report template: {error}.") from error


@cache
def _environment(directory: Path) -> jinja2.Environment:
    loader = jinja2.FileSystemLoader(directory)
    made = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters |= {"commands": commands, "step": step}
    return made


def commands(words: str) -> Markup:
    """A sentence as markup, all of it escaped; what stands between two backquotes is a command.

    >>> str(commands("Run `show module <1>`, then wait."))
    'Run <code>show module &lt;1&gt;</code>, then wait.'
    """
    return Markup(_COMMAND.sub(r"<code>\1</code>", str(escape(words))))  # noqa: S704  # escaped before


def step(words: str) -> Markup:
    """The same of one step of a list, without the full stop behind a command that ends it: that stands in a line of its own.

    >>> str(step("Read them: `show errors`."))
    'Read them: <code>show errors</code>'
    """
    return commands(words.removesuffix(".") if words.endswith("`.") else words)


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def write_html(result: Correlation, path: Path, *, estate: Estate | None = None, changes: Comparison | None = None) -> None:
    """Write the report page, whole or not at all.

    Raises:
        ReportError: a template is missing or wrong.
        InputFileError: the file cannot be written.
    """
    write_whole(path, render_html(result, estate=estate, changes=changes))
