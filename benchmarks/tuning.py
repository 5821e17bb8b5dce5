"""What ``gxclassify evaluate --tune`` is worth: thresholds proposed by a few labels, held against those in use.

Usage: python benchmarks/tuning.py OWN.jsonl [MODEL]

MODEL must not have learnt from OWN. For each size, labels of so many paragraphs are drawn a hundred times, articles
whole; the thresholds that they propose are judged on the rest of OWN. The interval holds 95 % of the differences of
draws: so it may come out for somebody who does it once.
"""

import sys
from pathlib import Path

import numpy as np
from adapting import drawn

from gxclassify.evaluation.metrics import predictions
from gxclassify.evaluation.proposals import propose
from gxclassify.labels.records import load_labels
from gxclassify.loading import load_model

SIZES = (30, 60, 120)
DRAWS = 100


def macro_f1(told: np.ndarray, tagged: np.ndarray, known: np.ndarray) -> float:
    """Return macro F1 where the labels say anything."""
    hits, size = (told & tagged & known).sum(axis=0), ((told & known).sum(axis=0) + (tagged & known).sum(axis=0))
    return float(np.mean(2 * hits / np.maximum(1, size)))


def main() -> None:
    """Print the table."""
    if len(sys.argv) < 2:
        sys.exit("usage: python benchmarks/tuning.py OWN.jsonl [MODEL]")
    model = load_model(sys.argv[2] if len(sys.argv) > 2 else None)
    records = load_labels([Path(sys.argv[1])], model.taxonomy).records
    place = {record.id: i for i, record in enumerate(records)}
    predicted = predictions(model, records)
    print("labels  macro F1 in use  proposed  difference, mean and 95 % of draws  draws that lose")
    for size in (size for size in SIZES if size < len(records)):
        pairs = []
        for seed in range(DRAWS):
            own, rest = drawn(records, size, seed)
            proposals = propose(predicted.rows(np.array([place[r.id] for r in own])), [r.article for r in own], {})
            test = predicted.rows(np.array([place[r.id] for r in rest]))
            after = test.probability >= np.array([proposal.proposed for proposal in proposals])
            pairs.append([macro_f1(test.told, tagged, test.known) for tagged in (test.tagged, after)])
        before, after = np.array(pairs).T
        low, high = np.quantile(after - before, [0.025, 0.975])
        print(
            f"{size:>6}  {before.mean():15.3f}  {after.mean():8.3f}  "
            f"{(after - before).mean():+.4f} ({low:+.4f} … {high:+.4f})  {(after < before).mean():15.0%}"
        )


if __name__ == "__main__":
    main()
