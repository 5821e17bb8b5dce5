"""What the label commands print for people, and tables for a terminal and in Markdown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from gxclassify.console import columns as width
from gxclassify.messages import Message, current_language, headings, listed, spoken
from gxclassify.themes import shipped_taxonomy

if TYPE_CHECKING:
    from gxclassify.labels.agreement import Agreement
    from gxclassify.labels.audit import Suspicion
    from gxclassify.labels.checking import CheckReport
    from gxclassify.labels.statistics import LabelStatistics
    from gxclassify.labels.suggest import Suggestion
    from gxclassify.themes import Taxonomy


KINDS = (
    Message("form"), Message("id"), Message("evidence"), Message("duplicate"), Message("opening"), Message("support"),
    Message("variety"), Message("leak"),
)  # fmt: skip
"""What kinds of problems a check finds."""


def check_table(report: CheckReport) -> str:
    """Return the findings of a check, one line each, and what was looked at."""
    names = label_names(report.taxonomy)
    lines: list[str] = [
        Message(
            "{kind}: {where}: {text}",
            kind=Message(problem.kind),
            where=problem.where,
            text=_with_name(problem.text, names),
        )
        for problem in report.problems
    ]
    counts = [Message("{count} {side} paragraphs", count=count, side=side) for side, count in report.paragraphs.items()]
    variety = [f"{share:.1%} ({side})" for side, share in report.distinct_8_grams.items()]
    lines.append(
        Message("Checked {counts}; distinct 8-grams per 1,000 paragraphs: {variety}.", counts=counts, variety=variety)
    )
    if report.unmarked:
        unmarked = Message("{unmarked} {unmarked:label has|labels have} no sentence marked.", unmarked=report.unmarked)
        lines.append(unmarked)
    lines.append(
        Message("Nothing is wrong.")
        if report.ok
        else Message("{problem_count} {problem_count:problem|problems}.", problem_count=len(report.problems))
    )
    return _text(lines)


def _with_name(text: str, names: dict[str, str]) -> str:
    """Return the sentence of a problem with the name of the theme that it is about for its id."""
    if not isinstance(text, Message):
        return text
    theme = text.parts.get("{theme}")
    return text.instead(theme, names[theme]) if isinstance(theme, str) and theme in names else text


def told_names(taxonomy: Taxonomy) -> dict[str, str]:
    """Return what themes are called otherwise than by their ids: in English, as in label files, those are words."""
    return {} if current_language() == "en" else {theme.id: theme.name for theme in taxonomy.themes}


def label_names(taxonomy: Taxonomy) -> dict[str, str]:
    """Return the names as `told_names`; of label files that lie without a themes.toml, those of the shipped themes."""
    told = told_names(taxonomy)
    if any(theme != name for theme, name in told.items()):
        return told
    known = told_names(shipped_taxonomy())
    return known if told.keys() <= known.keys() else told


def statistics_table(statistics: LabelStatistics, taxonomy: Taxonomy) -> str:
    """Return the counts as tables for a terminal."""
    themes = list(statistics.per_theme)
    told = label_names(taxonomy)
    names = {theme: told.get(theme, theme) for theme in themes}
    counts: list[Sequence[object]] = [headings("theme", "told", "alone", "maybe", "marked")]
    counts += [[names[t], c.told, c.alone, c.maybe, c.marked] for t, c in statistics.per_theme.items()]
    pairs: list[list[object]] = [[*headings("told together"), *(names[theme] for theme in themes[1:])]]
    for i, a in enumerate(themes[:-1]):
        pairs.append([names[a], *(statistics.pairs[a, b] if j > i else "" for j, b in enumerate(themes) if j)])
    quantiles = [f"{spoken(name)} {value}" for name, value in statistics.length_quantiles.items()]
    number = [f"{n}: {count}" for n, count in statistics.themes_per_paragraph.items()]
    head = [
        Message("{n} paragraphs of {articles} articles.", n=statistics.paragraphs, articles=statistics.articles),
        Message(
            "{none} tell no theme and leave none open, {open} leave one open.",
            none=statistics.without_theme,
            open=statistics.with_maybe,
        ),
    ]
    blocks = [
        _text(head),
        columns(counts),
        columns(pairs) if len(themes) > 1 else "",
        _text(
            [
                Message("themes per paragraph  {number}", number=number),
                Message("characters  {quantiles}", quantiles=quantiles),
            ]
        ),
        columns([headings("length", "paragraphs"), *([n, c] for n, c in statistics.lengths.items())]),
        columns([headings("kind", "paragraphs"), *([n, c] for n, c in statistics.kinds.items())]),
    ]
    return "\n\n".join(filter(None, blocks))


def agreement_table(agreement: Agreement, taxonomy: Taxonomy, *, disagreements: bool) -> str:
    """Return the agreement per theme, and with `disagreements` the paragraphs to settle."""
    rows: list[list[object]] = [
        headings(
            "theme",
            "judged",
            "both",
            "only A",
            "only B",
            "kappa",
            "alpha",
            "F1",
            "strict F1",
            "same sentence",
            "Jaccard",
        )
    ]
    names = label_names(taxonomy)
    for theme, a in agreement.per_theme.items():
        figures = [a.paragraphs, a.both, a.only_a, a.only_b, a.kappa, a.alpha, a.f1, a.strict_f1]
        rows.append([names.get(theme, theme), *figures, a.evidence_overlap, a.evidence_jaccard])
    lines = [
        Message(
            "{n} paragraphs labelled by both ({a} only by A, {b} only by B).",
            n=agreement.paragraphs,
            a=agreement.only_in_a,
            b=agreement.only_in_b,
        ),
        columns(rows),
        Message(
            "All themes together: kappa {kappa}, alpha {alpha}; the same labels on {same:.1%} of the paragraphs.",
            kappa=shown(agreement.kappa),
            alpha=shown(agreement.alpha),
            same=agreement.same_labels,
        ),
    ]
    if disagreements:
        lines += [
            Message(
                "{place}: {theme} is told by {told_by} alone: {text}",
                # what comes out of the labelling page's store stands in no file
                place=Message("{where}: {d_id}", where=d.where, d_id=d.id) if d.where else d.id,
                theme=names.get(d.theme, d.theme),
                told_by=d.told_by,
                text=d.text,
            )
            for d in agreement.disagreements
        ]
    elif agreement.disagreements:
        lines.append(
            Message(
                "{disagreement_count} disagreements; --disagreements lists them.",
                disagreement_count=len(agreement.disagreements),
            )
        )
    return _text(lines)


def audit_table(suspicions: Sequence[Suspicion], taxonomy: Taxonomy) -> str:
    """Return the suspicious labels, three lines each."""
    names = label_names(taxonomy)
    lines = []
    for rank, s in enumerate(suspicions, 1):
        lines += [
            f"{rank}. {s.where}: {s.id}",
            Message(
                "   {theme}: labelled {says}, probability {probability:.3f}{mark}",
                theme=names.get(s.theme, s.theme),
                says=Message("told") if s.told else Message("not told"),
                probability=s.probability,
                mark="" if s.is_issue else Message(" (not counted as an error by cleanlab)"),
            ),
            f"   {s.text}",
        ]
    return _text(lines)


def suggestion_table(suggestions: Sequence[Suggestion], taxonomy: Taxonomy) -> str:
    """Return the paragraphs to label, three lines each."""
    names = {theme.id: theme.name for theme in taxonomy.themes}
    lines = []
    for rank, s in enumerate(suggestions, 1):
        scores = listed(f"{names[theme]} {score:.2f}" for theme, score in s.scores.items())
        head = Message("{rank}. {id}: would teach most of {theme}", rank=rank, id=s.record.id, theme=names[s.theme])
        lines += [head, f"   {scores}", f"   {s.record.text}"]
    return _text(lines)


def _text(lines: Sequence[str]) -> str:
    """Return lines in the language in force."""
    return "\n".join(map(spoken, lines))


def columns(rows: Sequence[Sequence[object]]) -> str:
    """Return `rows` as lines; columns with numbers stand right, cells are as `shown`.

    >>> print(columns([["theme", "F1"], ["目标", 0.5], ["政策", 10]]))
    theme     F1
    目标   0.500
    政策      10
    """
    cells = [[spoken(shown(cell)) for cell in row] for row in rows]
    widths = [max(width(row[i]) for row in cells) for i in range(len(cells[0]))]
    right = [any(isinstance(row[i], (int, float)) for row in rows) for i in range(len(cells[0]))]
    lines = []
    for row in cells:
        padded = [
            " " * (widths[i] - width(cell)) + cell if right[i] else cell + " " * (widths[i] - width(cell))
            for i, cell in enumerate(row)
        ]
        lines.append("  ".join(padded).rstrip())
    return "\n".join(lines)


def markdown(rows: Sequence[Sequence[object]], *, right: Collection[int] = ()) -> str:
    r"""Return `rows`, the first of them a header, as a Markdown table with a blank line behind it.

    Parameters
    ----------
    rows : sequence of rows of cells
        Shown as `shown`, a message in the language in force.
    right : collection of int
        The numbers of the columns that stand right.

    >>> print(markdown([["theme", "F1"], ["a|b", 0.5]], right=[1]))
    | theme | F1 |
    |---|--:|
    | a\|b | 0.500 |
    <BLANKLINE>
    """
    head, *body = ("| " + " | ".join(spoken(shown(cell)).replace("|", r"\|") for cell in row) + " |" for row in rows)
    rule = "".join("--:|" if i in right else "---|" for i in range(len(rows[0])))
    return "\n".join([head, f"|{rule}", *body, ""])


def shown(cell: object) -> str:
    """Return a cell's text: floats with three decimals, a None as a dash."""
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return f"{round(cell, 3) + 0.0:.3f}"  # adding 0 takes the minus off what is rounded to zero
    return cell if isinstance(cell, str) else str(cell)
