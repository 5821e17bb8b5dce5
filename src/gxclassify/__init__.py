"""Tag Chinese text about development zones by theme.

The public names are loaded on first use, so that ``import gxclassify`` stays cheap.

>>> import gxclassify as gx
>>> gx.load_model().themes[0]
'investment_attraction'
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from gxclassify._version import __version__

if TYPE_CHECKING:
    from gxclassify.errors import ConfigError, GxclassifyError, InputError, LabelError, ModelError, TrainingError
    from gxclassify.loading import load_model, predict_text
    from gxclassify.model.groups import tag_groups
    from gxclassify.model.model import Model
    from gxclassify.reading import Document, iter_files, read
    from gxclassify.scoring.frames import tag
    from gxclassify.surveys import survey
    from gxclassify.training import ThemeClassifier
    from gxclassify.zones import article_zones, find_amounts, find_date, find_zones, load_gazetteer

_HOMES = {
    "ConfigError": "errors",
    "Document": "reading",
    "GxclassifyError": "errors",
    "InputError": "errors",
    "LabelError": "errors",
    "Model": "model",
    "ModelError": "errors",
    "ThemeClassifier": "training",
    "TrainingError": "errors",
    "article_zones": "zones",
    "find_amounts": "zones",
    "find_date": "zones",
    "find_zones": "zones",
    "iter_files": "reading",
    "load_gazetteer": "zones",
    "load_model": "loading",
    "predict_text": "loading",
    "read": "reading",
    "survey": "surveys",
    "tag": "scoring.frames",
    "tag_groups": "model",
}

__all__ = [
    "ConfigError",
    "Document",
    "GxclassifyError",
    "InputError",
    "LabelError",
    "Model",
    "ModelError",
    "ThemeClassifier",
    "TrainingError",
    "__version__",
    "article_zones",
    "find_amounts",
    "find_date",
    "find_zones",
    "iter_files",
    "load_gazetteer",
    "load_model",
    "predict_text",
    "read",
    "survey",
    "tag",
    "tag_groups",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"gxclassify.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
