"""A `ThemeClassifier` that trains in a moment."""

from __future__ import annotations

from gxclassify.training import ThemeClassifier


def quick(**parameters):
    return ThemeClassifier(**{"folds": 2, "word_pairs": False, "char_max": 2, "n_jobs": 1, **parameters})
