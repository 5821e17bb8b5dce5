"""What the label commands print for people, and tables for a terminal and in Markdown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from gxclassify.output.terminal import columns as width

if TYPE_CHECKING:
    from gxclassify.labels.agreement import Agreement
    from gxclassify.labels.audit import Suspicion
    from gxclassify.labels.checking import CheckReport
    from gxclassify.labels.statistics import LabelStatistics
    from gxclassify.labels.suggest import Suggestion


def check_table(report: CheckReport) -> str:
    """Return the findings of a check, one line each, and what was looked at."""
    lines = [f"{problem.kind}: {problem.where}: {problem.text}" for problem in report.problems]
    counts = ", ".join(f"{count} {side} paragraphs" for side, count in report.paragraphs.items())
    variety = ", ".join(f"{share:.1%} ({side})" for side, share in report.distinct_8_grams.items())
    lines.append(f"Checked {counts}; distinct 8-grams per 1,000 paragraphs: {variety}.")
    if report.unmarked:
        lines.append(f"{report.unmarked} labels have no sentence marked.")
    lines.append("Nothing is wrong." if report.ok else f"{len(report.problems)} problems.")
    return "\n".join(lines)


def statistics_table(statistics: LabelStatistics) -> str:
    """Return the counts as tables for a terminal."""
    themes = list(statistics.per_theme)
    counts = [["theme", "told", "alone", "maybe", "marked"]]
    counts += [[t, c.told, c.alone, c.maybe, c.marked] for t, c in statistics.per_theme.items()]  # type: ignore[list-item]
    pairs: list[list[object]] = [["told together", *themes[1:]]]
    for i, a in enumerate(themes[:-1]):
        pairs.append([a, *(statistics.pairs[a, b] if j > i else "" for j, b in enumerate(themes) if j)])
    quantiles = ", ".join(f"{name} {value}" for name, value in statistics.length_quantiles.items())
    number = ", ".join(f"{n}: {count}" for n, count in statistics.themes_per_paragraph.items())
    head = (
        f"{statistics.paragraphs} paragraphs of {statistics.articles} articles.\n"
        f"{statistics.without_theme} tell no theme, {statistics.with_maybe} leave one open."
    )
    blocks = [
        head,
        columns(counts),
        columns(pairs) if len(themes) > 1 else "",
        f"themes per paragraph  {number}\ncharacters  {quantiles}",
        columns([["length", "paragraphs"], *([n, c] for n, c in statistics.lengths.items())]),
        columns([["kind", "paragraphs"], *([n, c] for n, c in statistics.kinds.items())]),
    ]
    return "\n\n".join(filter(None, blocks))


def agreement_table(agreement: Agreement, *, disagreements: bool) -> str:
    """Return the agreement per theme, and with `disagreements` the paragraphs to settle."""
    rows: list[list[object]] = [
        ["theme", "judged", "both", "only A", "only B", "kappa", "alpha", "F1", "strict F1", "same sentence", "Jaccard"]
    ]
    for theme, a in agreement.per_theme.items():
        figures = [a.paragraphs, a.both, a.only_a, a.only_b, a.kappa, a.alpha, a.f1, a.strict_f1]
        rows.append([theme, *figures, a.evidence_overlap, a.evidence_jaccard])
    once = f"{agreement.only_in_a} only by A, {agreement.only_in_b} only by B"
    together = f"kappa {agreement.kappa:.3f}, alpha {agreement.alpha:.3f}"
    lines = [
        f"{agreement.paragraphs} paragraphs labelled by both ({once}).",
        columns(rows),
        f"All themes together: {together}; the same labels on {agreement.same_labels:.1%} of the paragraphs.",
    ]
    if disagreements:
        lines += [
            f"{d.where}: {d.id}: {d.theme} is told by {d.told_by} alone: {d.text}" for d in agreement.disagreements
        ]
    elif agreement.disagreements:
        lines.append(f"{len(agreement.disagreements)} disagreements; --disagreements lists them.")
    return "\n".join(lines)


def audit_table(suspicions: Sequence[Suspicion]) -> str:
    """Return the suspicious labels, three lines each."""
    lines = []
    for rank, s in enumerate(suspicions, 1):
        says = "told" if s.told else "not told"
        mark = "" if s.is_issue else " (not counted as an error by cleanlab)"
        lines.append(f"{rank}. {s.where}: {s.id}")
        lines.append(f"   {s.theme}: labelled {says}, probability {s.probability:.3f}{mark}")
        lines.append(f"   {s.text}")
    return "\n".join(lines)


def suggestion_table(suggestions: Sequence[Suggestion]) -> str:
    """Return the paragraphs to label, three lines each."""
    lines = []
    for rank, s in enumerate(suggestions, 1):
        scores = ", ".join(f"{theme} {score:.2f}" for theme, score in s.scores.items())
        lines += [f"{rank}. {s.record.id}: for {s.theme}", f"   {scores}", f"   {s.record.text}"]
    return "\n".join(lines)


def columns(rows: Sequence[Sequence[object]]) -> str:
    """Return `rows` as lines; columns with numbers stand right, cells are as `shown`.

    >>> print(columns([["theme", "F1"], ["目标", 0.5], ["政策", 10]]))
    theme     F1
    目标   0.500
    政策      10
    """
    cells = [[shown(cell) for cell in row] for row in rows]
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
        Shown as `shown`.
    right : collection of int
        The numbers of the columns that stand right.

    >>> print(markdown([["theme", "F1"], ["a|b", 0.5]], right=[1]))
    | theme | F1 |
    |---|--:|
    | a\|b | 0.500 |
    <BLANKLINE>
    """
    head, *body = ("| " + " | ".join(shown(cell).replace("|", r"\|") for cell in row) + " |" for row in rows)
    rule = "".join("--:|" if i in right else "---|" for i in range(len(rows[0])))
    return "\n".join([head, f"|{rule}", *body, ""])


def shown(cell: object) -> str:
    """Return a cell's text: floats with three decimals, a None as a dash."""
    if cell is None:
        return "–"
    return f"{cell:.3f}" if isinstance(cell, float) else str(cell)
