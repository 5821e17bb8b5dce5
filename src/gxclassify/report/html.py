"""The HTML report: one file with the marked articles, its styles, its scripts and its data; nothing is fetched."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from gxclassify.report.base import Report
from gxclassify.report.view import document_view, model_view, viewing_thresholds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gxclassify.model import Model
    from gxclassify.reading import Document
    from gxclassify.tagged import TaggedParagraph

__all__ = ["DATA_MARK", "HtmlReport", "json_for_script", "report_template"]

STATIC = Path(__file__).parent.parent / "server" / "static"
TEMPLATE = Path(__file__).with_name("report.html")
DATA_MARK = "@@DATA@@"
"""Where the data goes in `report_template`."""

_STYLES = ("base.css", "reading.css")
# In the order of their imports: the scripts are laid end to end, without a bundler.
_SCRIPTS = (
    "dom.js", "preferences.js", "language.js", "words-reading.js", "themes.js", "decide.js", "marks.js", "popover.js",
    "details.js", "repairs.js", "article.js", "panel.js", "downloads.js", "reading.js", "bar.js", "report.js",
)  # fmt: skip
_IMPORT = re.compile(r"^import [^\n]*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function |const |class |let )", re.MULTILINE)


@cache
def report_template() -> str:
    """Return the report's page with `DATA_MARK` where its data goes.

    The page's own content policy names the hashes of its one style and one script: nothing else in it can run, whatever
    the texts contain.
    """
    style = "\n".join((STATIC / name).read_text(encoding="utf-8") for name in _STYLES)
    script = "\n".join(_plain_script((STATIC / name).read_text(encoding="utf-8")) for name in _SCRIPTS)
    page = TEMPLATE.read_text(encoding="utf-8")
    parts = {"STYLE": style, "SCRIPT": script, "STYLE_HASH": _hash(style), "SCRIPT_HASH": _hash(script)}
    return re.sub(r"@@(STYLE|SCRIPT|STYLE_HASH|SCRIPT_HASH)@@", lambda match: parts[match[1]], page)


def _plain_script(module: str) -> str:
    return _EXPORT.sub("", _IMPORT.sub("", module))


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def json_for_script(value: Any) -> str:
    r"""Return `value` as JSON that can stand in a script element: no text in it can close the element.

    >>> print(json_for_script("</script>"))
    "\u003c/script>"
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # Every < is escaped, so neither an end tag nor a comment can begin; a lone surrogate cannot be written as UTF-8.
    text = text.replace("<", "\\u003c")
    return re.sub("[\ud800-\udfff]", lambda match: f"\\u{ord(match[0]):04x}", text)


class HtmlReport(Report):
    """One page to look at, with all that the served page can do and no server."""

    def __init__(self, model: Model, stream: TextIO) -> None:
        super().__init__(model, stream)
        self._viewing = model.with_thresholds(viewing_thresholds(model))
        head, self._tail = report_template().split(DATA_MARK)
        table = json_for_script(model_view(model))
        stream.write(f'{head}{table[:-1]},"documents":[')
        self._before = ""

    def write(self, document: Document, paragraphs: Iterable[TaggedParagraph]) -> None:
        """Write one document; its evidence goes down to low probabilities, for the threshold sliders."""
        view = document_view(document, self._with_more_evidence(document, list(paragraphs)))
        self.stream.write(self._before + json_for_script(view))
        self._before = ","

    def close(self) -> None:
        """Close the page."""
        self.stream.write("]}" + self._tail)

    def _with_more_evidence(self, document: Document, paragraphs: list[TaggedParagraph]) -> Iterator[TaggedParagraph]:
        if any(paragraph.tags for paragraph in paragraphs) and not any(paragraph.evidence for paragraph in paragraphs):
            yield from paragraphs  # evidence was not asked for
            return
        yield from self._viewing.tag(document)
