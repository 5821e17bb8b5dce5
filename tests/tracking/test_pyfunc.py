"""The logged model, loaded by MLflow itself with unpickling forbidden."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import gxclassify as gx
from gxclassify.errors import TrackingError
from gxclassify.tracking.logged import _origin, save_pyfunc
from gxclassify.tracking.store import load_mlflow
from support import PATIENCE

TEXTS = ["园区污水处理厂完成提标改造，日处理3万吨。", "管委会印发《扶持办法》，最高奖励5万元。"]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory, tiny_bundle: Path) -> Path:
    folder = tmp_path_factory.mktemp("pyfunc") / "model"
    save_pyfunc(folder, tiny_bundle)
    return folder


@pytest.fixture(scope="module")
def loaded(saved: Path):
    import mlflow  # noqa: PLC0415 - costs seconds that only this module pays

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")
        return mlflow.pyfunc.load_model(str(saved))


@pytest.fixture(scope="module")
def expected(tiny_bundle: Path) -> list[list[str]]:
    return [list(p.tags) for p in gx.load_model(tiny_bundle).tag(TEXTS)]


@pytest.mark.parametrize(
    "form",
    [
        lambda t: t,
        tuple,
        np.array,
        pd.Series,
        lambda t: pd.Series(t, name="anything", index=[7, 3]),
        lambda t: pd.DataFrame({"text": t}),
        lambda t: pd.DataFrame({"anything": t}),
        lambda t: pd.DataFrame({"id": ["1", "2"], "text": t}),
        lambda t: {"text": t},
        lambda t: [{"text": one} for one in t],
    ],
    ids=["list", "tuple", "array", "series", "named series", "table", "one column", "columns", "dict", "records"],
)
def test_it_takes_every_form_of_input(loaded, expected, form):
    assert loaded.predict(form(TEXTS))["tags"].tolist() == expected


def test_it_takes_one_text(loaded, expected):
    assert loaded.predict(TEXTS[0])["tags"].tolist() == expected[:1]


def test_no_text_gives_an_empty_table_with_the_columns(loaded):
    assert list(loaded.predict([]).columns) == ["tags", "scores", "review", "model"]


def test_thresholds_can_be_overridden_for_a_call(loaded):
    assert loaded.predict(TEXTS, params={"thresholds": {"policy": 0.0}})["tags"].map(lambda t: "policy" in t).all()


def test_evidence_comes_when_asked_for(loaded, expected):
    table = loaded.predict(TEXTS, params={"evidence": True})
    assert [sorted(marks) for marks in table["evidence"]] == [sorted(tags) for tags in expected]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([3], "Row 0 is a number"),
        (pd.DataFrame({"id": ["1"], "body": ["招商"]}), "must be a column 'text'"),
    ],
)
def test_what_is_no_text_is_refused_in_one_sentence(loaded, data, message):
    from mlflow.exceptions import MlflowException  # noqa: PLC0415 - as above

    with pytest.raises(MlflowException, match=message):
        loaded.predict(data)


@pytest.mark.parametrize("null", [None, float("nan"), pd.NA], ids=str)
def test_a_null_keeps_its_row_and_the_index_stays(loaded, null):
    table = pd.DataFrame({"text": ["园区新签约12个项目", null]}, index=[7, 3])
    found = loaded.predict(table)
    assert found.index.tolist() == [7, 3]
    assert found["tags"][7] == loaded.predict(["园区新签约12个项目"])["tags"][0]
    assert (found["tags"][3], found["review"][3]) == ([], False)
    assert set(found["scores"][3].values()) == {None}
    assert list(map(bool, loaded.predict([null, "园区新签约12个项目"])["tags"])) == [False, True]


def test_a_threshold_out_of_range_is_refused(loaded):
    from mlflow.exceptions import MlflowException  # noqa: PLC0415 - as above

    with pytest.raises(MlflowException, match="must lie in 0"):
        loaded.predict(TEXTS, params={"thresholds": {"policy": 2.0}})


def test_the_signature_tells_outputs_and_params(loaded):
    signature = loaded.metadata.signature
    assert signature.outputs.input_names() == ["tags", "scores", "review", "model"]
    assert [param.name for param in signature.params] == ["evidence", "thresholds"]
    assert "a column of strings called `text`" in loaded.metadata.metadata["inputs"]


def test_nothing_in_the_saved_model_is_a_pickle(saved: Path):
    # What Python compiles where the model is loaded, in the tests before, is none of what was saved.
    files = {path.relative_to(saved) for path in saved.rglob("*") if path.is_file() and path.suffix != ".pyc"}
    beside = {path for path in files if path.parts[0] != "code" and path.name != "registered_model_meta"}
    assert {path.suffix for path in beside} <= {"", ".json", ".npz", ".py", ".yaml", ".txt", ".md"}
    package = Path(gx.__file__).parents[1]
    sources = {p.relative_to(package) for p in package.glob("gxclassify/**/*") if p.is_file() and p.suffix != ".pyc"}
    assert {path.relative_to("code") for path in files - beside} == sources


def test_the_requirements_are_those_of_the_package(saved: Path):
    names = {re.split(r"[^\w.-]", line)[0] for line in (saved / "requirements.txt").read_text().splitlines()}
    assert {"rjieba", "numpy", "mlflow"} <= names
    assert not names & {"gxclassify", "pytest", "pyspark"}


_FRESH = """
import importlib.util, sys
model, hidden, text = sys.argv[1:]
sys.path = [entry for entry in sys.path if entry not in hidden.split(":")]
spec = importlib.util.find_spec("gxclassify")  # an editable installation leaves its data, without any module
assert spec is None or spec.origin is None, spec
import mlflow
model = mlflow.pyfunc.load_model(model)
import gxclassify
print(gxclassify.__file__)
print(model.predict([text])["tags"].tolist())
"""


def test_it_loads_where_the_package_is_not_installed(saved: Path, expected, tmp_path: Path):
    links = [file for entry in sys.path for file in Path(entry).glob("*gxclassify*.pth")]
    hidden = [str(Path(gx.__file__).parents[1]), *(line for file in links for line in file.read_text().splitlines())]
    done = subprocess.run(
        [sys.executable, "-B", "-W", "ignore", "-c", _FRESH, saved, ":".join(hidden), TEXTS[0]],
        env={"PATH": "/usr/bin:/bin", "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false"}, cwd=tmp_path,
        capture_output=True, text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    place, tags = done.stdout.splitlines()
    assert Path(place).is_relative_to(saved / "code")
    assert ast.literal_eval(tags) == expected[:1]


def test_a_package_from_an_index_is_asked_for_by_version(monkeypatch: pytest.MonkeyPatch):
    class FromIndex:
        version = "1.2.3"

        def read_text(self, name: str) -> None:
            assert name == "direct_url.json"

    monkeypatch.setattr("importlib.metadata.distribution", lambda _: FromIndex())
    requirements, code = _origin()
    assert (requirements[0], code) == ("gxclassify==1.2.3", None)
    assert [line.partition("==")[0] for line in requirements[1:]] == ["mlflow", "pandas"]


def test_packages_that_cannot_be_listed_are_told_in_a_sentence(tmp_path, tiny_bundle, monkeypatch):
    def unlisted(name):
        raise importlib.metadata.PackageNotFoundError(name)

    load_mlflow()  # what it is made of it looks up as it is imported, and would be in pieces from then on
    monkeypatch.setattr(importlib.metadata, "distribution", unlisted)
    with pytest.raises(TrackingError, match="gxclassify: what pip wrote of its installation cannot be read"):
        save_pyfunc(tmp_path / "model", tiny_bundle)
