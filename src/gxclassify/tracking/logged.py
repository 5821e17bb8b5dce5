"""A bundle as a model of MLflow: one that its servers, its Spark UDF and its Python API load without any pickle."""

from __future__ import annotations

import importlib.metadata
import shutil
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gxclassify.errors import TrackingError
from gxclassify.files import PACKAGE, copy_folder
from gxclassify.model.bundle import read_description

if TYPE_CHECKING:
    from gxclassify.tracking.store import Store

BUNDLE_PATH = "artifacts/bundle"
"""Where the bundle lies inside a logged model."""

MODEL_NAME = "gxclassify"
EXAMPLE = "济宁高新区新签约项目12个，总投资38亿元。"
DIGEST_TAG = "model_digest"

INPUTS = None
"""No input schema on purpose; the model checks its input itself.

MLflow 3.17 enforces a named column before the model is asked and then refuses ``predict(["…"])``; an unnamed one
refuses ``{"inputs": {"text": […]}}`` and takes a table's first column whatever it holds. Without one, every Python
form and every payload of the scoring protocol reaches the model, which takes the column ``text`` or the only one.
"""

ABOUT_INPUTS = "a column of strings called `text`, one column alone, or a list, array or Series of strings"
"""What the logged model's metadata say in place of a schema."""


def log_bundle(store: Store, run: str, bundle: Path, *, params: Mapping[str, str], metrics: Mapping[str, float]) -> str:
    """Log the bundle as a model of `run`, unless the run has it already, and return the model's id."""
    from mlflow.entities import LoggedModelOutput, LoggedModelStatus, Metric
    from mlflow.models import Model as MlflowModel

    from gxclassify.tracking.store import now

    client = store.client
    digest = read_description(bundle)["checksum"]
    begun = [
        logged
        for logged in client.search_logged_models([store.experiment], f"source_run_id = '{run}'")
        if logged.tags.get(DIGEST_TAG) == digest
    ]
    for logged in begun:
        if logged.status == LoggedModelStatus.READY:
            return str(logged.model_id)
    # One that was begun before a full disk or a kill is gone on with, so that its files are not there twice.
    logged = (
        begun[0]
        if begun
        else client.create_logged_model(
            store.experiment, name=MODEL_NAME, source_run_id=run, tags={DIGEST_TAG: digest}, params=dict(params)
        )
    )
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "model"
        description = MlflowModel(
            artifact_path=logged.artifact_location, run_id=run, model_uuid=logged.model_id, model_id=logged.model_id
        )
        save_pyfunc(folder, bundle, mlflow_model=description)
        client.log_model_artifacts(logged.model_id, str(folder))
    client.log_outputs(run, [LoggedModelOutput(logged.model_id, 0)])
    time = now()
    entities = [Metric(name, value, time, 0, model_id=logged.model_id, run_id=run) for name, value in metrics.items()]
    if entities:
        client.log_batch(run, metrics=entities)
    client.finalize_logged_model(logged.model_id, LoggedModelStatus.READY)
    return str(logged.model_id)


def find_logged(store: Store, where: str, digest: str) -> tuple[str, str] | None:
    """Return the run and id of a whole logged model with this digest among those that `where` selects."""
    from mlflow.entities import LoggedModelStatus

    for logged in store.client.search_logged_models([store.experiment], where):
        if logged.status == LoggedModelStatus.READY and logged.tags.get(DIGEST_TAG) == digest and logged.source_run_id:
            return str(logged.source_run_id), str(logged.model_id)
    return None


def save_pyfunc(folder: Path, bundle: Path, *, mlflow_model: Any = None) -> None:
    """Write `bundle` to `folder` as a model of MLflow's ``pyfunc`` flavour, made from code.

    What is saved is the bundle, the source file ``pyfunc_model.py`` and, when this package did not come from an
    index, its source: no pickle, so that the model loads where unpickling is forbidden.
    """
    from gxclassify.tracking.store import load_mlflow

    mlflow = load_mlflow()
    import pandas as pd

    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings():
        # MLflow recommends type hints from which it would infer a signature that refuses half of its own protocol.
        warnings.filterwarnings("ignore", message=".*[Tt]ype hint", category=UserWarning)
        requirements, code = _origin()
        if code is not None:  # compiled files are code of one Python alone
            plain = shutil.ignore_patterns("__pycache__")
            code = [str(copy_folder(path, Path(scratch) / "code" / Path(path).name, ignore=plain)) for path in code]
        # MLflow keeps a folder under its own last name.
        named = copy_folder(bundle, Path(scratch) / Path(BUNDLE_PATH).name)
        mlflow.pyfunc.save_model(
            str(folder),
            python_model=str(Path(__file__).with_name("pyfunc_model.py")),
            artifacts={"bundle": str(named)},
            signature=signature([theme["id"] for theme in read_description(bundle)["themes"]]),
            input_example=pd.DataFrame({"text": [EXAMPLE]}),
            pip_requirements=requirements,
            metadata={"inputs": ABOUT_INPUTS},
            code_paths=code,
            mlflow_model=mlflow_model,
        )


def _origin() -> tuple[list[str], list[str] | None]:
    """Return what pip must install for the model, and the source to send along when no index has this package."""
    try:
        package = importlib.metadata.distribution("gxclassify")
        around = [f"{name}=={importlib.metadata.version(name)}" for name in ("mlflow", "pandas")]  # loads and calls it
    except importlib.metadata.PackageNotFoundError as error:
        raise TrackingError(
            "{name}: what pip wrote of its installation cannot be read, and MLflow keeps a model's requirements by it; "
            "install it with pip once more.",
            name=error.name,
        ) from error
    if package.read_text("direct_url.json") is None:  # pip writes it for every package that is from no index
        return [f"gxclassify=={package.version}", *around], None
    return [line for line in package.requires or () if "extra ==" not in line] + around, [str(PACKAGE)]


def signature(themes: list[str]) -> Any:
    """Return what the model takes and gives: texts, a threshold for each theme, and evidence when asked for."""
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, DataType, ParamSchema, ParamSpec, Schema, TensorSpec
    from mlflow.types.schema import Array, Map, Object, Property

    thresholds = Object([Property(theme, DataType.double, required=False) for theme in themes])
    outputs: list[ColSpec | TensorSpec] = [
        ColSpec(Array(DataType.string), "tags"),
        ColSpec(Map(DataType.double), "scores"),
        ColSpec(DataType.boolean, "review"),
        ColSpec(DataType.string, "model"),
    ]
    params = [ParamSpec("evidence", DataType.boolean, default=False), ParamSpec("thresholds", thresholds, default={})]
    return ModelSignature(inputs=INPUTS, outputs=Schema(outputs), params=ParamSchema(params))
