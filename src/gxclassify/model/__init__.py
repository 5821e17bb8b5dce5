"""The heart: what a model knows, how it scores, decides, explains itself and lies on the disk."""

from __future__ import annotations

from gxclassify.model.groups import tag_groups
from gxclassify.model.model import Model, TaggedParagraph, texts_of

__all__ = ["Model", "TaggedParagraph", "tag_groups", "texts_of"]
