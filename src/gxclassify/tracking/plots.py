"""The plot that evaluation pages lack: which theme is taken for which."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

from gxclassify.evaluation.plots import cjk_font, theme_titles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gxclassify.evaluation.metrics import Predictions
    from gxclassify.themes import Taxonomy

__all__ = ["confusion", "confusion_plot"]


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
    import matplotlib as mpl
    from matplotlib.figure import Figure  # without pyplot there is no global state

    counts = confusion(p)
    titles = theme_titles(taxonomy)
    names = [*(titles[theme] for theme in p.themes), "无" if cjk_font() else "none"]
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    family = [font for font in (cjk_font(), "DejaVu Sans") if font]
    with mpl.rc_context({"font.family": family, "font.size": 9, "svg.fonttype": "path", "svg.hashsalt": "gxclassify"}):
        figure = Figure(figsize=(1.6 + 0.8 * len(names), 1.2 + 0.7 * len(names)), layout="constrained")
        axes = figure.add_subplot()
        axes.imshow(share, cmap="Blues", vmin=0, vmax=1, aspect="auto")
        for (row, column), count in np.ndenumerate(counts):
            colour = "white" if share[row, column] > 0.5 else "black"  # noqa: PLR2004 - half
            axes.text(column, row, str(count), ha="center", va="center", color=colour)
        axes.set_xticks(range(len(names)), names, rotation=30, ha="right")
        axes.set_yticks(range(len(names)), names)
        axes.set(xlabel="tagged", ylabel="told")
        stream = io.StringIO()
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return stream.getvalue()
