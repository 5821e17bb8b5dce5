from __future__ import annotations

import re

import pytest

from gxclassify.config import Config, merge
from gxclassify.errors import ConfigError
from gxclassify.training import ThemeClassifier
from gxclassify.training.classifier import as_config, as_parameters, check_parameters
from training.quick import quick

DEFAULTS = ThemeClassifier().get_params()


def test_settings_become_parameters_and_back():
    config = merge(Config(), ["features.min_df=3", "thresholds.offsets.a=0.1", "calibration.logit_offsets.b=2"])
    parameters = as_parameters(config, list(DEFAULTS))
    assert (parameters["min_df"], parameters["offsets"], parameters["logit_offsets"]) == (3, {"a": 0.1}, {"b": 2.0})
    assert set(parameters) < set(DEFAULTS)
    assert as_config({**DEFAULTS, **parameters}) == config


def test_default_parameters_are_the_default_settings():
    assert as_config(DEFAULTS) == Config()


def test_the_owner_and_the_setting_are_named():
    with pytest.raises(ConfigError, match=r"^Mine: the value of features\.min_df must be a whole number from 1"):
        check_parameters({**DEFAULTS, "min_df": 0}, ["a"], "Mine")


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"C": 0.0}, "the value of classifier.C must be a number above 0 or 'auto'. Got 0.0."),
        ({"min_df": 0}, "the value of features.min_df must be a whole number from 1"),
        ({"algorithm": "svm"}, "the value of classifier.algorithm must be one of"),
        ({"folds": 1}, "classifier.folds must be 0 (no tuning) or at least 2. Got 1."),
        ({"words": False, "char_max": 0}, "leaves no terms"),
        ({"char_min": 3}, "features.char_min must not be above features.char_max. Got 3 and 2."),
        ({"themes": ["a", "a"]}, "The themes must differ from each other. Got a, a."),
        ({"offsets": {"polcy": 0.1}}, "offsets names 'polcy', which is no theme of"),
        ({"logit_offsets": {"polcy": 0.1}}, "logit_offsets names 'polcy', which is no theme of"),
    ],
)
def test_settings_out_of_range(texts, lists, parameters, message):
    y = [["a"]] * len(texts) if "themes" in parameters else lists
    with pytest.raises(ConfigError, match=re.escape(message)):
        quick(**parameters).fit(texts, y)
