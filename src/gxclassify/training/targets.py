"""What labels say of every row: read from their several forms, checked, and carried over to sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from gxclassify.errors import ConfigError, TrainingError
from gxclassify.features.batch import mostly_marked
from gxclassify.messages import Message
from gxclassify.model.model import one_column
from gxclassify.themes import is_theme_id

if TYPE_CHECKING:
    from collections.abc import Container

    from gxclassify.features.batch import Batch


Evidence = Mapping[str, Sequence[tuple[int, int]]]
"""The marked sentences of a paragraph: for each theme id the character spans."""

_Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Targets:
    """What is known of every row, two arrays (n, n_themes).

    Attributes
    ----------
    told : bool array
        Where a row tells a theme.
    known : bool array
        Where the label says anything of the theme.
    """

    told: _Bools
    known: _Bools

    def where(self, mask: _Bools) -> Targets:
        """Return the targets of the rows in `mask`."""
        return Targets(self.told[mask], self.known[mask])

    def of_themes(self, columns: list[int]) -> Targets:
        """Return the targets of some themes alone."""
        return Targets(self.told[:, columns], self.known[:, columns])


def read_labels(y: Any, themes: Sequence[str] | None, n: int) -> tuple[list[str], _Bools]:
    """Return the theme ids in column order and the indicator array (n, n_themes) of the labels of `n` texts.

    Parameters
    ----------
    y : sequence of collections of theme ids, or indicator array (n, n_themes)
        An array may be sparse or a table; a single id stands for a list of one.
    themes : sequence of str, optional
        The theme ids. Default: those found, sorted; of a table the names of its columns, of an array their numbers.
    n : int

    Raises
    ------
    TrainingError
        The labels are of another shape, or name what is no theme.
    """
    labels = _array_or_lists(_in_order(y, themes))
    if isinstance(labels, np.ndarray):
        return _read_array(labels, _column_names(y) if themes is None else themes, n)
    if len(labels) != n:
        raise TrainingError(
            "The labels must be as many as the texts, {n}. Got {label_count}.", n=n, label_count=len(labels)
        )
    ids = sorted({theme for row in labels for theme in row}) if themes is None else list(themes)
    return ids, _indicator(labels, ids, Message("labels"))


def training_texts(X: Any) -> list[str]:
    """Return the texts to learn from, which may come as a Series, an array or a table of one column.

    Raises
    ------
    TrainingError
        A text is null: there is nothing to learn from it.
    """
    texts = one_column(X)
    nulls = [i for i, text in enumerate(texts) if text is None]
    if nulls:
        raise TrainingError(
            "{null_count} of {text_count} texts are null, the first at place {null}; leave these rows out.",
            null_count=len(nulls),
            text_count=len(texts),
            null=nulls[0],
        )
    return [text for text in texts if text is not None]


def class_labels(y: Any, *, exclusive: bool = True) -> tuple[Any, dict[str, Any]]:
    """Return labels with theme ids in the place of plain class labels, and the class label of each id.

    One label a text may be anything that scikit-learn takes, such as the numbers that its cross-validation puts in the
    place of names. Of 0 and 1 themes that do not exclude each other are not told: each would tell two, "0" and "1".
    """
    if y is None:
        raise TrainingError("A training requires y to be passed, but the target y is None: give each text's labels.")
    if sp.issparse(y) or getattr(y, "ndim", 1) != 1:
        return y, {}
    values = y.tolist() if hasattr(y, "tolist") else list(y)
    if not values or not all(isinstance(value, bool | int | float) for value in values):
        return y, {}
    for i, value in enumerate(values):
        if isinstance(value, float) and not value.is_integer():  # NaN and infinity neither
            raise TrainingError(
                "Unknown label type: the label of text {i} is {value!r}; a class is a name or a whole number.",
                i=i,
                value=value,
            )
    classes = {str(value): value for value in sorted(set(values))}
    if not exclusive and set(values) <= {0, 1}:
        raise TrainingError(
            "The label of every text is 0 or 1: give a table with a column of these for each theme, or exclusive=True, "
            "where they are two classes."
        )
    return [[str(value)] for value in values], classes


def told_rows(y: Any, themes: Sequence[str]) -> _Bools:
    """Return where labels, in any form that `read_labels` takes, tell `themes`; an array is taken as it is."""
    labels = _array_or_lists(_in_order(y, themes))
    return labels > 0 if isinstance(labels, np.ndarray) else _indicator(labels, themes, Message("labels"))


def known_rows(told: _Bools, maybe: Sequence[Iterable[str]] | None, themes: Sequence[str]) -> _Bools:
    """Return where the label says anything of a theme: everywhere but where it is left open and not told as well."""
    if maybe is None:
        return np.ones_like(told)
    return ~_indicator(_id_lists(maybe), themes, Message("open labels")) | told


def check_lengths(n: int, **rows: Sequence[Any] | None) -> None:
    """Refuse `rows` beside the texts, by their name, that are not `n`."""
    for name, values in rows.items():
        if values is not None and len(values) != n:
            raise TrainingError(
                "{name} must be as many as the texts, {n}. Got {value_count}.", name=name, n=n, value_count=len(values)
            )


def check_targets(
    targets: Targets, themes: Sequence[str], folds: int, *, groups: Sequence[str] = (), settled: Container[str] = ()
) -> None:
    """Refuse labels without a row or a theme, and a number of folds that says nothing.

    Where a prior brings what some themes need (`settled`), folds need nothing but as many articles.
    """
    if not len(targets.told) or not themes:
        raise TrainingError("There is nothing to train on: no paragraph, or no paragraph with a theme.")
    if folds == 1:
        raise ConfigError("classifier.folds must be 0 (no tuning) or at least 2. Got 1.")
    articles = len(np.unique(np.asarray(groups)))
    if settled and articles < folds:
        raise TrainingError(
            "{folds} folds need as many articles. Got {articles}; label more, or set classifier.folds.",
            folds=folds,
            articles=articles,
        )


def few_told(targets: Targets, groups: Sequence[str], min_support: int) -> list[int | None]:
    """Return for each theme None when it can be learnt, else of how many groups the paragraphs are that tell it.

    A theme is learnt from what tells it and from what does not, of `min_support` groups each, at least two: then every
    fold leaves some to learn from.
    """
    least = max(2, min_support)
    group = np.asarray(groups)
    counts: list[int | None] = []
    for told, known in zip(targets.told.T, targets.known.T, strict=True):
        with_it, without = (len(np.unique(group[side & known])) for side in (told, ~told))
        counts.append(with_it if with_it < least or without < 2 else None)  # noqa: PLR2004 - one to learn, one to judge
    return counts


def refuse_few_told(few: dict[str, int], themes: Sequence[str], min_support: int, *, strict: bool) -> None:
    """Refuse themes that cannot be learnt, all at once: any of them when `strict`, else when none is left."""
    if few and (strict or len(few) == len(themes)):
        raise TrainingError(
            "{few_count} of {theme_count} themes cannot be learnt; each needs paragraphs of "
            "{min_support} articles that tell it, and of 2 that do not. Told by: {listed}. Label "
            "more{what}.",
            few_count=len(few),
            theme_count=len(themes),
            min_support=max(2, min_support),
            listed=[f"{theme} ({count})" for theme, count in few.items()],
            what=Message(", or leave strict out") if len(few) < len(themes) else "",
        )


def sentence_targets(batch: Batch, targets: Targets, evidence: Sequence[Evidence], themes: Sequence[str]) -> Targets:
    """Return the targets of a batch's sentences, (n_sentences, n_themes).

    A marked sentence tells its theme, its neighbours then do not. Of the sentences of a paragraph that tells a theme
    and has none marked for it, nothing is known. Where no sentence is marked at all, neither is anything of the only
    sentence of a paragraph: it would be the same row once more, and only where it does not tell a theme.
    """
    paragraph = batch.paragraph_of_sentence()
    told = np.zeros((batch.n_sentences, len(themes)), dtype=np.bool_)
    marked = np.zeros_like(targets.told)
    number = {theme: i for i, theme in enumerate(themes)}
    for i, (marks, spans) in enumerate(zip(evidence, batch.sentence_spans(), strict=True)):
        for theme, places in marks.items():
            t = number.get(theme)
            if t is None or not targets.told[i, t] or not places:
                continue
            marked[i, t] = True
            told[batch.first_sentence[i] + np.array(mostly_marked(spans, places), dtype=np.int64), t] = True
    known = targets.known[paragraph] & (marked[paragraph] | ~targets.told[paragraph])
    if not marked.any():
        known &= (np.diff(batch.first_sentence) > 1)[paragraph, None]
    return Targets(told, known)


def _column_names(y: Any) -> list[str] | None:
    """Return the names of a table's columns where they can be themes; None of what has no such names."""
    names = [*getattr(y, "columns", ())]
    return names if names and all(map(is_theme_id, names)) else None


def _in_order(y: Any, themes: Sequence[str] | None) -> Any:
    """Return a table whose columns are called as the themes are with its columns in their order.

    Raises
    ------
    TrainingError
        They have names, but two have one, or these are others than the themes.
    """
    names = _column_names(y)
    if names is None:
        return y
    if len(set(names)) < len(names) or (themes is not None and {*themes} != {*names}):
        raise TrainingError(
            "The columns of a table of labels must be called as the themes are, each once. Got {names}; the themes are "
            "{themes}.",
            names=", ".join(names),
            themes=", ".join(themes or ["-"]),
        )
    return y if themes is None else y[[*themes]]


def _array_or_lists(y: Any) -> NDArray[Any] | list[list[str]]:
    """Return an indicator array, whatever holds it, as an array, and other labels as one list of ids per text."""
    if sp.issparse(y):
        y = y.toarray()
    return _id_lists(y) if getattr(y, "ndim", 1) == 1 else np.asarray(y)


def _id_lists(y: Any) -> list[list[str]]:
    rows = []
    for i, row in enumerate(y):
        if not isinstance(row, Iterable):
            raise TrainingError(
                "The labels of text {i} must be a theme id or a list of such, empty where it tells none. Got {row!r}.",
                i=i,
                row=row,
            )
        rows.append([row] if isinstance(row, str) else list(row))
    for i, row in enumerate(rows):
        for theme in row:
            if not is_theme_id(theme):
                raise TrainingError(
                    "The labels of text {i} must be theme ids, texts without control characters. Got {theme!r}.",
                    i=i,
                    theme=theme,
                )
    return rows


def _read_array(array: NDArray[Any], themes: Sequence[str] | None, n: int) -> tuple[list[str], _Bools]:
    if array.ndim != 2 or len(array) != n:  # noqa: PLR2004
        raise TrainingError(
            "The labels must be one row per text. Got shape {shape} for {n} texts.", shape=array.shape, n=n
        )
    ids = [str(i) for i in range(array.shape[1])] if themes is None else list(themes)
    if len(ids) != array.shape[1]:
        raise TrainingError(
            "The label array must have {id_count} columns, one per theme. Got {shape}.",
            id_count=len(ids),
            shape=array.shape[1],
        )
    if not np.isin(array, (0, 1)).all():
        raise TrainingError("The label array must hold 0 and 1 alone.")
    return ids, array.astype(np.bool_)


def _indicator(rows: Sequence[Iterable[str]], themes: Sequence[str], what: str) -> _Bools:
    number = {theme: i for i, theme in enumerate(themes)}
    indicator = np.zeros((len(rows), len(themes)), dtype=np.bool_)
    for i, row in enumerate(rows):
        for theme in row:
            if theme not in number:
                raise TrainingError(
                    "The {what} of text {i} name {theme!r}, which is no theme of {themes}.",
                    what=what,
                    i=i,
                    theme=theme,
                    themes=[*themes],
                )
            indicator[i, number[theme]] = True
    return indicator


# ---- Split rows into folds that keep articles whole and themes balanced.


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
