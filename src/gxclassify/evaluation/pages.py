"""What an evaluation shows people: a page that needs nothing else, tables for a terminal, the model and data cards."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gxclassify.console import argument
from gxclassify.errors import LabelError
from gxclassify.evaluation.compare import figure_names, signed
from gxclassify.evaluation.plots import learning_plot, precision_recall_plot, reliability_plot, slice_plot
from gxclassify.labels.tables import columns, markdown, shown, told_names
from gxclassify.messages import Message, current_language, headings, spoken
from gxclassify.themes import shipped_taxonomy

if TYPE_CHECKING:
    from gxclassify.evaluation.compare import Comparison, Interval
    from gxclassify.evaluation.learning import LearningCurve
    from gxclassify.evaluation.metrics import Metrics, Slice
    from gxclassify.evaluation.proposals import Proposal
    from gxclassify.evaluation.report import EvaluationReport, Mistake
    from gxclassify.labels.agreement import Agreement
    from gxclassify.labels.checking import CheckReport
    from gxclassify.labels.statistics import LabelStatistics
    from gxclassify.model.model import Model
    from gxclassify.themes import Taxonomy

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
    curves = precision_recall_plot(report.curves, report.metrics, report.taxonomy)
    names = {theme.id: f"{theme.zh} {theme.id}" for theme in report.taxonomy.themes if theme.zh != theme.id}
    body = [
        f"<h1>{escape(report.model)}</h1>",
        _paragraph(
            Message(
                "{n} paragraphs of {articles} articles. 95 %: bootstrap over articles.",
                n=report.metrics.paragraphs,
                articles=report.articles,
            )
        ),
        _table(_renamed(theme_rows(report), names)),
        _table([headings("over all themes", "value", "95 %"), *overall_rows(report)]),
        '<div class="plots">',
        _figure(curves, Message("Precision and recall; a dot where each theme's threshold stands.")),
        _figure(
            reliability_plot(report.reliability),
            Message("Reliability: on the broken line the probabilities mean what they say."),
        ),
        _figure(
            slice_plot(report),
            Message("Kinds of text (blue) and lengths in characters (orange); paragraphs in brackets."),
        ),
        "</div>",
        _heading(Message("By kind and length of text")),
        _table(slice_rows(Message("kind"), report.by_kind)),
        _table(slice_rows(Message("length"), report.by_length)),
        _heading(Message("Marked sentences")),
        _paragraph(pointing_sentence(report)),
        *_errors(report),
    ]
    return _page(Message("Evaluation of {model}", model=report.model), body)


_NO_ERROR = Message("No decision is wrong: every paragraph has the themes that its labels say.")


def _errors(report: EvaluationReport) -> list[str]:
    if not report.mistakes:  # none asked for, unless there is none
        right = report.metrics.subset_accuracy == 1
        return [_heading(Message("The worst errors")), _paragraph(_NO_ERROR)] if right else []
    return [
        _heading(Message("The {n} worst errors", n=len(report.mistakes))),
        _paragraph(
            Message("Highlighted: the sentence that spoke most for the theme. Underlined: what the label marks.")
        ),
        *(_mistake(mistake, report.taxonomy) for mistake in report.mistakes),
    ]


def learning_page(curve: LearningCurve, taxonomy: Taxonomy) -> str:
    """Return the page of a learning curve."""
    said = [_paragraph(sentence) for sentence in [_AP, *gain_sentences(curve)]]
    plot = _figure(learning_plot(curve), Message("How the figures grow with the labels."))
    title, table = Message("Learning curve"), _table(_learning_rows(curve, taxonomy))
    return _page(title, [_heading(title, 1), plot, table, *said])


def _page(title: str, body: Sequence[str]) -> str:
    head = f'<meta charset="utf-8"><title>{escape(spoken(title))}</title><style>{_STYLE}</style>'
    viewport = '<meta name="viewport" content="width=device-width, initial-scale=1">'
    content = "\n".join(body)
    lang = {"zh": "zh-CN"}.get(current_language(), "en")
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>{head}{viewport}</head>\n<body>\n{content}\n</body>\n</html>\n'
    )


def _paragraph(text: str) -> str:
    return f"<p>{escape(spoken(text))}</p>"


def _heading(text: str, level: int = 2) -> str:
    return f"<h{level}>{escape(spoken(text))}</h{level}>"


def _table(rows: Sequence[Sequence[object]]) -> str:
    head = "".join(f'<th scope="col">{escape(spoken(shown(cell)))}</th>' for cell in rows[0])
    lines = ["".join(f"<td>{escape(spoken(shown(cell)))}</td>" for cell in row) for row in rows[1:]]
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _figure(svg: str, caption: str) -> str:
    caption = spoken(caption)
    return f'<figure role="img" aria-label="{escape(caption)}">{svg}<figcaption>{escape(caption)}</figcaption></figure>'


def _mistake(mistake: Mistake, taxonomy: Taxonomy) -> str:
    theme = next(theme for theme in taxonomy.themes if theme.id == mistake.theme)
    wrong = spoken(Message("missed") if mistake.told else Message("tagged wrongly"))
    title = f"{theme.zh} · {wrong} · {mistake.id}"
    return (
        f'<div class="mistake" style="border-color: {theme.colour}"><p><strong>{escape(title)}</strong></p>'
        f"<p>{_marked_text(mistake)}</p>{_paragraph(mistake.reason())}</div>"
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


OVERALL = {
    "macro_f1": Message("macro F1"),
    "micro_f1": Message("micro F1"),
    "map": Message("mean AP"),
    "subset_accuracy": Message("subset accuracy"),
    "brier": Message("Brier score"),
    "calibration_error": Message("ECE"),
}


def span(interval: Interval) -> str:
    """Return an interval as ``0.712-0.805``."""
    return f"{interval.low:.3f}-{interval.high:.3f}"


def _names(taxonomy: Taxonomy) -> dict[str, str]:
    """Return the names of themes in the language in force, by their ids."""
    return {theme.id: theme.name for theme in taxonomy.themes}


def _renamed(rows: list[list[object]], names: Mapping[str, str]) -> list[list[object]]:
    """Return a header, and rows that begin with ids of themes with `names` instead."""
    return [rows[0], *([names.get(str(row[0]), row[0]), *row[1:]] for row in rows[1:])]


def _in_use(threshold: float, taxonomy: Taxonomy) -> float | None:
    """Return a threshold, but none where themes exclude each other: the most probable one is tagged, whatever it is."""
    return None if taxonomy.exclusive else threshold


def metrics_table(metrics: Metrics, taxonomy: Taxonomy, not_learnt: Collection[str] = ()) -> str:
    """Return the metrics alone, as ``gxclassify train`` prints them; themes `not_learnt` count as 0 in the means."""
    rows: list[list[object]] = [headings("theme", "precision", "recall", "F1", "AP", "threshold", "support")]
    for theme, m in metrics.per_theme.items():
        threshold = _in_use(m.threshold, taxonomy)
        rows.append([theme, m.precision, m.recall, m.f1, m.average_precision, threshold, m.support])
    figures = metrics.flat()
    rows = _renamed(rows, _names(taxonomy))
    rows += [[title, figures[name], *[""] * 5] for name, title in _overall(metrics, not_learnt).items()]
    return columns(rows)


def _overall(metrics: Metrics, not_learnt: Collection[str]) -> dict[str, Message]:
    """Return the titles of the figures over all themes; means say how many themes count in them as 0."""
    lost = metrics.per_theme.keys() & set(not_learnt)
    untold = [theme for theme, m in metrics.per_theme.items() if not m.support and theme not in lost]
    if not lost and not untold:
        return OVERALL
    if not untold:
        said = Message("{m} of them not learnt", m=len(lost))
    elif not lost:
        said = Message("{k} of them told by no paragraph", k=len(untold))
    else:
        said = Message("{m} of them not learnt, {k} told by no paragraph", m=len(lost), k=len(untold))
    n = len(metrics.per_theme)
    means = {
        name: Message("{figure}, over {n} themes, {said}", figure=OVERALL[name], n=n, said=said)
        for name in ("macro_f1", "map")
    }
    return OVERALL | means


def theme_rows(report: EvaluationReport) -> list[list[object]]:
    """Return the header and a row per theme."""
    rows: list[list[object]] = [
        headings("theme", "precision", "recall", "F1", "95 %", "AP", "95 %", "Brier", "ECE", "threshold", "support")
    ]
    for theme, m in report.metrics.per_theme.items():
        f1, ap = report.intervals[f"f1.{theme}"], report.intervals[f"average_precision.{theme}"]
        row = [theme, m.precision, m.recall, m.f1, span(f1), m.average_precision, span(ap)]
        rows.append([*row, m.brier, m.calibration_error, _in_use(m.threshold, report.taxonomy), m.support])
    return rows


def overall_rows(report: EvaluationReport) -> list[list[object]]:
    """Return a row per figure over all themes, with its interval."""
    figures = report.metrics.flat()
    titles = _overall(report.metrics, report.not_learnt)
    return [[title, figures[name], span(report.intervals[name])] for name, title in titles.items()]


def slice_rows(title: str, parts: Sequence[Slice]) -> list[list[object]]:
    """Return the header and a row per part."""
    rows: list[list[object]] = [
        [title, *headings("paragraphs", "macro F1", "micro F1", "mean AP", "subset accuracy", "ECE")]
    ]
    rows += [
        [p.name, p.paragraphs, p.macro_f1, p.micro_f1, p.map, p.subset_accuracy, p.calibration_error] for p in parts
    ]
    return rows


def pointing_sentence(report: EvaluationReport) -> str:
    """Say how often the pointed-at sentence is marked."""
    pointing = report.pointing
    if pointing.agreement is None or pointing.by_chance is None:
        return Message("No sentences are marked: how often the model points at a marked one cannot be told.")
    return Message(
        "The sentence the model points at is a marked one for {agreement:.1%} of {labels} labels "
        "({by_chance:.1%} by chance; paragraphs of one sentence left out).",
        agreement=pointing.agreement,
        labels=pointing.labels,
        by_chance=pointing.by_chance,
    )


def evaluation_table(report: EvaluationReport) -> str:
    """Return an evaluation as text for a terminal."""
    names = _names(report.taxonomy)
    blocks = [
        spoken(
            Message(
                "{model}, {n} paragraphs of {articles} articles:",
                model=report.model,
                n=report.metrics.paragraphs,
                articles=report.articles,
            )
        ),
        columns(_renamed(theme_rows(report), names)),
        columns(overall_rows(report)),
        columns(slice_rows(Message("kind"), report.by_kind)),
        columns(slice_rows(Message("length"), report.by_length)),
        spoken(pointing_sentence(report)),
    ]
    if report.mistakes:
        lines = [spoken(Message("The worst errors:"))]
        for mistake in report.mistakes:
            theme = names.get(mistake.theme, mistake.theme)
            text = Message("  {id}, {theme}: {reason}", id=mistake.id, theme=theme, reason=mistake.reason())
            lines.append(spoken(text))
        blocks.append("\n".join(lines))
    elif report.metrics.subset_accuracy == 1:
        blocks.append(spoken(_NO_ERROR))
    return "\n\n".join(blocks)


def proposal_table(proposals: Sequence[Proposal]) -> str:
    """Return proposed thresholds and base rates, and what to write to use them."""
    rows: list[list[object]] = [
        headings("theme", "told", "of", "base rate", "threshold", "proposed", "F1", "F1 proposed, cross-validated")
    ]
    rows += [
        [p.theme, p.told, p.paragraphs, p.base_rate, p.threshold, p.proposed, p.f1, p.proposed_f1] for p in proposals
    ]
    options = " ".join(f"--threshold {argument(f'{p.theme}={p.proposed:.3f}')}" for p in proposals)
    blocks = [columns(rows), Message("For predict, with this model as it is:"), options]
    # A training takes shares above 0 and below 1: labels that tell a theme nowhere, or everywhere, speak for none.
    rates = {p.theme: min(max(p.base_rate, 0.001), 0.999) for p in proposals if 0 < p.base_rate < 1}
    if rates:
        settings = "\n".join(f'"{theme}" = {rate:.3f}' for theme, rate in rates.items())
        blocks += [
            Message("For a training with a prior, in its experiment file:"),
            f"[thresholds.base_rate]\n{settings}",
        ]
    return "\n\n".join(map(spoken, blocks))


def comparison_table(comparison: Comparison, taxonomy: Taxonomy | None = None) -> str:
    """Return a comparison in words; with a `taxonomy` its themes go by their names where these are of the language."""
    names = {} if taxonomy is None else told_names(taxonomy)
    lines: list[str] = [
        Message("A is {a}, B is {b}.", a=comparison.a, b=comparison.b),
        Message(
            "{n} paragraphs of {articles} articles, {changed} decisions differ.",
            n=comparison.paragraphs,
            articles=comparison.articles,
            changed=comparison.changed,
        ),
    ]
    if alone := [names.get(theme, theme) for theme in (*comparison.only_a, *comparison.only_b)]:
        lines.append(Message("Compared are the themes that both have; only one of the two has {themes}.", themes=alone))
    lines += [
        comparison.summary(names),
        "",
        Message("In brackets: what B has more, and between which values 95 % of the bootstrap's draws put it"),
        Message("(for single themes a wider range, so that all of them hold together)."),
    ]
    called = figure_names([f"f1.{theme}" for theme in comparison.per_theme], names=names)
    of_themes = [replace(d, name=name) for d, name in zip(comparison.per_theme.values(), called, strict=True)]
    lines += [d.sentence() for d in (*comparison.overall.values(), *of_themes)]
    return "\n".join(map(spoken, lines))


def learning_table(curve: LearningCurve, taxonomy: Taxonomy) -> str:
    """Return a learning curve as text for a terminal."""
    return "\n".join([columns(_learning_rows(curve, taxonomy)), "", *map(spoken, [_AP, *gain_sentences(curve)])])


def _learning_rows(curve: LearningCurve, taxonomy: Taxonomy) -> list[list[object]]:
    """Return the table of a learning curve: a row for each size and test, average precision for each theme."""
    names = told_names(taxonomy)
    themes = [names.get(theme, theme) for theme in curve.points[0].average_precision]
    head = [*headings("paragraphs", "test", "macro F1", "mean AP"), *(f"AP {theme}" for theme in themes)]
    return [head, *([p.paragraphs, p.test, p.macro_f1, p.map, *p.average_precision.values()] for p in curve.points)]


_AP = Message(
    "AP: average precision of the probabilities, 1 where the paragraphs that tell a theme come before all others; "
    "mean AP: the mean over the themes."
)


def gain_sentences(curve: LearningCurve) -> list[str]:
    """Say for each test set what another doubling of the labels would bring."""
    return [
        Message(
            "{test}: with each doubling mean AP has lately changed by {map}, macro F1 by {macro_f1}.",
            test=test,
            map=signed(gain.map),
            macro_f1=signed(gain.macro_f1),
        )
        for test, gain in curve.per_doubling.items()
    ]


_LIMITS_SHIPPED = Message(
    "- The training paragraphs were written for the project, not collected: they follow the registers of newspapers, "
    "reports,\n  rules and zone websites, but real text has turns that nobody thought of. Trust the figures on real "
    "text first.\n- It knows development zones and the text around them, in simplified Chinese. On other subjects its "
    "probabilities mean\n  little.\n"
)
_LIMITS = Message(
    "- It reads words, not intentions: irony, denial and plans that were dropped are tagged like plans that hold.\n"
    "- Where two careful people would differ, the labels say *maybe*; such paragraphs count neither for nor against "
    "it, here\n  as in training.\n"
    "- It is meant to find and sort text for people, not to judge firms, zones or persons.\n"
)


def model_card(
    model: Model, reports: Mapping[str, EvaluationReport], remembered: Mapping[str, Sequence[str]] | None = None
) -> str:
    """Return a model's card, in the language in force.

    Parameters
    ----------
    model : Model
    reports : mapping of name to EvaluationReport
        How it did, by the name of what it was measured on.
    remembered : mapping of name to sentences, optional
        What `report.remembered` says of the files in it.
    """
    about_zones = {*model.taxonomy.ids} <= {*shipped_taxonomy().ids}
    parts = [
        f"# {model.name}\n",
        Message(
            "Tags {what} by theme. For every theme a linear model over TF-IDF terms scores the\n"
            "paragraph and its strongest sentence; the two are calibrated to a probability, and a threshold per theme "
            "decides.\nGenerated by `gxclassify card model`; do not edit by hand.\n",
            what=Message("Chinese paragraphs about development zones") if about_zones else Message("paragraphs"),
        ),
        _title(Message("Themes")),
        markdown(
            [
                headings("id", "name", "English", "tagged from"),
                *([t.id, t.zh, t.en, _in_use(model.thresholds[t.id], model.taxonomy)] for t in model.taxonomy.themes),
            ]
        ),
        _title(Message("Made from")),
        _making(model),
        _title(Message("Figures")),
        Message("Intervals: 95 %, bootstrap over articles. AP: average precision. ECE: expected calibration error.\n"),
        *(_figures(name, report, (remembered or {}).get(name, ())) for name, report in reports.items()),
        *_out_of_fold(model),
        _title(Message("Limits")),
        (spoken(_LIMITS_SHIPPED) if about_zones else "") + spoken(_LIMITS),
    ]
    return "\n".join(map(spoken, parts))


def _title(text: str, level: int = 2) -> str:
    return f"{'#' * level} {spoken(text)}\n"


def _counted(name: str, n: int, articles: int) -> str:
    return _title(Message("{name}: {n} paragraphs of {articles} articles", name=name, n=n, articles=articles), 3)


def _making(model: Model) -> str:
    provenance = model.provenance
    settings = provenance.get("settings") or {}
    prior = provenance.get("prior") or {}
    weights, segmenter = provenance.get("weights") or {}, provenance.get("segmenter") or {}
    documents = provenance.get("documents", "?")
    names = told_names(model.taxonomy)
    lines: list[str] = []
    if weights:
        lines.append(
            Message(
                "- {size:.1f} MiB of weights, {dictionary}; {documents} paragraphs, in the files",
                size=weights["bytes"] / 2**20,
                dictionary=str(segmenter.get("dictionary")),
                documents=documents,
            )
        )
    else:
        lines.append(Message("- {documents} paragraphs, in the files", documents=documents))
    rows: list[list[object]] = [
        headings("label file", "SHA-256"),
        *([entry["file"], f"`{entry['sha256'][:16]}…`"] for entry in provenance.get("labels") or []),
    ]
    if prior.get("kind") == "prior":
        lines += [
            Message(
                "- a prior of {paragraphs} published paragraphs of {articles} articles at weight "
                "{weight:g}, whose text is not kept: `{digest}`",
                paragraphs=prior["paragraphs"],
                articles=prior["articles"],
                weight=prior["weight"],
                digest=prior["digest"][:12],
            ),
            Message(
                "- calibrated on these paragraphs' out-of-fold scores, of which tell {rates}",
                rates=[f"{names.get(theme, theme)} {rate:.0%}" for theme, rate in prior["base_rate"].items()],
            ),
        ]
    elif prior:
        lines.append(Message("- the model `{digest}`, which it started from", digest=prior["digest"][:12]))
    shown = {key: value for key, value in settings.items() if not key.startswith("reading.")}
    chosen = {key: f" ({value:g})" for key, value in (provenance.get("chosen") or {}).items()}
    rendered = [f"`{key} = {value}`{chosen.get(key, '')}" for key, value in sorted(shown.items())]
    if not rendered:
        said = ""
    elif chosen:
        said = Message("Settings, in brackets what was chosen: {settings}.\n", settings=rendered)
    else:
        said = Message("Settings: {settings}.\n", settings=rendered)
    return "\n".join(map(spoken, [*lines, "", markdown(rows), said]))


def _figures(name: str, report: EvaluationReport, remembered: Sequence[str]) -> str:
    return "\n".join(
        [
            _counted(name, report.metrics.paragraphs, report.articles),
            *(f"**{spoken(sentence)}**\n" for sentence in remembered),
            markdown(_renamed(theme_rows(report), told_names(report.taxonomy))),
            markdown([headings("over all themes", "value", "95 %"), *overall_rows(report)]),
            markdown(slice_rows(Message("kind"), report.by_kind)),
            markdown(slice_rows(Message("length"), report.by_length)),
            spoken(pointing_sentence(report)) + "\n",
        ]
    )


def _out_of_fold(model: Model) -> list[str]:
    figures: dict[str, Any] = model.provenance.get("out_of_fold") or {}
    if not figures:
        return []
    rows: list[list[object]] = [headings("theme", "precision", "recall", "F1", "AP", "support")]
    for theme, m in figures["per_theme"].items():
        rows.append([theme, m["precision"], m["recall"], m["f1"], m["average_precision"], m["support"]])
    overall = Message("Macro F1 {macro_f1:.3f}, mean AP {map:.3f}.\n", macro_f1=figures["macro_f1"], map=figures["map"])
    rows = _renamed(rows, told_names(model.taxonomy))
    return [_title(Message("Cross-validated on the training paragraphs"), 3), markdown(rows), overall]


def counts_section(sides: Mapping[str, LabelStatistics], check: CheckReport) -> str:
    """Return the counts of the data card: per side its themes, pairs, lengths and kinds, and the variety of wording."""
    parts: list[str] = []
    for side, statistics in sides.items():
        variety = check.distinct_8_grams.get(side)
        quantiles = [f"{spoken(name)} {value}" for name, value in statistics.length_quantiles.items()]
        told = [
            Message(
                "{none} tell no theme and leave none open, {open} leave one open.",
                none=statistics.without_theme,
                open=statistics.with_maybe,
            ),
            *(
                [Message("{variety:.1%} of the 8-grams in a thousand paragraphs are distinct.", variety=variety)]
                if variety is not None
                else []
            ),
            Message("Characters: {quantiles}.", quantiles=quantiles),
        ]
        parts += [
            _counted(side, statistics.paragraphs, statistics.articles),
            (" " if current_language() == "en" else "").join(map(spoken, told)) + "\n",
            markdown(
                [
                    headings("theme", "told", "told alone", "left open", "sentences marked"),
                    *([t, c.told, c.alone, c.maybe, c.marked] for t, c in statistics.per_theme.items()),
                ]
            ),
            markdown(
                [headings("told together", "paragraphs"), *([f"{a}, {b}", n] for (a, b), n in statistics.pairs.items())]
            ),
            markdown([headings("kind", "paragraphs"), *([kind, n] for kind, n in statistics.kinds.items())]),
        ]
    found = len(check.problems)
    parts.append(
        Message("`gxclassify labels check` finds {n} {n:problem|problems}.\n", n=found)
        if found
        else Message("`gxclassify labels check` finds no problems.\n")
    )
    return "\n".join(map(spoken, parts))


def agreement_section(agreement: Agreement) -> str:
    """Return the agreement of two people for the data card."""
    rows: list[list[object]] = [
        headings("theme", "judged", "Cohen's kappa", "Krippendorff's alpha", "F1", "same sentence")
    ]
    rows += [
        [theme, a.paragraphs, a.kappa, a.alpha, a.f1, a.evidence_overlap] for theme, a in agreement.per_theme.items()
    ]
    text = Message(
        "{n} paragraphs were labelled twice; over all themes kappa is {kappa} and alpha {alpha}, with the same "
        "labels on {same:.1%} of them.\n",
        n=agreement.paragraphs,
        kappa=shown(agreement.kappa),
        alpha=shown(agreement.alpha),
        same=agreement.same_labels,
    )
    return "\n".join([spoken(text), markdown(rows)])


def replace_section(path: Path, name: str, content: str) -> str:
    """Return the text of `path` with the generated section `name` replaced; without one it is put at the end.

    The section stands between ``<!-- generated: name -->`` and ``<!-- end: name -->``; what people wrote around it
    stays.

    Raises
    ------
    LabelError
        The section begins but does not end.
    """
    start, end = f"<!-- generated: {name} -->", f"<!-- end: {name} -->"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    block = f"{start}\n{content.strip()}\n{end}"
    if start not in text:
        return f"{text.rstrip()}\n\n{block}\n".lstrip()
    if end not in text[text.index(start) :]:
        raise LabelError(
            "{path}: the section {name!r} begins with {start} but nowhere ends with {end}; put the end back.",
            path=path,
            name=name,
            start=start,
            end=end,
        )
    return re.sub(re.escape(start) + r".*?" + re.escape(end), lambda _: block, text, count=1, flags=re.DOTALL)
