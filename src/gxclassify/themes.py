"""Themes and taxonomies: what can be told, read from a ``themes.toml``."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gxclassify.config import read_toml
from gxclassify.errors import LabelError
from gxclassify.files import shipped
from gxclassify.messages import Message, current_language

FILE_NAME = "themes.toml"
LONGEST_TERM = 64
"""The longest word that the segmenter is given, in characters."""
MOST_TERMS = 50_000
"""How many words it is given at most."""
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")  # also what ends a line, and half characters
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
# Colours that people with the usual kinds of colour blindness tell apart (Okabe and Ito, 2008).
PALETTE = ("#0072B2", "#009E73", "#CC79A7", "#D55E00", "#E69F00", "#56B4E9", "#999999", "#F0E442")


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One theme: its id and what people call it.

    Attributes
    ----------
    id : str
        In any script, without control characters.
    zh, en : str
        Its names; the id where a taxonomy gives none.
    question : str
        What an annotator asks of a paragraph.
    colour : str
        ``#rrggbb``.
    """

    id: str
    zh: str
    en: str
    question: str = ""
    colour: str

    @property
    def name(self) -> str:
        """Its name in the language in force."""
        return self.zh if current_language() == "zh" else self.en

    def to_json(self) -> dict[str, str]:
        """Return the theme as the bundle and the API show it."""
        return {"id": self.id, "zh": self.zh, "en": self.en, "question": self.question, "colour": self.colour}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxonomy:
    """The themes that texts are tagged with, in order, and how they exclude each other.

    Attributes
    ----------
    exclusive : bool
        Every text has exactly one theme.
    at_least_one : bool
        Every text has one theme or more.
    segmenter_terms : tuple of str
        Words of the field that the dictionary lacks.
    notice : str
        What a user should know of where the taxonomy came from; empty when it was read from a file.
    file : str
        The ``themes.toml`` that it was read from; empty where it comes from elsewhere.
    """

    themes: tuple[Theme, ...]
    exclusive: bool = False
    at_least_one: bool = False
    segmenter_terms: tuple[str, ...] = ()
    notice: str = field(default="", compare=False)
    file: str = field(default="", compare=False)

    @property
    def ids(self) -> tuple[str, ...]:
        """The theme ids in order."""
        return tuple(theme.id for theme in self.themes)

    def find(self, name: str) -> str | None:
        """Return the id of the theme that is called `name`: its id, or its name in any language and any case.

        >>> Taxonomy.of_ids(["News", "体育"]).find("news ")
        'News'
        """
        if name in self.ids:
            return name
        key = name.strip().casefold()
        found = {t.id for t in self.themes if key in {own.strip().casefold() for own in (t.id, t.zh, t.en)}}
        return found.pop() if len(found) == 1 else None

    def with_themes_of(self, other: Taxonomy) -> Taxonomy:
        """Return the taxonomy of the themes of both, for labels that tell either; a rule holds where both have it.

        >>> Taxonomy.of_ids(["a", "b"], exclusive=True).with_themes_of(Taxonomy.of_ids(["b", "c"])).ids
        ('a', 'b', 'c')
        """
        return replace(
            self,
            file="",
            themes=(*self.themes, *(theme for theme in other.themes if theme.id not in self.ids)),
            exclusive=self.exclusive and other.exclusive,
            at_least_one=self.at_least_one and other.at_least_one,
        )

    def ordered(self, ids: Iterable[str]) -> list[str]:
        """Return each of the theme `ids` once: those of the taxonomy in its order, others behind, by name.

        >>> Taxonomy.of_ids(["b", "a"]).ordered({"d", "a", "c", "b"})
        ['b', 'a', 'c', 'd']
        """
        found = {*ids}
        return [*(own for own in self.ids if own in found), *sorted(found.difference(self.ids))]

    @classmethod
    def of_ids(cls, ids: Iterable[str], **rest: Any) -> Taxonomy:
        """Make a taxonomy of bare theme ids.

        >>> Taxonomy.of_ids(["体育", "财经"]).themes[1].zh
        '财经'
        """
        themes = [Theme(id=i, zh=i, en=i, colour=PALETTE[n % len(PALETTE)]) for n, i in enumerate(ids)]
        return cls(themes=tuple(themes), **rest)


def load_taxonomy(path: Path) -> Taxonomy:
    """Read a ``themes.toml``.

    Raises
    ------
    LabelError
        The file cannot be read, or a table lacks an id, repeats one or has a value of the wrong kind.
    """
    return replace(taxonomy_of(read_toml(path, Message("the taxonomy"), LabelError), str(path)), file=str(path))


def taxonomy_of(table: dict[str, Any], where: str) -> Taxonomy:
    """Return the taxonomy that a table in the form of a ``themes.toml`` holds; a `LabelError` begins with `where`."""
    options = dict(table)
    entries = options.pop("theme", None)
    if not isinstance(entries, list) or not entries:
        raise LabelError("{where}: a taxonomy needs at least one [[theme]] table with an id.", where=where)
    given = {str(entry.get("colour", "")).lower() for entry in entries if isinstance(entry, dict)}
    colours = itertools.cycle([colour for colour in PALETTE if colour.lower() not in given] or PALETTE)
    themes = tuple(_theme(where, n, entry, colours) for n, entry in enumerate(entries))
    for theme_id, count in Counter(theme.id for theme in themes).items():
        if count > 1:
            raise LabelError(
                "{where}: the theme {theme_id!r} is declared {count} times; keep one.",
                where=where,
                theme_id=theme_id,
                count=count,
            )
    return Taxonomy(themes=themes, **_options(where, options))


def _theme(path: str, n: int, entry: Any, colours: Iterator[str]) -> Theme:
    where = Message("{path}: theme {n}", path=path, n=n + 1)
    if not isinstance(entry, dict) or not all(isinstance(value, str) for value in entry.values()):
        raise LabelError("{where}: a theme is a [[theme]] table of texts.", where=where)
    unknown = sorted(set(entry) - {"id", "zh", "en", "question", "colour"})
    if unknown:
        raise LabelError(
            "{where}: {unknown!r} is not known here; a theme has id, zh, en, question and colour.",
            where=where,
            unknown=unknown[0],
        )
    theme_id = entry.get("id", "")
    if not is_theme_id(theme_id):
        raise LabelError(
            "{where}: a theme needs an id, without control characters such as line breaks. Got {theme_id!r}.",
            where=where,
            theme_id=theme_id,
        )
    for key in ("zh", "en"):
        if _CONTROL.search(entry.get(key, "")):
            raise LabelError(
                "{where}: {key} must not hold control characters such as line breaks. Got {entry!r}.",
                where=where,
                key=key,
                entry=entry[key],
            )
    colour = entry["colour"] if "colour" in entry else next(colours)
    if not _COLOUR.fullmatch(colour):
        raise LabelError("{where}: the colour must be written #rrggbb. Got {colour!r}.", where=where, colour=colour)
    names: dict[str, str] = {"zh": theme_id, "en": theme_id, **entry, "colour": colour}
    return Theme(**names)


def _options(where: str, table: dict[str, Any]) -> dict[str, Any]:
    known: dict[str, type] = {"exclusive": bool, "at_least_one": bool, "segmenter_terms": list}
    for key, value in table.items():
        if key not in known:
            raise LabelError(
                "{where}: {key!r} is not known; a taxonomy has exclusive, at_least_one, segmenter_terms and themes.",
                where=where,
                key=key,
            )
        if not isinstance(value, known[key]):
            must = Message("a list of words") if known[key] is list else Message("true or false")
            raise LabelError(
                "{where}: {key} must be {must}. Got {value!r}.", where=where, key=key, must=must, value=value
            )
        if isinstance(value, list):
            _check_terms(where, value)
    if table.get("exclusive") and table.get("at_least_one"):
        raise LabelError("{where}: exclusive themes always give exactly one; leave at_least_one out.", where=where)
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}


def _check_terms(where: str, terms: list[Any]) -> None:
    if len(terms) > MOST_TERMS:
        raise LabelError(
            "{where}: segmenter_terms must be at most {most_terms:,} words. Got {term_count:,}.",
            where=where,
            most_terms=MOST_TERMS,
            term_count=len(terms),
        )
    wrong = [term for term in terms if not _is_term(term)]
    if wrong:
        raise LabelError(
            "{where}: segmenter_terms must be a list of words of 1 to {longest_term} characters, "
            "without white space or control characters. Got {wrong!r:.80}.",
            where=where,
            longest_term=LONGEST_TERM,
            wrong=wrong[0],
        )


def is_theme_id(value: Any) -> bool:
    """Tell whether `value` can be a theme's id: a text in any script, not blank, without control characters."""
    return isinstance(value, str) and bool(value.strip()) and not _CONTROL.search(value)


def _is_term(value: Any) -> bool:
    """Tell whether `value` can be a word for the segmenter, which keeps every beginning of one."""
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_TERM:
        return False
    return not re.search(r"\s", value) and not _CONTROL.search(value)


def shipped_taxonomy() -> Taxonomy:
    """Return the taxonomy of the shipped themes."""
    return load_taxonomy(shipped(FILE_NAME))


def find_taxonomy(paths: Iterable[Path]) -> Taxonomy | None:
    """Return the taxonomy that stands beside or above the first of `paths` that has one, else None."""
    file = taxonomy_file(paths)
    return None if file is None else load_taxonomy(file)


def taxonomy_file(paths: Iterable[Path]) -> Path | None:
    """Return the ``themes.toml`` beside or above the first of `paths` that has one, else None."""
    for path in paths:
        resolved = path.resolve()
        for folder in (resolved, *resolved.parents):
            if (folder / FILE_NAME).is_file():
                return folder / FILE_NAME
    return None
