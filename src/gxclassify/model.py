"""`Model`: the trained tagger. Scores, tags and explains; needs numpy and a segmenter, not scikit-learn or MLflow."""

from __future__ import annotations

import copy
import itertools
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

import numpy as np

from gxclassify.config import FeatureConfig
from gxclassify.decision import decide, log_odds_of, probabilities_of
from gxclassify.errors import ConfigError, InputError
from gxclassify.explanation import EvidenceSentence, sentence_evidence
from gxclassify.features.batch import make_batch
from gxclassify.features.segmenter import Segmenter, get_segmenter
from gxclassify.linear import Block, LinearScorer, Scored
from gxclassify.themes import Taxonomy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from gxclassify.calibration import Calibration
    from gxclassify.reading import Document
    from gxclassify.training import ThemeClassifier

__all__ = ["Model", "TaggedParagraph", "load_model", "model_from_classifier", "predict_text"]

BATCH_CHARACTERS = 50_000
"""How much text is scored at a time: enough to keep numpy busy, little enough to stay in the processor's cache."""

_T = TypeVar("_T")

REVIEW_MARGIN = 0.1
"""A paragraph is worth a person's look when a probability lies this near to its threshold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaggedParagraph:
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
        Every theme's probability.
    review : bool
        Whether a probability lies within 0.1 of its threshold.
    evidence : dict of str to tuple of EvidenceSentence
        For each tag the sentences that tell it, strongest first, with the words that weighed most.
    model : str
        The id of the model.
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
    evidence: dict[str, tuple[EvidenceSentence, ...]]
    model: str
    record: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the one schema that files, HTTP and Python share."""
        table: dict[str, Any] = {"document": self.document, "article": self.article, "title": self.title}
        table |= {"paragraph": self.paragraph, "text": self.text, "span": list(self.span), "tags": list(self.tags)}
        table["scores"] = {theme: round(score, 6) for theme, score in self.scores.items()}
        table["review"] = self.review
        table["evidence"] = {theme: [s.to_json() for s in marks] for theme, marks in self.evidence.items()}
        table["model"] = self.model
        if self.record:
            table["record"] = self.record
        return table


class Model:
    """A trained tagger.

    It is immutable and may be shared by threads. Get one from `load_model` or ``ThemeClassifier.to_model``.

    Parameters
    ----------
    taxonomy : Taxonomy
    features : FeatureConfig
        What the vocabularies count.
    blocks : sequence of Block
        The vocabularies with their weights.
    intercept : float array (n_themes,)
    calibration : sequence of Calibration
        One per theme.
    thresholds : float array (n_themes,)
    provenance : mapping
        What the bundle records of its making; JSON.
    digest : str
        SHA-256 of the bundle; empty for a model that was never saved.
    """

    def __init__(
        self,
        *,
        taxonomy: Taxonomy,
        features: FeatureConfig,
        blocks: Sequence[Block],
        intercept: NDArray[np.float64],
        calibration: Sequence[Calibration],
        thresholds: NDArray[np.float64],
        provenance: Mapping[str, Any] | None = None,
        digest: str = "",
    ) -> None:
        self.taxonomy = taxonomy
        self.features = features
        self.blocks = tuple(blocks)
        self.intercept = intercept
        self.calibration = tuple(calibration)
        self._thresholds = thresholds
        self.provenance = dict(provenance or {})
        self.digest = digest

    @property
    def themes(self) -> tuple[str, ...]:
        """The theme ids, in the order of the columns."""
        return self.taxonomy.ids

    @property
    def thresholds(self) -> dict[str, float]:
        """The probability from which each theme is tagged."""
        return dict(zip(self.themes, self._thresholds.tolist(), strict=True))

    @property
    def name(self) -> str:
        """The model's id in results: ``gxclassify-`` and the start of the bundle's digest."""
        return f"gxclassify-{self.digest[:12] or 'unsaved'}"

    @cached_property
    def scorer(self) -> LinearScorer:
        """What scores batches: the blocks laid out for it."""
        return LinearScorer(self.blocks, self.intercept, sublinear=self.features.sublinear)

    @cached_property
    def segmenter(self) -> Segmenter:
        """What cuts text into the words of the vocabulary and of the evidence."""
        return get_segmenter(self.taxonomy.segmenter_terms)

    def with_thresholds(self, thresholds: Mapping[str, float]) -> Self:
        """Return this model with some thresholds replaced; a `ConfigError` names a theme it lacks.

        >>> load_model().with_thresholds({"goals": 0.9}).thresholds["goals"]
        0.9
        """
        changed = self._thresholds.copy()
        for theme, threshold in thresholds.items():
            if theme not in self.themes:
                msg = f"There is no theme {theme!r} to set a threshold for; the model has {', '.join(self.themes)}."
                raise ConfigError(msg)
            if not 0 <= threshold <= 1:
                msg = f"The threshold of {theme} must lie in 0 … 1. Got {threshold}."
                raise ConfigError(msg)
            changed[self.themes.index(theme)] = threshold
        model = copy.copy(self)  # with the tables that scoring has built
        model._thresholds = changed  # noqa: SLF001 - its own kind
        return model

    # ---- scoring

    def predict_proba(self, texts: Iterable[str]) -> NDArray[np.float64]:
        """Return the probability of every theme for every text.

        Parameters
        ----------
        texts : iterable of str
            One paragraph each; any number, taken in batches.

        Returns
        -------
        float array (n, n_themes), columns in the order of `themes`.

        Examples
        --------
        >>> load_model().predict_proba(["济宁高新区新签约项目12个"]).shape
        (1, 5)
        """
        parts = [self._probabilities(self._score(batch)) for batch in _batches(texts, len)]
        return np.concatenate(parts) if parts else np.zeros((0, len(self.themes)))

    def decide(self, probabilities: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which themes are tagged, (n, n_themes), for `probabilities` of that shape."""
        taxonomy = self.taxonomy
        return decide(probabilities, self._thresholds, exclusive=taxonomy.exclusive, at_least_one=taxonomy.at_least_one)

    def strongest_sentences(self, text: str, theme: str, count: int = 1) -> list[tuple[int, int]]:
        """Return the spans of the sentences of `text` that speak most for `theme`, best first."""
        scored = self._score([text])
        order = np.argsort(-scored.sentence[:, self.themes.index(theme)], kind="stable")[:count]
        spans = scored.batch.sentence_spans()[0]
        return [spans[i] for i in order]

    def _score(self, texts: Sequence[str]) -> Scored:
        return self.scorer.score(make_batch(texts, fold_digits=self.features.fold_digits))

    def _probabilities(self, scored: Scored) -> NDArray[np.float64]:
        strongest = np.maximum.reduceat(scored.sentence, scored.batch.first_sentence[:-1], axis=0)
        odds = log_odds_of(self.calibration, scored.paragraph, strongest)
        return probabilities_of(odds, exclusive=self.taxonomy.exclusive)

    # ---- tagging

    def tag(self, source: Document | Iterable[str], *, evidence: bool = True) -> Iterator[TaggedParagraph]:
        """Tag the paragraphs of a document, or of an iterable of texts, in order.

        Parameters
        ----------
        source : Document or iterable of str
            Texts are taken as one-article documents without a name, one paragraph each.
        evidence : bool
            Whether to point at the sentences and words that decided.

        Examples
        --------
        >>> [p.tags for p in load_model().tag(["济宁高新区新签约项目12个，总投资38亿元。"])]
        [('investment_attraction',)]
        """
        from gxclassify.reading.document import Document  # noqa: PLC0415 - only to tell the two kinds apart

        places = _document_places(source) if isinstance(source, Document) else _text_places(source)
        for batch in _batches(places, lambda place: len(place.text)):
            yield from self._tag_batch(batch, evidence=evidence)

    def _tag_batch(self, places: Sequence[_Place], *, evidence: bool) -> Iterator[TaggedParagraph]:
        scored = self._score([place.text for place in places])
        probabilities = self._probabilities(scored)
        tags = self.decide(probabilities)
        near = np.abs(probabilities - self._thresholds) <= REVIEW_MARGIN
        review = np.any(near, axis=1).tolist()
        marks: list[dict[int, list[EvidenceSentence]]] = [{} for _ in places]
        if evidence:
            marks = sentence_evidence(self, scored, tags)
        rows, tagged = probabilities.tolist(), tags.tolist()
        themes, name = self.themes, self.name
        for i, place in enumerate(places):
            yield TaggedParagraph(
                document=place.document,
                article=place.article,
                title=place.title,
                paragraph=place.paragraph,
                text=place.text,
                span=place.span,
                tags=tuple(itertools.compress(themes, tagged[i])),
                scores=dict(zip(themes, rows[i], strict=True)),
                review=review[i],
                evidence={themes[t]: place.moved(found) for t, found in marks[i].items()},
                model=name,
                record=place.record,
            )

    # ---- persistence

    def save(self, folder: str | Path) -> Self:
        """Write the model as a bundle folder, atomically, and return it with its digest.

        Raises
        ------
        ModelError
            The folder cannot be written, or holds something else than a model.
        """
        from gxclassify.bundle import save_bundle  # noqa: PLC0415 - writing is rare

        digest = save_bundle(self, Path(folder))
        copy = self.with_thresholds({})
        copy.digest = digest
        return copy

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Read and verify a bundle folder; `ModelError` says why one is refused."""
        from gxclassify.bundle import load_bundle  # noqa: PLC0415 - a cycle otherwise

        return cls(**load_bundle(Path(folder)))


@dataclass(frozen=True, slots=True)
class _Place:
    """A paragraph on its way through the model."""

    document: str
    article: int
    title: str | None
    paragraph: int
    text: str
    span: tuple[int, int]
    source_span: Callable[[int, int], tuple[int, int]] | None
    record: dict[str, Any]

    def moved(self, found: list[EvidenceSentence]) -> tuple[EvidenceSentence, ...]:
        """Return sentences with their places in the source beside those in the text."""
        if self.source_span is None:
            return tuple(found)
        return tuple([sentence.moved(self.source_span) for sentence in found])


def _document_places(document: Document) -> Iterator[_Place]:
    for a, article in enumerate(document.articles):
        for p, paragraph in enumerate(article.paragraphs):
            yield _Place(
                document.document,
                a,
                article.title,
                p,
                paragraph.text,
                paragraph.span,
                paragraph.source_span,
                paragraph.record,
            )


def _text_places(texts: Iterable[str]) -> Iterator[_Place]:
    if isinstance(texts, str):
        msg = "The texts must be an iterable of strings. Got one string; put it in a list, or use predict_text."
        raise InputError(msg)
    for i, text in enumerate(texts):
        yield _Place("", i, None, 0, text, (0, len(text)), None, {})


def _batches(items: Iterable[_T], size: Callable[[_T], int]) -> Iterator[list[_T]]:
    if isinstance(items, str):
        msg = "The texts must be an iterable of strings. Got one string; put it in a list."
        raise InputError(msg)
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


def model_from_classifier(
    classifier: ThemeClassifier, taxonomy: Taxonomy | None, provenance: Mapping[str, Any]
) -> Model:
    """Return the model of a fitted `ThemeClassifier`; without a taxonomy its themes are bare ids."""
    taxonomy = taxonomy or Taxonomy.of_ids(
        classifier.themes_,
        exclusive=classifier.exclusive,
        at_least_one=classifier.at_least_one,
        segmenter_terms=tuple(classifier.segmenter_terms),
    )
    parameters = classifier.get_params()
    names = FeatureConfig.__dataclass_fields__
    return Model(
        taxonomy=taxonomy,
        features=FeatureConfig(**{name: parameters[name] for name in names}),
        blocks=[
            Block(vocabulary, idf, impact)
            for vocabulary, idf, impact in zip(
                classifier.vocabularies_, classifier.idf_, classifier.impact_, strict=True
            )
        ],
        intercept=classifier.intercept_,
        calibration=classifier.calibration_,
        thresholds=classifier.thresholds_,
        provenance=provenance,
    )


def load_model(model: str | Path | None = None) -> Model:
    """Load a model.

    Parameters
    ----------
    model : str or Path, optional
        A bundle folder, or a registry address such as ``models:/gxclassify@champion``. Default: the model that ships
        with the package.

    Raises
    ------
    ModelError
        There is no model there, or it is damaged, too new, too large or made for another segmenter.

    Examples
    --------
    >>> load_model().themes
    ('investment_attraction', 'eco_park', 'innovation_platforms', 'policy', 'goals')
    """
    from gxclassify.bundle import default_bundle  # noqa: PLC0415 - a cycle otherwise

    if isinstance(model, str) and model.startswith("models:/"):
        from gxclassify.registry import fetch_bundle  # noqa: PLC0415 - loads MLflow

        return Model.load(fetch_bundle(model))
    return Model.load(default_bundle() if model is None else model)


def predict_text(text: str, model: Model | None = None) -> list[TaggedParagraph]:
    """Read `text`, a newspaper page or ordinary text, and return its tagged paragraphs.

    >>> predict_text("济宁高新区新签约项目12个，总投资38亿元。")[0].tags
    ('investment_attraction',)
    """
    from gxclassify.reading import read_text  # noqa: PLC0415 - not needed to score

    return list((model or load_model()).tag(read_text(text)))
