"""The model as MLflow loads it: this source file lies beside the bundle, and MLflow runs it. No pickle is involved."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from mlflow.exceptions import MlflowException
from mlflow.models import set_model
from mlflow.pyfunc.model import PythonModel

import gxclassify
from gxclassify.errors import ConfigError

COLUMN = "text"


class ThemeModel(PythonModel):
    """Tag texts by theme.

    It takes a text, a list of texts, a Series, an array, or a table with the column ``text`` or one column alone, and
    gives a table with the columns ``tags``, ``scores``, ``review``, ``model`` and, when asked for, ``evidence``.
    """

    def load_context(self, context: Any) -> None:
        """Read and verify the bundle."""
        self.model = gxclassify.load_model(context.artifacts["bundle"])

    def predict(self, context: Any, model_input: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:  # noqa: ARG002 - MLflow's signature
        """Return one row for each text; `params` are ``evidence`` (bool) and ``thresholds`` ({theme: probability})."""
        options = params or {}
        texts = texts_of(model_input)
        evidence = bool(options.get("evidence"))
        model = self._with_thresholds(options.get("thresholds") or {})
        names = ["tags", "scores", "review", "model", *(["evidence"] if evidence else [])]
        rows = [paragraph.to_json() for paragraph in model.tag(texts, evidence=evidence)]
        return pd.DataFrame([[row[name] for name in names] for row in rows], columns=names)

    def _with_thresholds(self, thresholds: dict[str, float]) -> gxclassify.Model:
        if not thresholds:  # a copy would build anew what the model keeps to score fast
            return self.model
        try:
            return self.model.with_thresholds(thresholds)
        except ConfigError as error:
            raise MlflowException.invalid_parameter_value(str(error)) from error


def texts_of(data: Any) -> list[str]:
    """Return the texts of any form of input that MLflow hands over.

    Raises
    ------
    MlflowException
        A table has several columns and none is called ``text``, or a row is no text.
    """
    if isinstance(data, pd.DataFrame):
        data = _column({str(name): data.iloc[:, i] for i, name in enumerate(data.columns)})
    elif isinstance(data, dict):
        data = _column(data)
    if isinstance(data, str):
        data = [data]
    rows = np.asarray(data, dtype=object).reshape(-1).tolist() if isinstance(data, np.ndarray) else list(data)
    return [_text(i, row) for i, row in enumerate(rows)]


def _column(columns: dict[str, Any]) -> Any:
    if COLUMN in columns:
        return columns[COLUMN]
    if len(columns) != 1:
        names = ", ".join(columns) or "none"
        msg = f"The input must have a column {COLUMN!r}, or one column alone. Got the columns {names}."
        raise MlflowException.invalid_parameter_value(msg)
    return next(iter(columns.values()))


def _text(i: int, row: Any) -> str:
    if isinstance(row, dict):
        row = _column(row)
    if isinstance(row, np.ndarray):
        row = row.reshape(-1).tolist()
    if isinstance(row, (list, tuple)) and len(row) == 1:
        row = row[0]
    if not isinstance(row, str):
        msg = f"Each row must be a text. Row {i} is {row!r:.60}."
        raise MlflowException.invalid_parameter_value(msg)
    return str(row)


set_model(ThemeModel())
