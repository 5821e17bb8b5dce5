"""A `ThemeClassifier` that trains in a moment."""

from __future__ import annotations

from gxclassify.training import ThemeClassifier

FIXED = {"C": 0.1, "min_df": 2, "sentence_share": 0.5, "method": "sigmoid", "shrink": 0.0}
"""Nothing to choose: each theme by itself."""


def quick(**parameters):
    return ThemeClassifier(**{"folds": 2, "word_pairs": False, "char_max": 2, "n_jobs": 1, **FIXED, **parameters})
