"""``card``: the model card and the counted sections of the data card."""

from __future__ import annotations

from pathlib import Path

import click

from gxclassify.cli.common import notice, paths_option
from gxclassify.cli.evaluating import say_notices
from gxclassify.files import write_whole

_PATH = click.Path(path_type=Path)


@click.group()
def card() -> None:
    """Write the model card and the counts of the data card."""


@card.command("model")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path("models/default"))
@click.option("--labels", "pairs", multiple=True, metavar="[NAME=]PATH",
              help="What to measure on, and its name. May be repeated. Default: labels/test.")  # fmt: skip
def model_(folder: Path, pairs: tuple[str, ...]) -> None:
    """Write FOLDER/README.md from the model and its figures on labelled paragraphs.

    FOLDER is a model folder; without it, models/default. The same model and labels give the same card.
    """
    from gxclassify.evaluation.pages import model_card
    from gxclassify.evaluation.report import evaluate, remembered
    from gxclassify.labels.exchange import load_judging_labels
    from gxclassify.loading import load_model

    tagger = load_model(folder)
    reports, known = {}, {}
    for pair in pairs or ("Held-out written paragraphs=labels/test",):
        before, equals, after = pair.partition("=")
        path = Path(after if equals else before)
        name = before if equals else path.stem
        labels = load_judging_labels([path], tagger)
        say_notices(tagger, labels)
        reports[name] = evaluate(tagger, labels.records, mistakes=0)
        known[name] = remembered(tagger, labels.hashes)
    write_whole(folder / "README.md", model_card(tagger, reports, known))
    notice("Written to {path}.", path=folder / "README.md")


@card.command()
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False), default=Path("labels/README.md"))
@paths_option("--train", "train", "Default: the folder train beside the card.")
@paths_option("--test", "test", "Default: the folder test beside the card.")
@click.option("--agree", nargs=2, type=_PATH, metavar="A B", help="Two people's labels of the same paragraphs.")
def data(path: Path, train: tuple[Path, ...], test: tuple[Path, ...], agree: tuple[Path, Path] | None) -> None:
    """Renew the counted sections of the data card.

    PATH is the card, by default labels/README.md. Replaces what stands between "<!-- generated: counts -->" and "<!--
    end: counts -->" (with --agree also "agreement") and leaves the rest as people wrote it.
    """
    from gxclassify.evaluation.pages import agreement_section, counts_section, replace_section
    from gxclassify.labels.agreement import agree as measure_agreement
    from gxclassify.labels.checking import check_labels
    from gxclassify.labels.exchange import load_any_label_sets, read_any_labels
    from gxclassify.labels.statistics import label_statistics

    beside = path.parent / "test"
    sides = {
        "train": train or (path.parent / "train",),
        "test": test or ((beside,) if any(beside.glob("*.jsonl")) else ()),
    }
    sets = {side: own for side, own in sides.items() if own}
    labels = dict(zip(sets, load_any_label_sets([*sets.values()]), strict=True))
    for text in (text for own in labels.values() for text in own.notices):
        notice(text)
    counted = {side: label_statistics(own) for side, own in labels.items()}
    section = counts_section(counted, check_labels(sides["train"], sides["test"], read=read_any_labels))
    write_whole(path, replace_section(path, "counts", section))
    if agree is not None:
        first, second = load_any_label_sets([[side] for side in agree])
        themes = list(dict.fromkeys([*first.taxonomy.ids, *second.taxonomy.ids]))
        section = agreement_section(measure_agreement(first.records, second.records, themes))
        write_whole(path, replace_section(path, "agreement", section))
    notice("Written to {path}.", path=path)
