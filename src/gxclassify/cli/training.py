"""``train`` and ``prior``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gxclassify.cli.common import (
    LABELS,
    FiniteRange,
    OutputPath,
    config_options,
    min_support_option,
    notice,
    paths_option,
    progress,
    say,
)
from gxclassify.cli.evaluating import say_notices
from gxclassify.console import argument
from gxclassify.extras import installed

if TYPE_CHECKING:
    from gxclassify.config import Config
    from gxclassify.evaluation.report import TrainingResult


@click.command()
@paths_option("--labels", "paths", f"{LABELS} Default: labels/train.")
@paths_option("--evaluate", "evaluate", "A label file, or a folder of such, to measure the model on.")
@click.option("--prior", "start", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER",
              help="What to start from: a prior, or a model; 'shipped' is the one that ships.")  # fmt: skip
@click.option(
    "--out",
    "folder",
    type=OutputPath(folder=True),
    default=Path("models/mine"),
    show_default=True,
    help="Where the model goes; a model there is replaced.",
)
@min_support_option
@click.option(
    "--strict", is_flag=True, help="Refuse labels with themes too rare to learn, instead of leaving them out."
)
@click.option("--learning-curve", "learning", is_flag=True, help="Also train on growing parts of the labels.")
@click.option(
    "--track/--no-track", default=None, help="Whether to record the run in MLflow. Default: where it is installed."
)
@click.option("--tracking-uri", metavar="URI", help="An MLflow server. Default: a SQLite store under experiments/.")
@config_options
def train(
    paths: tuple[Path, ...],
    evaluate: tuple[Path, ...],
    start: Path | None,
    folder: Path,
    min_support: int,
    strict: bool,
    learning: bool,
    track: bool | None,
    tracking_uri: str | None,
    config_path: Path | None,
    assignments: tuple[str, ...],
) -> None:
    """Train a model on labelled paragraphs and save it as a bundle folder.

    Prints precision, recall, F1 and average precision per theme, from out-of-fold predictions and on every file of
    --evaluate. Settings that nobody gives are chosen from the labels, by what does best out-of-fold. Themes too rare to
    learn are named and left out: they stay in the model, and nothing is tagged with them. An experiment file with a
    [search] table trains every combination and keeps the best. Without --labels and --config, in a checkout, it trains
    the model that ships, as experiments/default.toml says.
    """
    from gxclassify.experiments.files import load_experiment
    from gxclassify.experiments.training import run_one
    from gxclassify.loading import SHIPPED, model_folder

    if start is not None and str(start) == SHIPPED:
        start = model_folder(SHIPPED)
    experiment = load_experiment(config_path, assignments, labels=paths, evaluate=evaluate, prior=start)
    if track is None and tracking_uri is None and not installed("mlflow"):
        track = False
        notice("MLflow is not installed: the run is not recorded, the model is not touched by that.")
    with progress("Fitting") as tick:
        result, run = run_one(
            experiment,
            folder,
            tracked=track is not False,
            uri=tracking_uri,
            learning=learning,
            min_support=min_support,
            strict=strict,
            notify=notice,
            progress=tick,
        )
    if run is not None:
        notice("MLflow run {run}.", run=run)
    _report(result, folder)


@click.group()
def prior() -> None:
    """What published paragraphs teach, kept without their text: build it, look at it."""


@prior.command("build")
@paths_option("--labels", "paths", f"{LABELS} What the prior shall stand for.", required=True)
@paths_option("--with", "beside", f"{LABELS} What will be trained on with it. Default: labels/train.")
@click.option("--weight", type=FiniteRange(0, min_open=True), default=2.0, show_default=True,
              help="What a paragraph of --labels weighs, where one of --with has 1.")  # fmt: skip
@click.option("--patch", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Corrections of --labels: a JSON object a line with id, labels, maybe, evidence.")  # fmt: skip
@click.option(
    "--out",
    "folder",
    type=OutputPath(folder=True),
    default=Path("labels/prior"),
    show_default=True,
    help="Where the prior goes; one that is there is replaced.",
)
@config_options
def build(
    paths: tuple[Path, ...],
    beside: tuple[Path, ...],
    weight: float,
    patch: Path | None,
    folder: Path,
    config_path: Path | None,
    assignments: tuple[str, ...],
) -> None:
    """Learn what labelled paragraphs add to others and write it down without their text.

    Prints how well the two sets together do on the paragraphs of --labels, cross-validated. The prior holds weights of
    terms that stand in --with, scores without text, and numbers.
    """
    from gxclassify.evaluation.pages import metrics_table
    from gxclassify.experiments.training import write_prior

    with progress("Fitting") as tick:
        built = write_prior(
            paths, beside or (Path("labels/train"),), folder, _settings(config_path, assignments), weight=weight,
            patch=patch, progress=tick,
        )  # fmt: skip
    for text in built.notices:
        notice(text)
    say("Cross-validated, {paragraphs} paragraphs:", paragraphs=built.metrics.paragraphs)
    click.echo(metrics_table(built.metrics, built.taxonomy))
    notice("The prior {digest} is in {folder}.", digest=built.prior.parts.digest[:12], folder=folder)


def _settings(config_path: Path | None, assignments: tuple[str, ...]) -> Config:
    from gxclassify.experiments.files import load_experiment

    return load_experiment(config_path, assignments).config


def _report(result: TrainingResult, folder: Path) -> None:
    from gxclassify.evaluation.pages import metrics_table
    from gxclassify.evaluation.report import known_before
    from gxclassify.labels.records import TABLES
    from gxclassify.reading.compressed import split_name

    if result.labels.taxonomy.notice:
        notice(result.labels.taxonomy.notice)
        for table in (path for path in result.sources.get("labels", ()) if split_name(Path(path))[0] in TABLES):
            notice(
                "{file}: every label in it is taken for a theme; one that stands for none is said with: "
                "gxclassify labels import {argument} --map NAME= --themes any --out labels.jsonl",
                file=table,
                argument=argument(table),
            )
    for text in (*result.labels.notices, *known_before(result.model, result.labels.hashes)):
        notice(text)
    if few := result.classifier.not_learnt_:
        names = {theme.id: theme.name for theme in result.model.taxonomy.themes}
        listed = [f"{names.get(theme, theme)} ({count})" for theme, count in few.items()]
        notice("Not learnt, told by too few articles or by nearly all: {listed}. Label more of them.", listed=listed)
    _say_settings(result)
    from gxclassify.training.prior import prior_of

    start = prior_of(result.classifier.prior)
    if start is not None and not set(start.themes) & set(result.classifier.themes_):
        notice(
            "What it starts from knows none of these themes and teaches nothing of them: better train without --prior."
        )
    for trial in result.trials:
        changes = [f"{key}={value}" for key, value in trial.changes.items()]
        say("Trial {number}: {changes}: mean AP {map:.4f}", number=trial.number, changes=changes, map=trial.metrics.map)
    if result.out_of_fold is not None:
        say("Out-of-fold, {record_count} paragraphs:", record_count=len(result.labels.records))
        click.echo(metrics_table(result.out_of_fold.metrics, result.model.taxonomy, few))
    for evaluation in result.evaluations:
        say_notices(result.model, evaluation.labels)
        say("{name}, {n} paragraphs:", name=evaluation.name, n=evaluation.metrics.paragraphs)
        click.echo(metrics_table(evaluation.metrics, result.model.taxonomy, few))
    if result.advice:
        notice(result.advice)
    notice("The model {name} is in {folder}.", name=result.model.name, folder=folder)


def _idle(config: Config) -> list[str]:
    """Return the settings of thresholds that somebody gave, as they were given; the base rate calibrates as well."""
    from gxclassify.config import Config

    defaults = Config().flat()
    return [
        f"{key} = {value}"
        for key, value in config.flat().items()
        if key.startswith("thresholds.") and key != "thresholds.base_rate" and value != defaults[key]
    ]


def _say_settings(result: TrainingResult) -> None:
    """Say which settings nobody gave, and where they come from; and which count for nothing."""
    if result.model.taxonomy.exclusive and (idle := _idle(result.config)):
        notice("The themes exclude each other, so the most probable one is tagged, whatever {settings}.", settings=idle)
    classifier = result.classifier
    searched = {key for values, _ in classifier.trials_ for key in values}
    settings = {key: f"{key} = {value:g}" for key, value in classifier.chosen_.items()}
    if given := [text for key, text in settings.items() if key not in searched]:
        if classifier.prior is None:
            say("By default: {settings}", settings=given)
        else:
            say("As what it starts from has it: {settings}", settings=given)
    if chosen := [text for key, text in settings.items() if key in searched]:
        say("Chosen out of fold: {settings}", settings=chosen)
