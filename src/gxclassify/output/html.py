"""The HTML report: one file with the marked articles, its styles, its scripts and its data; nothing is fetched.

What the page shows of tagged documents is plain data that the browser turns into marked articles. It holds tags down to
low probabilities and the page decides itself, so that moving a threshold needs no server. The served page uses the same
data, styles and scripts.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from gxclassify.messages import LANGUAGES, Message, spoken
from gxclassify.output.forms import Report, json_text
from gxclassify.reading.document import place_json

if TYPE_CHECKING:
    from gxclassify.model.groups import Level
    from gxclassify.model.model import Model, TaggedParagraph
    from gxclassify.reading import Article, Document, Paragraph, Repair

STATIC = Path(__file__).with_name("static")
"""The folder of the styles and scripts that the report and the served page share."""
TEMPLATE = Path(__file__).with_name("report.html")
DATA_MARK = "@@DATA@@"
"""Where the data goes in `report_template`."""

LOWEST_THRESHOLD = 0.05
"""Where the page's threshold sliders end; below it no evidence is kept."""

_STYLES = ("base.css", "reading.css")
# In the order of their imports: the scripts are laid end to end, without a bundler.
_SCRIPTS = (
    "dom.js", "preferences.js", "language.js", "words-reading.js", "themes.js", "decide.js", "marks.js", "popover.js",
    "groups.js", "details.js", "repairs.js", "article.js", "panel.js", "files.js", "downloads.js", "reading.js",
    "bar.js", "contents.js", "report.js",
)  # fmt: skip
_IMPORT = re.compile(r"^import [^\n]*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function |const |class |let )", re.MULTILINE)


@cache
def report_template() -> str:
    """Return the report's page with `DATA_MARK` where its data goes.

    The page's own content policy names the hashes of its one style and one script: nothing else in it can run, whatever
    the texts contain.
    """
    return page_template([STATIC / name for name in _STYLES], [STATIC / name for name in _SCRIPTS])


def page_template(styles: Iterable[Path], scripts: Iterable[Path]) -> str:
    """Return a page of these styles and scripts, the latter in the order of their imports; see `report_template`."""
    style = "\n".join(path.read_text(encoding="utf-8") for path in styles)
    script = "\n".join(_plain_script(path.read_text(encoding="utf-8")) for path in scripts)
    page = TEMPLATE.read_text(encoding="utf-8")
    parts = {"STYLE": style, "SCRIPT": script, "STYLE_HASH": content_hash(style), "SCRIPT_HASH": content_hash(script)}
    return re.sub(r"@@(STYLE|SCRIPT|STYLE_HASH|SCRIPT_HASH)@@", lambda match: parts[match[1]], page)


def _plain_script(module: str) -> str:
    return _EXPORT.sub("", _IMPORT.sub("", module))


def content_hash(text: str) -> str:
    """Return the hash by which a content policy allows a style or script that stands in the page."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def json_for_script(value: Any) -> str:
    r"""Return `value` as JSON that can stand in a script element: no text in it can close the element.

    >>> print(json_for_script("</script>"))
    "\u003c/script>"
    """
    text = json_text(value)
    # Every < is escaped, so neither an end tag nor a comment can begin; a lone surrogate cannot be written as UTF-8.
    text = text.replace("<", "\\u003c")
    return re.sub("[\ud800-\udfff]", lambda match: f"\\u{ord(match[0]):04x}", text)


class HtmlReport(Report):
    """One page to look at, with all that the served page can do and no server; it opens at the level asked for."""

    def __init__(self, model: Model, stream: TextIO, level: Level = "paragraph") -> None:
        super().__init__(model, stream, level)
        self._viewing = model.with_thresholds(viewing_thresholds(model))
        head, self._tail = report_template().split(DATA_MARK)
        table = json_for_script(model_view(model) | {"level": level})
        stream.write(f'{head}{table[:-1]},"documents":[')
        self._before = ""
        self._left_out: list[dict[str, str]] = []

    def write(self, document: Document, paragraphs: Iterable[TaggedParagraph]) -> None:
        """Write one document; its evidence goes down to low probabilities, for the threshold sliders."""
        view = document_view(document, self._with_more_evidence(document, list(paragraphs)))
        self.stream.write(self._before + json_for_script(view))
        self._before = ","

    def leave_out(self, problem: str) -> None:
        """Keep the sentence on an input that could not be read for the head of the page."""
        self._left_out.append(both(problem))

    def close(self) -> None:
        """Close the page with the day it was made and what was left out."""
        end = json_for_script({"made": datetime.now(UTC).astimezone().date().isoformat(), "left_out": self._left_out})
        self.stream.write(f"],{end[1:]}{self._tail}")

    def _with_more_evidence(self, document: Document, paragraphs: list[TaggedParagraph]) -> Iterator[TaggedParagraph]:
        if any(paragraph.tags for paragraph in paragraphs) and not any(paragraph.evidence for paragraph in paragraphs):
            yield from paragraphs  # evidence was not asked for
            return
        for given, viewed in zip(paragraphs, self._viewing.tag(document), strict=True):
            yield viewed if given.facts is None else viewed.with_facts(given.facts)


def viewing_thresholds(model: Model) -> dict[str, float]:
    """Return the thresholds to tag with for viewing: so low that evidence is there wherever a slider may be moved.

    >>> from gxclassify import load_model
    >>> max(viewing_thresholds(load_model()).values())
    0.05
    """
    if model.taxonomy.exclusive:  # no slider
        return {}
    return {theme: min(threshold, LOWEST_THRESHOLD) for theme, threshold in model.thresholds.items()}


def model_view(model: Model) -> dict[str, Any]:
    """Return what the page needs to know of `model`: its name, its themes with thresholds, its rule of decision."""
    taxonomy = model.taxonomy
    return {
        "model": model.name,
        "exclusive": taxonomy.exclusive,
        "at_least_one": taxonomy.at_least_one,
        "lowest_threshold": LOWEST_THRESHOLD,
        "themes": [theme.to_json() | {"threshold": model.thresholds[theme.id]} for theme in taxonomy.themes],
    }


def both(text: str) -> dict[str, str]:
    """Return a text in every language, for a page that can change its own and has none of the options it may name."""
    shown = text.without_help() if isinstance(text, Message) else text
    return {language: spoken(shown, language) for language in LANGUAGES}


def document_view(document: Document, paragraphs: Iterable[TaggedParagraph]) -> dict[str, Any]:
    """Return a document as the page shows it.

    Parameters
    ----------
    document : Document
    paragraphs : iterable of TaggedParagraph
        Its paragraphs in order, tagged with `viewing_thresholds` (or others: then what they leave out is not shown).
    """
    tagged = iter(paragraphs)
    return {
        "document": document.document,
        "format": document.format,
        "records": not document.source,
        "first_article": document.first_article,
        "notes": [both(note) for note in document.notes],
        "repairs": [_repair_view(document, repair) for repair in document.repairs],
        "articles": [
            _article_view(document, article, tagged)
            for article in document.articles
            if article.title or article.paragraphs or article.parts  # not what was left out of records
        ],
    }


def _article_view(document: Document, article: Article, tagged: Iterable[TaggedParagraph]) -> dict[str, Any]:
    pieces: list[tuple[tuple[int, int], dict[str, Any]]] = [
        (part.span, {"kind": part.kind, "text": part.text})
        for part in article.parts
        if part.kind in {"subhead", "caption", "note", "contents"}
    ]
    for paragraph, plain in zip(article.paragraphs, tagged, strict=False):
        pieces.append((paragraph.span, _paragraph_view(document, paragraph, plain)))
    pieces.sort(key=lambda piece: piece[0])
    repairs = [repair for part in article.parts for repair in part.repairs]
    return {
        "title": article.title,
        "byline": article.byline,
        "repairs": [_repair_view(document, repair) for repair in repairs],
        "pieces": [piece for _, piece in pieces],
    }


def _paragraph_view(document: Document, paragraph: Paragraph, tagged: TaggedParagraph) -> dict[str, Any]:
    plain = tagged.to_json()
    view: dict[str, Any] = {
        "kind": "paragraph", "article": tagged.article, "place": tagged.paragraph, "page": paragraph.page,
    }  # fmt: skip
    view |= {key: plain[key] for key in ("text", "span", "scores", "evidence", "record") if key in plain}
    if where := place_json(tagged):
        view["where"] = where
    if tagged.facts is not None:
        view["facts"] = tagged.facts.to_json()
    if paragraph.repairs:
        start = min(paragraph.span[0], *(repair.span[0] for repair in paragraph.repairs))
        end = max(paragraph.span[1], *(repair.span[1] for repair in paragraph.repairs))
        view["source"] = document.source[start:end]
        view["repairs"] = [
            {"kind": repair.kind, "note": both(repair.note), "span": [repair.span[0] - start, repair.span[1] - start]}
            for repair in paragraph.repairs
        ]
    return view


def _repair_view(document: Document, repair: Repair) -> dict[str, Any]:
    return {"kind": repair.kind, "note": both(repair.note), "text": document.source[slice(*repair.span)]}
