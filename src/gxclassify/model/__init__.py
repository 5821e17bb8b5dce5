"""The heart: what a model knows, how it scores, decides, explains itself and lies on the disk."""

from __future__ import annotations

from gxclassify.model.groups import tag_groups
from gxclassify.model.model import Model, TaggedParagraph, texts_of
from gxclassify.reading.records.fields import is_null

__all__ = ["Model", "TaggedParagraph", "is_null", "tag_groups", "texts_of"]
