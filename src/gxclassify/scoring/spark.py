"""Tag a Spark table: the same model, shipped with the job, on as many cores as there are."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gxclassify.errors import ConfigError
from gxclassify.extras import need
from gxclassify.loading import model_folder
from gxclassify.messages import Message
from gxclassify.model.bundle import DESCRIPTION, WEIGHTS
from gxclassify.model.model import Model

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

SCHEMA = "tags array<string>, scores map<string, double>"
# The models that this Python worker has loaded, by digest and thresholds; Spark keeps its workers from task to task.
_loaded: dict[tuple[str, tuple[tuple[str, float], ...]], Model] = {}


@dataclass(frozen=True, slots=True)
class _Shipped:
    """A bundle on its way to the workers: its digest and the bytes of its files."""

    digest: str
    files: dict[str, bytes]
    thresholds: dict[str, float]

    def model(self) -> Model:
        """Return the model, loaded and verified once in each Python worker."""
        key = (self.digest, tuple(sorted(self.thresholds.items())))
        if key not in _loaded:
            with tempfile.TemporaryDirectory() as folder:
                for name, content in self.files.items():
                    (Path(folder) / name).write_bytes(content)
                _loaded[key] = Model.load(folder).with_thresholds(self.thresholds)
        return _loaded[key]


def tag(
    df: DataFrame,
    text: str = "text",
    model: Model | str | Path | None = None,
    *,
    tags: str = "tags",
    scores: str = "scores",
    thresholds: dict[str, float] | None = None,
) -> DataFrame:
    """Add the themes and probabilities of a column of texts to a Spark table.

    The bundle travels inside the job, so the workers need this package but no shared disk and no network. A row whose
    text is null gets nulls.

    Parameters
    ----------
    df : pyspark.sql.DataFrame
    text : str
        The column with one paragraph a row.
    model : Model, str or Path, optional
        A model, or what `load_model` takes; read on the driver.
    tags, scores : str
        The names of the new columns: ``array<string>`` and ``map<string, double>`` of every theme's probability.
    thresholds : dict of theme id to probability, optional
        Replace the model's.

    Returns
    -------
    pyspark.sql.DataFrame
        Lazy, as all of Spark's tables.

    Raises
    ------
    ConfigError
        `df` lacks the text column, holds something else than texts in it, or has columns of the new names already.
    ModelError
        The model is missing, damaged or refused.
    """
    need("pyspark", "Tagging a Spark data frame")
    from pyspark.sql.functions import col
    from pyspark.sql.pandas.functions import arrow_udf

    _check_columns(df, text, (tags, scores))
    shipped = _ship(model, thresholds or {})
    score = arrow_udf(_scorer(shipped), SCHEMA)  # type: ignore[call-overload]  # its hints want the kind of function
    # Not deterministic: else the optimiser may score every text twice, once for each field that is taken.
    both = score.asNondeterministic()(col(f"`{text}`"))
    named = df.withColumn("_gxclassify", both)
    return named.select(
        *(col(f"`{name}`") for name in df.columns),
        col("_gxclassify.tags").alias(tags),
        col("_gxclassify.scores").alias(scores),
    )


def _check_columns(df: DataFrame, text: str, new: Sequence[str]) -> None:
    types = dict(df.dtypes)
    if types.get(text) != "string":
        found = (
            Message("its type is {type}", type=types[text])
            if text in types
            else Message("there are {types}", types=[*types])
        )
        raise ConfigError(
            "The table must have a column {text!r} of texts; {found}. Name it with text=.", text=text, found=found
        )
    for name in new:
        if name in types:
            raise ConfigError(
                "The table has a column {name!r} already; name the new columns with tags= and scores=.", name=name
            )


def _ship(address: Model | str | Path | None, thresholds: dict[str, float]) -> _Shipped:
    """Read the bundle's bytes; that the model loads and knows the themes shows here, not on the cluster."""
    if isinstance(address, Model):
        with tempfile.TemporaryDirectory() as own:
            address.save(Path(own) / "model")
            return _ship(Path(own) / "model", thresholds)
    folder = model_folder(address)
    model = Model.load(folder).with_thresholds(thresholds)
    return _Shipped(model.digest, {name: (folder / name).read_bytes() for name in (DESCRIPTION, WEIGHTS)}, thresholds)


def _scorer(shipped: _Shipped) -> Callable[[Iterator[pa.Array]], Iterator[pa.Array]]:
    import pyarrow as pa

    # Spark sends this function by value and the bundle with it; above a megabyte Spark broadcasts both by itself.
    def score(batches):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - see below
        model = shipped.model()
        for texts in batches:
            yield score_array(model, texts)

    # Spark tells the kind of function by these, and cannot evaluate the annotations of this module, which are texts.
    score.__annotations__ = {"batches": Iterator[pa.Array], "return": Iterator[pa.Array]}
    return score


def score_array(model: Model, texts: pa.Array) -> pa.StructArray:
    """Return the tags and scores of an Arrow array of strings as one struct array of the same length."""
    import pyarrow as pa

    missing = texts.is_null().to_numpy(zero_copy_only=False)
    probabilities = model.predict_proba(texts.drop_null().to_pylist())
    tagged = model.decide(probabilities)
    themes = np.array(model.themes, dtype=object)
    row, theme = np.nonzero(tagged)
    counts = np.zeros(len(missing), dtype=np.int64)
    counts[~missing] = np.bincount(row, minlength=len(tagged))
    tags = pa.ListArray.from_arrays(_offsets(counts, missing), pa.array(themes[theme], pa.string()))
    sizes = np.where(missing, 0, len(themes))
    keys = pa.array(np.tile(themes, len(probabilities)), pa.string())
    scores = pa.MapArray.from_arrays(_offsets(sizes, missing), keys, pa.array(probabilities.ravel(), pa.float64()))
    return pa.StructArray.from_arrays([tags, scores], ["tags", "scores"])


def _offsets(counts: np.ndarray[Any, Any], missing: np.ndarray[Any, Any]) -> pa.Array:
    """Return where each row's entries start, and the end of the last; null where the row is."""
    import pyarrow as pa

    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return pa.array(offsets, pa.int32(), mask=np.append(missing, False))  # the end is never null
