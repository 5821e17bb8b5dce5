"""The linear models of all themes: fitted on part of the rows to score the rest, and on all rows to stay."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import joblib
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from gxclassify.errors import TrainingError
from gxclassify.training.counts import final_idf, fold_idf, strongest_terms, tfidf

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.config import ClassifierConfig, Config
    from gxclassify.features.batch import Batch
    from gxclassify.features.vocabulary import Vocabulary
    from gxclassify.training.counts import Counts
    from gxclassify.training.targets import Targets

__all__ = [
    "Fit",
    "Learnt",
    "Material",
    "Rows",
    "ThemeModels",
    "cross_validate",
    "fit_all",
    "fit_themes",
    "strongest_sentence",
]

_Bools = NDArray[np.bool_]
_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rows:
    """TF-IDF rows, what is known of each, and what each weighs in a training."""

    X: sp.csr_matrix
    targets: Targets
    weight: float

    def where(self, mask: _Bools) -> Rows:
        """Return the rows in `mask`."""
        return Rows(self.X[mask], self.targets.where(mask), self.weight)


@dataclass(frozen=True, slots=True)
class Material:
    """What is learnt from: paragraphs, their counts and targets and, where sentences are marked, those of sentences."""

    batch: Batch
    blocks: list[Counts]
    targets: Targets
    sentence_targets: Targets | None

    def rows(self, X: sp.csr_matrix, sentence_X: sp.csr_matrix, config: ClassifierConfig) -> list[Rows]:
        """Return the paragraphs as training rows and, where sentences are marked, the sentences after them."""
        rows = [Rows(X, self.targets, 1.0)]
        if self.sentence_targets is not None:
            rows.append(Rows(sentence_X, self.sentence_targets, config.sentence_row_weight))
        return rows


@dataclass(frozen=True, slots=True)
class ThemeModels:
    """The linear models of all themes: coefficients (n_themes, n_features) and intercepts (n_themes,)."""

    coefficient: _Floats
    intercept: _Floats

    def scores(self, X: sp.csr_matrix) -> _Floats:
        """Return the scores of rows, (n, n_themes)."""
        scores: _Floats = X @ self.coefficient.T + self.intercept
        return scores


Fit = Callable[[list[Rows]], ThemeModels]
"""How the linear models come out of rows: `fit_themes` with its settings."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """What stays of a training on all rows.

    Attributes
    ----------
    vocabularies : list of Vocabulary
    idf : list of float32 arrays (n_entries,)
    impact : list of float16 arrays (n_entries, n_themes)
        What an entry adds to each theme's score before its row is scaled to length 1, as the bundle stores it.
    models : ThemeModels
        Rounded as `impact` is.
    """

    vocabularies: list[Vocabulary]
    idf: list[NDArray[np.float32]]
    impact: list[NDArray[np.float16]]
    models: ThemeModels


def fit_themes(
    parts: list[Rows],
    themes: Sequence[str],
    config: ClassifierConfig,
    *,
    n_jobs: int | None = None,
    tick: Callable[[], None] = lambda: None,
) -> ThemeModels:
    """Fit each theme's linear model on the rows that say anything of it.

    Parameters
    ----------
    parts : list of Rows
        All are learnt from alike, each row with the weight of its part.
    themes : sequence of str
        The theme ids in column order, for the error.
    config : ClassifierConfig
    n_jobs : int, optional
        How many threads fit. Default: one for each processor.
    tick : callable
        Called once for each theme that is done.

    Raises
    ------
    TrainingError
        A theme is told by all of the rows or by none.
    """
    X = sp.vstack([rows.X for rows in parts], format="csr")
    told = np.concatenate([rows.targets.told for rows in parts])
    known = np.concatenate([rows.targets.known for rows in parts])
    weight = np.concatenate([np.full(rows.X.shape[0], rows.weight) for rows in parts])
    divided = (told & known).any(axis=0) & (~told & known).any(axis=0)
    if not divided.all():
        msg = (
            f"The theme {themes[int(np.argmin(divided))]!r} is told by all or by none of a fold's training paragraphs: "
            f"the articles are too few or too unequal in size to be split; use fewer folds or label more."
        )
        raise TrainingError(msg)
    # liblinear lets go of the interpreter lock while it fits: threads share the matrix and cost no copy.
    jobs = joblib.Parallel(n_jobs=n_jobs or -1, backend="threading", return_as="generator")
    tasks = (joblib.delayed(_fit_theme)(X, told[:, t], known[:, t], weight, config) for t in range(told.shape[1]))
    coefficients, intercepts = [], []
    for coefficient, intercept in jobs(tasks):
        coefficients.append(coefficient)
        intercepts.append(intercept)
        tick()
    return ThemeModels(np.array(coefficients), np.array(intercepts))


def cross_validate(material: Material, fold: NDArray[np.int64], config: Config, fit: Fit) -> _Floats:
    """Score every row by models that have learnt from the other folds alone.

    Parameters
    ----------
    material : Material
    fold : int64 array (n,)
        The fold of each paragraph, from 0.
    config : Config
    fit : Fit

    Returns
    -------
    score : float array (n, n_themes, 2)
        Of each paragraph, and of its strongest sentence.
    """
    fold_of_sentence = fold[material.batch.paragraph_of_sentence()]
    themes = material.targets.told.shape[1]
    paragraph, sentence = np.zeros((len(fold), themes)), np.zeros((len(fold_of_sentence), themes))
    for f in range(config.classifier.folds):
        train, train_sentence = fold != f, fold_of_sentence != f
        idfs = [fold_idf(block, train, config.features.min_df) for block in material.blocks]
        X, S = tfidf(material.blocks, idfs, sublinear=config.features.sublinear)
        masks = (train, train_sentence)
        rows = material.rows(X, S, config.classifier)
        models = fit([part.where(mask) for part, mask in zip(rows, masks, strict=False)])
        paragraph[~train] = models.scores(X[~train])
        sentence[~train_sentence] = models.scores(S[~train_sentence])
    return np.stack([paragraph, strongest_sentence(material.batch, sentence)], axis=2)


def strongest_sentence(batch: Batch, score: _Floats) -> _Floats:
    """Return the highest of the scores of each paragraph's sentences, (n, n_themes)."""
    strongest: _Floats = np.maximum.reduceat(score, batch.first_sentence[:-1], axis=0)
    return strongest


def fit_all(material: Material, config: Config, fit: Fit) -> Learnt:
    """Learn from all rows and, where ``max_features`` asks for fewer terms, once more from the strongest alone."""
    blocks, most = material.blocks, config.features.max_features
    while True:
        idfs = [final_idf(block) for block in blocks]
        rows = material.rows(*tfidf(blocks, idfs, sublinear=config.features.sublinear), config.classifier)
        models = fit(rows)
        idf = np.concatenate(idfs)
        if not most or np.count_nonzero(idf) <= most:
            return _rounded(blocks, idfs, models)
        blocks = strongest_terms(blocks, np.abs(models.coefficient).max(axis=0) * idf, most)


def _rounded(blocks: list[Counts], idfs: list[NDArray[np.float32]], models: ThemeModels) -> Learnt:
    idf = np.concatenate(idfs)
    bounds = np.cumsum([0, *map(len, idfs)])
    weights = np.repeat([block.weight for block in blocks], np.diff(bounds))
    # The bundle stores impacts as half precision: round here, so that estimator and model are one.
    impact = (models.coefficient * idf * weights).T.astype(np.float16)
    scale = np.where(idf > 0, idf, 1) * np.where(weights > 0, weights, 1)
    return Learnt(
        vocabularies=[block.vocabulary for block in blocks],
        idf=idfs,
        impact=[impact[a:b] for a, b in itertools.pairwise(bounds)],
        models=ThemeModels(impact.astype(np.float64).T / scale, models.intercept),
    )


def _fit_theme(
    X: sp.csr_matrix, told: _Bools, known: _Bools, weight: _Floats, config: ClassifierConfig
) -> tuple[_Floats, float]:
    rows = np.flatnonzero(known)
    model = _estimator(config).fit(X[rows] if len(rows) < len(known) else X, told[rows], sample_weight=weight[rows])
    return model.coef_[0], float(model.intercept_[0])


def _estimator(config: ClassifierConfig) -> Any:
    weight = "balanced" if config.balanced else None
    if config.algorithm == "linear_svc":
        # The dual solver draws from one generator that all threads share, so that its result is left to chance.
        return LinearSVC(C=config.C, class_weight=weight, random_state=config.seed, max_iter=5000, dual=False)
    return LogisticRegression(
        C=config.C, class_weight=weight, random_state=config.seed, max_iter=5000, solver="liblinear"
    )
