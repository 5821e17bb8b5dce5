"""``experiments run``, ``experiments table`` and ``experiments sync``."""

from __future__ import annotations

from pathlib import Path

import click

from gxclassify.cli.common import notice, paths_option, progress, refuse_endings
from gxclassify.errors import TrackingError
from gxclassify.files import write_whole
from gxclassify.messages import Message, spoken

_URI = click.option(
    "--tracking-uri",
    "uri",
    metavar="URI",
    help="An MLflow server. Default: MLFLOW_TRACKING_URI, else a SQLite store under experiments/.",
)


@click.group()
def experiments() -> None:
    """Run sets of trainings, tabulate what came out, send what MLflow missed."""


@experiments.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE...")
@paths_option("--evaluate", "evaluate", "A label file, or a folder of such, to measure every model on as well.")
@_URI
def run(files: tuple[Path, ...], evaluate: tuple[Path, ...], uri: str | None) -> None:
    """Train as each experiment FILE (TOML) says and record it in MLflow.

    A file has settings as for --config and may have name, about, labels, evaluate and a [search] table. The models
    stay in MLflow: register the run that shall be used.
    """
    from gxclassify.experiments.training import run_experiments

    with progress("Fitting") as tick:
        outcomes = run_experiments(files, evaluate=evaluate, uri=uri, notify=notice, progress=tick)
    for outcome in outcomes:
        click.echo(f"{outcome.name}\t{outcome.run or spoken(Message('kept for sync'))}")


@experiments.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    default=Path("experiments/RESULTS.md"),
    show_default=True,
    help='Where the table goes; "-" is standard output.',
)
@_URI
def table(out: Path, uri: str | None) -> None:
    """Write the results of all experiments in the store as a table."""
    from gxclassify.experiments.files import experiments_table

    refuse_endings(out, ".md")
    text = experiments_table(uri)
    if str(out) == "-":
        click.echo(text, nl=False)
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    write_whole(out, text)
    notice("Written to {out}.", out=out)


@experiments.command()
@_URI
def sync(uri: str | None) -> int:
    """Send the runs that MLflow could not take while they ran."""
    from gxclassify.tracking.run import sync as send

    results = send(uri)
    for result in results:
        if result.run is None and not result.problem:
            notice("{name}: its training was killed before there was a model; its notes are deleted.", name=result.name)
        elif result.run is None:
            notice("Error: {name}: {problem}", name=result.name, problem=result.problem)
        else:
            click.echo(f"{result.name}\t{result.run}")
    if not results:
        notice("No run is waiting.")
    return TrackingError.exit_code if any(result.problem for result in results) else 0
