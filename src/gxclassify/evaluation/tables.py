"""What the evaluation commands print for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gxclassify.labels.columns import columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.evaluation.compare import Comparison
    from gxclassify.evaluation.intervals import Interval
    from gxclassify.evaluation.learning import LearningCurve
    from gxclassify.evaluation.metrics import Metrics
    from gxclassify.evaluation.report import EvaluationReport
    from gxclassify.evaluation.slices import Slice

__all__ = [
    "comparison_table",
    "evaluation_table",
    "gain_sentences",
    "learning_table",
    "metrics_table",
    "overall_rows",
    "pointing_sentence",
    "slice_rows",
    "theme_rows",
]

OVERALL = {
    "macro_f1": "macro F1",
    "micro_f1": "micro F1",
    "map": "mean AP",
    "subset_accuracy": "subset accuracy",
    "brier": "Brier score",
    "calibration_error": "ECE",
}


def span(interval: Interval) -> str:
    """Return an interval as ``0.712-0.805``."""
    return f"{interval.low:.3f}-{interval.high:.3f}"


def metrics_table(metrics: Metrics) -> str:
    """Return the metrics alone, as ``gxclassify train`` prints them."""
    rows: list[list[object]] = [["theme", "precision", "recall", "F1", "AP", "threshold", "support"]]
    for theme, m in metrics.per_theme.items():
        rows.append([theme, m.precision, m.recall, m.f1, m.average_precision, m.threshold, m.support])
    figures = metrics.flat()
    rows += [[title, figures[name], *[""] * 5] for name, title in OVERALL.items()]
    return columns(rows)


def theme_rows(report: EvaluationReport) -> list[list[object]]:
    """Return the header and a row per theme."""
    rows: list[list[object]] = [
        ["theme", "precision", "recall", "F1", "95 %", "AP", "95 %", "Brier", "ECE", "threshold", "support"]
    ]
    for theme, m in report.metrics.per_theme.items():
        f1, ap = report.intervals[f"f1.{theme}"], report.intervals[f"average_precision.{theme}"]
        row = [theme, m.precision, m.recall, m.f1, span(f1), m.average_precision, span(ap)]
        rows.append([*row, m.brier, m.calibration_error, m.threshold, m.support])
    return rows


def overall_rows(report: EvaluationReport) -> list[list[object]]:
    """Return a row per figure over all themes, with its interval."""
    figures = report.metrics.flat()
    return [[title, figures[name], span(report.intervals[name])] for name, title in OVERALL.items()]


def slice_rows(title: str, parts: Sequence[Slice]) -> list[list[object]]:
    """Return the header and a row per part."""
    rows: list[list[object]] = [[title, "paragraphs", "macro F1", "micro F1", "mean AP", "subset accuracy", "ECE"]]
    rows += [
        [p.name, p.paragraphs, p.macro_f1, p.micro_f1, p.map, p.subset_accuracy, p.calibration_error] for p in parts
    ]
    return rows


def pointing_sentence(report: EvaluationReport) -> str:
    """Say how often the pointed-at sentence is marked."""
    pointing = report.pointing
    if pointing.agreement is None or pointing.by_chance is None:
        return "No sentences are marked: how often the model points at a marked one cannot be told."
    return (
        f"The sentence the model points at is a marked one for {pointing.agreement:.1%} of {pointing.labels} labels "
        f"({pointing.by_chance:.1%} by chance; paragraphs of one sentence left out)."
    )


def evaluation_table(report: EvaluationReport) -> str:
    """Return an evaluation as text for a terminal."""
    blocks = [
        f"{report.model}, {report.metrics.paragraphs} paragraphs of {report.articles} articles:",
        columns(theme_rows(report)),
        columns(overall_rows(report)),
        columns(slice_rows("kind", report.by_kind)),
        columns(slice_rows("length", report.by_length)),
        pointing_sentence(report),
    ]
    if report.mistakes:
        lines = ["The worst errors:"]
        for mistake in report.mistakes:
            lines += [f"  {mistake.id}, {mistake.theme}: {mistake.reason()}"]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def comparison_table(comparison: Comparison) -> str:
    """Return a comparison in words."""
    lines = [
        f"A is {comparison.a}, B is {comparison.b}.",
        f"{comparison.paragraphs} paragraphs of {comparison.articles} articles, {comparison.changed} decisions differ.",
        comparison.summary(),
        "",
        "In brackets: what B has more, and between which values 95 % of the bootstrap's draws put it",
        "(for single themes a wider range, so that all of them hold together).",
    ]
    lines += [d.sentence() for d in [*comparison.overall.values(), *comparison.per_theme.values()]]
    return "\n".join(lines)


def learning_table(curve: LearningCurve) -> str:
    """Return a learning curve as text for a terminal."""
    themes = list(curve.points[0].average_precision)
    rows: list[list[object]] = [["paragraphs", "test", "macro F1", "mean AP", *(f"AP {theme}" for theme in themes)]]
    rows += [[p.paragraphs, p.test, p.macro_f1, p.map, *p.average_precision.values()] for p in curve.points]
    return "\n".join([columns(rows), "", *gain_sentences(curve)])


def gain_sentences(curve: LearningCurve) -> list[str]:
    """Say for each test set what another doubling of the labels would bring."""
    return [
        f"{test}: each doubling has lately added {gain.map:+.3f} to mean AP, {gain.macro_f1:+.3f} to macro F1."
        for test, gain in curve.per_doubling.items()
    ]
