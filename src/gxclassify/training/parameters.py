"""The estimator's parameters as settings: the same values, named here by stage and key, there by the key alone."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, TypeVar

from gxclassify.config import CalibrationConfig, ClassifierConfig, Config, FeatureConfig, ThresholdConfig
from gxclassify.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["as_config", "as_parameters", "check_parameters"]

_Stage = TypeVar("_Stage", FeatureConfig, ClassifierConfig, CalibrationConfig, ThresholdConfig)

_TABLES = ("logit_offsets", "offsets")
"""The parameters that hold a number for some themes."""


def as_parameters(config: Config, names: Sequence[str]) -> dict[str, Any]:
    """Return the settings that are among the parameters `names`, under these."""
    return {name: value for key, value in config.flat().items() if (name := _name(key)) in names}


def as_config(parameters: Mapping[str, Any]) -> Config:
    """Return parameters that `check_parameters` has passed as settings."""
    values = {**parameters, **{name: parameters[name] or {} for name in _TABLES}}

    def stage(kind: type[_Stage]) -> _Stage:
        return kind(**{field.name: values[field.name] for field in dataclasses.fields(kind)})

    return Config(
        features=stage(FeatureConfig),
        classifier=stage(ClassifierConfig),
        calibration=stage(CalibrationConfig),
        thresholds=stage(ThresholdConfig),
    )


def check_parameters(parameters: Mapping[str, Any], themes: Sequence[str], where: str) -> None:
    """Hold parameters against the types and ranges of the settings of the same names, and against the themes.

    `where` names their owner in errors.
    """
    values = {key: value for key in Config().flat() if (value := parameters.get(_name(key))) is not None}
    Config().with_values(values, where)
    if len(set(themes)) != len(themes):
        msg = f"The themes must differ from each other. Got {', '.join(themes)}."
        raise ConfigError(msg)
    for name in _TABLES:
        for theme in parameters[name] or {}:
            if theme not in themes:
                msg = f"{name} names {theme!r}, which is no theme of {', '.join(themes)}."
                raise ConfigError(msg)


def _name(key: str) -> str:
    return key.partition(".")[2]
