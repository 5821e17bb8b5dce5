"""An evaluation or a learning curve as one HTML page that needs nothing else, not even a network."""

from __future__ import annotations

import itertools
from html import escape
from typing import TYPE_CHECKING

from gxclassify.evaluation.plots import learning_plot, precision_recall_plot, reliability_plot, slice_plot
from gxclassify.evaluation.tables import gain_sentences, overall_rows, pointing_sentence, slice_rows, theme_rows
from gxclassify.labels.columns import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.evaluation.learning import LearningCurve
    from gxclassify.evaluation.mistakes import Mistake
    from gxclassify.evaluation.report import EvaluationReport
    from gxclassify.themes import Taxonomy

__all__ = ["evaluation_page", "learning_page"]

_STYLE = """
body { font: 15px/1.6 "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif; max-width: 68rem;
  margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff; }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .6rem; border-bottom: 1px solid #ddd; text-align: right; }
th:first-child, td:first-child { text-align: left; }
.plots { display: flex; flex-wrap: wrap; gap: 1rem; } figure { margin: 0; } figcaption { color: #555; }
svg { max-width: 100%; height: auto; }
.mistake { border-left: 4px solid #999; padding: .1rem .8rem; margin: 1rem 0; }
.mistake p { margin: .3rem 0; } mark { background: #ffec99; } u { text-decoration-color: #0072B2; }
.wide { overflow-x: auto; }
"""


def evaluation_page(report: EvaluationReport) -> str:
    """Return the page of an evaluation: figures with intervals, plots, parts, worst errors."""
    body = [
        f"<h1>{escape(report.model)}</h1>",
        f"<p>{report.metrics.paragraphs} paragraphs of {report.articles} articles. 95 %: bootstrap over articles.</p>",
        _table(_named(theme_rows(report), report.taxonomy)),
        _table([["over all themes", "value", "95 %"], *overall_rows(report)]),
        '<div class="plots">',
        _figure(precision_recall_plot(report), "Precision and recall; a dot where each theme's threshold stands."),
        _figure(reliability_plot(report), "Reliability: on the broken line the probabilities mean what they say."),
        _figure(slice_plot(report), "Kinds of text (blue) and lengths in characters (orange); paragraphs in brackets."),
        "</div>",
        "<h2>By kind and length of text</h2>",
        _table(slice_rows("kind", report.by_kind)),
        _table(slice_rows("length", report.by_length)),
        f"<h2>Marked sentences</h2><p>{escape(pointing_sentence(report))}</p>",
        f"<h2>The {len(report.mistakes)} worst errors</h2>",
        "<p>Highlighted: the sentence that spoke most for the theme. Underlined: what the label marks.</p>",
        *(_mistake(mistake, report.taxonomy) for mistake in report.mistakes),
    ]
    return _page(f"Evaluation of {report.model}", body)


def learning_page(curve: LearningCurve) -> str:
    """Return the page of a learning curve."""
    rows: list[list[object]] = [["paragraphs", "test", "macro F1", "mean AP"]]
    rows += [[point.paragraphs, point.test, point.macro_f1, point.map] for point in curve.points]
    gains = [f"<p>{escape(sentence)}</p>" for sentence in gain_sentences(curve)]
    plot = _figure(learning_plot(curve), "How the figures grow with the labels.")
    return _page("Learning curve", ["<h1>Learning curve</h1>", plot, _table(rows), *gains])


def _page(title: str, body: Sequence[str]) -> str:
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
    viewport = '<meta name="viewport" content="width=device-width, initial-scale=1">'
    content = "\n".join(body)
    return f'<!doctype html>\n<html lang="en">\n<head>{head}{viewport}</head>\n<body>\n{content}\n</body>\n</html>\n'


def _named(rows: list[list[object]], taxonomy: Taxonomy) -> list[list[object]]:
    names = {theme.id: f"{theme.zh} {theme.id}" if theme.zh != theme.id else theme.id for theme in taxonomy.themes}
    return [rows[0], *([names[str(row[0])], *row[1:]] for row in rows[1:])]


def _table(rows: Sequence[Sequence[object]]) -> str:
    head = "".join(f'<th scope="col">{escape(str(cell))}</th>' for cell in rows[0])
    lines = ["".join(f"<td>{escape(shown(cell))}</td>" for cell in row) for row in rows[1:]]
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _figure(svg: str, caption: str) -> str:
    return f'<figure role="img" aria-label="{escape(caption)}">{svg}<figcaption>{escape(caption)}</figcaption></figure>'


def _mistake(mistake: Mistake, taxonomy: Taxonomy) -> str:
    theme = next(theme for theme in taxonomy.themes if theme.id == mistake.theme)
    title = f"{theme.zh} · {'missed' if mistake.told else 'tagged wrongly'} · {mistake.id}"
    return (
        f'<div class="mistake" style="border-color: {theme.colour}"><p><strong>{escape(title)}</strong></p>'
        f"<p>{_marked_text(mistake)}</p><p>{escape(mistake.reason())}</p></div>"
    )


def _marked_text(mistake: Mistake) -> str:
    """Return the paragraph with the strongest sentence highlighted and the label's sentences underlined."""
    spans = {"mark": [mistake.sentence_span], "u": mistake.marked_spans}
    cuts = sorted({0, len(mistake.text), *(place for own in spans.values() for span in own for place in span)})
    pieces = []
    for start, end in itertools.pairwise(cuts):
        piece = escape(mistake.text[start:end])
        for tag, own in spans.items():
            if any(first <= start and end <= last for first, last in own):
                piece = f"<{tag}>{piece}</{tag}>"
        pieces.append(piece)
    return "".join(pieces)
