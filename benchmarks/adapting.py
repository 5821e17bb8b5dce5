"""What a few labels of one's own are worth: the model as it is, adapted to them, and trained on them alone.

Usage: python benchmarks/adapting.py OWN.jsonl [MODEL]

MODEL must not have learnt from OWN. For each size, labels of so many paragraphs are drawn ten times, articles whole;
the rest of OWN is the test. The interval holds 95 % of what ten draws give by bootstrap over the draws.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from gxclassify.config import Config
from gxclassify.errors import TrainingError
from gxclassify.evaluation.metrics import measure, predictions
from gxclassify.labels.records import LabelRecord, LabelSet, load_labels
from gxclassify.loading import load_model, model_folder
from gxclassify.model.model import Model
from gxclassify.themes import Taxonomy

SIZES = (20, 50, 100, 500)
DRAWS = 10


def figures(model: Model, records: Sequence[LabelRecord]) -> tuple[float, float]:
    """Return mean average precision and macro F1."""
    metrics = measure(predictions(model, records))
    return metrics.map, metrics.macro_f1


def drawn(records: Sequence[LabelRecord], size: int, seed: int) -> tuple[tuple[LabelRecord, ...], ...]:
    """Return two parts with articles whole, the first of at least `size` records."""
    articles = np.array([record.article for record in records])
    chosen, taken = set(), 0
    for article in np.random.default_rng(seed).permutation(np.unique(articles)):
        if taken >= size:
            break
        chosen.add(article)
        taken += int((articles == article).sum())
    return tuple(tuple(r for r in records if (r.article in chosen) == side) for side in (True, False))


def trained(own: tuple[LabelRecord, ...], taxonomy: Taxonomy, prior: Path | None, config: Config) -> Model | None:
    """Return a model of `own` labels, None where they are too few."""
    try:
        return LabelSet(own, taxonomy, {}).fit(config, prior=prior).to_model(taxonomy)
    except TrainingError:
        return None


def spread(differences: Sequence[float]) -> tuple[float, float, float]:
    """Return mean and 95 % interval of what draws give, by bootstrap over them."""
    values = np.array(differences)
    rng = np.random.default_rng(0)
    means = values[rng.integers(len(values), size=(2000, len(values)))].mean(axis=1)
    return values.mean(), *np.quantile(means, [0.025, 0.975])


def main() -> None:
    """Print the table."""
    if len(sys.argv) < 2:
        sys.exit("usage: python benchmarks/adapting.py OWN.jsonl [MODEL]")
    address = sys.argv[2] if len(sys.argv) > 2 else None
    model = load_model(address)
    records = load_labels([Path(sys.argv[1])], model.taxonomy).records
    print(f"{'own':>4}  {'as it is':>14}  {'adapted':>14}  {'alone':>14}  adapted - as it is, mean AP and macro F1")
    for size in (size for size in SIZES if size < len(records)):
        rows, gains = [], []
        for seed in range(DRAWS):
            own, rest = drawn(records, size, seed)
            before = figures(model, rest)
            after = figures(trained(own, model.taxonomy, model_folder(address), Config()) or model, rest)
            alone = trained(own, model.taxonomy, None, Config())
            rows.append((*before, *after, *(figures(alone, rest) if alone else (np.nan, np.nan))))
            gains.append(np.subtract(after, before))
        mean = np.mean(rows, axis=0)
        cells = [f"{mean[i]:.3f} / {mean[i + 1]:.3f}" if np.isfinite(mean[i]) else "too few" for i in (0, 2, 4)]
        said = ["{:+.4f} ({:+.4f} … {:+.4f})".format(*spread([gain[i] for gain in gains])) for i in (0, 1)]
        print(f"{size:>4}  " + "  ".join(f"{cell:>14}" for cell in cells) + "  " + ", ".join(said), flush=True)


if __name__ == "__main__":
    main()
