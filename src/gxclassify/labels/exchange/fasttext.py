"""fastText's training file: ``__label__one __label__two`` and the words, a paragraph a line.

fastText takes what stands between blanks for a word, so Chinese is cut into words; reading joins them again and keeps
blanks only between Latin words and numbers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gxclassify.features.segmenter import get_segmenter
from gxclassify.labels.exchange.base import LABEL_PREFIX, Exported, Imported, Themes, unsaid
from gxclassify.labels.records import tells_none
from gxclassify.messages import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gxclassify.labels.records import LabelRecord
    from gxclassify.themes import Taxonomy

_GLUED = re.compile(f"[,;，；、|]*(?={LABEL_PREFIX})")  # __label__one,__label__two
_BLANK_TO_CLOSE = re.compile(r"(?<![A-Za-z0-9]) | (?![A-Za-z0-9])")


def decode(text: str, where: str, themes: Themes) -> Imported:
    """Read a training file; the ids are fingerprints of the texts.

    A line without a label says nothing, one with the empty label ``__label__`` that the text tells no theme. Blanks in
    a theme's name are written ``_``.
    """
    records, silent = [], 0
    for number, line in enumerate(text.split("\n"), 1):
        words = _GLUED.sub(" ", line).split()
        if len(words) > 1 and words[0].startswith(LABEL_PREFIX):
            after = next((i for i, word in enumerate(words) if not word.startswith(LABEL_PREFIX)), 0)
            words = [word for i, word in enumerate(words) if i != after or word != ","]  # __label__4 , the text
        if not words:
            continue
        names = [word.removeprefix(LABEL_PREFIX) for word in words if word.startswith(LABEL_PREFIX)]
        if not names and not themes.empty_is_none:
            silent += 1
            continue
        names = [name if themes.knows(name) else name.replace("_", " ") for name in names if name]
        rest = " ".join(word for word in words if not word.startswith(LABEL_PREFIX))
        records.append(themes.record(f"{where}:{number}", _BLANK_TO_CLOSE.sub("", rest), names))
    return Imported(records, silent=silent, none_told=Message("{prefix} without a name", prefix=LABEL_PREFIX))


def encode(records: Sequence[LabelRecord], taxonomy: Taxonomy) -> Exported:
    """Write a training file; a text whose themes are left open, and none told, has no label: fastText skips it."""
    segmenter = get_segmenter(taxonomy.segmenter_terms)
    lines = []
    for record in records:
        words = [word for word in (part.strip() for part in segmenter.cut(" ".join(record.text.split()))) if word]
        themes = ("",) if tells_none(record) else record.labels
        lines.append(" ".join([*(LABEL_PREFIX + "_".join(theme.split()) for theme in themes), *words]) + "\n")
    lost: dict[str, Callable[[LabelRecord], object]] = {
        Message("ids"): lambda record: record.id,
        Message("themes left open (written as not told, and no label where none is told)"): lambda record: record.maybe,
        Message("marked sentences"): lambda record: record.evidence,
        Message("who labelled, when and who decided"): lambda record: (
            record.annotator or record.time or record.adjudicated
        ),
        Message("article and source"): lambda record: record.source or record.article != record.id,
        Message("blanks in Chinese text"): lambda record: re.search(r"\s", record.text),
    }
    return Exported("".join(lines).encode(), unsaid(records, "fastText", lost))
