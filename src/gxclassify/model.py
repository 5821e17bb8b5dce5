"""`Model`: the trained tagger. Scores, tags and explains; needs numpy and a segmenter, not scikit-learn or MLflow."""

from __future__ import annotations

import copy
import dataclasses
import functools
import itertools
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from gxclassify.bundle import default_bundle, load_bundle
from gxclassify.decision import decide, log_odds_of, probabilities_of
from gxclassify.errors import ConfigError
from gxclassify.explanation import Evidence, sentence_evidence
from gxclassify.features.batch import make_batch
from gxclassify.features.segmenter import Segmenter, get_segmenter
from gxclassify.intake import Place, batches, places, refuse_one_text, texts_of
from gxclassify.linear import LinearScorer, Scored
from gxclassify.tagged import TaggedParagraph

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from gxclassify.parts import ModelParts
    from gxclassify.reading import Document
    from gxclassify.themes import Taxonomy

__all__ = ["Model", "is_registry_address", "load_model", "model_folder", "predict_text", "texts_of"]

_tagged = functools.partial(tuple.__new__, TaggedParagraph)  # half the work of a short text was making this object
# It is filled by position: first the fields that a place and a tagged paragraph share, then what was found.
_SHARED = 6
if TaggedParagraph._fields != (*Place._fields[:_SHARED], "tags", "scores", "review", "evidence", "model", "record"):
    msg = "TaggedParagraph and Place no longer begin with the same fields: make Model._tag_batch fit them."
    raise TypeError(msg)

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

    @property
    def name(self) -> str:
        """The model's id in results: ``gxclassify-`` and the start of the bundle's digest."""
        return f"gxclassify-{self.digest[:12] or 'unsaved'}"

    @cached_property
    def scorer(self) -> LinearScorer:
        """What scores batches: the blocks laid out for it."""
        return LinearScorer(self.parts.blocks, self.parts.intercept, sublinear=self.parts.features.sublinear)

    @cached_property
    def segmenter(self) -> Segmenter:
        """What cuts text into the words of the vocabulary and of the evidence."""
        return get_segmenter(self.taxonomy.segmenter_terms)

    def with_thresholds(self, thresholds: Mapping[str, float]) -> Self:
        """Return this model with some thresholds replaced; a `ConfigError` names a theme it lacks.

        >>> load_model().with_thresholds({"goals": 0.9}).thresholds["goals"]
        0.9
        """
        changed = self.parts.thresholds.copy()
        for theme, threshold in thresholds.items():
            if theme not in self.themes:
                msg = f"There is no theme {theme!r} to set a threshold for; the model has {', '.join(self.themes)}."
                raise ConfigError(msg)
            if not 0 <= threshold <= 1:
                msg = f"The threshold of {theme} must lie in 0 … 1. Got {threshold}."
                raise ConfigError(msg)
            changed[self.themes.index(theme)] = threshold
        return self._with(thresholds=changed)

    def _with(self, **changes: Any) -> Self:
        model = copy.copy(self)  # with the tables that scoring has built
        model.parts = dataclasses.replace(self.parts, **changes)
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
        found = [self._probabilities(self._score(batch)) for batch in batches(refuse_one_text(texts), len)]
        return np.concatenate(found) if found else np.zeros((0, len(self.themes)))

    def decide(self, probabilities: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which themes are tagged, (n, n_themes), for `probabilities` of that shape."""
        taxonomy, thresholds = self.taxonomy, self.parts.thresholds
        return decide(probabilities, thresholds, exclusive=taxonomy.exclusive, at_least_one=taxonomy.at_least_one)

    def _score(self, texts: Sequence[str]) -> Scored:
        return self.scorer.score(make_batch(texts, fold_digits=self.parts.features.fold_digits))

    def _probabilities(self, scored: Scored) -> NDArray[np.float64]:
        strongest = np.maximum.reduceat(scored.sentence, scored.batch.first_sentence[:-1], axis=0)
        odds = log_odds_of(self.parts.calibration, scored.paragraph, strongest)
        return probabilities_of(odds, exclusive=self.taxonomy.exclusive)

    # ---- tagging

    def tag(self, source: Document | Iterable[Document | str], *, evidence: bool = True) -> Iterator[TaggedParagraph]:
        """Tag paragraphs, in order; those of many short documents together, which is faster than one by one.

        Parameters
        ----------
        source : Document, or iterable of Document and str
            A text counts as a nameless document of one paragraph; its article's number is its own in the iterable.
        evidence : bool
            Whether to point at the sentences and words that decided.

        Examples
        --------
        >>> [p.tags for p in load_model().tag(["济宁高新区新签约项目12个，总投资38亿元。"])]
        [('investment_attraction',)]
        """
        for batch in batches(places(source), lambda place: len(place.text)):
            yield from self._tag_batch(batch, evidence=evidence)

    def _tag_batch(self, group: Sequence[Place], *, evidence: bool) -> Iterator[TaggedParagraph]:
        scored = self._score([place.text for place in group])
        probabilities = self._probabilities(scored)
        tags = self.decide(probabilities)
        near = np.abs(probabilities - self.parts.thresholds) <= REVIEW_MARGIN
        marks: Iterable[Evidence]
        if evidence:
            marks = sentence_evidence(scored, tags, self.parts, self.scorer, self.segmenter)
        else:
            marks = ({} for _ in group)
        names = self.themes
        tagged = map(names.__getitem__, np.nonzero(tags)[1].tolist())
        told = (tuple(itertools.islice(tagged, n)) for n in np.count_nonzero(tags, axis=1).tolist())
        scores = (dict(zip(names, row, strict=True)) for row in probabilities.tolist())
        review = np.any(near, axis=1).tolist()
        for place, *found in zip(group, told, scores, review, map(Place.moved, group, marks), strict=True):
            yield _tagged((*place[:_SHARED], *found, self.name, place.record))

    # ---- persistence

    def save(self, folder: str | Path) -> Self:
        """Write the model as a bundle folder, atomically, and return it with its digest.

        Raises
        ------
        ModelError
            The folder cannot be written, or holds something else than a model.
        """
        from gxclassify.bundle.writing import save_bundle

        return self._with(digest=save_bundle(self.parts, Path(folder)))

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Read and verify a bundle folder; `ModelError` says why one is refused."""
        return cls(load_bundle(Path(folder)))


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
    return Model.load(model_folder(model))


def model_folder(model: str | Path | None) -> Path:
    """Return the folder of the bundle that `load_model` would load; one in the registry is fetched into the cache."""
    if model is None:
        return default_bundle()
    if is_registry_address(model):
        from gxclassify.registry import fetch_bundle

        return fetch_bundle(str(model))
    return Path(model)


def is_registry_address(model: str | Path | None) -> bool:
    """Tell whether a model is named by its address in the registry, ``models:/…``, and not by its folder."""
    return isinstance(model, str) and model.startswith("models:/")


def predict_text(text: str, model: Model | None = None) -> list[TaggedParagraph]:
    """Read `text`, a newspaper page or ordinary text, and return its tagged paragraphs.

    >>> predict_text("济宁高新区新签约项目12个，总投资38亿元。")[0].tags
    ('investment_attraction',)
    """
    from gxclassify.reading import read_text

    return list((model or load_model()).tag(read_text(text)))
