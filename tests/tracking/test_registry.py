from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

import gxclassify as gx
from gxclassify.cli import main
from gxclassify.errors import ConfigError, GateError, ModelError, TrackingError
from gxclassify.model.model import Model
from gxclassify.tracking.registry import fetch_bundle, find_version, list_versions, promote, register, rollback
from gxclassify.tracking.store import open_store
from support import run, tiny_records, write_jsonl

if TYPE_CHECKING:
    from pathlib import Path

    from gxclassify.evaluation.report import TrainingResult


@pytest.fixture
def poor_bundle(tmp_path: Path, tiny_model: Model) -> Path:
    """A model that tags nothing: worse than any beyond chance."""
    folder = tmp_path / "poor"
    tiny_model.with_thresholds(dict.fromkeys(tiny_model.themes, 1.0)).save(folder)
    return folder


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    return write_jsonl(tmp_path / "judge.jsonl", tiny_records())


@pytest.fixture
def champion(with_store: Path, tiny_bundle: Path) -> str:
    """The address of a champion in the store of the working directory."""
    assert (with_store / "experiments").is_dir()
    version = register(str(tiny_bundle))
    promote()
    return version.address


def cached(workplace: Path) -> list[Path]:
    return sorted(path for path in (workplace / "cache" / "bundles").iterdir() if not path.name.startswith("."))


def test_a_run_is_registered_as_the_challenger(logged, trained: TrainingResult):
    version = register(logged)
    assert (version.number, version.aliases, version.run) == (1, ("challenger",), logged)
    assert version.digest == trained.model.digest


def test_the_first_challenger_becomes_champion_without_comparison(logged):
    register(logged)
    promotion = promote()
    assert (promotion.former, promotion.comparison) == (None, None)
    assert promotion.version.aliases == ("champion",)


@pytest.mark.usefixtures("with_store")
@pytest.mark.parametrize("source", ["models/nope", "b7f831f4"])
def test_what_is_neither_folder_nor_run_is_refused(source: str):
    with pytest.raises(TrackingError, match="no such folder, and no id of a run"):
        register(source)


def test_a_bundle_folder_can_be_registered(tiny_bundle: Path):
    assert register(str(tiny_bundle)).digest == gx.load_model(tiny_bundle).digest


def test_a_folder_belongs_to_the_run_that_trained_it(logged, trained: TrainingResult):
    assert register(str(trained.folder)).run == logged


def test_a_damaged_bundle_is_not_registered(with_store: Path, tiny_bundle: Path):
    damaged = with_store / "damaged"
    damaged.mkdir()
    (damaged / "model.json").write_bytes((tiny_bundle / "model.json").read_bytes())
    (damaged / "weights.npz").write_bytes(b"PK")
    with pytest.raises(ModelError, match="SHA-256"):
        register(str(damaged))
    assert list_versions() == []


def test_a_trial_of_a_search_has_no_model_to_register(logged):
    store = open_store(create=False)
    [trial, _] = store.client.search_runs([store.experiment], f"tags.`mlflow.parentRunId` = '{logged}'")
    with pytest.raises(TrackingError, match="has no model"):
        register(trial.info.run_id)


@pytest.mark.usefixtures("champion")
def test_versions_are_listed_newest_first(poor_bundle: Path):
    register(str(poor_bundle))
    assert [(v.number, v.aliases) for v in list_versions()] == [(2, ("challenger",)), (1, ("champion",))]


@pytest.mark.usefixtures("champion")
def test_a_challenger_that_is_worse_beyond_chance_is_refused(poor_bundle: Path, labels: Path):
    register(str(poor_bundle))
    with pytest.raises(GateError, match=r"worse than the champion .* beyond chance"):
        promote("challenger", [labels])
    assert find_version("champion").number == 1


@pytest.mark.usefixtures("champion")
def test_force_promotes_it_and_keeps_the_reason(poor_bundle: Path, labels: Path):
    register(str(poor_bundle))
    version = promote("challenger", [labels], force="themes were merged").version
    assert version.aliases == ("champion",)
    assert version.tags["forced"] == "themes were merged"
    assert "keep A" in version.tags["comparison"]


def test_a_challenger_as_good_is_promoted_and_the_comparison_kept(champion, tiny_bundle: Path, labels: Path):
    register(str(tiny_bundle))
    promotion = promote("2", [labels])
    assert not promotion.comparison.worse
    assert promotion.version.tags["promoted_over"] == champion
    digest = hashlib.sha256(labels.read_bytes()).hexdigest()
    assert promotion.version.tags["compared_on"] == f"judge.jsonl {digest[:12]}"


@pytest.mark.usefixtures("champion")
def test_promotion_needs_labels_when_there_is_a_champion(tiny_bundle: Path):
    register(str(tiny_bundle))
    with pytest.raises(ConfigError, match="--labels"):
        promote()


@pytest.mark.usefixtures("champion")
def test_the_champion_is_not_promoted_again():
    with pytest.raises(ConfigError, match="champion already"):
        promote("1")


@pytest.mark.usefixtures("champion")
def test_rollback_goes_back_step_by_step(tiny_bundle: Path, poor_bundle: Path):
    for bundle in (tiny_bundle, poor_bundle):
        register(str(bundle))
        promote(force="test")
    assert [rollback(reason="bad").__getitem__(0).number for _ in range(2)] == [2, 1]
    assert find_version("3").tags["rolled_back"].endswith(" bad")
    assert [find_version(number).rolled_back for number in ("1", "2", "3")] == [False, True, True]


@pytest.mark.usefixtures("champion")
def test_there_is_no_way_back_from_the_first():
    with pytest.raises(TrackingError, match="first champion"):
        rollback()


# ---- bundles by address


@pytest.mark.usefixtures("champion")
def test_load_model_takes_a_registry_address(tiny_bundle: Path):
    texts = ["园区污水处理厂完成提标改造"]
    there, here = gx.load_model("models:/gxclassify@champion"), gx.load_model(tiny_bundle)
    assert there.digest == here.digest
    assert there.predict_proba(texts).tolist() == here.predict_proba(texts).tolist()


def test_a_version_and_a_logged_model_have_addresses_too(logged, trained: TrainingResult):
    register(logged)
    model_id = open_store(create=False).client.get_run(logged).outputs.model_outputs[0].model_id
    assert gx.load_model("models:/gxclassify/1").digest == trained.model.digest
    assert gx.load_model(f"models:/{model_id}").digest == trained.model.digest


def test_the_bundle_is_cached_by_its_hash(champion, workplace: Path, monkeypatch):
    folder = fetch_bundle("models:/gxclassify@champion")
    monkeypatch.setattr("gxclassify.tracking.registry.download", lambda *_: pytest.fail("fetched again"))
    assert fetch_bundle(champion) == folder
    assert [path.name for path in cached(workplace)] == [gx.load_model(folder).digest]


@pytest.mark.parametrize("name", ["model.json", "weights.npz"])
def test_a_damaged_copy_in_the_cache_is_fetched_anew(champion, name: str):
    folder = fetch_bundle(champion)
    (folder / name).write_bytes(b"damaged")
    assert Model.load(fetch_bundle(champion)).digest == folder.name


def test_another_model_than_the_registry_says_is_refused(champion, workplace: Path, poor_bundle: Path):
    [weights] = (workplace / "experiments" / "store" / "artifacts").rglob("weights.npz")
    for name in ("model.json", "weights.npz"):
        (weights.parent / name).write_bytes((poor_bundle / name).read_bytes())
    with pytest.raises(ModelError, match="the registry says"):
        fetch_bundle(champion)
    assert cached(workplace) == []


def test_a_moved_store_still_gives_its_models(champion, workplace: Path, tiny_bundle: Path):
    (workplace / "elsewhere").mkdir()
    (workplace / "experiments").rename(workplace / "elsewhere" / "experiments")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(workplace / "elsewhere")
        assert Model.load(fetch_bundle(champion)).digest == Model.load(tiny_bundle).digest


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("models:/gxclassify@nobody", "none of this name"),
        ("models:/gxclassify/9", "none of this name; 'gxclassify models list' shows"),
        ("models:/gd/9", "'gxclassify models list --name gd' shows .* 'gxclassify models register --name gd' adds"),
        ("models:/gd@nobody", "'gxclassify models list --name gd' shows"),
        ("models:/m-0123456789abcdef0123456789abcdef", "none of this name"),
    ],
)
@pytest.mark.usefixtures("champion")
def test_an_address_without_a_model_is_a_model_error(address: str, message: str):
    with pytest.raises(ModelError, match=message):
        gx.load_model(address)


@pytest.mark.usefixtures("workplace")
def test_an_address_is_refused_where_there_is_no_registry():
    with pytest.raises(ModelError, match="no MLflow store"):
        gx.load_model("models:/gxclassify@champion")


@pytest.mark.usefixtures("champion")
def test_what_is_no_address_is_a_config_error():
    with pytest.raises(ConfigError, match="not a registry address"):
        gx.load_model("models:/gxclassify")


# ---- the command line


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]):
    """The command line in this process, where MLflow is loaded already: (exit code, output, messages)."""

    def call(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        return int(ended.value.code or 0), *capsys.readouterr()

    return call


@pytest.mark.usefixtures("with_store")
def test_the_walk_on_the_command_line(command, tiny_bundle: Path, poor_bundle: Path, labels: Path):
    _, output, messages = command("models", "register", tiny_bundle)
    assert output == "models:/gxclassify/1\n"
    assert "no champion yet" in messages
    assert command("models", "promote")[1] == "models:/gxclassify/1 is the champion.\n"
    assert "compares it with the champion" in command("models", "register", poor_bundle)[2]
    code, output, messages = command("models", "promote", "--labels", labels)
    assert (code, output) == (5, "")
    assert "--force" in messages
    _, _, messages = command("models", "promote", "--labels", labels, "--force", "test")
    assert messages.startswith("A is the champion so far, models:/gxclassify/1; B is models:/gxclassify/2.\n")
    assert "models:/gxclassify/1 is the champion again" in command("models", "rollback", "--reason", "worse")[1]
    second, first = command("models", "list")[1].splitlines()
    assert second.endswith("rolled back")
    assert "rolled back" not in first
    listed = json.loads(command("models", "list", "--format", "json")[1])
    assert [(version["version"], version["aliases"]) for version in listed] == [(2, []), (1, ["champion"])]
    assert json.loads(command("models", "show", "2")[1])["tags"]["forced"] == "test"
    assert command("models", "verify", "models:/gxclassify@champion")[1].startswith("gxclassify-")


@pytest.mark.usefixtures("with_store")
def test_a_missing_version_is_said_with_exit_code_4(command):
    code, _, messages = command("models", "show", "7")
    assert code == 4
    assert messages.startswith("Error: ")


@pytest.mark.usefixtures("champion")
def test_predict_takes_a_registry_address():
    done = run("predict", "--model", "models:/gxclassify@champion", "--format", "jsonl", __file__)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("{")


class KilledError(BaseException):
    """Ends a function where a kill would."""


def kill_at(monkeypatch, name: str) -> None:
    """Let the next call of one of the client's methods be the last."""

    def killed(*_args, **_named):
        raise KilledError

    monkeypatch.setattr(f"mlflow.MlflowClient.{name}", killed)


@pytest.mark.parametrize(
    "write", ["set_registered_model_tag", "set_registered_model_alias", "delete_registered_model_alias"]
)
@pytest.mark.usefixtures("champion")
def test_a_promotion_that_was_killed_is_ended_by_running_it_again(tiny_bundle, monkeypatch, capsys, write):
    register(str(tiny_bundle))
    with monkeypatch.context() as patch:
        kill_at(patch, write)
        with pytest.raises(KilledError):
            promote(force="as good")
    over = write.startswith("delete")
    assert find_version("champion").number == (2 if over else 1)
    with pytest.raises(SystemExit):
        main(["models", "list"])
    assert ("'gxclassify models promote' ends it" in capsys.readouterr().err) is over
    assert promote(force="as good").version.aliases == ("champion",)
    assert rollback()[0].number == 1
    with pytest.raises(TrackingError, match="the first champion"):
        rollback()


@pytest.mark.parametrize("write", ["set_registered_model_alias", "set_registered_model_tag"])
@pytest.mark.usefixtures("champion")
def test_a_rollback_that_was_killed_goes_back_once(tiny_bundle, monkeypatch, write):
    register(str(tiny_bundle))
    promote(force="as good")
    with monkeypatch.context() as patch:
        kill_at(patch, write)
        with pytest.raises(KilledError):
            rollback()
    if write == "set_registered_model_alias":
        assert not find_version("champion").rolled_back
        rollback()
    assert find_version("champion").number == 1
    with pytest.raises(TrackingError, match="the first champion"):
        rollback()


def test_a_registration_that_was_killed_is_ended_by_running_it_again(logged, monkeypatch):
    with monkeypatch.context() as patch:
        kill_at(patch, "set_registered_model_alias")
        with pytest.raises(KilledError):
            register(logged)
    register(logged)
    assert [(v.number, v.aliases) for v in list_versions()] == [(1, ("challenger",))]


@pytest.mark.usefixtures("with_store")
def test_what_to_do_next_is_said_of_the_model_that_was_named(command, tiny_bundle: Path):
    assert "'gxclassify models register RUN --name reviews'" in command("models", "list", "--name", "reviews")[2]
    assert (
        "'gxclassify models promote --name reviews'"
        in command("models", "register", tiny_bundle, "--name", "reviews")[2]
    )
