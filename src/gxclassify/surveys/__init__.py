"""Surveys: which zones tell which themes, when, and with what amounts, over any number of documents."""

from __future__ import annotations

from gxclassify.surveys.run import SurveyFrames, SurveyResult, survey, survey_files

__all__ = ["SurveyFrames", "SurveyResult", "survey", "survey_files"]
