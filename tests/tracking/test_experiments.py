from __future__ import annotations

from pathlib import Path

import pytest

from gxclassify.errors import ConfigError, LabelError, TrackingError
from gxclassify.experiments.files import experiments_table, load_experiment
from gxclassify.experiments.training import run_experiments, run_one
from gxclassify.messages import speaking
from gxclassify.tracking.store import open_store
from support import run, tiny_records, write_jsonl

QUICK = "[classifier]\nfolds = 2\n[features]\nchar_max = 2\n"


@pytest.fixture
def laboratory(with_store: Path) -> Path:
    """A working directory with labels and two experiment files."""
    write_jsonl(with_store / "labels" / "train" / "a.jsonl", tiny_records())
    write_jsonl(with_store / "labels" / "test" / "b.jsonl", tiny_records(2))
    plain = f'name = "plain"\nabout = "What one gets\\nwithout asking."\nevaluate = ["labels/test"]\n{QUICK}'
    (with_store / "plain.toml").write_text(plain, encoding="utf-8")
    searched = f'evaluate = ["labels/test"]\n{QUICK}[search]\n"classifier.C" = [0.5, 2.0]\n'
    (with_store / "searched.toml").write_text(searched, encoding="utf-8")
    return with_store


def test_a_set_of_experiments_becomes_a_table(laboratory: Path):
    outcomes = run_experiments([laboratory / "plain.toml", laboratory / "searched.toml"])
    table = experiments_table()
    rows = {line.split(" | ")[0].strip("| "): line for line in table.splitlines() if line.startswith("| ")}
    assert [outcome.name for outcome in outcomes] == ["plain", "searched"]
    assert "oof mAP | oof macro F1 | b mAP | b macro F1" in rows["experiment"]
    assert "classifier.folds=2" in rows["plain"]
    assert "classifier.C=" in rows["searched"]
    assert "- **plain**: What one gets without asking." in table
    with speaking("zh"):
        assert "折外 mAP | 折外 宏平均 F1 | b mAP | b 宏平均 F1" in experiments_table()


def test_the_table_shows_the_latest_run_of_each_experiment(laboratory: Path):
    run_experiments([laboratory / "plain.toml"])
    [again] = run_experiments([laboratory / "plain.toml"])
    assert experiments_table().count("| plain |") == 1
    assert f"`{again.run[:8]}`" in experiments_table()


def test_a_run_tells_its_prior_and_its_settings_train_the_same_again(laboratory: Path):
    start, again = laboratory / "start", laboratory / "again"
    before, _ = run_one(load_experiment(laboratory / "plain.toml"), start, tracked=False)
    path = laboratory / "grown.toml"
    path.write_text(f'prior = "start"\n{QUICK}', encoding="utf-8")
    grown, made = run_one(load_experiment(path), laboratory / "grown", in_table=True, min_support=3)
    client = open_store(create=False).client
    data = client.get_run(made).data
    assert (data.params["prior"], data.tags["prior_digest"]) == ("start", before.model.digest)
    assert f"| start `{before.model.digest[:12]}` |" in experiments_table()
    settings = Path(client.download_artifacts(made, "settings.toml", str(laboratory)))
    assert settings.read_text(encoding="utf-8").splitlines()[0].endswith("--config settings.toml --min-support 3")
    repeated = run("train", "--config", settings, "--min-support", "3", "--out", again, "--no-track")
    assert grown.model.digest[:12] in repeated.stderr


def test_a_run_without_prior_tells_none(laboratory: Path):
    [outcome] = run_experiments([laboratory / "plain.toml"])
    data = open_store(create=False).client.get_run(outcome.run).data
    assert "prior" not in data.params
    assert "prior_digest" not in data.tags


def test_a_set_says_what_was_trained_on_and_what_waits(laboratory: Path):
    said: list[str] = []
    own = laboratory / "labels" / "train" / "a.jsonl"
    run_experiments([laboratory / "plain.toml"], evaluate=[own], uri="http://127.0.0.1:9", notify=said.append)
    assert any("a.jsonl: " in text and "was trained on this file" in text for text in said)
    assert said[-1].startswith("plain: mean AP ")
    assert said[-1].endswith(" out-of-fold, kept for sync.")


def test_the_same_store_gives_the_same_table(laboratory: Path):
    run_experiments([laboratory / "plain.toml"])
    assert experiments_table() == experiments_table()


def test_figures_on_a_file_that_was_trained_on_are_marked_and_never_the_best(laboratory: Path):
    own = laboratory / "labels" / "train" / "a.jsonl"
    run_experiments([laboratory / "plain.toml"], evaluate=[own])
    table = experiments_table()
    [row] = (line for line in table.splitlines() if line.startswith("| plain |"))
    assert row.count(" † |") == 2  # mAP and macro F1 of a.jsonl, not of b.jsonl
    assert row.count("** |") == 4
    assert "† on a file that was trained on as well" in table
    with speaking("zh"):
        assert experiments_table().startswith("# 实验\n\n由 `gxclassify experiments table` 从 MLflow")


def test_a_training_that_is_refused_says_why_in_its_run(laboratory: Path):
    wrong = write_jsonl(laboratory / "wrong.jsonl", [{"text": "园区新签约12个项目。", "labels": ["人才"]}])
    with pytest.raises(LabelError, match="人才"):
        run_experiments([laboratory / "plain.toml"], evaluate=[wrong])
    store = open_store(create=False)
    [failed] = store.client.search_runs([store.experiment])
    assert failed.info.status == "FAILED"
    assert "wrong.jsonl" in failed.data.tags["problem"]
    assert "人才" in failed.data.tags["problem"]


@pytest.mark.usefixtures("logged")
def test_a_plain_training_is_no_experiment():
    with pytest.raises(TrackingError, match="No experiment has finished"):
        experiments_table()


def test_the_command_line_runs_and_writes_the_table(laboratory: Path):
    ran = run("experiments", "run", "plain.toml")
    assert ran.stdout.startswith("plain\t")
    assert run("experiments", "table").returncode == 0
    text = (laboratory / "experiments" / "RESULTS.md").read_text(encoding="utf-8")
    assert run("experiments", "table", "--out", "-").stdout == text


@pytest.mark.usefixtures("laboratory")
def test_sync_with_nothing_waiting_says_so():
    done = run("experiments", "sync")
    assert (done.returncode, done.stdout) == (0, "")
    assert "No run is waiting" in done.stderr


# ---- reading experiment files


def test_search_keys_may_be_quoted_or_nested(tmp_path: Path):
    path = tmp_path / "x.toml"
    path.write_text('[search]\n"classifier.C" = [1.0]\n[search.features]\nmin_df = [1, 2]\n', encoding="utf-8")
    assert load_experiment(path).search == {"classifier.C": [1.0], "features.min_df": [1, 2]}


def test_without_a_name_the_file_names_the_experiment(tmp_path: Path):
    path = tmp_path / "bigger.toml"
    path.write_text("", encoding="utf-8")
    assert load_experiment(path).name == "bigger"


def test_without_a_file_the_models_folder_names_the_run(laboratory: Path):
    experiment = load_experiment(None, ["classifier.folds=2"], labels=[laboratory / "labels" / "train"])
    _, made = run_one(experiment, laboratory / "models" / "外卖")
    assert open_store(create=False).client.get_run(made).info.run_name == "外卖"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[search]\n"classifier.C" = 1.0\n', "lists of values"),
        ('[search]\n"classifier.C" = []\n', "lists of values"),
        ('[search]\n"classifier.D" = [1.0]\n', "no setting 'classifier.D'"),
        ('[search]\n"classifier.C" = [1.0, "much"]\n', "must be a number"),
        ("search = 3\n", "lists of values"),
        ("name = 3\n", "name must be a text"),
        ('labels = "labels/train"\n', "labels must be a list"),
        ("evaluate = [1]\n", "evaluate must be a list"),
    ],
)
def test_a_file_that_says_nonsense_is_refused(tmp_path: Path, text: str, message: str):
    path = tmp_path / "x.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=message) as caught:
        load_experiment(path)
    assert str(path) in str(caught.value)


def test_two_experiments_of_one_name_are_refused_before_any_training(laboratory: Path):
    (laboratory / "twin.toml").write_text('name = "plain"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="'plain' is given to 2"):
        run_experiments([laboratory / "plain.toml", laboratory / "twin.toml"])


def test_labels_that_nobody_names_are_missed_before_any_training(laboratory: Path):
    (laboratory / "labels" / "train").rename(laboratory / "own")
    named = laboratory / "named.toml"
    named.write_text(f'labels = ["own"]\n{QUICK}', encoding="utf-8")
    (laboratory / "next.toml").write_text('base = "named.toml"\n', encoding="utf-8")
    said: list[str] = []
    with pytest.raises(LabelError, match=r"next: no labels are named, .* takes settings alone from its base"):
        run_experiments([named, laboratory / "next.toml"], notify=said.append)
    assert said == []


def test_the_example_experiments_can_be_read():
    root = Path(__file__).parents[2]
    files = sorted((root / "experiments").glob("*.toml"))
    assert len(files) >= 3
    assert len({load_experiment(path).name for path in files}) == len(files)


def test_files_named_for_a_run_are_measured_beside_those_of_the_experiment(laboratory: Path):
    other = write_jsonl(laboratory / "other.jsonl", tiny_records(2))
    run_experiments([laboratory / "plain.toml"], evaluate=[other])
    assert "| b mAP | b macro F1 | other mAP | other macro F1 |" in experiments_table()
