"""A small training, and a folder whose MLflow store has it; made once, copied for each test that wants one."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gxclassify.config import Config
from gxclassify.experiments.training import train_model
from gxclassify.tracking.run import log_training
from gxclassify.tracking.store import open_store
from support import tiny_records, write_jsonl

if TYPE_CHECKING:
    from gxclassify.evaluation.report import TrainingResult

SETTINGS = {"classifier.folds": 2, "features.char_max": 2}


@pytest.fixture(scope="session")
def quick_config() -> Config:
    return Config().with_values(SETTINGS, "tests")


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory, quick_config: Config) -> TrainingResult:
    folder = tmp_path_factory.mktemp("trained")
    train = write_jsonl(folder / "train.jsonl", tiny_records())
    test = write_jsonl(folder / "held_out.jsonl", tiny_records(2))
    return train_model(
        [train], folder / "model", quick_config, search={"classifier.C": [0.5, 1.0]}, evaluate=[test], learning=True
    )


@pytest.fixture(scope="session")
def logged_once(tmp_path_factory: pytest.TempPathFactory, trained: TrainingResult) -> tuple[Path, str]:
    """The folder with ``experiments/store`` and the id of the run in it."""
    folder = tmp_path_factory.mktemp("logged")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        run = log_training(trained, name="first")
    return folder, run


@pytest.fixture(scope="session")
def empty_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty store: to make one takes seconds, to copy it does not."""
    folder = tmp_path_factory.mktemp("empty")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        open_store()
    return folder


@pytest.fixture
def with_store(workplace: Path, empty_once: Path) -> Path:
    """The empty working directory, with an empty store in it."""
    shutil.copytree(empty_once / "experiments", workplace / "experiments")
    return workplace


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, with a cache of its own and no MLflow server in the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GXCLASSIFY_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    return tmp_path


@pytest.fixture
def logged(workplace: Path, logged_once: tuple[Path, str]) -> str:
    """The id of a run in the store of the working directory, a copy that the test may change."""
    folder, run = logged_once
    shutil.copytree(folder / "experiments", workplace / "experiments")
    return run


# MLflow's and SQLAlchemy's own business with each other; nothing here can mend it.
_FOREIGN = ("ignore::sqlalchemy.exc.SADeprecationWarning", "ignore::sqlalchemy.exc.SAWarning")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            for warning in _FOREIGN:
                item.add_marker(pytest.mark.filterwarnings(warning))
