"""One chunk through the model: parsed, scored in batches that run across documents, and laid out for writing."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, NamedTuple

from gxclassify.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gxclassify.config import ReadingConfig
    from gxclassify.model import Model, TaggedParagraph
    from gxclassify.reading import Paragraph
    from gxclassify.scoring.chunks import Chunk, Piece

__all__ = ["Tagged", "tag_chunk", "tag_pieces"]


class Tagged(NamedTuple):
    """A chunk's tagged paragraphs, what could not be read in it, and what its documents' readers should know."""

    paragraphs: list[TaggedParagraph]
    problems: list[str]
    notes: list[str]


def tag_chunk(model: Model, chunk: Chunk, config: ReadingConfig, *, evidence: bool) -> Tagged:
    """Read and tag one chunk."""
    pieces: list[Piece] = []
    problems: list[str] = []
    notes: list[str] = []
    for piece in chunk.pieces(config):
        if isinstance(piece, InputError):
            problems.append(str(piece))
        else:
            notes += [f"{piece.document.document}: {note}" for note in piece.document.notes]
            pieces.append(piece)
    return Tagged(list(tag_pieces(model, pieces, evidence=evidence)), problems, notes)


def tag_pieces(model: Model, pieces: Iterable[Piece], *, evidence: bool) -> Iterator[TaggedParagraph]:
    """Tag the paragraphs of many documents, in order.

    `Model.tag` takes one document at a time; many short ones go faster together, as texts.
    """
    places = list(_places(pieces))
    texts = [paragraph.text for *_, paragraph in places]
    for (name, number, title, index, paragraph), tagged in zip(
        places, model.tag(texts, evidence=evidence), strict=True
    ):
        yield dataclasses.replace(
            tagged,
            document=name,
            article=number,
            title=title,
            paragraph=index,
            span=paragraph.span,
            evidence={
                theme: tuple(sentence.moved(paragraph.source_span) for sentence in sentences)
                for theme, sentences in tagged.evidence.items()
            },
            record=paragraph.record,
        )


def _places(pieces: Iterable[Piece]) -> Iterator[tuple[str, int, str | None, int, Paragraph]]:
    for document, first in pieces:
        for number, article in enumerate(document.articles, start=first):
            for index, paragraph in enumerate(article.paragraphs):
                yield document.document, number, article.title, index, paragraph
