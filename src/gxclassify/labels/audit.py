"""Where labels look wrong: what ``gxclassify labels audit`` lists."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gxclassify.errors import ConfigError
from gxclassify.extras import need
from gxclassify.labels.records import LabelRecord, LabelSet, indicators

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gxclassify.config import Config


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """A (paragraph, theme) whose label looks wrong.

    Attributes
    ----------
    told : bool
        What the label says.
    probability : float
        What a model that never saw the paragraph says, 0 … 1.
    quality : float
        cleanlab's label quality, 0 … 1; low is suspicious.
    is_issue : bool
        Whether cleanlab's confident learning counts the pair among the label errors.
    """

    id: str
    where: str
    theme: str
    told: bool
    probability: float
    quality: float
    is_issue: bool
    text: str

    def to_json(self) -> dict[str, Any]:
        """Return the suspicion as a dict."""
        return asdict(self)


def audit(
    labels: LabelSet,
    config: Config,
    *,
    top: int = 150,
    min_support: int = 2,
    progress: Callable[[int, int], None] | None = None,
) -> list[Suspicion]:
    """List the `top` labels that look most likely wrong, the most suspicious first.

    A model is cross-validated on the labels, with the settings in `config`; cleanlab (Northcutt, Jiang and Chuang,
    2021; multi-label: Thyagarajan et al., 2022) ranks every (paragraph, theme) by its out-of-fold probability. Themes
    told by paragraphs of fewer than `min_support` articles are left out.

    Raises
    ------
    ConfigError
        cleanlab is not installed, or the settings ask for no folds.
    TrainingError
        No theme has enough paragraphs to cross-validate.
    """
    need("cleanlab", "The label audit")  # before a minute of training
    themes, probability = out_of_fold(labels, config, progress, min_support=min_support)
    return rank_suspicious(labels.records, themes, probability, top=top)


def out_of_fold(
    labels: LabelSet, config: Config, progress: Callable[[int, int], None] | None = None, *, min_support: int = 2
) -> tuple[list[str], NDArray[np.float64]]:
    """Return the themes that can be learnt, and each record's probability of each by models that never saw its article.

    The probabilities are (n, number of these themes).
    """
    if not config.classifier.folds:
        raise ConfigError(
            "The audit judges each paragraph by a model that never saw it: set classifier.folds to 2 or more."
        )
    classifier = labels.fit(config, progress, min_support=min_support)
    learnt = [t for t, theme in enumerate(classifier.themes_) if theme not in classifier.not_learnt_]
    return [classifier.themes_[t] for t in learnt], classifier.oof_probability_[:, learnt]


def rank_suspicious(
    records: Sequence[LabelRecord], themes: Sequence[str], probability: NDArray[np.float64], *, top: int
) -> list[Suspicion]:
    """Rank (paragraph, theme) pairs by cleanlab's label quality, lowest first; pairs left open are passed over.

    Parameters
    ----------
    records : sequence of LabelRecord, length n
    themes : sequence of str, length n_themes
    probability : float array (n, n_themes)
        Out-of-fold probabilities.
    top : int
    """
    need("cleanlab", "The label audit")
    told, known = indicators(records, themes)
    quality, is_issue = np.ones(told.shape), np.zeros(told.shape, dtype=np.bool_)
    for t in range(len(themes)):
        rows = known[:, t]
        quality[rows, t], is_issue[rows, t] = _cleanlab(told[rows, t], probability[rows, t])
    order = np.lexsort((*np.indices(told.shape).reshape(2, -1)[::-1], quality.ravel()))
    found: list[Suspicion] = []
    for flat in order:
        i, t = divmod(int(flat), len(themes))
        if not known[i, t]:
            continue
        if len(found) == top:
            break
        found.append(
            Suspicion(
                id=records[i].id,
                where=records[i].where,
                theme=themes[t],
                told=bool(told[i, t]),
                probability=float(probability[i, t]),
                quality=float(quality[i, t]),
                is_issue=bool(is_issue[i, t]),
                text=records[i].text,
            )
        )
    return found


def _cleanlab(
    told: NDArray[np.bool_], probability: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return quality and issue of one theme's labels.

    A theme is one column of cleanlab's multi-label case, asked by itself because each theme has its own open rows.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it announces, while being imported, what later versions will change
        from cleanlab.multilabel_classification import filter as issues
        from cleanlab.multilabel_classification import rank

        label_lists = [[0] if yes else [] for yes in told]
        columns = probability[:, None]
        quality = rank.get_label_quality_scores_per_class(label_lists, columns)
        is_issue = issues.find_multilabel_issues_per_class(label_lists, columns, n_jobs=1)
    return np.asarray(quality).reshape(-1), np.asarray(is_issue).reshape(-1)
