"""The logged model, loaded by MLflow itself with unpickling forbidden."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import gxclassify as gx
from gxclassify.tracking.logged import save_pyfunc
from gxclassify.tracking.wheel import pack_wheel

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
        ([3], "Row 0 is int"),
        ([None], "Row 0 is None"),
        (pd.DataFrame({"id": ["1"], "body": ["招商"]}), "must be a column 'text'"),
    ],
)
def test_what_is_no_text_is_refused_in_one_sentence(loaded, data, message):
    from mlflow.exceptions import MlflowException  # noqa: PLC0415 - as above

    with pytest.raises(MlflowException, match=message):
        loaded.predict(data)


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
    kinds = {path.suffix for path in saved.rglob("*") if path.is_file() and path.name != "registered_model_meta"}
    assert kinds <= {"", ".json", ".npz", ".py", ".yaml", ".txt", ".whl", ".md"}


def test_the_requirements_are_a_wheel_beside_the_model(saved: Path):
    requirements = (saved / "requirements.txt").read_text().split()
    [wheel] = [line for line in requirements if "gxclassify" in line]
    assert (saved / wheel).is_file()


def test_pip_installs_the_wheel_and_it_predicts(tmp_path: Path):
    wheel = pack_wheel(tmp_path)
    target = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--quiet", "--target", target, wheel]
    subprocess.run(pip, check=True, capture_output=True, timeout=120)
    code = "import gxclassify as gx; print(gx.__file__); print(len(gx.load_model().themes))"
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(target), "PATH": "/usr/bin:/bin"}, cwd=tmp_path,
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    place, themes = done.stdout.splitlines()
    assert Path(place).is_relative_to(target)
    assert int(themes) >= 1


def test_the_same_package_gives_the_same_wheel(tmp_path: Path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert pack_wheel(tmp_path / "a").read_bytes() == pack_wheel(tmp_path / "b").read_bytes()


def test_the_wheel_records_every_file(tmp_path: Path):
    with zipfile.ZipFile(pack_wheel(tmp_path)) as archive:
        [record] = [name for name in archive.namelist() if name.endswith("/RECORD")]
        recorded = {line.rsplit(",", 2)[0] for line in archive.read(record).decode().splitlines()}
        assert recorded == set(archive.namelist())
