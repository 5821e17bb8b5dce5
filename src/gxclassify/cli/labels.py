"""``labels``: check, stats, agree, audit, suggest, import, export."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from gxclassify.cli.common import (
    FiniteRange,
    OutputPath,
    Problems,
    StoreFile,
    as_json,
    config_options,
    format_option,
    min_support_option,
    model_option,
    notice,
    paths_option,
    progress,
    refuse_endings,
    say,
)
from gxclassify.errors import ConfigError, GateError
from gxclassify.files import check_target, write_whole

_PATH = click.Path(path_type=Path)
_PATHS = click.argument("paths", nargs=-1, type=_PATH, metavar="[PATH]...")
_EXCHANGE = click.Choice(["jsonl", "doccano", "label-studio", "prodigy", "fasttext", "csv"])
# How the name of an output may end by which its form is told; those that are not here are JSON Lines.
_ENDINGS = {
    "csv": (".csv",),
    "fasttext": (".txt",),
    "label-studio": (".json",),
    "jsonl": (".jsonl", ".ndjson", ".json"),
}
_TRAIN, _TEST = Path("labels/train"), Path("labels/test")


@click.group()
def labels() -> None:
    """Check, count, compare and convert label records.

    PATH is a file of label records (JSON Lines), a folder of such, or a table that 'train' takes (CSV, a workbook).
    """


def _load(paths: Sequence[Path], taxonomy: Any = None, *, model: Any = None) -> Any:
    """Return the labels in `paths`, of a taxonomy or a model, and say what was passed over in tables."""
    from gxclassify.labels.exchange import load_any_labels, load_judging_labels

    loaded = load_any_labels(paths, taxonomy) if model is None else load_judging_labels(paths, model)
    for text in loaded.notices:
        notice(text)
    return loaded


@labels.command()
@_PATHS
@paths_option("--test", "test", "Labels that are never trained on.")
@click.option("--similarity", type=FiniteRange(0.2, 1), default=0.4, show_default=True, metavar="S",
              help="How much the 4-character shingles of near-duplicates overlap.")  # fmt: skip
@click.option("--support", type=click.IntRange(0), default=20, show_default=True, metavar="N",
              help="How many paragraphs must tell each theme.")  # fmt: skip
@format_option("table", "json")
def check(paths: tuple[Path, ...], test: tuple[Path, ...], similarity: float, support: int, form: str) -> None:
    """Look for what is wrong with label files; exit 5 when something is.

    Looks at the form of every line, ids, near-duplicates, repeated openings, variety of wording, rare themes, marks
    that are not whole sentences, and paragraphs or articles of the training set in the test set. Without PATH:
    labels/train, with labels/test as the test set.
    """
    from gxclassify.labels.checking import Limits, check_labels
    from gxclassify.labels.exchange import read_any_labels
    from gxclassify.labels.tables import check_table

    if not paths:
        paths, test = (_TRAIN,), test or ((_TEST,) if any(_TEST.glob("*.jsonl")) else ())
    report = check_labels(paths, test, limits=Limits(similarity=similarity, support=support), read=read_any_labels)
    for text in report.notices:
        notice(text)
    click.echo(as_json(report.to_json()) if form == "json" else check_table(report))
    if not report.ok:
        raise GateError(
            "The labels have {problem_count} {problem_count:problem|problems}; the list says where.",
            problem_count=len(report.problems),
        )


@labels.command()
@_PATHS
@format_option("table", "json")
def stats(paths: tuple[Path, ...], form: str) -> None:
    """Count paragraphs by theme, pairs of themes, length and kind of text.

    Without PATH: labels/train.
    """
    from gxclassify.labels.statistics import label_statistics
    from gxclassify.labels.tables import statistics_table

    labels = _load(paths or (_TRAIN,))
    counted = label_statistics(labels)
    click.echo(as_json(counted.to_json()) if form == "json" else statistics_table(counted, labels.taxonomy))


@labels.command()
@click.argument("a", type=_PATH)
@click.argument("b", type=_PATH, required=False)
@click.option("--disagreements", is_flag=True, help="List the paragraphs on which the two differ.")
@format_option("table", "json")
def agree(a: Path, b: Path | None, disagreements: bool, form: str) -> None:
    """Measure how far two people agree who labelled the same paragraphs.

    A and B are label files or folders; records are matched by id. A alone is a file with several people's readings, as
    'labels import' writes it, or the labelling page's store: every two of them are compared. Per theme: Cohen's kappa,
    Krippendorff's alpha, F1 of one against the other, and how often both mark the same sentence.
    """
    from gxclassify.labels.agreement import agree as measure_agreement
    from gxclassify.labels.exchange import load_any_label_sets
    from gxclassify.labels.store import is_store, open_store, readings
    from gxclassify.labels.tables import agreement_table
    from gxclassify.themes import shipped_taxonomy

    if b is None:
        if is_store(a):
            records, decided = readings(a), open_store(a).decisions()
            taxonomy = _taxonomy(None)
            themes = taxonomy.ordered(theme for record in records for theme in (*record.labels, *record.maybe))
            _agree_readings(records, taxonomy, themes, form, disagreements=disagreements)
            if decided:
                notice(
                    "{decided_count} {decided_count:paragraph was|paragraphs were} decided; what people had answered "
                    "counts here.",
                    decided_count=len(decided),
                )
        else:
            labels = _load([a])
            _agree_readings(labels.records, labels.taxonomy, labels.taxonomy.ids, form, disagreements=disagreements)
        return
    first, second = load_any_label_sets([[a], [b]])
    for text in (*first.notices, *second.notices):
        notice(text)
    taxonomy = first.taxonomy.with_themes_of(second.taxonomy)
    order = shipped_taxonomy() if taxonomy.notice else taxonomy
    themes = order.ordered([*first.taxonomy.ids, *second.taxonomy.ids])
    agreement = measure_agreement(first.records, second.records, themes)
    table = agreement_table(agreement, taxonomy, disagreements=disagreements)
    click.echo(as_json(agreement.to_json()) if form == "json" else table)


def _agree_readings(records: Any, taxonomy: Any, themes: Any, form: str, *, disagreements: bool) -> None:
    from gxclassify.labels.agreement import agree_readings
    from gxclassify.labels.tables import agreement_table

    found = agree_readings(records, themes)
    if form == "json":
        click.echo(as_json([{"a": a, "b": b, **agreement.to_json()} for (a, b), agreement in found.items()]))
        return
    for (a, b), agreement in found.items():
        say("A is {a}, B is {b}:", a=a, b=b)
        click.echo(agreement_table(agreement, taxonomy, disagreements=disagreements))


@labels.command()
@_PATHS
@click.option("--top", type=click.IntRange(1), default=150, show_default=True, metavar="N", help="How many to list.")
@min_support_option
@format_option("table", "json", "jsonl")
@config_options
def audit(
    paths: tuple[Path, ...],
    top: int,
    min_support: int,
    form: str,
    config_path: Path | None,
    assignments: tuple[str, ...],
) -> None:
    """List the labels that look most likely wrong.

    A model is cross-validated on the labels and cleanlab ranks every (paragraph, theme) by it. Needs the [quality]
    extra. Without PATH: labels/train.
    """
    from gxclassify.config import load_config
    from gxclassify.labels.audit import audit as find_suspicious
    from gxclassify.labels.tables import audit_table

    config = load_config(config_path, assignments)
    loaded = _load(paths or (_TRAIN,))
    with progress("Cross-validating") as tick:
        suspicions = find_suspicious(loaded, config, top=top, min_support=min_support, progress=tick)
    if form == "json":
        click.echo(as_json([s.to_json() for s in suspicions]))
    elif form == "jsonl":
        for s in suspicions:
            click.echo(json.dumps(s.to_json(), ensure_ascii=False))
    else:
        click.echo(audit_table(suspicions, loaded.taxonomy))


@labels.command()
@model_option
@click.option("--from", "sources", multiple=True, required=True, type=_PATH, metavar="FILE",
              help="Unlabelled text: anything that predict reads. May be repeated.")  # fmt: skip
@click.option(
    "--count", type=click.IntRange(1), default=20, show_default=True, metavar="N", help="How many to ask for."
)
@paths_option("--labelled", "labelled", "Labels that exist: not asked for again, themes with many of them less.")
@click.option("--state", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Remembers what was asked for. Default: the first --from file, with .asked added.")  # fmt: skip
@format_option("jsonl", "table")
def suggest(
    model: str | None, sources: tuple[Path, ...], count: int, labelled: tuple[Path, ...], state: Path | None, form: str
) -> int:  # fmt: skip
    """Choose which paragraphs to label next.

    Those the model is least sure of, themes with few labels first, no two alike; what was asked for once is never
    asked for again. Prints records to fill in: the proposed labels stand in "labels".
    """
    from gxclassify.labels.suggest import Asked, paragraphs_of
    from gxclassify.labels.suggest import suggest as choose
    from gxclassify.labels.tables import suggestion_table
    from gxclassify.loading import load_model

    tagger = load_model(model)
    problems = Problems()
    pool = paragraphs_of(sources, problems)
    code = problems.finish()
    if not pool:
        if not code:
            notice(
                "There is no paragraph in {sources} to choose from; name files with text, or folders of them.",
                sources=[*sources],
            )
        return code
    known = _load(labelled, model=tagger).records if labelled else ()
    first = sources[0].resolve() if sources[0].name in {"", ".."} else sources[0]  # . and .. have no name of their own
    asked = Asked.load(state or first.with_name(f"{first.name}.asked"))
    chosen = choose(pool, tagger, count, exclude=known, asked=asked.fingerprints)
    asked.remember([suggestion.record.text for suggestion in chosen])
    if form == "table":
        click.echo(suggestion_table(chosen, tagger.taxonomy), nl=bool(chosen))
    else:
        for suggestion in chosen:
            click.echo(json.dumps(suggestion.to_json(), ensure_ascii=False))
    if chosen:
        notice(
            "{chosen_count} of {pool_count} paragraphs; {path} remembers them.",
            chosen_count=len(chosen),
            pool_count=len(pool),
            path=asked.path,
        )
    else:
        notice(
            "None of the {pool_count} paragraphs is left: each is labelled or was asked for before. "
            "To ask for them once more, delete {path} or name another file with --state.",
            pool_count=len(pool),
            path=asked.path,
        )
    return code


@labels.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--format", "form", type=_EXCHANGE,
              help="The tool that the file comes from. Default: told by its content.")  # fmt: skip
@click.option("--themes", metavar="FILE",
              help="A themes.toml, or 'any': every label is a theme. Default: the shipped model's themes.")  # fmt: skip
@click.option("--text-column", default="", metavar="NAME", help="The column of texts. Default: found by its name.")
@click.option("--label-column", default="", metavar="NAME",
              help="The column of labels, or Label Studio's control. Default: found by its name.")  # fmt: skip
@click.option("--map", "mapping", multiple=True, metavar="LABEL=THEME,...",
              help="What labels stand for; LABEL= is no theme, = alone an empty cell. May be repeated.")  # fmt: skip
@click.option("--merge", type=click.Choice(["agree", "majority", "maybe"]),
              help="Make one record of several people's readings: where all agree, what most say, or what all say "
                   "with the rest left open. Default: each reading by itself.")  # fmt: skip
@click.option("--open", "opened", multiple=True, metavar="THEME",
              help="A new theme, of which nobody was asked yet: left open in every record that does not tell it. May "
                   "be repeated.")  # fmt: skip
@click.option("--source", default="", metavar="TEXT", help="The kind of text, for records that do not say.")
@click.option("--out", type=OutputPath(file=True), metavar="FILE",
              help="Where the records go. Default: standard output.")  # fmt: skip
def import_(
    file: Path,
    form: str | None,
    themes: str | None,
    text_column: str,
    label_column: str,
    mapping: tuple[str, ...],
    merge: Any,
    opened: tuple[str, ...],
    source: str,
    out: Path | None,
) -> None:
    """Turn another tool's export, or a table, into label records.

    Tables (the format csv) may be in any encoding, and workbooks (xlsx, ods): a column of labels with any
    separator, or a column for each theme. What says nothing of any theme is passed over and counted.
    """
    from gxclassify.labels.exchange import import_labels
    from gxclassify.labels.records import left_open, write_records

    refuse_endings(out, *_ENDINGS["jsonl"])
    taxonomy = None if themes == "any" else _taxonomy(None if themes is None else Path(themes))
    imported = import_labels(
        file,
        form,
        taxonomy,
        source=source,
        merge=merge,
        mapping=_mapping(mapping),
        text_column=text_column,
        label_column=label_column,
    )
    for text in imported.notices:
        notice(text)
    records = left_open(imported.records, [_known(theme, taxonomy) for theme in opened])
    if out is not None:
        write_records(out, records)
    else:
        for record in records:
            click.echo(json.dumps(record.to_json(), ensure_ascii=False))
    notice("{record_count} {record_count:record|records}.", record_count=len(records))


def _known(theme: str, taxonomy: Any) -> str:
    known = theme if taxonomy is None else taxonomy.find(theme)
    if known is None:
        raise ConfigError(
            "--open {theme}: there is no such theme; --themes FILE names the themes.toml that has it.", theme=theme
        )
    return known


def _mapping(pairs: tuple[str, ...]) -> dict[str, str]:
    """Read ``label=theme,label=``."""
    mapping = {}
    for pair in ",".join(pairs).replace("，", ",").split(",") if pairs else ():
        label, equals, theme = pair.partition("=")
        if not equals:
            raise ConfigError(
                "--map {pair}: write label=theme, or label= for no theme, for example 无=,招商=policy.", pair=pair
            )
        mapping[label] = theme
    return mapping


@labels.command("export")
@_PATHS
@click.option("--format", "form", type=_EXCHANGE, required=True, help="The tool that the file is for.")
@click.option("--store", type=StoreFile(), metavar="FILE.db",
              help="Take the records from the labelling page's store.")  # fmt: skip
@click.option("--themes", type=_PATH, metavar="FILE",
              help="With --store: a themes.toml. Default: the shipped model's themes.")  # fmt: skip
@click.option("--out", type=OutputPath(file=True), metavar="FILE",
              help="Where the export goes. Default: standard output.")  # fmt: skip
def export(
    paths: tuple[Path, ...], form: str, store: Path | None, themes: Path | None, out: Path | None
) -> None:  # fmt: skip
    """Turn label records into a file for another tool.

    Without PATH or --store: labels/train.
    """
    from gxclassify.labels.exchange import export_labels
    from gxclassify.labels.store import export_records

    refuse_endings(out, *_ENDINGS.get(form, _ENDINGS["jsonl"]))
    if out is not None:
        check_target(out, paths)
    if store is not None and paths:
        raise ConfigError("Name label files or --store, not both.")
    if store is not None:
        records, taxonomy = tuple(export_records(store)), _taxonomy(themes)
    else:
        label_set = _load(paths or (_TRAIN,))
        records, taxonomy = label_set.records, label_set.taxonomy
    exported = export_labels(records, form, taxonomy)
    for text in exported.notices:
        notice(text)
    if out is not None:
        write_whole(out, exported.data)
    else:
        sys.stdout.buffer.write(exported.data)


def _taxonomy(themes: Path | None) -> Any:
    from gxclassify.loading import load_model
    from gxclassify.themes import load_taxonomy

    return load_taxonomy(themes) if themes is not None else load_model().taxonomy
