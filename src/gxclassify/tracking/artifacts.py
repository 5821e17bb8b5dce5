"""The files of a run: its settings, figures, evaluation pages and worst errors."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from gxclassify.config import write_toml
from gxclassify.evaluation.curves import precision_recall, reliability
from gxclassify.evaluation.page import evaluation_page, learning_page
from gxclassify.evaluation.plots import learning_plot, precision_recall_plot, reliability_plot
from gxclassify.evaluation.pointing import Pointing
from gxclassify.evaluation.report import EvaluationReport, evaluate
from gxclassify.files import write_whole
from gxclassify.tracking.names import ascii_names
from gxclassify.tracking.plots import confusion_plot

if TYPE_CHECKING:
    from pathlib import Path

    from gxclassify.evaluation.report import Evaluation, TrainingResult
    from gxclassify.model import Model

__all__ = ["worst_errors", "write_artifacts"]

WORST = 50
"""How many wrong decisions of each evaluation are listed."""

MISTAKES = 20
"""How many of them the page of an evaluation explains."""


def write_artifacts(result: TrainingResult, folder: Path) -> None:
    """Write the files of a run to `folder`.

    ``settings.toml``; a folder for the out-of-fold predictions and for each evaluation, with ``metrics.json``,
    ``worst_errors.jsonl`` and plots; ``evaluation.html`` for each evaluation; ``learning_curve.html`` if there is one.
    """
    write_toml(folder / "settings.toml", asdict(result.config))
    measured = [*([result.out_of_fold] if result.out_of_fold else []), *result.evaluations]
    names = ascii_names([evaluation.name for evaluation in measured], "eval")
    for evaluation in measured:
        own = folder / names[evaluation.name]
        own.mkdir(exist_ok=True)
        figures = json.dumps(evaluation.metrics.to_json(), ensure_ascii=False, indent=1)
        write_whole(own / "metrics.json", figures + "\n")
        lines = [json.dumps(error, ensure_ascii=False) + "\n" for error in worst_errors(evaluation)]
        write_whole(own / "worst_errors.jsonl", "".join(lines))
        _write_plots(evaluation, result, own)
    if result.learning is not None:
        write_whole(folder / "learning_curve.html", learning_page(result.learning))
        write_whole(folder / "learning_curve.svg", learning_plot(result.learning))


def _write_plots(evaluation: Evaluation, result: TrainingResult, folder: Path) -> None:
    if evaluation is result.out_of_fold:
        report = _plain_report(evaluation, result.model)
    else:
        report = evaluate(result.model, evaluation.labels.records, mistakes=MISTAKES)
        write_whole(folder / "evaluation.html", evaluation_page(report))
    plots = {
        "precision_recall": precision_recall_plot(report),
        "reliability": reliability_plot(report),
        "confusion": confusion_plot(evaluation.predictions, result.model.taxonomy),
    }
    for name, svg in plots.items():
        write_whole(folder / f"{name}.svg", svg)


def _plain_report(evaluation: Evaluation, model: Model) -> EvaluationReport:
    """Return what the plots need of predictions that no single model made: the out-of-fold ones."""
    p = evaluation.predictions
    curves = {theme: precision_recall(p, theme) for theme in p.themes}
    return EvaluationReport(
        model=model.name,
        taxonomy=model.taxonomy,
        articles=len({record.article for record in evaluation.labels.records}),
        metrics=evaluation.metrics,
        intervals={},
        reliability=reliability(p.told[p.known], p.probability[p.known]),
        curves={theme: curve for theme, curve in curves.items() if curve is not None},
        by_kind=[],
        by_length=[],
        pointing=Pointing(0, None, None, 0, {}),
        mistakes=[],
    )


def worst_errors(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Return the wrong decisions that the model was surest of, worst first.

    Each has the record's ``id``, the ``theme``, what the label says (``told``), the ``probability`` and the ``text``.
    """
    p = evaluation.predictions
    wrong = (p.told != p.tagged) & p.known
    distance = np.where(wrong, np.abs(p.told - p.probability), -1)
    order = np.argsort(-distance, axis=None, kind="stable")[: min(WORST, int(wrong.sum()))]
    errors = []
    for i, t in zip(*np.unravel_index(order, distance.shape), strict=True):
        record = evaluation.labels.records[i]
        errors.append(
            {
                "id": record.id,
                "theme": p.themes[t],
                "told": bool(p.told[i, t]),
                "probability": round(float(p.probability[i, t]), 4),
                "text": record.text,
            }
        )
    return errors
