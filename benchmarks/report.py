"""The results as Markdown tables with ratios, and as a plot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib import pyplot as plt
from pages import table

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["plot", "quoted", "render"]

_SPEED = {
    "documents MB/s": ("documents, MB/s", "{:.2f}", True),
    "titles MB/s": ("short texts, MB/s", "{:.2f}", True),
    "start seconds": ("start to first tag, s", "{:.2f}", False),
    "training seconds": ("training, s", "{:.1f}", False),
    "start peak MB": ("memory, scoring, MB", "{:.0f}", False),
    "training peak MB": ("memory, training, MB", "{:.0f}", False),
    "model MB": ("model, MB", "{:.1f}", False),
}


def render(results: dict[str, Any]) -> str:
    """Return the Markdown page."""
    parts = [
        "# Benchmarks",
        "Written by `make bench`; change nothing here by hand. [README.md](README.md) says what is measured and how.",
    ]
    for part, section in _SECTIONS.items():
        if part in results:
            head, *rest = section(results[part])
            parts += [head, _circumstances(results[part]), *rest]
    return "\n\n".join(parts) + "\n"


def _circumstances(figures: dict[str, Any]) -> str:
    before, after = figures["load"]
    return (
        f"{figures['circumstances']}. Load of the machine before: {before:.1f}, after: {after:.1f}. Where other work "
        f"shared it, read the ratios, which come from the same run."
    )


def quoted(comparison: dict[str, Any]) -> str:
    """Return the comparison in short, for the README."""
    test = next(iter(comparison["tests"]))
    ours = comparison["tools"]["gxclassify"]
    rows = [["", "documents, MB/s", "", "short texts, MB/s", "", "start, s", "memory, MB", "model, MB", "mean AP"]]
    for name, figures in comparison["tools"].items():
        cells = [name]
        for key in ("documents MB/s", "titles MB/s"):
            times = "" if figures is ours else f"{ours[key] / figures[key]:.1f} × slower"
            faster = figures[key] > ours[key]
            cells += [f"{figures[key]:.2f}", f"{figures[key] / ours[key]:.1f} × faster" if faster else times]
        cells += [f"{figures['start seconds']:.2f}", f"{figures['start peak MB']:.0f}", f"{figures['model MB']:.1f}"]
        rows.append([*cells, f"{figures['quality'][test]['mean AP']:.3f}"])
    return f"{table(rows)}\n\n{comparison['circumstances']}; mean average precision on {test}."


def _comparison(comparison: dict[str, Any]) -> list[str]:
    tools = comparison["tools"]
    ours = tools["gxclassify"]
    head = ["", *(title for title, _, _ in _SPEED.values())]
    absolute, ratios = [head], [head]
    for name, figures in tools.items():
        absolute.append([name, *(form.format(figures[key]) for key, (_, form, _) in _SPEED.items())])
        ratio = [ours[k] / figures[k] if more else figures[k] / ours[k] for k, (_, _, more) in _SPEED.items()]
        ratios.append([name, *(f"{value:.1f} ×" for value in ratio)])
    parts = ["## Beside other tools", table(absolute)]
    parts.append("How many times better this package is (under 1: worse):")
    parts.append(table(ratios))
    tests = comparison["tests"]
    rows = [
        ["", *(f"{test} ({size:,}), {figure}" for test, size in tests.items() for figure in ("mean AP", "micro F1"))]
    ]
    for name, figures in tools.items():
        quality = figures["quality"]
        cells = [
            f"{quality[test][figure]:.3f}" if test in quality else "—"
            for test in tests
            for figure in ("mean AP", "micro F1")
        ]
        rows.append([name, *cells])
    parts += ["## Quality", "Trained on `labels/train`; micro F1 at each tool's own thresholds.", table(rows)]
    parts += [f"- {sentence}" for sentence in comparison["missing"]]
    parts.append("![Speed beside other tools](speed.svg)")
    return parts


def _reading(reading: dict[str, Any]) -> list[str]:
    speeds = ", ".join(f"{name} {speed:.2f}" for name, speed in reading["text"].items())
    rows = [["", "tool", "files/s"]]
    for kind, tools in reading["files"].items():
        rows += [[kind, name, rate if isinstance(rate, str) else f"{rate:.1f}"] for name, rate in tools.items()]
    web = "{pages} small web pages, the start counted: {seconds:.2f} s.".format(**reading["web_pages"])
    parts = ["## Reading", f"Text, MB/s of processor time: {speeds}. {web}", table(rows)]
    if reading["boundaries"]:
        bounds = [["tool", "units", "wrong joins", "wrong splits", "characters lost", "added"]]
        for name, found in reading["boundaries"].items():
            shares = [f"{100 * found[key]:.1f} %" for key in ("joins", "splits")] if "units" in found else ["", ""]
            told = [str(found.get(key, "")) for key in ("units", "lost", "added")]
            bounds.append([name, told[0], *shares, *told[1:]])
        parts += ["PDF documents in four layouts, beside their true paragraphs:", table(bounds)]
    return parts


def _start(line: dict[str, Any]) -> list[str]:
    rows = [
        ["", "measured", "aim"],
        ["`gxclassify predict examples/page.txt`, cold process", f"{line['seconds']:.2f} s", "≤ 0.45 s"],
        ["its memory", f"{line['peak MB']:.0f} MB", "≤ 150 MB"],
        ["`load_model()` and a first text, after the imports", f"{line['load seconds'] * 1000:.0f} ms", "≤ 150 ms"],
    ]
    parts = ["## Start", table(rows)]
    rows = [["", "without, MB/s", "with, MB/s", "what evidence adds (aim: ≤ 30 %)"]]
    for name, marks in line["evidence"].items():
        speeds = [f"{marks['size MB'] / marks[key]:.1f}" for key in ("without", "with")]
        rows.append([name, *speeds, f"{marks['adds']:.0%}"])
    about = (
        "Tagging in one process, with and without the sentences and words that decided: the best speeds, and the "
        "median of what evidence added in 15 pairs of runs, one right after the other."
    )
    return [*parts, "## Evidence", about, table(rows)]


def _bulk(figures: dict[str, Any]) -> list[str]:
    runs = figures["runs"]
    rows = [["output", "evidence", "processes", "MB/s", "times one process", "memory of all processes, MB"]]
    one = {(run["form"], run["evidence"]): run["seconds"] for run in runs if run["jobs"] == 1}
    for run in runs:
        alone = one.get((run["form"], run["evidence"]))
        ratio = f"{alone / run['seconds']:.2f} ×" if alone and run["jobs"] > 1 else ""
        marks = "yes" if run["evidence"] else "no"
        rows.append([run["form"], marks, str(run["jobs"]), f"{run['MB/s']:.1f}", ratio, f"{run['peak MB']:.0f}"])
    return ["## Bulk", f"News-length documents, {runs[0]['MB']:.0f} MB of gzipped JSON Lines.", table(rows)]


def _training(figures: dict[str, Any]) -> list[str]:
    rows = [["texts", "classes", "seconds", "seconds per 10,000 texts", "peak MB", "terms"]]
    for run in figures["runs"]:
        classes = f"{run['classes']} exclusive" if run["exclusive"] else f"{run['classes']}, one or more a text"
        per = run["seconds"] / run["texts"] * 10_000
        cells = [f"{run['seconds']:.1f}", f"{per:.2f}", f"{run['peak MB']:.0f}", f"{run['terms']:,}"]
        rows.append([f"{run['texts']:,}", classes, *cells])
    return ["## Training at scale", "Made-up short texts, without folds.", table(rows)]


_SECTIONS = {
    "comparison": _comparison,
    "reading": _reading,
    "start": _start,
    "bulk": _bulk,
    "training": _training,
}


def plot(comparison: dict[str, Any], path: Path) -> None:
    """Draw speed and quality of the tools."""
    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "gxclassify"
    tools = comparison["tools"]
    names = list(tools)[::-1]
    figure, axes = plt.subplots(1, 2, figsize=(11, 0.5 * len(names) + 1.2), sharey=True, layout="constrained")
    for axis, key, title in zip(
        axes, ("documents MB/s", "titles MB/s"), ("News-length documents", "Short texts"), strict=True
    ):
        values = [tools[name][key] for name in names]
        colours = ["#0072B2" if name.startswith("gxclassify") else "#999999" for name in names]
        bars = axis.barh(names, values, color=colours)
        axis.bar_label(bars, [f"{value:.2g}" for value in values], padding=3)
        axis.set(title=title, xlabel="MB of UTF-8 per second, one process", xscale="log")
        axis.margins(x=0.15)
        axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
