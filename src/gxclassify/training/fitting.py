"""The linear models of all themes: fitted on part of the rows to score the rest, and on all rows to stay."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import multiprocessing
import signal
import threading
from collections.abc import Callable, Mapping
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import joblib
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from gxclassify.config import settled
from gxclassify.errors import TrainingError
from gxclassify.features.segmenter import get_segmenter
from gxclassify.features.vocabulary import CharVocabulary, WordVocabulary, inverse_document_frequency
from gxclassify.training.targets import Targets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.config import ClassifierConfig, Config, FeatureConfig
    from gxclassify.features.batch import Batch
    from gxclassify.features.vocabulary import Vocabulary


_Bools = NDArray[np.bool_]
_Floats = NDArray[np.float64]
_Idf = NDArray[np.float32]


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
    """What is learnt from: paragraphs, their counts and targets and, where sentences are marked, those of sentences.

    `idf` is that of each block where it is given from elsewhere and not taken from these paragraphs.
    """

    batch: Batch
    blocks: list[Counts]
    targets: Targets
    sentence_targets: Targets | None
    idf: list[_Idf] | None = None

    @property
    def vocabularies(self) -> list[Vocabulary]:
        """The vocabulary of each block."""
        return [block.vocabulary for block in self.blocks]

    def final_idf(self) -> list[_Idf]:
        """Return each block's idf for a training on all rows."""
        return self.idf or [final_idf(block) for block in self.blocks]

    def rows(
        self, X: sp.csr_matrix, sentence_X: sp.csr_matrix, config: ClassifierConfig, train: _Bools | None = None
    ) -> list[Rows]:
        """Return the paragraphs as training rows and, after them, the sentences of which anything is known.

        `train` says of which paragraphs; all without it.
        """
        whole = Rows(X, self.targets, 1.0)
        rows = [whole if train is None else whole.where(train)]
        if self.sentence_targets is not None:
            use: _Bools = np.logical_or.reduce(self.sentence_targets.known, axis=1)
            if train is not None:
                use = use & train[self.batch.paragraph_of_sentence()]
            if use.any():
                rows.append(Rows(sentence_X, self.sentence_targets, config.sentence_row_weight).where(use))
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


Fit = Callable[[list[Rows], "Sequence[Vocabulary]"], ThemeModels]
"""How the linear models come out of rows over some vocabularies: `fit_themes` with its settings."""


@dataclass(frozen=True, slots=True)
class Centre:
    """What the coefficients w of some themes are drawn to: ½‖w − centre‖² takes the place of ½‖w‖².

    Attributes
    ----------
    models : ThemeModels
        Of all themes; those of the others are not looked at.
    known : bool array (n_themes,)
        Which themes have a centre.
    stiffness : float array (n_features + 1,), optional
        What ½(w − centre)² counts for each coefficient, the last one being the intercept. Default: 1 for all.
    """

    models: ThemeModels
    known: _Bools
    stiffness: _Floats | None = None

    def scale(self, theme: int) -> _Floats | None:
        """Return √stiffness where a theme's coefficients are fitted as u = scale·w: the distance is then ½‖u − …‖²."""
        return None if self.stiffness is None or not self.known[theme] else np.sqrt(self.stiffness)

    def rows(self, config: ClassifierConfig) -> Rows:
        """Return training rows that draw each theme to its centre g, the last column standing for the intercept.

        The two rows +ε·g, told, and −ε·g, not told, have the loss L(ε·g·w) each, where L falls with slope −2 (squared
        hinge) or −½ (logistic) at 0. With half the weight 1 / (2·C·ε), or 2 / (C·ε), each they add −g·w + O(ε·(g·w)²)
        to the objective, so that ½‖w‖² becomes ½‖w − g‖² but for a constant. Two rows, so that a theme which all
        paragraphs tell, or none, still has both classes.
        """
        n = len(self.known)
        pull, epsilon = np.column_stack([self.models.coefficient, self.models.intercept]), _EPSILON
        if self.stiffness is not None:
            pull *= self.stiffness  # √ as the scale of u, and √ since this row, as all, is divided by it
            epsilon /= self.stiffness.max()  # u is longer than w by so much
        told = np.repeat([[True], [False]], n, axis=0) & np.ones(n, dtype=np.bool_)
        own = np.tile(np.eye(n, dtype=np.bool_) & self.known, (2, 1))
        slope = 2.0 if config.algorithm == "linear_svc" else 0.5
        row = sp.csr_matrix(pull * epsilon)
        return Rows(
            sp.vstack([row, -row], format="csr"),
            Targets(told, own),
            1 / (2 * slope * settled(config.C, "classifier.C") * epsilon),
        )


_EPSILON = 1e-5
"""Small enough for the squared term of `Centre.rows` to vanish, large enough for rounding not to show."""


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
    config: ClassifierConfig,
    *,
    centre: Centre | None = None,
    many: bool = False,
    n_jobs: int | None = None,
    tick: Callable[[], None] = lambda: None,
) -> ThemeModels:
    """Fit each theme's linear model on the rows that say anything of it.

    Parameters
    ----------
    parts : list of Rows
        All are learnt from alike, each row with the weight of its part.
    config : ClassifierConfig
    centre : Centre, optional
        What the coefficients are drawn to; 0 without it.
    many : bool
        Whether this is part of a training on more than `MANY` texts: support vector machines without a centre then
        come from liblinear's dual solver.
    n_jobs : int, optional
        How many threads fit, or processes (see `_workers`). Default: one for each processor.
    tick : callable
        Called once for each theme that is done.

    A theme without a centre that all of the rows tell, or none, gets no coefficients: in a fold, of few labels, it can
    happen.
    """
    if centre is not None:
        parts = [
            *(dataclasses.replace(rows, X=with_ones(rows.X)) for rows in parts),
            centre.rows(config),
        ]
    X = parts[0].X if len(parts) == 1 else sp.vstack([rows.X for rows in parts], format="csr")
    told = np.concatenate([rows.targets.told for rows in parts])
    known = np.concatenate([rows.targets.known for rows in parts])
    weight = np.concatenate([np.full(rows.X.shape[0], rows.weight) for rows in parts])
    dual = many and centre is None and config.algorithm == "linear_svc"
    jobs = _workers(n_jobs, dual=dual, size=X.nnz * told.shape[1])
    tasks = (
        joblib.delayed(_fit_theme)(
            X,
            told[:, t],
            known[:, t],
            weight,
            _estimator(config, intercept=centre is None, dual=dual),
            scale=None if centre is None else centre.scale(t),
        )
        for t in range(told.shape[1])
    )
    coefficients, intercepts = [], []
    try:
        for coefficient, intercept in jobs(tasks):
            coefficients.append(coefficient)
            intercepts.append(intercept)
            tick()
    except BrokenProcessPool as error:
        raise TrainingError(
            "A process that fitted models was ended from outside, most likely for want of memory: set the environment "
            "variable LOKY_MAX_CPU_COUNT to 1, with which all are fitted in one process, or free memory."
        ) from error
    if centre is not None:  # the last column stood for the intercept
        return ThemeModels(np.array(coefficients)[:, :-1], np.array(coefficients)[:, -1])
    return ThemeModels(np.array(coefficients), np.array(intercepts))


def _workers(n_jobs: int | None, *, dual: bool, size: int) -> joblib.Parallel:
    """Return what fits themes side by side, `size` being the matrix entries to go through, all themes together.

    Threads share the matrix and cost no copy, for liblinear lets go of the interpreter lock while it fits. Its dual
    solver has one generator for all threads of a process, so that only processes can work side by side: where they pay
    for their start and the copy that each makes, and not in a child of `multiprocessing`, which may have no children.
    """
    if not dual:
        return joblib.Parallel(n_jobs=n_jobs or -1, backend="threading", return_as="generator")
    alone = size < _WORTH_PROCESSES or multiprocessing.current_process().daemon
    jobs = 1 if alone else n_jobs or min(joblib.cpu_count(), _MOST_PROCESSES)
    # Ctrl-C reaches every process: this one ends the others, which would each have more to say of it.
    ignore = {"initializer": signal.signal, "initargs": (signal.SIGINT, signal.SIG_IGN)}
    return joblib.Parallel(n_jobs=jobs, backend="loky", return_as="generator", **ignore)


MANY = 5000
"""Of more texts than this liblinear's dual solver (coordinate descent: Hsieh et al. 2008, A dual coordinate descent
method for large-scale linear SVM) finds the same models in a third to a half of the time of the primal one (a
trust-region Newton method); of fewer either is done in seconds."""

_SHUFFLING = threading.Lock()
"""The dual solver shuffles the rows by one generator for all threads of a process, so that two fits at a time would
leave each other's result to chance."""
_WORTH_PROCESSES = 20_000_000
"""Matrix entries × themes that take a second or two to fit, as long as it takes to start a process."""
_MOST_PROCESSES = 4
"""Unless more are asked for: each takes some 0.3 GB, and what is not fitting gets no faster."""
_TOLERANCE = {False: 1e-4, True: 1e-2}
"""By whether the dual solver is used: what the two call a tolerance differs. With these their scores are 0.002 apart on
average where C is 3 or less, and 0.008 where it is 10."""


FoldScores = tuple[_Floats, _Floats]
"""One fold's scores by models of the other folds: of its paragraphs and of its sentences, in their order."""


def with_ones(X: sp.csr_matrix) -> sp.csr_matrix:
    """Return rows with a last column of ones, whose coefficient is the intercept."""
    return sp.hstack([X, np.ones((X.shape[0], 1))], format="csr")


def score_fold(material: Material, fold: NDArray[np.int64], f: int, config: Config, fit: Fit) -> FoldScores:
    """Score the paragraphs and sentences of fold `f` by models that have learnt from the other folds alone."""
    train, train_sentence = fold != f, fold[material.batch.paragraph_of_sentence()] != f
    min_df = settled(config.features.min_df, "features.min_df")
    idfs = material.idf or [fold_idf(block, train, min_df) for block in material.blocks]
    X, S = tfidf(material.blocks, idfs, **row_settings(config.features))
    own = material.rows(X, S, config.classifier, train)
    left_out = X[~train], S[~train_sentence]
    del X, S  # of large sets these are the most there is, and the fit needs room
    models = fit(own, material.vocabularies)
    return models.scores(left_out[0]), models.scores(left_out[1])


def assembled(material: Material, fold: NDArray[np.int64], scores: Mapping[int, FoldScores]) -> _Floats:
    """Return the scores of folds in the order of the rows, (n, n_themes, 2).

    They are those of each paragraph and of its strongest sentence. Rows of folds that `scores` does not have stay 0.
    """
    fold_of_sentence = fold[material.batch.paragraph_of_sentence()]
    themes = material.targets.told.shape[1]
    paragraph, sentence = np.zeros((len(fold), themes)), np.zeros((len(fold_of_sentence), themes))
    for f, (own, of_sentences) in scores.items():
        paragraph[fold == f] = own
        sentence[fold_of_sentence == f] = of_sentences
    return np.stack([paragraph, strongest_sentence(material.batch, sentence)], axis=2)


def cross_validate(
    material: Material,
    fold: NDArray[np.int64],
    config: Config,
    fit: Fit,
    *,
    done: Mapping[int, FoldScores] | None = None,
) -> _Floats:
    """Score every row by models that have learnt from the other folds alone.

    Parameters
    ----------
    material : Material
    fold : int64 array (n,)
        The fold of each paragraph, from 0.
    config : Config
    fit : Fit
    done : mapping of int to FoldScores, optional
        Folds that have been scored already with these settings.

    Returns
    -------
    score : float array (n, n_themes, 2)
        Of each paragraph, and of its strongest sentence.
    """
    done = done or {}
    folds = range(config.classifier.folds)
    scores = {f: done[f] if f in done else score_fold(material, fold, f, config, fit) for f in folds}
    return assembled(material, fold, scores)


def strongest_sentence(batch: Batch, score: _Floats) -> _Floats:
    """Return the highest of the scores of each paragraph's sentences, (n, n_themes)."""
    strongest: _Floats = np.maximum.reduceat(score, batch.first_sentence[:-1], axis=0)
    return strongest


def fit_all(material: Material, config: Config, fit: Fit) -> Learnt:
    """Learn from all rows and, where ``max_features`` asks for fewer terms, once more from the strongest alone."""
    blocks, idfs, most = material.blocks, material.final_idf(), config.features.max_features
    while True:
        rows = material.rows(*tfidf(blocks, idfs, **row_settings(config.features)), config.classifier)
        models = fit(rows, [block.vocabulary for block in blocks])
        idf = np.concatenate(idfs)
        if not most or np.count_nonzero(idf) <= most:
            return _rounded(blocks, idfs, models)
        blocks, idfs = strongest_terms(blocks, idfs, np.abs(models.coefficient).max(axis=0) * idf, most)


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
    X: sp.csr_matrix, told: _Bools, known: _Bools, weight: _Floats, estimator: Any, *, scale: _Floats | None
) -> tuple[_Floats, float]:
    rows = np.flatnonzero(known)
    if len(np.unique(told[rows])) < 2:  # noqa: PLR2004 - both sides
        return np.zeros(X.shape[1]), 1.0 if told[rows].any() else -1.0
    own = X[rows] if len(rows) < len(known) else X
    if scale is not None:
        own = (own @ sp.diags(1 / scale)).tocsr()
    with _SHUFFLING if getattr(estimator, "dual", False) else contextlib.nullcontext():
        model = estimator.fit(own, told[rows], sample_weight=weight[rows])
    coefficient = model.coef_[0] if scale is None else model.coef_[0] / scale
    return coefficient, float(model.intercept_[0] if model.fit_intercept else 0.0)


def _estimator(config: ClassifierConfig, *, intercept: bool, dual: bool) -> Any:
    weight = "balanced" if config.balanced else None
    if config.algorithm == "linear_svc":
        return LinearSVC(
            C=config.C,
            class_weight=weight,
            random_state=config.seed,
            max_iter=5000,
            dual=dual,
            tol=_TOLERANCE[dual],
            fit_intercept=intercept,
        )
    return LogisticRegression(
        C=config.C, class_weight=weight, random_state=config.seed, max_iter=5000, solver="liblinear",
        fit_intercept=intercept,
    )  # fmt: skip


# ---- What is counted of a training text: its terms, how often each stands where, and the TF-IDF rows made of that.


@dataclass(frozen=True, slots=True)
class Counts:
    """One block of terms: its vocabulary, what it weighs, and how often its entries stand where.

    Attributes
    ----------
    vocabulary : Vocabulary
    weight : float
        The length of the block's TF-IDF rows.
    paragraph, sentence : int32 CSR matrices (n_paragraphs, n_entries) and (n_sentences, n_entries)
    """

    vocabulary: Vocabulary
    weight: float
    paragraph: sp.csr_matrix
    sentence: sp.csr_matrix


def learn_vocabularies(batch: Batch, config: FeatureConfig, segmenter_terms: Sequence[str]) -> list[Vocabulary]:
    """Learn the terms of every block in use; a `TrainingError` tells that none is frequent enough."""
    vocabularies: list[Vocabulary] = []
    min_df = settled(config.min_df, "features.min_df")
    if config.words:
        segmenter = get_segmenter(tuple(segmenter_terms))
        vocabularies.append(WordVocabulary.fit(batch, segmenter, pairs=config.word_pairs, min_df=min_df))
    if config.char_max:
        vocabularies.append(
            CharVocabulary.fit(
                batch, shortest=config.char_min, longest=config.char_max, min_df=min_df, marks=config.marks
            )
        )
    if not any(vocabulary.document_frequency.any() for vocabulary in vocabularies):
        raise TrainingError(
            "No term stands in at least {min_df} paragraphs: lower min_df, or add paragraphs.", min_df=min_df
        )
    return vocabularies


def row_settings(config: FeatureConfig) -> dict[str, Any]:
    """Return what `tfidf` and `gxclassify.model.linear.LinearScorer` take of the settings."""
    return {"sublinear": config.sublinear, "least_length": config.least_length}


def weights_of_blocks(config: FeatureConfig) -> list[float]:
    """Return the weights of the blocks in use, in the order of `learn_vocabularies`."""
    return [w for w, used in ((config.word_weight, config.words), (config.char_weight, config.char_max)) if used]


def count(batch: Batch, vocabularies: Sequence[Vocabulary], weights: Sequence[float]) -> list[Counts]:
    """Count the entries of every vocabulary in the paragraphs and sentences of a batch."""
    blocks = []
    for vocabulary, weight in zip(vocabularies, weights, strict=True):
        sentence = sentence_counts(batch, vocabulary)
        blocks.append(Counts(vocabulary, weight, paragraph_sums(batch, sentence), sentence))
    return blocks


def final_idf(block: Counts) -> _Idf:
    """Return the idf of a training on all rows."""
    return inverse_document_frequency(block.vocabulary.document_frequency, block.paragraph.shape[0])


def fold_idf(block: Counts, train: NDArray[np.bool_], min_df: int) -> _Idf:
    """Return the idf as a training on the rows `train` alone would have it: terms too rare there do not count."""
    rows = block.paragraph[train]
    frequency = np.bincount(rows.indices, minlength=rows.shape[1]).astype(np.int32)
    frequency[(frequency < min_df) | (block.vocabulary.document_frequency == 0)] = 0
    return inverse_document_frequency(frequency, int(train.sum()))


def tfidf(
    blocks: Sequence[Counts], idfs: Sequence[_Idf], *, sublinear: bool, least_length: float = 0.0
) -> tuple[sp.csr_matrix, sp.csr_matrix]:
    """Return the TF-IDF rows of the paragraphs and of the sentences, the blocks side by side."""

    def beside(counts: list[sp.csr_matrix]) -> sp.csr_matrix:
        rows = [
            tfidf_rows(own, idf, sublinear=sublinear, weight=block.weight, least_length=least_length)
            for block, own, idf in zip(blocks, counts, idfs, strict=True)
        ]
        return sp.hstack(rows, format="csr")

    paragraphs = beside([block.paragraph for block in blocks])
    if all(block.paragraph is block.sentence for block in blocks):
        return paragraphs, paragraphs
    return paragraphs, beside([block.sentence for block in blocks])


def strongest_terms(
    blocks: Sequence[Counts], idfs: Sequence[_Idf], strength: NDArray[np.float64], n: int
) -> tuple[list[Counts], list[_Idf]]:
    """Keep the `n` entries of largest `strength`, an array over all blocks, and those that lead to them."""
    wanted = np.zeros(len(strength), dtype=np.bool_)
    wanted[np.argsort(-strength, kind="stable")[:n]] = True
    kept, kept_idfs, start = [], [], 0
    for block, idf in zip(blocks, idfs, strict=True):
        size = len(block.vocabulary.document_frequency)
        vocabulary, old = block.vocabulary.keep(wanted[start : start + size])
        kept.append(Counts(vocabulary, block.weight, block.paragraph[:, old], block.sentence[:, old]))
        kept_idfs.append(np.where(vocabulary.document_frequency > 0, idf[old], 0).astype(np.float32))
        start += size
    return kept, kept_idfs


# ---- Counts and TF-IDF rows of one vocabulary, for training.


def sentence_counts(batch: Batch, vocabulary: Vocabulary) -> sp.csr_matrix:
    """Count the entries of `vocabulary` in every sentence: int32 CSR (n_sentences, n_entries)."""
    size = len(vocabulary.document_frequency)
    sentence = batch.sentence_of_position()
    keys = [sentence[hits.position].astype(np.int64) * size + hits.entry for hits in vocabulary.find(batch)]
    key, count = np.unique(np.concatenate(keys), return_counts=True)
    row, column = np.divmod(key, max(size, 1))
    starts = np.searchsorted(row, np.arange(batch.n_sentences + 1))
    shape = (batch.n_sentences, size)
    return sp.csr_matrix((count.astype(np.int32), column.astype(np.int32), starts), shape=shape)


def paragraph_sums(batch: Batch, sentences: sp.csr_matrix) -> sp.csr_matrix:
    """Add up the sentence rows of every paragraph: the rows themselves where each has one sentence, as titles have."""
    n = batch.n_sentences
    if n == batch.n_paragraphs:
        return sentences
    shape = (batch.n_paragraphs, n)
    member = sp.csr_matrix((np.ones(n, dtype=np.int32), np.arange(n), batch.first_sentence), shape=shape)
    sums = (member @ sentences).tocsr()
    sums.sort_indices()
    return sums


def tfidf_rows(
    counts: sp.csr_matrix, idf: NDArray[np.float32], *, sublinear: bool, weight: float, least_length: float = 0.0
) -> sp.csr_matrix:
    """Return rows tf * idf of length `weight`: tf is 1 + ln(count) when `sublinear`, else the count.

    Rows that are shorter than `least_length` before they are scaled are divided by that and so stay shorter.
    """
    tf = counts.data.astype(np.float64)
    if sublinear:
        tf = 1 + np.log(tf)
    rows = sp.csr_matrix((tf * idf[counts.indices], counts.indices, counts.indptr), shape=counts.shape)
    squares = np.zeros(counts.shape[0])
    owner = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    np.add.at(squares, owner, rows.data**2)
    length = np.maximum(np.sqrt(squares), least_length)
    length[length == 0] = 1.0
    rows.data *= weight / length[owner]
    return rows
