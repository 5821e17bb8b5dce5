"""Record a training in MLflow while it runs; what MLflow does not take now is kept for `sync`."""

from __future__ import annotations

import contextlib
import getpass
import itertools
import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from gxclassify._version import __version__
from gxclassify.errors import TrackingError
from gxclassify.tracking import push
from gxclassify.tracking.artifacts import write_artifacts
from gxclassify.tracking.journal import Journal, RunRecord, now
from gxclassify.tracking.names import ascii_names, flat_metrics, safe_name
from gxclassify.tracking.store import Store, default_store, named_uri, open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from gxclassify.config import Config
    from gxclassify.evaluation.report import TrainingResult, Trial
    from gxclassify.labels.records import LabelSet

__all__ = ["TrackedTraining", "log_training", "parameters", "pending_folder", "track"]


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
    notify: Callable[[str], None] = lambda _text: None,
) -> Iterator[TrackedTraining]:
    """Record the training that the block does as one run.

    A server that cannot be reached, now or later, does not stop the training: the run is kept beside the local store
    and `sync` sends it.

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
    notify : callable
        Told in one sentence when MLflow cannot be reached.
    """
    journal = Journal.begin(pending_folder(), name, named_uri(uri))
    training = TrackedTraining(journal, uri, notify)
    training.start(config, {"mlflow.note.content": about, "experiment": experiment}, searched)
    try:
        yield training
    except BaseException as error:
        training.stop("FAILED" if isinstance(error, Exception) else "KILLED")
        raise


def log_training(result: TrainingResult, *, uri: str | None = None, name: str = "training") -> str:
    """Record a training that is done and return the id of its MLflow run.

    Raises
    ------
    TrackingError
        MLflow cannot be reached; the run is kept and `sync` sends it.
    """
    with track(result.config, name=name, uri=uri) as training:
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

    def start(self, config: Config, tags: Mapping[str, str], searched: Collection[str]) -> None:
        """Open the run with the settings that are certain and the tags that are not empty."""
        record = self.journal.record
        record.params = {key: text for key, text in parameters(config).items() if key not in searched}
        record.tags = {**source_tags(), **{key: value for key, value in tags.items() if value}}
        self._attempt(self._open)

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
            params=parameters(trial.config),
            metrics=flat_metrics("oof", trial.metrics),
        )
        record.trials.append(nested)
        record.points += [
            (f"search.{key}", getattr(trial.metrics, key), trial.number, done) for key in ("map", "macro_f1")
        ]
        self.journal.save()
        self._attempt(lambda: self._push_trial(nested))

    def finish(self, result: TrainingResult) -> str | None:
        """Record the trained model and how it did; return the run's id, or None when MLflow does not have it yet."""
        record = self.journal.record
        self.journal.keep_bundle(result.folder)
        measured = [*([result.out_of_fold] if result.out_of_fold else []), *result.evaluations]
        names = ascii_names([evaluation.name for evaluation in measured], "eval")
        for evaluation in measured:
            name = names[evaluation.name]
            record.metrics |= flat_metrics(name if name == "oof" else f"eval.{name}", evaluation.metrics)
        record.params = parameters(result.config)
        record.tags |= result_tags(result)
        record.datasets = _datasets(result)
        record.status, record.end = "FINISHED", now()
        write_artifacts(result, self.journal.artifacts)
        self.journal.save()
        self._attempt(self._push_all, again=True)  # one more try, with all of it
        if self.problem:
            self._notify(
                f"The run is kept in {self.journal.folder}; 'gxclassify experiments sync' sends it when MLflow is back."
            )
            return None
        self.journal.discard()
        return self.run

    def stop(self, status: str) -> None:
        """Say that the training did not end well; nothing of it is kept."""
        self.journal.record.status, self.journal.record.end = status, now()
        if self.run is not None:
            self._attempt(self._push_end)
        self.journal.discard()

    def _attempt(self, action: Callable[[], None], *, again: bool = False) -> None:
        """Do something with MLflow; after one failure only what is to be tried `again`: each try can take a minute."""
        if self.problem and not again:
            return
        before, self.problem = self.problem, ""
        try:
            action()
        except TrackingError as error:
            self.problem = str(error)
            if self.problem != before:
                self._notify(self.problem)

    def _connected(self) -> Store:
        if self._store is None:
            self._store = open_store(self._uri)
        return self._store

    def _open(self) -> None:
        self.run = push.push_start(self._connected(), self.journal.record)

    def _push_trial(self, nested: RunRecord) -> None:
        if self.run is not None:
            push.push_trial(self._connected(), self.journal.record, nested, self.run)

    def _push_all(self) -> None:
        self.run = push.push_all(self._connected(), self.journal)

    def _push_end(self) -> None:
        if self.run is not None:
            push.push_end(self._connected(), self.journal.record, self.run)


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
    names = ascii_names(result.model.themes, "theme")
    tags |= {f"name.{short}": theme for theme, short in names.items() if theme != short}
    return tags | {f"labels.{safe_name(file)}": digest for file, digest in result.labels.hashes.items()}


def code_version() -> str:
    """Return the package's version and, in a checkout, the commit and whether files differ from it."""
    root = Path(__file__).parent
    command = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        described = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10)  # noqa: S603 - fixed words
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
