"""The classifier as a scikit-learn estimator: a step of a Pipeline, tuned by GridSearchCV.

python sklearn_pipeline.py LABELS.jsonl
"""

import sys
from pathlib import Path

import numpy as np
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

import gxclassify as gx
from gxclassify.labels.records import load_labels


def tidy(texts: list[str]) -> list[str]:
    """Put each text on one line."""
    return [" ".join(text.split()) for text in texts]


if len(sys.argv) != 2:  # noqa: PLR2004 - the script and its one argument
    sys.exit("usage: python sklearn_pipeline.py LABELS.jsonl")
labels = load_labels([Path(sys.argv[1])])
themes = labels.taxonomy.ids
told = np.array([[theme in record.labels for theme in themes] for record in labels.records])

pipeline = Pipeline(
    [
        ("tidy", FunctionTransformer(tidy)),
        ("themes", gx.ThemeClassifier(themes=themes, segmenter_terms=labels.taxonomy.segmenter_terms, folds=0)),
    ]
)
grid = {"themes__C": [0.3, 1.0], "themes__char_max": [2, 3]}
search = GridSearchCV(pipeline, grid, cv=KFold(3, shuffle=True, random_state=0)).fit(labels.texts, told)
print("best:", search.best_params_)
print(f"macro F1: {search.best_score_:.3f}")
