"""The page of a survey: one file that fetches nothing; and, in a folder, pages with the paragraphs behind each cell."""

from __future__ import annotations

import contextlib
import hashlib
import re
from array import array
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gxclassify.errors import GxclassifyError
from gxclassify.messages import system_text
from gxclassify.output.html import DATA_MARK, content_hash, json_for_script, page_template
from gxclassify.output.html import STATIC as SHARED
from gxclassify.surveys.counting import KEPT, wilson

if TYPE_CHECKING:
    from gxclassify.surveys.counting import Group, Store, Survey
    from gxclassify.surveys.passages import Grouping, Passage
    from gxclassify.themes import Taxonomy

STATIC = Path(__file__).with_name("static")
"""The folder of the styles and scripts that only a survey's page has."""

ARTICLES = "articles"
_SHARED_SCRIPTS = (
    "dom.js", "preferences.js", "language.js", "words-reading.js", "themes.js", "files.js", "bar.js",
)  # fmt: skip
_SCRIPTS = (
    "words-survey.js", "survey-data.js", "survey-charts.js", "survey-passages.js", "survey-heat.js", "survey-time.js",
    "survey-profile.js", "survey-page.js", "survey.js",
)  # fmt: skip


@cache
def survey_template() -> str:
    """Return the survey's page with `DATA_MARK` where its data goes."""
    styles = [SHARED / "base.css", STATIC / "survey.css"]
    return page_template(styles, [*(SHARED / name for name in _SHARED_SCRIPTS), *(STATIC / name for name in _SCRIPTS)])


def survey_page(survey: Survey, taxonomy: Taxonomy, *, folder: bool = False) -> str:
    """Return the page.

    Parameters
    ----------
    survey : Survey
    taxonomy : Taxonomy
        The names and colours of its themes.
    folder : bool
        Whether tables and `Shards` stand beside the page, for it to link to.
    """
    return survey_template().replace(DATA_MARK, json_for_script(survey_view(survey, taxonomy, folder=folder)))


def survey_view(survey: Survey, taxonomy: Taxonomy, *, folder: bool = False) -> dict[str, Any]:
    """Return what the page shows, as plain data."""
    shown = survey.largest()
    numbers = {key: i for i, (key, _) in enumerate(shown)}
    passages = survey.passages()
    documents = {name: i for i, name in enumerate(dict.fromkeys(passage.document for passage in passages))}
    return {
        "by": survey.grouping.by,
        "start": survey.start,
        "end": survey.end,
        "themes": [theme.to_json() for theme in taxonomy.themes],
        "total": _group_view(survey.total),
        "groups": [
            {"id": key, "name": group.name} | _facts_view(survey, key, group) | _group_view(group)
            | ({"pages": _pages(key, group, taxonomy)} if folder else {})
            for key, group in shown
        ],
        "all_groups": len(survey.groups),
        "without_zone": survey.without_zone,
        "left_aside": survey.left_aside,
        "undated": survey.undated,
        "whole": survey.whole is not None,
        "kept": KEPT,
        "folder": folder,
        "documents": list(documents),
        "passages": [_passage_view(survey, passage, documents, numbers) for passage in passages],
    }  # fmt: skip


def _facts_view(survey: Survey, key: str, group: Group) -> dict[str, Any]:
    if survey.grouping.by != "zone":
        return {}
    facts = survey.grouping.facts(key, group.name)
    return {"kind": facts.kind, "province": facts.province, "listed": facts.listed}


def _group_view(group: Group) -> dict[str, Any]:
    return {
        "paragraphs": group.paragraphs,
        "articles": group.articles,
        "told": group.told,
        "articles_told": group.articles_told,
        "intervals": [[round(bound, 4) for bound in wilson(told, group.paragraphs)] for told in group.told],
        "periods": group.periods,
    }


def _passage_view(
    survey: Survey, passage: Passage, documents: dict[str, int], numbers: dict[str, int]
) -> dict[str, Any]:
    groups = [numbers[key] for key in survey.grouping.groups(passage) if key in numbers]
    return {
        "document": documents[passage.document],
        "article": passage.article,
        "paragraph": passage.paragraph,
        "title": passage.title,
        "date": passage.date,
        "text": passage.text,
        "groups": groups,
        "told": {theme: [round(told.score, 4), told.start, told.end] for theme, told in passage.told.items()},
        "amounts": passage.amounts,
    }


# ---- the paragraphs behind each cell, in pages beside the page


def _slug(name: str) -> str:
    """Return a name for a file: the id where it is plain, else a digest of it."""
    return name if re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,60}", name) else hashlib.sha256(name.encode()).hexdigest()[:16]


def _shard_name(group: str, theme: str, page: int) -> str:
    return f"{ARTICLES}/{_slug(group)}.{_slug(theme)}.{page}.html"


def _pages(key: str, group: Group, taxonomy: Taxonomy) -> dict[str, str]:
    told = zip(taxonomy.ids, group.told, strict=True)
    return {theme: _shard_name(key, theme, 1) for theme, count in told if count}


_STYLE = """
:root { color-scheme: light dark; }
body { max-width: 46rem; margin: 0 auto; padding: 1rem 1.25rem 4rem; font: 1rem/1.8 system-ui, sans-serif; }
h1 { font-size: 1.3rem; }
article { border-top: 1px solid GrayText; padding: 0.6rem 0; }
h2 { font-size: 1rem; margin: 0; }
p { margin: 0.2rem 0; }
.source { font-size: 0.85rem; overflow-wrap: anywhere; }
mark { background: none; color: inherit; font-weight: 700; text-decoration: underline; text-underline-offset: 4px; }
"""


class _Waiting:
    """The page of a group and theme that is not full yet."""

    __slots__ = ("name", "page", "places")

    def __init__(self, name: str) -> None:
        self.name = name
        self.page = 1
        self.places = array("q")


class Shards(contextlib.AbstractContextManager["Shards"]):
    """The pages of all paragraphs of each group and theme, each written whole when the next one begins.

    Until then the places of its paragraphs are kept, not their text.

    Parameters
    ----------
    folder : Path
        Where the survey's page is.
    grouping : Grouping
    taxonomy : Taxonomy
    store : Store
        Where the paragraphs are.
    """

    _PER_PAGE = 200

    def __init__(self, folder: Path, grouping: Grouping, taxonomy: Taxonomy, store: Store) -> None:
        self._folder = folder
        self._grouping = grouping
        self._store = store
        self._themes = {theme.id: theme for theme in taxonomy.themes}
        self._waiting: dict[tuple[str, str], _Waiting] = {}
        articles = folder / ARTICLES
        try:
            articles.mkdir(exist_ok=True)
            for old in articles.glob("*.html"):  # of an earlier survey: they would be added to
                old.unlink()
        except OSError as error:
            raise self._trouble(error) from error

    def add(self, passage: Passage, place: int) -> None:
        """Append the passage that is stored at `place` to the pages of its groups and themes."""
        for key, name in self._grouping.groups(passage).items():
            for theme in passage.told:
                waiting = self._waiting.get((key, theme))
                if waiting is None:
                    waiting = self._waiting[key, theme] = _Waiting(name)
                if len(waiting.places) == self._PER_PAGE:
                    self._write(key, theme, waiting, last=False)
                    waiting.page += 1
                    waiting.places = array("q")
                waiting.places.append(place)

    def __exit__(self, *error: object) -> None:
        if error[0] is None:
            for (key, theme), waiting in self._waiting.items():
                self._write(key, theme, waiting, last=True)

    def _write(self, key: str, theme: str, waiting: _Waiting, *, last: bool) -> None:
        links = [("上一页 · Previous", waiting.page - 1)] if waiting.page > 1 else []
        links += [] if last else [("下一页 · Next", waiting.page + 1)]
        told = "".join(
            f'<p><a href="{Path(_shard_name(key, theme, page)).name}">{words}</a></p>' for words, page in links
        )
        shown = "".join(_shown(passage, theme) for passage in self._store.passages(waiting.places))
        html = f"{self._head(waiting.name, theme)}{shown}{told}</main></body></html>\n"
        try:
            (self._folder / _shard_name(key, theme, waiting.page)).write_bytes(html.encode("utf-8", "replace"))
        except OSError as error:
            raise self._trouble(error) from error

    def _head(self, name: str, theme: str) -> str:
        told = self._themes[theme]
        title = escape(f"{name} · {told.zh} · {told.en}" if told.zh != told.en else f"{name} · {told.zh}")
        return (
            '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
            '<meta name="generator" content="gxclassify"><meta http-equiv="Content-Security-Policy" '
            f"content=\"default-src 'none'; style-src 'sha256-{content_hash(_STYLE)}'\">"
            f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
            f'<style>{_STYLE}</style></head><body><main><p><a href="../index.html">概览 · Survey</a></p>'
            f"<h1>{title}</h1>\n"
        )

    def _trouble(self, error: OSError) -> GxclassifyError:
        return GxclassifyError(
            "{folder}: the survey cannot be written ({reason}); free space or name another place.",
            folder=self._folder,
            reason=system_text(error),
        )


def _shown(passage: Passage, theme: str) -> str:
    told, text = passage.told[theme], passage.text
    marked = f"{escape(text[: told.start])}<mark>{escape(text[told.start : told.end])}</mark>{escape(text[told.end :])}"
    place = f"{passage.document} · {passage.article + 1}.{passage.paragraph + 1} · {told.score:.2f}"
    when = f"{passage.date} · " if passage.date else ""
    return (
        f"<article><h2>{escape(passage.title or '（没有标题）')}</h2><p>{marked if told.end else escape(text)}</p>"
        f'<p class="source">{when}{escape(place)}</p></article>\n'
    )
