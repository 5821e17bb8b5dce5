"""Training: labelled paragraphs and marked sentences in, one calibrated linear model per theme out."""

from __future__ import annotations

from gxclassify.extras import need

need("sklearn", "Training or measuring a model")

from gxclassify.training.classifier import ThemeClassifier  # noqa: E402 - what is missing is said before it is imported

__all__ = ["ThemeClassifier"]
