"""A training as a run of MLflow: recorded while it runs, kept on disk until MLflow has it, read back for the table."""

from __future__ import annotations

import contextlib
import getpass
import itertools
import json
import os
import shutil
import subprocess
import time
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from gxclassify._version import __version__
from gxclassify.config import Config, write_toml
from gxclassify.errors import GxclassifyError, TrackingError
from gxclassify.evaluation.metrics import precision_recalls, reliability
from gxclassify.evaluation.pages import evaluation_page, learning_page
from gxclassify.evaluation.plots import confusion_plot, learning_plot, precision_recall_plot, reliability_plot
from gxclassify.evaluation.report import (
    Evaluation,
    TrainingResult,
    Trial,
    evaluate,
    known_before,
    remembered,
    worst_decisions,
)
from gxclassify.files import PACKAGE, Claim, copy_folder, is_abandoned, write_whole
from gxclassify.messages import Message, system_text
from gxclassify.tracking.logged import log_bundle
from gxclassify.tracking.store import (
    Store,
    check_address,
    default_store,
    flat_metrics,
    load_mlflow,
    mlflow_errors,
    mlflow_names,
    name_tags,
    named_uri,
    now,
    open_store,
)

if TYPE_CHECKING:
    from mlflow.entities import Run

    from gxclassify.labels.records import LabelSet


def pending_folder() -> Path:
    """Return the folder of the runs that MLflow does not have yet."""
    return default_store() / "pending"


@contextlib.contextmanager
def track(
    config: Config,
    *,
    name: str = "training",
    about: str = "",
    experiment: str = "",
    uri: str | None = None,
    searched: Collection[str] = (),
    prior: Path | None = None,
    notify: Callable[[str], None] = lambda _text: None,
) -> Iterator[TrackedTraining | None]:
    """Record the training that the block does as one run; None where not even a note of it can be written.

    A server that cannot be reached, now or later, does not stop the training: the run is kept beside the local store
    and `sync` sends it. A full or closed disk under the store does not either: the model is what matters.

    Parameters
    ----------
    config : Config
        The settings the training starts from.
    name, about : str
        The run's name, and a sentence for people.
    experiment : str
        The experiment that the run belongs to, when it is one of a set; it gives the run a row in the table.
    uri : str, optional
        An MLflow server or store. Default: MLFLOW_TRACKING_URI, else the local store.
    searched : collection of str
        The dotted keys that a search varies; their values are recorded when it has chosen.
    prior : Path, optional
        What the training starts from beside its labels.
    notify : callable
        Told in one sentence when MLflow cannot be reached.
    """
    load_mlflow(Message("Recording the run (train does without by --no-track)"))  # or nothing is begun
    check_address(uri)
    try:
        journal = Journal.begin(pending_folder(), name, named_uri(uri))
    except TrackingError as error:
        notify(Message("The run is not recorded: {problem}", problem=error))
        yield None
        return
    training = TrackedTraining(journal, uri, notify)
    training.start(config, {"mlflow.note.content": about, "experiment": experiment}, searched, prior)
    try:
        yield training
    except BaseException as error:
        failed = isinstance(error, Exception)
        training.stop("FAILED" if failed else "KILLED", " ".join(str(error).split()) or type(error).__name__)
        raise


def log_training(result: TrainingResult, *, uri: str | None = None, name: str = "training") -> str:
    """Record a training that is done and return the id of its MLflow run.

    Raises
    ------
    TrackingError
        MLflow cannot be reached; the run is kept and `sync` sends it.
    """
    said: list[str] = []
    with track(result.config, name=name, uri=uri, notify=said.append) as training:
        if training is None:
            raise TrackingError(said[-1])
        for trial in result.trials:
            training.trial(trial)
        run = training.finish(result)
    if run is None:
        raise TrackingError(training.problem)
    return run


class TrackedTraining:
    """One training on its way into MLflow; get one from `track`.

    Attributes
    ----------
    run : str or None
        The id of the MLflow run, as soon as there is one.
    problem : str
        Why MLflow does not have the run; empty while all is well.
    """

    def __init__(self, journal: Journal, uri: str | None, notify: Callable[[str], None]) -> None:
        self.journal = journal
        self.run: str | None = None
        self.problem = ""
        self._uri = uri
        self._notify = notify
        self._store: Store | None = None
        self._unnoted = False

    def start(
        self, config: Config, tags: Mapping[str, str], searched: Collection[str], prior: Path | None = None
    ) -> None:
        """Open the run with the settings that are certain and the tags that are not empty."""
        record = self.journal.record
        record.params = {key: text for key, text in parameters(config).items() if key not in searched}
        if prior is not None:
            record.params[_PRIOR] = str(prior)
        record.tags = {**source_tags(), **{key: value for key, value in tags.items() if value}}
        self.run = self._attempt(lambda store: push_start(store, record))

    def trial(self, trial: Trial) -> None:
        """Record one setting that a search tried, as a nested run."""
        record = self.journal.record
        done = now()
        changes = ", ".join(f"{key.rpartition('.')[2]}={value}" for key, value in trial.changes.items())
        started = record.trials[-1].end if record.trials else record.start
        nested = RunRecord(
            key=f"{record.key}-{trial.number}",
            name=changes or f"trial {trial.number}",
            status="FINISHED",
            start=started,
            end=done,
            params=parameters(trial.config) | {key: text for key, text in record.params.items() if key == _PRIOR},
            metrics=flat_metrics("oof", trial.metrics),
        )
        record.trials.append(nested)
        record.points += [
            (f"search.{key}", getattr(trial.metrics, key), trial.number, done) for key in ("map", "macro_f1")
        ]
        run = self.run
        if self._note(self.journal.save) and run is not None:
            self._attempt(lambda store: push_trial(store, record, nested, run))

    def finish(self, result: TrainingResult) -> str | None:
        """Record the trained model and how it did; return the run's id, or None when MLflow does not have it yet."""
        if not self._note(lambda: self._write_down(result)):
            self.stop("FAILED", "The run could not be written down.")
            return None
        self.run = self._attempt(
            lambda store: push_all(store, self.journal), again=True
        )  # one more try, with all of it
        if self.problem:
            self._notify(
                Message(
                    "The run is kept in {folder}; 'gxclassify experiments sync' sends it when MLflow is back.",
                    folder=self.journal.folder,
                )
            )
            return None
        self.journal.discard()
        return self.run

    def _write_down(self, result: TrainingResult) -> None:
        record = self.journal.record
        self.journal.keep_bundle(result.folder)
        for evaluation in result.measured:
            oof = evaluation is result.out_of_fold
            record.metrics |= flat_metrics(evaluation.name if oof else f"eval.{evaluation.name}", evaluation.metrics)
        chosen = {f"chosen.{key}": f"{value:g}" for key, value in result.classifier.chosen_.items()}
        record.params = parameters(result.config) | chosen
        if prior := result.sources.get("prior"):
            record.params[_PRIOR] = prior
        record.tags |= result_tags(result)
        record.datasets = _datasets(result)
        record.status, record.end = "FINISHED", now()
        write_artifacts(result, self.journal.artifacts)
        self.journal.save()

    def stop(self, status: str, reason: str) -> None:
        """Say that the training did not end well, and why; nothing of it is kept."""
        record, run = self.journal.record, self.run
        record.status, record.end = status, now()
        record.tags[_PROBLEM] = reason[:_LONGEST_TAG]
        if run is not None:
            self._attempt(lambda store: push_end(store, record, run))
        self.journal.discard()

    def _note(self, write: Callable[[], None]) -> bool:
        """Write to the journal; where the disk does not take it, say so once and go on without: the model is whole."""
        if self._unnoted:
            return False
        try:
            write()
        except (OSError, shutil.Error, GxclassifyError) as error:
            self._unnoted = True
            self._notify(
                Message(
                    "{folder}: the run cannot be recorded ({reason}); the model is not touched by it.",
                    folder=self.journal.folder,
                    reason=_why(error),
                )
            )
        return not self._unnoted

    def _attempt(self, action: Callable[[Store], str | None], *, again: bool = False) -> str | None:
        """Do something with MLflow; after one failure only what is to be tried `again`: each try can take a minute."""
        if self.problem and not again:
            return None
        before, self.problem = self.problem, ""
        try:
            self._store = self._store or open_store(self._uri)
            return action(self._store)
        except TrackingError as error:
            self.problem = error.message
            if self.problem != before:
                self._notify(self.problem)
            return None


def _why(error: Exception) -> object:
    return system_text(error) if isinstance(error, OSError) else error


_PROBLEM = "problem"
"""The tag that says why a run did not end well."""
_LONGEST_TAG = 5000
_REMEMBERED = "remembered."
"""Before the name of a file for measuring, the tag that says that it was trained on as well."""
_PRIOR = "prior"
"""The parameter that names what a training started from; no setting has that name."""


def parameters(config: Config) -> dict[str, str]:
    """Return the settings as MLflow keeps parameters: dotted keys, values as texts."""
    return {
        key: json.dumps(value, sort_keys=True) if isinstance(value, dict) else str(value)
        for key, value in config.flat().items()
    }


def source_tags() -> dict[str, str]:
    """Return the tags that say who ran which code."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        user = "unknown"
    return {"mlflow.user": user, "mlflow.source.name": "gxclassify train", "code_version": code_version()}


def result_tags(result: TrainingResult) -> dict[str, str]:
    """Return the tags that say what came out and of what."""
    tags = {"model_digest": result.model.digest, "paragraphs": str(len(result.labels.records))}
    themes, files = mlflow_names(result.model.themes, "theme"), mlflow_names([*result.labels.hashes], "file")
    tags |= {f"labels.{files[file]}": digest for file, digest in result.labels.hashes.items()}
    if prior := result.model.provenance.get("prior"):
        tags["prior_digest"] = prior["digest"]
    learnt = [e.name for e in result.evaluations if remembered(result.model, e.labels.hashes)]
    if result.out_of_fold is not None and known_before(result.model, result.labels.hashes):
        learnt.append(result.out_of_fold.name)
    tags |= {f"{_REMEMBERED}{name}": "true" for name in learnt}
    return tags | name_tags(themes) | name_tags(files)


def code_version() -> str:
    """Return the package's version and, in a checkout, the commit and whether files differ from it."""
    checkout = PACKAGE.parents[1]
    if not (checkout / ".git").exists():  # a repository further out is about something else, such as a user's project
        return __version__
    command = ["git", "-C", str(checkout), "describe", "--always", "--dirty", "--abbrev=12"]
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        described = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10, env=own)  # noqa: S603 - fixed words
    except (OSError, subprocess.SubprocessError):
        return __version__
    return f"{__version__}+{described.stdout.strip()}"


def _datasets(result: TrainingResult) -> list[dict[str, str]]:
    used = [("training", result.labels), *(("evaluation", evaluation.labels) for evaluation in result.evaluations)]
    return [dataset for context, labels in used for dataset in _files(labels, context)]


def _files(labels: LabelSet, context: str) -> Iterator[dict[str, str]]:
    """Yield each label file as a dataset, with how many paragraphs it has and how many of them tell each theme."""
    records = iter(labels.records)
    for file, digest in labels.hashes.items():
        own = list(itertools.islice(records, labels.sizes[file]))
        support = {theme: sum(theme in record.labels for record in own) for theme in labels.taxonomy.ids}
        yield {
            "name": file,
            "digest": digest[:32],  # MLflow's digests have 36 characters at most; the tags hold the whole
            "source": json.dumps({"uri": file}, ensure_ascii=False),
            "profile": json.dumps({"paragraphs": len(own), "support": support}, ensure_ascii=False),
            "context": context,
        }


# ---- Send a run to MLflow: all of it or the part that is new; sending twice makes one run.

KEY = "gxclassify.key"
PARENT = "mlflow.parentRunId"
_TRIES = 5


def push_start(store: Store, record: RunRecord) -> str:
    """Open the run and send what is known at its start; return the run's id."""
    with mlflow_errors(store.uri):
        run = open_run(store, record)
        _send(store, run, record)
    return run


def push_trial(store: Store, record: RunRecord, trial: RunRecord, run: str) -> None:
    """Send one finished trial of a search as a nested run, and the parent's figures on the way."""
    with mlflow_errors(store.uri):
        _send_trial(store, trial, run)
        _send(store, run, record)


def _send_trial(store: Store, trial: RunRecord, run: str) -> None:
    nested = open_run(store, trial, {PARENT: run})
    _send(store, nested, trial)
    _end(store, nested, trial)


def push_end(store: Store, record: RunRecord, run: str) -> None:
    """Say that the run has ended, and how."""
    with mlflow_errors(store.uri):
        if reason := record.tags.get(_PROBLEM):
            store.client.set_tag(run, _PROBLEM, reason)
        _end(store, run, record)


def push_all(store: Store, journal: Journal) -> str:
    """Send everything: figures, trials, files and the model. Return the run's id."""
    record = journal.record
    with mlflow_errors(store.uri):
        run = open_run(store, record)
        for trial in record.trials:
            _send_trial(store, trial, run)
        if journal.bundle.is_dir():
            log_bundle(store, run, journal.bundle, params=record.params, metrics=record.metrics)
        _send(store, run, record)
        if any(journal.artifacts.iterdir()):
            store.client.log_artifacts(run, str(journal.artifacts))
        _end(store, run, record)
    return run


def open_run(store: Store, record: RunRecord, tags: dict[str, str] | None = None) -> str:
    """Return the id of the run that has the record's key, which is opened where there is none."""
    found = store.client.search_runs([store.experiment], f"tags.`{KEY}` = '{record.key}'", max_results=1)
    if found:
        return str(found[0].info.run_id)
    run = store.client.create_run(
        store.experiment, start_time=record.start, run_name=record.name, tags={KEY: record.key, **(tags or {})}
    )
    return str(run.info.run_id)


def _send(store: Store, run: str, record: RunRecord) -> None:
    from mlflow.entities import Metric, Param, RunTag

    end = record.end or record.start
    metrics = [Metric(name, value, end, 0) for name, value in record.metrics.items()]
    metrics += [Metric(name, value, time, step) for name, value, step, time in record.points]
    params = [Param(name, value) for name, value in record.params.items()]
    tags = [RunTag(name, value) for name, value in record.tags.items()]
    most = 900  # of MLflow's 1,000 entities in a request, of which 100 may be parameters
    store.client.log_batch(run, params=params[:100], tags=tags[:100])
    for start in range(0, len(metrics), most):
        store.client.log_batch(run, metrics=metrics[start : start + most])
    if record.datasets:
        _send_datasets(store, run, record.datasets)


def _send_datasets(store: Store, run: str, datasets: list[dict[str, str]]) -> None:
    from mlflow.entities import Dataset, DatasetInput, InputTag
    from mlflow.exceptions import MlflowException

    inputs = [
        DatasetInput(
            Dataset(d["name"], d["digest"], "local", d["source"], profile=d["profile"]),
            [InputTag("mlflow.data.context", d["context"])],
        )
        for d in datasets
    ]
    for attempt in range(1, _TRIES + 1):
        try:
            store.client.log_inputs(run, inputs)
        except MlflowException as error:
            # Two trainings that bring the same new label file at once: MLflow looks, then inserts, and one collides.
            if attempt == _TRIES or "unique" not in str(error).lower():
                raise
            time.sleep(attempt * 0.2)
        else:
            return


def _end(store: Store, run: str, record: RunRecord) -> None:
    store.client.set_terminated(run, status=record.status, end_time=record.end)


# ---- What one training has to tell MLflow, on disk until MLflow has it.


@dataclass(slots=True, kw_only=True)
class RunRecord:
    """One run: everything of it that is a word or a number.

    Attributes
    ----------
    key : str
        Marks the run in MLflow, so that sending it twice makes one run.
    address : str
        The MLflow server or store that the run is for; empty for the local store, which may be moved.
    status : str
        RUNNING, FINISHED, FAILED or KILLED.
    start, end : int
        Milliseconds since 1970; `end` is 0 while the run runs.
    points : list of [name, value, step, time]
        Figures that were known on the way.
    datasets : list of dict
        ``name``, ``digest``, ``source``, ``profile`` and ``context`` of every label file.
    """

    key: str
    name: str
    address: str = ""
    status: str = "RUNNING"
    start: int = field(default_factory=now)
    end: int = 0
    params: dict[str, str] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)
    points: list[tuple[str, float, int, int]] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    datasets: list[dict[str, str]] = field(default_factory=list)
    trials: list[RunRecord] = field(default_factory=list)

    @classmethod
    def from_json(cls, table: dict[str, Any]) -> Self:
        """Return the record that `dataclasses.asdict` made a table of."""
        trials = [cls.from_json(trial) for trial in table["trials"]]
        points = [(str(p[0]), float(p[1]), int(p[2]), int(p[3])) for p in table["points"]]
        return cls(**{**table, "trials": trials, "points": points})


class Journal:
    """A folder that keeps a run until MLflow has it: ``run.json``, ``artifacts/`` and ``bundle/``."""

    def __init__(self, folder: Path, record: RunRecord) -> None:
        self.folder = folder
        self.record = record
        self.claim: Claim | None = None

    @classmethod
    def begin(cls, parent: Path, name: str, address: str) -> Self:
        """Make a new one in the folder `parent`, for a run that goes to `address`."""
        key = uuid.uuid4().hex
        journal = cls(parent / key, RunRecord(key=key, name=name, address=address))
        try:
            journal.artifacts.mkdir(parents=True)
            journal.claim = Claim(journal.folder)
            journal.save()
        except (OSError, GxclassifyError) as error:
            raise TrackingError(
                "{parent}: the run cannot be noted there ({reason}); train with --no-track, or free space.",
                parent=parent,
                reason=_why(error),
            ) from error
        return journal

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the one in `folder`; a `TrackingError` when it is damaged."""
        path = folder / "run.json"
        try:
            return cls(folder, RunRecord.from_json(json.loads(path.read_text(encoding="utf-8"))))
        except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
            raise TrackingError(
                "{path}: not a run that gxclassify kept ({error}); delete the folder, or restore the file.",
                path=path,
                error=error,
            ) from error

    @property
    def artifacts(self) -> Path:
        """The folder of the files that belong to the run."""
        return self.folder / "artifacts"

    @property
    def bundle(self) -> Path:
        """The folder of the trained model; absent until there is one."""
        return self.folder / "bundle"

    def keep_bundle(self, folder: Path) -> None:
        """Copy a model bundle into the journal: the one in `folder` may be replaced before MLflow has it."""
        copy_folder(folder, self.bundle, dirs_exist_ok=True)

    def save(self) -> None:
        """Write ``run.json`` as one step."""
        write_whole(self.folder / "run.json", json.dumps(asdict(self.record), ensure_ascii=False))

    def discard(self) -> None:
        """Delete the folder: MLflow has it all, or there is nothing worth keeping."""
        if self.claim is not None:
            self.claim.close()
        shutil.rmtree(self.folder, ignore_errors=True)


# ---- Send the runs that MLflow could not take while they ran.


@dataclass(frozen=True, slots=True)
class Synced:
    """One run that was kept: its name, and its id in MLflow or why it did not take it; neither: it was given up."""

    name: str
    run: str | None
    problem: str = ""


def sync(uri: str | None = None) -> list[Synced]:
    """Send every kept run whose training is over to MLflow and forget those that arrived.

    Each goes to the address that its training was given, or to `uri`. Runs that are still training are left; the notes
    of those that were killed are told and deleted: there is no model to lose in them.
    """
    folder = pending_folder()
    kept = sorted(path.parent for path in folder.glob("*/run.json"))
    results = []
    stores: dict[str | None, Store] = {}
    for path in kept:
        name = path.name
        try:
            journal = Journal.read(path)
            name = journal.record.name
            if journal.record.status != "FINISHED":
                if is_abandoned(journal.folder):
                    journal.discard()
                    results.append(Synced(name, None))
                continue
            address = uri or journal.record.address or None
            if address not in stores:
                stores[address] = open_store(address)
            run = push_all(stores[address], journal)
        except TrackingError as error:
            results.append(Synced(name, None, error.message))
            continue
        journal.discard()
        results.append(Synced(name, run))
    return results


# ---- The files of a run: its settings, figures, evaluation pages and worst errors.

WORST = 50
"""How many wrong decisions of each evaluation are listed."""

MISTAKES = 20
"""How many of them the page of an evaluation explains."""


def write_artifacts(result: TrainingResult, folder: Path) -> None:
    """Write the files of a run to `folder`.

    ``settings.toml``, an experiment file that trains the same again; a folder for the out-of-fold predictions and for
    each evaluation, with ``metrics.json``, ``worst_errors.jsonl`` and plots; ``evaluation.html`` for each evaluation;
    ``learning_curve.html`` if there is one.
    """
    write_toml(folder / "settings.toml", {**result.sources, **asdict(result.config)}, _again(result))
    for evaluation in result.measured:
        own = folder / evaluation.name
        own.mkdir(exist_ok=True)
        figures = json.dumps(evaluation.metrics.to_json(), ensure_ascii=False, indent=1)
        write_whole(own / "metrics.json", figures + "\n")
        lines = [json.dumps(error, ensure_ascii=False) + "\n" for error in worst_errors(evaluation)]
        write_whole(own / "worst_errors.jsonl", "".join(lines))
        _write_plots(evaluation, result, own)
    if result.learning is not None:
        write_whole(folder / "learning_curve.html", learning_page(result.learning, result.model.taxonomy))
        write_whole(folder / "learning_curve.svg", learning_plot(result.learning))


def _again(result: TrainingResult) -> str:
    """Return the command that trains the same model by the run's settings, and what it rests on."""
    command = "gxclassify train --config settings.toml"
    if "labels" not in result.sources:
        command += " --labels FILE"
    if result.min_support != 2:  # noqa: PLR2004 - what train has by default
        command += f" --min-support {result.min_support}"
    lines = [f"The same model again, in the folder that the paths below start from: {command}"]
    if prior := result.model.provenance.get("prior"):
        lines.append(f"The prior had the digest {prior['digest']}.")
    return "\n".join(lines)


def _write_plots(evaluation: Evaluation, result: TrainingResult, folder: Path) -> None:
    p, taxonomy = evaluation.predictions, result.model.taxonomy
    if evaluation is not result.out_of_fold:
        report = evaluate(result.model, evaluation.labels.records, mistakes=MISTAKES)
        write_whole(folder / "evaluation.html", evaluation_page(report))
    plots = {
        "precision_recall": precision_recall_plot(precision_recalls(p), evaluation.metrics, taxonomy),
        "reliability": reliability_plot(reliability(p.told[p.known], p.probability[p.known])),
        "confusion": confusion_plot(p, taxonomy),
    }
    for name, svg in plots.items():
        write_whole(folder / f"{name}.svg", svg)


def worst_errors(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Return the wrong decisions that the model was surest of, worst first.

    Each has the record's ``id``, the ``theme``, what the label says (``told``), the ``probability`` and the ``text``.
    """
    p = evaluation.predictions
    errors = []
    for i, t in worst_decisions(p, WORST):
        record = evaluation.labels.records[i]
        errors.append(
            {
                "id": record.id,
                "theme": p.themes[t],
                "told": bool(p.told[i, t]),
                "probability": round(float(p.probability[i, t]), 4),
                "text": record.text,
            }
        )
    return errors


# ---- Read runs back from MLflow.


def remembered_tests(tags: Mapping[str, str]) -> set[str]:
    """Return the names of the files for measuring that a run was trained on as well, by its tags."""
    return {name.removeprefix(_REMEMBERED) for name in tags if name.startswith(_REMEMBERED)}


def finished_runs(uri: str | None = None) -> list[Run]:
    """Return the latest finished run of every experiment, in the order of their names."""
    store = open_store(uri, create=False)
    latest: dict[str, Run] = {}
    token = None
    while True:
        with mlflow_errors(store.uri):
            page = store.client.search_runs(
                [store.experiment],
                "tags.experiment LIKE '%' AND attributes.status = 'FINISHED'",
                order_by=["attributes.start_time DESC"],
                page_token=token,
            )
        for run in page:
            latest.setdefault(run.data.tags["experiment"], run)
        token = page.token
        if not token:
            return [latest[name] for name in sorted(latest)]
