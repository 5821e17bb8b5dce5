"""`ThemeClassifier`: a scikit-learn estimator that learns themes from labelled paragraphs and marked sentences."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Self, cast

import joblib
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from gxclassify.calibration import Calibration, fit_calibration, tune_threshold
from gxclassify.config import CalibrationConfig, Config, ThresholdConfig
from gxclassify.decision import decide, log_odds_of, probabilities_of
from gxclassify.errors import ConfigError, InputError, TrainingError
from gxclassify.features.batch import Batch, make_batch
from gxclassify.features.segmenter import get_segmenter
from gxclassify.features.tfidf import paragraph_sums, sentence_counts, tfidf_rows
from gxclassify.features.vocabulary import CharVocabulary, Vocabulary, WordVocabulary, inverse_document_frequency
from gxclassify.labels.split import grouped_folds
from gxclassify.themes import is_theme_id

if TYPE_CHECKING:
    from gxclassify.model import Model
    from gxclassify.themes import Taxonomy

__all__ = ["ThemeClassifier"]

_Bools = NDArray[np.bool_]
_Floats = NDArray[np.float64]
_Evidence = dict[str, list[tuple[int, int]]]
_Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Counts:
    """One block's vocabulary and the counts of its entries in the training paragraphs and their sentences."""

    vocabulary: Vocabulary
    paragraph: sp.csr_matrix
    sentence: sp.csr_matrix
    weight: float


@dataclass(frozen=True, slots=True)
class _Targets:
    """What is known of every row: `told` where a theme is told, `known` where the label says anything of it."""

    told: _Bools
    known: _Bools


class ThemeClassifier(BaseEstimator):  # type: ignore[misc]
    """Tag texts by theme with one linear model per theme over TF-IDF terms.

    A theme's model learns from the paragraphs and, where sentences are marked, from the sentences too; a text is
    scored as a whole and by its strongest sentence; the two are calibrated together on out-of-fold scores, and each
    theme's threshold is tuned on them. The parameters are the settings of `gxclassify.config` by their last name
    (``features.min_df`` is ``min_df``), and `themes`, the theme ids in column order (default: those found, sorted).

    It is no `ClassifierMixin`: scikit-learn then insists on splitting lists of labels in ways that refuse them.

    Attributes
    ----------
    themes_ : list of str
        The theme ids, in the order of the columns.
    coef_ : float array (n_themes, n_features)
        The coefficients, rounded as the bundle stores them.
    intercept_ : float array (n_themes,)
    vocabularies_ : list of Vocabulary
    idf_ : list of float32 arrays
    calibration_ : list of Calibration
    thresholds_ : float array (n_themes,)
    oof_probability_ : float array (n, n_themes)
        Out-of-fold probabilities, each row's calibration fitted without its fold; absent when ``folds`` is 0.
    oof_tag_ : bool array (n, n_themes)
        Out-of-fold decisions, each row's thresholds tuned without its fold; absent when ``folds`` is 0.

    Examples
    --------
    >>> texts = ["园区新签约12个项目", "招商小分队谈成三家企业", "污水处理厂提标改造完成", "河道治理让水质变好"] * 3
    >>> labels = [["招商"], ["招商"], ["生态"], ["生态"]] * 3
    >>> classifier = ThemeClassifier(folds=2).fit(texts, labels)
    >>> classifier.tag(["又有两个项目签约"])
    [['招商']]
    """

    def __init__(
        self,
        *,
        themes: Sequence[str] | None = None,
        exclusive: bool = False,
        at_least_one: bool = False,
        segmenter_terms: Sequence[str] = (),
        words: bool = True,
        word_pairs: bool = True,
        char_min: int = 1,
        char_max: int = 2,
        marks: bool = True,
        fold_digits: bool = False,
        sublinear: bool = True,
        min_df: int = 2,
        word_weight: float = 1.0,
        char_weight: float = 1.0,
        max_features: int = 0,
        algorithm: Literal["linear_svc", "logistic_regression"] = "linear_svc",
        C: float = 0.1,
        balanced: bool = False,
        sentences: bool = True,
        sentence_row_weight: float = 1.0,
        folds: int = 5,
        seed: int = 0,
        method: Literal["sigmoid", "stacked"] = "sigmoid",
        sentence_share: float = 0.5,
        logit_offsets: dict[str, float] | None = None,
        objective: Literal["f1", "precision", "recall", "fixed"] = "f1",
        target: float = 0.8,
        value: float = 0.5,
        tolerance: float = 0.01,
        shrink: float = 0.0,
        offsets: dict[str, float] | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.themes = themes
        self.exclusive = exclusive
        self.at_least_one = at_least_one
        self.segmenter_terms = segmenter_terms
        self.words = words
        self.word_pairs = word_pairs
        self.char_min = char_min
        self.char_max = char_max
        self.marks = marks
        self.fold_digits = fold_digits
        self.sublinear = sublinear
        self.min_df = min_df
        self.word_weight = word_weight
        self.char_weight = char_weight
        self.max_features = max_features
        self.algorithm = algorithm
        self.C = C
        self.balanced = balanced
        self.sentences = sentences
        self.sentence_row_weight = sentence_row_weight
        self.folds = folds
        self.seed = seed
        self.method = method
        self.sentence_share = sentence_share
        self.logit_offsets = logit_offsets
        self.objective = objective
        self.target = target
        self.value = value
        self.tolerance = tolerance
        self.shrink = shrink
        self.offsets = offsets
        self.n_jobs = n_jobs

    @classmethod
    def from_config(cls, config: Config, taxonomy: Taxonomy | None = None, **parameters: Any) -> Self:
        """Build an estimator from settings.

        `taxonomy` gives the themes and their rules; `parameters` are others that are no settings, such as `n_jobs`.
        """
        names = cls._get_param_names()
        settings = {key.partition(".")[2]: value for key, value in config.flat().items()}
        if taxonomy is not None:
            parameters = {
                "themes": taxonomy.ids,
                "exclusive": taxonomy.exclusive,
                "at_least_one": taxonomy.at_least_one,
                "segmenter_terms": taxonomy.segmenter_terms,
                **parameters,
            }
        return cls(**{name: value for name, value in settings.items() if name in names}, **parameters)

    def fit(
        self,
        X: Sequence[str],
        y: Any,
        *,
        maybe: Sequence[Iterable[str]] | None = None,
        evidence: Sequence[_Evidence] | None = None,
        groups: Sequence[str] | None = None,
        progress: _Progress | None = None,
    ) -> Self:
        """Learn from paragraphs `X`.

        Parameters
        ----------
        X : sequence of str, length n
            One paragraph each.
        y : sequence of collections of theme ids, or indicator array (n, n_themes)
        maybe : sequence of collections of theme ids, length n
            Themes that a paragraph's label leaves open: the row neither trains nor judges them.
        evidence : sequence of {theme id: [(start, end), …]}, length n
            The marked sentences, as character spans of the paragraph.
        groups : sequence of str, length n
            The article of each paragraph; folds keep articles whole. Default: each its own.
        progress : callable
            Called with (linear models done, linear models in all).

        Raises
        ------
        TrainingError
            A theme has too few paragraphs that tell it, or none that does not; the message names it.
        ConfigError
            A parameter is of the wrong type or out of range.
        """
        texts = _as_texts(X)
        n = len(texts)
        told = self._indicator(y, n)
        self._check_settings()
        _check_lengths(n, maybe=maybe, evidence=evidence, groups=groups)
        targets = _Targets(told, self._known(told, maybe))
        if groups is None:
            groups = [str(i) for i in range(n)]
        self._check(targets, groups, n)
        batch = make_batch(texts, fold_digits=self.fold_digits)
        sentence_targets = self._sentence_targets(batch, targets, evidence)
        blocks = self._count(batch)
        fits = len(self.themes_) * (self.folds + (2 if self.max_features else 1))
        tick = _ticker(progress, fits)
        # Linear algebra in threads of its own is slower here, and rounds differently with their number.
        with threadpool_limits(limits=1, user_api="blas"):
            self._cross_validate(batch, blocks, targets, sentence_targets, groups, tick=tick)
            self._fit_final(blocks, targets, sentence_targets, tick)
        return self

    # ---- rows and targets

    def _indicator(self, y: Any, n: int) -> _Bools:
        if sp.issparse(y):
            y = y.toarray()
        if getattr(y, "ndim", 1) != 1:
            return self._indicator_of_array(np.asarray(y), n)
        rows = _as_rows(y)
        if len(rows) != n:
            msg = f"The labels must be as many as the texts, {n}. Got {len(rows)}."
            raise TrainingError(msg)
        self.themes_ = sorted({theme for row in rows for theme in row}) if self.themes is None else list(self.themes)
        return self._binarize(rows, "labels")

    def _indicator_of_array(self, array: NDArray[Any], n: int) -> _Bools:
        if array.ndim != 2 or len(array) != n:  # noqa: PLR2004
            msg = f"The labels must be one row per text. Got shape {array.shape} for {n} texts."
            raise TrainingError(msg)
        self.themes_ = [str(i) for i in range(array.shape[1])] if self.themes is None else list(self.themes)
        if len(self.themes_) != array.shape[1]:
            msg = f"The label array must have {len(self.themes_)} columns, one per theme. Got {array.shape[1]}."
            raise TrainingError(msg)
        if not np.isin(array, (0, 1)).all():
            msg = "The label array must hold 0 and 1 alone."
            raise TrainingError(msg)
        return cast("_Bools", array.astype(np.bool_))

    def _binarize(self, rows: Sequence[Iterable[str]], what: str) -> _Bools:
        number = {theme: i for i, theme in enumerate(self.themes_)}
        indicator = np.zeros((len(rows), len(self.themes_)), dtype=np.bool_)
        for i, row in enumerate(rows):
            for theme in row:
                if theme not in number:
                    msg = f"The {what} of text {i} name {theme!r}, which is no theme of {', '.join(self.themes_)}."
                    raise TrainingError(msg)
                indicator[i, number[theme]] = True
        return indicator

    def _known(self, told: _Bools, maybe: Sequence[Iterable[str]] | None) -> _Bools:
        if maybe is None:
            return np.ones_like(told)
        return ~self._binarize(_as_rows(maybe), "open labels") | told

    def _check_settings(self) -> None:
        """Hold the parameters against the types and ranges of the settings of the same names."""
        parameters = {name: getattr(self, name) for name in self._get_param_names()}
        values = {
            key: parameters[name]
            for key in Config().flat()
            if (name := key.partition(".")[2]) in parameters and parameters[name] is not None
        }
        Config().with_values(values, type(self).__name__)
        if len(set(self.themes_)) != len(self.themes_):
            msg = f"The themes must differ from each other. Got {', '.join(self.themes_)}."
            raise ConfigError(msg)
        for name in ("logit_offsets", "offsets"):
            for theme in getattr(self, name) or {}:
                if theme not in self.themes_:
                    msg = f"{name} names {theme!r}, which is no theme of {', '.join(self.themes_)}."
                    raise ConfigError(msg)

    def _check(self, targets: _Targets, groups: Sequence[str], n: int) -> None:
        if not n or not self.themes_:
            msg = "There is nothing to train on: no paragraph, or no paragraph with a theme."
            raise TrainingError(msg)
        if self.folds == 1:
            msg = "classifier.folds must be 0 (no tuning) or at least 2. Got 1."
            raise ConfigError(msg)
        least = max(2, self.folds)
        group = np.asarray(groups)
        for t, theme in enumerate(self.themes_):
            positive = targets.told[:, t] & targets.known[:, t]
            negative = ~targets.told[:, t] & targets.known[:, t]
            count = len(np.unique(group[positive]))
            if count < least:
                msg = (
                    f"The theme {theme!r} is told by paragraphs of {count} articles; training with {self.folds} folds "
                    f"needs at least {least}. Label more, or leave the theme out."
                )
                raise TrainingError(msg)
            if len(np.unique(group[negative])) < least:
                msg = f"The theme {theme!r} needs at least {least} articles with paragraphs that do not tell it."
                raise TrainingError(msg)

    def _sentence_targets(
        self, batch: Batch, targets: _Targets, evidence: Sequence[_Evidence] | None
    ) -> _Targets | None:
        """A marked sentence tells its theme; the unmarked ones of a paragraph that tells it unmarked are unknown."""
        if not self.sentences or evidence is None:
            return None
        paragraph = batch.paragraph_of_sentence()
        told = np.zeros((batch.n_sentences, len(self.themes_)), dtype=np.bool_)
        marked = np.zeros_like(targets.told)
        number = {theme: i for i, theme in enumerate(self.themes_)}
        spans = batch.sentence_spans()
        for i, (marks, own) in enumerate(zip(evidence, spans, strict=True)):
            for theme, places in marks.items():
                t = number.get(theme)
                if t is None or not targets.told[i, t] or not places:
                    continue
                marked[i, t] = True
                first = batch.first_sentence[i]
                for j, span in enumerate(own):
                    told[first + j, t] |= any(_mostly_within(span, place) for place in places)
        known = targets.known[paragraph] & (marked[paragraph] | ~targets.told[paragraph])
        return _Targets(told, known)

    # ---- features

    def _count(self, batch: Batch) -> list[_Counts]:
        vocabularies: list[tuple[Vocabulary, float]] = []
        if self.words:
            segmenter = get_segmenter(tuple(self.segmenter_terms))
            words = WordVocabulary.fit(batch, segmenter, pairs=self.word_pairs, min_df=self.min_df)
            vocabularies.append((words, self.word_weight))
        if self.char_max:
            chars = CharVocabulary.fit(
                batch, shortest=self.char_min, longest=self.char_max, min_df=self.min_df, marks=self.marks
            )
            vocabularies.append((chars, self.char_weight))
        if not any(v.document_frequency.any() for v, _ in vocabularies):
            msg = f"No term stands in at least {self.min_df} paragraphs: lower min_df, or add paragraphs."
            raise TrainingError(msg)
        blocks = []
        for vocabulary, weight in vocabularies:
            sentence = sentence_counts(batch, vocabulary)
            blocks.append(_Counts(vocabulary, paragraph_sums(batch, sentence), sentence, weight))
        return blocks

    def _rows(self, counts: sp.csr_matrix, idf: NDArray[np.float32], weight: float) -> sp.csr_matrix:
        return tfidf_rows(counts, idf, sublinear=self.sublinear, weight=weight)

    def _paragraphs_then_sentences(
        self, blocks: list[_Counts], idfs: list[NDArray[np.float32]]
    ) -> tuple[sp.csr_matrix, sp.csr_matrix]:
        paragraph = [self._rows(b.paragraph, idf, b.weight) for b, idf in zip(blocks, idfs, strict=True)]
        sentence = [self._rows(b.sentence, idf, b.weight) for b, idf in zip(blocks, idfs, strict=True)]
        return sp.hstack(paragraph, format="csr"), sp.hstack(sentence, format="csr")

    # ---- fitting

    def _linear(self) -> Any:
        weight = "balanced" if self.balanced else None
        if self.algorithm == "linear_svc":
            # The dual solver draws from one generator that all threads share, so that its result is left to chance.
            return LinearSVC(C=self.C, class_weight=weight, random_state=self.seed, max_iter=5000, dual=False)
        return LogisticRegression(
            C=self.C, class_weight=weight, random_state=self.seed, max_iter=5000, solver="liblinear"
        )

    def _fit_theme(self, X: sp.csr_matrix, told: _Bools, known: _Bools, weight: _Floats) -> tuple[_Floats, float]:
        rows = np.flatnonzero(known)
        model = self._linear().fit(X[rows] if len(rows) < len(known) else X, told[rows], sample_weight=weight[rows])
        return model.coef_[0], float(model.intercept_[0])

    def _fit_themes(
        self, parts: list[tuple[sp.csr_matrix, _Targets, float]], tick: Callable[[], None]
    ) -> tuple[_Floats, _Floats]:
        X = sp.vstack([x for x, _, _ in parts], format="csr")
        told = np.concatenate([t.told for _, t, _ in parts])
        known = np.concatenate([t.known for _, t, _ in parts])
        weight = np.concatenate([np.full(x.shape[0], w) for x, _, w in parts])
        for t in np.flatnonzero(~((told & known).any(axis=0) & (~told & known).any(axis=0)))[:1].tolist():
            msg = (
                f"The theme {self.themes_[t]!r} is told by all or by none of a fold's training paragraphs: the "
                f"articles are too few or too unequal in size to be split; use fewer folds or label more."
            )
            raise TrainingError(msg)
        # liblinear lets go of the interpreter lock while it fits: threads share the matrix and cost no copy.
        jobs = joblib.Parallel(n_jobs=self.n_jobs or -1, backend="threading", return_as="generator")
        tasks = (joblib.delayed(self._fit_theme)(X, told[:, t], known[:, t], weight) for t in range(told.shape[1]))
        coefficients, intercepts = [], []
        for coefficient, intercept in jobs(tasks):
            coefficients.append(coefficient)
            intercepts.append(intercept)
            tick()
        return np.array(coefficients), np.array(intercepts)

    def _cross_validate(
        self,
        batch: Batch,
        blocks: list[_Counts],
        targets: _Targets,
        sentence_targets: _Targets | None,
        groups: Sequence[str],
        *,
        tick: Callable[[], None],
    ) -> None:
        n, themes = targets.told.shape
        if not self.folds:
            shifts = [(self.logit_offsets or {}).get(theme, 0.0) for theme in self.themes_]
            self.calibration_ = [Calibration(1 - self.sentence_share, self.sentence_share, shift) for shift in shifts]
            offsets = [(self.offsets or {}).get(theme, 0.0) for theme in self.themes_]
            self.thresholds_ = np.clip(self.value + np.array(offsets), 0.01, 0.99)
            for name in [name for name in vars(self) if name.startswith("oof_")]:
                delattr(self, name)  # of an earlier fit
            return
        fold = grouped_folds(targets.told, groups, self.folds, seed=self.seed)
        fold_of_sentence = fold[batch.paragraph_of_sentence()]
        paragraph, sentence = np.zeros((n, themes)), np.zeros((batch.n_sentences, themes))
        for f in range(self.folds):
            train, train_sentence = fold != f, fold_of_sentence != f
            idfs = [self._fold_idf(block, train) for block in blocks]
            X, S = self._paragraphs_then_sentences(blocks, idfs)
            parts = [(X[train], _Targets(targets.told[train], targets.known[train]), 1.0)]
            if sentence_targets is not None:
                st = _Targets(sentence_targets.told[train_sentence], sentence_targets.known[train_sentence])
                parts.append((S[train_sentence], st, self.sentence_row_weight))
            coefficient, intercept = self._fit_themes(parts, tick)
            paragraph[~train] = X[~train] @ coefficient.T + intercept
            sentence[~train_sentence] = S[~train_sentence] @ coefficient.T + intercept
        strongest = np.maximum.reduceat(sentence, batch.first_sentence[:-1], axis=0)
        self.oof_fold_ = fold
        self.oof_score_ = np.stack([paragraph, strongest], axis=2)
        self.oof_sentence_score_ = sentence
        self._calibrate(targets)

    def _fold_idf(self, block: _Counts, train: _Bools) -> NDArray[np.float32]:
        """The idf as a training on these rows alone would have it: terms too rare there do not count."""
        rows = block.paragraph[train]
        frequency = np.bincount(rows.indices, minlength=rows.shape[1]).astype(np.int32)
        frequency[(frequency < self.min_df) | (block.vocabulary.document_frequency == 0)] = 0
        return inverse_document_frequency(frequency, int(train.sum()))

    def _calibrate(self, targets: _Targets) -> None:
        """Calibrate and tune on all out-of-fold scores, and once more without each fold to judge its rows."""
        self.calibration_, self.thresholds_ = self._tuned(targets, np.ones(len(targets.told), dtype=np.bool_))
        self.oof_probability_ = np.zeros(targets.told.shape)
        self.oof_tag_ = np.zeros(targets.told.shape, dtype=np.bool_)
        for f in range(self.folds):
            test = self.oof_fold_ == f
            calibration, thresholds = self._tuned(targets, ~test)
            odds = log_odds_of(calibration, self.oof_score_[test, :, 0], self.oof_score_[test, :, 1])
            self.oof_probability_[test] = probabilities_of(odds, exclusive=self.exclusive)
            self.oof_tag_[test] = self._decide(self.oof_probability_[test], thresholds)

    def _tuned(self, targets: _Targets, rows: _Bools) -> tuple[list[Calibration], _Floats]:
        calibration_config = CalibrationConfig(
            method=self.method, sentence_share=self.sentence_share, logit_offsets=self.logit_offsets or {}
        )
        threshold_config = ThresholdConfig(
            objective=self.objective,
            target=self.target,
            value=self.value,
            tolerance=self.tolerance,
            shrink=self.shrink,
        )
        calibrations, thresholds = [], []
        for t, theme in enumerate(self.themes_):
            use = rows & targets.known[:, t]
            paragraph, sentence = self.oof_score_[use, t, 0], self.oof_score_[use, t, 1]
            told = targets.told[use, t]
            plain = fit_calibration(paragraph, sentence, told, calibration_config)
            # The threshold is tuned before the offsets: both say how other text differs from the labels.
            probability = probabilities_of(plain.log_odds(paragraph, sentence), exclusive=False)
            offset = (self.offsets or {}).get(theme, 0.0)
            thresholds.append(tune_threshold(probability, told, threshold_config, offset))
            shift = (self.logit_offsets or {}).get(theme, 0.0)
            calibrations.append(Calibration(plain.paragraph, plain.sentence, plain.intercept + shift))
        return calibrations, np.array(thresholds)

    def _fit_final(
        self, blocks: list[_Counts], targets: _Targets, sentence_targets: _Targets | None, tick: Callable[[], None]
    ) -> None:
        n = len(targets.told)
        while True:
            idfs = [inverse_document_frequency(b.vocabulary.document_frequency, n) for b in blocks]
            X, S = self._paragraphs_then_sentences(blocks, idfs)
            parts = [(X, targets, 1.0)]
            if sentence_targets is not None:
                parts.append((S, sentence_targets, self.sentence_row_weight))
            coefficient, self.intercept_ = self._fit_themes(parts, tick)
            idf = np.concatenate(idfs)
            if not self.max_features or np.count_nonzero(idf) <= self.max_features:
                break
            blocks = _strongest_terms(blocks, np.abs(coefficient).max(axis=0) * idf, self.max_features)
        self.n_documents_ = n
        self.vocabularies_ = [b.vocabulary for b in blocks]
        self.idf_ = idfs
        bounds = np.cumsum([0, *(len(i) for i in idfs)])
        weights = np.repeat([b.weight for b in blocks], np.diff(bounds))
        # The bundle stores impacts as half precision: round here, so that estimator and model are one.
        impact = (coefficient * idf * weights).T.astype(np.float16)
        self.impact_ = [impact[a:b] for a, b in itertools.pairwise(bounds)]
        scale = np.where(idf > 0, idf, 1) * np.where(weights > 0, weights, 1)
        self.coef_ = impact.astype(np.float64).T / scale

    # ---- prediction

    def decision_function(self, X: Sequence[str]) -> _Floats:
        """Return the calibrated log-odds of every text and theme, (n, n_themes)."""
        check_is_fitted(self, "coef_")
        batch = make_batch(_as_texts(X), fold_digits=self.fold_digits)
        weights = [w for w, used in ((self.word_weight, self.words), (self.char_weight, self.char_max)) if used]
        sentence_rows, paragraph_rows = [], []
        for vocabulary, idf, weight in zip(self.vocabularies_, self.idf_, weights, strict=True):
            counts = sentence_counts(batch, vocabulary)
            sentence_rows.append(self._rows(counts, idf, weight))
            paragraph_rows.append(self._rows(paragraph_sums(batch, counts), idf, weight))
        paragraph = sp.hstack(paragraph_rows, format="csr") @ self.coef_.T + self.intercept_
        sentence = sp.hstack(sentence_rows, format="csr") @ self.coef_.T + self.intercept_
        strongest = np.maximum.reduceat(sentence, batch.first_sentence[:-1], axis=0)
        return log_odds_of(self.calibration_, paragraph, strongest)

    def predict_proba(self, X: Sequence[str]) -> _Floats:
        """Return the probability of every text and theme, (n, n_themes)."""
        return probabilities_of(self.decision_function(X), exclusive=self.exclusive)

    def predict(self, X: Sequence[str]) -> NDArray[np.int64]:
        """Return an indicator array (n, n_themes): 1 where a text is tagged."""
        return self._decide(self.predict_proba(X), self.thresholds_).astype(np.int64)

    def tag(self, X: Sequence[str]) -> list[list[str]]:
        """Return the theme ids of every text."""
        return [[self.themes_[t] for t in np.flatnonzero(row)] for row in self.predict(X)]

    def score(self, X: Sequence[str], y: Any) -> float:
        """Return the macro-averaged F1 of the tags, 0 for a theme that is neither told nor tagged."""
        tagged = self.predict(X) > 0
        if sp.issparse(y):
            y = y.toarray()
        told = np.asarray(y) > 0 if getattr(y, "ndim", 1) != 1 else self._binarize(_as_rows(y), "labels")
        hits = (told & tagged).sum(axis=0)
        return float(np.mean(2 * hits / np.maximum(1, told.sum(axis=0) + tagged.sum(axis=0))))

    def _decide(self, probability: _Floats, thresholds: _Floats) -> _Bools:
        return decide(probability, thresholds, exclusive=self.exclusive, at_least_one=self.at_least_one)

    def to_model(self, taxonomy: Taxonomy | None = None, **provenance: Any) -> Model:
        """Return the portable model: scores alike, needs no scikit-learn, and can be saved as a bundle.

        `taxonomy` gives the themes their names and colours (default: the bare ids). `provenance` is recorded as it is
        given (label-file hashes, metrics); it must be JSON.
        """
        from gxclassify.model import model_from_classifier  # noqa: PLC0415 - the two know each other

        check_is_fitted(self, "coef_")
        return model_from_classifier(self, taxonomy, {"documents": self.n_documents_, **provenance})

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "coef_")


def _as_texts(X: Sequence[str]) -> list[str]:
    if isinstance(X, str):
        msg = "The texts must be a sequence of strings. Got one string; put it in a list."
        raise InputError(msg)
    return list(X)


def _as_rows(y: Any) -> list[list[str]]:
    """Return one list of theme ids per text; a single id stands for a list of one."""
    rows = [[row] if isinstance(row, str) else list(row) for row in y]
    for i, row in enumerate(rows):
        for theme in row:
            if not is_theme_id(theme):
                msg = f"The labels of text {i} must be theme ids, texts without white space. Got {theme!r}."
                raise TrainingError(msg)
    return rows


def _check_lengths(n: int, **rows: Sequence[Any] | None) -> None:
    for name, values in rows.items():
        if values is not None and len(values) != n:
            msg = f"{name} must be as many as the texts, {n}. Got {len(values)}."
            raise TrainingError(msg)


def _ticker(progress: _Progress | None, total: int) -> Callable[[], None]:
    done: Iterator[int] = iter(range(1, total + 1))

    def tick() -> None:
        if progress is not None:
            progress(next(done, total), total)

    return tick


def _mostly_within(span: tuple[int, int], place: Sequence[int]) -> bool:
    overlap = min(span[1], place[1]) - max(span[0], place[0])
    return overlap * 2 > span[1] - span[0]


def _strongest_terms(blocks: list[_Counts], strength: _Floats, n: int) -> list[_Counts]:
    wanted = np.zeros(len(strength), dtype=np.bool_)
    wanted[np.argsort(-strength, kind="stable")[:n]] = True
    kept, start = [], 0
    for block in blocks:
        size = len(block.vocabulary.document_frequency)
        vocabulary, old = block.vocabulary.keep(wanted[start : start + size])
        kept.append(_Counts(vocabulary, block.paragraph[:, old], block.sentence[:, old], block.weight))
        start += size
    return kept
