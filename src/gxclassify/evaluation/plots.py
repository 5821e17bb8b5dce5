"""Plots as SVG text, with every glyph drawn, so that a page shows Chinese wherever it is opened."""

from __future__ import annotations

import functools
import io
import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from gxclassify.extras import need
from gxclassify.messages import Message, spoken
from gxclassify.themes import PALETTE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from gxclassify.evaluation.learning import LearningCurve
    from gxclassify.evaluation.metrics import Metrics, PrecisionRecall, Predictions, Reliability
    from gxclassify.evaluation.report import EvaluationReport
    from gxclassify.themes import Taxonomy

_PREFERRED = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "PingFang SC", "Microsoft YaHei",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Hiragino Sans GB", "SimHei", "Heiti SC", "Droid Sans Fallback",
    "Arial Unicode MS", "SimSun", "AR PL UMing CN",
)  # fmt: skip
_PROBE = "招商引资生态园区创新平台政策目标"


@functools.cache
def cjk_font() -> str | None:
    """Return the family of an installed font that has Chinese characters; None when there is none."""
    need("matplotlib", "Drawing plots")
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # it warns of every odd font it meets
    from matplotlib import font_manager

    entries = sorted(
        font_manager.fontManager.ttflist,
        key=lambda e: (_PREFERRED.index(e.name) if e.name in _PREFERRED else len(_PREFERRED), e.name, e.fname),
    )
    return next((entry.name for entry in entries if _has_chinese(entry.fname)), None)


def _has_chinese(path: str) -> bool:
    from matplotlib.ft2font import FT2Font

    try:
        font = FT2Font(path)
        return all(font.get_char_index(ord(character)) for character in _PROBE)
    except (OSError, RuntimeError):  # a font that cannot be opened is none that can be used
        return False


def _said(text: str) -> str:
    """Return a text in the language in force, as far as there are letters for it."""
    return spoken(text) if cjk_font() else str(text)


def theme_titles(taxonomy: Taxonomy) -> dict[str, str]:
    """Return each theme's name on plots: Chinese when a font has it, else English."""
    return {theme.id: theme.zh if cjk_font() else theme.en for theme in taxonomy.themes}


def _figure(width: float, height: float) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure  # without pyplot there is no global state

    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25)
    return figure, axes


def _svg(figure: Figure) -> str:
    import matplotlib as mpl

    stream = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": "gxclassify"}):
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    text = stream.getvalue()
    return text[text.index("<svg") :]


def _settings() -> Any:
    """Return a context in which text is set in the Chinese font."""
    import matplotlib as mpl

    family = [font for font in (cjk_font(), "DejaVu Sans") if font]
    return mpl.rc_context({"font.family": family, "axes.unicode_minus": False, "font.size": 9})


_MOST_FILLED = 20
"""Up to so many themes the table of themes shows every number; of more, zeros are left empty and the rest is small."""


def precision_recall_plot(curves: Mapping[str, PrecisionRecall], metrics: Metrics, taxonomy: Taxonomy) -> str:
    """Return the precision-recall curves of all themes, a dot at each one's threshold.

    Of more themes than there are colours, the weakest have one and a line in the legend; the others are grey.
    """
    titles = theme_titles(taxonomy)
    colours = {theme.id: theme.colour for theme in taxonomy.themes if theme.id in curves}
    precision = {theme: metrics.per_theme[theme].average_precision for theme in colours}
    if len(colours) > len(PALETTE):
        colours = dict(zip(sorted(precision, key=lambda theme: precision[theme]), PALETTE, strict=False))
    with _settings():
        figure, axes = _figure(5.6, 4.2)
        for theme, curve in curves.items():
            if theme not in colours:
                axes.step(curve.recall, curve.precision, color="#bbbbbb", linewidth=0.5, zorder=1)
        for theme, colour in colours.items():
            recall, own = curves[theme].recall, curves[theme].precision
            axes.step(recall, own, color=colour, label=f"{titles[theme]} {precision[theme]:.3f}")
            axes.plot(*curves[theme].at_threshold[::-1], "o", color=colour, markersize=5)
        axes.set(xlabel=_said(Message("recall")), ylabel=_said(Message("precision")), xlim=(0, 1.02), ylim=(0, 1.02))
        if curves:
            axes.legend(title=_said(Message("average precision")), loc="lower left", frameon=False)
        return _svg(figure)


def reliability_plot(bins: Reliability) -> str:
    """Return mean probability against share told; the dots' areas show how many decisions a bin holds."""
    most = max(bins.pairs, default=1)
    with _settings():
        figure, axes = _figure(4.4, 4.2)
        axes.plot([0, 1], [0, 1], "--", color="#999999", linewidth=1)
        axes.plot(bins.probability, bins.told, color="#0072B2", linewidth=1)
        sizes = [20 + 180 * (n / most) ** 0.5 for n in bins.pairs]
        axes.scatter(bins.probability, bins.told, s=sizes, color="#0072B2", clip_on=False, zorder=3)  # whole at 0 and 1
        axes.set(
            xlabel=_said(Message("mean probability")),
            ylabel=_said(Message("share told")),
            xlim=(-0.04, 1.04),
            ylim=(-0.04, 1.04),
        )
        return _svg(figure)


def slice_plot(report: EvaluationReport) -> str:
    """Return macro F1 by kind and by length of text as bars."""
    parts = [part for part in [*report.by_kind, *report.by_length] if part.macro_f1 is not None]
    names = [f"{_said(part.name)} ({part.paragraphs})" for part in parts]
    colours = ["#56B4E9" if part in report.by_kind else "#E69F00" for part in parts]
    with _settings():
        figure, axes = _figure(7.2, 0.8 + 0.3 * len(parts))
        axes.barh(range(len(parts)), [part.macro_f1 or 0.0 for part in parts], color=colours)
        axes.set_yticks(range(len(parts)), names)
        axes.invert_yaxis()
        axes.set(xlabel=_said(Message("macro F1 over the themes told")), xlim=(0, 1))
        return _svg(figure)


def learning_plot(curve: LearningCurve) -> str:
    """Return mean average precision and macro F1 against the number of paragraphs, on a doubling scale."""
    colours: Sequence[str] = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
    with _settings():
        figure, axes = _figure(6.4, 4.2)
        for i, test in enumerate(curve.per_doubling):
            points = [point for point in curve.points if point.test == test]
            sizes = [point.paragraphs for point in points]
            colour = colours[i % len(colours)]
            axes.plot(
                sizes, [p.map for p in points], "o-", color=colour, label=_said(Message("mean AP, {test}", test=test))
            )
            axes.plot(
                sizes,
                [p.macro_f1 for p in points],
                "s--",
                color=colour,
                label=_said(Message("macro F1, {test}", test=test)),
            )
        axes.set_xscale("log", base=2)
        sizes = sorted({point.paragraphs for point in curve.points})
        axes.set_xticks(sizes, [str(size) for size in sizes])
        axes.minorticks_off()
        axes.set(xlabel=_said(Message("paragraphs trained on")))
        axes.legend(frameon=False)
        return _svg(figure)


def confusion(p: Predictions) -> NDArray[np.int64]:
    """Count which theme is taken for which, (n_themes + 1, n_themes + 1); the last row and column are "none".

    On the diagonal stand the right tags. Elsewhere, row r and column c: paragraphs that tell r, where c is tagged
    wrongly; in the last row, wrong tags where nothing is told; in the last column, themes missed where nothing is
    tagged; in the corner, paragraphs rightly left without tags. Themes left open by a label do not count.
    """
    told, tagged = p.told & p.known, p.tagged & p.known
    wrong = (tagged & ~told).astype(np.int64)
    size = len(p.themes)
    counts = np.zeros((size + 1, size + 1), dtype=np.int64)
    counts[:size, :size] = told.astype(np.int64).T @ wrong
    np.fill_diagonal(counts[:size, :size], (told & tagged).sum(axis=0))
    nothing_told, nothing_tagged = ~told.any(axis=1), ~tagged.any(axis=1)
    counts[size, :size] = wrong[nothing_told].sum(axis=0)
    counts[:size, size] = told[nothing_tagged].sum(axis=0)
    counts[size, size] = int((nothing_told & nothing_tagged).sum())
    return counts


def confusion_plot(p: Predictions, taxonomy: Taxonomy) -> str:
    """Return the confusion by theme as SVG text, in Chinese where a font has it."""
    counts = confusion(p)
    titles = theme_titles(taxonomy)
    names = [*(titles[theme] for theme in p.themes), "无" if cjk_font() else "none"]
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    many = len(p.themes) > _MOST_FILLED
    width, height, size = (0.35, 0.25, 6) if many else (0.8, 0.7, 9)
    with _settings():
        figure, axes = _figure(1.6 + width * len(names), 1.2 + height * len(names))
        axes.grid(visible=False)
        axes.imshow(share, cmap="Blues", vmin=0, vmax=1, aspect="auto")
        for (row, column), count in np.ndenumerate(counts):
            if count or not many:
                colour = "white" if share[row, column] > 0.5 else "black"  # noqa: PLR2004 - half
                # To lay out thousands of numbers takes seconds, and they never reach out of the table.
                axes.text(column, row, str(count), ha="center", va="center", color=colour, size=size, in_layout=False)
        axes.set_xticks(range(len(names)), names, rotation=90 if many else 30, ha="center" if many else "right")
        axes.set_yticks(range(len(names)), names)
        axes.set(xlabel=_said(Message("tagged")), ylabel=_said(Message("told")))
        return _svg(figure)
