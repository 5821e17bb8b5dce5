"""Training: labelled paragraphs and marked sentences in, one calibrated linear model per theme out."""

from __future__ import annotations

from gxclassify.training.classifier import ThemeClassifier

__all__ = ["ThemeClassifier"]
