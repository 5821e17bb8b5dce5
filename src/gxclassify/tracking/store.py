"""Where runs are kept, an MLflow server or a SQLite store that may be moved, and names that MLflow takes everywhere."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import re
import shutil
import sqlite3
import sys
import textwrap
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlparse

from gxclassify import room
from gxclassify.errors import ConfigError, TrackingError
from gxclassify.extras import need
from gxclassify.files import new_folder
from gxclassify.messages import Message

if TYPE_CHECKING:
    from mlflow import MlflowClient

    from gxclassify.evaluation.metrics import Metrics

EXPERIMENT = "gxclassify"
"""The MLflow experiment that all runs belong to."""

_ENVIRONMENT = {
    # MLflow reports usage to its makers unless told not to; a tool for other people's text must not.
    "MLFLOW_DISABLE_TELEMETRY": "true",
    # Seven tries with doubling pauses are four minutes; what cannot be sent now is kept and sent by `sync`.
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    # With a server it prints addresses to standard output, among what a command has to say.
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "GIT_PYTHON_REFRESH": "quiet",
}
_SQLITE = "sqlite:///"
# The tables and columns in which MLflow's SQL stores keep absolute places of artifacts.
_PLACES = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
)


class MissingError(TrackingError):
    """MLflow was reached and has no such run, model, version or alias."""


@dataclass(frozen=True, slots=True)
class Store:
    """An open connection to MLflow: a client for one address, and the experiment's id there.

    It sets nothing global: a program that uses MLflow for itself keeps its tracking address and its active run.
    """

    uri: str
    client: MlflowClient
    experiment: str


def default_store() -> Path:
    """Return the folder of the local store, ``experiments/store`` under the working directory."""
    return Path.cwd() / "experiments" / "store"


_MLFLOW = 640
"""Megabytes of address space: with pandas, pyarrow and what else it loads, importing it takes 430."""


def load_mlflow(purpose: str = "") -> Any:
    """Import MLflow: no usage reports, no chatter, short waits; what the environment sets wins.

    Where it is not installed, `purpose` says what needs it.
    """
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    need("mlflow", purpose or Message("Keeping or reading runs and registered models"))
    first = "mlflow" not in sys.modules
    if first:
        room.need(_MLFLOW)
        _need_home()
    import mlflow

    if first and "MLFLOW_LOGGING_LEVEL" not in os.environ:
        logging.getLogger("mlflow").setLevel(logging.WARNING)
        # What its database says it logs with a traceback and raises as well: `mlflow_errors` makes a sentence of it.
        logging.getLogger("mlflow.store.db.utils").setLevel(logging.CRITICAL)
    return mlflow


def _need_home() -> None:
    """Refuse to import MLflow for a user without a home, as in many a container: its import fails there."""
    try:
        Path.home()
    except RuntimeError as error:
        raise ConfigError(
            "MLflow needs a home folder, and this user has none: set HOME to a folder that can be written."
        ) from error


def named_uri(uri: str | None = None) -> str:
    """Return `uri`, else MLFLOW_TRACKING_URI; empty when neither names an address."""
    return uri or os.environ.get("MLFLOW_TRACKING_URI") or ""


def check_address(uri: str | None = None) -> None:
    """Refuse the address of a server without its scheme: MLflow takes it for a folder, or for a store unknown to it.

    Raises
    ------
    TrackingError
        It is such a one.
    """
    address = named_uri(uri)
    if _BARE_SERVER.fullmatch(address):
        raise TrackingError("{address}: this is no address of MLflow; write http://{address}.", address=address)


_BARE_SERVER = re.compile(r"(?!\w+://)[\w.-]+:\d+(/.*)?")


def tracking_uri(uri: str | None = None) -> str:
    """Return `uri`, else MLFLOW_TRACKING_URI, else the address of the local store."""
    return named_uri(uri) or f"{_SQLITE}{default_store() / 'mlflow.db'}"


def open_store(uri: str | None = None, *, create: bool = True) -> Store:
    """Connect to MLflow.

    Parameters
    ----------
    uri : str, optional
        A server (``http://…``) or a SQLite file (``sqlite:///…``). Default: MLFLOW_TRACKING_URI, else the local store.
    create : bool
        Whether a local store that is not there is made; reading should not make one.

    Raises
    ------
    TrackingError
        The server cannot be reached, or there is no local store to read.
    """
    mlflow = load_mlflow()
    check_address(uri)
    address = tracking_uri(uri)
    database = _database(address)
    if database is not None:
        if not database.exists():
            if not create:
                raise TrackingError(
                    "{database}: there is no MLflow store here; go to the folder that has experiments/store, "
                    "or set MLFLOW_TRACKING_URI.",
                    database=database,
                )
            with mlflow_errors(address):
                _make(database)
        else:
            relocate(database)
    with mlflow_errors(address):
        client = mlflow.MlflowClient(
            tracking_uri=address, registry_uri=os.environ.get("MLFLOW_REGISTRY_URI") or address
        )
        return Store(address, client, _experiment(client, database))


def _database(uri: str) -> Path | None:
    """Return the file of a SQLite address, None for any other."""
    if not uri.startswith(_SQLITE):
        return None
    return Path(uri.removeprefix(_SQLITE).partition("?")[0]).absolute()


def _make(database: Path) -> None:
    """Let MLflow make a store, whole or not at all: with one in which it was interrupted it could not go on."""
    database.parent.mkdir(parents=True, exist_ok=True)
    folder, claim = new_folder(database)
    try:
        fresh = folder / database.name
        load_mlflow().MlflowClient(tracking_uri=f"{_SQLITE}{fresh}").search_experiments(max_results=1)
        with contextlib.suppress(FileExistsError):  # another training made it in between
            os.link(fresh, database)
    finally:
        claim.close()
        shutil.rmtree(folder, ignore_errors=True)


def _experiment(client: MlflowClient, database: Path | None) -> str:
    from mlflow.exceptions import MlflowException

    found = client.get_experiment_by_name(EXPERIMENT)
    if found is None:
        # Beside the database: MLflow's default would be a folder "mlruns" in the working directory.
        place = None if database is None else (database.parent / "artifacts").as_uri()
        try:
            return str(client.create_experiment(EXPERIMENT, artifact_location=place))
        except MlflowException:  # another training made it in between
            found = client.get_experiment_by_name(EXPERIMENT)
            if found is None:
                raise
    return str(found.experiment_id)


def relocate(database: Path) -> None:
    """Point a SQLite store that was moved at the artifacts beside it: MLflow writes down absolute places.

    Only places under the experiment's own old artifact folder change, and only when that folder was beside the
    database in the way that `open_store` lays it out.
    """
    here = (database.parent / "artifacts").as_uri()
    with contextlib.closing(sqlite3.connect(database, timeout=30)) as connection:
        try:
            row = connection.execute(
                "SELECT artifact_location FROM experiments WHERE name = ?", (EXPERIMENT,)
            ).fetchone()
        except sqlite3.DatabaseError as error:
            if "no such table" in str(error):  # another program is just making the store
                return
            raise TrackingError(
                "{database}: not a readable MLflow store ({error}); restore it, or name another with --tracking-uri.",
                database=database,
                error=error,
            ) from error
        if row is None or row[0] == here or not _is_beside_database(row[0]):
            return
        with connection:
            for table, column in _PLACES:
                connection.execute(
                    f"UPDATE {table} SET {column} = ? || substr({column}, ?) "  # noqa: S608 - names from the list above
                    f"WHERE {column} = ? OR substr({column}, 1, ?) = ?",
                    (here, len(row[0]) + 1, row[0], len(row[0]) + 1, row[0] + "/"),
                )


def _is_beside_database(place: str) -> bool:
    return place.startswith("file://") and Path(unquote(urlparse(place).path)).name == "artifacts"


@contextlib.contextmanager
def as_current(store: Store) -> Iterator[None]:
    """Make the store MLflow's current one while the block runs.

    MLflow's own SQL store looks up ``models:/m-…`` at the global address, whatever the client was given.
    """
    mlflow = load_mlflow()
    variable = os.environ.get("MLFLOW_TRACKING_URI")
    before = mlflow.get_tracking_uri() if mlflow.is_tracking_uri_set() else None
    mlflow.set_tracking_uri(store.uri)
    try:
        yield
    finally:
        mlflow.set_tracking_uri(before)
        if variable is None:
            os.environ.pop("MLFLOW_TRACKING_URI", None)
        else:
            os.environ["MLFLOW_TRACKING_URI"] = variable


def download(store: Store, place: str, folder: Path) -> Path:
    """Fetch the artifacts at `place` into `folder` and return where they lie in it."""
    mlflow = load_mlflow()
    with mlflow_errors(place):
        got = mlflow.artifacts.download_artifacts(artifact_uri=place, dst_path=str(folder), tracking_uri=store.uri)
    return Path(got)


@contextlib.contextmanager
def mlflow_errors(where: str, option: str = "") -> Iterator[None]:
    """Turn the errors of MLflow, its database and the network into one `TrackingError` that names `where`.

    The `option` is what commands need so that they speak of the registered model that was asked for.
    """
    import requests
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (MlflowException, requests.RequestException, OSError) as error:
        reason = _reason(error)
        # By its words: whoever copies a folder, and a server, hands on no more of it.
        if any(words in reason for words in _FULL):
            raise TrackingError(
                "{where}: MLflow has no space for its files ({reason}); free some where its artifacts lie, "
                "or in the folder for temporary files.",
                where=where,
                reason=reason,
            ) from error
        if not isinstance(error, MlflowException):
            raise TrackingError(
                "{where}: MLflow cannot be reached ({reason}); check the address and the server.",
                where=where,
                reason=reason,
            ) from error
        if error.error_code == "RESOURCE_DOES_NOT_EXIST" or _is_missing_alias(error):
            raise MissingError(
                "{where}: MLflow has none of this name; 'gxclassify models list{option}' shows what there is, "
                "'gxclassify models register{option}' adds a version.",
                where=where,
                option=option,
            ) from error
        raise TrackingError(
            "{where}: MLflow did not take or give what was asked ({reason}); check the address and the server.",
            where=where,
            reason=reason,
        ) from error
    except SQLAlchemyError as error:  # MLflow lets through what its database says when it is set up
        said = getattr(error, "orig", None) or error
        raise TrackingError(
            "{where}: MLflow's database failed ({reason}); see whether it can be written and the disk has space.",
            where=where,
            reason=textwrap.shorten(str(said), 300, placeholder=" …"),
        ) from error


_FULL = tuple(os.strerror(code) for code in (errno.ENOSPC, errno.EDQUOT))


def _is_missing_alias(error: Any) -> bool:
    # MLflow calls an alias that nobody set an invalid parameter.
    return error.error_code == "INVALID_PARAMETER_VALUE" and "alias" in str(error) and "not found" in str(error)


def _reason(error: BaseException) -> Message:
    """Return what the system said where it started with that, such as "Connection refused", else what MLflow says."""
    said = textwrap.shorten(str(error), 300, placeholder=" …")
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, shutil.Error) and isinstance(cause.args[0], list) and cause.args[0]:  # of a copied folder
            _, place, why = cause.args[0][0]
            said = f"{place}: {why}"
        elif isinstance(cause, OSError) and cause.strerror:
            said = cause.strerror
        cause = cause.__cause__ or cause.__context__
    return Message(said)  # in Chinese where it is the system's


_WHOLE = ("macro_f1", "micro_f1", "map", "subset_accuracy", "calibration_error")
_FOREIGN = re.compile(r"[^\w\-.]")  # of what MLflow takes, not blanks, colons and slashes: each means something there
_LONGEST = 100


def mlflow_names(names: Sequence[str], kind: str) -> dict[str, str]:
    """Return for each of `names`, all different, one that MLflow's keys may hold: itself, or its kind and number.

    >>> mlflow_names(["policy", "体育", "标签（一）.jsonl"], "file")
    {'policy': 'policy', '体育': '体育', '标签（一）.jsonl': 'file3'}
    """
    fitting = {name for name in names if not _FOREIGN.search(name) and len(name) <= _LONGEST}
    short = {}
    for i, name in enumerate(names, 1):
        numbered = f"{kind}{i}"
        while numbered in fitting:
            numbered += "_"
        short[name] = name if name in fitting else numbered
    return short


def name_tags(names: dict[str, str]) -> dict[str, str]:
    """Return the tags that say what `mlflow_names` had to call otherwise."""
    return {f"name.{short}": name for name, short in names.items() if name != short}


def flat_metrics(prefix: str, metrics: Metrics) -> dict[str, float]:
    """Return metrics under names such as ``oof.macro_f1`` and ``oof.f1.policy``."""
    flat = {f"{prefix}.{name}": float(getattr(metrics, name)) for name in _WHOLE}
    names = mlflow_names(list(metrics.per_theme), "theme")
    for theme, own in metrics.per_theme.items():
        flat |= {f"{prefix}.{name}.{names[theme]}": float(value) for name, value in asdict(own).items()}
    return flat


def now() -> int:
    """Return the time as MLflow counts it, in milliseconds."""
    return int(time.time() * 1000)
