"""`ThemeClassifier`: a scikit-learn estimator that learns themes from labelled paragraphs and marked sentences."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils import ClassifierTags, Tags
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from gxclassify.config import CalibrationConfig, ClassifierConfig, Config, FeatureConfig, ThresholdConfig, settled
from gxclassify.errors import ConfigError
from gxclassify.features.batch import make_batch
from gxclassify.model.linear import Block, ModelParts, decide, log_odds_of, probabilities_of
from gxclassify.model.model import Model, one_column
from gxclassify.themes import Taxonomy
from gxclassify.training.choosing import Chosen, choose, most_rounds, repeats
from gxclassify.training.fitting import (
    MANY,
    Fit,
    Learnt,
    Material,
    Rows,
    ThemeModels,
    count,
    cross_validate,
    fit_all,
    fit_themes,
    learn_vocabularies,
    row_settings,
    strongest_sentence,
    tfidf,
    weights_of_blocks,
)
from gxclassify.training.prior import Prior, prior_of
from gxclassify.training.targets import (
    Evidence,
    Targets,
    check_lengths,
    check_targets,
    class_labels,
    few_told,
    grouped_folds,
    known_rows,
    read_labels,
    refuse_few_told,
    sentence_targets,
    told_rows,
    training_texts,
)
from gxclassify.training.tuning import NOT_LEARNT, Given, Rules, Tuning, judge, shifted_for, tune, untuned

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gxclassify.features.vocabulary import Vocabulary


_Floats = NDArray[np.float64]
_Progress = Callable[[int, int], None]
_FitWith = Callable[[Config], Fit]


class ThemeClassifier(BaseEstimator):  # type: ignore[misc]
    """Tag texts by theme with one linear model per theme over TF-IDF terms.

    A theme's model learns from the paragraphs and, where sentences are marked, from the sentences too; a text is
    scored as a whole and by its strongest sentence; the two are calibrated together on out-of-fold scores, and each
    theme's threshold is tuned on them. The parameters are the settings of `gxclassify.config` by their last name
    (``features.min_df`` is ``min_df``), `themes`, the theme ids in column order (default: those found, sorted), and
    `prior`, what other paragraphs taught: a folder that ``gxclassify prior build`` wrote, or that of a model. Settings
    that say ``"auto"`` are chosen in `fit` by what does best out of fold; where `prior` is a model, by what that has.
    Settings of the features and `segmenter_terms` that stand at their defaults are those of `prior`.

    A theme told by texts of fewer than `min_support` groups, or by all but as few, cannot be learnt: it keeps its
    column, with probability 0 and no tag, and stands in `not_learnt_`; with `strict` it is an error instead.

    Attributes
    ----------
    themes_ : list of str
        The theme ids, in the order of the columns.
    classes_ : array (n_themes,)
        The same as scikit-learn names them: the labels as they were given, where each text has one.
    coef_ : float array (n_themes, n_features)
        The coefficients, rounded as the bundle stores them.
    intercept_ : float array (n_themes,)
    vocabularies_ : list of Vocabulary
    idf_ : list of float32 arrays
    calibration_ : list of Calibration
    thresholds_ : float array (n_themes,)
    chosen_ : dict of str to number
        What was chosen for each setting that says ``"auto"``, and what was taken from `prior`, by dotted key.
    segmenter_terms_ : tuple of str
        Those of the parameter or, where that has none, those of `prior`.
    trials_ : list of (dict, float)
        The combinations that were looked at on the way, and how well each ordered what is told, out of fold.
    not_learnt_ : dict of str to int
        The themes that were too rare, and of how many groups the texts are that tell them.
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
        min_df: int | Literal["auto"] = "auto",
        word_weight: float = 1.0,
        char_weight: float = 1.0,
        least_length: float = 0.0,
        max_features: int = 0,
        algorithm: Literal["linear_svc", "logistic_regression"] = "linear_svc",
        C: float | Literal["auto"] = "auto",
        balanced: bool = False,
        sentences: bool = True,
        sentence_row_weight: float = 1.0,
        folds: int = 5,
        seed: int = 0,
        method: Literal["shrunk", "sigmoid", "stacked"] = "shrunk",
        sentence_share: float | Literal["auto"] = "auto",
        logit_offsets: dict[str, float] | None = None,
        objective: Literal["f1", "precision", "recall", "fixed"] = "f1",
        target: float = 0.8,
        value: float = 0.5,
        tolerance: float = 0.01,
        shrink: float | Literal["auto"] = "auto",
        offsets: dict[str, float] | None = None,
        min_support: int = 2,
        strict: bool = False,
        base_rate: dict[str, float] | None = None,
        source: Literal["prior", "labels"] = "prior",
        prior: Prior | str | Path | None = None,
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
        self.least_length = least_length
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
        self.min_support = min_support
        self.strict = strict
        self.base_rate = base_rate
        self.source = source
        self.prior = prior
        self.n_jobs = n_jobs

    @classmethod
    def from_config(cls, config: Config, taxonomy: Taxonomy | None = None, **parameters: Any) -> Self:
        """Build an estimator from settings.

        `taxonomy` gives the themes and their rules, and the names by which settings may call them; `parameters` are
        others that are no settings, such as `n_jobs`.
        """
        own = as_parameters(config, cls._get_param_names())
        if taxonomy is not None:
            own |= {name: {taxonomy.find(theme) or theme: v for theme, v in own[name].items()} for name in _TABLES}
            parameters = {
                "themes": taxonomy.ids,
                "exclusive": taxonomy.exclusive,
                "at_least_one": taxonomy.at_least_one,
                "segmenter_terms": taxonomy.segmenter_terms,
                **parameters,
            }
        return cls(**own, **parameters)

    def fit(  # noqa: PLR0915 - one flow from labels to weights, read from top to bottom
        self,
        X: Sequence[str],
        y: Any,
        *,
        maybe: Sequence[Iterable[str]] | None = None,
        evidence: Sequence[Evidence] | None = None,
        groups: Sequence[str] | None = None,
        progress: _Progress | None = None,
    ) -> Self:
        """Learn from paragraphs `X`.

        Parameters
        ----------
        X : sequence of str, length n
            One paragraph each.
        y : sequence of collections of theme ids, or indicator array (n, n_themes)
            One id a text stands for a list of one; the columns of a table of 0 and 1 are themes. Where each text has
            exactly one, as scikit-learn's classifiers take it, give ``exclusive=True``: then `predict` answers class
            labels, and any scorer takes them.
        maybe : sequence of collections of theme ids, length n
            Themes that a paragraph's label leaves open: the row neither trains nor judges them.
        evidence : sequence of {theme id: [(start, end), …]}, length n
            The marked sentences, as character spans of the paragraph. Default: none is marked.
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
        texts = training_texts(X)
        n = len(texts)
        y, classes = class_labels(y, exclusive=self.exclusive)
        themes, told = read_labels(y, self.themes, n)
        parameters = self.get_params(deep=False)
        check_parameters(parameters, themes, type(self).__name__)
        check_lengths(n, maybe=maybe, evidence=evidence, groups=groups)
        targets = Targets(told, known_rows(told, maybe, themes))
        if groups is None:
            groups = [str(i) for i in range(n)]
        config = as_config(parameters)
        prior = prior_of(self.prior)
        taken = {} if prior is None else prior.settings(config)
        config = config.with_values(taken, "prior")
        terms = tuple(self.segmenter_terms) or (() if prior is None else prior.parts.taxonomy.segmenter_terms)
        given = {} if prior is None else prior.given(config)
        check_targets(targets, themes, self.folds, groups=groups, settled=given)
        few = dict(zip(themes, few_told(targets, groups, self.min_support), strict=True))
        self.not_learnt_ = {theme: count for theme, count in few.items() if count is not None and theme not in given}
        refuse_few_told(self.not_learnt_, themes, self.min_support, strict=self.strict)
        learnable = [t for t, theme in enumerate(themes) if theme not in self.not_learnt_]
        learnt_themes, targets = [themes[t] for t in learnable], targets.of_themes(learnable)
        if prior is not None:
            prior.check(config.features, terms)
            if self.balanced:
                raise ConfigError(
                    "classifier.balanced and a prior exclude each other: the prior's pull would weigh by class too."
                )
        batch = make_batch(texts, fold_digits=config.features.fold_digits)
        marked = None
        marks = evidence or [{}] * n
        # The one theme of a text is that of the whole: without marks, a sentence of it may well tell another.
        if self.sentences and (any(marks) or not self.exclusive):
            marked = sentence_targets(batch, targets, marks, learnt_themes)
        model = prior if prior is not None and prior.is_model else None  # its coefficients rest on its terms and idf

        def material(min_df: int) -> Material:
            features = dataclasses.replace(config.features, min_df=min_df)
            vocabularies = learn_vocabularies(batch, features, terms) if model is None else model.vocabularies
            blocks = count(batch, vocabularies, weights_of_blocks(features))
            return Material(batch, blocks, targets, marked, None if model is None else model.idf)

        dealt = repeats(n) if self.folds and "auto" in config.flat().values() else min(1, self.folds)
        rounds = most_rounds(config, n, dealt) + (2 if self.max_features else 1)
        tick = _ticker(progress, len(learnt_themes) * rounds)

        def fit_with(config: Config) -> Fit:
            C = settled(config.classifier.C, "classifier.C")

            def fit(rows: list[Rows], vocabularies: Sequence[Vocabulary]) -> ThemeModels:
                centre = None if prior is None else prior.centre(vocabularies, learnt_themes, C)
                return fit_themes(rows, config.classifier, centre=centre, many=n > MANY, n_jobs=self.n_jobs, tick=tick)

            return fit

        folds = [grouped_folds(targets.told, groups, self.folds, seed=self.seed + r) for r in range(dealt)]
        # Linear algebra in threads of its own is slower here, and rounds differently with their number.
        with threadpool_limits(limits=1, user_api="blas"):
            chosen = choose(config, folds, material, fit_with, exclusive=self.exclusive)
            fold = folds[0] if folds else None
            tuning = self._tune(chosen, fold, learnt_themes, fit_with, prior=prior, given=given)
            learnt = fit_all(chosen.material, chosen.config, fit_with(chosen.config))
        if progress is not None and rounds != self.folds + (2 if self.max_features else 1):
            progress(len(learnt_themes) * rounds, len(learnt_themes) * rounds)  # the path was shorter than it may be
        self.chosen_, self.trials_ = {**taken, **chosen.values}, chosen.trials
        self.segmenter_terms_ = terms
        self._keep(themes, learnable, tuning, learnt)
        self.classes_ = np.array([classes.get(theme, theme) for theme in themes])
        self.n_documents_ = n if model is None else int(model.parts.provenance["documents"])
        return self

    def _tune(
        self,
        chosen: Chosen,
        fold: NDArray[np.int64] | None,
        themes: Sequence[str],
        fit_with: _FitWith,
        *,
        prior: Prior | None,
        given: Given,
    ) -> Tuning:
        """Calibrate and tune on out-of-fold scores, and keep these; without folds there are none."""
        if fold is None:
            for name in [name for name in vars(self) if name.startswith("oof_")]:
                delattr(self, name)  # of an earlier fit
            return untuned(themes, chosen.config, given)
        config, targets = chosen.config, chosen.material.targets
        score = cross_validate(chosen.material, fold, config, fit_with(config), done=chosen.scores)
        self.oof_fold_, self.oof_score_ = fold, score
        if prior is not None and prior.is_model:
            given = prior.matched(given, chosen.material.batch, score, themes)
        self.oof_probability_, self.oof_tag_ = judge(
            score, targets, fold, themes, config, exclusive=self.exclusive, at_least_one=self.at_least_one, given=given
        )
        if prior is not None and prior.is_model:  # not before: a label must not calibrate its own judgement
            given = shifted_for(given, score, targets, themes)
        rules = Rules(self.exclusive, self.at_least_one)
        return tune(score, targets, fold, themes, config, rules=rules, given=given)

    def _keep(self, themes: list[str], learnable: list[int], tuning: Tuning, learnt: Learnt) -> None:
        """Keep what was learnt, each theme in its own column; those that were not have none of the weights."""

        def widened(values: NDArray[Any], axis: int, fill: float = 0.0) -> NDArray[Any]:
            if len(learnable) == len(themes):
                return values
            shape = list(values.shape)
            shape[axis] = len(themes)
            wide = np.full(shape, fill, dtype=values.dtype)
            wide[(slice(None),) * axis + (learnable,)] = values
            return wide

        self.themes_ = themes
        calibration = dict(zip(learnable, tuning.calibration, strict=True))
        self.calibration_ = [calibration.get(t, NOT_LEARNT) for t in range(len(themes))]
        self.thresholds_ = widened(tuning.thresholds, 0, fill=1.0)
        self.vocabularies_, self.idf_ = learnt.vocabularies, learnt.idf
        self.impact_ = [widened(impact, 1) for impact in learnt.impact]
        self.coef_, self.intercept_ = widened(learnt.models.coefficient, 0), widened(learnt.models.intercept, 0)
        for name in [name for name in vars(self) if name.startswith("oof_") and name != "oof_fold_"]:
            setattr(self, name, widened(getattr(self, name), 1))

    # ---- prediction: X is a sequence of texts, a Series, an array or a table of one column, and may hold nulls

    def decision_function(self, X: Sequence[str]) -> _Floats:
        """Return the calibrated log-odds of every text and theme; NaN where the text is null.

        Returns
        -------
        float array (n, n_themes); of two exclusive themes, as scikit-learn has it, an array (n,): the log-odds of the
        second rather than the first.
        """
        odds = self._odds(X)
        if not self.exclusive or len(self.themes_) != 2:  # noqa: PLR2004 - two classes
            return odds
        with np.errstate(invalid="ignore"):  # of a null text
            first, second = np.logaddexp(0, -odds).T  # with a minus the logarithms of what is scaled to probabilities
        scores: _Floats = first - second
        return scores

    def _odds(self, X: Sequence[str]) -> _Floats:
        check_is_fitted(self, "coef_")
        texts = one_column(X)
        odds = np.full((len(texts), len(self.themes_)), np.nan)
        given = [i for i, text in enumerate(texts) if text is not None]
        if given:
            odds[given] = self._log_odds([text for text in texts if text is not None])
        return odds

    def _log_odds(self, texts: list[str]) -> _Floats:
        features = self._features()
        batch = make_batch(texts, fold_digits=features.fold_digits)
        blocks = count(batch, self.vocabularies_, weights_of_blocks(features))
        paragraph, sentence = tfidf(blocks, self.idf_, **row_settings(features))
        models = ThemeModels(self.coef_, self.intercept_)
        strongest = strongest_sentence(batch, models.scores(sentence))
        return log_odds_of(self.calibration_, models.scores(paragraph), strongest)

    def predict_proba(self, X: Sequence[str]) -> _Floats:
        """Return the probability of every text and theme, (n, n_themes); NaN where the text is null."""
        probability = self._odds(X)
        given = ~np.isnan(probability).any(axis=1)
        probability[given] = probabilities_of(probability[given], exclusive=self.exclusive)
        return probability

    def predict(self, X: Sequence[str]) -> NDArray[Any]:
        """Return what every text is tagged with.

        Returns
        -------
        int64 array (n, n_themes), 1 where a text is tagged; for exclusive themes an array (n,) of `classes_`, as
        scikit-learn's classifiers do. A null text has no tag: a row of 0, or None.
        """
        tagged = self._tagged(X)
        if not self.exclusive:
            return tagged.astype(np.int64)
        labels: NDArray[Any] = self.classes_[tagged.argmax(axis=1)]
        nothing = ~tagged.any(axis=1)
        if nothing.any():
            labels = labels.astype(object)
            labels[nothing] = None
        return labels

    def _tagged(self, X: Sequence[str]) -> NDArray[np.bool_]:
        probability = self.predict_proba(X)
        return decide(probability, self.thresholds_, exclusive=self.exclusive, at_least_one=self.at_least_one)

    def tag(self, X: Sequence[str]) -> list[list[str]]:
        """Return the theme ids of every text; none for a null."""
        return [[self.themes_[t] for t in np.flatnonzero(row)] for row in self._tagged(X)]

    def score(self, X: Sequence[str], y: Any) -> float:
        """Return the macro-averaged F1 of the tags, 0 for a theme neither told nor tagged; if exclusive, accuracy."""
        tagged = self._tagged(X)
        told = told_rows(class_labels(y)[0], self.themes_)
        if self.exclusive:
            return float((told & tagged).any(axis=1).mean())
        hits = (told & tagged).sum(axis=0)
        return float(np.mean(2 * hits / np.maximum(1, told.sum(axis=0) + tagged.sum(axis=0))))

    def to_model(self, taxonomy: Taxonomy | None = None, **provenance: Any) -> Model:
        """Return the portable model: scores alike, needs no scikit-learn, and can be saved as a bundle.

        `taxonomy` gives the themes their names and colours (default: the bare ids). `provenance` is recorded as it is
        given (label-file hashes, metrics); it must be JSON.
        """
        check_is_fitted(self, "coef_")
        taxonomy = taxonomy or Taxonomy.of_ids(
            self.themes_,
            exclusive=self.exclusive,
            at_least_one=self.at_least_one,
        )
        return Model(
            ModelParts(
                taxonomy=dataclasses.replace(taxonomy, segmenter_terms=self.segmenter_terms_),
                features=self._features(),
                blocks=tuple(map(Block, self.vocabularies_, self.idf_, self.impact_)),
                intercept=self.intercept_,
                calibration=tuple(self.calibration_),
                thresholds=self.thresholds_,
                provenance={
                    "documents": self.n_documents_,
                    "chosen": self.chosen_ or None,
                    "not_learnt": self.not_learnt_ or None,
                    **provenance,
                },
            )
        )

    def _features(self) -> FeatureConfig:
        """Return how texts are counted, with what was chosen."""
        return as_config(self.get_params(deep=False)).with_values(self.chosen_, "chosen").features

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "coef_")

    def __sklearn_tags__(self) -> Tags:
        """Tell scikit-learn what goes in and comes out.

        Only exclusive themes make a classifier of it: scikit-learn stratifies the folds of classifiers, and refuses to
        with several labels a text.
        """
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.target_tags.one_d_labels = self.exclusive
        tags.target_tags.two_d_labels = tags.target_tags.multi_output = not self.exclusive
        tags.input_tags.string = tags.input_tags.one_d_array = tags.input_tags.allow_nan = True
        tags.input_tags.two_d_array = False
        if self.exclusive:
            tags.estimator_type, tags.classifier_tags = "classifier", ClassifierTags()
        return tags


def _ticker(progress: _Progress | None, total: int) -> Callable[[], None]:
    done = itertools.count(1)

    def tick() -> None:
        if progress is not None:
            progress(min(next(done), total), total)  # how long a path gets is not known before

    return tick


# ---- The estimator's parameters as settings: the same values, named here by stage and key, there by the key alone.


_Stage = TypeVar("_Stage", FeatureConfig, ClassifierConfig, CalibrationConfig, ThresholdConfig)

_TABLES = ("logit_offsets", "offsets", "base_rate")
"""The parameters that hold a number for some themes."""


def as_parameters(config: Config, names: Sequence[str]) -> dict[str, Any]:
    """Return the settings that are among the parameters `names`, under these."""
    return {name: value for key, value in config.flat().items() if (name := _name(key)) in names}


def as_config(parameters: Mapping[str, Any]) -> Config:
    """Return parameters that `check_parameters` has passed as settings."""
    values = {**parameters, **{name: parameters[name] or {} for name in _TABLES}}

    def stage(kind: type[_Stage]) -> _Stage:
        return kind(**{field.name: values[field.name] for field in dataclasses.fields(kind)})

    return Config(
        features=stage(FeatureConfig),
        classifier=stage(ClassifierConfig),
        calibration=stage(CalibrationConfig),
        thresholds=stage(ThresholdConfig),
    )


def check_parameters(parameters: Mapping[str, Any], themes: Sequence[str], where: str) -> None:
    """Hold parameters against the types and ranges of the settings of the same names, and against the themes.

    `where` names their owner in errors.
    """
    values = {key: value for key in Config().flat() if (value := parameters.get(_name(key))) is not None}
    Config().with_values(values, where)
    if len(set(themes)) != len(themes):
        raise ConfigError("The themes must differ from each other. Got {themes}.", themes=[*themes])
    for name in _TABLES:
        for theme in parameters[name] or {}:
            if theme not in themes:
                raise ConfigError(
                    "{name} names {theme!r}, which is no theme of {themes}.", name=name, theme=theme, themes=[*themes]
                )


def _name(key: str) -> str:
    return key.partition(".")[2]
