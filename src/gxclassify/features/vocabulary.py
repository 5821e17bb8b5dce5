"""What the two vocabularies, words with word pairs and character n-grams, have in common.

They learn their terms from a batch and find them in others. A vocabulary numbers its *entries*. Most are terms; some
are only the way to a term, as the two-character beginning of a three-character term or a word that counts in a pair
alone. What an entry weighs is not known here: the document frequency of such a mere step is recorded as 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from gxclassify.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gxclassify.features.batch import Batch

__all__ = ["CODE_BITS", "Hits", "Vocabulary", "checked_array", "count_documents", "inverse_document_frequency"]

_Ints = NDArray[np.int64]
CODE_BITS = 16
"""How many bits of a key a character takes."""


@dataclass(frozen=True, slots=True)
class Hits:
    """Where entries stand in a batch: ascending positions, the entries there, and how many codes each covers."""

    position: _Ints
    entry: NDArray[np.int32]
    length: NDArray[np.int64] | int


class Vocabulary(Protocol):
    """What counting, scoring and the bundle need of a vocabulary."""

    document_frequency: NDArray[np.int32]

    def find(self, batch: Batch) -> list[Hits]:
        """Return the occurrences of all entries, in groups ordered by position."""
        ...

    def keep(self, wanted: NDArray[np.bool_]) -> tuple[Self, _Ints]:
        """Return a vocabulary of the `wanted` terms, and for each of its entries its old number."""
        ...

    def term(self, entry: int) -> str:
        """Return the text of an entry, for people."""
        ...

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return the arrays that `from_arrays` builds the vocabulary from."""
        ...


def count_documents(keys: _Ints, paragraph: NDArray[np.int32]) -> tuple[_Ints, NDArray[np.int32]]:
    """Return the distinct `keys`, ascending, and in how many paragraphs each stands; paragraphs ascend."""
    if not len(keys):
        return keys, np.zeros(0, dtype=np.int32)
    order = np.argsort(keys, kind="stable")
    keys, paragraph = keys[order], paragraph[order]
    new_key = np.concatenate(([True], keys[1:] != keys[:-1]))
    new_document = new_key.copy()
    new_document[1:] |= paragraph[1:] != paragraph[:-1]
    starts = np.flatnonzero(new_key)
    return keys[starts], np.add.reduceat(new_document.astype(np.int32), starts, dtype=np.int32)


def inverse_document_frequency(document_frequency: NDArray[np.int32], n_documents: int) -> NDArray[np.float32]:
    """Return ln((1 + n) / (1 + df)) + 1, scikit-learn's smoothed idf; 0 where an entry is no term (df 0)."""
    idf = np.log((1 + n_documents) / (1 + document_frequency.astype(np.float64))) + 1
    return np.where(document_frequency > 0, idf, 0.0).astype(np.float32)


def checked_array(arrays: Mapping[str, NDArray[np.generic]], name: str, dtype: type, *, ndim: int = 1) -> NDArray:  # type: ignore[type-arg]
    """Return one of `arrays`; a `ModelError` tells that it is missing, of another type or out of range."""
    array = arrays.get(name)
    if array is None or array.dtype != dtype or array.ndim != ndim or (name == "df" and array.min(initial=0) < 0):
        msg = f"the table {name} is missing, of another type or out of range"
        raise ModelError(msg)
    return array
