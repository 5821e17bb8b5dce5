"""One training from labels to a saved and measured model: for ``train``, ``experiments run`` and the labelling page."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import itertools
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gxclassify.errors import ConfigError, LabelError
from gxclassify.evaluation.learning import advise, learning_curve
from gxclassify.evaluation.metrics import Predictions, measure, predictions
from gxclassify.evaluation.report import Evaluation, TrainingResult, Trial, known_before, remembered
from gxclassify.experiments.files import DEFAULT_LABELS, Experiment, load_experiment
from gxclassify.labels.exchange import load_any_labels
from gxclassify.labels.records import LabelSet, indicators, label_files, patched
from gxclassify.messages import Message
from gxclassify.model.bundle import PRIOR, check_target

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from gxclassify.config import Config
    from gxclassify.evaluation.metrics import Metrics
    from gxclassify.model.model import Model
    from gxclassify.themes import Taxonomy
    from gxclassify.tracking.run import TrackedTraining
    from gxclassify.training import ThemeClassifier
    from gxclassify.training.prior import Prior

_Progress = Callable[[int, int], None]

SELECT = "map"
"""The out-of-fold metric by which a search chooses: mean average precision moves less by chance than F1."""


def run_one(
    experiment: Experiment,
    folder: Path,
    *,
    labels: LabelSet | None = None,
    tracked: bool = True,
    in_table: bool = False,
    uri: str | None = None,
    learning: bool = False,
    advice: bool = True,
    min_support: int = 2,
    strict: bool = False,
    notify: Callable[[str], None] = lambda _text: None,
    progress: _Progress | None = None,
) -> tuple[TrainingResult, str | None]:
    """Train as an experiment says, and record it in MLflow.

    Parameters
    ----------
    experiment : Experiment
        Settings, label files, search and evaluation, as `load_experiment` gives them.
    folder : Path
        Where the bundle goes; a model there is replaced.
    labels : LabelSet, optional
        What to train on instead of the experiment's label files.
    tracked : bool
        Whether MLflow gets a run.
    in_table : bool
        Whether that run has a row in the table of experiments.
    uri : str, optional
        An MLflow server or store.
    learning, advice, min_support, strict
        As for `train_model`.
    notify : callable
        Told in one sentence when MLflow cannot be reached.
    progress : callable, optional
        Called with (linear models fitted, linear models in all).

    Returns
    -------
    result : TrainingResult
    run : str or None
        The id of the MLflow run; None when nothing was tracked, or MLflow does not have it yet.
    """
    if labels is None:
        _need_labels(experiment)
    tracking: AbstractContextManager[TrackedTraining | None] = contextlib.nullcontext()
    if tracked:
        from gxclassify.tracking.run import track

        tracking = track(
            experiment.config,
            name=experiment.name or folder.resolve().name,
            about=experiment.about,
            experiment=experiment.name if in_table else "",
            uri=uri,
            searched=experiment.search,
            prior=experiment.prior,
            notify=notify,
        )
    with tracking as training:
        result = train_model(
            experiment.labels if labels is None else labels,
            folder,
            experiment.config,
            progress,
            prior=experiment.prior,
            search=experiment.search,
            evaluate=experiment.evaluate,
            learning=learning,
            advice=advice,
            min_support=min_support,
            strict=strict,
            on_trial=None if training is None else training.trial,
        )
        return result, None if training is None else training.finish(result)


def _need_labels(experiment: Experiment) -> None:
    """Refuse an experiment that names no labels where there are none by default either."""
    (usual,) = DEFAULT_LABELS
    if experiment.labels == DEFAULT_LABELS and not usual.exists():
        raise LabelError(
            "{name}: no labels are named, and there is no {usual} here; name them with --labels, or as labels = […] in "
            "the experiment file, which takes settings alone from its base.",
            name=experiment.name or "train",
            usual=usual,
        )


def train_model(
    labels: Sequence[Path] | LabelSet,
    folder: Path,
    config: Config,
    progress: _Progress | None = None,
    *,
    prior: Path | None = None,
    search: Mapping[str, Sequence[Any]] | None = None,
    evaluate: Sequence[Path] = (),
    learning: bool = False,
    advice: bool = True,
    min_support: int = 2,
    strict: bool = False,
    on_trial: Callable[[Trial], None] | None = None,
) -> TrainingResult:
    """Read labels, cross-validate, tune, fit, write the bundle to `folder`, and measure it.

    Parameters
    ----------
    labels : sequence of Path, or LabelSet
        Label files and folders of them, or records that are read already.
    folder : Path
        Where the bundle goes; a model there is replaced.
    config : Config
    progress : callable, optional
        Called with (linear models fitted, linear models in all).
    prior : Path, optional
        The folder of a prior, or of a model, to start from.
    search : mapping of dotted keys to values, optional
        Every combination of the values is trained; the best by out-of-fold mean average precision stays.
    evaluate : sequence of Path
        Label files that the model is measured on afterwards.
    learning : bool
        Whether to train on growing parts of the labels as well and measure each on the files of `evaluate`.
    advice : bool
        Whether to tell what more labels may bring, for which few labels are trained on by halves as well.
    min_support : int
        Of how many articles the paragraphs must be that tell a theme, for it to be learnt.
    strict : bool
        Whether a theme below that is an error; else it stays in the model, not learnt.
    on_trial : callable, optional
        Called with each `Trial` of a search as soon as it is done.

    Raises
    ------
    ConfigError, LabelError, TrainingError, ModelError
        A setting, a label, the number of labels or the folder does not do.
    """
    check_target(folder)
    from gxclassify.training.prior import described

    read_from = () if isinstance(labels, LabelSet) else labels
    labels = labels if isinstance(labels, LabelSet) else _read(labels, prior)
    held_out = _load_evaluations(evaluate, labels)
    if learning and not held_out:
        raise ConfigError(
            "A learning curve is measured on paragraphs that are not trained on: name label files with --evaluate."
        )
    trials: list[Trial] = []

    def tried(trial: Trial) -> None:
        trials.append(trial)
        if on_trial is not None:
            on_trial(trial)

    fit = functools.partial(labels.fit, prior=prior, min_support=min_support, strict=strict)
    if search:
        classifier, config = _search(labels, fit, config, search, progress=progress, tried=tried)
    else:
        classifier = fit(config, progress)
    metrics = _out_of_fold(classifier, labels)
    model = classifier.to_model(
        labels.taxonomy,
        settings=config.flat(),
        labels=[{"file": name, "sha256": digest} for name, digest in labels.hashes.items()],
        prior=None if prior is None else described(prior),
        out_of_fold=None if metrics is None else metrics.metrics.to_json(),
    ).save(folder)
    evaluations = tuple(_evaluate(model, name, own) for name, own in held_out)
    curve = None
    if learning:
        curve = learning_curve(labels, {name: own.records for name, own in held_out}, config, prior=prior)
    said = ""
    if metrics is not None and advice and not known_before(model, labels.hashes):  # such figures advise nothing
        said = advise(classifier, labels, config, metrics.metrics)
    sources = {
        "labels": [str(path) for path in read_from],
        "prior": "" if prior is None else str(prior),
        "evaluate": [str(path) for path in evaluate],
    }
    return TrainingResult(
        *(model, classifier, labels, config, folder, metrics, evaluations, tuple(trials), curve, said),
        sources={key: value for key, value in sources.items() if value},
        min_support=min_support,
    )


def _read(paths: Sequence[Path], prior: Path | None) -> LabelSet:
    """Read labels; where no ``themes.toml`` names their themes and the prior knows them all, they are the prior's."""
    labels = load_any_labels(paths)
    if prior is None or not labels.taxonomy.notice:
        return labels
    from gxclassify.training.prior import load_prior

    taxonomy = load_prior(prior).parts.taxonomy
    known = {name for theme in taxonomy.themes for name in (theme.id, theme.zh, theme.en)}
    return load_any_labels(paths, taxonomy) if known.issuperset(labels.taxonomy.ids) else labels


@dataclass(frozen=True, slots=True)
class BuiltPrior:
    """A prior that was written, and the cross-validated figures on the paragraphs that it stands for."""

    prior: Prior
    metrics: Metrics
    taxonomy: Taxonomy
    notices: tuple[str, ...] = ()
    """What was passed over in the label files."""


def write_prior(
    labels: Sequence[Path],
    beside: Sequence[Path],
    folder: Path,
    config: Config,
    *,
    weight: float = 2.0,
    patch: Path | None = None,
    progress: _Progress | None = None,
) -> BuiltPrior:
    """Build a prior of label files and write it to `folder`.

    Parameters
    ----------
    labels : sequence of Path
        Label files and folders: what the prior shall stand for.
    beside : sequence of Path
        Label files and folders: what will be trained on with it.
    folder : Path
        Where it goes; a prior there is replaced.
    config : Config
    weight : float
        As for `gxclassify.training.prior.build_prior`.
    patch : Path, optional
        A file of records without text that take the place of the labels of `labels` with the same ids.
    progress : callable, optional
        Called with (linear models fitted, linear models in all).

    Raises
    ------
    ConfigError, LabelError, TrainingError, ModelError
        A setting, a label, the number of labels or the folder does not do.
    """
    from gxclassify.training.prior import build_prior

    check_target(folder, PRIOR)
    own = load_any_labels(beside)
    read = load_any_labels(labels, own.taxonomy)
    real = read if patch is None else patched(read, patch)
    prior, judged = build_prior(
        real.records,
        own.records,
        own.taxonomy,
        config,
        weight=weight,
        progress=progress,
        provenance={
            "labels": [{"file": name, "sha256": digest} for name, digest in real.hashes.items()],
            "with": [{"file": name, "sha256": digest} for name, digest in own.hashes.items()],
        },
    )
    metrics = measure(Predictions(own.taxonomy.ids, *judged, prior.parts.thresholds))
    parts = dataclasses.replace(
        prior.parts, provenance={**prior.parts.provenance, "cross_validated": metrics.to_json()}
    )
    saved = dataclasses.replace(prior, parts=parts).save(folder)
    return BuiltPrior(saved, metrics, own.taxonomy, (*own.notices, *read.notices))


def _search(
    labels: LabelSet,
    fit: Callable[[Config, _Progress | None], ThemeClassifier],
    config: Config,
    search: Mapping[str, Sequence[Any]],
    *,
    progress: _Progress | None,
    tried: Callable[[Trial], None],
) -> tuple[ThemeClassifier, Config]:
    """Train every combination; keep the best and drop the others, which are large."""
    best: tuple[float, ThemeClassifier, Config] | None = None
    candidates = list(_candidates(config, search))
    for number, (changes, candidate) in enumerate(candidates, 1):
        classifier = fit(candidate, _part(progress, number - 1, len(candidates)))
        measured = _out_of_fold(classifier, labels)
        if measured is None:
            raise ConfigError("A search chooses by out-of-fold predictions: set classifier.folds to 2 or more. Got 0.")
        tried(Trial(number, changes, candidate, measured.metrics))
        score = float(getattr(measured.metrics, SELECT))
        if best is None or score > best[0]:
            best = (score, classifier, candidate)
    if best is None:
        raise ConfigError(
            "The search has no value to try for {next!r}.",
            next=next((key for key, values in search.items() if not values)),
        )
    return best[1:]


def _candidates(config: Config, search: Mapping[str, Sequence[Any]]) -> Iterator[tuple[dict[str, Any], Config]]:
    for values in itertools.product(*search.values()):
        changes = dict(zip(search, values, strict=True))
        yield changes, config.with_values(changes, "search")


def _part(progress: _Progress | None, number: int, parts: int) -> _Progress | None:
    """Return a progress callable for one part of several of the same size."""
    if progress is None:
        return None
    return lambda done, total: progress(number * total + done, parts * total)


def _out_of_fold(classifier: ThemeClassifier, labels: LabelSet) -> Evaluation | None:
    """Measure the out-of-fold predictions: every row by a model, calibration and thresholds that never saw it."""
    if not classifier.folds:
        return None
    themes = labels.taxonomy.ids
    told, known = indicators(labels.records, themes)
    predicted = Predictions(
        themes, told, known, classifier.oof_probability_, classifier.oof_tag_, np.asarray(classifier.thresholds_)
    )
    return Evaluation("oof", labels, predicted, measure(predicted))


def _load_evaluations(paths: Sequence[Path], labels: LabelSet) -> list[tuple[str, LabelSet]]:
    """Read the evaluation files before the training: an error in them should not cost one."""
    loaded: list[tuple[str, LabelSet]] = []
    names = {"oof"}  # the out-of-fold predictions go by that name
    for file in label_files(paths):
        stem = _plain_name(file.stem)
        folder = _plain_name(f"{file.resolve().parent.name}-{stem}")
        numbered = (f"{folder}-{i}" for i in itertools.count(2))
        name = next(name for name in itertools.chain([stem, folder], numbered) if name not in names)
        names.add(name)
        loaded.append((name, load_any_labels([file], labels.taxonomy)))
    return loaded


def _plain_name(text: str) -> str:
    """Return letters, digits, ``-`` and ``_``, in any script: MLflow takes few others, and dots part metrics' names."""
    return re.sub(r"[^\w\-]+", "-", text).strip("-")[:_LONGEST_NAME] or "labels"


_LONGEST_NAME = 100


def _evaluate(model: Model, name: str, labels: LabelSet) -> Evaluation:
    predicted = predictions(model, labels.records)
    return Evaluation(name, labels, predicted, measure(predicted))


@dataclass(frozen=True, slots=True)
class Outcome:
    """One experiment that ran: its MLflow run, or None and where it is kept until `sync`."""

    name: str
    run: str | None
    map: float | None


def run_experiments(
    paths: Sequence[Path],
    *,
    evaluate: Sequence[Path] = (),
    uri: str | None = None,
    notify: Callable[[str], None] = lambda _text: None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Outcome]:
    """Run the experiment files one after another and record each in MLflow.

    All files are read before the first training starts. The models are kept in MLflow alone: register the run of the
    one that shall be used.

    Parameters
    ----------
    paths : sequence of Path
    evaluate : sequence of Path
        Label files to measure every model on, beside those that its experiment names.
    uri : str, optional
        An MLflow server or store.
    notify : callable
        Told what happens, one sentence at a time.
    progress : callable, optional
        Called with (linear models fitted, linear models in all) of the experiment that runs.
    """
    experiments = [load_experiment(path) for path in paths]
    names = [experiment.name for experiment in experiments]
    for path, name in zip(paths, names, strict=True):
        if names.count(name) > 1:
            raise ConfigError(
                "{path}: the name {name!r} is given to {count} experiments; the table needs them apart.",
                path=path,
                name=name,
                count=names.count(name),
            )
    for experiment in experiments:
        _need_labels(experiment)
    outcomes = []
    for said in experiments:
        experiment = dataclasses.replace(said, evaluate=(*said.evaluate, *evaluate))
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch) / "model"
            result, run = run_one(experiment, folder, in_table=True, uri=uri, notify=notify, progress=progress)
        for told in known_before(result.model, result.labels.hashes):
            notify(told)
        for own in (evaluation.labels for evaluation in result.evaluations):
            for text in (*own.notices, *remembered(result.model, own.hashes)):
                notify(text)
        score = result.out_of_fold.metrics.map if result.out_of_fold else None
        notify(
            Message(
                "{experiment}: {what}{run}.",
                experiment=experiment.name,
                what=Message("mean AP {score:.3f} out-of-fold, ", score=score) if score is not None else "",
                run=Message("kept for sync") if run is None else Message("run {run}", run=run),
            )
        )
        outcomes.append(Outcome(experiment.name, run, score))
    return outcomes
