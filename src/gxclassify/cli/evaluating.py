"""``evaluate``, ``compare``, ``gate`` and ``learning-curve``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gxclassify.cli.common import (
    LABELS,
    OutputPath,
    as_json,
    config_options,
    format_option,
    model_option,
    notice,
    paths_option,
    progress,
    refuse_endings,
    say,
)
from gxclassify.errors import GateError, LabelError
from gxclassify.files import write_whole
from gxclassify.messages import Message, spoken

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gxclassify.labels.records import LabelSet
    from gxclassify.model.model import Model

_OUT = click.option("--out", type=OutputPath(file=True), metavar="FILE",
                    help="Where the result goes. Default: standard output.")  # fmt: skip
_FORM = click.option("--format", "form", type=click.Choice(["table", "json", "html"]),
                     help="Default: as the name of --out tells, else table.")  # fmt: skip
_SEED = click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the random draws.")


def _form(form: str | None, out: Path | None) -> str:
    named = None if out is None else {".json": "json", ".html": "html", ".htm": "html"}.get(out.suffix.lower())
    if form is not None and named is not None and form != named:
        notice(
            "{output} is written as {form}, as --format says; its name tells {named}.",
            output=out,
            form=form,
            named=named,
        )
    if form is None and named is None:
        refuse_endings(out, ".txt", ".json", ".html", ".htm")
    return form or named or "table"


def _write(text: str, out: Path | None) -> None:
    if out is None:
        click.echo(text)
    else:
        write_whole(out, text if text.endswith("\n") else text + "\n")
        notice("Written to {out}.", out=out)


@click.command()
@model_option
@paths_option("--labels", "paths", LABELS, required=True)
@_FORM
@_OUT
@click.option("--errors", type=click.IntRange(0), default=10, show_default=True, metavar="N",
              help="How many of the worst errors to explain.")  # fmt: skip
@click.option("--draws", type=click.IntRange(100), default=1000, show_default=True, metavar="N",
              help="Bootstrap draws for the 95 % intervals.")  # fmt: skip
@click.option("--tune", "tuning", is_flag=True, help="Propose thresholds and base rates for this text instead.")
@_SEED
def evaluate(
    model: str | None,
    paths: tuple[Path, ...],
    form: str | None,
    out: Path | None,
    errors: int,
    draws: int,
    tuning: bool,
    seed: int,
) -> None:
    """Measure a model on labelled paragraphs.

    Precision, recall, F1 and average precision per theme with 95 % intervals (bootstrap over articles), calibration,
    results by kind and length of text, how often the model points at a marked sentence, and the worst errors with the
    words that decided. As html it is one page with plots. With --tune: which thresholds and base rates these labels
    speak for, how far they move from those in use growing with the number of labels.
    """
    from gxclassify.evaluation.pages import evaluation_page, evaluation_table
    from gxclassify.evaluation.report import evaluate as measure_model
    from gxclassify.labels.exchange import load_judging_labels
    from gxclassify.loading import load_model

    form = _form(form, out)
    tagger = load_model(model)
    if tuning:
        tagger.check_thresholds_count()
    labels = load_judging_labels(paths, tagger)
    say_notices(tagger, labels)
    if tuning:
        _write(_proposals(tagger, labels, form), out)
        return
    report = measure_model(tagger, labels.records, draws=draws, mistakes=errors, seed=seed)
    if form == "json":
        _write(as_json(report.to_json()), out)
    else:
        _write(evaluation_page(report) if form == "html" else evaluation_table(report), out)


def say_notices(tagger: Model, labels: LabelSet) -> None:
    """Say what was passed over in label files, and on which of them the model was trained."""
    for text in labels.notices:
        notice(text)
    say_remembered(tagger, labels.hashes)


def say_remembered(tagger: Model, hashes: Mapping[str, str]) -> None:
    """Say which of the files measured on the model was trained on."""
    from gxclassify.evaluation.report import remembered

    for text in remembered(tagger, hashes):
        notice(text)


def _proposals(tagger: Model, labels: LabelSet, form: str) -> str:
    from gxclassify.evaluation.metrics import predictions
    from gxclassify.evaluation.pages import proposal_table
    from gxclassify.evaluation.proposals import propose

    if form == "html":
        raise click.UsageError(spoken(Message("--tune is printed as table or json.")))
    rates = (tagger.provenance.get("prior") or {}).get("base_rate", {})
    found = propose(predictions(tagger, labels.records), [record.article for record in labels.records], rates)
    not_learnt = tagger.provenance.get("not_learnt") or ()
    proposals = [proposal for proposal in found if proposal.theme not in not_learnt]
    if len(proposals) < len(found):
        notice("Not learnt, so that nothing is proposed for them: {themes}.", themes=[*not_learnt])
    return proposal_table(proposals) if form == "table" else as_json([proposal.to_json() for proposal in proposals])


@click.command()
@click.argument("a")
@click.argument("b")
@paths_option("--labels", "paths", LABELS, required=True)
@format_option("table", "json")
@click.option(
    "--draws", type=click.IntRange(100), default=2000, show_default=True, metavar="N", help="Bootstrap draws."
)
@_SEED
def compare(a: str, b: str, paths: tuple[Path, ...], form: str, draws: int, seed: int) -> None:
    """Tell whether model B is better than model A on the same paragraphs.

    A and B are model folders, registry addresses, or 'shipped'. The paired bootstrap tells what chance does: only a
    difference that it hardly ever makes is called better or worse.
    """
    from gxclassify.evaluation.compare import compare as compare_models
    from gxclassify.evaluation.pages import comparison_table
    from gxclassify.labels.exchange import load_judging_labels
    from gxclassify.loading import load_model

    first, second = load_model(a), load_model(b)
    both = first.taxonomy.with_themes_of(second.taxonomy)
    labels = load_judging_labels(paths, first, second)
    say_notices(first, labels)
    say_remembered(second, labels.hashes)
    comparison = compare_models(first, second, labels.records, draws=draws, seed=seed)
    click.echo(as_json(comparison.to_json()) if form == "json" else comparison_table(comparison, both))


@click.command()
@model_option
@click.option("--file", "path", type=click.Path(path_type=Path, dir_okay=False), default=Path("labels/gate.toml"),
              show_default=True, help="The pinned hashes and the floors.")  # fmt: skip
@click.option("--pin", is_flag=True, help="Pin the hashes as they are and raise the floors to what the model reaches.")
@click.option("--allow-lower", is_flag=True, help="With --pin: let floors fall.")
@paths_option("--labels", "paths", "With --pin: what is trained on. Default: what the file pins, else train beside it.")
@paths_option("--test", "test", "With --pin: what is only tested on. Default: what the file pins, else test beside it.")
def gate(
    model: str | None, path: Path, pin: bool, allow_lower: bool, paths: tuple[Path, ...], test: tuple[Path, ...]
) -> None:  # fmt: skip
    """Check the shipped model against its floors; exit 5 when it falls below or the data has changed."""
    from gxclassify.evaluation.gate import check_gate, load_gate, pin_gate, trained_on_others
    from gxclassify.loading import load_model

    if not pin and (allow_lower or paths or test):
        raise click.UsageError(spoken(Message("--allow-lower, --labels and --test go with --pin.")))
    tagger = load_model(model)
    if pin:
        pinned, _ = pin_gate(path, tagger, paths, test, allow_lower=allow_lower)
        say_remembered(tagger, pinned.test)
        if trained_on_others(pinned, tagger):
            notice(
                "The model {model} was trained on other label files than those pinned, so 'gate' refuses it: train it "
                "on these, or pin with --labels what it was trained on.",
                model=tagger.name,
            )
        say(
            "{path}: {label_count} {label_count:label file|label files}, {test_count} "
            "{test_count:test file|test files}, {floor_count} {floor_count:floor|floors}.",
            path=path,
            label_count=len(pinned.labels),
            test_count=len(pinned.test),
            floor_count=len(pinned.floors),
        )
        return
    problems, metrics = check_gate(path, tagger)
    say_remembered(tagger, load_gate(path).test)
    if metrics is not None:
        say(
            "{tagger}: macro F1 {macro_f1:.4f}, mean AP {map:.4f} on {paragraphs} paragraphs.",
            tagger=tagger.name,
            macro_f1=metrics.macro_f1,
            map=metrics.map,
            paragraphs=metrics.paragraphs,
        )
    for problem in problems:
        notice(problem)
    if problems:
        raise GateError(
            "The quality gate failed: {problem_count} {problem_count:problem|problems}.", problem_count=len(problems)
        )
    say("The quality gate holds.")


@click.command("learning-curve")
@paths_option("--labels", "paths", "What is trained on. Default: labels/train.")
@paths_option("--test", "test", "What is measured on; each file is a curve.", required=True)
@click.option("--sizes", default="0.125,0.25,0.5,1", show_default=True, metavar="PARTS",
              help="Parts of the labels to train on.")  # fmt: skip
@click.option(
    "--repeats", type=click.IntRange(1), default=1, show_default=True, metavar="N", help="Orders to average over."
)
@_FORM
@_OUT
@_SEED
@config_options
def learning_curve(
    paths: tuple[Path, ...],
    test: tuple[Path, ...],
    sizes: str,
    repeats: int,
    form: str | None,
    out: Path | None,
    seed: int,
    config_path: Path | None,
    assignments: tuple[str, ...],
) -> None:
    """Show how the figures grow with the labels, and what another doubling would bring.

    Trains on growing parts of the labels, articles kept whole, and measures each model on the test files.
    """
    from gxclassify.config import load_config
    from gxclassify.evaluation.learning import learning_curve as grow
    from gxclassify.evaluation.pages import learning_page, learning_table
    from gxclassify.labels.exchange import load_any_labels
    from gxclassify.labels.records import label_files

    form = _form(form, out)
    labels = load_any_labels(paths or (Path("labels/train"),))
    tests = {}
    trained_on = {record.text for record in labels.records}
    for file in label_files(test):
        tests[file.stem] = records = load_any_labels([file], labels.taxonomy).records
        if any(record.text in trained_on for record in records):
            raise LabelError(
                "{name}: holds paragraphs that are trained on; the curve would show memory, not learning.", name=file
            )
    with progress("Training") as tick:
        config = load_config(config_path, assignments)
        curve = grow(labels, tests, config, fractions=_parts(sizes), repeats=repeats, seed=seed, progress=tick)
    if form == "json":
        _write(as_json(curve.to_json()), out)
    else:
        show = learning_page if form == "html" else learning_table
        _write(show(curve, labels.taxonomy), out)


def _parts(sizes: str) -> list[float]:
    try:
        return [float(size) for size in sizes.split(",")]
    except ValueError as error:
        text = Message(
            "--sizes {sizes}: parts are written as numbers with commas, for example 0.25,0.5,1.", sizes=sizes
        )
        raise click.UsageError(spoken(text)) from error
