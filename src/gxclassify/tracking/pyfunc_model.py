"""The model as MLflow loads it: this source file lies beside the bundle, and MLflow runs it. No pickle is involved."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from mlflow.exceptions import MlflowException
from mlflow.models import set_model
from mlflow.pyfunc.model import PythonModel

import gxclassify
from gxclassify.errors import ConfigError, InputError
from gxclassify.model import is_null, texts_of


class ThemeModel(PythonModel):
    """Tag texts by theme.

    It takes a text, a list of texts, a Series, an array, or a table with the column ``text`` or one column alone, and
    gives a table with the columns ``tags``, ``scores``, ``review``, ``model`` and, when asked for, ``evidence``.
    """

    def load_context(self, context: Any) -> None:
        """Read and verify the bundle."""
        self.model = gxclassify.load_model(context.artifacts["bundle"])

    def predict(self, context: Any, model_input: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:  # noqa: ARG002 - MLflow's signature
        """Return one row for each text, under its index; a null has no tags, and None for every score.

        `params` are ``evidence`` (bool) and ``thresholds`` ({theme: probability}).
        """
        options = params or {}
        rows = _texts(model_input)
        evidence = bool(options.get("evidence"))
        model = self._with_thresholds(options.get("thresholds") or {})
        names = ["tags", "scores", "review", "model", *(["evidence"] if evidence else [])]
        tagged = [paragraph.to_json() for paragraph in model.tag(rows, evidence=evidence)]
        values = [[row[name] for name in names] for row in tagged]
        index = model_input.index if isinstance(model_input, (pd.DataFrame, pd.Series)) else None
        return pd.DataFrame(values, columns=names, index=index)

    def _with_thresholds(self, thresholds: dict[str, float]) -> gxclassify.Model:
        if not thresholds:  # a copy would build anew what the model keeps to score fast
            return self.model
        try:
            return self.model.with_thresholds(thresholds)
        except ConfigError as error:
            raise MlflowException.invalid_parameter_value(str(error)) from error


def _texts(data: Any) -> list[str | None]:
    """Return the texts of any form of input that MLflow hands over, None for a null."""
    if isinstance(data, pd.DataFrame):
        wanted = data[["text"]] if "text" in data.columns else data  # the others may be many
        data = {str(name): wanted.iloc[:, i] for i, name in enumerate(wanted.columns)}
    try:
        return texts_of(_plain(data))
    except InputError as error:
        raise MlflowException.invalid_parameter_value(str(error)) from error


def _plain(value: Any) -> Any:
    """Return arrays and Series, at any depth, as lists, and nulls as None."""
    if is_null(value):
        return None
    if isinstance(value, (np.ndarray, pd.Series)):
        value = np.asarray(value, dtype=object).reshape(-1).tolist()
    if isinstance(value, dict):
        return {name: _plain(own) for name, own in value.items()}
    return [_plain(own) for own in value] if isinstance(value, (list, tuple)) else value


set_model(ThemeModel())
