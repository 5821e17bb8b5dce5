"""Columns of Arrow by themselves, and a small Spark in this process."""

from __future__ import annotations

import os
import shutil
import sys
import warnings
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

import gxclassify as gx
from gxclassify.errors import ConfigError, ModelError
from gxclassify.scoring.spark import score_array, tag
from gxclassify.tracking.registry import promote, register
from support import require

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gxclassify.model.model import Model

TEXTS = ["园区污水处理厂完成提标改造，日处理3万吨。", "管委会印发《扶持办法》，最高奖励5万元。", "合唱团排练到很晚。"]


def expected(model: Model, texts: list[str]) -> list[dict[str, object]]:
    probabilities = model.predict_proba(texts)
    tagged = model.decide(probabilities)
    return [
        {
            "tags": [model.themes[t] for t in row.nonzero()[0]],
            "scores": dict(zip(model.themes, scores.tolist(), strict=True)),
        }
        for row, scores in zip(tagged, probabilities, strict=True)
    ]


def as_dicts(column: pa.StructArray) -> list[dict[str, object]]:
    return [
        {"tags": row["tags"], "scores": None if row["scores"] is None else dict(row["scores"])}
        for row in column.to_pylist()
    ]


def test_a_column_has_the_models_tags_and_scores(tiny_model: Model):
    assert as_dicts(score_array(tiny_model, pa.array(TEXTS))) == expected(tiny_model, TEXTS)


@pytest.mark.parametrize("place", [0, 1, 3])
def test_a_null_text_has_nulls_and_leaves_its_neighbours_alone(tiny_model: Model, place: int):
    texts: list[str | None] = list(TEXTS)
    texts.insert(place, None)
    rows = as_dicts(score_array(tiny_model, pa.array(texts)))
    assert rows.pop(place) == {"tags": None, "scores": None}
    assert rows == expected(tiny_model, TEXTS)


@pytest.mark.parametrize("texts", [[], [None, None]])
def test_columns_without_any_text(tiny_model: Model, texts: list[None]):
    column = score_array(tiny_model, pa.array(texts, pa.string()))
    assert as_dicts(column) == [{"tags": None, "scores": None}] * len(texts)


def test_a_slice_of_a_column_is_scored_as_such(tiny_model: Model):
    column = pa.array(["无关", None, *TEXTS])[2:]
    assert as_dicts(score_array(tiny_model, column)) == expected(tiny_model, TEXTS)


# ---- with Spark


@pytest.fixture(scope="module")
def spark() -> Iterator[object]:
    require(shutil.which("java"), "Java is not installed")
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pyspark about pandas, and about itself
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        from pyspark.sql import SparkSession  # noqa: PLC0415 - costs seconds

        builder = SparkSession.builder.master("local[1]").appName("tests")
        for key, value in {"ui.enabled": "false", "driver.host": "127.0.0.1", "sql.shuffle.partitions": "1"}.items():
            builder = builder.config(f"spark.{key}", value)
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("OFF")
        yield session
        session.stop()


integration = pytest.mark.integration
quiet = pytest.mark.filterwarnings("ignore")  # pyspark, py4j and pandas warn of each other


@integration
@quiet
def test_a_table_gets_the_columns_beside_its_own(spark, tiny_bundle: Path):
    table = spark.createDataFrame([(1, None), *enumerate(TEXTS, 2)], "id long, text string")
    rows = sorted(tag(table, model=tiny_bundle).collect(), key=lambda row: row.id)
    assert [row.asDict()["text"] for row in rows] == [None, *TEXTS]
    assert (rows[0].tags, rows[0].scores) == (None, None)
    assert [{"tags": row.tags, "scores": row.scores} for row in rows[1:]] == expected(gx.load_model(tiny_bundle), TEXTS)


@integration
@quiet
def test_columns_and_thresholds_can_be_named(spark, tiny_bundle: Path):
    table = spark.createDataFrame([(TEXTS[0], "x")], "`the text` string, tags string")
    tagged = tag(
        table, text="the text", model=tiny_bundle, tags="themes", scores="p", thresholds={"policy": 0.0}
    )  # fmt: skip
    [row] = tagged.collect()
    assert tagged.columns == ["the text", "tags", "themes", "p"]
    assert "policy" in row.themes


@integration
@quiet
def test_a_model_may_be_given_as_it_is(spark, tiny_bundle: Path):
    model = gx.load_model(tiny_bundle).with_thresholds({"policy": 0.0})
    [row] = tag(spark.createDataFrame([(TEXTS[0],)], "text string"), model=model).collect()
    assert [{"tags": row.tags, "scores": row.scores}] == expected(model, TEXTS[:1])


@integration
@quiet
def test_each_text_is_scored_once_though_two_columns_come_of_it(spark, tiny_bundle: Path):
    table = spark.createDataFrame([(TEXTS[0],)], "text string")
    plan = tag(table, model=tiny_bundle)._jdf.queryExecution().executedPlan().toString()
    assert plan.count("ArrowEvalPython") == 1
    assert "pythonUDF1" not in plan


@integration
@quiet
@pytest.mark.parametrize(
    ("schema", "options", "message"),
    [
        ("body string", {}, "must have a column 'text' of texts; there are body"),
        ("text long", {}, "its type is bigint"),
        ("text string, tags string", {}, "has a column 'tags' already"),
        ("text string", {"thresholds": {"sport": 0.1}}, "no theme 'sport'"),
    ],
)
def test_a_table_that_does_not_fit_is_refused_before_the_job(spark, tiny_bundle, schema, options, message):
    with pytest.raises(ConfigError, match=message):
        tag(spark.createDataFrame([], schema), model=tiny_bundle, **options)


@integration
@quiet
def test_a_missing_model_is_refused_before_the_job(spark, tmp_path: Path):
    with pytest.raises(ModelError, match="no model here"):
        tag(spark.createDataFrame([], "text string"), model=tmp_path / "none")


@integration
@quiet
@pytest.mark.slow
def test_mlflows_own_udf_works_over_the_registered_model(spark, tiny_bundle: Path, tmp_path: Path, monkeypatch):
    import mlflow  # noqa: PLC0415 - costs seconds

    address = f"sqlite:///{tmp_path}/mlflow.db"
    register(str(tiny_bundle), uri=address)
    promote(uri=address)
    monkeypatch.setenv("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")
    mlflow.set_tracking_uri(address)
    try:
        udf = mlflow.pyfunc.spark_udf(spark, "models:/gxclassify@champion", env_manager="local")
        table = spark.createDataFrame([(text,) for text in TEXTS], "text string")
        rows = [row.out for row in table.withColumn("out", udf("text")).collect()]
    finally:
        mlflow.set_tracking_uri(None)
        os.environ.pop("MLFLOW_TRACKING_URI", None)
    assert [row.tags for row in rows] == [row["tags"] for row in expected(gx.load_model(tiny_bundle), TEXTS)]
