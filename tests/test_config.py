from __future__ import annotations

import dataclasses
from typing import Annotated, Literal

import numpy as np
import pytest

from gxclassify.config import (
    CalibrationConfig,
    Config,
    FeatureConfig,
    Range,
    ReadingConfig,
    ThresholdConfig,
    described,
    fits,
    load_config,
    merge,
    read_toml,
    write_toml,
)
from gxclassify.errors import ConfigError, LabelError


def test_an_experiment_starts_from_its_base(tmp_path):
    (tmp_path / "plain.toml").write_text("name = 'plain'\n[features]\nmin_df = 4\nchar_max = 3\n", encoding="utf-8")
    own = tmp_path / "own.toml"
    own.write_text("base = 'plain.toml'\n[features]\nchar_max = 4\n", encoding="utf-8")
    features = load_config(own).features
    assert (features.min_df, features.char_max) == (4, 4)
    (tmp_path / "plain.toml").write_text("base = 'own.toml'", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"plain\.toml: is the base of own\.toml and names a base itself"):
        load_config(own)
    (tmp_path / "plain.toml").unlink()
    with pytest.raises(ConfigError, match=r"plain\.toml: the base of own\.toml cannot be read"):
        load_config(own)


@pytest.mark.parametrize("key", ["classifier.C", "features.min_df", "calibration.sentence_share", "thresholds.shrink"])
def test_auto_is_the_default_and_can_be_asked_for(key):
    assert Config().flat()[key] == "auto"
    assert merge(Config(), [f"{key}=1", f"{key}=auto"]).flat()[key] == "auto"


def test_flat_names_every_setting_by_stage_and_name():
    flat = Config().flat()
    assert flat["features.min_df"] == FeatureConfig().min_df
    assert flat["calibration.logit_offsets"] == {}
    assert len(flat) == sum(len(dataclasses.fields(getattr(Config(), s.name))) for s in dataclasses.fields(Config))


def test_flat_is_taken_back_unchanged():
    config = merge(Config(), ["features.min_df=3", "thresholds.offsets.goals=0.1", "classifier.C=2"])
    assert Config().with_values(config.flat(), "test") == config


def test_defaults_lie_in_their_own_ranges():
    assert Config().with_values(Config().flat(), "defaults") == Config()


def test_settings_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        FeatureConfig().min_df = 3  # type: ignore[misc]


def test_later_assignment_wins_over_earlier():
    assert merge(Config(), ["classifier.C=2", "classifier.C=3"]).classifier.C == 3


def test_set_wins_over_the_experiment_file(tmp_path):
    file = tmp_path / "e.toml"
    file.write_text('name = "trial"\nabout = "why"\n[features]\nmin_df = 4\nchar_max = 3\n', encoding="utf-8")
    config = load_config(file, ["features.min_df=5"])
    assert (config.features.min_df, config.features.char_max) == (5, 3)


def test_experiment_file_with_dotted_keys_and_tables(tmp_path):
    file = tmp_path / "e.toml"
    file.write_text('features.min_df = 4\n[calibration.logit_offsets]\n"招商.引资" = -0.5\n', encoding="utf-8")
    config = load_config(file)
    assert config.features.min_df == 4
    assert config.calibration.logit_offsets == {"招商.引资": -0.5}


@pytest.mark.parametrize(
    ("assignment", "stage", "value"),
    [
        ("classifier.algorithm=logistic_regression", "classifier.algorithm", "logistic_regression"),
        ("classifier.algorithm='linear_svc'", "classifier.algorithm", "linear_svc"),
        ("features.words = false", "features.words", False),
        ("classifier.C=2", "classifier.C", 2.0),
        ("calibration.logit_offsets={goals=-1}", "calibration.logit_offsets", {"goals": -1.0}),
        ("thresholds.offsets.目标=0.1", "thresholds.offsets", {"目标": 0.1}),
        ("thresholds.offsets.a.b=0.1", "thresholds.offsets", {"a.b": 0.1}),
    ],
)
def test_assignment_is_read_as_toml_or_bare_word(assignment, stage, value):
    read = merge(Config(), [assignment]).flat()[stage]
    assert read == value
    assert type(read) is type(value)


def test_entries_of_a_table_add_up():
    config = merge(Config(), ["thresholds.offsets.a=0.1", "thresholds.offsets.b=0.2"])
    assert config.thresholds.offsets == {"a": 0.1, "b": 0.2}


def test_numpy_numbers_become_plain_ones():
    config = Config().with_values({"features.min_df": np.int64(3), "classifier.C": np.float64(2)}, "here")
    assert type(config.features.min_df) is int
    assert type(config.classifier.C) is float


@pytest.mark.parametrize(
    ("key", "near"),
    [
        ("features.min_fd", "features.min_df"),
        ("seed", "classifier.seed"),
        ("nam", "name"),
        ("classifer.C", "classifier.C"),
        ("threshold.objective", "thresholds.objective"),
    ],
)
def test_unknown_setting_names_the_nearest(key, near):
    with pytest.raises(ConfigError, match=f"--set: there is no setting '{key}'. Did you mean '{near}'"):
        merge(Config(), [f"{key}=1"])


def test_unknown_setting_without_a_near_one_lists_all():
    with pytest.raises(ConfigError, match=r"Known: calibration\.logit_offsets, "):
        merge(Config(), ["xyz=1"])


@pytest.mark.parametrize(
    ("assignment", "expected"),
    [
        ("features.min_df=2.5", "a whole number from 1 or 'auto'"),
        ("features.min_df=true", "a whole number from 1 or 'auto'"),
        ("features.min_df=0", "a whole number from 1 or 'auto'"),
        ("features.min_df=", "a whole number from 1 or 'auto'"),
        ("features.words=1", "true or false"),
        ("classifier.C=0", "a number above 0 or 'auto'"),
        ("classifier.C=nan", "a number above 0 or 'auto'"),
        ("classifier.C=inf", "a number above 0 or 'auto'"),
        ("classifier.folds=-1", "a whole number from 0"),
        ("classifier.algorithm=svm", "one of 'linear_svc', 'logistic_regression'"),
        ("calibration.sentence_share=1.5", "a number from 0 to 1 or 'auto'"),
        ("thresholds.offsets.goals=high", "a table of numbers"),
        ("thresholds.offsets=3", "a table of numbers"),
    ],
)
def test_value_of_wrong_type_or_range_is_told(assignment, expected):
    key = assignment.partition("=")[0]
    with pytest.raises(ConfigError) as error:
        merge(Config(), [assignment])
    assert str(error.value).startswith(f"--set: the value of {key.removesuffix('.goals')} must be {expected}. Got ")


def test_assignment_without_equals_sign():
    with pytest.raises(ConfigError, match="a setting is written key=value"):
        merge(Config(), ["features.min_df"])


def test_features_need_a_term():
    with pytest.raises(ConfigError, match="leaves no terms"):
        merge(Config(), ["features.words=false", "features.char_max=0"])


def test_shortest_ngram_above_the_longest():
    with pytest.raises(
        ConfigError, match=r"--set: features\.char_min must not be above features\.char_max\. Got 3 and 2"
    ):
        merge(Config(), ["features.char_min=3", "features.char_max=2"])


def test_missing_experiment_file(tmp_path):
    with pytest.raises(ConfigError, match=r"nothing\.toml: the experiment file cannot be read \(No such file"):
        load_config(tmp_path / "nothing.toml")


@pytest.mark.parametrize("content", [b"features = [", b"a = 1\na = 2"])
def test_experiment_file_that_is_no_toml(tmp_path, content):
    file = tmp_path / "e.toml"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=r"e\.toml: the experiment file is not valid TOML"):
        load_config(file)


def test_unknown_key_in_the_experiment_file_names_the_file(tmp_path):
    file = tmp_path / "e.toml"
    file.write_text("[features]\nmin_fd = 2\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"e\.toml: there is no setting 'features\.min_fd'"):
        load_config(file)


@pytest.mark.parametrize(
    ("bounds", "inside", "outside"),
    [
        (Range(0), (0, 1e9), (-1e-9, float("inf"), float("nan"))),
        (Range(0, 1), (0, 1), (1.01,)),
        (Range(0, open=True), (1e-9,), (0,)),
    ],
)
def test_range(bounds, inside, outside):
    assert all(map(bounds.holds, inside))
    assert not any(map(bounds.holds, outside))


def test_stages_have_independent_tables():
    one, other = CalibrationConfig(), CalibrationConfig()
    one.logit_offsets["a"] = 1.0
    assert other.logit_offsets == ThresholdConfig().offsets == {}
    assert ReadingConfig() == ReadingConfig()


# ---- what a value may be


@pytest.mark.parametrize(
    ("value", "expected", "ok"),
    [
        (3, int, True),
        (True, int, False),
        (3.0, float, True),
        (float("nan"), float, False),
        (1, bool, False),
        ("a", Literal["a", "b"], True),
        ({"x": 1}, dict[str, float], True),
        ({"x": "1"}, dict[str, float], False),
        (0, Annotated[float, Range(0, open=True)], False),
        (1, Annotated[float, Range(0, 1)], True),
        (1.5, Annotated[float, Range(0, 1)], False),
    ],
)
def test_a_value_fits_its_annotation(value, expected, ok):
    assert fits(value, expected)[0] is ok


def test_annotations_are_described_for_people():
    assert described(Annotated[int, Range(0)]) == "a whole number from 0"
    assert described(Annotated[float, Range(0, open=True)]) == "a number above 0"
    assert described(Annotated[float, Range(0, 1)]) == "a number from 0 to 1"
    assert described(Literal["a", "b"]) == "one of 'a', 'b'"


# ---- TOML


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])  # editors of Windows write the mark
def test_a_file_is_read(tmp_path, encoding):
    path = tmp_path / "a.toml"
    path.write_text("[x]\ny = 1", encoding=encoding)
    assert read_toml(path, "the table", LabelError) == {"x": {"y": 1}}


def test_the_mark_that_windows_writes_first_is_no_part_of_a_file(tmp_path):
    path = tmp_path / "a.toml"
    path.write_bytes("\ufeffx = 1\r\n".encode())
    assert read_toml(path, "the table", LabelError) == {"x": 1}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, r"the table cannot be read \(No such file"),
        (b"[x", "not valid TOML"),
        ("招".encode("gbk"), "the table is not in UTF-8; save it as UTF-8"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path, content, sentence):
    path = tmp_path / "a.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LabelError, match=rf"a\.toml: .*{sentence}"):
        read_toml(path, "the table", LabelError)


TABLE = {
    "about": '园区"引号"\\ \n第二行',
    "words": True,
    "C": 0.1,
    "terms": ["招商引资", "AI"],
    "offsets": {},
    "labels": {"train/一 二.jsonl": "ab", "f1.goals": 0.5},
    "theme": [{"id": "policy", "zh": "政策"}, {"id": "目标"}],
}


def test_what_is_written_is_read_back_in_order(tmp_path):
    write_toml(tmp_path / "a.toml", TABLE, "A first line.\nA second one.")
    read = read_toml(tmp_path / "a.toml", "the table")
    assert read == TABLE
    assert list(read["labels"]) == list(TABLE["labels"])
    assert (tmp_path / "a.toml").read_text("utf-8").startswith("# A first line.\n# A second one.\n\nabout = ")


def test_settings_written_are_an_experiment_file(tmp_path):
    config = merge(
        Config(), ["calibration.logit_offsets.policy=-0.3", "classifier.C=0.5", "thresholds.offsets.招商=0.1"]
    )
    write_toml(tmp_path / "settings.toml", dataclasses.asdict(config))
    assert load_config(tmp_path / "settings.toml") == config


@pytest.mark.parametrize(
    "text",
    ["a = " + "9" * 5000, "a = " + "[" * 100_000, "a" + ".a" * 3_000 + " = 1", "a = '\ud800'", "\x00", "a = 1\na = 2"],
    ids=["a number without end", "deep arrays", "deep tables", "half a pair", "NUL", "twice"],
)  # fmt: skip
def test_toml_made_to_hurt_is_a_sentence(tmp_path, text):
    path = tmp_path / "odd.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(ConfigError, match=r"odd\.toml: ") as told:
        load_config(path, ())
    assert "\n" not in str(told.value)


def test_toml_beyond_all_measure_is_not_read(tmp_path):
    path = tmp_path / "big.toml"
    path.write_text("#" * (2**22 + 1), encoding="utf-8")
    with pytest.raises(ConfigError, match="more than 4,194,304 bytes"):
        load_config(path, ())
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path, ())


@pytest.mark.parametrize("key", ["classifier.C", "calibration.logit_offsets.policy", "features.min_df"])
def test_an_integer_beyond_all_floats_is_out_of_range(key):
    with pytest.raises(ConfigError, match=key.rpartition(".")[0]):
        merge(Config(), [f"{key}={'9' * 400}"])
