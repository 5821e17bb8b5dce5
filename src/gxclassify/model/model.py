"""`Model`: the trained tagger. Scores, tags and explains; needs numpy and a segmenter, not scikit-learn or MLflow."""

from __future__ import annotations

import copy
import dataclasses
import functools
import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, Self, TypeVar

import numpy as np

from gxclassify.errors import ConfigError, InputError
from gxclassify.features.batch import make_batch
from gxclassify.features.segmenter import Segmenter, get_segmenter
from gxclassify.messages import json_word
from gxclassify.model.bundle import load_bundle, save_bundle
from gxclassify.model.explanation import Evidence, sentence_evidence
from gxclassify.model.linear import LinearScorer, ModelParts, Scored, decide, log_odds_of, probabilities_of
from gxclassify.reading.document import MISSING, place_json
from gxclassify.reading.records.fields import is_null

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gxclassify.model.facts import FactFinder, Facts
    from gxclassify.reading import Document
    from gxclassify.themes import Taxonomy
    from gxclassify.zones import Gazetteer


def score_json(score: float) -> float | None:
    """Return a probability as JSON shows it: to six places; null for the NaN of a null text."""
    return None if score != score else round(score, 6)  # noqa: PLR0124 - NaN alone differs from itself


def record_json(value: Any) -> Any:
    """Return a record, or a value of it, with None in the place of NaN and infinity, which JSON lacks.

    >>> record_json({"产值": float("nan"), "面积": [1.5, float("inf")]})
    {'产值': None, '面积': [1.5, None]}
    """
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {name: record_json(one) for name, one in value.items()}
    return [*map(record_json, value)] if isinstance(value, list) else value


class TaggedParagraph(NamedTuple):
    """One paragraph with its tags.

    Attributes
    ----------
    document : str
        The name of the document.
    article, paragraph : int
        The place of the article in the document and of the paragraph in the article, from 0.
    title : str or None
        The article's headline.
    span : (start, end)
        Where the paragraph stands in the document's decoded source, in characters.
    tags : tuple of str
        The themes whose probability reaches their threshold.
    scores : dict of str to float
        Every theme's probability; NaN, in JSON null, where the text is null.
    review : bool
        Whether a probability lies within 0.1 of its threshold.
    evidence : dict of str to tuple of EvidenceSentence
        For each tag the sentences that tell it, strongest first, with the words that weighed most.
    model : str
        The id of the model.
    record : dict
        The other fields of the record that the paragraph came from, such as a line of JSON Lines; empty without one.
    kind : str
        ``paragraph``; ``table`` for a row of a table; ``missing`` for a null text, whose `text` is empty.
    subhead : str or None
        The subhead that it stands under.
    page : int or None
        The page that it begins on, from 1, where the format has pages.
    box : (left, top, right, bottom) or None
        Where it stands on that page, in points from the top left corner.
    facts : Facts or None
        The zones, the date and the amounts, where they were asked for.
    """

    document: str
    article: int
    title: str | None
    paragraph: int
    text: str
    span: tuple[int, int]
    tags: tuple[str, ...]
    scores: dict[str, float]
    review: bool
    evidence: Evidence
    model: str
    record: dict[str, Any]
    kind: str = "paragraph"
    subhead: str | None = None
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    facts: Facts | None = None

    def with_facts(self, facts: Facts, *, evidence: bool = True) -> TaggedParagraph:
        """Return the paragraph with its facts, the amounts of its evidence among them, and with that or without."""
        from gxclassify.model.facts import telling

        facts = facts.with_amounts(self.text, telling(self.evidence, lambda mark: mark.within))
        return self._replace(facts=facts, evidence=self.evidence if evidence else {})

    def to_json(self) -> dict[str, Any]:
        """Return the one schema that files, HTTP and Python share; a record's dates, decimals and bytes as they are."""
        table: dict[str, Any] = {
            "document": self.document,
            "article": self.article,
            "title": self.title,
            "paragraph": self.paragraph,
            "text": self.text,
            "span": [*self.span],
            "tags": [*self.tags],
            "scores": {theme: score_json(score) for theme, score in self.scores.items()},
            "review": self.review,
            "evidence": {theme: [s.to_json() for s in marks] for theme, marks in self.evidence.items()},
            "model": self.model,
        }
        table |= place_json(self)
        if self.facts is not None:
            table |= self.facts.to_json()
        if self.record:
            table["record"] = record_json(self.record)
        return table


_T = TypeVar("_T")


class Tagged(Iterator[_T]):
    """Tagged paragraphs, articles or documents, made as they are asked for.

    In a notebook they show themselves and are still there after.
    """

    def __init__(self, items: Iterator[_T], taxonomy: Taxonomy) -> None:
        self._items = items
        self._taxonomy = taxonomy

    def __next__(self) -> _T:
        return next(self._items)

    def __repr__(self) -> str:
        return "<tagged, made as they are asked for: go over them once, or keep them with list()>"

    def _repr_html_(self) -> str:
        from gxclassify.output.notebook import tagged_html

        shown = list(itertools.islice(self._items, _SHOWN + 1))
        self._items = itertools.chain(shown, self._items)
        return tagged_html(shown[:_SHOWN], self._taxonomy, more=len(shown) > _SHOWN)


_SHOWN = 200  # of them in a notebook's cell

BATCH_CHARACTERS = 80_000
"""How much text is scored at a time: enough to keep numpy busy, little enough to stay in the processor's cache."""


class Place(NamedTuple):
    """A paragraph on its way through the model."""

    document: str
    article: int
    title: str | None
    paragraph: int
    text: str
    span: tuple[int, int]
    source_span: Callable[[int, int], tuple[int, int]] | None
    record: dict[str, Any]
    kind: str = "paragraph"
    subhead: str | None = None
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    facts: Facts | None = None

    def moved(self, evidence: Evidence) -> Evidence:
        """Return evidence with its places in the source beside those in the text."""
        if self.source_span is None:
            return evidence
        return {theme: tuple([s.moved(self.source_span) for s in marks]) for theme, marks in evidence.items()}


def places(source: Document | Iterable[Document | str | None], finder: FactFinder | None = None) -> Iterator[Place]:
    """Yield the paragraphs of documents, with their facts where a `finder` is given.

    A text counts as a nameless document of one paragraph, and so does a null. A table gives its one column, not the
    names that it would yield.
    """
    from gxclassify.reading.document import Document

    for i, one in enumerate(_sources(source)):
        if isinstance(one, Document):
            facts: Iterator[Facts | None] = itertools.repeat(None) if finder is None else finder.of(one)
            for a, article in enumerate(one.articles, start=one.first_article):
                for p, paragraph in enumerate(article.paragraphs):
                    source_span = None if paragraph.unmoved else paragraph.source_span
                    place = (one.document, a, article.title, p, paragraph.text, paragraph.span)
                    where = (paragraph.kind, paragraph.subhead, paragraph.page, paragraph.box)
                    yield Place(*place, source_span, paragraph.record, *where, next(facts))
        elif isinstance(one, str) or is_null(one):
            text, kind = (one, "paragraph") if isinstance(one, str) else ("", MISSING)
            alone = None if finder is None else finder.of_text(text)
            yield Place("", i, None, 0, text, (0, len(text)), None, {}, kind, facts=alone)
        else:
            raise InputError(
                "What is tagged must be texts or documents. Got {type} at place {i}; files are read first: "
                "map(gxclassify.read, gxclassify.iter_files(paths)).",
                type=type(one).__name__,
                i=i,
            )


def _sources(source: Document | Iterable[Document | str | None]) -> Iterator[Document | str | None]:
    from gxclassify.reading.document import Document

    if not isinstance(source, Document) and len(getattr(source, "shape", ())) > 1:
        source = one_column(source)
    yield from [source] if isinstance(source, Document) else each_of(source)


def each_of(texts: Iterable[_T]) -> Iterable[_T]:
    """Return what to go over for `texts`: no string and no mapping, which would give their characters and keys.

    Raises
    ------
    InputError
        It is one of these, or nothing that can be gone over.
    """
    if isinstance(texts, str):
        raise InputError(
            "The texts must be an iterable of strings. Got one string; put it in a list, or, where it is the path of a "
            "file, read it first: gxclassify.read(path)."
        )
    if isinstance(texts, Mapping) or not isinstance(texts, Iterable):
        _refuse_type(texts)
    plain = getattr(texts, "to_pylist", None)  # an array of Arrow's would give values of its own
    return texts if plain is None else plain()


def _refuse_type(texts: object) -> NoReturn:
    raise InputError(
        "The texts must be an iterable of strings. Got {type}; give a list of its texts, or, where it is the path of a "
        "file, read it first: gxclassify.read(path).",
        type=type(texts).__name__,
    )


def one_column(texts: Iterable[Any]) -> list[str | None]:
    """Return the texts of a list, a Series, an array or a table of one column; None in the place of each null.

    Raises
    ------
    InputError
        One string is given, a table or array of several columns, or something that is neither text nor null.
    """
    shape: tuple[int, ...] = getattr(texts, "shape", (0,))
    if len(shape) == 2:  # noqa: PLR2004 - rows and columns
        if shape[1] != 1:
            raise InputError(
                "The texts must be one column. Got {shape}; choose one, for example table['text'].", shape=shape[1]
            )
        if not hasattr(texts, "__array__"):  # a query that was not run yet
            _refuse_type(texts)
        texts = np.asarray(texts, dtype=object).ravel()
    found = [None if is_null(text) else text for text in each_of(texts)]
    for i, text in enumerate(found):
        if not isinstance(text, str | None):
            raise InputError("Text {i} must be a string. Got {type}.", i=i, type=type(text).__name__)
    return [text if text is None else str(text) for text in found]


def batches(items: Iterable[_T], size: Callable[[_T], int]) -> Iterator[list[_T]]:
    """Yield `items` in lists that end where their sizes, in characters, add up to `BATCH_CHARACTERS`."""
    batch: list[_T] = []
    total = 0
    for item in items:
        batch.append(item)
        total += size(item)
        if total >= BATCH_CHARACTERS:
            yield batch
            batch, total = [], 0
    if batch:
        yield batch


def text_length(text: str | None) -> int:
    """Return how many characters a text has, which may be null."""
    return len(text) if isinstance(text, str) else 0


TEXT_COLUMN = "text"
"""The column of a table, or the member of a row, that is tagged; another is taken where it stands alone."""


def texts_of(data: Any) -> list[str | None]:
    """Return the texts of what MLflow's protocol takes: a text, rows, or columns by name; None for a null.

    Parameters
    ----------
    data : str, list of rows, or dict of columns
        A row is a text, a list of one text, or a dict with the member ``text`` or one member alone.

    Raises
    ------
    InputError
        There are several columns and none is called ``text``, or a row is no text. The message repeats none of the
        data, for it may go into a log.

    Examples
    --------
    >>> texts_of({"text": ["招商引资"], "page": [3]}), texts_of([["招商引资"]])
    (['招商引资'], ['招商引资'])
    """
    if isinstance(data, dict):
        data = _text_column(data)
    if isinstance(data, str) or is_null(data):
        data = [data]
    if not isinstance(data, list):
        raise InputError("The input must be a text, an array or an object of arrays. Got {type}.", type=json_word(data))
    return [_text_of_row(i, row) for i, row in enumerate(data)]


def _text_column(columns: dict[Any, Any]) -> Any:
    if TEXT_COLUMN in columns:
        return columns[TEXT_COLUMN]
    if len(columns) != 1:
        raise InputError(
            "There must be a column {text_column!r}, or one column alone. Got {column_count} others.",
            text_column=TEXT_COLUMN,
            column_count=len(columns),
        )
    return next(iter(columns.values()))


def _text_of_row(i: int, row: Any) -> str | None:
    if isinstance(row, dict):
        row = _text_column(row)
    if isinstance(row, list) and len(row) == 1:
        row = row[0]
    if is_null(row):
        return None
    if not isinstance(row, str):
        raise InputError("Each row must be a text. Row {i} is {type}.", i=i, type=json_word(row))
    return str(row)


_tagged = functools.partial(tuple.__new__, TaggedParagraph)  # half the work of a short text was making this object
# It is filled by position: fields that a place and a tagged paragraph share stand before and behind what was found.
_SHARED = 6
_FOUND = ("tags", "scores", "review", "evidence", "model")
if TaggedParagraph._fields != (*Place._fields[:_SHARED], *_FOUND, *Place._fields[_SHARED + 1 :]):
    raise TypeError("TaggedParagraph and Place no longer share their fields: make Model._tag_batch fit them.")


REVIEW_MARGIN = 0.1
"""A paragraph is worth a person's look when a probability lies this near to its threshold."""


class Model:
    """A trained tagger.

    It is immutable and may be shared by threads. Get one from `load_model` or ``ThemeClassifier.to_model``.

    Parameters
    ----------
    parts : ModelParts
        What it has learnt.
    """

    def __init__(self, parts: ModelParts) -> None:
        self.parts = parts

    @property
    def taxonomy(self) -> Taxonomy:
        """The themes, and what is known of them."""
        return self.parts.taxonomy

    @property
    def provenance(self) -> Mapping[str, Any]:
        """What the bundle records of its making; JSON."""
        return self.parts.provenance

    @property
    def digest(self) -> str:
        """SHA-256 of the bundle; empty for a model that was never saved."""
        return self.parts.digest

    @property
    def themes(self) -> tuple[str, ...]:
        """The theme ids, in the order of the columns."""
        return self.taxonomy.ids

    @property
    def thresholds(self) -> dict[str, float]:
        """The probability from which each theme is tagged."""
        return dict(zip(self.themes, self.parts.thresholds.tolist(), strict=True))

    def __repr__(self) -> str:
        return f"<{self.name}: {', '.join(self.themes)}>"

    @property
    def name(self) -> str:
        """The model's id in results: ``gxclassify-`` and the start of the bundle's digest."""
        return f"gxclassify-{self.digest[:12] or 'unsaved'}"

    @cached_property
    def scorer(self) -> LinearScorer:
        """What scores batches: the blocks laid out for it."""
        return LinearScorer(
            self.parts.blocks,
            self.parts.intercept,
            sublinear=self.parts.features.sublinear,
            least_length=self.parts.features.least_length,
        )

    @cached_property
    def segmenter(self) -> Segmenter:
        """What cuts text into the words of the vocabulary and of the evidence."""
        return get_segmenter(self.taxonomy.segmenter_terms)

    def with_thresholds(self, thresholds: Mapping[str, float]) -> Self:
        """Return this model with some thresholds replaced.

        Themes are named by their ids or by their names in any language.

        Raises
        ------
        ConfigError
            It lacks a theme, a threshold is none, or no threshold counts, as the themes exclude each other.

        >>> import gxclassify as gx
        >>> gx.load_model().with_thresholds({"goals": 0.9}).thresholds["goals"]
        0.9
        """
        if thresholds:
            self.check_thresholds_count()
        changed = self.parts.thresholds.copy()
        for name, threshold in thresholds.items():
            theme = self.taxonomy.find(name)
            if theme is None:
                raise ConfigError(
                    "There is no theme {theme!r} to set a threshold for; the model has {themes}.",
                    theme=name,
                    themes=[theme.name for theme in self.taxonomy.themes],
                )
            if not 0 <= threshold <= 1:
                raise ConfigError(
                    "The threshold of {theme} must lie in 0 … 1. Got {threshold}.", theme=name, threshold=threshold
                )
            changed[self.themes.index(theme)] = threshold
        return self._with(thresholds=changed)

    def check_thresholds_count(self) -> None:
        """Raise a `ConfigError` where the themes exclude each other: no threshold decides there."""
        if self.taxonomy.exclusive:
            raise ConfigError(
                "The themes of {model} exclude each other, so the most probable one is tagged and no threshold counts; "
                "give none.",
                model=self.name,
            )

    def telling_all(self) -> Self:
        """Return this model as one that tells, and so explains, every theme, though its themes exclude each other."""
        taxonomy = dataclasses.replace(self.taxonomy, exclusive=False)
        return self._with(thresholds=self.parts.thresholds * 0, taxonomy=taxonomy)

    def _with(self, **changes: Any) -> Self:
        model = copy.copy(self)  # with the tables that scoring has built
        model.parts = dataclasses.replace(self.parts, **changes)
        return model

    def predict_proba(self, texts: Iterable[str]) -> NDArray[np.float64]:
        """Return the probability of every theme for every text.

        Parameters
        ----------
        texts : iterable of str
            One paragraph each; any number, taken in batches. Also a table of one column, a Series, an array (of Arrow's
            too).

        Returns
        -------
        float array (n, n_themes), columns in the order of `themes`; NaN where the text is null.

        Examples
        --------
        >>> import gxclassify as gx
        >>> gx.load_model().predict_proba(["济宁高新区新签约项目12个"]).shape
        (1, 5)
        """
        given: Iterable[str | None] = one_column(texts) if hasattr(texts, "shape") else each_of(texts)
        found = [self._batch_probabilities(batch) for batch in batches(given, text_length)]
        return np.concatenate(found) if found else np.zeros((0, len(self.themes)))

    def _batch_probabilities(self, texts: Sequence[str | None]) -> NDArray[np.float64]:
        places = [i for i, text in enumerate(texts) if not is_null(text)]
        given: Any = texts if len(places) == len(texts) else [texts[i] for i in places]
        scored = self._probabilities(self._score(given)) if given else np.zeros((0, len(self.themes)))
        if given is texts:
            return scored
        probability = np.full((len(texts), len(self.themes)), np.nan)
        probability[places] = scored
        return probability

    def decide(self, probabilities: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which themes are tagged, (n, n_themes), for `probabilities` of that shape."""
        given = np.asarray(probabilities, dtype=np.float64)
        if given.ndim != 2 or given.shape[1] != len(self.themes):  # noqa: PLR2004 - a table
            raise InputError(
                "The probabilities must be a table with a column for each theme, {n}. Got the shape {shape}.",
                n=len(self.themes),
                shape=given.shape,
            )
        taxonomy, thresholds = self.taxonomy, self.parts.thresholds
        return decide(given, thresholds, exclusive=taxonomy.exclusive, at_least_one=taxonomy.at_least_one)

    def _score(self, texts: Sequence[str]) -> Scored:
        return self.scorer.score(make_batch(texts, fold_digits=self.parts.features.fold_digits))

    def _probabilities(self, scored: Scored) -> NDArray[np.float64]:
        strongest = np.maximum.reduceat(scored.sentence, scored.batch.first_sentence[:-1], axis=0)
        odds = log_odds_of(self.parts.calibration, scored.paragraph, strongest)
        return probabilities_of(odds, exclusive=self.taxonomy.exclusive)

    def tag(
        self,
        source: Document | Iterable[Document | str | None],
        *,
        evidence: bool = True,
        zones: bool | Gazetteer | FactFinder = False,
        date_column: str = "date",
    ) -> Tagged[TaggedParagraph]:
        """Tag paragraphs, in order; those of many short documents together, which is faster than one by one.

        Parameters
        ----------
        source : Document, or iterable of Document and str
            A text counts as a nameless document of one paragraph; its article's number is its own in the iterable. A
            null has no tags, and NaN for scores. Also a table of one column.
        evidence : bool
            Whether to point at the sentences and words that decided; amounts are told without them as well.
        zones : bool or Gazetteer
            Whether to find the zones, the date and the amounts as well: ``facts``. A gazetteer names the zones to know.
            Behind the last paragraph it is warned of dates of records that are not understood; not with a `FactFinder`,
            whose owner tells of them.
        date_column : str
            The field of records that holds their date.

        Returns
        -------
        Tagged
            An iterator of `TaggedParagraph`.

        Raises
        ------
        InputError
            With `zones`: `source` is one document of records, and none of them has the field `date_column`.

        Examples
        --------
        >>> import gxclassify as gx
        >>> [p.tags for p in gx.load_model().tag(["济宁高新区新签约项目12个，总投资38亿元。"])]
        [('investment_attraction',)]
        """
        finder = None
        if zones is not False:
            from gxclassify.model.facts import check_date_column, finder_for, records_of, warning_of_dates
            from gxclassify.reading.document import Document

            finder = finder_for(zones, date_column)
            if isinstance(source, Document):  # of several some may have records without it
                check_date_column(records_of(source), date_column)
            if finder is not zones:
                source = warning_of_dates(_sources(source), date_column)
        groups = batches(places(source, finder), lambda place: len(place.text) or 1)
        return Tagged(
            itertools.chain.from_iterable(self._tag_batch(group, evidence=evidence) for group in groups), self.taxonomy
        )

    def _repr_html_(self) -> str:
        from gxclassify.output.notebook import model_html

        return model_html(self)

    def _tag_batch(self, group: Sequence[Place], *, evidence: bool) -> Iterator[TaggedParagraph]:
        given = [place for place in group if place.kind != MISSING]
        tagged = self._tag_given(given, evidence=evidence) if given else iter(())
        if len(given) == len(group):
            return tagged
        return (self._untagged(place) if place.kind == MISSING else next(tagged) for place in group)

    def _untagged(self, place: Place) -> TaggedParagraph:
        """Return what stands for a null text."""
        nothing: tuple[Any, ...] = ((), dict.fromkeys(self.themes, math.nan), False, {}, self.name)
        one = _tagged((*place[:_SHARED], *nothing, *place[_SHARED + 1 :]))
        return one if place.facts is None else one.with_facts(place.facts)

    def _tag_given(self, group: Sequence[Place], *, evidence: bool) -> Iterator[TaggedParagraph]:
        scored = self._score([place.text for place in group])
        probabilities = self._probabilities(scored)
        tags = self.decide(probabilities)
        near = np.abs(probabilities - self.parts.thresholds) <= REVIEW_MARGIN
        marks: Iterable[Evidence]
        if evidence or group[0].facts is not None:  # amounts are those of the evidence
            marks = sentence_evidence(scored, tags, self.parts, self.scorer, self.segmenter)
        else:
            marks = ({} for _ in group)
        names = self.themes
        tagged = map(names.__getitem__, np.nonzero(tags)[1].tolist())
        told = (tuple(itertools.islice(tagged, n)) for n in np.count_nonzero(tags, axis=1).tolist())
        scores = (dict(zip(names, row, strict=True)) for row in probabilities.tolist())
        review = np.any(near, axis=1).tolist()
        for place, *found in zip(group, told, scores, review, map(Place.moved, group, marks), strict=True):
            one = _tagged((*place[:_SHARED], *found, self.name, *place[_SHARED + 1 :]))
            yield one if place.facts is None else one.with_facts(place.facts, evidence=evidence)

    def save(self, folder: str | Path) -> Self:
        """Write the model as a bundle folder, atomically, and return it with its digest.

        Raises
        ------
        ModelError
            The folder cannot be written, or holds something else than a model.
        """
        return self._with(digest=save_bundle(self.parts, Path(folder)))

    @classmethod
    def load(cls, folder: str | Path, *, expected_digest: str | None = None) -> Self:
        """Read and verify a bundle folder, which may have to have a digest; `ModelError` says why one is refused."""
        return cls(load_bundle(Path(folder), expected_digest=expected_digest))
