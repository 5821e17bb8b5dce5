"""Sets of trainings from experiment files, and the table of what came out, made from MLflow.

An experiment file is the TOML that ``--config`` takes, with keys of its own beside the settings:

- ``name``: what it is called in MLflow and in the table (default: the file's name);
- ``about``: one sentence on what it tries;
- ``base``: another experiment file beside it, whose settings stand in the place of the defaults;
- ``labels``, ``evaluate``: label files and folders, relative to the working directory;
- ``prior``: the folder of a prior, or of a model, to start from, relative to the working directory;
- ``[search]``: dotted keys with the values to try, such as ``"classifier.C" = [0.3, 1.0]``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gxclassify.config import Config, config_of, read_toml
from gxclassify.errors import ConfigError, TrackingError
from gxclassify.labels.tables import markdown
from gxclassify.messages import Message, headings, spoken

DEFAULT_LABELS = (Path("labels/train"),)
"""What is trained on where neither a command nor an experiment file names labels."""

SHIPPED = Path("experiments/default.toml")
"""The experiment that makes the model that ships, in a checkout.

Its prior goes with the labels in the checkout; other labels start from none.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """What one experiment file says; without a file `name` is empty, and the run is called as the model's folder."""

    name: str
    about: str = ""
    labels: tuple[Path, ...] = DEFAULT_LABELS
    prior: Path | None = None
    evaluate: tuple[Path, ...] = ()
    search: dict[str, list[Any]] = field(default_factory=dict)
    config: Config = field(default_factory=Config)


def load_experiment(
    path: Path | None,
    assignments: Sequence[str] = (),
    *,
    labels: Sequence[Path] = (),
    evaluate: Sequence[Path] = (),
    prior: Path | None = None,
) -> Experiment:
    """Read an experiment file; without one, that of the model that ships, or the defaults.

    Parameters
    ----------
    path : Path or None
        None: `SHIPPED`, where it is and no other labels are named; else the defaults.
    assignments : sequence of str
        ``key=value`` settings that win over the file's.
    labels, evaluate : sequence of Path
        Label files that take the place of the file's.
    prior : Path, optional
        A prior that takes the place of the file's.

    Raises
    ------
    ConfigError
        The file is missing or not TOML, or a key or value does not fit.
    """
    if path is None and not labels and SHIPPED.is_file():
        path = SHIPPED
    name = "" if path is None else path.stem
    if path is None:
        path, table = Path("training"), {}
    else:
        table = read_toml(path, Message("the experiment file"))
    config = config_of(table, path, tuple(assignments))
    search = _search(path, table.get("search", {}))
    for key in search:  # an unknown key or a value of the wrong kind shows now, not after the first training
        for value in search[key]:
            config.with_values({key: value}, Message("{path}: search", path=path))
    return Experiment(
        name=_text(path, table, "name") or name,
        about=_text(path, table, "about"),
        labels=tuple(labels) or _paths(path, table, "labels") or DEFAULT_LABELS,
        prior=prior or (Path(own) if (own := _text(path, table, "prior")) else None),
        evaluate=tuple(evaluate) or _paths(path, table, "evaluate"),
        search=search,
        config=config,
    )


def _text(path: Path, table: dict[str, Any], key: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise ConfigError("{path}: {key} must be a text. Got {value!r}.", path=path, key=key, value=value)
    return value


def _paths(path: Path, table: dict[str, Any], key: str) -> tuple[Path, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise ConfigError(
            "{path}: {key} must be a list of label files. Got {value!r}.", path=path, key=key, value=value
        )
    return tuple(Path(entry) for entry in value)


def _search(path: Path, table: Any) -> dict[str, list[Any]]:
    search: dict[str, list[Any]] = {}
    stages = table.items() if isinstance(table, dict) else ()
    for key, value in stages:
        if isinstance(value, dict):  # [search.features] and search.features.min_df say the same as a quoted key
            search |= {f"{key}.{name}": own for name, own in value.items()}
        else:
            search[key] = value
    if not isinstance(table, dict) or not all(isinstance(values, list) and values for values in search.values()):
        raise ConfigError(
            '{path}: [search] must hold lists of values to try, for example "classifier.C" = [0.3, 1.0].', path=path
        )
    return search


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    about: str
    changes: str
    prior: str
    paragraphs: str
    metrics: dict[str, float]
    remembered: set[str]
    model: str
    run: str

    def learnt(self, column: str) -> float | None:
        """Return a figure, but none on a file that was trained on: it tells what the model remembers."""
        test = column.removeprefix("eval.").rpartition(".")[0]
        return None if test in self.remembered else self.metrics.get(column)


def experiments_table(uri: str | None = None) -> str:
    """Return the results of all experiments in the store as Markdown, the latest finished run of each.

    Raises
    ------
    TrackingError
        The store cannot be read, or holds no finished experiment.
    """
    from gxclassify.tracking.run import finished_runs

    rows = [_row(run) for run in finished_runs(uri)]
    if not rows:
        raise TrackingError(
            "No experiment has finished in this store: run some with 'gxclassify experiments run FILE…'."
        )
    tests = sorted({key.split(".")[1] for row in rows for key in row.metrics if key.startswith("eval.")})
    columns = [
        f"{place}.{figure}" for place in ("oof", *(f"eval.{test}" for test in tests)) for figure in ("map", "macro_f1")
    ]
    order = [column for column in columns if column.endswith(".map")]
    rows.sort(key=lambda row: ([-(row.learnt(column) or 0.0) for column in reversed(order)], row.name))
    return _table(rows, columns)


def _row(run: Any) -> _Row:
    from gxclassify.tracking.run import remembered_tests

    tags, params = run.data.tags, run.data.params
    return _Row(
        name=tags["experiment"],
        about=tags.get("mlflow.note.content", ""),
        changes=_changes(params),
        prior=_prior(params.get("prior", ""), tags.get("prior_digest", "")),
        paragraphs=tags.get("paragraphs", ""),
        metrics=run.data.metrics,
        remembered=remembered_tests(tags),
        model=tags.get("model_digest", "")[:12],
        run=run.info.run_id[:8],
    )


def _changes(params: dict[str, str]) -> str:
    """Return the settings that differ from the defaults."""
    from gxclassify.tracking.run import parameters

    defaults = parameters(Config())
    changed = [f"{key}={value}" for key, value in sorted(params.items()) if defaults.get(key, value) != value]
    return ", ".join(changed) or Message("defaults")


def _prior(folder: str, digest: str) -> str:
    return f"{folder} {_code(digest[:12])}".strip()


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _title(column: str) -> Message:
    place, figure = column.rsplit(".", 1)
    test = Message("oof") if place == "oof" else place.removeprefix("eval.")
    return Message("{test} mAP", test=test) if figure == "map" else Message("{test} macro F1", test=test)


def _table(rows: list[_Row], columns: list[str]) -> str:
    titles = map(_title, columns)
    head = headings("experiment", "settings beside the defaults", "prior", "paragraphs")
    best = {column: max(row.learnt(column) or 0.0 for row in rows) for column in columns}
    cells: list[list[object]] = [[*head, *titles, *headings("model", "run")]]
    for row in rows:
        figures = [
            _figure(own, best[column]) if (own := row.learnt(column)) is not None else _seen(row.metrics.get(column))
            for column in columns
        ]
        cells.append([row.name, row.changes, row.prior, row.paragraphs, *figures, _code(row.model), _code(row.run)])
    table = markdown(cells, right=range(4, 4 + len(columns)))
    about = [
        f"- **{row.name}**: {' '.join(row.about.split())}" for row in sorted(rows, key=lambda r: r.name) if row.about
    ]
    seen = [f"{spoken(_MARKED)}\n"] if any(row.remembered for row in rows) else []
    return "\n".join([f"# {spoken(Message('Experiments'))}\n", spoken(_HEAD), *seen, table, *about]).rstrip() + "\n"


def _figure(value: float, best: float) -> str | float:
    return f"**{value:.3f}**" if round(value, 3) == round(best, 3) else value


def _seen(value: float | None) -> str | None:
    return None if value is None else f"{value:.3f} †"


_HEAD = Message(
    "Made by `gxclassify experiments table` from the MLflow store; edit the experiment files, not this page. mAP is "
    "mean\naverage precision; `oof` is out-of-fold, by models that did not see the paragraph; best in bold. "
    "Differences of a\nhundredth are often chance: `gxclassify compare` tells.\n"
)
_MARKED = Message(
    "† on a file that was trained on as well: the figure shows what the model remembers, not what it can do."
)
