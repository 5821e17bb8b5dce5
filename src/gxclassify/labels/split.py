"""Split rows into folds that keep articles whole and themes balanced."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["grouped_folds"]


def grouped_folds(
    indicator: NDArray[np.bool_], groups: Sequence[str], n_folds: int, *, seed: int = 0
) -> NDArray[np.int64]:
    """Return the fold, 0 … n_folds-1, of every row.

    Groups are dealt out one at a time, those with most labels first and in seeded random order among equals, each to
    the fold where it leaves the counts of themes, of rows without theme and of rows nearest to an even share (the
    idea of iterative stratification: Sechidis, Tsoumakas and Vlahavas, 2011, on whole groups).

    Parameters
    ----------
    indicator : bool array (n, n_themes)
        Which row tells which theme.
    groups : sequence of str
        The article of each row; rows of one article get one fold.
    n_folds : int
        At least 2.
    seed : int
        Orders the groups that are alike.
    """
    columns = np.column_stack([indicator, ~indicator.any(axis=1), np.ones(len(indicator), dtype=np.bool_)])
    names, group = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    counts = np.zeros((len(names), columns.shape[1]))
    np.add.at(counts, group, columns.astype(np.float64))
    share = np.maximum(counts.sum(axis=0), 1) / n_folds
    shuffled = np.random.default_rng(seed).permutation(len(names))
    order = shuffled[np.argsort(-counts[shuffled].sum(axis=1), kind="stable")]
    filled = np.zeros((n_folds, columns.shape[1]))
    fold_of_group = np.zeros(len(names), dtype=np.int64)
    for g in order:
        # Of the squared distances from an even share only the part that the choice changes.
        cost = (((2 * (filled - share) + counts[g]) * counts[g]) / share).sum(axis=1)
        fold = int(np.argmin(cost))
        filled[fold] += counts[g]
        fold_of_group[g] = fold
    return fold_of_group[group]
