"""Priors: what other labelled paragraphs teach, kept as one vector per theme and without their text.

A linear model that learns from rows W and R minimises ½‖w‖² + C·Σ_W s·L(y·f) + C·Σ_R s·L(y·f). Where it is lowest,
w = −C·Σ_W s·L'(y·f)·y·x + g with g = −C·Σ_R s·L'(y·f)·y·x: the rows R act through g alone, and
½‖w − g‖² + C·Σ_W s·L(y·f) is lowest at the same w. That is biased regularisation (Yang, Yan and Hauptmann 2007,
Cross-domain video concept detection using adaptive SVMs; Kuzborskij and Orabona 2013, Stability and hypothesis
transfer learning). A model that is trained already serves as well: its weights then are the centre themselves.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from gxclassify.config import settled
from gxclassify.errors import ConfigError, ModelError, TrainingError
from gxclassify.features.batch import make_batch
from gxclassify.model.bundle import DESCRIPTION, MODEL, PRIOR, load_bundle, read_description, read_weights, save_bundle
from gxclassify.model.linear import Block, Calibration, LinearScorer, ModelParts
from gxclassify.training.fitting import (
    Centre,
    Material,
    Rows,
    ThemeModels,
    count,
    cross_validate,
    fit_themes,
    learn_vocabularies,
    row_settings,
    strongest_sentence,
    tfidf,
    weights_of_blocks,
)
from gxclassify.training.targets import Targets, check_targets, grouped_folds, known_rows, sentence_targets, told_rows
from gxclassify.training.tuning import Given, Sample, judge, tune

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gxclassify.config import Config, FeatureConfig
    from gxclassify.features.batch import Batch
    from gxclassify.features.vocabulary import Vocabulary
    from gxclassify.themes import Taxonomy


_Floats = NDArray[np.float64]

LEAST_PARAGRAPHS, LEAST_ARTICLES = 300, 100
"""From how few paragraphs, of how few articles, no prior is built: what few taught could be told from it."""

LEAST_USE = 3
"""In how many of the paragraphs a term must stand for the prior to keep what they teach of it."""

_ROWS_PER_PARAGRAPH = 4
"""How many training rows a paragraph of a model comes to: itself and, in ordinary text, three sentences."""

_SHAPE = (
    "words", "word_pairs", "char_min", "char_max", "marks", "fold_digits", "sublinear", "word_weight", "char_weight",
    "least_length",
)  # fmt: skip
"""The feature settings that a prior and a training must share for a coefficient to mean the same in both."""


_USUAL: dict[str, float] = {"features.min_df": 2, "classifier.C": 0.1, "calibration.sentence_share": 0.5}
"""What has done best with priors: they are few, and made too seldom to choose anew each time."""


Judged = tuple[NDArray[np.bool_], NDArray[np.bool_], _Floats, NDArray[np.bool_]]


class Example(Protocol):
    """A labelled paragraph, as `gxclassify.labels.records.LabelRecord` is one."""

    @property
    def text(self) -> str:
        """The paragraph."""
        ...

    @property
    def labels(self) -> tuple[str, ...]:
        """The themes that it tells."""
        ...

    @property
    def maybe(self) -> tuple[str, ...]:
        """Themes left open."""
        ...

    @property
    def evidence(self) -> Mapping[str, Sequence[tuple[int, int]]]:
        """The sentences that tell a theme, as character spans."""
        ...

    @property
    def article(self) -> str:
        """What groups paragraphs that must not be split."""
        ...


@dataclass(frozen=True, slots=True)
class Prior:
    """What a training starts from.

    Attributes
    ----------
    parts : ModelParts
        For a model, the model; else each block's impacts are those of g, and calibration and thresholds those that
        the samples give with the settings of the building.
    samples : dict of theme id to Sample
        Out-of-fold scores of the paragraphs that taught; empty for a model.
    """

    parts: ModelParts
    samples: dict[str, Sample]

    @property
    def is_model(self) -> bool:
        """Whether this is a trained model, whose vocabulary and idf a training then takes over."""
        return not self.samples

    @property
    def vocabularies(self) -> list[Vocabulary]:
        """The vocabulary of each block."""
        return [block.vocabulary for block in self.parts.blocks]

    @property
    def idf(self) -> list[NDArray[np.float32]]:
        """The idf of each block's entries."""
        return [block.idf for block in self.parts.blocks]

    @property
    def themes(self) -> tuple[str, ...]:
        """The themes that it knows."""
        return self.parts.taxonomy.ids

    def check(self, features: FeatureConfig, segmenter_terms: Sequence[str]) -> None:
        """Refuse, by a `ConfigError`, to be used with features in which its coefficients mean something else."""
        for name in _SHAPE:
            own, other = getattr(self.parts.features, name), getattr(features, name)
            if own != other:
                raise ConfigError(
                    "The prior was made with features.{name} = {own!r}. Got {other!r}; set it so, or build another.",
                    name=name,
                    own=own,
                    other=other,
                )
        if tuple(segmenter_terms) != self.parts.taxonomy.segmenter_terms:
            raise ConfigError(
                "The prior was made with other segmenter_terms than these labels' taxonomy has: take segmenter_terms "
                "out of themes.toml, for those of the prior hold, or train without it, or build another."
            )

    def centre(self, vocabularies: Sequence[Vocabulary], themes: Sequence[str], C: float) -> Centre:
        """Return the centre of a training with `C` over `vocabularies`; terms that they lack are passed over."""
        column = {theme: t for t, theme in enumerate(self.themes)}
        known = np.array([theme in column for theme in themes])
        own = [column.get(theme, 0) for theme in themes]
        parts = []
        for vocabulary in vocabularies:
            coefficient = np.zeros((len(themes), len(vocabulary.document_frequency)))
            for block, weight in zip(self.parts.blocks, weights_of_blocks(self.parts.features), strict=True):
                if type(block.vocabulary) is type(vocabulary):
                    place = block.vocabulary.places_in(vocabulary)
                    used = np.flatnonzero((place >= 0) & (block.idf > 0) & (weight > 0))
                    impact = block.impact[used].astype(np.float64)
                    coefficient[:, place[used]] = (impact / (block.idf[used, None] * weight)).T[own]
            parts.append(coefficient)
        stiffness = self._stiffness(vocabularies, C) if self.is_model else None
        return Centre(ThemeModels(np.hstack(parts), self.parts.intercept[own]), known, stiffness)

    def _stiffness(self, vocabularies: Sequence[Vocabulary], C: float) -> _Floats:
        """Return how much the paragraphs that a model has learnt from hold each coefficient and the intercept.

        Their loss has, at the model, about the second derivative 2·C·Σ x² in a coefficient's direction: without it a
        few new paragraphs would move what thousands have settled, the intercept above all (Kirkpatrick et al. 2017,
        Overcoming catastrophic forgetting in neural networks, call it elastic weight consolidation). The sum is
        estimated from the document frequencies: rows are as long as their block's weight, and what each of n rows has
        of that lies with its terms as idf² does.
        """
        n = _ROWS_PER_PARAGRAPH * float(self.parts.provenance["documents"])
        held = []
        for vocabulary, block, weight in zip(
            vocabularies, self.parts.blocks, weights_of_blocks(self.parts.features), strict=True
        ):
            place = vocabulary.places_in(block.vocabulary)
            power = block.vocabulary.document_frequency * block.idf.astype(np.float64) ** 2
            share = n * weight**2 * power / max(power.sum(), 1.0)
            held.append(np.where(place >= 0, share[place], 0.0))
        return 1 + 2 * C * np.append(np.concatenate(held), n)

    def settings(self, config: Config) -> dict[str, Any]:
        """Return, by dotted key, the settings of what a training starts from that stand where `config` gives none.

        They are those in which its coefficients mean something, where `config` has the default, and of a model what
        says ``auto``. Few labels cannot choose the latter: a C chosen by twenty paragraphs moved rare terms by chance
        and cost more than the paragraphs taught.
        """
        given, plain = config.flat(), type(config)().flat()
        shape = {f"features.{name}": getattr(self.parts.features, name) for name in _SHAPE}
        taken = {key: own for key, own in shape.items() if given[key] == plain[key] != own}
        if not self.is_model:
            return taken
        recorded = {**self.parts.provenance.get("settings", {}), **(self.parts.provenance.get("chosen") or {})}
        usual = {**_USUAL, **{key: recorded[key] for key in _USUAL if not isinstance(recorded.get(key, ""), str)}}
        return taken | {key: own for key, own in usual.items() if given[key] == "auto"}

    def given(self, config: Config) -> Given:
        """Return what calibration and thresholds of its themes rest on, by the setting ``calibration.source``."""
        if config.calibration.source == "labels":
            return {}
        if not self.is_model:
            return self.samples
        if config.thresholds.base_rate:
            raise ConfigError(
                "thresholds.base_rate needs out-of-fold scores, which a model used as prior does not "
                'bring; leave it out, or set calibration.source = "labels".'
            )
        tuned = zip(self.parts.calibration, self.parts.thresholds.tolist(), strict=True)
        return dict(zip(self.themes, tuned, strict=True))

    def matched(self, given: Given, batch: Batch, score: _Floats, themes: Sequence[str]) -> Given:
        """Return calibrations for a model that was adapted, so that it is as ready to tag as before.

        The labels push scores the way most of them point, and thresholds stay. Each theme's log-odds move by the mean
        of what they lost from the model's to the adapted one's out-of-fold `score`, weighted by p·(1 − p).
        """
        parts = self.parts
        scored = LinearScorer(parts.blocks, parts.intercept, **row_settings(parts.features)).score(batch)
        paragraph = scored.paragraph.astype(np.float64)
        strongest = strongest_sentence(batch, scored.sentence.astype(np.float64))
        moved = dict(given)
        for theme, found in given.items():
            if isinstance(found, tuple) and theme in themes:
                calibration, t, own = found[0], themes.index(theme), self.themes.index(theme)
                before = calibration.log_odds(paragraph[:, own], strongest[:, own])
                after = calibration.log_odds(score[:, t, 0], score[:, t, 1])
                shift = float(np.average(before - after, weights=1 / (2 + np.exp(before) + np.exp(-before))))
                new = Calibration(calibration.paragraph, calibration.sentence, calibration.intercept + shift)
                moved[theme] = (new, found[1])
        return moved

    def save(self, folder: Path) -> Prior:
        """Write the prior to `folder`, in the form of a bundle, and return it with its digest."""
        arrays: dict[str, NDArray[np.generic]] = {}
        for theme, sample in self.samples.items():
            key = self.themes.index(theme)
            arrays[f"sample{key}"] = np.stack([sample.paragraph, sample.sentence]).astype(np.float32)
            arrays[f"told{key}"] = sample.told
        digest = save_bundle(self.parts, folder, PRIOR, arrays)
        return dataclasses.replace(self, parts=dataclasses.replace(self.parts, digest=digest))


def load_prior(folder: Path) -> Prior:
    """Read a prior, or a model to be used as one.

    Raises
    ------
    ModelError
        There is none, or it is damaged, newer than this version, or made with another segmenter.
    """
    if not (folder / PRIOR.description).exists():
        try:
            return Prior(load_bundle(folder), {})
        except ModelError as error:
            if (folder / DESCRIPTION).exists():
                raise
            raise ModelError(
                "{folder}: there is no prior here (no {description}), and no model; name a folder of either, or with "
                "'--prior shipped' the model that comes with the package.",
                folder=folder,
                description=PRIOR.description,
            ) from error
    parts = load_bundle(folder, PRIOR)
    arrays = read_weights(folder, read_description(folder, PRIOR), PRIOR)
    samples = {}
    for key, theme in enumerate(parts.taxonomy.ids):
        score, told = arrays.get(f"sample{key}"), arrays.get(f"told{key}")
        if score is None or told is None or told.dtype != np.bool_ or score.shape != (2, len(told)) or not told.any():
            raise ModelError(
                "{folder}: the scores of the theme {theme!r} are missing or of another shape; {remedy}.",
                folder=folder,
                theme=theme,
                remedy=PRIOR.remedy,
            )
        samples[theme] = Sample(score[0].astype(np.float64), score[1].astype(np.float64), told.astype(np.bool_))
    return Prior(parts, samples)


def described(folder: Path) -> dict[str, Any]:
    """Return what a model records of the prior in `folder` that it was trained with: its kind, digest and numbers.

    Of a model also the label files, its own and those of what it started from, for it brings what it learnt from them.
    """
    kind = PRIOR if (folder / PRIOR.description).exists() else MODEL
    description = read_description(folder, kind)
    numbers: dict[str, Any] = {
        key: description[key] for key in ("paragraphs", "articles", "weight", "base_rate") if key in description
    }
    recorded = {"kind": kind.noun, "digest": description["checksum"], **numbers}
    if kind is MODEL:
        before = (description.get("prior") or {}).get("labels") or []
        recorded["labels"] = [*(description.get("labels") or []), *before]
    return recorded


def build_prior(
    real: Sequence[Example],
    beside: Sequence[Example],
    taxonomy: Taxonomy,
    config: Config,
    *,
    weight: float = 2.0,
    least_use: int = LEAST_USE,
    least: tuple[int, int] = (LEAST_PARAGRAPHS, LEAST_ARTICLES),
    provenance: Mapping[str, Any] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Prior, Judged]:
    """Fit jointly on two sets of labelled paragraphs and keep what the first one did to the model.

    Parameters
    ----------
    real : sequence of Example
        What the prior shall stand for.
    beside : sequence of Example
        What will be trained on with it; vocabulary and idf come from these alone.
    taxonomy : Taxonomy
    config : Config
        ``max_features``, ``balanced`` and ``base_rate`` do not apply here.
    weight : float
        What a paragraph or sentence of `real` weighs, where one of `beside` has 1.
    least_use : int
        In how many of the paragraphs of `real` a term must stand for the prior to keep what they teach of it.
    least : (paragraphs, articles)
        Fewer of them in `real` are refused.
    provenance : mapping, optional
        What the prior shall record of its making; JSON.
    progress : callable, optional
        Called with (linear models fitted, linear models in all).

    Returns
    -------
    prior : Prior
    judged : tuple of arrays
        What `real` is labelled with, where, and the cross-validated probabilities and tags; each (n, n_themes).

    Raises
    ------
    TrainingError
        `real` is too small, or a theme is told by too few of its articles.
    """
    groups = [example.article for example in real]
    if len(real) < least[0] or len(set(groups)) < least[1]:
        raise TrainingError(
            "A prior stands for at least {least} paragraphs of {least_2} articles, so that nobody's "
            "can be told from it. Got {real_count} of {group_count}.",
            least=least[0],
            least_2=least[1],
            real_count=len(real),
            group_count=len(set(groups)),
        )
    usual = {key: value for key, value in _USUAL.items() if config.flat()[key] == "auto"}
    config = config.with_values({**usual, "classifier.balanced": False, "features.max_features": 0}, "prior")
    config = dataclasses.replace(config, thresholds=dataclasses.replace(config.thresholds, base_rate={}))
    themes, fold_digits = taxonomy.ids, config.features.fold_digits
    own_batch = make_batch([example.text for example in beside], fold_digits=fold_digits)
    vocabularies = learn_vocabularies(own_batch, config.features, taxonomy.segmenter_terms)
    own = _material(beside, vocabularies, themes, config)
    idfs = own.final_idf()
    theirs = dataclasses.replace(_material(real, vocabularies, themes, config), idf=idfs)
    check_targets(theirs.targets, themes, config.classifier.folds)
    own_rows = own.rows(*tfidf(own.blocks, idfs, **row_settings(config.features)), config.classifier)
    done, total = iter(range(1, 10**9)), (config.classifier.folds + 1) * len(themes)

    def tick() -> None:
        if progress is not None:
            progress(next(done), total)

    def weighed(rows: list[Rows]) -> list[Rows]:
        return [dataclasses.replace(part, weight=part.weight * weight) for part in rows]

    def fit(rows: list[Rows], _vocabularies: Sequence[Vocabulary]) -> ThemeModels:
        return fit_themes([*own_rows, *weighed(rows)], config.classifier, tick=tick)

    with threadpool_limits(limits=1, user_api="blas"):
        fold = grouped_folds(theirs.targets.told, groups, config.classifier.folds, seed=config.classifier.seed)
        score = cross_validate(theirs, fold, config, fit)
        rows = theirs.rows(*tfidf(theirs.blocks, idfs, **row_settings(config.features)), config.classifier)
        g = pull(weighed(rows), fit(rows, vocabularies), config)
    probability, tag = judge(
        score, theirs.targets, fold, themes, config, exclusive=taxonomy.exclusive, at_least_one=taxonomy.at_least_one
    )
    samples = _samples(score, theirs.targets, themes)
    tuning = tune(score, theirs.targets, fold, themes, config, given=samples)
    known = theirs.targets.known
    prior = Prior(
        ModelParts(
            taxonomy=taxonomy,
            features=config.features,
            blocks=tuple(_blocks(theirs, idfs, g.coefficient, least_use)),
            intercept=g.intercept,
            calibration=tuple(tuning.calibration),
            thresholds=tuning.thresholds,
            provenance={
                "settings": config.flat(),
                "documents": len(beside),
                "paragraphs": len(real),
                "articles": len(set(groups)),
                "weight": weight,
                "least_use": least_use,
                "told": dict(zip(themes, (theirs.targets.told & known).sum(axis=0).tolist(), strict=True)),
                "base_rate": {theme: round(float(sample.told.mean()), 4) for theme, sample in samples.items()},
                **(provenance or {}),
            },
        ),
        samples,
    )
    return prior, (theirs.targets.told, known, probability, tag)


def pull(parts: list[Rows], models: ThemeModels, config: Config) -> ThemeModels:
    """Return g: what rows add to the coefficients of models that were fitted on them beside others."""
    C, svm = settled(config.classifier.C, "classifier.C"), config.classifier.algorithm == "linear_svc"
    coefficient, intercept = np.zeros_like(models.coefficient), np.zeros_like(models.intercept)
    for rows in parts:
        y = np.where(rows.targets.told, 1.0, -1.0)
        margin = y * models.scores(rows.X)
        fall = 2 * np.maximum(0, 1 - margin) if svm else np.exp(-np.logaddexp(0, margin))  # -L'
        force = C * rows.weight * fall * y * rows.targets.known
        coefficient += (sp.csr_matrix(rows.X).T @ force).T
        intercept += force.sum(axis=0)
    return ThemeModels(coefficient, intercept)


def _material(
    examples: Sequence[Example], vocabularies: list[Vocabulary], themes: Sequence[str], config: Config
) -> Material:
    batch = make_batch([example.text for example in examples], fold_digits=config.features.fold_digits)
    told = told_rows([example.labels for example in examples], themes)
    targets = Targets(told, known_rows(told, [example.maybe for example in examples], themes))
    marked = None
    if config.classifier.sentences:
        marked = sentence_targets(batch, targets, [example.evidence for example in examples], themes)
    blocks = count(batch, vocabularies, weights_of_blocks(config.features))
    return Material(batch, blocks, targets, marked)


def _blocks(theirs: Material, idfs: Sequence[NDArray[np.float32]], g: _Floats, least_use: int) -> list[Block]:
    """Return g as impacts, of the terms alone that stand in enough paragraphs."""
    blocks, start = [], 0
    for counts, idf in zip(theirs.blocks, idfs, strict=True):
        own = g[:, start : start + len(idf)]
        start += len(idf)
        impact = (own * idf * counts.weight).T.astype(np.float16)
        use = np.bincount(counts.paragraph.indices, minlength=len(idf))
        vocabulary, old = counts.vocabulary.keep(impact.any(axis=1) & (use >= least_use) & (idf > 0))
        steps = vocabulary.document_frequency == 0  # on the way to a term, and no term themselves
        blocks.append(Block(vocabulary, np.where(steps, 0, idf[old]), np.where(steps[:, None], 0, impact[old])))
    return blocks


def _samples(score: _Floats, targets: Targets, themes: Sequence[str]) -> dict[str, Sample]:
    """Return each theme's scores in ascending order, so that nothing tells which of two themes' belong together."""
    samples = {}
    for t, theme in enumerate(themes):
        use = np.flatnonzero(targets.known[:, t])
        use = use[np.lexsort((score[use, t, 1], score[use, t, 0]))]
        paragraph, sentence = score[use, t].astype(np.float32).astype(np.float64).T
        samples[theme] = Sample(paragraph, sentence, targets.told[use, t])
    return samples


def prior_of(value: Prior | str | Path | None) -> Prior | None:
    """Return what the parameter ``prior`` of an estimator names."""
    return load_prior(Path(value)) if isinstance(value, str | Path) else value
